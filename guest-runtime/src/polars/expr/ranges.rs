//! Ranges of dates and times.
//!
//! polars walks a range of fixed steps with a step of the machine's word, which has 32 bits here: a step of an hour in
//! microseconds no longer fits. So steps of fixed length are taken here, and only calendar steps are left to polars.

use polars::lazy::dsl;
use polars::prelude::{
    self as pl, ClosedWindow, Column, DataType, Duration, Expr, Field, Int64Chunked, IntoColumn, IntoSeries,
    PlSmallStr, PolarsResult, Schema, Series, TimeUnit, TimeZone,
};

use crate::polars::{args::Args, errors::Outcome};

/// What a range is made of.
#[derive(Clone)]
struct Range {
    interval: Duration,
    closed: ClosedWindow,
    kind: Kind,
    /// A list for each row, instead of one range for single bounds.
    by_row: bool,
}

#[derive(Clone)]
enum Kind {
    Date,
    Time,
    Datetime(Option<TimeUnit>, Option<TimeZone>),
}

/// Makes the range `name`: start, end, interval, which bounds belong to it; for datetimes unit and zone.
pub fn call(name: &str, a: &mut Args) -> Outcome<Expr> {
    let (start, end): (Expr, Expr) = (a.take()?, a.take()?);
    let (interval, closed): (Duration, _) = (a.take()?, a.take()?);
    let kind = match name.split('_').next() {
        Some("date") => Kind::Date,
        Some("time") => Kind::Time,
        _ => {
            let unit = a.take()?;
            Kind::Datetime(unit, TimeZone::opt_try_new(a.take::<Option<PlSmallStr>>()?)?)
        }
    };
    let by_row = name.ends_with('s');
    if interval.negative() || interval.is_zero() {
        return Err(pl::polars_err!(ComputeError: "`interval` must be positive").into());
    }
    let fixed = match &kind {
        Kind::Datetime(_, zone) => interval.is_constant_duration(zone.as_ref()),
        _ => interval.is_constant_duration(None),
    };
    if !fixed {
        return Ok(match (kind, by_row) {
            (Kind::Date, false) => dsl::date_range(start, end, interval, closed),
            (Kind::Date, true) => dsl::date_ranges(start, end, interval, closed),
            (Kind::Time, false) => dsl::time_range(start, end, interval, closed),
            (Kind::Time, true) => dsl::time_ranges(start, end, interval, closed),
            (Kind::Datetime(unit, zone), false) => pl::datetime_range(start, end, interval, closed, unit, zone),
            (Kind::Datetime(unit, zone), true) => pl::datetime_ranges(start, end, interval, closed, unit, zone),
        });
    }
    if matches!(kind, Kind::Date) && !interval.is_full_days() {
        return Err(pl::polars_err!(ComputeError: "`interval` input for `date_range` must consist of full days, got: {interval}").into());
    }
    let range = Range {
        interval,
        closed,
        kind,
        by_row,
    };
    let typed = range.clone();
    let output = move |_: &Schema, fields: &[Field]| {
        let dtype = typed.dtype(fields[0].dtype());
        let dtype = if typed.by_row {
            DataType::List(Box::new(dtype))
        } else {
            dtype
        };
        Ok(Field::new(fields[0].name().clone(), dtype))
    };
    let run = move |columns: &mut [Column]| range.run(&columns[0], &columns[1]);
    Ok(start.apply_many(run, &[end], output))
}

impl Range {
    /// The type of the values, given the type of the start.
    fn dtype(&self, start: &DataType) -> DataType {
        match (&self.kind, start) {
            (Kind::Date, _) => DataType::Date,
            (Kind::Time, _) => DataType::Time,
            (Kind::Datetime(unit, zone), DataType::Datetime(given, of_start)) => {
                DataType::Datetime(unit.unwrap_or(*given), zone.clone().or_else(|| of_start.clone()))
            }
            (Kind::Datetime(unit, zone), _) => DataType::Datetime(unit.unwrap_or(TimeUnit::Microseconds), zone.clone()),
        }
    }

    fn run(&self, start: &Column, end: &Column) -> PolarsResult<Column> {
        let dtype = self.dtype(start.dtype());
        // The steps are taken in instants; dates count as midnights.
        let instants = match &dtype {
            DataType::Date => DataType::Datetime(TimeUnit::Milliseconds, None),
            other => other.clone(),
        };
        let step = match &instants {
            DataType::Time | DataType::Datetime(TimeUnit::Nanoseconds, _) => self.interval.duration_ns(),
            DataType::Datetime(TimeUnit::Milliseconds, _) => self.interval.duration_ms(),
            _ => self.interval.duration_us(),
        };
        if step == 0 {
            pl::polars_bail!(InvalidOperation: "interval {} is too small for the time unit and got rounded down to zero", self.interval);
        }
        let name = start.name().clone();
        let bounds = |column: &Column| -> PolarsResult<Int64Chunked> {
            let column = column.as_materialized_series();
            let column = match (column.dtype(), &instants) {
                (DataType::Datetime(_, None) | DataType::Date, DataType::Datetime(unit, Some(zone))) => {
                    let naive = column.cast(&DataType::Datetime(*unit, None))?;
                    let raise = pl::StringChunked::from_iter([Some("raise")]);
                    pl::replace_time_zone(naive.datetime()?, Some(zone), &raise, pl::NonExistent::Raise)?.into_series()
                }
                _ => column.cast(&instants)?,
            };
            Ok(column.to_physical_repr().i64()?.clone())
        };
        let (starts, ends) = (bounds(start)?, bounds(end)?);
        if self.by_row {
            let rows = starts.len().max(ends.len());
            let at = |of: &Int64Chunked, row: usize| of.get(if of.len() == 1 { 0 } else { row });
            let lists = (0..rows).map(|row| match (at(&starts, row), at(&ends, row)) {
                (Some(start), Some(end)) => self
                    .series(PlSmallStr::EMPTY, start, end, step, &instants, &dtype)
                    .map(Some),
                _ => Ok(None),
            });
            let mut lists: pl::ListChunked = lists.collect::<PolarsResult<Vec<_>>>()?.into_iter().collect();
            lists.rename(name);
            return Ok(lists.into_series().into_column());
        }
        match (starts.len(), ends.len(), starts.get(0), ends.get(0)) {
            (1, 1, Some(start), Some(end)) => Ok(self.series(name, start, end, step, &instants, &dtype)?.into_column()),
            (1, 1, ..) => Err(pl::polars_err!(ComputeError: "`start` and `end` of a range must not be null")),
            _ => Err(
                pl::polars_err!(ComputeError: "`start` and `end` of a range must be single values; for a range in each row use the function with an s at its end"),
            ),
        }
    }

    fn series(
        &self,
        name: PlSmallStr,
        start: i64,
        end: i64,
        step: i64,
        instants: &DataType,
        dtype: &DataType,
    ) -> PolarsResult<Series> {
        let first = match self.closed {
            ClosedWindow::Both | ClosedWindow::Left => start,
            ClosedWindow::Right | ClosedWindow::None => start.saturating_add(step),
        };
        let last = match self.closed {
            ClosedWindow::Both | ClosedWindow::Right => end,
            ClosedWindow::Left | ClosedWindow::None => end - 1,
        };
        let values = std::iter::successors(Some(first), |at| at.checked_add(step)).take_while(|at| *at <= last);
        let values = Int64Chunked::from_vec(name, values.collect()).into_series();
        values.cast(instants)?.cast(dtype)
    }
}
