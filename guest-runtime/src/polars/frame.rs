//! Data frames: what needs the rows, and what looks at the frame itself.

use polars::prelude::{
    self as pl, Column, DataFrame, DataType, Expr, IdxSize, IntoColumn, IntoLazy, LazyFrame, PlSmallStr, Series,
};
use rustpython_vm::{AsObject, PyObjectRef, VirtualMachine};

use super::{
    args::{Args, Argument},
    csv,
    datatypes::{self, plain_schema},
    errors::Outcome,
    objects::IntoObject,
    table, values,
};

/// Runs the operation that `args` names.
pub fn call(a: &mut Args) -> Outcome<PyObjectRef> {
    let vm = a.vm;
    let answer = match a.name {
        "new" => {
            let columns: Vec<Series> = a.take()?;
            DataFrame::new(columns.into_iter().map(IntoColumn::into_column).collect())?.into_object(vm)
        }
        "from_rows" => from_rows(a)?.into_object(vm),
        "from_dicts" => from_dicts(a)?.into_object(vm),
        "concat" => {
            let mut frames = a.take::<Vec<DataFrame>>()?.into_iter();
            let mut all = frames.next().unwrap_or_default();
            for frame in frames {
                all.vstack_mut(&frame)?;
            }
            all.into_object(vm)
        }
        "collect" => a.take::<LazyFrame>()?.collect()?.into_object(vm),
        "collect_schema" => plain_schema(&*a.take::<LazyFrame>()?.collect_schema()?, vm),
        "explain" => {
            let frame: LazyFrame = a.take()?;
            frame.explain(a.take()?)?.into_object(vm)
        }
        _ => {
            let frame: DataFrame = a.take()?;
            return about(frame, a);
        }
    };
    Ok(answer)
}

fn about(frame: DataFrame, a: &mut Args) -> Outcome<PyObjectRef> {
    let vm = a.vm;
    Ok(match a.name {
        "lazy" => frame.lazy().into_object(vm),
        "height" => frame.height().into_object(vm),
        "width" => frame.width().into_object(vm),
        "text" => frame.to_string().into_object(vm),
        "schema" => plain_schema(frame.schema(), vm),
        "columns" => frame
            .get_column_names()
            .iter()
            .map(ToString::to_string)
            .collect::<Vec<_>>()
            .into_object(vm),
        "set_columns" => {
            let mut frame = frame;
            frame.set_column_names(a.take::<Vec<String>>()?)?;
            frame.into_object(vm)
        }
        "column" => frame
            .column(&a.take::<String>()?)?
            .as_materialized_series()
            .clone()
            .into_object(vm),
        "column_at" => {
            let index: usize = a.take()?;
            match frame.get_columns().get(index) {
                Some(column) => column.as_materialized_series().clone().into_object(vm),
                None => return Err(vm.new_index_error(format!("index {index} is out of bounds")).into()),
            }
        }
        "series" => series(&frame).into_object(vm),
        "slice" => frame.slice(a.take()?, a.take()?).into_object(vm),
        "take" => take(&frame, &a.take::<Vec<i64>>()?, vm)?.into_object(vm),
        "rows" => rows(&frame, vm)?.into_object(vm),
        "dicts" => dicts(&frame, vm)?.into_object(vm),
        "row" => row(&frame, a.take()?, vm)?,
        "equals" => {
            let other: DataFrame = a.take()?;
            let nulls_equal = a.take()?;
            (if nulls_equal {
                frame.equals_missing(&other)
            } else {
                frame.equals(&other)
            })
            .into_object(vm)
        }
        "size" => frame.estimated_size().into_object(vm),
        "hstack" => {
            let more: Vec<Series> = a.take()?;
            let more: Vec<Column> = more.into_iter().map(IntoColumn::into_column).collect();
            frame.hstack(&more)?.into_object(vm)
        }
        "vstack" => frame.vstack(&a.take()?)?.into_object(vm),
        "insert" => {
            let mut frame = frame;
            let index = a.take()?;
            frame.insert_column(index, a.take::<Series>()?)?;
            frame.into_object(vm)
        }
        "replace_at" => {
            let mut frame = frame;
            let index = a.take()?;
            frame.replace_column(index, a.take::<Series>()?)?;
            frame.into_object(vm)
        }
        "pivot" => pivot(&frame, a)?.into_object(vm),
        "transpose" => {
            let mut frame = frame;
            let header: Option<String> = a.take()?;
            let names: Option<Vec<String>> = a.take()?;
            let names = names.map(polars::polars_utils::either::Either::Right);
            frame.transpose(header.as_deref(), names)?.into_object(vm)
        }
        "to_dummies" => {
            let columns: Option<Vec<String>> = a.take()?;
            let (separator, drop_first, drop_nulls): (Option<String>, _, _) = (a.take()?, a.take()?, a.take()?);
            use pl::DataFrameOps;
            match columns {
                Some(columns) => {
                    let columns = columns.iter().map(String::as_str).collect();
                    frame.columns_to_dummies(columns, separator.as_deref(), drop_first, drop_nulls)?
                }
                None => frame.to_dummies(separator.as_deref(), drop_first, drop_nulls)?,
            }
            .into_object(vm)
        }
        "partition_by" => {
            let (by, stable, keep): (Vec<String>, bool, bool) = (a.take()?, a.take()?, a.take()?);
            let parts = if stable {
                frame.partition_by_stable(by, keep)?
            } else {
                frame.partition_by(by, keep)?
            };
            parts.into_object(vm)
        }
        "sample_n" => {
            let n: usize = a.take()?;
            frame.take(&a.draw()?.rows(n, frame.height())?)?.into_object(vm)
        }
        "sample_fraction" => {
            let n = (frame.height() as f64 * a.take::<f64>()?) as usize;
            frame.take(&a.draw()?.rows(n, frame.height())?)?.into_object(vm)
        }
        "is_unique" => frame.is_unique()?.into_series_object(vm),
        "is_duplicated" => frame.is_duplicated()?.into_series_object(vm),
        "to_struct" => {
            use pl::IntoSeries;
            frame.into_struct(a.take()?).into_series().into_object(vm)
        }
        "upsample" => {
            let (by, column): (_, String) = (a.take()?, a.take()?);
            super::upsample::upsample(&frame, by, &column, a.take()?, a.take()?)?.into_object(vm)
        }
        "rechunk" => {
            let mut frame = frame;
            frame.as_single_chunk_par();
            frame.into_object(vm)
        }
        "write_csv" => csv::write(frame, a)?.into_object(vm),
        "json" => table::objects(&frame, a.take()?).into_object(vm),
        "table" => table::rows(&frame.head(Some(a.take()?))).into_object(vm),
        "map_rows" => {
            let function = a.object()?;
            let answers = super::callbacks::each_row(&function, rows(&frame, vm)?, vm)?;
            answers.into_object(vm)
        }
        _ => return Err(a.unknown()),
    })
}

/// The columns of a frame as series.
pub fn series(frame: &DataFrame) -> Vec<Series> {
    frame
        .get_columns()
        .iter()
        .map(|column| column.as_materialized_series().clone())
        .collect()
}

/// Rows that are sequences, a schema of names and types (or nothing), the names, and whether types are strict.
fn from_rows(a: &mut Args) -> Outcome<DataFrame> {
    let rows = super::args::sequence(&*a.object()?, a.vm)?;
    let names: Vec<PlSmallStr> = a.take()?;
    let dtypes: Vec<Option<DataType>> = a.take()?;
    let strict: bool = a.take()?;
    let rows = rows
        .iter()
        .map(|row| super::args::sequence(row, a.vm))
        .collect::<Outcome<Vec<_>>>()?;
    let mut columns = Vec::new();
    for (index, name) in names.into_iter().enumerate() {
        let items: Vec<PyObjectRef> = rows
            .iter()
            .map(|row| row.get(index).cloned().unwrap_or_else(|| a.vm.ctx.none()))
            .collect();
        let dtype = dtypes.get(index).cloned().flatten();
        // Rows may mix types; the widest of a column's types holds them all.
        let strict = strict && dtype.is_some();
        columns.push(values::series(name, &items, dtype.as_ref(), strict, a.vm)?.into_column());
    }
    Ok(DataFrame::new(columns)?)
}

/// Dicts, the names to take from each (empty for all found), the types by name, and whether they are strict.
fn from_dicts(a: &mut Args) -> Outcome<DataFrame> {
    let rows = super::args::sequence(&*a.object()?, a.vm)?;
    let mut names: Vec<String> = a.take()?;
    let dtypes = datatypes::schema(a)?;
    let strict: bool = a.take()?;
    if names.is_empty() {
        let mut seen = std::collections::HashSet::new();
        for row in &rows {
            for key in super::args::sequence(row, a.vm)? {
                let key = String::read(&key, a.vm)?;
                if seen.insert(key.clone()) {
                    names.push(key);
                }
            }
        }
    }
    let mut columns = Vec::new();
    for name in names {
        let key = a.vm.ctx.new_str(name.as_str());
        let items: Vec<PyObjectRef> = rows
            .iter()
            .map(|row| match row.downcast_ref::<rustpython_vm::builtins::PyDict>() {
                Some(dict) => Ok(dict
                    .get_item_opt(key.as_object(), a.vm)?
                    .unwrap_or_else(|| a.vm.ctx.none())),
                None if a.vm.is_none(row) => Ok(a.vm.ctx.none()),
                None => Ok(a.vm.call_method(row, "get", (key.clone(),))?),
            })
            .collect::<Outcome<_>>()?;
        let dtype = dtypes
            .get(&name)
            .filter(|dtype| !matches!(dtype, DataType::Unknown(_)))
            .cloned();
        let strict = strict && dtype.is_some();
        columns.push(values::series(name.into(), &items, dtype.as_ref(), strict, a.vm)?.into_column());
    }
    Ok(DataFrame::new(columns)?)
}

/// The rows at `indices`; a negative one counts from the end.
fn take(frame: &DataFrame, indices: &[i64], vm: &VirtualMachine) -> Outcome<DataFrame> {
    let height = frame.height() as i64;
    let mut positions: Vec<IdxSize> = Vec::with_capacity(indices.len());
    for &index in indices {
        let position = if index < 0 { index + height } else { index };
        if !(0..height).contains(&position) {
            return Err(vm
                .new_index_error(format!("index {index} is out of bounds for {height} rows"))
                .into());
        }
        positions.push(position as IdxSize);
    }
    Ok(frame.take(&pl::IdxCa::from_vec(PlSmallStr::EMPTY, positions))?)
}

fn python_columns(frame: &DataFrame, vm: &VirtualMachine) -> Outcome<Vec<std::vec::IntoIter<PyObjectRef>>> {
    let make = values::ToPython::new(vm);
    series(frame)
        .iter()
        .map(|column| Ok(make.column(column)?.into_iter()))
        .collect()
}

fn rows(frame: &DataFrame, vm: &VirtualMachine) -> Outcome<Vec<PyObjectRef>> {
    let mut columns = python_columns(frame, vm)?;
    let row = |_| {
        vm.ctx
            .new_tuple(columns.iter_mut().filter_map(Iterator::next).collect())
            .into()
    };
    Ok((0..frame.height()).map(row).collect())
}

fn dicts(frame: &DataFrame, vm: &VirtualMachine) -> Outcome<Vec<PyObjectRef>> {
    let mut columns = python_columns(frame, vm)?;
    let names: Vec<_> = frame
        .get_column_names()
        .iter()
        .map(|name| vm.ctx.intern_str(name.as_str()))
        .collect();
    let mut rows = Vec::with_capacity(frame.height());
    for _ in 0..frame.height() {
        let dict = vm.ctx.new_dict();
        for (name, column) in names.iter().zip(&mut columns) {
            if let Some(value) = column.next() {
                dict.set_item(*name, value, vm)?;
            }
        }
        rows.push(dict.as_object().to_owned());
    }
    Ok(rows)
}

fn row(frame: &DataFrame, index: i64, vm: &VirtualMachine) -> Outcome<PyObjectRef> {
    let height = frame.height() as i64;
    if !(-height..height).contains(&index) {
        return Err(
            pl::polars_err!(OutOfBounds: "index {index} is out of bounds for sequence of length {height}").into(),
        );
    }
    let one = take(frame, &[index], vm)?;
    Ok(rows(&one, vm)?.pop().unwrap_or_else(|| vm.ctx.none()))
}

fn pivot(frame: &DataFrame, a: &mut Args) -> Outcome<DataFrame> {
    let (on, index, values): (Vec<String>, Option<Vec<String>>, Option<Vec<String>>) =
        (a.take()?, a.take()?, a.take()?);
    let aggregate: Option<Expr> = a.take()?;
    let (stable, sort, separator): (bool, bool, String) = (a.take()?, a.take()?, a.take()?);
    let run = if stable {
        pl::pivot::pivot_stable
    } else {
        pl::pivot::pivot
    };
    Ok(run(frame, on, index, values, sort, aggregate, Some(&separator))?)
}

trait IntoSeriesObject {
    fn into_series_object(self, vm: &VirtualMachine) -> PyObjectRef;
}

impl IntoSeriesObject for pl::BooleanChunked {
    fn into_series_object(self, vm: &VirtualMachine) -> PyObjectRef {
        use pl::IntoSeries;
        self.into_series().into_object(vm)
    }
}
