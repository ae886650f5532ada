//! Counts: of rows, of different values, of totals that are counts themselves, and their means over groups.

use super::Chooser;
use crate::rules::{
    columns::Role,
    lexicon::{Aggregate, Sign},
    measures::Measure,
    plan::{Group, Refusal, Task},
    question::{Filter, Test, Wanted, code},
};

impl Chooser<'_> {
    pub(super) fn count(&mut self) -> Result<(), Refusal> {
        // "How many customers churned": a yes-or-no column says which rows.
        let flags: Vec<usize> = self
            .plain
            .iter()
            .chain(&self.draft.counted)
            .copied()
            .chain(
                self.plan
                    .groups
                    .iter()
                    .filter(|group| self.draft.plain.contains(&group.column()))
                    .map(|group| group.column()),
            )
            .filter(|column| self.column(*column).is_flag())
            .collect();
        for column in flags {
            self.plan.groups.retain(|group| group.column() != column);
            let filter = Filter::new(column, Test::Flag(true), 0);
            if !self.plan.filters.contains(&filter) {
                self.plan.filters.push(filter);
            }
        }
        let Some(measure) = self.counted() else {
            return self.aggregate();
        };
        // "the average number of orders per customer": counted for each, then averaged.
        let averaged = self.draft.aggregates.contains(&Aggregate::Mean);
        if averaged && !self.plan.groups.is_empty() {
            self.plan.inner = Some(self.plan.groups.remove(0));
        } else if averaged && self.draft.signs.iter().any(|sign| matches!(sign, Sign::Per | Sign::By)) {
            return Err(Refusal::Undoable);
        }
        self.plan.measures = vec![measure];
        // "how many customers and the average price by region"
        let wanted: Vec<Wanted> = self.measures.clone();
        for one in wanted {
            for aggregate in self.aggregates(&one) {
                self.plan.measures.push(Measure::Of(one.column, aggregate));
            }
        }
        if self.plan.measures == [Measure::Rows]
            && self.plan.groups.is_empty()
            && let Some(noun) = self.draft.noun.clone()
        {
            self.note(format!("I counted rows, taking each for one of the {}", code(&noun)));
        }
        Ok(())
    }

    /// What is counted; nothing where a figure was asked for.
    fn counted(&mut self) -> Option<Measure> {
        let grouped = !self.plan.groups.is_empty();
        let Some(column) = self.draft.counted else {
            let figured = !self.measures.is_empty() && self.draft.aggregates_said();
            return (!figured || self.says(|sign| matches!(sign, Sign::Count))).then_some(Measure::Rows);
        };
        let kind = self.column(column);
        let name = code(&kind.name);
        let filtered = self
            .plan
            .filters
            .iter()
            .any(|filter| filter.columns().contains(&column));
        if kind.is_number() && !kind.is_discrete() || kind.is_number() && kind.is_additive() && self.measures.is_empty()
        {
            if filtered && !kind.is_additive() {
                return Some(Measure::Rows);
            }
            let figured = !self.draft.aggregates.is_empty();
            if kind.is_additive() && !figured {
                if self.plan.top.is_none() {
                    self.note(format!("I took the total of {name}"));
                }
                self.plain.retain(|plain| *plain != column);
                self.plan.groups.retain(|group| group.column() != column);
                self.wants(column);
                return None;
            }
            if figured || grouped || !self.measures.is_empty() {
                self.wants(column);
                return None;
            }
            self.plan.task = Task::Distribution(column);
            return Some(Measure::Rows);
        }
        if kind.is_number() {
            // "the number of cylinders" is that column itself.
            if self.measures.is_empty() && grouped && self.draft.aggregates_said() {
                self.wants(column);
                return None;
            }
            if filtered {
                return Some(Measure::Rows);
            }
            self.plan.groups.retain(|group| group.column() != column);
            self.plan.groups.insert(0, Group::Column(column));
            return self.measures.is_empty().then_some(Measure::Rows);
        }
        if kind.is_flag() {
            return Some(Measure::Rows);
        }
        let unique = kind.is_unique(self.view.rows);
        match kind.role {
            Role::Id if unique => Some(Measure::Rows),
            // "how many species are there?", but "how many customers have no plan" counts rows that are one each.
            Role::Id | Role::Name | Role::Category => {
                self.plain.retain(|plain| *plain != column);
                let ranked = self.plan.top.is_some();
                if ranked && !grouped {
                    self.add_group(Group::Column(column));
                    return Some(Measure::Rows);
                }
                if filtered && !grouped {
                    self.add_group(Group::Column(column));
                    return Some(Measure::Rows);
                }
                if grouped && !self.measures.is_empty() {
                    return None;
                }
                self.plan.groups.retain(|group| group.column() != column);
                if kind_is_unique_name(self, column) {
                    return Some(Measure::Rows);
                }
                let name = code(&self.column(column).name);
                self.note(format!("I counted the different values of {name}"));
                Some(Measure::Distinct(column))
            }
            _ => Some(Measure::Rows),
        }
    }
}

fn kind_is_unique_name(chooser: &Chooser<'_>, column: usize) -> bool {
    chooser.column(column).is_unique(chooser.view.rows)
}
