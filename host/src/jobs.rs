//! The work that outlives a request: takes jobs from the queue and does them.
//!
//! The queue is graphile_worker's: a job is done at least once, tried again with a growing delay after a failure, and
//! taken from a worker that has died. So every job can be done twice without harm.

mod letters;

use std::{fmt, future::Future, time::Duration};

use anyhow::Context;
use graphile_worker::{Cron, IntoTaskHandlerResult, TaskHandler, Worker, WorkerContext, WorkerOptions};
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    cleanup::Sweep,
    error::Result,
    files::examine::{Attempt, Examiner},
    mail::Mail,
    metrics,
    queue::{self, Job},
};

/// Jobs that one server does at once.
const CONCURRENCY: usize = 4;
/// Minutes from one clean-up to the next, counted from the full hour.
const CLEAN_UP_MINUTES: u32 = 15;
/// How long jobs may finish when the server stops, before they are left to the next one.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(10);

/// Does jobs until `stop` is ready, then finishes those it has begun.
pub async fn work(app: App, stop: impl Future<Output = ()> + Send + 'static) -> Result<()> {
    let worker = worker(app, stop).await?;
    worker.run().await.context("working on the queue")?;
    Ok(())
}

/// Does every job that is due, and returns.
pub async fn work_off(app: App) -> Result<()> {
    let worker = worker(app, std::future::pending()).await?;
    worker.run_once().await.context("working on the queue")?;
    Ok(())
}

async fn worker(app: App, stop: impl Future<Output = ()> + Send + 'static) -> Result<Worker> {
    // Of several servers, one puts the job in; where it still waits from the last time, it is put in once.
    let clean_up = Cron::every_n_minutes::<Task>(CLEAN_UP_MINUTES)
        .context("scheduling the clean-up")?
        .id("clean_up")
        .job_key("clean_up")
        .payload(Task(Job::CleanUp))
        .context("writing the clean-up's job")?;
    let worker = WorkerOptions::default()
        .schema(queue::SCHEMA)
        .concurrency(CONCURRENCY)
        .listen_os_shutdown_signals(false)
        .shutdown_signal(stop)
        .shutdown_grace_period(SHUTDOWN_GRACE)
        .heartbeat_interval(Duration::from_secs(5))
        .sweep_interval(Duration::from_secs(10))
        .sweep_threshold(Duration::from_secs(20))
        .recovery_delay(Duration::ZERO)
        .define_job::<Task>()
        .with_cron(clean_up)
        .pg_pool(app.db.clone())
        .add_extension(Doer(app))
        .init()
        .await
        .context("starting the queue's worker")?;
    Ok(worker)
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

#[derive(Clone)]
struct Doer(App);

impl fmt::Debug for Doer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Doer")
    }
}

async fn run(app: &App, job: Job, attempt: Attempt) -> Result<()> {
    match job {
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
        } => letters::sign_up(app, &email, &name, &password_hash).await,
        Job::MailVerification { email } => letters::verification(app, &email).await,
        Job::MailNewEmail { user, email } => letters::new_email(app, user, &email).await,
        Job::MailResetCode { reset } => letters::reset_code(app, reset).await,
        Job::ProfileFile { version } => examiner(app).examine(version, attempt).await,
        Job::CleanUp => clean_up(app).await,
    }
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
