//! The object that reserves a library's data.

use glovebox_guest_link::{Module, placeholder};
use wasmparser::{KnownCustom, Linking, Parser, Payload, SymbolInfo};

/// A library of 100 bytes, of which two have names.
const LIBRARY: &str = r#"(module
    (@dylink.0 (mem-info (memory 100 6) (table 0 0)))
    (import "env" "memory" (memory 1))
    (import "env" "__memory_base" (global $base i32))
    (global (export "PyExc_ValueError") i32 (i32.const 24))
    (global (export "_Py_NoneStruct") i32 (i32.const 100))
    (global (export "__dso_handle") i32 (i32.const 0))
    (func (export "Py_Initialize")))"#;

#[test]
fn it_has_the_librarys_size_alignment_and_data_symbols() {
    let library = wat::parse_str(LIBRARY).unwrap();
    let object = placeholder(&Module::parse("libpython3.14", &library).unwrap()).unwrap();
    let (mut segment, mut symbols) = (None, Vec::new());
    for payload in Parser::new(0).parse_all(&object) {
        match payload.unwrap() {
            Payload::DataSection(section) => {
                assert_eq!(
                    section
                        .into_iter()
                        .map(|data| data.unwrap().data.len())
                        .collect::<Vec<_>>(),
                    [100]
                );
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Linking(linking) = section.as_known() else {
                    panic!("an unknown section")
                };
                for part in linking.subsections() {
                    match part.unwrap() {
                        Linking::SegmentInfo(map) => {
                            segment = map
                                .into_iter()
                                .next()
                                .map(|info| info.map(|info| (info.name, info.alignment)));
                        }
                        Linking::SymbolTable(table) => symbols.extend(table.into_iter().map(Result::unwrap)),
                        other => panic!("{other:?}"),
                    }
                }
            }
            _ => {}
        }
    }
    assert_eq!(segment.unwrap().unwrap(), (".bss.__base_libpython3_14", 6));
    let symbols: Vec<_> = symbols
        .into_iter()
        .map(|symbol| match symbol {
            SymbolInfo::Data {
                name,
                symbol: Some(place),
                ..
            } => (name, place.index, place.offset),
            other => panic!("{other:?}"),
        })
        .collect();
    let expected = [
        ("__base_libpython3_14", 0, 0),
        ("PyExc_ValueError", 0, 24),
        ("_Py_NoneStruct", 0, 100),
    ];
    assert_eq!(symbols, expected);
}

#[test]
fn a_symbol_beyond_the_data_is_refused() {
    let library = wat::parse_str(LIBRARY.replace("i32.const 24", "i32.const 101")).unwrap();
    let error = placeholder(&Module::parse("library", &library).unwrap()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "library exports PyExc_ValueError from beyond its data"
    );
}
