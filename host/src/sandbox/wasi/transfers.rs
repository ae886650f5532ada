//! Reading and writing. Writing, and every other change of a file's size, is charged to the quota before it is made.

use std::future::ready;

use glovebox_sdk::Stream;
use wasmtime::{Caller, Linker};
use wasmtime_wasi::p1::wasi_snapshot_preview1::{self as library, WasiSnapshotPreview1 as _};
use wiggle::GuestMemory;

use super::{Failure, MODULE, Memory, call, finish, folders, transfer};
use crate::sandbox::instance::State;

/// What one transfer may move, in bytes: as much as a guest has memory, because the library copies nothing on the way
/// between file and guest.
const TRANSFER_MAX_BYTES: usize = u32::MAX as usize;

/// Bytes of an `fdstat` record, and where its flags lie; bit 0 of them is "append".
const FDSTAT_BYTES: usize = 24;
const FDSTAT_FLAGS: usize = 2;

/// Adds `fd_read`, `fd_pread`, `fd_write`, `fd_pwrite` and `fd_filestat_set_size`.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "fd_read",
        |mut c: Caller<'_, State>, fd: i32, buffers: i32, count: i32, done: i32| {
            transfer(&mut c, done.cast_unsigned(), |memory, state| {
                state.wasi.set_hostcall_fuel(TRANSFER_MAX_BYTES);
                let guest = &mut GuestMemory::Unshared(memory.0);
                finish(library::fd_read(&mut state.wasi, guest, fd, buffers, count, done))
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_pread",
        |mut c: Caller<'_, State>, fd: i32, buffers: i32, count: i32, at: i64, done: i32| {
            transfer(&mut c, done.cast_unsigned(), |memory, state| {
                state.wasi.set_hostcall_fuel(TRANSFER_MAX_BYTES);
                let guest = &mut GuestMemory::Unshared(memory.0);
                finish(library::fd_pread(&mut state.wasi, guest, fd, buffers, count, at, done))
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_write",
        |mut c: Caller<'_, State>, fd: u32, buffers: u32, count: u32, done: u32| {
            transfer(&mut c, done, |memory, state| match fd {
                1 => print(memory, state, Stream::Stdout, (buffers, count, done)),
                2 => print(memory, state, Stream::Stderr, (buffers, count, done)),
                _ => write(memory, state, fd, None, (buffers, count, done)),
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_pwrite",
        |mut c: Caller<'_, State>, fd: u32, buffers: u32, count: u32, at: u64, done: u32| {
            transfer(&mut c, done, |memory, state| {
                write(memory, state, fd, Some(at), (buffers, count, done))
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_size",
        |mut c: Caller<'_, State>, fd: u32, bytes: u64| {
            call(&mut c, |_, state| {
                resize(state, fd, bytes, |state| {
                    let none = &mut GuestMemory::Unshared(&mut []);
                    finish(library::fd_filestat_set_size(
                        &mut state.wasi,
                        none,
                        fd.cast_signed(),
                        bytes.cast_signed(),
                    ))
                })
            })
        },
    )?;
    Ok(())
}

/// Text for the host's eyes: the runtime's own, such as a panic's.
fn print(
    memory: &mut Memory<'_>,
    state: &mut State,
    stream: Stream,
    (buffers, count, done): (u32, u32, u32),
) -> Result<(), Failure> {
    let mut total = 0_u32;
    for (at, length) in memory.buffers(buffers, count)? {
        state.print_bytes(stream, memory.bytes(at, length)?);
        total = total.saturating_add(length);
    }
    Ok(memory.put_u32(done, total)?)
}

/// Writes the first buffer that holds anything, as the library does: a call may write less than it was given.
fn write(
    memory: &mut Memory<'_>,
    state: &mut State,
    fd: u32,
    at: Option<u64>,
    (buffers, count, done): (u32, u32, u32),
) -> Result<(), Failure> {
    let length = memory
        .buffers(buffers, count)?
        .iter()
        .map(|buffer| buffer.1)
        .find(|length| *length > 0)
        .unwrap_or(0);
    let size = folders::size(state, fd)?;
    let start = if appends(state, fd)? {
        size
    } else {
        at.map_or_else(|| position(state, fd), Ok)?
    };
    let end = size.max(start.saturating_add(length.into()));
    resize(state, fd, end, |state| {
        state.wasi.set_hostcall_fuel(TRANSFER_MAX_BYTES);
        let guest = &mut GuestMemory::Unshared(memory.0);
        let (wasi, fd) = (&mut state.wasi, fd.cast_signed());
        let (buffers, count, done) = (buffers.cast_signed(), count.cast_signed(), done.cast_signed());
        match at {
            Some(at) => finish(library::fd_pwrite(
                wasi,
                guest,
                fd,
                buffers,
                count,
                at.cast_signed(),
                done,
            )),
            None => finish(library::fd_write(wasi, guest, fd, buffers, count, done)),
        }
    })
}

/// Charges a file's growth to `bytes`, makes the change, and settles what really became of it.
fn resize(
    state: &mut State,
    fd: u32,
    bytes: u64,
    change: impl FnOnce(&mut State) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let before = folders::size(state, fd)?;
    state.folders.quota.resize(before, bytes)?;
    let changed = change(state);
    let now = folders::size(state, fd).unwrap_or(bytes);
    state.folders.quota.settle(bytes, now);
    changed
}

fn appends(state: &mut State, fd: u32) -> Result<bool, Failure> {
    let mut record = [0; FDSTAT_BYTES];
    let guest = &mut GuestMemory::Unshared(&mut record);
    finish(library::fd_fdstat_get(&mut state.wasi, guest, fd.cast_signed(), 0))?;
    Ok(record[FDSTAT_FLAGS] & 1 == 1)
}

fn position(state: &mut State, fd: u32) -> Result<u64, Failure> {
    let mut record = [0; 8];
    let guest = &mut GuestMemory::Unshared(&mut record);
    finish(ready(library::fd_tell(&mut state.wasi, guest, fd.cast_signed(), 0)))?;
    Ok(u64::from_le_bytes(record))
}
