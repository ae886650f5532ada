//! Sessions of browsers, kept in Postgres: a cookie holds a token, the table its hash.
//!
//! A session ends half an hour after its last request or, when it is remembered, some days after the log-in. That it
//! was used is written down at most once a minute, so that reading does not mean writing.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Caller, Credential, bearer};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{SessionId, UserId},
    secret::{self, ServerKey},
};

/// Seconds in which the use of a session is written down once, unless it lasts so short that this would matter.
const TOUCH_EVERY_S: i64 = 60;
/// Characters of a browser's name for itself that are kept.
const USER_AGENT_MAX_CHARS: usize = 300;

/// Where a log-in comes from, as its owner sees it in the list of sessions.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub user_agent: String,
    pub address: String,
}

/// A session as its owner sees it in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    pub id: SessionId,
    /// Whether it is the session of this request.
    pub current: bool,
    /// Whether it outlives the browser.
    pub remember: bool,
    /// The browser's user agent, cut to 300 characters.
    pub user_agent: String,
    /// The IP address it was started from.
    pub address: String,
    pub created_at: DateTime<Utc>,
    /// To the minute.
    pub last_seen_at: DateTime<Utc>,
    /// When it expires if it is not used again.
    pub expires_at: DateTime<Utc>,
}

/// A new session and the token for its cookie. It takes the place of the one that was used least lately where the user
/// would have too many.
pub async fn open(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    user_id: UserId,
    remember: bool,
    origin: &Origin,
) -> Result<(SessionId, String)> {
    let (id, token) = (SessionId::new(), secret::token()?);
    sqlx::query!(
        "delete from sessions where id in
           (select id from sessions where user_id = $1 order by last_seen_at desc, id desc offset $2)",
        user_id.0,
        i64::from(limits.sessions_per_user.saturating_sub(1)),
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into sessions (id, user_id, token_hash, remember, user_agent, address, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        id.0,
        user_id.0,
        secret::hash(&token),
        remember,
        origin.user_agent.chars().take(USER_AGENT_MAX_CHARS).collect::<String>(),
        origin.address,
        now,
        now + lasts(limits, remember),
    )
    .execute(db)
    .await?;
    Ok((id, token))
}

/// The purpose of the code by which a browser is known that signed up.
const SIGNED_UP: &str = "signed up";

/// The code for the browser that signed up with an address. It lets nobody in: it makes sure that who follows the link
/// in the mail is not logged in to an account that somebody else signed up for.
pub fn sign_up_code(key: &ServerKey, email: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(key.mac(SIGNED_UP, &[email.to_ascii_lowercase().as_bytes()]))
}

/// Whether the browser that has this code signed up with the address.
pub fn signed_up_here(key: &ServerKey, email: &str, code: &str) -> bool {
    let code = BASE64_URL_SAFE_NO_PAD.decode(code).unwrap_or_default();
    key.verify(SIGNED_UP, &[email.to_ascii_lowercase().as_bytes()], &code)
}

/// Whose session the token is of, unless it is over. Being asked for keeps a session alive.
pub async fn find(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    token: &str,
) -> Result<Option<Caller>> {
    let row = sqlx::query!(
        "select s.id, s.user_id, s.last_seen_at from sessions s join users u on u.id = s.user_id
         where s.token_hash = $1 and s.expires_at > $2 and u.disabled_at is null",
        secret::hash(token),
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let idle = lasts(limits, false);
    if row.last_seen_at + TimeDelta::seconds(TOUCH_EVERY_S).min(idle / 10) <= now {
        sqlx::query!(
            "update sessions set last_seen_at = $2, expires_at = case when remember then expires_at else $3 end
             where id = $1 and expires_at > $2",
            row.id,
            now,
            now + idle,
        )
        .execute(db)
        .await?;
    }
    Ok(Some(Caller {
        user_id: UserId(row.user_id),
        credential: Credential::Session(SessionId(row.id)),
    }))
}

/// The session that was opened as `id` a moment ago.
pub async fn current(db: &mut PgConnection, id: SessionId) -> Result<Session> {
    let session = sqlx::query_as!(
        Session,
        r#"select id, true as "current!", remember, user_agent, address, created_at, last_seen_at, expires_at
           from sessions where id = $1"#,
        id.0,
    )
    .fetch_optional(db)
    .await?;
    session.ok_or(Error::Missing("session"))
}

/// The caller's sessions that are not over, newest first: up to `limit` of those begun before `after`.
pub async fn list(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    caller: &Caller,
    after: Option<Uuid>,
    limit: i64,
) -> Result<Vec<Session>> {
    caller.in_person()?;
    let current = caller.session_id().map(|id| id.0);
    let sessions = sqlx::query_as!(
        Session,
        r#"select id, id is not distinct from $3 as "current!", remember, user_agent, address, created_at,
             last_seen_at, expires_at
           from sessions
           where user_id = $1 and expires_at > $2 and ($4::uuid is null or id < $4) order by id desc limit $5"#,
        caller.user_id.0,
        now,
        current,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(sessions)
}

/// Ends one session of the caller's.
pub async fn close(db: &mut PgConnection, caller: &Caller, id: SessionId) -> Result<()> {
    caller.in_person()?;
    let closed = sqlx::query!(
        "delete from sessions where id = $1 and user_id = $2",
        id.0,
        caller.user_id.0
    )
    .execute(db)
    .await?;
    if closed.rows_affected() == 0 {
        return Err(Error::Missing("session"));
    }
    Ok(())
}

/// Ends the session that the caller is in.
pub async fn close_current(db: &mut PgConnection, caller: &Caller) -> Result<()> {
    let id = caller.session_id().ok_or(Error::Missing("session"))?;
    close(db, caller, id).await
}

/// Ends every session of the caller's but the one they are in, and every bearer token.
pub async fn close_others(db: &mut PgConnection, caller: &Caller) -> Result<()> {
    caller.in_person()?;
    let current = caller.session_id().map(|id| id.0);
    bearer::end_all(db, caller.user_id).await?;
    sqlx::query!(
        "delete from sessions where user_id = $1 and id is distinct from $2",
        caller.user_id.0,
        current,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Ends every session of the user.
pub async fn close_all(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("delete from sessions where user_id = $1", user_id.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Ends the session that a browser was in until it logged in anew, if it was in one.
pub async fn leave(db: &mut PgConnection, token: Option<&str>) -> Result<()> {
    let hash = token.map(secret::hash);
    sqlx::query!("delete from sessions where token_hash = $1", hash)
        .execute(db)
        .await?;
    Ok(())
}

/// Puts a new session in the place of the one that the caller is in, and answers its token and whether it is
/// remembered; nothing where the caller is in none.
pub(super) async fn renew(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    caller: &Caller,
) -> Result<Option<(String, bool)>> {
    let Some(old) = caller.session_id() else {
        return Ok(None);
    };
    let row = sqlx::query!(
        "delete from sessions where id = $1 returning remember, user_agent, address",
        old.0
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let origin = Origin {
        user_agent: row.user_agent,
        address: row.address,
    };
    let (_, token) = open(db, now, limits, caller.user_id, row.remember, &origin).await?;
    Ok(Some((token, row.remember)))
}

fn lasts(limits: &ServerLimits, remember: bool) -> TimeDelta {
    if remember {
        TimeDelta::days(limits.session_remember_days.into())
    } else {
        TimeDelta::minutes(limits.session_idle_minutes.into())
    }
}

/// Removes expired sessions. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from sessions where expires_at <= $1", now)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
