//! Rows as they are: those that meet a condition, and those with the highest or lowest figures.

use super::{
    answer::{Telling, bold, filters, plain},
    charts::{self, Frame},
    columns::{Column, Role, TableView},
    facts::{Fact, Facts},
    lexicon::Aggregate,
    measures::digits,
    plan::Plan,
    python::{Script, file_name, list, literal},
    question::code,
};

const COUNT: usize = 10;
/// Columns of the displayed table.
const WIDE: usize = 12;

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    let measure = plan.column().map(|column| &view.columns[column]);
    let label = label(view, plan);
    let count = count(plan);
    let charted = plan.top.is_some() && measure.is_some_and(Column::is_number) && label.is_some() && count > 1;
    let mut script = Script::new(view, plan, charted, careful);
    let shown = shown(view, plan, label);
    let Some((measure, top)) = measure.zip(plan.top) else {
        if let ([only], true) = (&shown[..], !plan.shown.is_empty()) {
            // A list of names has each of them once.
            script.line(format!(
                "result = df.select({}).unique(maintain_order=True)",
                literal(only)
            ));
            return script.end("result");
        }
        if shown.len() < view.columns.len() {
            script.blank();
            script.line(format!("result = df.select({})", list(&shown)));
            let whole = if plan.shown.is_empty() { "df" } else { "result" };
            return script.end_of("result", whole);
        }
        return script.end("df");
    };
    script.drop_gaps(&[measure], careful);
    let descending = if top.least { "False" } else { "True" };
    script.blank();
    if let Some(each) = plan.each.map(|each| &view.columns[each]) {
        // As many of each as were asked for, and all that share the last place.
        let (each, value) = (literal(&each.name), literal(&measure.name));
        let count = top.count.unwrap_or(1);
        script.line(format!(
            "result = df.filter(pl.col({value}).rank(\"min\", descending={descending}).over({each}) <= {count}).sort({each}, {value}, descending=[False, {descending}])"
        ));
        script.line("print(f\"within: {result.height:,}\")");
        let name = label.map_or_else(
            || "\"\"".to_owned(),
            |label| format!("str(row[{}])", literal(&label.name)),
        );
        script.line("for place, row in enumerate(result.head(60).iter_rows(named=True), 1):");
        script.line(format!("    group, name, value = row[{each}], {name}, row[{value}]"));
        let format = digits(measure, Aggregate::Max);
        script.line(format!(
            "    print(f\"{{place}}: {{f'{{group}}: {{name}}'!r}} {{value:{format}}}\")"
        ));
        return script.end_of(&format!("result.select({})", list(&shown)), "result");
    }
    script.line(format!(
        "result = df.sort({}, descending={descending}, maintain_order=True).head({count})",
        literal(&measure.name)
    ));
    let named = label.map_or_else(
        || "\"\"".to_owned(),
        |label| format!("str(row[{}])", literal(&label.name).replace('"', "'")),
    );
    let value = literal(&measure.name);
    script.line("for place, row in enumerate(result.iter_rows(named=True), 1):");
    script.line(format!("    name, value = {}, row[{value}]", named.replace('\'', "\"")));
    if measure.is_number() {
        let format = digits(measure, Aggregate::Max);
        script.line(format!("    print(f\"{{place}}: {{name!r}} {{value:{format}}}\")"));
    } else {
        script.line("    print(f\"{place}: {name!r} {value}\")");
    }
    script.line(format!(
        "equal = df.filter(pl.col({value}) == result[{value}][0]).height"
    ));
    script.line("print(f\"equal: {equal:,}\")");
    if plan.top.is_some_and(|top| top.count.is_some()) {
        let last = format!("filter(pl.col({value}) == result[{value}][-1]).height");
        script.fact("tied out", &format!("df.{last} - result.{last}"), ",");
    }
    if let (true, Some(label)) = (charted, label) {
        let side = if top.least { "Bottom" } else { "Top" };
        let title = format!("{side} {count}: {} by {}", measure.name, label.name);
        let around = Frame {
            file: file_name(&title),
            title,
            x: label.name.clone(),
            y: measure.name.clone(),
        };
        let format = digits(measure, Aggregate::Max);
        charts::bars(
            &mut script,
            &around,
            "result",
            &label.name,
            &measure.name,
            true,
            &format,
        );
    }
    script.end_of(&format!("result.select({})", list(&shown)), "result")
}

fn count(plan: &Plan) -> usize {
    plan.top.and_then(|top| top.count).unwrap_or(COUNT).min(100)
}

/// The column that names a row.
fn label<'a>(view: &'a TableView<'a>, plan: &Plan) -> Option<&'a Column<'a>> {
    let named = plan.groups.first().map(|group| group.column());
    let by_role = |wanted: fn(Role) -> bool| view.find(wanted).next();
    // Codes are names where there is nothing better.
    let coded = view
        .find(|role| matches!(role, Role::Category | Role::Id))
        .find(|column| {
            let column = &view.columns[*column];
            let named = column
                .essence()
                .last()
                .is_some_and(|word| matches!(word.as_str(), "name" | "title" | "model"));
            let enough = if named { 10 } else { 19 };
            column.profile.distinct * 20 >= view.rows * enough && !column.name.starts_with("column ")
        });
    named
        .or_else(|| by_role(|role| role == Role::Name))
        .or_else(|| by_role(|role| role == Role::Time).filter(|time| view.columns[*time].is_unique(view.rows)))
        .or(coded)
        .map(|column| &view.columns[column])
}

/// What is displayed: what was named, everything of a narrow table, of a wide one what the question is about.
fn shown(view: &TableView<'_>, plan: &Plan, label: Option<&Column<'_>>) -> Vec<String> {
    if !plan.shown.is_empty() {
        return plan
            .shown
            .iter()
            .map(|column| view.columns[*column].name.clone())
            .collect();
    }
    if view.columns.len() <= WIDE {
        return view.columns.iter().map(|column| column.name.clone()).collect();
    }
    let mut names: Vec<String> = label.iter().map(|label| label.name.clone()).collect();
    let measures = plan.measures.iter().flat_map(super::measures::Measure::columns);
    let filtered = plan.filters.iter().map(|filter| filter.column);
    for column in measures.chain(filtered).chain(0..view.columns.len()) {
        let name = &view.columns[column].name;
        if names.len() < WIDE && !names.contains(name) {
            names.push(name.clone());
        }
    }
    names
}

/// The best row of each group, a line each.
fn first_of_each(ranks: &[&Fact]) -> String {
    let lines: Vec<String> = ranks
        .iter()
        .map(|fact| {
            let name = plain(fact.text.as_deref().unwrap_or_default());
            format!("- {name} – {}", bold(&fact.figure))
        })
        .collect();
    lines.join("\n")
}

pub(super) fn answer(view: &TableView<'_>, plan: &Plan, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let within = filters(view, plan);
    let rows = facts.figure("rows")?;
    let Some((top, measured)) = plan.top.zip(plan.column()) else {
        if let (true, Some(spare)) = (plan.unique, facts.number("spare")) {
            let kept = facts.number("rows")? - spare;
            telling.say(format!(
                "{} of {rows} rows are left; {} the same as an earlier one were left out.",
                bold(&super::figures::thousands(kept.max(0.0) as u64)),
                bold(facts.figure("spare")?)
            ));
            return Some(());
        }
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
    let column = &view.columns[measured];
    let measure = code(&column.name);
    let side = match (column.is_time(), top.least) {
        (true, true) => "earliest",
        (true, false) => "latest",
        (false, true) => "lowest",
        (false, false) => "highest",
    };
    let ranks = facts.ranked();
    let first = ranks.first()?;
    if let (Some(each), Some(within_each)) = (plan.each, facts.figure("within")) {
        let name = code(&view.columns[each].name);
        telling.say(format!(
            "The {side} {measure} within each {name}{within}, {within_each} rows in all:\n\n{}",
            first_of_each(&ranks)
        ));
        return Some(());
    }
    let equal = facts.number("equal").unwrap_or(1.0) as usize;
    let name = |at: usize| {
        ranks
            .get(at)
            .and_then(|fact| fact.text.as_deref())
            .filter(|text| !text.is_empty())
            .map(plain)
    };
    match name(0) {
        Some(name) if equal > 1 && equal <= ranks.len() => {
            let all: Vec<String> = ranks[..equal]
                .iter()
                .filter_map(|fact| fact.text.as_deref())
                .map(|name| bold(&plain(name)))
                .collect();
            let _ = name;
            telling.say(format!(
                "{} share the {side} {measure}{within}: {}.",
                all.join(", "),
                bold(&first.figure)
            ));
        }
        Some(name) => telling.say(format!(
            "{} has the {side} {measure}{within}: {}.",
            bold(&name),
            bold(&first.figure)
        )),
        None => telling.say(format!("The {side} {measure}{within} is {}.", bold(&first.figure))),
    }
    if equal > 1 {
        telling.say(format!("{equal} rows share that figure."));
    }
    if ranks.len() > 1 && label(view, plan).is_some() {
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
    if let Some(tied) = facts.figure("tied out").filter(|tied| *tied != "0") {
        telling.say(format!(
            "{tied} more {} the same figure as the last of these.",
            if tied == "1" { "has" } else { "have" }
        ));
    }
    Some(())
}
