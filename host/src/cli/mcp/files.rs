//! The files that the tools work on: looked into when they are first needed, and again when they have changed.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use anyhow::{Context, Result};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::{
    agent,
    cli::data,
    config::ServerLimits,
    files::{
        look::{Looking, Table, Verdict},
        profile::Profile,
        rows::{self, PAGE_MAX_ROWS},
    },
    objects::Spool,
    sandbox::Sandbox,
};

/// Bytes of a table in which its rows are looked for.
const READ_MAX_BYTES: u64 = 16 << 20;

pub struct Files {
    paths: Vec<PathBuf>,
    sandbox: Sandbox,
    spool: Spool,
    known: Mutex<BTreeMap<PathBuf, Known>>,
}

/// What was found in a file, and of which state of it.
struct Known {
    bytes: u64,
    modified: Option<SystemTime>,
    found: Found,
}

#[derive(Clone)]
enum Found {
    Table(Arc<Table>),
    /// Why it is none, with the line where there is one.
    No(String),
}

/// A file by its name.
pub struct Looked {
    pub name: String,
    path: PathBuf,
    found: Found,
}

/// A file, as the tool describes it.
#[derive(Serialize)]
pub struct Description<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    table: Option<&'a Profile>,
    #[serde(skip_serializing_if = "Option::is_none")]
    problem: Option<&'a str>,
}

/// Rows of a table.
#[derive(Serialize)]
pub struct Rows {
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Option<String>>>,
    pub offset: u64,
    /// Rows of the whole table.
    pub total: u64,
}

impl Files {
    /// The files behind `paths`, which have to be there.
    pub fn new(paths: Vec<PathBuf>, sandbox: Sandbox, spool: Spool) -> Result<Self> {
        data::unchecked(&paths)?;
        Ok(Self {
            paths,
            sandbox,
            spool,
            known: Mutex::default(),
        })
    }

    /// All of them as they are now, by name.
    pub async fn all(&self) -> Result<Vec<Looked>> {
        let mut known = self.known.lock().await;
        let mut all = Vec::new();
        for (name, path) in data::unchecked(&self.paths)? {
            let found = self.look(&mut known, &name, &path).await?;
            all.push(Looked { name, path, found });
        }
        known.retain(|path, _| all.iter().any(|file| file.path == *path));
        Ok(all)
    }

    async fn look(&self, known: &mut BTreeMap<PathBuf, Known>, name: &str, path: &Path) -> Result<Found> {
        let about = fs::metadata(path).with_context(|| format!("reading {}", path.display()))?;
        let (bytes, modified) = (about.len(), about.modified().ok());
        if let Some(seen) = known.get(path)
            && (seen.bytes, seen.modified) == (bytes, modified)
        {
            return Ok(seen.found.clone());
        }
        let limits = ServerLimits::default();
        let looking = Looking {
            spool: &self.spool,
            sandbox: &self.sandbox,
            unpacked_max_bytes: limits.unpacked_max_bytes,
            exact_max_bytes: limits.profile_exact_max_bytes,
            may_fail: true,
        };
        let found = match looking.look(path, name).await? {
            Verdict::Table(table) => Found::Table(Arc::from(table)),
            Verdict::NotATable(problem) => Found::No(match problem.line {
                Some(line) => format!("line {line}: {}", problem.message),
                None => problem.message,
            }),
        };
        let seen = Known {
            bytes,
            modified,
            found: found.clone(),
        };
        known.insert(path.to_owned(), seen);
        Ok(found)
    }
}

impl Looked {
    /// Where a script finds it: a table in UTF-8 and unpacked, anything else as it is.
    pub fn input(&self) -> (String, PathBuf) {
        (self.name.clone(), self.bytes_at().to_owned())
    }

    /// The table for a question; `None` where it is none.
    pub fn table(&self) -> Option<agent::Table> {
        let Found::Table(table) = &self.found else { return None };
        Some(agent::Table {
            name: self.name.clone(),
            path: self.bytes_at().to_owned(),
            profile: table.profile.clone(),
        })
    }

    pub fn describe(&self) -> Description<'_> {
        let (table, problem) = match &self.found {
            Found::Table(table) => (Some(&table.profile), None),
            Found::No(problem) => (None, Some(problem.as_str())),
        };
        Description {
            name: &self.name,
            table,
            problem,
        }
    }

    /// The rows from `offset` on, at most `limit` of them, as the text that stands in the file.
    pub async fn rows(&self, offset: u64, limit: u64) -> Result<Rows> {
        let limit = limit.clamp(1, PAGE_MAX_ROWS);
        let table = match &self.found {
            Found::Table(table) => table,
            Found::No(problem) => anyhow::bail!("{} is no table: {problem}", self.name),
        };
        let path = self.bytes_at().to_owned();
        let delimiter = table.profile.delimiter.bytes().next().unwrap_or(b',');
        let read = tokio::task::spawn_blocking(move || {
            use std::io::Read;
            let file = fs::File::open(&path)?;
            let whole = file.metadata()?.len() <= READ_MAX_BYTES;
            let mut bytes = Vec::new();
            file.take(READ_MAX_BYTES).read_to_end(&mut bytes)?;
            Ok::<_, std::io::Error>(rows::beginning(&bytes, delimiter, whole, offset, limit))
        });
        let found = read
            .await
            .context("reading rows")?
            .with_context(|| format!("reading {}", self.name))?;
        let found = found.with_context(|| format!("{}: its first row is too long to be shown", self.name))?;
        let total = table.profile.row_count;
        if found.rows.is_empty() && offset < total && found.total.is_none() {
            anyhow::bail!("row {offset} of {} lies too far in; read it by run_script", self.name);
        }
        Ok(Rows {
            columns: found.columns,
            rows: found.rows,
            offset,
            total,
        })
    }

    fn bytes_at(&self) -> &Path {
        match &self.found {
            Found::Table(table) => table.made.as_ref().map_or(&self.path, |made| made.path()),
            Found::No(_) => &self.path,
        }
    }
}
