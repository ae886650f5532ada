//! Divides a table's bytes into records and fields exactly as polars does, so that a preview, the row numbers and a
//! script's data frame agree.
//!
//! The rules: a quote counts only where it opens a field; inside such a field a doubled quote is one, and newlines are
//! text; a carriage return before a newline is no part of the field; every line after the first record is a row, an
//! empty one a row of nulls, while empty lines before the first record are none. Which rows are data is decided
//! elsewhere. A general CSV reader skips empty lines everywhere and would give rows other numbers. Bytes may come in
//! pieces of any size; nothing is kept of them.

use memchr::{memchr_iter, memchr2, memchr3};
use serde::{Deserialize, Serialize};

/// What divides a table's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    pub delimiter: u8,
    /// `None` where quotes are text like any other.
    pub quote: Option<u8>,
}

/// One record and where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its first byte.
    pub start: u64,
    /// The byte after its newline.
    pub end: u64,
    /// The line it begins on, from 1.
    pub line: u64,
    pub fields: u64,
    /// Its fields hold nothing, not even an empty text in quotes.
    pub empty: bool,
    /// Its first byte; a newline where it has none.
    pub first: u8,
}

/// A quote that is opened and not closed before the end, and the line of its record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unclosed {
    pub line: u64,
}

/// Finds the records in bytes that are fed to it piece by piece.
#[derive(Debug)]
pub struct Scanner {
    dialect: Dialect,
    state: State,
    offset: u64,
    line: u64,
    record: Record,
    /// The record has only carriage returns so far.
    blank: bool,
    /// There was a record before, so that an empty line is a row.
    begun: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    FieldStart,
    Plain,
    Quoted { inside: bool },
}

impl Scanner {
    /// Begins at byte `offset`; `begun` says whether a record came before.
    pub fn new(dialect: Dialect, offset: u64, begun: bool) -> Self {
        Self {
            dialect,
            state: State::FieldStart,
            offset,
            line: 1,
            record: Record {
                start: offset,
                end: offset,
                line: 1,
                fields: 1,
                empty: true,
                first: b'\n',
            },
            blank: true,
            begun,
        }
    }

    /// Goes on with `bytes` and hands every record that ends in them to `take`, until that answers false.
    pub fn feed(&mut self, bytes: &[u8], mut take: impl FnMut(Record) -> bool) {
        let Dialect { delimiter, quote } = self.dialect;
        // Without a quote character its searches look for the newline once more.
        let quote_byte = quote.unwrap_or(b'\n');
        let mut at = 0;
        while at < bytes.len() {
            let rest = &bytes[at..];
            if self.offset + at as u64 == self.record.start {
                self.record.first = rest[0];
            }
            match self.state {
                State::FieldStart if quote == Some(rest[0]) => {
                    self.state = State::Quoted { inside: true };
                    self.blank = false;
                    self.record.empty = false;
                    at += 1;
                }
                State::Quoted { inside: true } => {
                    let found = memchr2(quote_byte, b'\n', rest);
                    match found.map(|found| (found, rest[found])) {
                        Some((found, b'\n')) => {
                            self.line += 1;
                            at += found + 1;
                        }
                        Some((found, _)) => {
                            self.state = State::Quoted { inside: false };
                            at += found + 1;
                        }
                        None => at = bytes.len(),
                    }
                }
                State::FieldStart | State::Plain | State::Quoted { inside: false } => {
                    let found = match self.state {
                        State::Quoted { .. } => memchr3(quote_byte, delimiter, b'\n', rest),
                        _ => memchr2(delimiter, b'\n', rest),
                    };
                    let text = &rest[..found.unwrap_or(rest.len())];
                    let returns = text.iter().all(|byte| *byte == b'\r');
                    self.blank &= returns;
                    self.record.empty &= returns;
                    let Some(found) = found else {
                        if self.state == State::FieldStart {
                            self.state = State::Plain;
                        }
                        at = bytes.len();
                        continue;
                    };
                    at += found + 1;
                    if rest[found] == b'\n' {
                        self.line += 1;
                        let ended = self.end_record(self.offset + at as u64);
                        if ended.is_some_and(|record| !take(record)) {
                            break;
                        }
                    } else if rest[found] == delimiter {
                        self.record.fields += 1;
                        self.blank = false;
                        self.state = State::FieldStart;
                    } else {
                        self.state = State::Quoted { inside: true };
                    }
                }
            }
        }
        self.offset += at as u64;
    }

    /// The last record, where no newline ends it.
    pub fn finish(mut self) -> Result<Option<Record>, Unclosed> {
        if self.state == (State::Quoted { inside: true }) {
            return Err(Unclosed { line: self.record.line });
        }
        if self.offset == self.record.start {
            return Ok(None);
        }
        Ok(self.end_record(self.offset))
    }

    fn end_record(&mut self, end: u64) -> Option<Record> {
        let next = Record {
            start: end,
            end,
            line: self.line,
            fields: 1,
            empty: true,
            first: b'\n',
        };
        let mut record = std::mem::replace(&mut self.record, next);
        let skipped = self.blank && !self.begun;
        self.state = State::FieldStart;
        self.blank = true;
        self.begun |= !skipped;
        record.end = end;
        (!skipped).then_some(record)
    }
}

/// The fields of one record, of which there are to be `columns`: what is empty and not quoted is null, and so is what
/// is missing.
pub fn fields(record: &[u8], dialect: Dialect, columns: usize) -> Vec<Option<String>> {
    let record = record.strip_suffix(b"\n").unwrap_or(record);
    let record = record.strip_suffix(b"\r").unwrap_or(record);
    let mut fields = Vec::with_capacity(columns);
    let mut rest = Some(record);
    while let Some(bytes) = rest
        && fields.len() < columns
    {
        let end = field_end(bytes, dialect);
        fields.push(value(&bytes[..end], dialect));
        rest = bytes.get(end + 1..);
    }
    fields.resize(columns, None);
    fields
}

fn field_end(bytes: &[u8], dialect: Dialect) -> usize {
    let mut inside = false;
    let quoted = dialect.quote.is_some() && bytes.first() == dialect.quote.as_ref();
    if !quoted {
        return memchr::memchr(dialect.delimiter, bytes).unwrap_or(bytes.len());
    }
    for (at, byte) in bytes.iter().enumerate() {
        if Some(*byte) == dialect.quote {
            inside = !inside;
        } else if *byte == dialect.delimiter && !inside {
            return at;
        }
    }
    bytes.len()
}

fn value(field: &[u8], dialect: Dialect) -> Option<String> {
    if field.is_empty() {
        return None;
    }
    let Some(quote) = dialect.quote else {
        return Some(String::from_utf8_lossy(field).into_owned());
    };
    let inner = field
        .strip_prefix(&[quote])
        .and_then(|field| field.strip_suffix(&[quote]));
    let Some(inner) = inner else {
        return Some(String::from_utf8_lossy(field).into_owned());
    };
    let text = String::from_utf8_lossy(inner);
    let quote = char::from(quote);
    if memchr_iter(quote as u8, inner).next().is_none() {
        return Some(text.into_owned());
    }
    let doubled: String = [quote, quote].iter().collect();
    Some(text.replace(&doubled, quote.encode_utf8(&mut [0; 4])))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMA: Dialect = Dialect {
        delimiter: b',',
        quote: Some(b'"'),
    };

    /// Every record's line and fields, the same for pieces of any size.
    fn check(text: &str, dialect: Dialect, columns: usize, expected: &[(u64, &[Option<&str>])]) {
        for size in [1, 2, 3, 7, text.len().max(1)] {
            let (mut found, mut scanner) = (Vec::new(), Scanner::new(dialect, 0, false));
            for piece in text.as_bytes().chunks(size) {
                scanner.feed(piece, |record| {
                    found.push(record);
                    true
                });
            }
            found.extend(scanner.finish().unwrap());
            let told: Vec<(u64, Vec<Option<String>>)> = found
                .iter()
                .map(|r| {
                    (
                        r.line,
                        fields(&text.as_bytes()[r.start as usize..r.end as usize], dialect, columns),
                    )
                })
                .collect();
            let expected: Vec<(u64, Vec<Option<String>>)> = expected
                .iter()
                .map(|(line, fields)| (*line, fields.iter().map(|field| field.map(str::to_owned)).collect()))
                .collect();
            assert_eq!(told, expected, "{text:?} in pieces of {size}");
        }
    }

    #[test]
    fn records_are_divided_as_polars_does() {
        let (a, b) = (Some("a"), Some("b"));
        check("a,b\n1,2\n", COMMA, 2, &[(1, &[a, b]), (2, &[Some("1"), Some("2")])]);
        check("a,b\r\n1,\r\n", COMMA, 2, &[(1, &[a, b]), (2, &[Some("1"), None])]);
        check("a,b\n1", COMMA, 2, &[(1, &[a, b]), (2, &[Some("1"), None])]);
        check(
            "\r\n\na\n\n1\n\n",
            COMMA,
            1,
            &[(3, &[a]), (4, &[None]), (5, &[Some("1")]), (6, &[None])],
        );
        check(
            "a,b\n\"x\ny\"\"z\",\"\"\nc,\"d\"",
            COMMA,
            2,
            &[
                (1, &[a, b]),
                (2, &[Some("x\ny\"z"), Some("")]),
                (4, &[Some("c"), Some("d")]),
            ],
        );
        check(
            "a,b\nx\"y\"z,1\" long\n",
            COMMA,
            2,
            &[(1, &[a, b]), (2, &[Some("x\"y\"z"), Some("1\" long")])],
        );
        let plain = Dialect {
            delimiter: b'\t',
            quote: None,
        };
        check(
            "a\tb\n\"1\t2\"\n",
            plain,
            2,
            &[(1, &[a, b]), (2, &[Some("\"1"), Some("2\"")])],
        );
    }

    #[test]
    fn a_quote_that_stays_open_is_told_with_its_line() {
        let mut scanner = Scanner::new(COMMA, 0, false);
        scanner.feed(b"a,b\n1,\"2\n3,4\n", |_| true);
        assert_eq!(scanner.finish(), Err(Unclosed { line: 2 }));
    }

    #[test]
    fn fields_are_counted() {
        let (mut counts, mut scanner) = (Vec::new(), Scanner::new(COMMA, 0, false));
        scanner.feed(b"a,b\n1,2,\n\"1,2\"\n\n", |record| {
            counts.push(record.fields);
            true
        });
        assert_eq!(counts, [2, 3, 1, 1]);
    }
}
