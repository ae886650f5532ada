//! Errors on their way to Python: a failed operation becomes the exception that py-polars raises for it, with the same
//! message.

use std::{cell::RefCell, io};

use polars::prelude::PolarsError;
use rustpython_vm::{PyObjectRef, VirtualMachine, builtins::PyBaseExceptionRef};

/// Why an operation failed.
pub enum Failure {
    /// Python raised, or an argument was not what the operation takes.
    Python(PyBaseExceptionRef),
    Polars(PolarsError),
}

pub type Outcome<T> = Result<T, Failure>;

impl From<PyBaseExceptionRef> for Failure {
    fn from(error: PyBaseExceptionRef) -> Self {
        Self::Python(error)
    }
}

impl From<PolarsError> for Failure {
    fn from(error: PolarsError) -> Self {
        Self::Polars(error)
    }
}

thread_local! {
    /// What a Python function raised inside a query: polars carries texts only.
    static RAISED: RefCell<Option<PyBaseExceptionRef>> = const { RefCell::new(None) };
}

/// The exception for `failure`: the one that a Python function raised inside the query, if one did.
pub fn raise(failure: Failure, vm: &VirtualMachine) -> PyBaseExceptionRef {
    let carried = RAISED.with(RefCell::take);
    match (failure, carried) {
        (Failure::Python(error), _) | (Failure::Polars(_), Some(error)) => error,
        (Failure::Polars(error), None) => exception(error.context_trace(), vm),
    }
}

/// Puts a Python exception into a polars error, to be taken out again by [`raise`].
pub fn carry(error: PyBaseExceptionRef, vm: &VirtualMachine) -> PolarsError {
    let object: PyObjectRef = error.clone().into();
    let text = object
        .str(vm)
        .map(|text| text.to_string_lossy().into_owned())
        .unwrap_or_default();
    let message = format!("{}: {text}", object.class().name());
    RAISED.with(|raised| raised.replace(Some(error)));
    PolarsError::ComputeError(message.into())
}

/// Forgets what a trial call raised.
pub fn forget() {
    RAISED.with(RefCell::take);
}

fn exception(error: PolarsError, vm: &VirtualMachine) -> PyBaseExceptionRef {
    use PolarsError as E;
    let (class, message) = match &error {
        E::AssertionError(message) => {
            return vm.new_exception_msg(vm.ctx.exceptions.assertion_error.to_owned(), message.to_string().into());
        }
        E::IO { error, msg } => {
            let message = msg.as_ref().map_or_else(|| error.to_string(), ToString::to_string);
            let class = match error.kind() {
                io::ErrorKind::NotFound => vm.ctx.exceptions.file_not_found_error,
                _ => vm.ctx.exceptions.os_error,
            };
            return vm.new_exception_msg(class.to_owned(), message.into());
        }
        E::ColumnNotFound(message) => ("ColumnNotFoundError", message),
        E::ComputeError(message) => ("ComputeError", message),
        E::Duplicate(message) => ("DuplicateError", message),
        E::InvalidOperation(message) => ("InvalidOperationError", message),
        E::NoData(message) => ("NoDataError", message),
        E::OutOfBounds(message) => ("OutOfBoundsError", message),
        E::SchemaFieldNotFound(message) => ("SchemaFieldNotFoundError", message),
        E::SchemaMismatch(message) => ("SchemaError", message),
        E::ShapeMismatch(message) => ("ShapeError", message),
        E::SQLInterface(message) => ("SQLInterfaceError", message),
        E::SQLSyntax(message) => ("SQLSyntaxError", message),
        E::StringCacheMismatch(message) => ("StringCacheMismatchError", message),
        E::StructFieldNotFound(message) => ("StructFieldNotFoundError", message),
        E::Context { .. } => return exception(error.remove_context(), vm),
    };
    named(class, message.to_string(), vm)
}

/// The exception `class` of `polars.exceptions`.
pub fn named(class: &str, message: String, vm: &VirtualMachine) -> PyBaseExceptionRef {
    let made = vm
        .import("polars.exceptions", 0)
        .and_then(|package| package.get_attr("exceptions", vm))
        .and_then(|module| module.get_attr(&vm.ctx.new_str(class), vm))
        .and_then(|class| class.call((message.clone(),), vm))
        .and_then(|error| error.downcast().map_err(|_| vm.new_runtime_error(message.clone())));
    made.unwrap_or_else(|error| error)
}
