//! Questions that a person could ask next: first ones of a project's tables, and follow-ups in a conversation.
//!
//! They are made by the rules of `offline` from the profiles alone, at once and without a model, and each is one that
//! those rules answer themselves. Nothing is stored; where there is no table, there is no question.

use anyhow::Context;
use sqlx::PgConnection;

use crate::{
    config::ServerLimits,
    conversations::{
        self,
        messages::{self, Message, Speaker},
        parts::Part,
    },
    error::Result,
    files::preview::{self, ReadableTable},
    ids::{ConversationId, FileId, ProjectId},
    orgs::Member,
    projects, rules,
};

/// Questions that are asked for at most.
pub const COUNT_MAX: usize = 6;

/// What questions are made from, read from the database.
#[derive(Debug)]
pub struct Basis {
    tables: Vec<ReadableTable>,
    /// What was asked already, oldest first.
    questions: Vec<String>,
    /// An answer is still being given: what comes after it is not known.
    waits: bool,
}

/// For first questions about a project's tables, what was changed last first.
pub async fn of_project(
    db: &mut PgConnection,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
) -> Result<Basis> {
    projects::get(db, member, project_id).await?;
    Ok(Basis {
        tables: preview::tables(db, member, project_id, &[], "", limits.turn_tables as usize)
            .await?
            .tables,
        questions: Vec::new(),
        waits: false,
    })
}

/// For questions that go on from a conversation's newest answer; in one where nothing was asked, for first questions.
pub async fn of_conversation(
    db: &mut PgConnection,
    limits: &ServerLimits,
    member: &Member,
    conversation_id: ConversationId,
) -> Result<Basis> {
    let conversation = conversations::get(db, member, conversation_id).await?;
    let branch = match messages::newest(db, member, conversation_id).await? {
        Some(newest) => messages::branch(db, member, newest, limits.turn_history_messages).await?,
        None => Vec::new(),
    };
    let attached = attached(&branch);
    let asked = branch.iter().filter(|message| message.role == Speaker::User);
    Ok(Basis {
        tables: preview::tables(
            db,
            member,
            conversation.project_id,
            &attached,
            "",
            limits.turn_tables as usize,
        )
        .await?
        .tables,
        questions: asked.map(text_of).collect(),
        waits: branch.last().is_some_and(|message| !message.state.ended()),
    })
}

impl Basis {
    /// At most `count` questions, best first. Takes a moment of the processor's time, away from the requests.
    pub async fn questions(self, count: usize) -> Result<Vec<String>> {
        if self.waits {
            return Ok(Vec::new());
        }
        let work = move || {
            let tables: Vec<rules::NamedProfile<'_>> = self
                .tables
                .iter()
                .map(|table| rules::NamedProfile {
                    name: &table.name,
                    profile: &table.profile,
                })
                .collect();
            let questions: Vec<&str> = self.questions.iter().map(String::as_str).collect();
            if questions.is_empty() {
                rules::suggestions(&tables, count)
            } else {
                rules::follow_ups(&questions, &tables, count)
            }
        };
        Ok(tokio::task::spawn_blocking(work).await.context("making questions")?)
    }
}

/// The files that the conversation is about, the newest first.
fn attached(branch: &[Message]) -> Vec<FileId> {
    let mut found: Vec<FileId> = Vec::new();
    for file in branch.iter().rev().flat_map(|message| &message.files) {
        if !file.deleted && !found.contains(&file.id) {
            found.push(file.id);
        }
    }
    found
}

fn text_of(question: &Message) -> String {
    let texts = question.parts.iter().filter_map(|part| match part {
        Part::Text { text } => Some(text.as_str()),
        _ => None,
    });
    texts.collect::<Vec<_>>().join("\n\n")
}
