//! What is in a table, as the sandbox finds out.
//!
//! `profile.py` reads the table inside the sandbox and tells its dialect and figures as JSON. That answer comes from a
//! process that has read bytes nobody trusts: its size, its types and its numbers are checked here, and texts are cut,
//! before any of it is kept.

use std::{fs::File, io::Read, path::Path};

use anyhow::{Context, ensure};
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

use super::{Dialect, Problem};
use crate::{
    error::Result,
    sandbox::{Finished, Sandbox, Task},
};

const SCRIPT: &str = include_str!("profile.py");
const ANSWER: &str = "profile.json";
/// Bytes of an answer; 5,000 columns at their longest take a good half.
const ANSWER_MAX_BYTES: u64 = 32 << 20;
const COLUMNS_MAX: usize = 5_000;
/// Characters of a column's name.
const NAME_MAX_CHARS: usize = 500;
/// Characters of any other text of an answer.
const TEXT_MAX_CHARS: usize = 400;
const TOP_MAX: usize = 10;

/// What is in a table.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    /// What stands between the fields.
    #[schema(max_length = 1)]
    pub delimiter: String,
    /// What quotes a field; null where quotes are text.
    #[schema(max_length = 1)]
    pub quote: Option<String>,
    /// How the uploaded text was encoded, such as `utf-8` or `windows-1252`. Scripts read UTF-8 in any case.
    pub encoding: String,
    /// Whether the first row names the columns. Without it they are called `column_1`, `column_2`, …
    pub header: bool,
    /// Rows without the header.
    pub row_count: u64,
    pub column_count: u32,
    /// Whether the columns' figures are of the first rows alone, since the table is large.
    pub sampled: bool,
    /// Rows that the columns' figures are of.
    pub profiled_rows: u64,
    pub columns: Vec<ColumnProfile>,
}

/// What is in a column. Figures of empty cells are in `nulls` alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ColumnProfile {
    /// As data frames name it.
    pub name: String,
    /// What every value can be read as.
    #[serde(rename = "type")]
    pub kind: ColumnKind,
    /// How dates and times are written, in the signs of `strptime`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
    /// Empty cells.
    pub nulls: u64,
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
    /// The commonest values, at most ten; none where all differ.
    pub top: Vec<TopValue>,
    /// The first distinct values.
    pub samples: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lengths: Option<Lengths>,
}

/// What every value of a column can be read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnKind {
    Integer,
    Number,
    Boolean,
    Date,
    Datetime,
    Text,
    /// There are no values.
    Empty,
}

/// A least or greatest value: a number, or text, with dates and times by ISO 8601.
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
        let text = "A least or greatest value: a number, or text, with dates and times by ISO 8601.";
        Object::builder().schema_type(kinds).description(Some(text)).into()
    }
}

impl ToSchema for Scalar {}

/// Below which values 5, 25, 50, 75 and 95 % lie; between two values by a straight line.
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

/// Characters of a column's texts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Lengths {
    pub min: u64,
    pub max: u64,
    pub mean: Option<f64>,
}

/// What the sandbox made of a table.
#[derive(Debug)]
pub enum Found {
    Table(Box<Draft>),
    NotATable(Problem),
    /// The sandbox did not come to an end. With `again`, another try may.
    Trouble {
        message: String,
        again: bool,
    },
}

/// A profile that wants what only a pass over all rows tells.
#[derive(Debug)]
pub struct Draft {
    pub dialect: Dialect,
    pub header: bool,
    pub column_count: u32,
    /// polars found a row with too many fields, without saying where.
    pub ragged: bool,
    pub sampled: bool,
    pub profiled_rows: u64,
    pub columns: Vec<ColumnProfile>,
}

/// What the sandbox is told of a table.
#[derive(Clone, Copy, Debug)]
pub struct Hints {
    /// Bytes above which figures are of the first rows alone.
    pub exact_bytes: u64,
    /// Quotes are tried as quotes.
    pub quotes: bool,
    /// The file's name says that tabs divide it.
    pub tabs: bool,
}

/// Runs the script over the table at `path`.
pub async fn run(sandbox: &Sandbox, path: &Path, hints: Hints) -> Result<Found> {
    let mut task = Task::new("profile.py", SCRIPT);
    task.inputs = vec![("table".to_owned(), path.to_owned())];
    task.parameters = [
        ("exact_bytes".to_owned(), json!(hints.exact_bytes)),
        ("quotes".to_owned(), json!(hints.quotes)),
        ("tabs".to_owned(), json!(hints.tabs)),
    ]
    .into();
    task.limits = limits();
    let run = sandbox.run(task).await.context("starting a profile")?;
    let finished = run.finish().await.context("following a profile")?;
    let again = |message: String| Found::Trouble { message, again: true };
    let never = |message: String| Found::Trouble { message, again: false };
    Ok(match &finished.report.outcome {
        Outcome::Done { .. } => {
            let read = tokio::task::spawn_blocking(move || answer(&finished))
                .await
                .context("reading a profile")?;
            read.unwrap_or_else(|error| never(format!("its answer does not read: {error:#}")))
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

/// The answer as the script writes it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Problem(String),
    Table(Told),
}

#[derive(Deserialize)]
struct Told {
    delimiter: char,
    quote: Option<char>,
    header: bool,
    column_count: u32,
    sampled: bool,
    #[serde(default)]
    ragged: bool,
    rows: u64,
    columns: Vec<ColumnProfile>,
}

fn answer(finished: &Finished) -> anyhow::Result<Found> {
    let path = finished.out.path().join(ANSWER);
    let metadata = path.symlink_metadata().context("finding it")?;
    ensure!(
        metadata.is_file() && metadata.len() <= ANSWER_MAX_BYTES,
        "it is not a file of its size"
    );
    let mut text = Vec::new();
    File::open(path)
        .context("opening it")?
        .take(ANSWER_MAX_BYTES)
        .read_to_end(&mut text)
        .context("reading it")?;
    parse(&text)
}

fn parse(text: &[u8]) -> anyhow::Result<Found> {
    let mut told = match serde_json::from_slice(text).context("it is not the JSON it should be")? {
        Answer::Problem(message) => {
            return Ok(Found::NotATable(Problem {
                message: cut(message, TEXT_MAX_CHARS),
                line: None,
            }));
        }
        Answer::Table(told) => told,
    };
    ensure!(told.columns.len() <= COLUMNS_MAX, "it has too many columns");
    ensure!(
        told.ragged || told.columns.len() == told.column_count as usize,
        "it has another number of columns than it says"
    );
    ensure!(told.column_count > 0, "it has no columns");
    ensure!("\t;|,".contains(told.delimiter), "its delimiter is not one");
    ensure!(
        told.quote.is_none_or(|quote| "\"'".contains(quote)),
        "its quote is not one"
    );
    for column in &mut told.columns {
        column.tidy();
        ensure!(
            column.nulls <= told.rows && column.distinct <= told.rows,
            "a column has more values than rows"
        );
    }
    Ok(Found::Table(Box::new(Draft {
        dialect: Dialect {
            delimiter: told.delimiter as u8,
            quote: told.quote.map(|quote| quote as u8),
        },
        header: told.header,
        column_count: told.column_count,
        ragged: told.ragged,
        sampled: told.sampled,
        profiled_rows: told.rows,
        columns: told.columns,
    })))
}

impl ColumnProfile {
    fn tidy(&mut self) {
        let name = std::mem::take(&mut self.name);
        self.name = cut(name, NAME_MAX_CHARS);
        self.format = self.format.take().map(text);
        for scalar in [&mut self.min, &mut self.max] {
            *scalar = scalar.take().map(|scalar| match scalar {
                Scalar::Text(long) => Scalar::Text(text(long)),
                number => number,
            });
        }
        self.top.truncate(TOP_MAX);
        self.samples.truncate(TOP_MAX);
        let kept = self.top.iter_mut().map(|top| &mut top.value).chain(&mut self.samples);
        for value in kept {
            *value = text(std::mem::take(value));
        }
    }
}

fn text(text: String) -> String {
    cut(text, TEXT_MAX_CHARS)
}

/// Without zero characters, which Postgres does not keep in JSON.
fn cut(text: String, chars: usize) -> String {
    if text.len() <= chars && !text.contains('\0') {
        return text;
    }
    text.chars().filter(|c| *c != '\0').take(chars).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_does_not_add_up_is_refused() {
        let table = |change: &str| {
            let good = r#"{"table":{"delimiter":",","quote":null,"header":true,"column_count":1,"sampled":false,"rows":2,
                "columns":[{"name":"a","type":"integer","nulls":0,"distinct":2,"top":[],"samples":["1"],"min":1}]}}"#;
            let (from, to) = change.split_once("=>").unwrap_or(("", ""));
            parse(good.replacen(from, to, 1).as_bytes())
        };
        assert!(matches!(table("").unwrap(), Found::Table(_)));
        for change in [
            "\",\"=>\"x\"",
            "\"quote\":null=>\"quote\":\"x\"",
            "\"column_count\":1=>\"column_count\":2",
            "\"nulls\":0=>\"nulls\":3",
            "\"nulls\":0=>\"nulls\":-1",
            "\"integer\"=>\"script\"",
            "\"rows\":2=>\"rows\":true",
            "{=>[",
        ] {
            assert!(table(change).is_err(), "{change}");
        }
    }

    #[test]
    fn long_texts_are_cut_and_zeros_removed() {
        let answer = json!({"problem": "x\0y".repeat(1000)}).to_string();
        let Found::NotATable(problem) = parse(answer.as_bytes()).unwrap() else {
            panic!("a problem")
        };
        assert_eq!(problem.message.chars().count(), TEXT_MAX_CHARS);
        assert!(!problem.message.contains('\0'));
    }
}
