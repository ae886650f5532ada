//! What an organisation keeps in the object store, by rows: one for each object, written after its bytes are there.
//!
//! An object counts from its row to its tombstone, and so do the copies that are made of a table for scripts; what
//! belongs to a deleted file no longer counts. A quota is checked under a lock on the organisation, so that two
//! uploads at once cannot both take the last room. Bytes are not touched here.

use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    ids::OrgId,
    objects::{Digest, ObjectKey},
    orgs::Member,
};

/// How much an organisation stores, and its limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct StorageUsage {
    /// Bytes of all versions of its files, of the tables made from them for scripts, of unfinished uploads, and of
    /// files made by scripts.
    pub bytes: u64,
    /// Files, each counted once regardless of its versions.
    pub files: u64,
    /// Maximum bytes.
    pub quota_bytes: u64,
    /// Maximum files.
    pub quota_files: u64,
}

impl StorageUsage {
    /// Stops what would need more room than is left.
    pub fn fits(&self, more_bytes: u64, more_files: u64) -> Result<()> {
        if more_bytes > self.quota_bytes.saturating_sub(self.bytes) {
            return Err(limited(
                "quota_bytes",
                format!(
                    "There is not enough storage: the organisation uses {} of {} bytes, and this needs {more_bytes} \
                     more. Delete files, or ask an administrator for more storage.",
                    self.bytes, self.quota_bytes
                ),
            ));
        }
        if more_files > self.quota_files.saturating_sub(self.files) {
            return Err(limited(
                "quota_files",
                format!(
                    "There are too many files: the organisation has {} of {}. Delete some, or ask an administrator for \
                     a higher limit.",
                    self.files, self.quota_files
                ),
            ));
        }
        Ok(())
    }
}

/// What the organisation keeps now.
pub async fn usage(db: &mut PgConnection, limits: &ServerLimits, member: &Member) -> Result<StorageUsage> {
    usage_of(db, member.org_id, limits).await
}

/// What the organisation keeps, and nobody else can add to it until the transaction of `db` is over.
pub async fn hold(db: &mut PgConnection, org_id: OrgId, limits: &ServerLimits) -> Result<StorageUsage> {
    let found = sqlx::query!("select id from orgs where id = $1 for no key update", org_id.0)
        .fetch_optional(&mut *db)
        .await?;
    found.ok_or(Error::Missing("organisation"))?;
    usage_of(db, org_id, limits).await
}

/// Writes down an object whose bytes are in the store.
pub async fn record(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    org_id: OrgId,
    key: &ObjectKey,
    digest: &Digest,
) -> Result<()> {
    sqlx::query!(
        "insert into objects (key, org_id, bytes, sha256, created_at) values ($1, $2, $3, $4, $5)",
        key.as_str(),
        org_id.0,
        digest.bytes as i64,
        &digest.sha256,
        now,
    )
    .execute(db)
    .await
    .map_err(|error| {
        // The sweep holds the key: it took the bytes for abandoned.
        if broken(&error, "objects_pkey") {
            Error::Unavailable("Storing this took too long and was cancelled. Try again.".to_owned())
        } else {
            error.into()
        }
    })?;
    Ok(())
}

/// The same for the people who run the server, who belong to none.
pub async fn usage_of(db: &mut PgConnection, org_id: OrgId, limits: &ServerLimits) -> Result<StorageUsage> {
    let row = sqlx::query!(
        r#"
        select
            coalesce((
                select sum(o.bytes)
                from objects o
                left join file_versions v on v.object_key = o.key
                left join file_versions t on t.table_key = o.key
                left join files f on f.id = coalesce(v.file_id, t.file_id)
                where o.org_id = g.id and o.deleted_at is null and f.deleted_at is null
            ), 0)::bigint as "bytes!",
            (select count(*) from files f where f.org_id = g.id and f.deleted_at is null) as "files!",
            g.quota_bytes,
            g.quota_files
        from orgs g
        where g.id = $1
        "#,
        org_id.0
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("organisation"))?;
    Ok(StorageUsage {
        bytes: row.bytes as u64,
        quota_bytes: row.quota_bytes.map_or(limits.quota_bytes, |bytes| bytes as u64),
        files: row.files as u64,
        quota_files: row.quota_files.map_or(limits.quota_files, |files| files as u64),
    })
}

fn limited(code: &'static str, message: String) -> Error {
    Error::Limited {
        code,
        message,
        retry_after_s: None,
    }
}
