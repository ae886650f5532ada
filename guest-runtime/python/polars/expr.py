"""Expressions: what is to be computed from columns."""

import math

import _polars

from polars import datatypes
from polars.datatypes import plain
from polars.namespaces import CatNamespace, ListNamespace, NameNamespace, StructNamespace
from polars.strings import StringNamespace
from polars.temporal import DateTimeNamespace


class _NoDefault:
    def __repr__(self):
        return "<no_default>"


no_default = _NoDefault()


class Expr:
    """A computation over columns, made by `pl.col(…)` and continued by methods."""

    _native = None
    __hash__ = None

    @classmethod
    def _wrap(cls, native):
        made = object.__new__(Expr)
        made._native = native
        return made

    def _do(self, name, *args):
        return Expr._wrap(_polars.expr(name, self._native, *args))

    def __repr__(self):
        text = _polars.run("expr_text", self)
        return f"<Expr [{text[:60] + '…' if len(text) > 60 else text!r}] at 0x{id(self):X}>".replace("['", "['")

    def __str__(self):
        return _polars.run("expr_text", self)

    def __bool__(self):
        raise TypeError(
            "the truth value of an Expr is ambiguous\n\nYou probably got here by using a Python standard library "
            "function instead of the native expressions API.\nHere are some things you might want to try:\n"
            "- instead of `pl.col('a') and pl.col('b')`, use `pl.col('a') & pl.col('b')`\n"
            "- instead of `pl.col('a') in [y, z]`, use `pl.col('a').is_in([y, z])`\n"
            "- instead of `max(pl.col('a'), pl.col('b'))`, use `pl.max_horizontal(pl.col('a'), pl.col('b'))`\n"
        )

    # Operators

    def __add__(self, other):
        return self._do("add", other)

    def __radd__(self, other):
        return self._do("radd", other)

    def __sub__(self, other):
        return self._do("sub", other)

    def __rsub__(self, other):
        return self._do("rsub", other)

    def __mul__(self, other):
        return self._do("mul", other)

    def __rmul__(self, other):
        return self._do("rmul", other)

    def __truediv__(self, other):
        return self._do("truediv", other)

    def __rtruediv__(self, other):
        return self._do("rtruediv", other)

    def __floordiv__(self, other):
        return self._do("floordiv", other)

    def __rfloordiv__(self, other):
        return self._do("rfloordiv", other)

    def __mod__(self, other):
        return self._do("mod", other)

    def __rmod__(self, other):
        return self._do("rmod", other)

    def __pow__(self, exponent):
        return self._do("pow", exponent)

    def __rpow__(self, base):
        return self._do("rpow", base)

    def __neg__(self):
        return self._do("neg")

    def __pos__(self):
        return self

    def __abs__(self):
        return self.abs()

    def __invert__(self):
        return self._do("not")

    def __and__(self, other):
        return self._do("and", other)

    def __rand__(self, other):
        return self._do("rand", other)

    def __or__(self, other):
        return self._do("or", other)

    def __ror__(self, other):
        return self._do("ror", other)

    def __xor__(self, other):
        return self._do("xor", other)

    def __rxor__(self, other):
        return self._do("rxor", other)

    def __eq__(self, other):
        return self._do("eq", other)

    def __ne__(self, other):
        return self._do("ne", other)

    def __lt__(self, other):
        return self._do("lt", other)

    def __le__(self, other):
        return self._do("le", other)

    def __gt__(self, other):
        return self._do("gt", other)

    def __ge__(self, other):
        return self._do("ge", other)

    def add(self, other):
        """self + other."""
        return self._do("add", other)

    def sub(self, other):
        """self - other."""
        return self._do("sub", other)

    def mul(self, other):
        """self * other."""
        return self._do("mul", other)

    def truediv(self, other):
        """self / other."""
        return self._do("truediv", other)

    def floordiv(self, other):
        """self // other."""
        return self._do("floordiv", other)

    def mod(self, other):
        """self % other."""
        return self._do("mod", other)

    def pow(self, exponent):
        """self ** exponent."""
        return self._do("pow", exponent)

    def neg(self):
        """-self."""
        return self._do("neg")

    def not_(self):
        """~self."""
        return self._do("not")

    def eq(self, other):
        """self == other."""
        return self._do("eq", other)

    def ne(self, other):
        """self != other."""
        return self._do("ne", other)

    def lt(self, other):
        """self < other."""
        return self._do("lt", other)

    def le(self, other):
        """self <= other."""
        return self._do("le", other)

    def gt(self, other):
        """self > other."""
        return self._do("gt", other)

    def ge(self, other):
        """self >= other."""
        return self._do("ge", other)

    def eq_missing(self, other):
        """Equality in which null equals null."""
        return self._do("eq_missing", other)

    def ne_missing(self, other):
        """Inequality in which null equals null."""
        return self._do("ne_missing", other)

    def and_(self, *others):
        """True where this and all others are."""
        made = self
        for other in others:
            made = made & other
        return made

    def or_(self, *others):
        """True where this or one of the others is."""
        made = self
        for other in others:
            made = made | other
        return made

    def xor(self, other):
        """True where exactly one of the two is."""
        return self._do("xor", other)

    # Names, types, structure

    def alias(self, name):
        """Names the result."""
        return self._do("alias", name)

    def cast(self, dtype, *, strict=True, wrap_numerical=False):
        """Converts to a type; with strict=False what cannot be converted becomes null."""
        return self._do("cast", plain(dtype), strict, wrap_numerical)

    def exclude(self, columns, *more_columns):
        """Leaves columns out, by name, regex or type."""
        from polars.selectors import _columns_or_dtypes

        return self._do("exclude", [_columns_or_dtypes(columns, *more_columns)])

    def pipe(self, function, *args, **kwargs):
        """function(self, …)."""
        return function(self, *args, **kwargs)

    def set_sorted(self, *, descending=False):
        """Promises that the values are sorted."""
        return self._do("set_sorted", descending)

    def to_physical(self):
        """The numbers behind dates and categories."""
        return self._do("to_physical")

    def inspect(self, fmt="{}"):
        """Prints the values when the query runs."""

        def show(series):
            print(fmt.format(series))
            return series

        return self.map_batches(show)

    def rechunk(self):
        """Puts the values into one piece of memory; nothing changes."""
        return self

    def shrink_dtype(self):
        """Nothing happens; kept for scripts that call it."""
        return self

    # Aggregations

    def sum(self):
        """Sum; of an empty column 0."""
        return self._do("sum")

    def mean(self):
        """Mean."""
        return self._do("mean")

    def median(self):
        """Median."""
        return self._do("median")

    def min(self):
        """Least value."""
        return self._do("min")

    def max(self):
        """Greatest value."""
        return self._do("max")

    def nan_min(self):
        """Least value; NaN if there is one."""
        return self._do("nan_min")

    def nan_max(self):
        """Greatest value; NaN if there is one."""
        return self._do("nan_max")

    def std(self, ddof=1):
        """Standard deviation."""
        return self._do("std", ddof)

    def var(self, ddof=1):
        """Variance."""
        return self._do("var", ddof)

    def product(self):
        """Product."""
        return self._do("product")

    def quantile(self, quantile, interpolation="nearest"):
        """Quantile between 0 and 1."""
        return self._do("quantile", quantile, interpolation)

    def first(self):
        """First value."""
        return self._do("first")

    def last(self):
        """Last value."""
        return self._do("last")

    def count(self):
        """Number of values that are not null."""
        return self._do("count")

    def len(self):
        """Number of values, nulls included."""
        return self._do("len")

    def null_count(self):
        """Number of nulls."""
        return self._do("null_count")

    def has_nulls(self):
        """Whether there is a null."""
        return self._do("has_nulls")

    def n_unique(self):
        """Number of distinct values, null included."""
        return self._do("n_unique")

    def approx_n_unique(self):
        """About how many distinct values there are."""
        return self._do("approx_n_unique")

    def any(self, *, ignore_nulls=True):
        """Whether one value is true."""
        return self._do("any", ignore_nulls)

    def all(self, *, ignore_nulls=True):
        """Whether all values are true."""
        return self._do("all", ignore_nulls)

    def arg_min(self):
        """Index of the least value."""
        return self._do("arg_min")

    def arg_max(self):
        """Index of the greatest value."""
        return self._do("arg_max")

    def arg_true(self):
        """Indices of the true values."""
        return self._do("arg_true")

    def implode(self):
        """All values as one list."""
        return self._do("implode")

    def agg_groups(self):
        """Row indices of each group."""
        return self._do("agg_groups")

    def skew(self, *, bias=True):
        """Skewness."""
        return self._do("skew", bias)

    def kurtosis(self, *, fisher=True, bias=True):
        """Kurtosis."""
        return self._do("kurtosis", fisher, bias)

    def entropy(self, base=math.e, *, normalize=True):
        """Entropy of the values taken as probabilities."""
        return self._do("entropy", base, normalize)

    def dot(self, other):
        """Sum of the products with another column."""
        return self._do("dot", other)

    def index_of(self, element):
        """Index of the first such value."""
        return self._do("index_of", element)

    def lower_bound(self):
        """Least value of the type."""
        return self._do("lower_bound")

    def upper_bound(self):
        """Greatest value of the type."""
        return self._do("upper_bound")

    # Value by value

    def abs(self):
        """Absolute value."""
        return self._do("abs")

    def ceil(self):
        """Rounds up."""
        return self._do("ceil")

    def floor(self):
        """Rounds down."""
        return self._do("floor")

    def round(self, decimals=0, mode="half_to_even"):
        """Rounds to a number of decimals."""
        return self._do("round", decimals, mode)

    def round_sig_figs(self, digits):
        """Rounds to a number of significant digits."""
        return self._do("round_sig_figs", digits)

    def clip(self, lower_bound=None, upper_bound=None):
        """Sets values outside the bounds to the bounds."""
        return self._do("clip", lower_bound, upper_bound)

    def sqrt(self):
        """Square root."""
        return self._do("sqrt")

    def cbrt(self):
        """Cube root."""
        return self._do("cbrt")

    def exp(self):
        """e to the power of the value."""
        return self._do("exp")

    def log(self, base=math.e):
        """Logarithm."""
        return self._do("log", base)

    def log10(self):
        """Logarithm to base 10."""
        return self._do("log", 10.0)

    def log1p(self):
        """log(1 + value)."""
        return self._do("log1p")

    def sign(self):
        """-1, 0 or 1."""
        return self._do("sign")

    def sin(self):
        """Sine."""
        return self._do("sin")

    def cos(self):
        """Cosine."""
        return self._do("cos")

    def tan(self):
        """Tangent."""
        return self._do("tan")

    def cot(self):
        """Cotangent."""
        return self._do("cot")

    def arcsin(self):
        """Inverse sine."""
        return self._do("arcsin")

    def arccos(self):
        """Inverse cosine."""
        return self._do("arccos")

    def arctan(self):
        """Inverse tangent."""
        return self._do("arctan")

    def sinh(self):
        """Hyperbolic sine."""
        return self._do("sinh")

    def cosh(self):
        """Hyperbolic cosine."""
        return self._do("cosh")

    def tanh(self):
        """Hyperbolic tangent."""
        return self._do("tanh")

    def arcsinh(self):
        """Inverse hyperbolic sine."""
        return self._do("arcsinh")

    def arccosh(self):
        """Inverse hyperbolic cosine."""
        return self._do("arccosh")

    def arctanh(self):
        """Inverse hyperbolic tangent."""
        return self._do("arctanh")

    def degrees(self):
        """Radians to degrees."""
        return self._do("degrees")

    def radians(self):
        """Degrees to radians."""
        return self._do("radians")

    def is_null(self):
        """Whether the value is null."""
        return self._do("is_null")

    def is_not_null(self):
        """Whether the value is not null."""
        return self._do("is_not_null")

    def is_nan(self):
        """Whether the value is NaN."""
        return self._do("is_nan")

    def is_not_nan(self):
        """Whether the value is not NaN."""
        return self._do("is_not_nan")

    def is_finite(self):
        """Whether the value is finite."""
        return self._do("is_finite")

    def is_infinite(self):
        """Whether the value is infinite."""
        return self._do("is_infinite")

    def is_in(self, other, *, nulls_equal=False):
        """Whether the value is one of a collection."""
        if isinstance(other, (set, frozenset, dict, range)):
            other = list(other)
        return self._do("is_in", other, nulls_equal)

    def is_between(self, lower_bound, upper_bound, closed="both"):
        """Whether the value lies between two bounds; closed is both, left, right or none."""
        return self._do("is_between", lower_bound, upper_bound, closed)

    def is_close(self, other, *, abs_tol=0.0, rel_tol=1e-09, nans_equal=False):
        """Whether the value is nearly another."""
        return self._do("is_close", other, abs_tol, rel_tol, nans_equal)

    def is_unique(self):
        """Whether the value is there only once."""
        return self._do("is_unique")

    def is_duplicated(self):
        """Whether the value is there several times."""
        return self._do("is_duplicated")

    def is_first_distinct(self):
        """Whether this is the first row with the value."""
        return self._do("is_first_distinct")

    def is_last_distinct(self):
        """Whether this is the last row with the value."""
        return self._do("is_last_distinct")

    def fill_null(self, value=None, strategy=None, limit=None):
        """Replaces nulls by a value, or by a strategy: forward, backward, min, max, mean, zero, one."""
        if value is not None and strategy is not None:
            raise ValueError("cannot specify both `value` and `strategy`")
        if value is None and strategy is None:
            raise ValueError("must specify either a fill `value` or `strategy`")
        if strategy not in ("forward", "backward") and limit is not None:
            raise ValueError("can only specify `limit` when strategy is set to 'backward' or 'forward'")
        if value is not None:
            return self._do("fill_null", value)
        return self._do("fill_null_with", strategy, limit)

    def fill_nan(self, value):
        """Replaces NaN by a value."""
        return self._do("fill_nan", value)

    def forward_fill(self, limit=None):
        """Replaces nulls by the last value before them."""
        return self._do("fill_null_with", "forward", limit)

    def backward_fill(self, limit=None):
        """Replaces nulls by the next value after them."""
        return self._do("fill_null_with", "backward", limit)

    def interpolate(self, method="linear"):
        """Fills nulls between values; method is linear or nearest."""
        return self._do("interpolate", method)

    def replace(self, old, new=no_default, *, default=no_default, return_dtype=None):
        """Replaces values, by a dict or by lists of old and new ones; others stay."""
        if default is not no_default:
            return self.replace_strict(old, new, default=default, return_dtype=return_dtype)
        old, new = _mapping(old, new)
        made = self._do("replace", old, new)
        return made if return_dtype is None else made.cast(return_dtype)

    def replace_strict(self, old, new=no_default, *, default=no_default, return_dtype=None):
        """Replaces all values; one without a replacement becomes the default, or is an error."""
        old, new = _mapping(old, new)
        given = default is not no_default
        return self._do("replace_strict", old, new, given, default if given else None, plain(return_dtype))

    def cut(self, breaks, *, labels=None, left_closed=False, include_breaks=False):
        """Sorts numbers into bins with these breaks."""
        return self._do("cut", list(breaks), _labels(labels), left_closed, include_breaks)

    def qcut(self, quantiles, *, labels=None, left_closed=False, allow_duplicates=False, include_breaks=False):
        """Sorts numbers into bins by quantiles, or into a number of equal ones."""
        options = (_labels(labels), left_closed, allow_duplicates, include_breaks)
        if isinstance(quantiles, int):
            return self._do("qcut_uniform", quantiles, *options)
        return self._do("qcut", list(quantiles), *options)

    def hash(self, seed=0, seed_1=None, seed_2=None, seed_3=None):
        """A hash of each value."""
        seeds = (seed, *(seed if other is None else other for other in (seed_1, seed_2, seed_3)))
        return self._do("hash", *seeds)

    def map_elements(self, function, return_dtype=None, *, skip_nulls=True, pass_name=False, strategy="thread_local", returns_scalar=False):
        """Calls a Python function on each value; an expression is much faster where there is one."""
        return self._do("map_elements", _returning_plain(function), plain(return_dtype), skip_nulls, False)

    def map_batches(self, function, return_dtype=None, *, agg_list=False, is_elementwise=False, returns_scalar=False):
        """Calls a Python function on the whole series."""
        return self._do("map_batches", _on_series(function), plain(return_dtype), is_elementwise, returns_scalar)

    # Order and selection

    def filter(self, *predicates, **constraints):
        """Keeps the values where all predicates are true."""
        return self._do("filter", *_predicates(predicates, constraints))

    def where(self, predicate):
        """Keeps the values where the predicate is true."""
        return self.filter(predicate)

    def sort(self, *, descending=False, nulls_last=False):
        """Sorts."""
        return self._do("sort", descending, nulls_last)

    def arg_sort(self, *, descending=False, nulls_last=False):
        """Indices that would sort."""
        return self._do("arg_sort", descending, nulls_last)

    def sort_by(self, by, *more_by, descending=False, nulls_last=False, multithreaded=True, maintain_order=False):
        """Sorts by other columns."""
        by = _several(by, more_by)
        return self._do("sort_by", by, _flags(descending, by), _flags(nulls_last, by), maintain_order)

    def top_k(self, k=5):
        """The k greatest values."""
        return self._do("top_k", k)

    def bottom_k(self, k=5):
        """The k least values."""
        return self._do("bottom_k", k)

    def top_k_by(self, by, k=5, *, reverse=False):
        """The values where another column is greatest."""
        by = _several(by, ())
        return self._do("top_k_by", k, by, _each(reverse, by))

    def bottom_k_by(self, by, k=5, *, reverse=False):
        """The values where another column is least."""
        by = _several(by, ())
        return self._do("bottom_k_by", k, by, _each(reverse, by))

    def reverse(self):
        """The other way round."""
        return self._do("reverse")

    def unique(self, *, maintain_order=False):
        """Distinct values."""
        return self._do("unique", maintain_order)

    def arg_unique(self):
        """Indices of the first of each distinct value."""
        return self._do("arg_unique")

    def unique_counts(self):
        """How often each distinct value occurs, in order of appearance."""
        return self._do("unique_counts")

    def value_counts(self, *, sort=False, parallel=False, name=None, normalize=False):
        """Structs of each distinct value and how often it occurs."""
        name = ("proportion" if normalize else "count") if name is None else name
        return self._do("value_counts", sort, name, normalize)

    def mode(self):
        """The most frequent values."""
        return self._do("mode")

    def drop_nulls(self):
        """Without nulls."""
        return self._do("drop_nulls")

    def drop_nans(self):
        """Without NaN."""
        return self._do("drop_nans")

    def head(self, n=10):
        """The first n values."""
        return self._do("slice", 0, n)

    def tail(self, n=10):
        """The last n values."""
        from polars.functions import lit

        n = n if isinstance(n, Expr) else lit(n)
        return self._do("slice", -(n.cast(datatypes.Int64)), n)

    def limit(self, n=10):
        """The first n values."""
        return self.head(n)

    def slice(self, offset, length=None):
        """A part from an offset, which may count from the end."""
        return self._do("slice", offset, length)

    def gather(self, indices):
        """The values at indices."""
        from polars.functions import lit
        from polars.series import Series

        if isinstance(indices, (list, tuple, range)):
            indices = lit(Series("", list(indices), dtype=datatypes.Int64))
        return self._do("gather", indices)

    def get(self, index):
        """The value at an index."""
        return self._do("get", index)

    def gather_every(self, n, offset=0):
        """Every n-th value."""
        return self._do("gather_every", n, offset)

    def explode(self):
        """The items of lists as rows."""
        return self._do("explode")

    def flatten(self):
        """The items of lists as rows."""
        return self._do("explode")

    def append(self, other, *, upcast=True):
        """Another column below this one."""
        return self._do("append", other, upcast)

    def extend_constant(self, value, n):
        """A value n times below this column."""
        return self._do("extend_constant", value, n)

    def repeat_by(self, by):
        """A list of each value, repeated."""
        return self._do("repeat_by", by)

    def shuffle(self, seed=None):
        """In random order."""
        return self._do("shuffle", seed)

    def sample(self, n=None, *, fraction=None, with_replacement=False, shuffle=False, seed=None):
        """A random sample, by number or fraction."""
        if n is not None and fraction is not None:
            raise ValueError("cannot specify both `n` and `fraction`")
        if fraction is not None:
            return self._do("sample_fraction", fraction, with_replacement, shuffle, seed)
        return self._do("sample_n", 1 if n is None else n, with_replacement, shuffle, seed)

    def search_sorted(self, element, side="any", *, descending=False):
        """Where values would be inserted to keep the order."""
        return self._do("search_sorted", element, side, descending)

    def peak_min(self):
        """Whether the value is a local minimum."""
        return self._do("peak_min")

    def peak_max(self):
        """Whether the value is a local maximum."""
        return self._do("peak_max")

    def rle(self):
        """Runs of equal values as structs of length and value."""
        return self._do("rle")

    def rle_id(self):
        """The number of the run that each value is in."""
        return self._do("rle_id")

    def hist(self, bins=None, *, bin_count=None, include_category=False, include_breakpoint=False):
        """Counts by bins."""
        from polars.functions import lit
        from polars.series import Series

        if bins is not None and not isinstance(bins, Expr):
            bins = lit(Series("", list(bins), dtype=datatypes.Float64))
        return self._do("hist", bins, bin_count, include_category, include_breakpoint)

    def reshape(self, dimensions):
        """As lists of a fixed length."""
        return self._do("reshape", list(dimensions))

    # Neighbours and groups

    def cum_sum(self, *, reverse=False):
        """Running sum."""
        return self._do("cum_sum", reverse)

    def cum_prod(self, *, reverse=False):
        """Running product."""
        return self._do("cum_prod", reverse)

    def cum_min(self, *, reverse=False):
        """Running minimum."""
        return self._do("cum_min", reverse)

    def cum_max(self, *, reverse=False):
        """Running maximum."""
        return self._do("cum_max", reverse)

    def cum_count(self, *, reverse=False):
        """Running count of values that are not null."""
        return self._do("cum_count", reverse)

    def cumulative_eval(self, expr, *, min_samples=1):
        """An expression over each window from the start, written with pl.element()."""
        return self._do("cumulative_eval", expr, min_samples)

    def shift(self, n=1, *, fill_value=None):
        """Moves values down by n rows."""
        if fill_value is None:
            return self._do("shift", n)
        return self._do("shift_and_fill", n, fill_value)

    def diff(self, n=1, null_behavior="ignore"):
        """Difference to the value n rows above."""
        return self._do("diff", n, null_behavior)

    def pct_change(self, n=1):
        """Relative change to the value n rows above."""
        return self._do("pct_change", n)

    def rank(self, method="average", *, descending=False, seed=None):
        """Rank; method is average, min, max, dense, ordinal or random."""
        return self._do("rank", method, descending, seed)

    def over(self, partition_by=None, *more_exprs, order_by=None, descending=False, nulls_last=False, mapping_strategy="group_to_rows"):
        """Computes within groups and gives every row its group's result."""
        by = None if partition_by is None and not more_exprs else _several(partition_by, more_exprs)
        order = None if order_by is None else _several(order_by, ())
        return self._do("over", by, order, descending, nulls_last, mapping_strategy)

    def ewm_mean(self, *, com=None, span=None, half_life=None, alpha=None, adjust=True, min_samples=1, ignore_nulls=False):
        """Exponentially weighted mean."""
        return self._do("ewm_mean", _alpha(com, span, half_life, alpha), adjust, False, min_samples, ignore_nulls)

    def ewm_std(self, *, com=None, span=None, half_life=None, alpha=None, adjust=True, bias=False, min_samples=1, ignore_nulls=False):
        """Exponentially weighted standard deviation."""
        return self._do("ewm_std", _alpha(com, span, half_life, alpha), adjust, bias, min_samples, ignore_nulls)

    def ewm_var(self, *, com=None, span=None, half_life=None, alpha=None, adjust=True, bias=False, min_samples=1, ignore_nulls=False):
        """Exponentially weighted variance."""
        return self._do("ewm_var", _alpha(com, span, half_life, alpha), adjust, bias, min_samples, ignore_nulls)

    def rolling(self, index_column, *, period, offset=None, closed="right"):
        """Computes over windows of time or index."""
        period, offset = _window(period, offset)
        return self._do("rolling", index_column, period, offset, closed)

    def rolling_mean(self, window_size, weights=None, *, min_samples=None, center=False):
        """Moving mean over a number of rows."""
        return self._do("rolling_mean", window_size, weights, min_samples, center)

    def rolling_sum(self, window_size, weights=None, *, min_samples=None, center=False):
        """Moving sum over a number of rows."""
        return self._do("rolling_sum", window_size, weights, min_samples, center)

    def rolling_min(self, window_size, weights=None, *, min_samples=None, center=False):
        """Moving minimum over a number of rows."""
        return self._do("rolling_min", window_size, weights, min_samples, center)

    def rolling_max(self, window_size, weights=None, *, min_samples=None, center=False):
        """Moving maximum over a number of rows."""
        return self._do("rolling_max", window_size, weights, min_samples, center)

    def rolling_median(self, window_size, weights=None, *, min_samples=None, center=False):
        """Moving median over a number of rows."""
        return self._do("rolling_median", window_size, weights, min_samples, center)

    def rolling_std(self, window_size, weights=None, *, min_samples=None, center=False, ddof=1):
        """Moving standard deviation over a number of rows."""
        return self._do("rolling_std", window_size, weights, min_samples, center, ddof)

    def rolling_var(self, window_size, weights=None, *, min_samples=None, center=False, ddof=1):
        """Moving variance over a number of rows."""
        return self._do("rolling_var", window_size, weights, min_samples, center, ddof)

    def rolling_quantile(self, quantile, interpolation="nearest", window_size=2, weights=None, *, min_samples=None, center=False):
        """Moving quantile over a number of rows."""
        return self._do("rolling_quantile", interpolation, quantile, window_size, weights, min_samples, center)

    def rolling_skew(self, window_size, *, bias=True, min_samples=None, center=False):
        """Moving skewness over a number of rows."""
        return self._do("rolling_skew", bias, window_size, None, min_samples, center)

    def rolling_kurtosis(self, window_size, *, fisher=True, bias=True, min_samples=None, center=False):
        """Moving kurtosis over a number of rows."""
        return self._do("rolling_kurtosis", fisher, bias, window_size, None, min_samples, center)

    def rolling_map(self, function, window_size, weights=None, *, min_samples=None, center=False):
        """A Python function over moving windows; it gets a series and answers a value."""
        return self._do("rolling_map", _on_series(function), window_size, weights, min_samples, center)

    def rolling_mean_by(self, by, window_size, *, min_samples=1, closed="right"):
        """Moving mean over a length of time."""
        return self._do("rolling_mean_by", by, _duration(window_size), min_samples, closed)

    def rolling_sum_by(self, by, window_size, *, min_samples=1, closed="right"):
        """Moving sum over a length of time."""
        return self._do("rolling_sum_by", by, _duration(window_size), min_samples, closed)

    def rolling_min_by(self, by, window_size, *, min_samples=1, closed="right"):
        """Moving minimum over a length of time."""
        return self._do("rolling_min_by", by, _duration(window_size), min_samples, closed)

    def rolling_max_by(self, by, window_size, *, min_samples=1, closed="right"):
        """Moving maximum over a length of time."""
        return self._do("rolling_max_by", by, _duration(window_size), min_samples, closed)

    def rolling_median_by(self, by, window_size, *, min_samples=1, closed="right"):
        """Moving median over a length of time."""
        return self._do("rolling_median_by", by, _duration(window_size), min_samples, closed)

    def rolling_std_by(self, by, window_size, *, min_samples=1, closed="right", ddof=1):
        """Moving standard deviation over a length of time."""
        return self._do("rolling_std_by", by, _duration(window_size), min_samples, closed, ddof)

    def rolling_var_by(self, by, window_size, *, min_samples=1, closed="right", ddof=1):
        """Moving variance over a length of time."""
        return self._do("rolling_var_by", by, _duration(window_size), min_samples, closed, ddof)

    def rolling_quantile_by(self, by, window_size, *, quantile, interpolation="nearest", min_samples=1, closed="right"):
        """Moving quantile over a length of time."""
        window = (_duration(window_size), min_samples, closed)
        return self._do("rolling_quantile_by", by, *window, interpolation, quantile)

    # Namespaces

    @property
    def str(self):
        """Operations on text."""
        return StringNamespace(self)

    @property
    def dt(self):
        """Operations on dates and times."""
        return DateTimeNamespace(self)

    @property
    def list(self):
        """Operations on lists."""
        return ListNamespace(self)

    @property
    def struct(self):
        """Operations on structs."""
        return StructNamespace(self)

    @property
    def name(self):
        """Operations on the name of the result."""
        return NameNamespace(self)

    @property
    def cat(self):
        """Operations on categories."""
        return CatNamespace(self)

    @property
    def meta(self):
        """What the expression itself is."""
        from polars.namespaces import MetaNamespace

        return MetaNamespace(self)

    __glovebox_quiet__ = False


def _mapping(old, new):
    """Old and new values as lists."""
    if new is no_default:
        if not hasattr(old, "items"):
            raise TypeError("`new` argument is required if `old` argument is not a Mapping type")
        return _values(old.keys()), _values(old.values())
    return _values(old), _values(new)


def _values(given):
    """A literal of the values: one, or a series of several."""
    from polars.functions import lit
    from polars.series import Series

    if isinstance(given, (Expr, Series)):
        return given
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        given = [given]
    return lit(Series("", list(given), strict=False))


def _labels(labels):
    return None if labels is None else list(labels)


def _several(first, more):
    """Several columns as a flat list."""
    if not more and (isinstance(first, (list, tuple)) or (hasattr(first, "__iter__") and not isinstance(first, (str, Expr)))):
        from polars.series import Series

        if not isinstance(first, Series):
            return list(first)
    return [first, *more]


def _flags(value, by):
    if isinstance(value, bool):
        return [value]
    value = list(value)
    if len(value) != len(by):
        raise ValueError(f"the length of `descending` ({len(value)}) does not match the length of `by` ({len(by)})")
    return value


def _each(value, by):
    return [value] * len(by) if isinstance(value, bool) else list(value)


def _predicates(predicates, constraints):
    """Positional conditions and column=value pairs, as the two arguments of the native module."""
    from polars.functions import col, lit

    conditions = []
    for given in predicates:
        if isinstance(given, (list, tuple)) and given and not isinstance(given[0], (bool, int)):
            conditions.extend(given)
        elif isinstance(given, (list, tuple)):
            from polars.series import Series

            conditions.append(lit(Series("", list(given))))
        elif hasattr(given, "__next__"):
            conditions.extend(given)
        else:
            conditions.append(given)
    conditions.extend(col(name).eq(value) for name, value in constraints.items())
    return tuple(conditions), {}


def _alpha(com, span, half_life, alpha):
    """The smoothing factor from the one way in which it was given."""
    if sum(given is not None for given in (com, span, half_life, alpha)) != 1:
        raise ValueError("exactly one of `com`, `span`, `half_life`, or `alpha` must be given")
    if com is not None:
        if com < 0:
            raise ValueError(f"require `com` >= 0 (found {com!r})")
        return 1.0 / (1.0 + com)
    if span is not None:
        if span < 1:
            raise ValueError(f"require `span` >= 1 (found {span!r})")
        return 2.0 / (span + 1.0)
    if half_life is not None:
        if half_life <= 0:
            raise ValueError(f"require `half_life` > 0 (found {half_life!r})")
        return 1.0 - math.exp(-math.log(2.0) / half_life)
    if not 0 < alpha <= 1:
        raise ValueError(f"require 0 < `alpha` <= 1 (found {alpha!r})")
    return alpha


def _duration(given):
    """A length of time in the words of polars ("1d12h"), from those words or a timedelta."""
    if hasattr(given, "total_seconds"):
        return f"{(given.days * 86_400 + given.seconds) * 1_000_000 + given.microseconds}us"
    if isinstance(given, int) and not isinstance(given, bool):
        return f"{given}i"
    return given


def _window(period, offset):
    """Period and offset of a window; without an offset it ends at its row."""
    period = _duration(period)
    if offset is None:
        offset = period[1:] if period.startswith("-") else f"-{period}"
    return period, _duration(offset)


def _on_series(function):
    """The function for native series: they are wrapped for it, and its answer is a series again."""
    from polars.series import Series

    def call(native):
        given = Series._wrap(native)
        answer = function(given)
        if isinstance(answer, Series):
            return answer._native
        if isinstance(answer, (list, tuple)):
            return Series(given.name, answer)._native
        return Series(given.name, [answer])._native

    return call


def _returning_plain(function):
    return function
