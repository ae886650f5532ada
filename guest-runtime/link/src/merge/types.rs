//! The function types of all modules, each once.

use std::collections::HashMap;

use wasmparser::FuncType;

use crate::module::Module;

/// The merged type section, and where each module's types went.
pub struct Types {
    list: Vec<FuncType>,
    index: HashMap<FuncType, u32>,
    maps: Vec<Vec<u32>>,
}

impl Types {
    pub fn of(modules: &[Module]) -> Self {
        let mut types = Self {
            list: Vec::new(),
            index: HashMap::new(),
            maps: Vec::new(),
        };
        for module in modules {
            let map = module.types.iter().map(|ty| types.intern(ty)).collect();
            types.maps.push(map);
        }
        types
    }

    /// The merged index of `ty`, which is added where it is new.
    pub fn intern(&mut self, ty: &FuncType) -> u32 {
        if let Some(&index) = self.index.get(ty) {
            return index;
        }
        let index = self.list.len() as u32;
        self.list.push(ty.clone());
        self.index.insert(ty.clone(), index);
        index
    }

    /// Merged indices by a module's own.
    pub fn map(&self, module: usize) -> &[u32] {
        &self.maps[module]
    }

    pub fn list(&self) -> &[FuncType] {
        &self.list
    }
}
