//! Messages: a tree of questions and answers.
//!
//! Every answer follows a question, and every question but a first one follows an answer. An edited question and a
//! retried answer are siblings of what they stand in for, so nothing that was said is ever overwritten. Asking makes
//! the question and its empty answer together; whoever works on the answer writes its parts. What is stored has no zero
//! bytes, which Postgres does not take, whatever a script printed.

mod asking;
mod pins;

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    generated::GeneratedFile,
    parts::{self, Part},
};
use crate::{
    error::{Error, Result},
    ids::{ConversationId, FileId, MessageId, OrgId},
    orgs::{Member, Role},
    text::Text,
};

pub(super) use asking::question_text;
pub use asking::{Asked, Question, ask, retry};
pub use pins::{pin, unpin};

/// What a reader writes about an answer.
pub type Remark = Text<2_000>;

/// Bytes of parts after which a page of messages ends, so that one with long outputs is shorter.
const PAGE_MAX_BYTES: i64 = 8 << 20;

/// A question or an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// The message it follows: a question's answer, an answer's question. Null for the first question and its
    /// alternatives. Messages with the same parent are alternatives to each other.
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Option<MessageId>,
    pub role: Speaker,
    pub state: State,
    /// What is shown, in order.
    pub parts: Vec<Part>,
    /// The files that the question is about.
    pub files: Vec<AttachedFile>,
    /// What scripts made for this answer. Deleted files stay here with their names.
    pub generated_files: Vec<GeneratedFile>,
    /// Whether it was imported, so that its scripts, results and receipts are not verified.
    pub imported: bool,
    /// Feedback on the answer.
    pub feedback: Option<Feedback>,
    /// Whether somebody pinned the answer: later turns see it before others.
    pub pinned: bool,
    pub created_at: DateTime<Utc>,
    /// When the answer was completed or given up; null until then.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the model is told of it in later turns. Filled by [`branch`] alone, and never shown.
    #[serde(skip)]
    pub memory: Option<Value>,
}

/// The author of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Speaker {
    /// Somebody who asks.
    User,
    /// The model that answers.
    Assistant,
}

/// The state of an answer. A question is always `done`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = MessageState)]
pub enum State {
    /// It waits for its turn.
    Queued,
    /// It is being worked on.
    Running,
    Done,
    /// Somebody stopped it; what was made until then is kept.
    Stopped,
    /// It could not be given; the last part says why.
    Failed,
    /// Its server went away; it can be retried.
    Interrupted,
}

impl State {
    /// Whether nothing more comes.
    pub fn ended(self) -> bool {
        !matches!(self, Self::Queued | Self::Running)
    }

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Stopped => "stopped",
            Self::Failed => "failed",
            Self::Interrupted => "interrupted",
        }
    }
}

/// A file that a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachedFile {
    pub id: FileId,
    pub name: String,
    /// Whether it has been deleted since.
    pub deleted: bool,
}

/// Somebody's feedback on an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Feedback {
    pub value: Verdict,
    /// In their own words; may be empty.
    #[serde(default)]
    #[schema(max_length = 2000)]
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    Up,
    Down,
}

/// Replaces what an answer is so far. `memory` is what the model is told of it in later turns. The search finds it once
/// it has ended. For whoever works on the answer, who has to know that they still do: this asks for nobody's authority.
pub async fn write(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    answer_id: MessageId,
    state: State,
    parts: &[Part],
    memory: Option<&Value>,
) -> Result<()> {
    let text = if state.ended() {
        parts::words(parts)
    } else {
        String::new()
    };
    let conversation_id = sqlx::query_scalar!(
        "update messages set state = $2, parts = $3, text = $4, memory = $5, ended_at = $6
         where id = $1 and role = 'assistant' returning conversation_id",
        answer_id.0,
        state as State,
        storable(parts)?,
        text,
        memory.map(storable).transpose()?,
        state.ended().then_some(now),
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("answer"))?;
    if state.ended() {
        sqlx::query!(
            "update conversations set updated_at = greatest(updated_at, $2) where id = $1",
            conversation_id,
            now,
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

/// One message.
pub async fn get(db: &mut PgConnection, member: &Member, id: MessageId) -> Result<Message> {
    select(db, member.org_id, &[id.0], false)
        .await?
        .pop()
        .ok_or(Error::Missing("message"))
}

/// One message of a conversation, for whoever has the link of a share.
pub(super) async fn in_conversation(
    db: &mut PgConnection,
    org_id: OrgId,
    conversation_id: ConversationId,
    id: MessageId,
) -> Result<Message> {
    let found = select(db, org_id, &[id.0], false).await?;
    let mut found = found.into_iter();
    found
        .find(|message| message.conversation_id == conversation_id)
        .ok_or(Error::Missing("message"))
}

/// A conversation's messages in the order in which they were made, so that each comes after what it follows: at most
/// `limit` of those after `after`, and whether there are more.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    conversation_id: ConversationId,
    after: Option<MessageId>,
    limit: u32,
) -> Result<(Vec<Message>, bool)> {
    page(db, member.org_id, conversation_id, after, limit).await
}

/// The same for whoever has the link of a share.
pub(super) async fn page(
    db: &mut PgConnection,
    org_id: OrgId,
    conversation_id: ConversationId,
    after: Option<MessageId>,
    limit: u32,
) -> Result<(Vec<Message>, bool)> {
    let mut ids = sqlx::query!(
        r#"select id, sum(octet_length(parts::text)) over (order by id) as "bytes!" from (
             select id, parts from messages
             where org_id = $1 and conversation_id = $2 and id > $3 order by id limit $4
           ) page order by id"#,
        org_id.0,
        conversation_id.0,
        after.map_or(Uuid::nil(), |id| id.0),
        i64::from(limit) + 1,
    )
    .fetch_all(&mut *db)
    .await?;
    let room = ids.iter().take_while(|row| row.bytes <= PAGE_MAX_BYTES).count().max(1);
    let shown = room.min(limit as usize);
    let more = ids.len() > shown;
    ids.truncate(shown);
    let ids: Vec<_> = ids.into_iter().map(|row| row.id).collect();
    Ok((select(db, org_id, &ids, false).await?, more))
}

/// The way from the first question to `leaf`, with what the model remembers of each message: the last `at_most` of
/// them, and before those the pinned answers with their questions.
pub async fn branch(db: &mut PgConnection, member: &Member, leaf: MessageId, at_most: u32) -> Result<Vec<Message>> {
    let path = sqlx::query_scalar!(
        r#"
        with recursive leaf as (
            select id, parent_id, conversation_id, pinned_at from messages where org_id = $1 and id = $2
        ), pins as (
            select exists (
                select from messages
                where conversation_id = (select conversation_id from leaf) and pinned_at is not null
            ) as any
        ), path as (
            select id, parent_id, pinned_at is not null as pinned, 1::bigint as step from leaf
            union all
            select m.id, m.parent_id, m.pinned_at is not null, path.step + 1
            from path join messages m on m.id = path.parent_id
            where path.step < $3 or (select pins.any from pins)
        )
        select id as "id!" from path
        where step <= $3 or pinned or id in (select parent_id from path where pinned)
        order by step desc
        "#,
        member.org_id.0,
        leaf.0,
        i64::from(at_most),
    )
    .fetch_all(&mut *db)
    .await?;
    if path.is_empty() {
        return Err(Error::Missing("message"));
    }
    let mut messages = select(db, member.org_id, &path, true).await?;
    messages.sort_by_key(|message| path.iter().rposition(|id| *id == message.id.0));
    Ok(messages)
}

/// The message that was made last, after which a conversation goes on unless somebody names another.
pub async fn newest(
    db: &mut PgConnection,
    member: &Member,
    conversation_id: ConversationId,
) -> Result<Option<MessageId>> {
    let id = sqlx::query_scalar!(
        "select id from messages where org_id = $1 and conversation_id = $2 order by id desc limit 1",
        member.org_id.0,
        conversation_id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(id.map(MessageId))
}

/// Sets or takes back what is thought of an answer.
pub async fn rate(
    db: &mut PgConnection,
    member: &Member,
    id: MessageId,
    feedback: Option<(Verdict, &Remark)>,
) -> Result<Message> {
    member.at_least(Role::Member)?;
    let value = feedback.map(|(verdict, _)| match verdict {
        Verdict::Up => 1_i16,
        Verdict::Down => -1,
    });
    let done = sqlx::query!(
        "update messages set feedback = $3, feedback_text = $4 where org_id = $1 and id = $2 and role = 'assistant'",
        member.org_id.0,
        id.0,
        value,
        feedback.map(|(_, text)| text.as_str()),
    )
    .execute(&mut *db)
    .await?;
    let message = get(db, member, id).await?;
    if done.rows_affected() == 0 {
        return Err(not_an_answer());
    }
    Ok(message)
}

/// As JSON that Postgres takes: without zero bytes.
pub fn storable(value: &(impl Serialize + ?Sized)) -> Result<Value> {
    fn clean(value: &mut Value) {
        match value {
            Value::String(text) if text.contains('\0') => *text = text.replace('\0', "\u{fffd}"),
            Value::Array(values) => values.iter_mut().for_each(clean),
            Value::Object(fields) => {
                fields.values_mut().for_each(clean);
                if fields.keys().any(|key| key.contains('\0')) {
                    let old = std::mem::take(fields);
                    let renamed = old
                        .into_iter()
                        .map(|(key, value)| (key.replace('\0', "\u{fffd}"), value));
                    fields.extend(renamed);
                }
            }
            _ => {}
        }
    }
    let mut value = serde_json::to_value(value).context("writing parts of a message")?;
    clean(&mut value);
    Ok(value)
}

fn not_an_answer() -> Error {
    Error::conflict("not_an_answer", "This is a question; choose an answer.")
}

/// These messages in the order of their ids; those of other organisations are left out.
async fn select(db: &mut PgConnection, org_id: OrgId, ids: &[Uuid], with_memory: bool) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"
        select
            m.id, m.conversation_id, m.parent_id, m.role as "role: Speaker", m.state as "state: State",
            m.parts as "parts: Json<Vec<Part>>", m.imported, m.feedback, m.feedback_text, m.created_at, m.ended_at,
            m.pinned_at is not null as "pinned!",
            case when $3 then m.memory end as memory,
            coalesce((
                select jsonb_agg(
                    jsonb_build_object('id', f.id, 'name', f.name, 'deleted', f.deleted_at is not null)
                    order by a.position)
                from message_files a join files f on f.id = a.file_id where a.message_id = m.id
            ), '[]') as "files!: Json<Vec<AttachedFile>>",
            coalesce((
                select jsonb_agg(
                    jsonb_build_object(
                        'id', g.id, 'conversation_id', g.conversation_id, 'message_id', g.message_id,
                        'run_id', g.run_id, 'name', g.name, 'media_type', g.media_type, 'bytes', g.bytes,
                        'sha256', encode(o.sha256, 'hex'), 'created_at', g.created_at, 'deleted_at', g.deleted_at)
                    order by g.id)
                from generated_files g left join objects o on o.key = g.object_key where g.message_id = m.id
            ), '[]') as "generated_files!: Json<Vec<GeneratedFile>>"
        from messages m
        where m.org_id = $1 and m.id = any($2)
        order by m.id
        "#,
        org_id.0,
        ids,
        with_memory,
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Message {
            id: MessageId(row.id),
            conversation_id: ConversationId(row.conversation_id),
            parent_id: row.parent_id.map(MessageId),
            role: row.role,
            state: row.state,
            parts: row.parts.0,
            files: row.files.0,
            generated_files: row.generated_files.0,
            imported: row.imported,
            feedback: row.feedback.map(|value| Feedback {
                value: if value > 0 { Verdict::Up } else { Verdict::Down },
                text: row.feedback_text.unwrap_or_default(),
            }),
            pinned: row.pinned,
            created_at: row.created_at,
            ended_at: row.ended_at,
            memory: row.memory,
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_stored_has_no_zero_bytes() {
        let stored = storable(&json!({"a\0": ["b\0c", {"d": "\0"}], "e": 1})).unwrap();
        assert_eq!(stored, json!({"a\u{fffd}": ["b\u{fffd}c", {"d": "\u{fffd}"}], "e": 1}));
    }
}
