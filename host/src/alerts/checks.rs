//! The checks that are due: one row for each time, taken by one server at a time.
//!
//! A time that comes round becomes a row by the schedule, which a constraint keeps single however many servers look. After
//! a downtime the latest missed time alone does. A check is leased and fenced as a turn is.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool, types::Json};

use super::{condition::Condition, standing::Rules};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::{AlertCheckId, AlertId, OrgId, TileId},
    orgs::{Member, Role},
    queue::{self, Job},
    schedules::Schedule,
};

/// Seconds that a lease lasts from its last renewal.
const LEASE_S: f64 = 15.0;
const RENEWAL: Duration = Duration::from_secs(5);
/// Alerts whose time has come that are put down in one transaction.
const DUE_MAX: i64 = 500;
/// Seconds until a check that waits for its tile looks again.
const WAIT_S: f64 = 1.0;
/// Seconds until the first repetition after a failure of ours; each further one takes twice as long.
const PAUSE_S: f64 = 30.0;

/// A check that this server does.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub id: AlertCheckId,
    pub org_id: OrgId,
    pub alert_id: AlertId,
    pub tile_id: TileId,
    pub planned_at: DateTime<Utc>,
    pub fence: i64,
    pub attempts: i32,
    pub condition: Condition,
    pub rules: Rules,
    /// Of the alert: a check of an older one does not count.
    pub updated_at: DateTime<Utc>,
}

/// Puts down the checks whose time has come, frees those whose servers have died, and wakes workers.
pub async fn look_after(db: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let due = sqlx::query!(
        r#"select id, org_id, schedule, time_zone, next_at as "next_at!" from alerts
           where next_at <= $1 order by next_at limit $2 for update skip locked"#,
        now,
        DUE_MAX,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut checks = due.len() as u64;
    for alert in due {
        let planned_at = match Schedule::parse(&alert.schedule, &alert.time_zone, now) {
            Ok(schedule) => {
                let next = schedule.next_after(now);
                sqlx::query!("update alerts set next_at = $2 where id = $1", alert.id, next)
                    .execute(&mut *db)
                    .await?;
                schedule.latest(alert.next_at, now)
            }
            // A new release may not read what an older one did.
            Err(error) => {
                tracing::error!(alert = %alert.id, %error, "the schedule of an alert is not valid");
                sqlx::query!(
                    "update alerts set next_at = null, paused_at = $2 where id = $1",
                    alert.id,
                    now
                )
                .execute(&mut *db)
                .await?;
                continue;
            }
        };
        plan(db, OrgId(alert.org_id), AlertId(alert.id), planned_at).await?;
    }
    let freed = sqlx::query!(
        "update alert_checks set state = 'queued', leased_until = null where state = 'running' and leased_until < now()"
    )
    .execute(&mut *db)
    .await?;
    let waited =
        sqlx::query!("update alert_checks set not_before = null where state = 'queued' and not_before <= now()")
            .execute(&mut *db)
            .await?;
    checks += freed.rows_affected() + waited.rows_affected();
    if checks > 0 {
        queue::add(db, &Job::CheckAlerts).await?;
    }
    Ok(())
}

/// A check now, beside those of the schedule.
pub async fn check_now(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: AlertId) -> Result<()> {
    member.at_least(Role::Member)?;
    let planned = plan(db, member.org_id, id, now).await?;
    if !planned {
        return Err(Error::conflict("checked_already", "The alert has just been checked."));
    }
    queue::add(db, &Job::CheckAlerts).await
}

/// One that still waits is left out: it would see what this one sees. One that was begun goes on, and none is put beside
/// it: a check that is tried again and again has to come to its end, or nobody is told that it fails.
async fn plan(db: &mut PgConnection, org_id: OrgId, alert_id: AlertId, planned_at: DateTime<Utc>) -> Result<bool> {
    sqlx::query!(
        "update alert_checks set state = 'skipped' where org_id = $1 and alert_id = $2 and state = 'queued'
           and fence = 0",
        org_id.0,
        alert_id.0,
    )
    .execute(&mut *db)
    .await?;
    let planned = sqlx::query!(
        "insert into alert_checks (id, org_id, alert_id, planned_at, state)
         select $1, $2, $3, $4, 'queued'
         where not exists (select from alert_checks where alert_id = $3 and state = 'queued')
         on conflict on constraint alert_checks_planned_key do nothing",
        AlertCheckId::new().0,
        org_id.0,
        alert_id.0,
        planned_at,
    )
    .execute(db)
    .await?;
    Ok(planned.rows_affected() > 0)
}

/// The check that is next: the oldest, of an alert of which no other one is under way, in an organisation that has not too
/// many under way.
pub(super) async fn take(db: &mut PgConnection, limits: &ServerLimits) -> Result<Option<Lease>> {
    let row = sqlx::query!(
        r#"with next as (
             select k.id from alert_checks k
             where k.state = 'queued' and (k.not_before is null or k.not_before <= now())
               and not exists (select from alert_checks o where o.alert_id = k.alert_id and o.state = 'running')
               and (select count(*) from alert_checks o where o.org_id = k.org_id and o.state = 'running') < $1
             order by k.planned_at, k.id limit 1 for update skip locked
         )
         update alert_checks k set state = 'running', fence = fence + 1, attempts = attempts + 1,
             leased_until = now() + make_interval(secs => $2)
         from next, alerts a where k.id = next.id and a.id = k.alert_id
         returning k.id, k.org_id, k.alert_id, k.planned_at, k.fence, k.attempts, a.tile_id, a.updated_at,
             a.condition as "condition: Json<Condition>", a.rules as "rules: Json<Rules>""#,
        i64::from(limits.refreshes_per_org.max(1)),
        LEASE_S,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Lease {
        id: AlertCheckId(row.id),
        org_id: OrgId(row.org_id),
        alert_id: AlertId(row.alert_id),
        tile_id: TileId(row.tile_id),
        planned_at: row.planned_at,
        fence: row.fence,
        attempts: row.attempts,
        condition: row.condition.0,
        rules: row.rules.0,
        updated_at: row.updated_at,
    }))
}

/// Holds a check as long as this goes on.
pub(super) async fn renew(db: PgPool, lease: Lease) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let renewed = sqlx::query!(
            "update alert_checks set leased_until = now() + make_interval(secs => $3)
             where id = $1 and fence = $2 and state = 'running'",
            lease.id.0,
            lease.fence,
            LEASE_S,
        )
        .execute(&db)
        .await;
        if let Err(error) = renewed {
            tracing::warn!(%error, "the lease of a check was not renewed");
        }
    }
}

/// Leaves a check whose tile is still being made to a later moment, which is no try.
pub(super) async fn wait(db: &PgPool, lease: &Lease) -> Result<()> {
    put_back(db, lease, WAIT_S, 1).await
}

/// Leaves a check that failed by our fault to a later moment.
pub(super) async fn later(db: &PgPool, lease: &Lease) -> Result<()> {
    put_back(db, lease, PAUSE_S * f64::from(lease.attempts - 1).exp2(), 0).await
}

async fn put_back(db: &PgPool, lease: &Lease, pause_s: f64, tries: i32) -> Result<()> {
    sqlx::query!(
        "update alert_checks set state = 'queued', leased_until = null, attempts = attempts - $4,
           not_before = now() + make_interval(secs => $3)
         where id = $1 and fence = $2 and state = 'running'",
        lease.id.0,
        lease.fence,
        pause_s,
        tries,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whether the check is still this server's; until the transaction ends it stays so.
pub(super) async fn hold(db: &mut PgConnection, lease: &Lease) -> Result<bool> {
    let ours = sqlx::query_scalar!(
        "select id from alert_checks where id = $1 and fence = $2 and state = 'running' for update",
        lease.id.0,
        lease.fence,
    )
    .fetch_optional(db)
    .await?;
    Ok(ours.is_some())
}

/// Removes old checks, with their history. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let before = now - TimeDelta::days(limits.alert_history_days.into());
    let gone = sqlx::query!("delete from alert_checks where planned_at <= $1", before)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
