//! The functions of the merged module.
//!
//! Their index space holds the imports that stay, then the functions of the modules in their order, then those that
//! the merge makes, then a trap for each name that nobody defines.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;
use wasmparser::{FuncType, FunctionBody, ValType};

use super::{
    Options,
    resolve::{GLUE, Imported, Resolver, Target, Trap},
    types::Types,
};
use crate::{
    module::Module,
    symbols::{Definition, Symbols},
};

/// The merged index space of functions.
pub struct Functions<'a> {
    /// The imports that stay.
    pub imports: Vec<Imported<'a>>,
    /// The types of the functions that the merge makes.
    pub glue_types: [u32; GLUE.len()],
    /// The functions that trap.
    pub traps: Vec<Trap<'a>>,
    firsts: Vec<u32>,
    first_glue: u32,
    maps: Vec<Vec<u32>>,
    addresses: HashMap<(usize, &'a str), u32>,
}

impl<'a> Functions<'a> {
    /// Finds a function for each import. What is missing without leave is one error that names all of it.
    pub fn of(modules: &[Module<'a>], symbols: &Symbols<'_, 'a>, types: &mut Types, options: &Options) -> Result<Self> {
        let init = types.intern(&FuncType::new([], []));
        let module_init = types.intern(&FuncType::new([ValType::I32], [ValType::I32]));
        let glue_types = [init, module_init];
        let mut resolver = Resolver::new(modules, symbols, options, glue_types);
        let mut imports = Vec::new();
        let mut addresses = Vec::new();
        for (at, module) in modules.iter().enumerate() {
            let targets = (0..module.function_imports.len()).map(|import| resolver.import(at, import, types));
            imports.push(targets.collect::<Vec<_>>());
            for import in module
                .global_imports
                .iter()
                .filter(|import| import.module == "GOT.func")
            {
                addresses.push(((at, import.name), resolver.address(at, import.name, init)));
            }
        }
        resolver.check()?;
        let Resolver {
            imports: kept, traps, ..
        } = resolver;

        let mut next = kept.len() as u32;
        let mut firsts = Vec::new();
        for module in modules {
            firsts.push(next);
            next += module.bodies.len() as u32;
        }
        let mut functions = Self {
            imports: kept,
            glue_types,
            traps,
            firsts,
            first_glue: next,
            maps: Vec::new(),
            addresses: HashMap::new(),
        };
        for (at, (module, imports)) in modules.iter().zip(imports).enumerate() {
            let imported = imports
                .into_iter()
                .filter_map(|target| functions.index(modules, target));
            let first = functions.firsts[at];
            let map = imported.chain(first..first + module.bodies.len() as u32).collect();
            functions.maps.push(map);
        }
        let addresses = addresses.into_iter();
        functions.addresses = addresses
            .filter_map(|(asked, target)| Some((asked, functions.index(modules, target)?)))
            .collect();
        Ok(functions)
    }

    /// Merged indices by a module's own.
    pub fn map(&self, module: usize) -> &[u32] {
        &self.maps[module]
    }

    /// The index of the first function that a module defines.
    pub fn first(&self, module: usize) -> u32 {
        self.firsts[module]
    }

    /// The function whose address `module` looks up by `name`: none, where it is null.
    pub fn address(&self, module: usize, name: &str) -> Option<u32> {
        self.addresses.get(&(module, name)).copied()
    }

    /// The index of the first function that the merge makes.
    pub fn first_glue(&self) -> u32 {
        self.first_glue
    }

    /// The index of the first trap.
    pub fn first_trap(&self) -> u32 {
        self.first_glue + GLUE.len() as u32
    }

    /// How many functions there are, imports among them.
    pub fn total(&self) -> u32 {
        self.first_trap() + self.traps.len() as u32
    }

    /// The module that defines a function, and its code.
    pub fn body<'m>(&self, modules: &'m [Module<'a>], function: u32) -> Option<(usize, &'m FunctionBody<'a>)> {
        let at = self.firsts.partition_point(|&first| first <= function).checked_sub(1)?;
        modules[at]
            .bodies
            .get((function - self.firsts[at]) as usize)
            .map(|body| (at, body))
    }

    /// The names of all that traps, with the modules that import it.
    pub fn trapping(&self, modules: &[Module]) -> BTreeMap<String, Vec<String>> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for trap in &self.traps {
            let askers = trap.askers.iter().map(|&at| modules[at].name.clone());
            found.entry(trap.name.into()).or_default().extend(askers);
        }
        found
    }

    fn index(&self, modules: &[Module], target: Target) -> Option<u32> {
        match target {
            Target::Import(at) => Some(at),
            Target::Defined(Definition { module, index }) => {
                Some(self.firsts[module] + index - modules[module].function_imports.len() as u32)
            }
            Target::Glue(at) => Some(self.first_glue + at),
            Target::Trap(at) => Some(self.first_trap() + at),
            Target::Null => None,
        }
    }
}
