//! Finds what each import of a function means, and notes what it does not find.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write,
};

use anyhow::{Result, bail};
use wasmparser::FuncType;

use super::{Options, types::Types};
use crate::{
    module::Module,
    symbols::{Definition, Symbols},
};

/// The functions that the merge makes, in the order of their indices: their names in `env` and their types.
pub const GLUE: [&str; 2] = ["__absorb_init", "__module_init"];

/// What a function stands for, before functions have numbers.
#[derive(Clone, Copy)]
pub enum Target {
    /// An import that stays, by its place in [`Resolver::imports`].
    Import(u32),
    /// A function of one of the modules.
    Defined(Definition),
    /// One of [`GLUE`].
    Glue(u32),
    /// A function that nobody defines, by its place in [`Resolver::traps`].
    Trap(u32),
    /// The address of a function that may be missing, and is.
    Null,
}

/// An import that the merged module has, too.
#[derive(PartialEq, Eq, Hash, Clone, Copy)]
pub struct Imported<'a> {
    pub module: &'a str,
    pub name: &'a str,
    pub ty: u32,
}

/// A function that nobody defines: it traps when called.
pub struct Trap<'a> {
    pub name: &'a str,
    pub ty: u32,
    /// The modules that import it.
    pub askers: BTreeSet<usize>,
}

/// Finds functions.
pub struct Resolver<'r, 'a> {
    modules: &'r [Module<'a>],
    symbols: &'r Symbols<'r, 'a>,
    options: &'r Options,
    glue_types: [u32; 2],
    pub imports: Vec<Imported<'a>>,
    pub traps: Vec<Trap<'a>>,
    import_index: HashMap<Imported<'a>, u32>,
    trap_index: HashMap<(&'a str, u32), u32>,
    missing: BTreeMap<&'a str, BTreeSet<usize>>,
    mismatched: Vec<String>,
}

impl<'r, 'a> Resolver<'r, 'a> {
    /// A resolver that has found nothing yet.
    pub fn new(
        modules: &'r [Module<'a>],
        symbols: &'r Symbols<'r, 'a>,
        options: &'r Options,
        glue_types: [u32; 2],
    ) -> Self {
        Self {
            modules,
            symbols,
            options,
            glue_types,
            imports: Vec::new(),
            traps: Vec::new(),
            import_index: HashMap::new(),
            trap_index: HashMap::new(),
            missing: BTreeMap::new(),
            mismatched: Vec::new(),
        }
    }

    /// What the function import at place `import` of module `asker` means.
    pub fn import(&mut self, asker: usize, import: usize, types: &Types) -> Target {
        let module = &self.modules[asker];
        let import = &module.function_imports[import];
        let (name, ty) = (import.name, types.map(asker)[import.ty as usize]);
        if import.module != "env" {
            return self.keep(Imported {
                module: import.module,
                name,
                ty,
            });
        }
        if let Some(glue) = GLUE.iter().position(|&glue| glue == name).filter(|_| asker == 0) {
            if self.glue_types[glue] != ty {
                self.mismatched.push(format!(
                    "{name}: {} declares it with a type that it does not have",
                    module.name
                ));
            }
            return Target::Glue(glue as u32);
        }
        let Some(found) = self.symbols.function(asker, name) else {
            return self.nobody(asker, name, ty);
        };
        let (wanted, given) = (
            &module.types[import.ty as usize],
            self.modules[found.module].function_type(found.index),
        );
        if wanted == given {
            return Target::Defined(found);
        }
        if !self.options.trap.contains(name) {
            let definer = &self.modules[found.module].name;
            let (wanted, given) = (signature(wanted), signature(given));
            self.mismatched.push(format!(
                "{name}: {} imports it as {wanted}, {definer} defines {given}",
                module.name
            ));
        }
        self.trap(asker, name, ty)
    }

    /// What the address means that module `asker` looks up by `name`; `ty` is the type of a trap that stands in for it.
    pub fn address(&mut self, asker: usize, name: &'a str, ty: u32) -> Target {
        match self.symbols.function(asker, name) {
            Some(found) => Target::Defined(found),
            None if self.is_weak(asker, name) => Target::Null,
            None => self.nobody(asker, name, ty),
        }
    }

    /// Fails where something is missing that may not be.
    pub fn check(&self) -> Result<()> {
        let mut text = String::new();
        for mismatch in &self.mismatched {
            write!(text, "\n  {mismatch}")?;
        }
        for (name, askers) in &self.missing {
            let askers: Vec<_> = askers.iter().map(|&at| self.modules[at].name.as_str()).collect();
            write!(text, "\n  {name}: nobody defines it; {} imports it", askers.join(", "))?;
        }
        if text.is_empty() {
            Ok(())
        } else {
            bail!("functions cannot be linked:{text}")
        }
    }

    fn keep(&mut self, import: Imported<'a>) -> Target {
        let next = self.imports.len() as u32;
        let index = *self.import_index.entry(import).or_insert(next);
        if index == next {
            self.imports.push(import);
        }
        Target::Import(index)
    }

    fn nobody(&mut self, asker: usize, name: &'a str, ty: u32) -> Target {
        let allowed = self.options.trap.contains(name) || self.options.allow_missing.contains(name);
        if !allowed && !self.is_weak(asker, name) {
            self.missing.entry(name).or_default().insert(asker);
        }
        self.trap(asker, name, ty)
    }

    fn trap(&mut self, asker: usize, name: &'a str, ty: u32) -> Target {
        let next = self.traps.len() as u32;
        let index = *self.trap_index.entry((name, ty)).or_insert(next);
        if index == next {
            self.traps.push(Trap {
                name,
                ty,
                askers: BTreeSet::new(),
            });
        }
        self.traps[index as usize].askers.insert(asker);
        Target::Trap(index)
    }

    fn is_weak(&self, asker: usize, name: &str) -> bool {
        self.modules[asker]
            .dylink
            .as_ref()
            .is_some_and(|dylink| dylink.weak.contains(name))
    }
}

fn signature(ty: &FuncType) -> String {
    let list = |types: &[wasmparser::ValType]| types.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    format!("({}) -> ({})", list(ty.params()), list(ty.results()))
}
