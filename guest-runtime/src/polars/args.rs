//! Reads the arguments of an operation, one after the other, each as the type that is asked for.
//!
//! A Python object counts as an expression, a series or a frame when it is one of the native handles or one of the
//! classes of the package, which keep their handle in `_native`. A text is a column's name where an [`Expr`] is asked
//! for and a value where a [`Literal`] is; any other value stands for itself.

use polars::prelude::{self as pl, DataFrame, Expr, LazyFrame, PlSmallStr, Selector, Series};
use rustpython_vm::{
    AsObject, PyObject, PyObjectRef, PyPayload, PyRef, VirtualMachine,
    builtins::{PyBaseExceptionRef, PyDict, PyInt, PyStr, PyStrRef},
    function::PosArgs,
};

use super::{
    errors::{Failure, Outcome},
    objects::{PyExpr, PyFrame, PyLazy, PySeries},
    values,
};

/// The arguments of one operation that have not been read yet.
pub struct Args<'a> {
    pub name: &'a str,
    pub vm: &'a VirtualMachine,
    given: std::vec::IntoIter<PyObjectRef>,
}

/// A type that an argument can be read as.
pub trait Argument: Sized {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self>;
}

/// An expression in a place where a text is a value.
pub struct Literal(pub Expr);

impl<'a> Args<'a> {
    pub fn new(name: &'a PyStrRef, given: PosArgs, vm: &'a VirtualMachine) -> Self {
        Self {
            name: name.expect_str(),
            vm,
            given: given.into_vec().into_iter(),
        }
    }

    /// The next argument, untouched.
    pub fn object(&mut self) -> Outcome<PyObjectRef> {
        let missing = || Failure::Python(self.vm.new_type_error(format!("{}: an argument is missing", self.name)));
        self.given.next().ok_or_else(missing)
    }

    /// The next argument as a `T`.
    pub fn take<T: Argument>(&mut self) -> Outcome<T> {
        let object = self.object()?;
        T::read(&object, self.vm)
    }

    /// The next argument as an expression; a text is a value.
    pub fn literal(&mut self) -> Outcome<Expr> {
        Ok(self.take::<Literal>()?.0)
    }

    /// The next argument, a sequence of what a script passed as columns: one iterable counts as its items.
    pub fn exprs(&mut self) -> Outcome<Vec<Expr>> {
        let object = self.object()?;
        expressions(&object, self.vm)
    }

    /// The next argument, a dict of names and expressions, as aliased expressions.
    pub fn named(&mut self) -> Outcome<Vec<Expr>> {
        let object = self.object()?;
        let dict = object
            .downcast::<PyDict>()
            .map_err(|_| self.bad("a dict of expressions"))?;
        let items = dict.items_vec();
        items
            .iter()
            .map(|(name, value)| Ok(Expr::read(value, self.vm)?.alias(String::read(name, self.vm)?)))
            .collect()
    }

    /// The next two arguments, [`Self::exprs`] followed by [`Self::named`].
    pub fn all_exprs(&mut self) -> Outcome<Vec<Expr>> {
        let mut exprs = self.exprs()?;
        exprs.extend(self.named()?);
        Ok(exprs)
    }

    /// The next argument as a selector of columns: names, a selector, an expression of names.
    pub fn selector(&mut self) -> Outcome<Selector> {
        let exprs = self.exprs()?;
        selector(exprs)
    }

    /// The error for an operation that does not exist, which only a mistake in the package can cause.
    pub fn unknown(&self) -> Failure {
        Failure::Python(
            self.vm
                .new_not_implemented_error(format!("polars has no operation {}", self.name)),
        )
    }

    fn bad(&self, expected: &str) -> Failure {
        Failure::Python(self.vm.new_type_error(format!("{}: expected {expected}", self.name)))
    }
}

/// One selector that takes what each of `exprs` names.
pub fn selector(exprs: Vec<Expr>) -> Outcome<Selector> {
    let mut all: Option<Selector> = None;
    let mut names: Vec<PlSmallStr> = Vec::new();
    for expr in exprs {
        match expr {
            Expr::Column(name) => names.push(name),
            other => {
                let one = other
                    .into_selector()
                    .ok_or_else(|| pl::polars_err!(InvalidOperation: "expected column names or a selector"))?;
                all = Some(all.map_or_else(|| one.clone(), |all| all | one.clone()));
            }
        }
    }
    Ok(match all {
        None if names.is_empty() => Selector::Empty,
        None => pl::by_name(names, true),
        Some(all) if names.is_empty() => all,
        Some(all) => pl::by_name(names, true) | all,
    })
}

/// What a script passed as columns: one iterable counts as its items, several values each for themselves.
pub fn expressions(object: &PyObject, vm: &VirtualMachine) -> Outcome<Vec<Expr>> {
    let items = sequence(object, vm)?;
    if let [only] = items.as_slice()
        && is_iterable(only, vm)
    {
        return sequence(only, vm)?.iter().map(|item| Expr::read(item, vm)).collect();
    }
    items.iter().map(|item| Expr::read(item, vm)).collect()
}

/// The items of any iterable.
pub fn sequence(object: &PyObject, vm: &VirtualMachine) -> Outcome<Vec<PyObjectRef>> {
    Ok(vm.extract_elements_with(object, Ok)?)
}

fn is_iterable(object: &PyObject, vm: &VirtualMachine) -> bool {
    object.downcast_ref::<PyStr>().is_none()
        && !object.class().fast_issubclass(vm.ctx.types.bytes_type)
        && native(object, vm).is_none()
        && object.class().get_attr(vm.ctx.intern_str("__iter__")).is_some()
}

/// The handle behind one of the package's objects, or the handle itself.
fn native(object: &PyObject, vm: &VirtualMachine) -> Option<PyObjectRef> {
    let class = object.class();
    let is_handle = class.is(PyExpr::class(&vm.ctx))
        || class.is(PySeries::class(&vm.ctx))
        || class.is(PyFrame::class(&vm.ctx))
        || class.is(PyLazy::class(&vm.ctx));
    if is_handle {
        return Some(object.to_owned());
    }
    if object.downcast_ref::<PyStr>().is_some() || object.downcast_ref::<PyInt>().is_some() {
        return None;
    }
    object.get_attr("_native", vm).ok()
}

/// The handle of class `T` behind `object`.
pub fn handle<T: PyPayload>(object: &PyObject, vm: &VirtualMachine) -> Option<PyRef<T>> {
    native(object, vm)?.downcast().ok()
}

fn wrong(expected: &str, object: &PyObject, vm: &VirtualMachine) -> PyBaseExceptionRef {
    vm.new_type_error(format!(
        "expected {expected}, got {:?}",
        object.class().name().to_string()
    ))
}

macro_rules! handles {
    ($($value:ty, $class:ident, $what:literal);*) => {$(
        impl Argument for $value {
            fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
                match handle::<$class>(object, vm) {
                    Some(handle) => Ok(handle.0.clone()),
                    None => Err(wrong($what, object, vm).into()),
                }
            }
        }
    )*};
}
handles!(Series, PySeries, "a Series"; DataFrame, PyFrame, "a DataFrame"; LazyFrame, PyLazy, "a LazyFrame");

impl Argument for Expr {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        match object.downcast_ref::<PyStr>() {
            Some(name) => Ok(pl::col(name.to_string_lossy().as_ref())),
            None => Ok(Literal::read(object, vm)?.0),
        }
    }
}

impl Argument for Literal {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        if let Some(handle) = native(object, vm) {
            let handle = match handle.downcast::<PyExpr>() {
                Ok(expr) => return Ok(Self(expr.0.clone())),
                Err(other) => other,
            };
            return match handle.downcast::<PySeries>() {
                Ok(series) => Ok(Self(pl::lit(series.0.clone()))),
                Err(_) => Err(vm
                    .new_type_error(format!(
                        "cannot create expression literal for value of type {}.",
                        object.class().name()
                    ))
                    .into()),
            };
        }
        values::literal(object, vm).map(Self)
    }
}

impl Argument for bool {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        Ok(object.to_owned().try_to_bool(vm)?)
    }
}

macro_rules! integers {
    ($($type:ty),*) => {$(
        impl Argument for $type {
            fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
                Ok(object.try_index(vm)?.try_to_primitive::<$type>(vm)?)
            }
        }
    )*};
}
integers!(i8, i32, i64, u8, u32, u64, usize);

impl Argument for f64 {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        Ok(object.try_float(vm)?.to_f64())
    }
}

impl Argument for String {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        match object.downcast_ref::<PyStr>() {
            Some(text) => Ok(text.to_string_lossy().into_owned()),
            None => Err(wrong("a string", object, vm).into()),
        }
    }
}

impl Argument for PlSmallStr {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        Ok(String::read(object, vm)?.into())
    }
}

impl Argument for char {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        let text = String::read(object, vm)?;
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(only), None) => Ok(only),
            _ => Err(vm.new_value_error("expected a string of length 1").into()),
        }
    }
}

impl Argument for PyObjectRef {
    fn read(object: &PyObject, _: &VirtualMachine) -> Outcome<Self> {
        Ok(object.to_owned())
    }
}

impl<T: Argument> Argument for Option<T> {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        if vm.is_none(object) {
            Ok(None)
        } else {
            T::read(object, vm).map(Some)
        }
    }
}

impl<T: Argument> Argument for Vec<T> {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        sequence(object, vm)?.iter().map(|item| T::read(item, vm)).collect()
    }
}

impl<A: Argument, B: Argument> Argument for (A, B) {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        match sequence(object, vm)?.as_slice() {
            [a, b] => Ok((A::read(a, vm)?, B::read(b, vm)?)),
            _ => Err(wrong("a pair", object, vm).into()),
        }
    }
}
