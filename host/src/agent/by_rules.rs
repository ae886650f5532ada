//! Data sources without a model: the rules take the rows of the one table that a question is about, and answer from them
//! as from any file.
//!
//! A table of which not all rows came gives no answer, since a figure of a part would be taken for one of the whole.

use std::{fmt::Write, sync::Arc};

use super::{QueryRows, candidates::Candidate, catalogue, history, tool::Sql, turn::ActiveTurn};
use crate::{
    rules::{self, NextStep},
    sources::asking::Askable,
};

/// Tables of sources that a question is read against: those whose names have most of its words.
const TABLES_MAX: usize = 20;

/// The next step without a model.
pub enum Next {
    /// Say so, and ask a source.
    Ask { say: String, sql: Sql },
    /// There will be no answer.
    Say(String),
    /// What the rules over files want.
    Rules(NextStep),
}

impl ActiveTurn {
    /// What to do about the turn's data sources before a script is written; none where they have no part in it, or their
    /// rows are there.
    pub fn source_by_rules(&self) -> Option<Next> {
        if let Some(problem) = &self.query_problem {
            let text = format!("I could not get the rows from the data source. {problem}");
            return Some(Next::Say(text));
        }
        if let Some(rows) = self.asked.last() {
            return unusable(rows, self.turn.tables.iter().any(|table| table.name == rows.name)).map(Next::Say);
        }
        let sources = self.turn.sources.as_ref().filter(|_| self.ran.is_empty())?;
        let (named, question) = self.named_source(&sources.list);
        let list: Vec<Askable> = match named {
            Some(at) => vec![sources.list[at].clone()],
            None => sources.list.clone(),
        };
        let places = catalogue::ranked(&catalogue::words(&self.turn), &list);
        let tables = places.iter().take(TABLES_MAX).filter_map(|place| {
            let schema = list[place.source].schema.as_ref()?;
            Some((&list[place.source], schema.tables.get(place.table)?))
        });
        let tables: Vec<_> = tables.collect();
        let mut candidates: Vec<_> = tables
            .iter()
            .map(|(source, table)| Candidate::alone(source, table))
            .collect();
        // More columns are taken only where they help.
        candidates.extend(
            tables
                .iter()
                .flat_map(|(source, table)| Candidate::joined(source, table)),
        );
        let there = candidates.iter().map(|candidate| rules::NamedProfile {
            name: &candidate.name,
            profile: &candidate.profile,
        });
        let there: Vec<_> = there.collect();
        let here = self.turn.tables.iter().filter(|_| named.is_none());
        let here: Vec<_> = here
            .map(|table| rules::NamedProfile {
                name: &table.name,
                profile: &table.profile,
            })
            .collect();
        let earlier = history::scripts(&self.turn.history);
        let earlier: Vec<_> = earlier
            .iter()
            .map(|(question, script)| rules::Exchange {
                question,
                script: script.as_deref(),
            })
            .collect();
        match rules::elsewhere(&question, &earlier, &here, &there) {
            Some(at) => Some(ask(&candidates[at], sources.asking.limits.source_rows)),
            None if self.turn.tables.is_empty() && rules::asks_something(&question) => {
                Some(Next::Say(nothing_found(&list)))
            }
            None => None,
        }
    }

    /// The question as the rules read it against rows of a source: without the source's own name.
    pub fn question_by_rules(&self) -> String {
        match (&self.turn.sources, self.asked.is_empty()) {
            (Some(sources), false) => self.named_source(&sources.list).1,
            _ => self.turn.question.clone(),
        }
    }

    /// The source that the question names, and the question without its name. A name that a file or a column has as well
    /// is taken for theirs.
    fn named_source(&self, list: &[Askable]) -> (Option<usize>, String) {
        let (named, rest) = without_source_name(&self.turn.question, list);
        let Some(source) = named.and_then(|at| list.get(at)) else {
            return (None, rest);
        };
        let words = rules::telling_stems(&source.name);
        let has = |text: &str| rules::telling_stems(text).iter().any(|stem| words.contains(stem));
        let asked = |name: &str| self.asked.iter().any(|rows| rows.name == name);
        let mut files = self.turn.tables.iter().filter(|table| !asked(&table.name));
        let is_theirs =
            files.any(|table| has(&table.name) || table.profile.columns.iter().any(|column| has(&column.name)));
        if is_theirs {
            (None, self.turn.question.clone())
        } else {
            (named, rest)
        }
    }

    /// The lines behind an answer whose script read rows of a source.
    pub fn asked_notes(&self, script: &str) -> String {
        let mut text = String::new();
        let read = |rows: &&Arc<QueryRows>| script.contains(&serde_json::json!(rows.name).to_string());
        for rows in self.asked.iter().filter(read) {
            let count = rows.fetched.ending.rows;
            let plural = if count == 1 { "" } else { "s" };
            let sql = rows.fetched.query.sql.replace(['`', '\n'], " ");
            let source = rows.source.replace(['`', '\n'], " ");
            let _ = write!(
                text,
                "\n\nFrom the data source `{source}`: {count} row{plural} of `{sql}`."
            );
        }
        text
    }
}

/// Why rows that came give no answer.
fn unusable(rows: &QueryRows, is_table: bool) -> Option<String> {
    let (source, count) = (&rows.source, rows.fetched.ending.rows);
    if rows.fetched.ending.truncated {
        return Some(format!(
            "The table of {source} has more than the {count} rows that are read at once. A figure of a part of them would be \
             wrong for the whole, so I give none. {ADVICE}"
        ));
    }
    if count == 0 {
        return Some(format!("The table of {source} has no rows that this log-in can see."));
    }
    (!is_table).then(|| format!("The rows of {source} could not be read as a table, so I have no answer."))
}

const ADVICE: &str =
    "On the page of the source, a query of yours can add up or keep a shorter period, and become a file to ask about.";

fn ask(candidate: &Candidate<'_>, rows_max: u32) -> Next {
    let (source, table) = (candidate.source, candidate.table);
    let name = catalogue::full_name(source.engine, table);
    let estimate = table.estimated_rows.unwrap_or(0);
    if estimate > i64::from(rows_max) {
        return Next::Say(format!(
            "The table `{name}` of {} has about {estimate} rows, and at most {rows_max} are read at once. A figure of a part \
             of them would be wrong for the whole, so I give none. {ADVICE}",
            source.name
        ));
    }
    let with = candidate.joined.map(|(other, column)| {
        let other = catalogue::full_name(source.engine, other);
        format!(" with `{other}`, joined by `{}`", column.replace('`', " "))
    });
    let (called, with) = (source.name.replace('`', " "), with.unwrap_or_default());
    Next::Ask {
        say: format!("I ask the data source {called} for its table `{name}`{with}."),
        sql: Sql {
            source: source.id.to_string(),
            query: candidate.sql.clone(),
            name: table.name.clone(),
        },
    }
}

fn nothing_found(list: &[Askable]) -> String {
    let mut text = "I did not find what this is about among the tables of your data sources.".to_owned();
    for source in list {
        match &source.schema {
            Some(schema) => {
                let names = catalogue::names(source.engine, schema);
                let _ = write!(text, "\n\n- {}: {names}", source.name);
            }
            None => {
                let _ = write!(
                    text,
                    "\n\n- {}: its tables were not looked up yet; its page does that",
                    source.name
                );
            }
        }
    }
    text.push_str("\n\nAsk about the columns of one table, such as “total amount by city”.");
    text
}

/// The source whose name the question has, and the question without the name.
fn without_source_name(question: &str, list: &[Askable]) -> (Option<usize>, String) {
    for (at, source) in list.iter().enumerate() {
        let Some((begin, end)) = found(question, source.name.trim()) else {
            continue;
        };
        let is_word = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
        let mut before = question[..begin].trim_end();
        for word in ["source", "database", "data", "the", "in", "of", "from", "at"] {
            let cut = before.len().saturating_sub(word.len());
            let is_it = before.is_char_boundary(cut) && before[cut..].eq_ignore_ascii_case(word);
            if is_it && before[..cut].chars().next_back().is_none_or(char::is_whitespace) {
                before = before[..cut].trim_end();
            }
        }
        let mut after = question[end..].trim_start();
        for word in ["data source", "database", "source"] {
            let is_it = after
                .get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word));
            if is_it && !is_word(after[word.len()..].chars().next()) {
                after = after[word.len()..].trim_start();
            }
        }
        return (Some(at), format!("{before} {after}").trim().to_owned());
    }
    (None, question.to_owned())
}

/// Where `name` is in `text` as words of its own, in whatever case: its bytes, from and to.
fn found(text: &str, name: &str) -> Option<(usize, usize)> {
    // Letter by letter, since lower case can have other lengths.
    let letters: Vec<(usize, char)> = text
        .char_indices()
        .flat_map(|(at, c)| c.to_lowercase().map(move |low| (at, low)))
        .collect();
    let name: Vec<char> = name.chars().flat_map(char::to_lowercase).collect();
    let is_word = |place: Option<&(usize, char)>| place.is_some_and(|(_, c)| c.is_alphanumeric());
    let begins = (0..letters.len()).filter(|_| !name.is_empty());
    begins.into_iter().find_map(|begin| {
        let end = begin + name.len();
        let same = letters.get(begin..end)?.iter().map(|(_, c)| c).eq(&name);
        let alone = !is_word(begin.checked_sub(1).and_then(|at| letters.get(at))) && !is_word(letters.get(end));
        let to = letters.get(end).map_or(text.len(), |(at, _)| *at);
        (same && alone && letters[begin].0 < to).then_some((letters[begin].0, to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{connect::Engine, ids::SourceId};

    #[test]
    fn a_source_is_named_by_its_words_and_left_out_of_the_question() {
        let source = |name: &str| Askable {
            id: SourceId::new(),
            name: name.to_owned(),
            engine: Engine::Postgresql,
            schema: None,
        };
        let list = [source("Shop"), source("Old shop")];
        let check = |question: &str, at: Option<usize>, rest: &str| {
            assert_eq!(
                without_source_name(question, &list),
                (at, rest.to_owned()),
                "{question}"
            );
        };
        check(
            "total amount by city in the shop database",
            Some(0),
            "total amount by city",
        );
        check(
            "total amount by city in the database Shop?",
            Some(0),
            "total amount by city ?",
        );
        check("total amount of shopping", None, "total amount of shopping");
        check("Summe in İstanbul shop", Some(0), "Summe in İstanbul");
        check("ẞ İİ in the SHOP database, bitte", Some(0), "ẞ İİ , bitte");
        check("İ shopping", None, "İ shopping");
    }
}
