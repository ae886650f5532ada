//! WASI preview 1, as far as a guest of ours may see it.
//!
//! It is written here rather than taken from a library because every answer is part of the product's promises: each
//! change of the output folder is charged to a quota, nothing that differs from run to run can be seen (clocks,
//! inodes, the order of a folder's entries), a sleep ends when the run is stopped, and paths are opened by the kernel
//! below their folder, following no link. There is no environment, no argument, no standard input and no network;
//! links of both kinds answer `ENOTSUP`.

mod errno;
mod files;
mod memory;

use std::time::Duration;

use wasmtime::{Caller, Linker, Trap};

use super::instance::State;
pub use errno::Errno;
pub use files::{Files, Folders};
use files::{OpenHow, Stat, TYPE_FOLDER};
pub use memory::Memory;

const MODULE: &str = "wasi_snapshot_preview1";

const RIGHT_READ: u64 = 1 << 1;
const RIGHT_WRITE: u64 = 1 << 6;
const RIGHTS_ALL: u64 = (1 << 30) - 1;

const OPEN_CREATE: u32 = 1;
const OPEN_FOLDER: u32 = 2;
const OPEN_EXCLUSIVE: u32 = 4;
const OPEN_TRUNCATE: u32 = 8;
const FLAG_APPEND: u32 = 1;

const CLOCK_REALTIME: u32 = 0;
const CLOCK_MONOTONIC: u32 = 1;
/// How far the monotonic clock moves with each reading.
const MONOTONIC_STEP_NS: u64 = 1_000;

const SUBSCRIPTION_BYTES: u32 = 48;
const EVENT_BYTES: u32 = 32;
const SUBSCRIPTIONS_MAX: u32 = 64;

const DIRENT_BYTES: usize = 24;

/// Adds every function of WASI preview 1.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    link_process(linker)?;
    link_descriptors(linker)?;
    link_transfers(linker)?;
    link_paths(linker)?;
    link_refused(linker)
}

/// Runs one call with the guest's memory at hand and turns its result into an errno.
fn call(
    caller: &mut Caller<'_, State>,
    body: impl FnOnce(&mut Memory<'_>, &mut State) -> Result<(), Errno>,
) -> wasmtime::Result<i32> {
    let memory = caller
        .data()
        .memory
        .ok_or_else(|| wasmtime::Error::msg("the guest has no memory yet"))?;
    let (bytes, state) = memory.data_and_store_mut(caller);
    Ok(match body(&mut Memory(bytes), state) {
        Ok(()) => 0,
        Err(errno) => i32::from(errno.0),
    })
}

fn link_process(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    for name in ["args_sizes_get", "environ_sizes_get"] {
        linker.func_wrap(MODULE, name, |mut c: Caller<'_, State>, count: u32, bytes: u32| {
            call(&mut c, |memory, _| {
                memory.put_u32(count, 0)?;
                memory.put_u32(bytes, 0)
            })
        })?;
    }
    linker.func_wrap(MODULE, "args_get", |_: u32, _: u32| 0)?;
    linker.func_wrap(MODULE, "environ_get", |_: u32, _: u32| 0)?;
    linker.func_wrap(MODULE, "sched_yield", || 0)?;
    linker.func_wrap(MODULE, "proc_exit", |code: i32| -> wasmtime::Result<()> {
        Err(wasmtime::Error::msg(format!("the guest left with exit code {code}")))
    })?;
    linker.func_wrap(
        MODULE,
        "clock_res_get",
        |mut c: Caller<'_, State>, clock: u32, out: u32| {
            call(&mut c, |memory, _| match clock {
                CLOCK_REALTIME => memory.put_u64(out, 1_000_000),
                _ => memory.put_u64(out, MONOTONIC_STEP_NS),
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |mut c: Caller<'_, State>, clock: u32, _: u64, out: u32| {
            call(&mut c, |memory, state| memory.put_u64(out, time(state, clock)?))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "random_get",
        |mut c: Caller<'_, State>, at: u32, length: u32| {
            call(&mut c, |memory, state| {
                state.random.fill(memory.bytes_mut(at, length)?);
                Ok(())
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "poll_oneoff",
        |mut c: Caller<'_, State>, subscriptions: u32, events: u32, count: u32, ready: u32| {
            if !c.data().interrupt.permits_calls() {
                return Err(Trap::Interrupt.into());
            }
            let mut rest = Duration::ZERO;
            let errno = call(&mut c, |memory, state| {
                rest = poll(memory, state, (subscriptions, events, count, ready))?;
                Ok(())
            })?;
            if c.data().interrupt.sleep(rest) {
                Ok(errno)
            } else {
                Err(Trap::Interrupt.into())
            }
        },
    )?;
    Ok(())
}

/// Nanoseconds on a guest's clock. The wall clock stands still; every other clock moves when it is read or slept on.
fn time(state: &mut State, clock: u32) -> Result<u64, Errno> {
    match clock {
        CLOCK_REALTIME => Ok(state.clock_ns),
        CLOCK_MONOTONIC..=3 => {
            state.monotonic_ns += MONOTONIC_STEP_NS;
            Ok(state.monotonic_ns)
        }
        _ => Err(Errno::INVAL),
    }
}

/// Answers a poll and tells how long to sleep for it. Files and streams are always ready; else the shortest timer is.
fn poll(
    memory: &mut Memory<'_>,
    state: &mut State,
    (subscriptions, events, count, ready): (u32, u32, u32, u32),
) -> Result<Duration, Errno> {
    if count == 0 || count > SUBSCRIPTIONS_MAX {
        return Err(Errno::INVAL);
    }
    let mut waits = Vec::new();
    for index in 0..count {
        let at = subscriptions
            .checked_add(index * SUBSCRIPTION_BYTES)
            .ok_or(Errno::FAULT)?;
        let record = memory.bytes(at, SUBSCRIPTION_BYTES)?;
        let tag = record[8];
        let user_data = memory.u64(at)?;
        let wait_ns = if tag == 0 {
            let (clock, timeout, flags) = (memory.u32(at + 16)?, memory.u64(at + 24)?, memory.u32(at + 40)?);
            if flags & 1 == 1 {
                timeout.saturating_sub(time(state, clock)?)
            } else {
                timeout
            }
        } else {
            0
        };
        waits.push((wait_ns, user_data, tag));
    }
    let shortest = waits.iter().map(|wait| wait.0).min().unwrap_or(0);
    let mut happened = 0;
    for (_, user_data, tag) in waits.into_iter().filter(|wait| wait.0 == shortest) {
        let mut event = [0; EVENT_BYTES as usize];
        event[..8].copy_from_slice(&user_data.to_le_bytes());
        event[10] = tag;
        memory.put(events.checked_add(happened * EVENT_BYTES).ok_or(Errno::FAULT)?, &event)?;
        happened += 1;
    }
    memory.put_u32(ready, happened)?;
    state.monotonic_ns = state.monotonic_ns.saturating_add(shortest);
    Ok(Duration::from_nanos(shortest))
}

fn link_descriptors(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "fd_prestat_get",
        |mut c: Caller<'_, State>, fd: u32, out: u32| {
            call(&mut c, |memory, state| {
                let path = state.files.preopened(fd)?;
                // A pre-opened folder is kind 0, then comes the length of its name.
                memory.put_u64(out, (path.len() as u64) << 32)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_prestat_dir_name",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            call(&mut c, |memory, state| {
                let path = state.files.preopened(fd)?;
                if (length as usize) < path.len() {
                    return Err(Errno::NAMETOOLONG);
                }
                memory.put(at, path.as_bytes())
            })
        },
    )?;
    linker.func_wrap(MODULE, "fd_close", |mut c: Caller<'_, State>, fd: u32| {
        call(&mut c, |_, state| state.files.close(fd))
    })?;
    linker.func_wrap(MODULE, "fd_renumber", |mut c: Caller<'_, State>, from: u32, to: u32| {
        call(&mut c, |_, state| state.files.renumber(from, to))
    })?;
    linker.func_wrap(
        MODULE,
        "fd_fdstat_get",
        |mut c: Caller<'_, State>, fd: u32, out: u32| {
            call(&mut c, |memory, state| {
                let (file_type, append) = state.files.kind(fd)?;
                let mut record = [0; 24];
                record[0] = file_type;
                record[2] = u8::from(append);
                record[8..16].copy_from_slice(&RIGHTS_ALL.to_le_bytes());
                record[16..24].copy_from_slice(&RIGHTS_ALL.to_le_bytes());
                memory.put(out, &record)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_fdstat_set_flags",
        |mut c: Caller<'_, State>, fd: u32, flags: u32| {
            call(&mut c, |_, state| state.files.set_append(fd, flags & FLAG_APPEND != 0))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_fdstat_set_rights",
        |mut c: Caller<'_, State>, fd: u32, _: u64, _: u64| call(&mut c, |_, state| state.files.kind(fd).map(drop)),
    )?;
    linker.func_wrap(
        MODULE,
        "fd_filestat_get",
        |mut c: Caller<'_, State>, fd: u32, out: u32| {
            call(&mut c, |memory, state| {
                let stat = state.files.stat(fd)?;
                put_stat(memory, out, stat, state.clock_ns)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_size",
        |mut c: Caller<'_, State>, fd: u32, bytes: u64| call(&mut c, |_, state| state.files.set_size(fd, bytes)),
    )?;
    // Every time that a guest sees is the job's clock, so setting one changes nothing.
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_times",
        |mut c: Caller<'_, State>, fd: u32, _: u64, _: u64, _: u32| {
            call(&mut c, |_, state| state.files.kind(fd).map(drop))
        },
    )?;
    for name in ["fd_sync", "fd_datasync"] {
        linker.func_wrap(MODULE, name, |mut c: Caller<'_, State>, fd: u32| {
            call(&mut c, |_, state| state.files.kind(fd).map(drop))
        })?;
    }
    linker.func_wrap(
        MODULE,
        "fd_advise",
        |mut c: Caller<'_, State>, fd: u32, _: u64, _: u64, _: u32| {
            call(&mut c, |_, state| state.files.kind(fd).map(drop))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_allocate",
        |mut c: Caller<'_, State>, fd: u32, offset: u64, bytes: u64| {
            call(&mut c, |_, state| state.files.allocate(fd, offset, bytes))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_readdir",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32, cookie: u64, used: u32| {
            call(&mut c, |memory, state| {
                let buffer = memory.bytes_mut(at, length)?;
                let count = fill_listing(buffer, state.files.list(fd, cookie == 0)?, cookie);
                memory.put_u32(used, count as u32)
            })
        },
    )?;
    Ok(())
}

/// Fills `buffer` with the entries from number `cookie` on; the last may be cut off, which tells the guest to come
/// again with more room.
fn fill_listing(buffer: &mut [u8], listing: &[(String, Stat)], cookie: u64) -> usize {
    let mut used = 0;
    for (index, (name, stat)) in listing.iter().enumerate().skip(cookie as usize) {
        let mut entry = [0; DIRENT_BYTES].to_vec();
        entry[..8].copy_from_slice(&(index as u64 + 1).to_le_bytes());
        entry[8..16].copy_from_slice(&stat.inode.to_le_bytes());
        entry[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
        entry[20] = stat.file_type;
        entry.extend_from_slice(name.as_bytes());
        let room = (buffer.len() - used).min(entry.len());
        buffer[used..used + room].copy_from_slice(&entry[..room]);
        used += room;
        if room < entry.len() {
            break;
        }
    }
    used
}

fn put_stat(memory: &mut Memory<'_>, out: u32, stat: Stat, clock_ns: u64) -> Result<(), Errno> {
    let mut record = [0; 64];
    record[0] = 1;
    record[8..16].copy_from_slice(&stat.inode.to_le_bytes());
    record[16] = stat.file_type;
    record[24] = if stat.file_type == TYPE_FOLDER { 2 } else { 1 };
    record[32..40].copy_from_slice(&stat.bytes.to_le_bytes());
    for at in [40, 48, 56] {
        record[at..at + 8].copy_from_slice(&clock_ns.to_le_bytes());
    }
    memory.put(out, &record)
}

fn link_transfers(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "fd_read",
        |mut c: Caller<'_, State>, fd: u32, buffers: u32, count: u32, done: u32| {
            call(&mut c, |memory, state| {
                let buffers = memory.buffers(buffers, count)?;
                let read = state.files.read(fd, memory, &buffers, None)?;
                memory.put_u32(done, read)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_pread",
        |mut c: Caller<'_, State>, fd: u32, buffers: u32, count: u32, at: u64, done: u32| {
            call(&mut c, |memory, state| {
                let buffers = memory.buffers(buffers, count)?;
                let read = state.files.read(fd, memory, &buffers, Some(at))?;
                memory.put_u32(done, read)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_write",
        |mut c: Caller<'_, State>, fd: u32, buffers: u32, count: u32, done: u32| {
            call(&mut c, |memory, state| {
                let buffers = memory.buffers(buffers, count)?;
                let Some(stream) = state.files.stream(fd) else {
                    let written = state.files.write(fd, memory, &buffers, None)?;
                    return memory.put_u32(done, written);
                };
                let mut total = 0_u32;
                for (at, length) in buffers {
                    state.print_bytes(stream, memory.bytes(at, length)?);
                    total = total.saturating_add(length);
                }
                memory.put_u32(done, total)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_pwrite",
        |mut c: Caller<'_, State>, fd: u32, buffers: u32, count: u32, at: u64, done: u32| {
            call(&mut c, |memory, state| {
                let buffers = memory.buffers(buffers, count)?;
                let written = state.files.write(fd, memory, &buffers, Some(at))?;
                memory.put_u32(done, written)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_seek",
        |mut c: Caller<'_, State>, fd: u32, offset: i64, whence: u32, out: u32| {
            call(&mut c, |memory, state| {
                memory.put_u64(out, state.files.seek(fd, offset, whence)?)
            })
        },
    )?;
    linker.func_wrap(MODULE, "fd_tell", |mut c: Caller<'_, State>, fd: u32, out: u32| {
        call(&mut c, |memory, state| memory.put_u64(out, state.files.seek(fd, 0, 1)?))
    })?;
    Ok(())
}

fn link_paths(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "path_open",
        |mut c: Caller<'_, State>,
         fd: u32,
         _lookup: u32,
         at: u32,
         length: u32,
         open_flags: u32,
         rights: u64,
         _inherited: u64,
         flags: u32,
         out: u32| {
            call(&mut c, |memory, state| {
                let path = memory.text(at, length)?;
                let how = OpenHow {
                    read: rights & RIGHT_READ != 0,
                    write: rights & RIGHT_WRITE != 0,
                    create: open_flags & OPEN_CREATE != 0,
                    folder: open_flags & OPEN_FOLDER != 0,
                    exclusive: open_flags & OPEN_EXCLUSIVE != 0,
                    truncate: open_flags & OPEN_TRUNCATE != 0,
                    append: flags & FLAG_APPEND != 0,
                };
                memory.put_u32(out, state.files.open(fd, &path, how)?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_filestat_get",
        |mut c: Caller<'_, State>, fd: u32, _lookup: u32, at: u32, length: u32, out: u32| {
            call(&mut c, |memory, state| {
                let stat = state.files.stat_path(fd, &memory.text(at, length)?)?;
                put_stat(memory, out, stat, state.clock_ns)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_filestat_set_times",
        |mut c: Caller<'_, State>, fd: u32, _lookup: u32, at: u32, length: u32, _: u64, _: u64, _: u32| {
            call(&mut c, |memory, state| {
                state.files.stat_path(fd, &memory.text(at, length)?).map(drop)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_create_directory",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            call(&mut c, |memory, state| {
                state.files.create_folder(fd, &memory.text(at, length)?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_remove_directory",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            call(&mut c, |memory, state| {
                state.files.remove_folder(fd, &memory.text(at, length)?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_unlink_file",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            call(&mut c, |memory, state| {
                state.files.unlink(fd, &memory.text(at, length)?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_rename",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32, to_fd: u32, to: u32, to_length: u32| {
            call(&mut c, |memory, state| {
                let (from, to) = (memory.text(at, length)?, memory.text(to, to_length)?);
                state.files.rename(fd, &from, to_fd, &to)
            })
        },
    )?;
    Ok(())
}

/// What no guest may do: links, signals, sockets.
fn link_refused(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    let (unsupported, missing) = (i32::from(Errno::NOTSUP.0), i32::from(Errno::NOSYS.0));
    linker.func_wrap(
        MODULE,
        "path_link",
        move |_: u32, _: u32, _: u32, _: u32, _: u32, _: u32, _: u32| unsupported,
    )?;
    linker.func_wrap(MODULE, "path_symlink", move |_: u32, _: u32, _: u32, _: u32, _: u32| {
        unsupported
    })?;
    // There are no links to read, so whatever is asked about is none.
    let no_link = i32::from(Errno::INVAL.0);
    linker.func_wrap(
        MODULE,
        "path_readlink",
        move |_: u32, _: u32, _: u32, _: u32, _: u32, _: u32| no_link,
    )?;
    linker.func_wrap(MODULE, "proc_raise", move |_: u32| missing)?;
    linker.func_wrap(MODULE, "sock_accept", move |_: u32, _: u32, _: u32| missing)?;
    linker.func_wrap(
        MODULE,
        "sock_recv",
        move |_: u32, _: u32, _: u32, _: u32, _: u32, _: u32| missing,
    )?;
    linker.func_wrap(MODULE, "sock_send", move |_: u32, _: u32, _: u32, _: u32, _: u32| {
        missing
    })?;
    linker.func_wrap(MODULE, "sock_shutdown", move |_: u32, _: u32| missing)?;
    Ok(())
}
