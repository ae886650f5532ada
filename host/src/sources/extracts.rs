//! Queries at a source: rows to look at, or rows that become a file, with a receipt.
//!
//! A script never reaches a database: it reads the file, which stays as it is. People make versions of a project's file,
//! answers make files of their conversation; both [fetch] rows in the same way. The receipt says which statement gave
//! which rows, whether there were more, and of which server.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use sqlx::{PgConnection, PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::ServerLimits,
    connect::{Caps, Column, Connector, Ending, Payer, Sink, Target, gate},
    error::{Error, Result},
    files::{self, File, Upload, hex, names::FileName},
    ids::{ExtractId, FileId, GeneratedFileId, ProjectId, SourceId, UserId},
    objects::{Objects, Spool, Spooled, Spooling},
    orgs::Member,
};

use tokio_util::sync::CancellationToken;

/// Characters of a statement.
pub const SQL_MAX_CHARS: usize = 100_000;
/// Rows of an extract that are kept in memory, to be looked at.
pub const FIRST_ROWS: usize = 20;
/// Characters of each value in them.
const FIRST_CHARS: usize = 200;
/// Bytes of rows that are collected before they are written.
const CHUNK_BYTES: usize = 256 << 10;

/// A query of somebody.
#[derive(Clone, Debug)]
pub struct Query {
    pub source_id: SourceId,
    pub sql: String,
    pub parameters: BTreeMap<String, Value>,
}

impl Query {
    /// A query of some words, and not of too many.
    pub fn new(source_id: SourceId, sql: String, parameters: BTreeMap<String, Value>) -> Result<Self> {
        if sql.trim().is_empty() {
            return Err(Error::invalid("sql", "required", "Write a query."));
        }
        if sql.chars().count() > SQL_MAX_CHARS {
            let message = format!("Write a query of at most {SQL_MAX_CHARS} characters.");
            return Err(Error::invalid("sql", "too_long", message));
        }
        Ok(Self {
            source_id,
            sql,
            parameters,
        })
    }

    /// SHA-256 of the statement, in lower-case hexadecimal digits.
    pub fn sha256(&self) -> String {
        hex(&Sha256::digest(&self.sql))
    }
}

/// The rows of a query on this machine, as CSV.
#[derive(Debug)]
pub struct Fetched {
    pub query: Query,
    pub csv: Spooled,
    /// With the names that they have in the CSV.
    pub columns: Vec<Column>,
    /// The first rows, at most [`FIRST_ROWS`].
    pub first: Vec<Vec<Option<String>>>,
    pub ending: Ending,
    pub duration_ms: i64,
}

/// The first rows of a query.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SourceRows)]
pub struct Preview {
    pub columns: Vec<Column>,
    /// Row by row, as text; null is NULL.
    pub rows: Vec<Vec<Option<String>>>,
    /// Whether there are more.
    pub truncated: bool,
    /// The server's product and version.
    pub server: String,
    pub duration_ms: i64,
}

/// A query whose rows became a file: its receipt.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = SourceExtract)]
pub struct Extract {
    pub id: ExtractId,
    pub source_id: SourceId,
    pub project_id: ProjectId,
    /// The project's file; null where the rows are a conversation's, and once the file is gone for good.
    pub file_id: Option<FileId>,
    pub file_version: Option<i32>,
    /// The conversation's file, where an answer asked; null once it is gone for good.
    pub generated_file_id: Option<GeneratedFileId>,
    pub file_name: String,
    pub sql: String,
    /// SHA-256 of the statement, in lower-case hexadecimal digits.
    pub sql_sha256: String,
    pub parameters: BTreeMap<String, Value>,
    pub columns: Vec<Column>,
    pub rows: i64,
    /// Bytes of the values.
    pub bytes: i64,
    /// Whether there were more rows than were read.
    pub truncated: bool,
    /// The server's product and version.
    pub server: String,
    /// Null once their account is deleted.
    pub taken_by: Option<UserId>,
    pub taken_at: DateTime<Utc>,
    pub duration_ms: i64,
}

/// Rows of `query` to look at: at most `source_preview_rows`.
pub async fn preview(
    connector: &Connector,
    limits: &ServerLimits,
    member: &Member,
    target: &Target,
    query: &Query,
    stop: &CancellationToken,
) -> Result<Preview> {
    let statement = gate::check(target.engine, &query.sql, &query.parameters)?;
    let caps = Caps {
        rows: limits.source_preview_rows.into(),
        // As many bytes as a table's preview is made of.
        bytes: limits.preview_max_bytes,
        ..Caps::new(limits)
    };
    let mut seen = Seen::default();
    let began = Instant::now();
    let ending = connector
        .query(payer(member, query), limits, target, &statement, &caps, &mut seen, stop)
        .await?;
    Ok(Preview {
        columns: seen.columns,
        rows: seen.rows,
        truncated: ending.truncated,
        server: ending.server,
        duration_ms: millis(began.elapsed()),
    })
}

/// What an extract needs of the server.
#[derive(Clone, Debug)]
pub struct Stores {
    pub db: PgPool,
    pub objects: Objects,
    pub spool: Spool,
    pub connector: Connector,
    pub limits: ServerLimits,
}

/// Brings the rows of `query` to this machine, up to the caps. Every query whose rows are kept comes by here.
pub async fn fetch(
    (connector, spool): (&Connector, &Spool),
    limits: &ServerLimits,
    member: &Member,
    target: &Target,
    query: Query,
    stop: &CancellationToken,
) -> Result<Fetched> {
    let statement = gate::check(target.engine, &query.sql, &query.parameters)?;
    let mut csv = Csv {
        spooling: spool.create()?,
        pending: Vec::with_capacity(CHUNK_BYTES + 4096),
        columns: Vec::new(),
        first: Vec::new(),
    };
    let caps = Caps::new(limits);
    let began = Instant::now();
    let ending = connector
        .query(payer(member, &query), limits, target, &statement, &caps, &mut csv, stop)
        .await?;
    let duration_ms = millis(began.elapsed());
    csv.flush().await?;
    Ok(Fetched {
        query,
        csv: csv.spooling.finish().await?,
        columns: csv.columns,
        first: csv.first,
        ending,
        duration_ms,
    })
}

/// Where the rows of a query go.
#[derive(Clone, Debug)]
pub enum Destination {
    /// A new file of this name, or the next version of the one that has it.
    Named(FileName),
    /// The next version of this file, whatever its name is by then.
    File(FileId),
}

/// Makes the rows of `query` a version of a file of the project.
///
/// # Errors
/// Where the file is gone, before the query and after it.
pub async fn take(
    stores: &Stores,
    now: DateTime<Utc>,
    member: &Member,
    target: &Target,
    query: Query,
    (project_id, to): (ProjectId, Destination),
    stop: &CancellationToken,
) -> Result<(Extract, File)> {
    name_of(&stores.db, member, &to).await?;
    let limits = &stores.limits;
    let place = (&stores.connector, &stores.spool);
    let Fetched {
        query,
        csv: bytes,
        columns,
        ending,
        duration_ms,
        ..
    } = fetch(place, limits, member, target, query, stop).await?;
    // It may have been renamed or deleted meanwhile.
    let name = name_of(&stores.db, member, &to).await?;
    let upload = Upload {
        project_id,
        name,
        bytes,
    };
    let file = files::store(&stores.db, &stores.objects, limits, now, member, &upload).await?;
    let mut db = stores.db.acquire().await?;
    let receipt = Receipt {
        query: &query,
        columns: &columns,
        ending: &ending,
        duration_ms,
        project_id,
        name: &file.name,
        became: Became::Version(file.id, file.latest.version),
    };
    let id = record(&mut db, now, member, &receipt).await?;
    let extract = get(&mut db, member, query.source_id, id).await?;
    Ok((extract, file))
}

async fn name_of(db: &PgPool, member: &Member, to: &Destination) -> Result<FileName> {
    let id = match to {
        Destination::Named(name) => return Ok(name.clone()),
        Destination::File(id) => *id,
    };
    match files::get(&mut *db.acquire().await?, member, id).await {
        Ok(file) => FileName::parse("file_name", &file.name),
        Err(Error::Missing(_)) => Err(file_gone()),
        Err(error) => Err(error),
    }
}

/// There is no file any more that rows could be a version of.
pub fn file_gone() -> Error {
    Error::conflict(
        "file_gone",
        "The file was deleted. Restore it, or run the query on the source's page to make a new one.",
    )
}

/// What the receipt of an extract says.
#[derive(Debug)]
pub struct Receipt<'a> {
    pub query: &'a Query,
    pub columns: &'a [Column],
    pub ending: &'a Ending,
    pub duration_ms: i64,
    pub project_id: ProjectId,
    /// What the rows are called.
    pub name: &'a str,
    pub became: Became,
}

/// What the rows of an extract are now.
#[derive(Clone, Copy, Debug)]
pub enum Became {
    /// A version of a project's file.
    Version(FileId, i32),
    /// A file of a conversation; none where it could not be kept.
    Generated(Option<GeneratedFileId>),
}

/// Writes a receipt down.
pub async fn record(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    receipt: &Receipt<'_>,
) -> Result<ExtractId> {
    let id = ExtractId::new();
    let Receipt { query, ending, .. } = receipt;
    let (file, version, generated) = match receipt.became {
        Became::Version(file, version) => (Some(file.0), Some(version), None),
        Became::Generated(file) => (None, None, file.map(|file| file.0)),
    };
    sqlx::query!(
        "insert into source_extracts (id, org_id, source_id, file_id, file_version, generated_file_id, project_id, file_name,
                                      sql, sql_sha256, parameters, columns, rows, bytes, truncated, server, taken_by,
                                      taken_at, duration_ms)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19)",
        id.0,
        member.org_id.0,
        query.source_id.0,
        file,
        version,
        generated,
        receipt.project_id.0,
        receipt.name,
        query.sql,
        Sha256::digest(&query.sql).to_vec(),
        Json(&query.parameters) as _,
        Json(receipt.columns) as _,
        ending.rows as i64,
        ending.bytes as i64,
        ending.truncated,
        ending.server,
        member.user_id.0,
        now,
        receipt.duration_ms,
    )
    .execute(db)
    .await?;
    Ok(id)
}

/// The receipts of a source, the newest first: at most `limit` of those behind `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    source_id: SourceId,
    after: Option<ExtractId>,
    limit: u32,
) -> Result<Vec<Extract>> {
    let rows = sqlx::query!(
        r#"select id, source_id, project_id, file_id, file_version, generated_file_id, file_name, sql, sql_sha256,
                  parameters as "parameters: Json<BTreeMap<String, Value>>", columns as "columns: Json<Vec<Column>>", rows, bytes,
                  truncated, server, taken_by, taken_at, duration_ms
           from source_extracts where org_id = $1 and source_id = $2 and id < $3 order by id desc limit $4"#,
        member.org_id.0,
        source_id.0,
        after.map_or(Uuid::max(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    let extracts = rows.into_iter().map(|row| Extract {
        id: ExtractId(row.id),
        source_id: SourceId(row.source_id),
        project_id: ProjectId(row.project_id),
        file_id: row.file_id.map(FileId),
        file_version: row.file_version,
        generated_file_id: row.generated_file_id.map(GeneratedFileId),
        file_name: row.file_name,
        sql: row.sql,
        sql_sha256: hex(&row.sql_sha256),
        parameters: row.parameters.0,
        columns: row.columns.0,
        rows: row.rows,
        bytes: row.bytes,
        truncated: row.truncated,
        server: row.server,
        taken_by: row.taken_by.map(UserId),
        taken_at: row.taken_at,
        duration_ms: row.duration_ms,
    });
    Ok(extracts.collect())
}

/// One receipt of a source.
pub async fn get(db: &mut PgConnection, member: &Member, source_id: SourceId, id: ExtractId) -> Result<Extract> {
    // The ones behind an id begin with the one before it; the id itself is the first behind its successor.
    let next = ExtractId(Uuid::from_u128(id.0.as_u128().saturating_add(1)));
    let found = list(db, member, source_id, Some(next), 1).await?.pop();
    found
        .filter(|extract| extract.id == id)
        .ok_or(Error::Missing("extract"))
}

fn payer(member: &Member, query: &Query) -> Payer {
    Payer {
        org: member.org_id.0,
        source: query.source_id.0,
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

#[derive(Default)]
struct Seen {
    columns: Vec<Column>,
    rows: Vec<Vec<Option<String>>>,
}

impl Sink for Seen {
    async fn columns(&mut self, columns: &[Column]) -> Result<()> {
        self.columns = columns.to_vec();
        Ok(())
    }

    async fn row(&mut self, cells: &[Option<String>]) -> Result<()> {
        self.rows.push(cells.to_vec());
        Ok(())
    }
}

/// Rows as CSV (RFC 4180). NULL is nothing between the commas, and an empty text is `""`.
struct Csv {
    spooling: Spooling,
    pending: Vec<u8>,
    columns: Vec<Column>,
    first: Vec<Vec<Option<String>>>,
}

impl Csv {
    async fn flush(&mut self) -> Result<()> {
        let pending = mem::take(&mut self.pending);
        self.spooling.push(&pending).await?;
        self.pending = pending;
        self.pending.clear();
        Ok(())
    }
}

impl Sink for Csv {
    async fn columns(&mut self, columns: &[Column]) -> Result<()> {
        self.columns = distinct(columns);
        let names = self.columns.iter().map(|column| Some(column.name.as_str()));
        line(&mut self.pending, names);
        Ok(())
    }

    async fn row(&mut self, cells: &[Option<String>]) -> Result<()> {
        if self.first.len() < FIRST_ROWS {
            let cut = |cell: &Option<String>| cell.as_ref().map(|text| text.chars().take(FIRST_CHARS).collect());
            self.first.push(cells.iter().map(cut).collect());
        }
        line(&mut self.pending, cells.iter().map(Option::as_deref));
        if self.pending.len() >= CHUNK_BYTES {
            self.flush().await?;
        }
        Ok(())
    }
}

/// Columns whose names all differ: `n`, `n_2`, …
fn distinct(columns: &[Column]) -> Vec<Column> {
    let mut named: Vec<Column> = Vec::with_capacity(columns.len());
    let mut taken = HashSet::new();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for column in columns {
        let count = counts.entry(&column.name).or_insert(1);
        let mut name = column.name.clone();
        while taken.contains(&name) {
            *count += 1;
            name = format!("{}_{count}", column.name);
        }
        taken.insert(name.clone());
        let data_type = column.data_type.clone();
        named.push(Column { name, data_type });
    }
    named
}

fn line<'a>(out: &mut Vec<u8>, cells: impl ExactSizeIterator<Item = Option<&'a str>>) {
    let alone = cells.len() == 1;
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match cell {
            // A line of nothing would be no row.
            None if alone => out.extend_from_slice(b"\"\""),
            None => {}
            Some(text) if text.is_empty() || text.bytes().any(|byte| matches!(byte, b'"' | b',' | b'\n' | b'\r')) => {
                out.push(b'"');
                out.extend_from_slice(text.replace('"', "\"\"").as_bytes());
                out.push(b'"');
            }
            Some(text) => out.extend_from_slice(text.as_bytes()),
        }
    }
    out.push(b'\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_line_that_reads_back() {
        let check = |cells: &[Option<&str>], expected: &str| {
            let mut out = Vec::new();
            line(&mut out, cells.iter().copied());
            assert_eq!(String::from_utf8(out).unwrap(), expected);
        };
        check(&[Some("a"), None, Some("")], "a,,\"\"\n");
        check(
            &[Some("a,b"), Some("c\"d"), Some("e\nf")],
            "\"a,b\",\"c\"\"d\",\"e\nf\"\n",
        );
        check(&[None], "\"\"\n");
    }

    #[test]
    fn columns_of_one_name_are_told_apart() {
        let column = |name: &str| Column {
            name: name.to_owned(),
            data_type: "text".to_owned(),
        };
        let names: Vec<_> = distinct(&["n", "n", "n_2", "n"].map(column))
            .into_iter()
            .map(|column| column.name)
            .collect();
        assert_eq!(names, ["n", "n_2", "n_2_2", "n_3"]);
    }
}
