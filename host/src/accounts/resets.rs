//! A forgotten password: a six-digit code comes by mail, and whoever has it chooses a new one.
//!
//! Asking makes a request whose id only the asker knows, for any address; the code is made, hashed under the server's
//! key and mailed by a job, where an account has the address. A code works once, for minutes, and for so many tries
//! that guessing is hopeless. Requests without a code behave like those with one that is guessed wrong.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

use super::{
    Email, api_keys, changes,
    login::LoginService,
    passwords::Password,
    sessions,
    throttle::{self, Asked, Subject},
    verification::MailContext,
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{PasswordResetId, UserId},
    mail::Mail,
    mail::templates::{self, Template},
    queue::{self, Job},
    secret::{self, ServerKey},
};

/// What the key's codes are for.
const PURPOSE: &str = "password resets";

impl LoginService<'_> {
    /// A request for a new password for the address, whether an account has it or not.
    pub async fn ask_for_reset(self, db: &mut PgConnection, email: &Email) -> Result<PasswordResetId> {
        throttle::count_mail(db, self.now, self.limits, self.key, Asked::ResetCode, email).await?;
        let id = PasswordResetId::new();
        // Until the job puts a code's hash in its place: the hash of nothing that can be typed.
        let no_code = secret::hash(&secret::token()?);
        sqlx::query!(
            "insert into password_resets (id, user_id, code_hash, created_at, expires_at) values
             ($1, (select id from users where lower(email) = lower($2) and disabled_at is null), $3, $4, $5)",
            id.0,
            email.as_str(),
            no_code,
            self.now,
            self.now + TimeDelta::minutes(self.limits.reset_code_minutes.into()),
        )
        .execute(&mut *db)
        .await?;
        queue::add(db, &Job::MailResetCode { reset: id }).await?;
        Ok(id)
    }

    /// Sets the new password, if the code is the request's. Every session, bearer token and API key of the account
    /// ends: this is how somebody takes their account back.
    pub async fn reset(self, id: PasswordResetId, code: &str, password: &str) -> Result<()> {
        Password::parse("password", password, &[])?;
        let email = use_try(self.pool, self.now, self.limits, self.key, id, code).await?;
        let email = email.ok_or_else(wrong_code)?;
        let hash = Password::parse("password", password, &email.words())?.hash().await?;

        let mut tx = self.pool.begin().await?;
        let user_id = claim(&mut tx, id).await?.ok_or_else(wrong_code)?;
        changes::set_password(&mut tx, user_id, &hash).await?;
        let confirmed = sqlx::query!(
            "update users set email_verified_at = $2 where id = $1 and email_verified_at is null",
            user_id.0,
            self.now,
        )
        .execute(&mut *tx)
        .await?;
        if confirmed.rows_affected() > 0 {
            queue::add(&mut tx, &Job::StarterProject { user: user_id }).await?;
        }
        sessions::close_all(&mut tx, user_id).await?;
        api_keys::delete_all(&mut tx, user_id).await?;
        throttle::forgive(&mut tx, &Subject::new(self.key, &email)).await?;
        tx.commit().await?;
        Ok(())
    }
}

impl MailContext<'_> {
    /// The code's mail; nothing where no account has the address, or the request is over. A code that was mailed before
    /// stops working.
    pub async fn reset_code(self, db: &mut PgConnection, key: &ServerKey, id: PasswordResetId) -> Result<Option<Mail>> {
        let code = format!("{:06}", secret::number_below(1_000_000)?);
        let email = sqlx::query_scalar!(
            "update password_resets r set code_hash = $2 from users u
             where r.id = $1 and u.id = r.user_id and r.expires_at > $3
             returning u.email",
            id.0,
            &key.mac(PURPOSE, &[id.0.as_bytes(), code.as_bytes()]),
            self.now,
        )
        .fetch_optional(db)
        .await?;
        let minutes = self.limits.reset_code_minutes;
        Ok(email.map(|email| templates::write(&Template::ResetCode { code, minutes }, &email)))
    }
}

/// Uses up a try, and answers the address of the account if the code is right.
async fn use_try(
    pool: &PgPool,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    key: &ServerKey,
    id: PasswordResetId,
    code: &str,
) -> Result<Option<Email>> {
    // A statement of its own, and so counted whatever comes after it.
    let open = sqlx::query!(
        r#"update password_resets r set tries = tries + 1
           where id = $1 and expires_at > $2 and tries < $3
           returning code_hash, (select email from users u where u.id = r.user_id) as email"#,
        id.0,
        now,
        limits.reset_code_tries as i32,
    )
    .fetch_optional(pool)
    .await?;
    Ok(open
        .filter(|reset| key.verify(PURPOSE, &[id.0.as_bytes(), code.as_bytes()], &reset.code_hash))
        .and_then(|reset| reset.email)
        .map(Email))
}

/// Takes the request away, so that its code works once. The account is locked before, as by all who change what lets
/// somebody in: so none of them waits for another for ever.
async fn claim(db: &mut PgConnection, id: PasswordResetId) -> Result<Option<UserId>> {
    sqlx::query!(
        "select id from users where id = (select user_id from password_resets where id = $1) for update",
        id.0
    )
    .fetch_optional(&mut *db)
    .await?;
    let user_id = sqlx::query_scalar!("delete from password_resets where id = $1 returning user_id", id.0)
        .fetch_optional(db)
        .await?;
    Ok(user_id.flatten().map(UserId))
}

fn wrong_code() -> Error {
    Error::invalid(
        "code",
        "code_wrong",
        "This code is wrong, already used, or expired. Check the email again, or request a new code.",
    )
}

/// Removes expired codes. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from password_resets where expires_at <= $1", now)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
