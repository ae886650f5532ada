//! `glovebox serve`: the server from its start to its end.
//!
//! At a signal it takes no new connections, lets open requests and jobs finish for a while, and stops what it started.
//! A second signal cuts that short, a third one ends the process where it stands.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal},
    net::SocketAddr,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use clap::Args;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
    task::JoinSet,
};
use tokio_util::sync::CancellationToken;

use super::{Exit, LogFormat, Usage};
use crate::{
    app::{self, App},
    clock::Clock,
    config::{Config, MailConfig, ServerConfig},
    data_folder,
    db::{self, Database},
    http, jobs, metrics,
    models::Catalog,
};

/// Workers that stand ready for scripts, at most: each keeps some memory.
const WARM_WORKERS_MAX: usize = 4;
/// How long the queue is left alone after it failed.
const JOBS_PAUSE: Duration = Duration::from_secs(1);
/// How long things may take to end when nobody waits for open requests any more.
const LAST_MOMENT: Duration = Duration::from_secs(2);
/// Signals within this time are one.
const SAME_SIGNAL: Duration = Duration::from_millis(300);
/// The exit code after a third signal: that of a program that Ctrl-C has ended.
const INTERRUPTED: i32 = 130;
/// Files that the server may have open; the system's own number is often enough for a thousand connections only.
const OPEN_FILES: u64 = 65_536;

#[derive(Args)]
pub struct ServeArgs {
    /// Where to listen [env: GLOVEBOX_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// Where the server's data is, for every command that works on it.
#[derive(Args)]
pub struct DataArgs {
    /// The folder of everything the server keeps by itself [env: GLOVEBOX_DATA] [default: data]
    #[arg(long, value_name = "DIR")]
    data: Option<String>,
}

impl DataArgs {
    /// The settings of the environment, with this folder. From here on, what this process makes is private to its
    /// user.
    pub fn settings(self) -> Result<ServerConfig> {
        settings(&[("GLOVEBOX_DATA", self.data)])
    }
}

/// Serves until a signal comes.
pub async fn serve(args: ServeArgs, log: LogFormat) -> Result<Exit> {
    let begun = Instant::now();
    let mut config = settings(&[("GLOVEBOX_LISTEN", args.listen), ("GLOVEBOX_DATA", args.data.data)])?;
    config.data = data_folder::open(&config.data).map_err(usage)?;
    let _alone = data_folder::lock_server(&config.data).map_err(usage)?;
    let mut signals = Signals::listen()?;
    raise_open_files();

    let listener = bind(config.listen, "--listen or GLOVEBOX_LISTEN").await?;
    config.listen = listener.local_addr().context("reading the address")?;
    if config.public_url.port() == Some(0) {
        // The system chose the port.
        config.public_url.set_port(Some(config.listen.port())).ok();
    }
    let metrics_listener = match config.metrics_listen {
        Some(address) => Some(bind(address, "GLOVEBOX_METRICS_LISTEN").await?),
        None => None,
    };

    let (database, app) = tokio::select! {
        started = start(config) => started?,
        () = signals.next() => return Ok(Exit::Stopped),
    };
    let ended = run(&app, &database, listener, metrics_listener, &mut signals, log, begun).await;
    drop(app);
    database.close().await.context("closing the database")?;
    ended?;
    tracing::info!("stopped");
    Ok(Exit::Done)
}

/// The database, migrated, and the app around it. The sandbox gets ready meanwhile.
async fn start(config: ServerConfig) -> Result<(Database, App)> {
    let database = async {
        let database = db::open(&config).await.map_err(anyhow::Error::new)?;
        for migration in db::migrate(&database.pool).await.map_err(anyhow::Error::new)? {
            tracing::info!("migrated: {} {}", migration.version, migration.name);
        }
        anyhow::Ok(database)
    };
    let sandbox = async {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        app::sandbox(&Config::from_env()?, cores.min(WARM_WORKERS_MAX)).await
    };
    let models = Catalog::read(&|name| std::env::var(name).ok()).map_err(usage)?;
    let (database, sandbox) = tokio::try_join!(database, sandbox)?;
    let app = App::assemble(config, Clock::system(), database.pool.clone(), sandbox, models)?;
    Ok((database, app))
}

async fn run(
    app: &App,
    database: &Database,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
    signals: &mut Signals,
    log: LogFormat,
    begun: Instant,
) -> Result<()> {
    let (stop, mut tasks) = (app.closing.clone(), JoinSet::new());
    let exporter = metrics::install()?;
    let mut metrics_at = None;
    if let Some(listener) = metrics_listener {
        metrics_at = Some(listener.local_addr().context("reading the address of the metrics")?);
        let router = http::metrics_router(exporter.clone(), app.db.clone());
        tasks.spawn(http::serve(
            listener,
            router,
            app.config.limits.connections,
            stop.clone(),
        ));
    }
    tasks.spawn(http::serve(
        listener,
        http::router(app.clone()),
        app.config.limits.connections,
        stop.clone(),
    ));
    tasks.spawn(work(app.clone(), stop.clone()));
    announce(app, database, metrics_at, log, begun);

    tokio::select! {
        () = signals.next() => {}
        () = database.keep_alive() => {}
        () = exporter.keep_up() => {}
    }
    tracing::info!("stopping; a second signal does not wait for open requests");
    stop.cancel();
    let grace = Duration::from_secs(app.config.limits.shutdown_grace_s.into());
    let finish = async { while tasks.join_next().await.is_some() {} };
    tokio::select! {
        () = finish => {}
        () = tokio::time::sleep(grace) => tracing::warn!("some requests or jobs were still open after {} seconds", grace.as_secs()),
        () = signals.again() => tracing::warn!("open requests and jobs are cut off"),
    }
    Signals::exit_at_next();
    tokio::time::timeout(LAST_MOMENT, tasks.shutdown()).await.ok();
    Ok(())
}

/// Does jobs until the server stops, whatever happens to the queue meanwhile.
async fn work(app: App, stop: CancellationToken) {
    while !stop.is_cancelled() {
        if let Err(error) = jobs::work(app.clone(), stop.clone().cancelled_owned()).await {
            tracing::error!(
                "the queue's worker ended, and is started again: {:#}",
                anyhow::Error::new(error)
            );
            tokio::time::sleep(JOBS_PAUSE).await;
        }
    }
}

/// Tells that the server is there, where everything is, and what to do next.
fn announce(app: &App, database: &Database, metrics_at: Option<SocketAddr>, log: LogFormat, begun: Instant) {
    let config = &app.config;
    let url = config.public_url.as_str().trim_end_matches('/');
    let data = config.data.display().to_string();
    let database = database.describe();
    let objects = app.objects.place();
    let mail = match &config.mail {
        MailConfig::Folder => format!("none leaves; it is written to {}", config.data.join("mail").display()),
        MailConfig::Smtp(smtp) => format!("by {}:{} as {}", smtp.server, smtp.port, smtp.sender),
    };
    let metrics = metrics_at.map_or_else(|| "off".to_owned(), |address| format!("http://{address}/metrics"));
    let ms = begun.elapsed().as_millis() as u64;
    if log == LogFormat::Json {
        let listen = config.listen.to_string();
        tracing::info!(url, listen, data, database, objects, mail, metrics, ms, "ready");
        return;
    }
    let mut text = format!("\n  Glovebox is ready at {url}\n\n");
    let rows = [
        ("data", data),
        ("database", database),
        ("objects", objects),
        ("mail", mail),
        ("metrics", metrics),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<9} {value}");
    }
    let _ = write!(
        text,
        "\n  Next: {url}/docs shows the API and lets you try it. Ctrl-C stops the server.\n"
    );
    eprintln!("{text}");
}

fn settings(flags: &[(&str, Option<String>)]) -> Result<ServerConfig> {
    rustix::process::umask(rustix::fs::Mode::from_bits_truncate(0o077));
    ServerConfig::from_env_and(flags).map_err(usage)
}

/// A mistake in the settings, as such.
fn usage(error: anyhow::Error) -> anyhow::Error {
    Usage(format!("{error:#}")).into()
}

async fn bind(address: SocketAddr, by: &str) -> Result<TcpListener> {
    TcpListener::bind(address).await.map_err(|error| {
        let what = match error.kind() {
            io::ErrorKind::AddrInUse => {
                format!("{address} is taken by another program; stop that one, or name another address by {by}")
            }
            io::ErrorKind::PermissionDenied => {
                format!("{address} is not for this user; name a port from 1024 on by {by}")
            }
            _ => format!("the server cannot listen at {address}: {error}; name another address by {by}"),
        };
        Usage(what).into()
    })
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

/// SIGINT and SIGTERM, which mean the same.
struct Signals {
    interrupt: Signal,
    terminate: Signal,
}

impl Signals {
    fn listen() -> Result<Self> {
        let listen = |kind| signal(kind).context("listening for signals");
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    /// A second signal. Some supervisors send the first one twice.
    async fn again(&mut self) {
        tokio::time::timeout(SAME_SIGNAL, async {
            loop {
                self.next().await;
            }
        })
        .await
        .unwrap_or(());
        self.next().await;
    }

    /// Lets one more signal end the process at once.
    fn exit_at_next() {
        if let Ok(mut signals) = Self::listen() {
            tokio::spawn(async move {
                signals.next().await;
                std::process::exit(INTERRUPTED);
            });
        }
    }
}

impl LogFormat {
    /// `GLOVEBOX_LOG`, which is `json` or `text`; else JSON where no person reads along.
    pub fn of_server() -> Result<Self> {
        match std::env::var("GLOVEBOX_LOG").as_deref() {
            Ok("text") => Ok(Self::Text),
            Ok("") | Err(_) if io::stderr().is_terminal() => Ok(Self::Text),
            Ok("json" | "") | Err(_) => Ok(Self::Json),
            Ok(other) => Err(Usage(format!("GLOVEBOX_LOG is {other:?}; it can be json or text")).into()),
        }
    }
}
