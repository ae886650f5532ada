//! Writes the merged module.

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use wasm_encoder::{
    CodeSection, ConstExpr, DataCountSection, DataSection, ElementSection, Elements, EntityType, ExportSection,
    Function, FunctionSection, GlobalSection, ImportSection, MemorySection, MemoryType, NameMap, NameSection, RefType,
    StartSection, TableSection, TableType, TagKind, TagSection, TagType, TypeSection,
    reencode::{Reencode, RoundtripReencoder},
};
use wasmparser::Data;

use super::{
    Options, Plan, glue,
    resolve::GLUE,
    rewrite::{Rewriter, explain},
};

/// The most data segments that engines take.
const DATA_SEGMENTS: usize = 100_000;

/// Writes what `plan` says.
pub fn write(plan: &Plan, options: &Options) -> Result<Vec<u8>> {
    let Plan {
        modules,
        layout,
        types,
        functions,
        slots,
        tags,
        ..
    } = plan;
    let mut module = wasm_encoder::Module::new();

    let mut section = TypeSection::new();
    for ty in types.list() {
        section.ty().func_type(
            &RoundtripReencoder
                .func_type(ty.clone())
                .context("a type of references")?,
        );
    }
    module.section(&section);

    let mut section = ImportSection::new();
    for import in &functions.imports {
        section.import(import.module, import.name, EntityType::Function(import.ty));
    }
    module.section(&section);

    let mut section = FunctionSection::new();
    for (at, input) in modules.iter().enumerate() {
        for &ty in &input.functions {
            section.function(types.map(at)[ty as usize]);
        }
    }
    for ty in functions
        .glue_types
        .iter()
        .copied()
        .chain(functions.traps.iter().map(|trap| trap.ty))
    {
        section.function(ty);
    }
    module.section(&section);

    let mut section = TableSection::new();
    let size = u64::from(slots.total());
    section.table(TableType {
        element_type: RefType::FUNCREF,
        minimum: size,
        maximum: Some(size),
        table64: false,
        shared: false,
    });
    module.section(&section);

    let mut section = MemorySection::new();
    section.memory(MemoryType {
        minimum: layout.memory_pages,
        maximum: layout.memory_maximum,
        memory64: false,
        shared: false,
        page_size_log2: None,
    });
    module.section(&section);

    if !tags.types.is_empty() {
        let mut section = TagSection::new();
        for &ty in &tags.types {
            section.tag(TagType {
                kind: TagKind::Exception,
                func_type_idx: ty,
            });
        }
        module.section(&section);
    }
    module.section(&write_globals(plan)?);
    let mut section = ExportSection::new();
    for &(name, kind, index) in &plan.exports {
        section.export(name, kind, index);
    }
    module.section(&section);
    if let Some(start) = modules[0].start {
        module.section(&StartSection {
            function_index: functions.map(0)[start as usize],
        });
    }
    write_contents(plan, &mut module)?;
    module.section(&write_names(plan, options));
    Ok(module.finish())
}

fn write_globals(plan: &Plan) -> Result<GlobalSection> {
    let mut section = GlobalSection::new();
    for &(at, place) in &plan.globals.kept {
        let mut rewriter = Rewriter::new(plan, at, 0, 0);
        let global = plan.modules[at].globals[place].clone();
        rewriter
            .parse_global(&mut section, global)
            .map_err(explain)
            .with_context(|| plan.modules[at].name.clone())?;
    }
    Ok(section)
}

/// The sections of elements, code and data, whose segments are numbered across modules.
fn write_contents(plan: &Plan, module: &mut wasm_encoder::Module) -> Result<()> {
    let (mut elements, mut code, mut data) = (ElementSection::new(), CodeSection::new(), DataSection::new());
    let (mut next_element, mut next_data) = (0, 0);
    for (at, input) in plan.modules.iter().enumerate() {
        let mut rewriter = Rewriter::new(plan, at, next_data, next_element);
        next_element += input.elements.len() as u32;
        next_data += input.data.len() as u32;
        let relocation = &plan.relocations[at];
        let mut copy = || {
            for element in &input.elements {
                rewriter.parse_element(&mut elements, element.clone())?;
            }
            for (place, segment) in input.data.iter().enumerate() {
                let contents = relocation.segment(place).unwrap_or(segment.data);
                rewriter.parse_data(
                    &mut data,
                    Data {
                        data: contents,
                        ..segment.clone()
                    },
                )?;
            }
            let imported = input.function_imports.len() as u32;
            let bodies = (imported..).zip(&input.bodies).collect::<Vec<_>>().into_par_iter();
            let map = plan.functions.map(at);
            let bodies = bodies.map(|(index, body)| {
                if relocation.is_done(index) {
                    Ok(glue::nothing())
                } else if plan.reach.has(map[index as usize]) {
                    rewriter.body(body)
                } else {
                    Ok(glue::trap())
                }
            });
            for body in bodies.collect::<Result<Vec<Function>, _>>()? {
                code.function(&body);
            }
            Ok(())
        };
        copy()
            .map_err(explain)
            .with_context(|| format!("{} cannot be copied", input.name))?;
    }
    if !plan.slots.added.is_empty() {
        let offset = ConstExpr::i32_const(plan.slots.first_added as i32);
        elements.active(None, &offset, Elements::Functions(plan.slots.added.as_slice().into()));
    }
    code.function(&glue::initialise(&plan.init_calls))
        .function(&glue::module_init(plan));
    for _ in &plan.functions.traps {
        code.function(&glue::trap());
    }

    let count = next_data;
    ensure!(
        count as usize <= DATA_SEGMENTS,
        "{count} data segments are more than the {DATA_SEGMENTS} engines take"
    );
    module
        .section(&elements)
        .section(&DataCountSection { count })
        .section(&code)
        .section(&data);
    Ok(())
}

/// The names of functions; those that trap always have one, since a trace of calls is where they are looked for.
fn write_names(plan: &Plan, options: &Options) -> NameSection {
    let mut map = NameMap::new();
    if options.names {
        for (at, module) in plan.modules.iter().enumerate() {
            let names = module.function_names();
            let imported = module.function_imports.len() as u32;
            for index in 0..module.bodies.len() as u32 {
                if let Some(name) = names.get(&(imported + index)) {
                    map.append(plan.functions.first(at) + index, name);
                }
            }
        }
    }
    for (index, name) in (plan.functions.first_glue()..).zip(GLUE) {
        map.append(index, name);
    }
    for (index, trap) in (plan.functions.first_trap()..).zip(&plan.functions.traps) {
        map.append(index, &format!("missing:{}", trap.name));
    }
    let mut names = NameSection::new();
    names.functions(&map);
    names
}
