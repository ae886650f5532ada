//! What the guest is asked to do.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One script over a set of files. The same job over the same bytes gives the same events, files and fuel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// [`crate::CONTRACT_VERSION`] of the host that made the job.
    pub version: u32,
    /// Run the script, or only compile it.
    pub mode: Mode,
    /// The script's file name, as tracebacks name it.
    pub script_name: String,
    /// Python source text.
    pub script: String,
    /// The user's files, each found under its name in [`crate::DATA_DIR`]. Sorted by name.
    pub inputs: Vec<Input>,
    /// What the script finds in the global `params`: text keys, JSON values.
    pub parameters: BTreeMap<String, serde_json::Value>,
    /// Seeds Python's `random` and every random choice of polars.
    pub seed: u64,
    /// The instant that every clock shows, in milliseconds since the Unix epoch.
    pub clock_unix_ms: u64,
    /// How many rows of a displayed table travel in its event: [`crate::Limits::displayed_rows`].
    pub displayed_rows: u64,
}

/// What to do with a script.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Compile and run.
    #[default]
    Run,
    /// Compile only: ends `Done` or with a `SyntaxError`.
    Check,
}

/// A file of the user's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// A bare file name: no separator, not `.` or `..`.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
}
