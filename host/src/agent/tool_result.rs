//! What came of a run, as the model is told it.
//!
//! Everything that the script said is in a fence and bounded; outside it stand only words and numbers of this host.

use std::fmt::Write;

use glovebox_sdk::{Artifact, Event, Fault, Outcome, Report, Table};
use serde_json::{Value, json};

use super::{fence::fenced, shorten::shortened};

/// Bytes of printed text.
const PRINTED_MAX_BYTES: usize = 8 << 10;
/// Bytes of a traceback or another message.
const MESSAGE_MAX_BYTES: usize = 2 << 10;
/// Tables of one run.
const TABLES_MAX: usize = 6;
/// Rows of one table.
const ROWS_MAX: usize = 20;
/// Columns of one table.
const COLUMNS_MAX: usize = 30;
/// Characters of one cell.
const CELL_MAX_CHARS: usize = 100;
/// Files that are named.
const FILES_MAX: usize = 40;

/// What a run told while it went on.
#[derive(Debug, Default)]
pub struct Seen {
    printed: String,
    tables: Vec<Table>,
    /// Beyond [`TABLES_MAX`].
    more_tables: usize,
    /// Names and what they show.
    charts: Vec<(String, String)>,
    /// Their data beside them, which nobody asked for by name.
    specs: Vec<String>,
}

impl Seen {
    pub fn take(&mut self, event: &Event) {
        match event {
            // Warnings belong to the text as the script's author reads it.
            Event::Output { text, .. } => self.printed.push_str(text),
            Event::Table(_) if self.tables.len() == TABLES_MAX => self.more_tables += 1,
            Event::Table(table) => self.tables.push(table.clone()),
            Event::Chart { name, alt, spec, .. } => {
                self.charts.push((name.clone(), alt.clone()));
                self.specs.extend(spec.clone());
            }
            Event::Progress { .. } => {}
        }
    }

    /// All that was printed, as it was, and the value of the last line.
    pub fn into_output(self, outcome: &Outcome) -> String {
        let mut output = self.printed;
        if let Outcome::Done { result: Some(result) } = outcome {
            output.push_str(result);
        }
        output
    }

    /// For the model; `script` is the one that ran.
    pub fn told(&self, script: &str, report: &Report) -> String {
        let mut text = head(&report.outcome);
        text.push_str(&fenced(&self.data(script, report).replace('\0', "␀")));
        text
    }

    fn data(&self, script: &str, report: &Report) -> String {
        let mut data = String::new();
        match &report.outcome {
            Outcome::Fault(fault) => data.push_str(&told_fault(fault, script)),
            Outcome::Limit { message, .. } | Outcome::Crashed { message } => {
                let _ = writeln!(data, "{}", shortened(message, MESSAGE_MAX_BYTES));
            }
            Outcome::Done { .. } | Outcome::Stopped => {}
        }
        if !self.printed.is_empty() {
            let printed = shortened(&self.printed, PRINTED_MAX_BYTES);
            let _ = writeln!(data, "printed:\n{}", printed.trim_end());
        }
        if let Outcome::Done { result: Some(result) } = &report.outcome {
            let _ = writeln!(
                data,
                "value of the last line:\n{}",
                shortened(result, PRINTED_MAX_BYTES)
            );
        }
        for table in &self.tables {
            data.push_str(&told_table("displayed table", table));
        }
        if self.more_tables > 0 {
            let _ = writeln!(data, "and {} more tables, which people see", self.more_tables);
        }
        let artifacts = report
            .artifacts
            .iter()
            .filter(|artifact| !self.specs.contains(&artifact.name));
        let (named, rest): (Vec<_>, Vec<_>) = artifacts.enumerate().partition(|(at, _)| *at < FILES_MAX);
        for (_, artifact) in named {
            let _ = writeln!(data, "{}", self.told_file(artifact));
        }
        if !rest.is_empty() {
            let _ = writeln!(data, "and {} more files", rest.len());
        }
        if data.is_empty() {
            data.push_str("(nothing was printed, displayed or written)\n");
        }
        data
    }

    fn told_file(&self, artifact: &Artifact) -> String {
        let name = json!(artifact.name);
        match self.charts.iter().find(|(chart, _)| *chart == artifact.name) {
            Some((_, alt)) => format!("chart {name}: {}", shortened(alt, MESSAGE_MAX_BYTES)),
            None => format!("file {name}, {} bytes", artifact.bytes),
        }
    }
}

/// The fault in a line and its hint, for rules that look at it.
pub fn fault_line(fault: &Fault) -> String {
    let mut text = format!("{}: {}", fault.kind, fault.message);
    if let Some(hint) = &fault.hint {
        let _ = write!(text, " Hint: {hint}");
    }
    text
}

fn head(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Done { .. } => "The script ran to its end.\n".to_owned(),
        Outcome::Fault(Fault { line: Some(line), .. }) => format!("The script failed in line {line}.\n"),
        Outcome::Fault(_) => "The script failed.\n".to_owned(),
        Outcome::Limit { limit, size, .. } => format!(
            "The script was ended at a limit, {} = {size}. Do less at once, or do it in expressions of polars, pandas or numpy instead of loops.\n",
            limit.name()
        ),
        Outcome::Stopped => "The script was stopped.\n".to_owned(),
        Outcome::Crashed { .. } => "The sandbox failed under this script. Do it in another way.\n".to_owned(),
    }
}

fn told_fault(fault: &Fault, script: &str) -> String {
    let mut text = format!(
        "{}: {}\n",
        shortened(&fault.kind, 200),
        shortened(&fault.message, MESSAGE_MAX_BYTES)
    );
    let source = fault
        .line
        .and_then(|line| Some((line, script.lines().nth(line.checked_sub(1)? as usize)?)));
    if let Some((line, source)) = source {
        let _ = writeln!(text, "line {line}: {}", shortened(source.trim(), 400));
    }
    // A traceback of one frame says what the line above says.
    if fault.traceback.matches("line ").count() > 1 {
        let _ = writeln!(text, "{}", shortened(fault.traceback.trim_end(), MESSAGE_MAX_BYTES));
    }
    if let Some(hint) = &fault.hint {
        let _ = writeln!(text, "hint: {}", shortened(hint, MESSAGE_MAX_BYTES));
    }
    text
}

/// The first rows as CSV, with the whole size.
pub(super) fn told_table(noun: &str, table: &Table) -> String {
    let columns = table.columns.len().min(COLUMNS_MAX);
    let rows = table.rows.len().min(ROWS_MAX);
    let mut text = format!("{noun}, {} rows × {} columns", table.row_count, table.columns.len());
    if (rows as u64) < table.row_count {
        let _ = write!(text, ", of which the first {rows} rows");
    }
    if columns < table.columns.len() {
        let _ = write!(text, ", the first {columns} columns");
    }
    text.push_str(":\n");
    let mut csv = csv::Writer::from_writer(Vec::new());
    let names = table
        .columns
        .iter()
        .take(columns)
        .map(|column| cell(&json!(column.name)));
    // Writing to memory does not fail, and rows of one table have one length.
    let _ = csv.write_record(names);
    for row in table.rows.iter().take(rows) {
        let _ = csv.write_record(row.iter().take(columns).map(cell));
    }
    text.push_str(&String::from_utf8_lossy(&csv.into_inner().unwrap_or_default()));
    text
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => return String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.char_indices().nth(CELL_MAX_CHARS) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
