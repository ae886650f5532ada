//! Personal API keys: what programs of the user's own show instead of a password.
//!
//! A key is shown once, when it is made; the table has its hash, and its first characters to tell it by. It does what
//! its owner may do, but for what needs [a person](Caller::in_person).

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Caller, Credential};
use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::{ApiKeyId, UserId},
    secret,
    text::Name,
};

/// How every key starts, so that it is known for one wherever it turns up.
pub const PREFIX: &str = "gbx_";
/// Characters of a key that stay to be seen.
const SHOWN_CHARS: usize = 12;
/// Seconds in which the use of a key is written down once.
const TOUCH_EVERY_S: i64 = 60;

/// A key as its owner sees it in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    /// The key's first characters.
    pub prefix: String,
    pub created_at: DateTime<Utc>,
    /// To the minute; omitted if it was never used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_used_at: Option<DateTime<Utc>>,
}

/// A new key, and its text, which is never to be had again.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    caller: &Caller,
    name: &Name,
) -> Result<(ApiKey, String)> {
    caller.in_person()?;
    // Two at once must not both be the last one.
    sqlx::query!("select id from users where id = $1 for update", caller.user_id.0)
        .fetch_optional(&mut *db)
        .await?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from api_keys where user_id = $1"#,
        caller.user_id.0
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.api_keys_per_user) {
        return Err(Error::Limited {
            code: "api_keys_per_user",
            message: format!("You have reached the limit of {count} API keys. Delete one first."),
            retry_after_s: None,
        });
    }
    let text = format!("{PREFIX}{}", secret::token()?);
    let key = ApiKey {
        id: ApiKeyId::new(),
        name: name.as_str().to_owned(),
        prefix: text[..SHOWN_CHARS].to_owned(),
        created_at: now,
        last_used_at: None,
    };
    sqlx::query!(
        "insert into api_keys (id, user_id, name, token_hash, prefix, created_at) values ($1, $2, $3, $4, $5, $6)",
        key.id.0,
        caller.user_id.0,
        key.name,
        secret::hash(&text),
        key.prefix,
        now,
    )
    .execute(db)
    .await
    .map_err(|error| {
        if broken(&error, "api_keys_name_key") {
            Error::conflict(
                "name_taken",
                "You already have an API key with this name. Choose another name.",
            )
        } else {
            error.into()
        }
    })?;
    Ok((key, text))
}

/// The caller's keys, newest first: up to `limit` of those made before `after`.
pub async fn list(db: &mut PgConnection, caller: &Caller, after: Option<Uuid>, limit: i64) -> Result<Vec<ApiKey>> {
    caller.in_person()?;
    let rows = sqlx::query!(
        "select id, name, prefix, created_at, last_used_at from api_keys
         where user_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3",
        caller.user_id.0,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    let keys = rows.into_iter().map(|row| ApiKey {
        id: ApiKeyId(row.id),
        name: row.name,
        prefix: row.prefix,
        created_at: row.created_at,
        last_used_at: row.last_used_at,
    });
    Ok(keys.collect())
}

/// Ends the key at once.
pub async fn delete(db: &mut PgConnection, caller: &Caller, id: ApiKeyId) -> Result<()> {
    caller.in_person()?;
    let deleted = sqlx::query!(
        "delete from api_keys where id = $1 and user_id = $2",
        id.0,
        caller.user_id.0
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("API key"));
    }
    Ok(())
}

/// Ends every key of the user.
pub(super) async fn delete_all(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("delete from api_keys where user_id = $1", user_id.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Whose key it is.
pub async fn find(db: &mut PgConnection, now: DateTime<Utc>, text: &str) -> Result<Option<Caller>> {
    let row = sqlx::query!(
        "select k.id, k.user_id, k.last_used_at from api_keys k join users u on u.id = k.user_id
         where k.token_hash = $1 and u.disabled_at is null",
        secret::hash(text),
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let stale = row
        .last_used_at
        .is_none_or(|at| at + TimeDelta::seconds(TOUCH_EVERY_S) <= now);
    if stale {
        sqlx::query!("update api_keys set last_used_at = $2 where id = $1", row.id, now)
            .execute(db)
            .await?;
    }
    Ok(Some(Caller {
        user_id: UserId(row.user_id),
        credential: Credential::ApiKey(ApiKeyId(row.id)),
    }))
}
