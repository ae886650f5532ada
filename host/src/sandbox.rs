//! Runs scripts that nobody trusts.
//!
//! A [`Sandbox`] hands each [`Task`] to a worker process of its own: locked down by the kernel, with one wasmtime
//! instance inside, metered and limited in everything, and gone after one run. The host believes nothing that a worker
//! says without checking it. Every run ends in an [`glovebox_sdk::Outcome`] and leaves a receipt, whatever the script
//! or its worker do; an `Err` from here means that the host itself could not do its part. Nothing outside this module
//! knows of wasmtime.

mod budget;
mod collect;
mod digests;
mod engine;
mod folders;
mod fork_server;
mod frame;
mod guest;
mod instance;
mod interrupt;
mod layers;
mod lockdown;
mod namespaces;
mod outbox;
mod pool;
mod process;
mod quota;
mod random;
mod run;
mod wasi;
mod worker;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use glovebox_sdk::{Event, Input, Limits, Mode, Report};
use tokio::{
    sync::{Semaphore, mpsc, watch},
    task::{JoinHandle, spawn_blocking},
};

pub use collect::digest as sha256;
use digests::InputDigests;
use folders::RunFolder;
pub use guest::Guest;
pub use layers::{Landlock, Layers};
use pool::Pool;
use run::{Begun, Plan};
pub use worker::main as worker_main;

/// How many workers are offered a job before the host gives up.
const HAND_OVER_TRIES: usize = 4;

/// How a sandbox is set up.
#[derive(Clone, Debug)]
pub struct Settings {
    pub guest: Guest,
    /// The program that calls [`worker_main`] before anything else: this one.
    pub worker_program: PathBuf,
    /// Workers kept ready. With none, every run starts its own.
    pub warm_workers: usize,
    /// Where the folders of runs lie. Inputs on the same file system need not be copied.
    pub runs_dir: PathBuf,
    /// Memory that all runs together may have, in bytes; further ones wait. A run counts with its limit, and one whose
    /// limit is higher has all of it.
    pub memory_max_bytes: u64,
}

/// A script and everything that decides what it does.
#[derive(Clone, Debug)]
pub struct Task {
    /// The script's file name, as tracebacks name it.
    pub script_name: String,
    /// Python source text.
    pub script: String,
    /// The user's files: the plain name that the script sees, and where the file lies.
    pub inputs: Vec<(String, PathBuf)>,
    pub parameters: BTreeMap<String, serde_json::Value>,
    pub seed: u64,
    /// The instant that every clock shows, in milliseconds since the Unix epoch.
    pub clock_unix_ms: u64,
    pub mode: Mode,
    pub limits: Limits,
}

impl Task {
    /// A script on its own, with default limits, seed 0 and the clock at the Unix epoch.
    #[must_use]
    pub fn new(script_name: impl Into<String>, script: impl Into<String>) -> Self {
        Self {
            script_name: script_name.into(),
            script: script.into(),
            inputs: Vec::new(),
            parameters: BTreeMap::new(),
            seed: 0,
            clock_unix_ms: 0,
            mode: Mode::Run,
            limits: Limits::default(),
        }
    }
}

/// A pool of workers that wait for tasks. Cheap to clone; the workers end with the last clone.
#[derive(Clone)]
pub struct Sandbox {
    pool: Arc<Pool>,
    layers: Arc<Layers>,
    /// What is left for runs, in MiB.
    memory: Arc<Semaphore>,
    memory_max_mib: u32,
}

impl Sandbox {
    /// Starts the first worker and returns when it is ready; the others follow in the background.
    pub async fn start(settings: Settings) -> anyhow::Result<Self> {
        let memory_max_mib = mib(settings.memory_max_bytes);
        let (pool, layers) = Pool::start(settings).await?;
        Ok(Self {
            pool,
            layers: Arc::new(layers),
            memory: Arc::new(Semaphore::new(memory_max_mib as usize)),
            memory_max_mib,
        })
    }

    /// What this machine's kernel puts round each run.
    #[must_use]
    pub fn layers(&self) -> &Layers {
        &self.layers
    }

    /// Begins a run, when there is memory for it. Fails when an input is missing or has no plain name, or when no worker
    /// can be started.
    pub async fn run(&self, mut task: Task) -> anyhow::Result<Run> {
        task.inputs.sort();
        for (name, _) in &task.inputs {
            folders::check_input_name(name)?;
        }
        if let Some(twice) = task.inputs.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            bail!("two inputs are called {:?}; give one of them another name", twice[0].0);
        }
        let paths = task.inputs.clone();
        let inputs = if paths.is_empty() {
            Vec::new()
        } else {
            spawn_blocking(move || measure(&paths)).await??
        };
        let input_bytes: u64 = inputs.iter().map(|input| input.bytes).sum();
        let module_sha256 = self.pool.settings().guest.module_sha256().clone();
        let (tell, events) = mpsc::unbounded_channel();
        let (stop, stopped) = watch::channel(false);

        let too_large = input_bytes > task.limits.input_bytes;
        let plan = Plan {
            task,
            module_sha256,
            inputs,
        };
        let task = if too_large {
            tokio::spawn(run::refuse(plan, self.pool.make_folder()?))
        } else {
            let begun = self.hand_over(&plan).await?;
            tokio::spawn(run::follow(plan, begun, tell, stopped))
        };
        Ok(Run {
            events,
            stopper: Stopper(Arc::new(stop)),
            task: Some(task),
        })
    }

    /// Finds a worker that takes the job. One that died since the pool looked at it has not begun anything, so another
    /// can have the job.
    async fn hand_over(&self, plan: &Plan) -> anyhow::Result<Begun> {
        let order = plan.order();
        let frame = frame::job(&order).context("the script and its parameters are too large to be a job")?;
        let part = mib(order.limits.memory_bytes).clamp(1, self.memory_max_mib);
        let memory = Arc::clone(&self.memory).acquire_many_owned(part).await?;
        for _ in 0..HAND_OVER_TRIES {
            let mut worker = self.pool.take().await?;
            let placed = place(&worker.folder, &plan.task.inputs, worker.ready.layers.guard_inputs()).await?;
            worker.bound(&order.limits);
            let at = Instant::now();
            if worker.takes(&frame).await {
                return Ok(Begun {
                    worker,
                    at,
                    input_digests: InputDigests::take(placed),
                    memory,
                });
            }
        }
        bail!("{HAND_OVER_TRIES} sandbox workers in turn died before they took the job")
    }

    /// The digest of the guest module, which decides with a task what its run gives.
    #[must_use]
    pub fn module_sha256(&self) -> &glovebox_sdk::Digest {
        self.pool.settings().guest.module_sha256()
    }

    /// Waits until every worker that the pool keeps is ready.
    pub async fn warm(&self) {
        self.pool.filled().await;
    }

    /// Process ids of the workers that wait for a task, for measuring what they cost.
    #[must_use]
    pub fn idle_worker_ids(&self) -> Vec<u32> {
        self.pool.idle_ids()
    }

    /// Starts one worker more, ends it, and tells how long it took to be ready for a job.
    pub async fn time_worker_start(&self) -> anyhow::Result<Duration> {
        let begun = Instant::now();
        let mut worker = self.pool.start_worker().await?;
        let time = begun.elapsed();
        worker.kill_and_wait().await;
        Ok(time)
    }
}

/// A run that goes on. Dropping it stops it.
pub struct Run {
    events: mpsc::UnboundedReceiver<Event>,
    stopper: Stopper,
    task: Option<JoinHandle<anyhow::Result<Finished>>>,
}

impl Run {
    /// A handle that stops the run from elsewhere.
    #[must_use]
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// The next event, or none when the script is over.
    pub async fn next(&mut self) -> Option<Event> {
        self.events.recv().await
    }

    /// Waits for the end. Events that were not taken by [`Run::next`] are lost.
    pub async fn finish(mut self) -> anyhow::Result<Finished> {
        let task = self.task.take().context("a run finishes once")?;
        task.await.context("follow a run")?
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        if self.task.is_some() {
            self.stopper.stop();
        }
    }
}

/// Stops one run. Cheap to clone; stopping twice, or after the end, does nothing.
#[derive(Clone)]
pub struct Stopper(Arc<watch::Sender<bool>>);

impl Stopper {
    /// Asks the run to end now. What it printed and wrote so far is kept.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

/// A run that is over.
#[derive(Debug)]
pub struct Finished {
    pub report: Report,
    /// The files that the report's artifacts name.
    pub out: OutFolder,
}

/// The files that a run left. Removed on drop.
#[derive(Debug)]
pub struct OutFolder(RunFolder);

impl OutFolder {
    #[must_use]
    pub fn path(&self) -> PathBuf {
        self.0.out()
    }
}

fn measure(inputs: &[(String, PathBuf)]) -> anyhow::Result<Vec<Input>> {
    let measured = inputs.iter().map(|(name, path)| {
        Ok(Input {
            name: name.clone(),
            bytes: size(path)?,
        })
    });
    measured.collect()
}

fn size(path: &Path) -> anyhow::Result<u64> {
    let metadata = path
        .metadata()
        .with_context(|| format!("find the input {}", path.display()))?;
    ensure!(metadata.is_file(), "the input {} is not a file", path.display());
    Ok(metadata.len())
}

/// Puts the inputs where the worker sees them and tells where that is.
async fn place(
    folder: &RunFolder,
    inputs: &[(String, PathBuf)],
    may_link: bool,
) -> anyhow::Result<Vec<(String, PathBuf)>> {
    if inputs.is_empty() {
        return Ok(Vec::new());
    }
    let (data, inputs) = (folder.data(), inputs.to_vec());
    spawn_blocking(move || {
        let placed = inputs.into_iter().map(|(name, source)| {
            let target = data.join(&name);
            folders::place_input(&source, &target, may_link)?;
            Ok((name, target))
        });
        placed.collect()
    })
    .await?
}

/// Whole MiB, as many as a semaphore can count.
fn mib(bytes: u64) -> u32 {
    const MIB_MAX: u64 = u32::MAX as u64 >> 3;
    (bytes >> 20).clamp(1, MIB_MAX) as u32
}
