//! Tables as a model is told of them: how to read each one and what is in its columns, in few words.
//!
//! Every table has its line, however many there are. Wide tables and long lists are shortened, the most relevant tables
//! last, and where something is left out the text says so. Names and values are written as JSON texts, so none can
//! break its line.

use std::fmt::Write;

use serde_json::json;

use super::InputTable;
use crate::files::profile::{ColumnKind, ColumnProfile, Profile, Scalar};

/// Bytes about one table.
const TABLE_MAX_BYTES: usize = 16 << 10;
/// Bytes about all tables, but for a line each.
const TABLES_MAX_BYTES: usize = 64 << 10;
/// The part of a table's bytes that columns with figures get; the others are named only.
const FIGURES_PERCENT: usize = 75;
/// Characters of a value.
const VALUE_MAX_CHARS: usize = 60;
/// Characters of a column's name. A longer one is found in the table itself.
const NAME_MAX_CHARS: usize = 200;
/// Values that are shown of a column.
const VALUES_MAX: usize = 4;
/// Notes that are told of a table.
const NOTES_MAX: usize = 12;
/// Characters of a note.
const NOTE_MAX_CHARS: usize = 250;

/// All tables, the most relevant first.
pub fn described(tables: &[InputTable]) -> String {
    let mut left = TABLES_MAX_BYTES;
    let mut text = String::new();
    for table in tables {
        let columns = columns(&table.profile, left.min(TABLE_MAX_BYTES));
        left = left.saturating_sub(columns.len());
        let _ = write!(text, "{}\n{}{columns}\n", head(table), notes(&table.profile));
    }
    text
}

fn head(table: &InputTable) -> String {
    let profile = &table.profile;
    let mut text = format!(
        "Table {}{}: {} rows, {} columns. Read it with {}",
        json!(table.name),
        table
            .version
            .map(|version| format!(" (version {version})"))
            .unwrap_or_default(),
        profile.row_count,
        profile.column_count,
        profile.read_call(&table.name)
    );
    if let Some(newer) = &table.newer {
        let why = newer.problem.as_ref().map_or_else(
            || "is still being looked at".to_owned(),
            |problem| format!("is no table: {}", cut(problem, NOTE_MAX_CHARS)),
        );
        let _ = write!(text, " Its newest version, {}, {why}.", newer.version);
    }
    if profile.sampled {
        let _ = write!(
            text,
            " The figures below are of its first {} rows.",
            profile.profiled_rows
        );
    }
    text
}

/// What was decided in reading it that can be wrong.
fn notes(profile: &Profile) -> String {
    let mut text = String::new();
    for note in profile.notes.iter().take(NOTES_MAX) {
        let about = note
            .column
            .as_ref()
            .map(|name| format!("{}: ", cut(name, NAME_MAX_CHARS)));
        let _ = writeln!(
            text,
            "- Note: {}{}",
            about.unwrap_or_default(),
            cut(&note.text, NOTE_MAX_CHARS)
        );
    }
    if profile.notes.len() > NOTES_MAX {
        let _ = writeln!(text, "- and {} more notes", profile.notes.len() - NOTES_MAX);
    }
    text
}

/// Columns with their figures while there is room, then their names and types, then their number.
fn columns(profile: &Profile, max_bytes: usize) -> String {
    let mut text = String::new();
    let mut columns = profile.columns.iter().peekable();
    while let Some(column) = columns.peek() {
        let line = figures(column, profile);
        if text.len() + line.len() > max_bytes * FIGURES_PERCENT / 100 {
            break;
        }
        text.push_str(&line);
        columns.next();
    }
    let mut begun = false;
    while let Some(column) = columns.peek() {
        let named = format!("{}: {}", name(column), kind(column));
        if text.len() + named.len() + 2 > max_bytes {
            break;
        }
        text.push_str(if begun { ", " } else { "- and without figures: " });
        text.push_str(&named);
        begun = true;
        columns.next();
    }
    if begun {
        text.push('\n');
    }
    let rest = columns.count() + (profile.column_count as usize).saturating_sub(profile.columns.len());
    if rest > 0 {
        let _ = writeln!(
            text,
            "- and {rest} more columns that are left out here: print(df.columns)"
        );
    }
    text
}

fn figures(column: &ColumnProfile, profile: &Profile) -> String {
    let mut parts = vec![kind(column)];
    if let Some(unit) = &column.unit {
        parts.push(format!("in {}", value(unit)));
    }
    if column.nulls > 0 {
        parts.push(format!("{} empty", column.nulls));
    }
    if !column.missing.is_empty() {
        let words = column.missing.iter().take(VALUES_MAX);
        let words: Vec<String> = words
            .map(|top| format!("{} × {}", top.count, value(&top.value)))
            .collect();
        parts.push(format!("of these {} read as missing", words.join(", ")));
    }
    if column.kind != ColumnKind::Empty {
        let all = column.distinct > 1 && column.distinct + column.nulls == profile.profiled_rows;
        parts.push(if all {
            "all different".to_owned()
        } else {
            format!("{} different", column.distinct)
        });
    }
    if let (Some(min), Some(max)) = (&column.min, &column.max) {
        parts.push(format!("{} to {}", scalar(min), scalar(max)));
    }
    // Of codes neither makes sense.
    if let Some(mean) = column.mean.filter(|_| !column.code) {
        parts.push(format!("mean {}", short(mean)));
    }
    if let Some(median) = column
        .quantiles
        .and_then(|quantiles| quantiles.p50)
        .filter(|_| !column.code)
    {
        parts.push(format!("median {}", short(median)));
    }
    let number = matches!(column.kind, ColumnKind::Integer | ColumnKind::Number);
    if !number && !column.top.is_empty() {
        let top = column.top.iter().take(VALUES_MAX);
        let top: Vec<String> = top
            .map(|top| format!("{} ({})", value(&top.value), top.count))
            .collect();
        parts.push(format!("commonest {}", top.join(", ")));
    } else if !column.samples.is_empty() {
        let samples: Vec<String> = column.samples.iter().take(VALUES_MAX).map(|text| value(text)).collect();
        parts.push(format!("such as {}", samples.join(", ")));
    }
    format!("- {}: {}\n", name(column), parts.join("; "))
}

fn kind(column: &ColumnProfile) -> String {
    let kind = match column.kind {
        ColumnKind::Integer => "integer",
        ColumnKind::Number => "number",
        ColumnKind::Boolean => "boolean",
        ColumnKind::Date => "date",
        ColumnKind::Datetime => "datetime",
        ColumnKind::Text => "text",
        ColumnKind::Empty => "empty",
    };
    let kind = if column.code {
        format!("{kind} (a code or id)")
    } else {
        kind.to_owned()
    };
    match &column.format {
        Some(format) => format!("{kind}, written as {}", value(format)),
        None => kind,
    }
}

fn name(column: &ColumnProfile) -> String {
    cut(&column.name, NAME_MAX_CHARS)
}

fn value(text: &str) -> String {
    cut(text, VALUE_MAX_CHARS)
}

fn cut(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((at, _)) => json!(format!("{}…", &text[..at])).to_string(),
        None => json!(text).to_string(),
    }
}

fn scalar(scalar: &Scalar) -> String {
    match scalar {
        Scalar::Integer(number) => number.to_string(),
        Scalar::Number(number) => short(*number),
        Scalar::Text(text) => value(text),
    }
}

/// Six significant digits.
fn short(number: f64) -> String {
    format!("{number:.5e}")
        .parse()
        .map_or_else(|_| number.to_string(), |rounded: f64| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn table(columns: usize) -> InputTable {
        let column = |at: usize| {
            json!({"name": format!("column \"{at}\"\n"), "type": "number", "nulls": 2, "distinct": 7, "min": 1,
                "max": 1234.56789, "mean": 0.333_333_333, "top": [], "samples": ["1", "2.5"]})
        };
        let profile = json!({"delimiter": ";", "quote": null, "encoding": "utf-8", "header": false, "row_count": 10,
            "column_count": columns, "sampled": false, "profiled_rows": 10,
            "columns": (0..columns).map(column).collect::<Vec<_>>()});
        InputTable {
            name: "sales.csv".to_owned(),
            version: None,
            newer: None,
            path: PathBuf::new(),
            profile: serde_json::from_value(profile).unwrap(),
        }
    }

    #[test]
    fn a_table_is_told_with_the_call_that_reads_it() {
        let expected = "Table \"sales.csv\": 10 rows, 1 columns. Read it with pl.read_csv(\"sales.csv\", \
                        separator=\";\", quote_char=None, has_header=False, infer_schema_length=None)\n\
                        - \"column \\\"0\\\"\\n\": number; 2 empty; 7 different; 1 to 1234.57; mean 0.333333; such as \
                        \"1\", \"2.5\"\n\n";
        assert_eq!(described(&[table(1)]), expected);
    }

    #[test]
    fn a_wide_table_says_what_is_left_out() {
        let text = described(&[table(5000)]);
        assert!(text.len() < TABLE_MAX_BYTES + 1000, "{}", text.len());
        assert!(text.contains("- and without figures: "), "{text}");
        assert!(text.ends_with("more columns that are left out here: print(df.columns)\n\n"));
    }

    #[test]
    fn every_table_has_its_line() {
        let tables: Vec<InputTable> = (0..50).map(|_| table(300)).collect();
        let text = described(&tables);
        assert_eq!(text.matches("Read it with").count(), 50);
        assert!(text.len() < TABLES_MAX_BYTES + 50 * 300, "{}", text.len());
    }
}
