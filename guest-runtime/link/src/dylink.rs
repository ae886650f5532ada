//! What the `dylink.0` section says of a library.
//!
//! The section is defined in [DynamicLinking.md]; flags of symbols are those of [Linking.md].
//!
//! [DynamicLinking.md]: https://github.com/WebAssembly/tool-conventions/blob/main/DynamicLinking.md
//! [Linking.md]: https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

use std::collections::HashSet;

use anyhow::{Result, ensure};
use wasmparser::{Dylink0SectionReader, Dylink0Subsection, SymbolFlags};

/// The room that a library wants, and which of its imports may stay unresolved.
#[derive(Debug, Default)]
pub struct Dylink<'a> {
    /// Bytes of memory from `__memory_base` on.
    pub memory_size: u32,
    /// Alignment of `__memory_base` in bytes, a power of two.
    pub memory_align: u32,
    /// Slots of the table from `__table_base` on.
    pub table_size: u32,
    /// Alignment of `__table_base` in slots, a power of two.
    pub table_align: u32,
    /// Names of imports that are null, or trap when called, where nobody defines them.
    pub weak: HashSet<&'a str>,
}

impl<'a> Dylink<'a> {
    /// Reads the section's contents.
    pub fn read(section: Dylink0SectionReader<'a>) -> Result<Self> {
        let mut dylink = Self {
            memory_align: 1,
            table_align: 1,
            ..Self::default()
        };
        for part in section {
            match part? {
                Dylink0Subsection::MemInfo(info) => {
                    dylink.memory_size = info.memory_size;
                    dylink.memory_align = power_of_two(info.memory_alignment)?;
                    dylink.table_size = info.table_size;
                    dylink.table_align = power_of_two(info.table_alignment)?;
                }
                Dylink0Subsection::ImportInfo(imports) => {
                    let weak = imports
                        .iter()
                        .filter(|import| import.flags.contains(SymbolFlags::BINDING_WEAK));
                    dylink.weak.extend(weak.map(|import| import.field));
                }
                // Which libraries it needs is said on the command line, and how a runtime finds them is no matter here.
                _ => {}
            }
        }
        Ok(dylink)
    }
}

fn power_of_two(exponent: u32) -> Result<u32> {
    ensure!(exponent < 32, "dylink.0 asks for an alignment of 2^{exponent}");
    Ok(1 << exponent)
}
