//! Questions about the table as such: what is in it, missing, repeated, odd or of interest.

use super::Chooser;
use crate::rules::{
    columns::Role,
    lexicon::{Aggregate, QUALITIES, Sign},
    measures::Measure,
    plan::{Refusal, Task, Top},
};

impl Chooser<'_> {
    /// True where the question is such a one.
    pub(super) fn special(&mut self) -> Result<bool, Refusal> {
        let idle = |test: fn(&Sign) -> bool| self.draft.idle.iter().any(|(sign, _)| test(sign));
        let named = self.all_named();
        if idle(|sign| matches!(sign, Sign::Files)) && self.counts() && named.is_empty() && self.view.files.len() > 1 {
            self.plan.task = Task::Sizes;
            return Ok(true);
        }
        let latest =
            self.draft.idle.iter().any(|(sign, words)| {
                *sign == Sign::Latest && !matches!(words.to_lowercase().as_str(), "this" | "current")
            });
        let numbered = named.iter().any(|column| self.column(*column).is_number());
        let time = named.iter().copied().find(|column| self.column(*column).is_time());
        let time = time.or_else(|| self.view.find(|role| role == Role::Time).next());
        let time = time.or_else(|| self.view.find(|role| role == Role::Year).next());
        // "the most recent orders"
        let dated = self
            .draft
            .quality
            .as_ref()
            .and_then(|ranked| self.quality_column(QUALITIES[ranked.of].of));
        if let (Some(column), true, false) = (
            dated.filter(|column| self.column(*column).is_time()),
            self.draft.groups.is_empty(),
            numbered,
        ) {
            self.plan.task = Task::Rows;
            self.plan.measures = vec![Measure::Of(column, Aggregate::Max)];
            return Ok(true);
        }
        if let (true, false, Some(time), true) = (latest, numbered, time, self.draft.groups.is_empty()) {
            self.plan.task = Task::Rows;
            self.plan.measures = vec![Measure::Of(time, Aggregate::Max)];
            self.plan.top = Some(Top {
                count: self.draft.top,
                least: false,
            });
            return Ok(true);
        }
        if idle(|sign| matches!(sign, Sign::Missing)) {
            self.plan.task = Task::Missing;
            self.plan.measures = named
                .into_iter()
                .map(|column| Measure::Of(column, Aggregate::Sum))
                .collect();
            return Ok(true);
        }
        if self.plan.unique {
            self.plan.task = Task::Rows;
            return Ok(true);
        }
        let removed = self.says(|sign| matches!(sign, Sign::Removal));
        if idle(|sign| matches!(sign, Sign::Clean)) && !removed && named.is_empty() && self.plan.filters.is_empty() {
            self.plan.task = Task::Clean;
            self.plan.save = None;
            return Ok(true);
        }
        if idle(|sign| matches!(sign, Sign::Repeated)) {
            let group = self.draft.groups.iter().find_map(|group| match group {
                crate::rules::question::Grouping::Column(column) => Some(*column),
                _ => None,
            });
            self.plan.task = Task::Repeats(named.first().copied().or(group));
            return Ok(true);
        }
        let numbers: Vec<usize> = named
            .iter()
            .copied()
            .filter(|column| self.column(*column).is_number())
            .collect();
        if idle(|sign| matches!(sign, Sign::Anomaly)) && named.is_empty() {
            self.plan.task = Task::Insights;
            return Ok(true);
        }
        if idle(|sign| matches!(sign, Sign::Outlier | Sign::Anomaly)) {
            self.plan.task = Task::Outliers(numbers.first().copied());
            return if numbers.is_empty() && !named.is_empty() {
                Err(Refusal::NotNumbers(self.column(named[0]).name.clone()))
            } else {
                Ok(true)
            };
        }
        if idle(|sign| matches!(sign, Sign::Normal)) {
            let Some(column) = numbers.first() else {
                return Err(Refusal::NoNumber);
            };
            self.plan.task = Task::Normal(*column);
            return Ok(true);
        }
        if self.says(|sign| matches!(sign, Sign::Insight))
            && named.is_empty()
            && self.draft.groups.is_empty()
            && !self.counts()
        {
            self.plan.task = Task::Insights;
            return Ok(true);
        }
        Ok(false)
    }

    /// A first look, or a look at one column. True where the question is one.
    pub(super) fn looked(&mut self) -> Result<bool, Refusal> {
        let looks = self.says(|sign| matches!(sign, Sign::Look | Sign::Insight));
        let named = self.all_named();
        if named.is_empty() && self.plan.groups.is_empty() && self.plan.filters.is_empty() {
            if self.says(|sign| matches!(sign, Sign::Relation | Sign::Versus)) {
                self.matrix(None)?;
                return Ok(true);
            }
            if looks && !self.draft.aggregates_said() && !self.counts() {
                self.plan.task = Task::Look;
                return Ok(true);
            }
            if self.all_rows() && self.says(|sign| matches!(sign, Sign::Rows)) && self.plan.top.is_none() {
                self.plan.task = Task::Rows;
                return Ok(true);
            }
        }
        if self.says(|sign| matches!(sign, Sign::Distinct)) && !named.is_empty() && self.measures.is_empty() {
            let column = self.draft.counted.unwrap_or(named[0]);
            self.plan.measures = vec![Measure::Distinct(column)];
            self.plain.retain(|plain| *plain != column);
            self.plan.groups.retain(|group| group.column() != column);
            self.rest_divides();
            return Ok(true);
        }
        if looks && named.len() == 1 && self.plan.groups.is_empty() && !self.draft.aggregates_said() {
            self.plan.task = Task::Distribution(named[0]);
            return Ok(true);
        }
        if self.says(|sign| matches!(sign, Sign::Crosstab))
            && named
                .iter()
                .all(|column| !self.column(*column).is_number() || self.column(*column).is_discrete())
        {
            self.rest_divides();
            if self.plan.groups.len() == 2 {
                self.plan.measures = vec![Measure::Rows];
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// "show name and price": the columns of rows are asked for, not figures.
    pub(super) fn listing(&mut self) -> bool {
        let named = self.all_named();
        let labelled = named
            .iter()
            .any(|column| matches!(self.column(*column).role, Role::Name | Role::Id));
        let listed = self.says(|sign| matches!(sign, Sign::List)) || labelled && named.len() > 1;
        let figured = self.draft.aggregates_said() || self.counts() || self.plan.top.is_some();
        let drawn = self.plan.chart.is_some()
            || self.says(|sign| {
                matches!(
                    sign,
                    Sign::Chart(_)
                        | Sign::Relation
                        | Sign::Versus
                        | Sign::Change
                        | Sign::Difference
                        | Sign::Distribution
                        | Sign::Share
                )
            });
        if !listed || figured || drawn || !self.plan.groups.is_empty() || named.is_empty() {
            return false;
        }
        // "list the regions" wants each once.
        if named.len() == 1 && !labelled && !self.column(named[0]).is_number() {
            self.plan.measures = vec![Measure::Distinct(named[0])];
            return true;
        }
        self.plan.task = Task::Rows;
        self.plan.shown = named;
        true
    }
}
