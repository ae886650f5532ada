//! Conditions on groups, "customers with more than 3 orders", and on whether there is any, "at least one red card".

use super::{Is, Reader};
use crate::rules::{
    columns::Role,
    lexicon::{Compare, Sign},
    question::{Counted, Filter, Having, Test},
};

impl Reader<'_> {
    /// "customers with more than 3 orders", where each row is an order.
    pub(super) fn having_rows(&mut self, at: usize, next: usize, compare: Compare, number: f64) -> bool {
        let rows = self.after(next).and_then(|piece| match &self.pieces[piece].is {
            Is::Rows | Is::Sign(Sign::Rows) => Some((piece, Counted::Rows)),
            Is::Column(named) if self.kind(named.column).role == Role::Id => {
                Some((piece, Counted::Values(named.column)))
            }
            _ => None,
        });
        let whose = (0..at).any(|before| {
            self.column(before).is_some_and(|column| {
                matches!(self.kind(column).role, Role::Category | Role::Name | Role::Id)
                    && self.kind(column).profile.distinct < self.view.rows
            })
        });
        let Some((rows, counted)) = rows.filter(|_| whose) else {
            return false;
        };
        self.take_column(rows);
        self.take(rows);
        self.having(at, next, compare, number, Some(counted));
        true
    }

    /// Notes what the figure of a group must be.
    pub(super) fn having(&mut self, at: usize, next: usize, compare: Compare, number: f64, counts: Option<Counted>) {
        let compare = if self.negated(at) { compare.opposite() } else { compare };
        self.take(at);
        self.take(next);
        self.take_unit(next);
        self.draft.having = Some(Having {
            compare,
            number,
            counts,
        });
    }

    /// "at least one red card", where the column says yes or no by 1 and 0.
    pub(super) fn any_of(&mut self, at: usize, next: usize, compare: Compare, number: f64) -> bool {
        let flag = self
            .after(next)
            .and_then(|piece| self.column(piece).map(|column| (piece, column)));
        let Some((piece, column)) = flag.filter(|(_, column)| self.kind(*column).is_flag()) else {
            return false;
        };
        let some = match compare {
            Compare::AtLeast => (number - 1.0).abs() < f64::EPSILON,
            Compare::Over => number.abs() < f64::EPSILON,
            _ => false,
        };
        if some {
            let not = self.negated(at);
            self.take(at);
            self.take(next);
            self.take_column(piece);
            self.push_filter(Filter::new(column, Test::Flag(!not), at));
        }
        some
    }
}
