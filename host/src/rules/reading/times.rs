//! Times as they are written: "March 2014", "3rd of May 2020", "Q1 2024", "the 90s", "2024-03".

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Is, Period, Reader};
use crate::rules::{
    lexicon::{Sign, Unit},
    words::{Kind, Token},
};

impl Reader<'_> {
    /// The time that the tokens from `at` on name, and how many those are. Bare years are numbers until they are found
    /// to be times.
    pub(super) fn time_at(&self, at: usize) -> Option<(Is, usize)> {
        let sign = |at: usize| self.asked.signs.get(at).copied().flatten();
        let token = self.token(at)?;
        if let Some(decade) = decade(token) {
            return Some((period(day(decade, 1, 1)?, day(decade + 10, 1, 1)?, Unit::Decade), 1));
        }
        if let Kind::Date(year, month, date) = token.kind {
            let from = day(year, month, date.max(1))?;
            return Some(if date == 0 {
                (period(from, from + Months::new(1), Unit::Month), 1)
            } else {
                (period(from, from + Days::new(1), Unit::Day), 1)
            });
        }
        if !self.has_times() {
            return None;
        }
        let year_at = |at: usize| self.token(at).and_then(Token::year);
        let date_at = |at: usize| {
            let token = self.token(at)?;
            let plain = token
                .number()
                .filter(|day| (1.0..=31.0).contains(day) && day.fract() == 0.0);
            plain.map(|day| day as u32).or(token.ordinal())
        };
        // Of, comma: what may stand inside a date.
        let skip = |at: usize| {
            at + usize::from(
                self.token(at)
                    .is_some_and(|token| matches!(token.low.as_str(), "of" | ",")),
            )
        };
        if let Some(first) = season(token).filter(|_| self.view.value_at(&self.asked.tokens, at).is_none()) {
            if first < 12 {
                return self.part_of_year(at + 1, at, first, 3, Unit::Quarter);
            }
            return Some((Is::Months(vec![12, 1, 2]), 1));
        }
        match sign(at) {
            Some((Sign::Month(month), length)) => {
                let next = at + length;
                if let Some(year) = year_at(skip(next)) {
                    let first = day(year, month, 1)?;
                    return Some((period(first, first + Months::new(1), Unit::Month), skip(next) + 1 - at));
                }
                if let (Some(date), Some(year)) = (date_at(next), year_at(skip(next + 1))) {
                    let first = day(year, month, date)?;
                    return Some((period(first, first + Days::new(1), Unit::Day), skip(next + 1) + 1 - at));
                }
                return Some((Is::Months(vec![month]), length));
            }
            Some((Sign::Quarter(quarter), length)) => {
                return self.part_of_year(at + length, at, quarter * 3 - 2, 3, Unit::Quarter);
            }
            Some((Sign::Half(half), length)) => {
                return self.part_of_year(at + length, at, half * 6 - 5, 6, Unit::Quarter);
            }
            _ => {}
        }
        if let (Some(year), Some((Sign::Quarter(quarter), length))) = (year_at(at), sign(at + 1)) {
            let first = day(year, quarter * 3 - 2, 1)?;
            return Some((period(first, first + Months::new(3), Unit::Quarter), 1 + length));
        }
        let date = date_at(at)?;
        let next = skip(at + 1);
        let Some((Sign::Month(month), length)) = sign(next) else {
            return None;
        };
        let year = year_at(skip(next + length))?;
        let first = day(year, month, date)?;
        Some((
            period(first, first + Days::new(1), Unit::Day),
            skip(next + length) + 1 - at,
        ))
    }

    /// "the next 6 months", "next quarter"
    pub(super) fn ahead(&mut self) {
        for at in 0..self.pieces.len() {
            if self.sign(at) != Some(Sign::Next) || !self.is_free(at) {
                continue;
            }
            let Some(mut unit) = self.after(at) else { continue };
            let count = self.number(unit).filter(|count| super::is_count(*count));
            if count.is_some() {
                let Some(after) = self.after(unit) else { continue };
                unit = after;
            }
            if let Some(Sign::Unit(said)) = self.sign(unit) {
                for piece in at..=unit {
                    self.take(piece);
                }
                self.draft.ahead = Some((count.unwrap_or(1.0) as usize, said));
            }
        }
    }

    /// "since January", of no year: the latest that the data has.
    pub(super) fn latest_month(&self, at: usize, month: u32) -> Option<Period> {
        let open = self.is_sign(self.before(at), |sign| {
            matches!(sign, Sign::Since | Sign::Before | Sign::After)
        });
        let (_, last) = self.span_of(self.time_column(at).filter(|_| open)?)?;
        let year = last.year() - i32::from(month > last.month());
        let from = day(year, month, 1)?;
        Some(Period {
            from: from.to_string(),
            to: (from + Months::new(1)).to_string(),
            unit: Unit::Month,
        })
    }

    fn part_of_year(&self, next: usize, at: usize, first: u32, months: u32, unit: Unit) -> Option<(Is, usize)> {
        let of = next + usize::from(self.token(next).is_some_and(|token| token.low == "of"));
        match self.token(of).and_then(Token::year) {
            Some(year) => {
                let begin = day(year, first, 1)?;
                Some((period(begin, begin + Months::new(months), unit), of + 1 - at))
            }
            None => Some((Is::Months((first..first + months).collect()), next - at)),
        }
    }
}

pub(super) fn period(from: NaiveDate, to: NaiveDate, unit: Unit) -> Is {
    Is::Period(Period {
        from: from.to_string(),
        to: to.to_string(),
        unit,
    })
}

pub(super) fn day(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year, month, day)
}

/// The month in which a season begins.
fn season(token: &Token) -> Option<u32> {
    match token.stem.as_str() {
        "winter" => Some(12),
        "spring" => Some(3),
        "summer" => Some(6),
        "autumn" => Some(9),
        _ => None,
    }
}

/// The first year of "1990s" and "90s".
fn decade(token: &Token) -> Option<i32> {
    let digits = token
        .low
        .strip_suffix('s')
        .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))?;
    let year: i32 = digits.parse().ok()?;
    match digits.len() {
        4 if year % 10 == 0 && (1500..2200).contains(&year) => Some(year),
        2 if year % 10 == 0 => Some(if year < 30 { 2000 + year } else { 1900 + year }),
        _ => None,
    }
}
