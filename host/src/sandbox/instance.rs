//! One instance of a guest, with everything it can reach.
//!
//! The same imports serve a worker's one run and the boot that a snapshot is taken of; the boot has no job, and what it
//! says goes to the terminal of whoever builds. Before a run has its job, what its guest says is dropped. A guest can do
//! nothing but what [`link`] gives it.

use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use glovebox_sdk::{CONTRACT_VERSION, Job, LimitKind, Limits, Stream};
use wasmtime::{Caller, Engine, Instance, Linker, Module, ResourceLimiter, Store, Trap};
use wasmtime_wasi::p1::WasiP1Ctx;

use super::{
    budget::{Budget, Fitted},
    engine::{self, plain},
    frame,
    interrupt::Interrupt,
    outbox::Outbox,
    quota::Quota,
    random::SeededRandom,
    wasi::{self, Clock, Folders, HostFolders, Memory},
};

const MODULE: &str = "glovebox";

/// What a message costs, in units of fuel, and each byte of it: about what the host's work for it takes.
const MESSAGE_FUEL: u64 = 5_000;
const MESSAGE_BYTE_FUEL: u64 = 8;

/// How much of what the guest wrote to its own standard error is kept, to explain a crash.
const LAST_WORDS_MAX_BYTES: usize = 4 << 10;

/// Everything behind a guest's imports.
pub struct State {
    pub memory: Option<wasmtime::Memory>,
    pub wasi: WasiP1Ctx,
    pub folders: Folders,
    pub random: SeededRandom,
    pub clock: Clock,
    pub interrupt: Arc<Interrupt>,
    pub last_words: String,
    pub growth: Growth,
    /// This is the boot of a snapshot.
    pub boots: bool,
    /// What the guest may still tell beside printed text.
    budget: Budget,
    outbox: Arc<Outbox>,
    job: Vec<u8>,
}

impl State {
    pub fn new(engine: &Engine, folders: Option<HostFolders<'_>>, outbox: Arc<Outbox>) -> anyhow::Result<Self> {
        Ok(Self {
            memory: None,
            growth: Growth {
                memory_max_bytes: u64::MAX,
                table_max_elements: u64::MAX,
                refused: None,
            },
            wasi: wasi::context(folders)
                .map_err(plain)
                .context("open the run's folders")?,
            folders: Folders::new(Quota::new(Limits::default())),
            random: SeededRandom::new(0),
            clock: Clock::default(),
            interrupt: Arc::new(Interrupt::new(engine)),
            last_words: String::new(),
            boots: false,
            budget: Budget::new(0),
            outbox,
            job: Vec::new(),
        })
    }

    /// Everything that waits for the job to be known.
    pub fn begin(&mut self, job: &Job, limits: &Limits) -> anyhow::Result<()> {
        self.job = serde_json::to_vec(job).context("write the job")?;
        self.last_words.clear();
        self.clock = Clock::at(job.clock_unix_ms);
        self.random = SeededRandom::new(job.seed);
        self.folders.quota = Quota::new(limits.clone());
        self.growth.memory_max_bytes = limits.memory_bytes;
        self.growth.table_max_elements = limits.table_elements;
        self.budget = Budget::new(limits.displayed_rows);
        self.outbox.limit_text(limits.stdout_bytes);
        Ok(())
    }

    /// The last limit that made one of the guest's requests fail.
    pub fn refused(&self) -> Option<LimitKind> {
        self.growth.refused.or(self.folders.quota.refused())
    }

    /// Text that the guest's runtime, not the script, wrote to a standard stream. It is taken piece by piece, as much as
    /// is kept: the whole may fill the guest's memory.
    pub fn print_bytes(&mut self, stream: Stream, bytes: &[u8]) {
        if stream == Stream::Stderr {
            let room = LAST_WORDS_MAX_BYTES.saturating_sub(self.last_words.len());
            let words = String::from_utf8_lossy(&bytes[..bytes.len().min(room)]);
            self.last_words.push_str(&words);
        }
        for chunk in bytes.utf8_chunks() {
            let broken = if chunk.invalid().is_empty() { "" } else { "\u{fffd}" };
            for text in [chunk.valid(), broken] {
                if self.boots {
                    eprint!("{text}");
                } else if self.job.is_empty() || !self.outbox.has_room() {
                    return;
                } else {
                    // When nobody listens any more the worker is about to end anyway.
                    let _ = self.outbox.print(stream, text);
                }
            }
        }
    }
}

/// How far memory and tables may grow.
pub struct Growth {
    memory_max_bytes: u64,
    table_max_elements: u64,
    pub refused: Option<LimitKind>,
}

impl ResourceLimiter for Growth {
    fn memory_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired as u64 <= self.memory_max_bytes;
        if !granted {
            self.refused = Some(LimitKind::MemoryBytes);
        }
        Ok(granted)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let granted = desired as u64 <= self.table_max_elements;
        if !granted {
            self.refused = Some(LimitKind::TableElements);
        }
        Ok(granted)
    }
}

/// Makes an instance of `module` that runs until an interrupt is raised.
pub fn instantiate(engine: &Engine, module: &Module, state: State) -> anyhow::Result<(Store<State>, Instance)> {
    let mut linker = Linker::new(engine);
    link(&mut linker).map_err(plain)?;
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.growth);
    store.set_epoch_deadline(1);
    let instance = linker
        .instantiate(&mut store, module)
        .map_err(plain)
        .context("instantiate the guest")?;
    let memory = instance
        .get_memory(&mut store, "memory")
        .ok_or_else(|| anyhow!("the guest exports no memory"))?;
    store.data_mut().memory = Some(memory);
    Ok((store, instance))
}

/// Whether the guest speaks this host's contract.
pub fn check_contract(store: &mut Store<State>, instance: &Instance) -> anyhow::Result<()> {
    const ASKING_FUEL: u64 = 1_000_000;
    store.set_fuel(ASKING_FUEL).map_err(plain)?;
    let asked = instance.get_typed_func::<(), i32>(&mut *store, CONTRACT_EXPORT);
    let version = asked.and_then(|ask| ask.call(&mut *store, ())).map_err(plain)?;
    ensure!(
        version == CONTRACT_VERSION.cast_signed(),
        "the guest speaks contract version {version}, this host speaks {CONTRACT_VERSION}; build both from the same \
         sources (./dev guest)"
    );
    Ok(())
}

/// The function by which a guest tells the version of its contract.
pub const CONTRACT_EXPORT: &str = "glovebox_contract_version";

/// The function that serves a job.
pub const RUN_EXPORT: &str = "run";

/// Asks the kernel for large pages where the guest's memory will grow. A script over a large file touches hundreds of
/// megabytes for the first time, and at 4 KiB a page that is a third of its run. A kernel without them says no, which
/// changes nothing.
pub fn prefer_large_pages(store: &Store<State>) {
    let Some(memory) = store.data().memory else { return };
    let (start, now) = (memory.data_ptr(store), memory.data_size(store));
    #[expect(
        unsafe_code,
        reason = "the range lies inside the memory's own reservation, and advice changes no contents"
    )]
    let _ = unsafe {
        let rest = engine::MEMORY_RESERVED_BYTES as usize - now;
        rustix::mm::madvise(start.add(now).cast(), rest, rustix::mm::Advice::LinuxHugepage)
    };
}

/// Lets the guest do what makes its run quick, if it offers that: it exports `glovebox_warm`. Most of a small run's time
/// goes into touching memory and code for the first time, and a worker has time for that while it waits. This is part
/// of what every run starts from, so it is the same every time.
pub fn warm(store: &mut Store<State>, instance: &Instance) -> anyhow::Result<()> {
    const WARM_FUEL: u64 = 100_000_000;
    let Ok(warm) = instance.get_typed_func::<(), ()>(&mut *store, "glovebox_warm") else {
        return Ok(());
    };
    store.set_fuel(WARM_FUEL).map_err(plain)?;
    warm.call(&mut *store, ()).map_err(plain).context("warm the guest")
}

fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    wasi::link(linker)?;
    linker.func_wrap(
        MODULE,
        "take_job",
        |mut c: Caller<'_, State>, at: u32, capacity: u32| {
            with_memory(&mut c, |memory, state| {
                if capacity as usize >= state.job.len() {
                    memory
                        .put(at, &state.job)
                        .map_err(|_| "the guest gave no room for its job".to_owned())?;
                }
                Ok(state.job.len() as u32)
            })
        },
    )?;
    linker.func_wrap(MODULE, "emit", |mut c: Caller<'_, State>, at: u32, length: u32| {
        charge(&mut c, MESSAGE_FUEL + MESSAGE_BYTE_FUEL * u64::from(length))?;
        with_memory(&mut c, |memory, state| {
            let json = memory
                .bytes(at, length)
                .map_err(|_| "the guest sent a message from nowhere".to_owned())?;
            if state.job.is_empty() {
                return Ok(());
            }
            emit(state, json)
        })
    })?;
    Ok(())
}

fn emit(state: &mut State, json: &[u8]) -> Result<(), String> {
    let outbox = &state.outbox;
    let sent = match state.budget.fit(json)? {
        Fitted::AsItIs => outbox.send(&frame::raw_message(json)),
        Fitted::Cut(message) => {
            let json = serde_json::to_vec(&message).map_err(|error| format!("a message cannot be cut: {error}"))?;
            outbox.send(&frame::raw_message(&json))
        }
        Fitted::Output(stream, text) => outbox.print(stream, &text),
        Fitted::Left => Ok(()),
        Fitted::LeftWith(notice) => outbox.print(Stream::Stdout, notice),
    };
    sent.map_err(|error| format!("nobody takes the guest's messages: {error}"))
}

/// Takes `fuel` off what the guest has left: work that the host does for it is its own. Without this a script of host
/// calls would use a processor for next to nothing.
pub fn charge(caller: &mut Caller<'_, State>, fuel: u64) -> wasmtime::Result<()> {
    // The boot of a snapshot has no meter.
    let Ok(left) = caller.get_fuel() else { return Ok(()) };
    caller.set_fuel(left.saturating_sub(fuel))?;
    if left < fuel {
        return Err(Trap::OutOfFuel.into());
    }
    Ok(())
}

fn with_memory<T>(
    caller: &mut Caller<'_, State>,
    body: impl FnOnce(&mut Memory<'_>, &mut State) -> Result<T, String>,
) -> wasmtime::Result<T> {
    let memory = caller
        .data()
        .memory
        .ok_or_else(|| wasmtime::Error::msg("the guest has no memory yet"))?;
    let (bytes, state) = memory.data_and_store_mut(caller);
    body(&mut Memory(bytes), state).map_err(wasmtime::Error::msg)
}
