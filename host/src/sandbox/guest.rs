//! Guest images: from a raw module to one that workers can map.
//!
//! A guest is booted once and snapshotted by the build ([`Guest::snapshot`]), then compiled once on each machine that
//! runs it ([`Guest::prepare`]). A compiled image is trusted like a program: it is kept in a folder that only its owner
//! may enter, its name tells the module it was made from and the engine's settings, and a seal that it was made here.

mod known;
mod snapshot;

use std::{
    fs::{self, DirBuilder, File},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use anyhow::{Context, anyhow, bail, ensure};
use glovebox_sdk::Digest;
use wasmtime::{Engine, Module};

use super::{
    collect,
    engine::{self, plain},
    instance,
};
use crate::secret::ServerKey;
use known::Known;

/// Days after which an image that nobody started with is removed.
const UNUSED_DAYS: u64 = 30;

/// A guest that is compiled and speaks this host's contract. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Guest {
    image: PathBuf,
    module_sha256: Digest,
}

impl Guest {
    /// Compiles the module `wasm` for this machine, unless `cache` holds its image already.
    ///
    /// Compiling takes about a minute for a full guest, loading a few milliseconds. `cache` is made if it is missing,
    /// for its owner alone. An image that was not compiled here is compiled again. Fails when the module is no guest;
    /// its contract is asked for by a worker, since no code of a guest runs in this process.
    pub fn prepare(wasm: &Path, cache: &Path) -> anyhow::Result<Self> {
        let engine = engine::engine()?;
        make_private(cache)?;
        let key = ServerKey::kept_in(cache).context("open the key of the image cache")?;
        let known = Known {
            folder: cache,
            key: &key,
        };
        let module_sha256 = known.digest(wasm).context("take the digest of the guest")?;
        let image = cache.join(format!("{module_sha256}-{:016x}.cwasm", engine::settings_hash(&engine)));
        let seal = Seal {
            path: image.with_extension("seal"),
            known,
        };
        if !seal.holds(&image) {
            // Whoever starts at the same time waits, and finds the image.
            let lock = File::create(cache.join("lock")).context("open the lock of the image cache")?;
            lock.lock().context("lock the image cache")?;
            if !seal.holds(&image) {
                compile(&engine, wasm, &module_sha256, &image)
                    .with_context(|| format!("compile the guest {}", wasm.display()))?;
                seal.put_on(&image).context("seal the compiled guest")?;
                remove_unused(cache).context("clear the image cache")?;
            }
        }
        mark_used(&seal.path).context("mark the image as used")?;
        Ok(Self { image, module_sha256 })
    }

    /// Boots the raw module once and writes it to `out` as it stands after its boot.
    ///
    /// The boot runs by the guest's export `wizer-initialize`. It sees the folder `python` as `/python`, if there is
    /// one, no other file and no clock. What it says goes to standard error.
    pub fn snapshot(raw_wasm: &Path, python: Option<&Path>, out: &Path) -> anyhow::Result<()> {
        let bytes = fs::read(raw_wasm).with_context(|| format!("read {}", raw_wasm.display()))?;
        let python = python.map(Path::to_owned);
        // The interpreter's boot nests deeper than an ordinary thread has room for.
        let booting = thread::Builder::new()
            .stack_size(engine::THREAD_STACK_BYTES)
            .spawn(move || snapshot::boot(&bytes, python.as_deref()))?;
        let snapshot = booting
            .join()
            .map_err(|_| anyhow!("the boot of {} panicked", raw_wasm.display()))?;
        let snapshot = snapshot.with_context(|| format!("snapshot {}", raw_wasm.display()))?;
        fs::write(out, snapshot).with_context(|| format!("write {}", out.display()))
    }

    /// The compiled image, for a worker to map.
    #[must_use]
    pub fn image(&self) -> &Path {
        &self.image
    }

    /// The digest of the module that the image was compiled from.
    #[must_use]
    pub fn module_sha256(&self) -> &Digest {
        &self.module_sha256
    }
}

/// Compiles a module into `image`, which is there whole or not at all.
fn compile(engine: &Engine, wasm: &Path, sha256: &Digest, image: &Path) -> anyhow::Result<()> {
    let bytes = fs::read(wasm).context("read it")?;
    ensure!(collect::digest(&bytes) == *sha256, "somebody changed it at this moment");
    let module = Module::new(engine, &bytes).map_err(plain)?;
    for export in [instance::RUN_EXPORT, instance::CONTRACT_EXPORT] {
        let function = module.get_export(export).is_some_and(|export| export.func().is_some());
        ensure!(function, "it is no guest: it exports no function `{export}`");
    }
    let compiled = module.serialize().map_err(plain)?;
    let cache = image.parent().context("an image lies in a cache")?;
    let mut file = tempfile::NamedTempFile::new_in(cache).context("make a file in the image cache")?;
    file.write_all(&compiled).context("write the compiled guest")?;
    file.persist(image).context("keep the compiled guest")?;
    Ok(())
}

/// Tells an image that this machine compiled from one that somebody put in its place: it names the image's digest and
/// the module's, with a code that only the cache's key gives.
struct Seal<'a> {
    path: PathBuf,
    known: Known<'a>,
}

impl Seal<'_> {
    const PURPOSE: &'static str = "compiled guest";

    fn holds(&self, image: &Path) -> bool {
        let code = fs::read(&self.path).ok();
        let parts = self.known.digest(image).ok().map(|digest| self.parts(&digest));
        code.zip(parts)
            .is_some_and(|(code, [name, digest])| self.known.key.verify(Self::PURPOSE, &[&name, &digest], &code))
    }

    fn put_on(&self, image: &Path) -> anyhow::Result<()> {
        let [name, digest] = self.parts(&self.known.digest(image)?);
        fs::write(&self.path, self.known.key.mac(Self::PURPOSE, &[&name, &digest]))?;
        Ok(())
    }

    /// The seal's name is the image's, and so the module's and the engine's.
    fn parts(&self, image: &Digest) -> [Vec<u8>; 2] {
        let name = self.path.file_name().unwrap_or_default();
        [name.as_encoded_bytes().to_vec(), image.0.clone().into_bytes()]
    }
}

/// A seal's time of change is when somebody last started with its image.
fn mark_used(seal: &Path) -> io::Result<()> {
    File::options().append(true).open(seal)?.set_modified(SystemTime::now())
}

/// Removes images that nobody started with for long, such as those of earlier guests.
fn remove_unused(cache: &Path) -> io::Result<()> {
    let unused = Duration::from_secs(UNUSED_DAYS * 24 * 60 * 60);
    for entry in fs::read_dir(cache)? {
        let image = entry?.path();
        if image.extension().is_none_or(|extension| extension != "cwasm") {
            continue;
        }
        let seal = image.with_extension("seal");
        let used = fs::metadata(&seal).or_else(|_| fs::metadata(&image))?.modified()?;
        if used.elapsed().is_ok_and(|age| age > unused) {
            fs::remove_file(&image)?;
            // One without a seal was never whole.
            let _ = fs::remove_file(&seal);
        }
    }
    Ok(())
}

/// Maps a compiled image.
pub fn load(engine: &Engine, image: &Path) -> anyhow::Result<Module> {
    #[expect(
        unsafe_code,
        reason = "an image is compiled by this program, as its seal says, in a folder that only its owner can enter"
    )]
    let module = unsafe { Module::deserialize_file(engine, image) };
    module
        .map_err(plain)
        .with_context(|| format!("load the compiled guest {}", image.display()))
}

/// Makes `folder` for its owner alone, or checks that it is so.
fn make_private(folder: &Path) -> anyhow::Result<()> {
    DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
        .with_context(|| format!("make the folder {}", folder.display()))?;
    let metadata = fs::metadata(folder).with_context(|| format!("look at the folder {}", folder.display()))?;
    if metadata.uid() != rustix::process::geteuid().as_raw() || metadata.mode() & 0o022 != 0 {
        bail!(
            "others may write to {}, where compiled guests are kept; take another folder or chmod it to 0700",
            folder.display()
        );
    }
    Ok(())
}
