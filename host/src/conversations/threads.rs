//! Conversations of programs that keep them themselves, and send all of what was said with each question.
//!
//! What was said up to an answer has a digest. Whoever sends the same again goes on after that answer, with all that its
//! scripts made and remember; where nobody said the same before, what was said is taken in as a new conversation.

use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use sqlx::PgConnection;

use super::{
    Conversation, create,
    export::{Export, ExportedMessage, Format, VERSION},
    import::{Import, import},
    messages::{self, Speaker, State},
    parts::Part,
};
use crate::{
    config::ServerLimits,
    error::Result,
    ids::{ConversationId, MessageId, ProjectId},
    orgs::Member,
};

/// Characters of the first question that become the title of a conversation that is taken in.
const TITLE_CHARS: usize = 60;

/// Something that was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    pub by: Speaker,
    pub text: String,
}

/// Where a question goes.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub conversation_id: ConversationId,
    /// The answer that it follows.
    pub after: Option<MessageId>,
}

/// The place after `said`, which begins with a question and ends with an answer, or is empty.
pub async fn place(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    said: &[Said],
) -> Result<Place> {
    if said.is_empty() {
        let Conversation { id, .. } = create(db, now, limits, member, project_id, None).await?;
        return Ok(Place {
            conversation_id: id,
            after: None,
        });
    }
    let known = sqlx::query!(
        "select m.conversation_id, t.answer_id from threads t join messages m on m.id = t.answer_id
         where t.org_id = $1 and t.project_id = $2 and t.user_id = $3 and t.digest = $4
         order by t.answer_id desc limit 1",
        member.org_id.0,
        project_id.0,
        member.user_id.0,
        digest(said),
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(known) = known {
        return Ok(Place {
            conversation_id: ConversationId(known.conversation_id),
            after: Some(MessageId(known.answer_id)),
        });
    }
    let taken = Import::parse(limits, export(now, said))?;
    let conversation_id = import(db, now, limits, member, project_id, &taken).await?.id;
    Ok(Place {
        conversation_id,
        after: messages::newest(db, member, conversation_id).await?,
    })
}

/// Remembers that `said` ends with the answer `answer_id`.
pub async fn remember(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    said: &[Said],
    answer_id: MessageId,
) -> Result<()> {
    sqlx::query!(
        "insert into threads (answer_id, org_id, project_id, user_id, digest) values ($1, $2, $3, $4, $5)
         on conflict (answer_id) do nothing",
        answer_id.0,
        member.org_id.0,
        project_id.0,
        member.user_id.0,
        digest(said),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The same for the same words by the same speakers, whatever blanks stand around them.
fn digest(said: &[Said]) -> Vec<u8> {
    let mut hash = Sha256::new();
    for Said { by, text } in said {
        let text = text.trim();
        hash.update([u8::from(*by == Speaker::User)]);
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text.as_bytes());
    }
    hash.finalize().to_vec()
}

/// What was said, as a conversation that was exported elsewhere.
fn export(now: DateTime<Utc>, said: &[Said]) -> Export {
    let first = said.first().map(|said| said.text.as_str()).unwrap_or_default();
    let words: Vec<&str> = first.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let words = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>();
    let title: String = words.join(" ").chars().take(TITLE_CHARS).collect();
    let mut parent_id = None;
    let messages = said.iter().map(|said| {
        let id = MessageId::new();
        ExportedMessage {
            id,
            parent_id: parent_id.replace(id),
            role: said.by,
            state: State::Done,
            parts: vec![Part::Text {
                text: said.text.clone(),
            }],
            files: Vec::new(),
            generated_files: Vec::new(),
            imported: true,
            feedback: None,
            created_at: now,
            ended_at: Some(now),
        }
    });
    Export {
        format: Format::Conversation,
        version: VERSION,
        title: if title.trim().is_empty() {
            super::UNTITLED.to_owned()
        } else {
            title.trim().to_owned()
        },
        created_at: now,
        exported_at: now,
        messages: messages.collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(by: Speaker, text: &str) -> Said {
        Said {
            by,
            text: text.to_owned(),
        }
    }

    #[test]
    fn the_same_words_have_the_same_digest_and_others_another_one() {
        let one = digest(&[said(Speaker::User, "How many?"), said(Speaker::Assistant, "3")]);
        let check = |said: &[Said], same: bool| assert_eq!(digest(said) == one, same, "{said:?}");
        check(
            &[said(Speaker::User, " How many?\n"), said(Speaker::Assistant, "3")],
            true,
        );
        check(
            &[said(Speaker::Assistant, "How many?"), said(Speaker::Assistant, "3")],
            false,
        );
        check(&[said(Speaker::User, "How many?3")], false);
        check(
            &[said(Speaker::User, "How many?"), said(Speaker::Assistant, "4")],
            false,
        );
    }
}
