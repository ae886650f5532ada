//! The calls on open descriptors: what they are, and reading and writing through them.

use wasmtime::{Caller, Linker};

use super::{
    Errno, FLAG_APPEND, MODULE, Memory, call,
    files::{Stat, TYPE_FOLDER},
};
use crate::sandbox::instance::State;

const RIGHTS_ALL: u64 = (1 << 30) - 1;
const DIRENT_BYTES: usize = 24;

/// Adds the functions `fd_*`.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    link_folders(linker)?;
    link_states(linker)?;
    link_sizes(linker)?;
    link_transfers(linker)
}

fn link_folders(linker: &mut Linker<State>) -> wasmtime::Result<()> {
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

fn link_states(linker: &mut Linker<State>) -> wasmtime::Result<()> {
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
    Ok(())
}

fn link_sizes(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_size",
        |mut c: Caller<'_, State>, fd: u32, bytes: u64| call(&mut c, |_, state| state.files.set_size(fd, bytes)),
    )?;
    linker.func_wrap(
        MODULE,
        "fd_allocate",
        |mut c: Caller<'_, State>, fd: u32, offset: u64, bytes: u64| {
            call(&mut c, |_, state| state.files.allocate(fd, offset, bytes))
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

/// Writes what a file is as the guest's libc reads it.
pub fn put_stat(memory: &mut Memory<'_>, out: u32, stat: Stat, clock_ns: u64) -> Result<(), Errno> {
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
