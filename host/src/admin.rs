//! What the people who run a server do with it: look after its users, end their sessions, and give organisations more
//! or less room.
//!
//! Nobody gets here by HTTP and no role is asked for: `glovebox admin` has the database itself. So nothing here takes a
//! member or a caller, and nothing of it may be called by a handler.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use crate::{
    accounts::{self, Email, bearer, deletion, sessions},
    config::ServerLimits,
    error::{Error, Result},
    ids::{OrgId, SessionId, UserId},
    orgs::Role,
    queue::{self, Job},
    secret::ServerKey,
    storage::{self, StorageUsage},
};

/// An account.
#[derive(Clone, Debug, Serialize)]
pub struct User {
    pub id: UserId,
    pub email: String,
    pub name: String,
    /// `None` until they have followed the link in their mail.
    pub email_verified_at: Option<DateTime<Utc>>,
    /// While it is set, nothing lets them in.
    pub disabled_at: Option<DateTime<Utc>>,
    pub has_password: bool,
    pub google_linked: bool,
    pub created_at: DateTime<Utc>,
    pub last_login_at: Option<DateTime<Utc>>,
    /// Sessions that are open now.
    pub sessions: i64,
    pub api_keys: i64,
    pub personal_org_id: OrgId,
}

/// An organisation that somebody belongs to.
#[derive(Clone, Debug, Serialize)]
pub struct Belonging {
    pub org_id: OrgId,
    pub name: String,
    pub role: Role,
    /// How many people belong to it, they included.
    pub members: i64,
}

/// A session of somebody's.
#[derive(Clone, Debug, Serialize)]
pub struct Session {
    pub id: SessionId,
    pub user_id: UserId,
    pub email: String,
    pub remember: bool,
    pub user_agent: String,
    pub address: String,
    pub created_at: DateTime<Utc>,
    pub last_seen_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// How much room an organisation has.
#[derive(Clone, Debug, Serialize)]
pub struct Quota {
    pub org_id: OrgId,
    pub name: String,
    /// The addresses of its owners.
    pub owners: Vec<String>,
    #[serde(flatten)]
    pub usage: StorageUsage,
    /// Its own number of bytes; `None` where the configuration's holds.
    pub own_bytes: Option<i64>,
    /// Its own number of files; `None` where the configuration's holds.
    pub own_files: Option<i64>,
}

/// The newest accounts, at most `limit`, whose address or name contains `search`.
pub async fn users(db: &mut PgConnection, now: DateTime<Utc>, search: &str, limit: u32) -> Result<Vec<User>> {
    select_users(db, now, None, search, limit).await
}

/// The account of this id or address.
pub async fn user(db: &mut PgConnection, now: DateTime<Utc>, id_or_email: &str) -> Result<User> {
    let id = match id_or_email.parse::<UserId>() {
        Ok(id) => Some(id.0),
        Err(_) => {
            sqlx::query_scalar!("select id from users where lower(email) = lower($1)", id_or_email)
                .fetch_optional(&mut *db)
                .await?
        }
    };
    let found = select_users(db, now, Some(id.ok_or(Error::Missing("user"))?), "", 1).await?;
    found.into_iter().next().ok_or(Error::Missing("user"))
}

/// The organisations that somebody belongs to, their personal one first.
pub async fn belongings(db: &mut PgConnection, user_id: UserId) -> Result<Vec<Belonging>> {
    let belongings = sqlx::query_as!(
        Belonging,
        r#"select o.id as org_id, o.name, mine.role as "role: Role",
             (select count(*) from members m where m.org_id = o.id) as "members!"
           from members mine join orgs o on o.id = mine.org_id
           where mine.user_id = $1 order by o.personal_user_id is null, o.id"#,
        user_id.0,
    )
    .fetch_all(db)
    .await?;
    Ok(belongings)
}

/// A new account, whose address counts as confirmed since an operator vouches for it. Without a password its owner
/// sets one by asking for a new password.
pub async fn create_user(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    email: &Email,
    password_hash: Option<&str>,
) -> Result<User> {
    let id = accounts::create(db, now, email, password_hash).await?;
    sqlx::query!("update users set email_verified_at = $2 where id = $1", id.0, now)
        .execute(&mut *db)
        .await?;
    queue::add(db, &Job::StarterProject { user: id }).await?;
    user(db, now, &id.to_string()).await
}

/// Lets nobody in as this user, and ends what is open: sessions and tokens. API keys stay, and rest.
pub async fn disable_user(db: &mut PgConnection, now: DateTime<Utc>, user_id: UserId) -> Result<()> {
    let disabled = sqlx::query!(
        "update users set disabled_at = coalesce(disabled_at, $2) where id = $1",
        user_id.0,
        now
    )
    .execute(&mut *db)
    .await?;
    found(disabled.rows_affected())?;
    end_sessions(db, user_id).await?;
    Ok(())
}

/// Takes [`disable_user`] back; they log in anew.
pub async fn enable_user(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    let enabled = sqlx::query!("update users set disabled_at = null where id = $1", user_id.0)
        .execute(db)
        .await?;
    found(enabled.rows_affected())
}

/// Deletes an account and what is its owner's alone, as its owner can.
pub async fn delete_user(db: &mut PgConnection, key: &ServerKey, user_id: UserId) -> Result<()> {
    deletion::delete_by_operator(db, key, user_id).await
}

/// The open sessions of one user or of everybody, those used last first: at most `limit`.
pub async fn list_sessions(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    user_id: Option<UserId>,
    limit: u32,
) -> Result<Vec<Session>> {
    let sessions = sqlx::query_as!(
        Session,
        "select s.id, s.user_id, u.email, s.remember, s.user_agent, s.address, s.created_at, s.last_seen_at, s.expires_at
         from sessions s join users u on u.id = s.user_id
         where s.expires_at > $1 and ($2::uuid is null or s.user_id = $2)
         order by s.last_seen_at desc limit $3",
        now,
        user_id.map(|id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(sessions)
}

/// Ends every session and every token of the user. API keys stay.
pub async fn end_sessions(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    bearer::end_all(db, user_id).await?;
    sessions::close_all(db, user_id).await
}

/// The organisation of this id, or the personal one of this address.
pub async fn org(db: &mut PgConnection, id_or_email: &str) -> Result<OrgId> {
    let id =
        match id_or_email.parse::<OrgId>() {
            Ok(id) => {
                sqlx::query_scalar!("select id from orgs where id = $1", id.0)
                    .fetch_optional(db)
                    .await?
            }
            Err(_) => sqlx::query_scalar!(
                "select o.id from orgs o join users u on u.id = o.personal_user_id where lower(u.email) = lower($1)",
                id_or_email
            )
            .fetch_optional(db)
            .await?,
        };
    id.map(OrgId).ok_or(Error::Missing("organisation"))
}

/// The room of one organisation.
pub async fn quota(db: &mut PgConnection, limits: &ServerLimits, org_id: OrgId) -> Result<Quota> {
    let usage = storage::usage_of(db, org_id, limits).await?;
    let row = sqlx::query!(
        r#"select o.name, o.quota_bytes, o.quota_files,
             array(select u.email from members m join users u on u.id = m.user_id
                   where m.org_id = o.id and m.role = 'owner' order by u.email) as "owners!"
           from orgs o where o.id = $1"#,
        org_id.0
    )
    .fetch_one(db)
    .await?;
    Ok(Quota {
        org_id,
        name: row.name,
        owners: row.owners,
        usage,
        own_bytes: row.quota_bytes,
        own_files: row.quota_files,
    })
}

/// The room of every organisation that has numbers of its own.
pub async fn quotas(db: &mut PgConnection, limits: &ServerLimits) -> Result<Vec<Quota>> {
    let ids =
        sqlx::query_scalar!("select id from orgs where quota_bytes is not null or quota_files is not null order by id")
            .fetch_all(&mut *db)
            .await?;
    let mut quotas = Vec::with_capacity(ids.len());
    for id in ids {
        quotas.push(quota(db, limits, OrgId(id)).await?);
    }
    Ok(quotas)
}

/// Gives an organisation numbers of its own; `None` stays as it is.
pub async fn set_quota(db: &mut PgConnection, org_id: OrgId, bytes: Option<i64>, files: Option<i64>) -> Result<()> {
    sqlx::query!(
        "update orgs set quota_bytes = coalesce($2, quota_bytes), quota_files = coalesce($3, quota_files) where id = $1",
        org_id.0,
        bytes,
        files,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives an organisation the configuration's numbers again.
pub async fn clear_quota(db: &mut PgConnection, org_id: OrgId) -> Result<()> {
    sqlx::query!(
        "update orgs set quota_bytes = null, quota_files = null where id = $1",
        org_id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn select_users(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    id: Option<uuid::Uuid>,
    search: &str,
    limit: u32,
) -> Result<Vec<User>> {
    let users = sqlx::query_as!(
        User,
        r#"select u.id, u.email, u.name, u.email_verified_at, u.disabled_at, u.created_at, u.last_login_at,
             u.password_hash is not null as "has_password!", u.google_subject is not null as "google_linked!",
             (select count(*) from sessions s where s.user_id = u.id and s.expires_at > $1) as "sessions!",
             (select count(*) from api_keys k where k.user_id = u.id) as "api_keys!",
             o.id as personal_org_id
           from users u join orgs o on o.personal_user_id = u.id
           where ($2::uuid is null or u.id = $2)
             and (position(lower($3) in lower(u.email)) > 0 or position(lower($3) in lower(u.name)) > 0)
           order by u.id desc limit $4"#,
        now,
        id,
        search,
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(users)
}

fn found(rows: u64) -> Result<()> {
    if rows == 0 {
        return Err(Error::Missing("user"));
    }
    Ok(())
}
