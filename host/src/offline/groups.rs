//! Figures by group or by time: counts, totals, means, shares and trends, with one group or two.
//!
//! Groups stand by their figure, highest first; times, years and few whole numbers stand in their own order.

mod one;
mod told;
mod two;

pub(super) use told::{answer, title};

use super::{
    columns::{Column, View},
    lexicon::{Aggregate, Unit},
    plan::{Group, Plan, Task},
    python::{self, Script, figure, free_name},
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
        [first, second, ..] => two::write(&mut script, view, plan, &figures, first, second),
        _ => one::write(&mut script, view, plan, &figures),
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

fn python_bool(value: bool) -> &'static str {
    if value { "True" } else { "False" }
}
