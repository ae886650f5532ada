//! Reports: dashboards that are mailed on a schedule.
//!
//! A time that comes round is one sending, and each address gets one mail of it: it is claimed before it is sent, and one
//! that was cut off is unknown and never repeated. The dashboard's tiles are made anew by the means that dashboards have;
//! what failed is told in the mail and in the sending's row.

mod letter;
pub mod sends;
pub mod unsubscribe;
pub mod work;

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::Email,
    config::ServerLimits,
    conversations::messages::storable,
    dashboards,
    error::{Error, Result},
    ids::{DashboardId, ReportId, UserId},
    orgs::{Member, Role},
    schedules::Schedule,
    text::Name,
    tiles::filter::Condition,
};

use sends::State;

/// A report.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Report {
    pub id: ReportId,
    pub dashboard_id: DashboardId,
    pub name: String,
    /// Conditions by the ids of the dashboard's filters; a filter that is omitted has its own setting.
    #[schema(value_type = BTreeMap<String, Condition>)]
    pub filters: BTreeMap<String, Condition>,
    /// Members with at least this role receive it; null if no members do by their role.
    pub to_role: Option<Role>,
    /// Who else receives it.
    pub addresses: Vec<String>,
    /// Those of its recipients who have unsubscribed.
    pub unsubscribed: Vec<String>,
    /// Whether the tables are attached as CSV files.
    pub with_csv: bool,
    /// As entered: words such as `weekdays at 9`, or a cron pattern.
    pub schedule: String,
    pub time_zone: String,
    /// When it is next sent; null while it is paused.
    pub next_at: Option<DateTime<Utc>>,
    /// Consecutive failed sendings.
    pub failures: i32,
    /// Since when it is paused: by somebody, or because it failed too often.
    pub paused_at: Option<DateTime<Utc>>,
    /// The outcome of the last sending by the schedule.
    pub last_state: Option<State>,
    pub last_at: Option<DateTime<Utc>>,
    /// What did not go well then.
    pub last_problem: Option<String>,
    /// Who created it; null once their account is deleted.
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What a report is to be.
#[derive(Clone, Debug)]
pub struct ReportDraft {
    pub name: Name,
    pub filters: BTreeMap<String, Condition>,
    pub to_role: Option<Role>,
    pub addresses: Vec<Email>,
    pub with_csv: bool,
    pub schedule: Schedule,
}

impl ReportDraft {
    /// Stops what cannot be meant, and addresses that this member may not add: `known` are those that are there already.
    async fn check(
        &self,
        db: &mut PgConnection,
        now: DateTime<Utc>,
        limits: &ServerLimits,
        member: &Member,
        dashboard_id: DashboardId,
        known: &[String],
    ) -> Result<()> {
        let (_, document) = dashboards::get(db, member, dashboard_id).await?;
        document.conditions(&self.filters)?;
        let least_s = limits.report_interval_s;
        if self.schedule.shortest_pause(now) < TimeDelta::seconds(least_s.into()) {
            let message = format!("A report is sent at most every {least_s} seconds. Choose a longer interval.");
            return Err(Error::invalid("schedule", "too_often", message));
        }
        if self.to_role.is_none() && self.addresses.is_empty() {
            let message = "Choose members by their role, or enter at least one address.";
            return Err(Error::invalid("addresses", "required", message));
        }
        if self.addresses.len() > limits.report_addresses as usize {
            let message = format!("A report goes to at most {} addresses.", limits.report_addresses);
            return Err(Error::invalid("addresses", "too_many", message));
        }
        let inside = sqlx::query_scalar!(
            "select lower(u.email) as \"email!\" from members m join users u on u.id = m.user_id where m.org_id = $1",
            member.org_id.0
        )
        .fetch_all(db)
        .await?;
        let is_new = |address: &str| !inside.iter().chain(known).any(|one| one.eq_ignore_ascii_case(address));
        if member.role < Role::Admin && self.addresses.iter().any(|one| is_new(one.as_str())) {
            let message = "Only admins can add addresses of people outside the organisation. Ask one, or remove them.";
            return Err(Error::invalid("addresses", "outside", message));
        }
        Ok(())
    }

    fn addresses(&self) -> Vec<String> {
        let mut all: Vec<_> = self.addresses.iter().map(|one| one.as_str().to_lowercase()).collect();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// A new report of the dashboard.
pub async fn create(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    dashboard_id: DashboardId,
    draft: &ReportDraft,
) -> Result<Report> {
    member.at_least(Role::Member)?;
    draft.check(db, now, limits, member, dashboard_id, &[]).await?;
    // One at a time for each dashboard, so that two cannot pass the limit together.
    sqlx::query!(
        "select id from dashboards where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        dashboard_id.0
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("dashboard"))?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from reports where org_id = $1 and dashboard_id = $2"#,
        member.org_id.0,
        dashboard_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if count >= i64::from(limits.reports_per_dashboard) {
        return Err(Error::Limited {
            code: "too_many_reports",
            message: format!("This dashboard has reached the limit of {count} reports. Delete one first."),
            retry_after_s: None,
        });
    }
    let id = ReportId::new();
    sqlx::query!(
        "insert into reports (id, org_id, dashboard_id, name, filters, to_role, addresses, with_csv, schedule, time_zone,
           next_at, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)",
        id.0,
        member.org_id.0,
        dashboard_id.0,
        draft.name.as_str(),
        storable(&draft.filters)?,
        draft.to_role.map(Role::name),
        &draft.addresses(),
        draft.with_csv,
        draft.schedule.text(),
        draft.schedule.zone(),
        draft.schedule.next_after(now),
        member.user_id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// A dashboard's reports, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    dashboard_id: DashboardId,
    after: Option<ReportId>,
    limit: u32,
) -> Result<Vec<Report>> {
    member.at_least(Role::Member)?;
    read(db, member, None, Some(dashboard_id), after, limit).await
}

/// One report.
pub async fn get(db: &mut PgConnection, member: &Member, id: ReportId) -> Result<Report> {
    member.at_least(Role::Member)?;
    let mut found = read(db, member, Some(id), None, None, 1).await?;
    found.pop().ok_or(Error::Missing("report"))
}

/// Makes it another one.
pub async fn update(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    id: ReportId,
    draft: &ReportDraft,
) -> Result<Report> {
    let before = get(db, member, id).await?;
    draft
        .check(db, now, limits, member, before.dashboard_id, &before.addresses)
        .await?;
    sqlx::query!(
        "update reports set name = $3, filters = $4, to_role = $5, addresses = $6, with_csv = $7, schedule = $8,
           time_zone = $9, next_at = case when paused_at is null then $10::timestamptz end, updated_at = $11
         where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        draft.name.as_str(),
        storable(&draft.filters)?,
        draft.to_role.map(Role::name),
        &draft.addresses(),
        draft.with_csv,
        draft.schedule.text(),
        draft.schedule.zone(),
        draft.schedule.next_after(now),
        now,
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// Deletes it with its history.
pub async fn delete(db: &mut PgConnection, member: &Member, id: ReportId) -> Result<()> {
    member.at_least(Role::Member)?;
    let deleted = sqlx::query!(
        "delete from reports where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("report"));
    }
    Ok(())
}

/// Stops sending it, or begins again.
pub async fn pause(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    id: ReportId,
    paused: bool,
) -> Result<Report> {
    let report = get(db, member, id).await?;
    let schedule = Schedule::parse(&report.schedule, &report.time_zone, now)?;
    sqlx::query!(
        "update reports set paused_at = case when $3 then coalesce(paused_at, $4) end,
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

async fn read(
    db: &mut PgConnection,
    member: &Member,
    id: Option<ReportId>,
    dashboard_id: Option<DashboardId>,
    after: Option<ReportId>,
    limit: u32,
) -> Result<Vec<Report>> {
    let rows = sqlx::query!(
        r#"select r.id, r.dashboard_id, r.name, r.filters as "filters: Json<BTreeMap<String, Condition>>",
               r.to_role as "to_role: Role", r.addresses, r.with_csv, r.schedule, r.time_zone, r.next_at, r.failures,
               r.paused_at, r.created_by as "created_by: UserId", r.created_at, r.updated_at,
               array(select address from report_unsubscribes u where u.report_id = r.id order by 1) as "unsubscribed!",
               s.state as "last_state?: State", s.ended_at as "last_at?", s.problem as "last_problem?"
           from reports r
           left join lateral (
             select state, ended_at, problem from report_sends
             where report_id = r.id and trial_to is null and state in ('sent', 'partial', 'failed')
             order by planned_at desc limit 1
           ) s on true
           where r.org_id = $1 and ($2::uuid is null or r.id = $2) and ($3::uuid is null or r.dashboard_id = $3)
             and r.id < $4 order by r.id desc limit $5"#,
        member.org_id.0,
        id.map(|id| id.0),
        dashboard_id.map(|id| id.0),
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    let report = rows.into_iter().map(|row| Report {
        id: ReportId(row.id),
        dashboard_id: DashboardId(row.dashboard_id),
        name: row.name,
        filters: row.filters.0,
        to_role: row.to_role,
        addresses: row.addresses,
        unsubscribed: row.unsubscribed,
        with_csv: row.with_csv,
        schedule: row.schedule,
        time_zone: row.time_zone,
        next_at: row.next_at,
        failures: row.failures,
        paused_at: row.paused_at,
        last_state: row.last_state,
        last_at: row.last_at,
        last_problem: row.last_problem,
        created_by: row.created_by,
        created_at: row.created_at,
        updated_at: row.updated_at,
    });
    Ok(report.collect())
}
