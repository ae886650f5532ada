"""Data types: `pl.Int64`, `pl.Datetime("us")`, `pl.List(pl.String)`, …

A class without its parts stands for every type of its kind: `pl.List == pl.List(pl.Int64)` is true. `_plain` is the
form in which the native module takes a type.
"""

import datetime as _datetime
import decimal as _decimal
from collections import OrderedDict


class _Kind(type):
    """The class of data types: they compare, hash and print as types, not as Python classes."""

    def __repr__(cls):
        return cls.__name__

    def __eq__(cls, other):
        if isinstance(other, DataType):
            return other == cls
        return cls is other

    def __hash__(cls):
        return hash(cls.__name__)

    def __getattr__(cls, name):
        raise AttributeError(f"type object {cls.__name__!r} has no attribute {name!r}")

    def __or__(cls, other):
        return type.__or__(cls, other)


class DataType(metaclass=_Kind):
    """Base of all data types."""

    def __repr__(self):
        return type(self).__name__

    def __eq__(self, other):
        if isinstance(other, type):
            return isinstance(other, _Kind) and issubclass(type(self), other) and other is not DataType
        return isinstance(other, DataType) and self._plain() == other._plain()

    def __hash__(self):
        return hash(type(self).__name__)

    @classmethod
    def _plain(cls):
        return cls.__name__

    @classmethod
    def base_type(cls):
        """The class of this type."""
        return cls

    @classmethod
    def is_(cls, other):
        """Whether this is the same type."""
        return cls == other

    @classmethod
    def is_numeric(cls):
        """Whether this is a number."""
        return issubclass(cls, NumericType)

    @classmethod
    def is_integer(cls):
        """Whether this is an integer."""
        return issubclass(cls, IntegerType)

    @classmethod
    def is_signed_integer(cls):
        """Whether this is a signed integer."""
        return issubclass(cls, SignedIntegerType)

    @classmethod
    def is_unsigned_integer(cls):
        """Whether this is an unsigned integer."""
        return issubclass(cls, UnsignedIntegerType)

    @classmethod
    def is_float(cls):
        """Whether this is a floating point number."""
        return issubclass(cls, FloatType)

    @classmethod
    def is_decimal(cls):
        """Whether this is a decimal number."""
        return issubclass(cls, Decimal)

    @classmethod
    def is_temporal(cls):
        """Whether this is a date, a time, a datetime or a duration."""
        return issubclass(cls, TemporalType)

    @classmethod
    def is_nested(cls):
        """Whether this holds other types."""
        return issubclass(cls, NestedType)

    @classmethod
    def from_python(cls, py_type):
        """The data type of a Python type."""
        return parse_into_dtype(py_type)

    def to_python(self):
        """The Python type of the values."""
        return _TO_PYTHON.get(type(self).__name__, object)


class NumericType(DataType):
    """Numbers."""


class IntegerType(NumericType):
    """Integers."""


class SignedIntegerType(IntegerType):
    """Signed integers."""


class UnsignedIntegerType(IntegerType):
    """Unsigned integers."""


class FloatType(NumericType):
    """Floating point numbers."""


class TemporalType(DataType):
    """Dates and times."""


class NestedType(DataType):
    """Types that hold others."""


class Int8(SignedIntegerType):
    """8-bit signed integer."""


class Int16(SignedIntegerType):
    """16-bit signed integer."""


class Int32(SignedIntegerType):
    """32-bit signed integer."""


class Int64(SignedIntegerType):
    """64-bit signed integer."""


class Int128(SignedIntegerType):
    """128-bit signed integer."""


class UInt8(UnsignedIntegerType):
    """8-bit unsigned integer."""


class UInt16(UnsignedIntegerType):
    """16-bit unsigned integer."""


class UInt32(UnsignedIntegerType):
    """32-bit unsigned integer."""


class UInt64(UnsignedIntegerType):
    """64-bit unsigned integer."""


class Float32(FloatType):
    """32-bit floating point number."""


class Float64(FloatType):
    """64-bit floating point number."""


class Boolean(DataType):
    """True or false."""


class String(DataType):
    """Text."""


Utf8 = String


class Binary(DataType):
    """Bytes."""


class Null(DataType):
    """Only nulls."""


class Unknown(DataType):
    """A type that is not known yet."""


class Object(DataType):
    """Any Python object; columns of objects are not offered."""


class Date(TemporalType):
    """A day."""


class Time(TemporalType):
    """A time of day."""


class Categorical(DataType):
    """Text that repeats, kept as numbers."""

    def __init__(self, ordering=None, **kwargs):
        self.ordering = "lexical"


class Decimal(NumericType):
    """A decimal number with a fixed number of digits after the point."""

    def __init__(self, precision=None, scale=0):
        self.precision, self.scale = precision, scale

    def _plain(self=None):
        return "Decimal" if self is None else ("Decimal", self.precision, self.scale)

    def __repr__(self):
        return f"Decimal(precision={self.precision}, scale={self.scale})"

    def __hash__(self):
        return hash("Decimal")


class Datetime(TemporalType):
    """A day and a time, with or without a time zone."""

    time_unit = None
    time_zone = None

    def __init__(self, time_unit="us", time_zone=None):
        if time_unit is None:
            time_unit = "us"
        if time_unit not in ("ns", "us", "ms"):
            raise ValueError(f"invalid `time_unit`\n\nExpected one of {{'ns','us','ms'}}, got {time_unit!r}.")
        if isinstance(time_zone, _datetime.timezone):
            time_zone = str(time_zone)
        self.time_unit, self.time_zone = time_unit, getattr(time_zone, "key", time_zone)

    def _plain(self=None):
        return "Datetime" if self is None else ("Datetime", self.time_unit, self.time_zone)

    def __repr__(self):
        return f"Datetime(time_unit={self.time_unit!r}, time_zone={self.time_zone!r})"

    def __hash__(self):
        return hash("Datetime")


class Duration(TemporalType):
    """A length of time."""

    time_unit = None

    def __init__(self, time_unit="us"):
        if time_unit not in ("ns", "us", "ms"):
            raise ValueError(f"invalid `time_unit`\n\nExpected one of {{'ns','us','ms'}}, got {time_unit!r}.")
        self.time_unit = time_unit

    def _plain(self=None):
        return "Duration" if self is None else ("Duration", self.time_unit)

    def __repr__(self):
        return f"Duration(time_unit={self.time_unit!r})"

    def __hash__(self):
        return hash("Duration")


class List(NestedType):
    """A list of values of one type."""

    inner = None

    def __init__(self, inner):
        self.inner = parse_into_dtype(inner)

    def _plain(self=None):
        return "List" if self is None else ("List", plain(self.inner))

    def __repr__(self):
        return f"List({self.inner!r})"

    def __hash__(self):
        return hash("List")


class Array(NestedType):
    """A list of a fixed length."""

    inner = None

    def __init__(self, inner, shape=None, *, width=None):
        size = width if shape is None else shape
        if isinstance(size, (tuple, list)):
            if len(size) > 1:
                inner = Array(inner, tuple(size[1:]))
            size = size[0]
        self.inner, self.size = parse_into_dtype(inner), size

    @property
    def width(self):
        """How many values each list holds."""
        return self.size

    @property
    def shape(self):
        """The lengths, outermost first."""
        return (self.size, *(self.inner.shape if isinstance(self.inner, Array) else ()))

    def _plain(self=None):
        return "Array" if self is None else ("Array", plain(self.inner), self.size)

    def __repr__(self):
        inner = self.inner
        while isinstance(inner, Array):
            inner = inner.inner
        return f"Array({inner!r}, shape={self.shape})"

    def __hash__(self):
        return hash("Array")


class Field:
    """A named part of a struct."""

    def __init__(self, name, dtype):
        self.name, self.dtype = name, parse_into_dtype(dtype)

    def __repr__(self):
        return f"Field({self.name!r}, {self.dtype!r})"

    def __eq__(self, other):
        return isinstance(other, Field) and (self.name, self.dtype) == (other.name, other.dtype)

    def __hash__(self):
        return hash((self.name, self.dtype))


class Struct(NestedType):
    """Several named values together."""

    def __init__(self, fields):
        if isinstance(fields, dict):
            fields = [Field(name, dtype) for name, dtype in fields.items()]
        self.fields = [field if isinstance(field, Field) else Field(*field) for field in fields]

    def to_schema(self):
        """Names and types of the fields."""
        return OrderedDict((field.name, field.dtype) for field in self.fields)

    def __iter__(self):
        return iter(self.to_schema().items())

    def _plain(self=None):
        if self is None:
            return "Struct"
        return ("Struct", [(field.name, plain(field.dtype)) for field in self.fields])

    def __repr__(self):
        return f"Struct({dict(self.to_schema())})"

    def __hash__(self):
        return hash("Struct")


class Enum(DataType):
    """Text out of a fixed set."""

    categories = None

    def __init__(self, categories):
        if isinstance(categories, type):
            categories = [member.value for member in categories]
        self._names = list(categories)

    @property
    def categories(self):
        """The set, in its order."""
        from polars.series import Series

        return Series("category", self._names, dtype=String)

    def _plain(self=None):
        return "Enum" if self is None else ("Enum", self._names)

    def __repr__(self):
        return f"Enum(categories={self._names!r})"

    def __hash__(self):
        return hash("Enum")


class Schema(OrderedDict):
    """Names and types of columns, in order."""

    def __init__(self, schema=None, *, check_dtypes=True):
        pairs = schema.items() if hasattr(schema, "items") else schema or ()
        super().__init__((name, parse_into_dtype(dtype)) for name, dtype in pairs)

    def names(self):
        """The names of the columns."""
        return list(self.keys())

    def dtypes(self):
        """The types of the columns."""
        return list(self.values())

    def len(self):
        """How many columns there are."""
        return len(self)

    def to_python(self):
        """Names and Python types."""
        return {name: dtype.to_python() for name, dtype in self.items()}

    def to_frame(self, *, eager=True):
        """A frame of these columns, without rows."""
        from polars.frame import DataFrame

        frame = DataFrame(schema=self)
        return frame if eager else frame.lazy()

    def __eq__(self, other):
        if isinstance(other, dict):
            mine, theirs = list(self.items()), list(other.items())
            return len(mine) == len(theirs) and all(a == c and b == d for (a, b), (c, d) in zip(mine, theirs))
        return NotImplemented

    def __ne__(self, other):
        return not self == other

    def __repr__(self):
        return "Schema([" + ", ".join(repr((name, dtype)) for name, dtype in self.items()) + "])"

    __str__ = __repr__


_SIMPLE = {
    kind.__name__: kind
    for kind in (
        Int8, Int16, Int32, Int64, Int128, UInt8, UInt16, UInt32, UInt64, Float32, Float64, Boolean, String, Binary,
        Date, Time, Null, Unknown, Categorical,
    )
}

_PYTHON = {
    int: Int64,
    float: Float64,
    str: String,
    bool: Boolean,
    bytes: Binary,
    _datetime.date: Date,
    _datetime.datetime: Datetime("us"),
    _datetime.timedelta: Duration("us"),
    _datetime.time: Time,
    _decimal.Decimal: Decimal,
    list: List,
    tuple: List,
    type(None): Null,
}

_TO_PYTHON = {
    "Float32": float, "Float64": float, "Boolean": bool, "String": str, "Binary": bytes, "Date": _datetime.date,
    "Time": _datetime.time, "Datetime": _datetime.datetime, "Duration": _datetime.timedelta, "List": list,
    "Array": list, "Struct": dict, "Categorical": str, "Enum": str, "Decimal": _decimal.Decimal, "Null": type(None),
    **{name: int for name in ("Int8", "Int16", "Int32", "Int64", "Int128", "UInt8", "UInt16", "UInt32", "UInt64")},
}


def parse_into_dtype(given):
    """A data type from a data type, a Python type or a Python type's name."""
    if isinstance(given, (DataType, _Kind)):
        return given
    if isinstance(given, type):
        import enum

        if issubclass(given, enum.Enum):
            return Enum(given)
        for python, dtype in _PYTHON.items():
            if given is python:
                return dtype
    if isinstance(given, str):
        for python, dtype in _PYTHON.items():
            if given == python.__name__:
                return dtype
    raise TypeError(f"cannot parse input {_kind(given)} into Polars data type (given: {given!r})")


def is_dtype(given):
    """Whether this is a data type."""
    return isinstance(given, (DataType, _Kind))


def plain(dtype):
    """The form in which the native module takes a type; None stays None."""
    return None if dtype is None else parse_into_dtype(dtype)._plain()


def from_plain(given):
    """The data type that the native module gave."""
    if isinstance(given, str):
        return _SIMPLE[given]() if given == "Categorical" else _SIMPLE[given]
    kind = given[0]
    if kind == "List":
        return List(from_plain(given[1]))
    if kind == "Array":
        return Array(from_plain(given[1]), given[2])
    if kind == "Datetime":
        return Datetime(given[1], given[2])
    if kind == "Duration":
        return Duration(given[1])
    if kind == "Decimal":
        return Decimal(given[1], given[2])
    if kind == "Struct":
        return Struct([Field(name, from_plain(dtype)) for name, dtype in given[1]])
    return Enum(given[1])


def schema_from_plain(pairs):
    """The schema that the native module gave."""
    return Schema([(name, from_plain(dtype)) for name, dtype in pairs])


def _kind(value):
    return f"of type {type(value).__name__!r}"


NUMERIC_DTYPES = frozenset([Int8, Int16, Int32, Int64, Int128, UInt8, UInt16, UInt32, UInt64, Float32, Float64, Decimal])
INTEGER_DTYPES = frozenset([Int8, Int16, Int32, Int64, Int128, UInt8, UInt16, UInt32, UInt64])
FLOAT_DTYPES = frozenset([Float32, Float64])
TEMPORAL_DTYPES = frozenset([Date, Time, Datetime, Duration])
NESTED_DTYPES = frozenset([List, Struct, Array])
