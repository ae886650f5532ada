"""Fast data frames: the API of py-polars over Rust polars."""

from polars import exceptions, renamed, selectors
from polars.building import from_dict, from_dicts, from_numpy, from_pandas, from_records
from polars.config import Config
from polars.datatypes import (
    FLOAT_DTYPES, INTEGER_DTYPES, NESTED_DTYPES, NUMERIC_DTYPES, TEMPORAL_DTYPES, Array, Binary, Boolean, Categorical,
    DataType, Date, Datetime, Decimal, Duration, Enum, Field, Float32, Float64, Int8, Int16, Int32, Int64, Int128, List,
    Null, Object, Schema, String, Struct, Time, UInt8, UInt16, UInt32, UInt64, Unknown, Utf8,
)
from polars.expr import Expr
from polars.frame import DataFrame
from polars.functions import (
    StringCache, all, all_horizontal, any, any_horizontal, approx_n_unique, arange, arctan2, arg_sort_by, arg_where,
    business_day_count, coalesce, col, collect_all, concat, concat_list, concat_str, corr, count, cov, cum_count,
    cum_sum, cum_sum_horizontal, date, date_range, date_ranges, datetime, datetime_range, datetime_ranges,
    disable_string_cache, duration, element, enable_string_cache, escape_regex, exclude, field, first, fold, format,
    from_epoch, groups, head, implode, int_range, int_ranges, last, len, linear_space, lit, map_batches, map_groups,
    max, max_horizontal, mean, mean_horizontal, median, min, min_horizontal, n_unique, nth, ones, quantile, reduce,
    repeat, rolling_corr, rolling_cov, select, set_random_seed, std, struct, sum, sum_horizontal, tail,
    sql, thread_pool_size, time, time_range, using_string_cache, var, when, zeros,
)
from polars.io import (
    read_csv, read_csv_batched, read_database, read_excel, read_ipc, read_json, read_ndjson, read_parquet, scan_csv,
    scan_parquet,
)
from polars.lazy import LazyFrame
from polars.series import Series

renamed.install((Expr, Series), (DataFrame, LazyFrame))
read_csv, scan_csv = renamed.csv(read_csv), renamed.csv(scan_csv)

__version__ = "1.33.1"
