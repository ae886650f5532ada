//! Figures and the columns they are of: "mean and median of price", "sales total", "profit as a percentage of revenue".

use super::{Is, Reader, push};
use crate::rules::{
    lexicon::{self, Aggregate, Sign},
    question::{Ratio, Two, Wanted, code},
};

impl Reader<'_> {
    /// Two columns of numbers that make one figure.
    pub(super) fn ratios(&mut self) {
        for at in 0..self.pieces.len() {
            if !self.is_free(at) || self.draft.ratio.is_some() {
                continue;
            }
            if self.sign(at) == Some(Sign::Margin) {
                self.margin(at);
                continue;
            }
            if self.sign(at) == Some(Sign::Rate) && self.rate(at) {
                continue;
            }
            let how = match self.sign(at) {
                Some(Sign::Ratio)
                    if self.asked.tokens[self.pieces[at].begin..self.pieces[at].end]
                        .iter()
                        .any(|token| token.low.starts_with("percent")) =>
                {
                    Two::Percent
                }
                Some(Sign::Ratio | Sign::Per) => Two::Over,
                // "the difference between a and b", of two numbers
                Some(Sign::Minus | Sign::Difference) => Two::Less,
                // "balance as % of limit"
                Some(Sign::Share) => Two::Percent,
                _ => continue,
            };
            let left = self.measured_before(at);
            let right = self.figure_after(at);
            if let (Some((left_at, left)), Some((right_at, right))) = (left, right)
                && (self.sign(at) != Some(Sign::Share) || self.as_share(at, right_at))
                && left != right
            {
                self.ratio(at, (left_at, left), (right_at, right), how);
                continue;
            }
            // "the a to b ratio"
            if let Some((last_at, last)) = left
                && let Some(link) = self
                    .before(last_at)
                    .filter(|link| self.is_sign(Some(*link), |sign| matches!(sign, Sign::To)))
                && let Some((first_at, first)) = self.measured_before(link)
                && how == Two::Over
            {
                self.take(link);
                self.ratio(at, (first_at, first), (last_at, last), how);
                continue;
            }
            // "ratio of a to b", "difference between a and b"
            let Some((first_at, first)) = right else { continue };
            let link = self
                .after(first_at)
                .filter(|link| self.is_sign(Some(*link), |sign| matches!(sign, Sign::To | Sign::And | Sign::Versus)));
            let second = link.and_then(|link| self.figure_after(link));
            if let (Some(link), Some((second_at, second))) = (link, second)
                && self.sign(at) != Some(Sign::Share)
                && self.sign(at) != Some(Sign::Per)
            {
                self.take(link);
                self.ratio(at, (first_at, first), (second_at, second), how);
            }
        }
    }

    /// Profit as a share of what was sold.
    fn margin(&mut self, at: usize) {
        let number = |column: &usize| self.kind(*column).is_number();
        let profit = self.view.by_words("profit earning").filter(number);
        let revenue = self.view.by_words("revenue sale turnover income").filter(number);
        if let (Some(left), Some(right)) = (profit, revenue)
            && left != right
        {
            self.take(at);
            let name = |column: usize| code(&self.kind(column).name);
            self.draft.notes.push(format!(
                "I took the margin for {} as a share of {}",
                name(left),
                name(right)
            ));
            self.draft.ratio = Some(Ratio {
                left,
                right,
                how: Two::Percent,
            });
        }
    }

    /// "conversion rate": what came of it as a share of what it could come of.
    fn rate(&mut self, at: usize) -> bool {
        let Some(before) = self.before(at).filter(|before| self.is_free(*before)) else {
            return false;
        };
        let word = self.asked.tokens[self.pieces[before].end - 1].stem.clone();
        let number = |column: &usize| self.kind(*column).is_number();
        let found = lexicon::RATES.iter().find_map(|(of, base)| {
            of.split(' ').find(|of| *of == word)?;
            let left = self.view.by_words(of).filter(number)?;
            let right = self.view.by_words(base).filter(number)?;
            (left != right).then_some((left, right))
        });
        let Some((left, right)) = found else { return false };
        let said = self.text(self.pieces[before].begin, self.pieces[at].end);
        self.take(before);
        self.take(at);
        let name = |column: usize| code(&self.kind(column).name);
        self.draft.notes.push(format!(
            "I took the {} for {} as a share of {}",
            said.to_lowercase(),
            name(left),
            name(right)
        ));
        self.draft.ratio = Some(Ratio {
            left,
            right,
            how: Two::Percent,
        });
        true
    }

    /// "as % of" stands between two figures, and nothing asks for a share of one of them.
    fn as_share(&self, at: usize, next: usize) -> bool {
        let begin = self.pieces[at].begin;
        let before = begin
            .checked_sub(1)
            .map(|before| self.asked.tokens[before].low.as_str());
        let of = (self.pieces[at].end..self.pieces[next].begin).any(|token| self.asked.tokens[token].low == "of");
        before == Some("as") && of
    }

    fn figure_after(&self, at: usize) -> Option<(usize, usize)> {
        let piece = self.past(at, |is| {
            matches!(is, Is::Sign(Sign::Aggregate(Aggregate::Sum) | Sign::Count))
        })?;
        let column = self.column(piece)?;
        (self.kind(column).is_number() && self.is_free(piece)).then_some((piece, column))
    }

    fn ratio(&mut self, at: usize, left: (usize, usize), right: (usize, usize), how: Two) {
        self.take(at);
        self.take_column(left.0);
        self.take_column(right.0);
        for piece in left.0.min(right.0)..left.0.max(right.0) {
            if matches!(
                self.pieces[piece].is,
                Is::Sign(Sign::Aggregate(Aggregate::Sum) | Sign::Count)
            ) {
                self.take(piece);
            }
        }
        self.draft.ratio = Some(Ratio {
            left: left.1,
            right: right.1,
            how,
        });
    }

    /// Binds figures to columns.
    pub(super) fn figures(&mut self) {
        let mut wanted: Vec<Aggregate> = Vec::new();
        let mut opened: Vec<usize> = Vec::new();
        // What stands between figures and columns and keeps them together.
        let mut bound = false;
        for at in 0..self.pieces.len() {
            match self.pieces[at].is.clone() {
                Is::Sign(Sign::Aggregate(aggregate)) if self.is_free(at) => {
                    if bound {
                        wanted.clear();
                        opened.clear();
                        bound = false;
                    }
                    // "20 day average": a moving mean.
                    if aggregate == Aggregate::Mean
                        && self.is_sign(self.before(at), |sign| matches!(sign, Sign::Unit(_)))
                        && self
                            .before(at)
                            .and_then(|unit| self.before(unit))
                            .is_some_and(|count| self.number(count).is_some())
                        && let Some(unit) = self.before(at)
                    {
                        self.moving(at, unit);
                        continue;
                    }
                    self.take(at);
                    push(&mut wanted, aggregate);
                    opened.push(at);
                }
                Is::Sign(Sign::Moving) if self.is_free(at) => {
                    if let Some(unit) = self.before(at) {
                        self.moving(at, unit);
                    }
                    if self.draft.points.is_none() {
                        self.take(at);
                    }
                }
                Is::Column(named) if self.is_free(at) && !wanted.is_empty() => {
                    // "average mpg against cylinders": no longer what the figure is of.
                    if bound && !self.joined(at) {
                        wanted.clear();
                        bound = false;
                        continue;
                    }
                    let kind = self.kind(named.column);
                    // "max reviews per hotel group": what divides is none.
                    if kind.is_number() || kind.is_flag() {
                        self.take_column(at);
                        self.want(named.column, &wanted);
                        bound = true;
                    } else if kind.is_text()
                        && opened.last().is_some_and(|opened| self.after(*opened) == Some(at))
                        && !self.names_other(at)
                    {
                        // "total name": there is no such figure.
                        self.take_column(at);
                        self.want(named.column, &wanted);
                        bound = true;
                    }
                }
                Is::Sign(Sign::And | Sign::Versus | Sign::Or) if bound || !wanted.is_empty() => {
                    let beside = self.after(at).is_some_and(|next| {
                        self.column(next).is_some()
                            || self.is_sign(Some(next), |sign| matches!(sign, Sign::Aggregate(_)))
                    });
                    if beside && self.is_free(at) {
                        self.take(at);
                    }
                }
                Is::Sign(Sign::Count | Sign::Share | Sign::Top { .. } | Sign::Most { .. }) if bound => {
                    wanted.clear();
                    opened.clear();
                    bound = false;
                }
                _ => {}
            }
        }
        if bound || wanted.is_empty() {
            return;
        }
        // "the weight average": the column stands before.
        let before = opened
            .first()
            .and_then(|first| self.back(*first, |is| matches!(is, Is::Sign(Sign::Versus))))
            .filter(|piece| self.is_free(*piece));
        let named = before.and_then(|piece| self.column(piece).map(|column| (piece, column)));
        match named {
            Some((piece, column))
                if self.kind(column).is_number() && !(self.kind(column).is_discrete() && self.names_other(piece)) =>
            {
                self.take_column(piece);
                self.want(column, &wanted);
            }
            _ => {
                for aggregate in wanted {
                    push(&mut self.draft.aggregates, aggregate);
                }
            }
        }
    }

    /// Nothing but "and" or a comma stands between a column and the one before it.
    fn joined(&self, at: usize) -> bool {
        let before = self.back(at, |is| {
            matches!(is, Is::Sign(Sign::And | Sign::Aggregate(_)) | Is::Pause)
        });
        let linked = before != self.before(at);
        linked && before.is_some_and(|before| self.column(before).is_some())
    }

    /// Another column of numbers is named that no pass has used.
    fn names_other(&self, piece: usize) -> bool {
        (0..self.pieces.len()).any(|at| {
            at != piece && self.is_free(at) && self.column(at).is_some_and(|column| self.kind(column).is_number())
        })
    }

    fn want(&mut self, column: usize, aggregates: &[Aggregate]) {
        if let Some(wanted) = self.draft.measures.iter_mut().find(|wanted| wanted.column == column) {
            for aggregate in aggregates {
                push(&mut wanted.aggregates, *aggregate);
            }
        } else {
            self.draft.measures.push(Wanted {
                column,
                aggregates: aggregates.to_vec(),
            });
        }
    }

    /// "20 day moving average", "7 day average"
    fn moving(&mut self, at: usize, unit: usize) {
        let count = match self.pieces[unit].is {
            Is::Number(number) => Some((unit, number)),
            _ => self
                .before(unit)
                .and_then(|count| self.number(count).map(|number| (count, number))),
        };
        let Some((piece, number)) =
            count.filter(|(_, number)| (2.0..=1000.0).contains(number) && number.fract() == 0.0)
        else {
            return;
        };
        for used in piece..=at {
            self.take(used);
        }
        push(&mut self.draft.signs, Sign::Moving);
        self.draft.points = Some(number as usize);
    }
}
