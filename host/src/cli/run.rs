//! `glovebox run`: one job, live in the terminal or as one JSON object.

use std::{
    io::{IsTerminal, Write, stderr, stdout},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result};
use glovebox_sdk::{Event, Mode, Outcome, Report, Stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{Exit, RunArgs, Usage, data, replay, show, source::Source};
use crate::{
    app, clock,
    config::Config,
    sandbox::{Run, Sandbox, Stopper, Task},
};

/// Runs the script, shows what it does, and keeps what it made.
pub async fn run(args: RunArgs) -> Result<Exit> {
    let source = Source::read(&args.script)?;
    let inputs = data::inputs(&args.data)?;
    std::fs::create_dir_all(&args.out).map_err(|error| {
        Usage(format!(
            "the output folder {} cannot be made: {error}",
            args.out.display()
        ))
    })?;
    let sandbox = sandbox().await?;
    let task = Task {
        script_name: source.name,
        script: source.text,
        inputs: inputs.clone().into_iter().collect(),
        parameters: args.parameters.into_iter().collect(),
        seed: args.seed,
        clock_unix_ms: clock::unix_ms(),
        mode: Mode::Run,
        limits: args.limits.limits(),
    };
    let mut run = sandbox.run(task).await.context("starting the run")?;
    stop_on_ctrl_c(run.stopper());
    let view = View::new(args.json, args.limits.rows);
    let told = view.follow(&mut run).await;
    let finished = run.finish().await.context("finishing the run")?;
    view.over();
    let report = &finished.report;
    for artifact in &report.artifacts {
        keep(
            &finished.out.path().join(&artifact.name),
            &args.out.join(&artifact.name),
        )?;
    }
    let kept = replay::write(&args.out, &report.receipt, &args.script, &inputs)?;
    if args.json {
        let json = serde_json::to_string(&told.into_json(report)).context("writing the result as JSON")?;
        writeln!(stdout(), "{json}").context("writing to standard output")?;
    } else {
        tell_the_end(report, &args.out, &kept);
    }
    Ok(Exit::from(&report.outcome))
}

/// A sandbox for one run: nothing is kept warm.
pub async fn sandbox() -> Result<Sandbox> {
    app::sandbox(&Config::from_env()?, 0).await
}

/// The first Ctrl-C stops the run; a second one ends this program as it is.
fn stop_on_ctrl_c(stopper: Stopper) {
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopper.stop();
        }
        if tokio::signal::ctrl_c().await.is_ok() {
            std::process::exit(130);
        }
    });
}

/// Shows a run while it goes on and remembers what it told.
struct View {
    live: bool,
    rows_max: usize,
    spinner: ProgressBar,
}

/// What a run told by its events.
#[derive(Default)]
pub struct Told {
    stdout: String,
    stderr: String,
    tables: Vec<glovebox_sdk::Table>,
}

impl View {
    fn new(json: bool, rows: Option<u64>) -> Self {
        let spinner = if stderr().is_terminal() {
            ProgressBar::new_spinner()
        } else {
            ProgressBar::hidden()
        };
        let style = ProgressStyle::with_template("{spinner} {msg}Running… {elapsed}  (Ctrl-C stops it)");
        spinner.set_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()));
        spinner.enable_steady_tick(Duration::from_millis(100));
        Self {
            live: !json,
            rows_max: rows.map_or(show::TERMINAL_ROWS, |rows| rows as usize),
            spinner,
        }
    }

    async fn follow(&self, run: &mut Run) -> Told {
        let mut told = Told::default();
        while let Some(event) = run.next().await {
            if self.live {
                self.show(&event);
            }
            if let Event::Progress { done, total, label } = &event {
                self.spinner
                    .set_message(format!("{label} {}% · ", done * 100 / total.max(&1)));
            }
            told.take(event);
        }
        told
    }

    fn show(&self, event: &Event) {
        // A closed pipe (`glovebox run … | head`) is no reason to fail: the run goes on and its files are kept.
        self.spinner.suspend(|| match event {
            Event::Output {
                stream: Stream::Stdout,
                text,
            } => {
                let _ = stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush());
            }
            Event::Output {
                stream: Stream::Stderr,
                text,
            } => {
                let _ = stderr().write_all(text.as_bytes());
            }
            Event::Table(table) => {
                let _ = writeln!(stdout(), "{}", show::table(table, self.rows_max, columns()));
            }
            Event::Chart { .. } | Event::Progress { .. } => {}
        });
    }

    fn over(&self) {
        self.spinner.finish_and_clear();
    }
}

/// The terminal's width in characters, where standard output is one.
pub fn columns() -> Option<u16> {
    let out = stdout();
    if !out.is_terminal() {
        return None;
    }
    rustix::termios::tcgetwinsize(out)
        .ok()
        .map(|size| size.ws_col)
        .filter(|columns| *columns > 0)
}

fn tell_the_end(report: &Report, out: &Path, receipt: &Path) {
    if let Some(ending) = show::ending(&report.outcome) {
        eprintln!("{ending}");
    }
    let _ = write!(stdout(), "{}", show::artifacts(&report.artifacts, out));
    let _ = writeln!(
        stdout(),
        "{} · receipt {}",
        show::receipt(&report.receipt),
        receipt.display()
    );
}

/// Moves a file out of the run's folder.
fn keep(from: &Path, to: &Path) -> Result<()> {
    let kept = || -> std::io::Result<()> {
        if let Some(folder) = to.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::rename(from, to).or_else(|_| std::fs::copy(from, to).map(drop))
    };
    kept().with_context(|| format!("keeping {}", to.display()))
}

/// What `--json` prints of a run.
#[derive(Serialize)]
pub struct Json<'a> {
    outcome: &'a str,
    /// Which limit ended the run, and its size in its own unit.
    limit: Option<JsonLimit<'a>>,
    stdout: String,
    stderr: String,
    /// The last expression's value as text.
    result: Option<&'a str>,
    tables: Vec<glovebox_sdk::Table>,
    artifacts: &'a [glovebox_sdk::Artifact],
    error: Option<JsonError<'a>>,
    receipt: &'a glovebox_sdk::Receipt,
}

#[derive(Serialize)]
struct JsonLimit<'a> {
    name: &'a str,
    size: u64,
}

#[derive(Serialize)]
struct JsonError<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    message: &'a str,
    line: Option<u32>,
    column: Option<u32>,
    hint: Option<&'a str>,
    traceback: &'a str,
}

impl<'a> JsonError<'a> {
    /// The error of an ending that is not the script's own.
    fn plain(kind: &'a str, message: &'a str) -> Self {
        Self {
            kind,
            message,
            line: None,
            column: None,
            hint: None,
            traceback: "",
        }
    }
}

impl Told {
    pub fn take(&mut self, event: Event) {
        match event {
            Event::Output {
                stream: Stream::Stdout,
                text,
            } => self.stdout.push_str(&text),
            Event::Output {
                stream: Stream::Stderr,
                text,
            } => self.stderr.push_str(&text),
            Event::Table(table) => self.tables.push(table),
            Event::Chart { .. } | Event::Progress { .. } => {}
        }
    }

    pub fn into_json(self, report: &Report) -> Json<'_> {
        let (mut limit, mut result, mut error) = (None, None, None);
        match &report.outcome {
            Outcome::Done { result: value } => result = value.as_deref(),
            Outcome::Fault(fault) => {
                error = Some(JsonError {
                    kind: &fault.kind,
                    message: &fault.message,
                    line: fault.line,
                    column: fault.column,
                    hint: fault.hint.as_deref(),
                    traceback: &fault.traceback,
                });
            }
            Outcome::Limit {
                limit: kind,
                size,
                message,
            } => {
                limit = Some(JsonLimit {
                    name: kind.name(),
                    size: *size,
                });
                error = Some(JsonError::plain("LimitReached", message));
            }
            Outcome::Stopped => {}
            Outcome::Crashed { message } => error = Some(JsonError::plain("Crashed", message)),
        }
        Json {
            outcome: &report.receipt.outcome,
            limit,
            stdout: self.stdout,
            stderr: self.stderr,
            result,
            tables: self.tables,
            artifacts: &report.artifacts,
            error,
            receipt: &report.receipt,
        }
    }
}
