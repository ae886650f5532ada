//! Sign-up, and the links by which people confirm that an address is theirs.
//!
//! Asking for an account, or for another link, only puts a job into the queue; whether there is an account already is
//! looked at there, so neither the answer nor its time depends on it. A link's token is made when its mail is written,
//! and only its hash is kept.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use url::Url;
use uuid::Uuid;

use super::{
    Email, create,
    login::LoginService,
    parse_name,
    passwords::Password,
    throttle::{self, Asked},
};
use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::UserId,
    mail::Mail,
    mail::templates::{self, Template},
    queue::{self, Job},
    secret,
};

/// Days for which an account waits for somebody to confirm its address; then its rows say nothing about anybody.
const UNCONFIRMED_DAYS: i64 = 30;
/// The lock under which the first account is opened.
const FIRST_ACCOUNT: i64 = 0x0067_6c6f_7665_6163;

/// What somebody gives who wants an account.
pub struct SignUp {
    email: Email,
    password: Password,
    name: String,
}

impl SignUp {
    /// The address, as it was given.
    pub fn email(&self) -> &str {
        self.email.as_str()
    }

    /// Every field that is wrong is named.
    pub fn parse(email: &str, password: &str, name: Option<&str>) -> Result<Self> {
        let email = Email::parse("email", email);
        let name = parse_name("name", name.unwrap_or_default());
        let own_words = email.as_ref().map(Email::words).unwrap_or_default();
        let password = Password::parse("password", password, &own_words);
        match (email, password, name) {
            (Ok(email), Ok(password), Ok(name)) => Ok(Self { email, password, name }),
            (email, password, name) => {
                let mut fields = Vec::new();
                for error in [email.err(), password.err(), name.err()].into_iter().flatten() {
                    match error {
                        Error::Invalid(wrong) => fields.extend(wrong),
                        other => return Err(other),
                    }
                }
                Err(Error::Invalid(fields))
            }
        }
    }
}

/// What mails need beside the database.
#[derive(Clone, Copy)]
pub struct MailContext<'a> {
    pub now: DateTime<Utc>,
    pub limits: &'a ServerLimits,
    pub public_url: &'a Url,
}

impl LoginService<'_> {
    /// Takes the wish for an account, which a job fulfils. Where `first_opens` and there is no account yet, it is open at
    /// once: that is whose.
    pub async fn sign_up(self, wish: SignUp, first_opens: bool) -> Result<Option<UserId>> {
        let mut tx = self.pool.begin().await?;
        throttle::count_mail(&mut tx, self.now, self.limits, self.key, Asked::Link, &wish.email).await?;
        tx.commit().await?;
        let password_hash = wish.password.hash().await?;
        if first_opens && let Some(user_id) = self.open_first(&wish.email, &wish.name, &password_hash).await? {
            return Ok(Some(user_id));
        }
        let job = Job::SignUp {
            email: wish.email.0,
            name: wish.name,
            password_hash,
        };
        queue::add(&mut *self.pool.acquire().await?, &job).await?;
        Ok(None)
    }

    /// Opens the first account of a server at once, confirmed. `None` where there is an account already.
    async fn open_first(self, email: &Email, name: &str, password_hash: &str) -> Result<Option<UserId>> {
        let mut tx = self.pool.begin().await?;
        // One first account, however many sign up at once.
        sqlx::query!("select pg_advisory_xact_lock($1)", FIRST_ACCOUNT)
            .execute(&mut *tx)
            .await?;
        let any = sqlx::query_scalar!(r#"select exists (select from users) as "any!""#);
        if any.fetch_one(&mut *tx).await? {
            return Ok(None);
        }
        let user_id = create(&mut tx, self.now, email, Some(password_hash)).await?;
        sqlx::query!(
            "update users set name = $2, email_verified_at = $3, last_login_at = $3 where id = $1",
            user_id.0,
            name,
            self.now,
        )
        .execute(&mut *tx)
        .await?;
        queue::add(&mut tx, &Job::StarterProject { user: user_id }).await?;
        tx.commit().await?;
        Ok(Some(user_id))
    }

    /// Opens an account at once, for clients of older systems, which are told whether there is one already (409
    /// `email_taken`). A mail address has to be confirmed before anybody can log in; a plain name has none to confirm.
    pub async fn register(self, email: Email, password: &str) -> Result<UserId> {
        let password = Password::parse("password", password, &email.words())?;
        let mut tx = self.pool.begin().await?;
        if !email.is_name() {
            throttle::count_mail(&mut tx, self.now, self.limits, self.key, Asked::Link, &email).await?;
        }
        tx.commit().await?;
        let hash = password.hash().await?;
        let mut tx = self.pool.begin().await?;
        let user_id = create(&mut tx, self.now, &email, Some(&hash)).await?;
        if email.is_name() {
            sqlx::query!(
                "update users set email_verified_at = $2 where id = $1",
                user_id.0,
                self.now
            )
            .execute(&mut *tx)
            .await?;
            queue::add(&mut tx, &Job::StarterProject { user: user_id }).await?;
        } else {
            queue::add(&mut tx, &Job::MailVerification { email: email.0 }).await?;
        }
        tx.commit().await?;
        Ok(user_id)
    }

    /// Takes the wish for another confirmation link, which a job fulfils.
    pub async fn send_link_again(self, db: &mut PgConnection, email: Email) -> Result<()> {
        throttle::count_mail(db, self.now, self.limits, self.key, Asked::Link, &email).await?;
        queue::add(db, &Job::MailVerification { email: email.0 }).await
    }
}

impl MailContext<'_> {
    /// The account that somebody asked for, with the mail that its link is in; or the mail that says there is one.
    pub async fn sign_up(self, db: &mut PgConnection, email: &str, name: &str, password_hash: &str) -> Result<Mail> {
        let found = sqlx::query!(
            "select id, email, email_verified_at from users where lower(email) = lower($1) for update",
            email
        )
        .fetch_optional(&mut *db)
        .await?;
        let (user_id, email) = match found {
            Some(user) if user.email_verified_at.is_some() => return Ok(self.address_taken(&user.email)),
            Some(user) => (UserId(user.id), user.email),
            None => {
                let email = Email(email.to_owned());
                (create(db, self.now, &email, None).await?, email.0)
            }
        };
        sqlx::query!(
            "update users set name = $2, password_hash = $3 where id = $1",
            user_id.0,
            name,
            password_hash
        )
        .execute(&mut *db)
        .await?;
        let link = self.link(db, user_id, &email, Some(password_hash)).await?;
        Ok(templates::write(&Template::VerifyEmail { link }, &email))
    }

    /// Another link, if an account with this address waits for one.
    pub async fn link_again(self, db: &mut PgConnection, email: &str) -> Result<Option<Mail>> {
        let found = sqlx::query!(
            "select id, email from users
             where lower(email) = lower($1) and email_verified_at is null and disabled_at is null",
            email
        )
        .fetch_optional(&mut *db)
        .await?;
        let Some(user) = found else { return Ok(None) };
        let link = self.link(db, UserId(user.id), &user.email, None).await?;
        Ok(Some(templates::write(&Template::VerifyEmail { link }, &user.email)))
    }

    /// The link to an address that is to be the user's new one; nothing where the account is gone.
    pub async fn link_to_new(self, db: &mut PgConnection, user_id: UserId, email: &str) -> Result<Option<Mail>> {
        let taken = sqlx::query!(
            "select email from users where lower(email) = lower($1) and id <> $2",
            email,
            user_id.0
        );
        if let Some(taken) = taken.fetch_optional(&mut *db).await? {
            return Ok(Some(self.address_taken(&taken.email)));
        }
        let user = sqlx::query!(
            "select id from users where id = $1 and disabled_at is null for update",
            user_id.0
        );
        if user.fetch_optional(&mut *db).await?.is_none() {
            return Ok(None);
        }
        let link = self.link(db, user_id, email, None).await?;
        Ok(Some(templates::write(&Template::ConfirmNewEmail { link }, email)))
    }

    async fn link(
        self,
        db: &mut PgConnection,
        user_id: UserId,
        email: &str,
        password_hash: Option<&str>,
    ) -> Result<String> {
        let token = secret::token()?;
        sqlx::query!(
            "insert into email_verifications (id, user_id, email, token_hash, password_hash, created_at, expires_at)
             values ($1, $2, $3, $4, $5, $6, $7)",
            Uuid::now_v7(),
            user_id.0,
            email,
            secret::hash(&token),
            password_hash,
            self.now,
            self.now + TimeDelta::hours(self.limits.verification_hours.into()),
        )
        .execute(db)
        .await?;
        Ok(format!("{}?token={token}", self.page("verify-email")))
    }

    fn address_taken(self, email: &str) -> Mail {
        let mail = Template::AddressTaken {
            login_link: self.page("log-in"),
            reset_link: self.page("reset-password"),
        };
        templates::write(&mail, email)
    }

    /// A page of the browser's application.
    fn page(self, name: &str) -> String {
        format!("{}/{name}", self.public_url.as_str().trim_end_matches('/'))
    }
}

/// An address that was confirmed.
#[derive(Debug)]
pub struct Confirmed {
    pub user_id: UserId,
    pub email: String,
    /// Whether the account is open from now on.
    pub opened: bool,
}

/// The address that the link of `token` was mailed to is its account's owner's. A link works once; those that were sent
/// beside it stop working.
pub async fn confirm(db: &mut PgConnection, now: DateTime<Utc>, token: &str) -> Result<Confirmed> {
    // The account before the link, in the order of all who change what lets somebody in.
    let user = sqlx::query!(
        "select id, email, email_verified_at from users
         where id = (select user_id from email_verifications where token_hash = $1) for update",
        secret::hash(token)
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(link_over)?;
    let user_id = UserId(user.id);
    let link = sqlx::query!(
        "delete from email_verifications where token_hash = $1 and expires_at > $2 returning email, password_hash",
        secret::hash(token),
        now,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(link_over)?;
    let new = link.email != user.email;
    sqlx::query!(
        "update users set email = $2, email_verified_at = $3, password_hash = coalesce($4, password_hash) where id = $1",
        user_id.0,
        link.email,
        now,
        link.password_hash,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| {
        if broken(&error, "users_email_key") {
            Error::conflict(
                "email_taken",
                "Another account now uses this email address. Log in there, or use another address.",
            )
        } else {
            error.into()
        }
    })?;
    end_open(db, user_id).await?;
    let opened = user.email_verified_at.is_none();
    let email = link.email.clone();
    if opened {
        queue::add(db, &Job::StarterProject { user: user_id }).await?;
    } else if new {
        let mail = Template::EmailChanged { new: link.email };
        queue::add(db, &templates::write(&mail, &user.email).into()).await?;
    }
    Ok(Confirmed { user_id, email, opened })
}

fn link_over() -> Error {
    Error::invalid(
        "token",
        "link_over",
        "This link was already used or has expired. Request a new one, or log in.",
    )
}

/// Ends every link and reset code that was sent to the user and not used.
pub(super) async fn end_open(db: &mut PgConnection, user_id: UserId) -> Result<()> {
    sqlx::query!("delete from email_verifications where user_id = $1", user_id.0)
        .execute(&mut *db)
        .await?;
    sqlx::query!("delete from password_resets where user_id = $1", user_id.0)
        .execute(db)
        .await?;
    Ok(())
}

/// Removes expired links. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from email_verifications where expires_at <= $1", now)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}

/// Removes accounts that nobody confirmed for [`UNCONFIRMED_DAYS`] days. Returns how many.
pub async fn expire_accounts(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let before = now - TimeDelta::days(UNCONFIRMED_DAYS);
    let gone = sqlx::query!(
        "delete from users u where email_verified_at is null and last_login_at is null and created_at <= $1
                 and not exists (select from email_verifications v where v.user_id = u.id)",
        before
    );
    Ok(gone.execute(db).await?.rows_affected())
}
