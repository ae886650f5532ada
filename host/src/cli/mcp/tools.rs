//! The tools, one function each: what they take, and what they tell a model.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use glovebox_sdk::{Artifact, Event as RunEvent, Limits, Mode, Outcome, Report, Table};
use rmcp::model::{CallToolResult, ContentBlock, JsonObject, Tool, ToolAnnotations};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use super::{Call, Conversation, Toolbox};
use crate::{
    agent::{Ending, Event, MadeFile, RunEnded, Turn},
    cli::{out_folder::KeptFile, replay, run, show},
    clock,
    sandbox::Task,
};

/// Rows of a table that a model is shown where it asks for no other number.
const ROWS_DEFAULT: u64 = 20;
/// Rows of a shown table at most.
const ROWS_MAX: u64 = 500;
/// Characters across, for tables.
const COLUMNS: u16 = 160;
/// Images that one answer has, and bytes of each.
const IMAGES_MAX: usize = 8;
const IMAGE_MAX_BYTES: u64 = 2 << 20;
/// A model's number for memory is in these.
const MIB: u64 = 1 << 20;

/// The tools as clients list them.
pub fn all() -> Vec<Tool> {
    let script = json!({ "type": "string", "description": "Python source text." });
    let file = json!({ "type": "string", "description": "A file's name, as describe_files tells it." });
    let limits = json!({
        "type": "object",
        "description": "What the run may take, up to what every run may.",
        "properties": {
            "fuel": { "type": "integer", "minimum": 1, "description": "Units, about one a WebAssembly instruction." },
            "memory_mib": { "type": "integer", "minimum": 1 },
            "timeout_ms": { "type": "integer", "minimum": 1 },
            "rows": { "type": "integer", "minimum": 1, "maximum": ROWS_MAX, "description": "Rows of a shown table." },
        },
        "additionalProperties": false,
    });
    let run = json!({
        "script": script,
        "parameters": { "type": "object", "description": "What the script finds in the global params." },
        "seed": { "type": "integer", "minimum": 0, "description": "Seeds everything random." },
        "limits": limits,
    });
    let rows = json!({
        "file": file,
        "offset": { "type": "integer", "minimum": 0, "description": "The first row, from 0." },
        "limit": { "type": "integer", "minimum": 1, "maximum": ROWS_MAX, "description": "How many; 20 unless given." },
    });
    let ask = json!({
        "question": { "type": "string", "description": "What is asked, in plain words." },
        "new_conversation": { "type": "boolean", "description": "Forget what was asked before." },
        "provider": { "type": "string", "description": "Who answers: offline for the rules, else a provider whose key is set." },
    });
    vec![
        tool(
            "describe_files",
            "Tells the names of the files, and of each table its columns with their types and figures.",
            json!({}),
            &[],
        ),
        tool(
            "read_rows",
            "Reads rows of a table as the text that stands in it.",
            rows,
            &["file"],
        ),
        tool(
            "check_script",
            "Compiles a Python script without running it, and tells its syntax error.",
            json!({ "script": script }),
            &["script"],
        ),
        tool(
            "run_script",
            "Runs a Python script on the files in a sandbox without a network. Tells what it printed and the tables that it \
              showed, with charts as images, what it left in the output folder, and the error with its line and a hint.",
            run,
            &["script"],
        ),
        tool(
            "ask",
            "Answers a question about the files in plain words, by the model that is set up here, else by rules. \
              Follow-up questions know those before.",
            ask,
            &["question"],
        ),
    ]
}

fn tool(name: &'static str, description: &'static str, properties: Value, required: &[&str]) -> Tool {
    let schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    let schema: JsonObject = match schema {
        Value::Object(schema) => schema,
        _ => JsonObject::new(),
    };
    let writes = ["run_script", "ask"].contains(&name);
    let hints = ToolAnnotations::new()
        .read_only(!writes)
        .destructive(false)
        .open_world(name == "ask");
    Tool::new(name, description, Arc::new(schema)).with_annotations(hints)
}

/// Does what the tool of this name does; `None` where there is none.
pub async fn call(
    toolbox: &Toolbox,
    call: &mut Call,
    name: &str,
    arguments: JsonObject,
) -> Option<Result<CallToolResult>> {
    Some(match name {
        "describe_files" => describe_files(toolbox).await,
        "read_rows" => read_rows(toolbox, arguments).await,
        "check_script" => check_script(toolbox, arguments).await,
        "run_script" => run_script(toolbox, call, arguments).await,
        "ask" => ask(toolbox, call, arguments).await,
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowsArguments {
    file: String,
    #[serde(default)]
    offset: u64,
    limit: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckArguments {
    script: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RunArguments {
    script: String,
    #[serde(default)]
    parameters: BTreeMap<String, Value>,
    #[serde(default)]
    seed: u64,
    #[serde(default)]
    limits: LimitArguments,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitArguments {
    fuel: Option<u64>,
    memory_mib: Option<u64>,
    timeout_ms: Option<u64>,
    rows: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskArguments {
    question: String,
    #[serde(default)]
    new_conversation: bool,
    provider: Option<String>,
}

impl LimitArguments {
    /// Those of every run, or less.
    fn limits(&self) -> Result<Limits> {
        let mut limits = Limits {
            displayed_rows: ROWS_MAX,
            ..Limits::default()
        };
        let memory = self.memory_mib.map(|mib| mib.saturating_mul(MIB));
        let asked = [
            ("fuel", &mut limits.fuel, self.fuel),
            ("memory_mib", &mut limits.memory_bytes, memory),
            ("timeout_ms", &mut limits.wall_ms, self.timeout_ms),
            (
                "rows",
                &mut limits.displayed_rows,
                Some(self.rows.unwrap_or(ROWS_DEFAULT)),
            ),
        ];
        for (name, limit, wanted) in asked {
            let Some(wanted) = wanted else { continue };
            if wanted == 0 || wanted > *limit {
                let most = if name == "memory_mib" { *limit / MIB } else { *limit };
                bail!("limits.{name}: choose from 1 to {most}");
            }
            *limit = wanted;
        }
        Ok(limits)
    }
}

async fn describe_files(toolbox: &Toolbox) -> Result<CallToolResult> {
    let files = toolbox.files.all().await?;
    let described: Vec<_> = files.iter().map(super::files::Looked::describe).collect();
    let described = json!({ "files": described });
    Ok(told(described.to_string(), described))
}

async fn read_rows(toolbox: &Toolbox, arguments: JsonObject) -> Result<CallToolResult> {
    let RowsArguments { file, offset, limit } = read(arguments)?;
    let files = toolbox.files.all().await?;
    let Some(found) = files.iter().find(|known| known.name == file) else {
        let names: Vec<&str> = files.iter().map(|known| known.name.as_str()).collect();
        bail!("there is no file {file:?}; there are {}", names.join(", "));
    };
    let rows = found.rows(offset, limit.unwrap_or(ROWS_DEFAULT)).await?;
    let rows = serde_json::to_value(rows).context("writing rows")?;
    Ok(told(rows.to_string(), rows))
}

async fn check_script(toolbox: &Toolbox, arguments: JsonObject) -> Result<CallToolResult> {
    let CheckArguments { script } = read(arguments)?;
    let task = Task {
        mode: Mode::Check,
        ..Task::new("script.py", script)
    };
    let mut checking = toolbox.sandbox.run(task).await.context("starting the check")?;
    while checking.next().await.is_some() {}
    let outcome = checking.finish().await.context("finishing the check")?.report.outcome;
    let text = match &outcome {
        Outcome::Done { .. } => "It compiles.".to_owned(),
        other => show::ending(other).unwrap_or_default(),
    };
    let mut result = told(text, serde_json::to_value(&outcome).context("writing an outcome")?);
    result.is_error = Some(!matches!(outcome, Outcome::Done { .. }));
    Ok(result)
}

async fn run_script(toolbox: &Toolbox, call: &mut Call, arguments: JsonObject) -> Result<CallToolResult> {
    let RunArguments {
        script,
        parameters,
        seed,
        limits,
    } = read(arguments)?;
    let files = toolbox.files.all().await?;
    let task = Task {
        inputs: files.iter().map(super::files::Looked::input).collect(),
        parameters,
        seed,
        clock_unix_ms: clock::unix_ms(),
        limits: limits.limits()?,
        ..Task::new("script.py", script)
    };
    let mut running = toolbox.sandbox.run(task).await.context("starting the run")?;
    call.progress(None, "The script runs.").await;
    let stopper = running.stopper();
    let mut told = run::Printed::default();
    loop {
        let event = tokio::select! {
            event = running.next() => event,
            () = call.cancelled() => {
                stopper.stop();
                running.next().await
            }
        };
        let Some(event) = event else { break };
        if let RunEvent::Progress { done, total, label } = &event {
            call.progress(Some((*done, *total)), label).await;
        }
        told.take(event);
    }
    let finished = running.finish().await.context("finishing the run")?;
    let report = &finished.report;
    let made = finished.out.path();
    let kept = toolbox.keep(&made, report).await?;
    let json = serde_json::to_value(told.into_json(report)).context("writing the result")?;
    let text = run_text(&json, report, &kept);
    let mut result = self::told(text, json);
    result.content.extend(images(&made, &report.artifacts)?);
    result.is_error = Some(!matches!(report.outcome, Outcome::Done { .. }));
    Ok(result)
}

async fn ask(toolbox: &Toolbox, call: &mut Call, arguments: JsonObject) -> Result<CallToolResult> {
    let AskArguments {
        question,
        new_conversation,
        provider,
    } = read(arguments)?;
    if question.trim().is_empty() {
        bail!("question: ask something");
    }
    let agent = toolbox.agent(provider.as_deref())?;
    let files = toolbox.files.all().await?;
    let mut conversation = toolbox.conversation.lock().await;
    if new_conversation {
        *conversation = Conversation::default();
    }
    let stop = CancellationToken::new();
    let mut answer = agent.answer(Turn {
        question,
        tables: files.iter().filter_map(super::files::Looked::table).collect(),
        left_out: Vec::new(),
        files: conversation.files.clone(),
        sources: None,
        prompts: Vec::new(),
        history: conversation.history.clone(),
        stop: stop.clone(),
        seed: 0,
        clock_unix_ms: clock::unix_ms(),
    });
    let (mut scripts, mut pictures, mut kept) = (Vec::new(), Vec::new(), BTreeMap::new());
    loop {
        let event = tokio::select! {
            event = answer.next() => event,
            () = call.cancelled(), if !stop.is_cancelled() => {
                stop.cancel();
                continue;
            }
        };
        match event.context("the turn ended without an end")? {
            Event::Script { script, .. } => scripts.push(script),
            Event::RunBegun { .. } => call.progress(None, "A script runs.").await,
            Event::StepBegun { .. } => call.progress(None, "The answer is worked on.").await,
            Event::RunEnded { ended, .. } => {
                for file in toolbox.keep(&ended.out.path(), &ended.report).await? {
                    kept.insert(file.name.clone(), file);
                }
                pictures.extend(images(&ended.out.path(), &ended.report.artifacts)?);
                remember(&mut conversation, &ended);
            }
            Event::Ended(ended) => {
                let answer = ended.exchange.answer();
                let answer = match &ended.ending {
                    Ending::Answered => answer,
                    other => format!("{answer}\n\n{other}").trim().to_owned(),
                };
                let totals = ended.totals;
                let json = json!({
                    "answer": answer,
                    "answered": ended.ending == Ending::Answered,
                    "provider": agent.writer.provider(),
                    "scripts": scripts,
                    "files": kept.values().collect::<Vec<_>>(),
                    "usage": totals.usage,
                    "cost_micro_usd": totals.cost_micro_usd,
                    "runs": totals.runs,
                    "fuel": totals.fuel,
                });
                conversation.history.push(ended.exchange);
                let parts: Vec<String> = [answer].into_iter().chain(files_text(kept.values())).collect();
                let mut result = told(parts.join("\n\n"), json);
                pictures.truncate(IMAGES_MAX);
                result.content.extend(pictures);
                result.is_error = Some(matches!(ended.ending, Ending::Failed(_)));
                return Ok(result);
            }
            _ => {}
        }
    }
}

fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T> {
    serde_json::from_value(Value::Object(arguments)).context("the arguments are not valid")
}

fn told(text: String, json: Value) -> CallToolResult {
    let mut result = CallToolResult::success(vec![ContentBlock::text(text)]);
    result.structured_content = Some(json);
    result
}

/// What a model reads of a run.
fn run_text(json: &Value, report: &Report, kept: &[KeptFile]) -> String {
    let mut parts = Vec::new();
    let mut text = |part: &Value| parts.extend(part.as_str().filter(|text| !text.is_empty()).map(str::to_owned));
    text(&json["stdout"]);
    text(&json["stderr"]);
    let tables: Vec<Table> = serde_json::from_value(json["tables"].clone()).unwrap_or_default();
    parts.extend(
        tables
            .iter()
            .map(|table| show::table(table, ROWS_MAX as usize, Some(COLUMNS))),
    );
    if tables.is_empty() {
        parts.extend(json["result"].as_str().map(str::to_owned));
    }
    parts.extend(show::ending(&report.outcome));
    parts.extend(files_text(kept));
    parts.push(show::receipt(&report.receipt));
    parts.join("\n")
}

/// Where the files of runs are, and what has to be said of them.
fn files_text<'a>(kept: impl IntoIterator<Item = &'a KeptFile> + Clone) -> Option<String> {
    let lines = [vec![show::files(kept.clone()).trim_end().to_owned()], show::notes(kept)].concat();
    let text = lines.join("\n").trim().to_owned();
    (!text.is_empty()).then_some(text)
}

impl Toolbox {
    /// Puts what a run made to where people find it.
    async fn keep(&self, made: &Path, report: &Report) -> Result<Vec<KeptFile>> {
        let mut out = self.out.lock().await;
        let keep = |artifact: &Artifact| out.keep(&made.join(&artifact.name), artifact);
        let kept: Vec<KeptFile> = report.artifacts.iter().map(keep).collect();
        if !kept.is_empty() {
            let layers = self.sandbox.layers();
            replay::write(&mut out, &report.receipt, layers, None, &BTreeMap::new())?;
        }
        Ok(kept)
    }
}

fn remember(conversation: &mut Conversation, run: &RunEnded) {
    for Artifact { name, .. } in &run.report.artifacts {
        conversation.files.retain(|file| file.name != *name);
        conversation.files.push(MadeFile {
            name: name.clone(),
            path: run.out.path().join(name),
        });
    }
    if !run.report.artifacts.is_empty() {
        conversation.folders.push(Arc::clone(&run.out));
    }
}

/// The charts among what a run made.
fn images(folder: &Path, artifacts: &[Artifact]) -> Result<Vec<ContentBlock>> {
    let charts = artifacts
        .iter()
        .filter(|file| file.media_type == "image/png" && file.bytes <= IMAGE_MAX_BYTES);
    let read = charts.take(IMAGES_MAX).map(|file| {
        let bytes = fs::read(folder.join(&file.name)).with_context(|| format!("reading {}", file.name))?;
        Ok(ContentBlock::image(STANDARD.encode(bytes), "image/png"))
    });
    read.collect()
}
