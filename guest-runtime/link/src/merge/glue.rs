//! The functions that the merge makes: the two that the program imports from `env`, and the traps.

use anyhow::{Context, Result, ensure};
use wasm_encoder::{BlockType, Function, Instruction, ValType};

use super::{Plan, functions::Functions, relocate::Relocation, resolve::GLUE};
use crate::module::Module;

/// Fails where `program` does not import a function without which its libraries or extension modules are of no use.
pub fn expect(program: &Module, libraries: bool, extensions: bool) -> Result<()> {
    for (name, _) in GLUE.iter().zip([libraries, extensions]).filter(|(_, needed)| *needed) {
        let mut imports = program.function_imports.iter();
        let found = imports.any(|import| import.module == "env" && import.name == *name);
        ensure!(
            found,
            "{} does not import {name} from env, so it would not use its libraries",
            program.name
        );
    }
    Ok(())
}

/// The functions that make extension modules, `PyInit_` and the last part of the module's name.
pub fn init_functions(modules: &[Module], functions: &Functions, extensions: &[(usize, String)]) -> Result<Vec<u32>> {
    let mut found = Vec::new();
    for (at, name) in extensions {
        let symbol = format!("PyInit_{}", name.rsplit('.').next().unwrap_or(name));
        let index = modules[*at].function(&symbol);
        let index = index.with_context(|| format!("{} is no module {name}: it has no {symbol}", modules[*at].name))?;
        found.push(functions.map(*at)[index as usize]);
    }
    Ok(found)
}

/// The functions that make all libraries ready for use, in their order.
///
/// Every library gets its memory set and its pointers filled in before the code of any of them runs, because
/// constructors call each other across libraries.
pub fn init_calls(modules: &[Module], functions: &Functions, relocations: &[Relocation]) -> Vec<u32> {
    let starts = modules.iter().map(|library| library.start);
    let relocates = relocations.iter().map(Relocation::to_call);
    let constructors = modules.iter().map(Module::constructors);
    let of_libraries = |calls: &mut dyn Iterator<Item = Option<u32>>| {
        let calls = calls.enumerate().skip(1);
        calls
            .filter_map(|(at, index)| Some(functions.map(at)[index? as usize]))
            .collect::<Vec<_>>()
    };
    [
        of_libraries(&mut { starts }),
        of_libraries(&mut { relocates }),
        of_libraries(&mut { constructors }),
    ]
    .concat()
}

/// `__absorb_init()`: calls `functions`.
pub fn initialise(functions: &[u32]) -> Function {
    let mut function = Function::new([]);
    for &index in functions {
        function.instruction(&Instruction::Call(index));
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

/// What stands in for a function that nobody defines, or that cannot run.
pub fn trap() -> Function {
    let mut function = Function::new([]);
    function
        .instruction(&Instruction::Unreachable)
        .instruction(&Instruction::End);
    function
}

/// A function that has nothing left to do.
pub fn nothing() -> Function {
    let mut function = Function::new([]);
    function.instruction(&Instruction::End);
    function
}
