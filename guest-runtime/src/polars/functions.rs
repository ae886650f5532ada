//! Operations that belong to no value: reading files, settings.

use polars::prelude::{self as pl, DataType, LazyFrame};
use rustpython_vm::PyObjectRef;

use super::{args::Args, csv, errors::Outcome, objects::IntoObject};

/// Runs the operation that `args` names.
pub fn call(a: &mut Args) -> Outcome<PyObjectRef> {
    let vm = a.vm;
    Ok(match a.name {
        "read_csv" => csv::read(a)?.into_object(vm),
        "expr_text" => format!("{}", a.take::<pl::Expr>()?).into_object(vm),
        "expr_name" => {
            let expr: pl::Expr = a.take()?;
            expr.clone().meta().output_name()?.to_string().into_object(vm)
        }
        "expr_roots" => {
            let expr: pl::Expr = a.take()?;
            let names: Vec<String> = expr.meta().root_names().iter().map(ToString::to_string).collect();
            names.into_object(vm)
        }
        "is_selector" => matches!(a.take::<pl::Expr>()?, pl::Expr::Selector(_)).into_object(vm),
        "is_column" => matches!(a.take::<pl::Expr>()?, pl::Expr::Column(_)).into_object(vm),
        "dtype_text" => a.take::<DataType>()?.to_string().into_object(vm),
        "collect_all" => {
            let frames: Vec<LazyFrame> = a.take()?;
            let collected: Vec<_> = frames.into_iter().map(LazyFrame::collect).collect::<Result<_, _>>()?;
            collected.into_object(vm)
        }
        "seed" => {
            let seed = a.take()?;
            super::random::set_seed(seed);
            polars_core::random::set_global_random_seed(seed);
            ().into_object(vm)
        }
        "environment" => {
            let (name, value): (String, Option<String>) = (a.take()?, a.take()?);
            set_environment(&name, value.as_deref());
            ().into_object(vm)
        }
        "float_mode" => {
            use polars_core::fmt::{FloatFmt, set_float_fmt};
            let full: String = a.take()?;
            set_float_fmt(if full == "full" {
                FloatFmt::Full
            } else {
                FloatFmt::Mixed
            });
            ().into_object(vm)
        }
        "float_precision" => {
            polars_core::fmt::set_float_precision(a.take()?);
            ().into_object(vm)
        }
        "separators" => {
            let (thousands, decimal): (Option<char>, Option<char>) = (a.take()?, a.take()?);
            polars_core::fmt::set_thousands_separator(thousands);
            polars_core::fmt::set_decimal_separator(decimal);
            ().into_object(vm)
        }
        "trim_zeros" => {
            polars_core::fmt::set_trim_decimal_zeros(a.take()?);
            ().into_object(vm)
        }
        _ => return Err(a.unknown()),
    })
}

/// Settings of polars' printing live in the environment.
fn set_environment(name: &str, value: Option<&str>) {
    // SAFETY: the guest has one thread.
    unsafe {
        match value {
            Some(value) => std::env::set_var(name, value),
            None => std::env::remove_var(name),
        }
    }
}
