//! Two groups at once: bars in clusters or piles, or a line for each of the second group's values.

use super::{Figure, RANKS, SERIES, SHOWN, is_ordered, is_whole_axis, possible_groups, python_bool, title};
use crate::rules::{
    charts::{self, Frame},
    columns::TableView,
    lexicon::Chart,
    plan::{Group, Plan},
    python::{self, Script, file_name, free_name, literal},
};

pub(super) fn write(
    script: &mut Script,
    view: &TableView<'_>,
    plan: &Plan,
    figures: &[Figure],
    first: Group,
    second: Group,
) {
    // Times stand along the axis, and of two other groups the one with more values does.
    let swap = match (first.is_course(view), second.is_course(view)) {
        (true, _) => false,
        (false, true) => true,
        _ => {
            let (one, other) = (possible_groups(view, first), possible_groups(view, second));
            other > one && other > SERIES as u64
        }
    };
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
    let timed = across.is_course(view) && possible_groups(view, across) > 2;
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
