"""Rows of values in any form that scripts hand over: lists, numpy arrays, and columns of pandas and of polars.

Neither library is imported here: their columns are known by what they can do.
"""

import numpy as np


def shape_of(value):
    """Whether a value is a row of values rather than one."""
    if isinstance(value, (str, bytes, int, float)) or getattr(value, "ndim", 1) == 0:
        return False
    return hasattr(value, "__iter__")


def name_of(values):
    """The name of a Series or an index; None for what has none."""
    name = getattr(values, "name", None)
    return name if isinstance(name, str) and name.strip() else None


def is_missing(value):
    """Whether a value is None, NaN, NaT or NA."""
    if value is None:
        return True
    try:
        return bool(value != value)
    except (TypeError, ValueError):
        return not hasattr(value, "__len__")


def array_of(values):
    """Any row of values, or matrix, as a numpy array: numbers with NaN for what is missing, dates as datetime64."""
    if isinstance(values, np.ma.MaskedArray):
        return values.astype(float).filled(np.nan) if values.dtype.kind in "biuf" else values.filled()
    if isinstance(values, np.ndarray):
        return values
    if hasattr(values, "to_physical"):
        return _of_polars(values)
    if hasattr(values, "get_columns"):
        return np.column_stack([_of_polars(column) for column in values.get_columns()]) if values.width else np.empty((0, 0))
    if hasattr(values, "to_numpy"):
        return _of_pandas(values)
    if not hasattr(values, "__len__") or isinstance(values, (set, frozenset)) or hasattr(values, "keys") or hasattr(values, "mapping"):
        values = list(values) if hasattr(values, "__iter__") else values
    try:
        return np.asarray(values)
    except ValueError:
        raise ValueError("setting an array element with a sequence: the rows have different lengths") from None


def _of_polars(column):
    kind = type(column.dtype).__name__ if not isinstance(column.dtype, type) else column.dtype.__name__
    if kind in ("Categorical", "Enum"):
        column = column.cast(str)
    elif kind in ("Decimal", "Boolean"):
        column = column.cast(float)
    elif kind == "Datetime" and getattr(column.dtype, "time_zone", None):
        column = column.dt.replace_time_zone(None)
    return column.to_numpy()


def _of_pandas(values):
    if getattr(values, "ndim", 1) != 1:
        found = values.to_numpy()
        return found if found.dtype.kind != "O" else _settled(found)
    dtype = values.dtype
    name = str(dtype)
    inner = getattr(values, "dt", values)
    if getattr(dtype, "tz", None) is not None:
        return inner.tz_localize(None).to_numpy()
    if name.startswith("period"):
        return inner.to_timestamp().to_numpy()
    found = values.to_numpy()
    if found.dtype.kind == "O" and getattr(dtype, "kind", "O") in "iufb":
        return values.to_numpy(dtype=float, na_value=np.nan)
    return found


def _settled(found):
    try:
        return found.astype(float)
    except (TypeError, ValueError):
        return found


def numbers(values):
    """The 64-bit floats of a row of numbers; what is missing is NaN."""
    found = array_of(values)
    if found.dtype.kind in "biuf":
        return np.atleast_1d(found).astype(float, copy=False)
    column = as_floats(found)
    if column is None:
        stranger = next((one for one in found.flat if as_floats(np.array([one], dtype=object)) is None), "something else")
        raise TypeError(f"numbers are needed here, but the data holds {stranger!r} ({type(stranger).__name__})")
    return np.atleast_1d(column)


def as_floats(found):
    """An array as 64-bit floats, or None if something in it is neither a number nor missing."""
    if found.dtype.kind in "biuf":
        return found.astype(float, copy=False)
    if found.dtype.kind == "c":
        return found.real.astype(float)
    if found.dtype.kind != "O":
        return None
    out = np.empty(found.shape)
    for index, value in enumerate(found.flat):
        if is_missing(value):
            value = np.nan
        elif isinstance(value, (str, bytes)):
            return None
        try:
            out.flat[index] = value
        except (TypeError, ValueError):
            return None
    return out


def matrix(rows):
    """The 64-bit floats of a matrix of numbers."""
    found = array_of(rows)
    if found.ndim != 2 and found.dtype.kind == "O" and found.size:
        found = np.stack([numbers(row) for row in found])
    if found.ndim != 2:
        raise TypeError(f"a matrix is needed, in rows and columns, not data of shape {found.shape}")
    return numbers(found.reshape(-1)).reshape(found.shape)


def as_list(values):
    """Any row of values as a list or tuple of plain Python values."""
    if type(values) in (list, tuple):
        return values
    if isinstance(values, np.ndarray) and values.dtype.kind == "M":
        return values.astype("datetime64[us]").tolist()
    if hasattr(values, "get_columns"):
        return values.rows()
    if hasattr(values, "iloc") and getattr(values, "ndim", 1) == 2:
        return values.to_numpy().tolist()
    for name in ("to_list", "tolist"):
        convert = getattr(values, name, None)
        if convert is not None:
            return convert()
    return list(values)


def columns_of(values):
    """The columns of a table or matrix; a row of values is one column."""
    if hasattr(values, "get_columns"):
        return list(values.get_columns())
    if hasattr(values, "iloc") and getattr(values, "ndim", 1) == 2:
        return [values.iloc[:, index] for index in range(values.shape[1])]
    if hasattr(values, "to_physical") or hasattr(values, "iloc"):
        return [values]
    found = array_of(values)
    if found.ndim == 0:
        return [found.reshape(1)]
    return [found] if found.ndim == 1 else list(found.T)


def sets_of(values):
    """The data sets of an argument that may hold one or many, each of its own length."""
    if hasattr(values, "get_columns") or hasattr(values, "to_physical") or hasattr(values, "iloc"):
        return columns_of(values)
    if isinstance(values, np.ndarray):
        return columns_of(values) if values.ndim > 1 or values.dtype.kind != "O" or not values.size or not shape_of(values.flat[0]) else list(values)
    rows = as_list(values)
    return list(rows) if len(rows) and shape_of(rows[0]) else [rows]


def is_nested(values):
    """Whether a row of values holds rows."""
    if getattr(values, "ndim", 1) > 1 or hasattr(values, "get_columns"):
        return True
    if isinstance(values, (str, bytes)) or not hasattr(values, "__iter__"):
        return False
    first = next(iter(values), None)
    return first is not None and shape_of(first)


def reach(column):
    """The least and the greatest finite number, and the least above zero; NaN where there is none."""
    column = np.asarray(column, dtype=float)
    column = column[np.isfinite(column)]
    if not column.size:
        return (np.nan, np.nan, np.nan)
    positive = column[column > 0]
    return float(column.min()), float(column.max()), float(positive.min()) if positive.size else np.nan
