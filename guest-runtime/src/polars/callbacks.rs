//! Python functions inside queries.
//!
//! A query calls back while it runs; what the function raises ends the query, and comes out of it. A function meets single values (`map_elements`) or whole native series, which the package wraps.

use std::sync::Arc;

use polars::prelude::{
    self as pl, AnyValue, Column, DataType, Expr, Field, IntoColumn, PlSmallStr, PlanCallback, PolarsResult, Schema,
    Series, SpecialEq,
};
use rustpython_vm::{PyObject, PyObjectRef, VirtualMachine, vm::thread::with_current_vm};

use super::{
    args::{Args, Argument},
    errors::{self, Failure, Outcome},
    objects::IntoObject,
    values::{self, ToPython},
};

/// A Python function that polars may hold.
#[derive(Clone)]
struct Function(PyObjectRef);

// SAFETY: polars asks that closures may cross threads; the guest has one thread.
unsafe impl Send for Function {}
// SAFETY: as above.
unsafe impl Sync for Function {}

impl Function {
    /// Calls it with native series; it answers a series.
    fn on_series(&self, series: Vec<Series>) -> PolarsResult<Series> {
        with_current_vm(|vm| {
            let arguments: Vec<PyObjectRef> = series.into_iter().map(|series| series.into_object(vm)).collect();
            let answer = self.0.call(arguments, vm).map_err(Failure::Python);
            answer
                .and_then(|answer| Series::read(&answer, vm))
                .map_err(|failure| into_polars(failure, vm))
        })
    }

    /// Calls it with a name; it answers a name.
    fn on_name(&self, name: &str) -> PolarsResult<PlSmallStr> {
        with_current_vm(|vm| {
            let answer = self.0.call((name.to_owned(),), vm).map_err(Failure::Python);
            answer
                .and_then(|answer| PlSmallStr::read(&answer, vm))
                .map_err(|failure| into_polars(failure, vm))
        })
    }

    /// Calls it with each value and gathers the answers.
    fn on_values(&self, input: &Series, dtype: Option<&DataType>, skip_nulls: bool) -> PolarsResult<Series> {
        with_current_vm(|vm| {
            self.each(input, dtype, skip_nulls, vm)
                .map_err(|failure| into_polars(failure, vm))
        })
    }

    fn each(&self, input: &Series, dtype: Option<&DataType>, skip_nulls: bool, vm: &VirtualMachine) -> Outcome<Series> {
        let given = match input.dtype() {
            DataType::List(_) | DataType::Array(..) => cells(input, vm)?,
            _ => ToPython::new(vm).column(input)?,
        };
        let mut answers = Vec::with_capacity(given.len());
        for value in given {
            let skip = skip_nulls && vm.is_none(&value);
            answers.push(if skip { value } else { self.0.call((value,), vm)? });
        }
        values::series(input.name().clone(), &answers, dtype, false, vm)
    }
}

/// The lists of a column, each as a series of the package.
fn cells(input: &Series, vm: &VirtualMachine) -> Outcome<Vec<PyObjectRef>> {
    let class = vm.import("polars", 0)?.get_attr("Series", vm)?;
    let cell = |value: AnyValue| match value {
        AnyValue::List(cell) | AnyValue::Array(cell, _) => {
            Ok(vm.call_method(&class, "_wrap", (cell.into_object(vm),))?)
        }
        _ => Ok(vm.ctx.none()),
    };
    input.rechunk().iter().map(cell).collect()
}

fn into_polars(failure: Failure, vm: &VirtualMachine) -> pl::PolarsError {
    match failure {
        Failure::Python(error) => errors::carry(error, vm),
        Failure::Polars(error) => error,
    }
}

/// `map_elements`: function, return type, whether nulls are skipped. `map_batches`: function, return type, whether it
/// works value by value, whether it answers one value.
pub fn map(e: Expr, a: &mut Args) -> Outcome<Expr> {
    let by_element = a.name == "map_elements";
    let function = Function(a.object()?);
    let dtype: Option<DataType> = a.take()?;
    let (first, second): (bool, bool) = (a.take()?, a.take()?);
    let returned = dtype.clone();
    let run = move |column: &Column| {
        let series = column.as_materialized_series();
        let made = if by_element {
            function.on_values(series, returned.as_ref(), first)?
        } else {
            function.on_series(vec![series.clone()])?
        };
        Ok(made.into_column())
    };
    let output = {
        let run = run.clone();
        move |_: &Schema, field: &Field| {
            let dtype = match &dtype {
                Some(dtype) => dtype.clone(),
                None => guess(&run, field),
            };
            Ok(Field::new(field.name().clone(), dtype))
        }
    };
    let call = move |column: Column| run(&column);
    Ok(match (by_element, first, second) {
        (true, ..) | (false, true, _) => e.map(call, output),
        (false, false, true) => e.agg_with_fmt_str(call, output, "map_batches"),
        (false, false, false) => e.apply(call, output),
    })
}

/// The type of what a function answers, found by trying it on a value of the type it is going to get.
fn guess(run: &impl Fn(&Column) -> PolarsResult<Column>, field: &Field) -> DataType {
    let value = pl::AnyValue::default_value(field.dtype(), true, 1);
    let trial = Column::new_scalar(field.name().clone(), pl::Scalar::new(field.dtype().clone(), value), 2);
    let answer = run(&trial);
    errors::forget();
    answer.map_or_else(|_| field.dtype().clone(), |made| made.dtype().clone())
}

/// `fold`: start, function, expressions.
pub fn fold(a: &mut Args) -> Outcome<Expr> {
    let start: Expr = a.take()?;
    let function = pair_function(a.object()?);
    Ok(pl::fold_exprs(start, function, a.exprs()?, false, None))
}

/// `reduce`: function, expressions.
pub fn reduce(a: &mut Args) -> Outcome<Expr> {
    let function = pair_function(a.object()?);
    Ok(pl::reduce_exprs(function, a.exprs()?, false, None))
}

/// A function of several columns: expressions, function, return type, whether it answers one value.
pub fn map_many(a: &mut Args) -> Outcome<Expr> {
    let mut exprs = a.exprs()?.into_iter();
    let Some(first) = exprs.next() else {
        return Err(pl::polars_err!(ComputeError: "at least one expression is needed").into());
    };
    let rest: Vec<Expr> = exprs.collect();
    let function = Function(a.object()?);
    let dtype: Option<DataType> = a.take()?;
    let call = move |columns: &mut [Column]| {
        let series = columns
            .iter()
            .map(|column| column.as_materialized_series().clone())
            .collect();
        Ok(function.on_series(series)?.into_column())
    };
    let output = move |_: &Schema, fields: &[Field]| {
        let dtype = dtype.clone().unwrap_or_else(|| fields[0].dtype().clone());
        Ok(Field::new(fields[0].name().clone(), dtype))
    };
    Ok(first.apply_many(call, &rest, output))
}

fn pair_function(function: PyObjectRef) -> PlanCallback<(Series, Series), Series> {
    let function = Function(function);
    PlanCallback::Rust(SpecialEq::new(Arc::new(move |(left, right)| {
        function.on_series(vec![left, right])
    })))
}

/// A function from a series to a series or a single value.
pub fn series_function(function: PyObjectRef) -> PlanCallback<Series, Series> {
    let function = Function(function);
    PlanCallback::Rust(SpecialEq::new(Arc::new(move |series: Series| {
        function.on_series(vec![series])
    })))
}

/// A function from a name to a name.
pub fn name_function(function: PyObjectRef) -> PlanCallback<PlSmallStr, PlSmallStr> {
    let function = Function(function);
    PlanCallback::Rust(SpecialEq::new(Arc::new(move |name: PlSmallStr| {
        function.on_name(&name)
    })))
}

/// Calls `function` on each row, given as a tuple.
pub fn each_row(function: &PyObject, rows: Vec<PyObjectRef>, vm: &VirtualMachine) -> Outcome<Vec<PyObjectRef>> {
    rows.into_iter().map(|row| Ok(function.call((row,), vm)?)).collect()
}
