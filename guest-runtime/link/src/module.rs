//! A WebAssembly module taken apart, with its contents still where they lie in the file.
//!
//! It checks what the rest of the crate relies on: function types alone, one memory of 32 bits, one table.

use std::collections::HashMap;

use anyhow::{Context, Result, bail, ensure};
use wasmparser::{
    ConstExpr, Data, Element, Encoding, ExternalKind, FuncType, FunctionBody, Global, GlobalType, KnownCustom,
    MemoryType, Name, NameSectionReader, Operator, Parser, Payload, TableInit, TableType, TagType, TypeRef,
};

use crate::dylink::Dylink;

/// A parsed module.
pub struct Module<'a> {
    /// What messages call it, and what [`base_symbol`](Self::base_symbol) is made of.
    pub name: String,
    pub(crate) types: Vec<FuncType>,
    pub(crate) function_imports: Vec<Import<'a, u32>>,
    pub(crate) global_imports: Vec<Import<'a, GlobalType>>,
    pub(crate) tag_imports: Vec<Import<'a, TagType>>,
    /// Type indices of the functions that the module defines.
    pub(crate) functions: Vec<u32>,
    pub(crate) table: Option<TableType>,
    pub(crate) memory: Option<MemoryType>,
    pub(crate) tags: Vec<TagType>,
    pub(crate) globals: Vec<Global<'a>>,
    pub(crate) exports: Vec<Export<'a>>,
    export_index: HashMap<&'a str, usize>,
    pub(crate) start: Option<u32>,
    pub(crate) elements: Vec<Element<'a>>,
    pub(crate) data: Vec<Data<'a>>,
    pub(crate) bodies: Vec<FunctionBody<'a>>,
    pub(crate) dylink: Option<Dylink<'a>>,
    names: Option<NameSectionReader<'a>>,
}

/// An import, with what its kind says of it.
#[derive(Debug)]
pub(crate) struct Import<'a, T> {
    pub module: &'a str,
    pub name: &'a str,
    pub ty: T,
}

/// An export, by its index within its kind's index space.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Export<'a> {
    pub name: &'a str,
    pub kind: ExternalKind,
    pub index: u32,
}

impl<'a> Module<'a> {
    /// Takes `bytes` apart. Function bodies are looked at later.
    pub fn parse(name: impl Into<String>, bytes: &'a [u8]) -> Result<Self> {
        let name = name.into();
        let mut module = Self::empty(name.clone());
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload.with_context(|| format!("{name} is no WebAssembly module"))?;
            module
                .take(payload)
                .with_context(|| format!("{name} cannot be linked"))?;
        }
        ensure!(
            module.functions.len() == module.bodies.len(),
            "{name} ends before its code does"
        );
        Ok(module)
    }

    /// The symbol at which the program reserves room for this library's data: `__base_libpython3_14` for
    /// `libpython3.14.so`.
    pub fn base_symbol(&self) -> String {
        format!("__base_{}", self.name.replace(['.', '-'], "_"))
    }

    /// What `dylink.0` says, which each library has.
    pub(crate) fn library(&self) -> Result<&Dylink<'a>> {
        let name = &self.name;
        self.dylink
            .as_ref()
            .with_context(|| format!("{name} is no shared library: it has no dylink.0 section"))
    }

    pub(crate) fn export(&self, name: &str) -> Option<Export<'a>> {
        self.export_index.get(name).map(|&at| self.exports[at])
    }

    /// The index of a function that is exported under `name` and defined here, not passed on from an import.
    pub(crate) fn function(&self, name: &str) -> Option<u32> {
        let export = self.export(name).filter(|export| export.kind == ExternalKind::Func)?;
        (export.index as usize >= self.function_imports.len()).then_some(export.index)
    }

    /// The index of a global that is exported under `name` and defined here.
    pub(crate) fn global(&self, name: &str) -> Option<u32> {
        let export = self.export(name).filter(|export| export.kind == ExternalKind::Global)?;
        (export.index as usize >= self.global_imports.len()).then_some(export.index)
    }

    /// The value of a data symbol: its address in the program, its offset from `__memory_base` in a library.
    pub(crate) fn data_symbol(&self, name: &str) -> Option<u32> {
        let at = self.global(name)? as usize - self.global_imports.len();
        let global = &self.globals[at];
        if global.ty.mutable {
            None
        } else {
            constant(&global.init_expr, |_| None).map(|value| value as u32)
        }
    }

    /// The index of a tag that is exported under `name` and defined here.
    pub(crate) fn tag(&self, name: &str) -> Option<u32> {
        let export = self.export(name).filter(|export| export.kind == ExternalKind::Tag)?;
        (export.index as usize >= self.tag_imports.len()).then_some(export.index)
    }

    /// The function that runs a library's constructors.
    ///
    /// A library that was linked with an entry has `_initialize`, which calls `__wasm_call_ctors`. One without an entry
    /// exports neither in most cases, while the linker still makes the latter, and names it.
    pub(crate) fn constructors(&self) -> Option<u32> {
        const CALL: &str = "__wasm_call_ctors";
        let exported = self.function("_initialize").or_else(|| self.function(CALL));
        let named = || {
            self.function_names()
                .into_iter()
                .find(|(_, name)| *name == CALL)
                .map(|(index, _)| index)
        };
        exported.or_else(named)
    }

    /// The type of a function, imported or defined.
    pub(crate) fn function_type(&self, index: u32) -> &FuncType {
        let imported = self.function_imports.len();
        let ty = match self.function_imports.get(index as usize) {
            Some(import) => import.ty,
            None => self.functions[index as usize - imported],
        };
        &self.types[ty as usize]
    }

    /// Names of functions by their index, as far as the file says them.
    pub(crate) fn function_names(&self) -> HashMap<u32, &'a str> {
        let mut found = HashMap::new();
        // The section is a help for readers of traces: one that is broken is no reason to fail.
        for part in self.names.clone().into_iter().flatten().flatten() {
            if let Name::Function(names) = part {
                found.extend(names.into_iter().flatten().map(|naming| (naming.index, naming.name)));
            }
        }
        found
    }

    fn empty(name: String) -> Self {
        Self {
            name,
            types: Vec::new(),
            function_imports: Vec::new(),
            global_imports: Vec::new(),
            tag_imports: Vec::new(),
            functions: Vec::new(),
            table: None,
            memory: None,
            tags: Vec::new(),
            globals: Vec::new(),
            exports: Vec::new(),
            export_index: HashMap::new(),
            start: None,
            elements: Vec::new(),
            data: Vec::new(),
            bodies: Vec::new(),
            dylink: None,
            names: None,
        }
    }

    fn take(&mut self, payload: Payload<'a>) -> Result<()> {
        match payload {
            Payload::Version { encoding, .. } => ensure!(encoding == Encoding::Module, "it is a component"),
            Payload::TypeSection(section) => {
                self.types = section.into_iter_err_on_gc_types().collect::<Result<_, _>>()?;
            }
            Payload::ImportSection(section) => {
                section
                    .into_imports()
                    .try_for_each(|import| self.take_import(import?))?;
            }
            Payload::FunctionSection(section) => self.functions = section.into_iter().collect::<Result<_, _>>()?,
            Payload::TableSection(section) => {
                for table in section {
                    let table = table?;
                    ensure!(
                        matches!(table.init, TableInit::RefNull),
                        "its table starts with something else than null"
                    );
                    self.take_table(table.ty)?;
                }
            }
            Payload::MemorySection(section) => section.into_iter().try_for_each(|memory| self.take_memory(memory?))?,
            Payload::TagSection(section) => self.tags = section.into_iter().collect::<Result<_, _>>()?,
            Payload::GlobalSection(section) => self.globals = section.into_iter().collect::<Result<_, _>>()?,
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    self.export_index.insert(export.name, self.exports.len());
                    self.exports.push(Export {
                        name: export.name,
                        kind: export.kind,
                        index: export.index,
                    });
                }
            }
            Payload::StartSection { func, .. } => self.start = Some(func),
            Payload::ElementSection(section) => self.elements = section.into_iter().collect::<Result<_, _>>()?,
            Payload::DataSection(section) => self.data = section.into_iter().collect::<Result<_, _>>()?,
            Payload::CodeSectionEntry(body) => self.bodies.push(body),
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Dylink0(section) => self.dylink = Some(Dylink::read(section)?),
                KnownCustom::Name(section) => self.names = Some(section),
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn take_import(&mut self, import: wasmparser::Import<'a>) -> Result<()> {
        let (module, name) = (import.module, import.name);
        match import.ty {
            TypeRef::Func(ty) => self.function_imports.push(Import { module, name, ty }),
            TypeRef::Global(ty) => self.global_imports.push(Import { module, name, ty }),
            TypeRef::Tag(ty) => self.tag_imports.push(Import { module, name, ty }),
            TypeRef::Memory(ty) => self.take_memory(ty)?,
            TypeRef::Table(ty) => self.take_table(ty)?,
            TypeRef::FuncExact(_) => bail!("it imports {module}.{name} by an exact type"),
        }
        Ok(())
    }

    fn take_table(&mut self, table: TableType) -> Result<()> {
        ensure!(!table.table64 && !table.shared, "its table is shared or of 64 bits");
        ensure!(self.table.replace(table).is_none(), "it has more than one table");
        Ok(())
    }

    fn take_memory(&mut self, memory: MemoryType) -> Result<()> {
        ensure!(!memory.memory64 && !memory.shared, "its memory is shared or of 64 bits");
        ensure!(memory.page_size_log2.is_none(), "its memory has pages of its own size");
        ensure!(self.memory.replace(memory).is_none(), "it has more than one memory");
        Ok(())
    }
}

/// The value of a constant expression of integers of 32 bits; `global` says the values of globals.
///
/// It knows the arithmetic of the extended-const proposal, which engines may have turned off.
pub(crate) fn constant(expression: &ConstExpr, global: impl Fn(u32) -> Option<i32>) -> Option<i32> {
    let mut stack: Vec<i32> = Vec::new();
    for operator in expression.get_operators_reader() {
        let operator = operator.ok()?;
        if let Operator::I32Const { value } = operator {
            stack.push(value);
            continue;
        }
        if let Operator::GlobalGet { global_index } = operator {
            stack.push(global(global_index)?);
            continue;
        }
        if let Operator::End = operator {
            break;
        }
        let (right, left) = (stack.pop()?, stack.pop()?);
        stack.push(match operator {
            Operator::I32Add => left.wrapping_add(right),
            Operator::I32Sub => left.wrapping_sub(right),
            Operator::I32Mul => left.wrapping_mul(right),
            _ => return None,
        });
    }
    stack.pop().filter(|_| stack.is_empty())
}
