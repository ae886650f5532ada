//! Figures of all rows, by group or by time: counts, totals, means, shares and trends, with no group, one or two.
//!
//! Groups stand by their figure, highest first; times, years, months, sizes and few whole numbers stand in their own
//! order.

mod names;
mod one;
mod order;
mod sentences;
mod single;
mod two;

pub(super) use names::{thousands, value_name};
pub(super) use sentences::{answer, title};

use super::{
    columns::{Column, Role, TableView},
    lexicon::{Aggregate, Unit},
    measures::{Format, Measure},
    plan::{Course, Group, Plan},
    python::{self, Script, free_name, literal},
};
use crate::files::profile::{ColumnKind, Scalar};

/// Groups that a chart shows at most, and ranks that are printed.
const SHOWN: usize = 20;
const RANKS: usize = 10;
const SERIES: usize = 8;
pub(super) const ROWS: &str = "number of rows";

/// What is computed of each group: the name of the figure, its expression and its format.
struct Figure {
    name: String,
    expression: String,
    format: Format,
    /// Totals of all groups make sense.
    adds_up: bool,
}

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    let mut rest = plan.clone();
    if plan.share {
        // Shares are of the whole, so what is asked for must stay beside the others.
        rest.filters
            .retain(|filter| !plan.groups.iter().any(|group| group.column() == filter.column));
    }
    let charted = !plan.groups.is_empty() || single::is_charted(view, plan);
    let mut script = Script::new(view, &rest, charted, careful);
    let mut figures = figures(view, plan);
    let mut needed: Vec<usize> = plan.measures.iter().flat_map(Measure::needs).collect();
    // Of several figures each has its own rows.
    if plan.measures.len() > 1 && needed.iter().any(|column| *column != needed[0]) {
        needed.clear();
    }
    let times = plan.groups.iter().chain(&plan.inner).map(|group| group.column());
    needed.extend(times.filter(|column| view.columns[*column].is_time()));
    needed.dedup();
    let needed: Vec<&Column<'_>> = needed.iter().map(|column| &view.columns[*column]).collect();
    script.drop_gaps(&needed, careful);
    if let Some(inner) = plan.inner {
        average_of(&mut script, view, plan, inner, &mut figures);
    }
    match plan.groups[..] {
        [] => return single::write(script, view, plan, &figures),
        [first, second, ..] => two::write(&mut script, view, plan, &figures, first, second),
        _ => one::write(&mut script, view, plan, &figures),
    }
    script.end(if ranked(plan) { "shown" } else { "result" })
}

/// Computes the first figure for each of an inner group, so that it is averaged afterwards.
fn average_of(script: &mut Script, view: &TableView<'_>, plan: &Plan, inner: Group, figures: &mut Vec<Figure>) {
    let (expression, key) = python::group(view, inner);
    let by = |expression: Option<String>, key: &str| {
        expression.map_or_else(
            || literal(key),
            |expression| format!("{expression}.alias({})", literal(key)),
        )
    };
    let mut keys = vec![by(expression, &key)];
    keys.extend(
        plan.groups
            .iter()
            .map(|group| literal(&view.columns[group.column()].name)),
    );
    let first = &figures[0];
    let name = first.name.clone();
    script.line(format!(
        "df = df.group_by({}).agg({}.alias({}))",
        keys.join(", "),
        first.expression,
        literal(&name)
    ));
    script.line("print(f\"inner: {df.height:,}\")");
    *figures = vec![Figure {
        expression: format!("pl.col({}).mean()", literal(&name)),
        name: format!("mean {name}"),
        format: ",.2f".to_owned(),
        adds_up: false,
    }];
}

fn ranked(plan: &Plan) -> bool {
    plan.groups.len() == 1 && plan.top.is_some_and(|top| top.count.is_some())
}

/// Whether a group has an order of its own.
fn is_ordered(view: &TableView<'_>, group: Group) -> bool {
    match group {
        Group::Time(_, unit) => unit != Unit::Weekend,
        Group::Bands(_) | Group::Decades(_) => true,
        Group::Column(column) => {
            let column = &view.columns[column];
            column.is_number() || column.role == Role::Year || order::of(column).is_some()
        }
    }
}

fn figures(view: &TableView<'_>, plan: &Plan) -> Vec<Figure> {
    let taken: Vec<&str> = plan
        .groups
        .iter()
        .map(|group| view.columns[group.column()].name.as_str())
        .collect();
    let mut figures: Vec<Figure> = plan
        .measures
        .iter()
        .map(|measure| Figure {
            name: free_name(&measure.name(view), &taken),
            expression: measure.expression(view),
            format: measure.format(view),
            adds_up: measure.adds_up(),
        })
        .collect();
    if let ([Measure::Of(..) | Measure::Part(_)], true, false) = (&plan.measures[..], plan.inner.is_none(), plan.share)
    {
        figures.push(Figure {
            name: free_name("rows", &taken),
            expression: Measure::Rows.expression(view),
            format: ",".to_owned(),
            adds_up: true,
        });
    }
    figures
}

fn is_whole_axis(view: &TableView<'_>, group: Group) -> bool {
    match group {
        Group::Time(_, unit) => matches!(
            unit,
            Unit::Year | Unit::Decade | Unit::Weekday | Unit::MonthOfYear | Unit::HourOfDay
        ),
        Group::Decades(_) => true,
        Group::Bands(_) => false,
        Group::Column(column) => view.columns[column].profile.kind == ColumnKind::Integer,
    }
}

fn possible_groups(view: &TableView<'_>, group: Group) -> u64 {
    match group {
        Group::Column(column) => view.columns[column].profile.distinct,
        Group::Bands(_) => 10,
        Group::Decades(column) => view.columns[column].profile.distinct / 10 + 1,
        Group::Time(column, unit) => {
            let profile = view.columns[column].profile;
            match (unit, &profile.min, &profile.max) {
                (Unit::Weekend, ..) => 2,
                (Unit::Weekday, ..) => 7,
                (Unit::Season, ..) => 4,
                (Unit::MonthOfYear, ..) => 12,
                (Unit::HourOfDay, ..) => 24,
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

/// What a figure over time is shown as beside itself.
fn course_name(course: Course) -> String {
    match course {
        Course::Growth => "growth %".to_owned(),
        Course::Cumulative => "cumulative".to_owned(),
        Course::Moving(points) => format!("mean of {points}"),
    }
}

fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}

/// A mean or another figure of the middle, which a picture of the values goes well with.
fn is_shaped(aggregate: Aggregate) -> bool {
    matches!(aggregate, Aggregate::Mean | Aggregate::Median | Aggregate::Std)
}
