//! `--data` of `glovebox ask`: files become tables as they do on the server.

use std::{
    collections::{BTreeMap, VecDeque},
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::{super::data, UsageError};
use crate::{
    agent::InputTable,
    config::ServerLimits,
    files::{
        inspect::{Looking, Verdict},
        names,
        settings::ReadingSettings,
    },
    objects::{Spool, Spooled},
    sandbox::Sandbox,
};

/// Tables, and the bytes that were made of files for them.
pub struct Opened {
    pub tables: Vec<InputTable>,
    /// Gone when dropped.
    #[expect(dead_code, reason = "held, never read")]
    made: Vec<Spooled>,
}

/// The files behind `paths` by name.
pub fn files(paths: &[PathBuf]) -> Result<BTreeMap<String, PathBuf>, UsageError> {
    data::unchecked(paths).map_err(|UsageError(message)| {
        let last = paths.last().filter(|path| paths.len() > 1 && !path.exists());
        let question = last.is_some_and(|path| path.to_string_lossy().contains(' '));
        UsageError(if question {
            format!("{message}; write the question before --data")
        } else {
            message
        })
    })
}

/// Looks into each file.
///
/// # Errors
/// Says of the first one that is no table why, and in which line.
pub async fn open(files: BTreeMap<String, PathBuf>, sandbox: &Sandbox, spool: &Spool) -> Result<Opened> {
    let (limits, settings) = (ServerLimits::default(), ReadingSettings::default());
    let looking = Looking {
        spool,
        sandbox,
        unpacked_max_bytes: limits.unpacked_max_bytes,
        exact_max_bytes: limits.profile_exact_max_bytes,
        settings: &settings,
        may_fail: true,
    };
    let (mut tables, mut made) = (Vec::new(), Vec::new());
    let mut waiting: VecDeque<(String, PathBuf)> = files.into_iter().collect();
    while let Some((name, path)) = waiting.pop_front() {
        let table = match looking.look(&path, &name).await? {
            Verdict::Table(table) => *table,
            Verdict::Several(parts) => {
                // Each of a file's tables is looked into like a file.
                for (name, bytes) in parts {
                    waiting.push_back((name, bytes.path().to_owned()));
                    made.push(bytes);
                }
                continue;
            }
            Verdict::NotATable(problem) => {
                let line = problem.line.map(|line| format!(", line {line}")).unwrap_or_default();
                return Err(UsageError(format!("{}{line}: {}", shown(&path), problem.message)).into());
            }
        };
        let path = table.made.as_ref().map_or(path, |made| made.path().to_owned());
        made.extend(table.made);
        tables.push(InputTable {
            name,
            version: None,
            newer: None,
            path,
            profile: table.profile,
        });
    }
    let files: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
    for (name, table) in names::readable(&files).into_iter().zip(&mut tables) {
        table.name = name;
    }
    Ok(Opened { tables, made })
}

/// Short where it lies here.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().ok();
    let inside = here.and_then(|here| path.strip_prefix(here).ok().map(Path::to_owned));
    inside.unwrap_or_else(|| path.to_owned()).display().to_string()
}
