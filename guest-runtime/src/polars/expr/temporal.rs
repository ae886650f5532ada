//! The namespace `dt`.

use polars::prelude::{self as pl, Duration, Expr};
use rustpython_vm::builtins::PyStr;

use crate::polars::{
    args::{Args, Argument, Literal},
    errors::Outcome,
};

/// Continues an expression of dates, times or durations by `dt.name`.
pub fn call(name: &str, a: &mut Args) -> Outcome<Expr> {
    let d = a.take::<Expr>()?.dt();
    Ok(match name {
        "millennium" => d.millennium(),
        "century" => d.century(),
        "year" => d.year(),
        "iso_year" => d.iso_year(),
        "quarter" => d.quarter(),
        "month" => d.month(),
        "week" => d.week(),
        "weekday" => d.weekday(),
        "day" => d.day(),
        "ordinal_day" => d.ordinal_day(),
        "hour" => d.hour(),
        "minute" => d.minute(),
        "second" => d.second(),
        "millisecond" => d.millisecond(),
        "microsecond" => d.microsecond(),
        "nanosecond" => d.nanosecond(),
        "is_leap_year" => d.is_leap_year(),
        "days_in_month" => d.days_in_month(),
        "date" => d.date(),
        "time" => d.time(),
        "datetime" => d.datetime(),
        "timestamp" => d.timestamp(a.take()?),
        "to_string" => d.to_string(&a.take::<String>()?),
        "truncate" => d.truncate(length(a)?),
        "round" => d.round(length(a)?),
        "offset_by" => d.offset_by(length(a)?),
        "month_start" => d.month_start(),
        "month_end" => d.month_end(),
        "base_utc_offset" => d.base_utc_offset(),
        "dst_offset" => d.dst_offset(),
        "total_days" => d.total_days(),
        "total_hours" => d.total_hours(),
        "total_minutes" => d.total_minutes(),
        "total_seconds" => d.total_seconds(),
        "total_milliseconds" => d.total_milliseconds(),
        "total_microseconds" => d.total_microseconds(),
        "total_nanoseconds" => d.total_nanoseconds(),
        "convert_time_zone" => match pl::TimeZone::opt_try_new(Some(a.take::<pl::PlSmallStr>()?))? {
            Some(zone) => d.convert_time_zone(zone),
            None => return Err(a.unknown()),
        },
        "replace_time_zone" => {
            let zone = pl::TimeZone::opt_try_new(a.take::<Option<pl::PlSmallStr>>()?)?;
            d.replace_time_zone(zone, a.literal()?, a.take()?)
        }
        "cast_time_unit" => d.cast_time_unit(a.take()?),
        "with_time_unit" => d.with_time_unit(a.take()?),
        "combine" => d.combine(a.literal()?, a.take()?),
        "replace" => d.replace(
            a.literal()?,
            a.literal()?,
            a.literal()?,
            a.literal()?,
            a.literal()?,
            a.literal()?,
            a.literal()?,
            a.literal()?,
        ),
        "add_business_days" => d.add_business_days(a.take()?, week(a)?, a.take()?, a.take()?),
        "is_business_day" => d.is_business_day(week(a)?, a.take()?),
        _ => return Err(a.unknown()),
    })
}

/// A length such as `1mo`, or a column of such texts. Every text is read here first, since polars panics on one that it
/// cannot read.
fn length(a: &mut Args) -> Outcome<Expr> {
    let object = a.object()?;
    if let Some(text) = object.downcast_ref::<PyStr>() {
        Duration::try_parse(&text.to_string_lossy())?;
        return Ok(Literal::read(&object, a.vm)?.0);
    }
    let checked = |column: pl::Column| {
        for text in column.str()?.iter().flatten() {
            Duration::try_parse(text)?;
        }
        Ok(column)
    };
    Ok(Expr::read(&object, a.vm)?.map(checked, |_, field| Ok(field.clone())))
}

/// Seven flags, Monday first.
pub fn week(a: &mut Args) -> Outcome<[bool; 7]> {
    let days: Vec<bool> = a.take()?;
    Ok(days
        .try_into()
        .map_err(|_| a.vm.new_value_error("week_mask takes seven booleans, Monday first"))?)
}
