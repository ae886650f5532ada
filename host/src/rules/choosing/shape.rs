//! How values are spread, and how two numbers hang together: questions that a certain picture answers.

use super::{Chooser, is_several};
use crate::rules::{
    columns::Role,
    lexicon::{Aggregate, Chart, Sign},
    measures::Measure,
    plan::{Group, Refusal, Task},
};

impl Chooser<'_> {
    /// Distributions. True where the question is one.
    pub(super) fn spread(&mut self) -> bool {
        let spread = self.is_spread();
        if let (true, Task::Distribution(column), Some(width)) = (spread, self.plan.task, self.draft.width) {
            let kind = self.column(column);
            let span = kind
                .greatest()
                .zip(kind.least())
                .map(|(greatest, least)| (greatest - least) / width);
            self.plan.bins = span
                .filter(|bins| (1.0..=1000.0).contains(bins))
                .map(|bins| bins.ceil() as usize);
        }
        spread
    }

    fn is_spread(&mut self) -> bool {
        let histogram = matches!(self.draft.chart, Some(Chart::Histogram | Chart::Box));
        let said = histogram || self.says(|sign| matches!(sign, Sign::Distribution)) || self.draft.bins.is_some();
        let grouped = !self.plan.groups.is_empty();
        let mut named = self.all_named();
        if named.len() > 1 {
            // "the distribution of models by weight": names of rows are no groups.
            named.retain(|column| self.column(*column).role != Role::Name);
        }
        let number = named
            .iter()
            .copied()
            .find(|column| self.column(*column).is_number() && !self.column(*column).is_discrete());
        if let (Some(Chart::Box), Some(column), true) = (self.plan.chart, number, named.len() > 1) {
            // A box for each value of what was named beside the number.
            let others: Vec<usize> = named.into_iter().filter(|other| *other != column).collect();
            if let [other] = others[..]
                && (!self.column(other).is_number() || self.column(other).is_discrete())
            {
                self.add_group(Group::Column(other));
                self.plan.task = Task::Distribution(column);
                return true;
            }
            return false;
        }
        // "count by weight": a number of many values can only be counted in bins.
        let binned =
            self.counts() && self.plan.top.is_none() && !self.draft.aggregates_said() && self.draft.counted.is_none();
        if named.len() > 1 && (!said || number.is_none()) {
            return false;
        }
        match number {
            Some(column)
                if (said && (!grouped || named.len() == 1)) || (binned && !grouped && self.plain.contains(&column)) =>
            {
                if self.draft.aggregates_said() && grouped {
                    return false;
                }
                if named.len() > 1 && !histogram {
                    return false;
                }
                self.plan.task = Task::Distribution(column);
                true
            }
            None if said && named.len() == 1 && !grouped && !self.column(named[0]).is_time() => {
                self.plan.task = Task::Distribution(named[0]);
                true
            }
            _ => false,
        }
    }

    /// "histogram of cylinders, stacked by origin": rows of few whole numbers are counted for each group.
    fn histogram_of_few(&self) -> Option<usize> {
        let few = match self.all_named()[..] {
            [only] if self.column(only).is_discrete() => only,
            _ => return None,
        };
        let histogram = self.draft.chart == Some(Chart::Histogram);
        let beside = matches!(self.plan.groups[..], [Group::Column(other)] if other != few);
        (histogram && beside && !self.draft.aggregates_said()).then_some(few)
    }

    pub(super) fn piled(&mut self) -> bool {
        let Some(few) = self.histogram_of_few() else {
            return false;
        };
        self.plan.groups.insert(0, Group::Column(few));
        self.plan.measures = vec![Measure::Rows];
        self.plan.chart = Some(Chart::Bar);
        self.plain.clear();
        true
    }

    /// Two numbers side by side. True where the question is one.
    pub(super) fn pair(&mut self) -> Result<bool, Refusal> {
        let scatter = self.draft.chart == Some(Chart::Scatter);
        let related = scatter || self.says(|sign| matches!(sign, Sign::Relation));
        let named = self.all_named();
        let numbers: Vec<usize> = named
            .iter()
            .copied()
            .filter(|column| self.column(*column).is_number())
            .collect();
        let wide: Vec<usize> = numbers
            .iter()
            .copied()
            .filter(|column| !self.column(*column).is_discrete())
            .collect();
        let timed = self.plan.groups.iter().any(|group| matches!(group, Group::Time(..))) && !related;
        if timed || (self.plan.top.is_some() && !related) || (self.counts() && !related) {
            return Ok(false);
        }
        let asked = !self.draft.aggregates_said();
        // "sales and profit by region" are two figures of each.
        let beside = wide.iter().filter(|column| self.draft.plain.contains(column)).count();
        let drawn = self.draft.chart.is_some() || self.says(|sign| matches!(sign, Sign::Versus));
        if beside > 1
            && !related
            && !drawn
            && !self.draft.groups.is_empty()
            && !self.plan.groups.is_empty()
            && self.says(|sign| matches!(sign, Sign::And))
        {
            return Ok(false);
        }
        let (y, x) = match (&wide[..], &numbers[..]) {
            ([y, x, rest @ ..], _) if related || (asked && rest.is_empty()) => {
                if !rest.is_empty() {
                    self.plan.measures = wide
                        .iter()
                        .map(|column| Measure::Of(*column, Aggregate::Mean))
                        .collect();
                    self.plan.task = Task::Matrix(None);
                    return Ok(true);
                }
                (*y, *x)
            }
            (_, [y, x, ..]) if related && asked => (*y, *x),
            ([_, _, ..], _) if !asked && self.plan.groups.is_empty() => return Ok(false),
            (_, [only]) if related && named.len() == 1 && self.plan.groups.is_empty() => {
                let only = *only;
                self.matrix(Some(only))?;
                return Ok(true);
            }
            (_, []) if related && self.plan.groups.is_empty() => {
                self.matrix(None)?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        let text = named.iter().copied().find(|column| self.column(*column).is_text());
        let several = self
            .plan
            .filters
            .iter()
            .filter(|filter| is_several(filter))
            .map(|filter| filter.column);
        let mut colours = self
            .plan
            .groups
            .iter()
            .map(|group| group.column())
            .chain(text)
            .chain(several);
        let colour = colours.find(|column| self.column(*column).profile.distinct <= 8);
        self.plan.groups.clear();
        self.plan.measures.clear();
        self.plan.task = Task::Pair(y, x, colour);
        Ok(true)
    }

    pub(super) fn matrix(&mut self, target: Option<usize>) -> Result<(), Refusal> {
        if self.view.find(|role| matches!(role, Role::Number { .. })).count() < 2 {
            return Err(Refusal::NoNumber);
        }
        self.plan.task = Task::Matrix(target);
        Ok(())
    }

    /// Gives the columns that were named without a part one: to compute with, or to divide by.
    pub(super) fn divide(&mut self) {
        let plain = std::mem::take(&mut self.plain);
        let has_number = !self.measures.is_empty()
            || plain
                .iter()
                .any(|column| self.column(*column).is_number() && !self.column(*column).is_discrete());
        for column in plain {
            let kind = self.column(column);
            let (number, discrete) = (kind.is_number(), kind.is_discrete());
            let spreads =
                self.plan.chart == Some(Chart::Histogram) || self.says(|sign| matches!(sign, Sign::Distribution));
            let divided = !self.plan.groups.is_empty() && !spreads;
            let differs = self.says(|sign| matches!(sign, Sign::Difference | Sign::Significant))
                && self.draft.plain.iter().any(|other| self.column(*other).is_text())
                && !has_number
                && self.measures.is_empty();
            let alone = differs || !has_number && !self.counts() && (divided || self.draft.aggregates_said());
            let ranked = self.draft.says(|sign| matches!(sign, Sign::Top { .. })) && !has_number && !self.counts();
            if number && (!discrete || (alone || ranked) && self.measures.is_empty()) {
                self.wants(column);
            } else if kind.is_time() {
                let unit = self.unit(column);
                self.add_group(Group::Time(column, unit));
            } else if self.plan.top.is_none() && self.names_rows(column, has_number) {
                // "weights of models by year": there is nothing to divide by what differs from row to row.
            } else {
                self.add_group(Group::Column(column));
            }
        }
    }

    /// Whether a column that was named in passing only says what the rows are.
    fn names_rows(&self, column: usize, has_number: bool) -> bool {
        match self.column(column).role {
            Role::Id => has_number || !self.counts(),
            Role::Name => has_number || !self.plan.groups.is_empty(),
            // "do admitted patients wait longer": `Patient ID` numbers them.
            Role::Category => has_number && self.column(column).is_numbering(),
            _ => false,
        }
    }
}
