//! The tools, one function each: what they take, and what they tell a model.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use anyhow::{Context, Result, bail};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use glovebox_sdk::{Artifact, Event as RunEvent, Limits, Outcome, Report};
use serde::Deserialize;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::{Conversation, Toolbox};
use crate::{
    agent::{Ending, Event, MadeFile, RunEnded, Turn},
    cli::{
        out_folder::{self, KeptFile},
        replay, run,
    },
    clock,
    mcp::{
        Call, CallToolResult, ContentBlock, JsonObject, Tool,
        tools::{
            self, CheckArguments, Effect, IMAGE_MAX_BYTES, IMAGES_MAX, ROWS_DEFAULT, RowsArguments, RunArguments,
            check_script, read, told,
        },
    },
    sandbox::Task,
    show,
};

/// The tools as clients list them.
pub fn all() -> Vec<Tool> {
    let ask = json!({
        "question": { "type": "string", "description": "What is asked, in plain words." },
        "new_conversation": { "type": "boolean", "description": "Forget what was asked before." },
        "provider": { "type": "string", "description": "Who answers: offline for the rules, else a provider whose key is set." },
    });
    vec![
        tools::tool(
            "describe_files",
            "Tells the names of the files, and of each table its columns with their types and figures.",
            json!({}),
            &[],
            Effect::Reads,
        ),
        tools::rows_tool("describe_files"),
        tools::check_tool(),
        tools::run_tool("what it left in the output folder", &Limits::default()),
        tools::tool(
            "ask",
            "Answers a question about the files in plain words, by the model that is set up here, else by rules. \
              Follow-up questions know those before.",
            ask,
            &["question"],
            Effect::AsksOthers,
        ),
    ]
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
        "check_script" => match read::<CheckArguments>(arguments) {
            Ok(wanted) => check_script(&toolbox.sandbox, wanted.script).await,
            Err(error) => Err(error),
        },
        "run_script" => run_script(toolbox, call, arguments).await,
        "ask" => ask(toolbox, call, arguments).await,
        _ => return None,
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AskArguments {
    question: String,
    #[serde(default)]
    new_conversation: bool,
    provider: Option<String>,
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

async fn run_script(toolbox: &Toolbox, call: &mut Call, arguments: JsonObject) -> Result<CallToolResult> {
    let RunArguments {
        script,
        parameters,
        seed,
        limits,
        files: named,
    } = read(arguments)?;
    let mut files = toolbox.files.all().await?;
    if let Some(named) = named {
        if let Some(missing) = named.iter().find(|name| files.iter().all(|file| file.name != **name)) {
            bail!("there is no file {missing:?}; describe_files tells the names");
        }
        files.retain(|file| named.contains(&file.name));
    }
    let task = Task {
        inputs: files.iter().map(super::files::Looked::input).collect(),
        parameters,
        seed,
        clock_unix_ms: clock::unix_ms(),
        limits: limits.limits(Limits::default())?,
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
    let text = tools::run_text(&json, show::ending(&report.outcome), &report.receipt, files_text(&kept));
    let mut result = tools::told(text, json);
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

/// Where the files of runs are, and what has to be said of them.
fn files_text<'a>(kept: impl IntoIterator<Item = &'a KeptFile> + Clone) -> Option<String> {
    let lines = [
        vec![out_folder::list(kept.clone()).trim_end().to_owned()],
        out_folder::notes(kept),
    ]
    .concat();
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
