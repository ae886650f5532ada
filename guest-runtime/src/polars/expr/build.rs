//! What starts an expression: columns, selectors, literals, conditions, ranges, and functions of several columns.

use polars::prelude::{self as pl, DataType, DataTypeSelector, Expr, Selector, TimeUnitSet, TimeZoneSet};
use polars_plan::dsl::functions as dsl;

use super::{ranges, temporal::week};
use crate::polars::{args::Args, callbacks, errors::Outcome};

/// Makes the expression `fn.name`.
pub fn call(name: &str, a: &mut Args) -> Outcome<Expr> {
    Ok(match name {
        "col" => pl::col(a.take::<String>()?),
        "cols" => pl::cols(a.take::<Vec<String>>()?).as_expr(),
        "by_name" => pl::by_name(a.take::<Vec<String>>()?, a.take()?).as_expr(),
        "by_index" => Selector::ByIndex {
            indices: a.take::<Vec<i64>>()?.into(),
            strict: a.take()?,
        }
        .as_expr(),
        "by_dtype" => dtypes(&a.take::<Vec<DataType>>()?).as_selector().as_expr(),
        "matches" => Selector::Matches(a.take()?).as_expr(),
        "selector" => kinds(a)?.as_expr(),
        "all" => pl::all().as_expr(),
        "literal" => a.literal()?,
        "len" => pl::len(),
        "element" => pl::col(""),
        "ternary" => pl::ternary_expr(a.take()?, a.take()?, a.take()?),
        "struct" => {
            let exprs = a.all_exprs()?;
            if exprs.is_empty() {
                return Err(pl::polars_err!(ComputeError: "`struct` needs one or more expressions").into());
            }
            pl::as_struct(exprs)
        }
        "concat_str" => pl::concat_str(a.exprs()?, &a.take::<String>()?, a.take()?),
        "format" => pl::format_str(&a.take::<String>()?, a.exprs()?)?,
        "concat_list" => pl::concat_list(a.exprs()?)?,
        "coalesce" => pl::coalesce(&a.exprs()?),
        "sum_horizontal" => dsl::sum_horizontal(a.exprs()?, a.take()?)?,
        "mean_horizontal" => dsl::mean_horizontal(a.exprs()?, a.take()?)?,
        "min_horizontal" => dsl::min_horizontal(a.exprs()?)?,
        "max_horizontal" => dsl::max_horizontal(a.exprs()?)?,
        "all_horizontal" => pl::all_horizontal(a.exprs()?)?,
        "any_horizontal" => pl::any_horizontal(a.exprs()?)?,
        "corr" => pl::pearson_corr(a.take()?, a.take()?),
        "spearman" => pl::spearman_rank_corr(a.take()?, a.take()?, a.take()?),
        "cov" => pl::cov(a.take()?, a.take()?, a.take()?),
        "rolling_corr" => pl::rolling_corr(a.take()?, a.take()?, rolling_pair(a)?),
        "rolling_cov" => pl::rolling_cov(a.take()?, a.take()?, rolling_pair(a)?),
        "arctan2" => a.take::<Expr>()?.arctan2(a.take()?),
        "arg_sort_by" => {
            let by = a.exprs()?;
            let mut options = a.sort_multiple()?;
            options.multithreaded = false;
            pl::arg_sort_by(by, options)
        }
        "repeat" => {
            let value = a.literal()?;
            pl::repeat(value, a.take()?)
        }
        "int_range" => pl::int_range(a.take()?, a.take()?, a.take()?, a.take::<DataType>()?),
        "int_ranges" => pl::int_ranges(a.take()?, a.take()?, a.take()?, a.take::<DataType>()?),
        "linear_space" => pl::linear_space(a.take()?, a.take()?, a.take()?, a.take()?),
        "date_range" | "date_ranges" | "time_range" | "time_ranges" | "datetime_range" | "datetime_ranges" => {
            ranges::call(name, a)?
        }
        "datetime" => pl::datetime(pl::DatetimeArgs {
            year: a.take()?,
            month: a.take()?,
            day: a.take()?,
            hour: a.take()?,
            minute: a.take()?,
            second: a.take()?,
            microsecond: a.take()?,
            time_unit: a.take()?,
            time_zone: pl::TimeZone::opt_try_new(a.take::<Option<pl::PlSmallStr>>()?)?,
            ambiguous: a.literal()?,
        }),
        "duration" => pl::duration(pl::DurationArgs {
            weeks: a.take()?,
            days: a.take()?,
            hours: a.take()?,
            minutes: a.take()?,
            seconds: a.take()?,
            milliseconds: a.take()?,
            microseconds: a.take()?,
            nanoseconds: a.take()?,
            time_unit: a.take()?,
        }),
        "business_day_count" => dsl::business_day_count(a.take()?, a.take()?, week(a)?, a.take()?),
        "fold" => callbacks::fold(a)?,
        "reduce" => callbacks::reduce(a)?,
        "map_many" => callbacks::map_many(a)?,
        _ => return Err(a.unknown()),
    })
}

/// `window_size`, `min_samples`, `ddof` of two columns.
fn rolling_pair(a: &mut Args) -> Outcome<pl::RollingCovOptions> {
    Ok(pl::RollingCovOptions {
        window_size: a.take()?,
        min_periods: a.take()?,
        ddof: a.take()?,
    })
}

fn dtypes(dtypes: &[DataType]) -> DataTypeSelector {
    pl::dtype_cols(dtypes)
}

/// The selector of a kind of types, by its name in `polars.selectors`.
fn kinds(a: &mut Args) -> Outcome<Selector> {
    use DataTypeSelector as D;
    let kind: String = a.take()?;
    Ok(match kind.as_str() {
        "numeric" => D::Numeric,
        "integer" => D::Integer,
        "signed_integer" => D::SignedInteger,
        "unsigned_integer" => D::UnsignedInteger,
        "float" => D::Float,
        "temporal" => D::Temporal,
        "datetime" => D::Datetime(TimeUnitSet::all(), TimeZoneSet::Any),
        "duration" => D::Duration(TimeUnitSet::all()),
        "decimal" => D::Decimal,
        "categorical" => D::Categorical,
        "enum" => D::Enum,
        "nested" => D::Nested,
        "list" => D::List(None),
        "array" => D::Array(None, None),
        "struct" => D::Struct,
        "empty" => return Ok(Selector::Empty),
        _ => return Err(a.unknown()),
    }
    .as_selector())
}
