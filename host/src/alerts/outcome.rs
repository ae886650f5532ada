//! What a check saw, written down: the labels' standings, the events, the messages, and the pause of an alert that fails
//! too often.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use glovebox_sdk::Receipt;
use sqlx::PgConnection;

use super::{
    checks::{self, Lease},
    condition::{Row, Verdict},
    standing::{Seen, Standing, State, Transition},
};
use crate::{
    channels::{LINES_MAX, Line, Notice, deliveries},
    config::ServerLimits,
    conversations::messages::storable,
    error::Result,
    ids::{AlertEventId, AlertId, ChannelId},
    mail::templates::{self, Template},
    queue::{self, Job},
    tiles::{ask::DAILY_LIMIT, keep},
};

/// Days after which a label without a value is forgotten.
const FORGOTTEN_DAYS: i64 = 30;

/// What a check ended in.
pub(super) struct Outcome {
    rows: std::result::Result<Vec<Row>, String>,
    receipt: Option<Receipt>,
    /// Of the tile's result that it looked at.
    key: Option<Vec<u8>>,
}

/// A label as it was before the check.
struct Known {
    standing: Standing,
    value: Option<f64>,
    sequence: i32,
}

/// The alert that is being written to.
struct Locked {
    name: String,
    project_id: uuid::Uuid,
    failures: i32,
    snoozed: bool,
    maker: Option<String>,
}

impl Outcome {
    pub fn of(verdict: Verdict, key: Vec<u8>) -> Self {
        Self {
            rows: verdict.rows,
            receipt: Some(verdict.receipt),
            key: Some(key),
        }
    }

    pub fn failed(problem: &str) -> Self {
        Self {
            rows: Err(problem.to_owned()),
            receipt: None,
            key: None,
        }
    }
}

/// The labels' numbers of the check before.
pub(super) async fn values(db: &mut PgConnection, alert_id: AlertId) -> Result<BTreeMap<String, f64>> {
    let rows = sqlx::query!(
        r#"select label, value as "value!" from alert_labels where alert_id = $1 and value is not null"#,
        alert_id.0
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.label, row.value)).collect())
}

/// Writes the outcome down, unless the check is another server's by now, or the alert another one.
pub(super) async fn write(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    public_url: &str,
    lease: &Lease,
    outcome: Outcome,
) -> Result<()> {
    // The alert first, as everywhere.
    let alert = lock(db, now, lease).await?;
    if !checks::hold(db, lease).await? {
        return Ok(());
    }
    let fuel = outcome.receipt.as_ref().and_then(|receipt| receipt.fuel_used);
    if let Some(fuel) = fuel {
        keep::charge(db, lease.org_id, now, fuel).await?;
    }
    let Some(alert) = alert else {
        return end(db, now, lease, &outcome, "skipped").await;
    };
    end(db, now, lease, &outcome, "done").await?;
    let known = known(db, lease.alert_id).await?;
    let seen = seen(&outcome, lease, &known);
    let mut lines = Vec::new();
    for (label, (seen, value)) in seen {
        let before = known.get(&label);
        let standing = before.map_or_else(|| Standing::new(now), |known| known.standing);
        let step = standing.step(seen, &lease.rules, alert.snoozed, now);
        let newest = match before {
            Some(known) => known.sequence,
            None => newest_sequence(db, lease.alert_id, &label).await?,
        };
        let sequence = newest + i32::from(step.changed || step.tell);
        // What is missing has the value that it had, for the next change to be measured by.
        let kept = value.or_else(|| before.and_then(|known| known.value));
        stand(db, now, lease, &label, &step, sequence, (kept, value.is_some())).await?;
        if step.changed || step.tell {
            happen(db, now, lease, &label, (standing.state, &step), sequence, value).await?;
        }
        if step.tell {
            lines.push(Line {
                label,
                state: name_of(step.standing.told).to_owned(),
                value,
                problem: outcome.rows.as_ref().err().filter(|_| seen == Seen::Failed).cloned(),
                reminder: step.standing.told == standing.told,
            });
        }
    }
    forget(db, now, lease).await?;
    let link = format!("{public_url}/p/{}/alerts/{}", alert.project_id, lease.alert_id);
    tell(db, now, lease, &alert, link.clone(), lines).await?;
    count(db, now, limits, lease, &alert, link, outcome.rows.err()).await
}

/// The alert, if it is still the one that was checked.
async fn lock(db: &mut PgConnection, now: DateTime<Utc>, lease: &Lease) -> Result<Option<Locked>> {
    let row = sqlx::query!(
        "select a.name, a.project_id, a.failures, a.snoozed_until, a.updated_at, u.email as \"email?\"
         from alerts a left join users u on u.id = a.created_by where a.id = $1 for update of a",
        lease.alert_id.0,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.filter(|row| row.updated_at == lease.updated_at).map(|row| Locked {
        name: row.name,
        project_id: row.project_id,
        failures: row.failures,
        snoozed: row.snoozed_until.is_some_and(|until| until > now),
        maker: row.email,
    }))
}

async fn end(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    lease: &Lease,
    outcome: &Outcome,
    state: &'static str,
) -> Result<()> {
    sqlx::query!(
        "update alert_checks set state = $3, leased_until = null, ended_at = $4, problem = $5, tile_key = $6, rows = $7,
           receipt = $8
         where id = $1 and fence = $2",
        lease.id.0,
        lease.fence,
        state,
        now,
        outcome.rows.as_ref().err().map(|why| why.replace('\0', "\u{fffd}")),
        outcome.key,
        outcome.rows.as_ref().ok().map(storable).transpose()?,
        outcome.receipt.as_ref().map(storable).transpose()?,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn known(db: &mut PgConnection, alert_id: AlertId) -> Result<BTreeMap<String, Known>> {
    let rows = sqlx::query!(
        r#"select label, state as "state: State", since, told as "told: State", told_at, value, sequence,
               acknowledged_at is not null as "acknowledged!"
           from alert_labels where alert_id = $1 for update"#,
        alert_id.0,
    )
    .fetch_all(db)
    .await?;
    let label = rows.into_iter().map(|row| {
        let standing = Standing {
            state: row.state,
            since: row.since,
            told: row.told,
            told_at: row.told_at,
            acknowledged: row.acknowledged,
        };
        let known = Known {
            standing,
            value: row.value,
            sequence: row.sequence,
        };
        (row.label, known)
    });
    Ok(label.collect())
}

/// Of the events of a label that may have been forgotten.
async fn newest_sequence(db: &mut PgConnection, alert_id: AlertId, label: &str) -> Result<i32> {
    let newest = sqlx::query_scalar!(
        "select max(sequence) from alert_events where alert_id = $1 and label = $2",
        alert_id.0,
        label,
    )
    .fetch_one(db)
    .await?;
    Ok(newest.unwrap_or(0))
}

/// What the check says of each label, with its value.
///
/// A check that failed says nothing of the labels, which stay as they are: it is the alert as a whole that failed. So it is
/// with a table without rows, as long as no label is known.
fn seen(outcome: &Outcome, lease: &Lease, known: &BTreeMap<String, Known>) -> BTreeMap<String, (Seen, Option<f64>)> {
    let Ok(rows) = &outcome.rows else {
        return BTreeMap::from([(String::new(), (Seen::Failed, None))]);
    };
    let of_row = |row: &Row| {
        let seen = match (row.value, row.firing) {
            (None, _) => Seen::NoData,
            (_, true) => Seen::Fires,
            (_, false) => Seen::Quiet,
        };
        (row.label.clone(), (seen, row.value))
    };
    let mut seen: BTreeMap<_, _> = rows.iter().map(of_row).collect();
    let absent = if lease.condition.absent_is_quiet() {
        Seen::Quiet
    } else {
        Seen::NoData
    };
    let watched: BTreeSet<&String> = known.keys().filter(|label| !label.is_empty()).collect();
    let whole = if rows.is_empty() && watched.is_empty() {
        absent
    } else {
        Seen::Quiet
    };
    for label in watched {
        seen.entry(label.clone()).or_insert((absent, None));
    }
    if known.contains_key("") || rows.is_empty() {
        seen.entry(String::new()).or_insert((whole, None));
    }
    seen
}

async fn stand(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    lease: &Lease,
    label: &str,
    step: &Transition,
    sequence: i32,
    (value, seen): (Option<f64>, bool),
) -> Result<()> {
    let standing = &step.standing;
    sqlx::query!(
        "insert into alert_labels (org_id, alert_id, label, state, since, told, told_at, value, sequence, seen_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         on conflict (alert_id, label) do update set state = excluded.state, since = excluded.since, told = excluded.told,
             told_at = excluded.told_at, value = excluded.value, sequence = excluded.sequence,
             seen_at = case when $11 then excluded.seen_at else alert_labels.seen_at end,
             acknowledged_by = case when $12 then alert_labels.acknowledged_by end,
             acknowledged_at = case when $12 then alert_labels.acknowledged_at end,
             note = case when $12 then alert_labels.note end",
        lease.org_id.0,
        lease.alert_id.0,
        label,
        standing.state as State,
        standing.since,
        standing.told as State,
        standing.told_at,
        value,
        sequence,
        now,
        seen,
        standing.acknowledged,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn happen(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    lease: &Lease,
    label: &str,
    (from, step): (State, &Transition),
    sequence: i32,
    value: Option<f64>,
) -> Result<()> {
    sqlx::query!(
        "insert into alert_events (id, org_id, alert_id, check_id, label, sequence, from_state, to_state, value, told,
           happened_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        AlertEventId::new().0,
        lease.org_id.0,
        lease.alert_id.0,
        lease.id.0,
        label,
        sequence,
        from as State,
        step.standing.state as State,
        value,
        step.tell,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Labels that were gone for long are not waited for any more; where only rows that fire are seen, such as any row of a
/// list of errors, those that are normal again neither, since each row may have another label.
async fn forget(db: &mut PgConnection, now: DateTime<Utc>, lease: &Lease) -> Result<()> {
    sqlx::query!(
        "delete from alert_labels where alert_id = $1 and label <> '' and (seen_at < $2
           or $3 and state = 'normal' and told = 'normal' and seen_at < $4)",
        lease.alert_id.0,
        now - TimeDelta::days(FORGOTTEN_DAYS),
        lease.condition.absent_is_quiet(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// One message to each channel, however many labels there are to tell of.
async fn tell(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    lease: &Lease,
    alert: &Locked,
    link: String,
    mut lines: Vec<Line>,
) -> Result<()> {
    if lines.is_empty() {
        return Ok(());
    }
    // What fires first.
    lines.sort_by_key(|line| line.state != name_of(State::Firing));
    let more = lines.len().saturating_sub(LINES_MAX);
    lines.truncate(LINES_MAX);
    let notice = Notice {
        alert_id: Some(lease.alert_id),
        alert: alert.name.clone(),
        link,
        at: now,
        lines,
        more,
    };
    let channels = sqlx::query_scalar!(
        r#"select channel_id as "id: ChannelId" from alert_channels where alert_id = $1 order by 1"#,
        lease.alert_id.0,
    )
    .fetch_all(&mut *db)
    .await?;
    for channel in channels {
        deliveries::add(db, now, lease.org_id, channel, Some(lease.id), &notice).await?;
    }
    Ok(())
}

/// Counts failures in a row, but not those by the daily limit. Too many pause the alert, and its maker is told once.
async fn count(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    lease: &Lease,
    alert: &Locked,
    link: String,
    problem: Option<String>,
) -> Result<()> {
    let failures = match &problem {
        None => 0,
        // It is over tomorrow, without anybody's doing.
        Some(why) if why == DAILY_LIMIT => alert.failures,
        Some(_) => alert.failures + 1,
    };
    let paused = failures >= i32::try_from(limits.alert_failures.max(1)).unwrap_or(i32::MAX);
    let done = sqlx::query!(
        "update alerts set failures = $2, paused_at = case when $3 then coalesce(paused_at, $4) else paused_at end,
           next_at = case when $3 then null else next_at end
         where id = $1 returning paused_at = $4 as \"just_paused\"",
        lease.alert_id.0,
        failures,
        paused,
        now,
    )
    .fetch_one(&mut *db)
    .await?;
    if let (Some(true), Some(email), Some(problem)) = (done.just_paused.filter(|_| paused), &alert.maker, problem) {
        let mail = Template::AlertPaused {
            alert: alert.name.clone(),
            failures: failures.unsigned_abs(),
            problem,
            link,
        };
        queue::add(db, &Job::from(templates::write(&mail, email))).await?;
    }
    Ok(())
}

/// As it stands in the database and in JSON.
fn name_of(state: State) -> &'static str {
    match state {
        State::Normal => "normal",
        State::Pending => "pending",
        State::Firing => "firing",
        State::Recovering => "recovering",
        State::NoData => "no_data",
        State::Error => "error",
    }
}
