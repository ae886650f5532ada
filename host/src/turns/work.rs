//! The work on one turn: what the agent tells goes into the stream as it comes, what scripts make into the store, and at
//! the end everything into the message.
//!
//! A database that is away for a moment costs a delay: what was not written is kept and written later, as long as the
//! lease holds. Nothing is written twice, since each chunk has its place.

use std::{collections::BTreeMap, path::Path, time::Duration};

use anyhow::Context;
use chrono::{DateTime, Utc};
use glovebox_sdk::Artifact;
use serde_json::Value;
use sqlx::PgPool;
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    chunks::Chunk,
    inputs::unix_ms,
    lease::{self, EndedTurn, Held, LEASE_S, Lease, Used},
    spending::ModelUsed,
    stream,
    transcript::{KeptFile, Transcript, run_id},
};
use crate::{
    addresses::Addresses,
    agent::{Ended, Ending, Event, QueryEnded, QueryRows, RunEnded, Writer},
    clock::Clock,
    config::ServerLimits,
    connect::Connector,
    conversations::{
        generated::{self, Origin},
        messages::State,
        parts::{QueryReceipt, RunOutcome},
    },
    error::{Error, Result},
    ids::GeneratedFileId,
    llm::Catalog,
    metrics::{self, TurnOver},
    notifications::{Notifications, Topic},
    objects::{Digest, ObjectKey, Objects, Spool},
    orgs::{Owned, membership},
    queue::{self, Job},
    sandbox::Sandbox,
    secret,
    sources::extracts::{self, Became, Receipt},
};

/// How long chunks are gathered before they are written: a reader sees text as it comes, and the database is asked less.
const GATHER: Duration = Duration::from_millis(30);
/// How often a lease is renewed, well before it ends.
const RENEWAL: Duration = Duration::from_secs(5);
/// How long to wait before writing is tried again.
const RETRY: Duration = Duration::from_millis(250);
/// How long a run's files may take to be stored although the turn is to end. A store that is well is far quicker, and one
/// that has hung for that long when somebody presses Stop is not waited for at all.
const LAST_FILES: Duration = Duration::from_secs(1);
/// What the rows of a query are kept as.
const CSV: &str = "text/csv";
const TOO_LATE: &str = "the answer ended before it was stored";

/// What turns are worked on with.
#[derive(Clone)]
pub struct TurnWorker {
    pub db: PgPool,
    pub objects: Objects,
    pub spool: Spool,
    pub clock: Clock,
    pub limits: ServerLimits,
    pub sandbox: Sandbox,
    pub models: Catalog,
    pub notifications: Notifications,
    pub addresses: Addresses,
    pub connector: Connector,
    pub signing_key: secret::ServerKey,
    /// The server goes away: turns end as interrupted, and no other is begun.
    pub closing: CancellationToken,
}

impl TurnWorker {
    /// Works on the turn that is next, if there is one, until it is over. The work goes on where this is given up.
    pub async fn work(&self) -> Result<()> {
        let mut tx = self.db.begin().await?;
        if self.closing.is_cancelled() {
            // It is another server's.
            queue::add(&mut tx, &Job::TakeTurn).await?;
            tx.commit().await?;
            return Ok(());
        }
        let taken = lease::take(&mut tx, self.clock.now(), &self.limits).await?;
        tx.commit().await?;
        if let Some(lease) = taken {
            // The queue's worker may lose its database and fall; the turn does not fall with it.
            let working = tokio::spawn(self.clone().work_on(lease));
            working.await.context("working on a turn")?;
        }
        Ok(())
    }

    async fn work_on(self, lease: Lease) {
        metrics::turn_taken(self.seconds_since(lease.asked_at));
        let stop = self.closing.child_token();
        // Where this ends by a fault of ours, the lease has to end as well.
        let _watch = AbortOnDropHandle::new(tokio::spawn(watch(self.clone(), lease.clone(), stop.clone())));
        let mut telling = Telling {
            worker: &self,
            transcript: Transcript::begin(lease.answer_id),
            stop: stop.clone(),
            deadline: Instant::now() + Duration::from_secs(self.limits.turn_wall_s.into()),
            lease: &lease,
            position: 0,
            unwritten: Vec::new(),
            written_at: None,
        };
        let outcome = telling.turn().await;
        let (state, memory, used) = outcome.unwrap_or_else(|error| {
            let message = match error {
                Error::Internal(error) => {
                    tracing::error!(error = format!("{error:#}"), "a turn failed");
                    "Something went wrong on our side. Try again in a moment.".to_owned()
                }
                error => error.to_string(),
            };
            telling.transcript.failed("failed", &message);
            (State::Failed, None, Used::default())
        });
        telling.end(state, memory, used).await;
        metrics::turn_over(state.as_str(), self.seconds_since(lease.asked_at));
    }

    fn seconds_since(&self, then: DateTime<Utc>) -> f64 {
        (self.clock.now() - then).as_seconds_f64()
    }
}

/// Keeps the lease, and ends the turn when somebody wants that, or when it is not this server's any more.
async fn watch(worker: TurnWorker, lease: Lease, stop: CancellationToken) {
    let mut ear = worker.notifications.ear(Topic::Stop(lease.answer_id));
    let lost_after = Duration::from_secs_f64(LEASE_S);
    let mut renewed = Instant::now();
    loop {
        let held = async { lease.renew(&mut *worker.db.acquire().await?).await };
        match tokio::time::timeout(RENEWAL, held).await {
            Ok(Ok(Held::Yes)) => renewed = Instant::now(),
            Ok(Ok(Held::ToBeStopped | Held::Lost)) => stop.cancel(),
            Ok(Err(_)) | Err(_) if renewed.elapsed() > lost_after => stop.cancel(),
            Ok(Err(_)) | Err(_) => {}
        }
        ear.news_within(RENEWAL).await;
    }
}

/// The turn as it is told.
struct Telling<'a> {
    worker: &'a TurnWorker,
    lease: &'a Lease,
    transcript: Transcript,
    /// The turn is to end, whoever wants that.
    stop: CancellationToken,
    /// When its time is up, also for files that are still to be stored.
    deadline: Instant,
    /// The place of the last chunk that is written.
    position: i64,
    unwritten: Vec<Chunk>,
    written_at: Option<Instant>,
}

impl Telling<'_> {
    async fn turn(&mut self) -> Result<(State, Option<Value>, Used)> {
        let worker = self.worker;
        self.write().await;
        let now = unix_ms(worker.clock.now())?;
        let inputs = tokio::select! {
            inputs = worker.gather(self.lease, self.stop.clone(), now) => inputs?,
            () = self.stop.cancelled() => return Ok((self.stopped(), None, Used::default())),
        };
        let agent = tokio::select! {
            agent = worker.agent(self.lease, inputs.script) => agent?,
            () = self.stop.cancelled() => return Ok((self.stopped(), None, Used::default())),
        };
        let mut answer = agent.answer(inputs.turn);
        loop {
            let due = self.written_at.map_or_else(Instant::now, |at| at + GATHER);
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(due), if self.has_unwritten() => self.write().await,
                event = answer.next() => match event {
                    Some(Event::RunEnded { call, ended }) => self.run_ended(call, &ended).await,
                    Some(Event::QueryEnded { call, ended }) => self.query_ended(call, &ended).await,
                    Some(Event::Ended(ended)) => return self.ended(&agent.writer, &ended),
                    Some(event) => self.transcript.tell(&event),
                    None => return Err(anyhow::anyhow!("a turn ended without an end").into()),
                },
            }
        }
    }

    fn ended(&mut self, writer: &Writer, ended: &Ended) -> Result<(State, Option<Value>, Used)> {
        let state = match &ended.ending {
            Ending::Stopped => self.stopped(),
            _ => self.transcript.ended(ended),
        };
        let memory = serde_json::to_value(&ended.exchange).context("writing what a turn remembers")?;
        let totals = &ended.totals;
        let used = Used {
            runs: totals.runs,
            fuel: totals.fuel,
            input_tokens: totals.usage.input_tokens,
            output_tokens: totals.usage.output_tokens,
            cost_micro_usd: totals.cost_micro_usd.unwrap_or(0),
            model: match writer {
                Writer::Model(model) => Some(ModelUsed::new(model, totals.usage, totals.cost_micro_usd)),
                Writer::Rules | Writer::Script(_) => None,
            },
        };
        metrics::turn_took(&TurnOver {
            provider: writer.provider(),
            model_ms: totals.model_ms,
            sandbox_ms: totals.sandbox_ms,
            repairs: totals.repairs,
            fuel: used.fuel,
            input_tokens: used.input_tokens,
            output_tokens: used.output_tokens,
            cost_micro_usd: used.cost_micro_usd,
        });
        Ok((state, Some(memory), used))
    }

    /// Somebody stopped it, or the server goes away.
    fn stopped(&mut self) -> State {
        if self.worker.closing.is_cancelled() {
            self.transcript.interrupted()
        } else {
            self.transcript.stopped()
        }
    }

    /// Stores what a run made, and tells of it.
    async fn run_ended(&mut self, call: u32, ended: &RunEnded) {
        metrics::run_over(RunOutcome::from(&ended.report.outcome).as_str());
        // What was printed is seen before the files are stored, however long that takes.
        self.write().await;
        let folder = ended.out.path();
        let (mut kept, mut problems) = (BTreeMap::new(), Vec::new());
        let begun = Instant::now();
        let last_moment = async {
            tokio::select! {
                () = self.stop.cancelled() => tokio::time::sleep_until(begun + LAST_FILES).await,
                () = tokio::time::sleep_until(self.deadline) => {}
            }
        };
        tokio::pin!(last_moment);
        let mut late = false;
        for artifact in &ended.report.artifacts {
            let path = folder.join(&artifact.name);
            let stored = tokio::select! {
                biased;
                () = &mut last_moment, if !late => {
                    late = true;
                    Err(TOO_LATE.to_owned())
                }
                stored = self.store_made(artifact, &path), if !late => stored.map_err(why_not_kept),
                else => Err(TOO_LATE.to_owned()),
            };
            let (name, media_type) = (&artifact.name, &artifact.media_type);
            let recorded = match stored {
                Ok((key, digest)) => self
                    .record(call, name, media_type, &key, &digest)
                    .await
                    .map_err(why_not_kept),
                Err(why) => Err(why),
            };
            match recorded {
                Ok(id) => {
                    let file = KeptFile {
                        id,
                        media_type: artifact.media_type.clone(),
                        bytes: artifact.bytes,
                    };
                    kept.insert(artifact.name.clone(), file);
                }
                Err(why) => problems.push(format!("{} could not be kept: {why}", artifact.name)),
            }
        }
        self.transcript.run_ended(call, &ended.report, &kept, problems);
    }

    /// Keeps the rows of a query as a file of the conversation, with the receipt, and tells of it.
    async fn query_ended(&mut self, call: u32, ended: &QueryEnded) {
        let rows = match &ended.0 {
            Ok(rows) => rows,
            Err(message) => return self.transcript.query_ended(Err(message.clone()), None),
        };
        let begun = Instant::now();
        let last_moment = async {
            tokio::select! {
                () = self.stop.cancelled() => tokio::time::sleep_until(begun + LAST_FILES).await,
                () = tokio::time::sleep_until(self.deadline) => {}
            }
        };
        let csv = &rows.fetched.csv;
        let stored = tokio::select! {
            biased;
            stored = self.store(csv.path(), *csv.digest()) => stored.map_err(why_not_kept),
            () = last_moment => Err(TOO_LATE.to_owned()),
        };
        let recorded = match stored {
            Ok((key, digest)) => self
                .record(call, &rows.name, CSV, &key, &digest)
                .await
                .map_err(why_not_kept),
            Err(why) => Err(why),
        };
        let (file_id, problem) = match recorded {
            Ok(id) => (Some(id), None),
            Err(why) => (None, Some(format!("{} could not be kept: {why}", rows.name))),
        };
        if let Err(error) = self.write_receipt(rows, file_id).await {
            tracing::error!(
                error = format!("{:#}", anyhow::Error::new(error)),
                "the receipt of a query was not written"
            );
        }
        let receipt = self.receipt(rows, file_id);
        self.transcript.query_ended(Ok(receipt), problem);
    }

    async fn write_receipt(&self, rows: &QueryRows, file_id: Option<GeneratedFileId>) -> Result<()> {
        let (worker, lease) = (self.worker, self.lease);
        let mut tx = worker.db.begin().await?;
        let conversation = Owned::Conversation(lease.conversation_id);
        let member = membership(&mut tx, lease.asked_by, conversation).await?;
        let fetched = &rows.fetched;
        let receipt = Receipt {
            query: &fetched.query,
            columns: &fetched.columns,
            ending: &fetched.ending,
            duration_ms: fetched.duration_ms,
            project_id: lease.project_id,
            name: &rows.name,
            became: Became::Generated(file_id),
        };
        extracts::record(&mut tx, worker.clock.now(), &member, &receipt).await?;
        tx.commit().await?;
        Ok(())
    }

    fn receipt(&self, rows: &QueryRows, file_id: Option<GeneratedFileId>) -> QueryReceipt {
        let fetched = &rows.fetched;
        QueryReceipt {
            file_id,
            name: rows.name.clone(),
            columns: fetched.columns.clone(),
            rows: fetched.ending.rows,
            bytes: fetched.csv.digest().bytes,
            truncated: fetched.ending.truncated,
            server: fetched.ending.server.clone(),
            sql_sha256: fetched.query.sha256(),
            taken_at: self.worker.clock.now(),
            duration_ms: fetched.duration_ms,
        }
    }

    async fn store_made(&self, artifact: &Artifact, path: &Path) -> Result<(ObjectKey, Digest)> {
        self.store(path, Digest::parse(artifact.bytes, &artifact.sha256.0)?)
            .await
    }

    /// Puts a file into the store. Where this is given up, what of it is there is left to the sweep.
    async fn store(&self, path: &Path, digest: Digest) -> Result<(ObjectKey, Digest)> {
        let key = ObjectKey::new(self.lease.org_id);
        self.worker.objects.put(&key, path, &digest).await?;
        Ok((key, digest))
    }

    /// Makes a stored file one of the conversation.
    async fn record(
        &self,
        call: u32,
        name: &str,
        media_type: &str,
        key: &ObjectKey,
        digest: &Digest,
    ) -> Result<GeneratedFileId> {
        let (worker, lease) = (self.worker, self.lease);
        let origin = Origin {
            org_id: lease.org_id,
            conversation_id: lease.conversation_id,
            message_id: lease.answer_id,
            run_id: run_id(lease.answer_id, call),
        };
        let recorded = async {
            let mut tx = worker.db.begin().await?;
            let now = worker.clock.now();
            let id = generated::record(&mut tx, now, &worker.limits, &origin, name, media_type, key, digest).await?;
            tx.commit().await?;
            Ok::<_, Error>(id)
        };
        match recorded.await {
            Ok(id) => Ok(id),
            Err(error) => {
                // What cannot be removed now is left to the sweep.
                let _ = worker.objects.delete(key).await;
                Err(error)
            }
        }
    }

    fn has_unwritten(&self) -> bool {
        self.transcript.has_fresh() || !self.unwritten.is_empty()
    }

    /// Writes the chunks that are not written yet. What cannot be written now is tried again later.
    async fn write(&mut self) {
        self.unwritten.extend(self.transcript.take_fresh());
        self.written_at = Some(Instant::now());
        if self.unwritten.is_empty() {
            return;
        }
        if let Err(error) = self.try_write().await {
            tracing::warn!(
                error = format!("{:#}", anyhow::Error::new(error)),
                "a stream was not written"
            );
            self.written_at = Some(Instant::now() + RETRY);
        }
    }

    async fn try_write(&mut self) -> Result<()> {
        let mut tx = self.worker.db.begin().await?;
        self.find_place(&mut tx).await?;
        // Where the turn is another server's by now, the watch ends it.
        self.lease.append(&mut tx, self.position, &self.unwritten).await?;
        tx.commit().await?;
        self.position += self.unwritten.len() as i64;
        self.unwritten.clear();
        Ok(())
    }

    /// Leaves out what was written by a transaction whose end nobody heard of.
    async fn find_place(&mut self, db: &mut sqlx::PgConnection) -> Result<()> {
        let last = stream::last(db, self.lease.answer_id).await?;
        let more = usize::try_from(last - self.position).unwrap_or(0);
        self.unwritten.drain(..more.min(self.unwritten.len()));
        self.position = last.max(self.position);
        Ok(())
    }

    /// Writes the turn's end, as often as it takes while the lease holds.
    async fn end(&mut self, state: State, memory: Option<Value>, used: Used) {
        self.unwritten.extend(self.transcript.take_fresh());
        let parts = self.transcript.parts();
        let remains = EndedTurn {
            state,
            parts: &parts,
            memory,
            used,
        };
        let until = Instant::now() + Duration::from_secs_f64(LEASE_S);
        loop {
            match self.try_end(&remains).await {
                Ok(()) => return,
                Err(error) if Instant::now() < until => {
                    tracing::warn!(
                        error = format!("{:#}", anyhow::Error::new(error)),
                        "a turn's end was not written"
                    );
                    tokio::time::sleep(RETRY).await;
                }
                Err(error) => {
                    let error = format!("{:#}", anyhow::Error::new(error));
                    tracing::error!(error, "a turn's end is given up; it will count as interrupted");
                    return;
                }
            }
        }
    }

    async fn try_end(&mut self, remains: &EndedTurn<'_>) -> Result<()> {
        let mut tx = self.worker.db.begin().await?;
        self.find_place(&mut tx).await?;
        let now = self.worker.clock.now();
        self.lease
            .end(&mut tx, now, self.position, &self.unwritten, remains)
            .await?;
        tx.commit().await?;
        Ok(())
    }
}

fn why_not_kept(error: Error) -> String {
    match error {
        Error::Internal(error) => {
            tracing::error!(error = format!("{error:#}"), "a script's file was not stored");
            "something went wrong on our side".to_owned()
        }
        error => error.to_string(),
    }
}
