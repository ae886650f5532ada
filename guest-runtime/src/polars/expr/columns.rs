//! What can be done with any column: operators, aggregations, cleaning, ordering, arithmetic.

use polars::prelude::{self as pl, DataType, Expr, FillNullStrategy, binary_expr};

use polars_core::{chunked_array::cast::CastOptions, series::IsSorted};

use crate::polars::{
    args::Args,
    callbacks,
    errors::{Failure, Outcome},
    random::Draw,
};

/// Continues `e` by the operation that `args` names.
pub fn call(e: Expr, args: &mut Args) -> Outcome<Expr> {
    let e = match operator(e, args)? {
        Ok(made) => return Ok(made),
        Err(e) => e,
    };
    let e = match aggregation(e, args)? {
        Ok(made) => return Ok(made),
        Err(e) => e,
    };
    let e = match elementwise(e, args)? {
        Ok(made) => return Ok(made),
        Err(e) => e,
    };
    reshaping(e, args)
}

/// The result of a table of operations: the expression made, or the start given back when the table lacks the name.
pub type Tried = Outcome<Result<Expr, Expr>>;

fn operator(e: Expr, a: &mut Args) -> Tried {
    use pl::Operator as O;
    let operator = match a.name {
        "add" => O::Plus,
        "sub" => O::Minus,
        "mul" => O::Multiply,
        "truediv" => O::TrueDivide,
        "floordiv" => O::FloorDivide,
        "mod" => O::Modulus,
        "eq" => O::Eq,
        "ne" => O::NotEq,
        "lt" => O::Lt,
        "le" => O::LtEq,
        "gt" => O::Gt,
        "ge" => O::GtEq,
        "eq_missing" => O::EqValidity,
        "ne_missing" => O::NotEqValidity,
        "and" => O::And,
        "or" => O::Or,
        "xor" => O::Xor,
        "radd" => return Ok(Ok(binary_expr(a.literal()?, O::Plus, e))),
        "rsub" => return Ok(Ok(binary_expr(a.literal()?, O::Minus, e))),
        "rmul" => return Ok(Ok(binary_expr(a.literal()?, O::Multiply, e))),
        "rtruediv" => return Ok(Ok(binary_expr(a.literal()?, O::TrueDivide, e))),
        "rfloordiv" => return Ok(Ok(binary_expr(a.literal()?, O::FloorDivide, e))),
        "rmod" => return Ok(Ok(binary_expr(a.literal()?, O::Modulus, e))),
        "rand" => return Ok(Ok(binary_expr(a.literal()?, O::And, e))),
        "ror" => return Ok(Ok(binary_expr(a.literal()?, O::Or, e))),
        "rxor" => return Ok(Ok(binary_expr(a.literal()?, O::Xor, e))),
        "rpow" => return Ok(Ok(a.literal()?.pow(e).alias("literal"))),
        "pow" => return Ok(Ok(e.pow(a.literal()?))),
        "neg" => return Ok(Ok(-e)),
        "not" => return Ok(Ok(e.not())),
        _ => return Ok(Err(e)),
    };
    Ok(Ok(binary_expr(e, operator, a.literal()?)))
}

fn aggregation(e: Expr, a: &mut Args) -> Tried {
    Ok(Ok(match a.name {
        "sum" => e.sum(),
        "mean" => e.mean(),
        "median" => e.median(),
        "min" => e.min(),
        "max" => e.max(),
        "nan_min" => e.nan_min(),
        "nan_max" => e.nan_max(),
        "std" => e.std(a.take()?),
        "var" => e.var(a.take()?),
        "product" => e.product(),
        "quantile" => e.quantile(a.literal()?, a.take()?),
        "first" => e.first(),
        "last" => e.last(),
        "count" => e.count(),
        "len" => e.len(),
        "null_count" => e.null_count(),
        "has_nulls" => e.null_count().gt(pl::lit(0)),
        "n_unique" => e.n_unique(),
        "approx_n_unique" => e.approx_n_unique(),
        "any" => e.any(a.take()?),
        "all" => e.all(a.take()?),
        "arg_min" => e.arg_min(),
        "arg_max" => e.arg_max(),
        "implode" => e.implode(),
        "agg_groups" => e.agg_groups(),
        "skew" => e.skew(a.take()?),
        "kurtosis" => e.kurtosis(a.take()?, a.take()?),
        "entropy" => e.entropy(a.take()?, a.take()?),
        "dot" => e.dot(a.take::<Expr>()?),
        "index_of" => e.index_of(a.literal()?),
        "lower_bound" => e.lower_bound(),
        "upper_bound" => e.upper_bound(),
        _ => return Ok(Err(e)),
    }))
}

fn elementwise(e: Expr, a: &mut Args) -> Tried {
    Ok(Ok(match a.name {
        "alias" => e.alias(a.take::<String>()?),
        "cast" => {
            let dtype: DataType = a.take()?;
            let strict: bool = a.take()?;
            let wraps: bool = a.take()?;
            let options = match (wraps, strict) {
                (true, _) => CastOptions::Overflowing,
                (false, true) => CastOptions::Strict,
                (false, false) => CastOptions::NonStrict,
            };
            e.cast_with_options(dtype, options)
        }
        "abs" => e.abs(),
        "ceil" => e.ceil(),
        "floor" => e.floor(),
        "round" => e.round(a.take()?, a.take()?),
        "round_sig_figs" => e.round_sig_figs(a.take()?),
        "clip" => match (a.object()?, a.object()?) {
            (low, high) if a.vm.is_none(&low) && a.vm.is_none(&high) => e,
            (low, high) if a.vm.is_none(&low) => e.clip_max(expr(&high, a)?),
            (low, high) if a.vm.is_none(&high) => e.clip_min(expr(&low, a)?),
            (low, high) => e.clip(expr(&low, a)?, expr(&high, a)?),
        },
        "sqrt" => e.sqrt(),
        "cbrt" => e.cbrt(),
        "exp" => e.exp(),
        "log" => e.log(a.literal()?),
        "log1p" => e.log1p(),
        "sign" => e.sign(),
        "sin" => e.sin(),
        "cos" => e.cos(),
        "tan" => e.tan(),
        "cot" => e.cot(),
        "arcsin" => e.arcsin(),
        "arccos" => e.arccos(),
        "arctan" => e.arctan(),
        "sinh" => e.sinh(),
        "cosh" => e.cosh(),
        "tanh" => e.tanh(),
        "arcsinh" => e.arcsinh(),
        "arccosh" => e.arccosh(),
        "arctanh" => e.arctanh(),
        "degrees" => e.degrees(),
        "radians" => e.radians(),
        "is_null" => e.is_null(),
        "is_not_null" => e.is_not_null(),
        "is_nan" => e.is_nan(),
        "is_not_nan" => e.is_not_nan(),
        "is_finite" => e.is_finite(),
        "is_infinite" => e.is_infinite(),
        "is_in" => e.is_in(a.literal()?, a.take()?),
        "is_between" => e.is_between(a.take::<Expr>()?, a.take::<Expr>()?, a.take()?),
        "is_close" => e.is_close(a.literal()?, a.take()?, a.take()?, a.take()?),
        "is_unique" => e.is_unique(),
        "is_duplicated" => e.is_duplicated(),
        "is_first_distinct" => e.is_first_distinct(),
        "is_last_distinct" => e.is_last_distinct(),
        "fill_null" => e.fill_null(a.literal()?),
        "fill_null_with" => {
            let (strategy, limit) = (a.take::<String>()?, a.take()?);
            e.fill_null_with_strategy(match strategy.as_str() {
                "forward" => FillNullStrategy::Forward(limit),
                "backward" => FillNullStrategy::Backward(limit),
                "mean" => FillNullStrategy::Mean,
                "min" => FillNullStrategy::Min,
                "max" => FillNullStrategy::Max,
                "zero" => FillNullStrategy::Zero,
                "one" => FillNullStrategy::One,
                other => {
                    let message = format!(
                        "`strategy` must be one of {{'forward', 'backward', 'min', 'max', 'mean', 'zero', 'one'}}, \
                         got {other}"
                    );
                    return Err(Failure::Python(a.vm.new_value_error(message)));
                }
            })
        }
        "fill_nan" => e.fill_nan(a.literal()?),
        "interpolate" => e.interpolate(a.take()?),
        "replace" => e.replace(a.literal()?, a.literal()?),
        "replace_strict" => {
            let (old, new) = (a.literal()?, a.literal()?);
            let has_default: bool = a.take()?;
            let default = a.literal()?;
            let default = has_default.then_some(default);
            e.replace_strict(old, new, default, a.take::<Option<DataType>>()?)
        }
        "cut" => e.cut(a.take()?, a.take::<Option<Vec<String>>>()?, a.take()?, a.take()?),
        "qcut" => e.qcut(
            a.take()?,
            a.take::<Option<Vec<String>>>()?,
            a.take()?,
            a.take()?,
            a.take()?,
        ),
        "qcut_uniform" => e.qcut_uniform(
            a.take()?,
            a.take::<Option<Vec<String>>>()?,
            a.take()?,
            a.take()?,
            a.take()?,
        ),
        "hash" => e.hash(a.take()?, a.take()?, a.take()?, a.take()?),
        "to_physical" => e.to_physical(),
        "set_sorted" => {
            let descending = a.take()?;
            e.set_sorted_flag(if descending {
                IsSorted::Descending
            } else {
                IsSorted::Ascending
            })
        }
        "map_elements" | "map_batches" => callbacks::map(e, a)?,
        _ => return Ok(Err(e)),
    }))
}

fn reshaping(e: Expr, a: &mut Args) -> Outcome<Expr> {
    Ok(match a.name {
        "filter" => {
            let predicates = a.all_exprs()?;
            predicates.into_iter().fold(e, |e, predicate| e.filter(predicate))
        }
        "sort" => e.sort(a.sort()?),
        "arg_sort" => e.arg_sort(a.take()?, a.take()?),
        "sort_by" => e.sort_by(a.exprs()?, a.sort_multiple()?),
        "top_k" => e.top_k(a.take()?),
        "bottom_k" => e.bottom_k(a.take()?),
        "top_k_by" => {
            let (k, by): (Expr, _) = (a.take()?, a.exprs()?);
            e.top_k_by(k, by, a.take::<Vec<bool>>()?)
        }
        "bottom_k_by" => {
            let (k, by): (Expr, _) = (a.take()?, a.exprs()?);
            e.bottom_k_by(k, by, a.take::<Vec<bool>>()?)
        }
        "reverse" => e.reverse(),
        "unique" => {
            if a.take()? {
                e.unique_stable()
            } else {
                e.unique()
            }
        }
        "arg_unique" => e.arg_unique(),
        "unique_counts" => e.unique_counts(),
        "value_counts" => e.value_counts(a.take()?, false, &a.take::<String>()?, a.take()?),
        "mode" => e.mode(),
        "drop_nulls" => e.drop_nulls(),
        "drop_nans" => e.drop_nans(),
        "head" => e.head(a.take()?),
        "tail" => e.tail(a.take()?),
        "slice" => {
            let offset = a.take::<Expr>()?;
            let length = a.object()?;
            let length = if a.vm.is_none(&length) {
                pl::lit(u32::MAX)
            } else {
                expr(&length, a)?
            };
            e.slice(offset, length)
        }
        "gather" => e.gather(a.take::<Expr>()?),
        "get" => e.get(a.take::<Expr>()?),
        "gather_every" => e.gather_every(a.take()?, a.take()?),
        "explode" => e.explode(),
        "append" => e.append(a.take::<Expr>()?, a.take()?),
        "extend_constant" => e.extend_constant(a.literal()?, a.take()?),
        "repeat_by" => e.repeat_by(a.take::<Expr>()?),
        "shuffle" => {
            let draw = Draw {
                with_replacement: false,
                shuffle: true,
                seed: a.take()?,
            };
            draw.of(e, |length| length)
        }
        "sample_n" => {
            let n: usize = a.take()?;
            a.draw()?.of(e, move |_| n)
        }
        "sample_fraction" => {
            let part: f64 = a.take()?;
            a.draw()?.of(e, move |length| (length as f64 * part) as usize)
        }
        "search_sorted" => e.search_sorted(a.literal()?, a.take()?, a.take()?),
        "peak_min" => e.peak_min(),
        "peak_max" => e.peak_max(),
        "rle" => e.rle(),
        "rle_id" => e.rle_id(),
        "hist" => {
            let bins = a.object()?;
            let bins = if a.vm.is_none(&bins) {
                None
            } else {
                Some(expr(&bins, a)?)
            };
            e.hist(bins, a.take()?, a.take()?, a.take()?)
        }
        "arg_true" => pl::arg_where(e),
        "reshape" => e.reshape(&a.take::<Vec<i64>>()?),
        "exclude" => {
            let Some(all) = e.into_selector() else {
                return Err(
                    pl::polars_err!(InvalidOperation: "`exclude` follows pl.all(), pl.col(…) or a selector").into(),
                );
            };
            (all - a.selector()?).as_expr()
        }
        "invert" => match e.into_selector() {
            Some(selector) => (!selector).as_expr(),
            None => return Err(a.unknown()),
        },
        "union" => selectors(e, a)?.0,
        "intersection" => {
            let (_, left, right) = selectors(e, a)?;
            (left & right).as_expr()
        }
        "difference" => {
            let (_, left, right) = selectors(e, a)?;
            (left - right).as_expr()
        }
        "symmetric_difference" => {
            let (_, left, right) = selectors(e, a)?;
            (left ^ right).as_expr()
        }
        _ => return Err(a.unknown()),
    })
}

/// The union of two selectors, and the two.
fn selectors(e: Expr, a: &mut Args) -> Outcome<(Expr, pl::Selector, pl::Selector)> {
    let other: Expr = a.take()?;
    let (left, right) = (e.try_into_selector()?, other.try_into_selector()?);
    Ok(((left.clone() | right.clone()).as_expr(), left, right))
}

fn expr(object: &rustpython_vm::PyObject, a: &Args) -> Outcome<Expr> {
    crate::polars::args::Argument::read(object, a.vm)
}
