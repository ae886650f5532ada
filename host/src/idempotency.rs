//! Keys under which a client asks once and may repeat itself: the same key gets the same answer, and the work is done
//! once.
//!
//! A key belongs to a user. While its first request is being answered the key is held by a lease, which is renewed;
//! when a server dies the lease runs out and the key is free again. Only an answer that says that something was made is
//! kept. This module knows answers as status, headers and bytes, and not where they come from.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, types::Json};

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::UserId,
};

/// A client's name for a request: 1 to 255 visible characters of ASCII.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    pub const MAX_CHARS: usize = 255;

    /// Bare, or in the quotes that structured fields have (draft-ietf-httpapi-idempotency-key-header-07, 2.1).
    pub fn parse(text: &str) -> Result<Self> {
        let bare = text
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'))
            .unwrap_or(text);
        if bare.is_empty() || bare.len() > Self::MAX_CHARS || !bare.chars().all(|c| c.is_ascii_graphic()) {
            return Err(Error::invalid(
                "Idempotency-Key",
                "idempotency_key",
                "Use 1 to 255 letters, digits and symbols without spaces, such as a random UUID.",
            ));
        }
        Ok(Self(bare.to_owned()))
    }
}

/// A kept answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// What a key says about a request that begins.
#[derive(Debug)]
pub enum Begun {
    /// It is the first: do the work under this claim.
    First(Claim),
    /// It was answered before.
    Answered(Answer),
    /// The first one is still being answered.
    InFlight,
    /// The first one was another request.
    Mismatch,
}

/// A key that is held while its request is being answered.
#[derive(Clone, Debug)]
pub struct Claim {
    user_id: UserId,
    key: IdempotencyKey,
    /// When it was claimed, which tells this claim from a later one.
    began_at: DateTime<Utc>,
}

/// Claims `key` for the request of this hash, or finds what became of the first request with it.
pub async fn begin(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    user_id: UserId,
    key: IdempotencyKey,
    request_hash: &[u8],
) -> Result<Begun> {
    let remembered_since = now - TimeDelta::hours(limits.idempotency_hours.into());
    // A key that was forgotten, or whose request died, is claimed as if it had never been there.
    let claimed = sqlx::query_scalar!(
        r#"insert into idempotency_keys as kept (user_id, key, request_hash, created_at, leased_until)
           values ($1, $2, $3, $4, $5)
           on conflict on constraint idempotency_keys_pkey do update
           set request_hash = excluded.request_hash, created_at = excluded.created_at,
               leased_until = excluded.leased_until, status = null, headers = null, body = null
           where kept.created_at <= $6 or kept.leased_until <= $4
           returning created_at"#,
        user_id.0,
        key.0,
        request_hash,
        now,
        now + lease(limits),
        remembered_since,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(began_at) = claimed {
        return Ok(Begun::First(Claim { user_id, key, began_at }));
    }
    let kept = sqlx::query!(
        r#"select request_hash, status, headers as "headers: Json<BTreeMap<String, String>>", body
           from idempotency_keys where user_id = $1 and key = $2"#,
        user_id.0,
        key.0,
    )
    .fetch_optional(db)
    .await?;
    let Some(kept) = kept else {
        // Gone since: the first request has just failed, and the next try will be the first.
        return Ok(Begun::InFlight);
    };
    if kept.request_hash != request_hash {
        return Ok(Begun::Mismatch);
    }
    match (kept.status, kept.headers, kept.body) {
        (Some(status), Some(Json(headers)), Some(body)) => Ok(Begun::Answered(Answer {
            status: status.try_into().context("reading the status of a kept answer")?,
            headers,
            body,
        })),
        _ => Ok(Begun::InFlight),
    }
}

impl Claim {
    /// Holds the key for longer. To be called a few times in each [`lease`].
    pub async fn renew(&self, db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<()> {
        sqlx::query!(
            "update idempotency_keys set leased_until = $4
             where user_id = $1 and key = $2 and created_at = $3 and status is null",
            self.user_id.0,
            self.key.0,
            self.began_at,
            now + lease(limits),
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Keeps the answer, unless the claim was lost to a later one.
    pub async fn keep(&self, db: &mut PgConnection, answer: &Answer) -> Result<()> {
        let status = i16::try_from(answer.status).context("keeping an answer's status")?;
        sqlx::query!(
            "update idempotency_keys set status = $4, headers = $5, body = $6, leased_until = null
             where user_id = $1 and key = $2 and created_at = $3 and status is null",
            self.user_id.0,
            self.key.0,
            self.began_at,
            status,
            Json(&answer.headers) as _,
            answer.body,
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// Frees the key: nothing was made, so a repetition is a first try.
    pub async fn free(&self, db: &mut PgConnection) -> Result<()> {
        sqlx::query!(
            "delete from idempotency_keys where user_id = $1 and key = $2 and created_at = $3 and status is null",
            self.user_id.0,
            self.key.0,
            self.began_at,
        )
        .execute(db)
        .await?;
        Ok(())
    }
}

/// For how long a key is held without being renewed.
pub fn lease(limits: &ServerLimits) -> TimeDelta {
    TimeDelta::seconds(limits.idempotency_lease_s.into())
}

/// Removes keys that are no longer honoured. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let before = now - TimeDelta::hours(limits.idempotency_hours.into());
    let gone = sqlx::query!("delete from idempotency_keys where created_at <= $1", before)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_visible_ascii_with_or_without_quotes() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(
                IdempotencyKey::parse(text).ok().map(|key| key.0).as_deref(),
                expected,
                "{text}"
            );
        };
        check(
            "8e03978e-40d5-43dd-bc93-6894a57f9324",
            Some("8e03978e-40d5-43dd-bc93-6894a57f9324"),
        );
        check("\"8e03978e\"", Some("8e03978e"));
        check("", None);
        check("\"\"", None);
        check("two words", None);
        check(&"a".repeat(255), Some(&"a".repeat(255)));
        check(&"a".repeat(256), None);
    }
}
