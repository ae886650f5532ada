//! `_polars`, the native module behind the Python package `polars`.
//!
//! The package keeps signatures, argument shapes and classes in Python; the work is here. Four opaque classes carry
//! the values of Rust polars (`Expr`, `Series`, `Frame`, `Lazy`), and one function a kind of result runs a named
//! operation on them: `expr("str.contains", column, pattern, …)`. The tables of those operations are the files of this
//! folder; [`args::Args`] reads an operation's arguments by the types that Rust polars asks for. Nothing here knows of
//! keyword arguments or defaults.

mod args;
mod callbacks;
mod csv;
mod datatypes;
mod errors;
mod expr;
mod frame;
mod functions;
mod lazy;
mod objects;
mod options;
mod random;
mod series;
mod table;
mod upsample;
mod values;

pub(crate) use _polars::module_def;

#[rustpython_vm::pymodule]
mod _polars {
    use rustpython_vm::{
        PyObjectRef, PyResult, VirtualMachine,
        builtins::{PyStrRef, PyTypeRef},
        class::PyClassImpl,
        function::PosArgs,
    };

    use super::{
        args::Args,
        errors,
        objects::{PyExpr, PyFrame, PyLazy, PySeries},
    };

    #[pyattr(name = "Expr")]
    fn expr_class(_: &VirtualMachine) -> PyTypeRef {
        PyExpr::make_static_type()
    }

    #[pyattr(name = "Series")]
    fn series_class(_: &VirtualMachine) -> PyTypeRef {
        PySeries::make_static_type()
    }

    #[pyattr(name = "Frame")]
    fn frame_class(_: &VirtualMachine) -> PyTypeRef {
        PyFrame::make_static_type()
    }

    #[pyattr(name = "Lazy")]
    fn lazy_class(_: &VirtualMachine) -> PyTypeRef {
        PyLazy::make_static_type()
    }

    /// Makes an expression: the operation `name` on `args`, the first of which is the expression it continues.
    #[pyfunction]
    fn expr(name: PyStrRef, args: PosArgs, vm: &VirtualMachine) -> PyResult<PyExpr> {
        let mut args = Args::new(&name, args, vm);
        super::expr::call(&mut args)
            .map(PyExpr)
            .map_err(|failure| errors::raise(failure, vm))
    }

    /// Runs the operation `name` of lazy frames.
    #[pyfunction]
    fn lazy(name: PyStrRef, args: PosArgs, vm: &VirtualMachine) -> PyResult<PyLazy> {
        let mut args = Args::new(&name, args, vm);
        super::lazy::call(&mut args)
            .map(PyLazy)
            .map_err(|failure| errors::raise(failure, vm))
    }

    /// Runs the operation `name` of data frames; answers whatever it makes.
    #[pyfunction]
    fn frame(name: PyStrRef, args: PosArgs, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
        let mut args = Args::new(&name, args, vm);
        super::frame::call(&mut args).map_err(|failure| errors::raise(failure, vm))
    }

    /// Runs the operation `name` of series; answers whatever it makes.
    #[pyfunction]
    fn series(name: PyStrRef, args: PosArgs, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
        let mut args = Args::new(&name, args, vm);
        super::series::call(&mut args).map_err(|failure| errors::raise(failure, vm))
    }

    /// Runs the operation `name` that belongs to no value: reading files, settings.
    #[pyfunction]
    fn run(name: PyStrRef, args: PosArgs, vm: &VirtualMachine) -> PyResult<PyObjectRef> {
        let mut args = Args::new(&name, args, vm);
        super::functions::call(&mut args).map_err(|failure| errors::raise(failure, vm))
    }
}
