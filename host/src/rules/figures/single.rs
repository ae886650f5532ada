//! Figures of all rows together.

use super::{Figure, is_shaped};
use crate::rules::{
    charts::{self, Frame},
    columns::{Column, TableView},
    lexicon::Aggregate,
    measures::{self, Measure},
    plan::Plan,
    python::{self, Script, file_name, literal},
};

const VALUES: usize = 20;

/// The one column of numbers that all figures are of.
fn subject<'a>(view: &'a TableView<'a>, plan: &Plan) -> Option<&'a Column<'a>> {
    let mut columns = plan.measures.iter().map(|measure| match measure {
        Measure::Of(column, _) if view.columns[*column].is_number() => Some(*column),
        _ => None,
    });
    let first = columns.next()??;
    columns
        .all(|column| column == Some(first))
        .then(|| &view.columns[first])
}

pub(super) fn is_charted(view: &TableView<'_>, plan: &Plan) -> bool {
    let shaped = plan
        .measures
        .iter()
        .any(|measure| matches!(measure, Measure::Of(_, aggregate) if is_shaped(*aggregate)));
    matches!(plan.measures[..], [Measure::Distinct(_)])
        || shaped && subject(view, plan).is_some() && plan.inner.is_none()
}

pub(super) fn write(mut script: Script, view: &TableView<'_>, plan: &Plan, figures: &[Figure]) -> String {
    match plan.measures[..] {
        [Measure::Rows] if plan.inner.is_none() => {
            return script.end_of(if plan.filters.is_empty() { "df.head()" } else { "df" }, "df");
        }
        [Measure::Distinct(column)] if plan.inner.is_none() => return distinct(script, &view.columns[column]),
        _ => {}
    }
    script.blank();
    script.line("result = df.select(");
    for figure in figures {
        script.line(format!("    {}.alias({}),", figure.expression, literal(&figure.name)));
    }
    script.line(")");
    for (at, figure) in figures.iter().enumerate() {
        script.line(format!("figure = result.row(0)[{at}]"));
        script.line(format!(
            "print(f\"figure {}: {{figure:{}}}\" if isinstance(figure, (int, float)) else f\"figure {}: {{str(figure)!r}}\")",
            at + 1,
            figure.format,
            at + 1
        ));
    }
    equals(&mut script, view, plan);
    if is_charted(view, plan)
        && let Some(of) = subject(view, plan)
    {
        let format = measures::digits(of, Aggregate::Median);
        script.line(format!("median = df[{}].median()", literal(&of.name)));
        let title = format!("Distribution of {}", of.name);
        let around = Frame {
            file: file_name(&title),
            title,
            x: of.name.clone(),
            y: "rows".to_owned(),
        };
        charts::histogram(&mut script, &around, of, None, &format);
    }
    script.end("result")
}

/// How many rows have the greatest or least value.
fn equals(script: &mut Script, view: &TableView<'_>, plan: &Plan) {
    for (at, measure) in plan.measures.iter().enumerate() {
        if let Measure::Of(column, Aggregate::Max | Aggregate::Min) = measure {
            let name = literal(&view.columns[*column].name);
            let equal = format!("df.filter(pl.col({name}) == result.row(0)[{at}]).height");
            script.fact(&format!("equal {}", at + 1), &equal, ",");
        }
    }
}

fn distinct(mut script: Script, column: &Column<'_>) -> String {
    let name = literal(&column.name);
    let count = literal(&python::free_name("rows", &[&column.name]));
    script.drop_gaps(&[column], false);
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
