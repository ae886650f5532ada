//! Reads a figure out of Python: dicts, lists, numbers and texts, with the columns set aside.

use pyo3::{
    exceptions::PyTypeError,
    prelude::*,
    types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple},
};
use serde_json::{Map, Value};

use super::columns::Columns;

/// The value as JSON; a numpy array becomes its index in `columns`. NaN and the infinities become numbers that the
/// limits leave out, since JSON has none.
pub fn read(object: &Bound<'_, PyAny>, columns: &mut Columns) -> PyResult<Value> {
    if let Ok(text) = object.downcast::<PyString>() {
        return Ok(Value::String(text.to_string_lossy().into_owned()));
    }
    if let Ok(float) = object.downcast::<PyFloat>() {
        return Ok(number(float.value()));
    }
    if let Ok(truth) = object.downcast::<PyBool>() {
        return Ok(Value::Bool(truth.is_true()));
    }
    if let Ok(int) = object.downcast::<PyInt>() {
        return Ok(int
            .extract::<i64>()
            .map_or_else(|_| number(int.extract().unwrap_or(f64::MAX)), Value::from));
    }
    if object.is_none() {
        return Ok(Value::Null);
    }
    if let Ok(list) = object.downcast::<PyList>() {
        return list
            .iter()
            .map(|item| read(&item, columns))
            .collect::<PyResult<_>>()
            .map(Value::Array);
    }
    if let Ok(tuple) = object.downcast::<PyTuple>() {
        return tuple
            .iter()
            .map(|item| read(&item, columns))
            .collect::<PyResult<_>>()
            .map(Value::Array);
    }
    if let Ok(dict) = object.downcast::<PyDict>() {
        let mut map = Map::new();
        for (key, value) in dict.iter() {
            map.insert(key.str()?.to_string_lossy().into_owned(), read(&value, columns)?);
        }
        return Ok(Value::Object(map));
    }
    if let Some(found) = of_numpy(object, columns)? {
        return Ok(found);
    }
    Err(PyTypeError::new_err(format!(
        "a chart cannot show a value of type {}",
        object.get_type().name()?
    )))
}

/// A numpy array as a column, one of its scalars as the number that it is.
fn of_numpy(object: &Bound<'_, PyAny>, columns: &mut Columns) -> PyResult<Option<Value>> {
    let Ok(dimensions) = object.getattr("ndim") else {
        return Ok(None);
    };
    if dimensions.extract::<usize>()? == 0 {
        return read(&object.call_method0("item")?, columns).map(Some);
    }
    // Little-endian 64-bit floats, whatever the array holds.
    let floats = object.call_method1("astype", ("<f8",))?.call_method0("tobytes")?;
    let column = floats
        .downcast::<PyBytes>()?
        .as_bytes()
        .chunks_exact(8)
        .map(|bytes| f64::from_le_bytes(bytes.try_into().expect("eight bytes")))
        .collect();
    Ok(Some(Value::from(columns.push(column))))
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
