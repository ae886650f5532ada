//! Read-only links to dashboards: whoever has one sees the newest version with its own filters, as far as results are
//! kept. Nothing is run for them.
//!
//! A link is a random token, of which the hash alone is stored, so it is shown once. It can end by itself, ask for a
//! password, and be shown inside the pages of sites that it names.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use url::Url;
use utoipa::ToSchema;

use super::{Dashboard, document::Document, newest};
use crate::{
    accounts::passwords,
    config::ServerLimits,
    error::{Error, Result},
    ids::{DashboardId, DashboardShareId, OrgId, UserId},
    orgs::{Member, Role},
    secret,
};

/// Sites that may show one link inside their pages.
pub const ORIGINS_MAX: usize = 20;

/// A link to a dashboard, without its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct DashboardShare {
    pub id: DashboardShareId,
    /// Whether it requires a password.
    pub password: bool,
    /// Null if it does not expire.
    pub expires_at: Option<DateTime<Utc>>,
    /// The sites that may embed it in their pages.
    pub origins: Vec<String>,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
}

/// A new link.
#[derive(Clone, Debug)]
pub struct ShareDraft {
    pub password_hash: Option<String>,
    pub expires_at: Option<DateTime<Utc>>,
    pub origins: Vec<Origin>,
}

/// A site, such as `https://intranet.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// A dashboard that a link leads to.
#[derive(Clone, Debug)]
pub struct Shared {
    pub org_id: OrgId,
    pub dashboard: Dashboard,
    pub document: Document,
}

impl Origin {
    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let url = Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https"));
        let origin = url.as_ref().map(|url| url.origin().ascii_serialization());
        match origin {
            // A wildcard would let in sites that nobody named.
            Some(origin) if text.trim_end_matches('/') == origin && !origin.contains('*') => Ok(Self(origin)),
            _ => {
                let message = "Enter a site as scheme and host only, such as https://intranet.example.com.";
                Err(Error::invalid(field, "origin", message))
            }
        }
    }
}

/// A new link, and its token.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    dashboard_id: DashboardId,
    draft: ShareDraft,
) -> Result<(DashboardShare, String)> {
    member.at_least(Role::Admin)?;
    if draft.expires_at.is_some_and(|at| at <= now) {
        return Err(Error::invalid("expires_at", "past", "Choose a time in the future."));
    }
    super::lock(db, member, dashboard_id).await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from dashboard_shares where org_id = $1 and dashboard_id = $2"#,
        member.org_id.0,
        dashboard_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.shares_per_dashboard) {
        return Err(Error::Limited {
            code: "too_many_shares",
            message: format!("This dashboard has reached the limit of {count} links. Revoke one first."),
            retry_after_s: None,
        });
    }
    let token = secret::token()?;
    let share = DashboardShare {
        id: DashboardShareId::new(),
        password: draft.password_hash.is_some(),
        expires_at: draft.expires_at,
        origins: draft.origins.into_iter().map(|origin| origin.0).collect(),
        created_by: Some(member.user_id),
        created_at: now,
    };
    sqlx::query!(
        "insert into dashboard_shares
           (id, org_id, dashboard_id, token_hash, password_hash, expires_at, origins, created_by, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        share.id.0,
        member.org_id.0,
        dashboard_id.0,
        secret::hash(&token),
        draft.password_hash,
        share.expires_at,
        &share.origins,
        member.user_id.0,
        now,
    )
    .execute(db)
    .await?;
    Ok((share, token))
}

/// A dashboard's links, those that have ended by themselves as well.
pub async fn list(db: &mut PgConnection, member: &Member, dashboard_id: DashboardId) -> Result<Vec<DashboardShare>> {
    member.at_least(Role::Member)?;
    let shares = sqlx::query_as!(
        DashboardShare,
        r#"select id, password_hash is not null as "password!", expires_at, origins, created_by as "created_by: UserId",
             created_at
           from dashboard_shares where org_id = $1 and dashboard_id = $2 order by id"#,
        member.org_id.0,
        dashboard_id.0,
    )
    .fetch_all(db)
    .await?;
    Ok(shares)
}

/// Ends a link.
pub async fn revoke(
    db: &mut PgConnection,
    member: &Member,
    dashboard_id: DashboardId,
    id: DashboardShareId,
) -> Result<()> {
    member.at_least(Role::Admin)?;
    let gone = sqlx::query!(
        "delete from dashboard_shares where org_id = $1 and dashboard_id = $2 and id = $3",
        member.org_id.0,
        dashboard_id.0,
        id.0,
    )
    .execute(db)
    .await?;
    if gone.rows_affected() == 0 {
        return Err(Error::Missing("link"));
    }
    Ok(())
}

/// The hash of the password that a link asks for: to be compared before [`find`], outside of a transaction.
pub async fn password_hash(db: &mut PgConnection, now: DateTime<Utc>, token: &str) -> Result<Option<String>> {
    let row = sqlx::query!(
        "select password_hash from dashboard_shares where token_hash = $1 and (expires_at is null or expires_at > $2)",
        secret::hash(token),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.ok_or(Error::Missing("link"))?.password_hash)
}

/// Stops whoever does not know a link's password.
pub async fn check_password(hash: Option<String>, password: Option<String>) -> Result<()> {
    let Some(hash) = hash else { return Ok(()) };
    let wrong = |message: &str| Err(Error::Unauthenticated(message.to_owned()));
    let Some(password) = password else {
        return wrong("This link requires a password.");
    };
    if passwords::verify(password, Some(hash)).await? {
        return Ok(());
    }
    wrong("The password is wrong.")
}

/// What a link leads to.
pub async fn find(db: &mut PgConnection, now: DateTime<Utc>, token: &str) -> Result<Shared> {
    let row = sqlx::query!(
        "select org_id, dashboard_id from dashboard_shares
         where token_hash = $1 and (expires_at is null or expires_at > $2)",
        secret::hash(token),
        now,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("link"))?;
    let org_id = OrgId(row.org_id);
    let (dashboard, document) = newest(db, org_id, DashboardId(row.dashboard_id)).await?;
    Ok(Shared {
        org_id,
        dashboard,
        document,
    })
}

/// The sites that may show the page of a link inside their own: none where there is no such link.
pub async fn origins(db: &mut PgConnection, now: DateTime<Utc>, token: &str) -> Result<Vec<String>> {
    let origins = sqlx::query_scalar!(
        "select origins from dashboard_shares where token_hash = $1 and (expires_at is null or expires_at > $2)",
        secret::hash(token),
        now,
    )
    .fetch_optional(db)
    .await?;
    Ok(origins.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_scheme_and_a_host() {
        let check = |text: &str, fine: bool| assert_eq!(Origin::parse("origins", text).is_ok(), fine, "{text}");
        check("https://intranet.example.com", true);
        check("http://localhost:3000", true);
        check("https://example.com/", true);
        check("https://example.com/page", false);
        check("https://*.example.com", false);
        check("https://example.com; script-src *", false);
        check("javascript:alert(1)", false);
        check("example.com", false);
    }
}
