//! The globals of the merged module, most of which turn into constants.
//!
//! What a library imports is known by now: its bases, and the addresses in its global offset table. A global that does
//! not change is a constant wherever it is read. Those that change stay, the stack pointer as one for all.

use std::fmt::Write;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{GlobalType, ValType};

use super::{Options, functions::Functions, layout::Layout, table::Slots};
use crate::{
    module::{Import, Module, constant},
    symbols::Symbols,
};

/// What a global of a module came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// It is this number.
    Constant(i32),
    /// It is the global with this index.
    Variable(u32),
}

/// The merged index space of globals.
pub struct Globals {
    /// The globals that stay: the module, and the place among those that it defines.
    pub kept: Vec<(usize, usize)>,
    maps: Vec<Vec<Value>>,
}

impl Globals {
    /// Finds a value for each global of each module. Data that is missing without leave is one error.
    pub fn of(
        modules: &[Module],
        symbols: &Symbols,
        layout: &Layout,
        functions: &Functions,
        slots: &mut Slots,
        options: &Options,
    ) -> Result<Self> {
        let mut globals = Self {
            kept: Vec::new(),
            maps: Vec::new(),
        };
        let mut missing = String::new();
        for (at, module) in modules.iter().enumerate() {
            let mut map = Vec::new();
            for import in &module.global_imports {
                let name = import.name;
                map.push(match (import.module, name) {
                    ("env", "__memory_base") => Value::Constant(layout.memory_bases[at] as i32),
                    ("env", "__table_base") => Value::Constant(layout.table_bases[at] as i32),
                    ("GOT.func", name) => {
                        let function = functions.address(at, name);
                        Value::Constant(function.map_or(0, |function| slots.address(function) as i32))
                    }
                    ("GOT.mem", name) => {
                        let found = symbols.data(at, name);
                        let weak = module.dylink.as_ref().is_some_and(|dylink| dylink.weak.contains(name));
                        if found.is_none() && !weak && !options.allow_missing.contains(name) {
                            write!(missing, "\n  {name}: nobody defines it; {} imports it", module.name)?;
                        }
                        let address = found.map_or(0, |(definer, value)| layout.memory_bases[definer] + value);
                        Value::Constant(address as i32)
                    }
                    ("env", _) => globals.of_program(modules, at, import)?,
                    (from, name) => bail!("{} imports the global {from}.{name}, which nobody has", module.name),
                });
            }
            for (place, global) in module.globals.iter().enumerate() {
                let value = constant(&global.init_expr, |index| match map.get(index as usize) {
                    Some(Value::Constant(value)) => Some(*value),
                    _ => None,
                });
                map.push(match value {
                    Some(value) if !global.ty.mutable && global.ty.content_type == ValType::I32 => {
                        Value::Constant(value)
                    }
                    _ => {
                        globals.kept.push((at, place));
                        Value::Variable(globals.kept.len() as u32 - 1)
                    }
                });
            }
            globals.maps.push(map);
        }
        ensure!(missing.is_empty(), "data cannot be linked:{missing}");
        Ok(globals)
    }

    /// Merged values by a module's own indices.
    pub fn map(&self, module: usize) -> &[Value] {
        &self.maps[module]
    }

    /// The variable of the program that library `asker` imports: `__stack_pointer`.
    fn of_program(&self, modules: &[Module], asker: usize, import: &Import<GlobalType>) -> Result<Value> {
        let (program, library, name) = (&modules[0].name, &modules[asker].name, import.name);
        ensure!(asker != 0, "{program} imports the global {name}");
        let index = modules[0].global(name);
        let index = index.with_context(|| format!("{program} does not export {name}, which {library} imports"))?;
        let ty = modules[0].globals[index as usize - modules[0].global_imports.len()].ty;
        ensure!(
            ty == import.ty,
            "{name}: {library} imports another type than {program} has"
        );
        Ok(self.maps[0][index as usize])
    }
}
