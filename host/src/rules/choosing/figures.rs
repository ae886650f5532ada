//! Totals, means and other figures: which figure of which column, where the question leaves it open.

use super::{Chooser, days};
use crate::rules::{
    columns::Role,
    lexicon::{Aggregate, Chart, Sign, Unit},
    measures::Measure,
    plan::{self, Group, Refusal, Task, Top},
    question::{Test, Wanted, code},
};

impl Chooser<'_> {
    pub(super) fn aggregate(&mut self) -> Result<(), Refusal> {
        let ranked = self.plan.top.is_some();
        let counted = self.plan.top.is_some_and(|top| top.count.is_some());
        self.along_time();
        self.plan.changes = !ranked && self.says(|sign| matches!(sign, Sign::Change | Sign::Growth(None)));
        if counted && self.plan.groups.is_empty() && self.draft.aggregates_said() {
            // A figure of the first few rows is another one than that of all.
            return Err(Refusal::Undoable);
        }
        let most = self.says(|sign| matches!(sign, Sign::Most { .. })) || self.draft.quality.as_ref().is_some();
        let which = self.says(|sign| matches!(sign, Sign::Which | Sign::List | Sign::When));
        self.flags();
        if self.measures.is_empty() && self.plan.measures.is_empty() && !self.without_measure(ranked, most)? {
            return Ok(());
        }
        if let Some(text) = self.measures.iter().find(|wanted| !self.has_figures(wanted.column)) {
            return Err(Refusal::NotNumbers(self.column(text.column).name.clone()));
        }
        self.average_of_times();
        // "visits per day": the mean of the days.
        if let [Group::Time(_, Unit::Day | Unit::Hour)] = self.plan.groups[..]
            && self.says(|sign| matches!(sign, Sign::Per))
            && self.measures.iter().all(|wanted| {
                wanted.aggregates == [Aggregate::Mean]
                    || wanted.aggregates.is_empty() && self.draft.aggregates == [Aggregate::Mean]
            })
            && self.measures.len() == 1
            && self.column(self.measures[0].column).is_additive()
            && self.plan.chart.is_none()
        {
            self.plan.inner = Some(self.plan.groups.remove(0));
        }
        let differs = self.says(|sign| matches!(sign, Sign::Difference | Sign::Significant | Sign::More));
        if differs && self.plan.groups.len() == 1 && !ranked && self.measures.len() == 1 {
            let steady = !self.column(self.measures[0].column).is_additive()
                || self.says(|sign| matches!(sign, Sign::Significant | Sign::More));
            self.plan.compares |= steady;
        }
        let extreme = !ranked && which && self.plan.groups.is_empty() && self.extreme();
        if (!self.draft.aggregates_said() && ranked || extreme) && self.plan.groups.is_empty() {
            // "The highest price", and whose it is.
            self.plan.task = Task::Rows;
            let label = self.view.find(|role| role == Role::Name).next();
            let whole = which || self.draft.noun.is_some() || self.draft.top.is_some() || label.is_some();
            if !whole {
                self.plan.top = self.plan.top.map(|top| Top { count: Some(1), ..top });
            }
        }
        if let [group] = self.plan.groups[..]
            && !self.draft.aggregates_said()
            && ranked
            && self.is_row_each(group)
        {
            self.plan.task = Task::Rows;
        }
        // "the oldest employee per office"
        let each = self.draft.each.or_else(|| {
            let named = self.draft.quality.is_some() && self.draft.noun.is_some();
            match self.plan.groups[..] {
                [Group::Column(column)] if named && self.says(|sign| matches!(sign, Sign::By | Sign::Per)) => {
                    Some(column)
                }
                _ => None,
            }
        });
        if let (Some(each), Some(_), false) = (each, self.plan.top, self.draft.aggregates_said()) {
            self.within_each(each)?;
        }
        if self.listed() {
            self.plan.task = Task::Rows;
        }
        if self.plan.task == Task::Rows && matches!(self.plan.groups[..], [Group::Column(_)]) {
            self.plan.shown.clear();
        }
        for wanted in self.measures.clone() {
            for aggregate in self.aggregates(&wanted) {
                let measure = Measure::Of(wanted.column, aggregate);
                if !self.plan.measures.contains(&measure) {
                    self.plan.measures.push(measure);
                }
            }
        }
        Ok(())
    }

    /// "average monthly sales by region": the mean of the months' totals, for each region.
    fn average_of_times(&mut self) {
        let adds = self.draft.aggregates.is_empty()
            && matches!(&self.measures[..], [only] if only.aggregates == [Aggregate::Mean] && self.column(only.column).is_additive());
        let time = self
            .plan
            .groups
            .iter()
            .position(|group| matches!(group, Group::Time(_, unit) if !unit.recurs()));
        if let (true, Some(at), 2, None, None) = (adds, time, self.plan.groups.len(), self.plan.chart, self.plan.inner)
            && !self.says(|sign| matches!(sign, Sign::OverTime))
        {
            let unit = self.plan.groups[at];
            self.plan.inner = Some(self.plan.groups.remove(at));
            if let Group::Time(_, unit) = unit {
                self.note(format!(
                    "I added up for each {} and took the mean of those",
                    unit.noun()
                ));
            }
        }
    }

    /// "the top 3 in each region": rows are ranked within it.
    fn within_each(&mut self, each: usize) -> Result<(), Refusal> {
        let others = self.plan.groups.iter().filter(|group| group.column() != each).count();
        if others > 0 {
            return Err(Refusal::Undoable);
        }
        self.plan.groups.clear();
        self.plan.each = Some(each);
        self.plan.task = Task::Rows;
        Ok(())
    }

    /// "which site has the maximum …": asked for with a figure, but the row is meant.
    fn extreme(&mut self) -> bool {
        let said = |aggregate: Aggregate| self.measures.iter().any(|wanted| wanted.aggregates == [aggregate]);
        let least = said(Aggregate::Min);
        if self.measures.len() != 1 || !(least || said(Aggregate::Max)) {
            return false;
        }
        self.plan.top = Some(Top { count: None, least });
        true
    }

    /// One row each: there is nothing to add up.
    fn is_row_each(&self, group: Group) -> bool {
        let column = self.column(group.column());
        let daily = matches!(group, Group::Time(_, Unit::Day)) && column.is_unique(self.view.rows);
        let unique = (column.role == Role::Name && column.profile.distinct * 20 >= self.view.rows * 19)
            || (column.role == Role::Id && column.is_unique(self.view.rows));
        daily || (matches!(group, Group::Column(_)) && unique)
    }

    /// Without a measure: the one that is obvious, a count, or rows. False where the plan is complete.
    fn without_measure(&mut self, ranked: bool, most: bool) -> Result<bool, Refusal> {
        let figured = !self.draft.aggregates.is_empty();
        let changes =
            self.says(|sign| matches!(sign, Sign::Change | Sign::Growth(_) | Sign::Cumulative | Sign::Moving));
        let wants = figured || changes || (ranked && !most);
        let rows = self.says(|sign| matches!(sign, Sign::Rows)) || self.draft.noun.is_some() && !figured && !changes;
        if wants
            && !rows
            && !(ranked
                && !self.plan.groups.is_empty()
                && !figured
                && self.draft.quality.is_none()
                && self.noun_of_groups())
        {
            self.obvious_measure()?;
            return Ok(true);
        }
        if !self.plan.groups.is_empty() {
            self.plan.measures = vec![Measure::Rows];
            return Ok(false);
        }
        if rows && ranked && !most && !self.says(|sign| matches!(sign, Sign::Rows)) {
            self.obvious_measure()?;
            return Ok(true);
        }
        if !self.plan.filters.is_empty() || self.draft.save.is_some() {
            self.plan.task = Task::Rows;
            return Ok(false);
        }
        if self.says(|sign| matches!(sign, Sign::Look | Sign::List)) {
            self.plan.task = Task::Look;
            return Ok(false);
        }
        if rows && ranked {
            self.obvious_measure()?;
            return Ok(true);
        }
        if self.draft.noun.is_some()
            && self.draft.unknown.is_empty()
            && self.says(|sign| matches!(sign, Sign::List | Sign::Rows))
        {
            self.plan.task = Task::Rows;
            return Ok(false);
        }
        Err(Refusal::Nothing)
    }

    /// What is ranked is a group itself: "most common species".
    fn noun_of_groups(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::Most { .. }))
    }

    fn has_figures(&self, column: usize) -> bool {
        let kind = self.column(column);
        kind.is_number() || kind.is_flag() || kind.is_time() && self.plan.top.is_some() || kind.role == Role::Year
    }

    /// A change or a line chart without groups goes along the time.
    fn along_time(&mut self) {
        let moves = self.plan.top.is_none() && self.says(|sign| matches!(sign, Sign::Change | Sign::Growth(_)));
        let line = self.plan.chart == Some(Chart::Line);
        let drawn = self.draft.says(|sign| matches!(sign, Sign::Chart(Chart::Any))) && self.is_series();
        if !(moves || line || drawn) || !self.plan.groups.is_empty() {
            return;
        }
        let kept = self
            .plan
            .filters
            .iter()
            .any(|filter| matches!(filter.test, Test::Days(..) | Test::Months(_)));
        let times = self.view.find(|role| role == Role::Time).next();
        let steady = self
            .measures
            .iter()
            .all(|wanted| !self.column(wanted.column).is_additive());
        // From one day to another of prices and the like: they are what they are on a day.
        let daily =
            times.is_some_and(|time| self.column(time).is_unique(self.view.rows)) && steady && (kept && moves || drawn);
        let grain = self.draft.grain.filter(|_| moves && !steady && self.draft.periods > 1);
        let grown = self.draft.signs.iter().find_map(|sign| match sign {
            Sign::Growth(unit) => *unit,
            _ => None,
        });
        let unit = grown.or(grain).or(daily.then_some(Unit::Day));
        if let Ok(group) = self.time(unit) {
            self.add_group(group);
        }
    }

    /// Each day or other moment has one row: the table is a course of figures.
    fn is_series(&self) -> bool {
        let numbers = self.all_named();
        self.view.find(|role| role == Role::Time).next().is_some_and(|time| {
            let kind = self.column(time);
            kind.is_unique(self.view.rows) && self.view.rows > 20 && days(kind.profile).is_some()
        }) && !numbers.is_empty()
            && !self.draft.aggregates_said()
            && self.plan.chart.is_none()
    }

    /// "List the cars with mpg over 40": rows are asked for, not figures.
    pub(super) fn listed(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::List))
            && !self.draft.aggregates_said()
            && self.plan.groups.is_empty()
            && !self.plan.filters.is_empty()
    }

    /// A yes-or-no column beside groups is computed as its share of yes.
    fn flags(&mut self) {
        let flag = self
            .measures
            .iter()
            .position(|wanted| self.column(wanted.column).is_flag());
        if let Some(at) = flag {
            let column = self.measures.remove(at).column;
            self.plan.measures.push(share_of(column));
            return;
        }
        if !self.measures.is_empty() || !self.draft.aggregates_said() && !self.shares() {
            return;
        }
        let flag = self
            .plan
            .groups
            .iter()
            .position(|group| self.column(group.column()).is_flag());
        if let Some(at) = flag
            && self.plan.groups.len() > 1
        {
            let column = self.plan.groups.remove(at).column();
            self.plan.measures = vec![share_of(column)];
        }
    }

    /// The figures of a column: those that were asked for, or what suits it.
    pub(super) fn aggregates(&mut self, wanted: &Wanted) -> Vec<Aggregate> {
        if self.plan.inner.is_some() && matches!(wanted.aggregates[..], [] | [Aggregate::Mean]) {
            return vec![Aggregate::Sum];
        }
        if !wanted.aggregates.is_empty() {
            return wanted.aggregates.clone();
        }
        if self.plan.task == Task::Rows {
            return vec![Aggregate::Max];
        }
        if !self.draft.aggregates.is_empty() {
            return self.draft.aggregates.clone();
        }
        if self.plan.inner.is_some() {
            return vec![Aggregate::Sum];
        }
        let name = code(&self.column(wanted.column).name);
        let grouped = !self.plan.groups.is_empty();
        if self.plan.compares {
            self.note(format!("I compared the mean of {name}"));
            return vec![Aggregate::Mean];
        }
        let unequal = matches!(self.plan.groups[..], [Group::Time(_, Unit::Weekend)]);
        if self.column(wanted.column).is_additive() && !unequal {
            self.note(format!("I added up {name}"));
            vec![Aggregate::Sum]
        } else if grouped {
            let peak = self.plan.top.is_some()
                && self.draft.says(|sign| matches!(sign, Sign::Top { .. }))
                && self.plan.groups.iter().any(|group| group.is_course(self.view));
            if peak {
                let least = self.plan.top.is_some_and(|top| top.least);
                let aggregate = if least { Aggregate::Min } else { Aggregate::Max };
                self.plan.top = None;
                self.note(format!("I took the {} of {name}", aggregate.noun()));
                return vec![aggregate];
            }
            self.note(format!("I took the mean of {name}"));
            vec![Aggregate::Mean]
        } else {
            vec![Aggregate::Mean, Aggregate::Median, Aggregate::Min, Aggregate::Max]
        }
    }

    /// The number that is most likely meant where none was named.
    fn obvious_measure(&mut self) -> Result<(), Refusal> {
        // Words that were not understood may well have named it.
        let unknown: Vec<String> = self
            .draft
            .unknown
            .iter()
            .filter(|unknown| !unknown.counted)
            .map(|unknown| unknown.text.clone())
            .collect();
        if !unknown.is_empty() {
            return Err(Refusal::Unknown(unknown));
        }
        // Of prices by the day the last is the day's.
        let closing = self.view.columns.iter().position(|column| {
            let name = column.name.to_lowercase();
            column.is_number() && matches!(name.as_str(), "close" | "adj close" | "closing price" | "last")
        });
        let column = closing
            .or_else(|| plan::obvious_measure(self.view))
            .ok_or(Refusal::NoNumber)?;
        self.wants(column);
        self.note(format!("I took {} as the measure", code(&self.column(column).name)));
        Ok(())
    }
}

fn share_of(flag: usize) -> Measure {
    Measure::Part(vec![crate::rules::question::Filter::new(flag, Test::Flag(true), 0)])
}
