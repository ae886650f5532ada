//! A program and libraries in text form, merged, checked and ready to run.

use std::sync::{Arc, Mutex};

use anyhow::Result;
use glovebox_guest_link::{Library, Merged, Module, Options, check, merge};
use wasmtime::{Config, Engine, Instance, Linker, Store};

/// What `host.log` was called with, in order.
type Log = Arc<Mutex<Vec<i32>>>;

/// A merged module that runs.
pub struct Linked {
    store: Store<Log>,
    instance: Instance,
}

/// A library in text form; a name with a dot is that of an extension module, and `base` is reserved.
pub type Text<'t> = (&'t str, &'t str);

/// Parts that the libraries of most tests have in common: room of 16 bytes and 2 slots, and what a library imports.
pub const LIBRARY: &str = r#"
    (@dylink.0 (mem-info (memory 16 4) (table 2 0)))
    (import "env" "memory" (memory 0))
    (import "env" "__indirect_function_table" (table 0 funcref))
    (import "env" "__memory_base" (global $memory_base i32))
    (import "env" "__table_base" (global $table_base i32))
"#;

/// Parts that the programs of most tests have in common.
pub const PROGRAM: &str = r#"
    (import "env" "__absorb_init" (func $init))
    (import "host" "log" (func $log (param i32)))
    (memory (export "memory") 1)
    (table 2 2 funcref)
    (global $stack_pointer (export "__stack_pointer") (mut i32) (i32.const 4096))
    (export "init" (func $init))
"#;

/// Merges `libraries` into `program` by `options`, and checks the result.
pub fn try_link(program: &str, libraries: &[Text], options: &Options) -> Result<Merged> {
    let bytes = |text: &str| wat::parse_str(format!("(module {text})")).expect("a test's text is right");
    let program = bytes(program);
    let libraries: Vec<_> = libraries.iter().map(|(name, text)| (*name, bytes(text))).collect();
    let mut given = Vec::new();
    for (name, bytes) in &libraries {
        given.push(Library {
            module: Module::parse(*name, bytes)?,
            reserved: *name == "base",
            python_name: name.contains('.').then(|| (*name).into()),
        });
    }
    let merged = merge(Module::parse("program", &program)?, given, options)?;
    check(&merged.wasm)?;
    Ok(merged)
}

/// Merges `libraries` into `program`, which must succeed.
pub fn link(program: &str, libraries: &[Text]) -> Linked {
    Linked::start(&try_link(program, libraries, &Options::default()).expect("it links"))
}

impl Linked {
    /// Instantiates a merged module, with `host.log` as its only import.
    pub fn start(merged: &Merged) -> Self {
        let mut config = Config::new();
        config.wasm_exceptions(true);
        let engine = Engine::new(&config).expect("the engine starts");
        let module = wasmtime::Module::new(&engine, &merged.wasm).expect("it compiles");
        let mut linker = Linker::new(&engine);
        let log = |caller: wasmtime::Caller<'_, Log>, value: i32| caller.data().lock().expect("one thread").push(value);
        linker.func_wrap("host", "log", log).expect("it is new");
        let mut store = Store::new(&engine, Log::default());
        let instance = linker.instantiate(&mut store, &module).expect("it has all imports");
        Self { store, instance }
    }

    /// Calls an export without parameters that gives a number.
    pub fn get(&mut self, name: &str) -> i32 {
        let function = self
            .instance
            .get_typed_func::<(), i32>(&mut self.store, name)
            .expect("it is exported");
        function.call(&mut self.store, ()).expect("it returns")
    }

    /// Calls an export without parameters or results; the message of its trap, where it traps.
    pub fn run(&mut self, name: &str) -> Result<(), String> {
        let function = self
            .instance
            .get_typed_func::<(), ()>(&mut self.store, name)
            .expect("it is exported");
        function.call(&mut self.store, ()).map_err(|error| format!("{error:?}"))
    }

    /// What `host.log` was called with so far.
    pub fn log(&self) -> Vec<i32> {
        self.store.data().lock().expect("one thread").clone()
    }

    /// The names of all exports.
    pub fn exports(&mut self) -> Vec<String> {
        self.instance
            .exports(&mut self.store)
            .map(|export| export.name().to_owned())
            .collect()
    }
}
