//! A conversation as Markdown (`CommonMark` with tables), for people to read and keep.
//!
//! What people and models wrote is Markdown already and goes in as it is, but for images and HTML, which would have a
//! viewer fetch what data may have smuggled in. Everything else is put where it cannot be taken for Markdown: scripts
//! and outputs into fences that are longer than any in them, cells and names with their signs escaped.

use std::fmt::Write;

use glovebox_sdk::Table;
use serde_json::Value;

use super::{
    generated::GeneratedFile,
    messages::{Message, Speaker, State, Verdict},
    parts::{Part, QueryReceipt, RunOutcome},
};

/// One message. `number` is its own, from 1; `follows` is that of the message it follows, where that is not the one
/// before.
pub fn message(number: usize, follows: Option<usize>, message: &Message) -> String {
    let mut out = String::new();
    let who = match message.role {
        Speaker::User => "Question",
        Speaker::Assistant => "Answer",
    };
    let _ = writeln!(out, "## {number}. {who}\n");
    if let Some(follows) = follows {
        let _ = writeln!(out, "*(follows {follows})*\n");
    }
    if !message.files.is_empty() {
        let names: Vec<_> = message.files.iter().map(|file| escaped(&file.name)).collect();
        let _ = writeln!(out, "*About {}*\n", names.join(", "));
    }
    for shown in &message.parts {
        part(&mut out, shown, &message.generated_files);
    }
    let state = match message.state {
        State::Done => None,
        State::Queued | State::Running => Some("This answer is still in progress."),
        State::Stopped => Some("This answer was stopped."),
        State::Failed => Some("This answer failed."),
        State::Interrupted => Some("This answer was interrupted."),
    };
    if let Some(state) = state {
        let _ = writeln!(out, "*{state}*\n");
    }
    if let Some(feedback) = &message.feedback {
        let value = match feedback.value {
            Verdict::Up => "good",
            Verdict::Down => "bad",
        };
        let _ = writeln!(out, "*Feedback: {value}. {}*\n", escaped(&feedback.text));
    }
    out
}

/// A heading of one line.
pub fn heading(title: &str) -> String {
    format!("# {}\n\n", escaped(title))
}

pub(super) fn part(out: &mut String, part: &Part, files: &[GeneratedFile]) {
    let of = |id| files.iter().find(|file| file.id == id);
    let deleted = |file: Option<&GeneratedFile>| {
        if file.is_none_or(|file| file.deleted_at.is_some()) {
            ", deleted"
        } else {
            ""
        }
    };
    let _ = match part {
        Part::Text { text } => writeln!(out, "{}\n", without_images(text.trim_end())),
        Part::Script { script, .. } => fenced(out, "python", script),
        Part::Output { text, truncated, .. } => {
            let done = fenced(out, "text", text);
            if *truncated {
                out.push_str("*There was more output.*\n\n");
            }
            done
        }
        Part::Table { table: shown, .. } => table(out, shown),
        Part::Chart {
            file_id, title, alt, ..
        } => {
            let file = of(*file_id);
            let name = file.map_or("a chart", |file| &file.name);
            let said = [title, alt].map(|text| escaped(text)).join(" ");
            writeln!(out, "*Chart {}{}: {}*\n", escaped(name), deleted(file), said.trim())
        }
        Part::File {
            file_id, name, bytes, ..
        } => writeln!(
            out,
            "*File {}, {bytes} bytes{}*\n",
            escaped(name),
            deleted(of(*file_id))
        ),
        Part::Query {
            source,
            sql,
            receipt,
            error,
            ..
        } => query(out, source, sql, receipt.as_deref(), error.as_deref()),
        Part::Error {
            message,
            line,
            hint,
            traceback,
            ..
        } => {
            let line = line.map(|line| format!(" (line {line})")).unwrap_or_default();
            let hint = hint
                .as_deref()
                .map(|hint| format!(" {}", escaped(hint)))
                .unwrap_or_default();
            let done = writeln!(out, "**Error{line}:** {}{hint}\n", escaped(message));
            if let Some(traceback) = traceback {
                let _ = fenced(out, "text", traceback);
            }
            done
        }
        Part::Receipt { outcome, receipt, .. } => {
            let outcome = match outcome {
                RunOutcome::Done => "done",
                RunOutcome::Fault => "a fault",
                RunOutcome::Limit => "a limit",
                RunOutcome::Stopped => "stopped",
                RunOutcome::Crashed => "crashed",
            };
            let fuel = receipt
                .fuel_used
                .map(|fuel| format!(", {fuel} units of fuel"))
                .unwrap_or_default();
            writeln!(out, "*Run: {outcome}, {} ms{fuel}*\n", receipt.wall_us / 1000)
        }
    };
}

fn query(
    out: &mut String,
    source: &str,
    sql: &str,
    receipt: Option<&QueryReceipt>,
    error: Option<&str>,
) -> std::fmt::Result {
    fenced(out, "sql", sql)?;
    let source = escaped(source);
    match (receipt, error) {
        (Some(receipt), _) => {
            let more = if receipt.truncated { ", more were left out" } else { "" };
            let (name, rows, taken_at) = (
                escaped(&receipt.name),
                receipt.rows,
                receipt.taken_at.format("%F %T UTC"),
            );
            writeln!(out, "*Query of {source} at {taken_at}: {rows} rows{more}, in {name}*\n")
        }
        (None, Some(error)) => writeln!(out, "**Query of {source} failed:** {}\n", escaped(error)),
        (None, None) => writeln!(out, "*Query of {source}: it was not run to its end*\n"),
    }
}

/// In a fence that is longer than every run of backticks inside.
fn fenced(out: &mut String, language: &str, text: &str) -> std::fmt::Result {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(out, "{fence}{language}\n{}\n{fence}\n", text.trim_end_matches('\n'))
}

fn table(out: &mut String, table: &Table) -> std::fmt::Result {
    if table.columns.is_empty() {
        return Ok(());
    }
    let row = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    writeln!(
        out,
        "{}",
        row(table.columns.iter().map(|column| escaped(&column.name)).collect())
    )?;
    writeln!(out, "{}", row(vec!["---".to_owned(); table.columns.len()]))?;
    for cells in &table.rows {
        let cell = |value: &Value| match value {
            Value::Null => String::new(),
            Value::String(text) => escaped(text),
            other => escaped(&other.to_string()),
        };
        writeln!(out, "{}", row(cells.iter().map(cell).collect()))?;
    }
    if table.row_count > table.rows.len() as u64 {
        writeln!(out, "\n*{} of {} rows*", table.rows.len(), table.row_count)?;
    }
    writeln!(out)
}

/// Markdown whose images are links with a mark before them, and whose HTML is text.
fn without_images(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut signs = markdown.chars().peekable();
    while let Some(c) = signs.next() {
        match (c, signs.peek()) {
            ('!', Some('[')) => out.push_str("\\!"),
            ('<', Some(next)) if next.is_ascii_alphabetic() || ['/', '!', '?'].contains(next) => out.push_str("\\<"),
            // A backslash of the text itself shall not undo ours.
            ('\\', Some('!' | '<')) => out.push_str("\\\\"),
            _ => out.push(c),
        }
    }
    out
}

/// In one line, with the signs that mean something in Markdown or HTML escaped.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '!' | '~' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(json: Value, expected: &str) {
        let mut out = String::new();
        part(&mut out, &serde_json::from_value(json).unwrap(), &[]);
        assert_eq!(out, expected);
    }

    #[test]
    fn what_stands_in_data_is_never_taken_for_markdown() {
        check(
            json!({"type": "script", "run_id": "1", "script": "print('```')\n"}),
            "````python\nprint('```')\n````\n\n",
        );
        check(
            json!({"type": "table", "run_id": "1", "table": {
                "columns": [{"name": "a|b", "dtype": "str"}, {"name": "n", "dtype": "i64"}],
                "row_count": 9, "rows": [["<img src=x>\n![](http://x)", 3], [null, "*"]],
            }}),
            "| a\\|b | n |\n| --- | --- |\n| \\<img src=x\\> \\!\\[\\](http://x) | 3 |\n|  | \\* |\n\n*2 of 9 rows*\n\n",
        );
        check(
            json!({"type": "text", "text": "**3** < 4 ![a](http://x) <img src=y> \\![b](z)"}),
            "**3** < 4 \\![a](http://x) \\<img src=y> \\\\\\![b](z)\n\n",
        );
        check(
            json!({"type": "error", "code": "KeyError", "message": "no [city]", "line": 2}),
            "**Error (line 2):** no \\[city\\]\n\n",
        );
    }
}
