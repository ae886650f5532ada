//! The namespace `list`.

use polars::prelude::{self as pl, Expr};

use crate::polars::{args::Args, errors::Outcome};

/// Continues an expression of lists by `list.name`.
pub fn call(name: &str, a: &mut Args) -> Outcome<Expr> {
    let e: Expr = a.take()?;
    let l = e.clone().list();
    Ok(match name {
        "len" => l.len(),
        "sum" => l.sum(),
        "mean" => l.mean(),
        "median" => l.median(),
        "min" => l.min(),
        "max" => l.max(),
        "std" => l.std(a.take()?),
        "var" => l.var(a.take()?),
        "any" => l.any(),
        "all" => l.all(),
        "first" => l.first(),
        "last" => l.last(),
        "get" => l.get(a.take()?, a.take()?),
        "gather" => l.gather(a.take()?, a.take()?),
        "gather_every" => l.gather_every(a.take()?, a.take()?),
        "join" => l.join(a.literal()?, a.take()?),
        "contains" => l.contains(a.literal()?, a.take()?),
        "count_matches" => l.count_matches(a.literal()?),
        "unique" => {
            if a.take()? {
                l.unique_stable()
            } else {
                l.unique()
            }
        }
        "n_unique" => l.n_unique(),
        "sort" => l.sort(a.sort()?),
        "reverse" => l.reverse(),
        "arg_min" => l.arg_min(),
        "arg_max" => l.arg_max(),
        "diff" => l.diff(a.take()?, a.take()?),
        "shift" => l.shift(a.take()?),
        "slice" => l.slice(a.take()?, a.take()?),
        "head" => l.head(a.take()?),
        "tail" => l.tail(a.take()?),
        "drop_nulls" => l.drop_nulls(),
        "eval" => l.eval(a.take::<Expr>()?),
        "filter" => {
            let predicate: Expr = a.take()?;
            l.eval(pl::col("").filter(predicate))
        }
        "explode" => e.explode(),
        "set_union" => l.union(a.literal()?),
        "set_difference" => l.set_difference(a.literal()?),
        "set_intersection" => l.set_intersection(a.literal()?),
        "set_symmetric_difference" => l.set_symmetric_difference(a.literal()?),
        "sample_n" => l.eval(pl::col("").sample_n(a.take()?, a.take()?, a.take()?, a.take()?)),
        "sample_fraction" => l.eval(pl::col("").sample_frac(a.take()?, a.take()?, a.take()?, a.take()?)),
        "to_struct" => l.to_struct(a.take::<Vec<pl::PlSmallStr>>()?.into()),
        "to_array" => l.to_array(a.take()?),
        _ => return Err(a.unknown()),
    })
}
