//! Changes of what lets somebody in: the password, and the address.
//!
//! Each needs the password again, and the owner gets a mail about it. A new address counts only once the link that was
//! mailed there was followed.

use sqlx::PgConnection;

use super::{
    Caller, Email, bearer,
    login::{LoginService, Proven},
    passwords::Password,
    sessions,
    throttle::{self, Asked},
    verification,
};
use crate::{
    error::{Error, Result},
    ids::UserId,
    mail::templates::{self, Template},
    queue::{self, Job},
};

impl LoginService<'_> {
    /// Gives the caller's account a new password, and ends every other session and every bearer token. The session that
    /// the caller is in goes on under a new token, which is answered with whether it is remembered.
    pub async fn change_password(
        self,
        caller: &Caller,
        current: Option<String>,
        password: &str,
    ) -> Result<Option<(String, bool)>> {
        // Before the current one, whose tries are counted.
        Password::parse("password", password, &[])?;
        let proven = self.prove_again(caller, "current_password", current).await?;
        let email = sqlx::query_scalar!("select email from users where id = $1", caller.user_id.0)
            .fetch_optional(self.pool)
            .await?
            .ok_or(Error::Missing("account"))?;
        let hash = Password::parse("password", password, &Email(email).words())?
            .hash()
            .await?;

        let mut tx = self.pool.begin().await?;
        let user_id = proven.hold(&mut tx).await?;
        set_password(&mut tx, user_id, &hash).await?;
        sessions::close_others(&mut tx, caller).await?;
        let renewed = sessions::renew(&mut tx, self.now, self.limits, caller).await?;
        tx.commit().await?;
        Ok(renewed)
    }

    /// Takes the wish for another address; a job mails the link there.
    pub async fn change_email(self, db: &mut PgConnection, proven: Proven, email: Email) -> Result<()> {
        let user_id = proven.hold(db).await?;
        let current = sqlx::query_scalar!("select email from users where id = $1", user_id.0)
            .fetch_one(&mut *db)
            .await?;
        if current == email.as_str() {
            return Err(Error::invalid(
                "email",
                "unchanged",
                "This is already your email address.",
            ));
        }
        throttle::count_mail(db, self.now, self.limits, self.key, Asked::Link, &email).await?;
        let job = Job::MailNewEmail {
            user: user_id,
            email: email.0,
        };
        queue::add(db, &job).await
    }
}

/// Sets the password and tells the owner. Bearer tokens, and links and codes that were mailed before, stop working.
pub(super) async fn set_password(db: &mut PgConnection, user_id: UserId, hash: &str) -> Result<()> {
    let email = sqlx::query_scalar!(
        "update users set password_hash = $2 where id = $1 returning email",
        user_id.0,
        hash
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("account"))?;
    bearer::end_all(db, user_id).await?;
    verification::end_open(db, user_id).await?;
    queue::add(db, &templates::write(&Template::PasswordChanged, &email).into()).await
}
