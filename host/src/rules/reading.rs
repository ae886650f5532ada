//! Reads a question against the columns in view.
//!
//! First the words are cut into pieces, each the longest thing that they can be: a sign of the lexicon, a column, a
//! value, a time, a number, or nothing known. Then one pass after the other looks for a pattern, makes a part of the
//! draft of it, and marks its pieces as used: times, conditions, values, groups, figures. What no pass has used is named
//! in the draft, so nothing that was said is lost in silence. Values that the profile does not list are found by a
//! script, whose findings come back here.

mod conditions;
mod counts;
mod figures;
mod groups;
mod having;
mod periods;
mod pieces;
mod rest;
mod times;
mod values;

use super::{
    columns::{Column, NamedValue, TableView},
    lexicon::{Sign, Unit},
    question::{Asked, Filter, Finding, Guess, Interpretation, Test},
    words::Token,
};

/// Reads `asked` against one view.
pub(super) fn read(view: &TableView<'_>, asked: &Asked, findings: &[Finding]) -> Interpretation {
    let mut reader = Reader {
        view,
        asked,
        findings,
        pieces: Vec::new(),
        draft: Interpretation {
            save: asked.save.clone(),
            ..Interpretation::default()
        },
    };
    reader.cut();
    reader.signs();
    reader.top_numbers();
    reader.periods();
    reader.conditions();
    reader.values();
    reader.flags();
    reader.alternatives();
    reader.groups();
    reader.ratios();
    reader.counts();
    reader.figures();
    reader.rest();
    reader.draft
}

struct Reader<'a> {
    view: &'a TableView<'a>,
    asked: &'a Asked,
    findings: &'a [Finding],
    pieces: Vec<Piece>,
    draft: Interpretation,
}

/// Some words of the question, and what they are.
#[derive(Clone, Debug)]
struct Piece {
    /// Its tokens.
    begin: usize,
    end: usize,
    is: Is,
    /// It has become a part of the draft.
    used: bool,
}

#[derive(Clone, Debug)]
enum Is {
    Sign(Sign),
    Column(super::columns::Named),
    Value(NamedValue),
    /// A word inside longer values of a column, found by a script.
    Part {
        column: usize,
        word: String,
        leads: bool,
    },
    Number(f64),
    Period(Period),
    Months(Vec<u32>),
    /// A noun for the rows.
    Rows,
    Pause,
    Noise,
    Unknown,
}

/// A time from its first day up to another, without that; ISO 8601.
#[derive(Clone, Debug)]
struct Period {
    from: String,
    to: String,
    unit: Unit,
}

impl Reader<'_> {
    fn token(&self, at: usize) -> Option<&Token> {
        self.asked.tokens.get(at)
    }

    fn text(&self, begin: usize, end: usize) -> String {
        let words: Vec<&str> = self.asked.tokens[begin..end]
            .iter()
            .map(|token| token.text.as_str())
            .collect();
        words.join(" ")
    }

    fn said(&self, piece: usize) -> String {
        self.text(self.pieces[piece].begin, self.pieces[piece].end)
    }

    /// The next piece that says something.
    fn after(&self, at: usize) -> Option<usize> {
        (at + 1..self.pieces.len()).find(|next| !matches!(self.pieces[*next].is, Is::Noise))
    }

    fn before(&self, at: usize) -> Option<usize> {
        (0..at)
            .rev()
            .find(|before| !matches!(self.pieces[*before].is, Is::Noise))
    }

    /// The next piece that is none of these.
    fn past(&self, at: usize, skip: impl Fn(&Is) -> bool) -> Option<usize> {
        (at + 1..self.pieces.len()).find(|next| {
            let is = &self.pieces[*next].is;
            !matches!(is, Is::Noise) && !skip(is)
        })
    }

    fn back(&self, at: usize, skip: impl Fn(&Is) -> bool) -> Option<usize> {
        (0..at).rev().find(|before| {
            let is = &self.pieces[*before].is;
            !matches!(is, Is::Noise) && !skip(is)
        })
    }

    fn sign(&self, at: usize) -> Option<Sign> {
        match self.pieces.get(at)?.is {
            Is::Sign(sign) => Some(sign),
            _ => None,
        }
    }

    fn is_sign(&self, at: Option<usize>, test: impl Fn(Sign) -> bool) -> bool {
        at.and_then(|at| self.sign(at)).is_some_and(test)
    }

    fn number(&self, at: usize) -> Option<f64> {
        match self.pieces.get(at)?.is {
            Is::Number(number) => Some(number),
            _ => None,
        }
    }

    fn column(&self, at: usize) -> Option<usize> {
        match &self.pieces.get(at)?.is {
            Is::Column(named) => Some(named.column),
            _ => None,
        }
    }

    fn kind(&self, column: usize) -> &Column<'_> {
        &self.view.columns[column]
    }

    fn take(&mut self, at: usize) {
        self.pieces[at].used = true;
    }

    fn is_free(&self, at: usize) -> bool {
        !self.pieces[at].used
    }

    /// Uses a column's piece, and says so where the column was guessed.
    fn take_column(&mut self, at: usize) {
        if std::mem::replace(&mut self.pieces[at].used, true) {
            return;
        }
        let Is::Column(named) = self.pieces[at].is.clone() else {
            return;
        };
        self.draft.score += named.score;
        if named.score >= 0.8 && named.also.is_empty() {
            return;
        }
        let (begin, end) = (self.pieces[at].begin, self.pieces[at].end);
        let words = self.text(begin, end);
        match self.draft.guesses.last_mut() {
            // "life expectancy", each word of which stands for one column.
            Some(guess) if guess.column == named.column && guess.end == begin => {
                guess.words = format!("{} {words}", guess.words);
                guess.end = end;
            }
            _ => self.draft.guesses.push(Guess {
                column: named.column,
                words,
                also: named.also.first().copied(),
                end,
            }),
        }
    }

    /// Whether "not" stands before a piece, which is used by that.
    fn negated(&mut self, at: usize) -> bool {
        let link = |is: &Is| {
            matches!(
                is,
                Is::Sign(Sign::In | Sign::From | Sign::Where | Sign::Is | Sign::By | Sign::Colour) | Is::Rows
            )
        };
        let not = self
            .back(at, link)
            .filter(|before| self.sign(*before) == Some(Sign::Not));
        if let Some(not) = not {
            self.take(not);
        }
        not.is_some()
    }

    fn push_filter(&mut self, filter: Filter) {
        let same = self
            .draft
            .filters
            .iter_mut()
            .find(|other| other.column == filter.column && other.or.is_empty());
        match (same.map(|same| &mut same.test), &filter.test) {
            // "in 2013 and 2014", "4 or 6 cylinders"
            (Some(before), Test::Compare(super::lexicon::Compare::Equal, value)) => {
                let values = match before {
                    Test::Compare(super::lexicon::Compare::Equal, first) => Some(vec![*first]),
                    Test::OneOf(values) => Some(std::mem::take(values)),
                    _ => None,
                };
                if let Some(mut values) = values {
                    push(&mut values, *value);
                    *before = if values.len() > 1 {
                        Test::OneOf(values)
                    } else {
                        filter.test
                    };
                    return;
                }
            }
            (Some(Test::Months(months)), Test::Months(more)) => {
                for month in more {
                    push(months, *month);
                }
                return;
            }
            _ => {}
        }
        push(&mut self.draft.filters, filter);
    }
}

fn is_count(number: f64) -> bool {
    (1.0..=1000.0).contains(&number) && number.fract() == 0.0
}

fn push<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if !list.contains(&one) {
        list.push(one);
    }
}
