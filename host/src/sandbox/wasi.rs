//! WASI preview 1, as far as a guest of ours may see it.
//!
//! The work is done by wasmtime-wasi, which keeps each path below its folder. Between it and the guest stands this
//! module, because the product promises more than WASI does: each change of the output folder is charged to a quota,
//! nothing that differs from run to run can be seen (clocks, times, inodes, the order of a folder's entries), a sleep
//! ends when the run is stopped, no link is ever made or followed, and there is no environment, no argument, no
//! standard input and no network. What is not named here, a guest cannot call.

mod clock;
mod errno;
mod folders;
mod ledger;
mod memory;
mod transfers;

use wasmtime::{Caller, Linker, Trap};
use wasmtime_wasi::{
    FsPerms, WasiCtxBuilder,
    p1::{
        WasiP1Ctx,
        wasi_snapshot_preview1::{self as library, WasiSnapshotPreview1 as _},
    },
};
use wiggle::GuestMemory;

use super::instance::{State, charge};
pub use clock::Clock;
pub use errno::Errno;
pub use ledger::Folders;
pub use memory::Memory;

const MODULE: &str = "wasi_snapshot_preview1";

/// The first two descriptors after the standard streams: the pre-opened folders, in this order.
const DATA_FD: u32 = 3;
const OUT_FD: u32 = 4;

/// What calls cost in units of fuel: about what a script's own code would use in the time that they take.
const CALL_FUEL: u64 = 5_000;
/// A path is looked up, more than once.
const PATH_FUEL: u64 = 50_000;
/// Each byte that is read or written.
const BYTE_FUEL: u64 = 4;
/// Each random byte.
const RANDOM_BYTE_FUEL: u64 = 40;

/// What one call may make the library allocate on a guest's behalf, in bytes: paths, above all.
const CALL_MAX_BYTES: usize = 1 << 20;

/// Where a guest's folders are on the host.
#[derive(Clone, Copy, Debug)]
pub struct HostFolders<'a> {
    pub data: &'a std::path::Path,
    pub out: &'a std::path::Path,
    /// Modules for the boot; a run has none.
    pub python: Option<&'a std::path::Path>,
}

/// A context with these folders and nothing else. Calls block their thread, which is the guest's own: a run that
/// hangs in one is ended with its process.
pub fn context(folders: Option<HostFolders<'_>>) -> wasmtime::Result<WasiP1Ctx> {
    let mut builder = WasiCtxBuilder::new();
    builder.allow_blocking_current_thread(true);
    if let Some(HostFolders { data, out, python }) = folders {
        builder.preopened_dir(data, glovebox_sdk::DATA_DIR, FsPerms::ReadOnly)?;
        builder.preopened_dir(out, glovebox_sdk::OUT_DIR, FsPerms::ReadWrite)?;
        // Last, so that the others have the same descriptors in a boot as in a run: libc may remember them.
        if let Some(python) = python {
            builder.preopened_dir(python, glovebox_sdk::PYTHON_DIR, FsPerms::ReadOnly)?;
        }
    }
    Ok(builder.build_p1())
}

/// Links calls that go to the library as they are; `answer` is how the library gives its answer to these.
macro_rules! forward {
    ($linker:ident, $answer:path: $($name:ident($($argument:ident: $kind:ty),*))*) => {$(
        $linker.func_wrap(MODULE, stringify!($name), |mut caller: Caller<'_, State>, $($argument: $kind),*| {
            call(&mut caller, |memory, state| {
                let guest = &mut GuestMemory::Unshared(memory.0);
                finish($answer(library::$name(&mut state.wasi, guest, $($argument),*)))
            })
        })?;
    )*};
}

/// Links calls that answer one errno whatever they are asked.
macro_rules! refuse {
    ($linker:ident with $errno:ident: $($name:ident($($kind:ty),*))*) => {$(
        $linker.func_wrap(MODULE, stringify!($name), |$(_: $kind),*| i32::from(Errno::$errno.0))?;
    )*};
}

/// Adds every function of WASI preview 1.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    forward! { linker, std::future::ready:
        args_get(a: i32, b: i32)
        args_sizes_get(a: i32, b: i32)
        environ_get(a: i32, b: i32)
        environ_sizes_get(a: i32, b: i32)
        fd_allocate(a: i32, b: i64, c: i64)
        fd_fdstat_set_flags(a: i32, b: i32)
        fd_fdstat_set_rights(a: i32, b: i64, c: i64)
        fd_prestat_dir_name(a: i32, b: i32, c: i32)
        fd_prestat_get(a: i32, b: i32)
        fd_tell(a: i32, b: i32)
    }
    forward! { linker, std::convert::identity:
        fd_fdstat_get(a: i32, b: i32)
        fd_seek(a: i32, b: i64, c: i32, d: i32)
    }
    refuse! { linker with NOTSUP:
        fd_renumber(i32, i32)
        path_link(i32, i32, i32, i32, i32, i32, i32)
        path_symlink(i32, i32, i32, i32, i32)
    }
    // There is no link to read, so whatever is asked about is none.
    refuse! { linker with INVAL: path_readlink(i32, i32, i32, i32, i32, i32) }
    refuse! { linker with NOSYS:
        proc_raise(i32)
        sock_accept(i32, i32, i32)
        sock_recv(i32, i32, i32, i32, i32, i32)
        sock_send(i32, i32, i32, i32, i32)
        sock_shutdown(i32, i32)
    }
    linker.func_wrap(MODULE, "sched_yield", || 0)?;
    linker.func_wrap(MODULE, "proc_exit", |code: i32| -> wasmtime::Result<()> {
        Err(wasmtime::Error::msg(format!("the guest left with exit code {code}")))
    })?;
    linker.func_wrap(
        MODULE,
        "random_get",
        |mut c: Caller<'_, State>, at: u32, length: u32| {
            charge(&mut c, RANDOM_BYTE_FUEL * u64::from(length))?;
            call(&mut c, |memory, state| {
                state.random.fill(memory.bytes_mut(at, length)?);
                Ok(())
            })
        },
    )?;
    clock::link(linker)?;
    folders::link(linker)?;
    transfers::link(linker)
}

/// Why a call does not succeed: with an errno for the guest, or with the end of the run.
enum Failure {
    Errno(Errno),
    Trap(wasmtime::Error),
}

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

/// The same for a call that asks the kernel for a path.
fn path_call(
    caller: &mut Caller<'_, State>,
    body: impl FnOnce(&mut Memory<'_>, &mut State) -> Result<(), Failure>,
) -> wasmtime::Result<i32> {
    charge(caller, PATH_FUEL)?;
    call(caller, body)
}

/// The same for a call that moved as many bytes as it then says at `done`.
fn transfer(
    caller: &mut Caller<'_, State>,
    done: u32,
    body: impl FnOnce(&mut Memory<'_>, &mut State) -> Result<(), Failure>,
) -> wasmtime::Result<i32> {
    let mut moved = 0;
    let errno = call(caller, |memory, state| {
        body(memory, state)?;
        moved = memory.u32(done)?;
        Ok(())
    })?;
    charge(caller, BYTE_FUEL * u64::from(moved))?;
    Ok(errno)
}

/// Runs one call with the guest's memory at hand, and turns its result into an errno.
fn call(
    caller: &mut Caller<'_, State>,
    body: impl FnOnce(&mut Memory<'_>, &mut State) -> Result<(), Failure>,
) -> wasmtime::Result<i32> {
    if !caller.data().interrupt.permits_calls() {
        return Err(Trap::Interrupt.into());
    }
    charge(caller, CALL_FUEL)?;
    let memory = caller
        .data()
        .memory
        .ok_or_else(|| wasmtime::Error::msg("the guest has no memory yet"))?;
    let (bytes, state) = memory.data_and_store_mut(caller);
    state.wasi.set_hostcall_fuel(CALL_MAX_BYTES);
    match body(&mut Memory(bytes), state) {
        Ok(()) => Ok(0),
        Err(Failure::Errno(errno)) => Ok(i32::from(errno.0)),
        Err(Failure::Trap(error)) => Err(error),
    }
}

/// The library's answer as ours. Its calls are asynchronous in form only: they block and never wait.
fn finish(answer: impl Future<Output = wasmtime::Result<i32>>) -> Result<(), Failure> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(answer).poll(&mut context) {
        std::task::Poll::Ready(Ok(0)) => Ok(()),
        std::task::Poll::Ready(Ok(errno)) => Err(Failure::Errno(Errno(errno as u16))),
        std::task::Poll::Ready(Err(error)) => Err(Failure::Trap(error)),
        std::task::Poll::Pending => Err(Failure::Trap(wasmtime::Error::msg("a file call did not end at once"))),
    }
}
