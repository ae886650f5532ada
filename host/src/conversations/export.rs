//! A conversation in a file: as Markdown for people, as JSON for programs and for taking it elsewhere, and as a notebook
//! to go on with.
//!
//! An export is made page by page while it is sent, so a long conversation takes no more memory than a short one. The
//! JSON has a version, the tree of messages with their parts and feedback, and names of generated files with size and
//! digest, without their bytes. It names no person.

use std::collections::HashMap;

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use utoipa::ToSchema;

use super::{
    Conversation, generated, markdown,
    messages::{self, Feedback, Message, Speaker, State},
    notebook::{self, Images, Outline, Way},
    parts::Part,
};
use crate::{
    error::{Error, Result},
    ids::{GeneratedFileId, MessageId},
    objects::Objects,
    orgs::Member,
};

/// The version of the JSON that is written, and the only one that is read.
pub const VERSION: u32 = 1;
/// Messages that are fetched at a time.
const PAGE_MESSAGES: u32 = 100;

/// A conversation as JSON.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConversationExport)]
pub struct Export {
    pub format: Format,
    /// Version of the format; 1.
    #[schema(minimum = 1, maximum = 1)]
    pub version: u32,
    #[schema(min_length = 1, max_length = 100)]
    pub title: String,
    pub created_at: DateTime<Utc>,
    pub exported_at: DateTime<Utc>,
    /// Each after the message it follows.
    pub messages: Vec<ExportedMessage>,
}

/// The format of the JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ConversationExportFormat)]
pub enum Format {
    #[serde(rename = "glovebox.conversation")]
    Conversation,
}

/// A question or an answer.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedMessage {
    pub id: MessageId,
    /// The message it follows.
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Option<MessageId>,
    pub role: Speaker,
    pub state: State,
    pub parts: Vec<Part>,
    /// The names of the files that the question is about.
    #[serde(default)]
    pub files: Vec<String>,
    #[serde(default)]
    pub generated_files: Vec<ExportedFile>,
    #[serde(default)]
    pub imported: bool,
    #[serde(default)]
    pub feedback: Option<Feedback>,
    pub created_at: DateTime<Utc>,
    #[serde(default)]
    pub ended_at: Option<DateTime<Utc>>,
}

/// A file that a script made, without its bytes.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportedFile {
    pub id: GeneratedFileId,
    pub run_id: String,
    #[schema(min_length = 1, max_length = 1000)]
    pub name: String,
    pub media_type: String,
    pub bytes: u64,
    /// SHA-256 of the bytes, in lower-case hexadecimal digits; null if they were deleted.
    #[serde(default)]
    pub sha256: Option<String>,
}

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Markdown,
    Json,
    Notebook,
}

/// An export on its way.
pub struct Exporter {
    db: PgPool,
    objects: Objects,
    member: Member,
    conversation: Conversation,
    now: DateTime<Utc>,
    kind: Kind,
    place: Place,
    /// The messages' numbers, by which Markdown says what follows what.
    numbers: HashMap<MessageId, usize>,
    /// The messages that a notebook has.
    way: Way,
}

enum Place {
    Start,
    After(Option<MessageId>),
    End,
}

impl Exporter {
    pub fn new(
        db: PgPool,
        objects: Objects,
        now: DateTime<Utc>,
        member: Member,
        conversation: Conversation,
        kind: Kind,
    ) -> Self {
        Self {
            db,
            objects,
            member,
            conversation,
            now,
            kind,
            place: Place::Start,
            numbers: HashMap::new(),
            way: Way::default(),
        }
    }

    /// The next piece of the file; `None` at its end.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        match self.place {
            Place::Start => {
                self.place = Place::After(None);
                Ok(Some(self.head().await?))
            }
            Place::After(after) => {
                let (messages, more) = self.page(after).await?;
                let last = messages.last().map(|message| message.id);
                let mut piece = Vec::new();
                for message in messages {
                    self.add(&mut piece, message).await?;
                }
                self.place = if more { Place::After(last) } else { Place::End };
                match self.kind {
                    Kind::Json if !more => piece.extend(b"]}\n"),
                    Kind::Notebook if !more => piece.extend(notebook::foot().into_bytes()),
                    _ => {}
                }
                Ok(Some(piece))
            }
            Place::End => Ok(None),
        }
    }

    async fn page(&self, after: Option<MessageId>) -> Result<(Vec<Message>, bool)> {
        let mut db = self.db.acquire().await?;
        messages::list(&mut db, &self.member, self.conversation.id, after, PAGE_MESSAGES).await
    }

    async fn head(&mut self) -> Result<Vec<u8>> {
        if self.kind == Kind::Notebook {
            self.way = self.outline().await?.way();
        }
        let Conversation { title, created_at, .. } = &self.conversation;
        match self.kind {
            Kind::Notebook => Ok(notebook::head(title, &self.way).into_bytes()),
            Kind::Markdown => Ok(markdown::heading(title).into_bytes()),
            Kind::Json => {
                let export = Export {
                    format: Format::Conversation,
                    version: VERSION,
                    title: title.clone(),
                    created_at: *created_at,
                    exported_at: self.now,
                    messages: Vec::new(),
                };
                let mut head = serde_json::to_vec(&export).context("writing an export")?;
                // The messages follow, inside the brackets with which this ends.
                head.truncate(head.len() - b"]}".len());
                Ok(head)
            }
        }
    }

    /// A look at all messages, before a notebook is begun.
    async fn outline(&self) -> Result<Outline> {
        let mut outline = Outline::default();
        let mut after = None;
        loop {
            let (messages, more) = self.page(after).await?;
            for message in &messages {
                outline.add(message);
            }
            after = messages.last().map(|message| message.id);
            if !more {
                return Ok(outline);
            }
        }
    }

    /// The charts of a message, as far as they are still there.
    async fn images(&self, message: &Message) -> Result<Images> {
        let mut images = Images::new();
        for chart in notebook::charts(message) {
            let stored = {
                let mut db = self.db.acquire().await?;
                generated::stored(&mut db, &self.member, chart.id).await
            };
            let found = match stored {
                Ok(stored) => self.objects.get_bytes(&stored.key, notebook::IMAGE_MAX_BYTES).await?,
                Err(Error::Missing(_)) => None,
                Err(error) => return Err(error),
            };
            images.extend(found.map(|bytes| (chart.id, bytes)));
        }
        Ok(images)
    }

    async fn add(&mut self, piece: &mut Vec<u8>, message: Message) -> Result<()> {
        let number = self.numbers.len() + 1;
        self.numbers.insert(message.id, number);
        match self.kind {
            Kind::Notebook if self.way.has(message.id) => {
                let images = self.images(&message).await?;
                piece.extend(notebook::message(number, &message, &images).into_bytes());
            }
            Kind::Notebook => {}
            Kind::Markdown => {
                let follows = message.parent_id.and_then(|id| self.numbers.get(&id).copied());
                let follows = follows.filter(|follows| follows + 1 != number);
                piece.extend(markdown::message(number, follows, &message).into_bytes());
            }
            Kind::Json => {
                if number > 1 {
                    piece.push(b',');
                }
                serde_json::to_writer(piece, &ExportedMessage::from(message)).context("writing an export")?;
            }
        }
        Ok(())
    }
}

impl From<Message> for ExportedMessage {
    fn from(message: Message) -> Self {
        let file = |file: super::generated::GeneratedFile| ExportedFile {
            id: file.id,
            run_id: file.run_id,
            name: file.name,
            media_type: file.media_type,
            bytes: file.bytes,
            sha256: file.sha256,
        };
        Self {
            id: message.id,
            parent_id: message.parent_id,
            role: message.role,
            state: message.state,
            parts: message.parts,
            files: message.files.into_iter().map(|file| file.name).collect(),
            generated_files: message.generated_files.into_iter().map(file).collect(),
            imported: message.imported,
            feedback: message.feedback,
            created_at: message.created_at,
            ended_at: message.ended_at,
        }
    }
}
