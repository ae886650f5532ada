//! What `glovebox ask --json` prints.

use std::path::PathBuf;

use anyhow::{Context, Result};
use glovebox_sdk::Artifact;
use serde::Serialize;

use super::super::{
    out_folder::KeptFile,
    run::{self, Printed},
};
use crate::{
    agent::{Ended, Ending, Event, RunEnded, Writer},
    llm::TokenUsage,
    sandbox::Layers,
};

/// A turn as it goes by.
#[derive(Default)]
pub struct Seen {
    scripts: Vec<(u32, String)>,
    told: Printed,
    runs: Vec<(u32, Printed, RunEnded)>,
}

#[derive(Serialize)]
struct Json<'a> {
    question: &'a str,
    /// Everything that was said, as Markdown.
    answer: String,
    ending: JsonEnding<'a>,
    /// `offline`, or who runs the model.
    provider: &'a str,
    model: Option<&'a str>,
    /// As they were written, in order.
    scripts: Vec<&'a str>,
    runs: Vec<JsonRun<'a>>,
    /// What is in the output folder now.
    artifacts: Vec<JsonArtifact<'a>>,
    /// What protected this machine from the scripts.
    layers: &'a Layers,
    usage: TokenUsage,
    /// Millionths of a US dollar; null where the price is not known.
    cost_micro_usd: Option<u64>,
    totals: JsonTotals,
}

#[derive(Serialize)]
struct JsonEnding<'a> {
    /// `answered`, `stopped`, `budget` or `failed`.
    kind: &'a str,
    /// For people; null where it is answered.
    message: Option<String>,
    /// Which budget was reached, and its size in its own unit.
    budget: Option<&'a str>,
    size: Option<u64>,
}

#[derive(Serialize)]
struct JsonRun<'a> {
    script: Option<&'a str>,
    #[serde(flatten)]
    run: run::Json<'a>,
}

#[derive(Serialize)]
struct JsonArtifact<'a> {
    /// None where it could not be kept.
    path: Option<PathBuf>,
    /// Why it is not at its own name.
    note: Option<String>,
    #[serde(flatten)]
    artifact: &'a Artifact,
}

#[derive(Serialize)]
struct JsonTotals {
    steps: u32,
    runs: u32,
    repairs: u32,
    fuel: u64,
    model_ms: u64,
    sandbox_ms: u64,
}

impl Seen {
    pub fn take(&mut self, event: &Event) {
        match event {
            Event::Script { call, script } => self.scripts.push((*call, script.clone())),
            Event::Run { event, .. } => self.told.take(event.clone()),
            Event::RunEnded { call, ended } => {
                self.runs
                    .push((*call, std::mem::take(&mut self.told), ended.as_ref().clone()));
            }
            _ => {}
        }
    }

    /// The object, on one line.
    pub fn json(self, writer: &Writer, ended: &Ended, files: &[KeptFile], layers: &Layers) -> Result<String> {
        let Self { scripts, runs, .. } = self;
        let (provider, model) = match writer {
            Writer::Model(model) => (model.provider().as_str(), Some(model.name())),
            Writer::Rules | Writer::Script(_) => (writer.provider(), None),
        };
        let (told, runs): (Vec<Printed>, Vec<(u32, RunEnded)>) = runs
            .into_iter()
            .map(|(call, told, ended)| (told, (call, ended)))
            .unzip();
        let mut artifacts: Vec<JsonArtifact<'_>> = Vec::new();
        for artifact in runs.iter().flat_map(|(_, run)| &run.report.artifacts) {
            artifacts.retain(|before| before.artifact.name != artifact.name);
            let kept = files.iter().find(|file| file.name == artifact.name);
            artifacts.push(JsonArtifact {
                path: kept.and_then(|file| file.path.clone()),
                note: kept.and_then(|file| file.note.clone()),
                artifact,
            });
        }
        let totals = ended.totals;
        let json = Json {
            question: &ended.exchange.question,
            answer: ended.exchange.answer(),
            ending: ending(&ended.ending),
            provider,
            model,
            scripts: scripts.iter().map(|(_, script)| script.as_str()).collect(),
            runs: told
                .into_iter()
                .zip(&runs)
                .map(|(told, (call, run))| JsonRun {
                    script: scripts
                        .iter()
                        .find(|(of, _)| of == call)
                        .map(|(_, script)| script.as_str()),
                    run: told.into_json(&run.report),
                })
                .collect(),
            artifacts,
            layers,
            usage: totals.usage,
            cost_micro_usd: totals.cost_micro_usd,
            totals: JsonTotals {
                steps: totals.steps,
                runs: totals.runs,
                repairs: totals.repairs,
                fuel: totals.fuel,
                model_ms: totals.model_ms,
                sandbox_ms: totals.sandbox_ms,
            },
        };
        serde_json::to_string(&json).context("writing the answer as JSON")
    }
}

fn ending(ending: &Ending) -> JsonEnding<'_> {
    let (kind, budget, size) = match ending {
        Ending::Answered => ("answered", None, None),
        Ending::Stopped => ("stopped", None, None),
        Ending::Budget { budget, size } => ("budget", Some(budget.name()), Some(*size)),
        Ending::Failed(_) => ("failed", None, None),
    };
    JsonEnding {
        kind,
        message: (*ending != Ending::Answered).then(|| ending.to_string()),
        budget,
        size,
    }
}
