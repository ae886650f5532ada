//! Counts, totals and shares: which figure of which column, where the question leaves it open.

use super::Chooser;
use crate::offline::{
    columns::Role,
    lexicon::{Aggregate, Sign, Unit},
    plan::{self, Group, Refusal, Task, Top},
    question::{Filter, Test, code},
};

impl Chooser<'_> {
    pub(super) fn share(&mut self) -> Result<(), Refusal> {
        self.plan.task = Task::Share;
        let flag = self
            .all_named()
            .into_iter()
            .find(|column| self.column(*column).role == Role::Flag);
        if let Some(flag) = flag {
            self.plan.measures = vec![(flag, Aggregate::Mean)];
            self.plain.retain(|plain| *plain != flag);
            let groups: Vec<usize> = self.plain.drain(..).collect();
            for group in groups {
                self.add_group(Group::Column(group));
            }
            return Ok(());
        }
        self.divide();
        if let Some(column) = self.draft.counted.filter(|column| self.column(*column).is_text()) {
            self.add_group(Group::Column(column));
        }
        // "What percentage is West?" divides by the column that West is a value of.
        if self.plan.groups.is_empty()
            && let Some(at) = self
                .plan
                .filters
                .iter()
                .rposition(|filter| matches!(filter.test, Test::Is(_)))
        {
            self.plan.groups.push(Group::Column(self.plan.filters[at].column));
        }
        if self.plan.groups.is_empty() {
            let Some(column) = self
                .measures
                .first()
                .copied()
                .filter(|column| self.column(*column).is_discrete())
            else {
                return self.aggregate();
            };
            self.measures.clear();
            self.plan.groups.push(Group::Column(column));
        }
        self.plan.groups.truncate(1);
        self.plan.measures = self
            .measures
            .first()
            .map(|column| (*column, Aggregate::Sum))
            .into_iter()
            .collect();
        Ok(())
    }

    pub(super) fn count(&mut self) -> Result<(), Refusal> {
        self.plan.task = Task::Count;
        // "How many customers churned": a yes-or-no column says which rows.
        let flags: Vec<usize> = self
            .draft
            .plain
            .iter()
            .copied()
            .filter(|column| self.column(*column).role == Role::Flag)
            .collect();
        for column in flags {
            self.plan.groups.retain(|group| group.column() != column);
            self.plan.filters.push(Filter {
                column,
                test: Test::Flag(true),
            });
        }
        let grouped = !self.plan.groups.is_empty();
        match self.draft.counted {
            Some(column) if self.column(column).is_number() && !self.column(column).is_discrete() => {
                if self.column(column).is_additive() {
                    self.note(format!("I took the total of {}", code(&self.column(column).name)));
                    self.measures = vec![column];
                    return self.aggregate();
                }
                if !self.measures.is_empty() || grouped {
                    self.measures.push(column);
                    return self.aggregate();
                }
                self.plan.task = Task::Distribution(column);
                return Ok(());
            }
            // "the number of cylinders" is that column itself.
            Some(column) if self.column(column).is_number() => {
                if self.measures.is_empty() && grouped && self.draft.says(|sign| matches!(sign, Sign::Aggregate(_))) {
                    self.measures.push(column);
                } else {
                    self.plan.groups.insert(0, Group::Column(column));
                }
                if !self.measures.is_empty() {
                    return self.aggregate();
                }
            }
            // "how many customers", where each has a number.
            Some(column) if self.column(column).role == Role::Id => {
                if self.column(column).profile.distinct < self.view.rows {
                    self.note(format!(
                        "I counted the different values of {}",
                        code(&self.column(column).name)
                    ));
                    self.plan.task = Task::Distinct(column);
                }
                return Ok(());
            }
            Some(column) if self.column(column).is_text() && !grouped && self.measures.is_empty() => {
                let ranked = self.plan.top.is_some();
                let filtered = self.plan.filters.iter().any(|filter| filter.column == column);
                if ranked || filtered {
                    self.add_group(Group::Column(column));
                } else {
                    self.plan.task = Task::Distinct(column);
                }
                return Ok(());
            }
            Some(column) if self.column(column).role == Role::Category && grouped => {
                self.plan.groups.retain(|group| group.column() != column);
                self.plan.task = Task::Distinct(column);
                return Ok(());
            }
            _ => {}
        }
        // "the mean number of reviews": a figure was asked for beside the count.
        if !self.measures.is_empty() && !self.draft.aggregates.is_empty() {
            return self.aggregate();
        }
        if let (Some(noun), true) = (&self.draft.noun, self.plan.groups.is_empty()) {
            self.note(format!("I counted rows, taking each for one of the {}", code(noun)));
        }
        Ok(())
    }

    pub(super) fn aggregate(&mut self) -> Result<(), Refusal> {
        self.plan.task = Task::Aggregate;
        let ranked = self.plan.top.is_some();
        let counted = self.plan.top.is_some_and(|top| top.count.is_some());
        if counted && self.plan.groups.is_empty() && !self.draft.aggregates.is_empty() {
            // A figure of the first few rows is another one than that of all.
            return Err(Refusal::Undoable);
        }
        let most = self.says(|sign| matches!(sign, Sign::Most { .. }));
        let which = self.says(|sign| matches!(sign, Sign::Which | Sign::List));
        self.flags();
        let flagged = !self.plan.measures.is_empty();
        if self.measures.is_empty() && !flagged {
            let wants = !self.draft.aggregates.is_empty() || self.timed() || (ranked && !most);
            if wants && !(self.says(|sign| matches!(sign, Sign::Rows))) {
                self.obvious_measure()?;
            } else if !self.plan.groups.is_empty() {
                self.plan.task = Task::Count;
                return Ok(());
            } else if !self.plan.filters.is_empty() || self.draft.save.is_some() {
                self.plan.task = Task::Rows;
                return Ok(());
            } else if self.says(|sign| matches!(sign, Sign::Look | Sign::List)) {
                self.plan.task = Task::Look;
                return Ok(());
            } else {
                return Err(Refusal::Nothing);
            }
        }
        if self.draft.aggregates.is_empty() && ranked && self.plan.groups.is_empty() {
            // "The highest price", and whose it is.
            let label = self.view.find(|role| role == Role::Name).next();
            let whole = which || self.draft.noun.is_some() || self.draft.top.is_some() || label.is_some();
            self.plan.task = Task::Rows;
            if !whole {
                self.plan.top = self.plan.top.map(|top| Top { count: Some(1), ..top });
            }
        }
        if let [group] = self.plan.groups[..]
            && self.draft.aggregates.is_empty()
            && ranked
        {
            // One row each: there is nothing to add up.
            let column = self.column(group.column());
            let daily = matches!(group, Group::Time(_, Unit::Day)) && column.profile.distinct == self.view.rows;
            let unique =
                column.role == Role::Name || (column.role == Role::Id && column.profile.distinct == self.view.rows);
            if daily || (matches!(group, Group::Column(_)) && unique) {
                self.plan.task = Task::Rows;
            }
        }
        if self.listed() {
            self.plan.task = Task::Rows;
        }
        for column in self.measures.clone() {
            for aggregate in self.aggregates(column) {
                if !self.plan.measures.contains(&(column, aggregate)) {
                    self.plan.measures.push((column, aggregate));
                }
            }
        }
        Ok(())
    }

    /// "List the cars with mpg over 40": rows are asked for, not figures.
    pub(super) fn listed(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::List))
            && self.draft.aggregates.is_empty()
            && self.plan.groups.is_empty()
            && !self.plan.filters.is_empty()
    }

    pub(super) fn timed(&self) -> bool {
        self.plan
            .groups
            .iter()
            .any(|group| matches!(group, Group::Time(..)) || self.column(group.column()).role == Role::Year)
            && self.says(|sign| matches!(sign, Sign::OverTime | Sign::Unit(_)))
    }

    /// A yes-or-no column beside groups is computed as its share of yes.
    pub(super) fn flags(&mut self) {
        if !self.measures.is_empty()
            || self.draft.aggregates.is_empty() && !self.says(|sign| matches!(sign, Sign::Share))
        {
            return;
        }
        let flag = self
            .plan
            .groups
            .iter()
            .position(|group| self.column(group.column()).role == Role::Flag);
        if let Some(at) = flag
            && self.plan.groups.len() > 1
        {
            let column = self.plan.groups.remove(at).column();
            self.plan.measures = vec![(column, Aggregate::Mean)];
            self.plan.task = Task::Share;
        }
    }

    pub(super) fn aggregates(&mut self, column: usize) -> Vec<Aggregate> {
        if !self.draft.aggregates.is_empty() {
            return self.draft.aggregates.clone();
        }
        if self.plan.task == Task::Rows {
            return vec![Aggregate::Max];
        }
        let name = code(&self.column(column).name);
        let grouped = !self.plan.groups.is_empty();
        if self.column(column).is_additive() {
            self.note(format!("I added up {name}"));
            vec![Aggregate::Sum]
        } else if grouped {
            self.note(format!("I took the mean of {name}"));
            vec![Aggregate::Mean]
        } else {
            vec![Aggregate::Mean, Aggregate::Median, Aggregate::Min, Aggregate::Max]
        }
    }

    /// The number that is most likely meant where none was named.
    pub(super) fn obvious_measure(&mut self) -> Result<(), Refusal> {
        // Words that were not understood may well have named it.
        if !self.draft.unknown.is_empty() {
            return Err(Refusal::Unknown(
                self.draft.unknown.iter().map(|unknown| unknown.text.clone()).collect(),
            ));
        }
        let column = plan::obvious_measure(self.view).ok_or(Refusal::NoNumber)?;
        self.measures.push(column);
        self.note(format!("I took {} as the measure", code(&self.column(column).name)));
        Ok(())
    }
}
