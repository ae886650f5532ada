//! What libraries want of the program that they are merged into.

use std::{collections::BTreeSet, fmt};

use anyhow::Result;

use crate::{module::Module, symbols::Symbols};

/// A symbol that the program has to export, as far as it has it.
///
/// It is displayed as one line, `KIND NAME`, which a build script splits at the space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A function, of C in most cases.
    Function(String),
    /// A datum, such as `errno`.
    Data(String),
    /// A variable of the module itself: the stack pointer.
    Global(String),
    /// An exception tag.
    Tag(String),
}

impl fmt::Display for Need {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Function(name) => ("function", name),
            Self::Data(name) => ("data", name),
            Self::Global(name) => ("global", name),
            Self::Tag(name) => ("tag", name),
        };
        write!(formatter, "{kind} {name}")
    }
}

/// Lists what `libraries` import and none of them defines, in order and without repetition.
pub fn needs(libraries: &[Module]) -> Result<Vec<Need>> {
    let symbols = Symbols::of(libraries);
    let mut needs = BTreeSet::new();
    for (at, library) in libraries.iter().enumerate() {
        library.library()?;
        for import in library.function_imports.iter().filter(|import| import.module == "env") {
            if symbols.function(at, import.name).is_none() {
                needs.insert(Need::Function(import.name.into()));
            }
        }
        for import in &library.global_imports {
            match (import.module, import.name) {
                ("env", "__memory_base" | "__table_base") => {}
                ("GOT.func", name) => {
                    if symbols.function(at, name).is_none() {
                        needs.insert(Need::Function(name.into()));
                    }
                }
                ("GOT.mem", name) => {
                    if symbols.data(at, name).is_none() {
                        needs.insert(Need::Data(name.into()));
                    }
                }
                (_, name) => {
                    needs.insert(Need::Global(name.into()));
                }
            }
        }
        for import in library
            .tag_imports
            .iter()
            .filter(|import| symbols.tag(at, import.name).is_none())
        {
            needs.insert(Need::Tag(import.name.into()));
        }
    }
    Ok(needs.into_iter().collect())
}
