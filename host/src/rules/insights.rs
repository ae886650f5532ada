//! What is worth knowing of a table: the columns' roles for the engine of insights, and its findings as an answer.

use super::{
    NamedProfile,
    answer::{Telling, bold, escaped},
    columns::{Role, TableView},
    facts::Facts,
    plan::{self, Plan, Task},
    python::{Script, list, literal},
    question::code,
};
use crate::insights::engine;

/// Values of a column whose groups are compared.
const VALUES_MAX: u64 = 50;
/// Findings that are told, and those whose charts are drawn.
const TOLD: usize = 8;
const DRAWN: usize = 3;
/// Characters of a finding.
const TEXT_MAX: usize = 400;

/// The scripts for the findings of a table.
pub struct Insights {
    /// Records the findings, and draws as many charts as were asked for.
    pub script: String,
    /// Reads the table as `df`, for the chart of one finding.
    reading: String,
}

impl Insights {
    /// The findings of a table, with so many charts.
    pub fn of(table: &NamedProfile<'_>, charts: usize) -> Self {
        let view = TableView::of(table);
        let plan = Plan::new(Task::Insights);
        let mut script = Script::reading(&view, &plan, false, false);
        search(&mut script, &view);
        script.line(format!("draw(df, findings, {charts})"));
        Self {
            script: script.end("record(findings)"),
            reading: Script::reading(&view, &plan, true, false).finish(),
        }
    }

    /// A script that draws the chart of one finding.
    pub fn chart_script(&self, chart: &str) -> String {
        format!("{}\n{chart}", self.reading)
    }
}

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    let mut script = Script::new(view, plan, false, careful);
    search(&mut script, view);
    script.line(format!("draw(df, findings, {DRAWN})"));
    script.line(format!("for one in findings[:{TOLD}]:"));
    script.line("    print(f\"finding: {one['sentence']!r} {one['score']:.4f}\")");
    script.line(format!("print(f\"others: {{len(findings[{TOLD}:]):,}}\")"));
    script.line("result = told(findings)");
    script.end("result")
}

/// The engine, and the findings of `df`.
fn search(script: &mut Script, view: &TableView<'_>) {
    script.blank();
    script.line(engine().trim_end());
    script.blank();
    script.blank();
    script.line(format!("findings = find(df, {})", roles(view)));
}

/// What the engine is told of the columns, as a Python literal.
fn roles(view: &TableView<'_>) -> String {
    let varies = |column: &usize| view.columns[*column].profile.distinct > 1;
    let time = view
        .find(|role| role == Role::Time)
        .min_by_key(|column| view.columns[*column].profile.nulls);
    let mut numbers: Vec<usize> = view
        .find(|role| matches!(role, Role::Number { .. }))
        .filter(varies)
        .filter(|column| !plan::is_place(&view.columns[*column]))
        .collect();
    numbers.sort_by_key(|column| !view.columns[*column].is_additive());
    let measures: Vec<String> = numbers
        .into_iter()
        .map(|column| {
            let adds = if view.columns[column].is_additive() {
                "True"
            } else {
                "False"
            };
            format!("{{\"name\": {}, \"sum\": {adds}}}", literal(&view.columns[column].name))
        })
        .collect();
    let mut categories: Vec<usize> = view
        .find(|role| matches!(role, Role::Category | Role::Flag))
        .filter(|column| (2..=VALUES_MAX).contains(&view.columns[*column].profile.distinct))
        .collect();
    categories.sort_by_key(|column| view.columns[*column].profile.distinct > 12);
    let categories: Vec<String> = categories
        .into_iter()
        .map(|column| view.columns[column].name.clone())
        .collect();
    format!(
        "{{\"time\": {}, \"measures\": [{}], \"categories\": {}}}",
        time.map_or_else(|| "None".to_owned(), |column| literal(&view.columns[column].name)),
        measures.join(", "),
        list(&categories)
    )
}

pub(super) fn answer(view: &TableView<'_>, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let rows = facts.figure("rows")?;
    let name = code(view.tables[0].name);
    let lines: Vec<String> = facts
        .all("finding")
        .filter_map(|fact| fact.text.as_deref())
        .map(|text| format!("- {}", escaped(text, TEXT_MAX)))
        .collect();
    if lines.is_empty() {
        telling.say(format!(
            "I found nothing that stands out from noise in the {} rows of {name}.",
            bold(rows)
        ));
        return Some(());
    }
    telling.say(format!(
        "What stands out in the {} rows of {name}, the strongest first:\n\n{}",
        bold(rows),
        lines.join("\n")
    ));
    if let Some(others) = facts.figure("others").filter(|others| *others != "0") {
        telling.say(format!("The table has {others} more."));
    }
    telling.say(
        "What may be chance is left out, counting everything that was tried. A relation says that two figures move together, not why.",
    );
    Some(())
}
