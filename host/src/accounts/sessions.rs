//! Sessions of browsers, kept in Postgres: a cookie holds a token, the table its hash.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{Caller, Credential};
use crate::{
    config::ServerLimits,
    error::Result,
    ids::{SessionId, UserId},
    secret,
};

/// Where a log-in comes from, as its owner sees it in the list of sessions.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    pub user_agent: String,
    pub address: String,
}

/// A new session and the token for its cookie.
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
        "insert into sessions (id, user_id, token_hash, remember, user_agent, address, created_at, last_seen_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $7, $8)",
        id.0,
        user_id.0,
        secret::hash(&token),
        remember,
        origin.user_agent,
        origin.address,
        now,
        now + lasts(limits, remember),
    )
    .execute(db)
    .await?;
    Ok((id, token))
}

/// Whose session the token is of, unless it is over. Being asked for keeps a session alive.
pub async fn find(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    token: &str,
) -> Result<Option<Caller>> {
    let idle_until = now + lasts(limits, false);
    let row = sqlx::query!(
        r#"update sessions
           set last_seen_at = $2, expires_at = case when remember then expires_at else $3 end
           from users
           where sessions.token_hash = $1 and sessions.expires_at > $2
             and users.id = sessions.user_id and users.disabled_at is null
           returning sessions.id, sessions.user_id"#,
        secret::hash(token),
        now,
        idle_until,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Caller {
        user_id: UserId(row.user_id),
        credential: Credential::Session(SessionId(row.id)),
    }))
}

fn lasts(limits: &ServerLimits, remember: bool) -> TimeDelta {
    if remember {
        TimeDelta::days(limits.session_remember_days.into())
    } else {
        TimeDelta::minutes(limits.session_idle_minutes.into())
    }
}
