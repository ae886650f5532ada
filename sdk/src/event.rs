//! What the guest tells while a script runs.

use serde::{Deserialize, Serialize};

use crate::Ending;

/// One message from the guest, in the order in which things happened. The last is always an [`Ending`], unless the
/// guest was cut off.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Message {
    /// Something a reader may be shown at once.
    Event(Event),
    /// The script is over.
    Ending(Ending),
}

/// Something a reader may be shown while the script still runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Event {
    /// Text that the script printed, in pieces of any size.
    Output { stream: Stream, text: String },
    /// A table was displayed.
    Table(Table),
    /// A chart was drawn into the output folder.
    Chart {
        /// The image, a path below the output folder: `.png` or `.svg`.
        name: String,
        /// Its data and encoding as a Vega-Lite specification, a path below the output folder.
        spec: Option<String>,
        /// The chart's title, empty when it has none.
        title: String,
        /// What the chart shows, in a sentence, for readers who cannot see it.
        alt: String,
    },
    /// How far a long piece of work has come: `done` of `total` units.
    Progress { done: u64, total: u64, label: String },
}

/// One of Python's two output streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    Stdout,
    Stderr,
}

/// The first rows of a data frame, with its whole shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Names and types, in order.
    pub columns: Vec<Column>,
    /// Rows of the whole table, of which `rows` may be only a part.
    pub row_count: u64,
    /// The first rows: one JSON value a column. Dates and times are ISO 8601 text, integers beyond 2^53 are text,
    /// NaN and the infinities are the texts `NaN`, `inf` and `-inf`.
    pub rows: Vec<Vec<serde_json::Value>>,
}

/// A column of a [`Table`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    /// As polars writes the type: `str`, `i64`, `f64`, `bool`, `date`, `datetime[μs]`, `list[i64]`, …
    pub dtype: String,
}
