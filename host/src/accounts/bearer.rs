//! Bearer tokens: JSON Web Tokens (RFC 7519) that this server signs, and that let in for an hour.
//!
//! A token is not stored, but it names the account's epoch, which grows when the password changes or somebody ends
//! their other sessions; so every token can be ended at once.

use chrono::{DateTime, TimeDelta, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use anyhow::Context;

use super::{Caller, Credential};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::UserId,
    secret::ServerKey,
};

/// What a token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// The server that made it, by its public URL.
    iss: String,
    /// The user's id.
    sub: Uuid,
    /// Seconds since the Unix epoch, as `exp`.
    iat: i64,
    exp: i64,
    jti: Uuid,
    /// The account's `token_epoch` when it was made.
    epoch: i32,
}

/// A new token for the user, which works for `limits.bearer_minutes`.
pub async fn issue(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    key: &ServerKey,
    issuer: &str,
    user_id: UserId,
) -> Result<String> {
    let epoch = sqlx::query_scalar!("select token_epoch from users where id = $1", user_id.0)
        .fetch_optional(db)
        .await?
        .ok_or(Error::Missing("account"))?;
    let claims = Claims {
        iss: issuer.to_owned(),
        sub: user_id.0,
        iat: now.timestamp(),
        exp: (now + TimeDelta::minutes(limits.bearer_minutes.into())).timestamp(),
        jti: Uuid::now_v7(),
        epoch,
    };
    let key = EncodingKey::from_secret(&signing(key));
    let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &key).context("signing a token")?;
    Ok(token)
}

/// Whose token it is, unless it is forged, over or ended.
pub async fn find(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    key: &ServerKey,
    issuer: &str,
    token: &str,
) -> Result<Option<Caller>> {
    let Some(claims) = read(now, key, issuer, token) else {
        return Ok(None);
    };
    let user_id = sqlx::query_scalar!(
        "select id from users where id = $1 and token_epoch = $2 and disabled_at is null",
        claims.sub,
        claims.epoch,
    )
    .fetch_optional(db)
    .await?;
    Ok(user_id.map(|id| Caller {
        user_id: UserId(id),
        credential: Credential::Bearer,
    }))
}

/// Ends every token of the user.
pub async fn end_all(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!(
        "update users set token_epoch = token_epoch + 1 where id = $1",
        user_id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

fn read(now: DateTime<Utc>, key: &ServerKey, issuer: &str, token: &str) -> Option<Claims> {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[issuer]);
    rules.set_required_spec_claims(&["iss", "sub", "exp"]);
    // By the server's clock, below.
    rules.validate_exp = false;
    let claims = jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&signing(key)), &rules)
        .ok()?
        .claims;
    (claims.exp > now.timestamp()).then_some(claims)
}

fn signing(key: &ServerKey) -> [u8; 32] {
    key.mac("bearer tokens", &[])
}
