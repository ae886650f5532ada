//! A check from its beginning to its outcome: the tile is made anew, its table is read, the condition is asked.

use anyhow::Context;
use chrono::TimeDelta;
use tokio_util::task::AbortOnDropHandle;

use super::{
    checks::{self, Lease},
    outcome::{self, Outcome},
    preview::{self, WholeTable},
};
use crate::{
    error::{Error, Result},
    files,
    queue::{self, Job},
    tiles::{
        self, Kind, Tile,
        ask::Asker,
        handout,
        results::{How, Shown, State},
        whole::Displayed,
        work::Refresher,
    },
};

/// Failures of ours after which a check is given up.
const ATTEMPTS_MAX: i32 = 5;

/// What checks are done with.
#[derive(Clone)]
pub struct Checker {
    /// What tiles are made with, and everything else that a check needs.
    pub refresher: Refresher,
    /// How people reach the server, without a slash at its end.
    pub public_url: String,
}

/// What a tile shows now.
enum Made {
    /// The address of its result.
    Key(Vec<u8>),
    Not(String),
    Waiting,
}

impl Checker {
    /// Does what is due, one check after the other.
    pub async fn work(&self) -> Result<()> {
        let with = &self.refresher;
        loop {
            let mut tx = with.db.begin().await?;
            if with.closing.is_cancelled() {
                // It is another server's.
                queue::add(&mut tx, &Job::CheckAlerts).await?;
                tx.commit().await?;
                return Ok(());
            }
            let taken = checks::take(&mut tx, &with.limits).await?;
            tx.commit().await?;
            let Some(lease) = taken else { return Ok(()) };
            let _watch = AbortOnDropHandle::new(tokio::spawn(checks::renew(with.db.clone(), lease.clone())));
            let outcome = match Box::pin(self.check(&lease)).await {
                Ok(Some(outcome)) => outcome,
                Ok(None) => {
                    checks::wait(&with.db, &lease).await?;
                    continue;
                }
                Err(error @ (Error::Internal(_) | Error::Unavailable(_))) => {
                    tracing::error!(
                        error = format!("{:#}", anyhow::Error::new(error)),
                        "a check of an alert failed"
                    );
                    if lease.attempts < ATTEMPTS_MAX {
                        checks::later(&with.db, &lease).await?;
                        continue;
                    }
                    Outcome::failed("Something went wrong on our side. The next check tries again.")
                }
                Err(error) => Outcome::failed(&error.to_string()),
            };
            let mut tx = with.db.begin().await?;
            let now = with.clock.now();
            outcome::write(&mut tx, now, &with.limits, &self.public_url, &lease, outcome).await?;
            tx.commit().await?;
        }
    }

    /// What the check saw; none while the tile is still being made.
    async fn check(&self, lease: &Lease) -> Result<Option<Outcome>> {
        let with = &self.refresher;
        let Some(tile) = self.tile(lease).await? else {
            return Ok(Some(Outcome::failed(
                "The tile no longer exists. Create the alert again on another tile.",
            )));
        };
        let mut made = self.ask(&tile, lease).await?;
        if matches!(made, Made::Waiting) {
            with.work().await?;
            made = self.ask(&tile, lease).await?;
        }
        let key = match made {
            Made::Key(key) => key,
            Made::Not(why) => return Ok(Some(Outcome::failed(&why))),
            Made::Waiting => return Ok(self.waited(lease)),
        };
        let mut table = self.table(lease, &tile, &key).await?;
        if matches!(table, WholeTable::Waiting) {
            with.work().await?;
            table = self.table(lease, &tile, &key).await?;
        }
        let table = match table {
            WholeTable::Ready(file) => file,
            WholeTable::Failed(why) => return Ok(Some(Outcome::failed(&why))),
            WholeTable::Waiting => return Ok(self.waited(lease)),
        };
        let earlier = outcome::values(&mut *with.db.acquire().await?, lease.alert_id).await?;
        let number = tile.kind == Kind::Number;
        let verdict = preview::ask(with, &lease.condition, &table, number, &earlier).await?;
        Ok(Some(Outcome::of(verdict, key)))
    }

    /// None while there is time to wait for the tile.
    fn waited(&self, lease: &Lease) -> Option<Outcome> {
        let with = &self.refresher;
        let waited = with.clock.now() - lease.planned_at;
        (waited >= TimeDelta::seconds(with.limits.alert_wait_s.into()))
            .then(|| Outcome::failed("The tile was not computed in time. The next check tries again."))
    }

    async fn table(&self, lease: &Lease, tile: &Tile, key: &[u8]) -> Result<WholeTable> {
        let with = &self.refresher;
        let table = {
            let mut db = with.db.acquire().await?;
            Displayed::of_tile(&mut db, lease.org_id, tile, Some(&files::hex(key))).await?
        };
        preview::whole(with, lease.org_id, table).await
    }

    async fn tile(&self, lease: &Lease) -> Result<Option<Tile>> {
        let mut db = self.refresher.db.acquire().await?;
        tiles::one(&mut db, lease.org_id, lease.tile_id).await
    }

    async fn ask(&self, tile: &Tile, lease: &Lease) -> Result<Made> {
        let with = &self.refresher;
        let mut tx = with.db.begin().await?;
        let mut asker = Asker {
            db: &mut tx,
            now: with.clock.now(),
            limits: &with.limits,
            module: with.sandbox.module_sha256(),
            org_id: lease.org_id,
            how: How::Run,
        };
        let mut shown = asker.ask(std::slice::from_ref(tile), &[]).await?;
        tx.commit().await?;
        made(shown.pop().context("a tile that shows nothing")?)
    }
}

fn made(shown: Shown) -> Result<Made> {
    Ok(match (shown.state, shown.key) {
        (State::Done, Some(key)) => Made::Key(handout::key_of(&key)?),
        (State::Waiting | State::Running, _) => Made::Waiting,
        _ => Made::Not(shown.problem.unwrap_or_else(|| "The tile has no result.".to_owned())),
    })
}
