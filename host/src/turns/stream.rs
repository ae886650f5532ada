//! An answer's stream in the database: appended while the turn runs, read by whoever follows, from any server.
//!
//! Chunks are counted from 1 without gaps. They are kept for a while after the turn, for readers who come back late;
//! the message has everything then.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;
use sqlx::{PgConnection, types::Json};

use super::chunks::Chunk;
use crate::{config::ServerLimits, conversations::messages::storable, error::Result, ids::MessageId};

/// A chunk with its place in the stream.
pub struct Kept {
    pub position: i64,
    pub chunk: Chunk,
}

/// Appends `chunks` after the one at `position`.
pub async fn append(db: &mut PgConnection, answer_id: MessageId, position: i64, chunks: &[Chunk]) -> Result<()> {
    let chunks: Vec<Value> = chunks.iter().map(storable).collect::<Result<_>>()?;
    sqlx::query!(
        "insert into turn_chunks (message_id, position, chunk)
         select $1, $2 + place, chunk from unnest($3::jsonb[]) with ordinality as given (chunk, place)",
        answer_id.0,
        position,
        &chunks as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The place of the last chunk; 0 before the first.
pub async fn last(db: &mut PgConnection, answer_id: MessageId) -> Result<i64> {
    let last = sqlx::query_scalar!(
        r#"select coalesce(max(position), 0) as "last!" from turn_chunks where message_id = $1"#,
        answer_id.0
    )
    .fetch_one(db)
    .await?;
    Ok(last)
}

/// What stands after the chunk at `after`, at most `limit` chunks.
pub async fn read(db: &mut PgConnection, answer_id: MessageId, after: i64, limit: i64) -> Result<Vec<Kept>> {
    let rows = sqlx::query!(
        r#"select position, chunk as "chunk: Json<Chunk>" from turn_chunks
           where message_id = $1 and position > $2 order by position limit $3"#,
        answer_id.0,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    let kept = rows.into_iter().map(|row| Kept {
        position: row.position,
        chunk: row.chunk.0,
    });
    Ok(kept.collect())
}

/// The same as JSON, for readers.
pub async fn read_json(
    db: &mut PgConnection,
    answer_id: MessageId,
    after: i64,
    limit: i64,
) -> Result<Vec<(i64, Value)>> {
    let rows = sqlx::query!(
        "select position, chunk from turn_chunks where message_id = $1 and position > $2 order by position limit $3",
        answer_id.0,
        after,
        limit,
    )
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|row| (row.position, row.chunk)).collect())
}

/// Removes the chunks of streams that can no longer be followed again. Returns how many.
pub async fn expire(db: &mut PgConnection, now: DateTime<Utc>, limits: &ServerLimits) -> Result<u64> {
    let gone = sqlx::query!(
        "delete from turn_chunks using messages
                 where messages.id = turn_chunks.message_id and messages.ended_at < $1",
        now - TimeDelta::minutes(limits.stream_minutes.into()),
    );
    Ok(gone.execute(db).await?.rows_affected())
}
