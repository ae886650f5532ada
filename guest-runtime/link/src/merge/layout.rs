//! Where the libraries' data and table slots lie.

use anyhow::{Context, Result, ensure};

use crate::module::Module;

const PAGE: u64 = 65536;

/// The bases of all modules: those of the program are zero.
pub struct Layout {
    /// `__memory_base` of each module.
    pub memory_bases: Vec<u32>,
    /// `__table_base` of each module.
    pub table_bases: Vec<u32>,
    /// The pages that the merged memory starts with.
    pub memory_pages: u64,
    /// The most pages that it may have.
    pub memory_maximum: Option<u64>,
    /// The first table slot that no module has claimed.
    pub table_end: u32,
}

impl Layout {
    /// Lays out `modules`, the program first; `reserved` says of each library whether the program has room for its
    /// data.
    ///
    /// Other data starts where the program's initial memory ends, which the program's allocator takes for the end of
    /// its heap. What it asks of the engine later lies behind all of them.
    pub fn of(modules: &[Module], reserved: &[bool]) -> Result<Self> {
        let program = &modules[0];
        let memory = program
            .memory
            .with_context(|| format!("{} has no memory", program.name))?;
        let mut memory_end = memory.initial * PAGE;
        let mut table_end = program.table.map_or(1, |table| table.initial.max(1));
        let (mut memory_bases, mut table_bases) = (vec![0], vec![0]);
        for (library, &reserved) in modules[1..].iter().zip(reserved) {
            let dylink = library.library()?;
            memory_bases.push(if reserved {
                reserved_base(program, library)?
            } else {
                let base = memory_end.next_multiple_of(dylink.memory_align.into());
                memory_end = base + u64::from(dylink.memory_size);
                ensure!(
                    u32::try_from(memory_end).is_ok(),
                    "the libraries' data exceeds a memory of 32 bits"
                );
                base as u32
            });
            let base = table_end.next_multiple_of(dylink.table_align.into());
            table_end = base + u64::from(dylink.table_size);
            ensure!(
                u32::try_from(table_end).is_ok(),
                "the libraries' functions exceed a table"
            );
            table_bases.push(base as u32);
        }
        let memory_pages = memory_end.div_ceil(PAGE);
        if let Some(maximum) = memory.maximum {
            ensure!(
                memory_pages <= maximum,
                "{} allows {maximum} pages, but {memory_pages} are filled",
                program.name
            );
        }
        let memory_maximum = memory.maximum;
        Ok(Self {
            memory_bases,
            table_bases,
            memory_pages,
            memory_maximum,
            table_end: table_end as u32,
        })
    }
}

fn reserved_base(program: &Module, library: &Module) -> Result<u32> {
    let symbol = library.base_symbol();
    let base = program.data_symbol(&symbol).with_context(|| {
        format!(
            "{} does not export {symbol}: link it with the placeholder of {}",
            program.name, library.name
        )
    })?;
    let align = library.library()?.memory_align;
    ensure!(
        base.is_multiple_of(align),
        "{symbol} is at {base}, which is no multiple of {align}"
    );
    Ok(base)
}
