//! Bytes on their way into the store: files on this machine's disk, hashed as they are written.
//!
//! A spooled file is gone with its last owner, whatever became of it, and those of a server that was killed are removed
//! by the next one that claims the folder. Writing happens off the async threads, one buffer at a time, so a slow
//! client costs a buffer and no thread.

use std::{
    fs::{self, File},
    io::{self, Write},
    mem,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use sha2::{Digest as _, Sha256};
use tempfile::TempPath;
use tokio::task::spawn_blocking;

use super::Digest;
use crate::error::Result;

/// Bytes that are collected before they are written.
const BUFFER_BYTES: usize = 512 << 10;
const PREFIX: &str = "server-";

/// This process's own part of the spool folder. Cheap to clone; removed with the last clone.
#[derive(Clone, Debug)]
pub struct Spool(Arc<Folder>);

#[derive(Debug)]
struct Folder {
    path: PathBuf,
    /// Held while this process lives: an unlocked folder is an abandoned one.
    #[expect(dead_code, reason = "held, never read")]
    lock: File,
}

/// A file that is being written.
#[derive(Debug)]
pub struct Spooling {
    path: TempPath,
    /// `None` while another thread writes.
    sink: Option<Sink>,
    pending: Vec<u8>,
    bytes: u64,
}

/// A file that is complete. Gone when dropped.
#[derive(Debug)]
pub struct Spooled {
    path: TempPath,
    digest: Digest,
}

#[derive(Debug)]
struct Sink {
    file: File,
    hasher: Sha256,
}

impl Spool {
    /// Takes a part of the folder `shared` and removes what processes left that are gone.
    pub fn claim(shared: &Path) -> anyhow::Result<Self> {
        fs::create_dir_all(shared).with_context(|| format!("making the spool folder {}", shared.display()))?;
        // Between making a folder and locking it, a folder looks abandoned; the shared lock covers that moment.
        let shared_lock = File::open(shared).and_then(|folder| folder.lock().map(|()| folder));
        let shared_lock = shared_lock.with_context(|| format!("locking the spool folder {}", shared.display()))?;
        abandoned(shared, Abandoned::Remove).context("removing what is left in the spool folder")?;
        let path = tempfile::Builder::new()
            .prefix(PREFIX)
            .tempdir_in(shared)
            .context("making a spool folder")?
            .keep();
        let lock = File::open(&path).and_then(|folder| folder.lock().map(|()| folder));
        let lock = lock.context("locking a spool folder")?;
        drop(shared_lock);
        Ok(Self(Arc::new(Folder { path, lock })))
    }

    /// The folder that it is a part of.
    pub fn shared(&self) -> &Path {
        self.0.path.parent().unwrap_or(&self.0.path)
    }

    /// Where the spools of the servers on the data folder `data` lie.
    pub fn place(data: &Path) -> PathBuf {
        data.join("spool")
    }

    /// Removes what processes left in the folder `shared` that are gone, or only counts it: files and bytes. Blocks.
    pub fn remove_abandoned(shared: &Path, dry_run: bool) -> anyhow::Result<(u64, u64)> {
        if !shared.is_dir() {
            return Ok((0, 0));
        }
        // As in `claim`.
        let shared_lock = File::open(shared).and_then(|folder| folder.lock().map(|()| folder));
        let _shared_lock = shared_lock.with_context(|| format!("locking the spool folder {}", shared.display()))?;
        let what = if dry_run { Abandoned::Count } else { Abandoned::Remove };
        abandoned(shared, what).context("looking into the spool folder")
    }

    /// An empty file.
    pub fn create(&self) -> Result<Spooling> {
        let (file, path) = tempfile::NamedTempFile::new_in(&self.0.path)
            .context("making a file in the spool folder")?
            .into_parts();
        let hasher = Sha256::new();
        Ok(Spooling {
            path,
            sink: Some(Sink { file, hasher }),
            pending: Vec::new(),
            bytes: 0,
        })
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

impl Spooling {
    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds `bytes` at the end.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<()> {
        self.pending.extend_from_slice(bytes);
        self.bytes += bytes.len() as u64;
        if self.pending.len() < BUFFER_BYTES {
            return Ok(());
        }
        let (mut sink, mut pending) = (self.take()?, mem::take(&mut self.pending));
        let written = spawn_blocking(move || {
            sink.write(&pending)?;
            pending.clear();
            io::Result::Ok((sink, pending))
        });
        let (sink, pending) = written
            .await
            .context("writing to the spool")?
            .context("writing to the spool")?;
        (self.sink, self.pending) = (Some(sink), pending);
        Ok(())
    }

    /// What was written, as a whole.
    pub async fn finish(self) -> Result<Spooled> {
        let finished = spawn_blocking(move || self.finish_here());
        Ok(finished.await.context("finishing a spooled file")??)
    }

    /// [`Spooling::finish`] on a thread that may block.
    pub fn finish_here(mut self) -> anyhow::Result<Spooled> {
        let mut sink = self.take()?;
        sink.write(&self.pending).context("writing to the spool")?;
        Ok(Spooled {
            path: self.path,
            digest: Digest {
                bytes: self.bytes,
                sha256: sink.hasher.finalize().into(),
            },
        })
    }

    fn take(&mut self) -> anyhow::Result<Sink> {
        self.sink.take().context("an earlier write to the spool failed")
    }
}

/// On a thread that may block.
impl Write for Spooling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.pending.extend_from_slice(bytes);
        self.bytes += bytes.len() as u64;
        if self.pending.len() >= BUFFER_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let sink = self
            .sink
            .as_mut()
            .ok_or_else(|| io::Error::other("an earlier write failed"))?;
        sink.write(&self.pending)?;
        self.pending.clear();
        Ok(())
    }
}

impl Spooled {
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn digest(&self) -> &Digest {
        &self.digest
    }
}

impl Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.hasher.update(bytes);
        self.file.write_all(bytes)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Abandoned {
    Remove,
    Count,
}

/// What processes that are gone left in the folder `shared`: how many files, and their bytes.
fn abandoned(shared: &Path, what: Abandoned) -> io::Result<(u64, u64)> {
    let (mut count, mut bytes) = (0, 0);
    for entry in fs::read_dir(shared)? {
        let entry = entry?;
        if !entry.file_name().to_string_lossy().starts_with(PREFIX) {
            continue;
        }
        let Ok(folder) = File::open(entry.path()) else { continue };
        if folder.try_lock().is_ok() {
            for file in fs::read_dir(entry.path())? {
                count += 1;
                bytes += file?.metadata()?.len();
            }
            if what == Abandoned::Remove {
                fs::remove_dir_all(entry.path())?;
            }
        }
    }
    Ok((count, bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(folder: &Path) -> usize {
        let inside = |path: &Path| fs::read_dir(path).unwrap().count();
        fs::read_dir(folder)
            .unwrap()
            .map(|entry| inside(&entry.unwrap().path()))
            .sum()
    }

    #[tokio::test]
    async fn what_was_pushed_is_there_with_its_digest_and_gone_when_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let spool = Spool::claim(folder.path()).unwrap();
        let mut spooling = spool.create().unwrap();
        let bytes = vec![7; BUFFER_BYTES + 10];
        for piece in bytes.chunks(100_000) {
            spooling.push(piece).await.unwrap();
        }
        let spooled = spooling.finish().await.unwrap();
        assert_eq!(fs::read(spooled.path()).unwrap(), bytes);
        assert_eq!(spooled.digest().bytes, bytes.len() as u64);
        assert_eq!(spooled.digest().sha256, <[u8; 32]>::from(Sha256::digest(&bytes)));
        drop(spooled);
        drop(spool.create().unwrap());
        assert_eq!(files(folder.path()), 0);
    }

    #[test]
    fn what_a_killed_server_left_is_removed_and_what_a_living_one_has_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let living = Spool::claim(folder.path()).unwrap();
        let kept = living.create().unwrap();
        let abandoned = folder.path().join("server-gone");
        fs::create_dir(&abandoned).unwrap();
        fs::write(abandoned.join("left"), "x").unwrap();
        let _next = Spool::claim(folder.path()).unwrap();
        assert!(!abandoned.exists());
        assert!(kept.path.exists());
    }
}
