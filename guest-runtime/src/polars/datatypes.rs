//! Data types on their way between the two languages.
//!
//! In between a type is plain: its name, or a tuple of its name and its parts (`("List", "Int64")`,
//! `("Datetime", "us", None)`, `("Struct", [("a", "Int64")])`). The classes of the package make and read these.

use polars::prelude::{Categories, DataType, Field, FrozenCategories, PlSmallStr, Schema, TimeUnit, TimeZone};
use rustpython_vm::{
    PyObject, PyObjectRef, VirtualMachine,
    builtins::{PyStr, PyTuple},
};

use super::{
    args::{Args, Argument, sequence},
    errors::Outcome,
    objects::IntoObject,
};

impl Argument for DataType {
    fn read(object: &PyObject, vm: &VirtualMachine) -> Outcome<Self> {
        if let Some(name) = object.downcast_ref::<PyStr>() {
            return simple(&name.to_string_lossy(), vm);
        }
        if object.downcast_ref::<PyTuple>().is_none() {
            // One of the package's types.
            let plain = vm.call_method(object, "_plain", ())?;
            return Self::read(&plain, vm);
        }
        let parts = sequence(object, vm)?;
        let part = |index: usize| parts.get(index).cloned().unwrap_or_else(|| vm.ctx.none());
        let name = String::read(&part(0), vm)?;
        Ok(match name.as_str() {
            "List" => Self::List(Box::new(Self::read(&part(1), vm)?)),
            "Array" => Self::Array(Box::new(Self::read(&part(1), vm)?), usize::read(&part(2), vm)?),
            "Datetime" => {
                let zone = Option::<PlSmallStr>::read(&part(2), vm)?;
                Self::Datetime(TimeUnit::read(&part(1), vm)?, TimeZone::opt_try_new(zone)?)
            }
            "Duration" => Self::Duration(TimeUnit::read(&part(1), vm)?),
            "Decimal" => Self::Decimal(Option::read(&part(1), vm)?, Option::read(&part(2), vm)?),
            "Struct" => Self::Struct(fields(&part(1), vm)?),
            "Enum" => {
                let categories = Vec::<String>::read(&part(1), vm)?;
                let frozen = FrozenCategories::new(categories.iter().map(String::as_str))?;
                let mapping = frozen.mapping().clone();
                Self::Enum(frozen, mapping)
            }
            other => simple(other, vm)?,
        })
    }
}

fn simple(name: &str, vm: &VirtualMachine) -> Outcome<DataType> {
    Ok(match name {
        "Boolean" => DataType::Boolean,
        "Int8" => DataType::Int8,
        "Int16" => DataType::Int16,
        "Int32" => DataType::Int32,
        "Int64" => DataType::Int64,
        "Int128" => DataType::Int128,
        "UInt8" => DataType::UInt8,
        "UInt16" => DataType::UInt16,
        "UInt32" => DataType::UInt32,
        "UInt64" => DataType::UInt64,
        "Float32" => DataType::Float32,
        "Float64" => DataType::Float64,
        "String" => DataType::String,
        "Binary" => DataType::Binary,
        "Date" => DataType::Date,
        "Time" => DataType::Time,
        "Datetime" => DataType::Datetime(TimeUnit::Microseconds, None),
        "Duration" => DataType::Duration(TimeUnit::Microseconds),
        "Null" => DataType::Null,
        "List" => DataType::List(Box::new(DataType::Null)),
        "Decimal" => DataType::Decimal(None, Some(0)),
        "Categorical" => DataType::from_categories(Categories::global()),
        "Unknown" => DataType::default(),
        other => {
            return Err(vm
                .new_type_error(format!("{other} cannot be used as a data type here"))
                .into());
        }
    })
}

/// A list of pairs of a name and a type.
pub fn fields(object: &PyObject, vm: &VirtualMachine) -> Outcome<Vec<Field>> {
    let pairs = Vec::<(PlSmallStr, DataType)>::read(object, vm)?;
    Ok(pairs.into_iter().map(|(name, dtype)| Field::new(name, dtype)).collect())
}

/// The next argument, a list of pairs of a name and a type.
pub fn schema(args: &mut Args) -> Outcome<Schema> {
    let object = args.object()?;
    Ok(fields(&object, args.vm)?.into_iter().collect())
}

/// The plain form of a schema.
pub fn plain_schema(schema: &Schema, vm: &VirtualMachine) -> PyObjectRef {
    let pairs = schema.iter().map(|(name, dtype)| {
        let name = vm.ctx.new_str(name.as_str()).into();
        vm.ctx.new_tuple(vec![name, dtype.into_object(vm)]).into()
    });
    vm.ctx.new_list(pairs.collect()).into()
}

impl IntoObject for &DataType {
    fn into_object(self, vm: &VirtualMachine) -> PyObjectRef {
        let text = |text: &str| -> PyObjectRef { vm.ctx.new_str(text).into() };
        let tuple = |parts: Vec<PyObjectRef>| -> PyObjectRef { vm.ctx.new_tuple(parts).into() };
        match self {
            DataType::List(inner) => tuple(vec![text("List"), (&**inner).into_object(vm)]),
            DataType::Array(inner, width) => {
                tuple(vec![text("Array"), (&**inner).into_object(vm), width.into_object(vm)])
            }
            DataType::Datetime(unit, zone) => {
                let zone = zone.as_ref().map_or_else(|| vm.ctx.none(), |zone| text(zone.as_str()));
                tuple(vec![text("Datetime"), text(unit.to_ascii()), zone])
            }
            DataType::Duration(unit) => tuple(vec![text("Duration"), text(unit.to_ascii())]),
            DataType::Decimal(precision, scale) => {
                tuple(vec![text("Decimal"), precision.into_object(vm), scale.into_object(vm)])
            }
            DataType::Struct(fields) => {
                let schema: Schema = fields.iter().cloned().collect();
                tuple(vec![text("Struct"), plain_schema(&schema, vm)])
            }
            DataType::Enum(frozen, _) => {
                let categories = frozen.categories().values_iter().map(text).collect();
                tuple(vec![text("Enum"), vm.ctx.new_list(categories).into()])
            }
            DataType::Boolean => text("Boolean"),
            DataType::String => text("String"),
            DataType::Binary | DataType::BinaryOffset => text("Binary"),
            DataType::Date => text("Date"),
            DataType::Time => text("Time"),
            DataType::Null => text("Null"),
            DataType::Categorical(..) => text("Categorical"),
            DataType::Unknown(_) => text("Unknown"),
            // Int64, UInt8, Float32, …: the name in code is the name in Python.
            number => text(&format!("{number:?}")),
        }
    }
}
