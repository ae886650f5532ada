//! How rows look in a terminal: what other people wrote is shown without what would move the cursor.

use chrono::{DateTime, Utc};
use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

/// A table, and a line that says how many rows it has. The columns of `right` stand to the right, as numbers do.
pub fn table<const N: usize>(header: [&str; N], rows: Vec<[String; N]>, right: &[usize], noun: &str) -> String {
    let count = rows.len();
    if count == 0 {
        return format!("no {noun}s");
    }
    let mut grid = grid();
    grid.set_header(header);
    for row in rows {
        grid.add_row(row.map(|cell| plain(&cell)));
    }
    for index in right {
        if let Some(column) = grid.column_mut(*index) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    let plural = if count == 1 { "" } else { "s" };
    format!("{grid}\n{count} {noun}{plural}")
}

/// One thing, a property a line.
pub fn properties(properties: &[(&str, String)]) -> String {
    let mut grid = grid();
    for (name, value) in properties {
        grid.add_row([(*name).to_owned(), plain(value)]);
    }
    grid.to_string()
}

/// A moment, to the minute.
pub fn time(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// A moment that may not have come.
pub fn time_or(moment: Option<DateTime<Utc>>, otherwise: &str) -> String {
    moment.map_or_else(|| otherwise.to_owned(), time)
}

pub fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

fn plain(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// As wide as the terminal; into a file or another program every row is one line.
fn grid() -> Table {
    let mut grid = Table::new();
    grid.load_preset(presets::UTF8_FULL_CONDENSED);
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).ok();
    if let Some(columns) = size.map(|size| size.ws_col).filter(|columns| *columns > 0) {
        grid.set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(columns);
    }
    grid
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_says_how_many_rows_it_has_and_obeys_nobody() {
        let shown = table(
            ["name", "n"],
            vec![["a\u{1b}[2Jb".to_owned(), "1".to_owned()]],
            &[1],
            "user",
        );
        assert!(shown.ends_with("1 user"), "{shown}");
        assert!(!shown.contains('\u{1b}'), "{shown}");
        assert_eq!(table(["name"], Vec::new(), &[], "user"), "no users");
    }
}
