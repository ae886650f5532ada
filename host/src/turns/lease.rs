//! Who works on which turn: a server takes one by a lease with a fence, renews it, and gives it back by ending it.
//!
//! What a server writes counts only while its fence is the turn's newest, so one that was thought dead cannot write over
//! the one after it. Leases go by the database's clock, since servers' clocks differ.

use chrono::{DateTime, Utc};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use super::{
    chunks::{Chunk, Parts},
    closing::Open,
    spending::{self, ModelUsed},
    stream,
};
use crate::{
    config::ServerLimits,
    conversations::{
        messages::{self, State},
        parts::Part,
    },
    error::Result,
    ids::{ConversationId, MessageId, OrgId, ProjectId, UserId},
    llm::Choice,
    notifications::{self, Topic},
    queue::{self, Job},
};

/// Seconds that a lease lasts from its last renewal. A turn whose server has died ends that much later, and one round of
/// the search for such turns.
pub const LEASE_S: f64 = 15.0;

/// The lock under which turns are taken, one at a time over all servers.
const TAKING: i64 = 0x0067_6c6f_7665_7475;

/// A turn that this server works on.
#[derive(Clone, Debug)]
pub struct Lease {
    pub answer_id: MessageId,
    pub org_id: OrgId,
    pub project_id: ProjectId,
    pub conversation_id: ConversationId,
    pub asked_by: UserId,
    pub choice: Option<Choice>,
    pub asked_at: DateTime<Utc>,
    fence: i64,
}

/// What an ended turn leaves.
pub struct EndedTurn<'a> {
    pub state: State,
    pub parts: &'a [Part],
    /// For the conversation's later turns.
    pub memory: Option<Value>,
    pub used: Used,
}

/// What a turn counts for, on the organisation's day.
#[derive(Clone, Debug, Default)]
pub struct Used {
    pub runs: u32,
    pub fuel: u64,
    pub input_tokens: u64,
    pub output_tokens: u64,
    pub cost_micro_usd: u64,
    /// The model, where one was asked.
    pub model: Option<ModelUsed>,
}

/// Takes the turn that is next: of an organisation with the fewest turns under way, the oldest. `None` where every turn
/// that waits has to wait for another one of its conversation or its organisation.
pub async fn take(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<Option<Lease>> {
    sqlx::query!("select pg_advisory_xact_lock($1)", TAKING)
        .execute(&mut *db)
        .await?;
    let taken = sqlx::query!(
        r#"with next as (
             select t.message_id, c.project_id from turns t
             join conversations c on c.id = t.conversation_id
             left join lateral (
                 select count(*) as under_way from turns o where o.org_id = t.org_id and o.started_at is not null
             ) org on true
             where t.started_at is null and org.under_way < $1
               and not exists (
                   select from turns before
                   where before.conversation_id = t.conversation_id
                     and (before.started_at is not null
                          or (before.created_at, before.message_id) < (t.created_at, t.message_id))
               )
             order by org.under_way, t.created_at, t.message_id
             limit 1
             for update of t skip locked
         )
         update turns set started_at = $2, fence = fence + 1, leased_until = now() + make_interval(secs => $3)
         from next where turns.message_id = next.message_id
         returning turns.message_id, turns.created_at, org_id, project_id, conversation_id, asked_by, fence, model as "model: Json<Choice>""#,
        i64::from(limits.turns_per_org),
        now,
        LEASE_S,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = taken else { return Ok(None) };
    sqlx::query!("update messages set state = 'running' where id = $1", row.message_id)
        .execute(&mut *db)
        .await?;
    notifications::tell(db, Topic::Stream(MessageId(row.message_id))).await?;
    Ok(Some(Lease {
        answer_id: MessageId(row.message_id),
        org_id: OrgId(row.org_id),
        project_id: ProjectId(row.project_id),
        conversation_id: ConversationId(row.conversation_id),
        asked_by: UserId(row.asked_by),
        choice: row.model.map(|model| model.0),
        asked_at: row.created_at,
        fence: row.fence,
    }))
}

/// Ends the turns whose servers have died, and says how many those were.
pub async fn end_abandoned(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let abandoned = sqlx::query!(
        "select message_id from turns where leased_until < now() order by message_id for update skip locked"
    )
    .fetch_all(&mut *db)
    .await?;
    let count = abandoned.len() as u64;
    for row in abandoned {
        let answer_id = MessageId(row.message_id);
        let chunks = stream::read(&mut *db, answer_id, 0, i64::MAX).await?;
        let last = chunks.last().map_or(0, |kept| kept.position);
        let (mut parts, mut open) = (Parts::default(), Open::default());
        for kept in &chunks {
            parts.add(&kept.chunk);
            open.add(&kept.chunk);
        }
        let mut ends = open.ends();
        ends.extend(Chunk::ends_interrupted());
        for chunk in &ends {
            parts.add(chunk);
        }
        let parts = parts.all();
        stream::append(&mut *db, answer_id, last, &ends).await?;
        messages::write(&mut *db, now, answer_id, State::Interrupted, &parts, None).await?;
        over(&mut *db, answer_id).await?;
    }
    Ok(count)
}

impl Lease {
    /// Holds the turn for longer. Answers whether it still belongs to this server, and whether somebody wants it
    /// stopped.
    pub async fn renew(&self, db: &mut PgConnection) -> Result<Held> {
        let row = sqlx::query!(
            r#"update turns set leased_until = now() + make_interval(secs => $3) where message_id = $1 and fence = $2
               returning stop_asked_at is not null as "stop!""#,
            self.answer_id.0,
            self.fence,
            LEASE_S,
        )
        .fetch_optional(db)
        .await?;
        Ok(match row {
            None => Held::Lost,
            Some(row) if row.stop => Held::ToBeStopped,
            Some(_) => Held::Yes,
        })
    }

    /// Adds to the stream, after the chunk at `position`. False where the turn is somebody else's by now.
    pub async fn append(&self, db: &mut PgConnection, position: i64, chunks: &[Chunk]) -> Result<bool> {
        if !self.holds(db).await? {
            return Ok(false);
        }
        stream::append(&mut *db, self.answer_id, position, chunks).await?;
        notifications::tell(db, Topic::Stream(self.answer_id)).await?;
        Ok(true)
    }

    /// Ends the turn, with the last chunks of its stream. False where it is somebody else's by now.
    pub async fn end(
        &self,
        db: &mut PgConnection,
        now: DateTime<Utc>,
        position: i64,
        chunks: &[Chunk],
        remains: &EndedTurn<'_>,
    ) -> Result<bool> {
        if !self.holds(db).await? {
            // Where it went with its conversation, those that waited for it were told by nobody.
            queue::add(&mut *db, &Job::TakeTurn).await?;
            return Ok(false);
        }
        stream::append(&mut *db, self.answer_id, position, chunks).await?;
        messages::write(
            &mut *db,
            now,
            self.answer_id,
            remains.state,
            remains.parts,
            remains.memory.as_ref(),
        )
        .await?;
        let used = &remains.used;
        sqlx::query!(
            "insert into usage_days (org_id, day, runs, fuel, input_tokens, output_tokens, cost_micro_usd)
             values ($1, $2, $3, $4, $5, $6, $7)
             on conflict (org_id, day) do update set
                 runs = usage_days.runs + excluded.runs,
                 fuel = usage_days.fuel + excluded.fuel,
                 input_tokens = usage_days.input_tokens + excluded.input_tokens,
                 output_tokens = usage_days.output_tokens + excluded.output_tokens,
                 cost_micro_usd = usage_days.cost_micro_usd + excluded.cost_micro_usd",
            self.org_id.0,
            now.date_naive(),
            i64::from(used.runs),
            whole(used.fuel),
            whole(used.input_tokens),
            whole(used.output_tokens),
            whole(used.cost_micro_usd),
        )
        .execute(&mut *db)
        .await?;
        if let Some(model) = &used.model {
            spending::count(&mut *db, now, self.org_id, model, 1).await?;
        }
        over(db, self.answer_id).await?;
        Ok(true)
    }

    async fn holds(&self, db: &mut PgConnection) -> Result<bool> {
        let row = sqlx::query!(
            "select fence from turns where message_id = $1 and fence = $2 for update",
            self.answer_id.0,
            self.fence
        )
        .fetch_optional(db)
        .await?;
        Ok(row.is_some())
    }
}

/// Whether a turn is still this server's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    Yes,
    ToBeStopped,
    Lost,
}

/// The turn is no longer one. Those that waited for it get another look.
pub async fn over(db: &mut PgConnection, answer_id: MessageId) -> Result<()> {
    sqlx::query!("delete from turns where message_id = $1", answer_id.0)
        .execute(&mut *db)
        .await?;
    // Also where nobody seems to wait: a question whose transaction is open is not seen here, and its own job may be done
    // before this transaction's end.
    queue::add(&mut *db, &Job::TakeTurn).await?;
    notifications::tell(db, Topic::Stream(answer_id)).await
}

/// As the database counts, which has no unsigned numbers.
pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
