//! Taking in a conversation that was exported elsewhere, or that somebody wrote themselves.
//!
//! Nothing of it is trusted: every message gets a new id and the mark `imported`, times are those of the import, what
//! the model would be told of earlier answers is not taken, and generated files become tombstones, for their bytes are
//! not there. Files that questions were about stay behind. What is not a tree of questions and answers is refused, with
//! the place of the first thing that is wrong.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use super::{
    Conversation,
    export::{Export, ExportedFile, ExportedMessage, VERSION},
    get, make_room,
    messages::{self, Remark, Speaker, State, Verdict},
    parts::{self, OWN_SCRIPT, Part},
    titles::Title,
};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{ConversationId, GeneratedFileId, MessageId, ProjectId},
    orgs::{Member, Role},
};

/// Parts of one message.
const PARTS_MAX: usize = 1_000;
/// Characters of a run's id, of a media type and of an error's code.
const WORD_MAX_CHARS: usize = 200;
/// Characters of a generated file's name.
const NAME_MAX_CHARS: usize = 1_000;
/// Messages that are written at a time.
const BATCH: usize = 500;

/// A conversation that can be taken in.
#[derive(Clone, Debug)]
pub struct Import {
    title: Title,
    messages: Vec<NewMessage>,
    files: Vec<NewFile>,
}

#[derive(Clone, Debug)]
struct NewMessage {
    id: MessageId,
    parent_id: Option<MessageId>,
    role: Speaker,
    state: State,
    parts: Vec<Part>,
    feedback: Option<(i16, Remark)>,
}

#[derive(Clone, Debug)]
struct NewFile {
    id: GeneratedFileId,
    message_id: MessageId,
    run_id: String,
    name: String,
    media_type: String,
    bytes: i64,
}

impl Import {
    /// Checks an export and gives everything in it new ids.
    pub fn parse(limits: &ServerLimits, export: Export) -> Result<Self> {
        if export.version != VERSION {
            let message = format!(
                "This is version {}; only version {VERSION} can be imported.",
                export.version
            );
            return Err(Error::invalid("version", "version", message));
        }
        let title = Title::parse("title", &export.title)?;
        let most = limits.messages_per_conversation as usize;
        if export.messages.len() > most {
            let message = format!("There are {} messages; the limit is {most}.", export.messages.len());
            return Err(Error::invalid("messages", "too_many", message));
        }
        let mut import = Self {
            title,
            messages: Vec::with_capacity(export.messages.len()),
            files: Vec::new(),
        };
        let mut seen = Seen::default();
        for (at, message) in export.messages.into_iter().enumerate() {
            import.add(limits, &mut seen, &format!("messages[{at}]"), message)?;
        }
        Ok(import)
    }

    fn add(&mut self, limits: &ServerLimits, seen: &mut Seen, place: &str, message: ExportedMessage) -> Result<()> {
        let id = MessageId::new();
        let parent = match message.parent_id {
            None => None,
            Some(parent) => Some(*seen.messages.get(&parent).ok_or_else(|| {
                let text = "A message must come after the one it follows.";
                Error::invalid(format!("{place}.parent_id"), "unknown", text)
            })?),
        };
        if seen.messages.insert(message.id, (id, message.role)).is_some() {
            return Err(Error::invalid(
                format!("{place}.id"),
                "twice",
                "Give each message a unique ID.",
            ));
        }
        let follows = match (message.role, parent.map(|(_, role)| role)) {
            (Speaker::User, None | Some(Speaker::Assistant)) | (Speaker::Assistant, Some(Speaker::User)) => true,
            (Speaker::User, Some(Speaker::User)) | (Speaker::Assistant, None | Some(Speaker::Assistant)) => false,
        };
        if !follows {
            let text = "An answer must follow a question, and a question must follow an answer or nothing.";
            return Err(Error::invalid(format!("{place}.parent_id"), "order", text));
        }
        for (at, file) in message.generated_files.into_iter().enumerate() {
            self.add_file(limits, seen, &format!("{place}.generated_files[{at}]"), id, file)?;
        }
        let parts = match message.role {
            Speaker::User => vec![question(limits, place, message.parts)?],
            Speaker::Assistant => answer(seen, place, message.parts)?,
        };
        let feedback = message.feedback.filter(|_| message.role == Speaker::Assistant);
        let feedback = feedback.map(|feedback| {
            let value = match feedback.value {
                Verdict::Up => 1,
                Verdict::Down => -1,
            };
            Ok::<_, Error>((value, Remark::parse(&format!("{place}.feedback.text"), &feedback.text)?))
        });
        self.messages.push(NewMessage {
            id,
            parent_id: parent.map(|(id, _)| id),
            role: message.role,
            state: match (message.role, message.state) {
                (Speaker::User, _) => State::Done,
                // Nobody works on it here.
                (_, State::Queued | State::Running) => State::Interrupted,
                (_, state) => state,
            },
            parts,
            feedback: feedback.transpose()?,
        });
        Ok(())
    }

    fn add_file(
        &mut self,
        limits: &ServerLimits,
        seen: &mut Seen,
        place: &str,
        message_id: MessageId,
        file: ExportedFile,
    ) -> Result<()> {
        if self.files.len() >= limits.generated_files_per_conversation as usize {
            let most = limits.generated_files_per_conversation;
            let text = format!("There are more than {most} generated files, which is the limit.");
            return Err(Error::invalid(place, "too_many", text));
        }
        word(&format!("{place}.run_id"), &file.run_id)?;
        word(&format!("{place}.media_type"), &file.media_type)?;
        file_name(&format!("{place}.name"), &file.name)?;
        let id = GeneratedFileId::new();
        if seen.files.insert(file.id, id).is_some() {
            return Err(Error::invalid(
                format!("{place}.id"),
                "twice",
                "Give each file a unique ID.",
            ));
        }
        self.files.push(NewFile {
            id,
            message_id,
            run_id: file.run_id,
            name: file.name,
            media_type: file.media_type,
            bytes: i64::try_from(file.bytes)
                .map_err(|_| Error::invalid(format!("{place}.bytes"), "range", "No file can have this size."))?,
        });
        Ok(())
    }
}

/// What has come so far, by the ids of the export.
#[derive(Default)]
struct Seen {
    messages: HashMap<MessageId, (MessageId, Speaker)>,
    files: HashMap<GeneratedFileId, GeneratedFileId>,
}

/// A question is one text. A script that was handed in with it stands in its answer as well, and stays there alone.
fn question(limits: &ServerLimits, place: &str, mut parts: Vec<Part>) -> Result<Part> {
    parts.retain(|part| !matches!(part, Part::Script { run_id, .. } if run_id == OWN_SCRIPT));
    match (parts.pop(), parts.is_empty()) {
        (Some(Part::Text { text }), true) => {
            let text = messages::question_text(&format!("{place}.parts[0].text"), limits, &text)?;
            Ok(Part::Text { text })
        }
        _ => Err(Error::invalid(
            format!("{place}.parts"),
            "question",
            "A question must have exactly one part, a text.",
        )),
    }
}

fn answer(seen: &Seen, place: &str, parts: Vec<Part>) -> Result<Vec<Part>> {
    if parts.len() > PARTS_MAX {
        let text = format!("There are {} parts; the limit is {PARTS_MAX}.", parts.len());
        return Err(Error::invalid(format!("{place}.parts"), "too_many", text));
    }
    let checked = parts.into_iter().enumerate().map(|(at, part)| {
        let place = format!("{place}.parts[{at}]");
        word(&format!("{place}.run_id"), part.run_id().unwrap_or("-"))?;
        match &part {
            Part::File { name, media_type, .. } => {
                file_name(&format!("{place}.name"), name)?;
                word(&format!("{place}.media_type"), media_type)?;
            }
            Part::Query {
                receipt: Some(receipt), ..
            } => file_name(&format!("{place}.receipt.name"), &receipt.name)?,
            Part::Error { code, .. } => word(&format!("{place}.code"), code)?,
            Part::Table { table, .. } => {
                let columns = table.columns.len();
                let shape =
                    table.rows.iter().all(|row| row.len() == columns) && table.rows.len() as u64 <= table.row_count;
                if !shape {
                    let text = "Each row must have a value for every column, and there must be no more rows than \
                         row_count.";
                    return Err(Error::invalid(format!("{place}.table"), "shape", text));
                }
            }
            _ => {}
        }
        part.with_file_ids(|id| seen.files.get(&id).copied()).ok_or_else(|| {
            let text = "List the file under generated_files, with this message or one before it.";
            Error::invalid(format!("{place}.file_id"), "unknown", text)
        })
    });
    checked.collect()
}

fn word(field: &str, text: &str) -> Result<()> {
    let chars = text.chars().count();
    if (1..=WORD_MAX_CHARS).contains(&chars) && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let text = format!("Use 1 to {WORD_MAX_CHARS} characters, without control characters.");
    Err(Error::invalid(field, "format", text))
}

fn file_name(field: &str, name: &str) -> Result<()> {
    let chars = name.chars().count();
    if (1..=NAME_MAX_CHARS).contains(&chars) && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let text = format!("A file name must have 1 to {NAME_MAX_CHARS} characters, without control characters.");
    Err(Error::invalid(field, "format", text))
}

/// Writes it down as a new conversation of the project.
pub async fn import(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    import: &Import,
) -> Result<Conversation> {
    member.at_least(Role::Member)?;
    make_room(db, limits, member, project_id).await?;
    let id = ConversationId::new();
    sqlx::query!(
        "insert into conversations (id, org_id, project_id, created_by, title, titled, created_at, updated_at)
         values ($1, $2, $3, $4, $5, true, $6, $6)",
        id.0,
        member.org_id.0,
        project_id.0,
        member.user_id.0,
        import.title.as_str(),
        now,
    )
    .execute(&mut *db)
    .await?;
    for batch in import.messages.chunks(BATCH) {
        insert_messages(db, now, member, id, batch).await?;
    }
    for batch in import.files.chunks(BATCH) {
        insert_tombstones(db, now, member, id, batch).await?;
    }
    get(db, member, id).await
}

async fn insert_messages(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    conversation_id: ConversationId,
    batch: &[NewMessage],
) -> Result<()> {
    let ids: Vec<_> = batch.iter().map(|message| message.id.0).collect();
    let parents: Vec<_> = batch.iter().map(|message| message.parent_id.map(|id| id.0)).collect();
    let questions: Vec<_> = batch.iter().map(|message| message.role == Speaker::User).collect();
    let states: Vec<_> = batch
        .iter()
        .map(|message| state_name(message.state).to_owned())
        .collect();
    let parts = batch.iter().map(|message| messages::storable(&message.parts));
    let parts = parts.collect::<Result<Vec<_>>>()?;
    let texts: Vec<_> = batch.iter().map(|message| parts::words(&message.parts)).collect();
    let feedback = |message: &NewMessage| message.feedback.as_ref().map(|(value, _)| *value);
    let values: Vec<_> = batch.iter().map(feedback).collect();
    let remark = |message: &NewMessage| message.feedback.as_ref().map(|(_, text)| text.as_str().to_owned());
    let remarks: Vec<_> = batch.iter().map(remark).collect();
    sqlx::query!(
        "insert into messages
           (id, org_id, conversation_id, parent_id, role, created_by, state, parts, text, imported, feedback,
            feedback_text, created_at, ended_at)
         select n.id, $1, $2, n.parent_id, case when n.question then 'user' else 'assistant' end,
            case when n.question then $3::uuid end, n.state, n.parts, n.text, true, n.feedback, n.remark, $4, $4
         from unnest($5::uuid[], $6::uuid[], $7::boolean[], $8::text[], $9::jsonb[], $10::text[], $11::smallint[],
            $12::text[]) as n (id, parent_id, question, state, parts, text, feedback, remark)",
        member.org_id.0,
        conversation_id.0,
        member.user_id.0,
        now,
        &ids,
        &parents as &[Option<Uuid>],
        &questions,
        &states,
        &parts,
        &texts,
        &values as &[Option<i16>],
        &remarks as &[Option<String>],
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_tombstones(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    conversation_id: ConversationId,
    batch: &[NewFile],
) -> Result<()> {
    let ids: Vec<_> = batch.iter().map(|file| file.id.0).collect();
    let messages: Vec<_> = batch.iter().map(|file| file.message_id.0).collect();
    let runs: Vec<_> = batch.iter().map(|file| file.run_id.clone()).collect();
    let names: Vec<_> = batch.iter().map(|file| file.name.clone()).collect();
    let kinds: Vec<_> = batch.iter().map(|file| file.media_type.clone()).collect();
    let sizes: Vec<_> = batch.iter().map(|file| file.bytes).collect();
    sqlx::query!(
        "insert into generated_files
           (id, org_id, conversation_id, message_id, run_id, name, media_type, bytes, created_at, deleted_at)
         select n.id, $1, $2, n.message_id, n.run_id, n.name, n.media_type, n.bytes, $3, $3
         from unnest($4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::text[], $9::bigint[])
            as n (id, message_id, run_id, name, media_type, bytes)",
        member.org_id.0,
        conversation_id.0,
        now,
        &ids,
        &messages,
        &runs,
        &names,
        &kinds,
        &sizes,
    )
    .execute(db)
    .await?;
    Ok(())
}

fn state_name(state: State) -> &'static str {
    match state {
        State::Queued => "queued",
        State::Running => "running",
        State::Done => "done",
        State::Stopped => "stopped",
        State::Failed => "failed",
        State::Interrupted => "interrupted",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const Q: &str = "00000000-0000-7000-8000-000000000001";
    const A: &str = "00000000-0000-7000-8000-000000000002";
    const F: &str = "00000000-0000-7000-8000-000000000003";

    fn message(id: &str, parent: Option<&str>, role: &str, parts: Value) -> Value {
        json!({"id": id, "parent_id": parent, "role": role, "state": "done", "parts": parts,
            "created_at": "2026-01-01T00:00:00Z"})
    }

    fn ask() -> Value {
        message(Q, None, "user", json!([{"type": "text", "text": "How many?"}]))
    }

    fn parse(messages: &[Value]) -> Result<Import, (String, &'static str)> {
        let export = json!({"format": "glovebox.conversation", "version": 1, "title": "T",
            "created_at": "2026-01-01T00:00:00Z", "exported_at": "2026-01-01T00:00:00Z", "messages": messages});
        let limits = ServerLimits {
            messages_per_conversation: 3,
            generated_files_per_conversation: 1,
            ..ServerLimits::default()
        };
        Import::parse(&limits, serde_json::from_value(export).unwrap()).map_err(|error| match error {
            Error::Invalid(fields) => (fields[0].name.clone(), fields[0].code),
            other => panic!("{other}"),
        })
    }

    #[test]
    fn what_is_no_tree_of_questions_and_answers_is_refused() {
        let check = |messages: &[Value], field: &str, code: &str| {
            let (found, found_code) = parse(messages).unwrap_err();
            assert_eq!((found.as_str(), found_code), (field, code));
        };
        let text = |text: &str| json!([{"type": "text", "text": text}]);
        check(
            &[message(A, None, "assistant", json!([]))],
            "messages[0].parent_id",
            "order",
        );
        check(
            &[message(A, Some(Q), "assistant", json!([])), ask()],
            "messages[0].parent_id",
            "unknown",
        );
        check(
            &[message(Q, Some(Q), "user", text("a"))],
            "messages[0].parent_id",
            "unknown",
        );
        check(&[ask(), ask()], "messages[1].id", "twice");
        check(
            &[ask(), message(A, Some(Q), "user", text("a"))],
            "messages[1].parent_id",
            "order",
        );
        check(&[message(Q, None, "user", json!([]))], "messages[0].parts", "question");
        check(
            &[message(Q, None, "user", text(" "))],
            "messages[0].parts[0].text",
            "required",
        );
        check(&vec![ask(); 4], "messages", "too_many");
        let answer = |parts| [ask(), message(A, Some(Q), "assistant", parts)];
        check(
            &answer(json!([{"type": "file", "run_id": "1", "file_id": F, "name": "a", "media_type": "b", "bytes": 1}])),
            "messages[1].parts[0].file_id",
            "unknown",
        );
        check(
            &answer(json!([{"type": "script", "run_id": "", "script": ""}])),
            "messages[1].parts[0].run_id",
            "format",
        );
        let table = json!({"columns": [{"name": "a", "dtype": "str"}], "row_count": 1, "rows": [["x", "y"]]});
        check(
            &answer(json!([{"type": "table", "run_id": "1", "table": table}])),
            "messages[1].parts[0].table",
            "shape",
        );
        check(
            &answer(json!(vec![json!({"type": "text", "text": ""}); PARTS_MAX + 1])),
            "messages[1].parts",
            "too_many",
        );
    }

    #[test]
    fn everything_gets_a_new_id_and_nothing_is_still_running() {
        let mut answer = message(
            A,
            Some(Q),
            "assistant",
            json!([{"type": "file", "run_id": "1", "file_id": F, "name": "a.csv", "media_type": "text/csv", "bytes": 1}]),
        );
        answer["state"] = json!("running");
        let file = |id: &str| json!({"id": id, "run_id": "1", "name": "a.csv", "media_type": "text/csv", "bytes": 1});
        answer["generated_files"] = json!([file(F)]);
        let import = parse(&[ask(), answer.clone()]).unwrap();
        let [question, made] = &import.messages[..] else {
            panic!()
        };
        assert_eq!((made.parent_id, made.state), (Some(question.id), State::Interrupted));
        assert_eq!(made.parts[0].file_ids().collect::<Vec<_>>(), [import.files[0].id]);
        assert_ne!(import.files[0].id.to_string(), F);
        assert_ne!(question.id.to_string(), Q);
        answer["generated_files"] = json!([file(F), file(A)]);
        let (field, code) = parse(&[ask(), answer]).unwrap_err();
        assert_eq!((field.as_str(), code), ("messages[1].generated_files[1]", "too_many"));
    }
}
