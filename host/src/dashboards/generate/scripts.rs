//! The scripts of generated tiles: polars and the chart module, as a person would write them.

use serde_json::json;

use super::{
    Idea,
    roles::{self, adds_up},
};
use crate::files::profile::{ColumnKind, ColumnProfile, Profile, Scalar};

/// Bars of a chart; what is smaller is drawn as one.
const BARS_MAX: usize = 15;
/// Rows of the table at the bottom.
const SAMPLE_ROWS: usize = 100;

/// A column's name as people say it.
pub(super) fn said(name: &str) -> String {
    let text = roles::words(name).join(" ");
    let short: String = text.chars().take(60).collect();
    let mut letters = short.chars();
    letters.next().map_or_else(
        || "Column".to_owned(),
        |first| first.to_uppercase().chain(letters).collect(),
    )
}

pub(super) fn title(idea: &Idea, profile: &Profile) -> String {
    let column = |i: usize| &profile.columns[i];
    let plain = |i: usize| said(&column(i).name).to_lowercase();
    let measured = |measure: &Option<usize>| match measure {
        Some(i) if adds_up(column(*i)) => format!("Total {}", plain(*i)),
        Some(i) => format!("Average {}", plain(*i)),
        None => "Rows".to_owned(),
    };
    match idea {
        Idea::Rows => "Rows".to_owned(),
        Idea::Total { measure } => measured(&Some(*measure)),
        Idea::Over { measure, time } => format!("{} by {}", measured(measure), grain(column(*time)).1),
        Idea::By { measure, category } => format!("{} by {}", measured(measure), plain(*category)),
        Idea::Spread { measure } => format!("Distribution of {}", plain(*measure)),
        Idea::Pair { x, y } => format!("{} against {}", said(&column(*y).name), plain(*x)),
        Idea::Sample => format!("First {SAMPLE_ROWS} rows"),
    }
}

pub(super) fn script(idea: &Idea, name: &str, profile: &Profile) -> String {
    let column = |i: usize| &profile.columns[i];
    let read = format!("table = {}", profile.read_call(name));
    let title = json!(title(idea, profile).replace('$', "\\$"));
    let plot = |lines: &[String]| {
        let mut text = format!("import matplotlib.pyplot as plt\nimport polars as pl\n\n{read}\n");
        for line in lines {
            text.push_str(line);
            text.push('\n');
        }
        text
    };
    let measured = |measure: &Option<usize>| match measure {
        Some(i) if adds_up(column(*i)) => format!("{}.sum()", numbers(column(*i))),
        Some(i) => format!("{}.mean()", numbers(column(*i))),
        None => "pl.len()".to_owned(),
    };
    let axis = |measure: &Option<usize>| {
        json!(
            measure
                .map_or("Rows".to_owned(), |i| said(&column(i).name))
                .replace('$', "\\$")
        )
    };
    match idea {
        Idea::Rows => format!("import polars as pl\n\n{read}\ntable.select(pl.len().alias(\"Rows\"))\n"),
        Idea::Total { measure } => {
            let value = measured(&Some(*measure));
            format!("import polars as pl\n\n{read}\ntable.select({value}.alias({title}))\n")
        }
        Idea::Over { measure, time } => {
            let (every, _) = grain(column(*time));
            plot(&[
                format!(
                    "times = table.with_columns(period=pl.col({}).dt.truncate({})).drop_nulls(\"period\")",
                    json!(column(*time).name),
                    json!(every)
                ),
                format!(
                    "shown = times.group_by(\"period\").agg(value={}).sort(\"period\")",
                    measured(measure)
                ),
                "plt.figure(figsize=(10, 4))".to_owned(),
                "plt.plot(shown[\"period\"], shown[\"value\"])".to_owned(),
                format!("plt.title({title})"),
                format!("plt.ylabel({})", axis(measure)),
            ])
        }
        Idea::By { measure, category } => bars(
            &plot,
            column(*category),
            &measured(measure),
            measure.is_none_or(|i| adds_up(column(i))),
            &axis(measure).to_string(),
            &title.to_string(),
        ),
        Idea::Spread { measure } => plot(&[
            format!(
                "values = table.select(value={}).drop_nulls()[\"value\"]",
                numbers(column(*measure))
            ),
            "plt.figure(figsize=(7, 4))".to_owned(),
            "plt.hist(values, bins=12)".to_owned(),
            format!("plt.title({title})"),
            format!("plt.xlabel({})", axis(&Some(*measure))),
            "plt.ylabel(\"Rows\")".to_owned(),
        ]),
        Idea::Pair { x, y } => plot(&[
            format!(
                "pairs = table.select(x={}, y={}).drop_nulls()",
                numbers(column(*x)),
                numbers(column(*y))
            ),
            "if pairs.height > 2000:".to_owned(),
            "    pairs = pairs.sample(2000, seed=0)".to_owned(),
            "plt.figure(figsize=(7, 4))".to_owned(),
            "plt.scatter(pairs[\"x\"], pairs[\"y\"], s=10, alpha=0.6)".to_owned(),
            format!("plt.title({title})"),
            format!("plt.xlabel({})", axis(&Some(*x))),
            format!("plt.ylabel({})", axis(&Some(*y))),
        ]),
        Idea::Sample => format!("import polars as pl\n\n{read}\ntable.head({SAMPLE_ROWS})\n"),
    }
}

fn bars(
    plot: &dyn Fn(&[String]) -> String,
    category: &ColumnProfile,
    value: &str,
    adds_up: bool,
    axis: &str,
    title: &str,
) -> String {
    let name = json!(category.name);
    let many = category.distinct as usize > BARS_MAX;
    // Numbers, such as years, stand in their own order where all of them are shown.
    let order = if category.kind == ColumnKind::Integer && !many {
        "pl.col(\"group\").cast(pl.Int64)"
    } else {
        "\"value\", \"group\", descending=[True, False]"
    };
    let mut lines = vec![
        format!("groups = table.with_columns(group=pl.col({name}).cast(pl.String)).drop_nulls(\"group\")"),
        format!("shown = groups.group_by(\"group\").agg(value={value}).sort({order})"),
    ];
    if many && adds_up {
        lines.push(format!(
            "rest = shown.slice({BARS_MAX}).select(group=pl.lit(\"Other\"), value=pl.col(\"value\").sum())"
        ));
        lines.push(format!(
            "shown = pl.concat([shown.head({BARS_MAX}), rest], how=\"vertical_relaxed\")"
        ));
    } else if many {
        lines.push(format!("shown = shown.head({BARS_MAX})"));
    }
    lines.push("plt.figure(figsize=(7, 4))".to_owned());
    if category.distinct > 6 {
        lines.push("shown = shown.reverse()".to_owned());
        lines.push("plt.barh(shown[\"group\"], shown[\"value\"])".to_owned());
        lines.push(format!("plt.xlabel({axis})"));
    } else {
        lines.push("plt.bar(shown[\"group\"], shown[\"value\"])".to_owned());
        lines.push(format!("plt.ylabel({axis})"));
    }
    lines.push(format!("plt.title({title})"));
    plot(&lines)
}

/// A column as numbers. What is none is a fault, not a gap.
fn numbers(column: &ColumnProfile) -> String {
    format!("pl.col({}).cast(pl.Float64)", json!(column.name))
}

/// How long a period is, for polars and for people: some ten to a hundred of them.
fn grain(column: &ColumnProfile) -> (&'static str, &'static str) {
    let day = |scalar: &Option<Scalar>| match scalar {
        Some(Scalar::Text(text)) => text.get(..10)?.parse::<chrono::NaiveDate>().ok(),
        _ => None,
    };
    let days = match (day(&column.min), day(&column.max)) {
        (Some(first), Some(last)) => (last - first).num_days(),
        _ => 365,
    };
    match days {
        ..=62 => ("1d", "day"),
        63..=200 => ("1w", "week"),
        201..=3_000 => ("1mo", "month"),
        _ => ("1y", "year"),
    }
}
