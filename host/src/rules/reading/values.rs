//! Values and qualities that say which rows are meant: "in the West", "women", "not married", "without a balance".

use super::{Is, Reader, push};
use crate::rules::{
    lexicon::{Compare, Sign},
    question::{Filter, Test},
};

impl Reader<'_> {
    pub(super) fn values(&mut self) {
        for at in 0..self.pieces.len() {
            if !self.is_free(at) {
                continue;
            }
            match self.pieces[at].is.clone() {
                Is::Value(value) => {
                    let test = if self.kind(value.column).listed {
                        Test::Has(vec![value.value])
                    } else {
                        Test::Is(vec![value.value])
                    };
                    self.value(at, value.column, test);
                }
                Is::Part { column, word, leads } if leads || self.is_described(at) => {
                    self.value(at, column, Test::Has(vec![word]));
                }
                _ => {}
            }
        }
    }

    /// A word inside longer values stands where a value is likely.
    fn is_described(&self, at: usize) -> bool {
        let before = self.before(at);
        let counted = self.is_sign(before, |sign| {
            matches!(sign, Sign::Count | Sign::Per | Sign::By | Sign::Aggregate(_))
        });
        !counted
    }

    fn value(&mut self, at: usize, column: usize, test: Test) {
        self.take(at);
        self.draft.score += 0.9;
        // "`region` is West", "the West region": the column was said as well.
        let before = self.back(at, |is| {
            matches!(
                is,
                Is::Sign(
                    Sign::Is
                        | Sign::Not
                        | Sign::In
                        | Sign::From
                        | Sign::Where
                        | Sign::Or
                        | Sign::And
                        | Sign::Compare(_)
                ) | Is::Value(_)
                    | Is::Part { .. }
                    | Is::Pause
            )
        });
        let next = self.after(at);
        for piece in [before, next].into_iter().flatten() {
            // "by region" stays a group, "in the West region" is what was said.
            let grouped = self.is_sign(self.before(piece), |sign| {
                matches!(sign, Sign::By | Sign::Colour | Sign::Per)
            });
            let same = match &self.pieces[piece].is {
                Is::Column(named) => named.column == column || named.score < 0.9 && named.also.contains(&column),
                _ => false,
            };
            if same && (!grouped || piece < at && self.linked(piece, at)) {
                self.take_column(piece);
            }
        }
        let unequal = self
            .before(at)
            .filter(|before| self.sign(*before) == Some(Sign::Compare(Compare::Unequal)));
        if let Some(equal) = self
            .before(at)
            .filter(|before| self.is_sign(Some(*before), |sign| matches!(sign, Sign::Compare(_))))
        {
            self.take(equal);
        }
        let not = self.negated(at) || unequal.is_some();
        let same = self
            .draft
            .filters
            .iter_mut()
            .find(|filter| filter.column == column && filter.or.is_empty());
        match (same.map(|filter| &mut filter.test), test, not) {
            // "not A or B" leaves out both.
            (Some(Test::Is(values)), Test::Is(more), false)
            | (Some(Test::Has(values)), Test::Has(more), false)
            | (Some(Test::Not(values)), Test::Is(more), _) => {
                for value in more {
                    push(values, value);
                }
            }
            (_, test, true) => self.push_filter(Filter::new(column, test.negated(), at)),
            (_, test, false) => self.push_filter(Filter::new(column, test, at)),
        }
    }

    /// Nothing but "is" stands between.
    fn linked(&self, from: usize, to: usize) -> bool {
        (from + 1..to).all(|at| {
            matches!(
                self.pieces[at].is,
                Is::Noise | Is::Sign(Sign::Is | Sign::Not | Sign::Compare(_) | Sign::In)
            )
        })
    }

    /// Columns that are said as a quality: "churned customers", "not paid", "no star rating", "without any deaths".
    pub(super) fn flags(&mut self) {
        for at in 0..self.pieces.len() {
            let (true, Some(column)) = (self.is_free(at), self.column(at)) else {
                continue;
            };
            if self.missing(at, column) {
                continue;
            }
            if self.kind(column).is_flag() {
                self.flag(at, column);
                continue;
            }
            let prior = self.back(at, |is| matches!(is, Is::Sign(Sign::Where | Sign::Is)));
            let Some(not) = prior.filter(|prior| self.sign(*prior) == Some(Sign::Not) && self.is_free(*prior)) else {
                continue;
            };
            let kind = self.kind(column);
            let test = if kind.profile.nulls > 0 || !kind.is_number() {
                Test::Missing(true)
            } else {
                Test::Compare(Compare::Equal, 0.0)
            };
            self.take(not);
            self.take_column(at);
            if let Some(next) = self
                .after(at)
                .filter(|next| self.is_sign(Some(*next), |sign| matches!(sign, Sign::Missing)))
            {
                self.take(next);
            }
            self.push_filter(Filter::new(column, test, at));
        }
    }

    /// "is missing", "has no value"
    fn missing(&mut self, at: usize, column: usize) -> bool {
        let link = |is: &Is| matches!(is, Is::Sign(Sign::Is | Sign::Not | Sign::Where));
        let Some(next) = self
            .past(at, link)
            .filter(|next| self.sign(*next) == Some(Sign::Missing))
        else {
            return false;
        };
        if next == self.after(at).unwrap_or(at) {
            return false;
        }
        let not = (at..next).find(|between| self.sign(*between) == Some(Sign::Not));
        for used in at + 1..=next {
            self.take(used);
        }
        self.take_column(at);
        self.push_filter(Filter::new(column, Test::Missing(not.is_none()), at));
        true
    }

    fn flag(&mut self, at: usize, column: usize) {
        let Is::Column(named) = self.pieces[at].is.clone() else {
            return;
        };
        let prior = self.before(at);
        let grouped = self.is_sign(prior, |sign| {
            matches!(
                sign,
                Sign::By | Sign::Colour | Sign::Per | Sign::Which | Sign::Difference | Sign::Crosstab
            )
        }) && prior.is_none_or(|prior| self.asked.tokens[self.pieces[prior].begin].low != "who");
        let who = prior.is_some_and(|prior| self.asked.tokens[self.pieces[prior].begin].low == "who");
        let next = self.past(at, |is| {
            matches!(is, Is::Sign(Sign::Is | Sign::Compare(Compare::Equal)))
        });
        // "paid is yes"
        let said = next
            .filter(|next| *next != self.after(at).unwrap_or(*next) || self.pieces[*next].begin == self.pieces[at].end)
            .and_then(|next| {
                self.kind(column)
                    .flag_of(&self.asked.tokens[self.pieces[next].begin].low)
                    .map(|flag| (next, flag))
            });
        if let Some((next, flag)) = said {
            let not = self.negated(next);
            for used in at + 1..=next {
                self.take(used);
            }
            self.take_column(at);
            self.push_filter(Filter::new(column, Test::Flag(flag != not), at));
            return;
        }
        if grouped {
            return;
        }
        let not = self.negated(at);
        let counted = self.draft.says(|sign| matches!(sign, Sign::Count | Sign::Share));
        let described = self.after(at).is_some_and(|next| {
            matches!(self.pieces[next].is, Is::Rows) && self.pieces[next].begin == self.pieces[at].end
        });
        let linked = self.is_sign(prior, |sign| {
            matches!(
                sign,
                Sign::Where | Sign::Only | Sign::Is | Sign::Or | Sign::From | Sign::In
            )
        }) && !self.draft.says(|sign| matches!(sign, Sign::Rate | Sign::Relation));
        let quality = named.score < 0.8
            && !self.draft.says(|sign| {
                matches!(
                    sign,
                    Sign::Rate | Sign::Relation | Sign::By | Sign::Colour | Sign::Per | Sign::Difference
                )
            });
        let of = self.draft.aggregates_said() && self.is_of(at);
        if not
            || described
            || who && at > 1
            || linked
            || (quality && !self.draft.says(|sign| matches!(sign, Sign::More)))
            || (counted
                && !self
                    .draft
                    .says(|sign| matches!(sign, Sign::By | Sign::Colour | Sign::Per)))
            || of
        {
            self.take_column(at);
            self.push_filter(Filter::new(column, Test::Flag(!not), at));
        }
    }

    /// "the average balance of students": a figure was named before.
    fn is_of(&self, at: usize) -> bool {
        let begin = self.pieces[at].begin;
        let of = begin
            .checked_sub(1)
            .is_some_and(|before| matches!(self.asked.tokens[before].low.as_str(), "of" | "for" | "among"));
        of && (0..at).any(|before| self.column(before).is_some_and(|column| self.kind(column).is_number()))
    }

    /// Conditions with "or" between them: rows that meet one are kept.
    pub(super) fn alternatives(&mut self) {
        for at in 0..self.pieces.len() {
            if self.sign(at) != Some(Sign::Or) || !self.is_free(at) {
                continue;
            }
            let before = self
                .draft
                .filters
                .iter()
                .enumerate()
                .filter(|(_, filter)| filter.at < at)
                .max_by_key(|(_, filter)| filter.at)
                .map(|(index, _)| index);
            let after = self
                .draft
                .filters
                .iter()
                .enumerate()
                .filter(|(_, filter)| filter.at > at)
                .min_by_key(|(_, filter)| filter.at)
                .map(|(index, _)| index);
            let value_of = |index: Option<usize>| match &self.pieces[index?].is {
                Is::Value(value) => Some(value.column),
                Is::Part { column, .. } => Some(*column),
                _ => None,
            };
            // "Europe or Japan" have become one condition.
            let sides = (value_of(self.before(at)), value_of(self.after(at)));
            if sides.0.is_some() && sides.0 == sides.1 {
                self.take(at);
                continue;
            }
            if let (Some(before), Some(after)) = (before, after) {
                self.take(at);
                let second = self.draft.filters[after].clone();
                self.draft.filters[before].or.push(second);
                self.draft.filters.remove(after);
            }
        }
        self.compared();
    }

    /// Values named side by side: "men vs women", "compare West and East".
    fn compared(&mut self) {
        let several = self.draft.filters.iter().find(|filter| {
            filter.or.is_empty()
                && match &filter.test {
                    Test::Is(values) | Test::Has(values) => values.len() > 1,
                    Test::OneOf(values) => values.len() > 1,
                    _ => false,
                }
        });
        if let Some(filter) = several {
            self.draft.compared = Some(filter.column);
        }
    }
}
