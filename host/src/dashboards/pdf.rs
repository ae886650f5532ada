//! A snapshot of a dashboard as a document: tab by tab, what stands beside each other on the screen one below the other.

use chrono::{DateTime, TimeDelta, Utc};

use super::snapshot::{Shows, Snapshot, SnapshotItem};
use crate::pdf::{self, Block, Column, Document, Figure, Paper, Span, Table};

/// Where the rows are that a document has no room for.
const REST: &str = "The CSV file of the tile has all of them.";

/// The pages of a snapshot.
pub fn document(snapshot: Snapshot, paper: Paper) -> Document {
    let mut blocks = Vec::new();
    if !snapshot.description.is_empty() {
        blocks.push(Block::Paragraph(vec![Span::plain(snapshot.description)]));
    }
    blocks.push(Block::Paragraph(filters(&snapshot.filters)));
    let tabs = snapshot.tabs.len();
    for (number, tab) in snapshot.tabs.into_iter().enumerate() {
        if tabs > 1 {
            if number > 0 {
                blocks.push(Block::PageBreak);
            }
            let text = if tab.title.is_empty() {
                format!("Tab {}", number + 1)
            } else {
                tab.title
            };
            blocks.push(Block::Heading { level: 1, text });
        }
        if tab.items.is_empty() {
            blocks.push(Block::Note("There is nothing here.".to_owned()));
        }
        for item in tab.items {
            add(&mut blocks, item, snapshot.taken_at);
        }
    }
    Document {
        title: snapshot.name,
        subtitle: format!("As of {} · version {}", minute(snapshot.taken_at), snapshot.version),
        made_at: snapshot.taken_at,
        paper,
        blocks,
    }
}

/// What the filters are, with their names in bold.
fn filters(lines: &[String]) -> Vec<Span> {
    if lines.is_empty() {
        return vec![Span::bold("Filters: "), Span::plain("none")];
    }
    let mut spans = vec![Span::bold("Filters: ")];
    for (number, line) in lines.iter().enumerate() {
        let end = if number + 1 < lines.len() { "; " } else { "" };
        spans.push(Span::plain(format!("{line}{end}")));
    }
    spans
}

fn add(blocks: &mut Vec<Block>, item: SnapshotItem, now: DateTime<Utc>) {
    let age = item.made_at.map(|at| age(at, now));
    let problem = item.problem;
    let heading = Block::Heading {
        level: 2,
        text: item.title.clone(),
    };
    match item.shows {
        Shows::Text(text) => {
            blocks.extend(pdf::markdown(&text));
            return;
        }
        Shows::Number(value) => {
            let figure = Figure {
                title: item.title,
                value: pdf::number(&value),
                note: age.unwrap_or_default(),
                problem: None,
            };
            match blocks.last_mut() {
                Some(Block::Figures(figures)) if problem.is_none() => figures.push(figure),
                _ => blocks.push(Block::Figures(vec![figure])),
            }
            blocks.extend(problem.map(Block::Problem));
            return;
        }
        Shows::Chart { png, alt } => {
            blocks.push(heading);
            blocks.push(match png {
                Some(png) => Block::Picture { png, alt },
                None => Block::Note(format!(
                    "The picture of this chart is not stored, or is too large. {alt}"
                )),
            });
        }
        Shows::Table {
            columns,
            rows,
            row_count,
            ..
        } => {
            blocks.push(heading);
            let columns = columns
                .into_iter()
                .map(|column| Column::typed(column.name, &column.dtype));
            blocks.push(Block::Table(Table {
                columns: columns.collect(),
                rows,
                row_count,
                rest: REST.to_owned(),
            }));
        }
        Shows::Nothing => blocks.push(heading),
    }
    blocks.extend(problem.map(Block::Problem));
    blocks.extend(age.map(Block::Note));
}

/// When a result was made, and how long ago that was.
pub fn age(made_at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let passed = now - made_at;
    let ago = if passed < TimeDelta::minutes(1) {
        "just now".to_owned()
    } else if passed < TimeDelta::hours(1) {
        plural(passed.num_minutes(), "minute")
    } else if passed < TimeDelta::days(1) {
        plural(passed.num_hours(), "hour")
    } else {
        plural(passed.num_days(), "day")
    };
    format!("Computed {}, {ago}", minute(made_at))
}

pub fn minute(at: DateTime<Utc>) -> String {
    at.format("%F %H:%M UTC").to_string()
}

fn plural(count: i64, noun: &str) -> String {
    format!("{count} {noun}{} ago", if count == 1 { "" } else { "s" })
}
