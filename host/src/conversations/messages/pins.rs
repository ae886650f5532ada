//! Pinned answers: those that the model is told of in later turns before others, however long the conversation grows.

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{Message, Speaker, get, not_an_answer};
use crate::{
    config::ServerLimits,
    error::{Error, Result},
    ids::MessageId,
    orgs::{Member, Role},
};

/// Pins an answer; one that is pinned stays so.
pub async fn pin(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    limits: &ServerLimits,
    member: &Member,
    id: MessageId,
) -> Result<Message> {
    member.at_least(Role::Member)?;
    let message = get(db, member, id).await?;
    if message.role != Speaker::Assistant {
        return Err(not_an_answer());
    }
    // One at a time in each conversation, so that two cannot pass the limit together.
    sqlx::query!(
        "select id from conversations where org_id = $1 and id = $2 for no key update",
        member.org_id.0,
        message.conversation_id.0,
    )
    .fetch_optional(&mut *db)
    .await?
    .ok_or(Error::Missing("conversation"))?;
    let others = sqlx::query_scalar!(
        r#"select count(*) as "count!" from messages
           where conversation_id = $1 and pinned_at is not null and id <> $2"#,
        message.conversation_id.0,
        id.0,
    )
    .fetch_one(&mut *db)
    .await?;
    if others >= i64::from(limits.pins_per_conversation) {
        return Err(Error::Limited {
            code: "too_many_pins",
            message: format!("{others} answers in this conversation are pinned, which is the limit. Unpin one first."),
            retry_after_s: None,
        });
    }
    sqlx::query!(
        "update messages set pinned_at = coalesce(pinned_at, $3) where org_id = $1 and id = $2",
        member.org_id.0,
        id.0,
        now,
    )
    .execute(&mut *db)
    .await?;
    get(db, member, id).await
}

/// Takes the pin away; an answer without one stays as it is.
pub async fn unpin(db: &mut PgConnection, member: &Member, id: MessageId) -> Result<()> {
    member.at_least(Role::Member)?;
    let unpinned = sqlx::query!(
        "update messages set pinned_at = null where org_id = $1 and id = $2 and role = 'assistant'",
        member.org_id.0,
        id.0,
    )
    .execute(&mut *db)
    .await?;
    if unpinned.rows_affected() == 0 {
        get(db, member, id).await?;
        return Err(not_an_answer());
    }
    Ok(())
}
