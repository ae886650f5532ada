//! Boots CPython: its allocator, its settings, the modules that are compiled into the guest, and the imports that
//! every script would pay for.
//!
//! The build mounts the Python code of the guest at [`PYTHON`]. Boot imports from there, and `_glovebox.library` keeps
//! what a script may import later, so that a run needs none of these files.

use std::{
    alloc,
    ffi::{CStr, CString, c_char, c_int},
    fs, panic, ptr,
};

use pyo3::{PyErr, PyResult, Python, ffi, types::PyAnyMethods as _};

use crate::{allocator, chart, compression, host, polars, workbook};

/// Where the build mounts the Python code: the standard library, the packages and our own half.
const PYTHON: &str = "/python";

/// The extension modules that the link step merged into this module, a dotted name a line, in its order.
const MODULES: &str = "/python/modules.txt";

unsafe extern "C" {
    /// Initialises what the link step merged: relocations, then constructors.
    fn __absorb_init();
    /// The table slot of the `PyInit` function of the extension module in line `index` of [`MODULES`]; 0 for none.
    fn __module_init(index: i32) -> i32;
    /// Makes libc look for its folders anew. A run has other folders than the build had.
    fn __wasilibc_reset_preopens();
}

/// Makes the interpreter. Called once, before the memory is frozen.
pub fn boot() {
    panic::set_hook(Box::new(|panic| {
        // A panic becomes a Python exception; only one that nobody catches is told, by the trap that follows.
        if !Python::is_initialised() {
            eprintln!("{panic}");
        }
    }));
    // Memory that is not there ends in an exception like any other panic.
    alloc::set_alloc_error_hook(|layout| panic!("memory allocation of {} bytes failed", layout.size()));
    // SAFETY: nothing of the merged libraries was called before.
    unsafe { __absorb_init() };
    allocator::install();
    register_modules();
    initialise_python();
    if let Err(error) = Python::with_gil(prepare) {
        eprintln!("{}", Python::with_gil(|py| story(&error, py)));
        panic!("the interpreter did not boot");
    }
    // SAFETY: no file is open and no other thread exists.
    unsafe { __wasilibc_reset_preopens() }
}

/// Imports and exercises what scripts use.
fn prepare(py: Python<'_>) -> PyResult<()> {
    py.import("_glovebox.boot").map(drop)
}

/// An exception as Python prints it. Python's own standard error leads to a host that does not listen yet.
fn story(error: &PyErr, py: Python<'_>) -> String {
    let lines = py
        .import("traceback")
        .and_then(|traceback| traceback.call_method1("format_exception", (error.value(py),)))
        .and_then(|lines| lines.extract::<Vec<String>>());
    lines.map_or_else(|_| error.to_string(), |lines| lines.concat())
}

/// Whether Python code can run.
trait Initialised {
    fn is_initialised() -> bool;
}

impl Initialised for Python<'_> {
    fn is_initialised() -> bool {
        // SAFETY: it may be asked at any time.
        unsafe { ffi::Py_IsInitialized() != 0 }
    }
}

pub type Init = unsafe extern "C" fn() -> *mut ffi::PyObject;

/// Adds the compiled modules to the table of built-in ones: ours, and those of the packages.
fn register_modules() {
    let ours: [(&str, Init); 7] = [
        ("_host", host::init()),
        ("_chart", chart::_chart::__pyo3_init),
        ("_bz2", compression::_bz2::__pyo3_init),
        ("_lzma", compression::_lzma::__pyo3_init),
        ("_zstd", compression::_zstd::__pyo3_init),
        ("polars.polars", polars::init()),
        ("python_calamine", workbook::python_calamine::__pyo3_init),
    ];
    for (name, init) in ours {
        register(name, init);
    }
    let names = fs::read_to_string(MODULES).unwrap_or_else(|error| panic!("read {MODULES}: {error}"));
    for (index, name) in names.lines().enumerate() {
        // SAFETY: the link step made the function for this list.
        let slot = unsafe { __module_init(index as i32) };
        assert!(slot != 0, "the guest was linked without the module {name}");
        // SAFETY: in WebAssembly a function pointer is a table slot, and this one holds a `PyInit` function.
        register(name, unsafe { std::mem::transmute::<i32, Init>(slot) });
    }
}

fn register(name: &str, init: Init) {
    let name = CString::new(name).expect("module names have no zero byte");
    // SAFETY: Python is not initialised yet, and the name is never freed.
    let added = unsafe { ffi::PyImport_AppendInittab(name.into_raw(), Some(init)) };
    assert!(added == 0, "no memory for the table of modules");
}

/// CPython's initialisation by name (PEP 741), which needs no layout of its structures.
mod config {
    use super::*;

    #[repr(C)]
    pub struct InitConfig {
        _opaque: [u8; 0],
    }

    unsafe extern "C" {
        pub fn PyInitConfig_Create() -> *mut InitConfig;
        pub fn PyInitConfig_Free(config: *mut InitConfig);
        pub fn PyInitConfig_SetInt(config: *mut InitConfig, name: *const c_char, value: i64) -> c_int;
        pub fn PyInitConfig_SetStrList(
            config: *mut InitConfig,
            name: *const c_char,
            length: usize,
            items: *const *const c_char,
        ) -> c_int;
        pub fn PyInitConfig_GetError(config: *mut InitConfig, message: *mut *const c_char) -> c_int;
        pub fn Py_InitializeFromInitConfig(config: *mut InitConfig) -> c_int;
    }
}

/// Settings that differ from CPython's isolated configuration. A fixed hash seed is part of the promise that a job
/// replays byte for byte.
const SETTINGS: [(&CStr, i64); 7] = [
    (c"utf8_mode", 1),
    (c"use_hash_seed", 1),
    (c"hash_seed", 0),
    (c"site_import", 0),
    (c"write_bytecode", 0),
    (c"install_signal_handlers", 0),
    (c"pathconfig_warnings", 0),
];

fn initialise_python() {
    let path = CString::new(PYTHON).expect("it has no zero byte");
    // SAFETY: the configuration lives until it is freed, and the strings outlive the calls.
    unsafe {
        let config = config::PyInitConfig_Create();
        assert!(!config.is_null(), "no memory for Python's settings");
        let mut failed = 0;
        for (name, value) in SETTINGS {
            failed |= config::PyInitConfig_SetInt(config, name.as_ptr(), value);
        }
        failed |= config::PyInitConfig_SetStrList(config, c"module_search_paths".as_ptr(), 1, [path.as_ptr()].as_ptr());
        if failed != 0 || config::Py_InitializeFromInitConfig(config) != 0 {
            let mut message = ptr::null();
            config::PyInitConfig_GetError(config, &raw mut message);
            let message = if message.is_null() {
                c"no reason given"
            } else {
                CStr::from_ptr(message)
            };
            panic!("Python did not start: {}", message.to_string_lossy());
        }
        config::PyInitConfig_Free(config);
        // The thread state that initialisation made stays attached for ever: there is no other thread.
    }
}
