//! What is to be computed: chosen from what a question named, with a note of every choice that was made for the asker.

use super::{
    columns::{Column, Role, View},
    lexicon::{Aggregate, Chart, Sign, Unit},
    question::{Draft, Filter, Grouping, code},
};

/// What a script is to do.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    pub task: Task,
    /// At most four.
    pub measures: Vec<(usize, Aggregate)>,
    /// At most two.
    pub groups: Vec<Group>,
    pub filters: Vec<Filter>,
    pub top: Option<Top>,
    pub chart: Option<Chart>,
    pub bins: Option<usize>,
    /// Choices that were made, each a clause without its full stop.
    pub notes: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Task {
    Look,
    Missing,
    Count,
    Distinct(usize),
    Aggregate,
    Share,
    Distribution(usize),
    /// Two numbers, drawn one against the other: y, x, and what colours the points.
    Pair(usize, usize, Option<usize>),
    /// All pairs of numbers, or all with this one.
    Matrix(Option<usize>),
    /// Rows as they are.
    Rows,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Group {
    Column(usize),
    Time(usize, Unit),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Top {
    /// How many were asked for.
    pub count: Option<usize>,
    pub least: bool,
}

/// Why there is nothing to compute.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Refusal {
    Greeting,
    Help,
    Thanks,
    Future,
    Why,
    Undoable,
    /// The words that stand in the way.
    Unknown(Vec<String>),
    Nothing,
    NoNumber,
    NoTime,
    NoRows,
}

const MEASURES_MAX: usize = 4;

impl Group {
    pub fn column(self) -> usize {
        match self {
            Self::Column(column) | Self::Time(column, _) => column,
        }
    }
}

/// Chooses what to compute.
pub(super) fn choose(view: &View<'_>, draft: &Draft) -> Result<Plan, Refusal> {
    refuse(draft)?;
    let mut plan = Plan {
        task: Task::Aggregate,
        measures: Vec::new(),
        groups: Vec::new(),
        filters: draft.filters.clone(),
        top: top(draft),
        chart: draft.chart.filter(|chart| *chart != Chart::Any),
        bins: draft.bins,
        notes: draft.notes(view),
    };
    let hard: Vec<String> = draft
        .unknown
        .iter()
        .filter(|unknown| unknown.hard)
        .map(|unknown| unknown.text.clone())
        .collect();
    if !hard.is_empty() {
        return Err(Refusal::Unknown(hard));
    }
    let soft: Vec<String> = draft.unknown.iter().map(|unknown| unknown.text.clone()).collect();
    let intent = !draft.signs.is_empty() || !draft.groups.is_empty();
    let named = draft.measures.len() + draft.plain.len() + draft.groups.len() + draft.filters.len();
    if !soft.is_empty() && (named == 0 || !intent || soft.len() > named) {
        return Err(Refusal::Unknown(soft));
    }
    if !soft.is_empty() {
        let words: Vec<String> = soft.iter().map(|word| format!("“{word}”")).collect();
        plan.notes
            .push(format!("I did not understand {} and left it out", words.join(", ")));
    }
    if view.rows == 0 {
        return Err(Refusal::NoRows);
    }
    let mut chooser = Chooser {
        view,
        draft,
        plan,
        plain: draft.plain.clone(),
        measures: draft.measures.clone(),
    };
    chooser.choose()?;
    let mut plan = chooser.plan;
    plan.measures.truncate(MEASURES_MAX);
    plan.groups.truncate(2);
    Ok(plan)
}

fn refuse(draft: &Draft) -> Result<(), Refusal> {
    for sign in &draft.signs {
        match sign {
            Sign::Future => return Err(Refusal::Future),
            Sign::Why => return Err(Refusal::Why),
            Sign::Undoable => return Err(Refusal::Undoable),
            _ => {}
        }
    }
    if draft.names_nothing() && draft.unknown.is_empty() {
        for sign in &draft.signs {
            match sign {
                Sign::Look | Sign::Missing | Sign::Relation | Sign::Count | Sign::OverTime => return Ok(()),
                Sign::Greeting => return Err(Refusal::Greeting),
                Sign::Help => return Err(Refusal::Help),
                Sign::Thanks => return Err(Refusal::Thanks),
                _ => {}
            }
        }
    }
    Ok(())
}

fn top(draft: &Draft) -> Option<Top> {
    let mut least = None;
    for sign in &draft.signs {
        match sign {
            Sign::Top { least: said } | Sign::Most { least: said } | Sign::Superlative { least: said, .. } => {
                least.get_or_insert(*said);
            }
            _ => {}
        }
    }
    least.map(|least| Top {
        count: draft.top,
        least,
    })
}

struct Chooser<'a> {
    view: &'a View<'a>,
    draft: &'a Draft,
    plan: Plan,
    plain: Vec<usize>,
    measures: Vec<usize>,
}

impl Chooser<'_> {
    fn choose(&mut self) -> Result<(), Refusal> {
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
        let rate = flagged && self.says(|sign| matches!(sign, Sign::Rate));
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
        let side_by_side = self.says(|sign| matches!(sign, Sign::Difference | Sign::Versus | Sign::Which));
        if !side_by_side || !self.plan.groups.is_empty() {
            return;
        }
        if let Some(column) = self.plan.filters.iter().find(|filter| is_several(filter)).map(|filter| filter.column) {
            self.plan.groups.push(Group::Column(column));
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
        self.draft.counted.is_some() || self.says(|sign| matches!(sign, Sign::Count | Sign::Rows))
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
                && super::words::name_words(&column.profile.name)
                    .iter()
                    .any(|word| words.contains(&super::words::stem(word).as_str()))
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
                    if ranked {
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
            (_, []) if related && named.is_empty() && self.plan.groups.is_empty() => {
                self.matrix(None)?;
                return Ok(true);
            }
            _ => return Ok(false),
        };
        let text = named.iter().copied().find(|column| self.column(*column).is_text());
        let several = self.plan.filters.iter().filter(|filter| is_several(filter)).map(|filter| filter.column);
        let mut colours = self.plan.groups.iter().map(|group| group.column()).chain(text).chain(several);
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
            let divided = !self.plan.groups.is_empty() && !self.says(|sign| matches!(sign, Sign::Distribution));
            let alone = !has_number && !self.counts() && (divided || !self.draft.aggregates.is_empty());
            if number && (!discrete || (alone && self.measures.is_empty())) {
                if !self.measures.contains(&column) {
                    self.measures.push(column);
                }
            } else if kind.is_time() {
                let unit = self.unit(column);
                self.add_group(Group::Time(column, unit));
            } else if kind.role == Role::Flag && has_number && self.measures.is_empty() {
                self.add_group(Group::Column(column));
            } else if kind.role == Role::Id && self.plan.top.is_none() {
                // An identifier names rows and is neither.
            } else {
                self.add_group(Group::Column(column));
            }
        }
    }

    fn share(&mut self) -> Result<(), Refusal> {
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
                .rposition(|filter| matches!(filter.test, super::question::Test::Is(_)))
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

    fn count(&mut self) -> Result<(), Refusal> {
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
                test: super::question::Test::Flag(true),
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
                    self.note(format!("I counted the different values of {}", code(&self.column(column).name)));
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

    fn aggregate(&mut self) -> Result<(), Refusal> {
        self.plan.task = Task::Aggregate;
        let ranked = self.plan.top.is_some();
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
            } else if !self.plan.filters.is_empty() {
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
            let unique = column.role == Role::Name || (column.role == Role::Id && column.profile.distinct == self.view.rows);
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
    fn listed(&self) -> bool {
        self.says(|sign| matches!(sign, Sign::List))
            && self.draft.aggregates.is_empty()
            && self.plan.groups.is_empty()
            && !self.plan.filters.is_empty()
    }

    fn timed(&self) -> bool {
        self.plan
            .groups
            .iter()
            .any(|group| matches!(group, Group::Time(..)) || self.column(group.column()).role == Role::Year)
            && self.says(|sign| matches!(sign, Sign::OverTime | Sign::Unit(_)))
    }

    /// A yes-or-no column beside groups is computed as its share of yes.
    fn flags(&mut self) {
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

    fn aggregates(&mut self, column: usize) -> Vec<Aggregate> {
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
    fn obvious_measure(&mut self) -> Result<(), Refusal> {
        // Words that were not understood may well have named it.
        if !self.draft.unknown.is_empty() {
            return Err(Refusal::Unknown(
                self.draft.unknown.iter().map(|unknown| unknown.text.clone()).collect(),
            ));
        }
        let column = obvious_measure(self.view).ok_or(Refusal::NoNumber)?;
        self.measures.push(column);
        self.note(format!("I took {} as the measure", code(&self.column(column).name)));
        Ok(())
    }
}

/// Several values of one column are kept.
fn is_several(filter: &Filter) -> bool {
    matches!(&filter.test, super::question::Test::Is(values) if values.len() > 1)
}

/// The number of a view that is most likely of interest.
pub(super) fn obvious_measure(view: &View<'_>) -> Option<usize> {
    let numbers: Vec<usize> = view
        .find(|role| matches!(role, Role::Number { discrete: false, .. }))
        .filter(|index| !is_place(&view.columns[*index]))
        .collect();
    let additive = numbers.iter().find(|index| view.columns[**index].is_additive());
    additive
        .or(numbers.first())
        .copied()
        .or_else(|| view.find(|role| matches!(role, Role::Number { .. })).next())
}

/// Longitudes and latitudes are numbers that nobody averages.
fn is_place(column: &Column<'_>) -> bool {
    super::words::name_words(&column.profile.name)
        .iter()
        .any(|word| matches!(word.as_str(), "latitude" | "longitude" | "lat" | "lon" | "lng" | "long"))
}
