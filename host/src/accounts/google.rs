//! Sign-in by Google: whose account an identity leads to, and the tie between the two.
//!
//! An account is found by Google's id of the person, never by an address alone. An address ties the two only where both
//! sides have made sure that it is the person's: otherwise somebody could wait for them with an account of that
//! address. What stands in the way is a [`Refusal`], an ending like any other.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;
use url::{Position, Url};

use super::{Caller, Email, create, login::Proven, parse_name};
use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    google::{Identity, Start},
    ids::UserId,
    mail::templates::{self, Template},
    queue::{self, Job},
    secret,
};

/// A page of this server to go to afterwards: a path, such as `/projects?sort=name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// A sign-in that was at Google.
pub struct Pending {
    pub nonce: String,
    pub pkce_verifier: String,
    pub return_to: ReturnTo,
    /// Who ties their account to Google; `None` for somebody who logs in.
    pub linking: Option<UserId>,
}

/// How a sign-in ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignIn {
    /// With somebody to let in.
    Admitted(UserId),
    Refused(Refusal),
}

/// How the tying of an account ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    Made,
    Refused(Refusal),
}

/// Why Google's word about somebody is not enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Google does not know that the address is theirs.
    EmailUnverified,
    /// There is an account with this address, and nobody has confirmed the address here.
    AccountUnverified,
    /// The account with this address is tied to another Google account.
    OtherGoogle,
    /// The Google account leads to another account.
    OtherAccount,
    /// An administrator closed the account.
    AccountDisabled,
}

impl Refusal {
    /// Stable, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::EmailUnverified => "google_email_unverified",
            Self::AccountUnverified => "email_unverified",
            Self::OtherGoogle => "google_other",
            Self::OtherAccount => "google_taken",
            Self::AccountDisabled => "account_disabled",
        }
    }
}

impl ReturnTo {
    const MAX_BYTES: usize = 2_000;

    /// `field` is named in the error. What a browser could read as another host is not a path.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let inside = || {
            // Any host will do: a path is what stays on it.
            let host = Url::parse("http://localhost").ok()?;
            let url = host.join(text).ok()?;
            let stays = text.starts_with('/') && !text.contains('\\') && url.origin() == host.origin();
            let path = url[Position::BeforePath..].to_owned();
            (stays && !path.starts_with("//") && path.len() <= Self::MAX_BYTES).then_some(path)
        };
        inside().map(Self).ok_or_else(|| {
            Error::invalid(
                field,
                "return_to",
                "Use a path on this server that starts with a single slash, such as /projects.",
            )
        })
    }

    /// The path with its query, in ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The first page.
impl Default for ReturnTo {
    fn default() -> Self {
        Self("/".to_owned())
    }
}

/// Remembers a sign-in until somebody comes back from it. `linking` is whose account it is to be tied to.
pub async fn remember(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    start: &Start,
    return_to: &ReturnTo,
    linking: Option<UserId>,
) -> Result<()> {
    sqlx::query!(
        "insert into google_logins (state_hash, nonce, pkce_verifier, user_id, return_to, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        secret::hash(&start.state),
        start.nonce,
        start.pkce_verifier,
        linking.map(|user_id| user_id.0),
        return_to.as_str(),
        now,
        now + TimeDelta::minutes(limits.google_login_minutes.into()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The sign-in with this state, unless it is over. It can be taken once.
pub async fn take(db: &mut PgConnection, now: DateTime<Utc>, state: &str) -> Result<Option<Pending>> {
    let row = sqlx::query!(
        "delete from google_logins where state_hash = $1 returning nonce, pkce_verifier, user_id, return_to, expires_at",
        secret::hash(state),
    )
    .fetch_optional(db)
    .await?;
    Ok(row.filter(|row| row.expires_at > now).map(|row| Pending {
        nonce: row.nonce,
        pkce_verifier: row.pkce_verifier,
        return_to: ReturnTo(row.return_to),
        linking: row.user_id.map(UserId),
    }))
}

/// Lets in whoever Google says it is: the account tied to the identity, else the one with the same address, which is
/// tied to it, else a new one.
pub async fn sign_in(db: &mut PgConnection, now: DateTime<Utc>, identity: &Identity) -> Result<SignIn> {
    let known = sqlx::query!(
        "select id, disabled_at from users where google_subject = $1 for update",
        identity.subject
    )
    .fetch_optional(&mut *db)
    .await?;
    let user_id = if let Some(user) = known {
        if user.disabled_at.is_some() {
            return Ok(SignIn::Refused(Refusal::AccountDisabled));
        }
        UserId(user.id)
    } else {
        let email = identity.email.as_deref().filter(|_| identity.email_verified);
        let Some(email) = email else {
            return Ok(SignIn::Refused(Refusal::EmailUnverified));
        };
        let email = Email::parse("email", email)?;
        match with_address(db, &email, identity).await? {
            Found::Account(user_id) => user_id,
            Found::Refused(refusal) => return Ok(SignIn::Refused(refusal)),
            Found::Nobody => newcomer(db, now, &email, identity).await?,
        }
    };
    sqlx::query!("update users set last_login_at = $2 where id = $1", user_id.0, now)
        .execute(db)
        .await?;
    Ok(SignIn::Admitted(user_id))
}

/// Whose account is about to be tied to Google. Stops whoever could not finish, before they go there.
pub async fn begin_link(db: &mut PgConnection, caller: &Caller, proven: Proven) -> Result<UserId> {
    if caller.session_id().is_none() {
        return Err(Error::refused(
            "session_needed",
            "Linking a Google account needs a browser session. Log in with a browser.",
        ));
    }
    let user_id = proven.hold(db).await?;
    let subject = sqlx::query_scalar!("select google_subject from users where id = $1", user_id.0)
        .fetch_one(db)
        .await?;
    match subject {
        None => Ok(user_id),
        Some(_) => Err(Error::conflict(
            "google_linked",
            "Your account is already linked to a Google account. Unlink that one first.",
        )),
    }
}

/// Ties the account of `linking` to the identity, and tells its owner. `caller` is who came back from Google: it has to
/// be the one who left.
pub async fn link(
    db: &mut PgConnection,
    linking: UserId,
    caller: Option<&Caller>,
    identity: &Identity,
) -> Result<Link> {
    if !caller.is_some_and(|caller| caller.session_id().is_some() && caller.user_id == linking) {
        return Err(Error::Unauthenticated(
            "You have logged out in the meantime. Log in and start again.".to_owned(),
        ));
    }
    let user = sqlx::query!(
        "select email, google_subject from users where id = $1 for update",
        linking.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("account"))?;
    if let Some(subject) = user.google_subject {
        let refused = Link::Refused(Refusal::OtherGoogle);
        return Ok(if subject == identity.subject {
            Link::Made
        } else {
            refused
        });
    }
    if tie(db, linking, &user.email, identity).await? {
        Ok(Link::Made)
    } else {
        Ok(Link::Refused(Refusal::OtherAccount))
    }
}

/// Takes the tie to Google away, unless nothing else would let its owner in.
pub async fn unlink(db: &mut PgConnection, caller: &Caller) -> Result<()> {
    caller.in_person()?;
    let user = sqlx::query!(
        r#"select google_subject is not null as "linked!", password_hash is not null as "has_password!"
           from users where id = $1 for update"#,
        caller.user_id.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("account"))?;
    if !user.linked {
        return Err(Error::Missing("linked Google account"));
    }
    if !user.has_password {
        return Err(Error::conflict(
            "password_missing",
            "Google is your only way to log in. Set a password first.",
        ));
    }
    sqlx::query!("update users set google_subject = null where id = $1", caller.user_id.0)
        .execute(db)
        .await?;
    Ok(())
}

enum Found {
    Account(UserId),
    Refused(Refusal),
    Nobody,
}

/// The account with an address that Google knows to be the person's, tied to the identity.
async fn with_address(db: &mut PgConnection, email: &Email, identity: &Identity) -> Result<Found> {
    let user = sqlx::query!(
        "select id, email, email_verified_at, google_subject, disabled_at from users
         where lower(email) = lower($1) for update",
        email.as_str()
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(user) = user else {
        return Ok(Found::Nobody);
    };
    let refusal = if user.disabled_at.is_some() {
        Refusal::AccountDisabled
    } else if user.email_verified_at.is_none() {
        Refusal::AccountUnverified
    } else if user.google_subject.is_some() || !tie(db, UserId(user.id), &user.email, identity).await? {
        Refusal::OtherGoogle
    } else {
        return Ok(Found::Account(UserId(user.id)));
    };
    Ok(Found::Refused(refusal))
}

async fn newcomer(db: &mut PgConnection, now: DateTime<Utc>, email: &Email, identity: &Identity) -> Result<UserId> {
    let user_id = create(db, now, email, None).await?;
    // A name that will not do here is no reason to stay outside.
    let name = parse_name("name", identity.name.as_deref().unwrap_or_default()).unwrap_or_default();
    sqlx::query!(
        "update users set google_subject = $2, email_verified_at = $3, name = $4 where id = $1",
        user_id.0,
        identity.subject,
        now,
        name,
    )
    .execute(&mut *db)
    .await?;
    queue::add(db, &Job::StarterProject { user: user_id }).await?;
    Ok(user_id)
}

/// Ties an account that is not tied yet, and writes to its owner; false where the identity leads to another account,
/// with which the transaction has failed.
async fn tie(db: &mut PgConnection, user_id: UserId, email: &str, identity: &Identity) -> Result<bool> {
    let tied = sqlx::query!(
        "update users set google_subject = $2 where id = $1",
        user_id.0,
        identity.subject
    )
    .execute(&mut *db)
    .await;
    match tied {
        Err(error) if broken(&error, "users_google_subject_key") => return Ok(false),
        tied => tied?,
    };
    let mail = Template::GoogleLinked {
        google_email: identity.email.clone(),
    };
    queue::add(db, &templates::write(&mail, email).into()).await?;
    Ok(true)
}

/// Removes log-ins by Google that nobody finished in time. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from google_logins where expires_at <= $1", now)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_to_return_to_is_on_this_server() {
        let check = |text: &str, expected: Option<&str>| {
            let parsed = ReturnTo::parse("return_to", text).ok();
            assert_eq!(parsed.as_ref().map(ReturnTo::as_str), expected, "{text:?}");
        };
        check("/", Some("/"));
        check("/projects?sort=name#top", Some("/projects?sort=name#top"));
        check("/projects/../account", Some("/account"));
        check("/Übersicht", Some("/%C3%9Cbersicht"));
        check("/?next=//example.com", Some("/?next=//example.com"));
        check("", None);
        check("projects", None);
        check("//example.com", None);
        check("/\\example.com", None);
        check("\\\\example.com", None);
        check("/\t/example.com", None);
        check("/\n/example.com", None);
        check(" //example.com", None);
        check("/.//example.com", None);
        check("/a/..//example.com", None);
        check("https://example.com/", None);
        check("http://localhost/", None);
        check("javascript:alert(1)", None);
        check(&format!("/{}", "a".repeat(2_000)), None);
    }
}
