//! `/v1/run`: the sandbox alone, for those who write their scripts themselves.
//!
//! Script and files go in, what was printed, shown and made comes out with the receipt, and nothing is kept but what it
//! used. Whoever hangs up stops the run.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use anyhow::Context;
use axum::response::IntoResponse;
use axum::{
    extract::{DefaultBodyLimit, Request, State},
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use glovebox_sdk::{Event, Limits, Outcome, Report, Stream, Table};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::{io::AsyncReadExt, sync::SemaphorePermit, time::timeout};
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::file_id;
use crate::{
    app::App,
    conversations::parts::RunOutcome,
    error::Error,
    files::{names::FileName, preview},
    http::{error::Result, workplace::Workplace},
    objects::{self, Spooled},
    orgs::{Member, Role},
    sandbox::{Finished, Task},
    turns::usage,
};

/// Files that one run may read.
const FILES_MAX: usize = 100;
/// Bytes that are copied at a time.
const COPY_BYTES: usize = 256 << 10;
/// How long a body may take to arrive.
const BODY_TIMEOUT: Duration = Duration::from_mins(1);
/// Seconds after which a refused run may come again.
const RETRY_AFTER_S: u64 = 2;
/// The largest number that every reader of JSON knows exactly.
const SEED_MAX: u64 = (1 << 53) - 1;

pub(super) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(run))
        // Limited by its own setting, when it is read.
        .layer(DefaultBodyLimit::disable())
}

/// What to run.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunRequest {
    /// Python source text.
    #[schema(example = "import polars as pl\npl.read_csv('sales.csv').sum()")]
    script: String,
    /// The files it can read, by bare names.
    #[serde(default)]
    files: Vec<RunFile>,
    /// What it finds in the global `params`.
    #[serde(default)]
    #[schema(value_type = Object)]
    parameters: BTreeMap<String, Value>,
    /// Seed for everything random; at most 2^53 - 1.
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    limits: RunLimits,
}

/// A file for a script: its bytes, or a file of the project.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunFile {
    /// The bare name by which the script reads it; required with `content`, otherwise by default the file's own name.
    #[serde(default)]
    #[schema(max_length = 255, example = "sales.csv")]
    name: Option<String>,
    /// Its bytes in base64.
    #[serde(default)]
    content: Option<String>,
    /// The id of a file, as returned by `/v1/files`.
    #[serde(default)]
    file_id: Option<String>,
}

/// Lower limits than the server's.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RunLimits {
    /// Units of WebAssembly fuel, about one an instruction.
    #[serde(default)]
    fuel: Option<u64>,
    /// Milliseconds.
    #[serde(default)]
    wall_ms: Option<u64>,
    /// Bytes of memory, including the interpreter's own 100 MiB.
    #[serde(default)]
    memory_bytes: Option<u64>,
    /// Bytes of printed text that are kept.
    #[serde(default)]
    stdout_bytes: Option<u64>,
    /// Rows of a displayed table that are returned.
    #[serde(default)]
    displayed_rows: Option<u64>,
}

/// The result of a run.
#[derive(Serialize, ToSchema)]
pub(in crate::http) struct RunResult {
    /// Always `run`.
    object: &'static str,
    outcome: RunOutcome,
    /// The limit that ended it, with its size in its own unit.
    #[schema(value_type = Option<Object>)]
    limit: Option<Value>,
    stdout: String,
    stderr: String,
    /// The last expression's value as text.
    result: Option<String>,
    /// What it displayed: the first rows, and the full shape.
    #[schema(value_type = Vec<Object>)]
    tables: Vec<Table>,
    /// The charts it drew, by the names of their files.
    charts: Vec<RunChart>,
    /// The files it made.
    files: Vec<MadeFile>,
    /// What the script raised: class, message, line, column, traceback and what to write instead.
    #[schema(value_type = Option<Object>)]
    error: Option<Value>,
    /// Versions, fuel, memory, times, limits and digests, with which the run can be reproduced byte for byte.
    #[schema(value_type = Object)]
    receipt: Value,
}

#[derive(Serialize, ToSchema)]
struct RunChart {
    name: String,
    /// Its Vega-Lite specification.
    spec: Option<String>,
    title: String,
    /// What it shows, in a sentence.
    alt: String,
}

#[derive(Serialize, ToSchema)]
struct MadeFile {
    name: String,
    media_type: String,
    bytes: u64,
    /// In lower-case hexadecimal digits.
    sha256: String,
    /// Its bytes in base64.
    content: String,
}

/// Run a script
///
/// In its own sandbox, with no network and only the named files. A script that raises an exception, or reaches a limit,
/// is a normal response: `outcome` says which. Only its usage is stored. It is 429 `runs_per_server` while the maximum
/// number of runs is in progress.
#[utoipa::path(
    post, path = "/v1/run", tag = "openai", operation_id = "run_script",
    params(("X-Project" = Option<String>, Header, description = "The id of the project; by default your oldest personal one")),
    request_body = RunRequest,
    responses((status = OK, description = "The result", body = RunResult)),
)]
async fn run(State(app): State<App>, place: Workplace, request: Request) -> Result<Response> {
    place.member.at_least(Role::Member)?;
    // Before the body, which is large, and for no longer than a body needs.
    let _room = room(&app)?;
    let body = timeout(BODY_TIMEOUT, read(&app, request)).await.map_err(|_| {
        Error::Unavailable(format!(
            "The body did not arrive within {} seconds. Upload large files at /v1/files, and send their IDs.",
            BODY_TIMEOUT.as_secs()
        ))
    })??;
    may_run(&app, &place.member, &body.script, body.seed).await?;
    let limits = limits(&app, &body.limits)?;
    let (inputs, _spooled) = bring(&app, &place.member, body.files).await?;
    let ready = ReadyScript {
        script: body.script,
        inputs,
        parameters: body.parameters,
        seed: body.seed,
        limits,
    };
    Ok(axum::Json(run_alone(&app, place.member, ready, |_| ()).await?).into_response())
}

/// A script with what it reads.
pub(in crate::http) struct ReadyScript {
    pub script: String,
    /// Files on this machine by the names that the script sees.
    pub inputs: Vec<(String, PathBuf)>,
    pub parameters: BTreeMap<String, Value>,
    pub seed: u64,
    pub limits: Limits,
}

/// A free place for a run, for as long as this is kept.
pub(in crate::http) fn room(app: &App) -> Result<SemaphorePermit<'_>, Error> {
    app.runs.try_acquire().map_err(|_| Error::Limited {
        code: "runs_per_server",
        message: "The server is running its maximum number of scripts. Try again in a moment.".to_owned(),
        retry_after_s: Some(RETRY_AFTER_S),
    })
}

/// Whether this script may be run now, before anything is brought for it.
pub(in crate::http) async fn may_run(app: &App, member: &Member, script: &str, seed: u64) -> Result<(), Error> {
    member.at_least(Role::Member)?;
    check_script(app, script)?;
    if seed > SEED_MAX {
        return Err(Error::invalid("seed", "range", format!("Choose from 0 to {SEED_MAX}.")));
    }
    let now = app.clock.now();
    usage::may_run(&mut *app.db.acquire().await?, now, &app.config.limits, member).await
}

/// Runs a script that [`may_run`], in a [`room`] that the caller keeps, and counts what it costs; `tell` hears of
/// everything at once. Whoever drops this stops the run.
pub(in crate::http) async fn run_alone(
    app: &App,
    member: Member,
    ready: ReadyScript,
    mut tell: impl FnMut(&Event) + Send,
) -> Result<RunResult, Error> {
    let cost = Cost {
        app: app.clone(),
        member: Some(member),
        begun: Instant::now(),
        limits: ready.limits.clone(),
    };
    let task = Task {
        inputs: ready.inputs,
        parameters: ready.parameters,
        seed: ready.seed,
        clock_unix_ms: u64::try_from(app.clock.now().timestamp_millis()).unwrap_or(0),
        limits: ready.limits,
        ..Task::new("script.py", ready.script)
    };
    let mut running = app.sandbox.run(task).await.context("starting a run")?;
    let mut told = Printed::default();
    while let Some(event) = running.next().await {
        tell(&event);
        told.take(event);
    }
    let finished = running.finish().await.context("finishing a run")?;
    let fuel = finished.report.receipt.fuel_used.unwrap_or(0);
    cost.count(fuel).await?;
    told.into_result(finished).await
}

/// What a run costs, counted even where nobody waits for its end.
struct Cost {
    app: App,
    /// Who pays, until that is done.
    member: Option<Member>,
    begun: Instant,
    limits: Limits,
}

impl Cost {
    async fn count(mut self, fuel: u64) -> Result<(), Error> {
        let Some(member) = self.member.take() else {
            return Ok(());
        };
        let now = self.app.clock.now();
        usage::count_run(&mut *self.app.db.acquire().await?, now, &member, fuel).await
    }
}

impl Drop for Cost {
    /// A run that was cut short does not say what it used: its part of the time that it had is taken for its part of the
    /// fuel.
    fn drop(&mut self) {
        let Some(member) = self.member.take() else { return };
        let ran_ms = u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (ran_ms, most_ms) = (
            u128::from(ran_ms.min(self.limits.wall_ms)),
            u128::from(self.limits.wall_ms.max(1)),
        );
        let fuel = u64::try_from(u128::from(self.limits.fuel) * ran_ms / most_ms).unwrap_or(u64::MAX);
        let app = self.app.clone();
        tokio::spawn(async move {
            let now = app.clock.now();
            let counted = async { usage::count_run(&mut *app.db.acquire().await?, now, &member, fuel).await };
            if let Err(error) = counted.await {
                tracing::warn!(
                    error = format!("{:#}", anyhow::Error::new(error)),
                    "a run that was cut short was not counted"
                );
            }
        });
    }
}

/// The body, as far as it may go.
async fn read(app: &App, request: Request) -> Result<RunRequest, Error> {
    let most = usize::try_from(app.config.limits.run_body_max_bytes).unwrap_or(usize::MAX);
    let json = request.headers().get(axum::http::header::CONTENT_TYPE);
    let json = json.and_then(|kind| kind.to_str().ok());
    if !json.is_some_and(|kind| kind.starts_with("application/json")) {
        let message = "Send JSON, with the header content-type: application/json.";
        return Err(Error::invalid("", "content_type", message));
    }
    let bytes = axum::body::to_bytes(request.into_body(), most).await.map_err(|_| {
        Error::TooLarge(format!(
            "The body is larger than {most} bytes. Upload large files at /v1/files, and send their IDs."
        ))
    })?;
    serde_json::from_slice(&bytes).map_err(|error| Error::invalid("", "body", error.to_string()))
}

fn check_script(app: &App, script: &str) -> Result<(), Error> {
    let most = app.config.limits.script_max_bytes as usize;
    if script.trim().is_empty() {
        return Err(Error::invalid("script", "required", "Write a script."));
    }
    if script.len() > most {
        let message = format!("This has {} bytes. Use {most} or fewer.", script.len());
        return Err(Error::invalid("script", "too_long", message));
    }
    Ok(())
}

/// What a run without a conversation may use.
pub(in crate::http) fn most(app: &App) -> Limits {
    Limits {
        output_bytes: app.config.limits.run_output_max_bytes,
        output_file_bytes: app.config.limits.run_output_max_bytes,
        ..Limits::default()
    }
}

/// The limits of the run: those of every run, or less.
fn limits(app: &App, wanted: &RunLimits) -> Result<Limits, Error> {
    let mut limits = most(app);
    let asked = [
        ("fuel", &mut limits.fuel, wanted.fuel),
        ("wall_ms", &mut limits.wall_ms, wanted.wall_ms),
        ("memory_bytes", &mut limits.memory_bytes, wanted.memory_bytes),
        ("stdout_bytes", &mut limits.stdout_bytes, wanted.stdout_bytes),
        ("displayed_rows", &mut limits.displayed_rows, wanted.displayed_rows),
    ];
    for (name, limit, wanted) in asked {
        let Some(wanted) = wanted else { continue };
        if wanted == 0 || wanted > *limit {
            let message = format!("Choose from 1 to {limit}.");
            return Err(Error::invalid(format!("limits.{name}"), "range", message));
        }
        *limit = wanted;
    }
    Ok(limits)
}

/// The files on this machine, by the names that the script sees; they stay as long as what is spooled does.
async fn bring(
    app: &App,
    member: &Member,
    files: Vec<RunFile>,
) -> Result<(Vec<(String, PathBuf)>, Vec<Spooled>), Error> {
    if files.len() > FILES_MAX {
        return Err(Error::invalid(
            "files",
            "too_many",
            format!("Send {FILES_MAX} files or fewer."),
        ));
    }
    let (mut inputs, mut spooled) = (Vec::<(String, PathBuf)>::new(), Vec::new());
    for (at, file) in files.into_iter().enumerate() {
        let place = format!("files[{at}]");
        let mut spooling = app.spool.create()?;
        let own_name = match (file.content, file.file_id) {
            (Some(content), None) => {
                let bytes = STANDARD.decode(content.trim());
                let wrong = |_| Error::invalid(format!("{place}.content"), "base64", "Send the bytes in base64.");
                spooling.push(&bytes.map_err(wrong)?).await?;
                None
            }
            (None, Some(id)) => {
                let id = file_id(&id).ok_or(Error::Missing("file"))?;
                let stored = preview::stored(&mut *app.db.acquire().await?, member, id, None).await?;
                let mut reader = app.objects.get(&stored.key, None).await?;
                let mut buffer = vec![0; COPY_BYTES];
                loop {
                    let read = reader.read(&mut buffer).await.map_err(objects::broke_off)?;
                    if read == 0 {
                        break;
                    }
                    spooling.push(&buffer[..read]).await?;
                }
                Some(stored.name)
            }
            _ => {
                let message = "Give each file its bytes as `content`, or its ID as `file_id`.";
                return Err(Error::invalid(place, "required", message));
            }
        };
        let name = file.name.or(own_name).unwrap_or_default();
        let field = format!("{place}.name");
        if name.contains(['/', '\\']) {
            return Err(Error::invalid(field, "file_name", "Use a bare name, without folders."));
        }
        let name = FileName::parse(&field, &name)?.as_str().to_owned();
        if inputs.iter().any(|(other, _)| *other == name) {
            return Err(Error::invalid(field, "twice", "Give each file a unique name."));
        }
        let file = spooling.finish().await?;
        inputs.push((name, file.path().to_owned()));
        spooled.push(file);
    }
    Ok((inputs, spooled))
}

impl RunResult {
    /// Whether the script did not come to its own end.
    pub fn failed(&self) -> bool {
        self.outcome != RunOutcome::Done
    }
}

/// What a run told while it went on.
#[derive(Default)]
struct Printed {
    stdout: String,
    stderr: String,
    tables: Vec<Table>,
    charts: Vec<RunChart>,
}

impl Printed {
    fn take(&mut self, event: Event) {
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
            Event::Chart { name, spec, title, alt } => self.charts.push(RunChart { name, spec, title, alt }),
            Event::Progress { .. } => {}
        }
    }

    async fn into_result(self, finished: Finished) -> Result<RunResult, Error> {
        let Report {
            outcome,
            artifacts,
            receipt,
        } = finished.report;
        let mut files = Vec::with_capacity(artifacts.len());
        for artifact in artifacts {
            let bytes = tokio::fs::read(finished.out.path().join(&artifact.name)).await;
            files.push(MadeFile {
                content: STANDARD.encode(bytes.context("reading what a run made")?),
                name: artifact.name,
                media_type: artifact.media_type,
                bytes: artifact.bytes,
                sha256: artifact.sha256.0,
            });
        }
        let ended = RunOutcome::from(&outcome);
        let (mut limit, mut result, mut error) = (None, None, None);
        let plain = |kind: &str, message: String| serde_json::json!({ "type": kind, "message": message });
        match outcome {
            Outcome::Done { result: value } => result = value,
            Outcome::Fault(fault) => error = serde_json::to_value(fault).ok(),
            Outcome::Limit {
                limit: kind,
                size,
                message,
            } => {
                limit = Some(serde_json::json!({ "name": kind.name(), "size": size }));
                error = Some(plain("LimitReached", message));
            }
            Outcome::Stopped => {}
            Outcome::Crashed { message } => error = Some(plain("Crashed", message)),
        }
        Ok(RunResult {
            object: "run",
            outcome: ended,
            limit,
            stdout: self.stdout,
            stderr: self.stderr,
            result,
            tables: self.tables,
            charts: self.charts,
            files,
            error,
            receipt: serde_json::to_value(receipt).context("writing a receipt")?,
        })
    }
}
