//! Messages: a tree of questions and answers.
//!
//! Every answer follows a question, and every question but a first one follows an answer. An edited question and a
//! retried answer are siblings of what they stand in for, so nothing that was said is ever overwritten. Asking makes
//! the question and its empty answer together; whoever works on the answer writes its parts. What is stored has no zero
//! bytes, which Postgres does not take, whatever a script printed.

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
    titles,
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{ConversationId, FileId, MessageId, OrgId},
    orgs::{Member, Role},
    text::Text,
};

/// What a reader writes about an answer.
pub type Remark = Text<2_000>;

/// Bytes of parts after which a page of messages ends, so that one with long outputs is shorter.
const PAGE_MAX_BYTES: i64 = 8 << 20;

/// A question or an answer.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Message {
    pub id: MessageId,
    pub conversation_id: ConversationId,
    /// What it follows: a question's answer, an answer's question. Null for the first question, and for those that
    /// stand in for it. Messages with the same one stand in for each other.
    #[schema(value_type = Option<Uuid>)]
    pub parent_id: Option<MessageId>,
    pub role: Speaker,
    pub state: State,
    /// What is shown, in order.
    pub parts: Vec<Part>,
    /// The files that the question is about.
    pub files: Vec<AttachedFile>,
    /// What scripts made for this answer. A deleted one stays here with its name.
    pub generated_files: Vec<GeneratedFile>,
    /// Whether it was imported, so that nothing vouches for its scripts, results and receipts.
    pub imported: bool,
    /// What somebody thought of the answer.
    pub feedback: Option<Feedback>,
    pub created_at: DateTime<Utc>,
    /// When the answer was complete or given up; null until then.
    pub ended_at: Option<DateTime<Utc>>,
    /// What the model is told of it in later turns. Filled by [`branch`] alone, and never shown.
    #[serde(skip)]
    pub memory: Option<Value>,
}

/// Who says something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Speaker {
    /// Somebody who asks.
    User,
    /// The model that answers.
    Assistant,
}

/// How an answer stands. A question is always `done`.
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
}

/// A file that a question is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AttachedFile {
    pub id: FileId,
    pub name: String,
    /// Whether it was deleted since.
    pub deleted: bool,
}

/// What somebody thought of an answer.
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

/// What somebody asks, and about which files.
#[derive(Clone, Debug)]
pub struct Question {
    text: String,
    file_ids: Vec<FileId>,
}

impl Question {
    /// Fields are named `text` and `file_ids` in errors.
    pub fn parse(limits: &ServerLimits, text: &str, file_ids: Vec<FileId>) -> Result<Self> {
        let text = question_text("text", limits, text)?;
        let most = limits.files_per_question as usize;
        if file_ids.len() > most {
            let message = format!(
                "These are {} files. Ask about {most} or fewer at a time.",
                file_ids.len()
            );
            return Err(Error::invalid("file_ids", "too_many", message));
        }
        if (1..file_ids.len()).any(|at| file_ids[..at].contains(&file_ids[at])) {
            return Err(Error::invalid("file_ids", "twice", "Name each file once."));
        }
        Ok(Self { text, file_ids })
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// The text of a question, where it can be one. `field` is named in errors.
pub(super) fn question_text(field: &str, limits: &ServerLimits, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "required", "Ask something."));
    }
    let (chars, most) = (text.chars().count(), limits.question_max_chars as usize);
    if chars > most {
        let message = format!("This has {chars} characters. Use {most} or fewer; put long data into a file.");
        return Err(Error::invalid(field, "too_long", message));
    }
    if text.chars().any(|c| c.is_control() && !['\n', '\r', '\t'].contains(&c)) {
        return Err(Error::invalid(
            field,
            "control_character",
            "Use no control characters but tabs and line ends.",
        ));
    }
    Ok(text.to_owned())
}

/// What asking makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    pub question: MessageId,
    pub answer: MessageId,
}

/// Writes down a question after the answer `parent`, or as a first one, and the answer that is to come, in the state
/// `queued`. The first question gives the conversation its title, unless somebody gave it one. Asking takes a
/// conversation out of the archive.
pub async fn ask(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    conversation_id: ConversationId,
    parent: Option<MessageId>,
    question: &Question,
) -> Result<Asked> {
    member.at_least(Role::Member)?;
    lock(db, limits, member, conversation_id, 2).await?;
    if let Some(parent) = parent {
        let role = sqlx::query_scalar!(
            r#"select role as "role: Speaker" from messages where org_id = $1 and conversation_id = $2 and id = $3"#,
            member.org_id.0,
            conversation_id.0,
            parent.0,
        )
        .fetch_optional(&mut *db)
        .await?;
        if role != Some(Speaker::Assistant) {
            let message = "Name an answer of this conversation, or nothing for a first question.";
            return Err(Error::invalid("parent_id", "not_an_answer", message));
        }
    }
    let parts = [Part::Text {
        text: question.text.clone(),
    }];
    let asked = Asked {
        question: MessageId::new(),
        answer: MessageId::new(),
    };
    sqlx::query!(
        "insert into messages
           (id, org_id, conversation_id, parent_id, role, created_by, state, parts, text, created_at, ended_at)
         values ($1, $2, $3, $4, 'user', $5, 'done', $6, $7, $8, $8)",
        asked.question.0,
        member.org_id.0,
        conversation_id.0,
        parent.map(|id| id.0),
        member.user_id.0,
        storable(&parts)?,
        parts::words(&parts),
        now,
    )
    .execute(&mut *db)
    .await?;
    attach(db, member, conversation_id, asked.question, &question.file_ids).await?;
    insert_answer(db, now, member, conversation_id, asked.question, asked.answer).await?;
    sqlx::query!(
        "update conversations set updated_at = greatest(updated_at, $3), archived_at = null,
           title = case when $4 and not titled then $5 else title end
         where org_id = $1 and id = $2",
        member.org_id.0,
        conversation_id.0,
        now,
        parent.is_none(),
        titles::title_from(&question.text),
    )
    .execute(db)
    .await?;
    Ok(asked)
}

/// Another answer to the same question, in the state `queued`; the one there is stays. One that is still being given is
/// 409 `still_answering`.
pub async fn retry(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    answer_id: MessageId,
) -> Result<MessageId> {
    member.at_least(Role::Member)?;
    let answer = get(db, member, answer_id).await?;
    let question = answer.parent_id.filter(|_| answer.role == Speaker::Assistant);
    let question = question.ok_or_else(not_an_answer)?;
    lock(db, limits, member, answer.conversation_id, 1).await?;
    if !answer.state.ended() {
        return Err(Error::conflict(
            "still_answering",
            "This answer is still being given. Stop it first, or wait for its end.",
        ));
    }
    let id = MessageId::new();
    insert_answer(db, now, member, answer.conversation_id, question, id).await?;
    sqlx::query!(
        "update conversations set updated_at = greatest(updated_at, $3), archived_at = null
         where org_id = $1 and id = $2",
        member.org_id.0,
        answer.conversation_id.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(id)
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
/// them.
pub async fn branch(db: &mut PgConnection, member: &Member, leaf: MessageId, at_most: u32) -> Result<Vec<Message>> {
    let path = sqlx::query_scalar!(
        r#"
        with recursive path as (
            select id, parent_id, 1::bigint as step from messages where org_id = $1 and id = $2
            union all
            select m.id, m.parent_id, path.step + 1 from path join messages m on m.id = path.parent_id
            where path.step < $3
        )
        select id as "id!" from path order by step desc
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
pub(super) fn storable(value: &(impl Serialize + ?Sized)) -> Result<Value> {
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
    Error::conflict("not_an_answer", "This is a question; name an answer.")
}

/// Stops where a conversation has no room for `more` messages. Until the transaction ends, nobody else adds any.
async fn lock(
    db: &mut PgConnection,
    limits: &ServerLimits,
    member: &Member,
    conversation_id: ConversationId,
    more: i64,
) -> Result<()> {
    sqlx::query!(
        "select id from conversations where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        conversation_id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("conversation"))?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from messages where conversation_id = $1"#,
        conversation_id.0,
    )
    .fetch_one(db)
    .await?;
    let limit = limits.messages_per_conversation;
    if count + more > i64::from(limit) {
        return Err(Error::Limited {
            code: "too_many_messages",
            message: format!("This conversation has {count} messages, and {limit} is the most. Begin a new one."),
            retry_after_s: None,
        });
    }
    Ok(())
}

async fn attach(
    db: &mut PgConnection,
    member: &Member,
    conversation_id: ConversationId,
    message_id: MessageId,
    file_ids: &[FileId],
) -> Result<()> {
    let ids: Vec<_> = file_ids.iter().map(|id| id.0).collect();
    let attached = sqlx::query!(
        "insert into message_files (message_id, file_id, position)
         select $3, f.id, (named.position - 1)::integer
         from unnest($4::uuid[]) with ordinality as named (id, position)
         join files f on f.id = named.id and f.org_id = $1 and f.deleted_at is null
         join conversations c on c.id = $2 and c.org_id = $1 and c.project_id = f.project_id",
        member.org_id.0,
        conversation_id.0,
        message_id.0,
        &ids,
    )
    .execute(db)
    .await?;
    if attached.rows_affected() < ids.len() as u64 {
        let message = "One of these files is not in the conversation's project, or was deleted.";
        return Err(Error::invalid("file_ids", "unknown_file", message));
    }
    Ok(())
}

async fn insert_answer(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    conversation_id: ConversationId,
    question: MessageId,
    id: MessageId,
) -> Result<()> {
    sqlx::query!(
        "insert into messages (id, org_id, conversation_id, parent_id, role, state, parts, created_at)
         values ($1, $2, $3, $4, 'assistant', 'queued', '[]', $5)",
        id.0,
        member.org_id.0,
        conversation_id.0,
        question.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// These messages in the order of their ids; those of other organisations are left out.
async fn select(db: &mut PgConnection, org_id: OrgId, ids: &[Uuid], with_memory: bool) -> Result<Vec<Message>> {
    let rows = sqlx::query!(
        r#"
        select
            m.id, m.conversation_id, m.parent_id, m.role as "role: Speaker", m.state as "state: State",
            m.parts as "parts: Json<Vec<Part>>", m.imported, m.feedback, m.feedback_text, m.created_at, m.ended_at,
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
    fn a_question_says_something_and_names_each_file_once() {
        let limits = ServerLimits {
            question_max_chars: 5,
            files_per_question: 2,
            ..ServerLimits::default()
        };
        let check = |text: &str, files: Vec<FileId>, expected: Result<&str, &str>| {
            let parsed = Question::parse(&limits, text, files).map_err(|error| match error {
                Error::Invalid(fields) => fields[0].code,
                other => panic!("{other}"),
            });
            assert_eq!(
                parsed.as_ref().map(Question::text).map_err(|code| *code),
                expected,
                "{text:?}"
            );
        };
        let (one, other) = (FileId::new(), FileId::new());
        check(" mean?\n", vec![one, other], Ok("mean?"));
        check("ääääää", vec![], Err("too_long"));
        check(" \n", vec![], Err("required"));
        check("a\0", vec![], Err("control_character"));
        check("a", vec![one, one], Err("twice"));
        check("a", vec![one, other, FileId::new()], Err("too_many"));
    }

    #[test]
    fn what_is_stored_has_no_zero_bytes() {
        let stored = storable(&json!({"a\0": ["b\0c", {"d": "\0"}], "e": 1})).unwrap();
        assert_eq!(stored, json!({"a\u{fffd}": ["b\u{fffd}c", {"d": "\u{fffd}"}], "e": 1}));
    }
}
