//! Expressions: every operation that continues or makes one, by the name that Python calls it.
//!
//! A name with a dot belongs to a namespace (`str.contains`), `fn.` marks what starts an expression (`fn.col`). An
//! operation that cannot fail on its own still answers a `Result`, since reading its arguments can.

mod build;
mod columns;
mod lists;
mod nested;
mod ranges;
mod strings;
mod temporal;
mod windows;

use polars::prelude::Expr;

use super::{args::Args, errors::Outcome};

/// Runs the operation that `args` names.
pub fn call(args: &mut Args) -> Outcome<Expr> {
    let Some((space, name)) = args.name.split_once('.') else {
        let start: Expr = args.take()?;
        return match windows::call(start, args)? {
            Ok(made) => Ok(made),
            Err(start) => columns::call(start, args),
        };
    };
    match space {
        "fn" => build::call(name, args),
        "str" => strings::call(name, args),
        "dt" => temporal::call(name, args),
        "list" => lists::call(name, args),
        _ => nested::call(args),
    }
}
