//! Copies a module's code and segments with merged indices.

use anyhow::{Error, anyhow};
use wasm_encoder::{
    ConstExpr, Function, Instruction,
    reencode::{self, Reencode, utils},
};
use wasmparser::{FunctionBody, Operator};

use super::{Plan, globals::Value};
use crate::module::constant;

/// The indices of one module.
#[derive(Clone, Copy)]
pub struct Rewriter<'p> {
    types: &'p [u32],
    functions: &'p [u32],
    globals: &'p [Value],
    tags: &'p [u32],
    first_data: u32,
    first_element: u32,
}

impl<'p> Rewriter<'p> {
    /// A rewriter for module `at`, whose first data and element segments get the given indices.
    pub fn new(plan: &'p Plan, at: usize, first_data: u32, first_element: u32) -> Self {
        Self {
            types: plan.types.map(at),
            functions: plan.functions.map(at),
            globals: plan.globals.map(at),
            tags: plan.tags.map(at),
            first_data,
            first_element,
        }
    }

    /// Copies the code of a function.
    pub fn body(mut self, body: &FunctionBody) -> Result<Function, Failure> {
        let mut function = self.new_function_with_parsed_locals(body)?;
        let mut operators = body.get_operators_reader()?;
        while !operators.eof() {
            function.instruction(&self.parse_instruction(&mut operators)?);
        }
        Ok(function)
    }

    fn known(&self, global: u32) -> Option<i32> {
        match self.globals.get(global as usize)? {
            Value::Constant(value) => Some(*value),
            Value::Variable(_) => None,
        }
    }
}

/// Why something could not be copied.
pub type Failure = reencode::Error<Error>;

/// Says a failure in one line, with its cause.
pub fn explain(failure: Failure) -> Error {
    match failure {
        reencode::Error::UserError(error) => error,
        reencode::Error::ParseError(error) => error.into(),
        other => anyhow!("{other}"),
    }
}

fn of(map: &[u32], index: u32, kind: &str) -> Result<u32, Failure> {
    map.get(index as usize)
        .copied()
        .ok_or_else(|| Failure::UserError(anyhow!("{kind} {index} does not exist")))
}

impl Reencode for Rewriter<'_> {
    type Error = Error;

    fn type_index(&mut self, index: u32) -> Result<u32, Failure> {
        of(self.types, index, "type")
    }

    fn function_index(&mut self, index: u32) -> Result<u32, Failure> {
        of(self.functions, index, "function")
    }

    fn tag_index(&mut self, index: u32) -> Result<u32, Failure> {
        of(self.tags, index, "tag")
    }

    fn data_index(&mut self, index: u32) -> Result<u32, Failure> {
        Ok(self.first_data + index)
    }

    fn element_index(&mut self, index: u32) -> Result<u32, Failure> {
        Ok(self.first_element + index)
    }

    fn global_index(&mut self, index: u32) -> Result<u32, Failure> {
        match self.globals.get(index as usize) {
            Some(Value::Variable(index)) => Ok(*index),
            Some(Value::Constant(_)) => Err(Failure::UserError(anyhow!(
                "global {index} is a constant, but written to"
            ))),
            None => Err(Failure::UserError(anyhow!("global {index} does not exist"))),
        }
    }

    fn const_expr(&mut self, expression: wasmparser::ConstExpr) -> Result<ConstExpr, Failure> {
        match constant(&expression, |global| self.known(global)) {
            Some(value) => Ok(ConstExpr::i32_const(value)),
            None => utils::const_expr(self, expression),
        }
    }

    fn instruction<'a>(&mut self, operator: Operator<'a>) -> Result<Instruction<'a>, Failure> {
        if let Operator::GlobalGet { global_index } = operator
            && let Some(value) = self.known(global_index)
        {
            return Ok(Instruction::I32Const(value));
        }
        utils::instruction(self, operator)
    }
}
