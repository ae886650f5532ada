//! The files that the tools work on: looked into when they are first needed, and again when they have changed.

use std::{
    collections::{BTreeMap, VecDeque},
    fs::{self, File},
    io::{Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    sync::Arc,
    time::SystemTime,
};

use anyhow::{Context, Result, bail};
use serde::Serialize;
use tokio::sync::Mutex;

use crate::{
    agent,
    cli::data,
    config::ServerLimits,
    files::{
        inspect::{InspectedTable, Looking, Verdict},
        names,
        profile::Profile,
        rows::{self, PAGE_MAX_ROWS},
        settings::ReadingSettings,
    },
    objects::{Spool, Spooled},
    sandbox::Sandbox,
};

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
    found: Vec<Looked>,
}

/// A file, or one of the several tables in it, by the name that scripts use.
#[derive(Clone)]
pub struct Looked {
    pub name: String,
    bytes: Bytes,
    found: Found,
}

/// Where a file's bytes lie.
#[derive(Clone)]
enum Bytes {
    File(PathBuf),
    Made(Arc<Spooled>),
}

#[derive(Clone)]
enum Found {
    Table(Arc<InspectedTable>),
    /// Why it is none, with the line where there is one.
    No(String),
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
pub struct Page {
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
        let files = data::unchecked(&self.paths)?;
        known.retain(|path, _| files.values().any(|file| file == path));
        let mut all = Vec::new();
        for (name, path) in files {
            all.extend(self.look(&mut known, name, path).await?);
        }
        let written: Vec<&str> = all.iter().map(|file| file.name.as_str()).collect();
        for (name, file) in names::readable(&written).into_iter().zip(&mut all) {
            file.name = name;
        }
        Ok(all)
    }

    async fn look(&self, known: &mut BTreeMap<PathBuf, Known>, name: String, path: PathBuf) -> Result<Vec<Looked>> {
        let about = fs::metadata(&path).with_context(|| format!("reading {}", path.display()))?;
        let (bytes, modified) = (about.len(), about.modified().ok());
        if let Some(seen) = known.get(&path)
            && (seen.bytes, seen.modified) == (bytes, modified)
        {
            return Ok(seen.found.clone());
        }
        let (limits, settings) = (ServerLimits::default(), ReadingSettings::default());
        let looking = Looking {
            spool: &self.spool,
            sandbox: &self.sandbox,
            unpacked_max_bytes: limits.unpacked_max_bytes,
            exact_max_bytes: limits.profile_exact_max_bytes,
            settings: &settings,
            may_fail: true,
        };
        let mut all = Vec::new();
        let mut waiting = VecDeque::from([(name, Bytes::File(path.clone()))]);
        while let Some((name, bytes)) = waiting.pop_front() {
            let found = match looking.look(bytes.path(), &name).await? {
                Verdict::Table(table) => Found::Table(Arc::from(table)),
                Verdict::Several(parts) => {
                    // Each of a file's tables is looked into like a file.
                    let parts = parts.into_iter();
                    waiting.extend(parts.map(|(name, bytes)| (name, Bytes::Made(Arc::new(bytes)))));
                    continue;
                }
                Verdict::NotATable(problem) => Found::No(match problem.line {
                    Some(line) => format!("line {line}: {}", problem.message),
                    None => problem.message,
                }),
            };
            all.push(Looked { name, bytes, found });
        }
        let seen = Known {
            bytes,
            modified,
            found: all.clone(),
        };
        known.insert(path, seen);
        Ok(all)
    }
}

impl Bytes {
    fn path(&self) -> &Path {
        match self {
            Self::File(path) => path,
            Self::Made(bytes) => bytes.path(),
        }
    }
}

impl Looked {
    /// Where a script finds it: a table in UTF-8 and unpacked, anything else as it is.
    pub fn input(&self) -> (String, PathBuf) {
        (self.name.clone(), self.path().to_owned())
    }

    /// The table for a question; `None` where it is none.
    pub fn table(&self) -> Option<agent::InputTable> {
        let Found::Table(table) = &self.found else { return None };
        Some(agent::InputTable {
            name: self.name.clone(),
            version: None,
            newer: None,
            path: self.path().to_owned(),
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
    pub async fn rows(&self, offset: u64, limit: u64) -> Result<Page> {
        let limit = limit.clamp(1, PAGE_MAX_ROWS);
        let table = match &self.found {
            Found::Table(table) => Arc::clone(table),
            Found::No(problem) => bail!("{} is no table: {problem}", self.name),
        };
        let (path, total) = (self.path().to_owned(), table.profile.row_count);
        let columns = table.profile.columns.iter().map(|column| column.name.clone()).collect();
        let wanted = limit.min(total.saturating_sub(offset));
        let read = tokio::task::spawn_blocking(move || page(&path, &table, offset, wanted));
        let rows = read.await.context("reading rows")?;
        let rows = rows.with_context(|| format!("reading {}", self.name))?;
        if rows.is_empty() && wanted > 0 {
            bail!(
                "row {offset} of {} is too long to be shown; read it by run_script",
                self.name
            );
        }
        Ok(Page {
            columns,
            rows,
            offset,
            total,
        })
    }

    fn path(&self) -> &Path {
        match &self.found {
            Found::Table(table) => table.made.as_ref().map_or(self.bytes.path(), Spooled::path),
            Found::No(_) => self.bytes.path(),
        }
    }
}

fn page(path: &Path, table: &InspectedTable, offset: u64, wanted: u64) -> Result<Vec<Vec<Option<String>>>> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    let Some((range, first)) = table.index.window(offset, wanted, size).filter(|_| wanted > 0) else {
        return Ok(Vec::new());
    };
    file.seek(SeekFrom::Start(range.start))?;
    let mut bytes = Vec::new();
    file.take(range.end - range.start).read_to_end(&mut bytes)?;
    let to_end = range.end == size;
    Ok(rows::page(
        &bytes,
        &table.profile.shape(),
        first,
        offset,
        wanted,
        to_end,
    ))
}
