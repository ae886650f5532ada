//! What divides: "by region and month", "per customer", "which city", "monthly", "each class".

use super::{Is, Reader, push};
use crate::rules::{
    columns::Role,
    lexicon::{self, Aggregate, Sign, Unit},
    question::{Filter, Grouping, Test, Unknown},
};

impl Reader<'_> {
    pub(super) fn groups(&mut self) {
        for at in 0..self.pieces.len() {
            if self.is_free(at) && self.is_sign(Some(at), |sign| matches!(sign, Sign::By | Sign::Colour | Sign::Per)) {
                self.by(at);
            }
        }
        for at in 0..self.pieces.len() {
            if !self.is_free(at) {
                continue;
            }
            match self.sign(at) {
                Some(Sign::Unit(unit)) if !self.is_counted(at) && !self.moves(at) => self.unit(at, unit),
                Some(Sign::Weekend(weekend)) => self.weekend(at, weekend),
                Some(Sign::OverTime) => {
                    self.take(at);
                    if !self
                        .draft
                        .groups
                        .iter()
                        .any(|group| matches!(group, Grouping::Time(_) | Grouping::TimeOf(..)))
                    {
                        self.draft.groups.push(Grouping::Time(None));
                    }
                }
                Some(Sign::Which | Sign::List) => self.which(at),
                _ => {}
            }
        }
    }

    /// The only column of people who have several rows each.
    fn person(&self) -> Option<usize> {
        let mut people = self
            .view
            .find(|role| matches!(role, Role::Category | Role::Name))
            .filter(|column| {
                let kind = self.kind(*column);
                kind.profile.distinct * 2 < self.view.rows && kind.essence().iter().any(|word| lexicon::is_person(word))
            });
        let first = people.next()?;
        people.next().is_none().then_some(first)
    }

    /// The list after "by".
    fn by(&mut self, by: usize) {
        let mut at = by;
        let mut first = true;
        while let Some(next) = self.past(at, |is| matches!(is, Is::Sign(Sign::By | Sign::Count | Sign::In))) {
            // "by the car's origin"
            let owned = matches!(self.pieces[next].is, Is::Rows)
                .then(|| self.after(next))
                .flatten()
                .filter(|column| self.column(*column).is_some() && self.pieces[*column].begin == self.pieces[next].end);
            if owned.is_some() {
                self.take(next);
            }
            let next = owned.unwrap_or(next);
            self.drop_counts(at, next);
            let fits = match self.pieces[next].is.clone() {
                Is::Column(named) => self.group_column(by, next, named.column, first),
                Is::Sign(Sign::Unit(unit)) if self.is_free(next) => {
                    self.unit(next, unit);
                    true
                }
                // "per order": each row is one.
                Is::Rows if first => {
                    self.take(next);
                    self.draft
                        .noun
                        .get_or_insert_with(|| self.asked.tokens[self.pieces[next].begin].low.clone());
                    true
                }
                Is::Unknown if first => {
                    self.take(next);
                    let text = self.said(next);
                    self.draft.unknown.push(Unknown {
                        text,
                        hard: true,
                        counted: false,
                        column: None,
                    });
                    true
                }
                _ => false,
            };
            if !fits {
                break;
            }
            self.take(by);
            first = false;
            at = next;
            // "… and …" leads to the next.
            let Some(link) = self.after(at) else { break };
            let listed = self.is_sign(Some(link), |sign| {
                matches!(
                    sign,
                    Sign::And | Sign::Versus | Sign::By | Sign::Colour | Sign::Per | Sign::Difference
                )
            }) || matches!(self.pieces[link].is, Is::Pause);
            let unit = matches!(self.sign(link), Some(Sign::Unit(_))) && self.pieces[link].begin == self.pieces[at].end;
            if unit {
                continue;
            }
            let another = self.after(link).is_some_and(|another| self.divides(another));
            if !listed || !another {
                break;
            }
            self.take(link);
            at = link;
        }
    }

    /// "by number of cylinders" divides by cylinders and counts nothing.
    fn drop_counts(&mut self, from: usize, to: usize) {
        for at in from + 1..to {
            if self.sign(at) == Some(Sign::Count) && self.is_free(at) {
                self.take(at);
                if let Some(count) = self.draft.signs.iter().rposition(|sign| *sign == Sign::Count) {
                    self.draft.signs.remove(count);
                }
            }
        }
    }

    /// Whether a piece can be a group after another.
    fn divides(&self, at: usize) -> bool {
        match &self.pieces[at].is {
            Is::Column(named) => {
                let kind = self.kind(named.column);
                let other = named.also.iter().any(|other| !self.kind(*other).is_number());
                self.is_free(at) && (!kind.is_number() || kind.is_discrete() || other)
            }
            Is::Sign(Sign::Unit(_)) => true,
            _ => false,
        }
    }

    fn group_column(&mut self, by: usize, at: usize, column: usize, first: bool) -> bool {
        // Of two columns that the words fit, the one that divides.
        let mut column = column;
        if let Is::Column(named) = self.pieces[at].is.clone()
            && self.kind(column).is_number()
            && !self.kind(column).is_discrete()
            && let Some(other) = named.also.iter().copied().find(|other| !self.kind(*other).is_number())
        {
            self.pieces[at].is = Is::Column(crate::rules::columns::Named {
                column: other,
                also: vec![column],
                ..named
            });
            column = other;
        }
        let kind = self.kind(column);
        let per = self.sign(by) == Some(Sign::Per);
        // "miles per trip" is one figure over another.
        if per && first && kind.is_additive() && !kind.is_discrete() && self.measured_before(by).is_some() {
            return false;
        }
        // "the distribution of models by weight": numbers after the first group are figures.
        if !first && kind.is_number() && !kind.is_discrete() {
            return false;
        }
        self.take_column(at);
        if let Some(unit) = self
            .after(at)
            .filter(|next| self.pieces[*next].begin == self.pieces[at].end)
            .and_then(|next| self.sign(next).map(|sign| (next, sign)))
            .and_then(|(next, sign)| match sign {
                Sign::Unit(unit) if self.kind(column).is_time() => Some((next, unit)),
                _ => None,
            })
        {
            self.take(unit.0);
            push(&mut self.draft.groups, Grouping::TimeOf(column, unit.1));
            return true;
        }
        // "by age band"
        if let Some(bands) = self.after(at).filter(|next| self.sign(*next) == Some(Sign::Bins))
            && self.kind(column).is_number()
        {
            self.take(bands);
            push(&mut self.draft.groups, Grouping::Bands(column));
            return true;
        }
        let begin = self.pieces[by].begin;
        let said = self.text(begin, self.pieces[by].end).to_lowercase();
        if matches!(
            said.as_str(),
            "in each" | "in every" | "for each" | "for every" | "of each" | "from each"
        ) {
            self.draft.each = Some(column);
        }
        if per {
            self.draft.per = Some(column);
        }
        // "by model year": the second word is what is meant.
        if self.kind(column).role == Role::Name
            && let Some(next) = self
                .after(at)
                .filter(|next| self.pieces[*next].begin == self.pieces[at].end)
            && let Some(second) = self.column(next)
            && matches!(self.kind(second).role, Role::Year | Role::Time)
        {
            self.take_column(next);
            push(&mut self.draft.groups, Grouping::Column(second));
            return true;
        }
        push(&mut self.draft.groups, Grouping::Column(column));
        true
    }

    /// A column of numbers that is named right before a piece.
    pub(super) fn measured_before(&self, at: usize) -> Option<(usize, usize)> {
        let piece = self.before(at)?;
        let column = self.column(piece)?;
        self.kind(column).is_number().then_some((piece, column))
    }

    /// "how many days", "number of weeks": what is counted.
    fn is_counted(&self, at: usize) -> bool {
        let before = self.before(at);
        self.is_sign(before, |sign| matches!(sign, Sign::Count | Sign::Distinct))
            // "days by weather": days are what is counted.
            || before.is_none() && self.is_sign(self.after(at), |sign| matches!(sign, Sign::Where))
            || before.is_none()
                && self.is_sign(self.after(at), |sign| matches!(sign, Sign::By | Sign::In | Sign::Not))
                && !self.pieces.iter().any(|piece| matches!(&piece.is, Is::Column(named) if self.kind(named.column).is_number()))
    }

    /// "20 day moving average"
    fn moves(&self, at: usize) -> bool {
        let numbered = self.before(at).is_some_and(|before| self.number(before).is_some());
        numbered
            && self.is_sign(self.after(at), |sign| {
                matches!(sign, Sign::Moving | Sign::Aggregate(Aggregate::Mean))
            })
    }

    fn unit(&mut self, at: usize, unit: Unit) {
        // A column may be called so: `month` is one, where there are no dates.
        let column = self.view.columns.iter().position(|column| {
            let named = column
                .essence()
                .last()
                .is_some_and(|word| word == unit.noun() || (unit == Unit::MonthOfYear && word == "month"));
            named && !column.is_time() && (column.is_discrete() || column.is_text() || column.role == Role::Year)
        });
        let dated = self.view.find(|role| role == Role::Time).next().is_some();
        self.take(at);
        if let Some(column) = column.filter(|_| !dated) {
            push(&mut self.draft.groups, Grouping::Column(column));
            return;
        }
        let said = Grouping::Time(Some(unit));
        if let Some(before) = self
            .draft
            .groups
            .iter_mut()
            .find(|group| matches!(group, Grouping::Time(None)))
        {
            *before = said;
        } else if let Some(before) = self
            .draft
            .groups
            .iter_mut()
            .find(|group| matches!(group, Grouping::Column(column) if self.view.columns[*column].is_time()))
        {
            let Grouping::Column(column) = *before else { return };
            *before = Grouping::TimeOf(column, unit);
        } else {
            push(&mut self.draft.groups, said);
        }
    }

    fn weekend(&mut self, at: usize, weekend: bool) {
        let Some(column) = self.view.find(|role| role == Role::Time).next() else {
            return;
        };
        self.take(at);
        let not = self.negated(at);
        let test = Test::Weekend(weekend != not);
        self.push_filter(Filter::new(column, test, at));
    }

    /// "which city has the most …", "top 5 products": a column that is asked for.
    fn which(&mut self, at: usize) {
        let Some(next) = self.past(at, |is| {
            matches!(is, Is::Number(_) | Is::Sign(Sign::Top { .. } | Sign::Most { .. }))
        }) else {
            return;
        };
        let who = self.asked.tokens[self.pieces[at].begin].low == "who" && self.draft.ranks();
        if let Some(person) = self
            .person()
            .filter(|_| who && self.column(next).is_none_or(|column| !self.kind(column).is_text()))
        {
            self.take(at);
            push(&mut self.draft.groups, Grouping::Column(person));
            return;
        }
        let Some(column) = self.column(next).filter(|_| self.is_free(next)) else {
            return;
        };
        let kind = self.kind(column);
        let divides =
            kind.is_text() || kind.role == Role::Year || kind.is_time() || kind.is_discrete() || kind.role == Role::Id;
        let ranked = self.draft.having.is_some()
            || self.draft.ranks()
            || self
                .draft
                .says(|sign| matches!(sign, Sign::Aggregate(Aggregate::Max | Aggregate::Min)));
        if (self.sign(at) == Some(Sign::Which) || self.draft.having.is_some()) && divides && ranked {
            self.take(at);
            self.take_column(next);
            push(&mut self.draft.groups, Grouping::Column(column));
        }
    }
}
