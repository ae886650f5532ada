//! A file system of a worker's own: two folders, and nothing else that the machine has.
//!
//! The worker moves into mount, IPC and host name namespaces, and into a user namespace where the host is not root. Its
//! root becomes an empty tmpfs with the input folder, which is read-only, and the output folder; neither follows symbolic
//! links, holds devices or runs programs. Where Landlock does not rule TCP, the worker gets a network without interfaces
//! as well: that costs a millisecond of the kernel's time for each worker, so it is not taken twice.

use std::{
    ffi::{CStr, CString},
    fs, io,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
    ptr, thread,
    time::Duration,
};

/// Where the worker finds its input folder.
pub const DATA: &str = "/data";

/// Where it finds its output folder.
pub const OUT: &str = "/out";

const DATA_PATH: &CStr = c"data";
const OUT_PATH: &CStr = c"out";

/// What holds for every mount of a worker.
const PLAIN: u64 = libc::MOUNT_ATTR_NOSUID | libc::MOUNT_ATTR_NODEV | libc::MOUNT_ATTR_NOEXEC | NO_LINKS;

/// `MOUNT_ATTR_NOSYMFOLLOW`, since Linux 5.14.
const NO_LINKS: u64 = 0x0020_0000;

/// Moves this process, which has one thread, into a file system that holds `data` and `out`. Where the kernel or a
/// container does not allow it, false: the process sees the folders where they were, if in namespaces of its own. In a user namespace the process
/// cannot become another user.
pub fn enter(data: &Path, out: &Path, with_network: bool, in_user_namespace: bool) -> bool {
    let Some(parent) = out.parent() else { return false };
    let entered = leave_the_others(with_network, in_user_namespace).and_then(|()| {
        let (data, out) = (copy_mount(data, libc::MOUNT_ATTR_RDONLY)?, copy_mount(out, 0)?);
        let parent = path(parent)?;
        mount(
            c"tmpfs",
            &parent,
            c"tmpfs",
            PLAIN_MOUNT,
            c"size=4k,nr_inodes=4,mode=755",
        )?;
        make_root(&parent, &data, &out).inspect_err(|_| {
            // The folders lie under it.
            let _ = unmount(&parent);
        })
    });
    entered.is_ok()
}

/// The namespaces. Mounts no longer reach those of others.
fn leave_the_others(with_network: bool, in_user_namespace: bool) -> io::Result<()> {
    let mut own = libc::CLONE_NEWNS | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS;
    if !with_network {
        own |= libc::CLONE_NEWNET;
    }
    let (user, group) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let as_root = unshare(own);
    if !in_user_namespace {
        as_root?;
    } else if as_root.is_err() {
        unshare_alone(own | libc::CLONE_NEWUSER)?;
        fs::write("/proc/self/setgroups", "deny")?;
        fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
        fs::write("/proc/self/gid_map", format!("{group} {group} 1"))?;
    }
    mount(c"none", c"/", c"none", libc::MS_REC | libc::MS_PRIVATE, c"")
}

/// Makes the tmpfs at `parent`, with both folders in it, the root.
fn make_root(parent: &CStr, data: &OwnedFd, out: &OwnedFd) -> io::Result<()> {
    change_folder(parent)?;
    for (tree, name) in [(data, DATA_PATH), (out, OUT_PATH)] {
        fs::create_dir(Path::new(name.to_str().map_err(io::Error::other)?))?;
        place(tree, name)?;
    }
    // Puts the old root over the new one, from where it is taken away.
    pivot_root(c".", c".")?;
    unmount(c".")?;
    change_folder(c"/")?;
    // There is no way back from here, and Landlock and the size keep the root as well.
    let _ = mount(
        c"none",
        c"/",
        c"none",
        PLAIN_MOUNT | libc::MS_REMOUNT | libc::MS_BIND | libc::MS_RDONLY,
        c"",
    );
    Ok(())
}

const PLAIN_MOUNT: libc::c_ulong = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;

fn path(path: &Path) -> io::Result<CString> {
    Ok(CString::new(path.as_os_str().as_bytes())?)
}

fn done(result: impl Into<i64>) -> io::Result<i64> {
    let result = result.into();
    if result < 0 {
        Err(io::Error::last_os_error())
    } else {
        Ok(result)
    }
}

/// A user namespace is for a process of one thread, and one that has just ended may still count.
fn unshare_alone(namespaces: libc::c_int) -> io::Result<()> {
    const TRIES: u32 = 50;
    for _ in 0..TRIES {
        match unshare(namespaces) {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => thread::sleep(Duration::from_millis(1)),
            ended => return ended,
        }
    }
    unshare(namespaces)
}

#[expect(unsafe_code, reason = "touches no memory")]
fn unshare(namespaces: libc::c_int) -> io::Result<()> {
    done(unsafe { libc::unshare(namespaces) }).map(drop)
}

#[expect(unsafe_code, reason = "reads texts that end with a zero byte")]
fn mount(source: &CStr, target: &CStr, kind: &CStr, flags: libc::c_ulong, options: &CStr) -> io::Result<()> {
    let options = options.as_ptr().cast();
    done(unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind.as_ptr(), flags, options) }).map(drop)
}

#[expect(unsafe_code, reason = "reads a text that ends with a zero byte")]
fn unmount(target: &CStr) -> io::Result<()> {
    done(unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) }).map(drop)
}

#[expect(unsafe_code, reason = "reads a text that ends with a zero byte")]
fn change_folder(target: &CStr) -> io::Result<()> {
    done(unsafe { libc::chdir(target.as_ptr()) }).map(drop)
}

#[expect(unsafe_code, reason = "reads texts that end with a zero byte")]
fn pivot_root(new: &CStr, old: &CStr) -> io::Result<()> {
    done(unsafe { libc::syscall(libc::SYS_pivot_root, new.as_ptr(), old.as_ptr()) }).map(drop)
}

/// A mount of `folder` that stands nowhere yet, with more restrictions than where it is.
#[expect(
    unsafe_code,
    reason = "reads a text and a structure, and owns the descriptor that it gets"
)]
fn copy_mount(folder: &Path, more: u64) -> io::Result<OwnedFd> {
    let folder = path(folder)?;
    let flags = libc::OPEN_TREE_CLONE | libc::OPEN_TREE_CLOEXEC;
    let tree = done(unsafe { libc::syscall(libc::SYS_open_tree, libc::AT_FDCWD, folder.as_ptr(), flags) })?;
    let tree = unsafe { OwnedFd::from_raw_fd(tree as i32) };
    let attributes = libc::mount_attr {
        attr_set: PLAIN | more,
        attr_clr: 0,
        propagation: 0,
        userns_fd: 0,
    };
    done(unsafe {
        libc::syscall(
            libc::SYS_mount_setattr,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_EMPTY_PATH,
            ptr::from_ref(&attributes),
            size_of_val(&attributes),
        )
    })?;
    Ok(tree)
}

#[expect(unsafe_code, reason = "reads texts that end with a zero byte")]
fn place(tree: &OwnedFd, name: &CStr) -> io::Result<()> {
    done(unsafe {
        libc::syscall(
            libc::SYS_move_mount,
            tree.as_raw_fd(),
            c"".as_ptr(),
            libc::AT_FDCWD,
            name.as_ptr(),
            libc::MOVE_MOUNT_F_EMPTY_PATH,
        )
    })
    .map(drop)
}
