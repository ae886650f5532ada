//! Reads a figure out of Python: dicts, lists, numbers and texts, with the columns set aside.

use std::rc::Rc;

use rustpython_vm::{
    AsObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyDict, PyFloat, PyInt, PyList, PyStr, PyTuple},
};
use serde_json::{Map, Value};

use super::{_chart::Column, columns::Columns};

/// The value as JSON; a column becomes its index in `columns`. NaN and the infinities become numbers that the limits
/// leave out, since JSON has none.
pub fn read(object: &PyObjectRef, columns: &mut Columns, vm: &VirtualMachine) -> PyResult<Value> {
    if let Some(text) = object.downcast_ref::<PyStr>() {
        return Ok(Value::String(text.to_string_lossy().into_owned()));
    }
    if let Some(float) = object.downcast_ref::<PyFloat>() {
        return Ok(number(float.to_f64()));
    }
    if object.is(&vm.ctx.true_value) {
        return Ok(Value::Bool(true));
    }
    if object.is(&vm.ctx.false_value) {
        return Ok(Value::Bool(false));
    }
    if let Some(int) = object.downcast_ref::<PyInt>() {
        return Ok(int.try_to_primitive::<i64>(vm).map_or_else(
            |_| number(int.as_bigint().to_string().parse().unwrap_or(f64::MAX)),
            Value::from,
        ));
    }
    if vm.is_none(object) {
        return Ok(Value::Null);
    }
    if let Some(column) = object.downcast_ref::<Column>() {
        return Ok(Value::from(columns.push(Rc::clone(&column.values))));
    }
    if let Some(list) = object.downcast_ref::<PyList>() {
        return list
            .borrow_vec()
            .iter()
            .map(|item| read(item, columns, vm))
            .collect::<PyResult<Vec<_>>>()
            .map(Value::Array);
    }
    if let Some(tuple) = object.downcast_ref::<PyTuple>() {
        return tuple
            .as_slice()
            .iter()
            .map(|item| read(item, columns, vm))
            .collect::<PyResult<Vec<_>>>()
            .map(Value::Array);
    }
    if let Some(dict) = object.downcast_ref::<PyDict>() {
        let mut map = Map::new();
        for (key, value) in dict {
            map.insert(key.str(vm)?.to_string_lossy().into_owned(), read(&value, columns, vm)?);
        }
        return Ok(Value::Object(map));
    }
    Err(vm.new_type_error(format!("a chart cannot show a value of type {}", object.class().name())))
}

fn number(value: f64) -> Value {
    serde_json::Number::from_f64(value).map_or_else(
        || {
            Value::from(if value == f64::NEG_INFINITY {
                -f64::MAX
            } else {
                f64::MAX
            })
        },
        Value::Number,
    )
}
