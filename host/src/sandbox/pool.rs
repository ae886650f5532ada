//! Worker processes, started ahead of need.
//!
//! The pool keeps a number of workers that are locked down and wait. Taking one makes the pool start another in the
//! background; when none is left, a run starts its own. A worker that died while it waited is noticed, dropped and
//! replaced. Nothing here knows what a job is.

use std::{
    collections::VecDeque,
    io,
    os::unix::process::ExitStatusExt,
    process::ExitStatus,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use glovebox_sdk::Limits;
use rustix::process::{Resource, Rlimit};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
    time::{sleep, timeout},
};

use super::{
    Settings,
    folders::{HostFolder, RunFolder},
    fork_server::ForkServer,
    frame::{BadFrame, Decoder, FromWorker, Ready},
    layers::Layers,
    process::{Pipes, Process},
};

/// How long a worker may take to be ready. It takes milliseconds, but the machine may be busy.
const START_MAX: Duration = Duration::from_secs(30);

/// How long a worker may take to say that it has its job. It takes microseconds, but the machine may be busy.
const TAKE_MAX: Duration = Duration::from_secs(10);

/// How long a pool that is not empty waits before it starts a worker in place of one that was taken: the run that took
/// it has just begun, and starting a process beside it would double the time of a short one.
const REFILL_WAIT: Duration = Duration::from_millis(3);

/// How long workers are not forked after a fresh fork server could not do it.
const FORK_AGAIN: Duration = Duration::from_mins(1);

/// Signals by which native code ends that does what it should not.
const CRASHES: [i32; 5] = [libc::SIGABRT, libc::SIGBUS, libc::SIGILL, libc::SIGSEGV, libc::SIGSYS];

/// How often the pool looks whether its waiting workers still live.
const CHECK_EVERY: Duration = Duration::from_millis(500);

/// What of a dead worker's own error text is kept, in bytes.
const ERROR_TEXT_MAX_BYTES: u64 = 2 << 10;

/// Private memory that a worker may have beside its guest's: the guest's stack, which is set aside and hardly used, and
/// what the host's side of its calls needs.
const WORKER_DATA_BYTES: u64 = 700 << 20;

pub struct Pool {
    weak: Weak<Self>,
    settings: Settings,
    folder: Arc<HostFolder>,
    idle: Mutex<VecDeque<Worker>>,
    forking: Mutex<Forking>,
    wanted: Arc<Notify>,
    grown: Notify,
}

impl Pool {
    /// Starts the first worker, whose word tells about this machine, and fills the pool in the background.
    pub async fn start(settings: Settings) -> anyhow::Result<(Arc<Self>, Layers)> {
        let runs_dir = settings.runs_dir.clone();
        let folder = tokio::task::spawn_blocking(move || HostFolder::claim(&runs_dir)).await??;
        let pool = Arc::new_cyclic(|weak| Self {
            weak: Weak::clone(weak),
            settings,
            folder: Arc::new(folder),
            forking: Mutex::default(),
            idle: Mutex::new(VecDeque::new()),
            wanted: Arc::new(Notify::new()),
            grown: Notify::new(),
        });
        let first = pool.start_worker().await?;
        let layers = first.ready.layers.clone();
        // Where none are kept it serves the first run, which was most likely what the pool was started for.
        pool.lock().push_back(first);
        if pool.settings.warm_workers > 0 {
            tokio::spawn(keep_filled(Arc::downgrade(&pool)));
        }
        Ok((pool, layers))
    }

    /// A worker that lives and waits for a job.
    pub async fn take(&self) -> anyhow::Result<Worker> {
        loop {
            let idle = self.lock().pop_front();
            let Some(mut worker) = idle else {
                return self.start_worker().await;
            };
            self.wanted.notify_one();
            if worker.lives() {
                return Ok(worker);
            }
        }
    }

    /// Waits until as many workers are ready as the pool keeps.
    pub async fn filled(&self) {
        loop {
            let grown = self.grown.notified();
            if !self.lacks_workers() {
                return;
            }
            grown.await;
        }
    }

    /// Starts one worker more and waits until it is ready.
    pub async fn start_worker(&self) -> anyhow::Result<Worker> {
        let pool = self.weak.upgrade().context("the sandbox has ended")?;
        // Starting a process holds up its thread until the program is loaded.
        let mut worker = tokio::task::spawn_blocking(move || pool.make_worker()).await??;
        match timeout(START_MAX, worker.next()).await {
            Ok(Ok(Some(FromWorker::Ready(ready)))) => {
                worker.ready = ready;
                Ok(worker)
            }
            Ok(Ok(None) | Err(WorkerError::Pipe(_))) => {
                let status = worker.kill_and_wait().await;
                bail!(
                    "a sandbox worker could not start: {}",
                    worker.describe_death(status).await
                )
            }
            Ok(Ok(Some(_)) | Err(WorkerError::Frame(_))) => {
                bail!(
                    "{} did not answer as a sandbox worker does",
                    self.settings.worker_program.display()
                )
            }
            Err(_) => bail!("a sandbox worker was not ready after {} seconds", START_MAX.as_secs()),
        }
    }

    /// A worker that is about to be ready: a program of its own in a pool that keeps none, else forked. Blocks.
    fn make_worker(&self) -> anyhow::Result<Worker> {
        let folder = self.folder.make_run()?;
        let keeps_some = self.settings.warm_workers > 0;
        let made = match keeps_some.then(|| self.fork(&folder)).flatten() {
            Some(forked) => forked,
            None => Process::start(&self.settings, &folder)?,
        };
        Ok(Worker::new(Weak::clone(&self.weak), folder, made))
    }

    /// Has the fork server make a worker, or another one where it was killed. `None` where the machine cannot do this.
    fn fork(&self, folder: &RunFolder) -> Option<(Process, Pipes)> {
        let mut forking = self.forking.lock().unwrap_or_else(PoisonError::into_inner);
        if forking.not_before.is_some_and(|time| Instant::now() < time) {
            return None;
        }
        if let Some(server) = &mut forking.server
            && let Ok(forked) = Process::fork(server, folder)
        {
            return Some(forked);
        }
        forking.server = None;
        let begun = || {
            let mut server = ForkServer::start(&self.settings, self.folder.make_run()?)?;
            let forked = Process::fork(&mut server, folder)?;
            anyhow::Ok((server, forked))
        };
        match begun() {
            Ok((server, forked)) => {
                forking.server = Some(server);
                Some(forked)
            }
            Err(error) => {
                tracing::warn!("workers are not forked, and start more slowly: {error:#}");
                forking.not_before = Instant::now().checked_add(FORK_AGAIN);
                None
            }
        }
    }

    /// Ends the fork server after one of its workers crashed: the next ones have another layout than the one that may have
    /// been guessed at.
    fn forget_layout(&self) {
        self.forking.lock().unwrap_or_else(PoisonError::into_inner).server = None;
    }

    /// Process ids of the workers that wait.
    pub fn idle_ids(&self) -> Vec<u32> {
        self.lock()
            .iter()
            .filter_map(|worker| worker.process.id())
            .map(|id| id.as_raw_nonzero().get().cast_unsigned())
            .collect()
    }

    /// A pair of folders without a worker.
    pub fn make_folder(&self) -> anyhow::Result<RunFolder> {
        self.folder.make_run()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, VecDeque<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lacks_workers(&self) -> bool {
        let mut idle = self.lock();
        idle.retain_mut(Worker::lives);
        idle.len() < self.settings.warm_workers
    }
}

/// The fork server, once it was needed, and how long to do without one.
#[derive(Default)]
struct Forking {
    server: Option<ForkServer>,
    not_before: Option<Instant>,
}

/// Keeps the pool full for as long as somebody has it.
async fn keep_filled(weak: Weak<Pool>) {
    loop {
        let Some(pool) = weak.upgrade() else { return };
        while pool.lacks_workers() {
            match pool.start_worker().await {
                Ok(worker) => {
                    pool.lock().push_back(worker);
                    pool.grown.notify_waiters();
                }
                Err(error) => {
                    tracing::error!("{error:#}");
                    break;
                }
            }
        }
        let wanted = Arc::clone(&pool.wanted);
        // The pool must be free to end while this waits.
        drop(pool);
        // A timeout, not only a call, because a worker dies without calling.
        let called = timeout(CHECK_EVERY, wanted.notified()).await.is_ok();
        if called && weak.upgrade().is_some_and(|pool| !pool.lock().is_empty()) {
            sleep(REFILL_WAIT).await;
        }
    }
}

/// A worker process and the folders it can see. Killed when dropped.
pub struct Worker {
    pool: Weak<Pool>,
    pub folder: RunFolder,
    pub ready: Ready,
    // The pipes go first: a worker that cannot be killed ends with them.
    pipes: Pipes,
    process: Process,
    decoder: Decoder,
    bytes: Vec<u8>,
}

/// Why nothing more can be had from a worker.
#[derive(Debug, thiserror::Error)]
pub enum WorkerError {
    #[error(transparent)]
    Frame(#[from] BadFrame),
    #[error(transparent)]
    Pipe(#[from] io::Error),
}

impl Worker {
    fn new(pool: Weak<Pool>, folder: RunFolder, (process, pipes): (Process, Pipes)) -> Self {
        Self {
            pool,
            folder,
            ready: Ready::default(),
            process,
            pipes,
            decoder: Decoder::default(),
            bytes: vec![0; 64 << 10],
        }
    }

    fn lives(&mut self) -> bool {
        self.process.lives()
    }

    /// Lowers what the process may use to what `limits` need at most. These are the kernel's, behind the worker's own.
    pub fn bound(&self, limits: &Limits) {
        let cpu_seconds = (limits.wall_ms / 1000).saturating_mul(2).saturating_add(10);
        let data_bytes = limits.memory_bytes.saturating_add(WORKER_DATA_BYTES);
        let Some(pid) = self.process.id() else { return };
        for (resource, limit) in [
            (Resource::Fsize, limits.output_file_bytes),
            (Resource::Cpu, cpu_seconds),
            (Resource::Data, data_bytes),
        ] {
            let rlimit = Rlimit {
                current: Some(limit),
                maximum: Some(limit),
            };
            if let Err(error) = rustix::process::prlimit(Some(pid), resource, rlimit) {
                tracing::warn!(%error, "a worker's resource limit could not be set");
            }
        }
    }

    /// Hands a job over; false when the worker did not take it, which means that nothing has begun.
    pub async fn takes(&mut self, job: &[u8]) -> bool {
        let taking = async {
            self.send(job).await?;
            self.next().await
        };
        matches!(timeout(TAKE_MAX, taking).await, Ok(Ok(Some(FromWorker::Taken))))
    }

    pub async fn send(&mut self, frame: &[u8]) -> io::Result<()> {
        self.pipes.stdin.write_all(frame).await
    }

    /// The next frame, or none at the end of the pipe. May be cancelled without losing any.
    pub async fn next(&mut self) -> Result<Option<FromWorker>, WorkerError> {
        loop {
            if let Some(frame) = self.decoder.next_from_worker()? {
                return Ok(Some(frame));
            }
            let count = self.pipes.stdout.read(&mut self.bytes).await?;
            if count == 0 {
                return Ok(None);
            }
            self.decoder.push(&self.bytes[..count]);
        }
    }

    /// The run's folders, without the worker.
    pub fn into_folder(self) -> RunFolder {
        self.folder
    }

    pub fn kill(&mut self) {
        self.process.kill();
    }

    pub async fn kill_and_wait(&mut self) -> Option<ExitStatus> {
        self.kill();
        let status = self.process.wait().await.ok();
        let crashed = status
            .and_then(|status| status.signal())
            .is_some_and(|signal| CRASHES.contains(&signal));
        if let Some(pool) = self.pool.upgrade().filter(|_| crashed) {
            tokio::task::spawn_blocking(move || pool.forget_layout());
        }
        status
    }

    /// Says how the process ended, with its own words if it had any.
    pub async fn describe_death(&mut self, status: Option<ExitStatus>) -> String {
        let how = match status.map(|status| (status.signal(), status.code())) {
            Some((Some(signal), _)) => format!("the worker was killed by signal {signal}{}", signal_name(signal)),
            Some((None, Some(code))) => format!("the worker ended with exit code {code}"),
            _ => "the worker is gone".to_owned(),
        };
        let mut words = Vec::new();
        let _ = timeout(
            CHECK_EVERY,
            (&mut self.pipes.stderr)
                .take(ERROR_TEXT_MAX_BYTES)
                .read_to_end(&mut words),
        )
        .await;
        let words = String::from_utf8_lossy(&words);
        let words = words.trim();
        if words.is_empty() {
            how
        } else {
            format!("{how}: {words}")
        }
    }
}

fn signal_name(signal: i32) -> &'static str {
    match signal {
        libc::SIGABRT => " (SIGABRT)",
        libc::SIGBUS => " (SIGBUS)",
        libc::SIGILL => " (SIGILL)",
        libc::SIGKILL => " (SIGKILL: by somebody outside, or because the machine ran out of memory)",
        libc::SIGSEGV => " (SIGSEGV)",
        libc::SIGSYS => " (SIGSYS: it made a system call that the sandbox forbids)",
        libc::SIGTERM => " (SIGTERM)",
        libc::SIGXCPU => " (SIGXCPU)",
        _ => "",
    }
}
