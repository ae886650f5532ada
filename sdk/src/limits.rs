//! Every limit of a run, with its unit and default.

use serde::{Deserialize, Serialize};

/// The limits of one run. Reaching one ends the run as [`crate::Outcome::Limit`], but for `stdout_bytes` and
/// `displayed_rows`, which shorten what is shown and say so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Units of wasmtime fuel, about one a WebAssembly instruction. The deterministic budget.
    pub fuel: u64,
    /// Milliseconds from the job's arrival in the worker to its end.
    pub wall_ms: u64,
    /// Bytes of the guest's linear memory, the interpreter's own 100 MiB or so included. At most 4 GiB.
    pub memory_bytes: u64,
    /// Elements of the guest's function tables.
    pub table_elements: u64,
    /// Bytes of printed text that are kept; what follows is dropped, with a notice.
    pub stdout_bytes: u64,
    /// Bytes of all files in the output folder together.
    pub output_bytes: u64,
    /// Files and folders in the output folder.
    pub output_files: u64,
    /// Bytes of any one file in the output folder.
    pub output_file_bytes: u64,
    /// Folders deep that a path in the output folder may go.
    pub path_depth: u64,
    /// Bytes of any one name in a path.
    pub name_bytes: u64,
    /// Bytes of all input files together.
    pub input_bytes: u64,
    /// Rows of a displayed table that travel with its event.
    pub displayed_rows: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            fuel: 100_000_000_000,
            wall_ms: 60_000,
            memory_bytes: 2 << 30,
            table_elements: 200_000,
            stdout_bytes: 1 << 20,
            output_bytes: 256 << 20,
            output_files: 200,
            output_file_bytes: 128 << 20,
            path_depth: 8,
            name_bytes: 200,
            input_bytes: 1 << 30,
            displayed_rows: 100,
        }
    }
}

/// Which limit ended a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    Fuel,
    WallMs,
    MemoryBytes,
    TableElements,
    OutputBytes,
    OutputFiles,
    OutputFileBytes,
    PathDepth,
    NameBytes,
    InputBytes,
}

impl LimitKind {
    /// The name of the field of [`Limits`], which is also its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fuel => "fuel",
            Self::WallMs => "wall_ms",
            Self::MemoryBytes => "memory_bytes",
            Self::TableElements => "table_elements",
            Self::OutputBytes => "output_bytes",
            Self::OutputFiles => "output_files",
            Self::OutputFileBytes => "output_file_bytes",
            Self::PathDepth => "path_depth",
            Self::NameBytes => "name_bytes",
            Self::InputBytes => "input_bytes",
        }
    }

    /// The size that `limits` gives to this limit, in the limit's own unit.
    #[must_use]
    pub fn size(self, limits: &Limits) -> u64 {
        match self {
            Self::Fuel => limits.fuel,
            Self::WallMs => limits.wall_ms,
            Self::MemoryBytes => limits.memory_bytes,
            Self::TableElements => limits.table_elements,
            Self::OutputBytes => limits.output_bytes,
            Self::OutputFiles => limits.output_files,
            Self::OutputFileBytes => limits.output_file_bytes,
            Self::PathDepth => limits.path_depth,
            Self::NameBytes => limits.name_bytes,
            Self::InputBytes => limits.input_bytes,
        }
    }
}
