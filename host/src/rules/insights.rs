//! What is worth knowing of a table: what is missing, what most rows are, numbers that go together, groups that differ,
//! trends and outliers, the strongest first.
//!
//! A finding that may be chance is left out: correlations and differences of groups are tested, and the level is made
//! stricter the more was tested.

use super::{
    answer::{Telling, bold, escaped},
    checks,
    columns::{Role, TableView},
    facts::Facts,
    plan::Plan,
    python::{Script, list, literal},
    question::code,
};

const SEARCH: &str = include_str!("insights.py");
/// Columns that are compared with each other.
const NUMBERS_MAX: usize = 12;
const CATEGORIES_MAX: usize = 8;
/// Values of a column whose groups are compared.
const VALUES_MAX: u64 = 50;
/// Characters of a finding.
const TEXT_MAX: usize = 300;

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    let mut script = Script::new(view, plan, false, careful);
    script.blank();
    for line in checks::CHANCE.lines() {
        script.line(line);
    }
    script.blank();
    let names = |columns: Vec<usize>| -> Vec<String> {
        columns
            .into_iter()
            .map(|column| view.columns[column].name.clone())
            .collect()
    };
    let numbers: Vec<usize> = view
        .find(|role| matches!(role, Role::Number { .. }))
        .filter(|column| view.columns[*column].profile.distinct > 1)
        .take(NUMBERS_MAX)
        .collect();
    let categories: Vec<usize> = view
        .find(|role| role == Role::Category)
        .filter(|column| (2..=VALUES_MAX).contains(&view.columns[*column].profile.distinct))
        .take(CATEGORIES_MAX)
        .collect();
    let trends: Vec<String> = view
        .find(|role| role == Role::Time)
        .take(1)
        .flat_map(|time| numbers.iter().take(4).map(move |number| (time, *number)))
        .map(|(time, number)| {
            let adds = if view.columns[number].is_additive() {
                "True"
            } else {
                "False"
            };
            format!(
                "({}, {}, {adds})",
                literal(&view.columns[time].name),
                literal(&view.columns[number].name)
            )
        })
        .collect();
    script.line(format!("numbers = {}", list(&names(numbers))));
    script.line(format!("categories = {}", list(&names(categories))));
    script.line(format!("trends = [{}]", trends.join(", ")));
    for line in SEARCH.lines() {
        script.line(line);
    }
    script.end("result")
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
            "I found nothing that stands out in the {} rows of {name}: no strong relation, no clear difference, nothing missing.",
            bold(rows)
        ));
    } else {
        telling.say(format!(
            "What stands out in the {} rows of {name}, the strongest first:\n\n{}",
            bold(rows),
            lines.join("\n")
        ));
        telling.say("What may be chance is left out. A relation says that two figures move together, not why.");
    }
    Some(())
}
