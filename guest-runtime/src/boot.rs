//! Boots the interpreter: native modules, frozen Python modules, and the imports that every script would pay for.

use std::cell::OnceCell;

use rustpython_vm::{Interpreter, Settings, frozen::FrozenLib, py_freeze};

use crate::{chart, host, polars};

/// The Python half of the script modules, compiled into the guest.
const FACES: &FrozenLib = py_freeze!(dir = "../python");

/// Recompiles this file when a file of `python/` changes; set by the build script.
const _: &str = env!("GLOVEBOX_PYTHON_STAMP");

/// Where a build that works on the Python half mounts its folder, to try a change without compiling the guest.
const LIVE_FACES: &str = "/python";

/// Python calls that may be open at once, CPython's own default.
const RECURSION_LIMIT: usize = 1000;

thread_local! {
    static INTERPRETER: OnceCell<Interpreter> = const { OnceCell::new() };
}

/// Makes the interpreter. Called once, before the memory is frozen.
pub fn boot() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
    let interpreter = build();
    interpreter.enter(|vm| {
        vm.recursion_limit.set(RECURSION_LIMIT);
        if let Err(error) = vm.import("_glovebox.boot", 0) {
            vm.print_exception(&error);
            panic!("the interpreter did not boot");
        }
    });
    INTERPRETER.with(|cell| assert!(cell.set(interpreter).is_ok(), "the interpreter boots once"));
    forget_preopened_folders();
}

/// The booted interpreter.
pub fn with_interpreter<T>(use_it: impl FnOnce(&Interpreter) -> T) -> T {
    INTERPRETER.with(|cell| use_it(cell.get().expect("the guest is booted before it runs")))
}

fn build() -> Interpreter {
    // A fixed hash seed is part of the promise that a job replays byte for byte.
    let mut settings = Settings::default();
    settings.hash_seed = Some(0);
    settings.import_site = false;
    settings.write_bytecode = false;
    settings.install_signal_handlers = false;
    settings.user_site_directory = false;
    let live = std::path::Path::new(LIVE_FACES).is_dir();
    if live {
        settings.path_list.push(LIVE_FACES.to_owned());
    }
    let builder = Interpreter::builder(settings);
    let native = [
        host::module_def(&builder.ctx),
        polars::module_def(&builder.ctx),
        chart::module_def(&builder.ctx),
    ];
    let stdlib = rustpython_stdlib::stdlib_module_defs(&builder.ctx);
    let builder = builder
        .add_native_modules(&stdlib)
        .add_native_modules(&native)
        .add_frozen_modules(rustpython_pylib::FROZEN_STDLIB);
    if live {
        builder
    } else {
        builder.add_frozen_modules(FACES)
    }
    .build()
}

/// libc finds its folders once and remembers them; a run has other folders than the build had.
fn forget_preopened_folders() {
    unsafe extern "C" {
        fn __wasilibc_reset_preopens();
    }
    // SAFETY: no file is open and no other thread exists.
    unsafe { __wasilibc_reset_preopens() }
}
