//! What the faces work with: the base and the drivers, assembled once from the configuration.

use std::{path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::{
    addresses::Addresses,
    clock::Clock,
    config::{Config, ServerConfig},
    connect::Connector,
    google::Google,
    llm::Catalog,
    mail::Mailer,
    notifications::Notifications,
    objects::{Objects, Spool},
    sandbox::{Guest, Sandbox, Settings},
    secret::ServerKey,
    webhooks::Webhooks,
};

/// Everything a request or a job can need. Cheap to clone, and always complete.
#[derive(Clone)]
pub struct App {
    pub config: Arc<ServerConfig>,
    pub clock: Clock,
    pub db: PgPool,
    pub objects: Objects,
    pub spool: Spool,
    pub mailer: Mailer,
    pub webhooks: Webhooks,
    pub google: Google,
    pub sandbox: Sandbox,
    pub models: Catalog,
    pub notifications: Notifications,
    /// Which addresses may be called.
    pub addresses: Addresses,
    pub connector: Connector,
    /// `SECRET_KEY`, else the one that is kept in the data folder.
    pub signing_key: ServerKey,
    /// The process comes to its end: what is long does not begin any more, and what goes on ends as soon as it can.
    pub closing: CancellationToken,
    /// Free places for runs that belong to no turn.
    pub runs: Arc<Semaphore>,
}

impl App {
    /// The drivers that `config` names, around a database and a sandbox that are ready.
    pub fn assemble(config: ServerConfig, clock: Clock, db: PgPool, sandbox: Sandbox, models: Catalog) -> Result<Self> {
        let objects = Objects::open(&config);
        let mailer = Mailer::open(&config)?;
        let addresses = Addresses::new(&config);
        let webhooks = Webhooks::open(&config, addresses.clone());
        let google = Google::open(&config)?;
        let signing_key = signing_key(&config)?;
        let notifications = Notifications::listen(db.clone());
        let connector = Connector::new(addresses.clone());
        let spool = Spool::claim(&Spool::place(&config.data))?;
        let runs = Arc::new(Semaphore::new(config.limits.runs_per_server as usize));
        Ok(Self {
            config: Arc::new(config),
            clock,
            db,
            objects,
            spool,
            mailer,
            webhooks,
            google,
            sandbox,
            models,
            notifications,
            addresses,
            connector,
            signing_key,
            closing: CancellationToken::new(),
            runs,
        })
    }
}

/// `SECRET_KEY`, else the one that is kept in the data folder.
pub fn signing_key(config: &ServerConfig) -> Result<ServerKey> {
    match &config.secret_key {
        Some(key) => Ok(ServerKey::from_text(key.expose())),
        None => Ok(ServerKey::kept_in(&config.data)?),
    }
}

/// A sandbox that keeps `warm_workers` workers ready, with the guest compiled for this machine, and gives all runs
/// together `memory_max_bytes`. Layers of protection that this kernel lacks are logged as warnings.
pub async fn sandbox(config: &Config, warm_workers: usize, memory_max_bytes: u64) -> Result<Sandbox> {
    let (wasm, compiled) = (config.guest.clone(), config.cache.join("compiled"));
    let guest = tokio::task::spawn_blocking(move || guest(&wasm, &compiled))
        .await
        .context("preparing the guest")??;
    let settings = Settings {
        guest,
        worker_program: config.program.clone(),
        warm_workers,
        runs_dir: config.cache.join("runs"),
        memory_max_bytes,
    };
    let sandbox = Sandbox::start(settings).await.context("starting the sandbox")?;
    for warning in sandbox.layers().missing() {
        tracing::warn!("{warning}");
    }
    Ok(sandbox)
}

/// The guest at `wasm`, compiled into `cache` unless that was done before. The first time takes about a minute.
pub fn guest(wasm: &Path, cache: &Path) -> Result<Guest> {
    if !wasm.is_file() {
        bail!(
            "the guest image {} is missing; build it with `./dev guest`, or set GLOVEBOX_GUEST to where it is",
            wasm.display()
        );
    }
    Guest::prepare(wasm, cache).with_context(|| format!("preparing the guest image {}", wasm.display()))
}
