//! A process that stays until it is told to end: what the server and the worker have in common.
//!
//! At a signal it takes nothing new, lets what it has begun finish for a while, and stops what it started. A second
//! signal cuts that short, a third one ends the process where it stands.

use std::{future::Future, io, net::SocketAddr, time::Duration};

use anyhow::{Context, Result};
use tokio::{net::TcpListener, task::JoinSet};
use tokio_util::sync::CancellationToken;

use super::{UsageError, signals::Signals};
use crate::{
    app::{self, App},
    clock::Clock,
    config::{Config, ServerConfig, Variables},
    db::{self, Database},
    http, jobs,
    llm::Catalog,
    metrics::{self, Exporter},
};

/// Workers that stand ready for scripts, at most: each keeps some memory.
const WARM_WORKERS_MAX: usize = 4;
/// How long the queue is left alone after it failed.
const JOBS_PAUSE: Duration = Duration::from_secs(1);
/// How long things may take to end when nobody waits for open requests any more.
const LAST_MOMENT: Duration = Duration::from_secs(2);
/// Files that the process may have open; the system's own number is often enough for a thousand connections only.
const OPEN_FILES: u64 = 65_536;

/// A process that is ready.
pub struct Process {
    pub app: App,
    pub database: Database,
    /// Cancelled when it is to end.
    pub stop: CancellationToken,
    tasks: JoinSet<()>,
    signals: Signals,
    exporter: Exporter,
    metrics_at: Option<SocketAddr>,
}

impl Process {
    /// The app with everything in it, and the metrics where these are asked for. `None` where a signal came first.
    pub async fn start(config: ServerConfig) -> Result<Option<Self>> {
        let mut signals = Signals::listen()?;
        raise_open_files();
        let metrics_listener = match config.metrics_listen {
            Some(address) => Some(bind(address, "GLOVEBOX_METRICS_LISTEN, or a worker's --metrics").await?),
            None => None,
        };
        let (database, app) = tokio::select! {
            assembled = assemble(config) => assembled?,
            () = signals.next() => return Ok(None),
        };
        let mut process = Self {
            stop: app.closing.clone(),
            app,
            database,
            tasks: JoinSet::new(),
            signals,
            exporter: metrics::install()?,
            metrics_at: None,
        };
        if let Some(listener) = metrics_listener {
            process.metrics_at = Some(listener.local_addr().context("reading the address of the metrics")?);
            let router = http::metrics_router(process.exporter.clone(), process.app.db.clone());
            let (connections, stop) = (process.app.config.limits.connections, process.stop.clone());
            process.spawn(http::serve(listener, router, connections, stop));
        }
        // Every process does this, so that turns end also when all the workers have died.
        let (app, stop) = (process.app.clone(), process.stop.clone());
        process.spawn(async move {
            stop.run_until_cancelled(jobs::look_for_abandoned(&app)).await;
        });
        let (app, stop) = (process.app.clone(), process.stop.clone());
        process.spawn(async move {
            stop.run_until_cancelled(jobs::look_for_due(&app)).await;
        });
        Ok(Some(process))
    }

    /// Has `task` done beside everything else. It is to end soon after `stop` is cancelled.
    pub fn spawn(&mut self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn(task);
    }

    /// Does jobs until the end.
    pub fn work(&mut self) {
        let (app, stop) = (self.app.clone(), self.stop.clone());
        self.spawn(work(app, stop));
    }

    /// Where the metrics are, for people.
    pub fn metrics(&self) -> String {
        let at = self.metrics_at;
        at.map_or_else(|| "off".to_owned(), |address| format!("http://{address}/metrics"))
    }

    /// Waits for the signal, and ends everything.
    pub async fn until_stopped(mut self) -> Result<()> {
        tokio::select! {
            () = self.signals.next() => {}
            () = self.database.keep_alive() => {}
            () = self.exporter.keep_up() => {}
        }
        tracing::info!("stopping; a second signal does not wait for open requests");
        self.stop.cancel();
        let grace = Duration::from_secs(self.app.config.limits.shutdown_grace_s.into());
        let (tasks, signals) = (&mut self.tasks, &mut self.signals);
        let finish = async { while tasks.join_next().await.is_some() {} };
        tokio::select! {
            () = finish => {}
            () = tokio::time::sleep(grace) => tracing::warn!("some requests or jobs were still open after {} seconds", grace.as_secs()),
            () = signals.again() => tracing::warn!("open requests and jobs are cut off"),
        }
        Signals::exit_at_next();
        tokio::time::timeout(LAST_MOMENT, self.tasks.shutdown()).await.ok();
        drop(self.app);
        self.database.close().await.context("closing the database")?;
        tracing::info!("stopped");
        Ok(())
    }
}

/// The settings of the environment, with what the command line says instead. From here on, what this process makes is
/// private to its user.
pub fn settings(flags: &[(&str, Option<String>)]) -> Result<ServerConfig> {
    rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o077));
    ServerConfig::from_env_and(flags).map_err(usage)
}

/// A mistake in the settings, as such.
pub fn usage(error: anyhow::Error) -> anyhow::Error {
    UsageError(format!("{error:#}")).into()
}

/// Listens at `address`, which the setting `by` names.
pub async fn bind(address: SocketAddr, by: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!("{address} is in use by another program; stop it, or choose another address with {by}")
            }
            io::ErrorKind::PermissionDenied => {
                format!("this user may not listen on {address}; choose a port from 1024 up with {by}")
            }
            _ => format!("the server cannot listen on {address}: {error}; choose another address with {by}"),
        };
        UsageError(what).into()
    })
}

/// The database, migrated, and the app around it. The sandbox gets ready meanwhile.
async fn assemble(config: ServerConfig) -> Result<(Database, App)> {
    let database = async {
        let database = db::open(&config).await.map_err(anyhow::Error::new)?;
        for migration in db::migrate(&database.pool).await.map_err(anyhow::Error::new)? {
            tracing::info!("migrated: {} {}", migration.version, migration.name);
        }
        anyhow::Ok(database)
    };
    let memory_bytes = match config.limits.runs_memory_bytes {
        0 => machine_memory_bytes() / 4 * 3,
        bytes => bytes,
    };
    let weak_sandbox = config.weak_sandbox;
    let sandbox = async {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let sandbox = app::sandbox(&Config::from_env()?, cores.min(WARM_WORKERS_MAX), memory_bytes).await?;
        if !sandbox.layers().hold() && !weak_sandbox {
            let missing = sandbox.layers().missing().join("; ");
            let advice = "untrusted scripts need both; use another kernel or a less restricted container, or set \
                          GLOVEBOX_WEAK_SANDBOX=on if you trust everybody who can log in";
            return Err(UsageError(format!("{missing}; {advice}")).into());
        }
        Ok(sandbox)
    };
    let variables = Variables::read().map_err(usage)?;
    let models = Catalog::read(&|name| variables.get(name)).map_err(usage)?;
    let (database, sandbox) = tokio::join!(database, sandbox);
    let (database, sandbox) = match (database?, sandbox) {
        (database, Ok(sandbox)) => (database, sandbox),
        (database, Err(error)) => {
            // Or a cluster of our own would go on alone.
            database.close().await.context("closing the database")?;
            return Err(error);
        }
    };
    let app = App::assemble(config, Clock::system(), database.pool.clone(), sandbox, models)?;
    Ok((database, app))
}

/// What a machine is taken to have that does not say.
const MEMORY_BYTES: u64 = 4 << 30;

/// The memory that this machine has, or the container has of it.
fn machine_memory_bytes() -> u64 {
    let table = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let total = table.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let total_kib: Option<u64> = total.and_then(|total| total.split_whitespace().next()?.parse().ok());
    let machine = total_kib.map_or(MEMORY_BYTES, |kib| kib << 10);
    let container = std::fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let container = container.and_then(|bytes| bytes.trim().parse().ok());
    container.unwrap_or(u64::MAX).min(machine)
}

/// Does jobs until the server stops, whatever happens to the queue meanwhile.
async fn work(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = jobs::work(app.clone(), stop.clone().cancelled_owned()).await {
            tracing::error!(
                "the queue's worker ended and is being restarted: {:#}",
                anyhow::Error::new(error)
            );
            tokio::time::sleep(JOBS_PAUSE).await;
        }
    }
}

/// As many as the system lets us have.
fn raise_open_files() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    if let (Some(current), maximum) = (limit.current, limit.maximum.unwrap_or(OPEN_FILES))
        && current < OPEN_FILES.min(maximum)
    {
        limit.current = Some(OPEN_FILES.min(maximum));
        setrlimit(Resource::Nofile, limit).ok();
    }
}
