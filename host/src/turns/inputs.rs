//! What a turn works on, brought to this machine: the project's tables, what earlier scripts made, the prompts and the
//! conversation so far.
//!
//! Tables that the conversation is about come first, then the project's others, the newest first, as far as the limits
//! of a run go.

use std::time::Duration;

use anyhow::Context;
use tokio_util::sync::CancellationToken;

use super::{lease::Lease, work::TurnWorker};
use crate::{
    agent::{Exchange, InputTable, MadeFile, Prompt, Sources, Turn},
    conversations::{
        generated,
        messages::{self, Message, Speaker},
        parts::Part,
    },
    error::{Error, Result},
    files::preview::{self, Readable},
    ids::{FileId, UserId},
    objects::{ObjectKey, Spooled},
    orgs::{Member, Owned, Role, membership},
    prompts,
    sources::asking::{Asking, askable},
};

/// How long a turn waits for files that were just uploaded to be looked into.
const PROFILE_PATIENCE: Duration = Duration::from_secs(30);
const PROFILE_POLL: Duration = Duration::from_millis(50);

/// A turn, and the files that it needs for as long as this lives.
pub struct TurnInputs {
    pub turn: Turn,
    /// What is to be run instead of what a model writes.
    pub script: Option<String>,
    _spooled: Vec<Spooled>,
}

impl TurnWorker {
    /// Everything for the turn of `lease`. `stop` ends the wait for files, and later the turn.
    pub async fn gather(&self, lease: &Lease, stop: CancellationToken, now_unix_ms: u64) -> Result<TurnInputs> {
        let mut db = self.db.acquire().await?;
        let conversation = Owned::Conversation(lease.conversation_id);
        let member = membership(&mut db, lease.asked_by, conversation).await?;
        member.at_least(Role::Member)?;
        let at_most = self.limits.turn_history_messages;
        let mut branch = messages::branch(&mut db, &member, lease.answer_id, at_most).await?;
        branch.pop();
        let question = branch.pop().filter(|message| message.role == Speaker::User);
        let question = question.ok_or(Error::Missing("question"))?;
        let attached = attached(&question, &branch);
        drop(db);

        let readable = self
            .tables(&member, lease, &attached, &text_of(&question.parts), &stop)
            .await?;
        let mut db = self.db.acquire().await?;
        let made = generated::for_conversation(&mut db, &member, question.id).await?;
        let prompts = prompts::list(
            &mut db,
            &member,
            lease.project_id,
            None,
            self.limits.prompts_per_project,
        )
        .await?;
        let sources = askable(&mut db, &member).await?;
        drop(db);

        let mut spooled = Vec::new();
        let mut bring = async |key: &ObjectKey| {
            let file = self.objects.fetch(key, &self.spool).await?;
            let path = file.path().to_owned();
            spooled.push(file);
            Ok::<_, Error>(path)
        };
        let mut room = glovebox_sdk::Limits::default().input_bytes;
        let (mut ready, mut files) = (Vec::new(), Vec::new());
        let mut left_out = readable.left_out;
        for table in readable.tables {
            if let Some(left) = room.checked_sub(table.bytes) {
                room = left;
                ready.push(InputTable {
                    path: bring(&table.key).await?,
                    name: table.name,
                    version: Some(table.version),
                    newer: table.newer,
                    profile: table.profile,
                });
            } else {
                left_out.push(table.name);
            }
        }
        for file in made {
            if let Some(left) = room.checked_sub(file.digest.bytes) {
                room = left;
                files.push(MadeFile {
                    path: bring(&file.key).await?,
                    name: file.name,
                });
            }
        }
        let prompts = prompts
            .into_iter()
            .filter(|prompt| prompt.enabled)
            .map(|prompt| Prompt {
                name: prompt.name,
                text: prompt.text,
            });
        let turn = Turn {
            question: text_of(&question.parts),
            tables: ready,
            left_out,
            files,
            sources: (!sources.is_empty()).then(|| Sources {
                list: sources,
                asking: self.asking(member.user_id),
            }),
            prompts: prompts.collect(),
            history: history(branch),
            stop,
            seed: seed(lease),
            clock_unix_ms: now_unix_ms,
        };
        Ok(TurnInputs {
            turn,
            script: script_of(&question.parts),
            _spooled: spooled,
        })
    }

    fn asking(&self, user_id: UserId) -> Asking {
        Asking {
            db: self.db.clone(),
            key: self.signing_key.clone(),
            connector: self.connector.clone(),
            spool: self.spool.clone(),
            clock: self.clock.clone(),
            limits: self.limits.clone(),
            user_id,
        }
    }

    /// The tables, once those that the question is about, or may be about, were looked into.
    async fn tables(
        &self,
        member: &Member,
        lease: &Lease,
        attached: &[FileId],
        question: &str,
        stop: &CancellationToken,
    ) -> Result<Readable> {
        let waiting = async {
            loop {
                let mut db = self.db.acquire().await?;
                if !preview::any_pending(&mut db, member, lease.project_id, attached).await? {
                    return Ok::<(), Error>(());
                }
                drop(db);
                tokio::time::sleep(PROFILE_POLL).await;
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            waited = tokio::time::timeout(PROFILE_PATIENCE, waiting) => {
                if let Ok(waited) = waited {
                    waited?;
                }
            }
        }
        let mut db = self.db.acquire().await?;
        preview::tables(
            &mut db,
            member,
            lease.project_id,
            attached,
            question,
            self.limits.turn_tables as usize,
        )
        .await
    }
}

/// What the conversation is about, the newest question's files first.
fn attached(question: &Message, branch: &[Message]) -> Vec<FileId> {
    let mut found: Vec<FileId> = Vec::new();
    for message in std::iter::once(question).chain(branch.iter().rev()) {
        for file in message.files.iter().filter(|file| !file.deleted) {
            if !found.contains(&file.id) {
                found.push(file.id);
            }
        }
    }
    found
}

/// Each answer that was given, with its question.
fn history(branch: Vec<Message>) -> Vec<Exchange> {
    let mut history = Vec::new();
    let mut asked = None;
    for message in branch {
        match message.role {
            Speaker::User => asked = Some(text_of(&message.parts)),
            Speaker::Assistant => {
                let Some(question) = asked.take() else { continue };
                let remembered = message.memory.and_then(|memory| serde_json::from_value(memory).ok());
                // An answer that was imported, or that broke off, is its words.
                let mut exchange: Exchange =
                    remembered.unwrap_or_else(|| Exchange::told(question, text_of(&message.parts)));
                exchange.pinned = message.pinned;
                history.push(exchange);
            }
        }
    }
    history
}

fn text_of(parts: &[Part]) -> String {
    let texts = parts.iter().filter_map(|part| match part {
        Part::Text { text } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}

pub(super) fn script_of(parts: &[Part]) -> Option<String> {
    parts.iter().find_map(|part| match part {
        Part::Script { script, .. } => Some(script.clone()),
        _ => None,
    })
}

/// The same for the same answer, so that a run can be repeated. No larger than the numbers that JavaScript knows exactly:
/// the receipt shows it in a browser.
fn seed(lease: &Lease) -> u64 {
    let (high, low) = lease.answer_id.0.as_u64_pair();
    (high ^ low) & ((1 << 53) - 1)
}

/// A clock's reading as scripts are shown it.
pub fn unix_ms(now: chrono::DateTime<chrono::Utc>) -> anyhow::Result<u64> {
    u64::try_from(now.timestamp_millis()).context("the clock stands before 1970")
}
