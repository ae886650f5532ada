//! A table's rows: where they start, and a page of them straight from the bytes.
//!
//! One pass over the table gives an index with an entry every quarter of a megabyte or so; a page is then a short read
//! from the entry before it, however deep in the table it lies. Records are divided by `records`, both times.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    ops::Range,
    path::Path,
};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Problem,
    layout::Layout,
    records::{self, Dialect, Scanner},
};

/// Rows of a page.
pub const PAGE_MAX_ROWS: u64 = 500;
/// Bytes of the table that one page may come from.
pub const PAGE_MAX_BYTES: u64 = 4 << 20;
/// Values of a page, but for a first row that has more: short rows of a table with very many columns are long rows.
const PAGE_MAX_CELLS: usize = 250_000;
/// Bytes between two entries of the index, unless that made too many.
const STEP_BYTES: u64 = 256 << 10;
const ENTRIES_MAX: u64 = 4096;
const BUFFER_BYTES: usize = 256 << 10;

/// Where rows start: entries of byte offset and row number, both rising, from row 0 on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RowIndex(Vec<(u64, u64)>);

/// A page of a table's rows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Rows {
    /// The columns' names, in order.
    pub columns: Vec<String>,
    /// Each with a value for every column: the text from the file, or null. If rows are very long, there are fewer than
    /// requested.
    pub rows: Vec<Vec<Option<String>>>,
    /// The number of the first row, from 0.
    pub offset: u64,
    /// Rows of the table.
    pub total: u64,
}

/// How a table is divided, as far as its rows go.
#[derive(Clone, Debug)]
pub struct Shape {
    pub dialect: Dialect,
    pub header: bool,
    pub columns: usize,
    pub layout: Layout,
}

/// Counts the rows of the table at `path` and makes its index. A row with too many fields and a quote that is not
/// closed are problems, with their lines.
pub fn scan(path: &Path, shape: &Shape) -> anyhow::Result<Result<(u64, RowIndex), Problem>> {
    let mut file = File::open(path).context("opening a table")?;
    let bytes = file.metadata().context("opening a table")?.len();
    let step = STEP_BYTES.max(bytes / ENTRIES_MAX);
    let start = shape.layout.start;
    let lines_before = lines(&mut file, start)?;
    file.seek(SeekFrom::Start(start)).context("reading a table")?;
    let mut scanner = Scanner::new(shape.dialect, start, false);
    let mut seen = Seen {
        shape,
        lines_before,
        sieve: Sieve {
            layout: &shape.layout,
            place: 0,
        },
        head: if shape.header { 1 + shape.layout.after } else { 0 },
        rows: 0,
        index: Vec::new(),
        next_entry: 0,
        step,
        ragged: None,
    };
    let mut buffer = vec![0; BUFFER_BYTES];
    loop {
        let read = file.read(&mut buffer).context("reading a table")?;
        if read == 0 {
            break;
        }
        scanner.feed(&buffer[..read], |record| seen.take(record));
        if let Some(problem) = seen.ragged {
            return Ok(Err(problem));
        }
    }
    match scanner.finish() {
        Err(unclosed) => {
            return Ok(Err(Problem {
                message: "A quote is opened in this row and never closed.".to_owned(),
                line: Some(unclosed.line + seen.lines_before),
            }));
        }
        Ok(Some(last)) => {
            seen.take(last);
        }
        Ok(None) => {}
    }
    if let Some(problem) = seen.ragged {
        return Ok(Err(problem));
    }
    Ok(Ok((seen.rows, RowIndex(seen.index))))
}

/// Newlines in the first `bytes` of a file.
fn lines(file: &mut File, bytes: u64) -> anyhow::Result<u64> {
    let mut text = Vec::new();
    file.take(bytes).read_to_end(&mut text).context("reading a table")?;
    Ok(memchr::memchr_iter(b'\n', &text).count() as u64)
}

/// Tells the records that are rows of the table from those that are no data.
struct Sieve<'a> {
    layout: &'a Layout,
    /// The next record's place among those that are not empty, as `left_out` counts.
    place: u64,
}

impl<'a> Sieve<'a> {
    /// Begins where row `first` does.
    fn new(layout: &'a Layout, first: u64) -> Self {
        let place = layout
            .left_out
            .iter()
            .fold(first, |place, out| place + u64::from(*out <= place));
        Self { layout, place }
    }

    fn is_comment(&self, record: &records::Record) -> bool {
        self.layout
            .comment
            .as_deref()
            .is_some_and(|sign| sign.as_bytes().first() == Some(&record.first))
    }

    fn keeps(&mut self, record: &records::Record) -> bool {
        if self.is_comment(record) || (self.layout.blank && record.empty) {
            return false;
        }
        self.place += 1;
        self.layout.left_out.binary_search(&(self.place - 1)).is_err()
    }
}

struct Seen<'a> {
    shape: &'a Shape,
    lines_before: u64,
    sieve: Sieve<'a>,
    /// Records of the header that are still to come.
    head: u32,
    rows: u64,
    index: Vec<(u64, u64)>,
    next_entry: u64,
    step: u64,
    ragged: Option<Problem>,
}

impl Seen<'_> {
    fn take(&mut self, record: records::Record) -> bool {
        let header = self.head > 0;
        if header {
            self.head -= u32::from(!self.sieve.is_comment(&record));
            // The second of two rows of names may be the longer one.
            if self.shape.layout.after > 0 {
                return true;
            }
        }
        let columns = self.shape.columns as u64;
        if record.fields > columns + u64::from(self.shape.layout.extra) && !self.sieve.is_comment(&record) {
            self.ragged = Some(Problem {
                message: format!(
                    "This row has {} fields, but the table has {columns} {}. Fix the line, or set in the preview which \
                     row names the columns.",
                    record.fields,
                    if columns == 1 { "column" } else { "columns" }
                ),
                line: Some(record.line + self.lines_before),
            });
            return false;
        }
        if !header && self.sieve.keeps(&record) {
            if record.start >= self.next_entry {
                self.index.push((record.start, self.rows));
                self.next_entry = record.start + self.step;
            }
            self.rows += 1;
        }
        true
    }
}

impl RowIndex {
    /// Where the rows from `offset` on, `limit` of them, are to be read: the bytes, and the number of the row that
    /// these begin with. `bytes` is the table's size. `None` where there are no such rows.
    pub fn window(&self, offset: u64, limit: u64, bytes: u64) -> Option<(Range<u64>, u64)> {
        let after = self.0.partition_point(|(_, row)| *row <= offset);
        let (start, first) = *self.0.get(after.checked_sub(1)?)?;
        let end = self.0[after..]
            .iter()
            .find(|(_, row)| *row >= offset.saturating_add(limit));
        let end = end.map_or(bytes, |(end, _)| *end);
        Some((start..end.min(start.saturating_add(PAGE_MAX_BYTES)), first))
    }
}

/// The rows from `offset` on, `limit` of them, in `bytes`, which begin with row `first`. Those that are cut off are
/// left out, unless `to_end` says that the table ends there.
pub fn page(
    bytes: &[u8],
    shape: &Shape,
    first: u64,
    offset: u64,
    limit: u64,
    to_end: bool,
) -> Vec<Vec<Option<String>>> {
    let mut scanner = Scanner::new(shape.dialect, 0, true);
    let (mut row, mut rows) = (first, Vec::new());
    let mut sieve = Sieve::new(&shape.layout, first);
    let mut take = |record: records::Record| {
        if !sieve.keeps(&record) {
            return true;
        }
        if row >= offset && has_room(rows.len(), shape.columns) {
            let text = &bytes[record.start as usize..record.end as usize];
            rows.push(records::fields(text, shape.dialect, shape.columns));
        }
        row += 1;
        (rows.len() as u64) < limit && has_room(rows.len(), shape.columns)
    };
    scanner.feed(bytes, &mut take);
    if to_end && let Ok(Some(last)) = scanner.finish() {
        take(last);
    }
    rows.truncate(limit as usize);
    rows
}

fn has_room(rows: usize, columns: usize) -> bool {
    rows == 0 || (rows + 1).saturating_mul(columns) <= PAGE_MAX_CELLS
}

/// The beginning of a table that nobody has looked into yet.
#[derive(Debug, PartialEq, Eq)]
pub struct Beginning {
    /// The fields of its first record.
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
    /// Rows of the table, where `bytes` was all of it.
    pub total: Option<u64>,
}

/// The rows from `offset` on, `limit` of them, of a table with a header, of which `bytes` is the beginning or the
/// `whole`. `None` where not even the header is in it.
pub fn beginning(bytes: &[u8], delimiter: u8, whole: bool, offset: u64, limit: u64) -> Option<Beginning> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let dialect = Dialect {
        delimiter,
        quote: Some(b'"'),
    };
    let mut scanner = Scanner::new(dialect, 0, false);
    let (mut columns, mut rows, mut count) = (None, Vec::new(), 0);
    let mut take = |record: records::Record| {
        let text = &bytes[record.start as usize..record.end as usize];
        match &columns {
            None => columns = Some(records::fields(text, dialect, record.fields as usize)),
            Some(columns) => {
                let asked = (offset..offset.saturating_add(limit)).contains(&count);
                if asked && has_room(rows.len(), columns.len()) {
                    rows.push(records::fields(text, dialect, columns.len()));
                }
                count += 1;
            }
        }
        true
    };
    scanner.feed(bytes, &mut take);
    if whole && let Ok(Some(last)) = scanner.finish() {
        take(last);
    }
    Some(Beginning {
        columns: columns?.into_iter().map(Option::unwrap_or_default).collect(),
        rows,
        total: whole.then_some(count),
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn shape(columns: usize) -> Shape {
        Shape {
            dialect: Dialect {
                delimiter: b',',
                quote: Some(b'"'),
            },
            header: true,
            columns,
            layout: Layout::default(),
        }
    }

    #[test]
    fn every_page_of_a_large_table_has_its_own_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        let mut text = String::from("n,text\n");
        for n in 0..40_000 {
            write!(text, "{n},\"row\n{n}, of many\"\n").unwrap();
        }
        text.pop();
        std::fs::write(&path, &text).unwrap();
        let (total, index) = scan(&path, &shape(2)).unwrap().unwrap();
        assert_eq!(total, 40_000);
        assert!(index.0.len() > 2, "{index:?}");
        for (offset, limit, expected) in [(0, 3, 3), (19_999, 500, 500), (39_998, 10, 2), (40_000, 10, 0)] {
            let (range, first) = index.window(offset, limit, text.len() as u64).unwrap();
            let bytes = &text.as_bytes()[range.start as usize..range.end as usize];
            let rows = page(bytes, &shape(2), first, offset, limit, range.end == text.len() as u64);
            assert_eq!(rows.len(), expected, "{offset}");
            for (at, row) in rows.iter().enumerate() {
                let n = offset + at as u64;
                assert_eq!(row[..], [Some(n.to_string()), Some(format!("row\n{n}, of many"))]);
            }
        }
    }

    type Row<'a> = [Option<&'a str>; 2];

    #[test]
    fn a_beginning_has_whole_rows_alone() {
        let text = b"\xef\xbb\xbfa,b\n1,\"x\ny\"\n,2\n3,4";
        let check = |end: usize, offset: u64, limit: u64, rows: &[Row<'_>], total: Option<u64>| {
            let found = beginning(&text[..end], b',', end == text.len(), offset, limit);
            let row = |row: &Row<'_>| row.map(|cell| cell.map(str::to_owned)).to_vec();
            let expected = Beginning {
                columns: vec!["a".to_owned(), "b".to_owned()],
                rows: rows.iter().map(row).collect(),
                total,
            };
            assert_eq!(found, Some(expected), "{end} {offset} {limit}");
        };
        let (one, two, three) = ([Some("1"), Some("x\ny")], [None, Some("2")], [Some("3"), Some("4")]);
        check(text.len(), 0, 10, &[one, two, three], Some(3));
        check(text.len(), 1, 1, &[two], Some(3));
        check(text.len(), 3, 1, &[], Some(3));
        check(text.len() - 1, 0, 10, &[one, two], None);
        assert_eq!(beginning(&text[..6], b',', false, 0, 10), None);
        assert_eq!(beginning(b"", b',', true, 0, 10), None);
    }

    #[test]
    fn a_page_of_very_many_columns_has_few_rows() {
        let wide = shape(PAGE_MAX_CELLS / 2);
        assert_eq!(page(b"1\n2\n3\n4\n", &wide, 0, 1, 10, true).len(), 2);
        let wider = shape(PAGE_MAX_CELLS + 1);
        assert_eq!(page(b"1\n2\n3\n4", &wider, 0, 3, 10, true).len(), 1);
    }

    #[test]
    fn a_table_without_rows_has_no_window() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        std::fs::write(&path, "a,b\n").unwrap();
        let (total, index) = scan(&path, &shape(2)).unwrap().unwrap();
        assert_eq!((total, index.window(0, 10, 4)), (0, None));
    }

    #[test]
    fn rows_that_are_no_data_are_not_counted_and_on_no_page() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        let text = "Report\n\na,b\n[m],[s]\nTotal,8\n1,2\n,\n# note, with, commas\n3,4\nTotal,6,\n\n5,6\n";
        std::fs::write(&path, text).unwrap();
        let shape = Shape {
            layout: Layout {
                start: 8,
                after: 1,
                comment: Some("#".to_owned()),
                extra: 1,
                blank: true,
                left_out: vec![0, 3],
                ..Layout::default()
            },
            ..shape(2)
        };
        let (total, index) = scan(&path, &shape).unwrap().unwrap();
        assert_eq!(total, 3);
        let (range, first) = index.window(0, 3, text.len() as u64).unwrap();
        let bytes = &text.as_bytes()[range.start as usize..range.end as usize];
        let first_cells = |offset| {
            let rows = page(bytes, &shape, first, offset, 3, true);
            rows.into_iter().map(|row| row[0].clone().unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(first_cells(0), ["1", "3", "5"]);
        assert_eq!(first_cells(2), ["5"]);
        std::fs::write(&path, format!("{text}1,2,3,4\n")).unwrap();
        assert_eq!(scan(&path, &shape).unwrap().unwrap_err().line, Some(13));
    }

    #[test]
    fn problems_have_their_lines() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("table");
        let check = |text: &str, line: u64| {
            std::fs::write(&path, text).unwrap();
            assert_eq!(
                scan(&path, &shape(2)).unwrap().unwrap_err().line,
                Some(line),
                "{text:?}"
            );
        };
        check("a,b\n\"x\ny\",2\n1,2,3\n", 4);
        check("a,b\n1,2\n1,2,", 3);
        check("a,b\n1,2\n\"1,2\n3,4\n", 3);
    }
}
