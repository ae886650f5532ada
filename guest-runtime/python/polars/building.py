"""Data frames out of Python values: dicts of columns, dicts or sequences as rows, series."""

import _polars

from polars import datatypes
from polars.datatypes import is_dtype, parse_into_dtype, plain
from polars.series import Series


def build(data, schema=None, schema_overrides=None, strict=True, orient=None):
    """The native frame of `data`."""
    from polars.frame import DataFrame

    names, dtypes = _schema(schema)
    for name, dtype in (schema_overrides or {}).items():
        dtypes[name] = parse_into_dtype(dtype)
    if data is None:
        return _polars.frame("new", [Series(name, [], dtype=dtypes.get(name, datatypes.Null)) for name in names])
    if isinstance(data, DataFrame):
        return _conform(data.get_columns(), names, dtypes, strict)
    if isinstance(data, Series):
        if data.dtype == datatypes.Struct and not names:
            return data.struct.unnest()._native
        return _conform([data], names, dtypes, strict)
    if hasattr(data, "items") and hasattr(data, "keys"):
        return _from_dict(data, names, dtypes, strict, hasattr(schema, "items"))
    if not hasattr(data, "__iter__") or isinstance(data, (str, bytes)):
        raise TypeError(f"DataFrame constructor called with unsupported type {type(data).__name__!r} for the `data` parameter")
    items = data if isinstance(data, list) else list(data)
    first = next((item for item in items if item is not None), None)
    if first is None:
        if not items:
            return build(None, schema, schema_overrides, strict)
        return _conform([Series("column_0", items)], names, dtypes, strict)
    if isinstance(first, Series):
        return _from_series(items, names, dtypes, strict)
    if hasattr(first, "keys") and hasattr(first, "__getitem__"):
        pairs = [(name, plain(dtype)) for name, dtype in dtypes.items()]
        return _polars.frame("from_dicts", items, names, pairs, strict)
    if hasattr(first, "__dataclass_fields__"):
        fields = list(first.__dataclass_fields__)
        rows = [[getattr(item, field) for field in fields] for item in items]
        return _from_sequences(rows, fields, names or fields, dtypes, strict, "row")
    if isinstance(first, (list, tuple)) or (hasattr(first, "__iter__") and not isinstance(first, (str, bytes))):
        return _from_sequences([list(item) for item in items], first, names, dtypes, strict, orient)
    return _conform([Series(names[0] if names else "column_0", items, dtype=dtypes.get(names[0] if names else "column_0"), strict=strict)], names, dtypes, strict)


def _schema(schema):
    """Names, and types by name, of a schema in any of its forms."""
    if schema is None:
        return [], {}
    if hasattr(schema, "items"):
        pairs = list(schema.items())
    else:
        pairs = [(one, None) if isinstance(one, str) else tuple(one) for one in schema]
    return [name for name, _ in pairs], {name: parse_into_dtype(dtype) for name, dtype in pairs if dtype is not None}


def _from_dict(data, names, dtypes, strict, by_name):
    if by_name and data:
        if any(name not in names for name in data):
            raise ValueError("the given column-schema names do not match the data dictionary")
        data = {name: data[name] for name in names}
    names = names or list(data)
    if not data:
        return _polars.frame("new", [Series(name, [], dtype=dtypes.get(name, datatypes.Null)) for name in names])
    if len(names) != len(data):
        from polars.exceptions import ShapeError

        raise ShapeError(f"the schema names {len(names)} columns, but the data has {len(data)}")
    made, length = {}, None
    for name, value in zip(names, data.values()):
        if _is_column(value):
            made[name] = _column(name, value, dtypes.get(name), strict)
            length = max(len(made[name]), length or 0)
    for name, value in zip(names, data.values()):
        if name not in made:
            made[name] = _repeated(name, value, length, dtypes.get(name), strict)
    return _polars.frame("new", [made[name] for name in names])


def _column(name, value, dtype, strict):
    if not isinstance(value, Series):
        return Series(name, list(value), dtype=dtype, strict=strict)
    return Series(name, value, dtype=dtype, strict=strict).alias(name)


def _is_column(value):
    return isinstance(value, Series) or (hasattr(value, "__iter__") and not isinstance(value, (str, bytes, dict)))


def _repeated(name, value, length, dtype, strict):
    """A column of one value, as often as other columns are long; once where there are none."""
    if length is None:
        return Series(name, [value], dtype=dtype, strict=strict)
    if dtype is None and isinstance(value, int) and not isinstance(value, bool) and -(2**31) <= value < 2**31:
        dtype = datatypes.Int32
    one = Series(name, [value], dtype=dtype, strict=strict)
    return one.new_from_index(0, length) if length else one.head(0)


def _from_series(items, names, dtypes, strict):
    columns = []
    for index, series in enumerate(items):
        columns.append(series if series.name or names else series.alias(f"column_{index}"))
    return _conform(columns, names, dtypes, strict)


def _conform(columns, names, dtypes, strict):
    """The columns by the names and types of a schema."""
    if names and len(names) != len(columns):
        from polars.exceptions import ShapeError

        raise ShapeError(f"the given column-schema names do not match the data dimension: {len(names)} names, {len(columns)} columns")
    made = []
    for index, series in enumerate(columns):
        name = names[index] if names else series.name
        dtype = dtypes.get(name)
        series = series.alias(name)
        made.append(series if dtype is None or series.dtype == dtype else series.cast(dtype, strict=strict))
    return _polars.frame("new", made)


def _from_sequences(items, first, names, dtypes, strict, orient):
    if hasattr(first, "_fields") and not names:
        names = list(first._fields)
        orient = "row"
    if orient is None:
        # Sequences are columns, unless the names say that they must be rows.
        orient = "row" if len(names) == len(first) != len(items) else "col"
    if orient == "row":
        width = len(first)
        if names and len(names) != width:
            from polars.exceptions import ShapeError

            raise ShapeError(f"the row data has {width} columns, but the schema names {len(names)}")
        names = names or [f"column_{index}" for index in range(width)]
        return _polars.frame("from_rows", items, names, [plain(dtypes.get(name)) for name in names], strict)
    if orient != "col":
        raise ValueError(f"`orient` must be one of {{'col', 'row', None}}, got {orient!r}")
    names = names or [f"column_{index}" for index in range(len(items))]
    if len(names) != len(items):
        from polars.exceptions import ShapeError

        raise ShapeError(f"{len(names)} column names given for {len(items)} columns of data")
    return _polars.frame("new", [Series(name, item, dtype=dtypes.get(name), strict=strict) for name, item in zip(names, items)])


def from_dict(data, schema=None, *, schema_overrides=None, strict=True):
    """A frame of a dict of columns."""
    return _frame(data, schema, schema_overrides, strict)


def from_dicts(data, schema=None, *, schema_overrides=None, strict=True, infer_schema_length=100):
    """A frame of dicts, one a row."""
    if not data and not (schema or schema_overrides):
        from polars.exceptions import NoDataError

        raise NoDataError("no data, cannot infer schema")
    return _frame(data, schema, schema_overrides, strict)


def from_records(data, schema=None, *, schema_overrides=None, strict=True, orient=None, infer_schema_length=100):
    """A frame of a sequence of rows or columns."""
    return _frame(data, schema, schema_overrides, strict, orient)


def _frame(*args):
    from polars.frame import DataFrame

    return DataFrame._wrap(build(*args))


def from_pandas(data, **kwargs):
    """Not offered: pandas is not here."""
    raise ModuleNotFoundError("pandas is not available; read files with pl.read_csv")


def from_numpy(data, schema=None, **kwargs):
    """Not offered: numpy is not here."""
    raise ModuleNotFoundError("numpy is not available; use lists: pl.DataFrame({'x': [1, 2]})")
