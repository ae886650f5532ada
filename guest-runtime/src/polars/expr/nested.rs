//! The namespaces `struct`, `name` and `cat`.

use polars::prelude::Expr;

use crate::polars::{args::Args, callbacks, errors::Outcome};

/// Continues an expression by the operation that `args` names.
pub fn call(a: &mut Args) -> Outcome<Expr> {
    let e: Expr = a.take()?;
    Ok(match a.name {
        "struct.field" => e.struct_().field_by_name(&a.take::<String>()?),
        "struct.fields" => e.struct_().field_by_names(a.take::<Vec<String>>()?),
        "struct.rename_fields" => e.struct_().rename_fields(a.take::<Vec<String>>()?),
        "struct.with_fields" => e.struct_().with_fields(a.all_exprs()?),
        "name.keep" => e.name().keep(),
        "name.prefix" => e.name().prefix(&a.take::<String>()?),
        "name.suffix" => e.name().suffix(&a.take::<String>()?),
        "name.to_lowercase" => e.name().to_lowercase(),
        "name.to_uppercase" => e.name().to_uppercase(),
        "name.map" => e.name().map(callbacks::name_function(a.object()?)),
        "name.map_fields" => e.name().map_fields(callbacks::name_function(a.object()?)),
        "name.prefix_fields" => e.name().prefix_fields(&a.take::<String>()?),
        "name.suffix_fields" => e.name().suffix_fields(&a.take::<String>()?),
        "cat.get_categories" => e.cat().get_categories(),
        "cat.len_chars" => e.cat().len_chars(),
        "cat.len_bytes" => e.cat().len_bytes(),
        "cat.starts_with" => e.cat().starts_with(a.take()?),
        "cat.ends_with" => e.cat().ends_with(a.take()?),
        "cat.slice" => e.cat().slice(a.take()?, a.take()?),
        _ => return Err(a.unknown()),
    })
}
