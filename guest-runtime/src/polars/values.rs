//! Values on their way between the two languages: Python objects into series and literals, series into Python objects.
//!
//! Columns of integers, floats, texts and booleans go straight; everything else goes by way of `AnyValue`.

use std::cell::OnceCell;

use polars::prelude::{
    self as pl, AnyValue, DataType, Expr, Field, IntoSeries, LiteralValue, NamedFrom, PlSmallStr, Scalar, Series,
    TimeUnit, TimeZone,
};
use polars_plan::plans::DynLiteralValue;
use rustpython_vm::{
    AsObject, Py, PyObject, PyObjectRef, PyResult, VirtualMachine,
    builtins::{PyBytes, PyDict, PyFloat, PyInt, PyList, PyStr, PyTuple},
};

use super::{
    args::{Argument, handle, sequence},
    errors::{Failure, Outcome},
    objects::PySeries,
};

const DAY_US: i64 = 86_400_000_000;

/// The expression that stands for a Python value.
pub fn literal(object: &PyObject, vm: &VirtualMachine) -> Outcome<Expr> {
    Ok(match any_value(object, vm)? {
        AnyValue::Int64(value) => Expr::Literal(LiteralValue::Dyn(DynLiteralValue::Int(value.into()))),
        AnyValue::UInt64(value) => Expr::Literal(LiteralValue::Dyn(DynLiteralValue::Int(value.into()))),
        AnyValue::Float64(value) => pl::lit(value),
        AnyValue::Null => pl::lit(pl::NULL),
        value => {
            let dtype = value.dtype();
            Expr::Literal(LiteralValue::Scalar(Scalar::new(dtype, value.into_static())))
        }
    })
}

/// One Python value.
pub fn any_value(object: &PyObject, vm: &VirtualMachine) -> Outcome<AnyValue<'static>> {
    if vm.is_none(object) {
        return Ok(AnyValue::Null);
    }
    let class = object.class();
    if class.is(vm.ctx.types.bool_type) {
        return Ok(AnyValue::Boolean(object.to_owned().try_to_bool(vm)?));
    }
    if let Some(int) = object.downcast_ref::<PyInt>() {
        return integer(int, vm);
    }
    if let Some(float) = object.downcast_ref::<PyFloat>() {
        return Ok(AnyValue::Float64(float.to_f64()));
    }
    if let Some(text) = object.downcast_ref::<PyStr>() {
        return Ok(AnyValue::StringOwned(text.to_string_lossy().as_ref().into()));
    }
    if let Some(bytes) = object.downcast_ref::<PyBytes>() {
        return Ok(AnyValue::BinaryOwned(bytes.as_bytes().to_vec()));
    }
    if object.downcast_ref::<PyList>().is_some() || object.downcast_ref::<PyTuple>().is_some() {
        return Ok(AnyValue::List(series(
            PlSmallStr::EMPTY,
            &sequence(object, vm)?,
            None,
            true,
            vm,
        )?));
    }
    if let Some(dict) = object.downcast_ref::<PyDict>() {
        return structure(dict, vm);
    }
    if let Some(series) = handle::<PySeries>(object, vm) {
        return Ok(AnyValue::List(series.0.clone()));
    }
    if class.fast_issubclass(vm.ctx.types.set_type) || class.fast_issubclass(vm.ctx.types.frozenset_type) {
        return Ok(AnyValue::List(series(
            PlSmallStr::EMPTY,
            &sequence(object, vm)?,
            None,
            true,
            vm,
        )?));
    }
    other_value(object, vm)
}

fn integer(int: &Py<PyInt>, vm: &VirtualMachine) -> Outcome<AnyValue<'static>> {
    if let Ok(value) = int.try_to_primitive::<i64>(vm) {
        return Ok(AnyValue::Int64(value));
    }
    if let Ok(value) = int.try_to_primitive::<u64>(vm) {
        return Ok(AnyValue::UInt64(value));
    }
    Ok(AnyValue::Int128(int.try_to_primitive::<i128>(vm)?))
}

fn structure(dict: &PyDict, vm: &VirtualMachine) -> Outcome<AnyValue<'static>> {
    let mut values = Vec::new();
    let mut fields = Vec::new();
    for (name, value) in dict.items_vec() {
        let value = any_value(&value, vm)?;
        fields.push(Field::new(PlSmallStr::read(&name, vm)?, value.dtype()));
        values.push(value);
    }
    Ok(AnyValue::StructOwned(Box::new((values, fields))))
}

/// Dates, times, decimals, enumerations, ranges.
fn other_value(object: &PyObject, vm: &VirtualMachine) -> Outcome<AnyValue<'static>> {
    let class = object.class();
    let names: Vec<String> = std::iter::once(class.name().to_string())
        .chain(class.iter_base_chain().map(|base| base.name().to_string()))
        .collect();
    let number = |name: &'static str| -> Outcome<i64> {
        let value = object.get_attr(name, vm)?;
        i64::read(&value, vm)
    };
    let clock = || -> Outcome<i64> {
        let seconds = (number("hour")? * 60 + number("minute")?) * 60 + number("second")?;
        Ok(seconds * 1_000_000 + number("microsecond")?)
    };
    for name in &names {
        return Ok(match name.as_str() {
            "datetime" => {
                let us = days_from_civil(number("year")?, number("month")?, number("day")?) * DAY_US + clock()?;
                let zone = object.get_attr("tzinfo", vm)?;
                if vm.is_none(&zone) {
                    AnyValue::Datetime(us, TimeUnit::Microseconds, None)
                } else {
                    let offset = vm.call_method(object, "utcoffset", ())?;
                    let AnyValue::Duration(offset, _) = any_value(&offset, vm)? else {
                        return Err(vm.new_value_error("the datetime's tzinfo gives no offset").into());
                    };
                    let key = zone
                        .get_attr("key", vm)
                        .ok()
                        .and_then(|key| String::read(&key, vm).ok());
                    let zone = TimeZone::opt_try_new(Some(key.unwrap_or_else(|| "UTC".to_owned())))?;
                    AnyValue::DatetimeOwned(us - offset, TimeUnit::Microseconds, zone.map(Into::into))
                }
            }
            "date" => {
                let days = days_from_civil(number("year")?, number("month")?, number("day")?);
                AnyValue::Date(days as i32)
            }
            "time" => AnyValue::Time(clock()? * 1000),
            "timedelta" => {
                let us = number("days")? * DAY_US + number("seconds")? * 1_000_000 + number("microseconds")?;
                AnyValue::Duration(us, TimeUnit::Microseconds)
            }
            "Decimal" => decimal(object, vm)?,
            "Enum" => {
                let value = object.get_attr("value", vm)?;
                any_value(&value, vm)?
            }
            "range" | "dict_keys" | "dict_values" | "generator" | "map" | "zip" | "filter" | "deque" => {
                AnyValue::List(series(PlSmallStr::EMPTY, &sequence(object, vm)?, None, true, vm)?)
            }
            _ => continue,
        });
    }
    let message = format!(
        "cannot create expression literal for value of type {}.\n\nHint: Pass a number, a string, a boolean, a date, \
         a list of those, or an expression.",
        class.name()
    );
    Err(vm.new_type_error(message).into())
}

fn decimal(object: &PyObject, vm: &VirtualMachine) -> Outcome<AnyValue<'static>> {
    let text = vm
        .call_method(object, "__format__", ("f",))?
        .str(vm)?
        .to_string_lossy()
        .into_owned();
    let scale = text.split_once('.').map_or(0, |(_, fraction)| fraction.len());
    let digits = text.replace('.', "");
    match digits.parse::<i128>() {
        Ok(value) => Ok(AnyValue::Decimal(value, scale)),
        Err(_) => Err(vm
            .new_value_error(format!("the Decimal {text} has more than 38 digits or is not finite"))
            .into()),
    }
}

/// A series of `items`. Without a type, the first value that is not None decides it, as in py-polars.
pub fn series(
    name: PlSmallStr,
    items: &[PyObjectRef],
    dtype: Option<&DataType>,
    strict: bool,
    vm: &VirtualMachine,
) -> Outcome<Series> {
    if let Some(dtype) = dtype {
        return typed(name, items, dtype, strict, vm);
    }
    let Some(first) = items.iter().find(|item| !vm.is_none(item)) else {
        return Ok(Series::full_null(name, items.len(), &DataType::Null));
    };
    if first.downcast_ref::<PyStr>().is_some()
        && let Some(texts) = gather(items, vm, |item| {
            item.downcast_ref::<PyStr>().map(|text| text.to_string_lossy())
        })
    {
        return Ok(texts
            .into_iter()
            .collect::<pl::StringChunked>()
            .with_name(name)
            .into_series());
    }
    // A boolean counts as a number after a number, and a whole number as a float after a float; not the other way.
    if first.class().is(vm.ctx.types.int_type)
        && let Some(numbers) = gather(items, vm, |item| {
            item.downcast_ref::<PyInt>()?.try_to_primitive::<i64>(vm).ok()
        })
    {
        return Ok(Series::new(name, numbers));
    }
    if first.class().is(vm.ctx.types.float_type)
        && let Some(numbers) = gather(items, vm, |item| match item.downcast_ref::<PyFloat>() {
            Some(float) => Some(float.to_f64()),
            None => item
                .downcast_ref::<PyInt>()?
                .try_to_primitive::<i64>(vm)
                .ok()
                .map(|int| int as f64),
        })
    {
        return Ok(Series::new(name, numbers));
    }
    let values = items
        .iter()
        .map(|item| any_value(item, vm))
        .collect::<Outcome<Vec<_>>>()?;
    mixed(name, &values, strict, vm)
}

/// The items as `T`, None kept; nothing when one of them is something else.
fn gather<'a, T>(
    items: &'a [PyObjectRef],
    vm: &VirtualMachine,
    read: impl Fn(&'a PyObjectRef) -> Option<T>,
) -> Option<Vec<Option<T>>> {
    items
        .iter()
        .map(|item| {
            if vm.is_none(item) {
                Some(None)
            } else {
                read(item).map(Some)
            }
        })
        .collect()
}

fn mixed(name: PlSmallStr, values: &[AnyValue], strict: bool, vm: &VirtualMachine) -> Outcome<Series> {
    Series::from_any_values(name, values, strict).map_err(|error| unfit(error, strict, vm))
}

/// What is raised for a value that does not fit into a series.
fn unfit(error: pl::PolarsError, strict: bool, vm: &VirtualMachine) -> Failure {
    match error {
        pl::PolarsError::SchemaMismatch(message) if strict => {
            let message =
                format!("{message}\n\nHint: Try setting `strict=False` to allow passing data with mixed types.");
            vm.new_type_error(message).into()
        }
        other => other.into(),
    }
}

fn typed(
    name: PlSmallStr,
    items: &[PyObjectRef],
    dtype: &DataType,
    strict: bool,
    vm: &VirtualMachine,
) -> Outcome<Series> {
    let value = |item: &PyObjectRef| match dtype {
        DataType::List(inner) if is_sequence(item) => Ok(AnyValue::List(typed(
            PlSmallStr::EMPTY,
            &sequence(item, vm)?,
            inner,
            strict,
            vm,
        )?)),
        _ => any_value(item, vm),
    };
    let mut values = items.iter().map(value).collect::<Outcome<Vec<_>>>()?;
    match dtype {
        // A whole number is a float as well.
        DataType::Float32 | DataType::Float64 => {
            for value in &mut values {
                if value.dtype().is_integer() {
                    *value = AnyValue::Float64(value.extract::<f64>().unwrap_or(f64::NAN));
                }
            }
            let floats = strictly(name, &values, &DataType::Float64, strict, vm)?;
            Ok(floats.cast(dtype)?)
        }
        // Their physical numbers, texts and other times are accepted too.
        DataType::Date | DataType::Time | DataType::Datetime(..) | DataType::Duration(_) => {
            let found = Series::from_any_values(name, &values, false)?;
            if found.dtype() == dtype {
                return Ok(found);
            }
            if let (DataType::Datetime(..), DataType::Datetime(unit, Some(zone))) = (found.dtype(), dtype) {
                let found = found.cast(&DataType::Datetime(*unit, None))?;
                return Ok(found.cast(&DataType::Datetime(*unit, Some(zone.clone())))?);
            }
            let cast = if strict {
                found.strict_cast(dtype)
            } else {
                found.cast(dtype)
            };
            Ok(cast?)
        }
        DataType::Categorical(..) | DataType::Enum(..) => {
            let texts = Series::from_any_values_and_dtype(name, &values, &DataType::String, strict)?;
            let cast = if strict {
                texts.strict_cast(dtype)
            } else {
                texts.cast(dtype)
            };
            Ok(cast?)
        }
        _ => strictly(name, &values, dtype, strict, vm),
    }
}

/// A series of exactly this type; a value of another kind is a `TypeError`.
fn strictly(
    name: PlSmallStr,
    values: &[AnyValue],
    dtype: &DataType,
    strict: bool,
    vm: &VirtualMachine,
) -> Outcome<Series> {
    Series::from_any_values_and_dtype(name, values, dtype, strict).map_err(|error| unfit(error, strict, vm))
}

fn is_sequence(item: &PyObjectRef) -> bool {
    item.downcast_ref::<PyList>().is_some() || item.downcast_ref::<PyTuple>().is_some()
}

/// Makes Python objects of values; keeps the classes it needs.
pub struct ToPython<'a> {
    vm: &'a VirtualMachine,
    classes: OnceCell<[PyObjectRef; 5]>,
}

impl<'a> ToPython<'a> {
    pub fn new(vm: &'a VirtualMachine) -> Self {
        Self {
            vm,
            classes: OnceCell::new(),
        }
    }

    /// All values of a series.
    pub fn column(&self, series: &Series) -> PyResult<Vec<PyObjectRef>> {
        let ctx = &self.vm.ctx;
        macro_rules! each {
            ($values:expr, $make:expr) => {{
                let none = ctx.none();
                Ok($values
                    .iter()
                    .map(|value| value.map_or_else(|| none.clone(), $make))
                    .collect())
            }};
        }
        match series.dtype() {
            DataType::Int64 => each!(series.i64().expect("checked"), |value| ctx.new_int(value).into()),
            DataType::Float64 => each!(series.f64().expect("checked"), |value| ctx.new_float(value).into()),
            DataType::String => each!(series.str().expect("checked"), |value| ctx.new_str(value).into()),
            DataType::Boolean => each!(series.bool().expect("checked"), |value| ctx.new_bool(value).into()),
            _ => series.rechunk().iter().map(|value| self.value(&value)).collect(),
        }
    }

    /// One value.
    pub fn value(&self, value: &AnyValue) -> PyResult {
        let (vm, ctx) = (self.vm, &self.vm.ctx);
        Ok(match value {
            AnyValue::Null => ctx.none(),
            AnyValue::Boolean(value) => ctx.new_bool(*value).into(),
            AnyValue::UInt8(value) => ctx.new_int(*value).into(),
            AnyValue::UInt16(value) => ctx.new_int(*value).into(),
            AnyValue::UInt32(value) => ctx.new_int(*value).into(),
            AnyValue::UInt64(value) => ctx.new_int(*value).into(),
            AnyValue::Int8(value) => ctx.new_int(*value).into(),
            AnyValue::Int16(value) => ctx.new_int(*value).into(),
            AnyValue::Int32(value) => ctx.new_int(*value).into(),
            AnyValue::Int64(value) => ctx.new_int(*value).into(),
            AnyValue::Int128(value) => ctx.new_int(*value).into(),
            AnyValue::Float32(value) => ctx.new_float(f64::from(*value)).into(),
            AnyValue::Float64(value) => ctx.new_float(*value).into(),
            AnyValue::String(text) => ctx.new_str(*text).into(),
            AnyValue::StringOwned(text) => ctx.new_str(text.as_str()).into(),
            AnyValue::Binary(bytes) => ctx.new_bytes(bytes.to_vec()).into(),
            AnyValue::BinaryOwned(bytes) => ctx.new_bytes(bytes.clone()).into(),
            AnyValue::Date(days) => {
                let (year, month, day) = civil_from_days(i64::from(*days));
                self.class(0)?.call((year, month, day), vm)?
            }
            AnyValue::Datetime(at, unit, zone) => self.datetime(*at, *unit, *zone)?,
            AnyValue::DatetimeOwned(at, unit, zone) => self.datetime(*at, *unit, zone.as_deref())?,
            AnyValue::Duration(length, unit) => self.class(3)?.call((0, 0, micros(*length, *unit)), vm)?,
            AnyValue::Time(ns) => {
                let us = ns / 1000;
                let seconds = us / 1_000_000;
                let parts = (seconds / 3600, seconds / 60 % 60, seconds % 60, us % 1_000_000);
                self.class(2)?.call(parts, vm)?
            }
            AnyValue::Decimal(..) => self.class(4)?.call((value.to_string(),), vm)?,
            AnyValue::List(series) | AnyValue::Array(series, _) => ctx.new_list(self.column(series)?).into(),
            AnyValue::Struct(..) => {
                let AnyValue::StructOwned(owned) = value.clone().into_static() else {
                    return Ok(ctx.none());
                };
                self.structure(&owned.0, &owned.1)?
            }
            AnyValue::StructOwned(owned) => self.structure(&owned.0, &owned.1)?,
            other => match other.get_str() {
                Some(text) => ctx.new_str(text).into(),
                None => ctx.none(),
            },
        })
    }

    fn structure(&self, values: &[AnyValue], fields: &[Field]) -> PyResult {
        let dict = self.vm.ctx.new_dict();
        for (value, field) in values.iter().zip(fields) {
            dict.set_item(field.name().as_str(), self.value(value)?, self.vm)?;
        }
        Ok(dict.into())
    }

    fn datetime(&self, at: i64, unit: TimeUnit, zone: Option<&TimeZone>) -> PyResult {
        let us = micros(at, unit);
        if let Some(zone) = zone {
            let module = self.vm.import("polars._zones", 0)?.get_attr("_zones", self.vm)?;
            let local = local_micros(us, zone);
            let make = module.get_attr("aware", self.vm)?;
            return make.call((self.naive(local)?, zone.as_str().to_owned(), local - us), self.vm);
        }
        self.naive(us)
    }

    fn naive(&self, us: i64) -> PyResult {
        let (year, month, day) = civil_from_days(us.div_euclid(DAY_US));
        let rest = us.rem_euclid(DAY_US);
        let seconds = rest / 1_000_000;
        let parts = [
            year,
            month,
            day,
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            rest % 1_000_000,
        ];
        let parts: Vec<PyObjectRef> = parts.iter().map(|part| self.vm.ctx.new_int(*part).into()).collect();
        self.class(1)?.call(parts, self.vm)
    }

    /// `date`, `datetime`, `time`, `timedelta`, `Decimal`.
    fn class(&self, index: usize) -> PyResult<&PyObjectRef> {
        if self.classes.get().is_none() {
            let datetime = self.vm.import("datetime", 0)?;
            let of = |name: &'static str| datetime.get_attr(name, self.vm);
            let decimal = self.vm.import("decimal", 0)?.get_attr("Decimal", self.vm)?;
            let classes = [of("date")?, of("datetime")?, of("time")?, of("timedelta")?, decimal];
            let _ = self.classes.set(classes);
        }
        Ok(&self.classes.get().expect("set above")[index])
    }
}

/// The wall clock of `zone` at `us`, as microseconds.
fn local_micros(us: i64, zone: &TimeZone) -> i64 {
    let one = Series::new(PlSmallStr::EMPTY, [us]);
    let aware = one.cast(&DataType::Datetime(TimeUnit::Microseconds, Some(zone.clone())));
    let local = aware.and_then(|aware| {
        let aware = aware.datetime()?;
        let local = pl::replace_time_zone(
            aware,
            None,
            &pl::StringChunked::new(PlSmallStr::EMPTY, ["raise"]),
            pl::NonExistent::Raise,
        )?;
        Ok(local.physical().get(0))
    });
    local.ok().flatten().unwrap_or(us)
}

fn micros(value: i64, unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Nanoseconds => value.div_euclid(1000),
        TimeUnit::Microseconds => value,
        TimeUnit::Milliseconds => value * 1000,
    }
}

/// Days since 1970-01-01 of a day of the Gregorian calendar. Years begin in March here, so that a leap day ends one.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of a number of days since 1970-01-01.
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}
