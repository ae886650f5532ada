//! Resumable uploads: files that arrive in parts, perhaps over several connections and several servers.
//!
//! All state is in Postgres and the object store, so any server can take the next part. Each part is an object with a
//! row; the last one becomes a file together with those before it, and only then counts as received, so an upload whose
//! bytes are all there is a file. What has arrived counts towards the organisation's quota. An upload that is not
//! finished in time expires.

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};
use tokio::io::AsyncReadExt;

use crate::{
    config::ServerLimits,
    error::{Error, Result},
    files::{self, names::FileName},
    ids::{FileId, ProjectId, UploadId},
    objects::{self, ObjectKey, Objects, Spool, Spooled},
    orgs::Member,
    storage,
};

/// Parts that an upload may arrive in.
const PARTS_MAX: i64 = 10_000;
const COPY_BYTES: usize = 256 << 10;

/// A resumable upload.
#[derive(Clone, Debug)]
pub struct Upload {
    pub id: UploadId,
    pub project_id: ProjectId,
    pub name: String,
    /// Bytes that have arrived.
    pub offset: u64,
    pub bytes_total: u64,
    pub expires_at: DateTime<Utc>,
    /// What became of it when all bytes had arrived.
    pub file_id: Option<FileId>,
}

/// What is to be uploaded.
#[derive(Clone, Debug)]
pub struct NewUpload {
    pub project_id: ProjectId,
    pub name: FileName,
    pub bytes_total: u64,
}

/// The tools of an upload.
#[derive(Clone)]
pub struct Receiver {
    pub db: PgPool,
    pub objects: Objects,
    pub spool: Spool,
    pub limits: ServerLimits,
}

/// Begins an upload, if there is room for it now.
pub async fn create(
    db: &mut PgConnection,
    limits: &ServerLimits,
    now: DateTime<Utc>,
    member: &Member,
    new: &NewUpload,
) -> Result<Upload> {
    if new.bytes_total > limits.upload_max_bytes {
        return Err(too_large(limits));
    }
    storage::usage(db, limits, member).await?.fits(new.bytes_total, 0)?;
    let id = UploadId::new();
    let expires_at = now + TimeDelta::hours(i64::from(limits.upload_expiry_hours));
    sqlx::query!(
        "insert into uploads (id, org_id, project_id, user_id, name, bytes_total, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        id.0,
        member.org_id.0,
        new.project_id.0,
        member.user_id.0,
        new.name.as_str(),
        new.bytes_total as i64,
        now,
        expires_at,
    )
    .execute(db)
    .await?;
    Ok(Upload {
        id,
        project_id: new.project_id,
        name: new.name.as_str().to_owned(),
        offset: 0,
        bytes_total: new.bytes_total,
        expires_at,
        file_id: None,
    })
}

/// The upload, unless it has expired or the file that it became is deleted.
pub async fn get(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: UploadId) -> Result<Upload> {
    find(db, now, member, id, Lock::None).await
}

/// Gives an upload up. A file that it became stays.
pub async fn delete(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: UploadId) -> Result<()> {
    get(db, now, member, id).await?;
    sqlx::query!(
        "delete from uploads where org_id = $1 and id = $2",
        member.org_id.0,
        id.0
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What stops a file larger than this server takes.
pub fn too_large(limits: &ServerLimits) -> Error {
    Error::TooLarge(format!(
        "The file is too large: the limit is {} bytes.",
        limits.upload_max_bytes
    ))
}

impl Receiver {
    /// Keeps what has arrived of `upload` at its offset. With the last byte it becomes a file.
    pub async fn receive(&self, now: DateTime<Utc>, member: &Member, upload: &Upload, part: Spooled) -> Result<Upload> {
        let end = upload.offset + part.digest().bytes;
        if end > upload.bytes_total {
            return Err(Error::TooLarge(format!(
                "These bytes go past the end: the upload has {} bytes in all.",
                upload.bytes_total
            )));
        }
        if upload.file_id.is_some() || (part.digest().bytes == 0 && end < upload.bytes_total) {
            return Ok(upload.clone());
        }
        if end == upload.bytes_total {
            let whole = self.whole(upload, part).await?;
            return self.finish(now, member, upload, whole).await;
        }
        let key = ObjectKey::new(member.org_id);
        self.objects.put(&key, part.path(), part.digest()).await?;
        let mut tx = self.db.begin().await?;
        let kept = self.keep_part(&mut tx, now, member, upload, &key, &part).await;
        if let Err(error) = kept {
            drop(tx);
            let _ = self.objects.delete(&key).await;
            return Err(error);
        }
        tx.commit().await?;
        Ok(Upload {
            offset: end,
            ..upload.clone()
        })
    }

    async fn keep_part(
        &self,
        db: &mut PgConnection,
        now: DateTime<Utc>,
        member: &Member,
        upload: &Upload,
        key: &ObjectKey,
        part: &Spooled,
    ) -> Result<()> {
        storage::hold(db, member.org_id, &self.limits)
            .await?
            .fits(part.digest().bytes, 0)?;
        unchanged(db, now, member, upload).await?;
        let parts = sqlx::query_scalar!("select count(*) from upload_parts where upload_id = $1", upload.id.0)
            .fetch_one(&mut *db)
            .await?;
        if parts.unwrap_or_default() >= PARTS_MAX {
            let message =
                format!("The upload has reached the limit of {PARTS_MAX} parts. Start again with larger ones.");
            return Err(Error::conflict("too_many_parts", message));
        }
        storage::record(db, now, member.org_id, key, part.digest()).await?;
        sqlx::query!(
            "insert into upload_parts (upload_id, start_byte, object_key) values ($1, $2, $3)",
            upload.id.0,
            upload.offset as i64,
            key.as_str(),
        )
        .execute(db)
        .await?;
        Ok(())
    }

    /// All parts in a row, the last one being `part`.
    async fn whole(&self, upload: &Upload, part: Spooled) -> Result<Spooled> {
        if upload.offset == 0 {
            return Ok(part);
        }
        let parts = sqlx::query!(
            "select object_key from upload_parts where upload_id = $1 order by start_byte",
            upload.id.0
        )
        .fetch_all(&mut *self.db.acquire().await?)
        .await?;
        let mut whole = self.spool.create()?;
        let mut buffer = vec![0; COPY_BYTES];
        for earlier in parts {
            let mut reader = self.objects.get(&ObjectKey::stored(earlier.object_key), None).await?;
            loop {
                let read = reader.read(&mut buffer).await.map_err(objects::broke_off)?;
                if read == 0 {
                    break;
                }
                whole.push(&buffer[..read]).await?;
            }
        }
        if whole.bytes() != upload.offset {
            return Err(offset_mismatch());
        }
        let mut last = tokio::fs::File::open(part.path()).await.context("reading a part")?;
        loop {
            let read = last.read(&mut buffer).await.context("reading a part")?;
            if read == 0 {
                return whole.finish().await;
            }
            whole.push(&buffer[..read]).await?;
        }
    }

    async fn finish(&self, now: DateTime<Utc>, member: &Member, upload: &Upload, whole: Spooled) -> Result<Upload> {
        let name = FileName::parse("filename", &upload.name)?;
        let key = ObjectKey::new(member.org_id);
        self.objects.put(&key, whole.path(), whole.digest()).await?;
        let mut tx = self.db.begin().await?;
        let added = async {
            storage::hold(&mut tx, member.org_id, &self.limits).await?;
            unchanged(&mut tx, now, member, upload).await?;
            // The parts make room for the whole.
            sqlx::query!("delete from upload_parts where upload_id = $1", upload.id.0)
                .execute(&mut *tx)
                .await?;
            let project = upload.project_id;
            let file = files::add(&mut tx, &self.limits, now, member, project, &name, &key, whole.digest()).await?;
            sqlx::query!("update uploads set file_id = $2 where id = $1", upload.id.0, file.id.0)
                .execute(&mut *tx)
                .await?;
            Ok(file.id)
        };
        match added.await {
            Ok(file_id) => {
                tx.commit().await?;
                Ok(Upload {
                    offset: upload.bytes_total,
                    file_id: Some(file_id),
                    ..upload.clone()
                })
            }
            Err(error) => {
                drop(tx);
                let _ = self.objects.delete(&key).await;
                Err(error)
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lock {
    None,
    Row,
}

async fn find(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: UploadId, lock: Lock) -> Result<Upload> {
    if lock == Lock::Row {
        sqlx::query!(
            "select id from uploads where org_id = $1 and id = $2 for no key update",
            member.org_id.0,
            id.0
        )
        .fetch_optional(&mut *db)
        .await?;
    }
    let row = sqlx::query!(
        r#"
        select u.project_id, u.name, u.bytes_total, u.expires_at, u.file_id, p.bytes as "bytes!"
        from uploads u
        left join files f on f.id = u.file_id
        cross join lateral (
            select coalesce(sum(o.bytes), 0)::bigint as bytes
            from upload_parts p join objects o on o.key = p.object_key
            where p.upload_id = u.id
        ) p
        where u.org_id = $1 and u.id = $2 and u.expires_at > $3 and f.deleted_at is null
        "#,
        member.org_id.0,
        id.0,
        now,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("upload"))?;
    Ok(Upload {
        id,
        project_id: ProjectId(row.project_id),
        name: row.name,
        offset: if row.file_id.is_some() {
            row.bytes_total as u64
        } else {
            row.bytes as u64
        },
        bytes_total: row.bytes_total as u64,
        expires_at: row.expires_at,
        file_id: row.file_id.map(FileId),
    })
}

/// Locks the upload and stops where another request has gone on with it.
async fn unchanged(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, upload: &Upload) -> Result<()> {
    let current = find(db, now, member, upload.id, Lock::Row).await?;
    if current.offset != upload.offset || current.file_id != upload.file_id {
        return Err(offset_mismatch());
    }
    Ok(())
}

/// What stops bytes that do not follow those that are there.
pub fn offset_mismatch() -> Error {
    Error::conflict(
        "offset_mismatch",
        "The upload is at another offset. Request its offset with HEAD and continue from there.",
    )
}

/// Removes uploads whose time is over. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>) -> Result<u64> {
    let gone = sqlx::query!("delete from uploads where expires_at <= $1", now)
        .execute(db)
        .await?;
    Ok(gone.rows_affected())
}
