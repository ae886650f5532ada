//! The four native classes: opaque handles on the values of Rust polars. What can be done with them is in the tables
//! of operations; the classes that scripts see are Python's.

use std::fmt;

use polars::prelude::{DataFrame, Expr, LazyFrame, Series};
use rustpython_vm::{PyObjectRef, PyPayload, VirtualMachine, pyclass};

/// An expression.
#[pyclass(module = "_polars", name = "Expr")]
#[derive(Debug, PyPayload)]
pub struct PyExpr(pub Expr);

/// A column of values.
#[pyclass(module = "_polars", name = "Series")]
#[derive(Debug, PyPayload)]
pub struct PySeries(pub Series);

/// A data frame.
#[pyclass(module = "_polars", name = "Frame")]
#[derive(Debug, PyPayload)]
pub struct PyFrame(pub DataFrame);

/// A query that has not run.
#[pyclass(module = "_polars", name = "Lazy")]
#[derive(PyPayload)]
pub struct PyLazy(pub LazyFrame);

impl fmt::Debug for PyLazy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PyLazy")
    }
}

#[pyclass]
impl PyExpr {}

#[pyclass]
impl PySeries {}

#[pyclass]
impl PyFrame {}

#[pyclass]
impl PyLazy {}

/// What an operation answers to Python.
pub trait IntoObject {
    fn into_object(self, vm: &VirtualMachine) -> PyObjectRef;
}

macro_rules! handles {
    ($($value:ty => $class:ident),*) => {$(
        impl IntoObject for $value {
            fn into_object(self, vm: &VirtualMachine) -> PyObjectRef {
                $class(self).into_ref(&vm.ctx).into()
            }
        }
    )*};
}
handles!(Expr => PyExpr, Series => PySeries, DataFrame => PyFrame, LazyFrame => PyLazy);

macro_rules! plain {
    ($($value:ty),*) => {$(
        impl IntoObject for $value {
            fn into_object(self, vm: &VirtualMachine) -> PyObjectRef {
                vm.new_pyobj(self)
            }
        }
    )*};
}
plain!(bool, usize, i64, f64, String);

impl IntoObject for PyObjectRef {
    fn into_object(self, _: &VirtualMachine) -> PyObjectRef {
        self
    }
}

impl IntoObject for () {
    fn into_object(self, vm: &VirtualMachine) -> PyObjectRef {
        vm.ctx.none()
    }
}

impl<T: IntoObject> IntoObject for Vec<T> {
    fn into_object(self, vm: &VirtualMachine) -> PyObjectRef {
        vm.ctx
            .new_list(self.into_iter().map(|item| item.into_object(vm)).collect())
            .into()
    }
}

impl<T: IntoObject> IntoObject for Option<T> {
    fn into_object(self, vm: &VirtualMachine) -> PyObjectRef {
        self.map_or_else(|| vm.ctx.none(), |value| value.into_object(vm))
    }
}
