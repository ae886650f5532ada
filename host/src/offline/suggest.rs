//! Questions that work on the tables at hand, each of which the rules themselves answer.

use super::{
    columns::{Column, Role, View},
    plan::obvious_measure,
};

const WANTED: usize = 3;

/// Three questions about the first tables, most telling first; names of columns stand as they are in the file.
pub(super) fn for_views(views: &[View<'_>]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for view in views {
        for question in for_view(view) {
            if found.len() < WANTED && !found.contains(&question) {
                found.push(question);
            }
        }
    }
    if found.is_empty() && !views.is_empty() {
        found.push("What is in this file?".to_owned());
    }
    found
}

pub(super) fn for_view(view: &View<'_>) -> Vec<String> {
    let measure = obvious_measure(view);
    let category = category(view);
    let mut ideas = Vec::new();
    if let (Some(measure), Some(category)) = (measure, category) {
        let figure = if view.columns[measure].is_additive() {
            "total"
        } else {
            "average"
        };
        ideas.push(format!(
            "What is the {figure} {} by {}?",
            said(&view.columns[measure]),
            said(&view.columns[category])
        ));
    }
    let timed = view.find(|role| matches!(role, Role::Time | Role::Year)).next();
    if let (Some(measure), Some(_)) = (measure, timed) {
        ideas.push(format!("How did {} change over time?", said(&view.columns[measure])));
    }
    if let (Some(measure), Some(name)) = (
        measure,
        view.find(|role| role == Role::Name)
            .find(|name| is_named(&view.columns[*name])),
    ) {
        ideas.push(format!(
            "Top 10 {} by {}",
            plural(&said(&view.columns[name])),
            said(&view.columns[measure])
        ));
    }
    let second = measure.and_then(|measure| {
        view.find(|role| matches!(role, Role::Number { discrete: false, .. }))
            .find(|column| *column != measure)
    });
    if let (Some(measure), Some(second)) = (measure, second) {
        ideas.push(format!(
            "Is there a correlation between {} and {}?",
            said(&view.columns[measure]),
            said(&view.columns[second])
        ));
    }
    if let Some(measure) = measure {
        ideas.push(format!("Show the distribution of {}", said(&view.columns[measure])));
    }
    let crowded = view.find(|role| role == Role::Category).next();
    if let (Some(measure), Some(crowded), None) = (measure, crowded, category) {
        ideas.insert(
            0,
            format!(
                "Top 10 {} by {}",
                plural(&said(&view.columns[crowded])),
                said(&view.columns[measure])
            ),
        );
    }
    if let Some(category) = category.or(crowded) {
        ideas.push(format!("How many rows are there by {}?", said(&view.columns[category])));
    }
    ideas.push("What is in this file?".to_owned());
    ideas.push("Which values are missing?".to_owned());
    ideas.truncate(WANTED);
    ideas
}

/// The column that divides best: a few groups, all with a name.
fn category(view: &View<'_>) -> Option<usize> {
    let few = |column: &Column<'_>| (2..=60).contains(&column.profile.distinct);
    let mut categories = view.find(|role| matches!(role, Role::Category));
    categories
        .find(|column| few(&view.columns[*column]))
        .or_else(|| view.find(|role| matches!(role, Role::Flag)).next())
        .or_else(|| {
            view.find(|role| matches!(role, Role::Number { discrete: true, .. }))
                .next()
        })
}

/// Its values are names rather than numbers of something.
fn is_named(column: &Column<'_>) -> bool {
    column
        .known_values()
        .all(|value| !value.contains(|c: char| c.is_ascii_digit()))
}

/// A column in a question: quoted where its name would not be read as one.
fn said(column: &Column<'_>) -> String {
    let name = column.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = name.chars().all(|c| c.is_alphanumeric() || "_ ".contains(c)) && name.chars().any(char::is_alphabetic);
    let short = name.split([' ', '_']).count() <= 4;
    if plain && short && !super::lexicon::is_word(&name) {
        return name;
    }
    let quote = if name.contains('"') { '`' } else { '"' };
    format!("{quote}{name}{quote}")
}

/// More than one of a plain word; other names stay as they are.
fn plural(name: &str) -> String {
    if !name.chars().all(char::is_alphabetic) || name.len() < 3 || name.ends_with('s') {
        return name.to_owned();
    }
    match name.strip_suffix('y') {
        Some(rest) if !rest.ends_with(['a', 'e', 'i', 'o', 'u']) => format!("{rest}ies"),
        _ if name.ends_with(['x', 'z']) || name.ends_with("ch") || name.ends_with("sh") => format!("{name}es"),
        _ => format!("{name}s"),
    }
}
