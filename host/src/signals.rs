//! News between the servers of one database: hints that something about a message has changed, by `LISTEN` and `NOTIFY`.
//!
//! A hint can be lost, so whoever waits for one looks again after a while anyway: what counts is what the tables say.
//! Nothing but ids travels here.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use sqlx::{PgConnection, PgPool, postgres::PgListener};
use tokio::sync::watch;
use uuid::Uuid;

use crate::error::Result;

const CHANNEL: &str = "glovebox_messages";
/// How long a waiter trusts that it would have heard.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a listener that lost its connection waits before it tries again.
const PAUSE: Duration = Duration::from_millis(500);

/// What this server hears. Cheap to clone.
#[derive(Clone, Default)]
pub struct Signals(Arc<Mutex<HashMap<Uuid, watch::Sender<u64>>>>);

/// Hears what is told about one message, from the moment it was made.
pub struct Ear {
    signals: Signals,
    id: Uuid,
    heard: watch::Receiver<u64>,
}

/// Tells every server that something about `id` has changed, when the transaction of `db` commits.
pub async fn tell(db: &mut PgConnection, id: Uuid) -> Result<()> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(id.to_string())
        .execute(db)
        .await?;
    Ok(())
}

impl Signals {
    /// Hears until the pool is closed.
    pub fn listen(pool: PgPool) -> Self {
        let signals = Self::default();
        let hearing = signals.clone();
        tokio::spawn(async move {
            while !pool.is_closed() {
                if let Err(error) = hearing.hear(&pool).await
                    && !pool.is_closed()
                {
                    tracing::warn!(%error, "the server does not hear the others, and tries again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
        signals
    }

    /// An ear for what concerns `id`.
    pub fn ear(&self, id: Uuid) -> Ear {
        let heard = self.with(|ears| ears.entry(id).or_default().subscribe());
        Ear {
            signals: self.clone(),
            id,
            heard,
        }
    }

    async fn hear(&self, pool: &PgPool) -> sqlx::Result<()> {
        let mut listener = PgListener::connect_with(pool).await?;
        listener.listen(CHANNEL).await?;
        loop {
            // After a lost connection there may be news that nobody heard.
            match listener.try_recv().await? {
                Some(news) => {
                    if let Ok(id) = news.payload().parse::<Uuid>() {
                        self.wake(|ear| *ear == id);
                    }
                }
                None => self.wake(|_| true),
            }
        }
    }

    fn wake(&self, concerns: impl Fn(&Uuid) -> bool) {
        self.with(|ears| {
            for (_, ear) in ears.iter().filter(|(id, _)| concerns(id)) {
                ear.send_modify(|news| *news += 1);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Uuid, watch::Sender<u64>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Ear {
    /// Returns when there may be news since the last call.
    pub async fn news(&mut self) {
        // It ends early, or not at all where the sender is gone: then the patience is what counts.
        let heard = async {
            if self.heard.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::time::timeout(PATIENCE, heard).await.ok();
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        let id = self.id;
        self.signals.with(|ears| {
            // This one still counts.
            if ears.get(&id).is_some_and(|ear| ear.receiver_count() <= 1) {
                ears.remove(&id);
            }
        });
    }
}
