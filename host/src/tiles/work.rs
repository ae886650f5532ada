//! The runs for tiles: taken one by one, run in the sandbox, and kept.
//!
//! Which is next is asked of the table: what somebody waits for before what nobody does, then of the organisation with
//! the fewest under way the oldest. A run is leased and fenced as a turn is, so a server that died holds nothing up, and
//! what it writes late does not count.

use std::time::Duration;

use anyhow::Context;
use glovebox_sdk::{Limits, Mode};
use sqlx::{PgConnection, PgPool, types::Json};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    keep::{Keeping, Kept},
    key::StoredTask,
};
use crate::{
    clock::Clock,
    config::ServerLimits,
    error::{Error, Result},
    ids::OrgId,
    objects::{ObjectKey, Objects, Spool},
    queue::{self, Job},
    sandbox::{Sandbox, Task},
};

/// Seconds that a lease lasts from its last renewal.
const LEASE_S: f64 = 15.0;
const RENEWAL: Duration = Duration::from_secs(5);
/// Failures of ours after which a run is given up.
const ATTEMPTS_MAX: i32 = 5;
/// Seconds until the first repetition after such a failure; each further one takes twice as long.
const PAUSE_S: f64 = 30.0;
/// The lock under which runs are taken, one at a time over all servers.
const TAKING: i64 = 0x0067_6c6f_7665_7469;

/// What runs for tiles are done with.
#[derive(Clone)]
pub struct Refresher {
    pub db: PgPool,
    pub objects: Objects,
    pub spool: Spool,
    pub clock: Clock,
    pub limits: ServerLimits,
    pub sandbox: Sandbox,
    /// The server goes away: no other run is begun.
    pub closing: CancellationToken,
}

/// A run that this server does.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub org_id: OrgId,
    pub key: Vec<u8>,
    pub fence: i64,
    attempts: i32,
    task: StoredTask,
}

impl Refresher {
    /// Does what waits, one after the other, until nothing is left that may be begun.
    pub async fn work(&self) -> Result<()> {
        loop {
            let mut tx = self.db.begin().await?;
            if self.closing.is_cancelled() {
                // It is another server's.
                queue::add(&mut tx, &Job::RefreshTiles).await?;
                tx.commit().await?;
                return Ok(());
            }
            let taken = take(&mut tx, &self.limits).await?;
            tx.commit().await?;
            let Some(lease) = taken else { return Ok(()) };
            let _watch = AbortOnDropHandle::new(tokio::spawn(renew(self.db.clone(), lease.clone())));
            let kept = match Box::pin(self.run(&lease)).await {
                Ok(kept) => kept,
                Err(Error::Internal(error)) if lease.attempts < ATTEMPTS_MAX => {
                    tracing::error!(error = format!("{error:#}"), "a run for a tile failed");
                    self.put_back(&lease).await?;
                    continue;
                }
                Err(Error::Unavailable(_)) if lease.attempts < ATTEMPTS_MAX => {
                    self.put_back(&lease).await?;
                    continue;
                }
                Err(Error::Internal(error)) => {
                    tracing::error!(error = format!("{error:#}"), "a run for a tile was given up");
                    Kept::failed("Something went wrong on our side. Try again in a moment.")
                }
                Err(error) => Kept::failed(&error.to_string()),
            };
            let mut tx = self.db.begin().await?;
            kept.write(&mut tx, self.clock.now(), &self.limits, &lease).await?;
            tx.commit().await?;
        }
    }

    async fn run(&self, lease: &Lease) -> Result<Kept> {
        let task = &lease.task;
        let (mut spooled, mut inputs) = (Vec::new(), Vec::new());
        for input in &task.inputs {
            let file = self
                .objects
                .fetch(&ObjectKey::stored(&input.object_key), &self.spool)
                .await?;
            inputs.push((input.name.clone(), file.path().to_owned()));
            spooled.push(file);
        }
        let defaults = Limits::default();
        let limits = Limits {
            fuel: self.limits.refresh_fuel.min(defaults.fuel),
            ..defaults
        };
        let task = Task {
            inputs,
            parameters: task.parameters.clone(),
            seed: task.seed,
            clock_unix_ms: task.clock_unix_ms,
            mode: Mode::Run,
            limits,
            ..Task::new("script.py", task.script.as_str())
        };
        let mut run = self.sandbox.run(task).await.context("running a tile's script")?;
        let mut keeping = Keeping::default();
        while let Some(event) = run.next().await {
            keeping.take(event);
        }
        let finished = run.finish().await.context("running a tile's script")?;
        keeping.store(&self.objects, lease.org_id, &finished).await
    }

    /// Leaves a run that failed by our fault to a later moment.
    async fn put_back(&self, lease: &Lease) -> Result<()> {
        sqlx::query!(
            "update tile_results set state = 'queued', leased_until = null,
               not_before = now() + make_interval(secs => $4 * power(2, attempts - 1))
             where org_id = $1 and key = $2 and fence = $3 and state = 'running'",
            lease.org_id.0,
            lease.key,
            lease.fence,
            PAUSE_S,
        )
        .execute(&self.db)
        .await?;
        Ok(())
    }
}

/// Puts the runs back whose servers have died, and wakes a worker for those whose pause is over.
pub async fn look_after(db: &mut PgConnection) -> Result<()> {
    let freed = sqlx::query!(
        "update tile_results set state = 'queued', leased_until = null where state = 'running' and leased_until < now()"
    )
    .execute(&mut *db)
    .await?;
    let due = sqlx::query!("update tile_results set not_before = null where state = 'queued' and not_before <= now()")
        .execute(&mut *db)
        .await?;
    if freed.rows_affected() + due.rows_affected() > 0 {
        queue::add(db, &Job::RefreshTiles).await?;
    }
    Ok(())
}

async fn take(db: &mut PgConnection, limits: &ServerLimits) -> Result<Option<Lease>> {
    sqlx::query!("select pg_advisory_xact_lock($1)", TAKING)
        .execute(&mut *db)
        .await?;
    let row = sqlx::query!(
        r#"with next as (
             select t.org_id, t.key from tile_results t
             left join lateral (
                 select count(*) as under_way from tile_results o where o.org_id = t.org_id and o.state = 'running'
             ) org on true
             where t.state = 'queued' and (t.not_before is null or t.not_before <= now()) and org.under_way < $1
             order by t.priority, org.under_way, t.asked_at, t.key limit 1
         )
         update tile_results r set state = 'running', fence = fence + 1, attempts = attempts + 1,
             leased_until = now() + make_interval(secs => $2)
         from next where r.org_id = next.org_id and r.key = next.key
         returning r.org_id, r.key, r.fence, r.attempts, r.task as "task: Json<StoredTask>""#,
        i64::from(limits.refreshes_per_org.max(1)),
        LEASE_S,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Lease {
        org_id: OrgId(row.org_id),
        key: row.key,
        fence: row.fence,
        attempts: row.attempts,
        task: row.task.0,
    }))
}

/// Holds a run as long as this goes on.
async fn renew(db: PgPool, lease: Lease) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let renewed = sqlx::query!(
            "update tile_results set leased_until = now() + make_interval(secs => $4)
             where org_id = $1 and key = $2 and fence = $3 and state = 'running'",
            lease.org_id.0,
            lease.key,
            lease.fence,
            LEASE_S,
        )
        .execute(&db)
        .await;
        if let Err(error) = renewed {
            tracing::warn!(%error, "the lease of a run was not renewed");
        }
    }
}
