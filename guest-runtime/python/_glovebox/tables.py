"""Displayed values as tables: names, types, the number of rows, and the first rows as JSON.

Data frames, series and arrays of polars, pandas and numpy are tables. Types are told as polars writes them. Dates and
times are ISO 8601 text, integers beyond 2^53 are text, NaN and the infinities are the texts `NaN`, `inf` and `-inf`.
"""

import datetime
import decimal
import json
import math

import numpy
import pandas
import polars

from _glovebox.bounds import CELL_CHARACTERS, TABLE_CHARACTERS, TABLE_COLUMNS, cut

#: The greatest integer that every reader of JSON takes exactly.
_EXACT = 2**53

#: What polars calls the types of numpy and pandas.
_NAMES = {"bool": "bool", "boolean": "bool", "object": "str", "str": "str", "string": "str", "category": "cat"}


def of(value, limit):
    """The table that `value` is, with at most `limit` rows; None where it is no table."""
    if isinstance(value, polars.LazyFrame):
        value = value.collect()
    if isinstance(value, polars.Series):
        value = value.to_frame(value.name or "value")
    if isinstance(value, polars.DataFrame):
        return _polars(value, limit)
    if isinstance(value, numpy.ndarray):
        value = _array(value)
    if isinstance(value, pandas.Index):
        value = value.to_frame(index=False, name=None if any(value.names) else "value")
    if isinstance(value, pandas.Series):
        value = value.to_frame("value" if value.name is None else value.name)
    if isinstance(value, pandas.DataFrame):
        return _pandas(value, limit)
    return None


def _polars(frame, limit):
    names = [cut(name, CELL_CHARACTERS) for name in frame.columns[:TABLE_COLUMNS]]
    types = [dtype._string_repr() for dtype in frame.dtypes[:TABLE_COLUMNS]]
    shown = frame.head(limit)
    return names, types, frame.height, _rows(shown[name].to_list() for name in shown.columns[:TABLE_COLUMNS])


def _pandas(frame, limit):
    shown = frame.iloc[:limit]
    columns = []
    index = shown.index
    if not (isinstance(index, pandas.RangeIndex) and index.name is None):
        for level in range(index.nlevels):
            name = index.names[level]
            columns.append(("" if name is None else name, index.get_level_values(level)))
    columns += [(frame.columns[place], shown.iloc[:, place]) for place in range(shown.shape[1])]
    columns = columns[:TABLE_COLUMNS]
    names = [cut(_name(name), CELL_CHARACTERS) for name, _ in columns]
    types = [_type(values.dtype) for _, values in columns]
    return names, types, len(frame), _rows(values.tolist() for _, values in columns)


def _array(array):
    """A frame of an array's columns; the array itself where it has no rows."""
    if array.dtype.names and array.ndim == 1:
        return pandas.DataFrame({name: list(array[name]) for name in array.dtype.names})
    if array.ndim == 1:
        return pandas.DataFrame({"value": array})
    if array.ndim == 2 and array.shape[1] <= TABLE_COLUMNS:
        return pandas.DataFrame(array)
    return array


def _name(name):
    return " / ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _type(dtype):
    if isinstance(dtype, pandas.DatetimeTZDtype):
        return f"datetime[{_unit(dtype.unit)}, {dtype.tz}]"
    kind, name = getattr(dtype, "kind", "O"), str(dtype)
    if kind in "iuf" and name.lower().startswith(("int", "uint", "float")):
        return f"{kind}{8 * dtype.itemsize}"
    if kind in "mM" and isinstance(dtype, numpy.dtype):
        unit = _unit(numpy.datetime_data(dtype)[0])
        return f"{'datetime' if kind == 'M' else 'duration'}[{unit}]"
    return _NAMES.get(name, name)


def _unit(unit):
    return "μs" if unit == "us" else unit


def _rows(columns):
    """The rows as a JSON array of arrays, as many as a message holds."""
    cells = [[json.dumps(_cell(value), ensure_ascii=False) for value in column] for column in columns]
    rows, room = [], TABLE_CHARACTERS
    for row in zip(*cells):
        text = f"[{','.join(row)}]"
        room -= len(text)
        if room < 0:
            break
        rows.append(text)
    return f"[{','.join(rows)}]"


def _cell(value, depth=0):
    """A cell as what JSON has."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return cut(str(value).encode("utf-8", "replace").decode(), CELL_CHARACTERS)
    if isinstance(value, int):
        return int(value) if abs(value) <= _EXACT else str(int(value))
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else "NaN" if math.isnan(value) else str(float(value))
    if value is pandas.NaT or value is pandas.NA:
        return None
    if isinstance(value, (datetime.datetime, datetime.time)):
        return _time(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return _duration(value)
    if isinstance(value, decimal.Decimal):
        return str(value)
    if isinstance(value, numpy.generic):
        return _cell(value.item(), depth) if not isinstance(value.item(), numpy.generic) else str(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return cut(bytes(value[:CELL_CHARACTERS]).decode("utf-8", "replace"), CELL_CHARACTERS)
    if depth < 4:
        if isinstance(value, dict):
            return {str(key): _cell(item, depth + 1) for key, item in list(value.items())[:CELL_CHARACTERS]}
        if isinstance(value, (list, tuple, set, numpy.ndarray, polars.Series, pandas.Series)):
            return [_cell(item, depth + 1) for item in list(value)[:TABLE_COLUMNS]]
    return cut(str(value), CELL_CHARACTERS)


def _time(value):
    """ISO 8601, with no digits after the second, three, or six."""
    if value.microsecond == 0:
        digits = "seconds"
    else:
        digits = "microseconds" if value.microsecond % 1000 else "milliseconds"
    return value.isoformat(timespec=digits)


def _duration(value):
    """ISO 8601: `P1DT2H3M4.5S`."""
    sign = "-" if value < datetime.timedelta(0) else ""
    value = abs(value)
    hours, seconds = divmod(value.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    text = f"{sign}P{f'{value.days}D' if value.days else ''}T{f'{hours}H' if hours else ''}{f'{minutes}M' if minutes else ''}"
    return f"{text}{seconds + value.microseconds / 1_000_000:g}S"
