//! What is told of figures by group: who leads, who comes last, and how it went.

use super::{ROWS, SERIES, SHOWN};
use crate::offline::{
    answer::{self, Telling, bold, filters},
    columns::View,
    facts::{Fact, Facts},
    lexicon::{Chart, Unit},
    plan::{Group, Plan, Task},
    question::code,
};

/// What the chart shows, in words without marks.
pub(in crate::offline) fn title(view: &View<'_>, plan: &Plan) -> String {
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

fn group_name(view: &View<'_>, group: Group) -> String {
    match group {
        Group::Column(column) => view.columns[column].name.clone(),
        Group::Time(_, unit) => unit.noun().to_owned(),
    }
}

/// The figure, as a noun: "mean MPG".
fn what(view: &View<'_>, plan: &Plan, name: impl Fn(&str) -> String) -> String {
    let of = |column: usize| name(&view.columns[column].name);
    match (plan.task, &plan.measures[..]) {
        (Task::Distinct(column), _) => format!("number of different {}", of(column)),
        (Task::Share, [(column, _), ..]) if view.columns[*column].is_number() => {
            format!("share of total {}", of(*column))
        }
        (Task::Share, [(column, _), ..]) => format!("share of {}", of(*column)),
        (Task::Share, []) => "share of rows".to_owned(),
        (Task::Count, _) | (_, []) => ROWS.to_owned(),
        (_, [(column, aggregate), ..]) if view.columns[*column].is_number() => {
            format!("{} {}", aggregate.noun(), of(*column))
        }
        (_, [(column, _), ..]) => format!("share of {}", of(*column)),
    }
}

pub(in crate::offline) fn answer(view: &View<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let flag = plan
        .measures
        .first()
        .is_some_and(|(column, _)| !view.columns[*column].is_number());
    let told = Told {
        view,
        plan,
        facts,
        ranks: facts.ranked(),
        what: what(view, plan, code),
        within: filters(view, plan),
        groups: facts.figure("groups")?,
        percent: if flag || plan.task == Task::Share { " %" } else { "" },
    };
    match plan.groups[..] {
        [group] => told.one(group, telling),
        _ => told.two(telling),
    }
}

struct Told<'a> {
    view: &'a View<'a>,
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

impl Told<'_> {
    fn one(&self, group: Group, telling: &mut Telling) -> Option<()> {
        let of = match group {
            Group::Column(column) => code(&self.view.columns[column].name),
            Group::Time(_, unit) => unit.noun().to_owned(),
        };
        let asked: Vec<&Fact> = self.facts.all("asked").collect();
        let count = self.plan.top.and_then(|top| top.count);
        if !asked.is_empty() {
            telling.say(self.asked(&asked));
        } else if let Some(count) = count {
            telling.say(self.list(&of, count));
        } else {
            telling.say(self.leaders(&of)?);
            if let Some(more) = self.course() {
                telling.say(more);
            }
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
                let first = time.map_or_else(|| answer::plain(a), |group| value_name(group, a));
                bold(&format!("{first} / {}", answer::plain(b)))
            }
            ([group, ..], _) => value_name(*group, text),
            _ => bold(&answer::plain(text)),
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
        let whole = if self.plan.measures.is_empty() {
            "of all rows".to_owned()
        } else {
            format!("of the {}", self.what.trim_start_matches("share of "))
        };
        format!("{} {whole}{}.", parts.join(", "), self.within)
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
        format!("{intro}\n\n{}", lines.join("\n"))
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
        let all = if matches!(self.plan.groups[0], Group::Time(..)) {
            format!("{of}s")
        } else {
            format!("values of {of}")
        };
        let (first_name, first_figure) = (self.name(first), self.figure(first));
        let (last_name, last_figure) = (self.name(last), self.figure(last));
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
        Some(format!(
            "{first_name} has the {lead}{within}: {first_figure}. {last_name} has the {trail}: {last_figure}. There are {groups} {all}."
        ))
    }

    /// How it began and ended, or who follows the first.
    fn course(&self) -> Option<String> {
        let timed =
            matches!(self.plan.groups[0], Group::Time(_, unit) if !matches!(unit, Unit::Weekday | Unit::Season));
        let ends = self.facts.find("from").zip(self.facts.find("to"));
        if let Some((from, to)) = ends {
            let text = format!(
                "It went from {} in {} to {} in {}.",
                self.figure(from),
                self.name(from),
                self.figure(to),
                self.name(to)
            );
            return (timed && self.groups != "1").then_some(text);
        }
        if self.plan.top.is_some() {
            return None;
        }
        // The last has been named.
        let groups = self.facts.number("groups")? as usize;
        let next: Vec<String> = self.ranks[1..self.ranks.len().min(4).min(groups - 1).max(1)]
            .iter()
            .map(|fact| format!("{} ({})", self.name(fact), fact.figure))
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

/// A group as it is said: months by their name, others as they stand in the table.
fn value_name(group: Group, text: &str) -> String {
    if let Group::Time(_, unit) = group {
        let day = text.get(..10).unwrap_or(text);
        let date = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d");
        return match (unit, date) {
            (Unit::Month, Ok(date)) => date.format("%B %Y").to_string(),
            (Unit::Quarter, Ok(date)) => format!(
                "Q{} {}",
                chrono::Datelike::month0(&date) / 3 + 1,
                chrono::Datelike::year(&date)
            ),
            (Unit::Week, Ok(date)) => format!("the week of {}", date.format("%-d %B %Y")),
            (Unit::Day, Ok(date)) => date.format("%-d %B %Y").to_string(),
            (Unit::Weekday, _) => {
                let days = [
                    "Monday",
                    "Tuesday",
                    "Wednesday",
                    "Thursday",
                    "Friday",
                    "Saturday",
                    "Sunday",
                ];
                let day = text.parse::<usize>().ok().and_then(|day| days.get(day.checked_sub(1)?));
                (*day.unwrap_or(&text)).to_owned()
            }
            (Unit::Season, _) => {
                let first = text
                    .parse()
                    .ok()
                    .and_then(|month| chrono::NaiveDate::from_ymd_opt(2000, month, 1));
                first.map_or_else(|| text.to_owned(), |date| date.format("%B").to_string())
            }
            _ => answer::plain(text),
        };
    }
    bold(&answer::plain(text))
}
