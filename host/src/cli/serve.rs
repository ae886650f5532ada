//! `glovebox serve`: the server, which answers requests and, unless it is told otherwise, does the work behind them.

use std::{
    fmt::Write as _,
    io::{self, IsTerminal},
    time::Instant,
};

use anyhow::{Context, Result};
use clap::Args;

use super::{
    Exit, LogFormat, UsageError,
    process::{Process, bind, settings, usage},
};
use crate::{
    config::{MailConfig, ServerConfig},
    data_folder, http,
};

#[derive(Args)]
pub struct ServeArgs {
    /// Where to listen [env: GLOVEBOX_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Option<String>,
    /// Only answer requests, and leave the work behind them to `glovebox worker`.
    #[arg(long)]
    no_worker: bool,
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
        self.settings_and(&[])
    }

    /// The same, with what other arguments say.
    pub fn settings_and(self, flags: &[(&str, Option<String>)]) -> Result<ServerConfig> {
        settings(&[&[("GLOVEBOX_DATA", self.data)], flags].concat())
    }
}

/// Serves until a signal comes.
pub async fn serve(args: ServeArgs, log: LogFormat) -> Result<Exit> {
    let begun = Instant::now();
    let mut config = settings(&[("GLOVEBOX_LISTEN", args.listen), ("GLOVEBOX_DATA", args.data.data)])?;
    config.data = data_folder::open(&config.data).map_err(usage)?;
    let _alone = data_folder::lock_server(&config.data).map_err(usage)?;

    let listener = bind(config.listen, "--listen or GLOVEBOX_LISTEN").await?;
    config.listen = listener.local_addr().context("reading the address")?;
    if config.public_url.port() == Some(0) {
        // The system chose the port.
        config.public_url.set_port(Some(config.listen.port())).ok();
    }
    let Some(mut process) = Process::start(config).await? else {
        return Ok(Exit::Stopped);
    };
    let (router, stop) = (http::router(process.app.clone()), process.stop.clone());
    process.spawn(http::serve(
        listener,
        router,
        process.app.config.limits.connections,
        stop,
    ));
    if !args.no_worker {
        process.work();
    }
    announce(&process, args.no_worker, log, begun);
    process.until_stopped().await?;
    Ok(Exit::Done)
}

/// Tells that the server is there, where everything is, and what to do next.
fn announce(process: &Process, no_worker: bool, log: LogFormat, begun: Instant) {
    let (app, config) = (&process.app, &process.app.config);
    let url = config.public_url.as_str().trim_end_matches('/');
    let data = config.data.display().to_string();
    let database = process.database.describe();
    let objects = app.objects.place();
    let mail = match &config.mail {
        MailConfig::Folder => format!("not sent; written to {}", config.data.join("mail").display()),
        MailConfig::Smtp(smtp) => format!("via {}:{} as {}", smtp.server, smtp.port, smtp.sender),
    };
    let metrics = process.metrics();
    let work = if no_worker {
        "left to `glovebox worker`".to_owned()
    } else {
        format!("up to {} answers at once", config.limits.turns_per_server)
    };
    let ms = begun.elapsed().as_millis() as u64;
    if log == LogFormat::Json {
        let listen = config.listen.to_string();
        tracing::info!(url, listen, data, database, objects, mail, work, metrics, ms, "ready");
        return;
    }
    let mut text = format!("\n  Glovebox is ready at {url}\n\n");
    let rows = [
        ("data", data),
        ("database", database),
        ("objects", objects),
        ("mail", mail),
        ("work", work),
        ("metrics", metrics),
    ];
    for (name, value) in rows {
        let _ = writeln!(text, "  {name:<9} {value}");
    }
    let links = match &config.mail {
        MailConfig::Folder => " Email links appear here.",
        MailConfig::Smtp(_) => "",
    };
    let _ = write!(
        text,
        "\n  Next: open {url} and sign up.{links} {url}/docs shows the API. Ctrl-C stops the server.\n"
    );
    eprintln!("{text}");
}
impl LogFormat {
    /// `GLOVEBOX_LOG`, which is `json` or `text`; else JSON where no person reads along.
    pub fn of_server() -> Result<Self> {
        match std::env::var("GLOVEBOX_LOG").as_deref() {
            Ok("text") => Ok(Self::Text),
            Ok("") | Err(_) if io::stderr().is_terminal() => Ok(Self::Text),
            Ok("json" | "") | Err(_) => Ok(Self::Json),
            Ok(other) => Err(UsageError(format!("GLOVEBOX_LOG is {other:?}; it can be json or text")).into()),
        }
    }
}
