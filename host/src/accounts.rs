//! People: who they are, and what proves it.
//!
//! Whoever asks learns nothing about whether an address has an account: what depends on it happens in jobs, after the
//! answer, and what cannot wait takes the same work either way. Nothing that lets somebody in is stored as it is, only
//! its hash.

pub mod api_keys;
pub mod bearer;
pub mod changes;
pub mod deletion;
pub mod google;
pub mod login;
pub mod passwords;
pub mod resets;
pub mod sessions;
pub mod throttle;
pub mod verification;

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    error::{Error, Result, broken},
    ids::{ApiKeyId, OrgId, SessionId, UserId},
    text::Name,
};

/// Somebody who has proved who they are. Only this module makes one.
#[derive(Clone, Debug)]
pub struct Caller {
    pub user_id: UserId,
    pub credential: Credential,
}

/// What proved it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Credential {
    Session(SessionId),
    Bearer,
    ApiKey(ApiKeyId),
}

impl Caller {
    /// Stops API keys: a leaked one must not make others or end sessions.
    pub fn in_person(&self) -> Result<()> {
        match self.credential {
            Credential::Session(_) | Credential::Bearer => Ok(()),
            Credential::ApiKey(_) => Err(Error::refused(
                "login_needed",
                "API keys cannot do this. Log in, or get a bearer token with your password.",
            )),
        }
    }

    /// The session that the caller is in, if any.
    pub fn session_id(&self) -> Option<SessionId> {
        match self.credential {
            Credential::Session(id) => Some(id),
            Credential::Bearer | Credential::ApiKey(_) => None,
        }
    }
}

/// A mail address that can be one: ASCII, with a name, an @ and a domain with a dot, and at most 254 characters
/// (RFC 5321). A domain in other letters is kept as its ASCII form (RFC 5891).
///
/// ASCII alone, so that the database and this program agree on which addresses differ by upper and lower case only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    pub const MAX_CHARS: usize = 254;

    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let address = text.trim().parse::<lettre::Address>().ok().and_then(|address| {
            let user = address.user();
            let plain = user.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"');
            match url::Host::parse(address.domain()) {
                Ok(url::Host::Domain(domain)) if plain && domain.contains('.') => Some(format!("{user}@{domain}")),
                _ => None,
            }
        });
        match address {
            Some(address) if address.len() <= Self::MAX_CHARS => Ok(Self(address)),
            _ => Err(Error::invalid(
                field,
                "email_format",
                "This is not an email address. Write it as name@example.com.",
            )),
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same for addresses that differ by upper and lower case only.
    fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// What a password for this address must not be made of.
    fn words(&self) -> Vec<&str> {
        self.0.split('@').chain([self.as_str()]).collect()
    }
}

/// The domain of accounts without a mail address, which no mail goes to (RFC 2606).
pub const NAMED_DOMAIN: &str = "users.invalid";

impl Email {
    /// A mail address, or the place of one for somebody who logs in by a plain name of letters, digits, `.`, `-` and `_`.
    /// `field` is named in the error.
    pub fn parse_or_name(field: &str, text: &str) -> Result<Self> {
        let text = text.trim();
        if text.contains('@') {
            return Self::parse(field, text);
        }
        let plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let address = Some(text)
            .filter(|name| name.chars().all(plain))
            .and_then(|name| Self::parse(field, &format!("{name}@{NAMED_DOMAIN}")).ok());
        address.ok_or_else(|| {
            let message = "Use an email address, or a name of letters, digits, dots, hyphens and underscores.";
            Error::invalid(field, "username", message)
        })
    }

    /// Whether it stands for a plain name.
    pub fn is_name(&self) -> bool {
        is_name(&self.0)
    }

    /// As its owner writes it: the name, or the mail address.
    pub fn shown(address: &str) -> &str {
        if is_name(address) {
            address.split('@').next().unwrap_or(address)
        } else {
            address
        }
    }
}

/// Whether an address only stands for a plain name.
pub fn is_name(address: &str) -> bool {
    address
        .rsplit('@')
        .next()
        .is_some_and(|domain| domain.eq_ignore_ascii_case(NAMED_DOMAIN))
}

/// An account as its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Account {
    pub id: UserId,
    pub email: String,
    /// A new address, which replaces the account's address once the link sent to it is followed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_email: Option<String>,
    /// Empty if none was given.
    pub name: String,
    /// False for somebody who only signs in with Google.
    pub has_password: bool,
    /// Whether the account is linked to Google.
    pub google_linked: bool,
    /// The user's personal organisation.
    pub personal_org_id: OrgId,
    pub created_at: DateTime<Utc>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_login_at: Option<DateTime<Utc>>,
}

/// The caller's own account.
pub async fn account(db: &mut PgConnection, now: DateTime<Utc>, caller: &Caller) -> Result<Account> {
    account_of(db, now, caller.user_id).await
}

/// The account of somebody who has just proved that it is theirs, or opened it.
pub async fn account_of(db: &mut PgConnection, now: DateTime<Utc>, user_id: UserId) -> Result<Account> {
    let row = sqlx::query!(
        r#"select u.id, u.email, u.name, u.password_hash is not null as "has_password!",
             u.google_subject is not null as "google_linked!", u.created_at, u.last_login_at, o.id as org_id,
             (select v.email from email_verifications v
              where v.user_id = u.id and v.email <> u.email and v.expires_at > $2
              order by v.id desc limit 1) as new_email
           from users u join orgs o on o.personal_user_id = u.id
           where u.id = $1"#,
        user_id.0,
        now,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("account"))?;
    Ok(Account {
        id: UserId(row.id),
        email: row.email,
        new_email: row.new_email,
        name: row.name,
        has_password: row.has_password,
        google_linked: row.google_linked,
        personal_org_id: OrgId(row.org_id),
        created_at: row.created_at,
        last_login_at: row.last_login_at,
    })
}

/// What changes in an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Change {
    name: Option<String>,
}

impl Change {
    /// What is `None` stays as it is. An empty name is none.
    pub fn parse(name: Option<&str>) -> Result<Self> {
        let name = name.map(|name| parse_name("name", name)).transpose()?;
        Ok(Self { name })
    }
}

/// Changes the caller's account.
pub async fn change(db: &mut PgConnection, user_id: UserId, change: &Change) -> Result<()> {
    sqlx::query!(
        "update users set name = coalesce($2, name) where id = $1",
        user_id.0,
        change.name
    )
    .execute(db)
    .await?;
    Ok(())
}

/// A person's name, which may be empty. `field` is named in the error.
fn parse_name(field: &str, text: &str) -> Result<String> {
    if text.trim().is_empty() {
        return Ok(String::new());
    }
    Ok(Name::parse(field, text)?.as_str().to_owned())
}

/// A new account with its personal organisation. `password_hash` is `None` for somebody who comes by Google.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    email: &Email,
    password_hash: Option<&str>,
) -> Result<UserId> {
    let user_id = UserId::new();
    sqlx::query!(
        "insert into users (id, email, password_hash, created_at) values ($1, $2, $3, $4)",
        user_id.0,
        email.as_str(),
        password_hash,
        now,
    )
    .execute(&mut *db)
    .await
    .map_err(|error| {
        if broken(&error, "users_email_key") {
            Error::conflict(
                "email_taken",
                "An account with this email address already exists. Log in instead.",
            )
        } else {
            error.into()
        }
    })?;
    let org_id = OrgId::new();
    sqlx::query!(
        "insert into orgs (id, name, personal_user_id, created_at) values ($1, 'Personal', $2, $3)",
        org_id.0,
        user_id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    sqlx::query!(
        "insert into members (org_id, user_id, role, created_at) values ($1, $2, 'owner', $3)",
        org_id.0,
        user_id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    Ok(user_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_name_and_a_domain() {
        let check = |text: &str, expected: Option<&str>| {
            let email = Email::parse("email", text).ok();
            assert_eq!(email.as_ref().map(Email::as_str), expected, "{text:?}");
        };
        check("ada@example.com", Some("ada@example.com"));
        check(" Ada.Lovelace+csv@Example.COM ", Some("Ada.Lovelace+csv@example.com"));
        check("ada@müller.example", Some("ada@xn--mller-kva.example"));
        check("ada", None);
        check("ada@", None);
        check("@example.com", None);
        check("ada@localhost", None);
        check("ada@127.0.0.1", None);
        check("ada@[127.0.0.1]", None);
        check("ada lovelace@example.com", None);
        check("\"ada lovelace\"@example.com", None);
        check("ada@example.com\r\nBcc: all@example.com", None);
        check("a\0da@example.com", None);
        check("vİctim@example.com", None);
        check(&format!("{}@example.com", "a".repeat(250)), None);
    }
}
