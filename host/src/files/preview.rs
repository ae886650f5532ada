//! What is read of a file's versions: the bytes as they came, the profile, pages of rows.
//!
//! Where a version is not named, it is the newest. What is no table, or not known to be one yet, says so.

use std::collections::HashMap;

use anyhow::Context;
use sqlx::{PgConnection, types::Json};
use tokio::io::AsyncReadExt;

use super::{
    Problem, State,
    layout::Layout,
    names,
    profile::Profile,
    records::Dialect,
    rows::{self, PAGE_MAX_ROWS, RowIndex, Rows, Shape},
};
use crate::{
    error::{Error, Result},
    ids::{FileId, ProjectId},
    objects::{self, Digest, ObjectKey, Objects},
    orgs::Member,
};

/// The bytes of a version as they were uploaded.
#[derive(Clone, Debug)]
pub struct Stored {
    pub name: String,
    pub key: ObjectKey,
    pub digest: Digest,
}

/// Where rows of a table are to be read.
#[derive(Debug)]
pub struct Page {
    key: ObjectKey,
    bytes: u64,
    shape: Shape,
    index: RowIndex,
    columns: Vec<String>,
    offset: u64,
    limit: u64,
    total: u64,
}

/// Where the bytes of a version are, or of the newest.
pub async fn stored(db: &mut PgConnection, member: &Member, file_id: FileId, version: Option<i32>) -> Result<Stored> {
    let row = sqlx::query!(
        r#"
        select f.name, o.key, o.bytes, o.sha256
        from files f
        join file_versions v on v.file_id = f.id
        join objects o on o.key = v.object_key
        where f.org_id = $1 and f.id = $2 and f.deleted_at is null and ($3::int is null or v.version = $3)
        order by v.version desc limit 1
        "#,
        member.org_id.0,
        file_id.0,
        version,
    )
    .fetch_optional(db)
    .await?
    .ok_or(missing(version))?;
    Ok(Stored {
        name: row.name,
        key: ObjectKey::stored(row.key),
        digest: digest(row.bytes, &row.sha256)?,
    })
}

/// A table as scripts read it.
#[derive(Clone, Debug)]
pub struct ReadableTable {
    /// The name by which scripts read it, unlike that of any other table: the file's name, without the ending of what it
    /// is packed with unless another file has that name.
    pub name: String,
    /// The newest version that is a table.
    pub version: i32,
    /// Why the newest version is not read, where that is another.
    pub newer: Option<Newer>,
    pub key: ObjectKey,
    pub bytes: u64,
    pub profile: Profile,
}

/// A version that is newer than the one that is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Newer {
    pub version: i32,
    /// Why it is no table; none while it is still being looked at.
    pub problem: Option<String>,
}

/// The tables that a turn works on, and the names of those for which there is no room.
#[derive(Debug)]
pub struct Readable {
    pub tables: Vec<ReadableTable>,
    pub left_out: Vec<String>,
}

/// Names of tables that are told when there is no room for the tables.
const LEFT_OUT_MAX: usize = 100;

/// A project's tables, each in its newest version that is one: `first` in that order, then those that `question` names,
/// then the others, what was changed last before what was changed earlier.
pub async fn tables(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    first: &[FileId],
    question: &str,
    limit: usize,
) -> Result<Readable> {
    let first: Vec<_> = first.iter().map(|id| id.0).collect();
    let ordered = sqlx::query!(
        r#"
        select f.id, f.name
        from files f
        where f.org_id = $1 and f.project_id = $2 and f.deleted_at is null
            and exists (select from file_versions where file_id = f.id and state = 'table')
        order by array_position($3::uuid[], f.id),
            strpos(lower($4), lower(regexp_replace(f.name, '[.][^.]*$', ''))) > 0 desc,
            f.updated_at desc, f.id
        "#,
        member.org_id.0,
        project_id.0,
        &first,
        question,
    )
    .fetch_all(&mut *db)
    .await?;
    let files: Vec<&str> = ordered.iter().map(|row| row.name.as_str()).collect();
    let mut names = names::readable(&files);
    let left_out = names.split_off(limit.min(names.len()));
    let ids: Vec<_> = ordered.iter().take(limit).map(|row| row.id).collect();
    let mut names: HashMap<_, _> = ids.iter().copied().zip(names).collect();
    let rows = sqlx::query!(
        r#"
        select f.id, v.version, o.key, o.bytes, v.profile as "profile: Json<Profile>",
            newest.version as newest, newest.problem as "problem: Json<Problem>"
        from files f
        join lateral (
            select * from file_versions where file_id = f.id and state = 'table' order by version desc limit 1
        ) v on true
        join lateral (
            select version, problem from file_versions where file_id = f.id order by version desc limit 1
        ) newest on true
        join objects o on o.key = coalesce(v.table_key, v.object_key)
        where f.org_id = $1 and f.id = any($2)
        order by array_position($2, f.id)
        "#,
        member.org_id.0,
        &ids,
    )
    .fetch_all(db)
    .await?;
    let tables = rows.into_iter().map(|row| {
        Ok(ReadableTable {
            name: names.remove(&row.id).context("a table without a name")?,
            version: row.version,
            newer: (row.newest != row.version).then(|| Newer {
                version: row.newest,
                problem: row.problem.map(|problem| problem.0.message),
            }),
            key: ObjectKey::stored(row.key),
            bytes: row.bytes as u64,
            profile: row.profile.context("a table without a profile")?.0,
        })
    });
    Ok(Readable {
        tables: tables.collect::<Result<_>>()?,
        left_out: left_out.into_iter().take(LEFT_OUT_MAX).collect(),
    })
}

/// Whether one of these files is still being looked into; without any, one of the project's files.
pub async fn any_pending(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    file_ids: &[FileId],
) -> Result<bool> {
    let ids: Vec<_> = file_ids.iter().map(|id| id.0).collect();
    let pending = sqlx::query_scalar!(
        r#"select exists (
             select from files f join file_versions v on v.file_id = f.id
             where f.org_id = $1 and f.project_id = $2 and f.deleted_at is null and v.state = 'pending'
               and (f.id = any($3) or $3 = '{}')
           ) as "pending!""#,
        member.org_id.0,
        project_id.0,
        &ids,
    )
    .fetch_one(db)
    .await?;
    Ok(pending)
}

/// What is in a version, or in the newest.
pub async fn profile(db: &mut PgConnection, member: &Member, file_id: FileId, version: Option<i32>) -> Result<Profile> {
    let row = sqlx::query!(
        r#"
        select v.state, v.problem as "problem: Json<Problem>", v.profile as "profile: Json<Profile>"
        from files f join file_versions v on v.file_id = f.id
        where f.org_id = $1 and f.id = $2 and f.deleted_at is null and ($3::int is null or v.version = $3)
        order by v.version desc limit 1
        "#,
        member.org_id.0,
        file_id.0,
        version,
    )
    .fetch_optional(db)
    .await?
    .ok_or(missing(version))?;
    table(&row.state, row.problem)?;
    let profile = row.profile.context("a table without a profile")?;
    Ok(profile.0)
}

/// The rows from `offset` on, `limit` of them, of a version or the newest: what [`Page::read`] is to read.
pub async fn page(
    db: &mut PgConnection,
    member: &Member,
    file_id: FileId,
    version: Option<i32>,
    offset: u64,
    limit: u64,
) -> Result<Page> {
    if !(1..=PAGE_MAX_ROWS).contains(&limit) {
        return Err(Error::invalid(
            "limit",
            "range",
            format!("Ask for 1 to {PAGE_MAX_ROWS} rows."),
        ));
    }
    // A profile can be large, and a page needs little of it.
    let row = sqlx::query!(
        r#"
        select
            v.state,
            v.problem as "problem: Json<Problem>",
            o.key,
            o.bytes,
            v.row_index as "row_index: Json<RowIndex>",
            v.row_count,
            v.profile ->> 'delimiter' as delimiter,
            v.profile ->> 'quote' as quote,
            (v.profile ->> 'header')::boolean as header,
            v.profile -> 'layout' as "layout: Json<Layout>",
            jsonb_path_query_array(v.profile, '$.columns[*].name') as "columns: Json<Vec<String>>"
        from files f
        join file_versions v on v.file_id = f.id
        join objects o on o.key = coalesce(v.table_key, v.object_key)
        where f.org_id = $1 and f.id = $2 and f.deleted_at is null and ($3::int is null or v.version = $3)
        order by v.version desc limit 1
        "#,
        member.org_id.0,
        file_id.0,
        version,
    )
    .fetch_optional(db)
    .await?
    .ok_or(missing(version))?;
    table(&row.state, row.problem)?;
    let columns = row.columns.context("a table without columns")?.0;
    let byte = |text: Option<String>| text.and_then(|text| text.bytes().next());
    Ok(Page {
        key: ObjectKey::stored(row.key),
        bytes: row.bytes as u64,
        shape: Shape {
            dialect: Dialect {
                delimiter: byte(row.delimiter).context("a table without a delimiter")?,
                quote: byte(row.quote),
            },
            header: row
                .header
                .context("a table that does not say whether it has a header")?,
            columns: columns.len(),
            layout: row.layout.map(|layout| layout.0).unwrap_or_default(),
        },
        index: row.row_index.context("a table without an index")?.0,
        columns,
        offset,
        limit,
        total: row.row_count.context("a table without a number of rows")? as u64,
    })
}

impl Page {
    /// Reads the rows from the store.
    pub async fn read(self, objects: &Objects) -> Result<Rows> {
        let wanted = self.limit.min(self.total.saturating_sub(self.offset));
        let window = self
            .index
            .window(self.offset, wanted, self.bytes)
            .filter(|_| wanted > 0);
        let rows = match window {
            None => Vec::new(),
            Some((range, first)) => {
                let to_end = range.end == self.bytes;
                let mut bytes = Vec::with_capacity((range.end - range.start) as usize);
                let mut reader = objects.get(&self.key, Some(range)).await?;
                reader.read_to_end(&mut bytes).await.map_err(objects::broke_off)?;
                let rows = tokio::task::spawn_blocking(move || {
                    rows::page(&bytes, &self.shape, first, self.offset, wanted, to_end)
                });
                let rows = rows.await.context("dividing rows")?;
                if rows.is_empty() {
                    let message = "This row is too long to show. Download the file to see it.";
                    return Err(Error::conflict("row_too_long", message));
                }
                rows
            }
        };
        Ok(Rows {
            columns: self.columns,
            rows,
            offset: self.offset,
            total: self.total,
        })
    }
}

/// Stops where a version is not a table, or not known to be one yet.
fn table(state: &str, problem: Option<Json<Problem>>) -> Result<()> {
    match State::from_name(state)? {
        State::Table => Ok(()),
        State::Pending => Err(Error::conflict(
            "profile_pending",
            "The file is still being analysed. Try again in a moment.",
        )),
        State::NotATable => {
            let problem = problem.context("a version without its problem")?.0;
            let line = problem.line.map(|line| format!("Line {line}: ")).unwrap_or_default();
            Err(Error::conflict("not_a_table", format!("{line}{}", problem.message)))
        }
    }
}

fn missing(version: Option<i32>) -> Error {
    Error::Missing(if version.is_some() { "file version" } else { "file" })
}

fn digest(bytes: i64, sha256: &[u8]) -> Result<Digest> {
    Ok(Digest {
        bytes: bytes as u64,
        sha256: sha256.try_into().context("a digest of another length")?,
    })
}
