//! Guest images: from a raw module to one that workers can map.
//!
//! A guest is booted once and snapshotted by the build ([`Guest::snapshot`]), then compiled once on each machine that
//! runs it ([`Guest::prepare`]). A compiled image is trusted like a program: it is kept in a folder that only its owner
//! may enter, and its name tells the module it was made from and the engine's settings.

mod known;
mod snapshot;

use std::{
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    sync::Arc,
    thread,
};

use anyhow::{Context, anyhow, bail, ensure};
use glovebox_sdk::{CONTRACT_VERSION, Digest};
use wasmtime::{Engine, Module};

use super::{
    collect,
    engine::{self, plain},
    instance::{self, State},
    outbox::Outbox,
};

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
    /// for its owner alone. Fails when the module is no guest, or one of another contract version.
    pub fn prepare(wasm: &Path, cache: &Path) -> anyhow::Result<Self> {
        let engine = engine::engine()?;
        make_private(cache)?;
        let module_sha256 = known::digest(wasm, cache).context("take the digest of the guest")?;
        let image = cache.join(format!("{module_sha256}-{:016x}.cwasm", engine::settings_hash(&engine)));
        let checked = image.with_extension(format!("contract-{CONTRACT_VERSION}"));
        let guest = Self { image, module_sha256 };
        if guest.image.exists() && checked.exists() {
            return Ok(guest);
        }
        if !guest.image.exists() {
            guest
                .compile(&engine, wasm, cache)
                .with_context(|| format!("compile the guest {}", wasm.display()))?;
        }
        check_contract(&engine, &load(&engine, &guest.image)?)
            .with_context(|| format!("use the guest {}", wasm.display()))?;
        fs::write(checked, "").context("keep that the guest was checked")?;
        Ok(guest)
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

    fn compile(&self, engine: &Engine, wasm: &Path, cache: &Path) -> anyhow::Result<()> {
        let bytes = fs::read(wasm).context("read it")?;
        ensure!(
            collect::digest(&bytes) == self.module_sha256,
            "somebody changed it at this moment"
        );
        let compiled = engine.precompile_module(&bytes).map_err(plain)?;
        let mut file = tempfile::NamedTempFile::new_in(cache).context("make a file in the image cache")?;
        file.write_all(&compiled).context("write the compiled guest")?;
        file.persist(&self.image).context("keep the compiled guest")?;
        Ok(())
    }
}

/// Maps a compiled image.
pub fn load(engine: &Engine, image: &Path) -> anyhow::Result<Module> {
    #[expect(
        unsafe_code,
        reason = "an image is compiled by this program, into a folder that only its owner can enter"
    )]
    let module = unsafe { Module::deserialize_file(engine, image) };
    module
        .map_err(plain)
        .with_context(|| format!("load the compiled guest {}", image.display()))
}

fn check_contract(engine: &Engine, module: &Module) -> anyhow::Result<()> {
    let state = State::new(engine, None, Arc::new(Outbox::new(io::sink())))?;
    let (mut store, instance) = instance::instantiate(engine, module, state)?;
    store.set_fuel(1_000_000).map_err(plain)?;
    instance
        .get_typed_func::<(), ()>(&mut store, "run")
        .map_err(|_| anyhow!("it is no guest: it exports no function `run`"))?;
    let version = instance
        .get_typed_func::<(), i32>(&mut store, "glovebox_contract_version")
        .map_err(|_| anyhow!("it is no guest: it exports no function `glovebox_contract_version`"))?
        .call(&mut store, ())
        .map_err(plain)?;
    if version != CONTRACT_VERSION.cast_signed() {
        bail!(
            "the guest speaks contract version {version}, this host speaks {CONTRACT_VERSION}; build both from the same \
             sources (./dev guest)"
        );
    }
    Ok(())
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
