//! Asking, and asking again: what makes new messages.
//!
//! Both hold the conversation's lock, so its number of messages keeps to the limit however many ask at once.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Part, Speaker, get, not_an_answer, storable};
use crate::{
    config::ServerLimits,
    conversations::{parts, titles},
    error::{Error, Result},
    ids::{ConversationId, FileId, MessageId},
    orgs::{Member, Role},
};

/// What somebody asks, and about which files.
#[derive(Clone, Debug)]
pub struct Question {
    text: String,
    file_ids: Vec<FileId>,
    script: Option<String>,
}

impl Question {
    /// Fields are named `text` and `file_ids` in errors.
    pub fn parse(limits: &ServerLimits, text: &str, file_ids: Vec<FileId>) -> Result<Self> {
        let text = question_text("text", limits, text)?;
        let most = limits.files_per_question as usize;
        if file_ids.len() > most {
            let message = format!(
                "You chose {} files. Ask about {most} or fewer at a time.",
                file_ids.len()
            );
            return Err(Error::invalid("file_ids", "too_many", message));
        }
        if (1..file_ids.len()).any(|at| file_ids[..at].contains(&file_ids[at])) {
            return Err(Error::invalid("file_ids", "twice", "List each file once."));
        }
        Ok(Self {
            text,
            file_ids,
            script: None,
        })
    }

    /// The same question, which is answered by running `script`: no model is asked. The field is named `script` in
    /// errors.
    pub fn with_script(self, limits: &ServerLimits, script: String) -> Result<Self> {
        let refuse = |code, message: &str| Err(Error::invalid("script", code, message));
        if script.trim().is_empty() {
            return refuse("required", "Write a script, or leave it out.");
        }
        let most = limits.script_max_bytes as usize;
        if script.len() > most {
            let message = format!("This has {} bytes. Use {most} or fewer.", script.len());
            return refuse("too_long", &message);
        }
        if script.contains('\0') {
            return refuse("control_character", "Remove the zero bytes.");
        }
        Ok(Self {
            script: Some(script),
            ..self
        })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is to be run in place of what a model writes.
    pub fn script(&self) -> Option<&str> {
        self.script.as_deref()
    }
}

/// The text of a question, where it can be one. `field` is named in errors.
pub(in crate::conversations) fn question_text(field: &str, limits: &ServerLimits, text: &str) -> Result<String> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Error::invalid(field, "required", "Enter a question."));
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
            "Remove control characters other than tabs and line breaks.",
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
            let message = "Choose an answer in this conversation, or nothing for a first question.";
            return Err(Error::invalid("parent_id", "not_an_answer", message));
        }
    }
    let mut parts = vec![Part::Text {
        text: question.text.clone(),
    }];
    parts.extend(question.script.clone().map(|script| Part::Script {
        run_id: parts::OWN_SCRIPT.to_owned(),
        script,
    }));
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
            "This answer is still in progress. Stop it first, or wait until it finishes.",
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
            message: format!("This conversation has {count} messages; the limit is {limit}. Start a new one."),
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

#[cfg(test)]
mod tests {
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
    fn a_script_of_ones_own_is_one() {
        let limits = ServerLimits {
            script_max_bytes: 8,
            ..ServerLimits::default()
        };
        let check = |script: &str, expected: Result<(), &str>| {
            let question = Question::parse(&limits, "Run it", vec![]).unwrap();
            let parsed = question
                .with_script(&limits, script.to_owned())
                .map_err(|error| match error {
                    Error::Invalid(fields) => fields[0].code,
                    other => panic!("{other}"),
                });
            assert_eq!(parsed.map(|_| ()), expected, "{script:?}");
        };
        check("print(1)", Ok(()));
        check("print(12)", Err("too_long"));
        check(" \n", Err("required"));
        check("1\0", Err("control_character"));
    }
}
