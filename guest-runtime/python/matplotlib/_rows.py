"""Rows of data as they stand in a specification: columns by name, with what readers are told of each."""

import numpy as np

#: What would be a path in the name of a field of Vega-Lite.
_PATHS = str.maketrans({sign: "_" for sign in ".[]\\\"'`"})


def instants(days):
    """Days since 1970-01-01 as ISO 8601 as the script wrote them, of no zone, to the second or the millisecond; None for
    what is missing."""
    known = np.isfinite(days) & (np.abs(days) < 3e6)
    moments = np.round(np.where(known, days, 0.0) * 86_400_000).astype("int64").astype("datetime64[ms]")
    unit = "ms" if np.any(moments.astype("int64") % 1000) else "s"
    texts = np.datetime_as_string(moments, unit=unit).tolist()
    return texts if known.all() else [text if one else None for text, one in zip(texts, known.tolist())]


def utc(days):
    """Instants that every browser reads the same, whatever its own zone skips or repeats: charts show them in UTC."""
    return [text and f"{text}Z" for text in instants(days)]


def numbers(column):
    """A column as plain numbers, whole ones as such; None for what is missing or beyond any axis."""
    known = np.isfinite(column) & (np.abs(column) < 1e300)
    whole = known.all() and np.all(np.abs(column) < 2**53) and np.array_equal(column, np.round(column))
    values = (column.astype("int64") if whole else column).tolist()
    return values if known.all() else [value if one else None for value, one in zip(values, known.tolist())]


def number_format(column):
    """How a tooltip writes numbers (d3-format): whole ones in full, others with as many digits as tell them apart."""
    known = np.abs(column[np.isfinite(column)])
    least, most = (float(known.min()), float(known.max())) if known.size else (0.0, 0.0)
    if np.array_equal(known, np.round(known)) and most < 1e15:
        return "d" if 1000 <= least and most < 3000 else ",d"
    if most >= 1e12 or 0 < most < 1e-3:
        return ".4~g"
    return f",.{0 if most >= 1e5 else 2 if most >= 10 else 3 if most >= 1 else 5}~f"


class Rows:
    """The rows of a layer, column by column."""

    def __init__(self):
        self._columns = {}
        self.tooltip = []

    def add(self, title, values, kind, told=True):
        """Adds a column of plain values of a kind (`nominal`, `quantitative` or `temporal`); answers its field.
        What is not told is there for the drawing alone. Numbers may come as an array."""
        field = title.translate(_PATHS) or "_"
        while field in self._columns:
            field += "′"
        column = np.asarray(values, dtype=float) if told and kind == "quantitative" else None
        self._columns[field] = values = numbers(values) if isinstance(values, np.ndarray) else values
        if told:
            channel = {"field": field, "type": kind, "title": title}
            if kind == "temporal":
                is_days = all(value is None or value.endswith("T00:00:00Z") for value in values)
                channel["scale"] = {"type": "utc"}
                channel["format"] = "%Y-%m-%d" if is_days else "%Y-%m-%d %H:%M"
            elif kind == "quantitative":
                channel["format"] = number_format(column)
            self.tooltip.append(channel)
        return field

    def place(self, direction, column, title=None):
        """Adds the places of a direction: names, instants or numbers."""
        title = title or direction.name
        if direction.mode in ("names", "placed"):
            return self.add(title, direction.named(column), "nominal")
        if direction.mode == "date":
            return self.add(title, utc(column), "temporal")
        return self.add(title, column, "quantitative")

    def measure(self, direction, column, title=None):
        """Adds values that lie along a direction, which never has names for them."""
        if direction.mode == "date":
            return self.add(title or direction.name, utc(column), "temporal")
        return self.add(title or direction.name, column, "quantitative")

    def values(self):
        """The rows as dicts."""
        names = tuple(self._columns)
        return [dict(zip(names, row)) for row in zip(*self._columns.values())]
