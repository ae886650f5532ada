"""Functions that start expressions, and functions of several columns or frames."""

import builtins
import datetime as _datetime

import _polars

from polars import datatypes
from polars.datatypes import is_dtype, plain
from polars.expr import Expr, _duration, _each, _flags, _on_series, _predicates, _several
from polars.selectors import Selector, _by_dtypes, _columns_or_dtypes
from polars.series import Series


def _make(name, *args):
    return Expr._wrap(_polars.expr("fn." + name, *args))


def _eager(expr, eager, name=None):
    """The expression, or at once its values as a series."""
    if not eager:
        return expr
    from polars.frame import DataFrame

    return DataFrame().select(expr).to_series()


class _Col:
    """`pl.col`: a column by name, several, all of a type, or those that match ^a regex$; also `pl.col.name`."""

    def __call__(self, name, *more_names):
        given = [*(name if isinstance(name, (list, tuple, set, frozenset)) else [name]), *more_names]
        if builtins.len(given) == 1 and isinstance(given[0], str) and isinstance(name, str):
            return _make("col", given[0])
        if builtins.all(isinstance(one, str) for one in given):
            if builtins.any(one.startswith("^") and one.endswith("$") for one in given):
                return _columns_or_dtypes(given).as_expr()
            return _make("cols", given)
        if builtins.all(is_dtype(one) or isinstance(one, type) for one in given):
            return _by_dtypes(given).as_expr()
        raise TypeError(
            "invalid input for `col`\n\nExpected `str` or `DataType`, got " + ", ".join(repr(type(one).__name__) for one in given)
        )

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _make("col", name)


col = _Col()


def lit(value, dtype=None, *, allow_object=False):
    """A value as an expression."""
    if isinstance(value, Expr):
        return value
    made = _make("literal", value)
    return made if dtype is None else made.cast(dtype)


def len():
    """Number of rows."""
    return _make("len")


def count(*columns):
    """Number of rows, or of values in columns that are not null."""
    return col(*columns).count() if columns else _make("len").alias("count")


def element():
    """The item in list.eval and similar."""
    return _make("element")


def field(name):
    """A field of the struct in struct.with_fields."""
    raise NotImplementedError(
        "pl.field is not available here; name the struct: pl.col('s').struct.field('x')"
    )


def all(*names, ignore_nulls=True):
    """All columns; with names, whether all values of each are true."""
    if not names:
        return _make("all")
    return col(*names).all(ignore_nulls=ignore_nulls)


def any(*names, ignore_nulls=True):
    """Whether one value of each column is true."""
    return col(*names).any(ignore_nulls=ignore_nulls)


def exclude(columns, *more_columns):
    """All columns but these."""
    return (~_columns_or_dtypes(columns, *more_columns)).as_expr()


def nth(*indices, strict=True):
    """Columns at positions."""
    flat = [one for index in indices for one in (index if isinstance(index, (list, tuple, range)) else [index])]
    return _make("by_index", flat, strict)


def first(*columns):
    """The first column, or the first value of columns."""
    return col(*columns).first() if columns else nth(0)


def last(*columns):
    """The last column, or the last value of columns."""
    return col(*columns).last() if columns else nth(-1)


def sum(*names):
    """Sum of columns."""
    return col(*names).sum()


def mean(*columns):
    """Mean of columns."""
    return col(*columns).mean()


def median(*columns):
    """Median of columns."""
    return col(*columns).median()


def min(*names):
    """Least value of columns."""
    return col(*names).min()


def max(*names):
    """Greatest value of columns."""
    return col(*names).max()


def std(column, ddof=1):
    """Standard deviation of a column."""
    return col(column).std(ddof)


def var(column, ddof=1):
    """Variance of a column."""
    return col(column).var(ddof)


def quantile(column, quantile, interpolation="nearest"):
    """Quantile of a column."""
    return col(column).quantile(quantile, interpolation)


def n_unique(*columns):
    """Number of distinct values of columns."""
    return col(*columns).n_unique()


def approx_n_unique(*columns):
    """About how many distinct values columns have."""
    return col(*columns).approx_n_unique()


def implode(*columns):
    """All values of columns as one list."""
    return col(*columns).implode()


def head(column, n=10):
    """The first n values of a column."""
    return col(column).head(n)


def tail(column, n=10):
    """The last n values of a column."""
    return col(column).tail(n)


def cum_sum(*names):
    """Running sum of columns."""
    return col(*names).cum_sum()


def cum_count(*columns, reverse=False):
    """Running count of columns."""
    return col(*columns).cum_count(reverse=reverse)


def groups(column):
    """Row indices of the groups of a column."""
    return col(column).agg_groups()


def sum_horizontal(*exprs, ignore_nulls=True):
    """Sum across columns."""
    return _make("sum_horizontal", exprs, ignore_nulls)


def mean_horizontal(*exprs, ignore_nulls=True):
    """Mean across columns."""
    return _make("mean_horizontal", exprs, ignore_nulls)


def min_horizontal(*exprs):
    """Least value across columns."""
    return _make("min_horizontal", exprs)


def max_horizontal(*exprs):
    """Greatest value across columns."""
    return _make("max_horizontal", exprs)


def all_horizontal(*exprs):
    """Whether all columns are true."""
    return _make("all_horizontal", exprs)


def any_horizontal(*exprs):
    """Whether one of the columns is true."""
    return _make("any_horizontal", exprs)


def cum_sum_horizontal(*exprs):
    """Running sums across columns, as a struct."""
    given = [one if isinstance(one, Expr) else col(one) for one in exprs]
    sums, total = [], None
    for one in given:
        total = one if total is None else total + one
        sums.append(total.alias(one.meta.output_name()))
    return struct(*sums).alias("cum_sum")


def coalesce(exprs, *more_exprs, eager=False):
    """The first value across columns that is not null."""
    return _eager(_make("coalesce", _several(exprs, more_exprs)), eager)


def concat_str(exprs, *more_exprs, separator="", ignore_nulls=False):
    """Texts of several columns joined."""
    return _make("concat_str", _several(exprs, more_exprs), separator, ignore_nulls)


def concat_list(exprs, *more_exprs):
    """Values of several columns as a list."""
    return _make("concat_list", _several(exprs, more_exprs))


def format(f_string, *args):
    """A text with {} for each column."""
    if f_string.count("{}") != builtins.len(args):
        raise ValueError("number of placeholders should equal the number of arguments")
    return _make("format", f_string, list(args))


def struct(*exprs, schema=None, eager=False, **named_exprs):
    """Several columns as one of structs."""
    made = _make("struct", exprs, named_exprs)
    if schema is not None:
        made = made.cast(datatypes.Struct(schema), strict=False)
    return _eager(made, eager)


def when(*predicates, **constraints):
    """Starts a condition: pl.when(…).then(…).otherwise(…)."""
    return When([], _condition(predicates, constraints))


def _condition(predicates, constraints):
    conditions, _ = _predicates(predicates, constraints)
    if not conditions:
        raise TypeError("at least one predicate or constraint must be provided")
    if builtins.len(conditions) == 1:
        return conditions[0]
    return all_horizontal(*conditions)


class When:
    """A condition that waits for its value."""

    def __init__(self, pairs, condition):
        self._pairs, self._condition = pairs, condition

    def then(self, statement):
        """The value where the condition is true."""
        return Then([*self._pairs, (self._condition, statement)])


class Then(Expr):
    """Conditions and values; null where none is true, until otherwise says more."""

    __hash__ = None

    def __init__(self, pairs):
        self._pairs = pairs
        self._native = self._chain(_polars.expr("fn.literal", None))

    def _chain(self, native):
        for condition, statement in reversed(self._pairs):
            native = _polars.expr("fn.ternary", condition, statement, native)
        return native

    def when(self, *predicates, **constraints):
        """Another condition, for where those before are not true."""
        return When(self._pairs, _condition(predicates, constraints))

    def otherwise(self, statement):
        """The value where no condition is true."""
        return Expr._wrap(self._chain(statement))


def corr(a, b, *, method="pearson", ddof=None, propagate_nans=False, eager=False):
    """Correlation of two columns; method is pearson or spearman."""
    if method == "pearson":
        return _pair("corr", a, b, (), eager)
    if method == "spearman":
        return _pair("spearman", a, b, (propagate_nans,), eager)
    raise ValueError(f"method must be one of {{'pearson', 'spearman'}}, got {method!r}")


def cov(a, b, *, ddof=1, eager=False):
    """Covariance of two columns."""
    return _pair("cov", a, b, (ddof,), eager)


def _pair(name, a, b, options, eager):
    if isinstance(a, Series) or isinstance(b, Series):
        a, b = (lit(one) if isinstance(one, Series) else one for one in (a, b))
    return _eager(_make(name, a, b, *options), eager)


def rolling_corr(a, b, *, window_size, min_samples=None, ddof=1):
    """Moving correlation of two columns."""
    return _make("rolling_corr", a, b, window_size, window_size if min_samples is None else min_samples, ddof)


def rolling_cov(a, b, *, window_size, min_samples=None, ddof=1):
    """Moving covariance of two columns."""
    return _make("rolling_cov", a, b, window_size, window_size if min_samples is None else min_samples, ddof)


def arctan2(y, x):
    """Angle of a point."""
    return _make("arctan2", y, x)


def arg_sort_by(exprs, *more_exprs, descending=False, nulls_last=False, multithreaded=True, maintain_order=False):
    """Indices that would sort by columns."""
    by = _several(exprs, more_exprs)
    return _make("arg_sort_by", by, _flags(descending, by), _flags(nulls_last, by), maintain_order)


def arg_where(condition, *, eager=False):
    """Indices where a condition is true."""
    if eager:
        return condition.arg_true()
    return condition.arg_true()


def repeat(value, n, *, dtype=None, eager=False):
    """A value n times."""
    made = _make("repeat", value, n)
    return _eager(made if dtype is None else made.cast(dtype).alias("repeat"), eager)


def ones(n, dtype=datatypes.Float64, *, eager=False):
    """1, n times."""
    return _eager(repeat(1, n, dtype=dtype).alias("ones"), eager)


def zeros(n, dtype=datatypes.Float64, *, eager=False):
    """0, n times."""
    return _eager(repeat(0, n, dtype=dtype).alias("zeros"), eager)


def int_range(start=0, end=None, step=1, *, dtype=datatypes.Int64, eager=False):
    """Integers from start up to end, without it."""
    if end is None:
        start, end = 0, start
    return _eager(_make("int_range", start, end, step, plain(dtype)), eager)


def arange(start=0, end=None, step=1, *, dtype=datatypes.Int64, eager=False):
    """Integers from start up to end, without it."""
    return int_range(start, end, step, dtype=dtype, eager=eager)


def int_ranges(start=0, end=None, step=1, *, dtype=datatypes.Int64, eager=False):
    """A list of integers for each row."""
    if end is None:
        start, end = 0, start
    return _eager(_make("int_ranges", start, end, step, plain(dtype)), eager)


def linear_space(start, end, num_samples, *, closed="both", eager=False):
    """Numbers at equal distances."""
    return _eager(_make("linear_space", start, end, num_samples, closed), eager)


def date_range(start, end, interval="1d", *, closed="both", eager=False):
    """Dates at an interval such as 1d, 1w, 1mo."""
    return _eager(_make("date_range", _moment(start), _moment(end), _interval(interval), closed), eager)


def date_ranges(start, end, interval="1d", *, closed="both", eager=False):
    """A list of dates for each row."""
    return _eager(_make("date_ranges", _moment(start), _moment(end), _interval(interval), closed), eager)


def datetime_range(start, end, interval="1d", *, closed="both", time_unit=None, time_zone=None, eager=False):
    """Datetimes at an interval such as 1h, 1d, 1mo."""
    if time_unit is None and "ns" in str(interval):
        time_unit = "ns"
    options = (_interval(interval), closed, time_unit, time_zone)
    return _eager(_make("datetime_range", _moment(start), _moment(end), *options), eager)


def datetime_ranges(start, end, interval="1d", *, closed="both", time_unit=None, time_zone=None, eager=False):
    """A list of datetimes for each row."""
    options = (_interval(interval), closed, time_unit, time_zone)
    return _eager(_make("datetime_ranges", _moment(start), _moment(end), *options), eager)


def time_range(start=None, end=None, interval="1h", *, closed="both", eager=False):
    """Times of day at an interval."""
    start = _datetime.time(0, 0) if start is None else start
    end = _datetime.time(23, 59, 59, 999999) if end is None else end
    return _eager(_make("time_range", start, end, _interval(interval), closed), eager)


def _interval(interval):
    return _duration(interval).replace(" ", "")


def _moment(given):
    return given


def date(year, month, day):
    """A date from columns."""
    return datetime(year, month, day).cast(datatypes.Date).alias("date")


def datetime(year, month, day, hour=None, minute=None, second=None, microsecond=None, *, time_unit="us", time_zone=None, ambiguous="raise"):
    """A datetime from columns."""
    parts = (0 if part is None else part for part in (hour, minute, second, microsecond))
    return _make("datetime", year, month, day, *parts, time_unit, time_zone, ambiguous)


def time(hour=None, minute=None, second=None, microsecond=None):
    """A time of day from columns."""
    return datetime(1970, 1, 1, hour, minute, second, microsecond).cast(datatypes.Time).alias("time")


def duration(*, weeks=None, days=None, hours=None, minutes=None, seconds=None, milliseconds=None, microseconds=None, nanoseconds=None, time_unit=None):
    """A duration from columns."""
    if time_unit is None:
        time_unit = "us" if nanoseconds is None else "ns"
    parts = (weeks, days, hours, minutes, seconds, milliseconds, microseconds, nanoseconds)
    return _make("duration", *(0 if part is None else part for part in parts), time_unit)


def from_epoch(column, time_unit="s"):
    """Times from numbers since 1970 in a unit: ns, us, ms, s or d."""
    if isinstance(column, str):
        column = col(column)
    elif not isinstance(column, (Series, Expr)):
        column = Series(values=column)
    if time_unit == "d":
        return column.cast(datatypes.Date)
    if time_unit == "s":
        return (column.cast(datatypes.Int64) * 1_000_000).cast(datatypes.Datetime("us"))
    if time_unit in ("ns", "us", "ms"):
        return column.cast(datatypes.Datetime(time_unit))
    raise ValueError(f"`time_unit` must be one of {{'ns', 'us', 'ms', 's', 'd'}}, got {time_unit!r}")


def business_day_count(start, end, *, week_mask=(True, True, True, True, True, False, False), holidays=()):
    """Number of working days from start up to end, without it."""
    from polars.temporal import _days

    return _make("business_day_count", start, end, list(week_mask), _days(holidays))


def fold(acc, function, exprs, *, returns_scalar=False, return_dtype=None):
    """Joins columns from the left by a function of two series, from a start."""
    made = _make("fold", acc, _on_pair(function), _several(exprs, ()))
    return made if return_dtype is None else made.cast(return_dtype)


def reduce(function, exprs, *, returns_scalar=False, return_dtype=None):
    """Joins columns from the left by a function of two series."""
    made = _make("reduce", _on_pair(function), _several(exprs, ()))
    return made if return_dtype is None else made.cast(return_dtype)


def _on_pair(function):
    def call(left, right):
        answer = function(Series._wrap(left), Series._wrap(right))
        return answer._native if isinstance(answer, Series) else Series("", [answer])._native

    return call


def map_batches(exprs, function, return_dtype=None, *, is_elementwise=False, returns_scalar=False):
    """A Python function of several columns: it gets a list of series and answers one."""
    return _make("map_many", _several(exprs, ()), _on_several(function), plain(return_dtype))


def map_groups(exprs, function, return_dtype=None, *, is_elementwise=False, returns_scalar=False):
    """A Python function of several columns in each group."""
    return _make("map_many", _several(exprs, ()), _on_several(function), plain(return_dtype))


def _on_several(function):
    def call(*natives):
        given = [Series._wrap(native) for native in natives]
        answer = function(given)
        if isinstance(answer, Series):
            return answer._native
        return Series(given[0].name, answer if isinstance(answer, (list, tuple)) else [answer])._native

    return call


def select(*exprs, eager=True, **named_exprs):
    """Expressions without a frame, as a frame."""
    from polars.frame import DataFrame

    made = DataFrame().lazy().select(*exprs, **named_exprs)
    return made.collect() if eager else made


def collect_all(lazy_frames, **kwargs):
    """Runs several queries."""
    return [frame.collect() for frame in lazy_frames]


def concat(items, *, how="vertical", rechunk=False, parallel=True):
    """Frames or series as one; how is vertical, vertical_relaxed, diagonal, diagonal_relaxed, horizontal or align."""
    from polars.frame import DataFrame
    from polars.lazy import LazyFrame

    items = list(items)
    if not items:
        raise ValueError("cannot concat empty list")
    if builtins.len(items) == 1 and isinstance(items[0], (DataFrame, Series, LazyFrame)):
        return items[0]
    kinds = ("vertical", "vertical_relaxed", "diagonal", "diagonal_relaxed", "horizontal")
    if isinstance(items[0], Series):
        if how != "vertical":
            raise ValueError("Series only supports 'vertical' concat strategy")
        name = items[0].name
        frames = [series.alias(name).to_frame() for series in items]
        return concat(frames).to_series()
    lazy = isinstance(items[0], LazyFrame)
    if how.startswith("align"):
        made = _aligned([item.lazy() for item in items], how)
    elif how == "vertical" and not lazy:
        return DataFrame._wrap(_polars.frame("concat", items))
    elif how in kinds:
        made = LazyFrame._wrap(_polars.lazy("concat", [item.lazy() for item in items], how))
    else:
        allowed = ", ".join(repr(kind) for kind in (*kinds, "align", "align_full", "align_inner", "align_left", "align_right"))
        raise ValueError(f"DataFrame `how` must be one of {{{allowed}}}, got {how!r}")
    return made if lazy else made.collect()


def _aligned(frames, how):
    """Frames side by side by the columns that they share."""
    names = [frame.collect_schema().names() for frame in frames]
    shared = [name for name in names[0] if builtins.all(name in others for others in names[1:])]
    if not shared:
        from polars.exceptions import InvalidOperationError

        raise InvalidOperationError("'align' strategy requires at least one common column")
    kind = {"align": "full"}.get(how, how.removeprefix("align_"))
    made = frames[0]
    for frame in frames[1:]:
        made = made.join(frame, on=shared, how=kind, coalesce=True, maintain_order="right_left" if kind == "right" else "left_right")
    return made.sort(shared, maintain_order=True) if how in ("align", "align_full") else made


def escape_regex(s):
    """A text with the special characters of regular expressions escaped."""
    import re

    return re.sub(r"([\\.+*?()|\[\]{}^$#&\-~])", r"\\\1", s)


def set_random_seed(seed):
    """Seeds all random choices."""
    _polars.run("seed", seed)


def enable_string_cache():
    """Nothing happens; categories always fit together."""


def disable_string_cache():
    """Nothing happens; categories always fit together."""


def using_string_cache():
    """Whether categories fit together: always."""
    return True


class StringCache:
    """Nothing happens; categories always fit together."""

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None


def sql(query, *, eager=False):
    """Not offered: use expressions."""
    raise NotImplementedError("SQL is not available here; use select, filter, group_by and join")


def thread_pool_size():
    """Number of threads."""
    return 1
