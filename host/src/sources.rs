//! Data sources of an organisation: databases that its people may query, and never change.
//!
//! A source is made of fields, never of a driver's text. Its password is sealed, bound to where it goes, and never read out:
//! whoever changes the host, the database or the user enters it again. A [query](extracts) gives rows to look at, or a file
//! with a receipt. Answers [ask](asking) in the name of whoever asked them.

pub mod asking;
pub mod extracts;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::{SecretText, ServerLimits},
    connect::{Engine, Schema, Target, Tls},
    error::{Error, Result, broken},
    ids::{OrgId, SourceId, UserId},
    orgs::{self, Member, Role},
    secret::ServerKey,
    text::Name,
};

/// For what passwords are sealed.
const PURPOSE: &str = "source-password";

/// A data source, without its password.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Source {
    pub id: SourceId,
    pub org_id: OrgId,
    pub name: String,
    pub engine: Engine,
    pub host: String,
    #[schema(minimum = 1, maximum = 65_535)]
    pub port: i32,
    pub database: String,
    pub user: String,
    pub tls: Tls,
    /// Certificates in PEM that are trusted instead of the system's.
    pub tls_ca: Option<String>,
    /// Whether members may query it, or only admins.
    pub members_may_query: bool,
    /// When its tables were last loaded; null before the first time.
    pub schema_taken_at: Option<DateTime<Utc>>,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a source is made of, checked.
#[derive(Clone, Debug)]
pub struct SourceDraft {
    pub name: Name,
    pub target: Target,
    pub members_may_query: bool,
}

/// What is to be changed; `None` stays as it is.
#[derive(Clone, Debug, Default)]
pub struct SourceUpdate {
    pub name: Option<Name>,
    pub host: Option<String>,
    pub port: Option<u16>,
    pub database: Option<String>,
    pub user: Option<String>,
    pub password: Option<SecretText>,
    pub tls: Option<Tls>,
    /// `Some(None)` trusts the system's authorities again.
    pub tls_ca: Option<Option<String>>,
    pub members_may_query: Option<bool>,
}

/// A new source, by an admin.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    key: &ServerKey,
    member: &Member,
    draft: &SourceDraft,
) -> Result<Source> {
    let member = orgs::lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from sources where org_id = $1"#,
        member.org_id.0
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.sources_per_org) {
        return Err(Error::Limited {
            code: "too_many_sources",
            message: format!("This organisation has reached the limit of {count} data sources. Delete one first."),
            retry_after_s: None,
        });
    }
    let id = SourceId::new();
    let target = &draft.target;
    let sealed = seal_password(key, id, target)?;
    sqlx::query!(
        "insert into sources (id, org_id, name, engine, host, port, database, username, tls, tls_ca, password_sealed,
                              members_may_query, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14)",
        id.0,
        member.org_id.0,
        draft.name.as_str(),
        target.engine as Engine,
        target.host,
        i32::from(target.port),
        target.database,
        target.user,
        target.tls as Tls,
        target.tls_ca,
        sealed,
        draft.members_may_query,
        member.user_id.0,
        now,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| name_taken(error, &draft.name))?;
    get(db, &member, id).await
}

/// The organisation's sources, the newest first: at most `limit` of those behind `after`.
pub async fn list(db: &mut PgConnection, member: &Member, after: Option<SourceId>, limit: u32) -> Result<Vec<Source>> {
    let sources = sqlx::query_as!(
        Source,
        r#"select id, org_id, name, engine as "engine: Engine", host, port, database, username as "user", tls as "tls: Tls",
                  tls_ca, members_may_query, schema_taken_at, created_by as "created_by: UserId", created_at, updated_at
           from sources where org_id = $1 and id < $2 order by id desc limit $3"#,
        member.org_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(sources)
}

pub async fn get(db: &mut PgConnection, member: &Member, id: SourceId) -> Result<Source> {
    sqlx::query_as!(
        Source,
        r#"select id, org_id, name, engine as "engine: Engine", host, port, database, username as "user", tls as "tls: Tls",
                  tls_ca, members_may_query, schema_taken_at, created_by as "created_by: UserId", created_at, updated_at
           from sources where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("source"))
}

/// Changes it, by an admin. Where the password would go elsewhere, it has to be entered again.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    key: &ServerKey,
    member: &Member,
    id: SourceId,
    changes: &SourceUpdate,
) -> Result<Source> {
    let member = orgs::lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let before = get(db, &member, id).await?;
    let moved = changes.host.as_ref().is_some_and(|host| *host != before.host)
        || changes.port.is_some_and(|port| i32::from(port) != before.port)
        || changes
            .database
            .as_ref()
            .is_some_and(|database| *database != before.database)
        || changes.user.as_ref().is_some_and(|user| *user != before.user)
        || changes.tls.is_some_and(|tls| tls != before.tls)
        || changes.tls_ca.as_ref().is_some_and(|ca| *ca != before.tls_ca);
    if moved && changes.password.is_none() {
        let message = "Enter the password again, because the server, user, database or encryption has changed.";
        return Err(Error::invalid("password", "required", message));
    }
    let mut after = before;
    after.name = changes
        .name
        .as_ref()
        .map_or(after.name, |name| name.as_str().to_owned());
    after.host = changes.host.clone().unwrap_or(after.host);
    after.port = changes.port.map_or(after.port, i32::from);
    after.database = changes.database.clone().unwrap_or(after.database);
    after.user = changes.user.clone().unwrap_or(after.user);
    after.tls = changes.tls.unwrap_or(after.tls);
    after.tls_ca = changes.tls_ca.clone().unwrap_or(after.tls_ca);
    after.members_may_query = changes.members_may_query.unwrap_or(after.members_may_query);
    let sealed = match &changes.password {
        Some(password) => Some(seal_password(key, id, &target_of(&after, password.clone())?)?),
        None => None,
    };
    let name = Name::parse("name", &after.name)?;
    sqlx::query!(
        "update sources set name = $3, host = $4, port = $5, database = $6, username = $7, tls = $8, tls_ca = $9,
             members_may_query = $10, password_sealed = coalesce($11, password_sealed), updated_at = $12,
             schema = case when $13 then null else schema end,
             schema_taken_at = case when $13 then null else schema_taken_at end
         where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        after.name,
        after.host,
        after.port,
        after.database,
        after.user,
        after.tls as Tls,
        after.tls_ca,
        after.members_may_query,
        sealed,
        now,
        moved,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| name_taken(error, &name))?;
    get(db, &member, id).await
}

/// Deletes it with its receipts, by an admin. Files that came of it stay.
pub async fn delete(db: &mut PgConnection, member: &Member, id: SourceId) -> Result<()> {
    member.at_least(Role::Admin)?;
    let deleted = sqlx::query!(
        "delete from sources where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("source"));
    }
    Ok(())
}

/// Where the source is and how to log in, for members where the source lets them query it, and for admins.
pub async fn target(db: &mut PgConnection, key: &ServerKey, member: &Member, id: SourceId) -> Result<Target> {
    member.at_least(Role::Member)?;
    let source = get(db, member, id).await?;
    if !source.members_may_query && member.role < Role::Admin {
        return Err(Error::Forbidden(
            "Only admins can query this source. Ask an admin of the organisation.".to_owned(),
        ));
    }
    let sealed = sqlx::query_scalar!(
        "select password_sealed from sources where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .fetch_one(db)
    .await?;
    let mut target = target_of(&source, SecretText::new(""))?;
    let opened = with_binding(id, &target, |binding| key.open(PURPOSE, binding, &sealed));
    let opened = opened.and_then(|bytes| String::from_utf8(bytes).ok());
    target.password = SecretText::new(opened.ok_or_else(|| {
        let message =
            "The stored password cannot be decrypted, because SECRET_KEY or the source has changed. Enter it again.";
        Error::conflict("secret_unreadable", message)
    })?);
    Ok(target)
}

/// Its tables as they were looked up last, and when.
pub async fn schema(db: &mut PgConnection, member: &Member, id: SourceId) -> Result<(Schema, DateTime<Utc>)> {
    member.at_least(Role::Member)?;
    let row = sqlx::query!(
        r#"select schema as "schema: Json<Schema>", schema_taken_at from sources where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("source"))?;
    let (Some(schema), Some(taken_at)) = (row.schema, row.schema_taken_at) else {
        let message = "The tables of this source have not been loaded yet. Refresh them.";
        return Err(Error::conflict("schema_missing", message));
    };
    Ok((schema.0, taken_at))
}

/// Keeps what tables there are.
pub async fn keep_schema(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: SourceId,
    schema: &Schema,
) -> Result<()> {
    let kept = sqlx::query!(
        "update sources set schema = $3, schema_taken_at = $4 where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        Json(schema) as _,
        now,
    )
    .execute(db)
    .await?;
    if kept.rows_affected() == 0 {
        return Err(Error::Missing("source"));
    }
    Ok(())
}

fn target_of(source: &Source, password: SecretText) -> Result<Target> {
    Ok(Target {
        engine: source.engine,
        host: source.host.clone(),
        port: u16::try_from(source.port).map_err(|_| anyhow::anyhow!("a source with the port {}", source.port))?,
        database: source.database.clone(),
        user: source.user.clone(),
        password,
        tls: source.tls,
        tls_ca: source.tls_ca.clone(),
    })
}

fn seal_password(key: &ServerKey, id: SourceId, target: &Target) -> Result<Vec<u8>> {
    with_binding(id, target, |binding| {
        key.seal(PURPOSE, binding, target.password.expose().as_bytes())
    })
}

/// To what a password is bound: where it goes, to whom, and how it is protected on the way.
fn with_binding<T>(id: SourceId, target: &Target, act: impl FnOnce(&[&[u8]]) -> T) -> T {
    let engine = format!("{:?} {:?} {}", target.engine, target.tls, target.port);
    act(&[
        id.0.as_bytes(),
        engine.as_bytes(),
        target.host.as_bytes(),
        target.database.as_bytes(),
        target.user.as_bytes(),
        target.tls_ca.as_deref().unwrap_or_default().as_bytes(),
    ])
}

fn name_taken(error: sqlx::Error, name: &Name) -> Error {
    if broken(&error, "sources_name_key") {
        let message = format!(
            "A data source named {} already exists. Choose another name.",
            name.as_str()
        );
        return Error::conflict("name_taken", message);
    }
    error.into()
}
