//! News between the servers of one database: hints that something about an answer has changed, by `LISTEN` and `NOTIFY`.
//!
//! A hint can be lost, so whoever waits for one looks again after a while anyway: what counts is what the tables say.
//! Nothing but ids travels here.

use std::{
    collections::HashMap,
    fmt,
    str::FromStr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use crate::{error::Result, ids::MessageId};
use sqlx::{PgConnection, PgPool, postgres::PgListener};
use tokio::sync::watch;

const CHANNEL: &str = "glovebox_answers";
/// How long a waiter trusts that it would have heard.
const PATIENCE: Duration = Duration::from_secs(1);
/// How long a listener that lost its connection waits before it tries again.
const PAUSE: Duration = Duration::from_millis(500);

/// What there can be news of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    /// Its stream has more, or its state is another.
    Stream(MessageId),
    /// Somebody wants it stopped.
    Stop(MessageId),
}

/// What this server hears. Cheap to clone.
#[derive(Clone, Default)]
pub struct Notifications(Arc<Mutex<HashMap<Topic, watch::Sender<u64>>>>);

/// Hears what is told of one topic, from the moment it was made.
pub struct Subscription {
    notifications: Notifications,
    topic: Topic,
    heard: watch::Receiver<u64>,
}

/// Tells every server that there is news of `topic`, when the transaction of `db` commits.
pub async fn tell(db: &mut PgConnection, topic: Topic) -> Result<()> {
    sqlx::query("select pg_notify($1, $2)")
        .bind(CHANNEL)
        .bind(topic.to_string())
        .execute(db)
        .await?;
    Ok(())
}

impl Notifications {
    /// Hears until the pool is closed.
    pub fn listen(pool: PgPool) -> Self {
        let notifications = Self::default();
        let hearing = notifications.clone();
        tokio::spawn(async move {
            while !pool.is_closed() {
                if let Err(error) = hearing.hear(&pool).await
                    && !pool.is_closed()
                {
                    tracing::warn!(%error, "the server cannot listen to the others; trying again");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        });
        notifications
    }

    /// An ear for `topic`.
    pub fn ear(&self, topic: Topic) -> Subscription {
        let heard = self.with(|ears| ears.entry(topic).or_default().subscribe());
        Subscription {
            notifications: self.clone(),
            topic,
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
                    if let Ok(topic) = news.payload().parse() {
                        self.wake(Some(topic));
                    }
                }
                None => self.wake(None),
            }
        }
    }

    /// Wakes whoever waits for `topic`, or everybody.
    fn wake(&self, topic: Option<Topic>) {
        self.with(|ears| {
            let concerned = |ear: &Topic| topic.is_none_or(|topic| topic == *ear);
            for (_, ear) in ears.iter().filter(|(ear, _)| concerned(ear)) {
                ear.send_modify(|news| *news += 1);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<Topic, watch::Sender<u64>>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Subscription {
    /// Returns when there may be news since the last call.
    pub async fn news(&mut self) {
        self.news_within(PATIENCE).await;
    }

    /// The same, with a patience of the caller's own.
    pub async fn news_within(&mut self, patience: Duration) {
        // It ends early, or not at all where the sender is gone: then the patience is what counts.
        let heard = async {
            if self.heard.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::time::timeout(patience, heard).await.ok();
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        let topic = self.topic;
        self.notifications.with(|ears| {
            // This one still counts.
            if ears.get(&topic).is_some_and(|ear| ear.receiver_count() <= 1) {
                ears.remove(&topic);
            }
        });
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stream(id) => write!(f, "stream {id}"),
            Self::Stop(id) => write!(f, "stop {id}"),
        }
    }
}

impl FromStr for Topic {
    type Err = ();

    fn from_str(text: &str) -> std::result::Result<Self, ()> {
        let (kind, id) = text.split_once(' ').ok_or(())?;
        let id = MessageId(id.parse().map_err(|_| ())?);
        match kind {
            "stream" => Ok(Self::Stream(id)),
            "stop" => Ok(Self::Stop(id)),
            _ => Err(()),
        }
    }
}
