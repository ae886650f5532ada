//! The parts of a message: what is shown of a question and of an answer, in order.
//!
//! A part that came out of a run names it, so that a script, what it printed and what it made are seen to belong
//! together. Parts are data of people, models and scripts: whoever shows them shows text, and runs nothing of it. The
//! bytes of files are not here; `generated` has them.

use chrono::{DateTime, Utc};
use glovebox_sdk::{Outcome, Receipt, Table};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    connect::{Column, Engine},
    ids::{GeneratedFileId, SourceId},
};

/// Bytes of a message's words that the search knows.
pub const SEARCH_MAX_BYTES: usize = 64 << 10;

/// The `run_id` of a script that somebody handed in with their question.
pub const OWN_SCRIPT: &str = "own";

/// One part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[schema(as = MessagePart)]
pub enum Part {
    /// Text by a person or the model, in Markdown.
    Text { text: String },
    /// A script that the model wrote, or that somebody sent with their question.
    Script {
        /// The run's id within the conversation; `own` in a question, whose answer has the run.
        run_id: String,
        /// Python source text.
        script: String,
    },
    /// What a script printed.
    Output {
        run_id: String,
        text: String,
        /// Whether it printed more than was kept.
        truncated: bool,
    },
    /// A table that a script displayed: its first rows, and its full shape.
    Table {
        run_id: String,
        #[schema(value_type = ShownTable)]
        table: Table,
    },
    /// A chart that a script drew.
    Chart {
        run_id: String,
        /// The image.
        file_id: GeneratedFileId,
        /// Its data and encoding as a Vega-Lite specification.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schema(value_type = Option<Uuid>)]
        spec_file_id: Option<GeneratedFileId>,
        /// Empty if it has none.
        title: String,
        /// A description in a sentence, for readers who cannot see it.
        alt: String,
    },
    /// A file that a script wrote.
    File {
        run_id: String,
        file_id: GeneratedFileId,
        /// A path below the script's output folder.
        name: String,
        media_type: String,
        bytes: u64,
    },
    /// A query of a data source, whose rows later scripts read as a file.
    Query {
        /// Its id within the conversation, as runs have one.
        run_id: String,
        source_id: SourceId,
        /// What the source was called.
        source: String,
        engine: Engine,
        sql: String,
        /// What came of it; left out before its end, and where it failed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        receipt: Option<Box<QueryReceipt>>,
        /// Why it failed and what to do; left out where it did not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// Something went wrong: an error in a script, a limit, or a model that did not answer.
    Error {
        /// The run in which it happened; omitted if it was not in a run.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        run_id: Option<String>,
        /// Stable, for programs; for a script's error, the exception's class.
        code: String,
        /// What is wrong and what to do, for people.
        message: String,
        /// Line of the script, from 1.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<u32>,
        /// What to write instead, if known.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hint: Option<String>,
        /// As Python prints it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        traceback: Option<String>,
    },
    /// What a run used and made.
    Receipt {
        run_id: String,
        outcome: RunOutcome,
        /// Versions, fuel, memory, times, limits and digests, with which the run can be reproduced byte for byte.
        #[schema(value_type = Object)]
        receipt: Box<Receipt>,
    },
}

/// What a query gave.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryReceipt {
    /// The file with the rows; null where it could not be kept.
    pub file_id: Option<GeneratedFileId>,
    /// The name by which scripts read them.
    pub name: String,
    pub columns: Vec<Column>,
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// Whether the source had more rows than were read.
    pub truncated: bool,
    /// The server's product and version.
    pub server: String,
    /// SHA-256 of the statement, in lower-case hexadecimal digits.
    pub sql_sha256: String,
    pub taken_at: DateTime<Utc>,
    pub duration_ms: i64,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// The script ran to its end.
    Done,
    /// The script raised.
    Fault,
    /// A limit was reached.
    Limit,
    /// Somebody stopped it.
    Stopped,
    /// The sandbox failed.
    Crashed,
}

impl RunOutcome {
    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Fault => "fault",
            Self::Limit => "limit",
            Self::Stopped => "stopped",
            Self::Crashed => "crashed",
        }
    }
}

impl From<&Outcome> for RunOutcome {
    fn from(outcome: &Outcome) -> Self {
        match outcome {
            Outcome::Done { .. } => Self::Done,
            Outcome::Fault(_) => Self::Fault,
            Outcome::Limit { .. } => Self::Limit,
            Outcome::Stopped => Self::Stopped,
            Outcome::Crashed { .. } => Self::Crashed,
        }
    }
}

impl Part {
    /// The run it came from.
    pub fn run_id(&self) -> Option<&str> {
        match self {
            Self::Text { .. } => None,
            Self::Error { run_id, .. } => run_id.as_deref(),
            Self::Script { run_id, .. }
            | Self::Output { run_id, .. }
            | Self::Table { run_id, .. }
            | Self::Chart { run_id, .. }
            | Self::File { run_id, .. }
            | Self::Query { run_id, .. }
            | Self::Receipt { run_id, .. } => Some(run_id),
        }
    }

    /// The generated files that it shows.
    pub fn file_ids(&self) -> impl Iterator<Item = GeneratedFileId> {
        let (one, other) = match self {
            Self::Chart {
                file_id, spec_file_id, ..
            } => (Some(*file_id), *spec_file_id),
            Self::File { file_id, .. } => (Some(*file_id), None),
            Self::Query { receipt, .. } => (receipt.as_ref().and_then(|receipt| receipt.file_id), None),
            _ => (None, None),
        };
        one.into_iter().chain(other)
    }

    /// The same part, in which each generated file has the id that `renamed` gives it. `None` where it gives none.
    pub fn with_file_ids(mut self, renamed: impl Fn(GeneratedFileId) -> Option<GeneratedFileId>) -> Option<Self> {
        match &mut self {
            Self::Chart {
                file_id, spec_file_id, ..
            } => {
                *file_id = renamed(*file_id)?;
                if let Some(spec) = spec_file_id {
                    *spec = renamed(*spec)?;
                }
            }
            Self::File { file_id, .. } => *file_id = renamed(*file_id)?,
            Self::Query {
                receipt: Some(receipt), ..
            } => {
                if let Some(file_id) = receipt.file_id {
                    receipt.file_id = Some(renamed(file_id)?);
                }
            }
            _ => {}
        }
        Some(self)
    }
}

/// The plain words of parts, for the search: at most [`SEARCH_MAX_BYTES`] of them, without zero bytes.
pub fn words(parts: &[Part]) -> String {
    let mut words = Words(String::new());
    for part in parts {
        match part {
            Part::Text { text } | Part::Output { text, .. } => words.add(text),
            Part::Script { script, .. } => words.add(script),
            Part::Table { table, .. } => {
                for column in &table.columns {
                    words.add(&column.name);
                }
                for cell in table.rows.iter().flatten() {
                    match cell {
                        serde_json::Value::String(text) => words.add(text),
                        serde_json::Value::Null => {}
                        other => words.add(&other.to_string()),
                    }
                }
            }
            Part::Chart { title, alt, .. } => {
                words.add(title);
                words.add(alt);
            }
            Part::File { name, .. } => words.add(name),
            Part::Query { source, sql, .. } => {
                words.add(source);
                words.add(sql);
            }
            Part::Error { message, hint, .. } => {
                words.add(message);
                words.add(hint.as_deref().unwrap_or_default());
            }
            Part::Receipt { .. } => {}
        }
    }
    words.0
}

struct Words(String);

impl Words {
    fn add(&mut self, text: &str) {
        let room = SEARCH_MAX_BYTES.saturating_sub(self.0.len() + 1);
        let kept = &text[..text.floor_char_boundary(room)];
        if kept.trim().is_empty() {
            return;
        }
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.extend(kept.chars().filter(|c| *c != '\0'));
    }
}

/// The first rows of a table, and its full shape.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the sdk has the type; this is its description")]
struct ShownTable {
    /// Names and types, in order.
    columns: Vec<ShownColumn>,
    /// Rows of the whole table, of which `rows` may be only a part.
    row_count: u64,
    /// The first rows: a value for each column. Dates and times are ISO 8601 text, integers beyond 2^53 are text, NaN
    /// and the infinities are the texts `NaN`, `inf` and `-inf`.
    rows: Vec<Vec<serde_json::Value>>,
}

/// A column of a table.
#[derive(ToSchema)]
#[expect(dead_code, reason = "the sdk has the type; this is its description")]
struct ShownColumn {
    name: String,
    /// The type in polars notation, such as `str`, `i64` or `date`.
    dtype: String,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn part(json: serde_json::Value) -> Part {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn the_words_are_what_a_reader_sees() {
        let check = |json, expected: &str| assert_eq!(words(&[part(json)]), expected);
        check(json!({"type": "text", "text": "Sales by city"}), "Sales by city");
        check(json!({"type": "text", "text": "a\0b"}), "ab");
        check(
            json!({"type": "table", "run_id": "1", "table": {
                "columns": [{"name": "city", "dtype": "str"}, {"name": "n", "dtype": "i64"}],
                "row_count": 9, "rows": [["Bonn", 3], [null, 4]],
            }}),
            "city\nn\nBonn\n3\n4",
        );
        check(
            json!({"type": "error", "code": "x", "message": "no such column", "hint": "use city"}),
            "no such column\nuse city",
        );
    }

    #[test]
    fn words_have_an_end_and_are_not_cut_inside_a_character() {
        let long = words(&[
            part(json!({"type": "text", "text": "ä".repeat(SEARCH_MAX_BYTES)})),
            part(json!({"type": "text", "text": "more"})),
        ]);
        assert!(
            long.len() <= SEARCH_MAX_BYTES && long.len() > SEARCH_MAX_BYTES - 4,
            "{}",
            long.len()
        );
    }

    #[test]
    fn a_part_stays_as_it_is_through_json() {
        let chart =
            json!({"type": "chart", "run_id": "1", "file_id": GeneratedFileId::new(), "title": "", "alt": "Bars"});
        assert_eq!(serde_json::to_value(part(chart.clone())).unwrap(), chart);
        let fault = json!({"type": "error", "run_id": "1", "code": "KeyError", "message": "x", "line": 3});
        assert_eq!(serde_json::to_value(part(fault.clone())).unwrap(), fault);
    }
}
