//! Files that scripts made: stored like uploads, the object first and then the row, and counted in the organisation's
//! quota of bytes.
//!
//! One that is deleted leaves a tombstone with its name, in the chat and in the lists, while its bytes go. A later
//! script reads by name what the newest answer before it made of that name; where that one was deleted, the name is
//! gone, so that nobody computes with an older table unawares.

use anyhow::Context;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::io::AsyncReadExt;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    config::ServerLimits,
    error::{Error, Result, broken},
    files::{
        preview::Stored,
        rows::{self, Beginning, PAGE_MAX_ROWS},
    },
    ids::{ConversationId, GeneratedFileId, MessageId, OrgId},
    objects::{self, Digest, ObjectKey, Objects},
    orgs::{Member, Role},
    queue::{self, Job},
    storage,
};

/// A file that a script made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct GeneratedFile {
    pub id: GeneratedFileId,
    pub conversation_id: ConversationId,
    /// The answer it was made for.
    pub message_id: MessageId,
    /// The run that made it, as in the answer's parts.
    pub run_id: String,
    /// A path below the script's output folder.
    pub name: String,
    /// Derived from its name; the content may be something else.
    pub media_type: String,
    pub bytes: u64,
    /// SHA-256 of the bytes, in lower-case hexadecimal digits; null once it is deleted.
    pub sha256: Option<String>,
    pub created_at: DateTime<Utc>,
    /// When its bytes were deleted; null while it is available.
    pub deleted_at: Option<DateTime<Utc>>,
}

/// For which answer, in which run, a file was made.
#[derive(Clone, Debug)]
pub struct Origin {
    pub org_id: OrgId,
    pub conversation_id: ConversationId,
    pub message_id: MessageId,
    pub run_id: String,
}

/// A file that later scripts may read by its name.
#[derive(Clone, Debug)]
pub struct Readable {
    pub id: GeneratedFileId,
    pub name: String,
    pub media_type: String,
    pub key: ObjectKey,
    pub digest: Digest,
}

/// A table that a script wrote.
#[derive(Debug)]
pub struct StoredTable {
    stored: Stored,
    delimiter: u8,
}

/// Rows of a table that a script wrote.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = GeneratedRows)]
pub struct Preview {
    /// The columns' names, in order.
    pub columns: Vec<String>,
    /// Each with a value for every column: the text from the file, or null.
    pub rows: Vec<Vec<Option<String>>>,
    /// The number of the first row, from 0.
    pub offset: u64,
    /// Rows of the table; null if it is so large that only its beginning was read.
    pub total: Option<u64>,
}

/// Writes down a file whose bytes are in the store under `key`. Where the organisation has no room, or the
/// conversation as many files as it may have, that is an error, and nothing names the object.
#[expect(clippy::too_many_arguments, reason = "each is a part of one row")]
pub async fn record(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    origin: &Origin,
    name: &str,
    media_type: &str,
    key: &ObjectKey,
    digest: &Digest,
) -> Result<GeneratedFileId> {
    // It holds the organisation, so the count holds as well.
    let usage = storage::hold(db, origin.org_id, limits).await?;
    usage.fits(digest.bytes, 0)?;
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from generated_files where conversation_id = $1"#,
        origin.conversation_id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    let limit = limits.generated_files_per_conversation;
    if count >= i64::from(limit) {
        return Err(Error::Limited {
            code: "too_many_generated_files",
            message: format!(
                "Scripts have made {count} files in this conversation, which is the limit. Start a new \
                 one."
            ),
            retry_after_s: None,
        });
    }
    storage::record(db, now, origin.org_id, key, digest).await?;
    let id = GeneratedFileId::new();
    sqlx::query!(
        "insert into generated_files
           (id, org_id, conversation_id, message_id, run_id, name, media_type, bytes, object_key, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        id.0,
        origin.org_id.0,
        origin.conversation_id.0,
        origin.message_id.0,
        origin.run_id,
        name,
        media_type,
        digest.bytes as i64,
        key.as_str(),
        now,
    )
    .execute(db)
    .await
    .map_err(|error| {
        let gone = ["generated_files_message_id_fkey", "generated_files_conversation_fkey"];
        if gone.iter().any(|constraint| broken(&error, constraint)) {
            Error::Missing("conversation")
        } else {
            error.into()
        }
    })?;
    Ok(id)
}

/// What a script may read that is to work after the message `leaf`: of each name the file that was made last on the
/// way there, by name.
pub async fn for_conversation(db: &mut PgConnection, member: &Member, leaf: MessageId) -> Result<Vec<Readable>> {
    let rows = sqlx::query!(
        r#"
        with recursive path as (
            select id, parent_id, 1::bigint as step from messages where org_id = $1 and id = $2
            union all
            select m.id, m.parent_id, path.step + 1 from path join messages m on m.id = path.parent_id
        ), newest as (
            select distinct on (g.name) g.id, g.name, g.media_type, g.object_key
            from path join generated_files g on g.message_id = path.id
            order by g.name, path.step, g.id desc
        )
        select n.id as "id!", n.name as "name!", n.media_type as "media_type!", o.key, o.bytes, o.sha256
        from newest n join objects o on o.key = n.object_key
        order by n.name
        "#,
        member.org_id.0,
        leaf.0,
    )
    .fetch_all(db)
    .await?;
    rows.into_iter()
        .map(|row| {
            Ok(Readable {
                id: GeneratedFileId(row.id),
                name: row.name,
                media_type: row.media_type,
                key: ObjectKey::stored(row.key),
                digest: stored_digest(row.bytes, &row.sha256)?,
            })
        })
        .collect()
}

/// A conversation's files, those that are deleted as well, in the order in which they were made: at most `limit` of
/// those after `after`.
pub async fn list(
    db: &mut PgConnection,
    member: &Member,
    conversation_id: ConversationId,
    after: Option<GeneratedFileId>,
    limit: u32,
) -> Result<Vec<GeneratedFile>> {
    select(db, member, Some(conversation_id), None, after, limit).await
}

/// One file, or its tombstone.
pub async fn get(db: &mut PgConnection, member: &Member, id: GeneratedFileId) -> Result<GeneratedFile> {
    select(db, member, None, Some(id), None, 1)
        .await?
        .pop()
        .ok_or(Error::Missing("file"))
}

/// Where the bytes of a file are that is not deleted.
pub async fn stored(db: &mut PgConnection, member: &Member, id: GeneratedFileId) -> Result<Stored> {
    let row = sqlx::query!(
        "select g.name, o.key, o.bytes, o.sha256 from generated_files g join objects o on o.key = g.object_key
         where g.org_id = $1 and g.id = $2",
        member.org_id.0,
        id.0,
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::Missing("file"))?;
    Ok(Stored {
        name: bare_name(&row.name),
        key: ObjectKey::stored(row.key),
        digest: stored_digest(row.bytes, &row.sha256)?,
    })
}

/// Where the rows of a table that a script wrote are to be read, for [`StoredTable::read`]. What is named neither CSV nor TSV
/// is 409 `not_a_table`.
pub async fn table(db: &mut PgConnection, member: &Member, id: GeneratedFileId) -> Result<StoredTable> {
    let stored = stored(db, member, id).await?;
    let extension = stored
        .name
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    let delimiter = match extension.as_deref() {
        Some("csv") => b',',
        Some("tsv") => b'\t',
        _ => {
            return Err(Error::conflict(
                "not_a_table",
                "Only .csv and .tsv files have rows. Download this one to see it.",
            ));
        }
    };
    Ok(StoredTable { stored, delimiter })
}

impl StoredTable {
    /// The rows from `offset` on, `limit` of them, out of the first `preview_max_bytes` bytes.
    pub async fn read(self, objects: &Objects, limits: &ServerLimits, offset: u64, limit: u64) -> Result<Preview> {
        if !(1..=PAGE_MAX_ROWS).contains(&limit) {
            let message = format!("Ask for 1 to {PAGE_MAX_ROWS} rows.");
            return Err(Error::invalid("limit", "range", message));
        }
        let read_bytes = self.stored.digest.bytes.min(limits.preview_max_bytes);
        let whole = read_bytes == self.stored.digest.bytes;
        let mut bytes = Vec::with_capacity(read_bytes as usize);
        if read_bytes > 0 {
            let mut reader = objects.get(&self.stored.key, Some(0..read_bytes)).await?;
            reader.read_to_end(&mut bytes).await.map_err(objects::broke_off)?;
        }
        let found = tokio::task::spawn_blocking(move || rows::beginning(&bytes, self.delimiter, whole, offset, limit));
        let empty = Beginning {
            columns: Vec::new(),
            rows: Vec::new(),
            total: Some(0),
        };
        let found = found
            .await
            .context("dividing rows")?
            .or(whole.then_some(empty))
            .ok_or_else(|| {
                let message = "The first row is too long to show. Download the file to see it.";
                Error::conflict("row_too_long", message)
            })?;
        Ok(Preview {
            columns: found.columns,
            rows: found.rows,
            offset,
            total: found.total,
        })
    }
}

/// Deletes a file's bytes and leaves its tombstone. One that is deleted already stays so.
pub async fn delete(db: &mut PgConnection, now: DateTime<Utc>, member: &Member, id: GeneratedFileId) -> Result<()> {
    member.at_least(Role::Member)?;
    // The schema buries the object.
    let deleted = sqlx::query!(
        "update generated_files set object_key = null, deleted_at = $3
         where org_id = $1 and id = $2 and deleted_at is null",
        member.org_id.0,
        id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    if deleted.rows_affected() == 0 {
        get(db, member, id).await?;
        return Ok(());
    }
    queue::add(db, &Job::CleanUp).await
}

/// The last part of a path, as a download is named.
pub(super) fn bare_name(name: &str) -> String {
    name.rsplit(['/', '\\'])
        .find(|part| !part.is_empty())
        .unwrap_or("file")
        .to_owned()
}

pub(super) fn stored_digest(bytes: i64, sha256: &[u8]) -> Result<Digest> {
    Ok(Digest {
        bytes: bytes as u64,
        sha256: sha256.try_into().context("a digest of another length")?,
    })
}

async fn select(
    db: &mut PgConnection,
    member: &Member,
    conversation_id: Option<ConversationId>,
    id: Option<GeneratedFileId>,
    after: Option<GeneratedFileId>,
    limit: u32,
) -> Result<Vec<GeneratedFile>> {
    let rows = sqlx::query!(
        r#"
        select g.id, g.conversation_id, g.message_id, g.run_id, g.name, g.media_type, g.bytes,
            encode(o.sha256, 'hex') as sha256, g.created_at, g.deleted_at
        from generated_files g left join objects o on o.key = g.object_key
        where g.org_id = $1 and ($2::uuid is null or g.conversation_id = $2) and ($3::uuid is null or g.id = $3)
            and g.id > $4
        order by g.id limit $5
        "#,
        member.org_id.0,
        conversation_id.map(|id| id.0),
        id.map(|id| id.0),
        after.map_or(Uuid::nil(), |id| id.0),
        i64::from(limit),
    )
    .fetch_all(db)
    .await?;
    let file = rows.into_iter().map(|row| GeneratedFile {
        id: GeneratedFileId(row.id),
        conversation_id: ConversationId(row.conversation_id),
        message_id: MessageId(row.message_id),
        run_id: row.run_id,
        name: row.name,
        media_type: row.media_type,
        bytes: row.bytes as u64,
        sha256: row.sha256,
        created_at: row.created_at,
        deleted_at: row.deleted_at,
    });
    Ok(file.collect())
}
