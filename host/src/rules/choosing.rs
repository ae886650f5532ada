//! Chooses what to compute from what was named: first the task, then which columns divide and which are computed.

mod counted;
mod figures;
mod future;
mod grouped;
mod shape;
mod shares;
mod special;

use super::{
    columns::{Column, Role, TableView},
    lexicon::{Aggregate, Chart, QUALITIES, Sign, Unit},
    measures::Measure,
    plan::{Course, Group, Plan, Refusal, Task},
    question::{Filter, Grouping, Interpretation, Test, Wanted, code},
};

pub(super) struct Chooser<'a> {
    pub view: &'a TableView<'a>,
    pub draft: &'a Interpretation,
    pub plan: Plan,
    pub plain: Vec<usize>,
    pub measures: Vec<Wanted>,
}

/// Values of a number by which rows are divided one by one; of more, by ranges.
const GROUPS_MAX: u64 = 60;
/// Days up to which hours follow each other in a chart.
const HOURLY_DAYS_MAX: i64 = 14;

impl Chooser<'_> {
    pub fn choose(&mut self) -> Result<(), Refusal> {
        self.removal()?;
        if self.forecast()? || self.having()? || self.special()? {
            return Ok(());
        }
        self.quality()?;
        self.group()?;
        self.side_by_side();
        if self.looked()? {
            return Ok(());
        }
        if let Some(ratio) = &self.draft.ratio {
            let aggregate = self.draft.aggregates.first().copied().unwrap_or(Aggregate::Mean);
            self.plan.measures = vec![Measure::Two(ratio.left, ratio.right, ratio.how, aggregate)];
            self.rest_divides();
            return self.course();
        }
        let flagged = self.all_named().iter().any(|column| self.column(*column).is_flag());
        let number = self.all_named().iter().any(|column| self.column(*column).is_number());
        let divided = !self.plan.groups.is_empty() && !number && !self.counts();
        let plainly = divided
            && !self.says(|sign| {
                matches!(
                    sign,
                    Sign::Distribution | Sign::Relation | Sign::Difference | Sign::Crosstab
                )
            });
        let rate = flagged && (plainly || self.says(|sign| matches!(sign, Sign::Rate)));
        let shared = self.says(|sign| matches!(sign, Sign::Share))
            && !self.says(|sign| matches!(sign, Sign::Change | Sign::Growth(_)));
        if (rate && !self.draft.aggregates_said()) || shared {
            return self.share();
        }
        if self.spread() || self.pair()? || self.listing() {
            return Ok(());
        }
        if self.piled() {
            return self.course();
        }
        self.divide();
        let extremes = self.says(|sign| matches!(sign, Sign::Equalled))
            && self.measures.iter().any(|wanted| {
                wanted
                    .aggregates
                    .iter()
                    .any(|figure| matches!(figure, Aggregate::Max | Aggregate::Min))
            });
        if self.counts() && !extremes {
            self.count()?;
        } else {
            self.aggregate()?;
        }
        self.pareto()?;
        self.course()
    }

    /// "remove the rows where …": all others are kept, in a file of their own.
    fn removal(&mut self) -> Result<(), Refusal> {
        if !self.says(|sign| matches!(sign, Sign::Removal)) {
            return Ok(());
        }
        // "remove duplicate rows"
        let repeated = self.says(|sign| matches!(sign, Sign::Repeated));
        if repeated && self.plan.filters.is_empty() && self.all_named().is_empty() {
            self.plan.unique = true;
            self.note("I left rows that are the same as another out of the new file; the one that you uploaded stays as it is".to_owned());
            return Ok(());
        }
        let [filter] = &self.plan.filters[..] else {
            return Err(Refusal::Undoable);
        };
        let (column, test, at) = (filter.column, filter.test.clone().negated(), filter.at);
        if !filter.or.is_empty() {
            return Err(Refusal::Undoable);
        }
        self.plan.filters = vec![Filter::new(column, test, at)];
        self.note("I left those rows out of the new file; the one that you uploaded stays as it is".to_owned());
        Ok(())
    }

    /// Values that were named side by side, or two that are compared, are groups.
    fn side_by_side(&mut self) {
        let compares =
            self.says(|sign| matches!(sign, Sign::Difference | Sign::Versus | Sign::More | Sign::Significant));
        if let Some(column) = self.draft.compared {
            let figured = self.draft.aggregates_said()
                || self.counts()
                || self.says(|sign| matches!(sign, Sign::List))
                || self.says(|sign| matches!(sign, Sign::Share));
            let which = self.says(|sign| matches!(sign, Sign::Which));
            if (compares || which || !figured) && self.plan.groups.is_empty() {
                self.add_group(Group::Column(column));
                self.plain.retain(|plain| *plain != column);
                self.plan.compares =
                    compares && self.says(|sign| matches!(sign, Sign::More | Sign::Significant | Sign::Versus));
            }
        }
        if !compares || !self.plan.groups.is_empty() {
            return;
        }
        // "compare 2023 and 2024"
        if self.draft.periods > 1
            && let Ok(group) = self.time(Some(self.draft.grain.unwrap_or(Unit::Year)))
        {
            self.plan.groups.push(group);
            return;
        }
        let number = self.all_named().iter().any(|column| self.column(*column).is_number());
        if !number {
            return;
        }
        // "do students owe more than non students": both sides are meant.
        let flag = self.plain.iter().copied().find(|column| self.column(*column).is_flag());
        let kept = self.plan.filters.iter().position(|filter| {
            matches!(filter.test, Test::Flag(_) | Test::Is(_))
                && filter.or.is_empty()
                && self.column(filter.column).profile.distinct <= 12
        });
        let more = self.says(|sign| matches!(sign, Sign::More));
        let column = match (flag, kept) {
            (Some(flag), kept) => {
                if let Some(at) = kept.filter(|at| self.plan.filters[*at].column == flag) {
                    self.plan.filters.remove(at);
                }
                flag
            }
            (None, Some(at)) if more => self.plan.filters.remove(at).column,
            _ => return,
        };
        self.plain.retain(|plain| *plain != column);
        self.add_group(Group::Column(column));
        self.plan.compares = true;
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
        let rows = self.draft.save.is_none() && self.says(|sign| matches!(sign, Sign::Rows)) && !self.all_rows();
        // "save all rows": they are wanted themselves.
        rows || self.draft.counted.is_some() || self.says(|sign| matches!(sign, Sign::Count)) || self.averages_rows()
    }

    /// "show all rows"
    fn all_rows(&self) -> bool {
        !self.says(|sign| {
            matches!(
                sign,
                Sign::Count | Sign::By | Sign::Colour | Sign::Per | Sign::Share | Sign::Aggregate(_) | Sign::Chart(_)
            )
        })
    }

    /// Columns that were named, but not as groups.
    fn all_named(&self) -> Vec<usize> {
        let mut named: Vec<usize> = self.measures.iter().map(|wanted| wanted.column).collect();
        for column in self.plain.iter().chain(&self.draft.counted) {
            if !named.contains(column) {
                named.push(*column);
            }
        }
        named
    }

    fn wants(&mut self, column: usize) {
        if !self.measures.iter().any(|wanted| wanted.column == column) {
            self.measures.push(Wanted {
                column,
                aggregates: Vec::new(),
            });
        }
    }

    /// The column of "cheapest" and "heaviest".
    fn quality(&mut self) -> Result<(), Refusal> {
        let Some(ranked) = self.draft.quality.clone() else {
            return Ok(());
        };
        if self.all_named().iter().any(|column| self.column(*column).is_number()) || self.draft.groups.iter().any(|group| matches!(group, Grouping::Column(column) if self.column(*column).is_number() && !self.column(*column).is_discrete())) {
            return Ok(());
        }
        let quality = &QUALITIES[ranked.of];
        let column = self.quality_column(quality.of);
        let turned = self.view.by_words(quality.turned).filter(|_| column.is_none());
        let Some(column) = column.or(turned) else {
            if quality.counts && !self.draft.groups.is_empty() {
                return Ok(());
            }
            return Err(Refusal::Unknown(vec![ranked.words]));
        };
        if turned.is_some() {
            self.plan.top = self.plan.top.map(|top| super::plan::Top {
                least: !top.least,
                ..top
            });
        }
        self.wants(column);
        self.note(format!(
            "I took {} for “{}”",
            code(&self.column(column).name),
            ranked.words
        ));
        Ok(())
    }

    /// The column of a quality; of "newest" the main time, wherever else there are years.
    fn quality_column(&self, of: &str) -> Option<usize> {
        let time = || self.view.find(|role| role == Role::Time).next();
        let named = self.view.by_words(of);
        match named {
            Some(column) if of.starts_with("date") && !self.column(column).is_time() => time().or(named),
            None if of.starts_with("date") => time(),
            _ => named,
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
                Grouping::Bands(column) => self.add_group(Group::Bands(column)),
                Grouping::Column(column) => self.group_by(column),
            }
        }
        // Times stand along the axis.
        let timed = |group: &Group| matches!(group, Group::Time(_, unit) if !unit.recurs());
        self.plan.groups.sort_by_key(|group| !timed(group));
        Ok(())
    }

    fn group_by(&mut self, column: usize) {
        let kind = self.column(column);
        let continuous = kind.is_number() && !kind.is_discrete();
        let few = kind.profile.distinct <= GROUPS_MAX;
        let other = self
            .all_named()
            .iter()
            .any(|named| self.column(*named).is_number() && !self.column(*named).is_discrete());
        let ranked = self.plan.top.is_some() && kind.is_number() && !(other && kind.is_discrete());
        let unique = kind.role == Role::Id && kind.is_unique(self.view.rows);
        let figured = self
            .draft
            .measures
            .iter()
            .any(|wanted| wanted.column != column && !wanted.aggregates.is_empty());
        let spread = self.says(|sign| matches!(sign, Sign::Relation | Sign::Distribution))
            || matches!(self.plan.chart, Some(Chart::Scatter | Chart::Histogram));
        // "profit per order" is a mean over orders, not a list of them.
        let averaged = self.draft.per == Some(column)
            && matches!(kind.role, Role::Id | Role::Name | Role::Category)
            && kind.profile.distinct > GROUPS_MAX
            && self.plan.top.is_none()
            && !self.counts()
            && self.draft.groups.len() < 3
            && self.draft.chart.is_none();
        if averaged && !unique && !self.all_named().is_empty() {
            let name = code(&kind.name);
            self.plan.inner = Some(Group::Column(column));
            self.note(format!("I added up for each {name} and took the mean of those"));
        } else if unique && self.plan.top.is_none() {
            // Each row is a group of its own, so there is nothing to divide.
        } else if ranked {
            self.wants(column);
        } else if continuous && figured && !spread {
            let group = if few {
                Group::Column(column)
            } else {
                Group::Bands(column)
            };
            self.add_group(group);
        } else if continuous {
            self.plain.push(column);
        } else if kind.is_time() {
            let unit = self.draft.groups.iter().find_map(|group| match group {
                Grouping::Time(unit) => *unit,
                Grouping::Column(_) | Grouping::TimeOf(..) | Grouping::Bands(_) => None,
            });
            let unit = unit.unwrap_or_else(|| self.unit(column));
            self.add_group(Group::Time(column, unit));
        } else {
            self.add_group(Group::Column(column));
        }
    }

    fn add_group(&mut self, group: Group) {
        if let Group::Bands(column) = group {
            let kind = self.column(column);
            let note = format!(
                "I put {} into ranges of {}, each named by where it begins",
                code(&kind.name),
                super::python::number(super::python::band_width(kind))
            );
            self.note(note);
        }
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
            let mut chosen = unit.unwrap_or_else(|| self.unit(column));
            // Of many days the hours that come back in each are of more use than thousands that follow each other.
            if chosen == Unit::Hour && days(self.column(column).profile).is_some_and(|days| days > HOURLY_DAYS_MAX) {
                chosen = Unit::HourOfDay;
                self.note("I took the hour of the day, over all days".to_owned());
            }
            if chosen == Unit::Season {
                self.note("Winter is December to February, and so on by three months".to_owned());
            }
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
            (Some(Unit::Decade), Some(column)) => {
                self.plain.retain(|plain| *plain != column);
                Ok(Group::Decades(column))
            }
            _ => Err(Refusal::NoTime),
        }
    }

    /// The unit that gives a trend some dozens of points.
    fn unit(&self, column: usize) -> Unit {
        let profile = self.column(column).profile;
        let Some(days) = days(profile) else { return Unit::Month };
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

    /// A change, growth and the like go along the time.
    fn course(&mut self) -> Result<(), Refusal> {
        let units = self.draft.signs.iter().find_map(|sign| match sign {
            Sign::Growth(unit) => Some(*unit),
            _ => None,
        });
        let course = if self.says(|sign| matches!(sign, Sign::Moving)) {
            Some(Course::Moving(self.draft.points.unwrap_or(7)))
        } else if self.says(|sign| matches!(sign, Sign::Cumulative)) {
            Some(Course::Cumulative)
        } else if units.is_some_and(|unit| unit.is_some()) || units.is_some() && !self.plan.groups.is_empty() {
            Some(Course::Growth)
        } else {
            None
        };
        let Some(course) = course else { return Ok(()) };
        if self.plan.task != Task::Figures {
            return Err(Refusal::Undoable);
        }
        if !self.plan.groups.iter().any(|group| group.is_course(self.view)) {
            let unit = match course {
                Course::Moving(_) => Some(Unit::Day),
                _ => units.flatten(),
            };
            let group = self.time(unit)?;
            self.plan.groups.insert(0, group);
        }
        if self.plan.groups.len() > 1 {
            return Err(Refusal::Undoable);
        }
        self.plan.course = Some(course);
        Ok(())
    }

    /// Columns without a part of their own divide.
    fn rest_divides(&mut self) {
        for column in std::mem::take(&mut self.plain) {
            if self.column(column).is_time() {
                let unit = self.unit(column);
                self.add_group(Group::Time(column, unit));
            } else if !self.column(column).is_number() || self.column(column).is_discrete() {
                self.add_group(Group::Column(column));
            } else {
                self.plain.push(column);
            }
        }
    }
}

/// How many days a column of times spans.
fn days(profile: &crate::files::profile::ColumnProfile) -> Option<i64> {
    use crate::files::profile::Scalar;
    let day = |scalar: &Option<Scalar>| match scalar {
        Some(Scalar::Text(text)) => chrono::NaiveDate::parse_from_str(text.get(..10)?, "%Y-%m-%d").ok(),
        _ => None,
    };
    Some((day(&profile.max)? - day(&profile.min)?).num_days())
}

/// Several values of one column are kept.
fn is_several(filter: &Filter) -> bool {
    match &filter.test {
        Test::Is(values) | Test::Has(values) => values.len() > 1,
        Test::OneOf(_) => true,
        _ => false,
    }
}
