//! Figures by group or by time: counts, totals, means, shares and trends, with one group or two.
//!
//! Groups stand by their figure, highest first; times, years and few whole numbers stand in their own order.

use super::{
    answer::{Telling, bold, filters},
    charts::{self, Frame},
    columns::{Column, View},
    facts::{Fact, Facts},
    lexicon::{Aggregate, Chart, Unit},
    plan::{Group, Plan, Task},
    python::{self, Script, figure, file_name, free_name, literal},
    question::{Test, code},
};
use crate::files::profile::Scalar;

/// Groups that a chart shows at most, and ranks that are printed.
const SHOWN: usize = 20;
const RANKS: usize = 10;
const SERIES: usize = 8;
const ROWS: &str = "number of rows";

/// What is computed of each group: the name of the figure, its expression and its format.
struct Figure {
    name: String,
    expression: String,
    format: &'static str,
    /// Totals of all groups make sense.
    adds_up: bool,
}

pub(super) fn script(view: &View<'_>, plan: &Plan, careful: bool) -> String {
    let mut rest = plan.clone();
    if plan.task == Task::Share {
        // Shares are of the whole, so what is asked for must stay beside the others.
        rest.filters
            .retain(|filter| !plan.groups.iter().any(|group| group.column() == filter.column));
    }
    let mut script = Script::new(view, &rest, true, careful);
    let figures = figures(view, plan);
    let mut needed: Vec<&Column<'_>> = plan.measures.iter().map(|(column, _)| &view.columns[*column]).collect();
    needed.extend(
        plan.groups
            .iter()
            .map(|group| &view.columns[group.column()])
            .filter(|column| column.is_time()),
    );
    script.drop_gaps(&needed, careful);
    match plan.groups[..] {
        [first, second, ..] => two(&mut script, view, plan, &figures, first, second),
        _ => one(&mut script, view, plan, &figures),
    }
    script.end(if ranked(plan) { "shown" } else { "result" })
}

fn ranked(plan: &Plan) -> bool {
    plan.groups.len() == 1 && plan.top.is_some_and(|top| top.count.is_some())
}

/// Whether a group has an order of its own.
fn is_ordered(view: &View<'_>, group: Group) -> bool {
    match group {
        Group::Time(..) => true,
        Group::Column(column) => {
            let column = &view.columns[column];
            column.is_discrete() || column.role == super::columns::Role::Year
        }
    }
}

fn figures(view: &View<'_>, plan: &Plan) -> Vec<Figure> {
    let taken: Vec<&str> = plan
        .groups
        .iter()
        .map(|group| view.columns[group.column()].name.as_str())
        .collect();
    let count = || Figure {
        name: free_name("rows", &taken),
        expression: "pl.len()".to_owned(),
        format: ",",
        adds_up: true,
    };
    if let Task::Distinct(column) = plan.task {
        let of = &view.columns[column];
        return vec![Figure {
            name: free_name(&format!("different {}", of.name), &taken),
            expression: format!("{}.drop_nulls().n_unique()", python::column(of)),
            format: ",",
            adds_up: false,
        }];
    }
    if plan.task == Task::Count || plan.measures.is_empty() {
        return vec![count()];
    }
    let mut figures: Vec<Figure> = plan
        .measures
        .iter()
        .map(|measure| of_measure(view, plan, *measure, &taken))
        .collect();
    if plan.task == Task::Aggregate && figures.len() == 1 {
        figures.push(count());
    }
    figures
}

fn of_measure(view: &View<'_>, plan: &Plan, (column, aggregate): (usize, Aggregate), taken: &[&str]) -> Figure {
    let of = &view.columns[column];
    if of.role == super::columns::Role::Flag {
        return Figure {
            name: free_name(&format!("{} %", of.name), taken),
            expression: format!("({}.mean() * 100)", python::truth(of)),
            format: ",.1f",
            adds_up: false,
        };
    }
    let name = format!("{} {}", aggregate.noun(), of.name);
    Figure {
        name: free_name(&name, taken),
        expression: format!("{}.{}()", python::column(of), aggregate.method()),
        format: format_of(view, plan, of, aggregate),
        adds_up: aggregate == Aggregate::Sum,
    }
}

/// Digits that suit the size that a figure of this column will have.
pub(super) fn format_of(view: &View<'_>, plan: &Plan, column: &Column<'_>, aggregate: Aggregate) -> &'static str {
    let whole = column.whole;
    match aggregate {
        Aggregate::Sum | Aggregate::Min | Aggregate::Max if whole => ",.0f",
        Aggregate::Sum => {
            let groups = plan
                .groups
                .first()
                .map_or(1, |group| view.columns[group.column()].profile.distinct.max(1));
            figure(column.size.map(|mean| mean * (view.rows / groups).max(1) as f64))
        }
        Aggregate::Std => figure(column.profile.std.or(column.size)),
        _ => figure(column.size),
    }
}

fn one(script: &mut Script, view: &View<'_>, plan: &Plan, figures: &[Figure]) {
    let group = plan.groups[0];
    let (expression, key) = python::group(view, group);
    let value = &figures[0];
    let least = plan.top.is_some_and(|top| top.least);
    let ordered = is_ordered(view, group);
    script.blank();
    script.line("result = (");
    script.line(match &expression {
        Some(expression) => format!("    df.group_by({expression}.alias({}))", literal(&key)),
        None => format!("    df.group_by({})", literal(&key)),
    });
    let aggregates: Vec<String> = figures
        .iter()
        .map(|figure| format!("{}.alias({})", figure.expression, literal(&figure.name)))
        .collect();
    script.line(format!("    .agg({})", aggregates.join(", ")));
    if plan.measures.iter().any(|(_, aggregate)| *aggregate == Aggregate::Std) {
        script.line(format!("    .drop_nulls({})", literal(&value.name)));
    }
    let by_figure = format!(
        ".sort({}, {}, descending=[{}, False], nulls_last=True)",
        literal(&value.name),
        literal(&key),
        python_bool(!least)
    );
    let keep_order = ordered && plan.top.is_none();
    if keep_order {
        script.line(format!("    .sort({}, nulls_last=True)", literal(&key)));
    } else {
        script.line(format!("    {by_figure}"));
    }
    script.line(")");
    script.stop_if_empty("result");
    let mut shown_value = value.name.clone();
    let mut format = value.format;
    if plan.task == Task::Share
        && plan
            .measures
            .first()
            .is_none_or(|(column, _)| view.columns[*column].is_number())
    {
        format = ",.1f";
        shown_value = free_name("share %", &[&key]);
        script.line(format!(
            "result = result.with_columns((pl.col({0}) / pl.col({0}).sum() * 100).round(2).alias({1}))",
            literal(&value.name),
            literal(&shown_value)
        ));
    }
    script.line("print(f\"groups: {result.height:,}\")");
    // Ranks are printed from the best on, whatever the order of the table.
    let ranks = if keep_order {
        format!("result{by_figure}")
    } else {
        "result".to_owned()
    };
    script.line(format!(
        "ranks = {ranks}.select({}, {})",
        literal(&key),
        literal(&shown_value)
    ));
    script.line(format!(
        "for place, (name, value) in enumerate(ranks.head({RANKS}).iter_rows(), 1):"
    ));
    script.line(format!("    print(f\"{{place}}: {{str(name)!r}} {{value:{format}}}\")"));
    script.line(format!(
        "print(f\"last: {{str(ranks.row(-1)[0])!r}} {{ranks.row(-1)[1]:{format}}}\")"
    ));
    if keep_order {
        script.line(format!(
            "ends = result.select({}, {})",
            literal(&key),
            literal(&shown_value)
        ));
        script.line(format!(
            "print(f\"from: {{str(ends.row(0)[0])!r}} {{ends.row(0)[1]:{format}}}\")"
        ));
        script.line(format!(
            "print(f\"to: {{str(ends.row(-1)[0])!r}} {{ends.row(-1)[1]:{format}}}\")"
        ));
    }
    asked_shares(script, view, plan, &key, &shown_value);
    let count = plan.top.and_then(|top| top.count);
    if let Some(count) = count {
        script.line(format!("shown = result.head({count})"));
    } else if keep_order {
        script.line("shown = result");
    } else {
        script.line(format!("shown = result.head({SHOWN})"));
        if value.adds_up && possible_groups(view, group) > SHOWN as u64 {
            script.line(format!("if result.height > {SHOWN}:"));
            script.line(format!(
                "    others = result[{SHOWN}:][{}].sum()",
                literal(&shown_value)
            ));
            script.line(format!("    print(f\"others: {{others:{format}}}\")"));
        }
    }
    let around = Frame {
        title: title(view, plan),
        x: key.clone(),
        y: shown_value.clone(),
        file: file_name(&title(view, plan)),
    };
    let timed = keep_order && matches!(group, Group::Time(_, unit) if !matches!(unit, Unit::Weekday | Unit::Season));
    let years = view.columns[group.column()].role == super::columns::Role::Year && keep_order;
    match plan.chart {
        Some(Chart::Pie) => charts::pie(
            script,
            &around,
            if count.is_some() { "shown" } else { "result" },
            &key,
            &shown_value,
        ),
        Some(Chart::Line) => charts::line(script, &around, "shown", &key, &shown_value, is_whole_axis(view, group)),
        Some(Chart::Bar) => bars(script, view, &around, group, &key, &shown_value, format),
        _ if (timed || years) && possible_groups(view, group) > 2 => {
            charts::line(script, &around, "shown", &key, &shown_value, is_whole_axis(view, group));
        }
        _ => bars(script, view, &around, group, &key, &shown_value, format),
    }
}

fn bars(script: &mut Script, view: &View<'_>, around: &Frame, group: Group, key: &str, value: &str, format: &str) {
    let column = &view.columns[group.column()];
    let long = column
        .profile
        .lengths
        .is_some_and(|lengths| lengths.max > 14 || lengths.max * possible_groups(view, group) > 110);
    let lying = column.is_text() && (long || possible_groups(view, group) > 10);
    charts::bars(script, around, "shown", key, value, lying, format);
}

fn is_whole_axis(view: &View<'_>, group: Group) -> bool {
    match group {
        Group::Time(_, unit) => matches!(unit, Unit::Year | Unit::Weekday | Unit::Season),
        Group::Column(column) => view.columns[column].profile.kind == crate::files::profile::ColumnKind::Integer,
    }
}

fn possible_groups(view: &View<'_>, group: Group) -> u64 {
    match group {
        Group::Column(column) => view.columns[column].profile.distinct,
        Group::Time(column, unit) => {
            let profile = view.columns[column].profile;
            match (unit, &profile.min, &profile.max) {
                (Unit::Weekday, ..) => 7,
                (Unit::Season, ..) => 12,
                (Unit::Year, Some(Scalar::Text(min)), Some(Scalar::Text(max))) => {
                    let year = |text: &str| {
                        text.get(..4)
                            .and_then(|year| year.parse::<u64>().ok())
                            .unwrap_or_default()
                    };
                    year(max).saturating_sub(year(min)) + 1
                }
                _ => profile.distinct,
            }
        }
    }
}

/// Prints the shares of the values that were asked for by name.
fn asked_shares(script: &mut Script, view: &View<'_>, plan: &Plan, key: &str, value: &str) {
    if plan.task != Task::Share {
        return;
    }
    for filter in &plan.filters {
        let asked = plan.groups.iter().any(|group| group.column() == filter.column);
        if let (true, Test::Is(values)) = (asked && view.columns[filter.column].is_text(), &filter.test) {
            script.line(format!(
                "for name, value in result.filter(pl.col({}).is_in({})).select({}, {}).iter_rows():",
                literal(key),
                python::list(values),
                literal(key),
                literal(value)
            ));
            script.line("    print(f\"asked: {name!r} {value:,.1f}\")");
        }
    }
}

fn two(script: &mut Script, view: &View<'_>, plan: &Plan, figures: &[Figure], first: Group, second: Group) {
    // Times stand along the axis, and of two other groups the one with more values does.
    let swap = matches!(second, Group::Time(..)) && !matches!(first, Group::Time(..))
        || !matches!(first, Group::Time(..))
            && possible_groups(view, second) > possible_groups(view, first)
            && possible_groups(view, second) > SERIES as u64;
    let (across, series) = if swap { (second, first) } else { (first, second) };
    let (across_expression, x) = python::group(view, across);
    let (series_expression, mut name) = python::group(view, series);
    if name == x {
        name = free_name(&name, &[&x]);
    }
    let value = &figures[0];
    let by = |expression: Option<String>, key: &str| {
        expression.map_or_else(
            || literal(key),
            |expression| format!("{expression}.alias({})", literal(key)),
        )
    };
    script.blank();
    script.line("result = (");
    script.line(format!(
        "    df.group_by({}, {})",
        by(across_expression, &x),
        by(series_expression, &name)
    ));
    let aggregates: Vec<String> = figures
        .iter()
        .map(|figure| format!("{}.alias({})", figure.expression, literal(&figure.name)))
        .collect();
    script.line(format!("    .agg({})", aggregates.join(", ")));
    script.line(format!("    .drop_nulls({})", literal(&value.name)));
    script.line(format!(
        "    .sort({}, {}, nulls_last=True)",
        literal(&x),
        literal(&name)
    ));
    script.line(")");
    script.stop_if_empty("result");
    script.line("print(f\"groups: {result.height:,}\")");
    let least = plan.top.is_some_and(|top| top.least);
    script.line(format!(
        "ranks = result.sort({}, {}, {}, descending=[{}, False, False])",
        literal(&value.name),
        literal(&x),
        literal(&name),
        python_bool(!least)
    ));
    script.line(format!(
        "for place, (a, b, value) in enumerate(ranks.select({}, {}, {}).head({RANKS}).iter_rows(), 1):",
        literal(&x),
        literal(&name),
        literal(&value.name)
    ));
    script.line(format!(
        "    print(f\"{{place}}: {{str(a) + ' / ' + str(b)!r}} {{value:{}}}\")",
        value.format
    ));
    // A chart with more would be none.
    script.line(format!(
        "series = result.group_by({0}).agg(pl.len().alias(\"n\"), pl.col({1}).sum().alias(\"size\")).sort(\"size\", {0}, descending=[True, False])[{0}]",
        literal(&name),
        literal(&value.name)
    ));
    script.line("print(f\"series: {len(series):,}\")");
    script.line(format!("series = series.head({SERIES}).drop_nulls().sort().to_list()"));
    script.line(format!(
        "shown = result.filter(pl.col({}).is_in(series))",
        literal(&name)
    ));
    let around = Frame {
        title: title(view, plan),
        x: x.clone(),
        y: value.name.clone(),
        file: file_name(&title(view, plan)),
    };
    let timed = matches!(across, Group::Time(_, unit) if !matches!(unit, Unit::Weekday | Unit::Season))
        || view.columns[across.column()].role == super::columns::Role::Year;
    if (timed && plan.chart != Some(Chart::Bar)) || plan.chart == Some(Chart::Line) {
        charts::lines(script, &around, &x, &value.name, &name, is_whole_axis(view, across));
        return;
    }
    if !is_ordered(view, across) && possible_groups(view, across) > SHOWN as u64 {
        script.line(format!(
            "best = shown.group_by({0}).agg(pl.col({1}).sum()).sort({1}, descending=True)[{0}].head({SHOWN}).to_list()",
            literal(&x),
            literal(&value.name)
        ));
        script.line(format!("shown = shown.filter(pl.col({}).is_in(best))", literal(&x)));
    }
    script.line(format!(
        "wide = shown.pivot(on={}, index={}, values={}).sort({})",
        literal(&name),
        literal(&x),
        literal(&value.name),
        literal(&x)
    ));
    charts::clusters(script, &around, &name, value.adds_up);
}

fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// What the chart shows, in words without marks.
pub(super) fn title(view: &View<'_>, plan: &Plan) -> String {
    let mut title = what(view, plan, |name| name.to_owned());
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

pub(super) fn answer(view: &View<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let ranks = facts.ranked();
    let first = ranks.first()?;
    let what = what(view, plan, code);
    let groups = facts.figure("groups")?;
    let percent = if plan.task == Task::Share
        || plan
            .measures
            .first()
            .is_some_and(|(column, _)| !view.columns[*column].is_number())
    {
        " %"
    } else {
        ""
    };
    let figure = |fact: &Fact| format!("{}{percent}", bold(&fact.figure));
    let name = |fact: &Fact| {
        let text = fact.text.as_deref().unwrap_or_default();
        match (&plan.groups[..], text.split_once(" / ")) {
            ([_, _, ..], Some((a, b))) => {
                let across = plan.groups.iter().copied().find(|group| matches!(group, Group::Time(..)));
                let first = across.map_or_else(|| super::answer::plain(a), |group| value_name(group, a));
                bold(&format!("{first} / {}", super::answer::plain(b)))
            }
            ([group, ..], _) => value_name(*group, text),
            _ => bold(&super::answer::plain(text)),
        }
    };
    let within = filters(view, plan);
    if let [group] = plan.groups[..] {
        let of = match group {
            Group::Column(column) => code(&view.columns[column].name),
            Group::Time(_, unit) => unit.noun().to_owned(),
        };
        let asked: Vec<&Fact> = facts.all("asked").collect();
        if !asked.is_empty() {
            let parts: Vec<String> = asked
                .iter()
                .map(|fact| format!("{} makes up {}", name(fact), figure(fact)))
                .collect();
            let of_all = if plan.measures.is_empty() {
                "of all rows".to_owned()
            } else {
                format!("of the {}", what.trim_start_matches("share of "))
            };
            telling.say(format!("{} {of_all}.", parts.join(", ")));
        }
        if let Some(count) = plan.top.and_then(|top| top.count) {
            let shown = ranks.len().min(count);
            let direction = if plan.top.is_some_and(|top| top.least) {
                "lowest"
            } else {
                "highest"
            };
            let intro = if facts.number("groups").is_some_and(|groups| groups < count as f64) {
                format!("There are only {groups} {of}; here they are by {what}{within}:")
            } else {
                format!("The {shown} {of} with the {direction} {what}{within}, of {groups}:")
            };
            let lines: Vec<String> = ranks
                .iter()
                .take(shown)
                .enumerate()
                .map(|(at, fact)| format!("{}. {} – {}", at + 1, name(fact), figure(fact)))
                .collect();
            telling.say(format!("{intro}\n\n{}", lines.join("\n")));
        } else if asked.is_empty() {
            sentence(
                plan,
                facts,
                telling,
                &ranks,
                &Words {
                    what: &what,
                    of: &of,
                    within: &within,
                    groups,
                },
                &figure,
                &name,
            )?;
        }
        if groups
            .replace(',', "")
            .parse::<usize>()
            .is_ok_and(|groups| groups > SHOWN)
            && facts.find("from").is_none()
            && plan.top.and_then(|top| top.count).is_none()
        {
            let others = facts
                .figure("others")
                .map(|others| format!("; the others come to {others}{percent} together"))
                .unwrap_or_default();
            telling.say(format!("The chart shows the first {SHOWN} of {groups}{others}."));
        }
        return Some(());
    }
    telling.say(format!(
        "I computed the {what} for each of {groups} combinations of {}{within}. {} is the {} with {}.",
        plan.groups
            .iter()
            .take(2)
            .map(|group| code(&group_name(view, *group)))
            .collect::<Vec<_>>()
            .join(" and "),
        name(first),
        if plan.top.is_some_and(|top| top.least) {
            "lowest"
        } else {
            "highest"
        },
        figure(first),
    ));
    if facts.number("series").is_some_and(|series| series > SERIES as f64) {
        telling.say(format!(
            "The chart shows {SERIES} of {} series, the largest.",
            facts.figure("series")?
        ));
    }
    Some(())
}

struct Words<'a> {
    what: &'a str,
    of: &'a str,
    within: &'a str,
    groups: &'a str,
}

/// Who leads and who comes last; for what has an order of its own, also how it began and ended.
fn sentence(
    plan: &Plan,
    facts: &Facts,
    telling: &mut Telling,
    ranks: &[&Fact],
    words: &Words<'_>,
    figure: &dyn Fn(&Fact) -> String,
    name: &dyn Fn(&Fact) -> String,
) -> Option<()> {
    let Words {
        what,
        of,
        within,
        groups,
    } = words;
    let first = ranks.first()?;
    let (high, low) = if plan.top.is_some_and(|top| top.least) {
        ("lowest", "highest")
    } else {
        ("highest", "lowest")
    };
    if groups == &"1" {
        telling.say(format!(
            "There is one {of}{within}, {}, and its {what} is {}.",
            name(first),
            figure(first)
        ));
        return Some(());
    }
    let last = facts.find("last")?;
    let all = if matches!(plan.groups[0], Group::Time(..)) {
        format!("{of}s")
    } else {
        format!("values of {of}")
    };
    telling.say(if *what == ROWS {
        let (most, fewest) = if high == "highest" {
            ("most", "fewest")
        } else {
            ("fewest", "most")
        };
        format!(
            "{} has the {most} rows{within}: {}. {} has the {fewest}: {}. There are {groups} {all}.",
            name(first),
            figure(first),
            name(last),
            figure(last)
        )
    } else {
        format!(
            "{} has the {high} {what}{within}: {}. {} has the {low}: {}. There are {groups} {all}.",
            name(first),
            figure(first),
            name(last),
            figure(last)
        )
    });
    let timed = matches!(plan.groups[0], Group::Time(_, unit) if !matches!(unit, Unit::Weekday | Unit::Season));
    if let (Some(from), Some(to)) = (facts.find("from"), facts.find("to"))
        && timed
    {
        telling.say(format!(
            "It went from {} in {} to {} in {}.",
            figure(from),
            name(from),
            figure(to),
            name(to)
        ));
    } else if facts.find("from").is_none() && ranks.len() > 2 && plan.top.is_none() {
        let last = ranks.len().min(4).min(groups.replace(',', "").parse().unwrap_or(4) - 1);
        let next: Vec<String> = ranks[1..last]
            .iter()
            .map(|fact| format!("{} ({})", name(fact), fact.figure))
            .collect();
        if !next.is_empty() {
            telling.say(format!(
                "Next {} {}.",
                if next.len() == 1 { "comes" } else { "come" },
                next.join(", ")
            ));
        }
    }
    Some(())
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
            _ => super::answer::plain(text),
        };
    }
    bold(&super::answer::plain(text))
}
