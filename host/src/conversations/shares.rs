//! Read-only links: whoever has one sees a conversation as it is now, and nothing else of the organisation.
//!
//! A link is a random token, of which the hash alone is stored, so it is shown once. A new link ends the one before. What
//! is seen through it names no person, and has nobody's feedback.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    generated::{self, GeneratedFile},
    messages::{self, Message, Speaker, State},
    parts::Part,
};
use crate::{
    error::{Error, Result},
    files::preview::Stored,
    ids::{ConversationId, GeneratedFileId, MessageId, OrgId},
    objects::ObjectKey,
    orgs::{Member, Role},
    secret,
};

/// A conversation that a link leads to.
#[derive(Clone, Debug)]
pub struct Shared {
    pub org_id: OrgId,
    id: ConversationId,
    pub title: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// A message as seen by strangers.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SharedMessage {
    pub id: MessageId,
    /// The message it follows.
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Option<MessageId>,
    pub role: Speaker,
    pub state: State,
    pub parts: Vec<Part>,
    /// The names of the files that the question is about.
    pub files: Vec<String>,
    pub generated_files: Vec<GeneratedFile>,
    /// Whether it was imported, so that its scripts, results and receipts are not verified.
    pub imported: bool,
    pub created_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
}

impl From<Message> for SharedMessage {
    fn from(message: Message) -> Self {
        Self {
            id: message.id,
            parent_id: message.parent_id,
            role: message.role,
            state: message.state,
            parts: message.parts,
            files: message.files.into_iter().map(|file| file.name).collect(),
            generated_files: message.generated_files,
            imported: message.imported,
            created_at: message.created_at,
            ended_at: message.ended_at,
        }
    }
}

/// Makes a new link, and answers its token. The one before leads nowhere from now on.
pub async fn share(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: ConversationId) -> Result<String> {
    member.at_least(Role::Member)?;
    let token = secret::token()?;
    let shared = sqlx::query!(
        "update conversations set share_token_hash = $3, shared_at = $4 where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        secret::hash(&token),
        now,
    )
    .execute(db)
    .await?;
    if shared.rows_affected() == 0 {
        return Err(Error::Missing("conversation"));
    }
    Ok(token)
}

/// Ends the link, if there is one.
pub async fn revoke(db: &mut PgConnection, member: &Member, id: ConversationId) -> Result<()> {
    member.at_least(Role::Member)?;
    let revoked = sqlx::query!(
        "update conversations set share_token_hash = null, shared_at = null where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
    )
    .execute(db)
    .await?;
    if revoked.rows_affected() == 0 {
        return Err(Error::Missing("conversation"));
    }
    Ok(())
}

/// What the link of this token leads to.
pub async fn find(db: &mut PgConnection, token: &str) -> Result<Shared> {
    let row = sqlx::query!(
        "select org_id, id, title, created_at, updated_at from conversations where share_token_hash = $1",
        secret::hash(token),
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("link"))?;
    Ok(Shared {
        org_id: OrgId(row.org_id),
        id: ConversationId(row.id),
        title: row.title,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

impl Shared {
    /// The messages in the order in which they were made: at most `limit` of those after `after`, and whether there
    /// are more.
    pub async fn messages(
        &self,
        db: &mut PgConnection,
        after: Option<MessageId>,
        limit: u32,
    ) -> Result<(Vec<SharedMessage>, bool)> {
        let (messages, more) = messages::page(db, self.org_id, self.id, after, limit).await?;
        Ok((messages.into_iter().map(SharedMessage::from).collect(), more))
    }

    /// One of its messages.
    pub async fn message(&self, db: &mut PgConnection, id: MessageId) -> Result<Message> {
        messages::in_conversation(db, self.org_id, self.id, id).await
    }

    /// Where the bytes of one of its files are.
    pub async fn file(&self, db: &mut PgConnection, id: GeneratedFileId) -> Result<Stored> {
        let row = sqlx::query!(
            "select g.name, o.key, o.bytes, o.sha256 from generated_files g join objects o on o.key = g.object_key
             where g.org_id = $1 and g.conversation_id = $2 and g.id = $3",
            self.org_id.0,
            self.id.0,
            id.0,
        )
        .fetch_optional(db)
        .await?
        .ok_or(Error::Missing("file"))?;
        Ok(Stored {
            name: generated::bare_name(&row.name),
            key: ObjectKey::stored(row.key),
            digest: generated::stored_digest(row.bytes, &row.sha256)?,
        })
    }
}
