//! Operations over neighbours and groups: rolling, cumulative, exponentially weighted, shifts, ranks, `over`.

use polars::prelude::{self as pl, Expr, RollingGroupOptions, SortOptions};

use super::columns::Tried;
use crate::polars::{args::Args, callbacks};

/// Continues `e` by the operation that `args` names, if it is one of these.
pub fn call(e: Expr, a: &mut Args) -> Tried {
    Ok(Ok(match a.name {
        "cum_sum" => e.cum_sum(a.take()?),
        "cum_prod" => e.cum_prod(a.take()?),
        "cum_min" => e.cum_min(a.take()?),
        "cum_max" => e.cum_max(a.take()?),
        "cum_count" => e.cum_count(a.take()?),
        "cumulative_eval" => e.cumulative_eval(a.take()?, a.take()?),
        "shift" => e.shift(a.take()?),
        "shift_and_fill" => e.shift_and_fill(a.take::<Expr>()?, a.literal()?),
        "diff" => e.diff(a.take()?, a.take()?),
        "pct_change" => e.pct_change(a.take()?),
        "rank" => {
            let options = pl::RankOptions {
                method: a.take()?,
                descending: a.take()?,
            };
            e.rank(options, a.take()?)
        }
        "ewm_mean" => e.ewm_mean(a.ewm()?),
        "ewm_std" => e.ewm_std(a.ewm()?),
        "ewm_var" => e.ewm_var(a.ewm()?),
        "rolling_mean" => e.rolling_mean(a.rolling()?),
        "rolling_sum" => e.rolling_sum(a.rolling()?),
        "rolling_min" => e.rolling_min(a.rolling()?),
        "rolling_max" => e.rolling_max(a.rolling()?),
        "rolling_median" => e.rolling_median(a.rolling()?),
        "rolling_std" => {
            let options = a.rolling()?;
            e.rolling_std(with_ddof(options, a.take()?))
        }
        "rolling_var" => {
            let options = a.rolling()?;
            e.rolling_var(with_ddof(options, a.take()?))
        }
        "rolling_quantile" => {
            let (method, quantile) = (a.take()?, a.take()?);
            e.rolling_quantile(method, quantile, a.rolling()?)
        }
        "rolling_skew" => {
            let bias = a.take()?;
            let mut options = a.rolling()?;
            options.fn_params = Some(pl::RollingFnParams::Skew { bias });
            e.rolling_skew(options)
        }
        "rolling_kurtosis" => {
            let (fisher, bias) = (a.take()?, a.take()?);
            let mut options = a.rolling()?;
            options.fn_params = Some(pl::RollingFnParams::Kurtosis { fisher, bias });
            e.rolling_kurtosis(options)
        }
        "rolling_map" => {
            let function = callbacks::series_function(a.object()?);
            e.rolling_map(function, a.rolling()?)
        }
        "rolling_mean_by" => e.rolling_mean_by(a.take()?, a.rolling_by()?),
        "rolling_sum_by" => e.rolling_sum_by(a.take()?, a.rolling_by()?),
        "rolling_min_by" => e.rolling_min_by(a.take()?, a.rolling_by()?),
        "rolling_max_by" => e.rolling_max_by(a.take()?, a.rolling_by()?),
        "rolling_median_by" => e.rolling_median_by(a.take()?, a.rolling_by()?),
        "rolling_std_by" => {
            let (by, mut options) = (a.take()?, a.rolling_by()?);
            options.fn_params = Some(ddof(a.take()?));
            e.rolling_std_by(by, options)
        }
        "rolling_var_by" => {
            let (by, mut options) = (a.take()?, a.rolling_by()?);
            options.fn_params = Some(ddof(a.take()?));
            e.rolling_var_by(by, options)
        }
        "rolling_quantile_by" => {
            let (by, options) = (a.take()?, a.rolling_by()?);
            e.rolling_quantile_by(by, a.take()?, a.take()?, options)
        }
        "rolling" => e.rolling(RollingGroupOptions {
            index_column: a.take()?,
            period: a.take()?,
            offset: a.take()?,
            closed_window: a.take()?,
        }),
        "over" => {
            let by = a.object()?;
            let by = if a.vm.is_none(&by) {
                None
            } else {
                Some(crate::polars::args::expressions(&by, a.vm)?)
            };
            let order = a.object()?;
            let order = if a.vm.is_none(&order) {
                None
            } else {
                Some(crate::polars::args::expressions(&order, a.vm)?)
            };
            let options = SortOptions::default()
                .with_order_descending(a.take()?)
                .with_nulls_last(a.take()?);
            e.over_with_options(by, order.map(|order| (order, options)), a.take()?)?
        }
        _ => return Ok(Err(e)),
    }))
}

fn with_ddof(mut options: pl::RollingOptionsFixedWindow, delta: u8) -> pl::RollingOptionsFixedWindow {
    options.fn_params = Some(ddof(delta));
    options
}

fn ddof(delta: u8) -> pl::RollingFnParams {
    pl::RollingFnParams::Var(pl::RollingVarParams { ddof: delta })
}
