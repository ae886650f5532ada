//! Chooses what to compute from what was named: first the task, then which columns divide and which are computed.

mod figures;

use super::{
    columns::{Column, Role, View},
    lexicon::{Aggregate, Chart, Sign, Unit},
    plan::{Group, Plan, Refusal, Task},
    question::{Draft, Filter, Grouping, Test, code},
    words,
};

pub(super) struct Chooser<'a> {
    pub view: &'a View<'a>,
    pub draft: &'a Draft,
    pub plan: Plan,
    pub plain: Vec<usize>,
    pub measures: Vec<usize>,
}

impl Chooser<'_> {
    pub fn choose(&mut self) -> Result<(), Refusal> {
        if self.says(|sign| matches!(sign, Sign::Missing)) {
            self.plan.task = Task::Missing;
            self.plan.measures = self
                .all_named()
                .into_iter()
                .map(|column| (column, Aggregate::Sum))
                .collect();
            return Ok(());
        }
        self.superlative();
        self.group()?;
        let looks = self.says(|sign| matches!(sign, Sign::Look));
        let named = self.all_named();
        if named.is_empty() && self.plan.groups.is_empty() && self.plan.filters.is_empty() {
            if self.says(|sign| matches!(sign, Sign::Relation | Sign::Versus)) {
                return self.matrix(None);
            }
            if looks && self.draft.aggregates.is_empty() && !self.counts() {
                self.plan.task = Task::Look;
                return Ok(());
            }
        }
        if self.says(|sign| matches!(sign, Sign::Distinct)) && !named.is_empty() {
            let column = self.draft.counted.unwrap_or(named[0]);
            self.plan.task = Task::Distinct(column);
            self.plan.groups.retain(|group| group.column() != column);
            return Ok(());
        }
        if looks && named.len() == 1 && self.plan.groups.is_empty() && self.draft.aggregates.is_empty() {
            self.plan.task = Task::Distribution(named[0]);
            return Ok(());
        }
        let flagged = named.iter().any(|column| self.column(*column).role == Role::Flag);
        let number = named.iter().any(|column| self.column(*column).is_number());
        let divided = !self.plan.groups.is_empty() && !number && !self.counts();
        let plainly =
            divided && !self.says(|sign| matches!(sign, Sign::Distribution | Sign::Relation | Sign::Difference));
        let rate = flagged && (plainly || self.says(|sign| matches!(sign, Sign::Rate)));
        if (rate || self.says(|sign| matches!(sign, Sign::Share))) && self.draft.aggregates.is_empty() {
            return self.share();
        }
        if self.spread() || self.pair()? {
            return Ok(());
        }
        self.divide();
        self.compare();
        if self.counts() {
            return self.count();
        }
        let moves = self.plan.top.is_none() && self.says(|sign| matches!(sign, Sign::Change));
        if (moves || self.plan.chart == Some(Chart::Line))
            && self.plan.groups.is_empty()
            && let Ok(group) = self.time(None)
        {
            self.add_group(group);
        }
        self.aggregate()
    }

    /// "Compare West and East": values that were named side by side are groups.
    fn compare(&mut self) {
        let said = self.says(|sign| matches!(sign, Sign::Difference | Sign::Versus | Sign::Which));
        let figured =
            !self.draft.aggregates.is_empty() || self.counts() || self.says(|sign| matches!(sign, Sign::List));
        let timed = match self.plan.groups[..] {
            [] => false,
            [group] => matches!(group, Group::Time(..)) || self.column(group.column()).role == Role::Year,
            _ => return,
        };
        if !(said || (!figured && !self.measures.is_empty())) || !(timed || self.plan.groups.is_empty()) {
            return;
        }
        let spans = |filter: &Filter| matches!(filter.test, Test::Days(Some(_), Some(_)));
        if said
            && !timed
            && self.plan.filters.iter().any(spans)
            && let Ok(group) = self.time(Some(Unit::Year))
        {
            self.plan.groups.push(group);
            return;
        }
        if let Some(column) = self
            .plan
            .filters
            .iter()
            .find(|filter| is_several(filter))
            .map(|filter| filter.column)
        {
            self.add_group(Group::Column(column));
        }
    }

    fn says(&self, test: impl Fn(&Sign) -> bool) -> bool {
        self.draft.says(test)
    }

    fn column(&self, index: usize) -> &Column<'_> {
        &self.view.columns[index]
    }

    fn note(&mut self, note: String) {
        if !self.plan.notes.contains(&note) {
            self.plan.notes.push(note);
        }
    }

    fn counts(&self) -> bool {
        let rows = self.draft.save.is_none() && self.says(|sign| matches!(sign, Sign::Rows));
        // "save all rows": they are wanted themselves.
        rows || self.draft.counted.is_some() || self.says(|sign| matches!(sign, Sign::Count))
    }

    /// Columns that were named, but not as groups.
    fn all_named(&self) -> Vec<usize> {
        let mut named = self.measures.clone();
        for column in self.plain.iter().chain(&self.draft.counted) {
            if !named.contains(column) {
                named.push(*column);
            }
        }
        named
    }

    /// The column of "cheapest" and "heaviest".
    fn superlative(&mut self) {
        let Some(words) = self.draft.signs.iter().find_map(|sign| match sign {
            Sign::Superlative { of, .. } => Some(*of),
            _ => None,
        }) else {
            return;
        };
        if self.all_named().iter().any(|column| self.column(*column).is_number()) {
            return;
        }
        let fits = self.view.columns.iter().position(|column| {
            column.is_number()
                && words::name_words(&column.profile.name)
                    .iter()
                    .any(|word| words.contains(&words::stem(word).as_str()))
        });
        if let Some(column) = fits {
            self.measures.push(column);
            self.note(format!("I took {} as the measure", code(&self.column(column).name)));
        }
    }

    /// Turns what stood after "by" into groups, unless it must be something else.
    fn group(&mut self) -> Result<(), Refusal> {
        for grouping in &self.draft.groups {
            match *grouping {
                Grouping::Time(unit) => {
                    let group = self.time(unit)?;
                    self.add_group(group);
                }
                Grouping::TimeOf(column, unit) => self.add_group(Group::Time(column, unit)),
                Grouping::Column(column) => {
                    let continuous = self.column(column).is_number() && !self.column(column).is_discrete();
                    let other = self
                        .all_named()
                        .iter()
                        .any(|named| self.column(*named).is_number() && !self.column(*named).is_discrete());
                    let ranked = self.plan.top.is_some()
                        && self.column(column).is_number()
                        && !(other && self.column(column).is_discrete());
                    let unique =
                        self.column(column).role == Role::Id && self.column(column).profile.distinct == self.view.rows;
                    if unique && self.plan.top.is_none() {
                        // Each row is a group of its own, so there is nothing to divide.
                    } else if ranked {
                        self.measures.push(column);
                    } else if continuous {
                        self.plain.push(column);
                    } else if self.column(column).is_time() {
                        let unit = self.draft.groups.iter().find_map(|group| match group {
                            Grouping::Time(unit) => *unit,
                            Grouping::Column(_) | Grouping::TimeOf(..) => None,
                        });
                        let unit = unit.unwrap_or_else(|| self.unit(column));
                        self.add_group(Group::Time(column, unit));
                    } else {
                        self.add_group(Group::Column(column));
                    }
                }
            }
        }
        Ok(())
    }

    fn add_group(&mut self, group: Group) {
        if !self.plan.groups.iter().any(|other| other.column() == group.column()) {
            self.plan.groups.push(group);
        }
    }

    /// The time column, in the unit that was asked for or that suits its span.
    fn time(&mut self, unit: Option<Unit>) -> Result<Group, Refusal> {
        let named = self
            .all_named()
            .into_iter()
            .find(|column| self.column(*column).is_time());
        let times: Vec<usize> = self.view.find(|role| role == Role::Time).collect();
        if let Some(column) = named.or(times.first().copied()) {
            self.plain.retain(|plain| *plain != column);
            if named.is_none() && times.len() > 1 {
                self.note(format!("I took the times from {}", code(&self.column(column).name)));
            }
            let chosen = unit.unwrap_or_else(|| self.unit(column));
            if unit.is_none() && chosen != Unit::Day {
                self.note(format!("I went by the {}", chosen.noun()));
            }
            return Ok(Group::Time(column, chosen));
        }
        let years = self.view.find(|role| role == Role::Year).next();
        match (unit, years) {
            (None | Some(Unit::Year), Some(column)) => {
                self.plain.retain(|plain| *plain != column);
                Ok(Group::Column(column))
            }
            _ => Err(Refusal::NoTime),
        }
    }

    /// The unit that gives a trend some dozens of points.
    fn unit(&self, column: usize) -> Unit {
        let profile = self.column(column).profile;
        let day = |scalar: &Option<crate::files::profile::Scalar>| match scalar {
            Some(crate::files::profile::Scalar::Text(text)) => {
                chrono::NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok()
            }
            _ => None,
        };
        let (Some(min), Some(max)) = (day(&profile.min), day(&profile.max)) else {
            return Unit::Month;
        };
        let days = (max - min).num_days();
        let years = days / 365 + 2;
        if profile.distinct as i64 <= years && days > 366 {
            return Unit::Year;
        }
        match days {
            0..=2 if profile.distinct > 3 => Unit::Hour,
            0..=92 => Unit::Day,
            93..=4400 => Unit::Month,
            _ => Unit::Year,
        }
    }

    /// Distributions. True where the question is one.
    fn spread(&mut self) -> bool {
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
        // "count by weight": a number of many values can only be counted in bins.
        let binned = self.counts()
            && self.plan.top.is_none()
            && self.draft.aggregates.is_empty()
            && self.draft.counted.is_none();
        if named.len() > 1 && (!said || number.is_none()) {
            return false;
        }
        match number {
            Some(column)
                if (said && (!grouped || named.len() == 1)) || (binned && !grouped && self.plain.contains(&column)) =>
            {
                if !self.draft.aggregates.is_empty() && grouped {
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

    /// Two numbers side by side. True where the question is one.
    fn pair(&mut self) -> Result<bool, Refusal> {
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
        let timed = self.plan.groups.iter().any(|group| matches!(group, Group::Time(..)));
        if timed || (self.plan.top.is_some() && !related) || (self.counts() && !related) {
            return Ok(false);
        }
        let asked = self.draft.aggregates.is_empty();
        let (y, x) = match (&wide[..], &numbers[..]) {
            ([y, x, rest @ ..], _) if related || (asked && rest.is_empty()) => {
                if !rest.is_empty() {
                    self.plan.measures = wide.iter().map(|column| (*column, Aggregate::Mean)).collect();
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
        self.plan.task = Task::Pair(y, x, colour);
        Ok(true)
    }

    fn matrix(&mut self, target: Option<usize>) -> Result<(), Refusal> {
        if self.view.find(|role| matches!(role, Role::Number { .. })).count() < 2 {
            return Err(Refusal::NoNumber);
        }
        self.plan.task = Task::Matrix(target);
        Ok(())
    }

    /// Gives the columns that were named without a part one: to compute with, or to divide by.
    fn divide(&mut self) {
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
            let alone = !has_number && !self.counts() && (divided || !self.draft.aggregates.is_empty());
            if number && (!discrete || (alone && self.measures.is_empty())) {
                if !self.measures.contains(&column) {
                    self.measures.push(column);
                }
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
}

impl Chooser<'_> {
    /// Whether a column that was named in passing only says what the rows are.
    fn names_rows(&self, column: usize, has_number: bool) -> bool {
        match self.column(column).role {
            Role::Id => true,
            Role::Name => has_number || !self.plan.groups.is_empty(),
            _ => false,
        }
    }
}

/// Several values of one column are kept.
fn is_several(filter: &Filter) -> bool {
    match &filter.test {
        Test::Is(values) => values.len() > 1,
        Test::OneOf(_) => true,
        _ => false,
    }
}
