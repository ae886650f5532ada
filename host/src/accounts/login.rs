//! Log-in: who gives the right password for an address is let in, if the account is in a state for it.
//!
//! A wrong password and an address without an account look the same and take the same work. Nothing here holds a
//! connection while a password is hashed; that nothing has changed meanwhile is looked at when the door is opened.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    Caller, Email, passwords,
    throttle::{self, Subject},
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::UserId,
    secret::ServerKey,
};

/// Somebody who proved a moment ago that the account is theirs. Only this module makes one.
#[derive(Clone, Copy, Debug)]
pub struct Proven {
    user_id: UserId,
    epoch: i32,
}

/// What a check of a password needs beside the password.
#[derive(Clone, Copy)]
pub struct LoginService<'a> {
    pub pool: &'a PgPool,
    pub now: DateTime<Utc>,
    pub limits: &'a ServerLimits,
    pub key: &'a ServerKey,
}

impl LoginService<'_> {
    /// Whose address and password these are.
    pub async fn log_in(self, email: &Email, password: String) -> Result<Proven> {
        let subject = Subject::new(self.key, email);
        let mut tx = self.pool.begin().await?;
        throttle::begin_try(&mut tx, self.now, self.limits, &subject).await?;
        let found = sqlx::query!(
            "select id, password_hash, token_epoch, email_verified_at, disabled_at from users
             where lower(email) = lower($1)",
            email.as_str()
        )
        .fetch_optional(&mut *tx)
        .await?;
        tx.commit().await?;

        let hash = found.as_ref().and_then(|user| user.password_hash.clone());
        let right = passwords::verify(password, hash).await?;
        let Some(user) = found.filter(|_| right) else {
            return Err(Error::Unauthenticated(
                "The email address or the password is wrong.".to_owned(),
            ));
        };

        throttle::forgive(&mut *self.pool.acquire().await?, &subject).await?;
        if user.disabled_at.is_some() {
            return Err(Error::refused(
                "account_disabled",
                "This account was disabled by an administrator. Contact the people who run this server.",
            ));
        }
        if user.email_verified_at.is_none() {
            return Err(Error::refused(
                "email_unverified",
                "Confirm your email address first: follow the link that was sent to you, or request a new one.",
            ));
        }
        Ok(Proven {
            user_id: UserId(user.id),
            epoch: user.token_epoch,
        })
    }

    /// Makes sure that the caller is the account's owner and not somebody at their open browser: by the password or,
    /// where there is none, by a log-in a moment ago. `field` names the password in errors.
    pub async fn prove_again(self, caller: &Caller, field: &str, password: Option<String>) -> Result<Proven> {
        caller.in_person()?;
        let mut tx = self.pool.begin().await?;
        let user = sqlx::query!(
            "select email, password_hash, token_epoch from users where id = $1",
            caller.user_id.0
        )
        .fetch_optional(&mut *tx)
        .await?
        .ok_or(Error::Missing("account"))?;
        let proven = Proven {
            user_id: caller.user_id,
            epoch: user.token_epoch,
        };
        let Some(hash) = user.password_hash else {
            self.fresh(&mut tx, caller).await?;
            return Ok(proven);
        };
        let Some(password) = password else {
            return Err(Error::invalid(field, "required", "Enter your current password."));
        };
        let subject = Subject::new(self.key, &Email(user.email));
        throttle::begin_try(&mut tx, self.now, self.limits, &subject).await?;
        tx.commit().await?;

        if !passwords::verify(password, Some(hash)).await? {
            return Err(Error::invalid(
                field,
                "password_wrong",
                "This is not your current password.",
            ));
        }
        throttle::forgive(&mut *self.pool.acquire().await?, &subject).await?;
        Ok(proven)
    }

    async fn fresh(self, db: &mut PgConnection, caller: &Caller) -> Result<()> {
        let since = self.now - TimeDelta::minutes(self.limits.fresh_login_minutes.into());
        let session_id = caller.session_id().map(|id| id.0);
        let fresh = sqlx::query_scalar!(
            r#"select exists (select from sessions where id = $1 and created_at > $2) as "fresh!""#,
            session_id,
            since,
        )
        .fetch_one(db)
        .await?;
        if fresh {
            return Ok(());
        }
        Err(Error::refused(
            "login_again",
            "Your account has no password. Log out, log in again, and retry within a few minutes.",
        ))
    }
}

impl Proven {
    /// Who it is, as far as the moment of the proof goes.
    pub(super) fn user_id(&self) -> UserId {
        self.user_id
    }

    /// The account's owner, unless its credentials have changed since the proof. The account stays as it is until the
    /// transaction ends.
    pub async fn hold(&self, db: &mut PgConnection) -> Result<UserId> {
        let held = sqlx::query_scalar!(
            "select id from users where id = $1 and token_epoch = $2 and disabled_at is null for update",
            self.user_id.0,
            self.epoch,
        );
        let id = held
            .fetch_optional(db)
            .await?
            .ok_or_else(|| Error::Unauthenticated("The account has just changed. Log in again.".to_owned()))?;
        Ok(UserId(id))
    }

    /// As [`Proven::hold`], and writes down that somebody has logged in.
    pub async fn admit(&self, db: &mut PgConnection, now: DateTime<Utc>) -> Result<UserId> {
        let user_id = self.hold(db).await?;
        sqlx::query!("update users set last_login_at = $2 where id = $1", user_id.0, now)
            .execute(db)
            .await?;
        Ok(user_id)
    }
}
