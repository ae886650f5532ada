//! Proposals for a clean table: what is missing, repeated, constant or written in several ways, each with the words that
//! apply it. Nothing is changed by the proposals themselves, and a file that was uploaded never is.

use super::{
    answer::{Telling, bold, plain},
    columns::TableView,
    facts::{Fact, Facts},
    plan::Plan,
    python::Script,
    question::code,
};

const SEARCH: &str = include_str!("clean.py");
/// Proposals that are told of each kind.
const EACH: usize = 3;

pub(super) fn script(view: &TableView<'_>, plan: &Plan, careful: bool) -> String {
    let mut script = Script::new(view, plan, false, careful);
    script.blank();
    for line in SEARCH.lines() {
        script.line(line);
    }
    script.end("result")
}

pub(super) fn answer(view: &TableView<'_>, facts: &Facts, telling: &mut Telling) -> Option<()> {
    let rows = facts.figure("rows")?;
    let mut lines: Vec<String> = Vec::new();
    let spare = facts.figure("spare")?;
    if spare != "0" {
        lines.push(format!(
            "{} of the rows {} the same as an earlier one. To have a file without: “Remove duplicate rows and save it as a CSV”",
            bold(spare),
            if spare == "1" { "is" } else { "are" }
        ));
    }
    let name = |fact: &Fact| fact.text.clone().unwrap_or_default();
    let all = facts.number("rows")?;
    for fact in facts.all("missing").take(EACH) {
        let count = fact.figure.replace(',', "").parse().unwrap_or(all);
        let column = name(fact);
        let advice = if count * 2.0 > all {
            ", which is most of them: see what that means before you use it".to_owned()
        } else {
            let said = plain(&column);
            format!(". To have a file without these: “Remove the rows where {said} is missing and save it as a CSV”")
        };
        lines.push(format!(
            "{} is missing in {} of {rows} rows{advice}",
            code(&column),
            bold(&fact.figure)
        ));
    }
    let left = facts.all("missing").count().saturating_sub(EACH);
    if left > 0 {
        lines.push(format!(
            "{left} more columns have missing values: “Which values are missing?” shows all"
        ));
    }
    for (label, says) in [
        ("empty", "has no value at all, so it can be left out"),
        ("constant", "has one value only, so it tells nothing"),
        (
            "blanks",
            "has values with blanks before or after them, which then count as others",
        ),
        (
            "variants",
            "has values that differ in capitals or blanks only; look at them before you group by it",
        ),
    ] {
        for fact in facts.all(label).take(EACH) {
            lines.push(format!("{} {says} ({} found)", code(&name(fact)), fact.figure));
        }
    }
    let table = code(view.tables[0].name);
    if lines.is_empty() {
        telling.say(format!(
            "I found nothing to clean in the {} rows of {table}: nothing is missing, repeated, constant or written in several ways.",
            bold(rows)
        ));
    } else {
        let list: Vec<String> = lines.iter().map(|line| format!("- {line}.")).collect();
        telling.say(format!(
            "What could be cleaned in the {} rows of {table}. Nothing has been changed:\n\n{}",
            bold(rows),
            list.join("\n")
        ));
    }
    Some(())
}
