//! The command line: what a person types, what they see, and the exit code that tells a program how it went.
//!
//! Every command is a file of [`cli`](self); this one holds the arguments and the exit codes.

mod abuse;
mod admin;
mod ask;
mod bench;
mod check;
mod cleanup;
mod data;
mod doctor;
mod guest;
mod mcp;
mod migrate;
mod out_folder;
mod process;
mod reference;
mod replay;
mod run;
mod serve;
mod signals;
mod source;
mod worker;

use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};

use clap::{Args, Parser, Subcommand};
use glovebox_sdk::{Limits, Outcome};

use crate::show;

/// Ask your CSV files, safely: scripts run in a hardened WebAssembly sandbox.
#[derive(Parser)]
#[command(name = "glovebox", version, max_term_width = 100, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Start the server.
    ///
    /// Without settings it keeps everything in its data folder, with a PostgreSQL of its own. DATABASE_URL, R2_* or
    /// S3_*, EMAIL_* and GOOGLE_* name services that others run; the file .env of the current folder can have them all.
    /// The log is JSON unless a person reads it; GLOVEBOX_LOG=json or text decides. SIGTERM and Ctrl-C stop it when
    /// open requests are answered.
    ///
    /// Exit codes: 0 stopped, 2 wrong settings, 4 stopped before it was ready, 5 it cannot work.
    Serve(serve::ServeArgs),
    /// Do a server's background work: answers, emails, file profiles and clean-ups.
    ///
    /// `glovebox serve` does this itself. Workers beside it, or instead of it after `serve --no-worker`, share its
    /// settings: on the same machine its data folder is enough; on another one SECRET_KEY, DATABASE_URL and R2_* or
    /// S3_* have to be the same. Any number of them can work at once; work that a killed one leaves behind is ended
    /// within 30 seconds.
    ///
    /// Exit codes: 0 stopped, 2 wrong settings, 4 stopped before it was ready, 5 it cannot work.
    Worker(worker::WorkerArgs),
    /// Bring the database up to date; the server does so by itself when it starts.
    ///
    /// Exit codes: 0 done, 2 wrong settings, 5 it cannot be done.
    Migrate {
        /// Show applied and pending migrations, and change nothing.
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        data: serve::DataArgs,
    },
    /// Ask about CSV files in plain language.
    ///
    /// A language model writes scripts, the sandbox runs them, and the answer streams as Markdown; charts and files land
    /// in the output folder. Without --provider, GLOVEBOX_MODEL_PROVIDER or GLOVEBOX_MODEL_URL choose, else the first of
    /// ANTHROPIC_API_KEY, OPENAI_API_KEY and GOOGLE_API_KEY that is set; without any, rules answer the common questions
    /// with no key and no network. Without a question it keeps asking, with the same files and the same memory of the
    /// conversation. Ctrl-C stops an answer and keeps what was made.
    ///
    /// Exit codes: 0 answered, 1 there is no answer, 2 wrong usage or a file that is not a table, 3 a budget was
    /// reached, 4 stopped, 5 the model's provider or the sandbox failed.
    Ask(ask::AskArgs),
    /// Give an assistant or an editor tools to work on CSV files, by the Model Context Protocol.
    ///
    /// It speaks over standard input and output, without a server: tools to describe files, read rows, check and run
    /// scripts, and ask; the script reference as resources. A cancelled call stops its run. Models are set up as for
    /// `glovebox ask`; without one, rules answer.
    ///
    /// Exit codes: 0 the client is gone, 2 wrong usage, 5 the sandbox failed.
    Mcp(mcp::McpArgs),
    /// Run a Python script on CSV files in the sandbox.
    ///
    /// The script reads the files by their bare names (`pl.read_csv("sales.csv")`) and has polars, matplotlib.pyplot
    /// and Python's standard library; `glovebox reference` lists everything. It reaches no network, no environment
    /// and no other file. What it prints appears at once; the value of its last expression is shown as in a notebook;
    /// what it writes lands in the output folder, with a receipt. Ctrl-C stops it and keeps what was made.
    ///
    /// Exit codes: 0 done, 1 the script raised an error, 2 wrong usage, 3 a limit was reached, 4 stopped, 5 the sandbox
    /// failed.
    Run(RunArgs),
    /// Compile a script without running it, and show its syntax errors.
    ///
    /// Exit codes: 0 it compiles, 1 it does not, 2 wrong usage.
    Check {
        /// The script, or - for standard input.
        script: PathBuf,
    },
    /// Run a job again from its receipt and compare: outputs, printed text and fuel must be the same.
    ///
    /// `glovebox run` leaves the receipt in the output folder as glovebox-receipt.json, with the places of the script
    /// and of the inputs. Where these have moved, --script and --data say where they are now.
    ///
    /// Exit codes: 0 the same, 1 something differs, 2 wrong usage or a changed input.
    Replay(ReplayArgs),
    /// Print what a script finds in the sandbox, and every name of Glovebox's own modules.
    Reference {
        /// Only what a language model's prompt says about it; its size in tokens goes to standard error.
        #[arg(long, conflicts_with = "module")]
        for_prompt: bool,
        /// Only one module, such as matplotlib.pyplot.
        module: Option<String>,
    },
    /// Remove what is no longer needed: deleted files, unfinished uploads, expired sessions, and unreferenced objects.
    ///
    /// The server does the same every quarter of an hour. Rows whose bytes are missing are listed and never removed.
    ///
    /// Exit codes: 0 done, 1 something is left or damaged, 5 the database does not answer.
    Cleanup {
        #[command(flatten)]
        data: serve::DataArgs,
        /// Show what would be removed, and change nothing.
        #[arg(long)]
        dry_run: bool,
        /// Print the report as one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Check everything that the server needs, and say how to fix what is wrong.
    ///
    /// Exit codes: 0 all is well, 1 something is wrong.
    Doctor {
        #[command(flatten)]
        data: serve::DataArgs,
        /// Print the checks as one JSON object.
        #[arg(long)]
        json: bool,
    },
    /// Run hostile scripts of known outcome in this machine's sandbox, and show whether each ends as it must.
    ///
    /// They are the project's own tests, for use after an installation or a new kernel. After each, the files around it
    /// are compared and an ordinary script is run. All take a minute or two, and change nothing.
    ///
    /// Exit codes: 0 all ended as expected, 1 there was a surprise, 2 wrong usage, 5 the sandbox failed.
    Abuse(abuse::AbuseArgs),
    /// Measure this machine: job to result, fresh workers, Stop, and a 2-million-row analysis, beside CPython.
    Bench(BenchArgs),
    /// Manage the users, sessions and quotas of a server.
    ///
    /// Works on the configured database, whether the server is running or not.
    ///
    /// Exit codes: 0 done, 2 wrong usage or not found, 5 the database does not answer.
    Admin(admin::AdminArgs),
    /// Build steps of the guest image.
    #[command(hide = true)]
    Guest {
        #[command(subcommand)]
        step: guest::GuestCommand,
    },
}

#[derive(Args)]
struct RunArgs {
    /// The script, or - for standard input.
    script: PathBuf,
    /// A CSV file, or a folder for the CSV files in it. Can be given several times.
    #[arg(long, short, value_name = "PATH", num_args = 1..)]
    data: Vec<PathBuf>,
    /// Where the script's files and the receipt go.
    #[arg(long, short, value_name = "DIR", default_value = "glovebox-out")]
    out: PathBuf,
    /// A parameter, which the script finds under K in params; numbers, true, false and null are read as such.
    #[arg(long = "param", short, value_name = "K=V", value_parser = parameter)]
    parameters: Vec<(String, serde_json::Value)>,
    #[command(flatten)]
    limits: LimitArgs,
    /// Seed for everything random.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Print one JSON object when the run has finished, instead of showing it live.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct LimitArgs {
    /// Budget of WebAssembly instructions [default: 100000000000]
    #[arg(long, value_name = "N")]
    fuel: Option<u64>,
    /// Memory the script may take, in MiB, up to 4096 [default: 2048]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=4096))]
    memory_mib: Option<u64>,
    /// Time the script may take, in milliseconds [default: 60000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    timeout_ms: Option<u64>,
    /// Rows of a table that are shown [default: 20 in the terminal, 100 with --json]
    #[arg(long, value_name = "N")]
    rows: Option<u64>,
}

impl LimitArgs {
    fn limits(&self) -> Limits {
        let defaults = Limits::default();
        Limits {
            fuel: self.fuel.unwrap_or(defaults.fuel),
            memory_bytes: self.memory_mib.map_or(defaults.memory_bytes, |mib| mib << 20),
            wall_ms: self.timeout_ms.unwrap_or(defaults.wall_ms),
            displayed_rows: self.rows.unwrap_or(defaults.displayed_rows),
            ..defaults
        }
    }
}

#[derive(Args)]
struct ReplayArgs {
    /// A receipt, as `glovebox run` leaves it.
    receipt: PathBuf,
    /// Where the script is now.
    #[arg(long)]
    script: Option<PathBuf>,
    /// Where the inputs are now: files, or folders of CSV files.
    #[arg(long, short, value_name = "PATH", num_args = 1..)]
    data: Vec<PathBuf>,
    /// What the receipt may ask for.
    #[command(flatten)]
    limits: LimitArgs,
}

#[derive(Args)]
struct BenchArgs {
    /// Print the figures as one JSON object.
    #[arg(long)]
    json: bool,
    /// The Python with pandas, polars and matplotlib to measure beside.
    #[arg(long, value_name = "PYTHON", env = "GLOVEBOX_PEER_PYTHON", default_value = "python3")]
    python: PathBuf,
    /// Only the measurements with this in their name.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// A twentieth of the repetitions and rows: whether it works, not how fast it is.
    #[arg(long)]
    quick: bool,
}

/// How a command ends, as programs see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    Done = 0,
    Fault = 1,
    Usage = 2,
    Limit = 3,
    Stopped = 4,
    Crashed = 5,
}

impl From<&Outcome> for Exit {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Done { .. } => Self::Done,
            Outcome::Fault(_) => Self::Fault,
            Outcome::Limit { .. } => Self::Limit,
            Outcome::Stopped => Self::Stopped,
            Outcome::Crashed { .. } => Self::Crashed,
        }
    }
}

/// How long files may take to be removed when a command is over.
const LAST_MOMENT: Duration = Duration::from_secs(2);

/// How the log is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum LogFormat {
    /// Warnings, for the person at a command.
    Brief,
    /// A line an event, with its time.
    Text,
    /// A JSON object an event.
    Json,
}

/// A wrong argument or input: told without a backtrace, and the exit code is [`Exit::Usage`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(pub String);

/// Parses the arguments, runs the command and answers its exit code.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let log = match &cli.command {
        Command::Serve(_) | Command::Worker(_) => LogFormat::of_server(),
        _ => Ok(LogFormat::Brief),
    };
    let log = match log {
        Ok(log) => log,
        Err(error) => return report(&error),
    };
    init_log(log);
    // The TLS of everything that connects outwards.
    rustls::crypto::ring::default_provider().install_default().ok();
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => return report(&anyhow::Error::new(error).context("starting the runtime")),
    };
    let ended = runtime.block_on(async {
        match cli.command {
            Command::Serve(args) => serve::serve(args, log).await,
            Command::Worker(args) => worker::worker(args, log).await,
            Command::Migrate { dry_run, data } => migrate::migrate(data, dry_run).await,
            Command::Ask(args) => ask::ask(args).await,
            Command::Mcp(args) => mcp::mcp(args).await,
            Command::Run(args) => run::run(args).await,
            Command::Check { script } => check::check(&script).await,
            Command::Replay(args) => replay::replay(args).await,
            Command::Reference { for_prompt, module } => reference::print(for_prompt, module.as_deref()),
            Command::Cleanup { data, dry_run, json } => cleanup::clean_up(data, dry_run, json).await,
            Command::Doctor { data, json } => doctor::doctor(data, json).await,
            Command::Abuse(args) => abuse::abuse(args).await,
            Command::Bench(args) => bench::bench(args).await,
            Command::Admin(args) => admin::admin(args).await,
            Command::Guest { step } => guest::build(step),
        }
    });
    // A thread that reads standard input may never end.
    runtime.shutdown_timeout(LAST_MOMENT);
    match ended {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(error) => report(&error),
    }
}

fn report(error: &anyhow::Error) -> ExitCode {
    eprintln!("glovebox: {}", show::plain(&format!("{error:#}")));
    ExitCode::from(if error.is::<UsageError>() {
        Exit::Usage
    } else {
        Exit::Crashed
    } as u8)
}

/// The log goes to standard error; `RUST_LOG` asks for more or less of it.
fn init_log(format: LogFormat) {
    let default = match format {
        LogFormat::Brief => "warn",
        // The libraries below tell of every step of theirs, one with what clients sent; what matters comes back as errors.
        LogFormat::Text | LogFormat::Json => "info,graphile_worker=warn,rmcp=off,sqlx=warn",
    };
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(default));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Brief => log.without_time().init(),
        LogFormat::Text => log.with_target(false).init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(false).init(),
    }
}

/// `K=V`, where V is JSON for a number, `true`, `false` or `null`, else text.
fn parameter(text: &str) -> Result<(String, serde_json::Value), String> {
    let (key, value) = text
        .split_once('=')
        .ok_or("write it as NAME=VALUE, such as region=West")?;
    if key.is_empty() {
        return Err("the name before = is missing".to_owned());
    }
    let plain = serde_json::from_str(value)
        .ok()
        .filter(|json: &serde_json::Value| !json.is_object() && !json.is_array());
    Ok((key.to_owned(), plain.unwrap_or_else(|| value.into())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_arguments_are_consistent() {
        <Cli as clap::CommandFactory>::command().debug_assert();
    }

    #[test]
    fn a_parameter_is_text_unless_it_reads_as_a_plain_json_value() {
        let check = |text: &str, expected: serde_json::Value| {
            assert_eq!(parameter(text), Ok(("k".to_owned(), expected)), "{text}");
        };
        check("k=West", "West".into());
        check("k=3.5", 3.5.into());
        check("k=true", true.into());
        check("k=", "".into());
        check("k=a=b", "a=b".into());
        check("k=[1]", "[1]".into());
        assert!(parameter("k").is_err());
        assert!(parameter("=v").is_err());
    }
}
