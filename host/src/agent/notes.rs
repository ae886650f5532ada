//! What an answer of the rules says of its sources: which file it is from, and what was decided in reading it.

use std::fmt::Write;

use super::InputTable;

/// Notes that are told of a table.
const NOTES_MAX: usize = 4;

/// The lines after an answer that `script` was run for; empty where nothing has to be said.
pub fn of_answer(tables: &[InputTable], script: &str) -> String {
    let mut text = String::new();
    for table in tables {
        let call = table.profile.read_call(&table.name);
        if !script.contains(&call) {
            continue;
        }
        let rest = script.replace(&call, "");
        let concerns =
            |column: Option<&str>| column.is_none_or(|name| rest.contains(&serde_json::json!(name).to_string()));
        let notes = table
            .profile
            .notes
            .iter()
            .filter(|note| concerns(note.column.as_deref()));
        let notes: Vec<String> = notes
            .map(|note| match &note.column {
                Some(name) => format!("{}: {}", code(name), note.text),
                None => note.text.clone(),
            })
            .collect();
        if tables.len() == 1 && notes.is_empty() && table.newer.is_none() {
            continue;
        }
        let version = table.newer.as_ref().zip(table.version).map(|(newer, version)| {
            format!(
                ", version {version}, since version {} cannot be read as a table",
                newer.version
            )
        });
        let _ = write!(
            text,
            "\n\nRead from {}{}",
            code(&table.name),
            version.unwrap_or_default()
        );
        for (at, note) in notes.iter().take(NOTES_MAX).enumerate() {
            let _ = write!(text, "{} {}", if at == 0 { ":" } else { ";" }, note.replace('\n', " "));
        }
        if notes.len() > NOTES_MAX {
            let _ = write!(
                text,
                "; and {} more notes in the file's preview",
                notes.len() - NOTES_MAX
            );
        }
        text.push('.');
    }
    text
}

fn code(name: &str) -> String {
    format!("`{}`", name.replace(['`', '\n'], " "))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::files::{
        preview::Newer,
        profile::{Note, Profile},
    };

    fn table(name: &str) -> InputTable {
        let note = |column: Option<&str>, text: &str| Note {
            column: column.map(str::to_owned),
            text: text.to_owned(),
            fix: None,
        };
        InputTable {
            name: name.to_owned(),
            version: Some(1),
            newer: None,
            path: PathBuf::new(),
            profile: Profile {
                read: ", schema_overrides={\"code\": pl.String})".to_owned(),
                notes: vec![
                    note(None, "1 total row (\"Total\"): left out"),
                    note(Some("code"), "kept as text"),
                    note(Some("day"), "read day first"),
                ],
                ..Profile::default()
            },
        }
    }

    #[test]
    fn an_answer_says_what_was_decided_about_what_it_uses() {
        let mut one = table("sales.csv");
        let script = format!("df = {}\ndf[\"day\"].max()\n", one.profile.read_call("sales.csv"));
        let told = of_answer(std::slice::from_ref(&one), &script);
        assert_eq!(
            told,
            "\n\nRead from `sales.csv`: 1 total row (\"Total\"): left out; `day`: read day first."
        );
        one.profile.notes.clear();
        assert_eq!(of_answer(std::slice::from_ref(&one), &script), "");
        let mut both = [one, table("other.csv")];
        assert_eq!(of_answer(&both, &script), "\n\nRead from `sales.csv`.");
        both[0].newer = Some(Newer {
            version: 2,
            problem: None,
        });
        assert!(of_answer(&both, &script).contains("version 1, since version 2 cannot"));
    }
}
