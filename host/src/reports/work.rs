//! A sending from its beginning to its end: the tiles are made anew, the mail is written, and each recipient gets it once.

use std::collections::BTreeMap;

use anyhow::Context;
use chrono::TimeDelta;
use sqlx::{PgConnection, types::Json};
use tokio_util::task::AbortOnDropHandle;

use super::{
    letter::{Letter, Links},
    sends::{self, Lease, MailState, ReportMail, State},
    unsubscribe::Unsubscribe,
};
use crate::{
    dashboards::{self, Dashboard, document::Document, pdf as sheet, snapshot::Draft},
    error::{Error, Result},
    ids::{DashboardId, OrgId, ReportId},
    mail::{Cut, Enclosed, File, Handover, Mail, Mailer, templates, templates::Template},
    orgs::Member,
    pdf::{self, Paper},
    queue::{self, Job},
    secret::ServerKey,
    tiles::{ask::Asker, filter::Condition, results::How, work::Refresher},
};

/// Seconds until a sending whose tiles are still being made looks again.
const WAIT_S: i64 = 1;
/// Seconds until mails that were not accepted are tried again; each further time waits twice as long.
const PAUSE_S: i64 = 30;
/// Tries until a mail is given up.
const ATTEMPTS_MAX: i32 = 6;
/// Sentences of a sending's problem.
const PROBLEMS_MAX: usize = 10;

/// What reports are sent with.
#[derive(Clone)]
pub struct Reporter {
    /// What tiles are made with, and everything else that a report needs.
    pub refresher: Refresher,
    pub mailer: Mailer,
    pub key: ServerKey,
    /// How people reach the server, without a slash at its end.
    pub public_url: String,
}

/// What is needed of a report's row.
struct Wanted {
    report_id: ReportId,
    org_id: OrgId,
    dashboard_id: DashboardId,
    name: String,
    filters: BTreeMap<String, Condition>,
    with_csv: bool,
    project: uuid::Uuid,
    maker: Option<String>,
}

/// What became of the dashboard.
enum Made {
    Letter(Box<Letter>),
    Waiting,
    Failed(String),
}

impl Reporter {
    /// Does what is due, one sending after the other.
    pub async fn work(&self) -> Result<()> {
        let with = &self.refresher;
        loop {
            let mut tx = with.db.begin().await?;
            if with.closing.is_cancelled() {
                // It is another server's.
                queue::add(&mut tx, &Job::SendReports).await?;
                tx.commit().await?;
                return Ok(());
            }
            let taken = sends::take(&mut tx, with.clock.now()).await?;
            tx.commit().await?;
            let Some(lease) = taken else { return Ok(()) };
            let _watch = AbortOnDropHandle::new(tokio::spawn(sends::renew(with.db.clone(), lease.clone())));
            if let Err(error) = Box::pin(self.send(&lease)).await {
                let error = format!("{:#}", anyhow::Error::new(error));
                tracing::error!(error, "a report was not sent");
                if lease.attempts < ATTEMPTS_MAX {
                    self.later(&lease, 0).await?;
                } else {
                    let why = "Something went wrong on our side. The next report tries again.".to_owned();
                    self.end(&lease, None, State::Failed, vec![why]).await?;
                }
            }
        }
    }

    /// The mail as its recipients would get it now, as a page: of kept results, so nothing is run.
    pub async fn preview(&self, member: &Member, id: ReportId) -> Result<String> {
        let with = &self.refresher;
        let mut db = with.db.acquire().await?;
        super::get(&mut db, member, id).await?;
        let wanted = wanted(&mut db, id).await?.ok_or(Error::Missing("report"))?;
        drop(db);
        match self.letter(&wanted, How::KeptOnly).await? {
            Made::Letter(letter) => {
                let dashboard = self.dashboard_link(&wanted);
                let links = Links {
                    dashboard: &dashboard,
                    unsubscribe: "#",
                };
                Ok(letter.page(&links, "you"))
            }
            Made::Waiting => Err(Error::conflict("no_result", "The dashboard is still being computed.")),
            Made::Failed(why) => Err(Error::conflict("no_result", why)),
        }
    }

    async fn send(&self, lease: &Lease) -> Result<()> {
        let with = &self.refresher;
        let found = {
            let mut db = with.db.acquire().await?;
            wanted(&mut db, lease.report_id).await?
        };
        let Some(report) = found else { return Ok(()) };
        let mut made = self.letter(&report, How::Run).await?;
        if matches!(made, Made::Waiting) {
            with.work().await?;
            made = self.letter(&report, How::Run).await?;
        }
        let now = with.clock.now();
        if matches!(made, Made::Waiting) {
            if now - lease.planned_at < TimeDelta::seconds(with.limits.report_wait_s.into()) {
                let again = now + TimeDelta::seconds(WAIT_S);
                return sends::later(&with.db, lease, again, 1).await;
            }
            // What is not there by now is told in the mail.
            made = self.letter(&report, How::KeptOnly).await?;
        }
        let letter = match made {
            Made::Letter(letter) => letter,
            Made::Waiting => return self.end(lease, Some(&report), State::Failed, vec![late()]).await,
            Made::Failed(why) => return self.end(lease, Some(&report), State::Failed, vec![why]).await,
        };
        let mails = {
            let mut tx = with.db.begin().await?;
            let recipients = sends::recipients(&mut tx, lease).await?;
            let mails = sends::mails(&mut tx, lease, &recipients).await?;
            tx.commit().await?;
            mails
        };
        let mut left = 0;
        let mut states = Vec::new();
        for mail in mails {
            let state = if mail.state == MailState::Queued {
                self.mail(lease, &report, &letter, &mail).await?
            } else {
                Some(mail.state)
            };
            left += usize::from(state == Some(MailState::Queued));
            states.extend(state);
        }
        if left > 0 {
            return self.later(lease, 0).await;
        }
        let (state, problems) = outcome(&letter, &states);
        self.end(lease, Some(&report), state, problems).await
    }

    /// Sends one mail. None where another server has it.
    async fn mail(
        &self,
        lease: &Lease,
        report: &Wanted,
        letter: &Letter,
        mail: &ReportMail,
    ) -> Result<Option<MailState>> {
        let with = &self.refresher;
        if !sends::claim(&with.db, lease, mail).await? {
            return Ok(None);
        }
        let to = &mail.address;
        let token = Unsubscribe::new(report.report_id, to).token(&self.key);
        let unsubscribe = format!("{}/api/v1/unsubscribe/{token}", self.public_url);
        let dashboard = self.dashboard_link(report);
        let links = Links {
            dashboard: &dashboard,
            unsubscribe: &unsubscribe,
        };
        let written = Mail {
            to: to.clone(),
            subject: letter.subject.clone(),
            text: letter.text(&links, to),
            html: letter.html(&links, to),
        };
        let enclosed = Enclosed {
            id: Some(mail.id.0),
            unsubscribe: Some(unsubscribe),
            pictures: letter.pictures.clone(),
            files: letter.files.clone(),
        };
        let (state, answer) = match self.mailer.send_with(&written, &enclosed).await {
            Ok(Handover::Taken) => (MailState::Sent, "The mail server accepted it.".to_owned()),
            Ok(Handover::Refused(why)) => (MailState::Failed, format!("The mail server refused it: {why}")),
            Err(Error::Internal(error)) if error.is::<Cut>() => (
                MailState::Unknown,
                format!("It may have arrived, and is not sent again: {error:#}"),
            ),
            Err(error) => {
                let why = format!("{:#}", anyhow::Error::new(error));
                if mail.attempts + 1 < ATTEMPTS_MAX {
                    (MailState::Queued, why)
                } else {
                    (MailState::Failed, why)
                }
            }
        };
        sends::settle(&with.db, with.clock.now(), mail, state, &answer).await?;
        Ok(Some(state))
    }

    async fn letter(&self, report: &Wanted, how: How) -> Result<Made> {
        let with = &self.refresher;
        let limits = &with.limits;
        let mut tx = with.db.begin().await?;
        let (dashboard, document) = self.dashboard(&mut tx, report).await?;
        let mut asker = Asker {
            db: &mut tx,
            now: with.clock.now(),
            limits,
            module: with.sandbox.module_sha256(),
            org_id: report.org_id,
            how,
        };
        // A filter that was removed meanwhile is no reason to send another figure than was asked for.
        let draft = match Draft::ask(&mut asker, dashboard, &document, &report.filters).await {
            Ok(draft) => draft,
            Err(Error::Invalid(_)) => {
                let why = "A filter of the report no longer fits the dashboard. Edit the report.";
                return Ok(Made::Failed(why.to_owned()));
            }
            Err(error) => return Err(error),
        };
        tx.commit().await?;
        if how.runs() && draft.waiting > 0 {
            return Ok(Made::Waiting);
        }
        if how.runs() && draft.tiles > 0 && draft.failed == draft.tiles {
            return Ok(Made::Failed(
                "All tiles of the dashboard failed. Open it to see why.".to_owned(),
            ));
        }
        let csv_max = report.with_csv.then_some(limits.report_files_max_bytes as usize);
        let mut snapshot = draft.fetch(&with.objects, limits, csv_max).await?;
        let file_name = format!("{}.pdf", snapshot.name);
        let mut letter = Letter::of(&report.name, &mut snapshot, limits);
        let bytes = pdf::written(sheet::document(snapshot, Paper::A4), limits).await?;
        let file = File {
            name: file_name,
            media_type: "application/pdf",
            bytes,
        };
        letter.attach(file, limits);
        Ok(Made::Letter(Box::new(letter)))
    }

    async fn dashboard(&self, db: &mut PgConnection, report: &Wanted) -> Result<(Dashboard, Document)> {
        dashboards::newest(db, report.org_id, report.dashboard_id).await
    }

    fn dashboard_link(&self, report: &Wanted) -> String {
        format!(
            "{}/p/{}/dashboards/{}",
            self.public_url, report.project, report.dashboard_id
        )
    }

    async fn later(&self, lease: &Lease, tries: i32) -> Result<()> {
        let with = &self.refresher;
        let doublings = u32::try_from(lease.attempts - 1).unwrap_or_default().min(10);
        let pause = TimeDelta::seconds(PAUSE_S << doublings);
        sends::later(&with.db, lease, with.clock.now() + pause, tries).await
    }

    /// Ends a sending, counts failures in a row, and pauses a report that failed too often, whose maker is told once.
    async fn end(&self, lease: &Lease, report: Option<&Wanted>, state: State, mut problems: Vec<String>) -> Result<()> {
        let with = &self.refresher;
        let now = with.clock.now();
        let more = problems.len().saturating_sub(PROBLEMS_MAX);
        problems.truncate(PROBLEMS_MAX);
        if more > 0 {
            problems.push(format!("And {more} more."));
        }
        let problem = (!problems.is_empty()).then(|| problems.join(" ").replace('\0', "\u{fffd}"));
        let mut tx = with.db.begin().await?;
        let ended = sqlx::query!(
            "update report_sends set state = $3, leased_until = null, ended_at = $4, problem = $5
             where id = $1 and fence = $2 and state = 'running'",
            lease.id.0,
            lease.fence,
            state as State,
            now,
            problem,
        )
        .execute(&mut *tx)
        .await?;
        if ended.rows_affected() == 0 || lease.trial_to.is_some() {
            tx.commit().await?;
            return Ok(());
        }
        let most = i32::try_from(with.limits.report_failures.max(1)).unwrap_or(i32::MAX);
        let failed = state == State::Failed;
        let counted = sqlx::query!(
            r#"update reports set failures = case when $2 then failures + 1 else 0 end,
                 paused_at = case when $2 and failures + 1 >= $3 then coalesce(paused_at, $4) else paused_at end,
                 next_at = case when $2 and failures + 1 >= $3 then null else next_at end
               where id = $1 returning failures, paused_at = $4 as "just_paused""#,
            lease.report_id.0,
            failed,
            most,
            now,
        )
        .fetch_optional(&mut *tx)
        .await?;
        let just_paused = counted.filter(|row| failed && row.just_paused == Some(true));
        if let (Some(row), Some(report)) = (just_paused, report)
            && let Some(maker) = &report.maker
        {
            let mail = Template::ReportPaused {
                report: report.name.clone(),
                failures: row.failures.unsigned_abs(),
                problem: problem.unwrap_or_default(),
                link: self.dashboard_link(report),
            };
            queue::add(&mut tx, &Job::from(templates::write(&mail, maker))).await?;
        }
        tx.commit().await?;
        Ok(())
    }
}

fn late() -> String {
    "The dashboard was not computed in time. The next report tries again.".to_owned()
}

/// How a sending ended, and what did not go well.
fn outcome(letter: &Letter, mails: &[MailState]) -> (State, Vec<String>) {
    let count = |state: MailState| mails.iter().filter(|one| **one == state).count();
    let (sent, failed, unknown) = (
        count(MailState::Sent),
        count(MailState::Failed),
        count(MailState::Unknown),
    );
    let mut problems = Vec::new();
    if mails.is_empty() {
        problems.push("Nobody receives this report: all recipients have left or unsubscribed.".to_owned());
    }
    if failed > 0 {
        problems.push(format!("{failed} of {} mails were not accepted.", mails.len()));
    }
    if unknown > 0 {
        problems.push(format!("{unknown} of {} mails may have arrived or not.", mails.len()));
    }
    problems.extend(letter.problems().cloned());
    let state = match (sent, unknown) {
        (0, 0) => State::Failed,
        _ if problems.is_empty() => State::Sent,
        _ => State::Partial,
    };
    (state, problems)
}

async fn wanted(db: &mut PgConnection, id: ReportId) -> Result<Option<Wanted>> {
    let row = sqlx::query!(
        r#"select r.org_id, r.dashboard_id, r.name, r.filters as "filters: Json<BTreeMap<String, Condition>>", r.with_csv,
               d.project_id, u.email as "email?"
           from reports r join dashboards d on d.id = r.dashboard_id left join users u on u.id = r.created_by
           where r.id = $1"#,
        id.0,
    )
    .fetch_optional(db)
    .await
    .context("reading a report")?;
    Ok(row.map(|row| Wanted {
        report_id: id,
        org_id: OrgId(row.org_id),
        dashboard_id: DashboardId(row.dashboard_id),
        name: row.name,
        filters: row.filters.0,
        with_csv: row.with_csv,
        project: row.project_id,
        maker: row.email,
    }))
}
