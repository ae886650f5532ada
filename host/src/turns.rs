//! Turns: a question is asked, waits for its turn, is worked on by some server, and streams to whoever follows.
//!
//! A turn outlives its request, its reader and, as far as it can, its server. The queue's jobs say that there is a turn
//! to take; which one is next, and who holds it, is in the tables. The turns of one conversation come one after the other,
//! and organisations take turns too. What was once streamed is never lost: the chunks are the message, until it has
//! ended.

pub mod chunks;
mod closing;
pub mod follow;
mod inputs;
pub mod lease;
pub mod spending;
pub mod stream;
mod transcript;
pub mod usage;
pub mod work;
mod writer;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{PgConnection, types::Json};

use crate::{
    config::ServerLimits,
    conversations::{
        self,
        messages::{self, Asked, Question, State},
    },
    error::{Error, Result},
    ids::{ConversationId, MessageId},
    llm::{Catalog, Choice},
    model_providers::choosing,
    notifications::{self, Topic},
    orgs::{Member, Role},
    queue::{self, Job},
};
use chunks::Chunk;

/// Where a turn stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// So many turns come before it, or have to end first.
    Waiting {
        before: i64,
    },
    UnderWay,
    Over,
}

/// What asking needs to know beside the question.
pub struct Asking<'a> {
    pub now: DateTime<Utc>,
    pub limits: &'a ServerLimits,
    pub models: &'a Catalog,
    pub member: &'a Member,
    /// Which model should answer; by default the server chooses.
    pub choice: Option<&'a Choice>,
}

/// Asks `question` after the answer `parent`, or as a first one; its answer waits for its turn.
pub async fn ask(
    db: &mut PgConnection,
    asking: &Asking<'_>,
    conversation_id: ConversationId,
    parent: Option<MessageId>,
    question: &Question,
) -> Result<Asked> {
    let Asking {
        now, limits, member, ..
    } = *asking;
    member.at_least(Role::Member)?;
    has_room(db, asking).await?;
    let choice = may_choose(db, asking, question.script().is_some()).await?;
    let asked = messages::ask(db, now, limits, member, conversation_id, parent, question).await?;
    wait(db, asking, conversation_id, asked.answer, choice).await?;
    Ok(asked)
}

/// Asks the question of an answer again; the new answer stands beside it.
pub async fn retry(db: &mut PgConnection, asking: &Asking<'_>, answer_id: MessageId) -> Result<MessageId> {
    let Asking {
        now, limits, member, ..
    } = *asking;
    member.at_least(Role::Member)?;
    has_room(db, asking).await?;
    let answer = messages::get(db, member, answer_id).await?;
    let is_script = match answer.parent_id {
        Some(question) => inputs::script_of(&messages::get(db, member, question).await?.parts).is_some(),
        None => false,
    };
    let choice = may_choose(db, asking, is_script).await?;
    let again = messages::retry(db, now, limits, member, answer_id).await?;
    wait(db, asking, answer.conversation_id, again, choice).await?;
    Ok(again)
}

/// Ends a turn: at once where it waits, and as soon as its server hears of it where it is worked on. One that is over
/// stays as it is. Says whether there was anything to end.
pub async fn stop(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, answer_id: MessageId) -> Result<bool> {
    member.at_least(Role::Member)?;
    messages::get(db, member, answer_id).await?;
    let stopped = sqlx::query!(
        r#"update turns set stop_asked_at = coalesce(stop_asked_at, $3) where org_id = $1 and message_id = $2
           returning started_at is not null as "under_way!""#,
        member.org_id.0,
        answer_id.0,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    match stopped {
        None => return Ok(false),
        Some(turn) if turn.under_way => notifications::tell(db, Topic::Stop(answer_id)).await?,
        Some(_) => {
            let chunks = [
                Chunk::Start { message_id: answer_id },
                Chunk::Abort {
                    reason: "Stopped before it began.".to_owned(),
                },
            ];
            stream::append(db, answer_id, 0, &chunks).await?;
            messages::write(db, now, answer_id, State::Stopped, &[], None).await?;
            lease::over(db, answer_id).await?;
        }
    }
    Ok(true)
}

/// Where the turn of an answer stands.
pub async fn standing(db: &mut PgConnection, answer_id: MessageId) -> Result<Standing> {
    let turn = sqlx::query!(
        r#"select started_at is not null as "under_way!", (
             select count(*) from turns before
             where before.started_at is null and (before.created_at, before.message_id) < (t.created_at, t.message_id)
           ) as "before!"
           from turns t where message_id = $1"#,
        answer_id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(match turn {
        None => Standing::Over,
        Some(turn) if turn.under_way => Standing::UnderWay,
        Some(turn) => Standing::Waiting { before: turn.before },
    })
}

/// The chunk by which a reader sees how long a turn still waits. It is not kept.
pub fn waiting_chunk(before: i64) -> serde_json::Value {
    json!({ "type": "data-queue", "data": { "before": before }, "transient": true })
}

/// Whether the organisation may ask one more.
async fn has_room(db: &mut PgConnection, asking: &Asking<'_>) -> Result<()> {
    let Asking {
        now, limits, member, ..
    } = *asking;
    let used = sqlx::query!(
        r#"select
             (select count(*) from turns where org_id = $1 and started_at is null) as "waiting!",
             coalesce((select fuel from usage_days where org_id = $1 and day = $2), 0) as "fuel!""#,
        member.org_id.0,
        now.date_naive(),
    )
    .fetch_one(db)
    .await?;
    if used.waiting >= i64::from(limits.turns_waiting_per_org) {
        return Err(Error::Limited {
            code: "turns_waiting",
            message: format!(
                "{} questions of the organisation are already waiting. Wait for their answers.",
                used.waiting
            ),
            retry_after_s: Some(5),
        });
    }
    usage::has_fuel(limits, used.fuel as u64)
}

/// Who will answer, where that may be asked; nobody where a script is run as it is.
async fn may_choose(db: &mut PgConnection, asking: &Asking<'_>, is_script: bool) -> Result<Option<Choice>> {
    if is_script {
        return Ok(None);
    }
    let chosen = choosing::choose(db, asking.models, asking.member, asking.choice).await?;
    if chosen.is_model() {
        spending::within_cap(db, asking.now, asking.member).await?;
    }
    // Where nobody chose, the server that answers may have a model that this one has not.
    let is_fixed = asking.choice.is_some() || chosen.is_model();
    Ok(chosen.kept().filter(|_| is_fixed))
}

async fn wait(
    db: &mut PgConnection,
    asking: &Asking<'_>,
    conversation_id: ConversationId,
    answer_id: MessageId,
    choice: Option<Choice>,
) -> Result<()> {
    if let Some(choice) = choice.as_ref().filter(|_| asking.choice.is_some()) {
        conversations::keep_model(db, asking.member, conversation_id, choice).await?;
    }
    sqlx::query!(
        "insert into turns (message_id, org_id, conversation_id, asked_by, model, created_at)
         values ($1, $2, $3, $4, $5, $6)",
        answer_id.0,
        asking.member.org_id.0,
        conversation_id.0,
        asking.member.user_id.0,
        choice.map(Json) as _,
        asking.now,
    )
    .execute(&mut *db)
    .await?;
    queue::add(db, &Job::TakeTurn).await
}
