//! Which lines of a file are its table.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Rows that can be left out one by one.
pub const LEFT_OUT_MAX: usize = 2_000;

/// Which lines of a file are its table; everything else is not data. The default is the whole file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Layout {
    /// The byte at which the header starts, or the first row.
    pub start: u64,
    /// Records before that, as counted by `skip_rows` of `read_csv`.
    pub skip_rows: u32,
    /// Records after the header that are not data, such as a row of units.
    pub after: u32,
    /// What a comment line starts with.
    #[schema(max_length = 1)]
    pub comment: Option<String>,
    /// Fields at the ends of rows that are always empty and are not columns.
    pub extra: u32,
    /// Rows without a value are skipped.
    pub blank: bool,
    /// Other rows that are skipped, such as totals: their positions among the rows that are not empty, from 0.
    #[schema(max_items = 2000)]
    pub left_out: Vec<u64>,
}
