//! Python, written down: literals that nothing breaks out of, and the parts that every script has.
//!
//! Whatever comes from a file or from a person enters a script as a literal made here, never as code. A script reads
//! its table, cleans the columns it uses, keeps the rows that were asked for, and prints how many those are.

mod expressions;

pub(super) use expressions::{band_width, condition, group, operator, seasons};

use std::fmt::Write;

use super::{
    columns::{Column, Role, TableView},
    plan::{Plan, Task},
    question::Filter,
    saving, unused,
};
use expressions::cleaned;

/// A script that is being written.
pub(super) struct Script {
    text: String,
    /// The file that the table is written to.
    save: Option<String>,
}

/// A text as a Python literal in plain ASCII.
pub(super) fn literal(text: &str) -> String {
    let mut literal = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => literal.push_str("\\\""),
            '\\' => literal.push_str("\\\\"),
            '\n' => literal.push_str("\\n"),
            '\r' => literal.push_str("\\r"),
            '\t' => literal.push_str("\\t"),
            // What a reader can see stands as it is; everything that hides or turns text is spelt out.
            c if c.is_ascii_graphic() || c == ' ' || c.is_alphanumeric() => literal.push(c),
            c if u32::from(c) < 0x1_0000 => {
                let _ = write!(literal, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(literal, "\\U{:08x}", u32::from(c));
            }
        }
    }
    literal.push('"');
    literal
}

/// A text for a chart, where a dollar sign would begin a formula; cut where it would not fit.
pub(super) fn label(text: &str) -> String {
    let short: String = if text.chars().count() > 70 {
        text.chars().take(69).chain(['…']).collect()
    } else {
        text.to_owned()
    };
    let plain = literal(&short);
    // In the literal a backslash is doubled.
    plain.replace('$', "\\\\$")
}

pub(super) fn list(texts: &[String]) -> String {
    let texts: Vec<String> = texts.iter().map(|text| literal(text)).collect();
    format!("[{}]", texts.join(", "))
}

/// A number as Python writes it.
pub(super) fn number(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e15 {
        format!("{number:.0}")
    } else {
        format!("{number}")
    }
}

pub(super) fn column(column: &Column<'_>) -> String {
    format!("pl.col({})", literal(&column.name))
}

/// What of the columns a script uses.
pub(super) fn used(view: &TableView<'_>, plan: &Plan) -> Vec<usize> {
    let mut used = unused::used(plan);
    match plan.task {
        Task::Matrix(_) | Task::Outliers(None) => used.extend(view.find(|role| matches!(role, Role::Number { .. }))),
        Task::Look | Task::Rows | Task::Insights | Task::Clean => used.extend(0..view.columns.len()),
        _ => {}
    }
    used.sort_unstable();
    used.dedup();
    used
}

impl Script {
    /// No lines yet, for a part of a script.
    pub fn empty() -> Self {
        Self {
            text: String::new(),
            save: None,
        }
    }

    /// Reads, cleans and filters. With `careful`, every column is read as text and what does not parse becomes empty.
    pub fn new(view: &TableView<'_>, plan: &Plan, chart: bool, careful: bool) -> Self {
        let mut script = Self::reading(view, plan, chart, careful);
        script.save = plan.save.as_ref().map(|save| saving::file_name(view, plan, save));
        script.filter(view, &plan.filters);
        if plan.unique {
            script.line("kept = df.unique(maintain_order=True)");
            script.line("print(f\"spare: {df.height - kept.height:,}\")");
            script.line("df = kept");
        }
        script
    }

    /// Reads and cleans all rows.
    pub fn reading(view: &TableView<'_>, plan: &Plan, chart: bool, careful: bool) -> Self {
        let mut script = Self::empty();
        if chart {
            script.line("import matplotlib.pyplot as plt");
        }
        script.line("import polars as pl");
        script.blank();
        script.read(view, careful);
        script.clean(view, &used(view, plan), careful);
        script
    }

    pub fn line(&mut self, line: impl AsRef<str>) {
        self.text.push_str(line.as_ref());
        self.text.push('\n');
    }

    /// Prints a figure under a label.
    pub fn fact(&mut self, label: &str, expression: &str, format: &str) {
        self.line(format!("fact = {expression}"));
        self.line(format!("print(f\"{label}: {{fact:{format}}}\")"));
    }

    pub fn blank(&mut self) {
        self.text.push('\n');
    }

    /// Ends with the frame that is displayed.
    pub fn end(self, frame: &str) -> String {
        self.end_of(frame, frame)
    }

    /// Ends with the frame that is displayed, which is a part of `whole`.
    pub fn end_of(mut self, frame: &str, whole: &str) -> String {
        self.blank();
        if let Some(name) = &self.save {
            let name = literal(name);
            self.line(format!("{whole}.write_csv({name})"));
        }
        self.line(frame);
        if self.text.contains("textwrap.") {
            self.text.insert_str(0, "import textwrap\n\n");
        }
        self.text
    }

    pub fn finish(self) -> String {
        self.text
    }

    fn read(&mut self, view: &TableView<'_>, careful: bool) {
        let names = ["df", "other"];
        for (table, name) in view.tables.iter().zip(names) {
            let call = if careful {
                table.profile.read_text_call(table.name)
            } else {
                table.profile.read_call(table.name)
            };
            self.line(format!("{name} = {call}"));
        }
        let mut renamed: Vec<Vec<String>> = vec![Vec::new(); view.tables.len()];
        for column in &view.columns {
            if column.name != column.profile.name {
                renamed[column.table].push(format!("{}: {}", literal(&column.profile.name), literal(&column.name)));
            }
        }
        for (pairs, name) in renamed.iter().zip(names) {
            if !pairs.is_empty() {
                self.line(format!("{name} = {name}.rename({{{}}})", pairs.join(", ")));
            }
        }
        if let Some(join) = &view.join {
            self.line(format!(
                "df = df.join(other, left_on={}, right_on={}, how=\"left\")",
                literal(&join.left),
                literal(&join.right)
            ));
        }
    }

    fn clean(&mut self, view: &TableView<'_>, used: &[usize], careful: bool) {
        let lines: Vec<String> = used
            .iter()
            .filter_map(|index| cleaned(&view.columns[*index], careful))
            .collect();
        match &lines[..] {
            [] => {}
            [line] => self.line(format!("df = df.with_columns({line})")),
            lines => {
                self.line("df = df.with_columns(");
                for line in lines {
                    self.line(format!("    {line},"));
                }
                self.line(")");
            }
        }
    }

    fn filter(&mut self, view: &TableView<'_>, filters: &[Filter]) {
        if filters.is_empty() {
            self.line("print(f\"rows: {df.height:,}\")");
            return;
        }
        let tests: Vec<String> = filters.iter().map(|filter| condition(view, filter)).collect();
        match &tests[..] {
            [one] => self.line(format!("df = df.filter({one})")),
            more => {
                self.line("df = df.filter(");
                for one in more {
                    self.line(format!("    {one},"));
                }
                self.line(")");
            }
        }
        self.line("print(f\"rows: {df.height:,}\")");
        self.stop_if_empty("df");
    }

    pub fn stop_if_empty(&mut self, frame: &str) {
        self.line(format!("if {frame}.is_empty():"));
        self.line("    raise SystemExit");
    }

    /// Drops rows without a value that is computed with, and prints how many those are.
    pub fn drop_gaps(&mut self, columns: &[&Column<'_>], careful: bool) {
        let gaps: Vec<String> = columns
            .iter()
            .filter(|column| careful || column.has_gaps())
            .map(|column| column.name.clone())
            .collect();
        if gaps.is_empty() {
            return;
        }
        self.line(format!("kept = df.drop_nulls({})", list(&gaps)));
        self.line("print(f\"left out: {df.height - kept.height:,}\")");
        self.line("df = kept");
        self.stop_if_empty("df");
    }
}

/// A name for a chart's file, of letters, digits and underscores.
pub(super) fn file_name(title: &str) -> String {
    named(title, "chart", ".png")
}

/// A name for a table's file.
pub(super) fn table_name(title: &str) -> String {
    named(title, "table", ".csv")
}

fn named(title: &str, otherwise: &str, ending: &str) -> String {
    let mut name = String::new();
    for word in super::words::name_words(title) {
        let ascii: String = word.chars().filter(char::is_ascii_alphanumeric).collect();
        if ascii.is_empty() || name.len() + ascii.len() > 60 {
            continue;
        }
        if !name.is_empty() {
            name.push('_');
        }
        name.push_str(&ascii);
    }
    if name.is_empty() {
        name.push_str(otherwise);
    }
    name + ending
}

/// A name that is no column's of these.
pub(super) fn free_name(wanted: &str, taken: &[&str]) -> String {
    let mut name = wanted.to_owned();
    while taken.contains(&name.as_str()) {
        name.push_str(" (computed)");
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out_of_a_literal() {
        let check = |text: &str, expected: &str| assert_eq!(literal(text), expected);
        check("plain", r#""plain""#);
        check("\"); import os", r#""\"); import os""#);
        check("a\\\" + b", r#""a\\\" + b""#);
        check("a\nb\r\t", r#""a\nb\r\t""#);
        check("größe", "\"größe\"");
        check("x\u{202e}y\u{2028}", r#""x\u202ey\u2028""#);
        check("\0", r#""\u0000""#);
        check("📈", r#""\U0001f4c8""#);
        assert_eq!(label("a $5"), r#""a \\$5""#);
    }

    #[test]
    fn files_are_named_by_their_titles() {
        let check = |title: &str, expected: &str| assert_eq!(file_name(title), expected);
        check("Mean MPG by Origin", "mean_mpg_by_origin.png");
        check("../../etc/passwd", "etc_passwd.png");
        check("東京", "chart.png");
    }
}
