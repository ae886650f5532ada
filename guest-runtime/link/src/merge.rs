//! Makes one module of a program and the libraries that it was linked for.
//!
//! Indices of types, functions, globals and tags are numbered anew over all modules; imports between them become
//! direct references; `__memory_base`, `__table_base` and what libraries look up in their global offset table
//! become constants. Nothing is left to do at run time but one call of `__absorb_init`, which the program imports from
//! `env` and calls before it uses a library.

mod exports;
mod functions;
mod globals;
mod glue;
mod layout;
mod reach;
mod relocate;
mod resolve;
mod rewrite;
mod table;
mod tags;
mod types;
mod write;

use std::collections::{BTreeMap, HashSet};

use anyhow::{Result, ensure};

use crate::{module::Module, symbols::Symbols};
use exports::Exported;
use functions::Functions;
use globals::Globals;
use layout::Layout;
use reach::Reach;
use relocate::Relocation;
use table::Slots;
use tags::Tags;
use types::Types;

/// A library and what it is to the program.
pub struct Library<'a> {
    /// The library itself.
    pub module: Module<'a>,
    /// Whether its data lies where the program reserved room by [`placeholder()`](crate::placeholder()), at its
    /// [`base_symbol`](Module::base_symbol). The data of other libraries comes after the program's.
    pub reserved: bool,
    /// The dotted name of the Python module that it is, where it is one.
    pub python_name: Option<String>,
}

/// What a merge may do.
#[derive(Debug, Default)]
pub struct Options {
    /// Functions that trap when called where nobody defines them, or with another type.
    pub trap: HashSet<String>,
    /// Functions that may be missing; they trap when called. Data may be missing as well; their address is null.
    pub allow_missing: HashSet<String>,
    /// Exports of the program that stay, even though a library imports them.
    pub exports: HashSet<String>,
    /// Whether functions keep their names.
    pub names: bool,
}

/// The module that a merge made.
#[derive(Debug)]
pub struct Merged {
    /// The module as a file.
    pub wasm: Vec<u8>,
    /// How many functions it has.
    pub functions: u32,
    /// How many of them cannot run, and were left empty.
    pub unreached: usize,
    /// How many slots its table has.
    pub table: u32,
    /// How many pages of memory it starts with.
    pub memory_pages: u64,
    /// The names of functions that trap when called, and the modules that import them.
    pub trapping: BTreeMap<String, Vec<String>>,
}

/// Everything that is settled before a byte is written.
struct Plan<'m, 'a> {
    modules: &'m [Module<'a>],
    layout: Layout,
    types: Types,
    functions: Functions<'a>,
    slots: Slots,
    globals: Globals,
    tags: Tags,
    relocations: Vec<Relocation>,
    /// What `__absorb_init` calls.
    init_calls: Vec<u32>,
    exports: Vec<Exported<'a>>,
    reach: Reach,
}

/// Merges `libraries` into `program`.
///
/// A library finds names in itself first, then in the program, then in the libraries in the given order. They are
/// initialised in that order, once all of them have their addresses.
pub fn merge(program: Module, libraries: Vec<Library>, options: &Options) -> Result<Merged> {
    let reserved: Vec<bool> = libraries.iter().map(|library| library.reserved).collect();
    let mut python_names = Vec::new();
    let mut modules = vec![program];
    for library in libraries {
        if let Some(name) = library.python_name {
            python_names.push((modules.len(), name));
        }
        modules.push(library.module);
    }
    ensure!(
        modules[0].dylink.is_none(),
        "{} is a shared library, not a program",
        modules[0].name
    );
    let layout = Layout::of(&modules, &reserved)?;
    glue::expect(&modules[0], modules.len() > 1, !python_names.is_empty())?;

    let symbols = Symbols::of(&modules);
    let mut types = Types::of(&modules);
    let functions = Functions::of(&modules, &symbols, &mut types, options)?;
    let mut slots = Slots::of(&modules, &layout, &functions)?;
    let globals = Globals::of(&modules, &symbols, &layout, &functions, &mut slots, options)?;
    let init_functions = glue::init_functions(&modules, &functions, &python_names)?;
    slots.append_extensions(&init_functions);
    let tags = Tags::of(&modules, &symbols, &types)?;
    let relocations = (0..modules.len())
        .map(|at| Relocation::of(&modules, at, &globals))
        .collect::<Vec<_>>();
    let init_calls = glue::init_calls(&modules, &functions, &relocations);
    let exports = exports::exports(&modules, &functions, options)?;
    let start = modules[0].start.map(|start| functions.map(0)[start as usize]);
    let entries = init_calls.iter().chain(&slots.added).chain(&start).copied();
    let reach = Reach::of(&modules, &functions, &exports, entries)?;

    let plan = Plan {
        modules: &modules,
        layout,
        types,
        functions,
        slots,
        globals,
        tags,
        relocations,
        init_calls,
        exports,
        reach,
    };
    let wasm = write::write(&plan, options)?;
    Ok(Merged {
        wasm,
        functions: plan.functions.total(),
        unreached: plan.reach.unreached(),
        table: plan.slots.total(),
        memory_pages: plan.layout.memory_pages,
        trapping: plan.functions.trapping(&modules),
    })
}
