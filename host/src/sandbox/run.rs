//! One run from the host's side: hand over the job, listen, stop, and make the report.
//!
//! Whatever the worker does, a run ends: by its own end, by a stop that is followed by a kill, or by a kill when its
//! time is long over. How it ended is a value, never an error of the host's. The report is made after the worker is
//! gone, from what the host saw itself.

use std::{
    os::unix::process::ExitStatusExt,
    process::ExitStatus,
    time::{Duration, Instant},
};

use glovebox_sdk::{
    CONTRACT_VERSION, Digest, Ending, Event, Fault, FileDigest, Input, Job, LimitKind, Limits, Message, Outcome,
    Receipt, Report,
};
use sha2::{Digest as _, Sha256};
use tokio::{
    sync::{OwnedSemaphorePermit, mpsc::UnboundedSender, watch},
    time::{sleep_until, timeout},
};

use super::{
    Finished, OutFolder, Task,
    collect::{self, Collected},
    digests::{Digested, InputDigests},
    folders::RunFolder,
    frame::{self, Cause, End, FromWorker, Order},
    outbox::{self, in_units},
    pool::{Worker, WorkerError},
    quota,
};
use crate::metrics;

/// How long a worker has to end by itself once it was told to stop. Guest code notices within microseconds; what takes
/// longer is one bulk copy of memory or one write to a slow disk, and then the worker is killed: with what follows, a
/// stop takes no more than a tenth of a second.
const STOP_GRACE: Duration = Duration::from_millis(40);

/// How long after its wall time a worker is killed, if it has not ended by itself.
const WALL_GRACE: Duration = Duration::from_millis(250);

/// The longest time that a run is followed, so that adding it to an instant cannot overflow: 35 years.
const WALL_MAX_MS: u64 = 1 << 40;

/// How long a report waits for a killed process to be gone. The kernel may still be freeing its memory then, but it
/// runs no more code.
const EXIT_WAIT: Duration = Duration::from_millis(20);

/// How long the digests of the inputs are waited for when the run is over before its time.
const DIGESTS_GRACE: Duration = Duration::from_millis(20);

/// Everything about a run that is known before it begins.
pub struct Plan {
    pub task: Task,
    pub module_sha256: Digest,
    pub inputs: Vec<Input>,
}

/// A worker that has taken its job.
pub struct Begun {
    pub worker: Worker,
    pub at: Instant,
    pub input_digests: InputDigests,
    /// The run's part of the memory that all runs may have.
    pub memory: OwnedSemaphorePermit,
}

impl Plan {
    /// What the worker is asked to do.
    pub fn order(&self) -> Order {
        let task = &self.task;
        let job = Job {
            version: CONTRACT_VERSION,
            mode: task.mode,
            script_name: task.script_name.clone(),
            script: task.script.clone(),
            inputs: self.inputs.clone(),
            parameters: task.parameters.clone(),
            seed: task.seed,
            clock_unix_ms: task.clock_unix_ms,
            displayed_rows: task.limits.displayed_rows,
        };
        Order {
            job,
            limits: task.limits.clone(),
        }
    }
}

/// What the host saw of a run.
struct Seen {
    outcome: Outcome,
    inputs: Vec<FileDigest>,
    end: Option<End>,
    text: Sha256,
    wall: Duration,
    instantiate_us: u64,
}

/// Follows a run that has begun and reports. Events go to `events` as they come, until `stop` or the end.
pub async fn follow(
    plan: Plan,
    begun: Begun,
    events: UnboundedSender<Event>,
    mut stop: watch::Receiver<bool>,
) -> anyhow::Result<Finished> {
    let Begun {
        mut worker,
        at,
        input_digests,
        memory,
    } = begun;
    let limits = plan.task.limits.clone();
    let mut listener = Listener::new(&limits, events);
    let ended = listener.listen(&mut worker, at, &mut stop).await;
    worker.kill();
    let wall = at.elapsed();
    let status = timeout(EXIT_WAIT, worker.kill_and_wait()).await.ok().flatten();
    if status.and_then(|status| status.signal()) == Some(libc::SIGSYS) {
        metrics::forbidden_call();
        tracing::error!("a sandbox worker made a system call that the sandbox forbids, and was killed");
    }
    let outcome = listener.outcome(ended, &mut worker, status, &limits).await;
    drop(memory);
    // Whoever listens learns by this that the script is over.
    let Listener { end, text, events, .. } = listener;
    drop(events);
    let early = !matches!(outcome, Outcome::Done { .. } | Outcome::Fault(_));
    let deadline = if early {
        tokio::time::Instant::now() + DIGESTS_GRACE
    } else {
        tokio::time::Instant::from_std(at) + wall_time(&limits)
    };
    // A stop that ended the run is not one that cuts the reading short.
    let mut stop = if early { watch::channel(false).1 } else { stop };
    let (inputs, digested) = input_digests.until(deadline, &mut stop).await?;
    let outcome = match digested {
        Digested::UntilStop => Outcome::Stopped,
        Digested::UntilDeadline if !early => limit(LimitKind::WallMs, &limits),
        Digested::All | Digested::UntilDeadline => outcome,
    };
    let seen = Seen {
        outcome,
        inputs,
        end,
        text,
        wall,
        instantiate_us: worker.ready.instantiate_us,
    };
    report(plan, worker.into_folder(), seen).await
}

/// A run whose inputs are too large to begin, or to be read.
pub async fn refuse(plan: Plan, folder: RunFolder) -> anyhow::Result<Finished> {
    let seen = Seen {
        outcome: limit(LimitKind::InputBytes, &plan.task.limits),
        inputs: Vec::new(),
        end: None,
        text: Sha256::new(),
        wall: Duration::ZERO,
        instantiate_us: 0,
    };
    report(plan, folder, seen).await
}

/// Why the host stopped listening.
enum Ended {
    /// The worker said so, or its pipe ended.
    ByWorker,
    ByStop,
    ByTime,
    Hostile(String),
}

struct Listener {
    events: UnboundedSender<Event>,
    wall: Duration,
    text_max_bytes: u64,
    text_bytes: u64,
    text: Sha256,
    rows_max: u64,
    ending: Option<Ending>,
    end: Option<End>,
}

impl Listener {
    fn new(limits: &Limits, events: UnboundedSender<Event>) -> Self {
        // The notice about dropped text is not part of the text, and a line break may come before it.
        let notice = outbox::truncation_notice(limits.stdout_bytes).len() as u64 + 1;
        Self {
            events,
            wall: wall_time(limits),
            text_max_bytes: limits.stdout_bytes.saturating_add(notice),
            text_bytes: 0,
            text: Sha256::new(),
            rows_max: limits.displayed_rows,
            ending: None,
            end: None,
        }
    }

    async fn listen(&mut self, worker: &mut Worker, begun: Instant, stop: &mut watch::Receiver<bool>) -> Ended {
        let mut deadline = tokio::time::Instant::from_std(begun) + self.wall + WALL_GRACE;
        let mut stopping = false;
        loop {
            // In this order, so that a worker which always has something to say can still be stopped.
            tokio::select! {
                biased;
                () = stopped(stop), if !stopping => {
                    stopping = true;
                    deadline = deadline.min(tokio::time::Instant::now() + STOP_GRACE);
                    let _ = timeout(STOP_GRACE, worker.send(&frame::stop())).await;
                }
                () = sleep_until(deadline) => return if stopping { Ended::ByStop } else { Ended::ByTime },
                frame = worker.next() => match self.take(frame) {
                    Ok(false) => {}
                    Ok(true) => return Ended::ByWorker,
                    Err(what) => return Ended::Hostile(what),
                },
            }
        }
    }

    /// Takes one frame; true when it was the last.
    fn take(&mut self, frame: Result<Option<FromWorker>, WorkerError>) -> Result<bool, String> {
        match frame {
            Ok(Some(FromWorker::Text { stream, text })) => {
                self.text_bytes += text.len() as u64;
                if self.text_bytes > self.text_max_bytes {
                    return Err("it sent more text than a run may keep".to_owned());
                }
                self.text.update(&text);
                self.tell(Event::Output { stream, text });
            }
            Ok(Some(FromWorker::Message(message))) => {
                if self.ending.is_some() {
                    return Err("it went on after its end".to_owned());
                }
                match message {
                    Message::Event(Event::Table(table)) if table.rows.len() as u64 > self.rows_max => {
                        return Err("it sent a table of more rows than are shown".to_owned());
                    }
                    Message::Event(event) => self.tell(event),
                    Message::Ending(ending) => self.ending = Some(ending),
                }
            }
            Ok(Some(FromWorker::End(end))) => {
                self.end = Some(end);
                return Ok(true);
            }
            Ok(Some(FromWorker::Ready(_))) => return Err("it was ready twice".to_owned()),
            Ok(Some(FromWorker::Taken)) => return Err("it took its job twice".to_owned()),
            Ok(None) | Err(WorkerError::Pipe(_)) => return Ok(true),
            Err(WorkerError::Frame(error)) => return Err(format!("it sent {error}")),
        }
        Ok(false)
    }

    fn tell(&self, event: Event) {
        // Nobody has to listen; the report comes all the same.
        let _ = self.events.send(event);
    }

    async fn outcome(
        &mut self,
        ended: Ended,
        worker: &mut Worker,
        status: Option<ExitStatus>,
        limits: &Limits,
    ) -> Outcome {
        match ended {
            Ended::ByStop => Outcome::Stopped,
            Ended::ByTime => limit(LimitKind::WallMs, limits),
            Ended::Hostile(what) => Outcome::Crashed {
                message: format!("the sandbox worker broke its protocol and was killed: {what}"),
            },
            Ended::ByWorker => match &self.end {
                None => Outcome::Crashed {
                    message: worker.describe_death(status).await,
                },
                Some(end) => outcome(end, self.ending.take(), limits),
            },
        }
    }
}

/// Waits for a stop; for ever, if nobody is left who could ask for one.
pub async fn stopped(stop: &mut watch::Receiver<bool>) {
    if stop.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn outcome(end: &End, ending: Option<Ending>, limits: &Limits) -> Outcome {
    match (&end.cause, ending) {
        (Cause::Stopped, _) => Outcome::Stopped,
        (Cause::Limit(kind), _) => limit(*kind, limits),
        (Cause::Trapped { message }, _) => Outcome::Crashed {
            message: message.clone(),
        },
        (Cause::Returned, Some(Ending::Done { result })) => Outcome::Done { result },
        (Cause::Returned, Some(Ending::Fault(fault))) => match end.refused {
            Some(kind) if is_by(&fault, kind) => limit(kind, limits),
            _ => Outcome::Fault(fault),
        },
        (Cause::Returned, Some(Ending::Refused { message })) => Outcome::Crashed { message },
        (Cause::Returned, None) => Outcome::Crashed {
            message: "the guest ended without saying how".to_owned(),
        },
    }
}

/// Whether an error is what became of a request that `kind` refused. A script that took the refusal in its stride and
/// failed later failed by itself.
fn is_by(fault: &Fault, kind: LimitKind) -> bool {
    let Some(errno) = quota::errno(kind) else {
        return tells_of_memory(&fault.kind) || tells_of_memory(&fault.message);
    };
    // As Python and Rust write it.
    let written = [format!("[Errno {}]", errno.0), format!("(os error {})", errno.0)];
    written.iter().any(|number| fault.message.contains(number.as_str()))
}

/// Whether an error's name or text says that there was too little memory: Python's, numpy's, or polars' own.
pub fn tells_of_memory(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    let words = ["memoryerror", "out of memory", "memory allocation", "capacity overflow"];
    words.iter().any(|word| text.contains(word))
}

fn wall_time(limits: &Limits) -> Duration {
    Duration::from_millis(limits.wall_ms.min(WALL_MAX_MS))
}

async fn report(plan: Plan, folder: RunFolder, seen: Seen) -> anyhow::Result<Finished> {
    let Plan {
        task,
        module_sha256,
        inputs: found,
    } = plan;
    let (out, limits) = (folder.out(), task.limits.clone());
    let collecting = tokio::task::spawn_blocking(move || collect::collect(&out, &limits));
    let Collected { artifacts, exceeded } = collecting.await??;
    let outcome = match (seen.outcome, exceeded) {
        (Outcome::Done { .. } | Outcome::Fault(_), Some(kind)) => limit(kind, &task.limits),
        (outcome, _) => outcome,
    };
    let outputs: Vec<_> = artifacts
        .iter()
        .map(|a| FileDigest {
            name: a.name.clone(),
            bytes: a.bytes,
            sha256: a.sha256.clone(),
        })
        .collect();
    let receipt = Receipt {
        version: CONTRACT_VERSION,
        outcome: name(&outcome).to_owned(),
        fuel_used: seen.end.as_ref().and_then(|end| end.fuel_used),
        peak_memory_bytes: seen.end.as_ref().map(|end| end.peak_memory_bytes),
        wall_us: seen.wall.as_micros() as u64,
        instantiate_us: seen.instantiate_us,
        input_bytes: found.iter().map(|input| input.bytes).sum(),
        output_bytes: outputs.iter().map(|output| output.bytes).sum(),
        module_sha256,
        script_sha256: collect::digest(task.script.as_bytes()),
        stdout_sha256: Digest(format!("{:x}", seen.text.finalize())),
        inputs: seen.inputs,
        outputs,
        parameters: task.parameters,
        seed: task.seed,
        clock_unix_ms: task.clock_unix_ms,
        limits: task.limits,
    };
    Ok(Finished {
        report: Report {
            outcome,
            artifacts,
            receipt,
        },
        out: OutFolder(folder),
    })
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Done { .. } => "done",
        Outcome::Fault(_) => "fault",
        Outcome::Limit { .. } => "limit",
        Outcome::Stopped => "stopped",
        Outcome::Crashed { .. } => "crashed",
    }
}

/// The end by a limit, told to the one who wrote the script.
fn limit(kind: LimitKind, limits: &Limits) -> Outcome {
    let size = kind.size(limits);
    let message = match kind {
        LimitKind::Fuel => {
            format!(
                "the script used up its {size} units of fuel; do less work in Python loops, more in polars, pandas or numpy"
            )
        }
        LimitKind::WallMs => format!("the script ran for longer than {size} ms"),
        LimitKind::MemoryBytes => format!("the script needed more than {} of memory", in_units(size)),
        LimitKind::TableElements => format!("the script needed more than {size} function table elements"),
        LimitKind::OutputBytes => format!("the script's files together were larger than {}", in_units(size)),
        LimitKind::OutputFiles => format!("the script made more than {size} files and folders"),
        LimitKind::OutputFileBytes => format!("one of the script's files was larger than {}", in_units(size)),
        LimitKind::PathDepth => format!("the script wrote to a path more than {size} folders deep"),
        LimitKind::NameBytes => format!("the script used a file name longer than {size} bytes"),
        LimitKind::InputBytes => format!("the input files together are larger than {}", in_units(size)),
    };
    Outcome::Limit {
        limit: kind,
        size,
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_a_limit_s_only_where_the_refusal_became_it() {
        let check = |kind: &str, message: &str, limit, expected| {
            let fault = Fault {
                kind: kind.to_owned(),
                message: message.to_owned(),
                line: None,
                column: None,
                traceback: String::new(),
                hint: None,
            };
            assert_eq!(is_by(&fault, limit), expected, "{kind}: {message}");
        };
        check(
            "OSError",
            "[Errno 37] Filename too long: 'x'",
            LimitKind::NameBytes,
            true,
        );
        check(
            "ComputeError",
            "No space left on device (os error 51)",
            LimitKind::OutputBytes,
            true,
        );
        check("OSError", "[Errno 44] No such file", LimitKind::NameBytes, false);
        check("ValueError", "mine", LimitKind::NameBytes, false);
        check("MemoryError", "", LimitKind::MemoryBytes, true);
        check("_ArrayMemoryError", "Unable to allocate", LimitKind::MemoryBytes, true);
        check("PanicException", "capacity overflow", LimitKind::MemoryBytes, true);
        check("ValueError", "mine", LimitKind::MemoryBytes, false);
    }
}
