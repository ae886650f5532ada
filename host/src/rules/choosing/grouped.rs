//! What is asked of groups as wholes: a condition on their figure, the few that make up most, and a mean of their counts.

use super::Chooser;
use crate::rules::{
    lexicon::{Aggregate, Sign},
    measures::Measure,
    plan::{Group, Refusal, Task},
    question::Counted,
};

impl Chooser<'_> {
    /// "customers with more than 3 orders": groups whose figure meets a condition.
    pub(super) fn having(&mut self) -> Result<bool, Refusal> {
        let Some(having) = self.draft.having else {
            return Ok(false);
        };
        self.group()?;
        if self.plan.groups.is_empty() {
            let named = self.draft.counted.into_iter().chain(self.draft.plain.iter().copied());
            let divides = |column: &usize| !self.column(*column).is_number() && !self.column(*column).is_time();
            let column = named.into_iter().find(divides).ok_or(Refusal::Undoable)?;
            self.plan.groups.push(Group::Column(column));
        }
        let figure = match (having.counts, &self.measures[..]) {
            (Some(Counted::Rows), []) => Measure::Rows,
            (Some(Counted::Values(column)), []) => Measure::Distinct(column),
            (None, [only]) if only.aggregates.len() == 1 => Measure::Of(only.column, only.aggregates[0]),
            _ => return Err(Refusal::Undoable),
        };
        if self.plan.groups.len() != 1 || self.plan.top.is_some() || self.draft.ratio.is_some() {
            return Err(Refusal::Undoable);
        }
        self.plan.measures = vec![figure];
        self.plan.having = Some((having.compare, having.number));
        Ok(true)
    }

    /// The few groups that make up most of a total.
    pub(super) fn pareto(&mut self) -> Result<(), Refusal> {
        if !self.says(|sign| matches!(sign, Sign::Pareto)) {
            return Ok(());
        }
        let adds = self.plan.measures.first().is_some_and(Measure::adds_up);
        if self.plan.task != Task::Figures || self.plan.groups.len() != 1 || !adds {
            return Err(Refusal::Undoable);
        }
        self.plan.pareto = true;
        Ok(())
    }

    /// "average tickets per day": rows are counted for each, then averaged.
    pub(super) fn averages_rows(&self) -> bool {
        self.draft.noun.is_some()
            && self.draft.aggregates == [Aggregate::Mean]
            && self.draft.measures.is_empty()
            && self.says(|sign| matches!(sign, Sign::Per))
            && !self.plan.groups.is_empty()
            && !self.draft.plain.iter().any(|column| self.column(*column).is_number())
    }
}
