//! `glovebox worker`: does the work behind the requests that a server answers, here or on another machine.

use std::time::Instant;

use anyhow::Result;
use clap::Args;

use super::{
    Exit, LogFormat, UsageError,
    process::{Process, usage},
    serve::DataArgs,
};
use crate::{
    config::{DatabaseConfig, ObjectsConfig, ServerConfig},
    data_folder,
};

#[derive(Args)]
pub struct WorkerArgs {
    /// Where Prometheus finds the worker's metrics [default: nowhere]
    #[arg(long, value_name = "ADDRESS:PORT")]
    metrics: Option<String>,
    #[command(flatten)]
    data: DataArgs,
}

/// Works until a signal comes.
pub async fn worker(args: WorkerArgs, log: LogFormat) -> Result<Exit> {
    let begun = Instant::now();
    // The server beside it, with the same settings, has the address that they name.
    let metrics = args.metrics.unwrap_or_else(|| "off".to_owned());
    let mut config = args.data.settings_and(&[("GLOVEBOX_METRICS_LISTEN", Some(metrics))])?;
    belongs_to_a_server(&config)?;
    config.data = data_folder::open(&config.data).map_err(usage)?;
    let Some(mut process) = Process::start(config).await? else {
        return Ok(Exit::Stopped);
    };
    process.work();
    announce(&process, log, begun);
    process.until_stopped().await?;
    Ok(Exit::Done)
}

/// A worker with a database or objects of its own would wait for work for ever.
fn belongs_to_a_server(config: &ServerConfig) -> Result<()> {
    let needed = [
        ("DATABASE_URL", matches!(config.database, DatabaseConfig::Url(_))),
        ("R2_* or S3_*", matches!(config.objects, ObjectsConfig::S3(_))),
        ("SECRET_KEY", config.secret_key.is_some()),
    ];
    let missing: Vec<&str> = needed
        .iter()
        .filter(|(_, is_set)| !is_set)
        .map(|(name, _)| *name)
        .collect();
    if missing.is_empty() || data_folder::has_server(&config.data) {
        return Ok(());
    }
    Err(UsageError(format!(
        "no server has used the data folder {}; a worker shares a server's settings: on the server's machine give its \
         data folder with --data, on another machine set the same {}",
        config.data.display(),
        missing.join(", ")
    ))
    .into())
}

/// Tells that the worker is there, and whose work it does.
fn announce(process: &Process, log: LogFormat, begun: Instant) {
    let (app, ms) = (&process.app, begun.elapsed().as_millis() as u64);
    let turns = app.config.limits.turns_per_server;
    let (database, objects, metrics) = (process.database.describe(), app.objects.place(), process.metrics());
    if log == LogFormat::Json {
        tracing::info!(database, objects, metrics, turns, ms, "ready");
        return;
    }
    eprintln!(
        "\n  Glovebox works on what its server takes in, up to {turns} answers at once\n\n  database  {database}\n  \
         objects   {objects}\n  metrics   {metrics}\n\n  Ctrl-C stops the worker.\n"
    );
}
