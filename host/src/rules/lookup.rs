//! Finds words of a question among the values of a table: a profile lists a few values of each column, a script sees
//! all of them.

use serde::Deserialize;

use super::{
    columns::TableView,
    facts::Facts,
    plan::{Plan, Task},
    python::{Script, list},
    question::{Finding, Unknown},
};

/// The first line, by which such a script is known again.
const MARK: &str = "# Which column holds the words of the question?";
const WORDS_MAX: usize = 8;

pub(super) fn is_lookup(script: &str) -> bool {
    script.starts_with(MARK)
}

/// A script that looks for the words, where some column may hold them.
pub(super) fn script(view: &TableView<'_>, unknown: &[Unknown]) -> Option<String> {
    let columns: Vec<String> = view
        .open_columns()
        .into_iter()
        .map(|index| view.columns[index].name.clone())
        .collect();
    let mut words: Vec<String> = Vec::new();
    for text in unknown.iter().map(|unknown| unknown.text.to_lowercase()) {
        if text.chars().any(char::is_alphabetic) && !words.contains(&text) && !super::lexicon::is_noise(&text) {
            words.push(text.clone());
        }
        // "big Dallas" holds a value and a word that is none.
        for part in text
            .split(' ')
            .filter(|part| part.chars().count() > 3 && !super::lexicon::is_noise(part))
        {
            if !words.iter().any(|word| word == part) {
                words.push(part.to_owned());
            }
        }
    }
    words.truncate(WORDS_MAX);
    if columns.is_empty() || words.is_empty() {
        return None;
    }
    let plan = Plan::new(Task::Figures);
    let mut script = Script::new(view, &plan, false, false);
    script.blank();
    script.line(format!("words = {}", list(&words)));
    script.line("found = []");
    script.line(format!("for column in {}:", list(&columns)));
    script.line("    values = df.select(pl.col(column).cast(pl.String).drop_nulls().alias(\"value\")).unique()");
    script.line("    low = pl.col(\"value\").str.to_lowercase().str.strip_chars()");
    script.line("    for word in words:");
    script.line("        forms = [word, word + \"s\", word.removesuffix(\"s\")]");
    script.line("        whole = values.filter(low.is_in(forms))[\"value\"].sort()");
    script.line("        if len(whole):");
    script.line("            found.append({\"asked\": word, \"column\": column, \"value\": whole[0], \"part\": False, \"leads\": True})");
    script.line("        elif len(word) > 2:");
    // A word of longer values, or one thing of a list of them.
    script.line("            stem = \"\".join(c if c.isalnum() or c == \" \" else \"\\\\\" + c for c in word.removesuffix(\"s\"))");
    script.line("            inside = values.filter(low.str.contains(r\"(^|\\W)\" + stem + r\"s?(\\W|$)\")).height");
    script.line("            leads = values.filter(low.str.contains(r\"(^|, )\" + stem + r\"s?(\\W|$)\")).height");
    script.line("            if inside:");
    script.line("                part = word if values.filter(low.str.contains(r\"(^|\\W)\" + stem + r\"(\\W|$)\")).height == 0 else word.removesuffix(\"s\")");
    script.line("                found.append({\"asked\": word, \"column\": column, \"value\": part, \"part\": True, \"leads\": leads * 2 >= inside})");
    script.line("for one in found:");
    script.line("    print(f\"{one['asked']}: is {one['value']!r} in {one['column']!r}\")");
    script.line("import json");
    script.line("print(\"found:\", json.dumps(found))");
    Some(format!("{MARK}\n{}", script.finish()))
}

#[derive(Deserialize)]
struct Found {
    asked: String,
    column: String,
    value: String,
    #[serde(default)]
    part: bool,
    #[serde(default)]
    leads: bool,
}

/// What such a script found; whole values before parts of them, and of longer words that hold shorter ones, the longer count.
pub(super) fn findings(output: &str) -> Vec<Finding> {
    let facts = Facts::parse(output);
    let found: Vec<Found> = facts
        .figure("found")
        .and_then(|json| serde_json::from_str(json).ok())
        .unwrap_or_default();
    let mut findings: Vec<Finding> = found
        .into_iter()
        .map(|found| Finding {
            asked: found.asked,
            column: found.column,
            value: found.value,
            part: found.part,
            leads: found.leads,
        })
        .collect();
    findings.sort_by_key(|finding| (finding.part, std::cmp::Reverse(finding.asked.len())));
    findings
}
