//! Tables in another form than text become CSV, in the sandbox.

use std::{fs::File, io, path::Path};

use anyhow::{Context, ensure};
use glovebox_sdk::{LimitKind, Limits, Outcome};
use serde::Deserialize;
use serde_json::json;

use super::{Problem, normalise::Form};
use crate::{
    error::Result,
    objects::{Spool, Spooled},
    sandbox::{Finished, Sandbox, Task},
};

const SCRIPT: &str = include_str!("convert.py");
const ANSWER: &str = "tables.json";
/// Bytes of the answer beside the tables.
const ANSWER_MAX_BYTES: u64 = 1 << 20;
/// Tables of one file, such as a workbook's sheets.
pub const TABLES_MAX: usize = 50;
const TEXT_MAX_CHARS: usize = 400;

/// What became of a file.
#[derive(Debug)]
pub enum Converted {
    Tables {
        /// By name, as CSV.
        tables: Vec<(String, Spooled)>,
        /// What was left out.
        notes: Vec<String>,
    },
    NotATable(Problem),
    /// The sandbox did not come to an end. With `again`, another try may.
    Trouble {
        message: String,
        again: bool,
    },
}

/// Makes CSV of the file at `path`. All tables together have at most `max_bytes`.
pub async fn run(sandbox: &Sandbox, spool: &Spool, path: &Path, form: Form, max_bytes: u64) -> Result<Converted> {
    let mut task = Task::new("convert.py", SCRIPT);
    task.inputs = vec![("file".to_owned(), path.to_owned())];
    let kind = match form {
        Form::Xlsx => "xlsx",
        Form::Binary => "binary",
        Form::Ods => "ods",
        Form::Json => "json",
        Form::Parquet => "parquet",
        Form::Arrow => "arrow",
    };
    task.parameters = [
        ("kind".to_owned(), json!(kind)),
        ("tables_max".to_owned(), json!(TABLES_MAX)),
    ]
    .into();
    task.limits = limits(max_bytes);
    let run = sandbox.run(task).await.context("starting a conversion")?;
    let finished = run.finish().await.context("following a conversion")?;
    let trouble = |message: &str, again| Converted::Trouble {
        message: message.to_owned(),
        again,
    };
    Ok(match &finished.report.outcome {
        Outcome::Done { .. } => {
            let spool = spool.clone();
            let read = tokio::task::spawn_blocking(move || answer(&finished, &spool))
                .await
                .context("reading a conversion")?;
            read.unwrap_or_else(|error| trouble(&format!("its answer is not valid: {error:#}"), false))
        }
        // Time and crashes depend on the machine, everything else on the file alone.
        Outcome::Limit {
            limit: LimitKind::WallMs,
            message,
            ..
        }
        | Outcome::Crashed { message } => trouble(message, true),
        Outcome::Stopped => trouble("it was stopped", true),
        Outcome::Limit { message, .. } => trouble(message, false),
        Outcome::Fault(fault) => trouble(&format!("{}: {}", fault.kind, fault.message), false),
    })
}

fn limits(max_bytes: u64) -> Limits {
    Limits {
        fuel: 600_000_000_000,
        wall_ms: 300_000,
        memory_bytes: 3 << 30,
        stdout_bytes: 64 << 10,
        output_bytes: max_bytes + ANSWER_MAX_BYTES,
        output_files: TABLES_MAX as u64 + 1,
        output_file_bytes: max_bytes,
        input_bytes: u64::MAX,
        ..Limits::default()
    }
}

/// The answer as the script writes it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Answer {
    Problem { problem: String },
    Tables { tables: Vec<String>, notes: Vec<String> },
}

fn answer(finished: &Finished, spool: &Spool) -> anyhow::Result<Converted> {
    let folder = finished.out.path();
    let file = |name: &str, max_bytes: u64| {
        let path = folder.join(name);
        let metadata = path.symlink_metadata().context("finding it")?;
        ensure!(
            metadata.is_file() && metadata.len() <= max_bytes,
            "it is not a file of its size"
        );
        File::open(path).context("opening it")
    };
    let answer = serde_json::from_reader(file(ANSWER, ANSWER_MAX_BYTES)?).context("it is not the JSON it should be")?;
    let (names, notes) = match answer {
        Answer::Problem { problem } => {
            return Ok(Converted::NotATable(Problem {
                message: cut(&problem),
                line: None,
            }));
        }
        Answer::Tables { tables, notes } => (tables, notes),
    };
    ensure!((1..=TABLES_MAX).contains(&names.len()), "it has no tables, or too many");
    let mut tables = Vec::new();
    for (at, name) in names.iter().enumerate() {
        let mut made = spool.create()?;
        io::copy(&mut file(&format!("{at}.csv"), u64::MAX)?, &mut made).context("copying a table")?;
        tables.push((cut(name), made.finish_here()?));
    }
    Ok(Converted::Tables {
        tables,
        notes: notes.iter().take(10).map(|note| cut(note)).collect(),
    })
}

fn cut(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(TEXT_MAX_CHARS).collect()
}
