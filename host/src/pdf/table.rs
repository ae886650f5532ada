//! Tables on pages. A row stands on one page as a whole, the header stands on each page again, and what is too wide goes
//! on below in further parts, each with the first column.

use serde_json::Value;

use super::{
    font::Face,
    pages::{GREY, INK, LEADING, Pages, RULE, SHADE},
    text::{self, Line, Span, wrap},
};
use crate::config::ServerLimits;

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Table {
    pub columns: Vec<Column>,
    /// The first rows, of which as many are drawn as the limits allow.
    pub rows: Vec<Vec<Value>>,
    /// Rows of the whole table.
    pub row_count: u64,
    /// Where the other rows are, as a sentence.
    pub rest: String,
}

/// A column of a table.
#[derive(Clone, Debug, Default)]
pub struct Column {
    pub name: String,
    /// Digit stands below digit.
    pub numeric: bool,
}

impl Column {
    pub fn text(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            numeric: false,
        }
    }

    /// A column of a type in polars notation.
    pub fn typed(name: impl Into<String>, dtype: &str) -> Self {
        let bits = dtype.strip_prefix(['i', 'u', 'f']);
        let sized = bits.is_some_and(|bits| !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit()));
        Self {
            name: name.into(),
            numeric: sized || dtype.starts_with("decimal"),
        }
    }
}

/// Sizes that are tried, the largest first.
const SIZES: [f32; 2] = [8.0, 7.0];
const PADDING: f32 = 4.0;
/// A column's width without its padding, in points: of what is in it at most, and what it may be pressed to.
const WIDEST: f32 = 230.0;
const LEAST: f32 = 46.0;
/// Characters of a cell that its column's width is found by.
const MEASURED_CHARS: usize = 60;
const HEADER_LINES_MAX: usize = 4;
/// Points that the line above a part takes.
const NOTE: f32 = 16.0;
/// Digits of a number that are shown; beyond them stand errors of its binary form.
const DIGITS: i32 = 12;

/// A table's cells as text.
struct Cells {
    names: Vec<String>,
    rows: Vec<Vec<String>>,
    cut: bool,
}

/// Columns that stand beside each other, each with its width including its padding.
type Part = Vec<(usize, f32)>;

impl Pages {
    /// Draws a table, below its heading if it has one: both stand on one page with the first row.
    pub fn table(&mut self, table: &Table, heading: Option<(u8, &str)>, limits: &ServerLimits) {
        let cells = cells(table, limits);
        if cells.names.is_empty() {
            if let Some((level, text)) = heading {
                self.heading(level, text, 30.0);
            }
            self.note("A table without columns.");
            return;
        }
        let (size, parts) = self.parts(&cells);
        for (number, part) in parts.iter().enumerate() {
            let header = self.header(&cells, part, size);
            let note = if parts.len() > 1 { NOTE } else { 0.0 };
            let least = note + header.1 + self.first_row(&cells, part, size, header.1);
            if let Some((level, text)) = heading.filter(|_| number == 0) {
                self.heading(level, text, least);
            } else {
                self.room(least.min(self.page_height()));
            }
            if parts.len() > 1 {
                let own = part.iter().map(|(at, _)| *at).find(|at| *at > 0 || number == 0);
                let (from, to) = (own.unwrap_or_default() + 1, part.last().map_or(1, |(at, _)| at + 1));
                self.note(&format!("Columns {from} to {to} of {}", cells.names.len()));
            }
            self.part(table, &cells, part, size, header);
        }
        for said in left_out(table, &cells, limits) {
            self.note(&said);
        }
        self.down(4.0);
    }

    /// The header of a part, and its height.
    fn header(&mut self, cells: &Cells, part: &Part, size: f32) -> (Vec<Vec<Line>>, f32) {
        let names: Vec<_> = part.iter().map(|(at, _)| &cells.names[*at]).collect();
        let header = self.wrapped(&names, part, size, Face::Bold, HEADER_LINES_MAX);
        let height = height_of(&header, size * LEADING);
        (header, height)
    }

    fn first_row(&mut self, cells: &Cells, part: &Part, size: f32, header_height: f32) -> f32 {
        let Some(row) = cells.rows.first() else { return 0.0 };
        let texts: Vec<_> = part.iter().map(|(at, _)| &row[*at]).collect();
        let lines_max = self.lines_max(size, header_height);
        let wrapped = self.wrapped(&texts, part, size, Face::Regular, lines_max);
        height_of(&wrapped, size * LEADING)
    }

    /// Lines of a row that fit on a page below the header.
    fn lines_max(&self, size: f32, header_height: f32) -> usize {
        let room = self.page_height() - header_height - 3.0 * PADDING;
        (room / (size * LEADING)).floor().max(1.0) as usize
    }

    /// How the columns are divided, and the size of the text.
    fn parts(&mut self, cells: &Cells) -> (f32, Vec<Part>) {
        let mut size = SIZES[0];
        for tried in SIZES {
            size = tried;
            let wide = self.natural(cells, tried);
            let least = self.least(cells, &wide, tried);
            if least.iter().map(|least| least + 2.0 * PADDING).sum::<f32>() <= self.width {
                let all: Vec<_> = (0..wide.len()).collect();
                return (tried, vec![fitted(&all, &wide, &least, self.width)]);
            }
        }
        let wide = self.natural(cells, size);
        let least = self.least(cells, &wide, size);
        let wanted = |at: usize| wide[at].min(LEAST * 1.6) + 2.0 * PADDING;
        let repeat = wanted(0) < self.width * 0.4;
        let (mut parts, mut part, mut filled) = (Vec::new(), Vec::new(), 0.0);
        for at in 0..wide.len() {
            if filled + wanted(at) > self.width && part.len() > usize::from(repeat) {
                parts.push(fitted(&part, &wide, &least, self.width));
                part = if repeat { vec![0] } else { Vec::new() };
                filled = part.iter().map(|at| wanted(*at)).sum();
            }
            part.push(at);
            filled += wanted(at);
        }
        parts.push(fitted(&part, &wide, &least, self.width));
        (size, parts)
    }

    /// What each column would take without a break.
    fn natural(&mut self, cells: &Cells, size: f32) -> Vec<f32> {
        let mut wide: Vec<f32> = Vec::new();
        for (at, name) in cells.names.iter().enumerate() {
            let mut widest = self.measured(Face::Bold, size, name).min(WIDEST * 0.6);
            for row in &cells.rows {
                widest = widest.max(self.measured(Face::Regular, size, &row[at]));
            }
            wide.push((widest + 0.5).clamp(8.0, WIDEST));
        }
        wide
    }

    /// What each column takes at least: a word of its name is not broken, if it is not very long.
    fn least(&mut self, cells: &Cells, natural: &[f32], size: f32) -> Vec<f32> {
        let names = cells.names.iter().zip(natural);
        names
            .map(|(name, natural)| {
                let words = name.split([' ', '-']);
                let widest = words.map(|word| self.measured(Face::Bold, size, word));
                let widest = widest.fold(LEAST, f32::max).min(LEAST * 1.6);
                natural.min(widest + 0.5)
            })
            .collect()
    }

    fn measured(&mut self, face: Face, size: f32, text: &str) -> f32 {
        let end = text.char_indices().nth(MEASURED_CHARS).map_or(text.len(), |(at, _)| at);
        self.fonts.width(face, size, &text[..end])
    }

    fn part(&mut self, table: &Table, cells: &Cells, part: &Part, size: f32, header: (Vec<Vec<Line>>, f32)) {
        let line = size * LEADING;
        let (header, header_height) = header;
        let lines_max = self.lines_max(size, header_height);
        let mut begun = false;
        for row in &cells.rows {
            if self.is_full() {
                return;
            }
            let texts: Vec<_> = part.iter().map(|(at, _)| &row[*at]).collect();
            let wrapped = self.wrapped(&texts, part, size, Face::Regular, lines_max);
            let height = height_of(&wrapped, line);
            let needed = height + if begun { 0.0 } else { header_height };
            if self.left() < needed {
                self.page_break();
                begun = false;
            }
            if !begun {
                self.row(table, &header, part, (size, header_height), true);
                begun = true;
            }
            self.row(table, &wrapped, part, (size, height), false);
        }
        if cells.rows.is_empty() {
            self.room(header_height);
            self.row(table, &header, part, (size, header_height), true);
        }
        self.down(4.0);
    }

    fn wrapped(&mut self, texts: &[&String], part: &Part, size: f32, face: Face, lines_max: usize) -> Vec<Vec<Line>> {
        let mut wrapped = Vec::new();
        for (text, (_, width)) in texts.iter().zip(part) {
            let span = Span {
                text: (*text).clone(),
                face,
            };
            let mut lines = wrap(&mut self.fonts, &[span], size, width - 2.0 * PADDING);
            if lines.len() > lines_max {
                lines.truncate(lines_max.saturating_sub(1));
                let width = self.fonts.width(face, size, "…");
                lines.push(Line(vec![(face, "…".to_owned(), width)]));
            }
            wrapped.push(lines);
        }
        wrapped
    }

    fn row(&mut self, table: &Table, cells: &[Vec<Line>], part: &Part, (size, height): (f32, f32), header: bool) {
        let top = self.y();
        let whole: f32 = part.iter().map(|(_, width)| width).sum();
        if header {
            self.rectangle((0.0, top), (whole, height), SHADE);
        }
        let mut x = 0.0;
        for (lines, (at, width)) in cells.iter().zip(part) {
            for (number, line) in lines.iter().enumerate() {
                let y = top + PADDING * 0.6 + number as f32 * size * LEADING;
                let indent = if table.columns[*at].numeric {
                    (width - PADDING - line.width()).max(PADDING)
                } else {
                    PADDING
                };
                self.line(line, size, (x + indent, y), if header { GREY } else { INK });
            }
            x += width;
        }
        self.rectangle((0.0, top + height - 0.5), (whole, 0.5), RULE);
        self.down(height);
    }
}

fn height_of(cells: &[Vec<Line>], line: f32) -> f32 {
    cells.iter().map(Vec::len).max().unwrap_or(1) as f32 * line + PADDING * 1.2
}

/// Widths of columns in so many points: what each wants, or less of what is more than the least.
fn fitted(columns: &[usize], natural: &[f32], least: &[f32], width: f32) -> Part {
    let pad = 2.0 * PADDING;
    let wanted: f32 = columns.iter().map(|at| natural[*at] + pad).sum();
    if wanted <= width {
        return columns.iter().map(|at| (*at, natural[*at] + pad)).collect();
    }
    let fixed: f32 = columns.iter().map(|at| least[*at] + pad).sum();
    let share = ((width - fixed) / (wanted - fixed)).max(0.0);
    let fit = |at: &usize| (*at, least[*at] + (natural[*at] - least[*at]) * share + pad);
    columns.iter().map(fit).collect()
}

fn cells(table: &Table, limits: &ServerLimits) -> Cells {
    let columns = table.columns.len().min(limits.pdf_table_columns as usize);
    let mut cut = false;
    let mut short = |text: &str| {
        let most = limits.pdf_cell_max_chars as usize;
        let end = text.char_indices().nth(most).map(|(at, _)| at);
        cut |= end.is_some();
        let mut kept = text::one_line(&text[..end.unwrap_or(text.len())]);
        if end.is_some() {
            kept.push('…');
        }
        kept
    };
    let names = table.columns[..columns]
        .iter()
        .map(|column| short(&column.name))
        .collect();
    let rows = table.rows.iter().take(limits.pdf_table_rows as usize);
    let rows = rows.map(|row| {
        (0..columns)
            .map(|at| short(&cell(row.get(at).unwrap_or(&Value::Null))))
            .collect()
    });
    let rows = rows.collect();
    Cells { names, rows, cut }
}

/// What of the table is not there, each as a sentence.
fn left_out(table: &Table, cells: &Cells, limits: &ServerLimits) -> Vec<String> {
    let mut said = Vec::new();
    let (shown, whole) = (cells.rows.len() as u64, table.row_count.max(table.rows.len() as u64));
    if shown < whole {
        let (shown, whole) = (grouped(&shown.to_string()), grouped(&whole.to_string()));
        said.push(
            format!("First {shown} rows of {whole}. {}", table.rest)
                .trim_end()
                .to_owned(),
        );
    } else if whole == 0 {
        said.push("The table has no rows.".to_owned());
    }
    if cells.names.len() < table.columns.len() {
        said.push(format!(
            "First {} columns of {}.",
            cells.names.len(),
            table.columns.len()
        ));
    }
    if cells.cut {
        said.push(format!("Cells are cut after {} characters.", limits.pdf_cell_max_chars));
    }
    said
}

/// A value as its cell shows it.
pub fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) => number_text(number),
        other => other.to_string(),
    }
}

fn number_text(number: &serde_json::Number) -> String {
    let plain = number.to_string();
    match number.as_f64() {
        Some(value) if number.is_f64() && value != 0.0 && value.abs() < 1e15 && value.abs() >= 1e-6 => {
            let digits = (DIGITS - 1 - value.abs().log10().floor() as i32).clamp(0, 17) as usize;
            let rounded = format!("{value:.digits$}");
            if rounded.contains('.') {
                rounded.trim_end_matches('0').trim_end_matches('.').to_owned()
            } else {
                rounded
            }
        }
        _ => plain,
    }
}

/// A number as a figure that stands alone, with its thousands apart and as many digits as the app's number tiles show.
pub fn number(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Number(number) => grouped(&rounded(number).unwrap_or_else(|| cell(value))),
        other => cell(other),
    }
}

/// With two digits after the point, or four where it is below one; `None` for a whole number, and where nothing is left.
fn rounded(number: &serde_json::Number) -> Option<String> {
    let value = number.as_f64().filter(|_| number.is_f64())?;
    let digits = if value.abs() >= 1.0 { 2 } else { 4 };
    let text = format!("{value:.digits$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    (!matches!(text, "0" | "-0") && value.abs() < 1e15).then(|| text.to_owned())
}

fn grouped(text: &str) -> String {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    if !whole.bytes().all(|b| b.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut out = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out.push_str(rest);
    out
}
