//! The exception tags of the merged module: one for each name, so that what one module throws another catches.

use std::collections::HashMap;

use anyhow::{Result, ensure};

use super::types::Types;
use crate::{module::Module, symbols::Symbols};

/// The merged index space of tags.
pub struct Tags {
    /// The tags' types.
    pub types: Vec<u32>,
    maps: Vec<Vec<u32>>,
}

impl Tags {
    /// Finds a tag for each that a module imports, and makes one for each name that nobody defines.
    pub fn of(modules: &[Module], symbols: &Symbols, types: &Types) -> Result<Self> {
        let mut tags = Self {
            types: Vec::new(),
            maps: Vec::new(),
        };
        let mut firsts = Vec::new();
        for (at, module) in modules.iter().enumerate() {
            firsts.push(tags.types.len() as u32);
            tags.types
                .extend(module.tags.iter().map(|tag| types.map(at)[tag.func_type_idx as usize]));
        }
        let mut made: HashMap<&str, u32> = HashMap::new();
        for (at, module) in modules.iter().enumerate() {
            let mut map = Vec::new();
            for import in &module.tag_imports {
                let ty = types.map(at)[import.ty.func_type_idx as usize];
                let index = match symbols.tag(at, import.name) {
                    Some(found) => firsts[found.module] + found.index - modules[found.module].tag_imports.len() as u32,
                    None => *made.entry(import.name).or_insert_with(|| {
                        tags.types.push(ty);
                        tags.types.len() as u32 - 1
                    }),
                };
                let same = tags.types[index as usize] == ty;
                ensure!(
                    same,
                    "the exception tag {}: {} imports another type than it has",
                    import.name,
                    module.name
                );
                map.push(index);
            }
            map.extend(firsts[at]..firsts[at] + module.tags.len() as u32);
            tags.maps.push(map);
        }
        Ok(tags)
    }

    /// Merged indices by a module's own.
    pub fn map(&self, module: usize) -> &[u32] {
        &self.maps[module]
    }
}
