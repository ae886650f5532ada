//! Alerts: conditions on the tables of tiles, checked on a schedule.
//!
//! A check has the tile made anew by the means that dashboards have, reads its table by a script of ours in the sandbox,
//! and keeps the receipt. What it saw moves each label's [standing]; a change of that is one event, and what one check has
//! to tell is one message to each channel. All of it is written in one transaction, so nothing is lost or told twice.

pub mod checks;
pub mod condition;
pub mod events;
mod outcome;
pub mod preview;
pub mod standing;
pub mod work;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::ServerLimits,
    conversations::messages::storable,
    error::{Error, Result},
    ids::{AlertId, ChannelId, DashboardId, ProjectId, TileId, UserId},
    orgs::{Member, Role},
    schedules::Schedule,
    text::{Name, Text},
    tiles::{self, Kind, Tile},
};

use condition::Condition;
use standing::{Rules, State};

/// What somebody says who acknowledges an alert.
pub type Note = Text<500>;
/// Channels of one alert.
pub const CHANNELS_MAX: usize = 20;
/// Days for which an alert is snoozed at most.
pub const SNOOZE_MAX_DAYS: i64 = 365;

/// An alert.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Alert {
    pub id: AlertId,
    pub project_id: ProjectId,
    pub dashboard_id: DashboardId,
    pub tile_id: TileId,
    pub name: String,
    pub condition: Condition,
    pub rules: Rules,
    /// As entered: words such as `weekdays at 9`, or a cron pattern.
    pub schedule: String,
    pub time_zone: String,
    pub channel_ids: Vec<ChannelId>,
    /// The most important state among its labels.
    pub state: State,
    /// Labels that are firing.
    pub firing: i64,
    /// When it is next checked; null while it is paused.
    pub next_at: Option<DateTime<Utc>>,
    /// Consecutive failed checks.
    pub failures: i32,
    /// Since when it is paused: by somebody, or because it failed too often.
    pub paused_at: Option<DateTime<Utc>>,
    pub snoozed_until: Option<DateTime<Utc>>,
    /// When it was last checked.
    pub checked_at: Option<DateTime<Utc>>,
    /// Why the last check failed.
    pub problem: Option<String>,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The state of one label of an alert.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AlertLabel)]
pub struct Label {
    /// Empty for the alert as a whole.
    pub label: String,
    pub state: State,
    pub since: DateTime<Utc>,
    pub value: Option<f64>,
    pub acknowledged_by: Option<UserId>,
    pub acknowledged_at: Option<DateTime<Utc>>,
    pub note: Option<String>,
}

/// What an alert is to be.
#[derive(Clone, Debug)]
pub struct AlertDraft {
    pub name: Name,
    pub condition: Condition,
    pub rules: Rules,
    pub schedule: Schedule,
    pub channels: Vec<ChannelId>,
}

/// Which alerts, of a list.
enum AlertFilter {
    One(AlertId),
    Page {
        project_id: ProjectId,
        after: Option<AlertId>,
        limit: u32,
    },
}

impl AlertDraft {
    /// Stops what cannot be meant.
    fn check(&self, now: DateTime<Utc>, limits: &ServerLimits) -> Result<()> {
        self.condition.check()?;
        self.rules.check()?;
        let least_s = limits.alert_interval_s;
        if self.schedule.shortest_pause(now) < TimeDelta::seconds(least_s.into()) {
            let message = format!("An alert is checked at most every {least_s} seconds. Choose a longer interval.");
            return Err(Error::invalid("schedule", "too_often", message));
        }
        if self.channels.len() > CHANNELS_MAX {
            let message = format!("An alert can notify at most {CHANNELS_MAX} channels.");
            return Err(Error::invalid("channel_ids", "too_many", message));
        }
        Ok(())
    }
}

/// A new alert on a tile of the dashboard.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    project_id: ProjectId,
    tile_id: TileId,
    draft: &AlertDraft,
) -> Result<Alert> {
    member.at_least(Role::Member)?;
    draft.check(now, limits)?;
    tile(db, member, project_id, tile_id).await?;
    // One at a time for each project, so that two cannot pass the limit together.
    sqlx::query!(
        "select id from projects where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        project_id.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("project"))?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from alerts where org_id = $1 and project_id = $2"#,
        member.org_id.0,
        project_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.alerts_per_project) {
        return Err(Error::Limited {
            code: "too_many_alerts",
            message: format!("This project has reached the limit of {count} alerts. Delete one first."),
            retry_after_s: None,
        });
    }
    let id = AlertId::new();
    sqlx::query!(
        "insert into alerts (id, org_id, project_id, tile_id, name, condition, rules, schedule, time_zone, next_at,
           created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)",
        id.0,
        member.org_id.0,
        project_id.0,
        tile_id.0,
        draft.name.as_str(),
        storable(&draft.condition)?,
        storable(&draft.rules)?,
        draft.schedule.text(),
        draft.schedule.zone(),
        draft.schedule.next_after(now),
        member.user_id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    set_channels(db, member, id, &draft.channels).await?;
    get(db, member, id).await
}

/// A project's alerts, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    after: Option<AlertId>,
    limit: u32,
) -> Result<Vec<Alert>> {
    let page = AlertFilter::Page {
        project_id,
        after,
        limit,
    };
    read(db, member, page).await
}

/// One alert.
pub async fn get(db: &mut PgConnection, member: &Member, id: AlertId) -> Result<Alert> {
    let mut found = read(db, member, AlertFilter::One(id)).await?;
    found.pop().ok_or(Error::Missing("alert"))
}

/// Its labels, by name: at most [`ServerLimits::labels_per_alert`] and those that went lately.
pub async fn labels(db: &mut PgConnection, member: &Member, id: AlertId) -> Result<Vec<Label>> {
    let labels = sqlx::query_as!(
        Label,
        r#"select label, state as "state: State", since, value, acknowledged_by as "acknowledged_by: UserId",
               acknowledged_at, note
           from alert_labels where org_id = $1 and alert_id = $2 order by label"#,
        member.org_id.0,
        id.0,
    )
    .fetch_all(db)
    .await?;
    Ok(labels)
}

/// Makes it another one. Where the condition is another, its labels begin anew.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    id: AlertId,
    draft: &AlertDraft,
) -> Result<Alert> {
    member.at_least(Role::Member)?;
    draft.check(now, limits)?;
    let before = get(db, member, id).await?;
    sqlx::query!(
        "update alerts set name = $3, condition = $4, rules = $5, schedule = $6, time_zone = $7, updated_at = $8,
           next_at = case when paused_at is null then $9::timestamptz end
         where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        draft.name.as_str(),
        storable(&draft.condition)?,
        storable(&draft.rules)?,
        draft.schedule.text(),
        draft.schedule.zone(),
        now,
        draft.schedule.next_after(now),
    )
    .execute(&mut *db)
    .await?;
    if before.condition != draft.condition {
        // What was told of them stays, so that people hear where it is no longer so.
        sqlx::query!(
            "update alert_labels set state = 'normal', since = $3, value = null, acknowledged_by = null,
               acknowledged_at = null, note = null
             where org_id = $1 and alert_id = $2",
            member.org_id.0,
            id.0,
            now,
        )
        .execute(&mut *db)
        .await?;
    }
    set_channels(db, member, id, &draft.channels).await?;
    get(db, member, id).await
}

/// Deletes it with everything that was kept of it.
pub async fn delete(db: &mut PgConnection, member: &Member, id: AlertId) -> Result<()> {
    member.at_least(Role::Member)?;
    let deleted = sqlx::query!(
        "delete from alerts where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("alert"));
    }
    Ok(())
}

/// Stops checking it, or begins again.
pub async fn pause(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: AlertId,
    paused: bool,
) -> Result<Alert> {
    member.at_least(Role::Member)?;
    let alert = get(db, member, id).await?;
    let schedule = Schedule::parse(&alert.schedule, &alert.time_zone, now)?;
    sqlx::query!(
        "update alerts set paused_at = case when $3 then coalesce(paused_at, $4) end,
           next_at = case when $3 then null else coalesce(next_at, $5) end,
           failures = case when $3 then failures else 0 end, updated_at = $4
         where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        paused,
        now,
        schedule.next_after(now),
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// Tells nobody of it until `until`; without a time, tells again from now on.
pub async fn snooze(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: AlertId,
    until: Option<DateTime<Utc>>,
) -> Result<Alert> {
    member.at_least(Role::Member)?;
    if until.is_some_and(|until| until <= now || until > now + TimeDelta::days(SNOOZE_MAX_DAYS)) {
        return Err(Error::invalid(
            "until",
            "range",
            "Choose a time in the next 365 days, or none to end the snooze.",
        ));
    }
    sqlx::query!(
        "update alerts set snoozed_until = $3 where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        until
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// Somebody knows: there are no reminders until the state is another. Of one label, or of all that are not normal.
pub async fn acknowledge(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: AlertId,
    label: Option<&str>,
    note: &Note,
) -> Result<()> {
    member.at_least(Role::Member)?;
    let done = sqlx::query!(
        "update alert_labels set acknowledged_by = $4, acknowledged_at = $5, note = $6
         where org_id = $1 and alert_id = $2 and ($3::text is null or label = $3)
           and state in ('firing', 'recovering', 'no_data', 'error')",
        member.org_id.0,
        id.0,
        label,
        member.user_id.0,
        now,
        note.as_str(),
    )
    .execute(db)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Error::conflict(
            "nothing_to_acknowledge",
            "Nothing in this alert is firing, without data or failed. Reload it.",
        ));
    }
    Ok(())
}

/// The tile of a dashboard of the project, if it has a table.
pub(crate) async fn tile(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    tile_id: TileId,
) -> Result<Tile> {
    let missing = || Error::invalid("tile_id", "missing", "There is no such tile in this project.");
    let dashboard_id = sqlx::query_scalar!(
        "select t.dashboard_id from tiles t join dashboards d on d.id = t.dashboard_id
         where t.org_id = $1 and t.id = $2 and d.project_id = $3",
        member.org_id.0,
        tile_id.0,
        project_id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or_else(missing)?;
    let tile = tiles::get(db, member, DashboardId(dashboard_id), tile_id).await?;
    if tile.kind == Kind::Chart {
        let message =
            "An alert can only watch a table or a number. Show the chart's table on the dashboard, and use that tile.";
        return Err(Error::invalid("tile_id", "chart", message));
    }
    Ok(tile)
}

async fn set_channels(db: &mut PgConnection, member: &Member, id: AlertId, channels: &[ChannelId]) -> Result<()> {
    let mut ids: Vec<_> = channels.iter().map(|id| id.0).collect();
    ids.sort_unstable();
    ids.dedup();
    sqlx::query!(
        "delete from alert_channels where org_id = $1 and alert_id = $2",
        member.org_id.0,
        id.0
    )
    .execute(&mut *db)
    .await?;
    let set = sqlx::query!(
        "insert into alert_channels (org_id, alert_id, channel_id)
         select org_id, $2, id from channels where org_id = $1 and id = any($3)",
        member.org_id.0,
        id.0,
        &ids,
    )
    .execute(db)
    .await?;
    if set.rows_affected() < ids.len() as u64 {
        return Err(Error::invalid(
            "channel_ids",
            "missing",
            "One of these channels no longer exists. Choose from the organisation's channels.",
        ));
    }
    Ok(())
}

async fn read(db: &mut PgConnection, member: &Member, which: AlertFilter) -> Result<Vec<Alert>> {
    let (id, project_id, after, limit) = match which {
        AlertFilter::One(id) => (Some(id.0), None, None, 1),
        AlertFilter::Page {
            project_id,
            after,
            limit,
        } => (None, Some(project_id.0), after, limit),
    };
    let rows = sqlx::query!(
        r#"select a.id, a.project_id, t.dashboard_id, a.tile_id, a.name, a.condition as "condition: Json<Condition>",
               a.rules as "rules: Json<Rules>", a.schedule, a.time_zone, a.next_at, a.failures, a.paused_at,
               a.snoozed_until, a.created_by as "created_by: UserId", a.created_at, a.updated_at,
               array(select channel_id from alert_channels c where c.alert_id = a.id order by 1)
                   as "channel_ids!: Vec<ChannelId>",
               coalesce((select state from alert_labels l where l.alert_id = a.id
                   order by array_position(array['firing', 'error', 'no_data', 'recovering', 'pending', 'normal'], state)
                   limit 1), 'normal') as "state!: State",
               (select count(*) from alert_labels l where l.alert_id = a.id and state in ('firing', 'recovering'))
                   as "firing!",
               k.ended_at as "checked_at?", k.problem as "problem?"
           from alerts a join tiles t on t.id = a.tile_id
           left join lateral (select ended_at, problem from alert_checks where alert_id = a.id and state = 'done'
               order by planned_at desc limit 1) k on true
           where a.org_id = $1 and ($2::uuid is null or a.id = $2) and ($3::uuid is null or a.project_id = $3)
             and a.id < $4 order by a.id desc limit $5"#,
        member.org_id.0,
        id,
        project_id,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    let alert = rows.into_iter().map(|row| Alert {
        id: AlertId(row.id),
        project_id: ProjectId(row.project_id),
        dashboard_id: DashboardId(row.dashboard_id),
        tile_id: TileId(row.tile_id),
        name: row.name,
        condition: row.condition.0,
        rules: row.rules.0,
        schedule: row.schedule,
        time_zone: row.time_zone,
        channel_ids: row.channel_ids,
        state: row.state,
        firing: row.firing,
        next_at: row.next_at,
        failures: row.failures,
        paused_at: row.paused_at,
        snoozed_until: row.snoozed_until,
        checked_at: row.checked_at,
        problem: row.problem,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
    });
    Ok(alert.collect())
}
