//! The folders of runs: a fresh pair for each, gone when nobody holds it any more.
//!
//! All of a host's run folders lie in one folder that the host keeps locked while it lives. A host that was killed
//! leaves its folder unlocked, and the next one to start removes it. Inputs appear as hard links where the worker is
//! kept from writing to them by the kernel, else as copies: what a user gave is never opened for writing.

use std::{
    fs::{self, DirBuilder, File, Metadata, Permissions, TryLockError},
    os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt, chown},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use anyhow::{Context, bail};

const HOST_PREFIX: &str = "host-";

/// One host's part of the folder that all hosts share.
#[derive(Debug)]
pub struct HostFolder {
    path: PathBuf,
    runs: AtomicU64,
    _lock: File,
}

impl HostFolder {
    /// Takes a part of `shared` and removes the parts of hosts that are gone.
    pub fn claim(shared: &Path) -> anyhow::Result<Self> {
        make(shared).with_context(|| format!("make the run folder {}", shared.display()))?;
        // Between making a folder and locking it, a folder looks abandoned; the shared lock covers that moment.
        let shared_lock = File::open(shared).and_then(|folder| folder.lock().map(|()| folder));
        let shared_lock = shared_lock.with_context(|| format!("lock the run folder {}", shared.display()))?;
        remove_abandoned(shared)?;
        let path = tempfile::Builder::new()
            .prefix(HOST_PREFIX)
            .tempdir_in(shared)
            .context("make a run folder")?
            .keep();
        let lock = File::open(&path).context("open the run folder")?;
        lock.lock().context("lock the run folder")?;
        drop(shared_lock);
        Ok(Self {
            path,
            runs: AtomicU64::new(0),
            _lock: lock,
        })
    }

    /// Makes the pair of folders for one run.
    pub fn make_run(self: &Arc<Self>) -> anyhow::Result<RunFolder> {
        let path = self.path.join(self.runs.fetch_add(1, Ordering::Relaxed).to_string());
        make(&path).context("make a run's folder")?;
        let run = RunFolder {
            path,
            host: Arc::clone(self),
        };
        make(&run.data()).context("make a run's input folder")?;
        make(&run.out()).context("make a run's output folder")?;
        Ok(run)
    }
}

impl Drop for HostFolder {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

/// The folders of one run, removed on drop.
#[derive(Debug)]
pub struct RunFolder {
    path: PathBuf,
    // Keeps the lock on the folder that this one lies in.
    #[expect(dead_code, reason = "held, never read")]
    host: Arc<HostFolder>,
}

impl RunFolder {
    pub fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub fn out(&self) -> PathBuf {
        self.path.join("out")
    }
}

impl Drop for RunFolder {
    fn drop(&mut self) {
        let path = std::mem::take(&mut self.path);
        match tokio::runtime::Handle::try_current() {
            Ok(runtime) => drop(runtime.spawn_blocking(move || remove(&path))),
            Err(_) => remove(&path),
        }
    }
}

/// Makes `source` appear as `target`, in a folder that its worker cannot write to when `may_link` is true.
pub fn place_input(source: &Path, target: &Path, may_link: bool) -> anyhow::Result<()> {
    let about = || format!("take the input {}", source.display());
    // A link to a link would be one itself, and the worker follows none.
    let source = source.canonicalize().with_context(about)?;
    let metadata = source.metadata().with_context(about)?;
    // Another file system, another owner or a full link count: then the bytes are copied.
    if may_link && a_worker_may_read(&metadata) && fs::hard_link(&source, target).is_ok() {
        return Ok(());
    }
    fs::copy(&source, target).with_context(about)?;
    fs::set_permissions(target, Permissions::from_mode(0o400)).with_context(about)?;
    // A worker that is a user of its own owns its folders, and has to own what it reads.
    let folder = target.parent().unwrap_or(target).metadata().with_context(about)?;
    if folder.uid() != rustix::process::geteuid().as_raw() {
        chown(target, Some(folder.uid()), Some(folder.gid())).with_context(about)?;
    }
    Ok(())
}

/// A worker has no capabilities, so it reads what its user may read, even where that user is root.
fn a_worker_may_read(metadata: &Metadata) -> bool {
    let is_owner = metadata.uid() == rustix::process::geteuid().as_raw();
    metadata.mode() & if is_owner { 0o400 } else { 0o004 } != 0
}

/// Whether `name` can be a file in the input folder: one plain name.
pub fn check_input_name(name: &str) -> anyhow::Result<()> {
    const NAME_MAX_BYTES: usize = 255;
    if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) || name.len() > NAME_MAX_BYTES {
        bail!("{name:?} cannot be the name of an input: give a plain file name of at most {NAME_MAX_BYTES} bytes");
    }
    Ok(())
}

fn make(path: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn remove_abandoned(shared: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(shared).context("look for abandoned run folders")? {
        let entry = entry.context("look for abandoned run folders")?;
        if !entry.file_name().to_string_lossy().starts_with(HOST_PREFIX) {
            continue;
        }
        let Ok(folder) = File::open(entry.path()) else { continue };
        match folder.try_lock() {
            Ok(()) => remove(&entry.path()),
            Err(TryLockError::WouldBlock) => {}
            Err(TryLockError::Error(error)) => return Err(error).context("look for abandoned run folders"),
        }
    }
    Ok(())
}

fn remove(path: &Path) {
    if let Err(error) = fs::remove_dir_all(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "a run folder could not be removed");
    }
}
