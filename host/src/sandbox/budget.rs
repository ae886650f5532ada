//! How much a run may tell beside its printed text, so that no script fills the memory of those who listen.
//!
//! The worker keeps its guest to a [`Budget`]: what is too much is cut where a shorter form says so itself, else left
//! out with one notice among the printed text. The host believes no worker and has an [`Allowance`], which a worker of
//! ours never reaches; it counts a message's parts before it parses them.

use std::ops::SubAssign;

use glovebox_sdk::{Ending, Event, Fault, Message, Table};

/// Tables that one run may show.
pub const TABLES_MAX: u32 = 200;

/// JSON values of all tables that one run shows: cells, what is in them, and the parts of headers.
pub const TABLE_VALUES_MAX: usize = 100_000;

/// Bytes of all tables that one run shows, as JSON.
pub const TABLE_BYTES_MAX: usize = 8 << 20;

/// Reports of charts that one run may make.
pub const CHART_EVENTS_MAX: u32 = 1_000;

/// Reports of progress that one run may make; later ones are passed over.
pub const PROGRESS_EVENTS_MAX: u32 = 10_000;

/// Bytes of these reports together.
const EVENT_BYTES_MAX: usize = 4 << 20;

/// Bytes of each text of an error, and of a result.
pub const ENDING_TEXT_MAX_BYTES: usize = 64 << 10;

/// Bytes of a chart's title and description, and of a label.
const LABEL_MAX_BYTES: usize = 1 << 10;

/// Bytes of one message that a worker looks into; a longer one is left out.
const MESSAGE_MAX_BYTES: usize = 64 << 20;

/// Values of one message that a worker looks into, to cut it.
const MESSAGE_VALUES_MAX: usize = 1_000_000;

/// Messages that a host takes of one run: more than any budget lets through.
pub const MESSAGES_MAX: u32 = 12_000;

/// Bytes of these: of tables, of reports, and of the end.
pub const MESSAGES_MAX_BYTES: usize = TABLE_BYTES_MAX + EVENT_BYTES_MAX + (2 << 20);

/// JSON values of these.
const MESSAGES_VALUES_MAX: usize = 250_000;

/// What the host still takes of one run.
#[derive(Debug)]
pub struct Allowance {
    messages: u32,
    bytes: usize,
    values: usize,
}

impl Default for Allowance {
    fn default() -> Self {
        Self {
            messages: MESSAGES_MAX,
            bytes: MESSAGES_MAX_BYTES,
            values: MESSAGES_VALUES_MAX,
        }
    }
}

/// A message beyond the allowance.
#[derive(Debug)]
pub struct TooMuch;

impl Allowance {
    /// Takes off one message.
    pub fn take(&mut self, json: &[u8]) -> Result<(), TooMuch> {
        self.messages = self.messages.checked_sub(1).ok_or(TooMuch)?;
        self.bytes = self.bytes.checked_sub(json.len()).ok_or(TooMuch)?;
        self.values = self.values.checked_sub(values(json)).ok_or(TooMuch)?;
        Ok(())
    }
}

/// What a worker does with a message of its guest's.
#[derive(Debug, PartialEq)]
pub enum Fitted {
    /// It goes to the host as it came.
    AsItIs,
    /// This goes instead.
    Cut(Box<Message>),
    /// Printed text, which has a limit of its own.
    Output(glovebox_sdk::Stream, String),
    /// It is left out.
    Left,
    /// It is left out, and the reader is told so, once in a run.
    LeftWith(&'static str),
}

/// What one run may still tell.
#[derive(Debug)]
pub struct Budget {
    rows_max: usize,
    tables: u32,
    values: usize,
    bytes: usize,
    charts: u32,
    progress: u32,
    event_bytes: usize,
    noticed: bool,
}

impl Budget {
    /// A whole budget for tables of at most `rows_max` rows.
    pub fn new(rows_max: u64) -> Self {
        Self {
            rows_max: usize::try_from(rows_max).unwrap_or(usize::MAX),
            tables: TABLES_MAX,
            values: TABLE_VALUES_MAX,
            bytes: TABLE_BYTES_MAX,
            charts: CHART_EVENTS_MAX,
            progress: PROGRESS_EVENTS_MAX,
            event_bytes: EVENT_BYTES_MAX,
            noticed: false,
        }
    }

    /// Fits a message in. An error says why it is none.
    pub fn fit(&mut self, json: &[u8]) -> Result<Fitted, String> {
        if json.len() > MESSAGE_MAX_BYTES || values(json) > MESSAGE_VALUES_MAX {
            return Ok(self.leave());
        }
        let message = match serde_json::from_slice(json) {
            Ok(message) => message,
            // Nested deeper than any reader of JSON goes.
            Err(error) if error.to_string().starts_with("recursion limit") => return Ok(self.leave()),
            Err(error) => return Err(format!("the guest sent what is no message: {error}")),
        };
        Ok(match message {
            Message::Event(Event::Output { stream, text }) => Fitted::Output(stream, text),
            Message::Event(Event::Table(table)) => self.fit_table(table, json),
            Message::Event(Event::Progress { done, total, label }) => {
                if !spend(&mut self.progress, 1) || !spend(&mut self.event_bytes, json.len()) {
                    return Ok(Fitted::Left);
                }
                as_it_is_or(label.len() <= LABEL_MAX_BYTES, || {
                    let label = cut(&label, LABEL_MAX_BYTES);
                    Message::Event(Event::Progress { done, total, label })
                })
            }
            // The chart's file is found all the same.
            Message::Event(Event::Chart { name, .. })
                if name.chars().any(char::is_control)
                    || !spend(&mut self.charts, 1)
                    || !spend(&mut self.event_bytes, json.len()) =>
            {
                Fitted::Left
            }
            Message::Event(Event::Chart { name, spec, title, alt }) => {
                as_it_is_or(title.len() <= LABEL_MAX_BYTES && alt.len() <= LABEL_MAX_BYTES, || {
                    let (title, alt) = (cut(&title, LABEL_MAX_BYTES), cut(&alt, LABEL_MAX_BYTES));
                    Message::Event(Event::Chart { name, spec, title, alt })
                })
            }
            Message::Ending(ending) => {
                as_it_is_or(json.len() <= ENDING_TEXT_MAX_BYTES, || Message::Ending(shorten(ending)))
            }
        })
    }

    /// A table as it is, with fewer rows, or not at all.
    fn fit_table(&mut self, mut table: Table, json: &[u8]) -> Fitted {
        if !fits_itself(&table) || !spend(&mut self.tables, 1) {
            return self.leave();
        }
        let whole = table.rows.len();
        table.rows.truncate(self.rows_max);
        let (mut size, mut count) = (json.len(), values(json));
        while size > self.bytes || count > self.values || table.rows.len() > self.rows_max {
            if table.rows.is_empty() {
                return self.leave();
            }
            table.rows.truncate(table.rows.len() / 2);
            let shorter = serde_json::to_vec(&Message::Event(Event::Table(table.clone()))).unwrap_or_default();
            (size, count) = (shorter.len(), values(&shorter));
        }
        // Without any row there is nothing to see of a table that has some.
        if table.rows.is_empty() && whole > 0 && self.rows_max > 0 {
            return self.leave();
        }
        self.bytes -= size;
        self.values -= count;
        as_it_is_or(table.rows.len() == whole, || Message::Event(Event::Table(table)))
    }

    fn leave(&mut self) -> Fitted {
        if std::mem::replace(&mut self.noticed, true) {
            Fitted::Left
        } else {
            Fitted::LeftWith(NOTICE)
        }
    }
}

const NOTICE: &str = "[some of what was displayed is left out: it was too large, or beyond 200 tables, 100,000 cells or 8 \
                      MiB of a run]\n";

/// Whether each row has a cell for each column, and there are no more rows than the table says to have.
pub fn fits_itself(table: &Table) -> bool {
    table.rows.len() as u64 <= table.row_count && table.rows.iter().all(|row| row.len() == table.columns.len())
}

/// Takes off what there is enough of.
fn spend<T: Copy + PartialOrd + SubAssign>(left: &mut T, amount: T) -> bool {
    let enough = *left >= amount;
    if enough {
        *left -= amount;
    }
    enough
}

fn as_it_is_or(as_it_is: bool, cut: impl FnOnce() -> Message) -> Fitted {
    if as_it_is {
        Fitted::AsItIs
    } else {
        Fitted::Cut(Box::new(cut()))
    }
}

fn shorten(ending: Ending) -> Ending {
    let short = |text: String| cut(&text, ENDING_TEXT_MAX_BYTES);
    match ending {
        Ending::Done { result } => Ending::Done {
            result: result.map(short),
        },
        Ending::Fault(fault) => Ending::Fault(Fault {
            kind: cut(&fault.kind, LABEL_MAX_BYTES),
            message: short(fault.message),
            traceback: cut_middle(&fault.traceback),
            hint: fault.hint.map(|hint| cut(&hint, LABEL_MAX_BYTES)),
            ..fault
        }),
        Ending::Refused { message } => Ending::Refused {
            message: short(message),
        },
    }
}

/// The beginning of a text, with a mark where there was more.
fn cut(text: &str, max_bytes: usize) -> String {
    if text.len() <= max_bytes {
        return text.to_owned();
    }
    format!(
        "{}… ({} bytes)",
        &text[..text.floor_char_boundary(max_bytes)],
        text.len()
    )
}

/// The beginning and the end of a traceback: its last line is the error.
fn cut_middle(text: &str) -> String {
    if text.len() <= ENDING_TEXT_MAX_BYTES {
        return text.to_owned();
    }
    let half = ENDING_TEXT_MAX_BYTES / 2;
    let (begin, end) = (
        text.floor_char_boundary(half),
        text.ceil_char_boundary(text.len() - half),
    );
    format!("{}\n… ({} bytes)\n{}", &text[..begin], text.len(), &text[end..])
}

/// How many values JSON text has at most, by its brackets and commas. What is no JSON has some number too.
fn values(json: &[u8]) -> usize {
    let (mut count, mut in_text, mut escaped) = (1, false, false);
    for byte in json {
        if in_text {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_text = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => in_text = true,
                b',' | b'[' | b'{' => count += 1,
                _ => {}
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use glovebox_sdk::Column;

    use super::*;

    fn table(rows: usize, cell: &str) -> Message {
        Message::Event(Event::Table(Table {
            columns: vec![Column {
                name: "a".to_owned(),
                dtype: "str".to_owned(),
            }],
            row_count: 1_000_000,
            rows: vec![vec![cell.into()]; rows],
        }))
    }

    fn fit(budget: &mut Budget, message: &Message) -> Fitted {
        budget.fit(&serde_json::to_vec(message).unwrap()).unwrap()
    }

    #[test]
    fn tables_beyond_their_number_are_left_out_with_one_notice() {
        let mut budget = Budget::new(100);
        for _ in 0..TABLES_MAX {
            assert_eq!(fit(&mut budget, &table(1, "x")), Fitted::AsItIs);
        }
        assert!(matches!(fit(&mut budget, &table(1, "x")), Fitted::LeftWith(_)));
        assert_eq!(fit(&mut budget, &table(1, "x")), Fitted::Left);
    }

    #[test]
    fn a_table_has_as_many_rows_as_fit() {
        let check = |budget: &mut Budget, rows, cell: &str, expected: usize| match fit(budget, &table(rows, cell)) {
            Fitted::Cut(message) => assert_eq!(*message, table(expected, cell)),
            other => panic!("{other:?}"),
        };
        check(&mut Budget::new(7), 9, "x", 7);
        check(&mut Budget::new(1_000_000), 100_000, "x", 25_000);
        let long = "x".repeat(1 << 20);
        let mut budget = Budget::new(100);
        check(&mut budget, 10, &long, 5);
        check(&mut budget, 10, &long, 2);
        assert!(matches!(
            fit(&mut budget, &table(1, &"x".repeat(TABLE_BYTES_MAX))),
            Fitted::LeftWith(_)
        ));
    }

    #[test]
    fn what_is_nested_or_forged_is_left_out() {
        let nested = format!("{}1{}", "[".repeat(200), "]".repeat(200));
        for cell in [nested.as_str(), "1,2"] {
            let json = format!(
                r#"{{"event":{{"kind":"table","columns":[{{"name":"a","dtype":"x"}}],"row_count":1,"rows":[[{cell}]]}}}}"#
            );
            let fitted = Budget::new(9).fit(json.as_bytes()).unwrap();
            assert!(matches!(fitted, Fitted::LeftWith(_)), "{fitted:?}");
        }
        let many = format!("[{}]", "[],".repeat(5_300_000));
        assert!(matches!(
            Budget::new(9).fit(many.as_bytes()).unwrap(),
            Fitted::LeftWith(_)
        ));
    }

    #[test]
    fn the_texts_of_an_end_are_cut_and_say_so() {
        let fault = Message::Ending(Ending::Fault(Fault {
            kind: "ValueError".to_owned(),
            message: "x".repeat(17_000_000),
            line: Some(1),
            column: None,
            traceback: format!("Traceback\n{}\nValueError: the last line", "y".repeat(1 << 20)),
            hint: None,
        }));
        let Fitted::Cut(cut) = fit(&mut Budget::new(1), &fault) else {
            panic!("it is not cut");
        };
        let Message::Ending(Ending::Fault(fault)) = *cut else {
            panic!("it is another message");
        };
        assert!(
            fault.message.ends_with("x… (17000000 bytes)"),
            "{}",
            fault.message.len()
        );
        assert!(fault.message.len() < ENDING_TEXT_MAX_BYTES + 100);
        assert!(fault.traceback.starts_with("Traceback\n") && fault.traceback.ends_with("the last line"));
    }

    fn chart(name: &str) -> Message {
        Message::Event(Event::Chart {
            name: name.to_owned(),
            spec: None,
            title: String::new(),
            alt: String::new(),
        })
    }

    #[test]
    fn reports_of_charts_and_progress_have_their_numbers() {
        let drawn = chart("a");
        let progress = Message::Event(Event::Progress {
            done: 1,
            total: 2,
            label: String::new(),
        });
        let mut budget = Budget::new(1);
        for (message, number) in [(drawn, CHART_EVENTS_MAX), (progress, PROGRESS_EVENTS_MAX)] {
            for _ in 0..number {
                assert_eq!(fit(&mut budget, &message), Fitted::AsItIs);
            }
            assert_eq!(fit(&mut budget, &message), Fitted::Left);
        }
        assert_eq!(fit(&mut Budget::new(1), &chart("a\nb")), Fitted::Left);
    }

    #[test]
    fn what_a_budget_lets_through_is_within_the_allowance() {
        const {
            let messages = TABLES_MAX + CHART_EVENTS_MAX + PROGRESS_EVENTS_MAX + 1;
            assert!(messages < MESSAGES_MAX);
            let small = (CHART_EVENTS_MAX + PROGRESS_EVENTS_MAX) as usize;
            assert!(TABLE_VALUES_MAX + small * 8 < MESSAGES_VALUES_MAX);
        }
    }
}
