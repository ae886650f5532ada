//! The record that every run leaves.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::Limits;

/// A SHA-256 digest, in 64 lower-case hexadecimal digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A named file's size and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileDigest {
    pub name: String,
    pub bytes: u64,
    pub sha256: Digest,
}

/// What a run used and made. Two runs of one job over the same bytes agree in everything but the two durations.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Receipt {
    /// [`crate::CONTRACT_VERSION`] of the run.
    pub version: u32,
    /// `done`, `fault`, `limit`, `stopped` or `crashed`.
    pub outcome: String,
    /// Units of wasmtime fuel; none when the worker had to be killed.
    pub fuel_used: Option<u64>,
    /// Greatest size of the guest's linear memory; none when the worker had to be killed.
    pub peak_memory_bytes: Option<u64>,
    /// From the job's hand-over to the worker until its end, in microseconds.
    pub wall_us: u64,
    /// Making the instance, in microseconds. It was made before the job came.
    pub instantiate_us: u64,
    /// Sum of the inputs' sizes.
    pub input_bytes: u64,
    /// Sum of the outputs' sizes.
    pub output_bytes: u64,
    /// Of the guest module.
    pub module_sha256: Digest,
    /// Of the script's text.
    pub script_sha256: Digest,
    /// Of everything that was printed, as kept.
    pub stdout_sha256: Digest,
    /// Sorted by name.
    pub inputs: Vec<FileDigest>,
    /// Sorted by name.
    pub outputs: Vec<FileDigest>,
    pub parameters: BTreeMap<String, serde_json::Value>,
    pub seed: u64,
    pub clock_unix_ms: u64,
    pub limits: Limits,
}
