//! How a run ended and what it left.

use serde::{Deserialize, Serialize};

use crate::{Digest, LimitKind, Receipt};

/// What the guest itself knows of the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The script ran to its end. `result` is the last expression's value as text, when it had one.
    Done { result: Option<String> },
    /// The script raised.
    Fault(Fault),
    /// The job could not be taken: another contract version, or not a job at all.
    Refused { message: String },
}

/// How a run ended. Every run ends in one of these; none of them is an error of the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Outcome {
    /// The script ran to its end. `result` is the last expression's value as text, when it had one.
    Done { result: Option<String> },
    /// The script's own error.
    Fault(Fault),
    /// A limit was reached: which one, and its size in its own unit.
    Limit {
        limit: LimitKind,
        size: u64,
        message: String,
    },
    /// Somebody stopped it.
    Stopped,
    /// The sandbox failed: a guest panic, a trap that no limit explains, a worker that died.
    Crashed { message: String },
}

/// An error raised by a script, told to the one who wrote the script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The exception's class: `ColumnNotFoundError`, `SyntaxError`, …
    #[serde(rename = "type")]
    pub kind: String,
    pub message: String,
    /// Line of the script, from 1.
    pub line: Option<u32>,
    /// Column in that line, from 1.
    pub column: Option<u32>,
    /// As Python prints it, the script's own frames only.
    pub traceback: String,
    /// What to write instead, if known.
    pub hint: Option<String>,
}

/// A file that a run left in its output folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Artifact {
    /// Path below the output folder, with `/`.
    pub name: String,
    pub kind: ArtifactKind,
    pub media_type: String,
    pub bytes: u64,
    pub sha256: Digest,
}

/// What an artifact is to its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ArtifactKind {
    /// An image, or the Vega-Lite specification beside it.
    Chart,
    /// A CSV or TSV file.
    Table,
    /// Anything else.
    File,
}

/// A whole run, told after it ended. Its events have been told before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    pub outcome: Outcome,
    /// Sorted by name.
    pub artifacts: Vec<Artifact>,
    pub receipt: Receipt,
}
