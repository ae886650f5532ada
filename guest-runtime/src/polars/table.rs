//! Rows as JSON: for the table that a reader is shown, and for `write_json`.
//!
//! Dates and times are ISO 8601 text, integers beyond 2^53 are text in a shown table, and NaN and the infinities are
//! the texts `NaN`, `inf` and `-inf` there; a written file keeps all integers and has null for what JSON cannot say.

use polars::prelude::{AnyValue, DataFrame, DataType, Series, TemporalMethods, TimeUnit};
use serde_json::{Map, Value};

use super::frame::series;

/// The greatest integer that every reader of JSON takes exactly.
const EXACT: i128 = 1 << 53;

/// The rows as a JSON array of arrays, for a shown table.
pub fn rows(frame: &DataFrame) -> String {
    let columns: Vec<Vec<Value>> = series(frame).iter().map(|column| values(column, true)).collect();
    let row = |index: usize| Value::Array(columns.iter().map(|column| column[index].clone()).collect());
    Value::Array((0..frame.height()).map(row).collect()).to_string()
}

/// The rows as JSON objects: one array, or a line each.
pub fn objects(frame: &DataFrame, by_line: bool) -> String {
    let columns = series(frame);
    let values: Vec<Vec<Value>> = columns.iter().map(|column| values(column, false)).collect();
    let row = |index: usize| {
        let pairs = columns
            .iter()
            .zip(&values)
            .map(|(column, values)| format!("{}:{}", Value::from(column.name().as_str()), values[index]));
        format!("{{{}}}", pairs.collect::<Vec<_>>().join(","))
    };
    let rows = (0..frame.height()).map(row);
    if by_line {
        rows.map(|row| row + "\n").collect()
    } else {
        format!("[{}]", rows.collect::<Vec<_>>().join(","))
    }
}

fn values(column: &Series, shown: bool) -> Vec<Value> {
    let column = match column.dtype() {
        // The text of these is what polars itself casts them to.
        DataType::Datetime(_, zone) if shown => {
            let format = if zone.is_some() {
                "%Y-%m-%dT%H:%M:%S%.f%:z"
            } else {
                "%Y-%m-%dT%H:%M:%S%.f"
            };
            column.strftime(format).unwrap_or_else(|_| column.clone())
        }
        DataType::Date | DataType::Time => column.cast(&DataType::String).unwrap_or_else(|_| column.clone()),
        _ => column.clone(),
    };
    column.rechunk().iter().map(|value| json(&value, shown)).collect()
}

fn json(value: &AnyValue, shown: bool) -> Value {
    match value {
        AnyValue::Null => Value::Null,
        AnyValue::Boolean(value) => Value::Bool(*value),
        AnyValue::Float32(value) => float(f64::from(*value), shown),
        AnyValue::Float64(value) => float(*value, shown),
        AnyValue::List(items) | AnyValue::Array(items, _) => Value::Array(values(items, shown)),
        AnyValue::Struct(..) | AnyValue::StructOwned(_) => structure(value, shown),
        AnyValue::Duration(length, unit) => Value::from(duration(*length, *unit, shown)),
        AnyValue::Binary(bytes) => Value::from(String::from_utf8_lossy(bytes).into_owned()),
        AnyValue::Int128(_) | AnyValue::Int64(_) | AnyValue::UInt64(_) => integer(value, shown),
        AnyValue::Date(_) | AnyValue::Datetime(..) | AnyValue::DatetimeOwned(..) | AnyValue::Time(_) => {
            Value::from(value.to_string().replacen(' ', "T", 1))
        }
        other => match (other.get_str(), other.extract::<i64>()) {
            (Some(text), _) => Value::from(text),
            (None, Some(number)) if other.dtype().is_integer() => Value::from(number),
            _ => Value::from(other.to_string()),
        },
    }
}

fn integer(value: &AnyValue, shown: bool) -> Value {
    let number = value.extract::<i128>().unwrap_or_default();
    match i64::try_from(number) {
        Ok(small) if !shown || number.abs() <= EXACT => Value::from(small),
        _ => match u64::try_from(number) {
            Ok(small) if !shown => Value::from(small),
            _ => Value::from(number.to_string()),
        },
    }
}

fn float(value: f64, shown: bool) -> Value {
    match serde_json::Number::from_f64(value) {
        Some(number) => Value::Number(number),
        None if shown => Value::from(value.to_string()),
        None => Value::Null,
    }
}

fn structure(value: &AnyValue, shown: bool) -> Value {
    let AnyValue::StructOwned(owned) = value.clone().into_static() else {
        return Value::Null;
    };
    let (values, fields) = *owned;
    let pairs = fields
        .iter()
        .zip(&values)
        .map(|(field, value)| (field.name().to_string(), json(value, shown)));
    Value::Object(pairs.collect::<Map<_, _>>())
}

/// A duration as ISO 8601 writes it: `P1DT2H3M4.5S` where it is shown, all in seconds in a file.
fn duration(length: i64, unit: TimeUnit, shown: bool) -> String {
    let per_second: i64 = match unit {
        TimeUnit::Nanoseconds => 1_000_000_000,
        TimeUnit::Microseconds => 1_000_000,
        TimeUnit::Milliseconds => 1000,
    };
    let sign = if length < 0 { "-" } else { "" };
    let (seconds, fraction) = (length.abs() / per_second, length.abs() % per_second);
    if !shown {
        return format!("{sign}PT{}S", seconds as f64 + fraction as f64 / per_second as f64);
    }
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let seconds = (seconds % 60) as f64 + fraction as f64 / per_second as f64;
    let mut text = format!("{sign}P");
    if days > 0 {
        text += &format!("{days}D");
    }
    text += "T";
    for (count, letter) in [(hours, 'H'), (minutes, 'M')] {
        if count > 0 {
            text += &format!("{count}{letter}");
        }
    }
    format!("{text}{seconds}S")
}
