//! The child process that runs one guest, once.
//!
//! It is this same program, started with a hidden subcommand, an empty environment and three pipes, or a copy of the fork
//! server. It maps the guest, makes the instance, gives up every right it does not need, and only then tells its host that
//! it is ready for a job.
//! The guest runs on a thread of its own while the main thread watches: for a stop, the clock, and the end of the pipe,
//! which means that the host is gone. A worker never outlives its job or its host.

use std::{
    ffi::OsString,
    fs::File,
    io::{self, Read, Write},
    os::fd::AsFd,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use glovebox_sdk::LimitKind;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use wasmtime::{GcHeapOutOfMemory, Instance, Store, ThrownException, Trap};

use super::{
    engine::{THREAD_STACK_BYTES, engine, plain},
    fork_server,
    frame::{self, Cause, Decoder, End, Order, Ready, ToWorker},
    guest,
    instance::{self, State},
    interrupt::{Interrupt, Reason},
    lockdown,
    outbox::{Outbox, TEXT_WAIT},
    run::tells_of_memory,
    wasi::{self, HostFolders},
};

/// The hidden subcommand that makes this program a worker.
pub const SUBCOMMAND: &str = "__worker";

/// The hidden subcommand that makes this program a server of workers.
pub const FORK_SERVER: &str = "__worker_server";

/// Runs a worker to its end, if `arguments` ask for one: a subcommand, the compiled image and the two folders.
pub fn main(mut arguments: impl Iterator<Item = OsString>) -> Option<ExitCode> {
    let subcommand = arguments.next()?;
    let ended = if subcommand == SUBCOMMAND {
        prepare(arguments).and_then(|(prepared, data, out)| prepared.work(&data, &out))
    } else if subcommand == FORK_SERVER {
        serve(arguments)
    } else {
        return None;
    };
    Some(match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    })
}

/// Makes workers for as long as the host listens, and is each of them.
fn serve(arguments: impl Iterator<Item = OsString>) -> anyhow::Result<()> {
    let (prepared, ..) = prepare(arguments).inspect_err(fork_server::refuse)?;
    match fork_server::serve()? {
        Some(work) => prepared.work(&work.data, &work.out),
        None => Ok(()),
    }
}

/// A guest that waits in a process of one thread for its folders and its job.
struct Prepared {
    store: Store<State>,
    instance: Instance,
    outbox: Arc<Outbox>,
    /// How long making the instance took.
    instantiate: Duration,
}

fn prepare(mut arguments: impl Iterator<Item = OsString>) -> anyhow::Result<(Prepared, PathBuf, PathBuf)> {
    lockdown::forget_the_parent();
    let (Some(image), Some(data), Some(out), None) =
        (arguments.next(), arguments.next(), arguments.next(), arguments.next())
    else {
        bail!("a worker is started by its host, not by hand");
    };
    let (data, out) = (PathBuf::from(data), PathBuf::from(out));
    let engine = engine()?;
    let module = guest::load(&engine, image.as_ref())?;
    let outbox = Arc::new(Outbox::new(ToHost));
    let folders = HostFolders {
        data: &data,
        out: &out,
        python: None,
    };
    let state = State::new(&engine, Some(folders), Arc::clone(&outbox))?;
    let instantiate = move || {
        let started = Instant::now();
        let (mut store, instance) = instance::instantiate(&engine, &module, state)?;
        let instantiate = started.elapsed();
        instance::check_contract(&mut store, &instance)?;
        Ok::<_, anyhow::Error>((store, instance, instantiate))
    };
    let made = guest_thread(instantiate)?.join();
    let (store, instance, instantiate) = made.unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
    Ok((
        Prepared {
            store,
            instance,
            outbox,
            instantiate,
        },
        data,
        out,
    ))
}

/// A thread with the stack that guest code needs.
fn guest_thread<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> io::Result<JoinHandle<T>> {
    thread::Builder::new()
        .name("guest".to_owned())
        .stack_size(THREAD_STACK_BYTES)
        .spawn(work)
}

impl Prepared {
    /// Gives up every right, says that it is ready, and serves one job.
    fn work(self, data: &Path, out: &Path) -> anyhow::Result<()> {
        let Self {
            mut store,
            instance,
            outbox,
            instantiate,
        } = self;
        let (mut layers, [data, out]) = lockdown::restrict(data, out)?;
        let folders = HostFolders {
            data,
            out,
            python: None,
        };
        store.data_mut().wasi = wasi::context(Some(folders))
            .map_err(plain)
            .context("open the run's folders")?;
        let interrupt = Arc::clone(&store.data().interrupt);
        let mut ears = Ears::new()?;
        let (begun, begins) = mpsc::channel();
        let (warmed, warming) = mpsc::channel();
        let guest_outbox = Arc::clone(&outbox);
        // This thread takes the job itself, so that nobody has to be woken before the guest can run.
        guest_thread(move || {
            // Not in the fork server: pages that it has touched are copied when they are written, which takes as long.
            let warm = instance::warm(&mut store, &instance);
            instance::prefer_large_pages(&store);
            if warmed.send(warm).is_err() {
                return;
            }
            leave(ears.hear().and_then(|heard| {
                let Some(ToWorker::Job(order)) = heard else {
                    return Ok(());
                };
                guest_outbox.send(&frame::taken())?;
                begun.send((ears, order.limits.wall_ms))?;
                let end = run(store, instance, &order)?;
                Ok(guest_outbox.send(&frame::end(&end))?)
            }));
        })?;
        // A new thread makes calls of its own, too.
        warming.recv().context("warm the guest")??;
        layers.seccomp = lockdown::filter_calls()?;
        let ready = Ready {
            layers,
            instantiate_us: instantiate.as_micros() as u64,
        };
        outbox.send(&frame::ready(&ready))?;
        let (ears, wall_ms) = begins.recv().context("wait for the job")?;
        watch(ears, wall_ms, &outbox, &interrupt)
    }
}

/// The pipe to the host: standard output, without a buffer.
struct ToHost;

impl Write for ToHost {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::io::write(io::stdout(), bytes)?)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Ends the process from whichever thread is done, without waiting for the other.
fn leave(result: anyhow::Result<()>) -> ! {
    let code = match result {
        Ok(()) => 0,
        Err(error) => {
            eprintln!("{error:#}");
            1
        }
    };
    std::process::exit(code)
}

/// Watches over a run until the process ends: a stop, the clock, text that waits to be sent, a host that is gone.
fn watch(mut ears: Ears, wall_ms: u64, outbox: &Outbox, interrupt: &Interrupt) -> anyhow::Result<()> {
    let wall_end = Instant::now().checked_add(Duration::from_millis(wall_ms));
    loop {
        while let Some(frame) = ears.decoder.next_to_worker()? {
            match frame {
                ToWorker::Stop => interrupt.raise(Reason::Stopped),
                ToWorker::Job(_) => bail!("a worker serves one run"),
            }
        }
        if ears.wait(TEXT_WAIT)? && !ears.take_in()? {
            return Ok(());
        }
        outbox.send_waiting_text()?;
        if wall_end.is_some_and(|end| Instant::now() >= end) {
            interrupt.raise(Reason::WallTime);
        }
    }
}

/// The worker's end of the pipe on which its host speaks.
struct Ears {
    stdin: File,
    decoder: Decoder,
    bytes: Vec<u8>,
}

impl Ears {
    fn new() -> anyhow::Result<Self> {
        Ok(Self {
            stdin: File::from(io::stdin().as_fd().try_clone_to_owned()?),
            decoder: Decoder::default(),
            bytes: vec![0; 64 << 10],
        })
    }

    /// Waits for the next frame; none when the host is gone.
    fn hear(&mut self) -> anyhow::Result<Option<ToWorker>> {
        loop {
            if let Some(frame) = self.decoder.next_to_worker()? {
                return Ok(Some(frame));
            }
            if !self.take_in()? {
                return Ok(None);
            }
        }
    }

    /// Takes in what the host has written; false when the host is gone.
    fn take_in(&mut self) -> anyhow::Result<bool> {
        let count = self.stdin.read(&mut self.bytes).context("listen to the host")?;
        self.decoder.push(&self.bytes[..count]);
        Ok(count > 0)
    }

    /// Whether the host writes within `time`, which is less than a second.
    fn wait(&self, time: Duration) -> anyhow::Result<bool> {
        let timeout = Timespec {
            tv_sec: 0,
            tv_nsec: time.subsec_nanos().into(),
        };
        let mut fds = [PollFd::new(&self.stdin, PollFlags::IN)];
        match poll(&mut fds, Some(&timeout)) {
            Ok(count) => Ok(count > 0),
            Err(rustix::io::Errno::INTR) => Ok(false),
            Err(error) => Err(error).context("wait for the host"),
        }
    }
}

fn run(mut store: Store<State>, instance: Instance, order: &Order) -> anyhow::Result<End> {
    let limits = &order.limits;
    store.data_mut().begin(&order.job, limits)?;
    store.set_fuel(limits.fuel).map_err(plain)?;
    let booted_bytes = memory_bytes(&store);
    let cause = if booted_bytes > limits.memory_bytes {
        Cause::Limit(LimitKind::MemoryBytes)
    } else {
        let run = instance
            .get_typed_func::<(), ()>(&mut store, instance::RUN_EXPORT)
            .map_err(plain)?;
        match run.call(&mut store, ()) {
            Ok(()) => Cause::Returned,
            Err(error) => explain(&error, store.data()),
        }
    };
    let interrupted = matches!(cause, Cause::Stopped | Cause::Limit(LimitKind::WallMs));
    let fuel_used = limits.fuel - store.get_fuel().map_err(plain)?.min(limits.fuel);
    Ok(End {
        cause,
        fuel_used: (!interrupted).then_some(fuel_used),
        // Linear memory never shrinks.
        peak_memory_bytes: memory_bytes(&store),
        refused: store.data().refused(),
    })
}

fn memory_bytes(store: &Store<State>) -> u64 {
    store.data().memory.map_or(0, |memory| memory.data_size(store) as u64)
}

fn explain(error: &wasmtime::Error, state: &State) -> Cause {
    let words = last_words(&state.last_words);
    let of_memory = words.as_deref().is_some_and(tells_of_memory);
    match (error.downcast_ref::<Trap>(), state.interrupt.reason()) {
        (Some(Trap::OutOfFuel), _) => Cause::Limit(LimitKind::Fuel),
        (Some(Trap::Interrupt), Some(Reason::Stopped)) => Cause::Stopped,
        (Some(Trap::Interrupt), Some(Reason::WallTime)) => Cause::Limit(LimitKind::WallMs),
        (Some(Trap::StackOverflow), _) => Cause::Trapped {
            message: "the script's calls are nested too deeply for the sandbox's stack".to_owned(),
        },
        // The guest's own stack lies at the beginning of its memory, and most likely has grown out of it.
        (Some(Trap::MemoryOutOfBounds), _) if format!("{error:?}").contains("wasm address 0xffff") => Cause::Trapped {
            message:
                "out of bounds memory access at the end of the stack: the script's calls are most likely nested too \
                      deeply"
                    .to_owned(),
        },
        // A guest that is refused memory aborts, as a native program does, or asks for more than there are addresses.
        (Some(_), _) if let Some(limit) = state.growth.refused => Cause::Limit(limit),
        _ if of_memory => Cause::Limit(LimitKind::MemoryBytes),
        // What is thrown lies in a heap of its own, which grows as memory does.
        (None, _) if error.is::<GcHeapOutOfMemory<()>>() => Cause::Limit(LimitKind::MemoryBytes),
        (None, _) if error.is::<ThrownException>() => Cause::Trapped {
            message: words
                .unwrap_or_else(|| "a library inside the sandbox raised an exception that nothing caught".to_owned()),
        },
        _ => Cause::Trapped {
            // Without the backtrace, which has no names.
            message: words.unwrap_or_else(|| error.root_cause().to_string()),
        },
    }
}

/// What a panicking guest said: the panic's own line, without the thread's name and the place in the sources.
fn last_words(text: &str) -> Option<String> {
    // How PyO3 tells of a panic that Python code has seen as an exception.
    const AS_EXCEPTION: &str = "PanicException: ";
    let panic = match (text.rfind(AS_EXCEPTION), text.rfind("panicked at ")) {
        (Some(at), _) => &text[at + AS_EXCEPTION.len()..],
        (None, Some(at)) => text[at..].split_once('\n').map_or("", |lines| lines.1),
        (None, None) => text,
    };
    panic
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty())
        .map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(last_words(text).as_deref(), expected);
    }

    #[test]
    fn a_panic_is_told_by_its_own_line() {
        check("", None);
        check(
            "\nthread 'main' panicked at src/a.rs:1:2:\nindex out of bounds\nnote: run with …\n",
            Some("index out of bounds"),
        );
        check(
            "--- PyO3 is resuming a panic ---\nTraceback:\n  a.py\npyo3_runtime.PanicException: capacity overflow\nthread \
             caused non-unwinding panic. aborting.\n",
            Some("capacity overflow"),
        );
        check(
            "memory allocation of 8 bytes failed\n",
            Some("memory allocation of 8 bytes failed"),
        );
    }
}
