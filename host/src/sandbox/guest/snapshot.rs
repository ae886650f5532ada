//! A raw guest is booted once, and its memory frozen into a new module.

use std::{
    io,
    path::Path,
    pin::pin,
    sync::Arc,
    task::{Context as Task, Poll, Waker},
};

use anyhow::{Context, bail, ensure};
use wasmtime::{Instance, Module, Store, Val};
use wasmtime_wizer::{InstanceState, SnapshotVal, ValType, Wizer};

use crate::sandbox::{
    engine::{self, plain},
    instance::{self, State},
    outbox::Outbox,
    wasi::HostFolders,
};

/// What a guest exports to be booted before its snapshot.
const INITIALIZE: &str = "wizer-initialize";

/// Boots the raw module and returns it as it stands then.
///
/// The boot sees the folder `python`, if there is one, an empty `/data` and an empty `/out`, and no clock. What it
/// writes to its standard streams goes to this process's standard error.
pub fn boot(raw: &[u8], python: Option<&Path>) -> anyhow::Result<Vec<u8>> {
    let wizer = Wizer::new();
    let (context, instrumented) = wizer.instrument(raw).map_err(plain)?;
    let engine = engine::snapshot_engine()?;
    let module = Module::new(&engine, &instrumented)
        .map_err(plain)
        .context("compile it")?;
    drop(instrumented);
    let empty = tempfile::tempdir().context("make the folders of the boot")?;
    let (data, out) = (empty.path().join("data"), empty.path().join("out"));
    for folder in [&data, &out] {
        std::fs::create_dir(folder).context("make the folders of the boot")?;
    }
    let folders = HostFolders {
        data: &data,
        out: &out,
        python,
    };
    let mut state = State::new(&engine, python.and(Some(folders)), Arc::new(Outbox::new(io::sink())))?;
    state.boots = true;
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
