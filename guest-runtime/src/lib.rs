//! The guest: CPython with numpy, pandas, polars and `matplotlib.pyplot`, as one WebAssembly reactor.
//!
//! The build calls `wizer-initialize` once, which boots the interpreter and imports what scripts import, and freezes
//! the memory; every run starts from that image. A host then calls `run`, which takes one job, runs its script and
//! hands out events and an ending. The guest knows the host only through the two imports in [`wire`] and through WASI,
//! whose two folders are `/data` and `/out`.
//!
//! CPython itself and the extension modules of numpy and pandas are merged into this module after it is compiled, by
//! `guest-runtime/link`.

#![feature(alloc_error_hook)]

mod allocator;
mod boot;
mod chart;
mod compression;
mod host;
mod libc;
mod polars;
mod run;
mod wire;
mod workbook;

/// Runs the constructors of C and C++ once, before anything else.
///
/// That it names `__wasm_call_ctors` makes this module a reactor for the linker. Of a command it would wrap every
/// export, `malloc` included, in all constructors and destructors.
#[unsafe(no_mangle)]
pub extern "C" fn _initialize() {
    unsafe extern "C" {
        fn __wasm_call_ctors();
    }
    // SAFETY: the host calls this once, before any other export.
    unsafe { __wasm_call_ctors() }
}

/// Boots the interpreter before the memory is frozen. Called by the build only, once.
#[unsafe(export_name = "wizer-initialize")]
pub extern "C" fn initialize() {
    boot::boot();
}

/// The contract that this guest was built with.
#[unsafe(no_mangle)]
pub extern "C" fn glovebox_contract_version() -> u32 {
    glovebox_sdk::CONTRACT_VERSION
}

/// Goes through a run once, while the worker waits, so that the memory it touches is there when the job comes.
#[unsafe(no_mangle)]
pub extern "C" fn glovebox_warm() {
    run::warm();
}

/// Takes the host's job, runs it and tells its ending. One instance serves one call.
#[unsafe(export_name = "run")]
pub extern "C" fn serve() {
    wire::tell_ending(run::run());
}
