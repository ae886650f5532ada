//! Rows as they are: those that meet a condition, and those with the highest or lowest figures.

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    columns::{Column, Role, View},
    facts::Facts,
    groups::format_of,
    lexicon::Aggregate,
    plan::Plan,
    python::{Script, file_name, list, literal},
    question::code,
};

const COUNT: usize = 10;
/// Columns of the displayed table.
const WIDE: usize = 12;

pub(super) fn script(view: &View<'_>, plan: &Plan, careful: bool) -> String {
    let measure = plan.measures.first().map(|(column, _)| &view.columns[*column]);
    let label = label(view, plan);
    let count = count(plan);
    let charted = plan.top.is_some() && measure.is_some() && label.is_some() && count > 1;
    let mut script = Script::new(view, plan, charted, careful);
    let shown = shown(view, plan, label);
    let Some((measure, top)) = measure.zip(plan.top) else {
        if shown.len() < view.columns.len() {
            script.blank();
            script.line(format!("result = df.select({})", list(&shown)));
            return script.end_of("result", "df");
        }
        return script.end("df");
    };
    script.drop_gaps(&[measure], careful);
    let descending = if top.least { "False" } else { "True" };
    script.blank();
    script.line(format!(
        "result = df.sort({}, descending={descending}, maintain_order=True).head({count})",
        literal(&measure.name)
    ));
    let format = if measure.whole {
        ",.0f"
    } else {
        format_of(view, plan, measure, Aggregate::Max)
    };
    let named = label.map_or_else(
        || "\"\"".to_owned(),
        |label| format!("str(row[{}])", literal(&label.name).replace('"', "'")),
    );
    let value = literal(&measure.name);
    script.line("for place, row in enumerate(result.iter_rows(named=True), 1):");
    script.line(format!("    name, value = {}, row[{value}]", named.replace('\'', "\"")));
    script.line(format!("    print(f\"{{place}}: {{name!r}} {{value:{format}}}\")"));
    script.line(format!(
        "equal = df.filter(pl.col({value}) == result[{value}][0]).height"
    ));
    script.line("print(f\"equal: {equal:,}\")");
    if let (true, Some(label)) = (charted, label) {
        let side = if top.least { "Bottom" } else { "Top" };
        let title = format!("{side} {count}: {} by {}", measure.name, label.name);
        let around = Frame {
            file: file_name(&title),
            title,
            x: label.name.clone(),
            y: measure.name.clone(),
        };
        charts::bars(&mut script, &around, "result", &label.name, &measure.name, true, format);
    }
    script.end_of(&format!("result.select({})", list(&shown)), "result")
}

fn count(plan: &Plan) -> usize {
    plan.top.and_then(|top| top.count).unwrap_or(COUNT).min(100)
}

/// The column that names a row.
fn label<'a>(view: &'a View<'a>, plan: &Plan) -> Option<&'a Column<'a>> {
    let named = plan.groups.first().map(|group| group.column());
    let by_role = |wanted: fn(Role) -> bool| view.find(wanted).next();
    named
        .or_else(|| by_role(|role| role == Role::Name))
        .or_else(|| by_role(|role| role == Role::Time).filter(|time| view.columns[*time].profile.distinct == view.rows))
        .map(|column| &view.columns[column])
}

/// What is displayed: everything of a narrow table, of a wide one what the question is about.
fn shown(view: &View<'_>, plan: &Plan, label: Option<&Column<'_>>) -> Vec<String> {
    if view.columns.len() <= WIDE {
        return view.columns.iter().map(|column| column.name.clone()).collect();
    }
    let mut names: Vec<String> = label.iter().map(|label| label.name.clone()).collect();
    let measures = plan.measures.iter().map(|(column, _)| *column);
    let filtered = plan.filters.iter().map(|filter| filter.column);
    for column in measures.chain(filtered).chain(0..view.columns.len()) {
        let name = &view.columns[column].name;
        if names.len() < WIDE && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

pub(super) fn answer(view: &View<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let within = filters(view, plan);
    let rows = facts.figure("rows")?;
    let Some(top) = plan.top.filter(|_| !plan.measures.is_empty()) else {
        if plan.filters.is_empty() {
            telling.say(format!("The table shows all {} rows.", bold(rows)));
            return Some(());
        }
        let verb = if rows == "1" { "row matches" } else { "rows match" };
        telling.say(format!(
            "{} {verb}{within}; the table shows {}.",
            bold(rows),
            if rows == "1" { "it" } else { "them" }
        ));
        return Some(());
    };
    let measure = code(&view.columns[plan.measures[0].0].name);
    let side = if top.least { "lowest" } else { "highest" };
    let ranks = facts.ranked();
    let first = ranks.first()?;
    let label = label(view, plan);
    let name = first.text.as_deref().filter(|text| !text.is_empty()).map(plain);
    match name {
        Some(name) => telling.say(format!(
            "{} has the {side} {measure}{within}: {}.",
            bold(&name),
            bold(&first.figure)
        )),
        None => telling.say(format!("The {side} {measure}{within} is {}.", bold(&first.figure))),
    }
    if facts.number("equal").is_some_and(|equal| equal > 1.0) {
        telling.say(format!("{} rows share that figure.", facts.figure("equal")?));
    }
    if ranks.len() > 1 && label.is_some() {
        let lines: Vec<String> = ranks
            .iter()
            .enumerate()
            .map(|(at, fact)| {
                format!(
                    "{}. {} – {}",
                    at + 1,
                    plain(fact.text.as_deref().unwrap_or_default()),
                    fact.figure
                )
            })
            .collect();
        telling.say(lines.join("\n"));
    }
    Some(())
}
