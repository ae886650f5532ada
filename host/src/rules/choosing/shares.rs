//! Shares: of rows that meet a condition, of a total, and of the groups of a whole.

use super::Chooser;
use crate::rules::{
    lexicon::{Aggregate, Sign},
    measures::Measure,
    plan::{Group, Refusal},
    question::{Filter, Test},
};

impl Chooser<'_> {
    pub(super) fn share(&mut self) -> Result<(), Refusal> {
        let flag = self
            .all_named()
            .into_iter()
            .find(|column| self.column(*column).is_flag());
        if let Some(flag) = flag {
            let at = self.plan.filters.len();
            self.plan.measures = vec![Measure::Part(vec![Filter::new(flag, Test::Flag(true), at)])];
            self.plain.retain(|plain| *plain != flag);
            self.rest_divides();
            self.plan.groups.retain(|group| group.column() != flag);
            return Ok(());
        }
        self.divide();
        if let Some(column) = self.draft.counted.filter(|column| {
            self.column(*column).is_text() && self.plan.groups.is_empty() && self.plan.filters.is_empty()
        }) {
            self.add_group(Group::Column(column));
        }
        let total = self.measures.iter().map(|wanted| wanted.column).find(|column| {
            self.column(*column).is_number() && !self.plan.groups.iter().any(|group| group.column() == *column)
        });
        let part = self.part();
        if let Some(part) = part {
            let text = match &part[..] {
                [only] if only.or.is_empty() && matches!(only.test, Test::Is(_)) => Some(only.column),
                _ => None,
            };
            // "What percentage is West?" is shown among its like.
            if let (Some(column), true) = (text, self.plan.groups.is_empty()) {
                self.plan.filters.extend(part);
                self.plan.groups.push(Group::Column(column));
            } else {
                self.plan.measures = vec![match total {
                    Some(column) => Measure::Portion(column, part),
                    None => Measure::Part(part),
                }];
                return Ok(());
            }
        }
        if self.plan.groups.is_empty() {
            let discrete = self
                .measures
                .iter()
                .map(|wanted| wanted.column)
                .find(|column| self.column(*column).is_discrete());
            let Some(column) = discrete else {
                return self.aggregate();
            };
            self.measures.clear();
            self.plan.groups.push(Group::Column(column));
        }
        self.plan.groups.truncate(1);
        self.plan.share = true;
        let total = total.filter(|column| !self.plan.groups.iter().any(|group| group.column() == *column));
        self.plan.measures = vec![total.map_or(Measure::Rows, |column| Measure::Of(column, Aggregate::Sum))];
        Ok(())
    }

    /// Takes from the conditions those whose share is asked for: "what percentage of A are B" of B, "the share of A
    /// among B" of A. Times are never such.
    fn part(&mut self) -> Option<Vec<Filter>> {
        let grouped: Vec<usize> = self.plan.groups.iter().map(|group| group.column()).collect();
        let may = |filter: &Filter| {
            !matches!(filter.test, Test::Days(..) | Test::Months(_)) && !grouped.contains(&filter.column)
        };
        let mut places: Vec<usize> = self
            .plan
            .filters
            .iter()
            .filter(|filter| may(filter))
            .map(|filter| filter.at)
            .collect();
        places.sort_unstable();
        let (first, last) = (*places.first()?, *places.last()?);
        let turn = self.draft.turn.filter(|turn| places.len() > 1 && *turn < last);
        let of_first = |filter: &Filter| filter.at == first;
        let of_rest = |filter: &Filter| turn.is_some_and(|turn| filter.at > turn);
        let (part, rest): (Vec<Filter>, Vec<Filter>) =
            std::mem::take(&mut self.plan.filters).into_iter().partition(|filter| {
                may(filter)
                    && if turn.is_some() {
                        of_rest(filter)
                    } else {
                        of_first(filter)
                    }
            });
        self.plan.filters = rest;
        Some(part)
    }

    /// A share was asked for.
    pub(super) fn shares(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::Share))
    }
}
