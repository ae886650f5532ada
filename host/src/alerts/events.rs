//! What happened to alerts, and the values that they saw.

use chrono::{DateTime, Utc};
use glovebox_sdk::Receipt;
use serde::Serialize;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::standing::State;
use crate::{
    error::{Error, Result},
    files,
    ids::{AlertCheckId, AlertEventId, AlertId, ProjectId},
    orgs::Member,
};

/// Points of a history.
pub const POINTS_MAX: i64 = 200;

/// A change of a label's state, or a reminder of it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AlertEvent)]
pub struct Event {
    pub id: AlertEventId,
    pub alert_id: AlertId,
    /// The alert's name.
    pub alert: String,
    /// The check that caused it.
    pub check_id: AlertCheckId,
    /// Empty for the alert as a whole.
    pub label: String,
    pub from: State,
    /// Same as `from` for a reminder.
    pub to: State,
    pub value: Option<f64>,
    /// Whether its channels were notified.
    pub told: bool,
    pub happened_at: DateTime<Utc>,
}

/// What a check found for one label.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AlertPoint)]
pub struct Point {
    pub check_id: AlertCheckId,
    /// When it was due.
    pub at: DateTime<Utc>,
    /// Null if there was no value.
    pub value: Option<f64>,
    pub firing: bool,
    /// Why the check failed.
    pub problem: Option<String>,
}

/// How a check was made.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AlertCheck)]
pub struct Check {
    pub id: AlertCheckId,
    pub alert_id: AlertId,
    pub planned_at: DateTime<Utc>,
    pub ended_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub problem: Option<String>,
    /// Key of the tile result that was checked, 64 hexadecimal digits.
    pub tile_key: Option<String>,
    /// Label, value and whether it fires, for everything it watches.
    #[schema(value_type = Option<Vec<super::condition::Row>>)]
    pub rows: Option<Value>,
    /// Versions, fuel, limits, parameters and digests, with which the condition can be reproduced byte for byte.
    #[schema(value_type = Option<Object>)]
    pub receipt: Option<Receipt>,
}

/// Whose events.
#[derive(Clone, Copy, Debug)]
pub enum Of {
    Alert(AlertId),
    Project(ProjectId),
}

/// The events of an alert or of a project's alerts, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    of: Of,
    after: Option<AlertEventId>,
    limit: u32,
) -> Result<Vec<Event>> {
    let (alert, project) = match of {
        Of::Alert(id) => (Some(id.0), None),
        Of::Project(id) => (None, Some(id.0)),
    };
    let events = sqlx::query_as!(
        Event,
        r#"select e.id, e.alert_id, a.name as alert, e.check_id, e.label, e.from_state as "from: State",
               e.to_state as "to: State", e.value, e.told, e.happened_at
           from alert_events e join alerts a on a.id = e.alert_id
           where e.org_id = $1 and ($2::uuid is null or e.alert_id = $2) and ($3::uuid is null or a.project_id = $3)
             and e.id < $4 order by e.id desc limit $5"#,
        member.org_id.0,
        alert,
        project,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    Ok(events)
}

/// What the last [`POINTS_MAX`] checks saw of a label, the oldest first.
pub async fn history(db: &mut PgConnection, member: &Member, id: AlertId, label: &str) -> Result<Vec<Point>> {
    let mut points = sqlx::query_as!(
        Point,
        r#"select k.id as check_id, k.planned_at as at, (r.row ->> 'value')::double precision as value,
               coalesce((r.row ->> 'firing')::boolean, false) as "firing!", k.problem
           from alert_checks k
           left join lateral (select row from jsonb_array_elements(k.rows) row where row ->> 'label' = $3 limit 1) r on true
           where k.org_id = $1 and k.alert_id = $2 and k.state = 'done' order by k.planned_at desc limit $4"#,
        member.org_id.0,
        id.0,
        label,
        POINTS_MAX,
    )
    .fetch_all(db)
    .await?;
    points.reverse();
    Ok(points)
}

/// How one check of an alert was made.
pub async fn check(db: &mut PgConnection, member: &Member, alert_id: AlertId, id: AlertCheckId) -> Result<Check> {
    let row = sqlx::query!(
        r#"select planned_at, ended_at, problem, tile_key, rows, receipt as "receipt: Json<Receipt>"
           from alert_checks where org_id = $1 and alert_id = $2 and id = $3"#,
        member.org_id.0,
        alert_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("check"))?;
    Ok(Check {
        id,
        alert_id,
        planned_at: row.planned_at,
        ended_at: row.ended_at,
        problem: row.problem,
        tile_key: row.tile_key.as_deref().map(files::hex),
        rows: row.rows,
        receipt: row.receipt.map(|receipt| receipt.0),
    })
}
