"""The verbs that data frames and lazy frames share: each is one operation of the native module, which a lazy frame
keeps for later and a data frame runs at once."""

from types import FunctionType

from polars import datatypes
from polars.datatypes import is_dtype, plain
from polars.expr import Expr, _duration, _flags, _predicates, _several
from polars.selectors import Selector, _columns_or_dtypes


class Verbs:
    """What can be done with a frame, lazy or not."""

    def __init_subclass__(cls):
        # A wrong argument is reported by the class that the script knows.
        for name, method in vars(Verbs).items():
            if isinstance(method, FunctionType) and not name.startswith("_"):
                qualified = f"{cls.__name__}.{name}"
                code = method.__code__.replace(co_qualname=qualified)
                own = FunctionType(code, method.__globals__, name, method.__defaults__, method.__closure__)
                own.__kwdefaults__, own.__qualname__, own.__doc__ = method.__kwdefaults__, qualified, method.__doc__
                setattr(cls, name, own)

    def _verb(self, name, *args):
        raise NotImplementedError

    def select(self, *exprs, **named_exprs):
        """Makes a frame of these columns."""
        return self._verb("select", exprs, named_exprs)

    def select_seq(self, *exprs, **named_exprs):
        """Makes a frame of these columns."""
        return self._verb("select", exprs, named_exprs)

    def with_columns(self, *exprs, **named_exprs):
        """Adds columns, or replaces those of the same name."""
        return self._verb("with_columns", exprs, named_exprs)

    def with_columns_seq(self, *exprs, **named_exprs):
        """Adds columns, or replaces those of the same name."""
        return self._verb("with_columns", exprs, named_exprs)

    def filter(self, *predicates, **constraints):
        """Keeps the rows where all predicates are true; column=value compares."""
        return self._verb("filter", *_row_predicates(self, predicates, constraints))

    def remove(self, *predicates, **constraints):
        """Drops the rows where all predicates are true."""
        return self._verb("remove", *_row_predicates(self, predicates, constraints))

    def sort(self, by, *more_by, descending=False, nulls_last=False, multithreaded=True, maintain_order=False):
        """Sorts rows by columns; descending and nulls_last may be lists, one flag a column."""
        by = _several(by, more_by)
        return self._verb("sort", by, _flags(descending, by), _flags(nulls_last, by), maintain_order)

    def top_k(self, k, *, by, reverse=False):
        """The k rows with the greatest values."""
        by = _several(by, ())
        return self._verb("top_k", k, by, _flags(reverse, by), [True], False)

    def bottom_k(self, k, *, by, reverse=False):
        """The k rows with the least values."""
        by = _several(by, ())
        return self._verb("bottom_k", k, by, _flags(reverse, by), [True], False)

    def drop(self, *columns, strict=True):
        """Drops columns."""
        names = _strings(columns)
        return self._verb("drop", names if names is not None else [_columns_or_dtypes(list(columns))], strict)

    def rename(self, mapping, *, strict=True):
        """Renames columns, by a dict or by a function."""
        if callable(mapping):
            return self.select(_all().name.map(mapping))
        return self._verb("rename", list(mapping.keys()), list(mapping.values()), strict)

    def cast(self, dtypes, *, strict=True):
        """Converts all columns to a type, or some by a dict."""
        if not isinstance(dtypes, dict):
            return self._verb("cast_all", plain(dtypes), strict)
        exprs = []
        for column, dtype in dtypes.items():
            chosen = column if isinstance(column, Expr) else _columns_or_dtypes(column) if is_dtype(column) else _col(column)
            exprs.append(Expr._wrap(chosen._native).cast(dtype, strict=strict))
        return self.with_columns(exprs)

    def with_row_index(self, name="index", offset=0):
        """Adds row numbers as the first column."""
        return self._verb("with_row_index", name, offset)

    def with_row_count(self, name="row_nr", offset=0):
        """Adds row numbers as the first column; with_row_index is the newer name."""
        return self._verb("with_row_index", name, offset)

    def drop_nulls(self, subset=None):
        """Drops rows that hold a null."""
        return self._verb("drop_nulls", _subset(subset))

    def drop_nans(self, subset=None):
        """Drops rows that hold NaN."""
        return self._verb("drop_nans", _subset(subset))

    def fill_nan(self, value):
        """Replaces NaN by a value."""
        return self._verb("fill_nan", value)

    def fill_null(self, value=None, strategy=None, limit=None, *, matches_supertype=True):
        """Replaces nulls by a value (in columns of its type), or by a strategy: forward, backward, min, max, mean, zero, one."""
        if value is None:
            return self.with_columns(_all().fill_null(strategy=strategy, limit=limit))
        if strategy is not None:
            raise ValueError("cannot specify both `value` and `strategy`")
        dtypes = _types_of(value, matches_supertype)
        if dtypes is None:
            return self.with_columns(_all().fill_null(value))
        return self.with_columns(_columns_or_dtypes(dtypes).as_expr().fill_null(value))

    def unique(self, subset=None, *, keep="any", maintain_order=False):
        """Drops duplicate rows; keep is any, first, last or none."""
        return self._verb("unique", _subset(subset), keep, maintain_order)

    def explode(self, columns, *more_columns):
        """Makes a row of each item of list columns."""
        return self._verb("explode", _chosen(columns, more_columns))

    def unnest(self, columns, *more_columns):
        """Makes columns of the fields of struct columns."""
        return self._verb("unnest", _chosen(columns, more_columns))

    def unpivot(self, on=None, *, index=None, variable_name=None, value_name=None):
        """Makes rows of columns: a variable and a value."""
        return self._verb("unpivot", _subset(on), _subset(index), variable_name, value_name)

    def melt(self, id_vars=None, value_vars=None, variable_name=None, value_name=None):
        """Makes rows of columns; unpivot is the newer name."""
        return self.unpivot(value_vars, index=id_vars, variable_name=variable_name, value_name=value_name)

    def shift(self, n=1, *, fill_value=None):
        """Moves all values down by n rows."""
        if fill_value is None:
            return self._verb("shift", n)
        return self._verb("shift_and_fill", n, fill_value)

    def reverse(self):
        """The rows the other way round."""
        return self._verb("reverse")

    def gather_every(self, n, offset=0):
        """Every n-th row."""
        return self.select(_all().gather_every(n, offset))

    def interpolate(self):
        """Fills nulls between values."""
        return self.select(_all().interpolate())

    def approx_n_unique(self):
        """About how many distinct values each column has."""
        return self.select(_all().approx_n_unique())

    def sum(self):
        """Sum of each column."""
        return self._verb("sum")

    def mean(self):
        """Mean of each column."""
        return self._verb("mean")

    def median(self):
        """Median of each column."""
        return self._verb("median")

    def min(self):
        """Least value of each column."""
        return self._verb("min")

    def max(self):
        """Greatest value of each column."""
        return self._verb("max")

    def std(self, ddof=1):
        """Standard deviation of each column."""
        return self._verb("std", ddof)

    def var(self, ddof=1):
        """Variance of each column."""
        return self._verb("var", ddof)

    def quantile(self, quantile, interpolation="nearest"):
        """Quantile of each column."""
        return self._verb("quantile", quantile, interpolation)

    def null_count(self):
        """Number of nulls of each column."""
        return self._verb("null_count")

    def count(self):
        """Number of values of each column that are not null."""
        return self._verb("count")

    def set_sorted(self, column, *, descending=False):
        """Promises that a column is sorted."""
        return self.with_columns(_col(column).set_sorted(descending=descending))

    def merge_sorted(self, other, key):
        """Merges the rows of two frames that are sorted by a key."""
        return self._verb("merge_sorted", other.lazy(), key)

    def pipe(self, function, *args, **kwargs):
        """function(self, …)."""
        return function(self, *args, **kwargs)

    def join(self, other, on=None, how="inner", *, left_on=None, right_on=None, suffix="_right", validate="m:m", nulls_equal=False, coalesce=None, maintain_order=None):
        """Joins two frames by keys; how is inner, left, right, full, semi, anti or cross."""
        if not isinstance(other, Verbs):
            raise TypeError(f"expected `other` to be a 'DataFrame' or 'LazyFrame', not {type(other).__name__!r}")
        how = {"outer": "full", "outer_coalesce": "full"}.get(how, how)
        if how not in ("inner", "left", "right", "full", "semi", "anti", "cross"):
            raise ValueError(f"`how` must be one of {{'inner', 'left', 'full', 'semi', 'anti', 'cross'}}, got {how}")
        if how == "cross":
            if left_on is not None or right_on is not None or on is not None:
                raise ValueError("cross join should not pass join keys")
            left = right = []
        elif on is not None:
            if left_on is not None or right_on is not None:
                raise ValueError("cannot use 'on' in conjunction with 'left_on' or 'right_on'")
            left = right = _several(on, ())
        elif left_on is not None and right_on is not None:
            left, right = _several(left_on, ()), _several(right_on, ())
        else:
            raise ValueError("must specify `on` OR `left_on` and `right_on`")
        options = (suffix, validate, nulls_equal, coalesce, maintain_order or "none")
        return self._verb("join", other.lazy(), left, right, how, *options)

    def join_asof(self, other, *, left_on=None, right_on=None, on=None, by_left=None, by_right=None, by=None, strategy="backward", suffix="_right", tolerance=None, allow_parallel=True, force_parallel=False, coalesce=True, allow_exact_matches=True, check_sortedness=True):
        """Joins each row with the nearest earlier (or later) one by a sorted key."""
        if on is not None:
            left_on = right_on = on
        if left_on is None or right_on is None:
            raise ValueError("you should pass the column to join on as an argument")
        if by is not None:
            by_left = by_right = by
        by_left, by_right = (None if one is None else _several(one, ()) for one in (by_left, by_right))
        if hasattr(tolerance, "total_seconds"):
            tolerance = _duration(tolerance)
        options = (by_left, by_right, strategy, suffix, tolerance, allow_exact_matches, check_sortedness, coalesce)
        return self._verb("join_asof", other.lazy(), left_on, right_on, *options)

    def join_where(self, other, *predicates, suffix="_right"):
        """Joins the pairs of rows for which all predicates are true."""
        return self.join(other, how="cross", suffix=suffix).filter(*predicates)

    def update(self, other, on=None, how="left", *, left_on=None, right_on=None, include_nulls=False, maintain_order="left"):
        """Replaces values by those of another frame, matched by keys or by row."""
        if how not in ("left", "inner", "full"):
            raise ValueError(f"`how` must be one of {{'left', 'inner', 'full'}}; found {how!r}")
        mine, theirs = self.lazy(), other.lazy()
        row = "__row__"
        by_row = on is None and left_on is None
        if by_row:
            mine, theirs = mine.with_row_index(row), theirs.with_row_index(row)
            left_on = right_on = [row]
        elif on is not None:
            left_on = right_on = _several(on, ())
        else:
            left_on, right_on = _several(left_on, ()), _several(right_on, ())
        names, other_names = mine.collect_schema().names(), theirs.collect_schema().names()
        shared = [name for name in other_names if name in names and name not in right_on]
        theirs = theirs.select(*right_on, *shared)
        marked = "__there__"
        if include_nulls:
            from polars.functions import lit

            theirs = theirs.with_columns(lit(True).alias(marked))
        joined = mine.join(theirs, left_on=left_on, right_on=right_on, how=how, suffix="__new__", coalesce=True, maintain_order=maintain_order)
        changed = []
        for name in shared:
            new = _col(name + "__new__")
            if include_nulls:
                from polars.functions import when

                changed.append(when(_col(marked).is_not_null()).then(new).otherwise(_col(name)).alias(name))
            else:
                changed.append(new.fill_null(_col(name)).alias(name))
        made = joined.with_columns(changed).select([name for name in names if name != row])
        return made if not self._is_eager else made.collect()

    def __getattr__(self, name):
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def _all():
    from polars.functions import all

    return all()


def _col(name):
    from polars.functions import col

    return col(name)


def _strings(columns):
    flat = []
    for one in columns:
        flat.extend(one if isinstance(one, (list, tuple, set, frozenset)) else [one])
    if all(isinstance(one, str) and not (one.startswith("^") and one.endswith("$")) for one in flat):
        return flat
    return None


def _chosen(columns, more):
    names = _strings([columns, *more])
    return names if names is not None else [_columns_or_dtypes(columns, *more)]


def _subset(columns):
    if columns is None:
        return None
    return _chosen(columns, ())


def _row_predicates(frame, predicates, constraints):
    for given in predicates:
        if isinstance(given, str) and given not in frame.collect_schema():
            raise TypeError(f"invalid predicate for `filter`: {given!r}")
    return _predicates(predicates, constraints)


def _types_of(value, widely):
    """The types of columns in which nulls become `value`; None for all."""
    import datetime as _datetime
    import decimal as _decimal

    if isinstance(value, bool):
        return [datatypes.Boolean]
    if isinstance(value, (int, float)) and widely:
        return [*datatypes.INTEGER_DTYPES, *datatypes.FLOAT_DTYPES, datatypes.Decimal]
    if isinstance(value, int):
        return [datatypes.Int64]
    if isinstance(value, float):
        return [datatypes.Float64]
    if isinstance(value, str):
        return [datatypes.String, datatypes.Categorical]
    if isinstance(value, _datetime.datetime):
        return [datatypes.Datetime]
    if isinstance(value, _datetime.date):
        return [datatypes.Date]
    if isinstance(value, _datetime.timedelta):
        return [datatypes.Duration]
    if isinstance(value, _datetime.time):
        return [datatypes.Time]
    if isinstance(value, _decimal.Decimal):
        return [datatypes.Decimal]
    return None
