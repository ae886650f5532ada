//! A first look at a table, and what is missing in it.

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    columns::{Role, TableView, is_unknown},
    facts::Facts,
    figures::thousands,
    lexicon::{Aggregate, Unit},
    measures,
    plan::{Group, Plan, Task, obvious_measure},
    python::{self, Script, file_name, list, literal},
    question::code,
};

const SHOWN: usize = 12;

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    let mut script = Script::new(view, plan, true, careful);
    script.line("print(f\"columns: {df.width}\")");
    script.blank();
    script.line("overview = pl.DataFrame({");
    script.line("    \"column\": df.columns,");
    script.line("    \"type\": [str(dtype) for dtype in df.dtypes],");
    script.line("    \"empty\": [df[name].null_count() for name in df.columns],");
    script.line("    \"different\": [df[name].n_unique() for name in df.columns],");
    script.line("    \"for example\": [str(df[name].drop_nulls().first())[:40] for name in df.columns],");
    script.line("})");
    if let Some(picture) = picture(view) {
        draw(&mut script, view, picture);
    }
    script.end("overview")
}

/// What of a table makes a picture at first sight.
#[derive(Clone, Copy)]
enum Picture {
    Trend(usize, usize, Unit),
    Bars(usize, Option<usize>),
    Histogram(usize),
}

fn picture(view: &TableView<'_>) -> Option<Picture> {
    let measure = obvious_measure(view).filter(|column| view.columns[*column].is_number());
    let time = view.find(|role| role == Role::Time).next();
    if let Some((time, measure)) = time.zip(measure) {
        let profile = view.columns[time].profile;
        if profile.distinct > 11 {
            return Some(Picture::Trend(time, measure, Unit::Month));
        }
    }
    let category = view
        .find(|role| role == Role::Category)
        .find(|column| (2..=30).contains(&view.columns[*column].profile.distinct));
    match (category, measure) {
        (Some(category), measure) => Some(Picture::Bars(category, measure)),
        (None, Some(measure)) => Some(Picture::Histogram(measure)),
        _ => None,
    }
}

fn draw(script: &mut Script, view: &TableView<'_>, picture: Picture) {
    match picture {
        Picture::Trend(time, measure, unit) => {
            let (time, measure) = (&view.columns[time], &view.columns[measure]);
            let aggregate = if measure.is_additive() {
                Aggregate::Sum
            } else {
                Aggregate::Mean
            };
            let value = format!("{} {}", aggregate.noun(), measure.name);
            let (expression, key) = python::group(view, Group::Time(index(view, &time.name), unit));
            script.line(format!(
                "trend = df.drop_nulls({}).group_by({}.alias({key:?})).agg({}.alias({})).sort({key:?})",
                list(&[time.name.clone(), measure.name.clone()]),
                expression.unwrap_or_default(),
                aggregate.of(&python::column(measure)),
                literal(&value),
            ));
            let title = format!("{} {} by month", capital(aggregate.noun()), measure.name);
            let around = Frame {
                file: file_name(&title),
                title,
                x: key.clone(),
                y: value.clone(),
            };
            charts::line(script, &around, "trend", &key, &value, false);
        }
        Picture::Bars(category, measure) => {
            let of = &view.columns[category];
            let (value, expression, format, title) = match measure.map(|measure| &view.columns[measure]) {
                Some(measure) => {
                    let aggregate = if measure.is_additive() {
                        Aggregate::Sum
                    } else {
                        Aggregate::Mean
                    };
                    let value = format!("{} {}", aggregate.noun(), measure.name);
                    let format = measures::digits(measure, aggregate);
                    let title = format!("{} {} by {}", capital(aggregate.noun()), measure.name, of.name);
                    (value, aggregate.of(&python::column(measure)), format, title)
                }
                None => (
                    "rows".to_owned(),
                    "pl.len()".to_owned(),
                    ",".to_owned(),
                    format!("Rows by {}", of.name),
                ),
            };
            let value = python::free_name(&value, &[&of.name]);
            script.line(format!(
                "bars = df.drop_nulls({0}).group_by({0}).agg({expression}.alias({1})).drop_nulls().sort({1}, {0}, descending=[True, False]).head({SHOWN})",
                literal(&of.name),
                literal(&value)
            ));
            let around = Frame {
                file: file_name(&title),
                title,
                x: of.name.clone(),
                y: value.clone(),
            };
            script.line("shown = bars");
            charts::bars(script, &around, "shown", &of.name, &value, true, &format);
        }
        Picture::Histogram(measure) => {
            let of = &view.columns[measure];
            let name = literal(&of.name);
            script.line(format!("df = df.drop_nulls({name})"));
            script.line(format!("median = df[{name}].median()"));
            let title = format!("Distribution of {}", of.name);
            let around = Frame {
                file: file_name(&title),
                title,
                x: of.name.clone(),
                y: "rows".to_owned(),
            };
            charts::histogram(script, &around, of, None, &measures::digits(of, Aggregate::Median));
        }
    }
}

fn index(view: &TableView<'_>, name: &str) -> usize {
    view.columns
        .iter()
        .position(|column| column.name == name)
        .unwrap_or_default()
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map(|first| first.to_uppercase().chain(chars).collect())
        .unwrap_or_default()
}

pub(super) fn answer(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let name = code(view.tables[0].name);
    let within = filters(view, plan);
    telling.say(format!(
        "{name} has {} rows{within} and {} columns.",
        bold(facts.figure("rows")?),
        bold(facts.figure("columns")?)
    ));
    let of_role = |wanted: fn(Role) -> bool| -> Vec<String> {
        view.find(wanted)
            .take(12)
            .map(|column| code(&view.columns[column].name))
            .collect()
    };
    let numbers = of_role(|role| matches!(role, Role::Number { .. } | Role::Year));
    let groups = of_role(|role| matches!(role, Role::Category | Role::Flag));
    let names = of_role(|role| matches!(role, Role::Name | Role::Id));
    let mut lines = Vec::new();
    if !numbers.is_empty() {
        lines.push(format!("- Numbers: {}", numbers.join(", ")));
    }
    if !groups.is_empty() {
        lines.push(format!("- Groups: {}", groups.join(", ")));
    }
    for column in view.find(|role| role == Role::Time).take(3) {
        let column = &view.columns[column];
        let day = |scalar: &Option<crate::files::profile::Scalar>| match scalar {
            Some(crate::files::profile::Scalar::Text(text)) => plain(text.get(..10).unwrap_or(text)),
            _ => "?".to_owned(),
        };
        lines.push(format!(
            "- Times: {}, from {} to {}",
            code(&column.name),
            day(&column.profile.min),
            day(&column.profile.max)
        ));
    }
    if !names.is_empty() {
        lines.push(format!("- Names and identifiers: {}", names.join(", ")));
    }
    telling.say(lines.join("\n"));
    let gaps: Vec<String> = view
        .columns
        .iter()
        .filter(|column| column.profile.nulls > 0)
        .take(5)
        .map(|column| format!("{} ({})", code(&column.name), thousands(column.profile.nulls)))
        .collect();
    if !gaps.is_empty() {
        telling.say(format!("Empty cells are in {}.", gaps.join(", ")));
    }
    let ideas = super::suggest::for_view(view);
    if !ideas.is_empty() {
        let ideas: Vec<String> = ideas.iter().map(|idea| format!("- {}", plain(idea))).collect();
        telling.say(format!("You could ask:\n\n{}", ideas.join("\n")));
    }
    Some(())
}

/// Words of a table's texts that stand for no value.
fn markers(view: &TableView<'_>) -> Vec<String> {
    let mut markers: Vec<String> = view
        .columns
        .iter()
        .flat_map(|column| {
            column
                .profile
                .top
                .iter()
                .map(|top| top.value.clone())
                .chain(column.profile.samples.iter().cloned())
        })
        .filter(|value| is_unknown(value))
        .collect();
    markers.sort();
    markers.dedup();
    markers
}

pub(super) fn missing_script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    // Only filters use values; cells are counted as they stand in the file.
    let bare = Plan {
        measures: Vec::new(),
        task: Task::Missing,
        ..plan.clone()
    };
    let mut script = Script::new(view, &bare, true, careful);
    let markers = markers(view);
    script.blank();
    let named: Vec<String> = plan
        .measures
        .iter()
        .filter_map(measures::Measure::column)
        .map(|column| view.columns[column].name.clone())
        .collect();
    if named.is_empty() {
        script.line("names = df.columns");
    } else {
        script.line(format!("names = {}", list(&named)));
    }
    if markers.is_empty() {
        script.line("gaps = df.select(pl.col(names).is_null())");
    } else {
        script.line(format!("unknown = {}", list(&markers)));
        script.line(
            "gaps = df.select((pl.col(names).is_null() | pl.col(names).cast(pl.String).is_in(unknown)).name.keep())",
        );
    }
    script.line("counts = [gaps[name].sum() for name in names]");
    script.line("result = pl.DataFrame({\"column\": names, \"missing\": counts}).with_columns(");
    script.line("    (pl.col(\"missing\") / df.height * 100).round(2).alias(\"missing %\")");
    script.line(").sort(\"missing\", descending=True, maintain_order=True)");
    script.line("print(f\"cells: {sum(counts):,}\")");
    script.line("print(f\"complete: {gaps.filter(~pl.any_horizontal(pl.all())).height:,}\")");
    script.line("print(f\"columns: {result.filter(pl.col('missing') > 0).height}\")");
    script.line("for place, (name, count) in enumerate(result.filter(pl.col(\"missing\") > 0).select(\"column\", \"missing\").head(10).iter_rows(), 1):");
    script.line("    print(f\"{place}: {name!r} {count:,}\")");
    script.line("shown = result.filter(pl.col(\"missing\") > 0).head(20)");
    script.line("if shown.height > 1:");
    let mut chart = Script::empty();
    let around = Frame {
        title: "Missing values by column".to_owned(),
        x: "column".to_owned(),
        y: "missing values".to_owned(),
        file: "missing_values_by_column.png".to_owned(),
    };
    charts::bars(&mut chart, &around, "shown", "column", "missing", true, ",");
    for line in chart.finish().lines().filter(|line| !line.is_empty()) {
        script.line(format!("    {line}"));
    }
    script.end("result")
}

pub(super) fn answer_missing(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let within = filters(view, plan);
    let cells = facts.figure("cells")?;
    let rows = facts.figure("rows")?;
    if let (Some(column), 1) = (plan.column(), plan.measures.len()) {
        let name = code(&view.columns[column].name);
        telling.say(format!("{name} is missing in {} of {rows} rows{within}.", bold(cells)));
    } else if cells == "0" {
        telling.say(format!("Nothing is missing: all {rows} rows{within} are complete."));
    } else {
        let columns = facts.figure("columns")?;
        telling.say(format!(
            "{} values are missing, in {columns} of {} columns; {} of {rows} rows{within} are complete.",
            bold(cells),
            view.columns.len(),
            bold(facts.figure("complete")?)
        ));
        let lines: Vec<String> = facts
            .ranked()
            .iter()
            .map(|fact| format!("- {} – {}", code(fact.text.as_deref().unwrap_or_default()), fact.figure))
            .collect();
        telling.say(lines.join("\n"));
    }
    let markers = markers(view);
    if !markers.is_empty() {
        let markers: Vec<String> = markers.iter().map(|marker| code(marker)).collect();
        telling.say(format!(
            "I counted {} as missing, beside empty cells.",
            markers.join(", ")
        ));
    }
    Some(())
}
