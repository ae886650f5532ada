//! Figures of all rows together: how many there are, how many values differ, totals, means and shares.

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    columns::{Column, View},
    facts::Facts,
    groups::format_of,
    lexicon::Aggregate,
    plan::{Plan, Task},
    python::{self, Script, file_name, literal},
    question::code,
};

const VALUES: usize = 20;

pub(super) fn script(view: &View<'_>, plan: &Plan, careful: bool) -> String {
    match plan.task {
        Task::Distinct(column) => distinct(view, plan, &view.columns[column], careful),
        Task::Count => {
            let script = Script::new(view, plan, false, careful);
            script.end_of(if plan.filters.is_empty() { "df.head()" } else { "df" }, "df")
        }
        _ => figures(view, plan, careful),
    }
}

fn distinct(view: &View<'_>, plan: &Plan, column: &Column<'_>, careful: bool) -> String {
    let mut script = Script::new(view, plan, true, careful);
    let name = literal(&column.name);
    let count = literal(&python::free_name("rows", &[&column.name]));
    script.drop_gaps(&[column], careful);
    script.blank();
    script.line(format!(
        "result = df.group_by({name}).agg(pl.len().alias({count})).sort({count}, {name}, descending=[True, False])"
    ));
    script.line("print(f\"different: {result.height:,}\")");
    script.line("for place, (name, rows) in enumerate(result.head(10).iter_rows(), 1):");
    script.line("    print(f\"{place}: {str(name)!r} {rows:,}\")");
    script.line(format!("shown = result.head({VALUES})"));
    let title = format!("Rows by {}", column.name);
    let around = Frame {
        file: file_name(&title),
        title,
        x: column.name.clone(),
        y: "rows".to_owned(),
    };
    charts::bars(
        &mut script,
        &around,
        "shown",
        &column.name,
        &python::free_name("rows", &[&column.name]),
        true,
        ",",
    );
    script.end("result")
}

fn figures(view: &View<'_>, plan: &Plan, careful: bool) -> String {
    let single = match plan.measures[..] {
        [(column, _)] if view.columns[column].is_number() => Some(&view.columns[column]),
        _ => None,
    };
    let shaped = |aggregate| matches!(aggregate, Aggregate::Mean | Aggregate::Median | Aggregate::Std);
    let charted =
        (single.is_some() || all_of_one(plan)) && plan.measures.iter().any(|(_, aggregate)| shaped(*aggregate));
    let mut script = Script::new(view, plan, charted, careful);
    if let Some(column) = plan
        .measures
        .first()
        .map(|(column, _)| &view.columns[*column])
        .filter(|_| single.is_some() || all_of_one(plan))
    {
        script.drop_gaps(&[column], careful);
    }
    script.blank();
    let mut expressions = Vec::new();
    for (column, aggregate) in &plan.measures {
        let of = &view.columns[*column];
        let name = figure_name(of, *aggregate);
        let expression = if of.is_number() {
            format!("{}.{}()", python::column(of), aggregate.method())
        } else {
            format!("({}.mean() * 100)", python::truth(of))
        };
        expressions.push(format!("{expression}.alias({})", literal(&name)));
    }
    script.line("result = df.select(");
    for expression in expressions {
        script.line(format!("    {expression},"));
    }
    script.line(")");
    for (at, (column, aggregate)) in plan.measures.iter().enumerate() {
        let of = &view.columns[*column];
        let format = if of.is_number() {
            format_of(view, plan, of, *aggregate)
        } else {
            ",.1f"
        };
        script.line(format!(
            "print(f\"figure {}: {{result.row(0)[{at}]:{format}}}\")",
            at + 1
        ));
    }
    if charted {
        let (column, _) = plan.measures[0];
        let of = &view.columns[column];
        let format = format_of(view, plan, of, Aggregate::Median);
        script.line(format!("median = df[{}].median()", literal(&of.name)));
        let title = format!("Distribution of {}", of.name);
        let around = Frame {
            file: file_name(&title),
            title,
            x: of.name.clone(),
            y: "rows".to_owned(),
        };
        charts::histogram(&mut script, &around, of, None, format);
    }
    script.end("result")
}

/// Several figures of one column, which a picture of the column goes well with.
fn all_of_one(plan: &Plan) -> bool {
    plan.measures.len() > 1 && plan.measures.iter().all(|(column, _)| *column == plan.measures[0].0)
}

fn figure_name(column: &Column<'_>, aggregate: Aggregate) -> String {
    if column.is_number() {
        format!("{} {}", aggregate.noun(), column.name)
    } else {
        format!("{} %", column.name)
    }
}

pub(super) fn answer(view: &View<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let within = filters(view, plan);
    match plan.task {
        Task::Distinct(column) => {
            let different = facts.figure("different")?;
            let name = code(&view.columns[column].name);
            telling.say(format!(
                "There are {} different values of {name}{within}.",
                bold(different)
            ));
            let ranks = facts.ranked();
            let counted = ranks.first().is_some_and(|fact| fact.figure != "1");
            if counted {
                let most: Vec<String> = ranks
                    .iter()
                    .take(3)
                    .map(|fact| format!("{} ({})", plain(fact.text.as_deref().unwrap_or_default()), fact.figure))
                    .collect();
                telling.say(format!("The commonest: {}.", most.join(", ")));
            }
        }
        Task::Count => {
            let rows = facts.figure("rows")?;
            if plan.filters.is_empty() {
                telling.say(format!("There are {} rows.", bold(rows)));
            } else {
                let all = view.rows.max(1) as f64;
                let share = facts.number("rows")? / all * 100.0;
                let verb = if rows == "1" { "row" } else { "rows" };
                telling.say(format!(
                    "There are {} {verb}{within}: {share:.1} % of all {}.",
                    bold(rows),
                    thousands(view.rows)
                ));
            }
        }
        _ => {
            for (at, (column, aggregate)) in plan.measures.iter().enumerate() {
                let figure = facts.figure(&format!("figure {}", at + 1))?;
                let of = &view.columns[*column];
                telling.say(if of.is_number() {
                    format!(
                        "The {} of {}{within} is {}.",
                        aggregate.noun(),
                        code(&of.name),
                        bold(figure)
                    )
                } else {
                    format!("{} is yes in {} % of the rows{within}.", code(&of.name), bold(figure))
                });
            }
            let rows = facts.number("rows")? - facts.number("left out").unwrap_or(0.0);
            let noun = if rows as u64 == 1 { "row" } else { "rows" };
            telling.say(format!("That is of {} {noun}.", thousands(rows as u64)));
        }
    }
    Some(())
}

/// 1234567 as 1,234,567.
pub(super) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
