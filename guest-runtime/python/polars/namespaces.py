"""The namespaces `list`, `struct`, `name`, `cat` and `meta`."""

import _polars


class _Namespace:
    _prefix = ""

    def __init__(self, expr):
        self._expr = expr

    def _do(self, name, *args):
        return self._expr._wrap(_polars.expr(self._prefix + name, self._expr, *args))


class ListNamespace(_Namespace):
    """Operations on lists, from `pl.col(…).list`."""

    _prefix = "list."

    def __getitem__(self, item):
        return self.get(item)

    def len(self):
        """Number of items."""
        return self._do("len")

    def sum(self):
        """Sum of the items."""
        return self._do("sum")

    def mean(self):
        """Mean of the items."""
        return self._do("mean")

    def median(self):
        """Median of the items."""
        return self._do("median")

    def min(self):
        """Least item."""
        return self._do("min")

    def max(self):
        """Greatest item."""
        return self._do("max")

    def std(self, ddof=1):
        """Standard deviation of the items."""
        return self._do("std", ddof)

    def var(self, ddof=1):
        """Variance of the items."""
        return self._do("var", ddof)

    def any(self):
        """Whether one item is true."""
        return self._do("any")

    def all(self):
        """Whether all items are true."""
        return self._do("all")

    def first(self):
        """First item."""
        return self._do("first")

    def last(self):
        """Last item."""
        return self._do("last")

    def get(self, index, *, null_on_oob=False):
        """The item at an index."""
        return self._do("get", index, null_on_oob)

    def gather(self, indices, *, null_on_oob=False):
        """The items at indices."""
        if isinstance(indices, list):
            from polars.functions import lit
            from polars.series import Series

            indices = lit(Series("", [indices]))
        return self._do("gather", indices, null_on_oob)

    def gather_every(self, n, offset=0):
        """Every n-th item."""
        return self._do("gather_every", n, offset)

    def join(self, separator, *, ignore_nulls=True):
        """All texts as one."""
        return self._do("join", separator, ignore_nulls)

    def contains(self, item, *, nulls_equal=True):
        """Whether the list contains an item."""
        return self._do("contains", item, nulls_equal)

    def count_matches(self, element):
        """How often an item occurs."""
        return self._do("count_matches", element)

    def unique(self, *, maintain_order=False):
        """Distinct items."""
        return self._do("unique", maintain_order)

    def n_unique(self):
        """Number of distinct items."""
        return self._do("n_unique")

    def sort(self, *, descending=False, nulls_last=False):
        """Sorted."""
        return self._do("sort", descending, nulls_last)

    def reverse(self):
        """The other way round."""
        return self._do("reverse")

    def arg_min(self):
        """Index of the least item."""
        return self._do("arg_min")

    def arg_max(self):
        """Index of the greatest item."""
        return self._do("arg_max")

    def diff(self, n=1, null_behavior="ignore"):
        """Differences between items."""
        return self._do("diff", n, null_behavior)

    def shift(self, n=1):
        """Items moved by n."""
        return self._do("shift", n)

    def slice(self, offset, length=None):
        """A part of the list."""
        return self._do("slice", offset, length)

    def head(self, n=5):
        """The first n items."""
        return self._do("slice", 0, n)

    def tail(self, n=5):
        """The last n items."""
        return self._do("tail", n)

    def drop_nulls(self):
        """Without nulls."""
        return self._do("drop_nulls")

    def eval(self, expr, *, parallel=False):
        """An expression over the items, written with pl.element()."""
        return self._do("eval", expr)

    def filter(self, predicate):
        """The items for which a condition on pl.element() is true."""
        return self._do("filter", predicate)

    def explode(self):
        """Items as rows."""
        return self._do("explode")

    def concat(self, other):
        """This list followed by others."""
        from polars.functions import concat_list

        others = other if isinstance(other, list) and other and not isinstance(other[0], (str, int, float)) else [other]
        return concat_list([self._expr, *others])

    def set_union(self, other):
        """Items of one or both."""
        return self._do("set_union", other)

    def set_difference(self, other):
        """Items that the other lacks."""
        return self._do("set_difference", other)

    def set_intersection(self, other):
        """Items of both."""
        return self._do("set_intersection", other)

    def set_symmetric_difference(self, other):
        """Items of exactly one."""
        return self._do("set_symmetric_difference", other)

    def sample(self, n=None, *, fraction=None, with_replacement=False, shuffle=False, seed=None):
        """Random items."""
        if fraction is not None:
            return self._do("sample_fraction", fraction, with_replacement, shuffle, seed)
        return self._do("sample_n", 1 if n is None else n, with_replacement, shuffle, seed)

    def to_struct(self, n_field_strategy=None, fields=None, upper_bound=None):
        """As a struct with named fields."""
        if fields is None or callable(fields):
            if upper_bound is None:
                raise TypeError("list.to_struct needs `fields` (a list of names) or `upper_bound`")
            fields = [(fields or "field_{}".format)(index) for index in range(upper_bound)]
        return self._do("to_struct", list(fields))

    def to_array(self, width):
        """As arrays of a fixed length."""
        return self._do("to_array", width)


class StructNamespace(_Namespace):
    """Operations on structs, from `pl.col(…).struct`."""

    _prefix = "struct."

    def __getitem__(self, item):
        return self.field(item)

    def field(self, name, *more_names):
        """One field, or several as columns."""
        names = [*(name if isinstance(name, list) else [name]), *more_names]
        return self._do("field", names[0]) if len(names) == 1 else self._do("fields", names)

    def rename_fields(self, names):
        """With other names."""
        return self._do("rename_fields", list(names))

    def unnest(self):
        """All fields as columns."""
        return self._do("field", "*")

    def with_fields(self, *exprs, **named_exprs):
        """With more fields; pl.field names the present ones."""
        return self._do("with_fields", exprs, named_exprs)

    def json_encode(self):
        """As JSON text."""
        import json

        from polars.datatypes import String

        return self._expr.map_elements(lambda value: json.dumps(value, separators=(",", ":"), default=str), return_dtype=String)


class NameNamespace(_Namespace):
    """Operations on the name of the result, from `pl.col(…).name`."""

    _prefix = "name."

    def keep(self):
        """The name of the first column used."""
        return self._do("keep")

    def map(self, function):
        """The name that a function makes of it."""
        return self._do("map", function)

    def prefix(self, prefix):
        """With a prefix."""
        return self._do("prefix", prefix)

    def suffix(self, suffix):
        """With a suffix."""
        return self._do("suffix", suffix)

    def to_lowercase(self):
        """In lower case."""
        return self._do("to_lowercase")

    def to_uppercase(self):
        """In upper case."""
        return self._do("to_uppercase")

    def map_fields(self, function):
        """Names of the fields of a struct that a function makes."""
        return self._do("map_fields", function)

    def prefix_fields(self, prefix):
        """Names of the fields of a struct with a prefix."""
        return self._do("prefix_fields", prefix)

    def suffix_fields(self, suffix):
        """Names of the fields of a struct with a suffix."""
        return self._do("suffix_fields", suffix)


class CatNamespace(_Namespace):
    """Operations on categories, from `pl.col(…).cat`."""

    _prefix = "cat."

    def get_categories(self):
        """All categories."""
        return self._do("get_categories")

    def len_chars(self):
        """Number of characters."""
        return self._do("len_chars")

    def len_bytes(self):
        """Number of bytes."""
        return self._do("len_bytes")

    def starts_with(self, prefix):
        """Whether the category starts with a text."""
        return self._do("starts_with", prefix)

    def ends_with(self, suffix):
        """Whether the category ends with a text."""
        return self._do("ends_with", suffix)

    def slice(self, offset, length=None):
        """A part of the category's text."""
        return self._do("slice", offset, length)


class MetaNamespace(_Namespace):
    """What an expression itself is, from `pl.col(…).meta`."""

    def output_name(self, *, raise_if_undetermined=True):
        """The name of the result."""
        return _polars.run("expr_name", self._expr)

    def root_names(self):
        """The columns that it reads."""
        return _polars.run("expr_roots", self._expr)

    def is_column(self):
        """Whether it is a column and nothing more."""
        return _polars.run("is_column", self._expr)

    def eq(self, other):
        """Whether it is the same expression as another."""
        return str(self._expr) == str(other)
