//! Rows for the times that a frame lacks.
//!
//! polars walks the new times with a step of the machine's word, which has 32 bits here, too few for an hour in
//! microseconds. So steps of fixed length over dates and datetimes are taken here, and all else is left to polars.

use polars::prelude::{
    self as pl, DataFrame, DataFrameJoinOps, DataType, Duration, Int64Chunked, IntoSeries, PlSmallStr, PolarsResult,
    PolarsUpsample, SeriesMethods, TimeUnit,
};

/// The frame with a row for every step of `every` in `column`, in each group of `by`; `stable` keeps the groups' order.
pub fn upsample(
    frame: &DataFrame,
    by: Vec<PlSmallStr>,
    column: &str,
    every: Duration,
    stable: bool,
) -> PolarsResult<DataFrame> {
    let zone = match frame.column(column)?.dtype() {
        DataType::Date => None,
        DataType::Datetime(_, zone) => zone.clone(),
        _ => return by_polars(frame, by, column, every, stable),
    };
    if every.parsed_int || !every.is_constant_duration(zone.as_ref()) {
        return by_polars(frame, by, column, every, stable);
    }
    if every.negative() || every.is_zero() {
        pl::polars_bail!(ComputeError: "`interval` must be positive");
    }
    if by.is_empty() {
        return one_group(frame, column, every);
    }
    let groups = if stable {
        frame.group_by_stable(by)
    } else {
        frame.group_by(by)
    };
    groups?.apply(|group| one_group(&group, column, every))
}

fn by_polars(
    frame: &DataFrame,
    by: Vec<PlSmallStr>,
    column: &str,
    every: Duration,
    stable: bool,
) -> PolarsResult<DataFrame> {
    if stable {
        frame.upsample_stable(by, column, every)
    } else {
        frame.upsample(by, column, every)
    }
}

fn one_group(frame: &DataFrame, column: &str, every: Duration) -> PolarsResult<DataFrame> {
    let times = frame.column(column)?.as_materialized_series();
    times.ensure_sorted_arg("upsample")?;
    let instants = match times.dtype() {
        DataType::Date => DataType::Datetime(TimeUnit::Microseconds, None),
        other => other.clone(),
    };
    let step = match &instants {
        DataType::Datetime(TimeUnit::Nanoseconds, _) => every.duration_ns(),
        DataType::Datetime(TimeUnit::Milliseconds, _) => every.duration_ms(),
        _ => every.duration_us(),
    };
    let physical = times.cast(&instants)?.to_physical_repr().i64()?.clone();
    let mut known = physical.iter().flatten();
    let (Some(first), last) = (known.next(), known.next_back()) else {
        pl::polars_bail!(ComputeError: "cannot determine upsample boundaries: all elements are null");
    };
    let last = last.unwrap_or(first);
    let steps = std::iter::successors(Some(first), |at| at.checked_add(step.max(1))).take_while(|at| *at <= last);
    let steps = Int64Chunked::from_vec(times.name().clone(), steps.collect()).into_series();
    let steps = steps.cast(&instants)?.cast(times.dtype())?.into_frame();
    steps.join(frame, [column], [column], pl::JoinArgs::new(pl::JoinType::Left), None)
}
