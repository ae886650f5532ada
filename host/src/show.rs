//! How a run looks as text: in a terminal, and to a model.
//!
//! Data, names and errors come from strangers, and move no cursor: their control characters are left out.

use std::{borrow::Cow, fmt::Write, time::Duration};

use comfy_table::{Cell, CellAlignment, ContentArrangement, Table as Grid, presets};
use glovebox_sdk::{Fault, Outcome, Receipt, Table};
use serde_json::Value;

/// Rows of a table that a terminal shows where nobody asked for another number.
pub const TERMINAL_ROWS: usize = 20;

/// Characters of one cell that a terminal shows.
const CELL_CHARACTERS: usize = 40;

/// Columns of text where the terminal does not say how many it has.
const TERMINAL_COLUMNS: u16 = 100;

/// A table's first rows as a grid, with a line on what is left out.
pub fn table(table: &Table, rows_max: usize, columns: Option<u16>) -> String {
    let mut grid = Grid::new();
    grid.load_preset(presets::UTF8_FULL_CONDENSED)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_width(columns.unwrap_or(TERMINAL_COLUMNS));
    grid.set_header(
        table
            .columns
            .iter()
            .map(|column| format!("{}\n{}", in_line(&column.name), in_line(&column.dtype))),
    );
    for (index, column) in table.columns.iter().enumerate() {
        if is_number(&column.dtype)
            && let Some(column) = grid.column_mut(index)
        {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    for row in table.rows.iter().take(rows_max) {
        grid.add_row(row.iter().map(|value| Cell::new(cell(value))));
    }
    let shown = table.rows.len().min(rows_max) as u64;
    let size = format!(
        "{} × {}",
        rows(table.row_count),
        plural(table.columns.len() as u64, "column")
    );
    if shown < table.row_count {
        format!("{grid}\n{size}; the first {shown} are shown")
    } else {
        format!("{grid}\n{size}")
    }
}

fn is_number(dtype: &str) -> bool {
    matches!(dtype.as_bytes(), [b'i' | b'u' | b'f', b'0'..=b'9', ..]) || dtype.starts_with("decimal")
}

fn cell(value: &Value) -> String {
    let text = match value {
        Value::Null => "null".to_owned(),
        Value::String(text) => in_line(text),
        Value::Number(number) => number.to_string(),
        other => in_line(&other.to_string()),
    };
    if text.chars().count() <= CELL_CHARACTERS {
        return text;
    }
    let mut short: String = text.chars().take(CELL_CHARACTERS - 1).collect();
    short.push('…');
    short
}

/// Text of several lines without what would move a terminal's cursor or turn its text around.
pub fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !moves_the_cursor(*c))
        .collect()
}

/// What a script printed: as it is for a program, plain for a terminal.
pub fn printed(text: &str, terminal: bool) -> Cow<'_, str> {
    if terminal { plain(text).into() } else { text.into() }
}

/// Control characters, and those by which text runs the other way.
pub fn moves_the_cursor(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

/// Text for a place within a line.
pub fn in_line(text: &str) -> String {
    text.replace(moves_the_cursor, " ")
}

/// How much of a piece of work is done, in percent.
pub fn percent(done: u64, total: u64) -> u64 {
    (u128::from(done.min(total)) * 100 / u128::from(total.max(1))) as u64
}

/// An error as its author needs it: traceback, message, what to write instead.
pub fn fault(fault: &Fault) -> String {
    let mut text = fault.traceback.trim_end().to_owned();
    if text.is_empty() {
        text = format!("{}: {}", fault.kind, fault.message);
    }
    if let Some(hint) = &fault.hint {
        let _ = write!(text, "\nHint: {hint}");
    }
    plain(&text)
}

/// How a run ended, in words; nothing where it is done.
pub fn ending(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Done { .. } => None,
        Outcome::Fault(told) => Some(fault(told)),
        Outcome::Limit { message, .. } => Some(plain(&format!("Limit reached: {message}"))),
        Outcome::Stopped => Some("Stopped. Results so far are kept.".to_owned()),
        Outcome::Crashed { message } => Some(plain(&format!("The sandbox failed: {message}"))),
    }
}

/// A receipt in a line.
pub fn receipt(receipt: &Receipt) -> String {
    let fuel = receipt
        .fuel_used
        .map_or_else(|| "fuel unknown".to_owned(), |fuel| format!("{} fuel", count(fuel)));
    let memory = receipt
        .peak_memory_bytes
        .map_or_else(|| "memory unknown".to_owned(), |peak| format!("{} memory", bytes(peak)));
    format!(
        "{} in {} · {fuel} · {memory} · {} in, {} out",
        in_line(&receipt.outcome),
        duration(Duration::from_micros(receipt.wall_us)),
        bytes(receipt.input_bytes),
        bytes(receipt.output_bytes),
    )
}

/// A size in bytes, as people write it.
pub fn bytes(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    let mut size = bytes as f64;
    let mut unit = "bytes";
    for larger in UNITS {
        if size < 1024.0 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    if unit == "bytes" {
        format!("{bytes} bytes")
    } else {
        format!("{size:.1} {unit}")
    }
}

/// A duration, as people write it.
pub fn duration(duration: Duration) -> String {
    let ms = duration.as_secs_f64() * 1000.0;
    match ms {
        _ if ms < 10.0 => format!("{ms:.1} ms"),
        _ if ms < 1000.0 => format!("{ms:.0} ms"),
        _ => format!("{:.1} s", ms / 1000.0),
    }
}

/// A large count in three digits: `1.42 G`.
pub fn count(count: u64) -> String {
    match count {
        0..1_000 => count.to_string(),
        1_000..1_000_000 => format!("{:.1} k", count as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} M", count as f64 / 1e6),
        _ => format!("{:.2} G", count as f64 / 1e9),
    }
}

fn rows(count: u64) -> String {
    plural(count, "row")
}

fn plural(count: u64, noun: &str) -> String {
    if count == 1 {
        format!("1 {noun}")
    } else {
        format!("{count} {noun}s")
    }
}

#[cfg(test)]
mod tests {
    use glovebox_sdk::Column;

    use super::*;

    #[test]
    fn sizes_and_durations_read_as_people_write_them() {
        assert_eq!(bytes(0), "0 bytes");
        assert_eq!(bytes(1023), "1023 bytes");
        assert_eq!(bytes(1536), "1.5 KiB");
        assert_eq!(bytes(5 << 30), "5.0 GiB");
        assert_eq!(duration(Duration::from_micros(900)), "0.9 ms");
        assert_eq!(duration(Duration::from_millis(84)), "84 ms");
        assert_eq!(duration(Duration::from_millis(1234)), "1.2 s");
        assert_eq!(count(1_420_000_000), "1.42 G");
    }

    #[test]
    fn nothing_of_a_table_or_an_error_moves_the_cursor() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            dtype: "str\u{1b}[2J".to_owned(),
        };
        let hostile = Table {
            columns: vec![column("a\u{1b}]0;title\u{7}\u{202e}")],
            row_count: 1,
            rows: vec![vec![serde_json::json!(["\u{9b}2J"])]],
        };
        let fault = Fault {
            kind: "Error".to_owned(),
            message: "DF [\"\u{1b}[2J\"]\r".to_owned(),
            line: None,
            column: None,
            traceback: String::new(),
            hint: None,
        };
        for shown in [table(&hostile, 1, None), super::fault(&fault)] {
            assert!(
                !shown.contains(['\u{1b}', '\u{7}', '\u{9b}', '\r', '\u{202e}']),
                "{shown:?}"
            );
        }
        assert_eq!(printed("a\u{1b}[1m\r\n", true), "a[1m\n");
        assert_eq!(printed("a\u{1b}[1m\r\n", false), "a\u{1b}[1m\r\n");
    }

    #[test]
    fn progress_of_any_numbers_is_a_percentage() {
        assert_eq!(percent(1, 4), 25);
        assert_eq!(percent(u64::MAX, u64::MAX), 100);
        assert_eq!(percent(7, 0), 0);
    }

    #[test]
    fn a_long_table_says_what_it_leaves_out() {
        let column = Column {
            name: "n".to_owned(),
            dtype: "i64".to_owned(),
        };
        let long = Table {
            columns: vec![column],
            row_count: 250,
            rows: (0..100).map(|n| vec![n.into()]).collect(),
        };
        let shown = table(&long, TERMINAL_ROWS, Some(80));
        assert!(
            shown.ends_with("250 rows × 1 column; the first 20 are shown"),
            "{shown}"
        );
        assert!(shown.contains("│  19 │"), "{shown}");
        assert!(!shown.contains("│  20 │"), "{shown}");
    }
}
