//! Which functions can ever run.
//!
//! Libraries bring all that they export, wanted or not. A function that neither the host nor the table nor
//! another function that runs can reach is left empty, which spares its compilation.

use anyhow::Result;
use wasm_encoder::ExportKind;
use wasmparser::Operator;

use super::{exports::Exported, functions::Functions, table::element_functions};
use crate::module::Module;

/// The functions that can run, by merged index.
pub struct Reach(Vec<bool>);

impl Reach {
    /// The functions that `exports`, the table and `entries` lead to. The table is what segments of the modules
    /// hold; `entries` are all other places that name a function.
    pub fn of(
        modules: &[Module],
        functions: &Functions,
        exports: &[Exported],
        entries: impl Iterator<Item = u32>,
    ) -> Result<Self> {
        let mut reach = Self(vec![false; functions.total() as usize]);
        let mut queue = Vec::new();
        for (_, kind, index) in exports {
            if *kind == ExportKind::Func {
                reach.add(*index, &mut queue);
            }
        }
        entries.for_each(|index| reach.add(index, &mut queue));
        for (at, module) in modules.iter().enumerate() {
            let map = functions.map(at);
            for element in &module.elements {
                let named = element_functions(&element.items)?.into_iter().flatten();
                named.for_each(|index| reach.add(map[index as usize], &mut queue));
            }
            for global in &module.globals {
                for operator in global.init_expr.get_operators_reader() {
                    if let Operator::RefFunc { function_index } = operator? {
                        reach.add(map[function_index as usize], &mut queue);
                    }
                }
            }
        }
        while let Some(function) = queue.pop() {
            let Some((at, body)) = functions.body(modules, function) else {
                continue;
            };
            let map = functions.map(at);
            for operator in body.get_operators_reader()? {
                if let Operator::Call { function_index }
                | Operator::ReturnCall { function_index }
                | Operator::RefFunc { function_index } = operator?
                {
                    reach.add(map[function_index as usize], &mut queue);
                }
            }
        }
        Ok(reach)
    }

    /// Whether a function can run.
    pub fn has(&self, function: u32) -> bool {
        self.0[function as usize]
    }

    /// How many functions cannot run.
    pub fn unreached(&self) -> usize {
        self.0.iter().filter(|reached| !**reached).count()
    }

    fn add(&mut self, function: u32, queue: &mut Vec<u32>) {
        if !std::mem::replace(&mut self.0[function as usize], true) {
            queue.push(function);
        }
    }
}
