//! An object file that reserves the room of a library's data in the program.
//!
//! The program is linked before the library is merged into it, but may use the library's data: `PyO3` names
//! `PyExc_ValueError` as any static. So the program is linked with an object whose one zeroed segment is as large as the
//! library's data and has its symbols at their places; wherever the linker puts it, there the merge puts the data.
//! The format is that of [Linking.md].
//!
//! [Linking.md]: https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md

use anyhow::{Context, Result, ensure};
use wasm_encoder::{
    ConstExpr, CustomSection, DataSection, DataSymbolDefinition, Encode, EntityType, ImportSection, MemoryType,
    SymbolTable,
};
use wasmparser::ExternalKind;

use crate::module::Module;

/// The subsection of `linking` that names segments and says their alignment.
const WASM_SEGMENT_INFO: u8 = 5;
/// The version of the `linking` section.
const LINKING_VERSION: u32 = 2;
const PAGE: u64 = 65536;

/// Makes the object that reserves the room of `library`.
pub fn placeholder(library: &Module) -> Result<Vec<u8>> {
    let dylink = library.library()?;
    let size = dylink.memory_size;
    let segment = DataSymbolDefinition {
        index: 0,
        offset: 0,
        size,
    };
    let mut symbols = SymbolTable::new();
    symbols.data(0, &library.base_symbol(), Some(segment));
    for (name, offset) in data_symbols(library)? {
        ensure!(offset <= size, "{} exports {name} from beyond its data", library.name);
        // Sizes are not known here; the linker has no use for them.
        symbols.data(
            0,
            name,
            Some(DataSymbolDefinition {
                index: 0,
                offset,
                size: 0,
            }),
        );
    }

    let pages = u64::from(size).div_ceil(PAGE);
    let memory = MemoryType {
        minimum: pages,
        maximum: None,
        memory64: false,
        shared: false,
        page_size_log2: None,
    };
    let mut imports = ImportSection::new();
    imports.import("env", "__linear_memory", EntityType::Memory(memory));
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(0), vec![0; size as usize]);
    let mut object = wasm_encoder::Module::new();
    object.section(&imports).section(&data);
    object.section(&linking(&library.base_symbol(), dylink.memory_align, &symbols));
    Ok(object.finish())
}

/// The data symbols that `library` exports, with their offsets, but for those that the linker makes for each module.
fn data_symbols<'a>(library: &Module<'a>) -> Result<Vec<(&'a str, u32)>> {
    let exports = library
        .exports
        .iter()
        .filter(|export| export.kind == ExternalKind::Global);
    let mut symbols = Vec::new();
    for name in exports.map(|export| export.name).filter(|name| !name.starts_with("__")) {
        let offset = library.data_symbol(name);
        let offset = offset.with_context(|| format!("{}: {name} has no constant place", library.name))?;
        symbols.push((name, offset));
    }
    Ok(symbols)
}

/// The `linking` section: the one segment's name and alignment, and the symbols.
fn linking(name: &str, align: u32, symbols: &SymbolTable) -> CustomSection<'static> {
    let mut segment = Vec::new();
    1u32.encode(&mut segment);
    // A name that starts with `.bss` tells the linker that no zeros need to be written.
    format!(".bss.{name}").encode(&mut segment);
    align.trailing_zeros().encode(&mut segment);
    0u32.encode(&mut segment);

    let mut contents = Vec::new();
    LINKING_VERSION.encode(&mut contents);
    contents.push(WASM_SEGMENT_INFO);
    segment.encode(&mut contents);
    symbols.encode(&mut contents);
    CustomSection {
        name: "linking".into(),
        data: contents.into(),
    }
}
