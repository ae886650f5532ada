//! Files of a project, in versions: what people upload and scripts read.
//!
//! A file's bytes are an object that is stored before its row is written. A second upload of the same name, in whatever
//! case, is a version of the same file. What a version holds is found out later, by `examine`; one that is not a table
//! stays and can be downloaded. A deleted file is gone everywhere at once, and for a while it can be had back.

pub mod convert;
pub mod inspect;
pub mod layout;
pub mod names;
mod normalise;
pub mod preview;
pub mod profile;
pub mod profile_job;
mod records;
pub mod rows;
pub mod settings;

use std::fmt::Write;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{PgConnection, PgPool, types::Json};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::{FileId, FileVersionId, OrgId, ProjectId, UserId},
    objects::{Digest, ObjectKey, Objects, Spooled},
    orgs::Member,
    queue::{self, Job},
    storage,
};

use names::FileName;
pub use records::Dialect;
use settings::ReadingSettings;

/// A file as it is now: its newest version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct File {
    pub id: FileId,
    pub project_id: ProjectId,
    /// Unique in the project, ignoring case.
    pub name: String,
    /// When its first version was uploaded.
    pub created_at: DateTime<Utc>,
    /// When it was last renamed or got a new version.
    pub updated_at: DateTime<Utc>,
    /// How people have set the file to be read.
    pub reading: ReadingSettings,
    pub latest: Version,
}

/// One uploaded version.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Version {
    /// From 1; the newest is the file's current content.
    pub version: i32,
    /// Bytes as they were uploaded.
    pub bytes: u64,
    /// SHA-256 of the bytes, in lower-case hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub sha256: String,
    pub state: State,
    /// Why it is not a table.
    pub problem: Option<Problem>,
    /// Rows without the header, if it is a table.
    pub row_count: Option<u64>,
    /// Columns, if it is a table.
    pub column_count: Option<u32>,
    pub created_at: DateTime<Utc>,
    /// Who uploaded it; null once their account is deleted.
    #[schema(value_type = Option<Uuid>)]
    pub created_by: Option<UserId>,
}

/// What is known about a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It is being looked at.
    Pending,
    /// It is a table, and has a profile.
    Table,
    /// It is kept for download and nothing else.
    NotATable,
}

/// Why a version is not a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = TableProblem)]
pub struct Problem {
    /// What is wrong and what to do.
    pub message: String,
    /// The line of the text, from 1, if the problem has one.
    pub line: Option<u64>,
}

/// What becomes a file: its name, and its bytes on this machine.
#[derive(Debug)]
pub struct Upload {
    pub project_id: ProjectId,
    pub name: FileName,
    pub bytes: Spooled,
}

/// Keeps an upload: its bytes in the store, then its rows. A name that is there already gets a new version.
pub async fn store(
    db: &PgPool,
    objects: &Objects,
    limits: &ServerLimits,
    now: DateTime<Utc>,
    member: &Member,
    upload: &Upload,
) -> Result<File> {
    let key = ObjectKey::new(member.org_id);
    objects.put(&key, upload.bytes.path(), upload.bytes.digest()).await?;
    let mut tx = db.begin().await?;
    let digest = upload.bytes.digest();
    match add(
        &mut tx,
        limits,
        now,
        member,
        upload.project_id,
        &upload.name,
        &key,
        digest,
    )
    .await
    {
        Ok(file) => {
            tx.commit().await?;
            Ok(file)
        }
        Err(error) => {
            drop(tx);
            // No row names it; what cannot be removed now is left to the sweep.
            let _ = objects.delete(&key).await;
            Err(error)
        }
    }
}

/// The rows of an upload whose bytes are in the store, and the job that looks into it.
#[expect(clippy::too_many_arguments, reason = "each is a part of one row")]
pub async fn add(
    db: &mut PgConnection,
    limits: &ServerLimits,
    now: DateTime<Utc>,
    member: &Member,
    project_id: ProjectId,
    name: &FileName,
    key: &ObjectKey,
    digest: &Digest,
) -> Result<File> {
    let owner = Owner {
        org_id: member.org_id,
        project_id,
        user_id: Some(member.user_id),
    };
    let file_id = add_for(db, limits, now, &owner, name, key, digest).await?;
    get(db, member, file_id).await
}

/// Whose a file is, and who brought it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_field_names, reason = "they are columns")]
struct Owner {
    org_id: OrgId,
    project_id: ProjectId,
    /// None where their account is gone.
    user_id: Option<UserId>,
}

async fn add_for(
    db: &mut PgConnection,
    limits: &ServerLimits,
    now: DateTime<Utc>,
    owner: &Owner,
    name: &FileName,
    key: &ObjectKey,
    digest: &Digest,
) -> Result<FileId> {
    let usage = storage::hold(db, owner.org_id, limits).await?;
    let found = sqlx::query!(
        r#"
        select f.id, max(v.version) as "version!"
        from files f join file_versions v on v.file_id = f.id
        where f.org_id = $1 and f.project_id = $2 and lower(f.name) = lower($3) and f.deleted_at is null
        group by f.id
        "#,
        owner.org_id.0,
        owner.project_id.0,
        name.as_str(),
    )
    .fetch_optional(&mut *db)
    .await?;
    usage.fits(digest.bytes, u64::from(found.is_none()))?;
    storage::record(db, now, owner.org_id, key, digest).await?;
    let (file_id, version) = match found {
        Some(row) => {
            let message = format!(
                "This file has reached the limit of {} versions. Delete it, or give the new one another name.",
                row.version
            );
            if row.version.unsigned_abs() >= limits.versions_max {
                return Err(Error::conflict("too_many_versions", message));
            }
            sqlx::query!("update files set updated_at = $2 where id = $1", row.id, now)
                .execute(&mut *db)
                .await?;
            (FileId(row.id), row.version + 1)
        }
        None => (insert(db, now, owner, name).await?, 1),
    };
    let id = FileVersionId::new();
    sqlx::query!(
        "insert into file_versions (id, org_id, file_id, version, object_key, state, created_by, created_at)
         values ($1, $2, $3, $4, $5, 'pending', $6, $7)",
        id.0,
        owner.org_id.0,
        file_id.0,
        version,
        key.as_str(),
        owner.user_id.map(|id| id.0),
        now,
    )
    .execute(&mut *db)
    .await?;
    queue::add(db, &Job::ProfileFile { version: id }).await?;
    Ok(file_id)
}

/// A project's files, the newest first: `limit` of them, after the file `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    project_id: ProjectId,
    limit: u32,
    after: Option<Uuid>,
) -> Result<Vec<File>> {
    let which = FileFilter {
        project_id: Some(project_id),
        after,
        limit: i64::from(limit),
        ..FileFilter::default()
    };
    select(db, member, which).await
}

/// A file that is not deleted.
pub async fn get(db: &mut PgConnection, member: &Member, file_id: FileId) -> Result<File> {
    let which = FileFilter {
        file_id: Some(file_id),
        limit: 1,
        ..FileFilter::default()
    };
    select(db, member, which).await?.pop().ok_or(Error::Missing("file"))
}

/// Every version of a file, the newest first.
pub async fn versions(db: &mut PgConnection, member: &Member, file_id: FileId) -> Result<Vec<Version>> {
    let which = FileFilter {
        file_id: Some(file_id),
        every_version: true,
        limit: i64::from(i32::MAX),
        ..FileFilter::default()
    };
    let files = select(db, member, which).await?;
    if files.is_empty() {
        return Err(Error::Missing("file"));
    }
    Ok(files.into_iter().map(|file| file.latest).collect())
}

/// Gives a file another name.
pub async fn rename(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    member: &Member,
    file_id: FileId,
    name: &FileName,
) -> Result<File> {
    sqlx::query!(
        "update files set name = $3, updated_at = $4 where org_id = $1 and id = $2 and deleted_at is null",
        member.org_id.0,
        file_id.0,
        name.as_str(),
        now,
    )
    .execute(&mut *db)
    .await
    .map_err(name_taken)?;
    get(db, member, file_id).await
}

/// Deletes a file in all its versions. It can be [restored](restore) for a while.
pub async fn delete(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, file_id: FileId) -> Result<()> {
    let deleted = sqlx::query!(
        "update files set deleted_at = $3 where org_id = $1 and id = $2 and deleted_at is null",
        member.org_id.0,
        file_id.0,
        now,
    )
    .execute(db)
    .await?;
    if deleted.rows_affected() == 0 {
        return Err(Error::Missing("file"));
    }
    Ok(())
}

/// Takes a deletion back, within `file_undo_minutes` and if there is still room. Does nothing to a file that is there.
pub async fn restore(
    db: &mut PgConnection,
    limits: &ServerLimits,
    now: DateTime<Utc>,
    member: &Member,
    file_id: FileId,
) -> Result<File> {
    let usage = storage::hold(db, member.org_id, limits).await?;
    let since = now - TimeDelta::minutes(i64::from(limits.file_undo_minutes));
    let found = sqlx::query!(
        r#"
        select (
            select sum(o.bytes) from file_versions v join objects o on o.key in (v.object_key, v.table_key)
            where v.file_id = f.id
        )::bigint as "bytes!"
        from files f
        where f.org_id = $1 and f.id = $2 and f.deleted_at > $3
        for no key update of f
        "#,
        member.org_id.0,
        file_id.0,
        since,
    )
    .fetch_optional(&mut *db)
    .await?;
    let Some(row) = found else {
        return get(db, member, file_id).await;
    };
    usage.fits(row.bytes as u64, 1)?;
    sqlx::query!(
        "update files set deleted_at = null, updated_at = $3 where org_id = $1 and id = $2",
        member.org_id.0,
        file_id.0,
        now,
    )
    .execute(&mut *db)
    .await
    .map_err(name_taken)?;
    get(db, member, file_id).await
}

#[derive(Default)]
struct FileFilter {
    project_id: Option<ProjectId>,
    file_id: Option<FileId>,
    after: Option<Uuid>,
    every_version: bool,
    limit: i64,
}

/// Files with a version each: the newest, or every one, the newest first.
async fn select(db: &mut PgConnection, member: &Member, which: FileFilter) -> Result<Vec<File>> {
    let rows = sqlx::query!(
        r#"
        select
            f.id, f.project_id, f.name, f.created_at, f.updated_at, f.reading as "reading: Json<ReadingSettings>",
            v.version, v.state, v.problem as "problem: Json<Problem>", v.row_count, v.column_count,
            v.created_by, v.created_at as version_created_at, o.bytes, o.sha256
        from files f
        join file_versions v on v.file_id = f.id
        join objects o on o.key = v.object_key
        where f.org_id = $1 and f.deleted_at is null
            and ($2::uuid is null or f.project_id = $2)
            and ($3::uuid is null or f.id = $3)
            and ($4::uuid is null or f.id < $4)
            and ($5 or v.version = (select max(version) from file_versions where file_id = f.id))
        order by f.id desc, v.version desc
        limit $6
        "#,
        member.org_id.0,
        which.project_id.map(|id| id.0),
        which.file_id.map(|id| id.0),
        which.after,
        which.every_version,
        which.limit,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(File {
                id: FileId(row.id),
                project_id: ProjectId(row.project_id),
                name: row.name,
                created_at: row.created_at,
                updated_at: row.updated_at,
                reading: row.reading.0,
                latest: Version {
                    version: row.version,
                    bytes: row.bytes as u64,
                    sha256: hex(&row.sha256),
                    state: State::from_name(&row.state)?,
                    problem: row.problem.map(|problem| problem.0),
                    row_count: row.row_count.map(|count| count as u64),
                    column_count: row.column_count.map(|count| count as u32),
                    created_at: row.version_created_at,
                    created_by: row.created_by.map(UserId),
                },
            })
        })
        .collect()
}

async fn insert(db: &mut PgConnection, now: DateTime<Utc>, owner: &Owner, name: &FileName) -> Result<FileId> {
    let id = FileId::new();
    sqlx::query!(
        "insert into files (id, org_id, project_id, name, created_by, created_at, updated_at)
         values ($1, $2, $3, $4, $5, $6, $6)",
        id.0,
        owner.org_id.0,
        owner.project_id.0,
        name.as_str(),
        owner.user_id.map(|id| id.0),
        now,
    )
    .execute(db)
    .await
    .map_err(|error| {
        if broken(&error, "files_project_fkey") {
            Error::Missing("project")
        } else {
            name_taken(error)
        }
    })?;
    Ok(id)
}

impl State {
    fn from_name(name: &str) -> Result<Self> {
        match name {
            "pending" => Ok(Self::Pending),
            "table" => Ok(Self::Table),
            "not_a_table" => Ok(Self::NotATable),
            other => Err(anyhow::anyhow!("a version in the unknown state {other}").into()),
        }
    }
}

fn name_taken(error: sqlx::Error) -> Error {
    if broken(&error, "files_name_key") {
        return Error::conflict(
            "name_taken",
            "A file with this name already exists in the project. Choose another name.",
        );
    }
    error.into()
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Removes deleted files that can no longer be restored. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let before = now - TimeDelta::minutes(limits.file_undo_minutes.into());
    let gone = sqlx::query!("delete from files where deleted_at <= $1", before)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
