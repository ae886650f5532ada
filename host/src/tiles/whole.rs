//! Whole tables. What a run displayed is kept with its first rows alone; whoever wants all rows has the script run once
//! more, over the same bytes, with the same seed and clock, and all rows written to a file.
//!
//! Such a run has an address as any other, waits in the same queue and counts as a tile's run does, so a table is made
//! once, however many ask for it. It is handed out only where its beginning is what the readers saw: a table that came
//! out differently is refused.

use std::collections::BTreeMap;

use anyhow::Context;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use glovebox_sdk::Table;
use serde_json::Value;
use sqlx::{PgConnection, types::Json};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};

use super::{
    Tile,
    ask::Asker,
    handout,
    key::{StoredInput, StoredTask},
    results::{Output, TableColumn},
};
use crate::{
    conversations::{
        messages::Message,
        parts::{OWN_SCRIPT, Part},
        scripts,
    },
    error::{Error, Result},
    ids::OrgId,
    objects::{ObjectKey, Objects, Reader, Spool, Spooled, broke_off},
};

/// The file with the rows, among those of its run.
pub(super) const FILE: &str = ".glovebox-table.jsonl";
/// Minutes after which a run that failed is tried again.
const FAILED_MINUTES: i64 = 60;
/// Columns of a displayed table, and characters of a cell, at which the guest cuts.
const COLUMNS_MAX: usize = 1_000;
const CELL_MAX_CHARS: usize = 8_192;
const SCRIPT: &str = include_str!("whole.py");

/// A displayed table, with what it takes to make it again.
#[derive(Debug)]
pub struct Displayed {
    /// None where the rows that were displayed are all.
    task: Option<StoredTask>,
    /// Which of the run's tables, from 0.
    number: u32,
    columns: Vec<TableColumn>,
    row_count: u64,
    /// The first rows.
    rows: Vec<Vec<Value>>,
}

/// How far a whole table is.
#[derive(Debug)]
pub enum Made {
    Ready(Whole),
    /// Ask again in a moment.
    Waiting,
    /// It cannot be had; this says why.
    Failed(String),
}

/// A table with all of its rows.
#[derive(Debug)]
pub struct Whole {
    pub columns: Vec<TableColumn>,
    pub row_count: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Here(Vec<Vec<Value>>),
    Stored(ObjectKey),
}

impl Displayed {
    /// The table that a run of an answer displayed as its `number`th.
    pub async fn of_answer(
        db: &mut PgConnection,
        org_id: OrgId,
        answer: &Message,
        run_id: &str,
        number: u32,
    ) -> Result<Self> {
        let of_run = answer.parts.iter().filter(|part| part.run_id() == Some(run_id));
        let (mut script, mut receipt, mut tables) = (None, None, Vec::new());
        for part in of_run.filter(|_| run_id != OWN_SCRIPT) {
            match part {
                Part::Script { script: text, .. } => script = Some(text),
                Part::Receipt { receipt: found, .. } => receipt = Some(found),
                Part::Table { table, .. } => tables.push(table),
                _ => {}
            }
        }
        let table = tables.get(number as usize).ok_or(Error::Missing("table"))?;
        let mut displayed = Self {
            task: None,
            number,
            columns: columns(table),
            row_count: table.row_count,
            rows: table.rows.clone(),
        };
        if displayed.is_whole() {
            return Ok(displayed);
        }
        let (Some(script), Some(receipt), false) = (script, receipt, answer.imported) else {
            return Err(not_repeatable(
                "The run that made this table cannot be verified: it was imported, or has no receipt.",
            ));
        };
        let read = receipt.inputs.iter();
        let read: BTreeMap<_, _> = read
            .filter(|input| scripts::may_read(script, &input.name))
            .map(|input| (input.name.clone(), input.sha256.0.clone()))
            .collect();
        let digests: Vec<_> = read.values().cloned().collect();
        let found = sqlx::query!(
            r#"select distinct on (o.sha256) o.key, o.bytes, encode(o.sha256, 'hex') as "sha256!"
               from objects o
               where o.org_id = $1 and encode(o.sha256, 'hex') = any($2) and (
                 exists (
                   select from file_versions v join files f on f.id = v.file_id
                   join conversations c on c.project_id = f.project_id
                   where o.key in (v.object_key, v.table_key) and f.deleted_at is null and c.id = $3
                 )
                 or exists (select from generated_files g where g.object_key = o.key and g.conversation_id = $3)
               )"#,
            org_id.0,
            &digests,
            answer.conversation_id.0,
        )
        .fetch_all(db)
        .await?;
        let mut inputs = Vec::new();
        for (name, sha256) in read {
            let Some(object) = found.iter().find(|object| object.sha256 == sha256) else {
                return Err(not_repeatable(&format!(
                    "{name} is no longer stored as the script read it: it was deleted or changed."
                )));
            };
            inputs.push(StoredInput {
                name,
                object_key: object.key.clone(),
                sha256,
                bytes: object.bytes as u64,
            });
        }
        displayed.task = Some(StoredTask {
            script: script.clone(),
            parameters: receipt.parameters.clone(),
            seed: receipt.seed,
            clock_unix_ms: receipt.clock_unix_ms,
            inputs,
        });
        Ok(displayed)
    }

    /// The table that a tile shows in the result `key`; without one, in its last that went well.
    pub async fn of_tile(db: &mut PgConnection, org_id: OrgId, tile: &Tile, key: Option<&str>) -> Result<Self> {
        let key = handout::wanted(tile, key)?;
        let Output::Table {
            columns,
            row_count,
            rows,
        } = handout::output(db, org_id, tile, &key).await?
        else {
            return Err(handout::none());
        };
        let mut displayed = Self {
            task: None,
            number: tile.output,
            columns,
            row_count,
            rows,
        };
        if displayed.is_whole() {
            return Ok(displayed);
        }
        let task = sqlx::query_scalar!(
            r#"select task as "task: Json<StoredTask>" from tile_results where org_id = $1 and key = $2"#,
            org_id.0,
            key,
        )
        .fetch_one(db)
        .await?;
        displayed.task = Some(task.0);
        Ok(displayed)
    }

    /// The whole table, or a run that makes it.
    pub async fn ask(self, asker: &mut Asker<'_>) -> Result<Made> {
        let Some(task) = &self.task else {
            return Ok(Made::Ready(self.whole(None)));
        };
        let task = self.around(task);
        let key = task.key(asker.module);
        let refused = asker.enqueue(&[(key.clone(), task)]).await?;
        let keys = [key];
        let mut rows = asker.rows(&keys).await?;
        asker.touch(&keys).await?;
        let [key] = keys;
        let Some(row) = rows.remove(&key) else {
            return Ok(refused.map_or(Made::Waiting, Made::Failed));
        };
        if row.state != "done" {
            return Ok(Made::Waiting);
        }
        let org_id = asker.org_id;
        if row.outcome.as_deref() != Some("done") {
            // It is tried again, and not at the pace of those who ask, who may be readers of a link.
            let again = asker.now - TimeDelta::minutes(FAILED_MINUTES);
            if row.ended_at.is_some_and(|ended_at| ended_at <= again) {
                sqlx::query!("delete from tile_results where org_id = $1 and key = $2", org_id.0, key)
                    .execute(&mut *asker.db)
                    .await?;
            }
            let why = row.problem.unwrap_or_default();
            return Ok(Made::Failed(format!("The whole table could not be made. {why}")));
        }
        let tables = row.outputs.into_iter().flatten();
        let mut tables = tables.filter(|output| matches!(output, Output::Table { .. }));
        let again = tables.nth(self.number as usize);
        let file = sqlx::query_scalar!(
            "select object_key from tile_result_files where org_id = $1 and key = $2 and name = $3",
            org_id.0,
            key,
            FILE,
        )
        .fetch_optional(&mut *asker.db)
        .await?;
        match (again, file) {
            (Some(again), Some(file)) if self.is_beginning_of(&again) => Ok(Made::Ready(self.whole(Some(file)))),
            _ => Ok(Made::Failed(
                "The script produced a different table when it was run again, so the whole table is not available. Ask \
                 the question again."
                    .to_owned(),
            )),
        }
    }

    /// Whether nothing was left out when it was displayed.
    fn is_whole(&self) -> bool {
        let mut texts = self.rows.iter().flatten().filter_map(Value::as_str);
        self.rows.len() as u64 == self.row_count
            && self.columns.len() < COLUMNS_MAX
            && !texts.any(|text| text.len() > CELL_MAX_CHARS)
    }

    fn whole(self, stored: Option<String>) -> Whole {
        Whole {
            columns: self.columns,
            row_count: self.row_count,
            place: stored.map_or(Place::Here(self.rows), |key| Place::Stored(ObjectKey::stored(key))),
        }
    }

    /// The first run once more, around which the rows are written down.
    fn around(&self, task: &StoredTask) -> StoredTask {
        let script = SCRIPT
            .replace("{SCRIPT}", &BASE64_STANDARD.encode(&task.script))
            .replace("{NUMBER}", &self.number.to_string())
            .replace("{FILE}", FILE);
        StoredTask { script, ..task.clone() }
    }

    fn is_beginning_of(&self, output: &Output) -> bool {
        let Output::Table {
            columns,
            row_count,
            rows,
        } = output
        else {
            return false;
        };
        *columns == self.columns
            && *row_count == self.row_count
            && self.rows.iter().zip(rows).all(|(one, other)| one == other)
    }
}

impl Whole {
    /// The table as a CSV file that a script reads: with the columns' names, and every text as it is.
    pub async fn for_script(self, objects: &Objects, spool: &Spool) -> Result<Spooled> {
        let names: Vec<Value> = self.columns.iter().map(|column| column.name.clone().into()).collect();
        let mut file = spool.create()?;
        file.push(&csv(&[names], str::to_owned)?).await?;
        let mut rows = self.rows(objects).await?;
        while let Some(row) = rows.next().await? {
            file.push(&csv(&[row], str::to_owned)?).await?;
        }
        file.finish().await
    }

    /// The rows from the first one on.
    pub async fn rows(self, objects: &Objects) -> Result<WholeRows> {
        Ok(match self.place {
            Place::Here(rows) => WholeRows::Here(rows.into_iter()),
            Place::Stored(key) => WholeRows::Stored(BufReader::new(objects.get(&key, None).await?).lines()),
        })
    }
}

/// Rows of a whole table, one after the other.
pub enum WholeRows {
    Here(std::vec::IntoIter<Vec<Value>>),
    Stored(Lines<BufReader<Reader>>),
}

impl WholeRows {
    pub async fn next(&mut self) -> Result<Option<Vec<Value>>> {
        match self {
            Self::Here(rows) => Ok(rows.next()),
            Self::Stored(lines) => match lines.next_line().await.map_err(broke_off)? {
                Some(line) => Ok(serde_json::from_str(&line).context("a row of a whole table")?),
                None => Ok(None),
            },
        }
    }

    /// Passes over rows without looking into them.
    pub async fn skip(&mut self, count: u64) -> Result<()> {
        for _ in 0..count {
            let passed = match self {
                Self::Here(rows) => rows.next().is_some(),
                Self::Stored(lines) => lines.next_line().await.map_err(broke_off)?.is_some(),
            };
            if !passed {
                break;
            }
        }
        Ok(())
    }
}

fn columns(table: &Table) -> Vec<TableColumn> {
    let columns = table.columns.iter();
    columns
        .map(|column| TableColumn {
            name: column.name.clone(),
            dtype: column.dtype.clone(),
        })
        .collect()
}

fn not_repeatable(why: &str) -> Error {
    Error::conflict(
        "not_repeatable",
        format!("{why} Ask the question again to get the whole table."),
    )
}

/// Rows as lines of a CSV file (RFC 4180), with empty cells for what is missing, and a quote before texts that a
/// spreadsheet would take for a formula.
pub fn csv_of(rows: &[Vec<Value>]) -> Result<Vec<u8>> {
    csv(rows, harmless)
}

fn csv(rows: &[Vec<Value>], text_of: fn(&str) -> String) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for row in rows {
        let cells = row.iter().map(|cell| match cell {
            Value::Null => String::new(),
            Value::String(text) => text_of(text),
            other => other.to_string(),
        });
        writer.write_record(cells).context("writing a table")?;
    }
    let bytes = writer
        .into_inner()
        .map_err(|error| anyhow::anyhow!("writing a table: {error}"))?;
    Ok(bytes)
}

fn harmless(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']) && text.parse::<f64>().is_err();
    format!("{}{text}", if is_formula { "'" } else { "" })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_text_that_looks_like_a_formula_is_text() {
        let check = |cell: Value, expected: &str| {
            let csv = csv_of(&[vec![cell, 1.into()]]).unwrap();
            assert_eq!(String::from_utf8(csv).unwrap(), format!("{expected},1\r\n"));
        };
        check(json!("=1+1"), "'=1+1");
        check(json!("@x"), "'@x");
        check(json!("-5"), "-5");
        check(json!(-5.5), "-5.5");
        check(json!("a,\"b\""), "\"a,\"\"b\"\"\"");
        check(Value::Null, "");
    }
}
