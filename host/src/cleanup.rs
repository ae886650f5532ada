//! The sweep: removes what is over, and the bytes that no row lives on.
//!
//! It settles whatever a crash, a failing store or a deleted account leaves, in this order: rows whose time is over,
//! which buries the objects they named; objects that nothing names; bytes in the store without a row; and then the
//! bytes of everything that is buried. A second sweep at the same time does nothing. Rows whose bytes are gone are
//! reported and never removed, since only a person can say what became of them.
//!
//! It never removes what a live row names, nor what is about to be recorded: see [`store`].

mod rows;
mod store;

use std::{
    collections::BTreeMap,
    fmt,
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use sqlx::{Connection, PgConnection, PgPool};

use crate::{
    config::ServerLimits,
    error::Result,
    objects::{ObjectKey, Objects, Spool},
};

/// The advisory lock that a sweep holds on the database.
const LOCK: i64 = 0x676c_6f76_7377_6570;
/// Missing objects that a report names; the others are counted.
const NAMED_IN_REPORT: usize = 100;

/// What a sweep removes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Resumable uploads that were not finished in time.
    Uploads,
    /// Files that were deleted and can no longer be had back.
    Files,
    /// Objects whose rows named them until they were deleted.
    Objects,
    /// Objects in the store that no row ever named.
    Orphans,
    /// Pieces of objects that a server did not finish storing.
    Unfinished,
    /// Objects by which the store was tried.
    Probes,
    /// What servers that are gone left of uploads on their way.
    Spool,
    Sessions,
    EmailVerifications,
    PasswordResets,
    GoogleLogins,
    Invitations,
    IdempotencyKeys,
    /// Chunks of the streams of answers that ended a while ago; the messages have everything.
    Streams,
    TileResults,
    /// Messages by which channels were tried.
    Deliveries,
    /// Checks of alerts with their events and messages.
    AlertChecks,
    /// Sendings of reports with their mails.
    ReportSends,
    LoginFailures,
    /// Counts of the mails that addresses were sent.
    MailRequests,
    /// Accounts whose address nobody ever confirmed.
    UnconfirmedAccounts,
}

/// How much of one kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Amount {
    pub count: u64,
    /// 0 where the kind has no bytes in a store.
    pub bytes: u64,
}

/// A row whose bytes are not what it says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Damaged {
    pub key: String,
    /// Bytes by the row.
    pub bytes: u64,
    /// Bytes in the store; `None` where there is no such object.
    pub bytes_stored: Option<u64>,
}

/// What a sweep did, or would do.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Nothing was changed.
    pub dry_run: bool,
    /// Another sweep was at work, so this one did nothing.
    pub busy: bool,
    /// What was removed, or would be. A kind of which there was nothing is not in it.
    pub removed: BTreeMap<Kind, Amount>,
    /// Rows whose bytes are gone or have another length: how many, and the first of them.
    pub damaged_count: u64,
    pub damaged: Vec<Damaged>,
    /// Objects in the store with keys that this program does not make. They are left alone.
    pub foreign: Amount,
    /// What could not be done, and is left to the next sweep.
    pub failures: Vec<String>,
    pub took_ms: u64,
}

/// What a sweep works on.
#[derive(Clone, Copy, Debug)]
pub struct Sweep<'a> {
    pub db: &'a PgPool,
    pub objects: &'a Objects,
    pub limits: &'a ServerLimits,
    pub now: DateTime<Utc>,
    /// Where uploads on their way to this machine lie.
    pub spool: &'a Path,
    /// Find everything, change nothing.
    pub dry_run: bool,
}

impl Sweep<'_> {
    /// Sweeps. Where the store fails, the report says so; an error is the database's.
    pub async fn run(&self) -> Result<Report> {
        let started = Instant::now();
        let mut report = Report {
            dry_run: self.dry_run,
            ..Report::default()
        };
        // The lock is the connection's, so this one is taken out of the pool: whatever becomes of the sweep, it is
        // closed, and the lock is gone with it.
        let mut lock = self.db.acquire().await?.detach();
        if !self.dry_run && !held(&mut lock).await? {
            report.busy = true;
            return Ok(report);
        }
        rows::sweep(self, &mut report).await?;
        store::sweep(self, &mut report).await?;
        self.empty_spool(&mut report).await;
        // Closing alone would leave the lock for a moment longer, in which the next sweep would find it taken.
        sqlx::query!("select pg_advisory_unlock($1)", LOCK)
            .fetch_one(&mut lock)
            .await?;
        let _ = lock.close().await;
        report.took_ms = started.elapsed().as_millis() as u64;
        report.log();
        Ok(report)
    }

    /// Stops at a store of objects that belongs to another database. One that belongs to none is taken for this one,
    /// unless this is a dry run.
    pub async fn check_store(&self) -> Result<()> {
        store::check_owner(self).await
    }

    async fn empty_spool(&self, report: &mut Report) {
        let (spool, dry_run) = (self.spool.to_owned(), self.dry_run);
        let emptied = tokio::task::spawn_blocking(move || Spool::remove_abandoned(&spool, dry_run)).await;
        match emptied.map_err(anyhow::Error::new).and_then(|emptied| emptied) {
            Ok((count, bytes)) => report.add(Kind::Spool, count, bytes),
            Err(error) => report.fail(format!("removing what is left of uploads: {error:#}")),
        }
    }

    fn before(&self, age: TimeDelta) -> DateTime<Utc> {
        self.now - age
    }
}

impl Report {
    /// How much of a kind was removed, or would be.
    pub fn removed(&self, kind: Kind) -> Amount {
        self.removed.get(&kind).copied().unwrap_or_default()
    }

    fn add(&mut self, kind: Kind, count: u64, bytes: u64) {
        if count > 0 {
            let amount = self.removed.entry(kind).or_default();
            amount.count += count;
            amount.bytes += bytes;
        }
    }

    fn damage(&mut self, key: &ObjectKey, bytes: u64, bytes_stored: Option<u64>) {
        self.damaged_count += 1;
        if self.damaged.len() < NAMED_IN_REPORT {
            self.damaged.push(Damaged {
                key: key.as_str().to_owned(),
                bytes,
                bytes_stored,
            });
        }
    }

    /// Notes what could not be done. A store that is down fails many times over: the first ones say enough.
    fn fail(&mut self, failure: String) {
        if self.failures.len() < 10 {
            self.failures.push(failure);
        }
    }

    fn log(&self) {
        let took = Duration::from_millis(self.took_ms);
        for failure in &self.failures {
            tracing::warn!(failure, "the sweep left some work to the next one");
        }
        if self.damaged_count > 0 {
            tracing::error!(
                count = self.damaged_count,
                first = self.damaged.first().map(|damaged| damaged.key.as_str()),
                "rows refer to objects whose bytes are missing or have the wrong length; `glovebox cleanup --dry-run` \
                 lists them"
            );
        }
        let removed: Vec<String> = self
            .removed
            .iter()
            .map(|(kind, amount)| format!("{kind}: {amount}"))
            .collect();
        tracing::info!(removed = removed.join(", "), dry_run = self.dry_run, ?took, "swept");
    }
}

/// In words, for people.
impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Uploads => "unfinished uploads",
            Self::Files => "deleted files",
            Self::Objects => "objects of deleted files",
            Self::Orphans => "objects without a row",
            Self::Unfinished => "unfinished objects",
            Self::Probes => "objects left by checks",
            Self::Spool => "uploads of servers that are gone",
            Self::Sessions => "sessions",
            Self::EmailVerifications => "email verifications",
            Self::PasswordResets => "password resets",
            Self::GoogleLogins => "Google sign-ins",
            Self::Invitations => "invitations",
            Self::IdempotencyKeys => "idempotency keys",
            Self::Streams => "chunks of streams",
            Self::TileResults => "results of tiles",
            Self::Deliveries => "tests of channels",
            Self::AlertChecks => "checks of alerts",
            Self::ReportSends => "sendings of reports",
            Self::LoginFailures => "failed log-ins",
            Self::MailRequests => "counts of mails",
            Self::UnconfirmedAccounts => "accounts that were never confirmed",
        })
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.bytes == 0 {
            return write!(f, "{}", self.count);
        }
        write!(f, "{} ({} bytes)", self.count, self.bytes)
    }
}

/// Whether the lock could be had. It lasts as long as the connection.
async fn held(db: &mut PgConnection) -> Result<bool> {
    let row = sqlx::query!(r#"select pg_try_advisory_lock($1) as "held!""#, LOCK)
        .fetch_one(db)
        .await?;
    Ok(row.held)
}
