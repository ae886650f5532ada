//! Series: making them from Python values, and what looks at one series itself. Everything that an expression can do
//! runs as an expression over a frame of one column.

use polars::prelude::{self as pl, AnyValue, DataType, PlSmallStr, Series};
use rustpython_vm::PyObjectRef;

use super::{args::Args, errors::Outcome, objects::IntoObject, values};

/// Runs the operation that `args` names.
pub fn call(a: &mut Args) -> Outcome<PyObjectRef> {
    let vm = a.vm;
    if a.name == "new" {
        let name: PlSmallStr = a.take()?;
        let items = super::args::sequence(&*a.object()?, vm)?;
        let dtype: Option<DataType> = a.take()?;
        return Ok(values::series(name, &items, dtype.as_ref(), a.take()?, vm)?.into_object(vm));
    }
    let series: Series = a.take()?;
    Ok(match a.name {
        "name" => series.name().to_string().into_object(vm),
        "rename" => {
            let mut series = series;
            series.rename(a.take()?);
            series.into_object(vm)
        }
        "len" => series.len().into_object(vm),
        "dtype" => series.dtype().into_object(vm),
        "text" => series.to_string().into_object(vm),
        "values" => values::ToPython::new(vm).column(&series)?.into_object(vm),
        "value" => {
            let index: i64 = a.take()?;
            let length = series.len() as i64;
            let position = if index < 0 { index + length } else { index };
            if !(0..length).contains(&position) {
                let message = format!("index {index} is out of bounds for sequence of length {length}");
                return Err(vm.new_index_error(message).into());
            }
            match series.get(position as usize)? {
                AnyValue::List(cell) | AnyValue::Array(cell, _) => cell.into_object(vm),
                value => values::ToPython::new(vm).value(&value)?,
            }
        }
        "frame" => series.into_frame().into_object(vm),
        "slice" => series.slice(a.take()?, a.take()?).into_object(vm),
        "null_count" => series.null_count().into_object(vm),
        "size" => series.estimated_size().into_object(vm),
        "n_chunks" => series.n_chunks().into_object(vm),
        "is_sorted" => {
            use pl::SeriesMethods;
            series.is_sorted(a.sort()?)?.into_object(vm)
        }
        "equals" => {
            let other: Series = a.take()?;
            let nulls_equal = a.take()?;
            (if nulls_equal {
                series.equals_missing(&other)
            } else {
                series.equals(&other)
            })
            .into_object(vm)
        }
        "extend" => {
            let mut series = series;
            series.append(&a.take()?)?;
            series.into_object(vm)
        }
        "zip_with" => {
            let (mask, other): (Series, Series) = (a.take()?, a.take()?);
            series.zip_with(mask.bool()?, &other)?.into_object(vm)
        }
        "scatter" => {
            let mut items = values::ToPython::new(vm).column(&series)?;
            let (indices, values): (Vec<i64>, Vec<PyObjectRef>) = (a.take()?, a.take()?);
            for (order, index) in indices.into_iter().enumerate() {
                let position = if index < 0 { index + items.len() as i64 } else { index };
                let value = if values.len() == 1 {
                    values.first()
                } else {
                    values.get(order)
                };
                match (items.get_mut(position as usize), value) {
                    (Some(item), Some(value)) => *item = value.clone(),
                    _ => return Err(pl::polars_err!(OutOfBounds: "index {index} is out of bounds").into()),
                }
            }
            values::series(series.name().clone(), &items, Some(series.dtype()), true, vm)?.into_object(vm)
        }
        "full" => {
            let length: usize = a.take()?;
            let value = series.get(0).unwrap_or(AnyValue::Null).into_static();
            let scalar = pl::Scalar::new(series.dtype().clone(), value);
            scalar
                .into_series(series.name().clone())
                .new_from_index(0, length)
                .into_object(vm)
        }
        "struct_fields" => series.struct_()?.fields_as_series().into_object(vm),
        _ => return Err(a.unknown()),
    })
}
