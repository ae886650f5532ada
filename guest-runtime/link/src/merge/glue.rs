//! The functions that the merge makes: the two that the program imports from `env`, and the traps.

use anyhow::{Context, Result};
use wasm_encoder::{BlockType, Function, Instruction, ValType};

use super::{Plan, functions::Functions};
use crate::module::Module;

/// The functions that make extension modules, `PyInit_` and the last part of the module's name.
pub fn init_functions(
    modules: &[Module],
    functions: &Functions,
    extensions: &[(usize, String)],
) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for (at, name) in extensions {
        let symbol = format!("PyInit_{}", name.rsplit('.').next().unwrap_or(name));
        let index = modules[*at].function(&symbol);
        let index = index.with_context(|| format!("{} is no module {name}: it has no {symbol}", modules[*at].name))?;
        found.push(functions.map(*at)[index as usize]);
    }
    Ok(found)
}

/// `__absorb_init() `: makes all libraries ready for use.
///
/// Every library gets its memory set and its pointers filled in before the code of any of them runs, because
/// constructors call each other across libraries. `_initialize` is what runs constructors in a library that has
/// one; running `__wasm_call_ctors` besides would run them twice.
pub fn initialise(plan: &Plan) -> Function {
    let mut function = Function::new([]);
    let mut call = |at: usize, index: u32| {
        function.instruction(&Instruction::Call(plan.functions.map(at)[index as usize]));
    };
    let libraries = || plan.modules.iter().enumerate().skip(1);
    for (at, library) in libraries() {
        library.start.into_iter().for_each(|start| call(at, start));
    }
    for (at, library) in libraries() {
        library.function("__wasm_apply_data_relocs").into_iter().for_each(|relocate| call(at, relocate));
    }
    for (at, library) in libraries() {
        let constructors = library.function("_initialize").or_else(|| library.function("__wasm_call_ctors"));
        constructors.into_iter().for_each(|construct| call(at, construct));
    }
    function.instruction(&Instruction::End);
    function
}

/// `__module_init(index) -> address`: the function that makes the extension module at `index`, or null.
pub fn module_init(plan: &Plan) -> Function {
    let mut function = Function::new([]);
    for instruction in [
        Instruction::LocalGet(0),
        Instruction::I32Const(plan.slots.extensions as i32),
        Instruction::I32LtU,
        Instruction::If(BlockType::Result(ValType::I32)),
        Instruction::LocalGet(0),
        Instruction::I32Const(plan.slots.first_extension as i32),
        Instruction::I32Add,
        Instruction::Else,
        Instruction::I32Const(0),
        Instruction::End,
        Instruction::End,
    ] {
        function.instruction(&instruction);
    }
    function
}

/// What stands in for a function that nobody defines.
pub fn trap() -> Function {
    let mut function = Function::new([]);
    function.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
    function
}
