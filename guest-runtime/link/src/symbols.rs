//! Which module's definition a name means.
//!
//! A module's own definition comes first for itself: the extension modules of one package define the same names over
//! and over, each for its own use. Whatever a module does not define comes from the first of all modules that does,
//! in the order in which they stand.

use std::collections::HashMap;

use wasmparser::ExternalKind;

use crate::module::Module;

/// A definition: the module, by its place in the list, and the index within that module and kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Definition {
    pub module: usize,
    pub index: u32,
}

/// All that the modules export to each other.
pub struct Symbols<'m, 'a> {
    modules: &'m [Module<'a>],
    functions: HashMap<&'a str, Definition>,
    data: HashMap<&'a str, usize>,
    tags: HashMap<&'a str, Definition>,
}

impl<'m, 'a> Symbols<'m, 'a> {
    /// Collects the exports of `modules`, the first of which wins.
    pub fn of(modules: &'m [Module<'a>]) -> Self {
        let mut symbols = Self {
            modules,
            functions: HashMap::new(),
            data: HashMap::new(),
            tags: HashMap::new(),
        };
        for (at, module) in modules.iter().enumerate() {
            for export in &module.exports {
                let name = export.name;
                let definition = |index| Definition { module: at, index };
                match export.kind {
                    ExternalKind::Func | ExternalKind::FuncExact => {
                        if let Some(index) = module.function(name) {
                            symbols.functions.entry(name).or_insert(definition(index));
                        }
                    }
                    ExternalKind::Global => {
                        if module.data_symbol(name).is_some() {
                            symbols.data.entry(name).or_insert(at);
                        }
                    }
                    ExternalKind::Tag => {
                        if let Some(index) = module.tag(name) {
                            symbols.tags.entry(name).or_insert(definition(index));
                        }
                    }
                    ExternalKind::Table | ExternalKind::Memory => {}
                }
            }
        }
        symbols
    }

    /// The function that module `asker` means by `name`.
    pub fn function(&self, asker: usize, name: &str) -> Option<Definition> {
        let own = self.modules[asker]
            .function(name)
            .map(|index| Definition { module: asker, index });
        own.or_else(|| self.functions.get(name).copied())
    }

    /// The module whose datum `name` module `asker` means, and the symbol's value in that module.
    pub fn data(&self, asker: usize, name: &str) -> Option<(usize, u32)> {
        let value = |module: usize| self.modules[module].data_symbol(name).map(|value| (module, value));
        value(asker).or_else(|| self.data.get(name).and_then(|&module| value(module)))
    }

    /// The exception tag that module `asker` means by `name`.
    pub fn tag(&self, asker: usize, name: &str) -> Option<Definition> {
        let own = self.modules[asker]
            .tag(name)
            .map(|index| Definition { module: asker, index });
        own.or_else(|| self.tags.get(name).copied())
    }
}
