//! The sendings of reports: one row for each time, taken by one server at a time, with one mail for each address.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    accounts::is_name,
    config::ServerLimits,
    error::{Error, Result},
    ids::{OrgId, ReportId, ReportMailId, ReportSendId},
    orgs::Member,
    queue::{self, Job},
    schedules::Schedule,
};

/// Seconds that a lease lasts from its last renewal.
const LEASE_S: f64 = 15.0;
const RENEWAL: Duration = Duration::from_secs(5);
/// Reports whose time has come that are put down in one transaction.
const DUE_MAX: i64 = 100;

/// The state of a sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = ReportSendState)]
pub enum State {
    Queued,
    Running,
    /// Everybody got everything.
    Sent,
    /// Something was missing in it, or somebody did not get it; `problem` says what.
    Partial,
    /// Nobody got it.
    Failed,
    /// A later one took its place before it began.
    Skipped,
}

/// The state of one mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
#[schema(as = ReportMailState)]
pub enum MailState {
    Queued,
    Sending,
    /// The mail server accepted it.
    Sent,
    /// It was not accepted, and is given up.
    Failed,
    /// Its sending was cut off: whether it was accepted is not known. It is not sent again.
    Unknown,
}

/// A time at which a report was sent.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportSend {
    pub id: ReportSendId,
    pub planned_at: DateTime<Utc>,
    /// Whether somebody sent it to themselves.
    pub trial: bool,
    pub state: State,
    pub ended_at: Option<DateTime<Utc>>,
    /// What did not go well.
    pub problem: Option<String>,
    pub mails: Vec<ReportMail>,
}

/// One mail of a sending.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ReportMail {
    pub address: String,
    pub state: MailState,
    /// What the mail server answered, or why it was not sent.
    pub answer: Option<String>,
    #[serde(skip)]
    pub id: ReportMailId,
    #[serde(skip)]
    pub attempts: i32,
}

/// A sending that this server does.
#[derive(Clone, Debug)]
pub(super) struct Lease {
    pub id: ReportSendId,
    pub org_id: OrgId,
    pub report_id: ReportId,
    pub planned_at: DateTime<Utc>,
    pub trial_to: Option<String>,
    pub fence: i64,
    pub attempts: i32,
}

/// Puts down the sendings whose time has come, frees those whose servers have died, and wakes workers.
pub async fn look_after(db: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    let due = sqlx::query!(
        r#"select id, org_id, schedule, time_zone, next_at as "next_at!" from reports
           where next_at <= $1 order by next_at limit $2 for update skip locked"#,
        now,
        DUE_MAX,
    )
    .fetch_all(&mut *db)
    .await?;
    let mut sends = due.len() as u64;
    for report in due {
        let schedule = match Schedule::parse(&report.schedule, &report.time_zone, now) {
            Ok(schedule) => schedule,
            // A new release may not read what an older one did.
            Err(error) => {
                tracing::error!(report = %report.id, %error, "the schedule of a report is not valid");
                sqlx::query!(
                    "update reports set next_at = null, paused_at = $2 where id = $1",
                    report.id,
                    now
                )
                .execute(&mut *db)
                .await?;
                continue;
            }
        };
        let next = schedule.next_after(now);
        sqlx::query!("update reports set next_at = $2 where id = $1", report.id, next)
            .execute(&mut *db)
            .await?;
        let planned_at = schedule.latest(report.next_at, now);
        plan(db, OrgId(report.org_id), ReportId(report.id), planned_at, None).await?;
    }
    let freed = sqlx::query!(
        "update report_sends set state = 'queued', leased_until = null where state = 'running' and leased_until < now()"
    )
    .execute(&mut *db)
    .await?;
    let waited = sqlx::query!(
        "update report_sends set not_before = null where state = 'queued' and not_before <= $1",
        now
    )
    .execute(&mut *db)
    .await?;
    sends += freed.rows_affected() + waited.rows_affected();
    if sends > 0 {
        queue::add(db, &Job::SendReports).await?;
    }
    Ok(())
}

/// Sends a report now, to the member alone.
pub async fn try_now(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: ReportId) -> Result<()> {
    super::get(db, member, id).await?;
    let address = sqlx::query_scalar!("select email from users where id = $1", member.user_id.0)
        .fetch_one(&mut *db)
        .await?;
    if is_name(&address) {
        let message = "Your account has no email address. Add one in your profile, then try again.";
        return Err(Error::conflict("no_address", message));
    }
    if !plan(db, member.org_id, id, now, Some(&address)).await? {
        return Err(Error::conflict(
            "sent_already",
            "The report has just been sent. Try again in a moment.",
        ));
    }
    queue::add(db, &Job::SendReports).await
}

/// One that still waits is left out: it would say what this one says.
async fn plan(
    db: &mut PgConnection,
    org_id: OrgId,
    report_id: ReportId,
    planned_at: DateTime<Utc>,
    trial_to: Option<&str>,
) -> Result<bool> {
    if trial_to.is_none() {
        sqlx::query!(
            "update report_sends s set state = 'skipped', ended_at = $3
             where s.org_id = $1 and s.report_id = $2 and s.state = 'queued' and s.trial_to is null
               and not exists (select from report_mails m where m.send_id = s.id)",
            org_id.0,
            report_id.0,
            planned_at,
        )
        .execute(&mut *db)
        .await?;
    }
    let planned = sqlx::query!(
        "insert into report_sends (id, org_id, report_id, planned_at, trial_to, state)
         values ($1, $2, $3, $4, $5, 'queued') on conflict on constraint report_sends_planned_key do nothing",
        ReportSendId::new().0,
        org_id.0,
        report_id.0,
        planned_at,
        trial_to,
    )
    .execute(db)
    .await?;
    Ok(planned.rows_affected() > 0)
}

/// The sending that is next: the oldest. What a dead server was handing over is unknown from here on.
pub(super) async fn take(db: &mut PgConnection, now: DateTime<Utc>) -> Result<Option<Lease>> {
    let row = sqlx::query!(
        r#"with next as (
             select id from report_sends where state = 'queued' and (not_before is null or not_before <= $2)
             order by planned_at, id limit 1 for update skip locked
         )
         update report_sends s set state = 'running', fence = fence + 1, attempts = attempts + 1,
             leased_until = now() + make_interval(secs => $1)
         from next where s.id = next.id
         returning s.id, s.org_id, s.report_id, s.planned_at, s.trial_to, s.fence, s.attempts"#,
        LEASE_S,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = row else { return Ok(None) };
    sqlx::query!(
        "update report_mails set state = 'unknown', ended_at = $2,
           answer = 'The server stopped while this was being sent. It may have arrived, and is not sent again.'
         where send_id = $1 and state = 'sending'",
        row.id,
        now,
    )
    .execute(db)
    .await?;
    Ok(Some(Lease {
        id: ReportSendId(row.id),
        org_id: OrgId(row.org_id),
        report_id: ReportId(row.report_id),
        planned_at: row.planned_at,
        trial_to: row.trial_to,
        fence: row.fence,
        attempts: row.attempts,
    }))
}

/// Holds a sending as long as this goes on.
pub(super) async fn renew(db: PgPool, lease: Lease) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let renewed = sqlx::query!(
            "update report_sends set leased_until = now() + make_interval(secs => $3)
             where id = $1 and fence = $2 and state = 'running'",
            lease.id.0,
            lease.fence,
            LEASE_S,
        )
        .execute(&db)
        .await;
        if let Err(error) = renewed {
            tracing::warn!(%error, "the lease of a report was not renewed");
        }
    }
}

/// Leaves a sending to a later moment. `tries` are taken back.
pub(super) async fn later(db: &PgPool, lease: &Lease, not_before: DateTime<Utc>, tries: i32) -> Result<()> {
    sqlx::query!(
        "update report_sends set state = 'queued', leased_until = null, attempts = attempts - $4, not_before = $3
         where id = $1 and fence = $2 and state = 'running'",
        lease.id.0,
        lease.fence,
        not_before,
        tries,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The mails of a sending, which are put down once.
pub(super) async fn mails(db: &mut PgConnection, lease: &Lease, recipients: &[String]) -> Result<Vec<ReportMail>> {
    let known = of(db, lease.id).await?;
    if !known.is_empty() {
        return Ok(known);
    }
    for address in recipients {
        sqlx::query!(
            "insert into report_mails (id, org_id, send_id, address, state)
             select $1, $2, $3, $4, 'queued' from report_sends where id = $3 and fence = $5 on conflict do nothing",
            ReportMailId::new().0,
            lease.org_id.0,
            lease.id.0,
            address,
            lease.fence,
        )
        .execute(&mut *db)
        .await?;
    }
    of(db, lease.id).await
}

async fn of(db: &mut PgConnection, id: ReportSendId) -> Result<Vec<ReportMail>> {
    let mails = sqlx::query_as!(
        ReportMail,
        r#"select id as "id: ReportMailId", address, state as "state: MailState", attempts, answer
           from report_mails where send_id = $1 order by id"#,
        id.0,
    )
    .fetch_all(db)
    .await?;
    Ok(mails)
}

/// From here on until it is settled, nobody knows whether the mail has gone. False where it is not this server's to send.
pub(super) async fn claim(db: &PgPool, lease: &Lease, mail: &ReportMail) -> Result<bool> {
    let claimed = sqlx::query!(
        "update report_mails m set state = 'sending', attempts = m.attempts + 1 from report_sends s
         where m.id = $1 and m.state = 'queued' and s.id = m.send_id and s.fence = $2 and s.state = 'running'",
        mail.id.0,
        lease.fence,
    )
    .execute(db)
    .await?;
    Ok(claimed.rows_affected() > 0)
}

/// What became of a mail.
pub(super) async fn settle(
    db: &PgPool,
    now: DateTime<Utc>,
    mail: &ReportMail,
    state: MailState,
    answer: &str,
) -> Result<()> {
    let answer: String = answer.replace('\0', "\u{fffd}").chars().take(500).collect();
    sqlx::query!(
        "update report_mails set state = $2, answer = $3, ended_at = $4 where id = $1 and state = 'sending'",
        mail.id.0,
        state as MailState,
        answer,
        (state != MailState::Queued).then_some(now),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who gets a sending: members by their role and the addresses, without those who do not want it.
pub(super) async fn recipients(db: &mut PgConnection, lease: &Lease) -> Result<Vec<String>> {
    if let Some(address) = &lease.trial_to {
        return Ok(vec![address.clone()]);
    }
    let found = sqlx::query_scalar!(
        r#"select distinct lower(address) as "address!" from (
             select unnest(addresses) as address from reports where id = $1
             union all
             select u.email from reports r join members m on m.org_id = r.org_id join users u on u.id = m.user_id
             where r.id = $1 and array_position(array['viewer', 'member', 'admin', 'owner'], m.role)
               >= array_position(array['viewer', 'member', 'admin', 'owner'], r.to_role)
           ) a
           where lower(address) not in (select address from report_unsubscribes where report_id = $1) order by 1"#,
        lease.report_id.0,
    )
    .fetch_all(db)
    .await?;
    // A plain name has no mailbox.
    Ok(found.into_iter().filter(|address| !is_name(address)).collect())
}

/// The sendings of a report, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    report_id: ReportId,
    after: Option<ReportSendId>,
    limit: u32,
) -> Result<Vec<ReportSend>> {
    super::get(db, member, report_id).await?;
    let rows = sqlx::query!(
        r#"select id, planned_at, trial_to is not null as "trial!", state as "state: State", ended_at, problem
           from report_sends where org_id = $1 and report_id = $2 and id < $3 order by id desc limit $4"#,
        member.org_id.0,
        report_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(&mut *db)
    .await?;
    let mut sends = Vec::new();
    for row in rows {
        let id = ReportSendId(row.id);
        sends.push(ReportSend {
            id,
            planned_at: row.planned_at,
            trial: row.trial,
            state: row.state,
            ended_at: row.ended_at,
            problem: row.problem,
            mails: of(db, id).await?,
        });
    }
    Ok(sends)
}

/// Removes old sendings. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let before = now - TimeDelta::days(limits.report_history_days.into());
    let gone = sqlx::query!("delete from report_sends where planned_at <= $1", before)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
