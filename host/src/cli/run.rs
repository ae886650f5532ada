//! `glovebox run`: one job, live in the terminal or as one JSON object.

use std::{
    io::{IsTerminal, Write, stderr, stdout},
    path::Path,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use glovebox_sdk::{Event, Mode, Outcome, Report, Stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::{
    Exit, RunArgs, data,
    out_folder::{self, KeptFile, OutFolder},
    replay, show,
    signals::{self, Signals},
    source::{self, Source},
};
use crate::{
    app, clock,
    config::Config,
    sandbox::{Layers, Run, Sandbox, Task},
};

/// Runs the script, shows what it does, and keeps what it made.
pub async fn run(args: RunArgs) -> Result<Exit> {
    let signals = Signals::listen()?;
    let source = Source::read(&args.script)?;
    source::check_parameters(&args.parameters)?;
    let inputs = data::inputs(&args.data)?;
    let mut out = OutFolder::open(&args.out, inputs.values())?;
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
    let Some((mut run, layers)) = begin(task, signals).await? else {
        return Ok(Exit::Stopped);
    };
    let view = Progress::new(args.json, args.limits.rows);
    let told = view.follow(&mut run).await;
    let finished = run.finish().await.context("finishing the run")?;
    view.over();
    let report = &finished.report;
    let made = finished.out.path();
    let files: Vec<KeptFile> = report
        .artifacts
        .iter()
        .map(|artifact| out.keep(&made.join(&artifact.name), artifact))
        .collect();
    let receipt = replay::write(&mut out, &report.receipt, &layers, Some(&args.script), &inputs);
    // Whatever could not be kept, the result is told.
    if args.json {
        let told = told.into_json(report);
        let json = JsonKept {
            told,
            files: &files,
            layers: &layers,
        };
        let json = serde_json::to_string(&json).context("writing the result as JSON")?;
        writeln!(stdout(), "{json}").context("writing to standard output")?;
    } else {
        tell_the_end(report, &files, receipt.as_deref().ok());
    }
    receipt?;
    if files.iter().any(|file| file.path.is_none()) {
        bail!("some of the script's files could not be kept");
    }
    Ok(Exit::from(&report.outcome))
}

/// Begins a run in a sandbox of its own. None where a signal came first; from then on the first signal stops the run,
/// and a second one ends this program as it is.
pub async fn begin(task: Task, mut signals: Signals) -> Result<Option<(Run, Layers)>> {
    let beginning = async {
        let sandbox = sandbox().await?;
        let run = sandbox.run(task).await.context("starting the run")?;
        anyhow::Ok((run, sandbox.layers().clone()))
    };
    let (run, layers) = tokio::select! {
        begun = beginning => begun?,
        () = signals.next() => return Ok(None),
    };
    let stopper = run.stopper();
    tokio::spawn(async move {
        signals.next().await;
        stopper.stop();
        signals.again().await;
        std::process::exit(signals::INTERRUPTED);
    });
    Ok(Some((run, layers)))
}

/// A sandbox for one run: nothing is kept warm.
pub async fn sandbox() -> Result<Sandbox> {
    app::sandbox(&Config::from_env()?, 0, u64::MAX).await
}

/// Shows a run while it goes on and remembers what it told.
struct Progress {
    live: bool,
    rows_max: usize,
    spinner: ProgressBar,
}

/// What a run told by its events.
#[derive(Default)]
pub struct Printed {
    stdout: String,
    stderr: String,
    tables: Vec<glovebox_sdk::Table>,
}

impl Progress {
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

    async fn follow(&self, run: &mut Run) -> Printed {
        let mut told = Printed::default();
        while let Some(event) = run.next().await {
            if self.live {
                self.show(&event);
            }
            if let Event::Progress { done, total, label } = &event {
                let label = show::plain(label);
                self.spinner
                    .set_message(format!("{label} {}% · ", show::percent(*done, *total)));
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
                let text = show::printed(text, stdout().is_terminal());
                let _ = stdout().write_all(text.as_bytes()).and_then(|()| stdout().flush());
            }
            Event::Output {
                stream: Stream::Stderr,
                text,
            } => {
                let text = show::printed(text, stderr().is_terminal());
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

fn tell_the_end(report: &Report, files: &[KeptFile], receipt: Option<&Path>) {
    if let Some(ending) = show::ending(&report.outcome) {
        eprintln!("{ending}");
    }
    let _ = write!(stdout(), "{}", out_folder::list(files));
    let receipt = receipt.map_or_else(String::new, |path| format!(" · receipt {}", path.display()));
    let _ = writeln!(stdout(), "{}{receipt}", show::receipt(&report.receipt));
    for note in out_folder::notes(files) {
        eprintln!("{note}");
    }
}

/// What `--json` prints of a run and its files.
#[derive(Serialize)]
struct JsonKept<'a> {
    #[serde(flatten)]
    told: Json<'a>,
    /// Where each artifact is.
    files: &'a [KeptFile],
    /// What protected this machine from the script.
    layers: &'a Layers,
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

impl Printed {
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
