//! One turn: a question becomes scripts, the scripts run in the sandbox, and what they print becomes the answer.
//!
//! A [`Turn`] goes in, [`Event`]s come out as things happen, and the last one is always [`Event::Ended`]. What was
//! given out is never taken back. A turn ends at once when it is stopped or when nobody follows it any more, and keeps
//! what was made. This room knows nothing of HTTP, of a database or of people: files lie on this machine when a turn
//! begins, data sources are asked by what the turn brings along, and whoever follows it stores what it makes.

mod budgets;
mod by_rules;
mod candidates;
mod catalogue;
mod events;
mod fence;
mod history;
mod notes;
mod prompt;
mod query;
mod run;
mod script_input;
mod shorten;
mod step;
mod tables;
mod tool;
mod tool_result;
mod turn;

use std::{fmt, path::PathBuf, sync::Arc};

use glovebox_sdk::Report;
use tokio_util::sync::CancellationToken;

use crate::{
    connect::Engine,
    files::{preview::Newer, profile::Profile},
    ids::SourceId,
    llm::{Model, ModelError, OFFLINE, TokenUsage},
    sandbox::{OutFolder, Sandbox},
    sources::{
        asking::{Askable, Asking},
        extracts::Fetched,
    },
};

pub use budgets::{Budget, Budgets};
pub use history::Exchange;
pub use prompt::BYTES_A_TOKEN;

/// Who answers, where scripts run, and what a turn may take. Cheap to clone.
#[derive(Clone)]
pub struct Agent {
    pub writer: Writer,
    pub sandbox: Sandbox,
    pub budgets: Budgets,
}

/// Who writes the scripts and the answer.
#[derive(Clone, Debug)]
pub enum Writer {
    Model(Model),
    /// Rules over the question and the tables' profiles. Needs no key and no network, and costs nothing.
    Rules,
    /// Somebody did: this script is run as it is, and nothing is said to it.
    Script(String),
}

impl Writer {
    /// The name of the model's provider, `offline`, or `script` where neither writes.
    pub fn provider(&self) -> &'static str {
        match self {
            Self::Model(model) => model.provider().as_str(),
            Self::Rules => OFFLINE,
            Self::Script(_) => "script",
        }
    }
}

/// A question and all that it may be answered from.
#[derive(Debug)]
pub struct Turn {
    pub question: String,
    /// The tables in play, the most relevant first.
    pub tables: Vec<InputTable>,
    /// Names of the project's other tables, for which there is no room.
    pub left_out: Vec<String>,
    /// What earlier scripts of the conversation made, oldest first. Of one name, the last counts; a table's name is the
    /// table's.
    pub files: Vec<MadeFile>,
    /// The data sources that may be asked, if there are any.
    pub sources: Option<Sources>,
    /// The instructions that the project's people wrote.
    pub prompts: Vec<Prompt>,
    /// The conversation so far, oldest first.
    pub history: Vec<Exchange>,
    /// Ends the turn at once.
    pub stop: CancellationToken,
    /// Seeds everything random in the scripts.
    pub seed: u64,
    /// The instant that every clock of the scripts shows, in milliseconds since the Unix epoch.
    pub clock_unix_ms: u64,
}

/// A table that scripts may read.
#[derive(Clone, Debug)]
pub struct InputTable {
    /// The plain name by which scripts read it.
    pub name: String,
    /// Which version of the file it is, where it has any.
    pub version: Option<i32>,
    /// Why a newer version is not read, where there is one.
    pub newer: Option<Newer>,
    /// UTF-8 text on this machine, which stays there until the turn is over.
    pub path: PathBuf,
    pub profile: Profile,
}

/// A file that a script made.
#[derive(Clone, Debug)]
pub struct MadeFile {
    /// The name by which it was written; one in a folder cannot be read again.
    pub name: String,
    pub path: PathBuf,
}

/// Data sources, and what asks them.
#[derive(Clone, Debug)]
pub struct Sources {
    pub list: Vec<Askable>,
    pub asking: Asking,
}

/// An instruction of a project.
#[derive(Clone, Debug)]
pub struct Prompt {
    pub name: String,
    pub text: String,
}

/// What happens in a turn, in the order in which it happens.
#[derive(Debug)]
pub enum Event {
    /// A step begins, and with it the one before is over: what is written, and then the runs of what was written.
    StepBegun {
        /// From 1.
        step: u32,
    },
    /// More of the answer's Markdown.
    Text(String),
    /// A script is being written. Calls are counted from 1, over the whole turn.
    ScriptBegun { call: u32 },
    /// More of it, as Python and not as JSON.
    ScriptDelta { call: u32, delta: String },
    /// It is written; this is all of it.
    Script { call: u32, script: String },
    /// A call that nothing was run for, and why, as the model is told it. One of no known tool comes without a
    /// beginning.
    CallRefused { call: u32, message: String },
    /// The sandbox begins to run it.
    RunBegun { call: u32 },
    /// What the run tells.
    Run { call: u32, event: glovebox_sdk::Event },
    /// The run is over. A turn that is stopped while a worker is being found for a run ends without it.
    RunEnded { call: u32, ended: Box<RunEnded> },
    /// A data source begins to be asked.
    QueryBegun { call: u32, query: Query },
    /// The query is over. A turn that is stopped meanwhile ends without it.
    QueryEnded { call: u32, ended: QueryEnded },
    /// What the turn has used so far.
    Used {
        usage: TokenUsage,
        cost_micro_usd: Option<u64>,
    },
    /// The turn is over.
    Ended(Box<Ended>),
}

/// A run that is over.
#[derive(Clone, Debug)]
pub struct RunEnded {
    /// The outcome, the receipt and the names of what was made.
    pub report: Report,
    /// Where that lies, until the last owner is gone. Later runs of the turn read it there, so it is to be copied or
    /// linked and not to be moved.
    pub out: Arc<OutFolder>,
}

/// A query of a data source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub source_id: SourceId,
    /// What people call it.
    pub source: String,
    pub engine: Engine,
    pub sql: String,
}

/// A query that is over: its rows, or why there are none.
#[derive(Clone, Debug)]
pub struct QueryEnded(pub Result<Arc<QueryRows>, String>);

/// The rows of a query.
#[derive(Debug)]
pub struct QueryRows {
    /// The name by which scripts read them.
    pub name: String,
    /// What people call the source.
    pub source: String,
    pub fetched: Fetched,
}

/// A turn that is over.
#[derive(Clone, Debug)]
pub struct Ended {
    pub ending: Ending,
    pub totals: Totals,
    /// What to hand in with the conversation's next turns.
    pub exchange: Exchange,
}

/// How a turn ended. Shown to people, it says what they can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ending {
    Answered,
    /// Somebody stopped it.
    Stopped,
    /// A budget kept it from what it still wanted to do, whether or not there is an answer.
    Budget {
        budget: Budget,
        size: u64,
    },
    Failed(Failure),
}

/// Why there is no answer, or only a part of one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The model ended without a word.
    #[error("The model gave no answer. Ask again, or in other words.")]
    NoAnswer,
    /// The sandbox could not do its part. The log says why.
    #[error("The sandbox could not run the script; the script is not at fault. Try again in a moment.")]
    Sandbox,
    /// A fault of ours. The log says what.
    #[error("Something went wrong on our side. Ask again.")]
    Internal,
}

/// What a turn took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    pub usage: TokenUsage,
    /// Millionths of a US dollar, rounded up; `None` where a price is not known. What a reply used that was stopped
    /// before its provider said so is not in it.
    pub cost_micro_usd: Option<u64>,
    /// Requests to the model, or steps of the rules.
    pub steps: u32,
    pub runs: u32,
    /// Queries at data sources.
    pub queries: u32,
    /// Runs that followed a failed one.
    pub repairs: u32,
    /// Units of wasmtime fuel; of a run that was cut short, as much as it can have used in its time.
    pub fuel: u64,
    /// Milliseconds that the model took, from its requests to the ends of its replies.
    pub model_ms: u64,
    /// Milliseconds that the runs took, with finding their workers.
    pub sandbox_ms: u64,
}

/// A turn that goes on. Dropping it stops the turn.
#[derive(Debug)]
pub struct Answer {
    events: events::EventReceiver,
}

impl Agent {
    /// Begins a turn.
    pub fn answer(&self, turn: Turn) -> Answer {
        let (tell, events) = events::channel();
        turn::begin(self.clone(), turn, tell);
        Answer { events }
    }
}

impl Answer {
    /// The next event; `None` after [`Event::Ended`]. Safe to give up and call again, as in `select!`.
    ///
    /// The turn goes on while events wait, up to its next step.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.next().await
    }
}

/// What people are told of an ending; an answer needs no words.
impl fmt::Display for Ending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Answered => Ok(()),
            Self::Stopped => f.write_str("Stopped. Results so far are kept."),
            Self::Budget { budget, size } => budget.used_up(*size, f),
            Self::Failed(failure) => failure.fmt(f),
        }
    }
}
