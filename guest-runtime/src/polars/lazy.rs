//! The verbs of lazy frames. Data frames use them too: what both offer runs as a query.

use polars::prelude::{
    self as pl, AsOfOptions, DataType, DynamicGroupOptions, Expr, JoinArgs, JoinCoalesce, JoinType, LazyFrame,
    LazyGroupBy, PlSmallStr, RollingGroupOptions, Selector, UnionArgs, UnpivotArgsDSL,
};

use super::{args::Args, errors::Outcome};

/// Runs the verb that `args` names.
pub fn call(a: &mut Args) -> Outcome<LazyFrame> {
    match a.name {
        "concat" => return concat(a),
        "group_by" => {
            let frame: LazyFrame = a.take()?;
            let grouped = grouped(frame, a)?;
            return finish(grouped, a);
        }
        "group_by_dynamic" | "rolling" => {
            let frame: LazyFrame = a.take()?;
            let grouped = windows(frame, a)?;
            return finish(grouped, a);
        }
        _ => {}
    }
    let frame: LazyFrame = a.take()?;
    Ok(match a.name {
        "select" => frame.select(a.all_exprs()?),
        "select_seq" => frame.select_seq(a.all_exprs()?),
        "with_columns" => frame.with_columns(a.all_exprs()?),
        "with_columns_seq" => frame.with_columns_seq(a.all_exprs()?),
        "filter" => a.all_exprs()?.into_iter().fold(frame, LazyFrame::filter),
        "remove" => {
            let all = a.all_exprs()?.into_iter().reduce(Expr::and);
            all.map_or_else(|| frame.clone(), |all| frame.clone().remove(all))
        }
        "sort" => frame.sort_by_exprs(a.exprs()?, a.sort_multiple()?),
        "top_k" => frame.top_k(a.take()?, a.exprs()?, a.sort_multiple()?),
        "bottom_k" => frame.bottom_k(a.take()?, a.exprs()?, a.sort_multiple()?),
        "slice" => frame.slice(a.take()?, a.take::<Option<u32>>()?.unwrap_or(u32::MAX)),
        "tail" => frame.tail(a.take()?),
        "reverse" => frame.reverse(),
        "drop" => {
            let (columns, strict) = (a.selector()?, a.take::<bool>()?);
            frame.drop(if strict { columns } else { lenient(columns) })
        }
        "rename" => frame.rename(a.take::<Vec<String>>()?, a.take::<Vec<String>>()?, a.take()?),
        "cast_all" => frame.cast_all(a.take::<DataType>()?, a.take()?),
        "with_row_index" => frame.with_row_index(a.take::<String>()?, a.take()?),
        "drop_nulls" => frame.drop_nulls(subset(a)?),
        "drop_nans" => frame.drop_nans(subset(a)?),
        "fill_nan" => frame.fill_nan(a.literal()?),
        "unique" => {
            let subset = subset(a)?;
            let (keep, stable) = (a.take()?, a.take()?);
            if stable {
                frame.unique_stable(subset, keep)
            } else {
                frame.unique(subset, keep)
            }
        }
        "explode" => frame.explode(a.selector()?),
        "unnest" => frame.unnest(a.selector()?),
        "unpivot" => {
            let on = subset(a)?;
            let index = subset(a)?.unwrap_or(Selector::Empty);
            let on = on.unwrap_or_else(|| pl::all() - index.clone());
            frame.unpivot(UnpivotArgsDSL {
                on,
                index,
                variable_name: a.take()?,
                value_name: a.take()?,
            })
        }
        "shift" => frame.shift(a.take::<Expr>()?),
        "shift_and_fill" => frame.shift_and_fill(a.take::<Expr>()?, a.literal()?),
        "sum" => frame.sum(),
        "mean" => frame.mean(),
        "median" => frame.median(),
        "min" => frame.min(),
        "max" => frame.max(),
        "std" => frame.std(a.take()?),
        "var" => frame.var(a.take()?),
        "quantile" => frame.quantile(a.literal()?, a.take()?),
        "null_count" => frame.null_count(),
        "count" => frame.count(),
        "merge_sorted" => frame.merge_sorted(a.take()?, a.take::<String>()?)?,
        "join" => join(frame, a)?,
        "join_asof" => join_asof(frame, a)?,
        "cache" => frame.cache(),
        _ => return Err(a.unknown()),
    })
}

/// The columns of a selector that may be missing.
fn lenient(columns: Selector) -> Selector {
    match columns {
        Selector::ByName { names, .. } => Selector::ByName { names, strict: false },
        other => other,
    }
}

/// Columns, or none for all of them.
fn subset(a: &mut Args) -> Outcome<Option<Selector>> {
    let columns = a.object()?;
    if a.vm.is_none(&columns) {
        return Ok(None);
    }
    Ok(Some(super::args::selector(super::args::expressions(&columns, a.vm)?)?))
}

/// Frames and how: rows below one another, with common types, with missing columns, or side by side.
fn concat(a: &mut Args) -> Outcome<LazyFrame> {
    let frames: Vec<LazyFrame> = a.take()?;
    let how: String = a.take()?;
    let args = UnionArgs {
        to_supertypes: how.ends_with("_relaxed"),
        parallel: false,
        ..UnionArgs::default()
    };
    let args = UnionArgs {
        maintain_order: true,
        ..args
    };
    Ok(match how.as_str() {
        "vertical" | "vertical_relaxed" => pl::concat(frames, args)?,
        "diagonal" | "diagonal_relaxed" => pl::concat_lf_diagonal(frames, args)?,
        "horizontal" => pl::concat_lf_horizontal(frames, args)?,
        _ => return Err(a.unknown()),
    })
}

fn grouped(frame: LazyFrame, a: &mut Args) -> Outcome<LazyGroupBy> {
    let keys = a.all_exprs()?;
    let stable: bool = a.take()?;
    Ok(if stable {
        frame.group_by_stable(keys)
    } else {
        frame.group_by(keys)
    })
}

/// Groups by windows over an index: `every`, `period`, `offset`, `include_boundaries`, `closed`, `label`, keys,
/// `start_by`; for `rolling` `period`, `offset`, `closed`, keys.
fn windows(frame: LazyFrame, a: &mut Args) -> Outcome<LazyGroupBy> {
    let index: Expr = a.take()?;
    if a.name == "rolling" {
        let options = RollingGroupOptions {
            index_column: PlSmallStr::EMPTY,
            period: a.take()?,
            offset: a.take()?,
            closed_window: a.take()?,
        };
        let keys = a.exprs()?;
        return Ok(frame.rolling(index, keys, options));
    }
    let options = DynamicGroupOptions {
        index_column: PlSmallStr::EMPTY,
        every: a.take()?,
        period: a.take()?,
        offset: a.take()?,
        include_boundaries: a.take()?,
        closed_window: a.take()?,
        label: a.take()?,
        start_by: a.take()?,
    };
    // polars would divide by it.
    if options.every.is_zero() {
        return Err(polars::prelude::polars_err!(ComputeError: "'every' argument must be positive").into());
    }
    let keys = a.exprs()?;
    Ok(frame.group_by_dynamic(index, keys, options))
}

/// What is asked of the groups: `agg` with expressions, or `head` or `tail` with a number of rows.
fn finish(grouped: LazyGroupBy, a: &mut Args) -> Outcome<LazyFrame> {
    let what: String = a.take()?;
    Ok(match what.as_str() {
        "agg" => grouped.agg(a.all_exprs()?),
        "head" => grouped.head(Some(a.take()?)),
        "tail" => grouped.tail(Some(a.take()?)),
        _ => return Err(a.unknown()),
    })
}

fn join(frame: LazyFrame, a: &mut Args) -> Outcome<LazyFrame> {
    let other: LazyFrame = a.take()?;
    let (left, right) = (a.exprs()?, a.exprs()?);
    let how: String = a.take()?;
    let how = match how.as_str() {
        "inner" => JoinType::Inner,
        "left" => JoinType::Left,
        "right" => JoinType::Right,
        "full" | "outer" => JoinType::Full,
        "semi" => JoinType::Semi,
        "anti" => JoinType::Anti,
        "cross" => JoinType::Cross,
        _ => return Err(a.unknown()),
    };
    let args = JoinArgs {
        suffix: Some(a.take()?),
        validation: a.take()?,
        nulls_equal: a.take()?,
        coalesce: coalesce(a.take()?),
        maintain_order: a.take()?,
        how,
        slice: None,
    };
    Ok(frame.join(other, left, right, args))
}

fn coalesce(wish: Option<bool>) -> JoinCoalesce {
    match wish {
        None => JoinCoalesce::JoinSpecific,
        Some(true) => JoinCoalesce::CoalesceColumns,
        Some(false) => JoinCoalesce::KeepColumns,
    }
}

fn join_asof(frame: LazyFrame, a: &mut Args) -> Outcome<LazyFrame> {
    let other: LazyFrame = a.take()?;
    let (left, right): (Expr, Expr) = (a.take()?, a.take()?);
    let (left_by, right_by) = (a.take()?, a.take()?);
    let strategy = a.take()?;
    let suffix = Some(a.take()?);
    let tolerance = a.object()?;
    let tolerance_str: Option<PlSmallStr> = super::args::Argument::read(&tolerance, a.vm).ok().flatten();
    let tolerance = if tolerance_str.is_some() || a.vm.is_none(&tolerance) {
        None
    } else {
        let value = super::values::any_value(&tolerance, a.vm)?;
        Some(pl::Scalar::new(value.dtype(), value))
    };
    let how = JoinType::AsOf(Box::new(AsOfOptions {
        strategy,
        tolerance,
        tolerance_str,
        left_by,
        right_by,
        allow_eq: a.take()?,
        check_sortedness: a.take()?,
    }));
    let args = JoinArgs {
        suffix,
        coalesce: coalesce(a.take()?),
        ..JoinArgs::new(how)
    };
    Ok(frame.join(other, vec![left], vec![right], args))
}
