"""Selectors of columns: `import polars.selectors as cs`; they combine by | & - ^ and ~."""

import re

import _polars

from polars import datatypes
from polars.datatypes import is_dtype, plain
from polars.expr import Expr


_COLLECTIONS = (list, tuple, set, frozenset, dict, range)


class Selector(Expr):
    """A choice of columns; as an expression it stands for each of them."""

    _native = None
    __hash__ = None

    @classmethod
    def _of(cls, name, *args):
        made = object.__new__(Selector)
        made._native = _polars.expr(name, *args)
        return made

    def _both(self, name, operator, other):
        """The selector of two, or the values of an operator when the other is no selector."""
        if _is_column(other) or isinstance(other, Expr) and _polars.run("is_selector", other):
            return Selector._of(name, self, other)
        return getattr(Expr, operator)(self.as_expr(), other)

    def __or__(self, other):
        return self._both("union", "__or__", other)

    def __and__(self, other):
        return self._both("intersection", "__and__", other)

    def __sub__(self, other):
        return self._both("difference", "__sub__", other)

    def __xor__(self, other):
        return self._both("symmetric_difference", "__xor__", other)

    def __ror__(self, other):
        return Selector._of("union", other, self) if _is_column(other) else Expr.__ror__(self.as_expr(), other)

    def __rand__(self, other):
        return Expr.__rand__(self.as_expr(), other)

    def __rsub__(self, other):
        return Expr.__rsub__(self.as_expr(), other)

    def __invert__(self):
        return Selector._of("invert", self)

    def as_expr(self):
        """As an expression, so that | & - ~ act on values."""
        return Expr._wrap(self._native)

    def exclude(self, columns, *more_columns):
        """Without some columns."""
        return self - _columns_or_dtypes(columns, *more_columns)


def _is_column(given):
    return isinstance(given, Expr) and _polars.run("is_column", given)


def _kind(name):
    return Selector._of("fn.selector", name)


def _flat(given):
    flat = []
    for one in given:
        flat.extend(one if isinstance(one, _COLLECTIONS) else [one])
    return flat


def all():
    """All columns."""
    return Selector._of("fn.all")


def empty():
    """No column."""
    return _kind("empty")


def first(*, strict=True):
    """The first column."""
    return by_index(0, require_all=strict)


def last(*, strict=True):
    """The last column."""
    return by_index(-1, require_all=strict)


def by_index(*indices, require_all=True):
    """Columns at positions; negative ones count from the end."""
    flat = []
    for index in indices:
        flat.extend(index if isinstance(index, _COLLECTIONS) else [index])
    return Selector._of("fn.by_index", flat, require_all)


def by_name(*names, require_all=True):
    """Columns of these names."""
    return Selector._of("fn.by_name", _flat(names), require_all)


def by_dtype(*dtypes):
    """Columns of these types."""
    return _by_dtypes(_flat(dtypes))


def _by_dtypes(dtypes):
    made = None
    exact = []
    for dtype in dtypes:
        dtype = datatypes.parse_into_dtype(dtype)
        kinds = {"Datetime": "datetime", "Duration": "duration", "List": "list", "Struct": "struct", "Decimal": "decimal",
                 "Array": "array", "Enum": "enum", "Categorical": "categorical"}
        if dtype in _ABSTRACT:
            one = _kind(_ABSTRACT[dtype])
        elif isinstance(dtype, type) and dtype.__name__ in kinds or dtype == datatypes.Categorical:
            one = _kind(kinds[dtype.__name__ if isinstance(dtype, type) else "Categorical"])
        else:
            exact.append(plain(dtype))
            continue
        made = one if made is None else made | one
    if exact or made is None:
        one = Selector._of("fn.by_dtype", exact)
        made = one if made is None else made | one
    return made


_ABSTRACT = {
    datatypes.NumericType: "numeric",
    datatypes.IntegerType: "integer",
    datatypes.SignedIntegerType: "signed_integer",
    datatypes.UnsignedIntegerType: "unsigned_integer",
    datatypes.FloatType: "float",
    datatypes.TemporalType: "temporal",
    datatypes.NestedType: "nested",
}


def _columns_or_dtypes(columns, *more_columns):
    """A selector of columns given as names, regexes, types, selectors, or lists of those."""
    given = _flat([columns, *more_columns])
    made = None
    names = [one for one in given if isinstance(one, str) and not (one.startswith("^") and one.endswith("$"))]
    dtypes = [one for one in given if is_dtype(one) or isinstance(one, type)]
    parts = [matches(one) for one in given if isinstance(one, str) and one.startswith("^") and one.endswith("$")]
    parts += [one for one in given if isinstance(one, Expr)]
    if names:
        parts.append(by_name(*names, require_all=False))
    if dtypes:
        parts.append(_by_dtypes(dtypes))
    for part in parts:
        made = part if made is None else Selector._of("union", made, part)
    return empty() if made is None else made


def exclude(columns, *more_columns):
    """All columns but these."""
    return ~_columns_or_dtypes(columns, *more_columns)


def matches(pattern):
    """Columns whose name matches a regular expression."""
    if not pattern or pattern == ".*":
        return all()
    prefix = "" if pattern.startswith(".*") or pattern.startswith("^") else ".*"
    suffix = "" if pattern.endswith(".*") or pattern.endswith("$") else ".*"
    return Selector._of("fn.matches", f"^{prefix.removeprefix('^')}{pattern.removeprefix('^').removesuffix('$')}{suffix}$")


def _literally(texts):
    return "|".join(re.escape(text) for text in _flat(texts))


def starts_with(*prefix):
    """Columns whose name starts with one of these texts."""
    return Selector._of("fn.matches", f"^({_literally(prefix)}).*$")


def ends_with(*suffix):
    """Columns whose name ends with one of these texts."""
    return Selector._of("fn.matches", f"^.*({_literally(suffix)})$")


def contains(*substring):
    """Columns whose name contains one of these texts."""
    return Selector._of("fn.matches", f"^.*({_literally(substring)}).*$")


def alpha(ascii_only=False, *, ignore_spaces=False):
    """Columns whose name has only letters."""
    letters = "a-zA-Z" if ascii_only else r"\p{Alphabetic}"
    return Selector._of("fn.matches", f"^[{letters}{' ' if ignore_spaces else ''}]+$")


def alphanumeric(ascii_only=False, *, ignore_spaces=False):
    """Columns whose name has only letters and digits."""
    letters = "a-zA-Z0-9" if ascii_only else r"\p{Alphabetic}\d"
    return Selector._of("fn.matches", f"^[{letters}{' ' if ignore_spaces else ''}]+$")


def digit(ascii_only=False):
    """Columns whose name has only digits."""
    return Selector._of("fn.matches", f"^[{'0-9' if ascii_only else chr(92) + 'd'}]+$")


def numeric():
    """Numbers."""
    return _kind("numeric")


def integer():
    """Integers."""
    return _kind("integer")


def signed_integer():
    """Signed integers."""
    return _kind("signed_integer")


def unsigned_integer():
    """Unsigned integers."""
    return _kind("unsigned_integer")


def float():
    """Floating point numbers."""
    return _kind("float")


def decimal():
    """Decimal numbers."""
    return _kind("decimal")


def string(*, include_categorical=False):
    """Text."""
    return _by_dtypes([datatypes.String, *([datatypes.Categorical] if include_categorical else [])])


def boolean():
    """Booleans."""
    return _by_dtypes([datatypes.Boolean])


def binary():
    """Bytes."""
    return _by_dtypes([datatypes.Binary])


def date():
    """Dates."""
    return _by_dtypes([datatypes.Date])


def time():
    """Times of day."""
    return _by_dtypes([datatypes.Time])


def datetime(time_unit=None, time_zone=("*", None)):
    """Datetimes."""
    if time_unit is None and time_zone == ("*", None):
        return _kind("datetime")
    units = ["ns", "us", "ms"] if time_unit is None else _flat([time_unit])
    zones = [None] if time_zone == ("*", None) else _flat([time_zone])
    return _by_dtypes([datatypes.Datetime(unit, zone) for unit in units for zone in zones])


def duration(time_unit=None):
    """Durations."""
    if time_unit is None:
        return _kind("duration")
    return _by_dtypes([datatypes.Duration(unit) for unit in _flat([time_unit])])


def temporal():
    """Dates, times, datetimes and durations."""
    return _kind("temporal")


def categorical():
    """Categories."""
    return _kind("categorical")


def enum():
    """Enumerations."""
    return _kind("enum")


def nested():
    """Lists, arrays and structs."""
    return _kind("nested")


def list(inner=None):
    """Lists."""
    return _kind("list")


def array(inner=None, *, width=None):
    """Arrays."""
    return _kind("array")


def struct():
    """Structs."""
    return _kind("struct")


def is_selector(obj):
    """Whether this is a selector."""
    return isinstance(obj, Selector)


def expand_selector(target, selector, *, strict=True):
    """The names of the columns that a selector takes from a frame."""
    return tuple(target.lazy().select(selector).collect_schema().names())
