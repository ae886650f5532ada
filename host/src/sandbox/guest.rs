//! Guest images: from a raw module to one that workers can map.
//!
//! A guest is booted once and snapshotted by the build ([`Guest::snapshot`]), then compiled once on each machine that
//! runs it ([`Guest::prepare`]). A compiled image is trusted like a program: it is kept in a folder that only its owner
//! may enter, and its name tells the module it was made from and the engine's settings.

use std::{
    fs::{self, DirBuilder},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt},
    path::{Path, PathBuf},
    pin::pin,
    sync::Arc,
    task::{Context as Task, Poll, Waker},
    thread,
};

use anyhow::{Context, anyhow, bail, ensure};
use glovebox_sdk::{CONTRACT_VERSION, Digest};
use wasmtime::{Engine, Instance, Module, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

use super::{
    collect,
    engine::{self, plain},
    instance::{self, State},
    outbox::Outbox,
};

/// What a guest exports to be booted before its snapshot.
const INITIALIZE: &str = "wizer-initialize";

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
        let bytes = fs::read(wasm).with_context(|| format!("read the guest {}", wasm.display()))?;
        let module_sha256 = collect::digest(&bytes);
        let engine = engine::engine()?;
        make_private(cache)?;
        let image = cache.join(format!("{module_sha256}-{:016x}.cwasm", engine::settings_hash(&engine)));
        if !image.exists() {
            let compiled = engine.precompile_module(&bytes).map_err(plain);
            let compiled = compiled.with_context(|| format!("compile the guest {}", wasm.display()))?;
            let mut file = tempfile::NamedTempFile::new_in(cache).context("make a file in the image cache")?;
            file.write_all(&compiled).context("write the compiled guest")?;
            file.persist(&image).context("keep the compiled guest")?;
        }
        let guest = Self { image, module_sha256 };
        check_contract(&engine, &guest.load(&engine)?).with_context(|| format!("use the guest {}", wasm.display()))?;
        Ok(guest)
    }

    /// Boots the raw module once and writes it to `out` as it stands after its boot.
    ///
    /// The boot sees no files and no clock, and runs by the guest's export `wizer-initialize`.
    pub fn snapshot(raw_wasm: &Path, out: &Path) -> anyhow::Result<()> {
        let bytes = fs::read(raw_wasm).with_context(|| format!("read {}", raw_wasm.display()))?;
        // The interpreter's boot nests deeper than an ordinary thread has room for.
        let booting = thread::Builder::new()
            .stack_size(engine::THREAD_STACK_BYTES)
            .spawn(move || boot(&bytes))?;
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

    fn load(&self, engine: &Engine) -> anyhow::Result<Module> {
        load(engine, &self.image)
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

/// Boots a raw module and returns it as it stands then.
fn boot(raw: &[u8]) -> anyhow::Result<Vec<u8>> {
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument(raw).map_err(plain)?;
    let engine = engine::snapshot_engine()?;
    let module = Module::new(&engine, &instrumented)
        .map_err(plain)
        .context("compile it")?;
    let state = State::new(&engine, None, Arc::new(Outbox::new(io::sink())))?;
    let (mut store, instance) = instance::instantiate(&engine, &module, state)?;
    for name in ["_initialize", INITIALIZE] {
        let Some(function) = instance.get_func(&mut store, name) else {
            ensure!(name != INITIALIZE, "it exports no function `{INITIALIZE}`");
            continue;
        };
        let booted = function
            .typed::<(), ()>(&store)
            .and_then(|function| function.call(&mut store, ()));
        booted
            .map_err(plain)
            .with_context(|| format!("call its `{name}`: {}", store.data().last_words))?;
    }
    let mut booted = Booted { store, instance };
    ready(wizer.snapshot(&context, &mut booted))?.map_err(plain)
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

/// A booted instance, as wizer reads it.
struct Booted {
    store: Store<State>,
    instance: Instance,
}

impl InstanceState for Booted {
    async fn global_get(&mut self, name: &str, _: ValType) -> SnapshotVal {
        let global = self.instance.get_global(&mut self.store, name);
        match global.map(|global| global.get(&mut self.store)) {
            Some(Val::I32(value)) => SnapshotVal::I32(value),
            Some(Val::I64(value)) => SnapshotVal::I64(value),
            Some(Val::F32(bits)) => SnapshotVal::F32(bits),
            Some(Val::F64(bits)) => SnapshotVal::F64(bits),
            Some(Val::V128(value)) => SnapshotVal::V128(value.as_u128()),
            other => panic!("wizer asked for the global {name}, which is {other:?}"),
        }
    }

    async fn memory_contents(&mut self, name: &str, contents: impl FnOnce(&[u8]) + Send) {
        let memory = self.instance.get_memory(&mut self.store, name);
        contents(memory.map_or(&[], |memory| memory.data(&self.store)));
    }
}

/// The value of a future that never waits.
fn ready<T>(future: impl Future<Output = T>) -> anyhow::Result<T> {
    match pin!(future).poll(&mut Task::from_waker(Waker::noop())) {
        Poll::Ready(value) => Ok(value),
        Poll::Pending => bail!("the snapshot waits for something"),
    }
}
