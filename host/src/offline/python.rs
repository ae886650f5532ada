//! Python, written down: literals that nothing breaks out of, and the parts that every script has.
//!
//! Whatever comes from a file or from a person enters a script as a literal made here, never as code. A script reads
//! its table, cleans the columns it uses, keeps the rows that were asked for, and prints how many those are.

use std::fmt::Write;

use super::{
    columns::{Clean, Column, Role, View, is_unknown},
    lexicon::{Compare, Unit},
    plan::{Group, Plan, Task},
    question::{Filter, Test},
    saving, unused,
};
use crate::files::profile::ColumnKind;

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
pub(super) fn used(view: &View<'_>, plan: &Plan) -> Vec<usize> {
    let mut used = unused::used(plan);
    match plan.task {
        Task::Matrix(_) | Task::Outliers(None) => used.extend(view.find(|role| matches!(role, Role::Number { .. }))),
        Task::Look | Task::Rows | Task::Insights => used.extend(0..view.columns.len()),
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
    pub fn new(view: &View<'_>, plan: &Plan, chart: bool, careful: bool) -> Self {
        let mut script = Self {
            text: String::new(),
            save: plan.save.as_ref().map(|save| saving::file_name(view, plan, save)),
        };
        if chart {
            script.line("import matplotlib.pyplot as plt");
        }
        script.line("import polars as pl");
        script.blank();
        script.read(view, careful);
        script.clean(view, &used(view, plan), careful);
        script.filter(view, &plan.filters);
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

    fn read(&mut self, view: &View<'_>, careful: bool) {
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

    fn clean(&mut self, view: &View<'_>, used: &[usize], careful: bool) {
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

    fn filter(&mut self, view: &View<'_>, filters: &[Filter]) {
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

/// How a column is made usable, where it is not yet.
fn cleaned(column: &Column<'_>, careful: bool) -> Option<String> {
    if !careful && matches!(column.clean, Clean::Date | Clean::Datetime) {
        // The call that reads the table gives its types.
        return None;
    }
    let name = self::column(column);
    let format = || literal(column.profile.format.as_deref().unwrap_or("%Y-%m-%d"));
    let strict = if careful { ", strict=False" } else { "" };
    let text = if careful {
        name.clone()
    } else {
        format!("{name}.cast(pl.String)")
    };
    Some(match column.clean {
        Clean::Number => format!("{text}.str.strip_chars().cast(pl.Float64, strict=False)"),
        Clean::DecimalComma => signed(&text, "0-9,", ".str.replace(\",\", \".\", literal=True)"),
        Clean::Strip => signed(&text, "0-9.", ""),
        Clean::Written(format) => {
            let single = format!("{text}.str.strip_chars().str.replace_all(r\"\\s+\", \" \")");
            let parse = if format.contains("%I") {
                "to_datetime"
            } else {
                "to_date"
            };
            format!("{single}.str.{parse}({}, strict=False)", literal(format))
        }
        Clean::Clock => {
            let part = |pattern: &str| format!("{text}.str.extract(r\"{pattern}\").cast(pl.Float64).fill_null(0)");
            format!(
                "pl.when({text}.is_not_null()).then({} * 3600 + {} * 60 + {})",
                part(r"^\s*(\d+):\d+:"),
                part(r"(\d+):\d+\s*$"),
                part(r":(\d+)\s*$")
            )
        }
        Clean::Date => format!("{name}.str.to_date({}{strict})", format()),
        Clean::Datetime => format!("{name}.str.to_datetime({}, time_unit=\"us\"{strict})", format()),
        Clean::MonthText => format!("({name} + \"-01\").str.to_date(\"%Y-%m-%d\"{strict})"),
        Clean::DayNumber => format!("{text}.str.to_date(\"%Y%m%d\"{strict})"),
        Clean::Nothing => match column.role {
            Role::Number { .. } | Role::Year if careful => format!("{name}.cast(pl.Float64, strict=False)"),
            _ => return None,
        },
    })
}

/// Text as a number, without its unit or currency; brackets and a minus anywhere make it less than 0.
fn signed(text: &str, keep: &str, point: &str) -> String {
    let number = format!("{text}.str.replace_all(r\"[^{keep}]\", \"\"){point}.cast(pl.Float64, strict=False)");
    format!("{number} * pl.when({text}.str.contains(r\"[-\\u{{2212}}(]\")).then(-1).otherwise(1)")
}

/// Whether a row is kept, as an expression.
pub(super) fn condition(view: &View<'_>, filter: &Filter) -> String {
    let own = test(view, &view.columns[filter.column], &filter.test);
    if filter.or.is_empty() {
        return own;
    }
    let mut parts = vec![format!("({own})")];
    parts.extend(filter.or.iter().map(|other| format!("({})", condition(view, other))));
    parts.join(" | ")
}

fn test(view: &View<'_>, column: &Column<'_>, test: &Test) -> String {
    let name = self::column(column);
    // Any case, as a word of its own.
    let word = |text: &str| literal(&format!("(?i)(^|\\W){}(s)?(\\W|$)", pattern(text)));
    match test {
        Test::Column(compare, other) => {
            format!("{name} {} {}", operator(*compare), self::column(&view.columns[*other]))
        }
        Test::Figure(compare, figure) => format!("{name} {} {}", operator(*compare), figure.of(&name)),
        Test::Has(words) => {
            let tests: Vec<String> = words
                .iter()
                .map(|text| format!("{name}.str.contains({})", word(text)))
                .collect();
            tests.join(" | ")
        }
        Test::Contains(text) => format!(
            "{name}.str.to_lowercase().str.contains({}, literal=True)",
            literal(&text.to_lowercase())
        ),
        Test::Starts(text) => format!(
            "{name}.str.to_lowercase().str.starts_with({})",
            literal(&text.to_lowercase())
        ),
        Test::Ends(text) => format!(
            "{name}.str.to_lowercase().str.ends_with({})",
            literal(&text.to_lowercase())
        ),
        Test::Weekend(true) => format!("{name}.dt.weekday() > 5"),
        Test::Weekend(false) => format!("{name}.dt.weekday() < 6"),
        Test::Other(inner) => format!("~({})", self::test(view, column, inner)),
        Test::Is(values) if values.len() == 1 => format!("{name} == {}", literal(&values[0])),
        Test::Is(values) => format!("{name}.is_in({})", list(values)),
        Test::Not(values) if values.len() == 1 => format!("{name} != {}", literal(&values[0])),
        Test::Not(values) => format!("~{name}.is_in({})", list(values)),
        Test::Compare(compare, value) => format!("{name} {} {}", operator(*compare), number(*value)),
        Test::OneOf(values) => {
            let values: Vec<String> = values.iter().map(|value| number(*value)).collect();
            format!("{name}.is_in([{}])", values.join(", "))
        }
        Test::Between(low, high) => format!("{name}.is_between({}, {})", number(*low), number(*high)),
        Test::Flag(true) => truth(column),
        Test::Flag(false) => format!("~{}", truth(column)),
        Test::Missing(missing) => {
            let markers = markers(column);
            let empty = if markers.is_empty() {
                format!("{name}.is_null()")
            } else {
                format!("({name}.is_null() | {name}.is_in({}))", list(&markers))
            };
            if *missing { empty } else { format!("~{empty}") }
        }
        Test::Days(from, to) => {
            let day = |text: &str| {
                let parts: Vec<String> = text
                    .split('-')
                    .map(|part| part.trim_start_matches('0').to_owned())
                    .collect();
                format!("pl.date({})", parts.join(", "))
            };
            let moment = if has_hours(column) {
                format!("{name}.dt.date()")
            } else {
                name
            };
            let from = from.as_deref().map(|from| format!("{moment} >= {}", day(from)));
            let to = to.as_deref().map(|to| format!("{moment} < {}", day(to)));
            let parts: Vec<String> = from.into_iter().chain(to).map(|part| format!("({part})")).collect();
            parts.join(" & ")
        }
        Test::Months(months) => {
            let months: Vec<String> = months.iter().map(u32::to_string).collect();
            format!("{name}.dt.month().is_in([{}])", months.join(", "))
        }
    }
}

/// A text in a pattern, where nothing of it is a sign.
fn pattern(text: &str) -> String {
    let mut pattern = String::new();
    for c in text.chars() {
        if !c.is_alphanumeric() && c != ' ' {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// Its moments have hours.
fn has_hours(column: &Column<'_>) -> bool {
    matches!(column.clean, Clean::Datetime) || matches!(column.clean, Clean::Written(format) if format.contains("%I"))
}

/// Words for "not known" among a column's texts; numbers have lost theirs by now.
pub(super) fn markers(column: &Column<'_>) -> Vec<String> {
    let mut markers: Vec<String> = column
        .known_values()
        .filter(|value| is_unknown(value))
        .map(str::to_owned)
        .collect();
    markers.sort();
    markers.dedup();
    markers
}

/// A yes-or-no column as an expression that is true or false.
pub(super) fn truth(column: &Column<'_>) -> String {
    if matches!(column.profile.kind, ColumnKind::Integer | ColumnKind::Number) {
        return format!("({} == 1)", self::column(column));
    }
    let known = column.profile.top.iter().map(|top| top.value.to_lowercase());
    let yes = known
        .into_iter()
        .find(|value| matches!(value.as_str(), "yes" | "y" | "t"));
    let yes = yes.unwrap_or_else(|| "true".to_owned());
    let text = if column.profile.kind == ColumnKind::Boolean {
        ".cast(pl.String)"
    } else {
        ""
    };
    format!(
        "({}{text}.str.to_lowercase() == {})",
        self::column(column),
        literal(&yes)
    )
}

fn operator(compare: Compare) -> &'static str {
    match compare {
        Compare::Over => ">",
        Compare::AtLeast => ">=",
        Compare::Under => "<",
        Compare::AtMost => "<=",
        Compare::Equal => "==",
        Compare::Unequal => "!=",
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

/// The expression of a group, and its name in the result.
pub(super) fn group(view: &View<'_>, group: Group) -> (Option<String>, String) {
    let of = &view.columns[group.column()];
    let name = self::column(of);
    match group {
        Group::Column(_) if of.is_text() && of.has_gaps() => {
            (Some(format!("{name}.fill_null(\"(empty)\")")), of.name.clone())
        }
        Group::Column(_) => (None, of.name.clone()),
        Group::Bands(_) => (Some(bands(of, &name)), of.name.clone()),
        Group::Decades(_) => {
            let full = if of.greatest().is_some_and(|year| year <= 99.0) {
                " + 1900"
            } else {
                ""
            };
            (Some(format!("(({name}{full}) // 10 * 10)")), "decade".to_owned())
        }
        Group::Time(_, unit) => {
            let moment = match unit {
                Unit::Hour => format!("{name}.dt.truncate(\"1h\")"),
                Unit::HourOfDay => format!("{name}.dt.hour()"),
                Unit::Day if has_hours(of) => format!("{name}.dt.date()"),
                Unit::Day => name,
                Unit::Week => format!("{name}.dt.truncate(\"1w\")"),
                Unit::Month => format!("{name}.dt.truncate(\"1mo\")"),
                Unit::Quarter => format!("{name}.dt.truncate(\"1q\")"),
                Unit::Year => format!("{name}.dt.year()"),
                Unit::Decade => format!("({name}.dt.year() // 10 * 10)"),
                Unit::Weekday => format!("{name}.dt.weekday()"),
                Unit::Weekend => {
                    format!("pl.when({name}.dt.weekday() > 5).then(pl.lit(\"weekend\")).otherwise(pl.lit(\"weekday\"))")
                }
                Unit::Season => format!("{name}.dt.month()"),
            };
            let wanted = match unit {
                Unit::Season => "month",
                Unit::HourOfDay => "hour",
                unit => unit.noun(),
            };
            (Some(moment), wanted.to_owned())
        }
    }
}

/// The range that a number lies in, by where it begins.
fn bands(column: &Column<'_>, name: &str) -> String {
    let width = band_width(column);
    let whole = if width.fract() == 0.0 { ".cast(pl.Int64)" } else { "" };
    format!("(({name} / {0}).floor() * {0}){whole}", number(width))
}

/// How wide the ranges of a number are.

/// How wide the ranges of a number are: about eight of a round width.
pub(super) fn band_width(column: &Column<'_>) -> f64 {
    let (least, greatest) = (column.least().unwrap_or(0.0), column.greatest().unwrap_or(100.0));
    let rough = ((greatest - least) / 8.0).max(f64::MIN_POSITIVE);
    let power = 10_f64.powf(rough.log10().floor());
    [1.0, 2.0, 5.0, 10.0]
        .iter()
        .map(|step| step * power)
        .find(|width| *width >= rough)
        .unwrap_or(rough)
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
