//! What the merged module exports: the program's exports, but for those that it has for the libraries alone.
//!
//! The program exports names of libc because libraries import them; that is settled now. Addresses of data are of
//! no use to a host either.

use std::collections::HashSet;

use anyhow::{Result, ensure};
use wasm_encoder::ExportKind;
use wasmparser::ExternalKind;

use super::{Options, functions::Functions};
use crate::module::Module;

/// An export: its name, its kind and the merged index.
pub type Exported<'a> = (&'a str, ExportKind, u32);

/// The exports of the first of `modules` that stay.
pub fn exports<'a>(modules: &[Module<'a>], functions: &Functions, options: &Options) -> Result<Vec<Exported<'a>>> {
    let mut imported = HashSet::new();
    for library in &modules[1..] {
        imported.extend(library.function_imports.iter().map(|import| import.name));
        imported.extend(library.global_imports.iter().map(|import| import.name));
    }
    let mut stay = Vec::new();
    for export in &modules[0].exports {
        let name = export.name;
        let forced = options.exports.contains(name);
        match export.kind {
            ExternalKind::Func | ExternalKind::FuncExact => {
                if forced || !imported.contains(name) {
                    stay.push((name, ExportKind::Func, functions.map(0)[export.index as usize]));
                }
            }
            ExternalKind::Memory => stay.push((name, ExportKind::Memory, 0)),
            ExternalKind::Table if forced => stay.push((name, ExportKind::Table, 0)),
            _ => ensure!(!forced, "{name} is no function and cannot stay exported"),
        }
    }
    Ok(stay)
}
