//! Data sources in a turn: tables are described, queries run, and their rows become files that later scripts read.
//!
//! What a database says, its errors included, is data and stands in a fence. A query that fails says what to do; one whose
//! rows were not all read says that no figure of the whole is right.

use std::{fmt::Write, sync::Arc};

use glovebox_sdk::{Column, Table as Shown};
use serde_json::Value;
use tokio_util::sync::CancellationToken;

use super::{
    Ending, Event, InputTable, Query, QueryEnded, QueryRows, Sources, catalogue,
    fence::fenced,
    tables,
    tool::{Describe, Sql},
    tool_result,
    turn::{ActiveTurn, Halt},
};
use crate::{
    connect::Schema,
    error::{Error, Result},
    files::profile::Profile,
    llm::Message,
    sources::asking::Askable,
};

/// Characters of a file's name, without its ending.
const NAME_MAX_CHARS: usize = 60;
const NO_QUERY_LEFT: &str = "That was more than the queries for this question. Answer now from the rows that you have, and say what is missing.";
const OURS: &str = "Something went wrong on our side. Try once more, or answer without it.";

impl ActiveTurn {
    /// Runs a query for the model's call `call_id`, the `call`th of the turn.
    pub async fn query(&mut self, call: u32, call_id: String, sql: Sql) -> Result<(), Ending> {
        let Some((sources, source)) = self.source(&sql.source) else {
            self.no_source(call_id);
            return Ok(());
        };
        let query = Query {
            source_id: source.id,
            source: source.name,
            engine: source.engine,
            // Nothing that is kept may hold it.
            sql: sql.query.replace('\0', ""),
        };
        self.tell.tell(Event::QueryBegun {
            call,
            query: query.clone(),
        });
        if self.totals.queries >= self.agent.budgets.queries {
            self.query_failed(call, call_id, NO_QUERY_LEFT.to_owned(), NO_QUERY_LEFT.to_owned());
            return Ok(());
        }
        self.totals.queries += 1;
        let stop = CancellationToken::new();
        let sandbox = self.agent.sandbox.clone();
        let asking = async {
            let fetched = sources.asking.fetch(query.source_id, &query.sql, &stop).await?;
            let profile = sources.asking.profile(&sandbox, &fetched).await?;
            Ok::<_, Error>((fetched, profile))
        };
        tokio::pin!(asking);
        let answered: std::result::Result<_, Halt> = tokio::select! {
            biased;
            halt = self.halted() => Err(halt),
            answered = &mut asking => Ok(answered),
        };
        let answered = match answered {
            Ok(answered) => answered,
            Err(halt) => {
                stop.cancel();
                // The database hears of it before the turn ends.
                let _ = asking.await;
                return Err(self.ended_by(halt));
            }
        };
        match answered {
            Ok((fetched, profile)) => {
                let name = self.free_name(&sql.name);
                let source = query.source;
                self.rows(call, call_id, QueryRows { name, source, fetched }, profile);
            }
            Err(error) => {
                let message = said(error);
                let told = format!("The query did not run.\n{}", fenced(&message));
                self.query_failed(call, call_id, message, told);
            }
        }
        Ok(())
    }

    /// Tells the columns of tables for the model's call `call_id`.
    pub async fn describe(&mut self, call_id: String, describe: Describe) -> Result<(), Ending> {
        let Some((sources, source)) = self.source(&describe.source) else {
            self.no_source(call_id);
            return Ok(());
        };
        let known = source
            .schema
            .clone()
            .filter(|schema| catalogue::answer(&source, schema, &describe.tables).1.is_empty());
        let looked = if let Some(schema) = known {
            Ok(schema)
        } else {
            // It may be newer than what is known.
            tokio::select! {
                biased;
                halt = self.halted() => return Err(self.ended_by(halt)),
                looked = sources.asking.look_up(source.id) => looked,
            }
        };
        let (text, failed) = match looked {
            Ok(schema) => {
                let told = described(&source, &schema, &describe.tables);
                self.keep_schema(&source, schema);
                told
            }
            Err(error) => {
                let text = format!("The tables could not be looked up.\n{}", fenced(&said(error)));
                (text, true)
            }
        };
        self.tool_result(call_id, text, failed);
        Ok(())
    }

    /// The rows are there: a table of the turn from now on.
    fn rows(&mut self, call: u32, call_id: String, rows: QueryRows, profile: Option<Profile>) {
        let rows = Arc::new(rows);
        let text = told(&rows, profile.as_ref());
        let path = rows.fetched.csv.path().to_owned();
        match profile {
            Some(profile) => self.turn.tables.push(InputTable {
                name: rows.name.clone(),
                version: None,
                newer: None,
                path,
                profile,
            }),
            None => self.turn.files.push(super::MadeFile {
                name: rows.name.clone(),
                path,
            }),
        }
        self.asked.push(Arc::clone(&rows));
        self.query_problem = None;
        self.tool_result(call_id, text, false);
        let ended = QueryEnded(Ok(rows));
        self.tell.tell(Event::QueryEnded { call, ended });
    }

    fn query_failed(&mut self, call: u32, call_id: String, message: String, told: String) {
        self.tool_result(call_id, told, true);
        self.query_problem = Some(message.clone());
        let ended = QueryEnded(Err(message));
        self.tell.tell(Event::QueryEnded { call, ended });
    }

    fn tool_result(&mut self, call_id: String, mut text: String, failed: bool) {
        text.push_str(self.count(!failed));
        self.messages.push(Message::ToolResult { call_id, text, failed });
    }

    fn no_source(&mut self, call_id: String) {
        let sources = self.turn.sources.iter().flat_map(|sources| &sources.list);
        let names: Vec<String> = sources.map(|source| source.name.clone()).collect();
        let text = format!(
            "There is no data source of this name. There are:\n{}",
            fenced(&names.join("\n"))
        );
        self.tool_result(call_id, text, true);
    }

    /// The source that is called so, in whatever case, or has this id.
    fn source(&self, name: &str) -> Option<(Sources, Askable)> {
        let sources = self.turn.sources.as_ref()?;
        let name = name.trim().to_lowercase();
        let is_it = |source: &&Askable| source.name.to_lowercase() == name || source.id.to_string() == name;
        let found = sources.list.iter().find(is_it)?.clone();
        let without_schemas = Sources {
            list: Vec::new(),
            asking: sources.asking.clone(),
        };
        Some((without_schemas, found))
    }

    fn keep_schema(&mut self, source: &Askable, schema: Schema) {
        let sources = self.turn.sources.iter_mut().flat_map(|sources| &mut sources.list);
        for known in sources.filter(|known| known.id == source.id) {
            known.schema = Some(schema.clone());
        }
    }

    /// A name that no table has, nor any file of this turn: what was made stays as it is.
    fn free_name(&self, wanted: &str) -> String {
        let taken = |name: &str| {
            let is = |other: &str| other.eq_ignore_ascii_case(name);
            self.turn.tables.iter().any(|table| is(&table.name))
                || self.made.keys().any(|made| is(made))
                || self.asked.iter().any(|rows| is(&rows.name))
        };
        let base = plain_name(wanted);
        let numbered = (2_u32..).map(|number| format!("{base}_{number}.csv"));
        let mut names = std::iter::once(format!("{base}.csv")).chain(numbered);
        names.find(|name| !taken(name)).unwrap_or_else(|| format!("{base}.csv"))
    }
}

/// Letters, digits, `-` and `_` of what somebody wants a file to be called, without its ending.
pub(super) fn plain_name(wanted: &str) -> String {
    let wanted = wanted.trim();
    let bare = wanted.rsplit(['/', '\\']).next().unwrap_or_default();
    let bare = match bare.len().checked_sub(4) {
        Some(at) if bare.is_char_boundary(at) && bare[at..].eq_ignore_ascii_case(".csv") => &bare[..at],
        _ => bare,
    };
    let plain = bare.chars().take(NAME_MAX_CHARS);
    let plain: String = plain
        .map(|c| if c.is_alphanumeric() || c == '-' { c } else { '_' })
        .collect();
    let plain = plain.trim_matches('_');
    if plain.is_empty() {
        "rows".to_owned()
    } else {
        plain.to_owned()
    }
}

fn described(source: &Askable, schema: &Schema, names: &[String]) -> (String, bool) {
    let (mut text, missing) = catalogue::answer(source, schema, names);
    if !missing.is_empty() {
        let _ = writeln!(text, "There is no table {}.", missing.join(", "));
    }
    if !missing.is_empty() || names.is_empty() {
        let _ = writeln!(text, "The tables are: {}", catalogue::names(source.engine, schema));
    }
    (fenced(&text), missing.len() == names.len() && !missing.is_empty())
}

/// The rows as the model is told them.
fn told(rows: &QueryRows, profile: Option<&Profile>) -> String {
    let QueryRows { name, fetched, .. } = rows;
    let count = fetched.ending.rows;
    let mut text = match count {
        0 => format!("The query gave no rows; {name} has the names of its columns alone.\n"),
        1 => format!("The query gave 1 row, which is in {name}.\n"),
        _ => format!("The query gave {count} rows, which are in {name}.\n"),
    };
    if fetched.ending.truncated {
        let _ = writeln!(
            text,
            "TRUNCATED: the source has more rows, which are not in the file. No total, count or mean of the file is right \
             for the whole. Ask for less, or have the query add up; if you use these rows nevertheless, say so."
        );
    }
    let columns = fetched.columns.iter();
    let shown = Shown {
        columns: columns
            .map(|column| Column {
                name: column.name.clone(),
                dtype: column.data_type.clone(),
            })
            .collect(),
        row_count: count,
        rows: fetched.first.iter().map(|row| cells(row)).collect(),
    };
    let mut data = String::new();
    let types = shown
        .columns
        .iter()
        .map(|column| format!("{} {}", column.name, column.dtype));
    let _ = writeln!(data, "columns in the source: {}", types.collect::<Vec<_>>().join(", "));
    if let Some(profile) = profile {
        let table = InputTable {
            name: name.clone(),
            version: None,
            newer: None,
            path: fetched.csv.path().to_owned(),
            profile: profile.clone(),
        };
        data.push_str(&tables::described(&[table]));
    }
    data.push_str(&tool_result::told_table("the rows", &shown));
    text.push_str(&fenced(&data.replace('\0', "␀")));
    text
}

fn cells(row: &[Option<String>]) -> Vec<Value> {
    let cell = |value: &Option<String>| value.clone().map_or(Value::Null, Value::String);
    row.iter().map(cell).collect()
}

/// What is wrong, for the model and for people.
fn said(error: Error) -> String {
    match error {
        Error::Internal(error) => {
            tracing::error!(error = format!("{error:#}"), "a source could not be asked");
            OURS.to_owned()
        }
        Error::Invalid(fields) => {
            let messages: Vec<String> = fields.into_iter().map(|field| field.message).collect();
            messages.join(" ").replace('\0', "␀")
        }
        error => error.to_string().replace('\0', "␀"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_rows_has_a_plain_name() {
        let check = |wanted: &str, expected: &str| assert_eq!(plain_name(wanted), expected);
        check("orders", "orders");
        check("Orders by city.CSV", "Orders_by_city");
        check("../../etc/passwd", "passwd");
        check("umsätze-2026", "umsätze-2026");
        check("<script>", "script");
        check(" ", "rows");
        check(&"x".repeat(200), &"x".repeat(60));
    }
}
