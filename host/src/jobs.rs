//! The work that outlives a request: takes jobs from the queue and does them.
//!
//! The queue is graphile_worker's: a job is done at least once, tried again with a growing delay after a failure, and
//! taken from a worker that has died. So every job can be done twice without harm.

mod mails;

use std::{fmt, future::Future, time::Duration};

use anyhow::Context;
use futures_util::FutureExt;
use graphile_worker::{Cron, IntoTaskHandlerResult, TaskHandler, Worker, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

use crate::{
    accounts::is_name,
    alerts::{checks, work::Checker},
    app::App,
    channels::deliveries::{self, Sender},
    cleanup::Sweep,
    error::Result,
    example_project::Starter,
    files::profile_job::{Attempt, Examiner},
    ids::UserId,
    mail::Mail,
    metrics,
    queue::{self, Job},
    reports::{sends, work::Reporter},
    tiles::work::{self as tile_work, Refresher},
    turns::{lease, work::TurnWorker},
};

/// Jobs that one server does at once, and messages that it sends at once.
const CONCURRENCY: usize = 4;
/// How often every process looks for turns whose server has died.
const ABANDONED_INTERVAL: Duration = Duration::from_secs(5);
/// How often every process looks for alerts that are due.
const DUE_INTERVAL: Duration = Duration::from_secs(1);
/// Minutes from one clean-up to the next, counted from the full hour.
const CLEAN_UP_MINUTES: u32 = 15;
/// How long jobs may finish when the server stops, before they are left to the next one.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Does jobs until `stop` is ready, then finishes those it has begun.
pub async fn work(app: App, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let stop = stop.shared();
    let (errands, turns) = (errands(&app, stop.clone()).await?, turns(&app, stop.clone()).await?);
    let (refreshes, deliveries) = (refreshes(&app, stop.clone()).await?, deliveries(&app, stop).await?);
    tokio::try_join!(errands.run(), turns.run(), refreshes.run(), deliveries.run()).context("working on the queue")?;
    Ok(())
}

/// Does every job that is due, and returns.
pub async fn work_off(app: App) -> Result<()> {
    let (errands, turns) = (
        errands(&app, std::future::pending()).await?,
        turns(&app, std::future::pending()).await?,
    );
    errands.run_once().await.context("working on the queue")?;
    turns.run_once().await.context("working on the queue")?;
    let refreshes = refreshes(&app, std::future::pending()).await?;
    refreshes.run_once().await.context("working on the queue")?;
    let deliveries = deliveries(&app, std::future::pending()).await?;
    deliveries.run_once().await.context("working on the queue")?;
    Ok(())
}

/// Ends the turns that nobody works on any more, again and again.
pub async fn look_for_abandoned(app: &App) {
    loop {
        tokio::time::sleep(ABANDONED_INTERVAL).await;
        if let Err(error) = end_abandoned(app).await {
            tracing::warn!(
                error = format!("{:#}", anyhow::Error::new(error)),
                "abandoned turns were not looked for"
            );
        }
    }
}

/// Ends the turns whose servers have died, and says how many those were.
pub async fn end_abandoned(app: &App) -> Result<u64> {
    let mut tx = app.db.begin().await?;
    let ended = lease::end_abandoned(&mut tx, app.clock.now()).await?;
    tile_work::look_after(&mut tx).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Puts down what has come due, again and again.
pub async fn look_for_due(app: &App) {
    loop {
        tokio::time::sleep(DUE_INTERVAL).await;
        if let Err(error) = put_down_due(app).await {
            tracing::warn!(
                error = format!("{:#}", anyhow::Error::new(error)),
                "alerts and reports that are due were not looked for"
            );
        }
    }
}

/// Puts down the checks and reports that have come due, and settles what servers that died had begun of them.
pub async fn put_down_due(app: &App) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    checks::look_after(&mut tx, now).await?;
    deliveries::look_after(&mut tx, now).await?;
    sends::look_after(&mut tx, now).await?;
    tx.commit().await?;
    Ok(())
}

/// The worker for turns.
async fn turns(app: &App, stop: impl Future<Output = ()> + Send + 'static) -> Result<Worker> {
    let worker = options(app, stop)
        .concurrency(app.config.limits.turns_per_server.max(1) as usize)
        .define_job::<TurnJob>()
        .init()
        .await
        .context("starting the worker for turns")?;
    Ok(worker)
}

/// The worker for the scripts of tiles.
async fn refreshes(app: &App, stop: impl Future<Output = ()> + Send + 'static) -> Result<Worker> {
    let worker = options(app, stop)
        .concurrency(app.config.limits.refreshes_per_server.max(1) as usize)
        .define_job::<Refresh>()
        .init()
        .await
        .context("starting the worker for tiles")?;
    Ok(worker)
}

/// The worker for messages to channels.
async fn deliveries(app: &App, stop: impl Future<Output = ()> + Send + 'static) -> Result<Worker> {
    let worker = options(app, stop)
        .concurrency(CONCURRENCY)
        .define_job::<Delivery>()
        .init()
        .await
        .context("starting the worker for messages")?;
    Ok(worker)
}

/// The worker for everything that takes a moment.
async fn errands(app: &App, stop: impl Future<Output = ()> + Send + 'static) -> Result<Worker> {
    // Of several servers, one puts the job in; where it still waits from the last time, it is put in once.
    let clean_up = Cron::every_n_minutes::<Task>(CLEAN_UP_MINUTES)
        .context("scheduling the clean-up")?
        .id("clean_up")
        .job_key("clean_up")
        .payload(Task(Job::CleanUp))
        .context("writing the clean-up's job")?;
    let worker = options(app, stop)
        .concurrency(CONCURRENCY)
        .define_job::<Task>()
        .with_cron(clean_up)
        .init()
        .await
        .context("starting the queue's worker")?;
    Ok(worker)
}

fn options(app: &App, stop: impl Future<Output = ()> + Send + 'static) -> WorkerOptions {
    WorkerOptions::default()
        .schema(queue::SCHEMA)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stop)
        .shutdown_grace_period(SHUTDOWN_GRACE)
        .heartbeat_interval(Duration::from_secs(5))
        .sweep_interval(Duration::from_secs(10))
        .sweep_threshold(Duration::from_secs(20))
        .recovery_delay(Duration::ZERO)
        .pg_pool(app.db.clone())
        .add_extension(Doer(app.clone()))
}

/// A job as the queue sees it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Task(Job);

impl TaskHandler for Task {
    const IDENTIFIER: &'static str = queue::TASK;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Doer(app)) = context.get_ext::<Doer>().cloned() else {
            return Err("the worker was started without its app".to_owned());
        };
        let job = context.job();
        let attempt = Attempt {
            number: u32::from(job.attempts().unsigned_abs()),
            last: job.attempts() >= job.max_attempts(),
        };
        let name = self.0.name();
        let begun = std::time::Instant::now();
        let done = run(&app, self.0, attempt).await;
        metrics::job_done(name, done.is_ok(), begun.elapsed().as_secs_f64());
        done.map_err(|error| format!("{:#}", anyhow::Error::new(error)))
    }
}

/// A turn that is to be taken, as the queue sees it.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct TurnJob(Job);

impl TaskHandler for TurnJob {
    const IDENTIFIER: &'static str = queue::TURN;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Doer(app)) = context.get_ext::<Doer>().cloned() else {
            return Err("the worker was started without its app".to_owned());
        };
        let begun = std::time::Instant::now();
        let done = worker(&app).work().await;
        metrics::job_done(self.0.name(), done.is_ok(), begun.elapsed().as_secs_f64());
        done.map_err(|error| format!("{:#}", anyhow::Error::new(error)))
    }
}

/// Runs for tiles, checks of alerts and reports that are to be done, as the queue sees them.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Refresh(Job);

impl TaskHandler for Refresh {
    const IDENTIFIER: &'static str = queue::REFRESH;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Doer(app)) = context.get_ext::<Doer>().cloned() else {
            return Err("the worker was started without its app".to_owned());
        };
        let begun = std::time::Instant::now();
        let done = match self.0 {
            Job::CheckAlerts => checker(&app).work().await,
            Job::SendReports => reporter(&app).work().await,
            _ => refresher(&app).work().await,
        };
        metrics::job_done(self.0.name(), done.is_ok(), begun.elapsed().as_secs_f64());
        done.map_err(|error| format!("{:#}", anyhow::Error::new(error)))
    }
}

/// Messages that are to be sent, as the queue sees them.
#[derive(Serialize, Deserialize)]
#[serde(transparent)]
struct Delivery(Job);

impl TaskHandler for Delivery {
    const IDENTIFIER: &'static str = queue::DELIVERY;

    async fn run(self, context: WorkerContext) -> impl IntoTaskHandlerResult {
        let Some(Doer(app)) = context.get_ext::<Doer>().cloned() else {
            return Err("the worker was started without its app".to_owned());
        };
        let begun = std::time::Instant::now();
        let done = sender(&app).work().await;
        metrics::job_done(self.0.name(), done.is_ok(), begun.elapsed().as_secs_f64());
        done.map_err(|error| format!("{:#}", anyhow::Error::new(error)))
    }
}

#[derive(Clone)]
struct Doer(App);

impl fmt::Debug for Doer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Doer")
    }
}

async fn run(app: &App, job: Job, attempt: Attempt) -> Result<()> {
    match job {
        // A plain name has no mailbox.
        Job::SendMail { to, .. } if is_name(&to) => Ok(()),
        Job::SendMail {
            to,
            subject,
            text,
            html,
        } => {
            app.mailer
                .send(&Mail {
                    to,
                    subject,
                    text,
                    html,
                })
                .await
        }
        Job::SignUp {
            email,
            name,
            password_hash,
        } => mails::sign_up(app, &email, &name, &password_hash).await,
        Job::MailVerification { email } => mails::verification(app, &email).await,
        Job::MailNewEmail { user, email } => mails::new_email(app, user, &email).await,
        Job::MailResetCode { reset } => mails::reset_code(app, reset).await,
        Job::ProfileFile { version } => Box::pin(examiner(app).examine(version, attempt)).await,
        Job::StarterProject { user } => starter_project(app, user).await,
        // The workers for turns take these.
        Job::TakeTurn => worker(app).work().await,
        // And others these.
        Job::RefreshTiles => refresher(app).work().await,
        Job::CheckAlerts => checker(app).work().await,
        Job::SendReports => reporter(app).work().await,
        Job::Deliver => sender(app).work().await,
        Job::CleanUp => clean_up(app).await,
    }
}

/// Where the server is set to make none, the account begins empty; what it is set to later changes nothing for it.
async fn starter_project(app: &App, user: UserId) -> Result<()> {
    if !app.config.starter_project {
        return Ok(());
    }
    let starter = Starter {
        db: &app.db,
        objects: &app.objects,
        limits: &app.config.limits,
        now: app.clock.now(),
    };
    starter.make(user).await
}

/// What the object store refuses stands in the sweep's report, which it logs itself; the next sweep tries again.
async fn clean_up(app: &App) -> Result<()> {
    let sweep = Sweep {
        db: &app.db,
        objects: &app.objects,
        limits: &app.config.limits,
        now: app.clock.now(),
        spool: app.spool.shared(),
        dry_run: false,
    };
    sweep.run().await?;
    Ok(())
}

fn worker(app: &App) -> TurnWorker {
    TurnWorker {
        db: app.db.clone(),
        objects: app.objects.clone(),
        spool: app.spool.clone(),
        clock: app.clock.clone(),
        limits: app.config.limits.clone(),
        sandbox: app.sandbox.clone(),
        models: app.models.clone(),
        notifications: app.notifications.clone(),
        addresses: app.addresses.clone(),
        connector: app.connector.clone(),
        signing_key: app.signing_key.clone(),
        closing: app.closing.clone(),
    }
}

/// What reports are sent with.
pub fn reporter(app: &App) -> Reporter {
    Reporter {
        refresher: refresher(app),
        mailer: app.mailer.clone(),
        key: app.signing_key.clone(),
        public_url: app.config.public_url.as_str().trim_end_matches('/').to_owned(),
    }
}

fn checker(app: &App) -> Checker {
    Checker {
        refresher: refresher(app),
        public_url: app.config.public_url.as_str().trim_end_matches('/').to_owned(),
    }
}

fn sender(app: &App) -> Sender {
    Sender {
        db: app.db.clone(),
        clock: app.clock.clone(),
        limits: app.config.limits.clone(),
        key: app.signing_key.clone(),
        mailer: app.mailer.clone(),
        webhooks: app.webhooks.clone(),
    }
}

/// What tiles are made with.
pub fn refresher(app: &App) -> Refresher {
    Refresher {
        db: app.db.clone(),
        objects: app.objects.clone(),
        spool: app.spool.clone(),
        clock: app.clock.clone(),
        limits: app.config.limits.clone(),
        sandbox: app.sandbox.clone(),
        closing: app.closing.clone(),
    }
}

fn examiner(app: &App) -> Examiner {
    Examiner {
        db: app.db.clone(),
        objects: app.objects.clone(),
        spool: app.spool.clone(),
        sandbox: app.sandbox.clone(),
        clock: app.clock.clone(),
        limits: app.config.limits.clone(),
    }
}
