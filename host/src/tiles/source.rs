//! A tile out of a conversation: the script of the run that displayed a chart or a table, with the files it read.

use glovebox_sdk::Receipt;
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{Input, Kind, TileDraft};
use crate::{
    conversations::{messages::Message, parts::Part, scripts},
    error::{Error, Result},
    ids::{FileId, ProjectId},
    orgs::{Member, Role},
};

/// One output of a run of an answer.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// As the answer's parts have it.
    pub run_id: String,
    pub noun: Noun,
    /// Which of the run's charts or tables, from 0.
    pub number: u32,
}

/// What scripts display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OutputNoun)]
pub enum Noun {
    Chart,
    Table,
}

/// The tile that shows what a run of an answer displayed. What read files that are not the project's is refused.
pub async fn from_run(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    answer: &Message,
    wanted: &Wanted,
) -> Result<TileDraft> {
    member.at_least(Role::Member)?;
    let run_id = wanted.run_id.as_str();
    let mut displayed = answer.parts.iter().filter(|part| match part {
        Part::Chart { run_id: run, .. } => wanted.noun == Noun::Chart && run == run_id,
        Part::Table { run_id: run, .. } => wanted.noun == Noun::Table && run == run_id,
        _ => false,
    });
    let (kind, title) = match displayed.nth(wanted.number as usize) {
        Some(Part::Chart { title, .. }) => (Kind::Chart, title.clone()),
        Some(Part::Table { table, .. }) if is_number(table) => (Kind::Number, name_of(table)),
        Some(Part::Table { .. }) => (Kind::Table, String::new()),
        _ => {
            return Err(Error::invalid(
                "number",
                "unknown",
                "The answer has no such chart or table.",
            ));
        }
    };
    let found = answer.parts.iter().find_map(|part| match part {
        Part::Script { run_id: run, script } if run == run_id => Some(script.clone()),
        _ => None,
    });
    let receipt = answer.parts.iter().find_map(|part| match part {
        Part::Receipt {
            run_id: run, receipt, ..
        } if run == run_id => Some(receipt.as_ref()),
        _ => None,
    });
    let (Some(script), Some(receipt)) = (found, receipt) else {
        return Err(Error::conflict(
            "not_repeatable",
            "This answer has no script or no receipt of the run that made it, so it cannot be run again. Ask the \
             question again.",
        ));
    };
    if answer.imported {
        return Err(Error::conflict(
            "not_repeatable",
            "This answer was imported, so its script cannot be verified. Ask the question again in this project.",
        ));
    }
    let inputs = inputs(db, member, project_id, &script, receipt).await?;
    Ok(TileDraft {
        title,
        kind,
        script,
        parameters: receipt.parameters.clone(),
        seed: receipt.seed,
        clock_unix_ms: receipt.clock_unix_ms,
        output: wanted.number,
        inputs,
    })
}

/// One row whose first number is what somebody asked for.
fn is_number(table: &glovebox_sdk::Table) -> bool {
    let numbers = table
        .rows
        .first()
        .map_or(0, |row| row.iter().filter(|cell| cell.is_number()).count());
    table.row_count == 1 && numbers >= 1 && table.columns.len() <= 2
}

/// What the number is, by its column.
fn name_of(table: &glovebox_sdk::Table) -> String {
    let first = table
        .rows
        .first()
        .and_then(|row| row.iter().position(serde_json::Value::is_number));
    first
        .and_then(|at| table.columns.get(at))
        .map(|column| column.name.clone())
        .unwrap_or_default()
}

/// The project's files that the script read.
async fn inputs(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    script: &str,
    receipt: &Receipt,
) -> Result<Vec<Input>> {
    let names: Vec<_> = receipt.inputs.iter().map(|input| input.name.as_str()).collect();
    let read: Vec<_> = names
        .iter()
        .copied()
        .filter(|name| scripts::may_read(script, name))
        .collect();
    // A script that names none of them may have put a name together.
    let wanted = if read.is_empty() { names } else { read };
    let files = files(db, member, project_id).await?;
    let mut inputs = Vec::new();
    for name in wanted {
        let Some((_, id)) = files.iter().find(|(known, _)| known == name) else {
            return Err(Error::conflict(
                "not_repeatable",
                format!(
                    "The script reads {name}, which is not a file of the project: an earlier script or a query made it, or \
                     it was deleted. Save it as a file of the project, or ask for this in one step from the project's files."
                ),
            ));
        };
        inputs.push(Input {
            name: name.to_owned(),
            file_id: Some(*id),
        });
    }
    Ok(inputs)
}

/// A project's tables by the names under which scripts read them.
pub async fn files(db: &mut PgConnection, member: &Member, project_id: ProjectId) -> Result<Vec<(String, FileId)>> {
    let rows = sqlx::query!(
        r#"select f.id, regexp_replace(f.name, '(.)\.zip$', '\1', 'i') as "name!" from files f
           where f.org_id = $1 and f.project_id = $2 and f.deleted_at is null order by f.id"#,
        member.org_id.0,
        project_id.0,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.name, FileId(row.id))).collect())
}
