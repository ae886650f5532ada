//! The table of function addresses.
//!
//! Each module's own slots lie from its base on. A function that libraries look up by name has one address for all of
//! them: a slot that it has already, or one that is added behind the modules' slots.

use std::collections::HashMap;

use anyhow::{Result, ensure};
use wasmparser::{ElementItems, ElementKind, Operator};

use super::{functions::Functions, layout::Layout};
use crate::module::{Module, constant};

/// Which function has which slot.
pub struct Slots {
    by_function: HashMap<u32, u32>,
    /// The functions in the slots from [`first_added`](Self::first_added) on.
    pub added: Vec<u32>,
    pub first_added: u32,
    /// The first of the slots of extension modules' functions, which follow one another.
    pub first_extension: u32,
    /// How many extension modules there are.
    pub extensions: u32,
}

impl Slots {
    /// Notes the slots that the modules fill themselves.
    pub fn of(modules: &[Module], layout: &Layout, functions: &Functions) -> Result<Self> {
        let mut by_function = HashMap::new();
        for (at, module) in modules.iter().enumerate() {
            let (map, base) = (functions.map(at), layout.table_bases[at]);
            for element in &module.elements {
                let ElementKind::Active {
                    table_index,
                    offset_expr,
                } = &element.kind
                else {
                    continue;
                };
                ensure!(
                    table_index.unwrap_or(0) == 0,
                    "{} fills a table that it does not have",
                    module.name
                );
                // In a library the one global that an offset can name is `__table_base`.
                let offset = constant(offset_expr, |_| Some(base as i32)).map(|offset| offset as u32);
                let Some(offset) = offset else { continue };
                for (slot, function) in (offset..).zip(element_functions(&element.items)?) {
                    if let Some(function) = function {
                        by_function.entry(map[function as usize]).or_insert(slot);
                    }
                }
            }
        }
        let end = layout.table_end;
        Ok(Self {
            by_function,
            added: Vec::new(),
            first_added: end,
            first_extension: end,
            extensions: 0,
        })
    }

    /// The address of a function, which gets one where it has none.
    pub fn address(&mut self, function: u32) -> u32 {
        let next = self.total();
        let slot = *self.by_function.entry(function).or_insert(next);
        if slot == next {
            self.added.push(function);
        }
        slot
    }

    /// Gives the functions that make extension modules slots that follow one another.
    pub fn append_extensions(&mut self, functions: &[u32]) {
        self.first_extension = self.total();
        self.extensions = functions.len() as u32;
        self.added.extend_from_slice(functions);
    }

    /// How many slots the table has.
    pub fn total(&self) -> u32 {
        self.first_added + self.added.len() as u32
    }
}

/// The functions of an element segment, `None` where a slot is null.
pub fn element_functions(items: &ElementItems) -> Result<Vec<Option<u32>>> {
    Ok(match items.clone() {
        ElementItems::Functions(functions) => functions
            .into_iter()
            .map(|function| function.map(Some))
            .collect::<Result<_, _>>()?,
        ElementItems::Expressions(_, expressions) => {
            let mut functions = Vec::new();
            for expression in expressions {
                functions.push(match expression?.get_operators_reader().read()? {
                    Operator::RefFunc { function_index } => Some(function_index),
                    _ => None,
                });
            }
            functions
        }
    })
}
