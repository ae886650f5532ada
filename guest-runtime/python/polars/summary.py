"""Summaries of a frame for the eye: `describe` and `glimpse`."""

import _polars

from polars import datatypes
from polars.datatypes import plain


def describe(frame, percentiles, interpolation):
    """Count, nulls, mean, deviation, extremes and percentiles of each column."""
    from polars.functions import col, lit
    from polars.frame import DataFrame
    from polars.series import Series

    if not frame.width:
        raise TypeError("cannot describe a DataFrame that has no columns")
    percentiles = () if percentiles is None else (percentiles,) if isinstance(percentiles, float) else percentiles
    percentiles = sorted(percentiles)
    if any(not 0 <= part <= 1 for part in percentiles):
        raise ValueError("`percentiles` must all be in the range [0, 1]")
    labels = ["count", "null_count", "mean", "std", "min", *(f"{part * 100:g}%" for part in percentiles), "max"]
    columns = [Series("statistic", labels)]
    for name, dtype in frame.schema.items():
        column, null = col(name), lit(None)
        numeric, temporal = dtype.is_numeric(), dtype.is_temporal()
        ordered = not (dtype.is_nested() or dtype in (datatypes.Categorical, datatypes.Enum, datatypes.Null, datatypes.Unknown))

        def percentile(part):
            if numeric:
                return column.quantile(part, interpolation)
            if temporal:
                return column.to_physical().quantile(part, interpolation).cast(dtype)
            return null

        stats = [
            column.count(),
            column.null_count(),
            column.mean() if numeric or temporal or dtype == datatypes.Boolean else null,
            column.std() if numeric else null,
            column.min() if ordered else null,
            *map(percentile, percentiles),
            column.max() if ordered else null,
        ]
        row = frame.select([stat.alias(str(index)) for index, stat in enumerate(stats)]).row(0)
        as_number = numeric or dtype.is_nested() or dtype in (datatypes.Null, datatypes.Boolean)
        kind = float if as_number else str
        values = [None if value is None or isinstance(value, dict) else kind(value) for value in row]
        columns.append(Series(name, values, dtype=datatypes.Float64 if as_number else datatypes.String))
    return DataFrame(columns)


def glimpse(frame, max_items, max_name):
    """A line for each column: name, type, first values."""
    lines = []
    for name, dtype in frame.schema.items():
        values = frame.get_column(name).head(max_items).to_list()
        show = repr if dtype == datatypes.String else str
        shown = name if len(name) <= max_name else name[: max_name - 1] + "…"
        kind = _polars.run("dtype_text", plain(dtype))
        lines.append((shown, f"<{kind}>", ", ".join(show(value) for value in values)))
    widths = [max((len(line[part]) for line in lines), default=0) for part in (0, 1)]
    text = f"Rows: {frame.height}\nColumns: {frame.width}\n"
    for name, kind, values in lines:
        text += f"$ {name:<{widths[0]}} {kind:>{widths[1]}} {values}\n"
    return text
