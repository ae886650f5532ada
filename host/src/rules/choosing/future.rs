//! What a forecast is of: one figure over time, in which unit, and how far.

use super::Chooser;
use crate::rules::{
    forecast,
    lexicon::{Aggregate, Sign, Unit},
    measures::Measure,
    plan::{self, Group, Refusal, Task},
    question::{Grouping, code},
};

/// Steps that a forecast goes at most.
const STEPS_MAX: usize = 366;

impl Chooser<'_> {
    /// True where the question asks for a forecast.
    pub(super) fn forecast(&mut self) -> Result<bool, Refusal> {
        if !self.says(|sign| matches!(sign, Sign::Forecast)) && self.draft.ahead.is_none() {
            return Ok(false);
        }
        if self.draft.ratio.is_some() || self.plan.top.is_some() {
            return Err(Refusal::Future);
        }
        let measure = self.foretold()?;
        let unit = self.steps_by()?;
        let ahead = self.draft.ahead;
        let group = self.time(unit.or(ahead.map(|(_, unit)| finer(unit))))?;
        let Group::Time(column, unit) = group else {
            return Err(Refusal::Future);
        };
        let unit = if unit == Unit::Hour { Unit::Day } else { unit };
        if unit.recurs() || unit == Unit::Decade {
            return Err(Refusal::Future);
        }
        let steps = ahead.map_or_else(
            || forecast::usual_steps(unit),
            |(count, said)| count * steps_in(said, unit),
        );
        self.plan.measures = vec![measure];
        self.plan.groups = vec![Group::Time(column, unit)];
        self.plan.task = Task::Forecast(steps.clamp(1, STEPS_MAX));
        self.plan.chart = None;
        self.plain.clear();
        Ok(true)
    }

    /// The one figure that is carried on.
    fn foretold(&mut self) -> Result<Measure, Refusal> {
        let named: Vec<usize> = self
            .all_named()
            .into_iter()
            .filter(|column| !self.column(*column).is_time())
            .collect();
        let column = match named[..] {
            [] if self.counts() || self.draft.noun.is_some() => return Ok(Measure::Rows),
            [] => {
                let column = plan::obvious_measure(self.view).ok_or(Refusal::NoNumber)?;
                self.note(format!("I took {} as the measure", code(&self.column(column).name)));
                column
            }
            [only] if self.column(only).is_number() => only,
            [only] if self.draft.counted == Some(only) => return Ok(Measure::Rows),
            _ => return Err(Refusal::Future),
        };
        let said = self
            .draft
            .measures
            .iter()
            .find_map(|wanted| wanted.aggregates.first().copied());
        let said = said.or(self.draft.aggregates.first().copied());
        let adds = self.column(column).is_additive();
        let aggregate = said.unwrap_or(if adds { Aggregate::Sum } else { Aggregate::Mean });
        Ok(Measure::Of(column, aggregate))
    }

    /// The unit that was said: "by week". What else divides is not carried on.
    fn steps_by(&self) -> Result<Option<Unit>, Refusal> {
        let mut unit = None;
        for group in &self.draft.groups {
            match *group {
                Grouping::Time(said) => unit = said.or(unit),
                Grouping::TimeOf(_, said) => unit = Some(said),
                Grouping::Column(column) if self.column(column).is_time() => {}
                Grouping::Column(_) | Grouping::Bands(_) => return Err(Refusal::Future),
            }
        }
        Ok(unit)
    }
}

/// The unit by which a time ahead is told: a year by its months.
fn finer(unit: Unit) -> Unit {
    if unit == Unit::Year { Unit::Month } else { unit }
}

/// How many steps of `unit` one of `said` is.
fn steps_in(said: Unit, unit: Unit) -> usize {
    let days = |unit: Unit| match unit {
        Unit::Week => 7.0,
        Unit::Month => 30.44,
        Unit::Quarter => 91.3,
        Unit::Year => 365.25,
        _ => 1.0,
    };
    let steps: f64 = days(said) / days(unit);
    steps.round().max(1.0) as usize
}
