//! The data folder: everything that the server keeps by itself, private to the user that runs it.
//!
//! What is in it is its users' business; here it is made, found to be writable, and kept to one server at a time.

use std::{
    env,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{self, Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use rustix::process::geteuid;

/// What a server locks in its data folder.
const SERVER_LOCK: &str = "serve.lock";

/// A locked file. The lock ends with this value, and with the process, however that ends.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

/// The data folder at `path`, made if it is missing, as an absolute path without links.
///
/// # Errors
/// Says what to do where it cannot be made or written into.
pub fn open(path: &Path) -> Result<PathBuf> {
    let advice = || {
        let path = env::current_dir().map_or_else(|_| path.to_owned(), |here| here.join(path));
        format!(
            "the data folder {} is not writable; choose another one with --data or GLOVEBOX_DATA",
            path.display()
        )
    };
    make(path).with_context(advice)?;
    let path = path.canonicalize().with_context(advice)?;
    tempfile::tempfile_in(&path).with_context(advice)?;
    Ok(path)
}

/// Makes this process the only server on the data folder, as long as the lock is kept.
///
/// # Errors
/// Names the process that has it.
pub fn lock_server(folder: &Path) -> Result<Lock> {
    let mut file = lock_file(&folder.join(SERVER_LOCK))?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            file.read_to_string(&mut holder).ok();
            bail!(
                "another server (process {}) is using the data folder {}; stop it, or choose another folder with \
                 --data or GLOVEBOX_DATA",
                holder.trim(),
                folder.display()
            );
        }
        Err(TryLockError::Error(error)) => return Err(error).context("locking the data folder"),
    }
    file.set_len(0)
        .and_then(|()| file.rewind())
        .and_then(|()| writeln!(file, "{}", std::process::id()))
        .context("writing serve.lock")?;
    Ok(Lock { _file: file })
}

/// Whether a server works on the data folder, or did so once.
pub fn has_server(folder: &Path) -> bool {
    folder.join(SERVER_LOCK).is_file()
}

/// Makes the folder and those above it, as far as they are missing.
pub fn make(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make(parent)?;
    }
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        // Under root the database runs as another user, who has to get through. What is inside is private by itself.
        Ok(()) if geteuid().is_root() => fs::set_permissions(path, fs::Permissions::from_mode(0o711)),
        made => made,
    }
}

/// A file to be locked, which only this user can open.
pub fn lock_file(path: &Path) -> Result<File> {
    OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("opening {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_server_at_a_time_has_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let folder = open(&folder.path().join("data")).unwrap();
        let lock = lock_server(&folder).unwrap();
        let error = lock_server(&folder).unwrap_err().to_string();
        assert!(error.contains(&format!("process {}", std::process::id())), "{error}");
        drop(lock);
        lock_server(&folder).unwrap();
    }
}
