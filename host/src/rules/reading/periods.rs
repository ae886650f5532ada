//! Periods of time: "in 2014", "since March 2014", "between January and March", "in the 90s", "last month", "Q1 2024".

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{
    Is, Period, Reader,
    times::{day, period},
};
use crate::{
    files::profile::Scalar,
    rules::{
        columns::Role,
        lexicon::{Compare, Sign, Unit},
        question::{Filter, Test, Unknown},
        words,
    },
};

impl Reader<'_> {
    /// Times can be kept or left out here.
    pub(super) fn has_times(&self) -> bool {
        self.view
            .find(|role| matches!(role, Role::Time | Role::Year))
            .next()
            .is_some()
            || self.month_column().is_some()
    }

    /// A column of months as numbers.
    fn month_column(&self) -> Option<usize> {
        self.view.columns.iter().position(|column| {
            column.is_discrete()
                && words::name_words(&column.profile.name)
                    .iter()
                    .any(|word| word == "month")
        })
    }

    /// The column that times near a piece are of.
    pub(super) fn time_column(&self, at: usize) -> Option<usize> {
        let timed = |column: usize| self.kind(column).is_time() || self.kind(column).role == Role::Year;
        let before = (at.saturating_sub(4)..at)
            .rev()
            .find_map(|near| self.column(near).filter(|column| timed(*column)));
        let next = self
            .after(at)
            .and_then(|next| self.column(next))
            .filter(|column| timed(*column));
        before
            .or(next)
            .or_else(|| self.view.find(|role| role == Role::Time).next())
            .or_else(|| self.view.find(|role| role == Role::Year).next())
    }

    pub(super) fn periods(&mut self) {
        self.years();
        self.relative();
        self.ahead();
        let mut at = 0;
        while at < self.pieces.len() {
            if self.is_free(at) {
                match self.pieces[at].is.clone() {
                    Is::Period(period) => self.period(at, &period),
                    Is::Months(months) => self.months(at, &months),
                    _ => {}
                }
            }
            at += 1;
        }
    }

    /// Numbers that are years become periods.
    fn years(&mut self) {
        for at in 0..self.pieces.len() {
            let token = &self.asked.tokens[self.pieces[at].begin];
            let (Is::Number(number), Some(year)) = (&self.pieces[at].is, token.year()) else {
                continue;
            };
            let number = *number;
            let Some(column) = self.time_column(at) else { continue };
            let prior = self.before(at);
            let timed = self.is_sign(prior, |sign| {
                matches!(
                    sign,
                    Sign::In
                        | Sign::Since
                        | Sign::Before
                        | Sign::After
                        | Sign::From
                        | Sign::To
                        | Sign::Between
                        | Sign::Only
                        | Sign::Not
                        | Sign::FollowUp
                )
            });
            let compared = self.is_sign(prior, |sign| {
                matches!(sign, Sign::Compare(_) | Sign::Top { .. } | Sign::Between)
            }) && self
                .back(at, |is| matches!(is, Is::Sign(_)))
                .and_then(|before| self.column(before))
                .is_some_and(|before| self.kind(before).is_number());
            let measured = prior
                .and_then(|prior| self.column(prior))
                .is_some_and(|before| self.kind(before).is_number() && !timed)
                && !self.fits(column, year);
            let ranged = self.is_sign(prior, |sign| sign == Sign::Between)
                || self.is_sign(prior, |sign| matches!(sign, Sign::And | Sign::To | Sign::Or));
            if (timed || ranged || self.fits(column, year)) && !compared && !measured && number.fract() == 0.0 {
                let first = (day(year, 1, 1), day(year + 1, 1, 1));
                if let (Some(from), Some(to)) = first {
                    self.pieces[at].is = period(from, to, Unit::Year);
                }
            }
        }
    }

    /// Whether the column goes up to that year or nearly so.
    fn fits(&self, column: usize, year: i32) -> bool {
        let Some((first, last)) = self.span_of(column) else {
            return true;
        };
        (first.year() - 1..=last.year() + 1).contains(&year)
    }

    /// The first and the last day of a column.
    pub(super) fn span_of(&self, column: usize) -> Option<(NaiveDate, NaiveDate)> {
        let short = self.short_years(column);
        let of = |scalar: &Option<Scalar>| match scalar {
            Some(Scalar::Text(text)) => NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok(),
            Some(Scalar::Integer(year)) if self.kind(column).role == Role::Year => {
                day(i32::try_from(*year).ok()? + short, 1, 1)
            }
            _ => None,
        };
        let profile = self.kind(column).profile;
        Some((of(&profile.min)?, of(&profile.max)?))
    }

    /// What is added to years that are written with two digits.
    fn short_years(&self, column: usize) -> i32 {
        match &self.kind(column).profile.max {
            Some(Scalar::Integer(max)) if *max <= 99 => 1900,
            _ => 0,
        }
    }

    /// "last month", "the past 30 days", "this year": counted from the end of the data.
    fn relative(&mut self) {
        for at in 0..self.pieces.len() {
            if self.sign(at) != Some(Sign::Latest) || !self.is_free(at) {
                continue;
            }
            let Some(mut next) = self.after(at) else { continue };
            let count = self.number(next).filter(|count| super::is_count(*count));
            if count.is_some() {
                let Some(after) = self.after(next) else { continue };
                next = after;
            }
            let Some(Sign::Unit(unit)) = self.sign(next) else {
                continue;
            };
            let Some(column) = self.time_column(at) else { continue };
            let Some((_, last)) = self.span_of(column) else {
                continue;
            };
            let count = count.unwrap_or(1.0) as u32;
            let Some(from) = begin_of(last, unit, count) else {
                continue;
            };
            let to = last + Days::new(1);
            for piece in at..=next {
                self.take(piece);
            }
            self.draft.score += 0.5;
            let noun = unit.noun();
            let told = if count == 1 {
                format!("the last {noun} of the data")
            } else {
                format!("the last {count} {noun}s of the data")
            };
            let said = self.text(self.pieces[at].begin, self.pieces[next].end);
            self.draft
                .notes
                .push(format!("“{said}” is {told}, from {from} to {last}"));
            let not = self.negated(at);
            self.keep(column, Some(from.to_string()), Some(to.to_string()), not, at);
        }
    }

    /// A period and what stands before it: "since", "before", "from … to".
    fn period(&mut self, at: usize, first: &Period) {
        let Some(column) = self.time_column(at) else {
            let text = self.said(at);
            self.take(at);
            self.draft.unknown.push(Unknown {
                text,
                hard: true,
                counted: false,
                column: None,
            });
            return;
        };
        let compared = |sign: Sign| matches!(sign, Sign::Compare(_));
        let unit_between = |is: &Is| matches!(is, Is::Sign(Sign::Unit(_)));
        let prior = self.back(at, unit_between);
        let link = prior.and_then(|prior| self.sign(prior));
        let ranged = matches!(link, Some(Sign::From | Sign::Between));
        let next = self.after(at);
        let joint = next.filter(|next| {
            self.is_sign(Some(*next), |sign| matches!(sign, Sign::To | Sign::And))
                && (ranged || self.sign(*next) == Some(Sign::To))
        });
        let last = joint
            .and_then(|joint| self.after(joint))
            .and_then(|last| match self.pieces[last].is.clone() {
                Is::Period(period) => Some((last, period)),
                Is::Months(months) => {
                    let year = first.from.get(..4)?.parse().ok()?;
                    let from = day(year, *months.first()?, 1)?;
                    let to = day(year, *months.last()?, 1)? + Months::new(1);
                    Some((
                        last,
                        Period {
                            from: from.to_string(),
                            to: to.to_string(),
                            unit: Unit::Month,
                        },
                    ))
                }
                _ => None,
            });
        self.take(at);
        self.draft.score += 0.5;
        self.draft.periods += 1;
        if self.draft.grain.is_none() {
            self.draft.grain = Some(first.unit);
        }
        if let Some(prior) = prior.filter(|prior| {
            self.is_sign(Some(*prior), |sign| {
                matches!(
                    sign,
                    Sign::In | Sign::From | Sign::Between | Sign::Since | Sign::Before | Sign::After | Sign::To
                ) || compared(sign)
            })
        }) {
            self.take(prior);
        }
        let begin = self.dated(column, prior.unwrap_or(at).min(at));
        let not = self.negated(begin);
        let (from, to) = match (link, last) {
            (_, Some((last, second))) => {
                for piece in at..=last {
                    self.take(piece);
                }
                self.draft.grain = Some(first.unit);
                self.draft.periods += 1;
                (
                    Some(first.from.clone().min(second.from)),
                    Some(first.to.clone().max(second.to)),
                )
            }
            (Some(Sign::Since | Sign::Compare(Compare::AtLeast)), _) => (Some(first.from.clone()), None),
            (Some(Sign::After | Sign::Compare(Compare::Over)), _) => (Some(first.to.clone()), None),
            (Some(Sign::Before | Sign::Compare(Compare::Under)), _) => (None, Some(first.from.clone())),
            (Some(Sign::To | Sign::Compare(Compare::AtMost)), _) => (None, Some(first.to.clone())),
            // "from 2014" goes on, unless it is where rows come from.
            (Some(Sign::From), _)
                if next.is_none_or(|next| !self.is_sign(Some(next), |sign| sign == Sign::To)) && self.onwards(next) =>
            {
                (Some(first.from.clone()), None)
            }
            _ => (Some(first.from.clone()), Some(first.to.clone())),
        };
        self.keep(column, from, to, not, at);
    }

    /// "were not sent in 2024": the column of the times stands before them. Where the condition begins.
    fn dated(&mut self, column: usize, begin: usize) -> usize {
        match self.before(begin) {
            Some(before) if self.column(before) == Some(column) => {
                self.take_column(before);
                before
            }
            _ => begin,
        }
    }

    /// After "from March 2014" stands "on" or nothing.
    fn onwards(&mut self, next: Option<usize>) -> bool {
        let Some(next) = next else { return true };
        if self.sign(next) == Some(Sign::In) && self.asked.tokens[self.pieces[next].begin].low == "on" {
            self.take(next);
        }
        true
    }

    /// Keeps what lies in a period, or what does not. Two periods that do not touch are both kept.
    fn keep(&mut self, column: usize, from: Option<String>, to: Option<String>, not: bool, at: usize) {
        let test = if self.kind(column).role == Role::Year {
            let Some(test) = self.years_test(column, from.as_deref(), to.as_deref()) else {
                return;
            };
            test
        } else {
            Test::Days(from, to)
        };
        let test = if not { test.negated() } else { test };
        let several = self.draft.filters.iter_mut().find(|filter| filter.column == column);
        // A change between two periods is of both.
        if let (Some(before), false) = (several, not)
            && let (Test::Days(Some(from), Some(to)), Test::Days(Some(next), Some(end))) = (&mut before.test, &test)
        {
            if *to == *next {
                to.clone_from(end);
            } else if *end == *from {
                from.clone_from(next);
            } else if (&*from, &*to) != (next, end) {
                before.or.push(Filter::new(column, test, at));
            }
            return;
        }
        self.push_filter(Filter::new(column, test, at));
    }

    /// A period as whole years of a column that has nothing but years.
    fn years_test(&self, column: usize, from: Option<&str>, to: Option<&str>) -> Option<Test> {
        // Some tables write 1974 as 74.
        let short = f64::from(self.short_years(column));
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
        Some(match (from, to) {
            (Some(from), Some(to)) if (to - from).abs() < 0.5 => Test::Compare(Compare::Equal, from),
            (Some(from), Some(to)) => Test::Between(from, to),
            (Some(from), None) => Test::Compare(Compare::AtLeast, from),
            (None, Some(to)) => Test::Compare(Compare::AtMost, to),
            (None, None) => return None,
        })
    }

    /// Months of all years, or of the year that stands with a later one: "from January to March 2025".
    fn months(&mut self, at: usize, months: &[u32]) {
        let prior = self.before(at);
        let ranged = self.is_sign(prior, |sign| matches!(sign, Sign::From | Sign::Between));
        let joint = self.after(at).filter(|next| {
            self.is_sign(Some(*next), |sign| sign == Sign::To)
                || (ranged && self.is_sign(Some(*next), |sign| sign == Sign::And))
        });
        let last = joint.and_then(|joint| self.after(joint));
        let first = months[0];
        match last.map(|last| (last, self.pieces[last].is.clone())) {
            Some((last, Is::Period(second))) => {
                let year = second.from.get(..4).and_then(|year| year.parse().ok());
                if let Some(from) = year.and_then(|year| day(year, first, 1)) {
                    self.pieces[at].is = Is::Period(Period {
                        from: from.to_string(),
                        to: (from + Months::new(1)).to_string(),
                        unit: Unit::Month,
                    });
                    let Is::Period(period) = self.pieces[at].is.clone() else {
                        return;
                    };
                    self.period(at, &period);
                    self.take(last);
                }
            }
            Some((last, Is::Months(ends))) => {
                let end = ends[ends.len() - 1];
                let months: Vec<u32> = if first <= end {
                    (first..=end).collect()
                } else {
                    (first..=12).chain(1..=end).collect()
                };
                for piece in at..=last {
                    self.take(piece);
                }
                self.draft.grain = Some(Unit::Month);
                self.draft.periods += 2;
                self.months_filter(prior, at, &months);
            }
            _ => self.months_filter(prior, at, months),
        }
    }

    fn months_filter(&mut self, prior: Option<usize>, at: usize, months: &[u32]) {
        if let [month] = months
            && let Some(period) = self.latest_month(at, *month)
        {
            self.pieces[at].is = Is::Period(period.clone());
            self.period(at, &period);
            return;
        }
        self.take(at);
        self.draft.score += 0.5;
        let (first, last) = (months[0], months[months.len() - 1]);
        let link = prior.and_then(|prior| self.sign(prior));
        if let Some(prior) = prior.filter(|_| {
            matches!(
                link,
                Some(Sign::In | Sign::From | Sign::Between | Sign::Since | Sign::Before | Sign::After)
            )
        }) {
            self.take(prior);
        }
        let begin = self
            .view
            .find(|role| role == Role::Time)
            .next()
            .map_or(prior.unwrap_or(at), |column| self.dated(column, prior.unwrap_or(at)));
        let not = self.negated(begin);
        let Some(column) = self.view.find(|role| role == Role::Time).next() else {
            if let Some(column) = self.month_column() {
                let test = Test::Between(f64::from(first), f64::from(last));
                let test = if not { test.negated() } else { test };
                self.push_filter(Filter::new(column, test, at));
            } else {
                let text = self.said(at);
                self.draft.unknown.push(Unknown {
                    text,
                    hard: true,
                    counted: false,
                    column: None,
                });
            }
            return;
        };
        // In a year of data "since March" is a date.
        if let (Some(Sign::Since | Sign::Before | Sign::After), Some((begin, end))) = (link, self.span_of(column)) {
            if begin.year() == end.year() {
                let edge = day(begin.year(), first, 1);
                let later = edge.map(|edge| edge + Months::new(1));
                let test = match link {
                    Some(Sign::Before) => Test::Days(None, edge.map(|day| day.to_string())),
                    Some(Sign::After) => Test::Days(later.map(|day| day.to_string()), None),
                    _ => Test::Days(edge.map(|day| day.to_string()), None),
                };
                let test = if not { test.negated() } else { test };
                self.push_filter(Filter::new(column, test, at));
                return;
            }
            let text = self.said(at);
            self.draft.unknown.push(Unknown {
                text,
                hard: true,
                counted: false,
                column: None,
            });
            return;
        }
        let test = Test::Months(months.to_vec());
        let test = if not { test.negated() } else { test };
        self.push_filter(Filter::new(column, test, at));
    }
}

/// Where the last `count` units up to a day begin.
fn begin_of(last: NaiveDate, unit: Unit, count: u32) -> Option<NaiveDate> {
    let back = count - 1;
    Some(match unit {
        Unit::Day => last - Days::new(u64::from(back)),
        Unit::Week if count == 1 => last - Days::new(u64::from(last.weekday().num_days_from_monday())),
        Unit::Week => last - Days::new(u64::from(count) * 7 - 1),
        Unit::Month => last.with_day(1)?.checked_sub_months(Months::new(back))?,
        Unit::Quarter => {
            let first = last.month0() / 3 * 3 + 1;
            last.with_day(1)?
                .with_month(first)?
                .checked_sub_months(Months::new(back * 3))?
        }
        Unit::Year => day(last.year() - i32::try_from(back).ok()?, 1, 1)?,
        _ => return None,
    })
}
