//! Channels: where an organisation is told of its alerts, and the messages that went there.
//!
//! A channel's address and secret are sealed, and never handed out again. A message is claimed before it is sent and has
//! one id for ever; a sending that was cut off by a dying server is unknown, and never repeated.

pub mod deliveries;
mod messages;

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::Email,
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::{ChannelId, OrgId, UserId},
    orgs::{self, Member, Role},
    secret::{self, ServerKey},
    text::Name,
    webhooks::Webhooks,
};

pub use messages::{LINES_MAX, Line, Notice};

/// What a channel's secrets are sealed for.
const PURPOSE: &str = "channel";
/// How Standard Webhooks marks a secret.
const SECRET_PREFIX: &str = "whsec_";

/// How a channel is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = ChannelKind)]
pub enum Kind {
    Email,
    /// JSON with the signature of Standard Webhooks.
    Webhook,
    /// An incoming webhook of Slack.
    Slack,
    /// An incoming webhook of Microsoft Teams.
    Teams,
}

/// A channel, without its address and its secret.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Channel {
    pub id: ChannelId,
    pub org_id: OrgId,
    pub name: String,
    pub kind: Kind,
    /// The email address, or the host of the URL.
    pub shown: String,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
}

/// A new channel.
#[derive(Clone, Debug)]
pub struct ChannelDraft {
    pub name: Name,
    pub kind: Kind,
    address: String,
    shown: String,
}

/// What is sealed of a channel.
#[derive(Serialize, Deserialize)]
struct Sealed {
    /// A mail address or a URL.
    address: String,
    /// Of a webhook, without its mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
}

impl ChannelDraft {
    /// `address` is a mail address or a URL, by the kind.
    pub fn parse(webhooks: &Webhooks, name: &str, kind: Kind, address: &str) -> Result<Self> {
        let name = Name::parse("name", name)?;
        let (address, shown) = if kind == Kind::Email {
            let email = Email::parse("address", address)?;
            (email.as_str().to_owned(), email.as_str().to_owned())
        } else {
            let url = webhooks.parse("address", address)?;
            (url.to_string(), url.host_str().unwrap_or_default().to_owned())
        };
        Ok(Self {
            name,
            kind,
            address,
            shown,
        })
    }
}

/// A new channel, and the secret of a webhook, which is not shown again.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    key: &ServerKey,
    member: &Member,
    draft: &ChannelDraft,
) -> Result<(Channel, Option<String>)> {
    // One at a time for each organisation, so that two cannot pass the limit together.
    let member = orgs::lock(db, member).await?;
    member.at_least(Role::Admin)?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from channels where org_id = $1"#,
        member.org_id.0
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.channels_per_org) {
        return Err(Error::Limited {
            code: "too_many_channels",
            message: format!("This organisation has reached the limit of {count} channels. Delete one first."),
            retry_after_s: None,
        });
    }
    if draft.kind == Kind::Email && !is_members(db, member.org_id, &draft.address).await? {
        let message = "Mail goes to members of the organisation only. Invite the person, or use a webhook.";
        return Err(Error::invalid("address", "not_a_member", message));
    }
    let id = ChannelId::new();
    let secret = (draft.kind == Kind::Webhook).then(secret::bytes).transpose()?;
    let secret = secret.map(|bytes| STANDARD.encode(bytes));
    let sealed = Sealed {
        address: draft.address.clone(),
        secret: secret.clone(),
    };
    let text = serde_json::to_vec(&sealed).map_err(anyhow::Error::new)?;
    let sealed = key.seal(PURPOSE, &[member.org_id.0.as_bytes(), id.0.as_bytes()], &text)?;
    let channel = sqlx::query_as!(
        Channel,
        r#"insert into channels (id, org_id, name, kind, shown, sealed, created_by, created_at)
           values ($1, $2, $3, $4, $5, $6, $7, $8)
           returning id, org_id, name, kind as "kind: Kind", shown, created_by as "created_by: UserId", created_at"#,
        id.0,
        member.org_id.0,
        draft.name.as_str(),
        draft.kind as Kind,
        draft.shown,
        sealed,
        member.user_id.0,
        now,
    )
    .fetch_one(db)
    .await
    .map_err(|error| {
        if broken(&error, "channels_name_key") {
            let message = format!(
                "A channel named {} already exists. Use another name.",
                draft.name.as_str()
            );
            return Error::conflict("name_taken", message);
        }
        error.into()
    })?;
    Ok((channel, secret.map(|secret| format!("{SECRET_PREFIX}{secret}"))))
}

/// Whether it is the confirmed address of a member: nobody else gets mail that strangers can cause.
async fn is_members(db: &mut PgConnection, org_id: OrgId, address: &str) -> Result<bool> {
    let is = sqlx::query_scalar!(
        r#"select exists (
             select from members m join users u on u.id = m.user_id
             where m.org_id = $1 and lower(u.email) = lower($2) and u.email_verified_at is not null
               and u.disabled_at is null
           ) as "is!""#,
        org_id.0,
        address,
    )
    .fetch_one(db)
    .await?;
    Ok(is)
}

/// An organisation's channels, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    after: Option<ChannelId>,
    limit: u32,
) -> Result<Vec<Channel>> {
    let channels = sqlx::query_as!(
        Channel,
        r#"select id, org_id, name, kind as "kind: Kind", shown, created_by as "created_by: UserId", created_at
           from channels where org_id = $1 and id < $2 order by id desc limit $3"#,
        member.org_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(channels)
}

/// One channel.
pub async fn get(db: &mut PgConnection, member: &Member, id: ChannelId) -> Result<Channel> {
    sqlx::query_as!(
        Channel,
        r#"select id, org_id, name, kind as "kind: Kind", shown, created_by as "created_by: UserId", created_at
           from channels where org_id = $1 and id = $2"#,
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("channel"))
}

/// Deletes it with what was sent there. Alerts that told it tell their other channels alone.
pub async fn delete(db: &mut PgConnection, member: &Member, id: ChannelId) -> Result<()> {
    member.at_least(Role::Admin)?;
    let deleted = sqlx::query!(
        "delete from channels where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("channel"));
    }
    Ok(())
}
