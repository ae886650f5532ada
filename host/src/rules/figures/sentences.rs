//! What is told of figures: the figure itself, who leads and who comes last, and how it went.

use super::{
    ROWS, SERIES, SHOWN, course_name,
    names::{group_name, thousands, value_name},
};
use crate::rules::{
    answer::{self, Telling, bold, filters, plain},
    columns::TableView,
    facts::{Fact, Facts},
    lexicon::{Chart, Unit},
    measures::Measure,
    plan::{Group, Plan},
    python,
    question::code,
};

/// Groups that are named in the answer, each with its figure.
const NAMED: usize = 8;

/// What the chart shows, in words without marks.
pub(in crate::rules) fn title(view: &TableView<'_>, plan: &Plan) -> String {
    let mut title = what(view, plan, str::to_owned);
    title.push_str(" by ");
    let groups: Vec<String> = plan
        .groups
        .iter()
        .take(2)
        .map(|group| group_name(view, *group))
        .collect();
    title.push_str(&groups.join(" and "));
    if let Some(top) = plan.top
        && let Some(count) = top.count
        && plan.groups.len() == 1
    {
        title = format!("{} {count}: {title}", if top.least { "Bottom" } else { "Top" });
    }
    let mut chars = title.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

/// The figure, as a noun: "mean MPG".
fn what(view: &TableView<'_>, plan: &Plan, name: impl Fn(&str) -> String) -> String {
    let of = |column: usize| name(&view.columns[column].name);
    let measure = plan.measures.first().unwrap_or(&Measure::Rows);
    if plan.share {
        return match measure {
            Measure::Of(column, _) => format!("share of total {}", of(*column)),
            _ => "share of rows".to_owned(),
        };
    }
    let noun = measure.noun(view, &name);
    let noun = match plan.inner {
        Some(inner) => format!("mean {noun} per {}", name(&group_name(view, inner))),
        None => noun,
    };
    match plan.course {
        Some(course) => format!("{} {noun}", course_name(course).replace(" %", "")),
        None => noun,
    }
}

pub(in crate::rules) fn answer(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    if plan.groups.is_empty() {
        return single(view, plan, facts, telling);
    }
    if let (Some((compare, number)), Some(kept)) = (plan.having, facts.figure("kept")) {
        let group = code(&group_name(view, plan.groups[0]));
        let (condition, rows) = (
            format!("{} {}", compare.words(), python::number(number)),
            filters(view, plan),
        );
        let all = facts.figure("of all")?;
        telling.say(format!(
            "{} of {all} values of {group} are those whose {}{rows} {condition}.",
            bold(kept),
            what(view, plan, code)
        ));
        if kept == "0" {
            return Some(());
        }
    }
    let percent = plan.share
        || plan.course == Some(crate::rules::plan::Course::Growth)
        || plan.measures.first().is_some_and(Measure::is_percent);
    let told = Sentences {
        view,
        plan,
        facts,
        ranks: facts.ranked(),
        what: what(view, plan, code),
        within: filters(view, plan),
        groups: facts.figure("groups")?,
        percent: if percent { " %" } else { "" },
    };
    match plan.groups[..] {
        [group] => told.one(group, telling),
        _ => told.two(telling),
    }
}

/// Figures of all rows together.
fn single(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let within = filters(view, plan);
    match plan.measures[..] {
        [Measure::Distinct(column)] if plan.inner.is_none() => return distinct(view, column, &within, facts, telling),
        [Measure::Rows] if plan.inner.is_none() => return count(view, plan, &within, facts, telling),
        _ => {}
    }
    for (at, measure) in plan.measures.iter().enumerate() {
        let label = format!("figure {}", at + 1);
        let fact = facts.find(&label)?;
        let figure = bold(&fact.text.as_deref().map_or_else(|| fact.figure.clone(), plain));
        telling.say(match measure {
            _ if plan.inner.is_some() => format!("The {}{within} is {figure}.", what(view, plan, code)),
            Measure::Of(column, aggregate) => {
                format!(
                    "The {} of {}{within} is {figure}.",
                    aggregate.noun(),
                    code(&view.columns[*column].name)
                )
            }
            Measure::Part(filters) => match &filters[..] {
                [only] if only.or.is_empty() && matches!(only.test, crate::rules::question::Test::Flag(true)) => {
                    format!(
                        "{} is yes in {figure} % of the rows{within}.",
                        code(&view.columns[only.column].name)
                    )
                }
                filters => format!(
                    "{figure} % of the rows{within} are those where {}.",
                    answer::conditions(view, filters)
                ),
            },
            measure => {
                let percent = if measure.is_percent() { " %" } else { "" };
                format!("The {}{within} is {figure}{percent}.", measure.noun(view, code))
            }
        });
        if let Some(equal) = facts
            .figure(&format!("equal {}", at + 1))
            .filter(|equal| *equal != "0" && *equal != "1")
        {
            telling.say(format!("{equal} rows have that value."));
        }
    }
    if let Some(inner) = facts.figure("inner") {
        let of = plan.inner.map(|inner| group_name(view, inner)).unwrap_or_default();
        telling.say(format!("That is over {inner} different values of {}.", code(&of)));
        return Some(());
    }
    let rows = facts.number("rows")? - facts.number("left out").unwrap_or(0.0);
    let noun = if rows as u64 == 1 { "row" } else { "rows" };
    telling.say(format!("That is of {} {noun}.", thousands(rows as u64)));
    Some(())
}

fn distinct(view: &TableView<'_>, column: usize, within: &str, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let different = facts.figure("different")?;
    let name = code(&view.columns[column].name);
    let values = if different == "1" { "value" } else { "different values" };
    let verb = if different == "1" { "is" } else { "are" };
    telling.say(format!("There {verb} {} {values} of {name}{within}.", bold(different)));
    let ranks = facts.ranked();
    let listed = |count: usize, with: bool| -> Vec<String> {
        let name = |fact: &Fact| plain(fact.text.as_deref().unwrap_or_default());
        ranks
            .iter()
            .take(count)
            .map(|fact| {
                if with {
                    format!("{} ({})", name(fact), fact.figure)
                } else {
                    name(fact)
                }
            })
            .collect()
    };
    let counted = ranks.first().is_some_and(|fact| fact.figure != "1");
    if counted && facts.number("different").is_some_and(|different| different <= 10.0) {
        telling.say(format!("They are {}.", listed(10, true).join(", ")));
    } else if counted {
        telling.say(format!("The most common: {}.", listed(3, true).join(", ")));
    }
    Some(())
}

fn count(view: &TableView<'_>, plan: &Plan, within: &str, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let rows = facts.figure("rows")?;
    let (verb, noun) = if rows == "1" { ("is", "row") } else { ("are", "rows") };
    if plan.filters.is_empty() {
        telling.say(format!("There {verb} {} {noun}.", bold(rows)));
    } else {
        let all = view.rows.max(1) as f64;
        let share = facts.number("rows")? / all * 100.0;
        telling.say(format!(
            "There {verb} {} {noun}{within}: {share:.1} % of all {}.",
            bold(rows),
            thousands(view.rows)
        ));
    }
    Some(())
}

struct Sentences<'a> {
    view: &'a TableView<'a>,
    plan: &'a Plan,
    facts: &'a Facts,
    ranks: Vec<&'a Fact>,
    /// The figure, as a noun.
    what: String,
    /// The condition, or nothing.
    within: String,
    /// How many groups there are, as it was printed.
    groups: &'a str,
    percent: &'static str,
}

impl Sentences<'_> {
    fn one(&self, group: Group, telling: &mut Telling) -> Option<()> {
        let of = match group {
            Group::Column(column) | Group::Bands(column) => code(&self.view.columns[column].name),
            Group::Decades(_) => "decade".to_owned(),
            Group::Time(_, unit) => unit.noun().to_owned(),
        };
        if let (Some(vital), Some(share)) = (self.facts.figure("vital"), self.facts.figure("vital share")) {
            telling.say(format!(
                "{} of {} values of {of} make up {} % of the {}{}.",
                bold(vital),
                self.groups,
                bold(share),
                self.what,
                self.within
            ));
        }
        let asked: Vec<&Fact> = self.facts.all("asked").collect();
        let count = self.plan.top.and_then(|top| top.count);
        if !asked.is_empty() {
            telling.say(self.asked(&asked));
        } else if let Some(count) = count {
            telling.say(self.list(&of, count));
        } else {
            let course = self.course();
            let first = self.plan.changes;
            if let (Some(course), true) = (&course, first) {
                telling.say(course.clone());
            }
            telling.say(self.leaders(&of)?);
            if let (Some(course), false) = (course, first) {
                telling.say(course);
            }
        }
        if let Some(short) = self.facts.figure("short").filter(|short| *short != "0") {
            let noun = if short == "1" {
                "one has"
            } else {
                &format!("{short} have")
            };
            telling.say(format!(
                "The first {noun} too little data before and {} left empty.",
                if short == "1" { "is" } else { "are" }
            ));
        }
        let pie = self.plan.chart == Some(Chart::Pie);
        let many = self.facts.number("groups").is_some_and(|groups| groups > SHOWN as f64);
        if many && !pie && count.is_none() && self.facts.find("from").is_none() {
            let others = self.facts.figure("others");
            let others = others.map(|others| format!("; the others come to {others}{} together", self.percent));
            telling.say(format!(
                "The chart shows the first {SHOWN} of {}{}.",
                self.groups,
                others.unwrap_or_default()
            ));
        }
        Some(())
    }

    fn figure(&self, fact: &Fact) -> String {
        format!("{}{}", bold(&fact.figure), self.percent)
    }

    fn name(&self, fact: &Fact) -> String {
        let text = fact.text.as_deref().unwrap_or_default();
        match (&self.plan.groups[..], text.split_once(" / ")) {
            (groups @ [_, _, ..], Some((a, b))) => {
                let time = groups.iter().copied().find(|group| matches!(group, Group::Time(..)));
                let first = time.map_or_else(|| plain(a), |group| value_name(group, a));
                bold(&format!("{first} / {}", plain(b)))
            }
            ([group, ..], _) => value_name(*group, text),
            _ => bold(&plain(text)),
        }
    }

    fn is_least(&self) -> bool {
        self.plan.top.is_some_and(|top| top.least)
    }

    /// The shares of the values that were named.
    fn asked(&self, asked: &[&Fact]) -> String {
        let parts: Vec<String> = asked
            .iter()
            .map(|fact| format!("{} makes up {}", self.name(fact), self.figure(fact)))
            .collect();
        let whole = match self.plan.measures.first() {
            Some(Measure::Of(..)) => format!("of the {}", self.what.trim_start_matches("share of ")),
            _ => "of all rows".to_owned(),
        };
        let together = self.facts.figure("together");
        let together = together
            .map(|share| format!("; together they are {} %", bold(share)))
            .unwrap_or_default();
        format!("{} {whole}{}{together}.", parts.join(", "), self.within)
    }

    /// The groups that lead, as many as were asked for.
    fn list(&self, of: &str, count: usize) -> String {
        let Self {
            what, within, groups, ..
        } = self;
        let shown = self.ranks.len().min(count);
        let direction = if self.is_least() { "lowest" } else { "highest" };
        let intro = if self.facts.number("groups").is_some_and(|groups| groups < count as f64) {
            format!("There are only {groups} {of}; here they are by {what}{within}:")
        } else if shown == 1 {
            format!("The {of} with the {direction} {what}{within}, of {groups}:")
        } else {
            format!("The {shown} {of} with the {direction} {what}{within}, of {groups}:")
        };
        let lines: Vec<String> = self
            .ranks
            .iter()
            .take(shown)
            .enumerate()
            .map(|(at, fact)| format!("{}. {} – {}", at + 1, self.name(fact), self.figure(fact)))
            .collect();
        let tied = self.facts.figure("tied out").filter(|tied| *tied != "0");
        let tied = tied.map(|tied| {
            format!(
                "\n\n{tied} more {} the same figure as the last of these.",
                if tied == "1" { "has" } else { "have" }
            )
        });
        format!("{intro}\n\n{}{}", lines.join("\n"), tied.unwrap_or_default())
    }

    /// Who leads and who comes last.
    fn leaders(&self, of: &str) -> Option<String> {
        let Self {
            what, within, groups, ..
        } = self;
        let first = self.ranks.first()?;
        if *groups == "1" {
            let (name, figure) = (self.name(first), self.figure(first));
            return Some(format!(
                "There is one {of}{within}, {name}, and its {what} is {figure}."
            ));
        }
        let last = self.facts.find("last")?;
        let all =
            if let Group::Time(_, unit @ (Unit::Weekend | Unit::MonthOfYear | Unit::HourOfDay)) = self.plan.groups[0] {
                match unit {
                    Unit::MonthOfYear => "months of the year".to_owned(),
                    Unit::HourOfDay => "hours of the day".to_owned(),
                    _ => "parts of the week".to_owned(),
                }
            } else if matches!(self.plan.groups[0], Group::Time(..) | Group::Decades(_)) {
                format!("{of}s")
            } else {
                format!("values of {of}")
            };
        let (first_name, first_figure) = (self.name(first), self.figure(first));
        let (last_name, last_figure) = (self.name(last), self.figure(last));
        if self.ranks.len() == 1 {
            return Some(format!(
                "{} has the {what}{within} of {}.",
                self.name(first),
                self.figure(first)
            ));
        }
        if first.figure == last.figure {
            return Some(format!(
                "All {groups} {all} have the same {what}{within}: {first_figure}."
            ));
        }
        let (lead, trail) = match (self.is_least(), what == ROWS) {
            (false, true) => ("most rows".to_owned(), "fewest"),
            (true, true) => ("fewest rows".to_owned(), "most"),
            (false, false) => (format!("highest {what}"), "lowest"),
            (true, false) => (format!("lowest {what}"), "highest"),
        };
        let leaders = self.facts.number("leaders").unwrap_or(1.0) as usize;
        let (first_name, have) = self.tied(first_name, leaders);
        let trailers = self.facts.number("trailers").unwrap_or(1.0) as usize;
        let last = if trailers > 1 {
            format!("{trailers} {all} have the {trail}: {last_figure}")
        } else {
            format!("{last_name} has the {trail}: {last_figure}")
        };
        Some(format!(
            "{first_name} {have} the {lead}{within}: {first_figure}. {last}. There are {groups} {all}."
        ))
    }

    /// All that share the first place.
    fn tied(&self, first: String, leaders: usize) -> (String, &'static str) {
        if leaders < 2 {
            return (first, "has");
        }
        let names: Vec<String> = self
            .ranks
            .iter()
            .take(leaders.min(5))
            .map(|fact| self.name(fact))
            .collect();
        let more = if leaders > names.len() {
            format!(" and {} more", leaders - names.len())
        } else {
            String::new()
        };
        (format!("{}{more}", names.join(", ")), "all have")
    }

    /// How it began and ended, or who follows the first.
    fn course(&self) -> Option<String> {
        let timed = self.plan.groups[0].is_course(self.view);
        let ends = self.facts.find("from").zip(self.facts.find("to"));
        if let Some((from, to)) = ends.filter(|(from, to)| timed && from.text != to.text) {
            let change = self
                .facts
                .figure("change")
                .filter(|_| self.percent.is_empty() && self.plan.course.is_none());
            let change = change.map(|change| {
                format!(
                    ", a change of {} ({change} %)",
                    self.facts.figure("difference").unwrap_or_default()
                )
            });
            let text = format!(
                "It went from {} in {} to {} in {}{}.",
                self.figure(from),
                self.name(from),
                self.figure(to),
                self.name(to),
                change.unwrap_or_default()
            );
            return (self.groups != "1").then_some(text);
        }
        if self.plan.top.is_some() {
            return None;
        }
        // The last has been named.
        let groups = self.facts.number("groups")? as usize;
        let (leaders, trailers) = (
            self.facts.number("leaders").unwrap_or(1.0) as usize,
            self.facts.number("trailers").unwrap_or(1.0) as usize,
        );
        let until = groups.saturating_sub(trailers).min(self.ranks.len()).min(NAMED);
        let next: Vec<String> = self
            .ranks
            .get(leaders..until.max(leaders))?
            .iter()
            .map(|fact| format!("{} ({}{})", self.name(fact), fact.figure, self.percent))
            .collect();
        let verb = if next.len() == 1 { "comes" } else { "come" };
        (!next.is_empty()).then(|| format!("Next {verb} {}.", next.join(", ")))
    }

    fn two(&self, telling: &mut Telling) -> Option<()> {
        let first = self.ranks.first()?;
        let names: Vec<String> = self
            .plan
            .groups
            .iter()
            .take(2)
            .map(|group| code(&group_name(self.view, *group)))
            .collect();
        let direction = if self.is_least() { "lowest" } else { "highest" };
        telling.say(format!(
            "I computed the {} for each of {} combinations of {}{}. {} is the {direction} with {}.",
            self.what,
            self.groups,
            names.join(" and "),
            self.within,
            self.name(first),
            self.figure(first)
        ));
        if self.facts.number("series").is_some_and(|series| series > SERIES as f64) {
            let series = self.facts.figure("series")?;
            telling.say(format!("The chart shows {SERIES} of {series} series, the largest."));
        }
        Some(())
    }
}
