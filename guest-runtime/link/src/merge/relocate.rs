//! Fills in, at build time, the pointers that libraries hold in their data.
//!
//! A library has a function, `__wasm_apply_data_relocs`, that stores them once its bases are known: in CPython
//! a straight line of 25,000 stores. They are constants after a merge, so they go into the data itself, and the
//! function, which would have to be compiled and run, comes to nothing. One that does anything else stays as it is.

use std::collections::HashMap;

use wasmparser::{DataKind, FunctionBody, Operator};

use super::globals::{Globals, Value};
use crate::module::{Module, constant};

/// The function that fills in a library's pointers.
const RELOCATE: &str = "__wasm_apply_data_relocs";

/// What is left of a library's function that fills in pointers.
pub enum Relocation {
    /// There is nothing to call: the segments at these places have new contents.
    Done {
        segments: HashMap<usize, Vec<u8>>,
        function: Option<u32>,
    },
    /// This function has to be called.
    Call(u32),
}

impl Relocation {
    /// Fills in the pointers of the module at place `at`.
    pub fn of(modules: &[Module], at: usize, globals: &Globals) -> Self {
        let module = &modules[at];
        let Some(function) = module.function(RELOCATE).filter(|_| at > 0) else {
            return Self::Done {
                segments: HashMap::new(),
                function: None,
            };
        };
        let known = |global: u32| match globals.map(at).get(global as usize) {
            Some(Value::Constant(value)) => Some(*value),
            _ => None,
        };
        let body = &module.bodies[function as usize - module.function_imports.len()];
        let segments = stores(body, known).and_then(|stores| fill(module, &stores, known));
        segments.map_or(Self::Call(function), |segments| Self::Done {
            segments,
            function: Some(function),
        })
    }

    /// The new contents of a segment, where it has any.
    pub fn segment(&self, place: usize) -> Option<&[u8]> {
        match self {
            Self::Done { segments, .. } => segments.get(&place).map(Vec::as_slice),
            Self::Call(_) => None,
        }
    }

    /// The function that has to be called, where there is one.
    pub fn to_call(&self) -> Option<u32> {
        match self {
            Self::Call(function) => Some(*function),
            Self::Done { .. } => None,
        }
    }

    /// Whether the function with index `function` has nothing left to do.
    pub fn is_done(&self, function: u32) -> bool {
        matches!(self, Self::Done { function: Some(done), .. } if *done == function)
    }
}

/// The addresses and values that `body` stores, if that is all it does.
fn stores(body: &FunctionBody, known: impl Fn(u32) -> Option<i32>) -> Option<Vec<(u32, u32)>> {
    let mut stores = Vec::new();
    let mut stack: Vec<u32> = Vec::new();
    for operator in body.get_operators_reader().ok()? {
        match operator.ok()? {
            Operator::I32Const { value } => stack.push(value as u32),
            Operator::GlobalGet { global_index } => stack.push(known(global_index)? as u32),
            Operator::I32Add => {
                let (right, left) = (stack.pop()?, stack.pop()?);
                stack.push(left.wrapping_add(right));
            }
            Operator::I32Store { memarg } => {
                let (value, address) = (stack.pop()?, stack.pop()?);
                stores.push((address.checked_add(u32::try_from(memarg.offset).ok()?)?, value));
            }
            Operator::End => {}
            _ => return None,
        }
    }
    Some(stores)
}

/// The module's segments with `stores` done in them, if each lies within one.
fn fill(module: &Module, stores: &[(u32, u32)], known: impl Fn(u32) -> Option<i32>) -> Option<HashMap<usize, Vec<u8>>> {
    let mut ranges = Vec::new();
    for (place, segment) in module.data.iter().enumerate() {
        if let DataKind::Active { offset_expr, .. } = &segment.kind {
            let start = constant(offset_expr, &known)? as u32;
            ranges.push((start, segment.data, place));
        }
    }
    ranges.sort_unstable_by_key(|range| range.0);
    let mut filled: HashMap<usize, Vec<u8>> = HashMap::new();
    for &(address, value) in stores {
        let (start, data, place) = ranges[..ranges.partition_point(|range| range.0 <= address)].last()?;
        let at = (address - start) as usize;
        let contents = filled.entry(*place).or_insert_with(|| data.to_vec());
        contents.get_mut(at..at + 4)?.copy_from_slice(&value.to_le_bytes());
    }
    Some(filled)
}
