//! Following an answer from inside a server, chunk by chunk, to its end.

use std::collections::VecDeque;

use sqlx::PgPool;

use super::{Standing, chunks::Chunk, standing, stream};
use crate::{
    error::Result,
    ids::MessageId,
    notifications::{Notifications, Subscription, Topic},
};

/// Chunks that are read at a time.
const READ: i64 = 500;

/// Somebody who follows an answer from its beginning. The turn goes on whether or not anybody does.
pub struct Follower {
    db: PgPool,
    ear: Subscription,
    answer_id: MessageId,
    after: i64,
    chunks: VecDeque<Chunk>,
    over: bool,
}

impl Follower {
    pub fn new(db: PgPool, notifications: &Notifications, answer_id: MessageId) -> Self {
        Self {
            db,
            ear: notifications.ear(Topic::Stream(answer_id)),
            answer_id,
            after: 0,
            chunks: VecDeque::new(),
            over: false,
        }
    }

    /// The next chunk; `None` after the last.
    pub async fn next(&mut self) -> Result<Option<Chunk>> {
        loop {
            if let Some(chunk) = self.chunks.pop_front() {
                return Ok(Some(chunk));
            }
            if self.over {
                return Ok(None);
            }
            let mut db = self.db.acquire().await?;
            // Before the chunks, so that the last ones are not missed.
            self.over = standing(&mut db, self.answer_id).await? == Standing::Over;
            let kept = stream::read(&mut db, self.answer_id, self.after, READ).await?;
            drop(db);
            if let Some(last) = kept.last() {
                self.after = last.position;
                self.over &= kept.len() < READ as usize;
            } else if !self.over {
                self.ear.news().await;
            }
            self.chunks.extend(kept.into_iter().map(|kept| kept.chunk));
        }
    }

    /// Waits for the end of the answer, whatever it is.
    pub async fn end(&mut self) -> Result<()> {
        while self.next().await?.is_some() {}
        Ok(())
    }
}
