//! What the sandbox tells of a table, checked before any of it is kept.
//!
//! It comes from a process that has read bytes nobody trusts: its size, its types and its numbers are checked, and texts
//! are cut.

use std::{fs::File, io::Read};

use anyhow::{Context, ensure};
use serde::Deserialize;

use super::{ANSWER_MAX_BYTES, ColumnProfile, Found, Note, PartialProfile, Scalar};
use crate::{
    files::{
        Dialect, Problem,
        layout::{LEFT_OUT_MAX, Layout},
    },
    sandbox::Finished,
};

const ANSWER: &str = "profile.json";
const COLUMNS_MAX: usize = 5_000;
/// Characters of a column's name.
const NAME_MAX_CHARS: usize = 500;
/// Characters of any other text of an answer.
const TEXT_MAX_CHARS: usize = 400;
const TOP_MAX: usize = 10;
/// Words of a column that stand for nothing.
const MISSING_MAX: usize = 50;
const NOTES_MAX: usize = 100;
/// Bytes of the call that reads a table.
const READ_MAX_BYTES: usize = 256 << 10;

/// The answer as the script writes it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Problem(String),
    Table(GuestProfile),
}

#[derive(Deserialize)]
struct GuestProfile {
    delimiter: char,
    quote: Option<char>,
    header: bool,
    column_count: u32,
    sampled: bool,
    #[serde(default)]
    ragged: bool,
    rows: u64,
    #[serde(default)]
    layout: Layout,
    #[serde(default)]
    read: String,
    #[serde(default)]
    read_text: String,
    #[serde(default)]
    notes: Vec<Note>,
    columns: Vec<ColumnProfile>,
}

/// The answer of a run that is done.
pub(super) fn read(finished: &Finished) -> anyhow::Result<Found> {
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

fn parse(answer: &[u8]) -> anyhow::Result<Found> {
    let mut told = match serde_json::from_slice(answer).context("it is not the JSON it should be")? {
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
    let layout = &told.layout;
    ensure!(
        layout.left_out.len() <= LEFT_OUT_MAX && layout.left_out.is_sorted(),
        "it leaves too many rows out"
    );
    ensure!(
        layout.comment.as_deref().is_none_or(|sign| sign == "#"),
        "its sign of comments is not one"
    );
    ensure!(
        [&told.read, &told.read_text]
            .iter()
            .all(|call| call.len() <= READ_MAX_BYTES && !call.contains('\0')),
        "its call does not read"
    );
    told.notes.truncate(NOTES_MAX);
    for note in &mut told.notes {
        note.text = text(std::mem::take(&mut note.text));
        note.column = note.column.take().map(|name| cut(name, NAME_MAX_CHARS));
    }
    for column in &mut told.columns {
        column.tidy();
        ensure!(
            column.nulls <= told.rows && column.distinct <= told.rows,
            "a column has more values than rows"
        );
    }
    Ok(Found::Table(Box::new(PartialProfile {
        dialect: Dialect {
            delimiter: told.delimiter as u8,
            quote: told.quote.map(|quote| quote as u8),
        },
        header: told.header,
        column_count: told.column_count,
        ragged: told.ragged,
        sampled: told.sampled,
        profiled_rows: told.rows,
        layout: told.layout,
        read: told.read,
        read_text: told.read_text,
        notes: told.notes,
        columns: told.columns,
    })))
}

impl ColumnProfile {
    fn tidy(&mut self) {
        let name = std::mem::take(&mut self.name);
        self.name = cut(name, NAME_MAX_CHARS);
        self.format = self.format.take().map(text);
        self.unit = self.unit.take().map(text);
        self.missing.truncate(MISSING_MAX);
        for scalar in [&mut self.min, &mut self.max] {
            *scalar = scalar.take().map(|scalar| match scalar {
                Scalar::Text(long) => Scalar::Text(text(long)),
                number => number,
            });
        }
        self.top.truncate(TOP_MAX);
        self.samples.truncate(TOP_MAX);
        let counted = self.top.iter_mut().chain(&mut self.missing).map(|top| &mut top.value);
        let kept = counted.chain(&mut self.samples);
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
    use serde_json::json;

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
