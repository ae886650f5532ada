//! Conditions on columns: "over 100", "between 1 and 2", "is West", "is missing", and values by themselves.

use super::{Place, Reader, Thing, push};
use crate::offline::{
    columns::{Column, Role},
    lexicon::{self, Compare, Sign},
    question::{Filter, Test, Unknown},
    words::{Kind, Token},
};

impl Reader<'_> {
    /// Reads "over 100", "between 1 and 2", "is West", "is missing" after a column.
    pub(super) fn is_filter(&mut self, index: usize) -> bool {
        let mut at = self.at;
        let mut not = self.not;
        let mut linked = false;
        while let Some(token) = self.token(at) {
            match self.asked.signs[at] {
                Some((Sign::Is, length)) => {
                    linked = true;
                    at += length;
                }
                Some((Sign::Not, length)) => {
                    not = true;
                    linked = true;
                    at += length;
                }
                Some((Sign::Missing, length)) if linked || not => {
                    self.at = at + length;
                    self.push_filter(index, Test::Missing(!not));
                    self.not = false;
                    return true;
                }
                Some((Sign::Compare(compare), length)) => {
                    let here = std::mem::replace(&mut self.at, at + length);
                    if self.compare(compare, Some(index)) {
                        return true;
                    }
                    self.at = here;
                    return false;
                }
                Some((Sign::Between | Sign::From, _)) => return self.between(index, at + 1),
                None if matches!(token.low.as_str(), "a" | "an" | "the" | "of" | "value" | "values") => at += 1,
                _ => break,
            }
        }
        let Some(token) = self.token(at) else { return false };
        let column = &self.view.columns[index];
        if let Some(number) = token.number()
            && (linked || column.role == Role::Year || column.is_discrete())
            && (column.is_number() || column.role == Role::Year)
        {
            self.at = at + 1;
            let compare = if not { Compare::Unequal } else { Compare::Equal };
            self.push_filter(index, Test::Compare(compare, number));
            self.not = false;
            while let (false, Some(or), Some(more)) = (
                not,
                self.token(self.at),
                self.token(self.at + 1).and_then(Token::number),
            ) {
                if !matches!(or.low.as_str(), "or" | "and" | ",") {
                    break;
                }
                self.at += 2;
                self.push_filter(index, Test::Compare(Compare::Equal, more));
            }
            return true;
        }
        if let Thing::Value { column, value, length } = self.thing(at)
            && column == index
        {
            self.at = at + length;
            self.not = not;
            self.value(column, value);
            return true;
        }
        if let Some(flag) = flag_word(token)
            && column.role == Role::Flag
        {
            self.at = at + 1;
            self.push_filter(index, Test::Flag(flag != not));
            self.not = false;
            return true;
        }
        let word = matches!(token.kind, Kind::Word | Kind::Quoted) && !lexicon::is_noise(&token.low);
        if linked
            && column.is_text()
            && word
            && self.asked.signs[at].is_none()
            && matches!(self.thing(at), Thing::Nothing)
        {
            let end = self.unknown_end(at);
            let text = self.text(at, end);
            self.at = end;
            self.draft.unknown.push(Unknown {
                text,
                hard: true,
                negated: not,
                column: Some(index),
            });
            self.not = false;
            return true;
        }
        false
    }

    /// "between 10 and 20" after a column.
    pub(super) fn between(&mut self, index: usize, at: usize) -> bool {
        let (Some(low), Some(high)) = (self.token(at), self.token(at + 2)) else {
            return false;
        };
        let column = &self.view.columns[index];
        let from_years = low.year().is_some() && high.year().is_some();
        let (Some(low), Some(high)) = (low.number(), high.number()) else {
            return false;
        };
        // "sales from 2010 to 2012" is a time.
        let years = from_years && column.role != Role::Year && self.time_column().is_some();
        if years || !(column.is_number() || column.role == Role::Year) {
            return false;
        }
        self.at = at + 3;
        self.push_filter(index, Test::Between(low.min(high), low.max(high)));
        true
    }

    /// Reads the number after "over"; the column was named before, or comes after it.
    pub(super) fn compare(&mut self, compare: Compare, column: Option<usize>) -> bool {
        while self.token(self.at).is_some_and(|token| lexicon::is_noise(&token.low)) {
            self.at += 1;
        }
        let Some(token) = self.token(self.at) else { return false };
        if let (Kind::Date(..), Some(column)) = (token.kind, column)
            && self.view.columns[column].is_time()
        {
            let sign = match compare {
                Compare::Over => Sign::After,
                Compare::AtLeast => Sign::Since,
                Compare::Under => Sign::Before,
                Compare::AtMost => Sign::To,
                _ => Sign::In,
            };
            return self.period(sign);
        }
        let Some(number) = token.number() else { return false };
        let compare = match compare {
            Compare::Equal if self.not => Compare::Unequal,
            compare => compare,
        };
        let usable = |column: &Column<'_>| column.is_number() || column.role == Role::Year;
        let mut next = self.at + 1;
        let before = column.or(self.last).filter(|index| usable(&self.view.columns[*index]));
        let column = before.or_else(|| {
            while self.token(next).is_some_and(|token| lexicon::is_noise(&token.low)) {
                next += 1;
            }
            self.token(next)?;
            let named = self.column_at(next)?;
            next += named.length;
            usable(&self.view.columns[named.column]).then_some(named.column)
        });
        let Some(column) = column else { return false };
        if before.is_some() {
            next = self.at + 1;
        }
        self.at = next;
        self.draft.plain.retain(|plain| *plain != column || before.is_none());
        self.push_filter(column, Test::Compare(compare, number));
        self.not = false;
        true
    }

    pub(super) fn value(&mut self, column: usize, value: String) {
        let not = std::mem::take(&mut self.not);
        self.draft.score += 0.9;
        let place = std::mem::replace(&mut self.place, Place::Open);
        self.draft
            .plain
            .retain(|plain| *plain != column || self.last != Some(column));
        self.last = Some(column);
        let same = self.draft.filters.iter_mut().find(|filter| filter.column == column);
        match (same.map(|filter| &mut filter.test), not) {
            (Some(Test::Is(values)), false) | (Some(Test::Not(values)), _) => push(values, value),
            (Some(_), _) => {}
            (None, true) => self.push_filter(column, Test::Not(vec![value])),
            (None, false) => self.push_filter(column, Test::Is(vec![value])),
        }
        if place == Place::Value {
            self.place = Place::Value;
        }
    }

    pub(super) fn push_filter(&mut self, column: usize, test: Test) {
        let same = self.draft.filters.iter_mut().find(|filter| filter.column == column);
        match (same.map(|filter| &mut filter.test), &test) {
            // "in 2013 and 2014", "4 or 6 cylinders"
            (Some(before), Test::Compare(Compare::Equal, value)) => {
                let mut values = match before {
                    Test::Compare(Compare::Equal, first) => vec![*first],
                    Test::OneOf(values) => std::mem::take(values),
                    _ => Vec::new(),
                };
                if !values.is_empty() {
                    push(&mut values, *value);
                    *before = if values.len() > 1 { Test::OneOf(values) } else { test };
                    self.last = Some(column);
                    return;
                }
            }
            (Some(Test::Days(Some(from), Some(to))), Test::Days(Some(next), Some(end))) => {
                if *to == *next {
                    to.clone_from(end);
                } else if *end == *from {
                    from.clone_from(next);
                } else if (&*from, &*to) != (next, end) {
                    // Two periods with others between them are not offered.
                    self.draft.signs.push(Sign::Undoable);
                }
                self.last = Some(column);
                return;
            }
            _ => {}
        }
        let filter = Filter { column, test };
        if !self.draft.filters.contains(&filter) {
            self.draft.filters.push(filter);
        }
        self.last = Some(column);
    }
}

fn flag_word(token: &Token) -> Option<bool> {
    match token.low.as_str() {
        "true" | "yes" | "y" => Some(true),
        "false" | "no" | "n" => Some(false),
        _ => None,
    }
}
