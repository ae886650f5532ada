//! A turn as its stream tells it: what happens in the agent becomes chunks, in an order that every client understands.

use std::collections::BTreeMap;

use glovebox_sdk::{Outcome, Report};
use serde_json::json;

use super::chunks::{Chunk, FinishReason, INPUT_HEAD, INPUT_TAIL, Parts, Printed, ScriptInput, TOOL};
use crate::{
    agent::{Ended, Ending, Event, Query},
    conversations::{
        messages::State,
        parts::{Part, QueryReceipt},
    },
    ids::{GeneratedFileId, MessageId},
};

/// What was told so far, and what of it is still to be handed out.
pub struct Transcript {
    answer_id: MessageId,
    parts: Parts,
    fresh: Vec<Chunk>,
    in_step: bool,
    /// The text that goes on, by its id.
    text: Option<String>,
    texts: u32,
    /// The scripts that are being written, by their calls. A model may write several before the first is run.
    writing: BTreeMap<u32, String>,
    /// The run that goes on.
    running: Option<u32>,
    /// Its charts, by the name of the image.
    charts: Vec<DrawnChart>,
    /// The query that goes on.
    asking: Option<(u32, Query)>,
}

/// A file of a run that is in the store.
#[derive(Clone, Debug)]
pub struct KeptFile {
    pub id: GeneratedFileId,
    pub media_type: String,
    pub bytes: u64,
}

struct DrawnChart {
    name: String,
    spec: Option<String>,
    title: String,
    alt: String,
}

impl Transcript {
    pub fn begin(answer_id: MessageId) -> Self {
        let mut transcript = Self {
            answer_id,
            parts: Parts::default(),
            fresh: Vec::new(),
            in_step: false,
            text: None,
            texts: 0,
            writing: BTreeMap::new(),
            running: None,
            charts: Vec::new(),
            asking: None,
        };
        transcript.add(Chunk::Start { message_id: answer_id });
        transcript
    }

    /// The chunks since the last call.
    pub fn take_fresh(&mut self) -> Vec<Chunk> {
        std::mem::take(&mut self.fresh)
    }

    pub fn has_fresh(&self) -> bool {
        !self.fresh.is_empty()
    }

    /// The parts of the message so far.
    pub fn parts(&self) -> Vec<Part> {
        self.parts.clone().all()
    }

    /// Whatever happens before a run's files are stored. The ends of runs and of the turn have functions of their own.
    pub fn tell(&mut self, event: &Event) {
        match event {
            Event::StepBegun { .. } => {
                self.end_step();
                self.in_step = true;
                self.add(Chunk::StartStep);
            }
            Event::Text(delta) => {
                let id = self.open_text();
                self.add(Chunk::TextDelta {
                    id,
                    delta: delta.clone(),
                });
            }
            Event::ScriptBegun { call } => self.begin_script(*call),
            Event::ScriptDelta { call, delta } => {
                if let Some(written) = self.writing.get_mut(call) {
                    written.push_str(delta);
                }
                let input_text_delta = escaped(delta);
                self.add(Chunk::ToolInputDelta {
                    tool_call_id: self.run_id(*call),
                    input_text_delta,
                });
            }
            Event::Script { call, script } => self.end_script(*call, script.clone()),
            Event::CallRefused { call, message } => {
                if !self.give_up_script(*call) {
                    self.begin_call(*call);
                }
                self.end_in_error(*call, message);
            }
            Event::RunBegun { call } => {
                self.charts.clear();
                self.running = Some(*call);
            }
            Event::Run { call, event } => self.tell_run(*call, event),
            Event::Used { usage, cost_micro_usd } => {
                let data = json!({ "usage": usage, "cost_micro_usd": cost_micro_usd });
                let id = "usage".to_owned();
                self.add(Chunk::DataUsage { id, data });
            }
            Event::QueryBegun { call, query } => {
                self.end_text();
                self.asking = Some((*call, query.clone()));
                self.tell_query(*call, query, None, None);
            }
            Event::RunEnded { .. } | Event::QueryEnded { .. } | Event::Ended(_) => {}
        }
    }

    /// A run is over, and what it made is stored: `kept` by name, or said why not.
    pub fn run_ended(&mut self, call: u32, report: &Report, kept: &BTreeMap<String, KeptFile>, problems: Vec<String>) {
        self.running = None;
        let run_id = self.run_id(call);
        let mut shown = Vec::new();
        for chart in std::mem::take(&mut self.charts) {
            let Some(image) = kept.get(&chart.name) else { continue };
            let spec = chart.spec.as_ref().and_then(|spec| kept.get(spec));
            shown.push(chart.name.clone());
            shown.extend(chart.spec);
            self.add(Chunk::of_file(image.id, &image.media_type));
            self.add_part(&Part::Chart {
                run_id: run_id.clone(),
                file_id: image.id,
                spec_file_id: spec.map(|spec| spec.id),
                title: chart.title,
                alt: chart.alt,
            });
        }
        for (name, file) in kept.iter().filter(|(name, _)| !shown.contains(name)) {
            self.add(Chunk::of_file(file.id, &file.media_type));
            self.add_part(&Part::File {
                run_id: run_id.clone(),
                file_id: file.id,
                name: name.clone(),
                media_type: file.media_type.clone(),
                bytes: file.bytes,
            });
        }
        for message in problems {
            self.add_part(&error(Some(&run_id), "not_kept", message));
        }
        if let Some(part) = fault(&run_id, &report.outcome) {
            self.add_part(&part);
        }
        self.add_part(&Part::Receipt {
            run_id: run_id.clone(),
            outcome: (&report.outcome).into(),
            receipt: Box::new(report.receipt.clone()),
        });
        let over = match &report.outcome {
            Outcome::Done { result } => Chunk::ToolOutputAvailable {
                tool_call_id: run_id,
                output: json!({
                    "outcome": "done",
                    "result": result,
                    "files": kept.keys().collect::<Vec<_>>(),
                    "wall_us": report.receipt.wall_us,
                    "fuel": report.receipt.fuel_used,
                }),
            },
            other => Chunk::ToolOutputError {
                tool_call_id: run_id,
                error_text: told(other),
            },
        };
        self.add(over);
    }

    /// A query is over, and its rows are kept: what came of it, or why it failed, and why the rows could not be kept.
    pub fn query_ended(&mut self, ended: Result<QueryReceipt, String>, problem: Option<String>) {
        let Some((call, query)) = self.asking.take() else {
            return;
        };
        match ended {
            Ok(receipt) => self.tell_query(call, &query, Some(receipt), None),
            Err(message) => self.tell_query(call, &query, None, Some(message)),
        }
        if let Some(message) = problem {
            let run_id = self.run_id(call);
            self.add_part(&error(Some(&run_id), "not_kept", message));
        }
    }

    /// The turn is over. Answers how the message stands.
    pub fn ended(&mut self, ended: &Ended) -> State {
        self.give_up("It was not run to its end.");
        let (state, name, finish_reason) = match &ended.ending {
            Ending::Answered => (State::Done, "answered", FinishReason::Stop),
            Ending::Stopped => return self.stopped(),
            Ending::Budget { .. } => (State::Done, "budget", FinishReason::Length),
            Ending::Failed(_) => (State::Failed, "failed", FinishReason::Error),
        };
        let said = ended.ending.to_string();
        match &ended.ending {
            Ending::Answered | Ending::Stopped => {}
            Ending::Budget { budget, .. } => {
                self.add_part(&error(None, &format!("budget_{}", budget.name()), said.clone()));
            }
            Ending::Failed(_) => {
                self.add_part(&error(None, "failed", said.clone()));
                self.add(Chunk::Error {
                    error_text: said.clone(),
                });
            }
        }
        let totals = &ended.totals;
        let message_metadata = json!({
            "state": state,
            "ending": name,
            "usage": totals.usage,
            "cost_micro_usd": totals.cost_micro_usd,
            "steps": totals.steps,
            "runs": totals.runs,
            "repairs": totals.repairs,
            "fuel": totals.fuel,
            "model_ms": totals.model_ms,
            "sandbox_ms": totals.sandbox_ms,
        });
        self.add(Chunk::Finish {
            finish_reason,
            message_metadata,
        });
        state
    }

    /// Somebody stopped the turn.
    pub fn stopped(&mut self) -> State {
        self.give_up("Stopped.");
        // A client of the AI SDK takes this for the end, as it takes `finish`.
        self.add(Chunk::Abort {
            reason: Ending::Stopped.to_string(),
        });
        State::Stopped
    }

    /// Its server goes away.
    pub fn interrupted(&mut self) -> State {
        self.give_up("It was interrupted.");
        for chunk in Chunk::ends_interrupted() {
            self.add(chunk);
        }
        State::Interrupted
    }

    /// The turn could not be begun, or cannot be gone on with.
    pub fn failed(&mut self, code: &str, message: &str) {
        self.give_up("It was not run to its end.");
        self.add_part(&error(None, code, message.to_owned()));
        self.add(Chunk::Error {
            error_text: message.to_owned(),
        });
        self.add(Chunk::Finish {
            finish_reason: FinishReason::Error,
            message_metadata: json!({ "state": State::Failed, "ending": code }),
        });
    }

    fn tell_run(&mut self, call: u32, event: &glovebox_sdk::Event) {
        use glovebox_sdk::Event as RunEvent;
        let run_id = self.run_id(call);
        match event {
            RunEvent::Output { text, .. } => self.add(Chunk::DataOutput {
                data: Printed {
                    run_id,
                    text: text.clone(),
                },
                transient: true,
            }),
            RunEvent::Table(table) => self.add_part(&Part::Table {
                run_id,
                table: table.clone(),
            }),
            RunEvent::Chart { name, spec, title, alt } => self.charts.push(DrawnChart {
                name: name.clone(),
                spec: spec.clone(),
                title: title.clone(),
                alt: alt.clone(),
            }),
            RunEvent::Progress { done, total, label } => self.add(Chunk::DataProgress {
                data: json!({ "run_id": run_id, "done": done, "total": total, "label": label }),
                transient: true,
            }),
        }
    }

    fn tell_query(&mut self, call: u32, query: &Query, receipt: Option<QueryReceipt>, error: Option<String>) {
        let query = query.clone();
        self.add_part(&Part::Query {
            run_id: self.run_id(call),
            source_id: query.source_id,
            source: query.source,
            engine: query.engine,
            sql: query.sql,
            receipt: receipt.map(Box::new),
            error,
        });
    }

    fn begin_call(&mut self, call: u32) {
        self.end_text();
        let tool_call_id = self.run_id(call);
        self.add(Chunk::ToolInputStart {
            tool_call_id,
            tool_name: TOOL.to_owned(),
        });
    }

    fn begin_script(&mut self, call: u32) {
        self.begin_call(call);
        self.writing.insert(call, String::new());
        let tool_call_id = self.run_id(call);
        self.add(Chunk::ToolInputDelta {
            tool_call_id,
            input_text_delta: INPUT_HEAD.to_owned(),
        });
    }

    fn end_script(&mut self, call: u32, script: String) {
        if self.writing.remove(&call).is_none() {
            self.begin_script(call);
            self.writing.remove(&call);
        }
        let tool_call_id = self.run_id(call);
        self.add(Chunk::ToolInputDelta {
            tool_call_id: tool_call_id.clone(),
            input_text_delta: INPUT_TAIL.to_owned(),
        });
        self.add(Chunk::ToolInputAvailable {
            tool_call_id,
            tool_name: TOOL.to_owned(),
            input: ScriptInput { script },
        });
    }

    /// What was written of a script stays, also where it is not to be run. False where nothing was.
    fn give_up_script(&mut self, call: u32) -> bool {
        let Some(script) = self.writing.get(&call).cloned() else {
            return false;
        };
        self.end_script(call, script);
        true
    }

    /// Ends whatever is open, since the turn ends here; the run that goes on by this error.
    fn give_up(&mut self, why: &str) {
        if let Some(call) = self.running.take() {
            self.end_in_error(call, why);
        }
        self.query_ended(Err(why.to_owned()), None);
        while let Some(call) = self.writing.keys().next().copied() {
            self.give_up_script(call);
            self.end_in_error(call, "It was not run.");
        }
        self.end_step();
    }

    fn end_in_error(&mut self, call: u32, error_text: &str) {
        self.add(Chunk::ToolOutputError {
            tool_call_id: self.run_id(call),
            error_text: error_text.to_owned(),
        });
    }

    fn open_text(&mut self) -> String {
        if let Some(id) = &self.text {
            return id.clone();
        }
        self.texts += 1;
        let id = format!("text-{}", self.texts);
        self.text = Some(id.clone());
        self.add(Chunk::TextStart { id: id.clone() });
        id
    }

    fn end_text(&mut self) {
        if let Some(id) = self.text.take() {
            self.add(Chunk::TextEnd { id });
        }
    }

    fn end_step(&mut self) {
        self.end_text();
        if std::mem::take(&mut self.in_step) {
            self.add(Chunk::FinishStep);
        }
    }

    fn add_part(&mut self, part: &Part) {
        if let Some(chunk) = Chunk::of_part(part) {
            self.add(chunk);
        }
    }

    fn add(&mut self, chunk: Chunk) {
        self.parts.add(&chunk);
        self.fresh.push(chunk);
    }

    fn run_id(&self, call: u32) -> String {
        run_id(self.answer_id, call)
    }
}

/// The id of a run within its conversation.
pub fn run_id(answer_id: MessageId, call: u32) -> String {
    format!("{answer_id}-{call}")
}

/// As inside of a JSON string.
fn escaped(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn error(run_id: Option<&str>, code: &str, message: String) -> Part {
    Part::Error {
        run_id: run_id.map(str::to_owned),
        code: code.to_owned(),
        message,
        line: None,
        hint: None,
        traceback: None,
    }
}

fn fault(run_id: &str, outcome: &Outcome) -> Option<Part> {
    match outcome {
        Outcome::Done { .. } | Outcome::Stopped => None,
        Outcome::Fault(fault) => Some(Part::Error {
            run_id: Some(run_id.to_owned()),
            code: fault.kind.clone(),
            message: fault.message.clone(),
            line: fault.line,
            hint: fault.hint.clone(),
            traceback: Some(fault.traceback.clone()),
        }),
        Outcome::Limit { message, .. } => Some(error(Some(run_id), "limit", message.clone())),
        Outcome::Crashed { message } => Some(error(Some(run_id), "crashed", message.clone())),
    }
}

fn told(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done { .. } => String::new(),
        Outcome::Stopped => "Stopped.".to_owned(),
        Outcome::Fault(fault) => match &fault.hint {
            Some(hint) => format!("{}\nHint: {hint}", fault.traceback.trim_end()),
            None => fault.traceback.trim_end().to_owned(),
        },
        Outcome::Limit { message, .. } | Outcome::Crashed { message } => message.clone(),
    }
}
