//! Periods of time: "in 2014", "since March 2014", "between 2010 and 2012", "in the 1990s", "Q1 2024".

use super::Reader;
use crate::{
    files::profile::Scalar,
    offline::{
        columns::Role,
        lexicon::{self, Compare, Sign},
        question::Test,
        words::{self, Kind, Token},
    },
};

impl Reader<'_> {
    /// The column that years and months are of.
    pub(super) fn time_column(&self) -> Option<usize> {
        let named = self.last.filter(|last| {
            let column = &self.view.columns[*last];
            column.is_time() || column.role == Role::Year
        });
        named
            .or_else(|| self.view.find(|role| role == Role::Time).next())
            .or_else(|| self.view.find(|role| role == Role::Year).next())
    }

    /// Reads "since 2014", "between 2010 and 2012", "before 2014-03-05", "in March 2014" from a year or date on.
    pub(super) fn period(&mut self, sign: Sign) -> bool {
        let Some(column) = self.time_column() else { return false };
        let mut at = self.at;
        while self.token(at).is_some_and(|token| {
            lexicon::is_noise(&token.low) || matches!(self.asked.signs[at], Some((Sign::Unit(_), 1)))
        }) {
            at += 1;
        }
        let mut month = None;
        if let Some(Some((Sign::Month(number), length))) = self.asked.signs.get(at) {
            month = Some(*number);
            at += length;
        }
        let Some(first) = self.token(at).and_then(|token| span(token, month)) else {
            return false;
        };
        at += 1;
        let from = self.draft.signs.iter().rev().nth(usize::from(sign != Sign::In));
        let ranged = sign == Sign::Between || from == Some(&Sign::From) || self.draft.signs.last() == Some(&Sign::From);
        let linked = matches!(self.asked.signs.get(at), Some(Some((Sign::And | Sign::To, _))));
        let dashed = self.token(at).is_some_and(|token| token.year().is_some()) && sign == Sign::In;
        let second = at + usize::from(linked);
        let last = self
            .token(second)
            .filter(|_| (linked && ranged) || dashed)
            .and_then(|token| span(token, None));
        let (from, to) = match (sign, last) {
            (_, Some(last)) => {
                at = second + 1;
                (Some(first.0.clone().min(last.0.clone())), Some(first.1.max(last.1)))
            }
            (Sign::Since, _) => (Some(first.0), None),
            (Sign::After, _) => (Some(first.1), None),
            (Sign::Before, _) => (None, Some(first.0)),
            (Sign::To, _) => (None, Some(first.1)),
            _ if ranged => (Some(first.0), None),
            _ => (Some(first.0), Some(first.1)),
        };
        self.at = at;
        self.draft.score += 0.5;
        if self.last == Some(column) {
            self.draft.plain.retain(|plain| *plain != column);
        }
        if self.view.columns[column].role == Role::Year {
            self.year_filter(column, from.as_deref(), to.as_deref());
        } else {
            self.push_filter(column, Test::Days(from, to));
        }
        true
    }

    /// A period as whole years of a column that has nothing but years.
    pub(super) fn year_filter(&mut self, column: usize, from: Option<&str>, to: Option<&str>) {
        // Some tables write 1974 as 74.
        let short = match &self.view.columns[column].profile.max {
            Some(Scalar::Integer(max)) if *max <= 99 => 1900.0,
            _ => 0.0,
        };
        let year = |day: &str| {
            day.get(..4)
                .and_then(|year| year.parse::<f64>().ok())
                .map(|year| year - short)
        };
        let from = from.and_then(year);
        // Up to a day of the next year, without it.
        let to = to.and_then(|day| {
            Some(if day.ends_with("-01-01") {
                year(day)? - 1.0
            } else {
                year(day)?
            })
        });
        let test = match (from, to) {
            (Some(from), Some(to)) if (to - from).abs() < 0.5 => Test::Compare(Compare::Equal, from),
            (Some(from), Some(to)) => Test::Between(from, to),
            (Some(from), None) => Test::Compare(Compare::AtLeast, from),
            (None, Some(to)) => Test::Compare(Compare::AtMost, to),
            (None, None) => return,
        };
        self.push_filter(column, test);
    }

    /// Where a period ends that began with a month: after "from March 2014" it goes on, to "May 2014" or for good.
    pub(super) fn month_end(&mut self, end: String) -> Option<String> {
        let from = self.draft.signs.iter().rev().nth(1) == Some(&Sign::From);
        if !from {
            return Some(end);
        }
        let Some(Some((Sign::To, to))) = self.asked.signs.get(self.at) else {
            return None;
        };
        let mut at = self.at + to;
        let mut month = None;
        if let Some(Some((Sign::Month(number), length))) = self.asked.signs.get(at) {
            month = Some(*number);
            at += length;
        }
        let (_, end) = self.token(at).and_then(|token| span(token, month))?;
        self.at = at + 1;
        Some(end)
    }

    pub(super) fn month_filter(&mut self, months: &[u32]) {
        // "March 2014" and "Q1 2014" are times of their own.
        let (first, last) = (months[0], months[months.len() - 1]);
        if let Some(year) = self.token(self.at).and_then(Token::year)
            && let Some(column) = self.time_column()
            && self.view.columns[column].is_time()
            && let Some(((from, _), (_, to))) = month_span(year, first).zip(month_span(year, last))
        {
            self.at += 1;
            let end = self.month_end(to);
            self.push_filter(column, Test::Days(Some(from), end));
            return;
        }
        let whole_months = self.view.columns.iter().position(|column| {
            column.is_discrete()
                && words::name_words(&column.profile.name)
                    .iter()
                    .any(|word| word == "month")
        });
        if let Some(column) = self.view.find(|role| role == Role::Time).next() {
            self.push_filter(column, Test::Months(months.to_vec()));
        } else if let Some(column) = whole_months {
            let (first, last) = (f64::from(months[0]), f64::from(months[months.len() - 1]));
            self.push_filter(column, Test::Between(first, last));
        } else {
            let text = self.asked.tokens[self.at - 1].text.clone();
            self.push_unknown(text, true);
        }
    }
}

/// The years of "1990s".
pub(super) fn decade(token: &Token) -> Option<i32> {
    let year: i32 = token
        .low
        .strip_suffix('s')
        .filter(|year| year.len() == 4)?
        .parse()
        .ok()?;
    (year % 10 == 0 && (1500..2200).contains(&year)).then_some(year)
}

/// The first day of a year, a month or a date, and the day after its last.
fn span(token: &Token, month: Option<u32>) -> Option<(String, String)> {
    if let Kind::Date(year, month, day) = token.kind {
        let next = chrono::NaiveDate::from_ymd_opt(year, month, day)?.succ_opt()?;
        return Some((token.text.clone(), next.to_string()));
    }
    if let Some(first) = decade(token) {
        return Some((format!("{first}-01-01"), format!("{}-01-01", first + 10)));
    }
    let year = token.year()?;
    match month {
        Some(month) => month_span(year, month),
        None => Some((format!("{year:04}-01-01"), format!("{:04}-01-01", year + 1))),
    }
}

fn month_span(year: i32, month: u32) -> Option<(String, String)> {
    let first = chrono::NaiveDate::from_ymd_opt(year, month, 1)?;
    let next = first.checked_add_months(chrono::Months::new(1))?;
    Some((first.to_string(), next.to_string()))
}
