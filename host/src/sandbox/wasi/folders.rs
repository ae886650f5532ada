//! The two folders: what opens, makes, names, lists and removes their entries.
//!
//! `/data` can only be read, which the library sees to; every entry of `/out` is charged to the quota. A name that is read
//! in `/out`, the working folder, and is not there, means the user's file of that name in `/data`. What a guest learns
//! about an entry is the same on every run: folders are listed by name, and [`super::ledger`] hides the rest.

use wasmtime::{Caller, Linker};
use wasmtime_wasi::p1::wasi_snapshot_preview1 as library;
use wiggle::GuestMemory;

use super::{
    DATA_FD, Errno, Failure, MODULE, OUT_FD, call, finish,
    ledger::{Entry, STAT_BYTES, STAT_SIZE, STAT_TYPE, TYPE_FOLDER, identity},
    path_call,
};
use crate::sandbox::instance::State;

const OPEN_CREATE: i32 = 1;
const OPEN_TRUNCATE: i32 = 8;
const RIGHT_WRITE: i64 = 1 << 6;

/// Opening follows no link: there is none that a guest made, and none is wanted.
const NO_FOLLOW: i32 = 0;

/// A `dirent` record without its name.
const ENTRY_BYTES: usize = 24;

/// Files and folders that a guest may have open at once.
const OPEN_MAX: usize = 256;

/// Bytes that a whole listing may take. A folder of the most and longest names that limits allow is far below it.
const LISTING_MAX_BYTES: usize = 16 << 20;

/// Adds the functions on paths and folders, and those that tell about a file.
pub fn link(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(MODULE, "path_open", path_open)?;
    linker.func_wrap(MODULE, "fd_close", |mut c: Caller<'_, State>, fd: u32| {
        call(&mut c, |memory, state| {
            let bytes = if state.folders.is_file(fd) { size(state, fd)? } else { 0 };
            finish(library::fd_close(
                &mut state.wasi,
                &mut GuestMemory::Unshared(memory.0),
                fd.cast_signed(),
            ))?;
            state.folders.closed(fd, bytes);
            Ok(())
        })
    })?;
    linker.func_wrap(
        MODULE,
        "path_create_directory",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            path_call(&mut c, |memory, state| {
                let path = memory.text(at, length)?;
                let charged = charge_entry(state, fd, &path, true)?;
                let (wasi, guest) = (&mut state.wasi, &mut GuestMemory::Unshared(memory.0));
                let made = finish(library::path_create_directory(
                    wasi,
                    guest,
                    fd.cast_signed(),
                    at.cast_signed(),
                    length.cast_signed(),
                ));
                if made.is_err() && charged {
                    state.folders.quota.remove();
                }
                made
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_remove_directory",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            path_call(&mut c, |memory, state| {
                let record = stat_path(state, fd, memory.bytes(at, length)?)?;
                let (wasi, guest) = (&mut state.wasi, &mut GuestMemory::Unshared(memory.0));
                finish(library::path_remove_directory(
                    wasi,
                    guest,
                    fd.cast_signed(),
                    at.cast_signed(),
                    length.cast_signed(),
                ))?;
                state.folders.removed(identity(&record), 0);
                Ok(())
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_unlink_file",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32| {
            path_call(&mut c, |memory, state| {
                let record = stat_path(state, fd, memory.bytes(at, length)?)?;
                let (wasi, guest) = (&mut state.wasi, &mut GuestMemory::Unshared(memory.0));
                finish(library::path_unlink_file(
                    wasi,
                    guest,
                    fd.cast_signed(),
                    at.cast_signed(),
                    length.cast_signed(),
                ))?;
                state.folders.removed(identity(&record), size_in(&record));
                Ok(())
            })
        },
    )?;
    linker.func_wrap(MODULE, "path_rename", path_rename)?;
    link_reports(linker)
}

/// What tells about a file or folder.
fn link_reports(linker: &mut Linker<State>) -> wasmtime::Result<()> {
    linker.func_wrap(
        MODULE,
        "path_filestat_get",
        |mut c: Caller<'_, State>, fd: u32, _follow: i32, at: u32, length: u32, out: u32| {
            path_call(&mut c, |memory, state| {
                let path = memory.bytes(at, length)?;
                let fd = folder_to_read(state, fd, path);
                let mut record = stat_path(state, fd, path)?;
                state.folders.hide_what_differs(&mut record, state.clock.wall_ns);
                Ok(memory.put(out, &record)?)
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_filestat_get",
        |mut c: Caller<'_, State>, fd: u32, out: u32| {
            call(&mut c, |memory, state| {
                let mut record = stat(state, fd)?;
                state.folders.hide_what_differs(&mut record, state.clock.wall_ns);
                Ok(memory.put(out, &record)?)
            })
        },
    )?;
    // Times are the job's clock for whoever looks, so setting them changes nothing.
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_times",
        |mut c: Caller<'_, State>, fd: u32, _: u64, _: u64, _: u32| {
            call(&mut c, |_, state| {
                stat(state, fd)?;
                may_change(state.folders.is_out(fd))
            })
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_filestat_set_times",
        |mut c: Caller<'_, State>, fd: u32, _follow: u32, at: u32, length: u32, _: u64, _: u64, _: u32| {
            path_call(&mut c, |memory, state| {
                let path = memory.text(at, length)?;
                stat_path(state, fd, path.as_bytes())?;
                may_change(state.folders.path_in_out(fd, &path).is_some())
            })
        },
    )?;
    // What a run leaves is read as soon as it is over, so nothing has to reach the disk, nor be read ahead.
    for name in ["fd_sync", "fd_datasync"] {
        linker.func_wrap(MODULE, name, |mut c: Caller<'_, State>, fd: u32| {
            call(&mut c, |_, state| stat(state, fd).map(drop))
        })?;
    }
    linker.func_wrap(
        MODULE,
        "fd_advise",
        |mut c: Caller<'_, State>, fd: u32, _: u64, _: u64, _: u32| call(&mut c, |_, state| stat(state, fd).map(drop)),
    )?;
    linker.func_wrap(
        MODULE,
        "fd_readdir",
        |mut c: Caller<'_, State>, fd: u32, at: u32, length: u32, cookie: u64, used: u32| {
            path_call(&mut c, |memory, state| {
                if cookie == 0 || !state.folders.listings.contains_key(&fd) {
                    let entries = list(state, fd)?;
                    state.folders.listings.insert(fd, entries);
                }
                let entries = state.folders.listings.get(&fd).map_or(&[][..], Vec::as_slice);
                let filled = fill_listing(memory.bytes_mut(at, length)?, entries, cookie);
                Ok(memory.put_u32(used, filled as u32)?)
            })
        },
    )?;
    Ok(())
}

fn may_change(is_out: bool) -> Result<(), Failure> {
    if is_out { Ok(()) } else { Err(Errno::PERM.into()) }
}

#[expect(clippy::too_many_arguments, reason = "WASI gives this call that many")]
fn path_open(
    mut caller: Caller<'_, State>,
    fd: u32,
    _follow: i32,
    at: u32,
    length: u32,
    open_flags: i32,
    rights: i64,
    inherited: i64,
    flags: i32,
    out: u32,
) -> wasmtime::Result<i32> {
    path_call(&mut caller, |memory, state| {
        if state.folders.open >= OPEN_MAX {
            return Err(Errno::MFILE.into());
        }
        let path = memory.text(at, length)?;
        let writes = open_flags & (OPEN_CREATE | OPEN_TRUNCATE) != 0 || rights & RIGHT_WRITE != 0;
        let fd = if writes {
            fd
        } else {
            folder_to_read(state, fd, path.as_bytes())
        };
        let before = stat_path(state, fd, path.as_bytes()).ok();
        let creates = open_flags & OPEN_CREATE != 0 && before.is_none();
        let charged = creates && charge_entry(state, fd, &path, false)?;
        let opened = finish(library::path_open(
            &mut state.wasi,
            &mut GuestMemory::Unshared(memory.0),
            fd.cast_signed(),
            NO_FOLLOW,
            at.cast_signed(),
            length.cast_signed(),
            open_flags,
            rights,
            inherited,
            flags,
            out.cast_signed(),
        ));
        if let Err(failure) = opened {
            if charged {
                state.folders.quota.remove();
            }
            return Err(failure);
        }
        state.folders.open += 1;
        let new = memory.u32(out)?;
        let Some(path) = state.folders.path_in_out(fd, &path) else {
            return Ok(());
        };
        if before.is_some_and(|record| record[STAT_TYPE] == TYPE_FOLDER) {
            state.folders.opened_folder(new, path);
        } else {
            let identity = identity(&stat(state, new)?);
            state.folders.opened_file(new, identity);
        }
        if let Some(record) = before.filter(|_| open_flags & OPEN_TRUNCATE != 0) {
            let now = size(state, new)?;
            state.folders.quota.settle(size_in(&record), now);
        }
        Ok(())
    })
}

fn path_rename(
    mut caller: Caller<'_, State>,
    fd: u32,
    at: u32,
    length: u32,
    to_fd: u32,
    to: u32,
    to_length: u32,
) -> wasmtime::Result<i32> {
    path_call(&mut caller, |memory, state| {
        let (from, target) = (memory.text(at, length)?, memory.text(to, to_length)?);
        let moved = stat_path(state, fd, from.as_bytes())?;
        if let Some(path) = state.folders.path_in_out(to_fd, &target) {
            state.folders.quota.check_name(&path, moved[STAT_TYPE] == TYPE_FOLDER)?;
        }
        let replaced = stat_path(state, to_fd, target.as_bytes()).ok();
        finish(library::path_rename(
            &mut state.wasi,
            &mut GuestMemory::Unshared(memory.0),
            fd.cast_signed(),
            at.cast_signed(),
            length.cast_signed(),
            to_fd.cast_signed(),
            to.cast_signed(),
            to_length.cast_signed(),
        ))?;
        // Renaming a file to itself replaces nothing.
        if let Some(replaced) = replaced.filter(|replaced| identity(replaced) != identity(&moved)) {
            state.folders.removed(identity(&replaced), size_in(&replaced));
        }
        Ok(())
    })
}

/// The folder in which `path` below `fd` is read: the user's files, where the output folder does not have it and they do.
fn folder_to_read(state: &mut State, fd: u32, path: &[u8]) -> u32 {
    let is_users = fd == OUT_FD && stat_path(state, OUT_FD, path).is_err() && stat_path(state, DATA_FD, path).is_ok();
    if is_users { DATA_FD } else { fd }
}

/// Charges a new entry; false where it is not in the output folder, so that the library will refuse it.
fn charge_entry(state: &mut State, fd: u32, path: &str, is_folder: bool) -> Result<bool, Errno> {
    let Some(path) = state.folders.path_in_out(fd, path) else {
        return Ok(false);
    };
    state.folders.quota.create(&path, is_folder)?;
    Ok(true)
}

/// The size of an open file.
pub fn size(state: &mut State, fd: u32) -> Result<u64, Failure> {
    if fd == DATA_FD || fd == OUT_FD {
        return Err(Errno::BADF.into());
    }
    Ok(size_in(&stat(state, fd)?))
}

fn size_in(record: &[u8; STAT_BYTES]) -> u64 {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&record[STAT_SIZE..STAT_SIZE + 8]);
    u64::from_le_bytes(bytes)
}

/// An open file's record as the library tells it.
fn stat(state: &mut State, fd: u32) -> Result<[u8; STAT_BYTES], Failure> {
    let mut record = [0; STAT_BYTES];
    let guest = &mut GuestMemory::Unshared(&mut record);
    finish(library::fd_filestat_get(&mut state.wasi, guest, fd.cast_signed(), 0))?;
    Ok(record)
}

/// A path's record as the library tells it, asked with a memory of our own that holds the record and the path.
fn stat_path(state: &mut State, fd: u32, path: &[u8]) -> Result<[u8; STAT_BYTES], Failure> {
    let mut scratch = vec![0; STAT_BYTES];
    scratch.extend_from_slice(path);
    let (at, length) = (STAT_BYTES as i32, path.len() as i32);
    let guest = &mut GuestMemory::Unshared(&mut scratch);
    finish(library::path_filestat_get(
        &mut state.wasi,
        guest,
        fd.cast_signed(),
        NO_FOLLOW,
        at,
        length,
        0,
    ))?;
    let mut record = [0; STAT_BYTES];
    record.copy_from_slice(&scratch[..STAT_BYTES]);
    Ok(record)
}

/// A folder's entries by name.
fn list(state: &mut State, fd: u32) -> Result<Vec<Entry>, Failure> {
    // The library's answer fills what room there is; one that leaves some is whole.
    let mut room = 64 << 10;
    let listing = loop {
        let mut scratch = vec![0; 8 + room];
        let guest = &mut GuestMemory::Unshared(&mut scratch);
        finish(library::fd_readdir(
            &mut state.wasi,
            guest,
            fd.cast_signed(),
            8,
            room as i32,
            0,
            0,
        ))?;
        let used = u32::from_le_bytes([scratch[0], scratch[1], scratch[2], scratch[3]]) as usize;
        if used < room {
            scratch.truncate(8 + used);
            break scratch.split_off(8);
        }
        if room >= LISTING_MAX_BYTES {
            return Err(Errno::NOTSUP.into());
        }
        room *= 4;
    };
    // The library gives all folders and files one device.
    let mut known = identity(&stat(state, fd)?);
    let (mut entries, mut rest) = (Vec::new(), &listing[..]);
    while rest.len() >= ENTRY_BYTES {
        let length = u32::from_le_bytes([rest[16], rest[17], rest[18], rest[19]]) as usize;
        let Some(name) = rest.get(ENTRY_BYTES..ENTRY_BYTES + length) else {
            break;
        };
        let mut inode = [0; 8];
        inode.copy_from_slice(&rest[8..16]);
        entries.push(Entry {
            name: name.to_vec(),
            kind: rest[20],
            inode: u64::from_le_bytes(inode),
        });
        rest = &rest[ENTRY_BYTES + length..];
    }
    entries.sort();
    for entry in &mut entries {
        known[8..].copy_from_slice(&entry.inode.to_le_bytes());
        entry.inode = state.folders.inode(known);
    }
    Ok(entries)
}

/// Fills `buffer` with the entries from number `cookie` on; the last may be cut off, which tells the guest to come
/// again with more room.
fn fill_listing(buffer: &mut [u8], entries: &[Entry], cookie: u64) -> usize {
    let mut used = 0;
    for (index, Entry { name, kind, inode }) in entries.iter().enumerate().skip(cookie as usize) {
        let number = index as u64 + 1;
        let mut entry = vec![0; ENTRY_BYTES];
        entry[..8].copy_from_slice(&number.to_le_bytes());
        entry[8..16].copy_from_slice(&inode.to_le_bytes());
        entry[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
        entry[20] = *kind;
        entry.extend_from_slice(name);
        let room = (buffer.len() - used).min(entry.len());
        buffer[used..used + room].copy_from_slice(&entry[..room]);
        used += room;
        if room < entry.len() {
            break;
        }
    }
    used
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_listing_is_cut_where_the_room_ends() {
        let entry = |name: &[u8], kind| Entry {
            name: name.to_vec(),
            kind,
            inode: 7,
        };
        let entries = [entry(b"a", 4), entry(b"bb", 3)];
        let mut buffer = [0; 60];
        assert_eq!(fill_listing(&mut buffer, &entries, 0), 25 + 26);
        assert_eq!(fill_listing(&mut buffer[..30], &entries, 0), 30);
        assert_eq!(fill_listing(&mut buffer, &entries, 1), 26);
        assert_eq!(fill_listing(&mut buffer, &entries, 2), 0);
    }
}
