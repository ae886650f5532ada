//! What is said where nothing can be computed: what was not understood, what there is, and what would work.

use std::fmt::Write;

use super::{answer::plain, columns::TableView, plan::Refusal, question::code, suggest};

/// Columns that are named of each table.
const COLUMNS: usize = 20;
const TABLES: usize = 5;

pub(super) fn say(refusal: &Refusal, views: &[TableView<'_>], understood: &[String]) -> String {
    if views.is_empty() {
        return no_tables(refusal);
    }
    let mut text = match refusal {
        Refusal::Greeting => "Hello! Ask me anything about your files in plain English, and I will write a script that finds out.".to_owned(),
        Refusal::Help => "I answer questions about your files: I write a script, run it in the sandbox, and tell you what it found. I can count, add up, average, rank, filter, compare groups, draw trends and distributions, find correlations and missing values, and save what I found as a CSV file.".to_owned(),
        Refusal::Thanks => "You are welcome! Is there anything else you would like to know?".to_owned(),
        Refusal::Future => "I cannot tell the future: your files say what was, and I make nothing up. I can show how things went so far, and carry one figure with dates on as a forecast.".to_owned(),
        Refusal::Why => "Your files say what happened, not why it did or what ought to be done. I can show what goes together with it, for you to judge.".to_owned(),
        Refusal::Undoable => "That is not among the things I can do. Without a model I answer the common questions: counts, totals, averages, rankings, filters, comparisons, trends, distributions, correlations and missing values. I never change your files.".to_owned(),
        Refusal::Unknown(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("“{}”", plain(word))).collect();
            format!(
                "I did not understand {}: there is no such column, and I found no such value. I would rather ask than guess.",
                words.join(" and ")
            )
        }
        Refusal::Unused(words) => format!(
            "I understood {}, but not how it changes the answer, and I would rather ask than guess.",
            words.join(" and ")
        ),
        Refusal::NotNumbers(name) => format!(
            "{} does not contain numbers that I can read, so I cannot compute that. I can count its values.",
            code(name)
        ),
        Refusal::Outside(text) => text.clone(),
        Refusal::Nothing => "I did not understand what I should find out.".to_owned(),
        Refusal::NoNumber => "That takes columns of numbers, and there are not enough of them here.".to_owned(),
        Refusal::NoTime => "That takes dates, and I found no column of them here.".to_owned(),
        Refusal::NoRows => "There is nothing to compute: the table has no rows.".to_owned(),
    };
    let chatty = matches!(refusal, Refusal::Greeting | Refusal::Help | Refusal::Thanks);
    if !chatty && !understood.is_empty() {
        let _ = write!(text, "\n\nI did understand: {}.", understood.join(", "));
    }
    if !chatty {
        text += "\n\nThere are these columns:\n";
        for view in views.iter().take(TABLES) {
            let mut names: Vec<String> = view
                .columns
                .iter()
                .take(COLUMNS)
                .map(|column| code(&column.name))
                .collect();
            if view.columns.len() > COLUMNS {
                names.push(format!("and {} more", view.columns.len() - COLUMNS));
            }
            let _ = write!(text, "\n- {}: {}", code(view.tables[0].name), names.join(", "));
        }
        if views.len() > TABLES {
            let _ = write!(text, "\n- and {} more files", views.len() - TABLES);
        }
    }
    let ideas: Vec<String> = suggest::for_views(views)
        .iter()
        .map(|idea| format!("- {}", plain(idea)))
        .collect();
    let _ = write!(text, "\n\nYou could ask:\n\n{}", ideas.join("\n"));
    text
}

fn no_tables(refusal: &Refusal) -> String {
    let start = match refusal {
        Refusal::Greeting => "Hello!",
        Refusal::Thanks => "You are welcome!",
        _ => "There is no table to look at yet.",
    };
    format!("{start} Upload a CSV file, and ask me about it in plain English, such as “What is in this file?”")
}
