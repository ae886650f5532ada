//! People: who they are, and what proves it.

pub mod passwords;
pub mod sessions;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use crate::{
    error::{Error, Result, broken},
    ids::{ApiKeyId, OrgId, SessionId, UserId},
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

/// A mail address that can be one: it has a name, an @ and a host with a dot, and at most 254 characters (RFC 5321).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// `field` is named in the error.
    pub fn parse(field: &str, text: &str) -> Result<Self> {
        let text = text.trim();
        let address: Option<lettre::Address> = text.parse().ok();
        let good = address.is_some_and(|address| address.domain().contains('.')) && text.len() <= 254;
        if !good {
            return Err(Error::invalid(
                field,
                "email_format",
                "This is not an e-mail address. Write it as name@example.com.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
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
                "There is an account with this address already. Log in instead.",
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
