//! What is in a table, as the sandbox finds out.
//!
//! A script reads the table inside the sandbox and tells its lines, its dialect, its figures and the call that reads it,
//! as JSON. It decides for the table as a whole; where something else would fit as well, a note says so.

mod answer;

use std::{fmt::Write, path::Path};

use anyhow::Context;
use glovebox_sdk::{LimitKind, Limits, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Object, RefOr, Schema,
        schema::{SchemaType, Type},
    },
};

use super::{Dialect, Problem, layout::Layout, rows::Shape, settings::ReadingSettings};
use crate::{
    error::Result,
    sandbox::{Sandbox, Task},
};

/// One script in parts.
pub const SCRIPT: &str = concat!(
    include_str!("profile/begin.py"),
    "\n\n",
    include_str!("profile/values.py"),
    "\n\n",
    include_str!("profile/dialect.py"),
    "\n\n",
    include_str!("profile/lines.py"),
    "\n\n",
    include_str!("profile/columns.py"),
    "\n\n",
    include_str!("profile/figures.py"),
    "\n\n",
    include_str!("profile/reading.py"),
    "\n\n",
    include_str!("profile/main.py"),
);
/// Bytes of an answer; 5,000 columns at their longest take a good half.
const ANSWER_MAX_BYTES: u64 = 32 << 20;

/// The contents of a table.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// The delimiter between fields.
    #[schema(max_length = 1)]
    pub delimiter: String,
    /// The quote character; null if quotes are ordinary text.
    #[schema(max_length = 1)]
    pub quote: Option<String>,
    /// The encoding of the uploaded text, such as `utf-8` or `windows-1252`. Scripts always read UTF-8.
    pub encoding: String,
    /// Whether the first row names the columns. If not, they are called `column_1`, `column_2`, …
    pub header: bool,
    /// Rows without the header.
    pub row_count: u64,
    pub column_count: u32,
    /// Whether the columns' figures are computed from the first rows only, because the table is large.
    pub sampled: bool,
    /// Rows from which the columns' figures are computed.
    pub profiled_rows: u64,
    /// Which lines of the file are the table.
    #[serde(default)]
    pub layout: Layout,
    /// What follows the file's name in the call that reads the table with the types of `columns`: `pl.read_csv("name"`
    /// and this. The call has been tested. Empty in old profiles.
    #[serde(default)]
    pub read: String,
    /// The same for a call that reads every column as text.
    #[serde(default)]
    pub read_text: String,
    /// Decisions that could have been made differently, and what was skipped.
    #[serde(default)]
    pub notes: Vec<Note>,
    pub columns: Vec<ColumnProfile>,
}

/// A decision made when reading a table, for people to know and to correct.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Note {
    /// The column it is about; null if it is about the table.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub text: String,
    /// The settings that reverse the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<ReadingSettings>,
}

impl Profile {
    /// How the table's rows are divided.
    pub fn shape(&self) -> Shape {
        let byte = |text: &str| text.bytes().next();
        Shape {
            dialect: Dialect {
                delimiter: byte(&self.delimiter).unwrap_or(b','),
                quote: self.quote.as_deref().and_then(byte),
            },
            header: self.header,
            columns: self.columns.len(),
            layout: self.layout.clone(),
        }
    }

    /// The Python expression that reads the table from the file `name`: a data frame whose columns have the types that
    /// the profile tells, and whose rows are those that it counts.
    pub fn read_call(&self, name: &str) -> String {
        match &self.read[..] {
            "" => read_call(name, &self.plain_read()),
            read => read_call(name, read),
        }
    }

    /// The same with every column as text.
    pub fn read_text_call(&self, name: &str) -> String {
        match &self.read_text[..] {
            "" => read_call(name, &format!("{}, infer_schema=False)", self.dialect_arguments())),
            read => read_call(name, read),
        }
    }

    /// What `read` would be for a table of plain lines and values, as profiles knew them that have none.
    fn plain_read(&self) -> String {
        let mut read = format!("{}, infer_schema_length=None)", self.dialect_arguments());
        for column in &self.columns {
            let parse = match column.kind {
                ColumnKind::Date => "date",
                ColumnKind::Datetime => "datetime",
                _ => continue,
            };
            let (name, format) = (json!(column.name), json!(column.format));
            let _ = write!(read, ".with_columns(pl.col({name}).str.to_{parse}({format}))");
        }
        read
    }

    fn dialect_arguments(&self) -> String {
        let mut arguments = String::new();
        if self.delimiter != "," {
            let _ = write!(arguments, ", separator={}", json!(self.delimiter));
        }
        match self.quote.as_deref() {
            Some("\"") => {}
            Some(quote) => {
                let _ = write!(arguments, ", quote_char={}", json!(quote));
            }
            None => arguments.push_str(", quote_char=None"),
        }
        if !self.header {
            arguments.push_str(", has_header=False");
        }
        arguments
    }

    /// The notes about a column.
    pub fn notes_of<'a>(&'a self, column: &'a str) -> impl Iterator<Item = &'a Note> {
        self.notes
            .iter()
            .filter(move |note| note.column.as_deref() == Some(column))
    }
}

fn read_call(name: &str, rest: &str) -> String {
    // polars takes some names for patterns.
    let glob = if name.contains(['*', '?', '[']) {
        ", glob=False"
    } else {
        ""
    };
    // JSON's escapes are Python's.
    format!("pl.read_csv({}{glob}{rest}", json!(name))
}

/// What a column contains. Figures are computed from the values as the read call reads them; empty cells and
/// placeholders for missing values are counted only in `nulls`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ColumnProfile {
    /// Its name in data frames.
    pub name: String,
    /// The type that every value can be read as.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// The format of dates and times, in `strptime` notation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// What the numbers count or measure, such as `kg`, `%`, `€`, or `s` for durations.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The values are codes or ids: sums and means make no sense.
    #[serde(default)]
    pub code: bool,
    /// Empty cells, and placeholders for missing values.
    pub nulls: u64,
    /// Values among numbers or dates that are read as missing, such as `n/a`.
    #[serde(default)]
    pub missing: Vec<TopValue>,
    /// Distinct values.
    pub distinct: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min: Option<Scalar>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<Scalar>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Of the sample, with n - 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub std: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantiles: Option<Quantiles>,
    /// The most common values, at most ten; none if all values are different.
    pub top: Vec<TopValue>,
    /// The first distinct values.
    pub samples: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
}

/// The type that every value of a column can be read as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Integer,
    Number,
    Boolean,
    Date,
    Datetime,
    Text,
    /// There are no values.
    #[default]
    Empty,
}

/// A minimum or maximum: a number, or text, with dates and times in ISO 8601.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    Integer(i64),
    Number(f64),
    Text(String),
}

/// By hand, since what is derived has a whole number for two things at once.
impl PartialSchema for Scalar {
    fn schema() -> RefOr<Schema> {
        let kinds = SchemaType::from_iter([Type::Number, Type::String]);
        let text = "A minimum or maximum: a number, or text, with dates and times in ISO 8601.";
        Object::builder().schema_type(kinds).description(Some(text)).into()
    }
}

impl ToSchema for Scalar {}

/// The values below which 5, 25, 50, 75 and 95 % lie; interpolated linearly between two values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Quantiles {
    pub p5: Option<f64>,
    pub p25: Option<f64>,
    pub p50: Option<f64>,
    pub p75: Option<f64>,
    pub p95: Option<f64>,
}

/// A value and how often it occurs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TopValue {
    pub value: String,
    pub count: u64,
}

/// Lengths of a column's texts, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Lengths {
    pub min: u64,
    pub max: u64,
    pub mean: Option<f64>,
}

/// What the sandbox made of a table.
#[derive(Debug)]
pub enum Found {
    Table(Box<PartialProfile>),
    NotATable(Problem),
    /// The sandbox did not come to an end. With `again`, another try may.
    Trouble {
        message: String,
        again: bool,
    },
}

/// A profile that wants what only a pass over all rows tells.
#[derive(Debug)]
pub struct PartialProfile {
    pub dialect: Dialect,
    pub header: bool,
    pub column_count: u32,
    /// polars found a row with too many fields, without saying where.
    pub ragged: bool,
    pub sampled: bool,
    pub profiled_rows: u64,
    pub layout: Layout,
    pub read: String,
    pub read_text: String,
    pub notes: Vec<Note>,
    pub columns: Vec<ColumnProfile>,
}

/// What the sandbox is told of a table.
#[derive(Clone, Debug)]
pub struct Hints {
    /// Bytes above which figures are of the first rows alone.
    pub exact_bytes: u64,
    /// Quotes are tried as quotes.
    pub quotes: bool,
    /// The file's name says that tabs divide it.
    pub tabs: bool,
    /// What people have set.
    pub settings: ReadingSettings,
}

/// Runs the script over the table at `path`.
pub async fn run(sandbox: &Sandbox, path: &Path, hints: &Hints) -> Result<Found> {
    let mut task = Task::new("profile.py", SCRIPT);
    task.inputs = vec![("table".to_owned(), path.to_owned())];
    task.parameters = [
        ("exact_bytes".to_owned(), json!(hints.exact_bytes)),
        ("quotes".to_owned(), json!(hints.quotes)),
        ("tabs".to_owned(), json!(hints.tabs)),
        ("settings".to_owned(), json!(hints.settings)),
    ]
    .into();
    task.limits = limits();
    let run = sandbox.run(task).await.context("starting a profile")?;
    let finished = run.finish().await.context("following a profile")?;
    let again = |message: String| Found::Trouble { message, again: true };
    let never = |message: String| Found::Trouble { message, again: false };
    Ok(match &finished.report.outcome {
        Outcome::Done { .. } => {
            let read = tokio::task::spawn_blocking(move || answer::read(&finished))
                .await
                .context("reading a profile")?;
            read.unwrap_or_else(|error| never(format!("its answer is not valid: {error:#}")))
        }
        // Time and crashes depend on the machine, everything else on the table alone.
        Outcome::Limit {
            limit: LimitKind::WallMs,
            message,
            ..
        }
        | Outcome::Crashed { message } => again(message.clone()),
        Outcome::Stopped => again("it was stopped".to_owned()),
        Outcome::Limit { message, .. } => never(message.clone()),
        Outcome::Fault(fault) => never(format!("{}: {}", fault.kind, fault.message)),
    })
}

/// What a profile may take: a good deal more than the largest table needs.
fn limits() -> Limits {
    Limits {
        fuel: 600_000_000_000,
        wall_ms: 300_000,
        memory_bytes: 3 << 30,
        stdout_bytes: 64 << 10,
        output_bytes: ANSWER_MAX_BYTES,
        output_files: 1,
        output_file_bytes: ANSWER_MAX_BYTES,
        // The script reads no more of a table than it computes with.
        input_bytes: u64::MAX,
        ..Limits::default()
    }
}
