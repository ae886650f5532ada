"""Series: one column of values.

What an expression can do, a series can: it runs as an expression over a frame of this one column.
"""

import _polars

from polars import datatypes
from polars.datatypes import from_plain, parse_into_dtype, plain


class Series:
    """One named column of values of one type."""

    _native = None
    __hash__ = None

    def __init__(self, name=None, values=None, dtype=None, *, strict=True, nan_to_null=False):
        if name is not None and not isinstance(name, str):
            if values is not None:
                raise TypeError(f"Series name must be a string, not {type(name).__name__!r}")
            name, values = None, name
        name = name or ""
        if isinstance(values, Series):
            made = values.alias(name or values.name)
            self._native = (made if dtype is None else made.cast(dtype, strict=strict))._native
            return
        values = () if values is None else values
        if not hasattr(values, "__iter__") or isinstance(values, (bytes, set, frozenset, dict)):
            raise TypeError(
                f"Series constructor called with unsupported type {type(values).__name__!r} for the `values` parameter"
            )
        if isinstance(values, range) and dtype is None:
            dtype = datatypes.Int64
        self._native = _new(name, values, dtype, strict)

    @classmethod
    def _wrap(cls, native):
        made = object.__new__(Series)
        made._native = native
        return made

    def _do(self, name, *args):
        return Series._wrap(_polars.series(name, self._native, *args))

    def _by_expr(self, expr):
        """The series that an expression over this one makes."""
        frame = _polars.lazy("select", _polars.frame("lazy", _polars.series("frame", self._native)), (expr,), {})
        return Series._wrap(_polars.frame("column_at", _polars.frame("collect", frame), 0))

    def _column(self):
        from polars.expr import Expr

        return Expr._wrap(_polars.expr("fn.by_index", [0], True))

    # What it is

    @property
    def name(self):
        """The name."""
        return _polars.series("name", self._native)

    @property
    def dtype(self):
        """The data type."""
        return from_plain(_polars.series("dtype", self._native))

    @property
    def shape(self):
        """The length, as a tuple."""
        return (len(self),)

    @property
    def flags(self):
        """What is known of the order."""
        return {"SORTED_ASC": False, "SORTED_DESC": False}

    def __len__(self):
        return _polars.series("len", self._native)

    def len(self):
        """Number of values."""
        return len(self)

    def __repr__(self):
        return _polars.series("text", self._native)

    def __str__(self):
        return _polars.series("text", self._native)

    def __bool__(self):
        raise TypeError(
            "the truth value of a Series is ambiguous\n\nHere are some things you might want to try:\n- instead of "
            "`if s`, use `if not s.is_empty()`\n- instead of `s1 and s2`, use `s1 & s2`\n- instead of `s1 or s2`, "
            "use `s1 | s2`\n- instead of `s in [y, z]`, use `s.is_in([y, z])`\n"
        )

    def __iter__(self):
        if self.dtype.is_nested() and not isinstance(self.dtype, datatypes.Struct):
            return (self[index] for index in range(len(self)))
        return iter(_polars.series("values", self._native))

    def __contains__(self, item):
        if item is None:
            return self.has_nulls()
        return bool(self.implode().list.contains(item).item())

    def __getitem__(self, key):
        if isinstance(key, bool):
            raise TypeError(f"cannot select elements using key of type {type(key).__name__!r}: {key!r}")
        if isinstance(key, int):
            value = _polars.series("value", self._native, key)
            return Series._wrap(value) if isinstance(value, _polars.Series) else value
        if isinstance(key, slice):
            return _sliced(self, key)
        if isinstance(key, Series):
            return self.filter(key) if key.dtype == datatypes.Boolean else self.gather(key)
        if isinstance(key, (list, tuple, range)):
            if key and isinstance(key[0], bool):
                return self.filter(Series("", key))
            return self.gather(list(key))
        raise TypeError(f"cannot select elements using key of type {type(key).__name__!r}: {key!r}")

    def __setitem__(self, key, value):
        if isinstance(key, Series) and key.dtype == datatypes.Boolean:
            self._native = self.set(key, value)._native
            return
        self.scatter([key] if isinstance(key, int) else key, value)

    # Operators

    def _operate(self, name, other, reflected=False):
        from polars.expr import Expr

        if isinstance(other, Expr):
            from polars.functions import lit

            given = lit(self)
            return Expr._wrap(_polars.expr(name, other, given) if reflected else _polars.expr(name, given, other))
        if isinstance(other, Series):
            if len(self) == 1 and len(other) > 1:
                renamed = other.alias(self.name)._native
                frame = _polars.frame("new", [renamed])
                made = _polars.expr(name, self._literal(), _polars.expr("fn.by_index", [0], True))
                made = _polars.expr("alias", made, self.name)
                frame = _polars.frame("collect", _polars.lazy("select", _polars.frame("lazy", frame), (made,), {}))
                return Series._wrap(_polars.frame("column_at", frame, 0))
            if len(other) != 1 and len(other) != len(self):
                from polars.exceptions import ShapeError

                what = {"eq": "equality", "ne": "equality"}.get(name, "operation")
                raise ShapeError(f"cannot evaluate two Series of different lengths ({len(self)} and {len(other)}): {what}" if what == "equality" else f"cannot do arithmetic operation on series of different lengths: got {len(self)} and {len(other)}")
            other = other._literal()
        elif isinstance(other, (list, tuple)):
            other = Series("", other)._literal()
        if reflected:
            made = _polars.expr("r" + name, self._column(), other)
        else:
            made = _polars.expr(name, self._column(), other)
        return self._by_expr(_polars.expr("alias", made, self.name))

    def _literal(self):
        made = _polars.expr("fn.literal", self._native)
        return _polars.expr("first", made) if len(self) == 1 else made

    def __add__(self, other):
        return self._operate("add", other)

    def __radd__(self, other):
        return self._operate("add", other, True)

    def __sub__(self, other):
        return self._operate("sub", other)

    def __rsub__(self, other):
        return self._operate("sub", other, True)

    def __mul__(self, other):
        return self._operate("mul", other)

    def __rmul__(self, other):
        return self._operate("mul", other, True)

    def __truediv__(self, other):
        return self._operate("truediv", other)

    def __rtruediv__(self, other):
        return self._operate("truediv", other, True)

    def __floordiv__(self, other):
        return self._operate("floordiv", other)

    def __rfloordiv__(self, other):
        return self._operate("floordiv", other, True)

    def __mod__(self, other):
        return self._operate("mod", other)

    def __rmod__(self, other):
        return self._operate("mod", other, True)

    def __pow__(self, exponent):
        return self._operate("pow", exponent)

    def __rpow__(self, base):
        return self._operate("pow", base, True)

    def __neg__(self):
        return self._by_expr(_polars.expr("neg", self._column()))

    def __pos__(self):
        return self

    def __abs__(self):
        return self.abs()

    def __invert__(self):
        return self._by_expr(_polars.expr("not", self._column()))

    def __and__(self, other):
        return self._operate("and", other)

    def __rand__(self, other):
        return self._operate("and", other, True)

    def __or__(self, other):
        return self._operate("or", other)

    def __ror__(self, other):
        return self._operate("or", other, True)

    def __xor__(self, other):
        return self._operate("xor", other)

    def __eq__(self, other):
        return self._operate("eq", other)

    def __ne__(self, other):
        return self._operate("ne", other)

    def __lt__(self, other):
        return self._operate("lt", other)

    def __le__(self, other):
        return self._operate("le", other)

    def __gt__(self, other):
        return self._operate("gt", other)

    def __ge__(self, other):
        return self._operate("ge", other)

    def eq(self, other):
        """self == other."""
        return self._operate("eq", other)

    def ne(self, other):
        """self != other."""
        return self._operate("ne", other)

    def lt(self, other):
        """self < other."""
        return self._operate("lt", other)

    def le(self, other):
        """self <= other."""
        return self._operate("le", other)

    def gt(self, other):
        """self > other."""
        return self._operate("gt", other)

    def ge(self, other):
        """self >= other."""
        return self._operate("ge", other)

    def pow(self, exponent):
        """self ** exponent."""
        return self._operate("pow", exponent)

    # Values

    def to_list(self):
        """All values as a Python list."""
        return _polars.series("values", self._native)

    def to_numpy(self, *, writable=False, allow_copy=True, use_pyarrow=None, zero_copy_only=None):
        """Not offered: numpy is not here."""
        raise ModuleNotFoundError("numpy is not available; use .to_list(), or polars expressions")

    def to_pandas(self, *, use_pyarrow_extension_array=False, **kwargs):
        """Not offered: pandas is not here."""
        raise ModuleNotFoundError("pandas is not available; use the polars series as it is, or .to_list()")

    def item(self, index=None):
        """The only value, or the one at an index."""
        if index is None:
            if len(self) != 1:
                raise ValueError(f"can only call '.item()' if the Series is of length 1, or an explicit index is provided (Series is of length {len(self)})")
            return self[0]
        return self[index]

    def to_frame(self, name=None):
        """A frame of this column."""
        from polars.frame import DataFrame

        series = self if name is None else self.alias(name)
        return DataFrame._wrap(_polars.series("frame", series._native))

    def to_init_repr(self, n=1000):
        """Python source that makes this series."""
        return f"pl.Series({self.name!r}, {self.head(n).to_list()}, dtype=pl.{self.dtype!r})"

    def is_empty(self):
        """Whether there are no values."""
        return len(self) == 0

    def null_count(self):
        """Number of nulls."""
        return _polars.series("null_count", self._native)

    def has_nulls(self):
        """Whether there is a null."""
        return self.null_count() > 0

    def has_validity(self):
        """Whether there is a null."""
        return self.null_count() > 0

    def is_sorted(self, *, descending=False, nulls_last=False):
        """Whether the values are sorted."""
        return _polars.series("is_sorted", self._native, descending, nulls_last)

    def equals(self, other, *, check_dtypes=False, check_names=False, null_equal=True):
        """Whether another series has the same values."""
        if check_dtypes and self.dtype != other.dtype or check_names and self.name != other.name:
            return False
        return _polars.series("equals", self._native, other, null_equal)

    def estimated_size(self, unit="b"):
        """Memory used, in a unit: b, kb, mb, gb."""
        from polars.frame import _scaled

        return _scaled(_polars.series("size", self._native), unit)

    def n_chunks(self):
        """Number of pieces of memory."""
        return _polars.series("n_chunks", self._native)

    def alias(self, name):
        """With another name."""
        return self._do("rename", name)

    def rename(self, name):
        """With another name."""
        return self._do("rename", name)

    def clone(self):
        """A copy."""
        return Series._wrap(self._native)

    def clear(self, n=0):
        """No values, or n nulls, of the same type."""
        return Series(self.name, [None] * n, dtype=self.dtype)

    def extend(self, other):
        """Puts another series below this one, in place."""
        self._native = _polars.series("extend", self._native, other)
        return self

    def append(self, other):
        """Puts another series below this one, in place."""
        return self.extend(other)

    def slice(self, offset, length=None):
        """A part from an offset, which may count from the end."""
        return self._do("slice", offset, len(self) if length is None else length)

    def head(self, n=10):
        """The first n values; a negative n leaves out the last ones."""
        return self.slice(0, n if n >= 0 else max(0, len(self) + n))

    def tail(self, n=10):
        """The last n values; a negative n leaves out the first ones."""
        n = min(len(self), n) if n >= 0 else max(0, len(self) + n)
        return self.slice(len(self) - n, n)

    def limit(self, n=10):
        """The first n values."""
        return self.head(n)

    def filter(self, predicate):
        """Keeps the values where a series of booleans is true."""
        if isinstance(predicate, (list, tuple)):
            predicate = Series("", predicate)
        return self._by_expr(_polars.expr("filter", self._column(), (predicate,), {}))

    def zip_with(self, mask, other):
        """These values where the mask is true, the other's elsewhere."""
        return self._do("zip_with", mask, other)

    def set(self, filter, value):
        """A value where the filter is true."""
        from polars.functions import lit, when

        column = self._column()
        return self._by_expr(when(lit(filter)).then(lit(value)).otherwise(column).cast(self.dtype).alias(self.name))

    def scatter(self, indices, values):
        """Sets values at indices, in place."""
        indices = [indices] if isinstance(indices, int) else list(indices)
        values = list(values) if hasattr(values, "__iter__") and not isinstance(values, str) else [values]
        self._native = _polars.series("scatter", self._native, indices, values)
        return self

    def new_from_index(self, index, length):
        """The value at an index, repeated."""
        return Series._wrap(_polars.series("full", self.slice(index, 1)._native, length))

    def map_elements(self, function, return_dtype=None, *, skip_nulls=True):
        """Calls a Python function on each value."""
        return self._by_expr(self._column().map_elements(function, return_dtype, skip_nulls=skip_nulls))

    def describe(self, percentiles=(0.25, 0.5, 0.75), interpolation="nearest"):
        """Summary statistics."""
        stats = self.to_frame().describe(percentiles=percentiles, interpolation=interpolation)
        stats.columns = ["statistic", "value"]
        return stats.filter(stats["value"].is_not_null())

    def value_counts(self, *, sort=False, parallel=False, name=None, normalize=False):
        """How often each distinct value occurs, as a frame."""
        expr = self._column().value_counts(sort=sort, name=name, normalize=normalize)
        return self._by_expr(expr).struct.unnest()

    def hist(self, bins=None, *, bin_count=None, include_category=True, include_breakpoint=True):
        """Counts by bins, as a frame."""
        expr = self._column().hist(
            bins, bin_count=bin_count, include_category=include_category, include_breakpoint=include_breakpoint
        )
        made = self._by_expr(expr)
        return made.struct.unnest() if made.dtype == datatypes.Struct else made.to_frame()

    def to_dummies(self, *, separator="_", drop_first=False, drop_nulls=False):
        """A column of 0 and 1 for each distinct value, as a frame."""
        return self.to_frame().to_dummies(separator=separator, drop_first=drop_first, drop_nulls=drop_nulls)

    def cut(self, breaks, *, labels=None, left_closed=False, include_breaks=False):
        """Sorts numbers into bins with these breaks."""
        return self._by_expr(
            self._column().cut(breaks, labels=labels, left_closed=left_closed, include_breaks=include_breaks)
        )

    def sort(self, *, descending=False, nulls_last=False, multithreaded=True, in_place=False):
        """Sorts."""
        made = self._by_expr(self._column().sort(descending=descending, nulls_last=nulls_last))
        if in_place:
            self._native = made._native
            return self
        return made

    def is_between(self, lower_bound, upper_bound, closed="both"):
        """Whether the value lies between two bounds; closed is both, left, right or none."""
        from polars.functions import lit

        return self._by_expr(self._column().is_between(lit(lower_bound), lit(upper_bound), closed))

    def search_sorted(self, element, side="any", *, descending=False):
        """Where values would be inserted to keep the order."""
        made = self._by_expr(self._column().search_sorted(element, side, descending=descending))
        return made if isinstance(element, (Series, list)) else made.item()

    @property
    def str(self):
        """Operations on text."""
        return SeriesNamespace(self, "str")

    @property
    def dt(self):
        """Operations on dates and times."""
        return SeriesTemporal(self, "dt")

    @property
    def list(self):
        """Operations on lists."""
        return SeriesNamespace(self, "list")

    @property
    def struct(self):
        """Operations on structs."""
        return SeriesStruct(self, "struct")

    @property
    def cat(self):
        """Operations on categories."""
        return SeriesNamespace(self, "cat")

    def __glovebox_table__(self, limit):
        return self.to_frame().__glovebox_table__(limit)


def _new(name, values, dtype, strict):
    if dtype is None:
        values = values if isinstance(values, (list, tuple)) else list(values)
        return _polars.series("new", name, values, None, strict)
    dtype = parse_into_dtype(dtype)
    values = list(values)
    if dtype == datatypes.Struct and isinstance(dtype, type) or dtype == datatypes.List and isinstance(dtype, type):
        return _polars.series("new", name, values, None, strict)
    if isinstance(dtype, type) and dtype == datatypes.Decimal:
        return _polars.series("new", name, values, None, strict)
    if dtype.is_temporal() and any(isinstance(value, str) for value in values):
        # As in py-polars, text stays text; it is parsed by .str.to_date and the like.
        return _polars.series("new", name, values, None, strict)
    return _polars.series("new", name, values, plain(dtype), strict)


def _sliced(series, key):
    """The part of a series or frame that a Python slice names."""
    start, stop, step = key.indices(len(series))
    if step == 1:
        return series.slice(start, max(0, stop - start))
    return series.gather(list(range(start, stop, step)))


class SeriesNamespace:
    """A namespace of a series: each operation of the expressions' namespace, run at once."""

    def __init__(self, series, space):
        self._series, self._space = series, space

    def __getattr__(self, name):
        if name.startswith("_"):
            raise AttributeError(name)
        series = self._series
        method = getattr(getattr(series._column(), self._space), name)

        def call(*args, **kwargs):
            return series._by_expr(method(*args, **kwargs))

        return call

    def __getitem__(self, item):
        return self._series._by_expr(getattr(self._series._column(), self._space)[item])

    def __dir__(self):
        return dir(getattr(self._series._column(), self._space))


class SeriesTemporal(SeriesNamespace):
    """Operations on the dates and times of a series."""

    def min(self):
        """Earliest value."""
        return self._series.min()

    def max(self):
        """Latest value."""
        return self._series.max()

    def mean(self):
        """Mean value."""
        return self._series.mean()

    def median(self):
        """Median value."""
        return self._series.median()


class SeriesStruct(SeriesNamespace):
    """Operations on the structs of a series."""

    @property
    def fields(self):
        """Names of the fields."""
        return [field.name for field in self._series.dtype.fields]

    @property
    def schema(self):
        """Names and types of the fields."""
        return datatypes.Schema(self._series.dtype.to_schema())

    def unnest(self):
        """The fields as a frame."""
        from polars.frame import DataFrame

        return DataFrame._wrap(_polars.frame("new", _polars.series("struct_fields", self._series)))


#: Methods of expressions whose result is one value, which a series answers as a Python value.
_SCALARS = frozenset(
    "sum mean median min max nan_min nan_max std var product quantile first last count n_unique approx_n_unique any all "
    "arg_min arg_max skew kurtosis entropy dot index_of lower_bound upper_bound get".split()
)

#: Methods of expressions that make no sense for one series.
_EXPRESSIONS_ONLY = frozenset("over exclude agg_groups rolling pipe where flatten meta name log10".split())


def _adopt():
    """Gives Series the methods of Expr that it does not have."""
    import functools

    from polars.expr import Expr

    def of_series(name, method):
        if name in _SCALARS:

            @functools.wraps(method)
            def run(self, *args, **kwargs):
                return self._by_expr(method(self._column(), *args, **kwargs)).item()
        else:

            @functools.wraps(method)
            def run(self, *args, **kwargs):
                return self._by_expr(method(self._column(), *args, **kwargs))

        run.__qualname__ = f"Series.{name}"
        return run

    for name, method in list(vars(Expr).items()):
        if not name.startswith("_") and callable(method) and name not in vars(Series) and name not in _EXPRESSIONS_ONLY:
            setattr(Series, name, of_series(name, method))
    for name in ("log10", "where"):
        setattr(Series, name, of_series(name, vars(Expr)[name]))


_adopt()
