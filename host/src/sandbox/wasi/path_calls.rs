//! The calls on paths, and those that no guest may make.

use wasmtime::{Caller, Linker};

use super::{Errno, FLAG_APPEND, MODULE, call, descriptor_calls::put_stat, files::OpenHow};
use crate::sandbox::instance::State;

const RIGHT_READ: u64 = 1 << 1;
const RIGHT_WRITE: u64 = 1 << 6;

const OPEN_CREATE: u32 = 1;
const OPEN_FOLDER: u32 = 2;
const OPEN_EXCLUSIVE: u32 = 4;
const OPEN_TRUNCATE: u32 = 8;

/// Adds the functions `path_*`, and refuses links, signals and sockets.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    link_paths(linker)?;
    link_refused(linker)
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
