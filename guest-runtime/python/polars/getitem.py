"""What square brackets on a data frame mean."""

from polars import datatypes
from polars.expr import Expr
from polars.series import Series


def frame_item(frame, key):
    """`df["a"]`, `df[0]`, `df[1:5]`, `df[["a", "b"]]`, `df[0, "a"]`, `df[:, 0]`, `df[mask]`."""
    if isinstance(key, tuple):
        if len(key) == 1:
            return frame_item(frame, key[0])
        if len(key) != 2:
            raise ValueError(f"too many indices for DataFrame: {key!r}")
        rows, columns = key
        if isinstance(rows, str) or (isinstance(rows, list) and rows and isinstance(rows[0], str)):
            return _named(frame, key)
        chosen = _columns(frame, columns)
        if isinstance(chosen, Series):
            return chosen[rows]
        return _rows(chosen, rows)
    if isinstance(key, str):
        return frame.get_column(key)
    if isinstance(key, Expr):
        raise TypeError(f"cannot select columns using key of type {type(key).__name__!r}: use df.select(…) or df.filter(…)")
    if isinstance(key, (list, tuple)) and key and isinstance(key[0], str):
        return _named(frame, key)
    if isinstance(key, Series) and key.dtype == datatypes.String:
        return _named(frame, key.to_list())
    return _rows(frame, key)


def _named(frame, names):
    """The columns of these names, which are names only here, neither patterns nor expressions."""
    return frame.select([frame.get_column(name) for name in names])


def _columns(frame, key):
    if isinstance(key, str):
        return frame.get_column(key)
    if isinstance(key, bool):
        raise TypeError(f"cannot select columns using key of type {type(key).__name__!r}: {key!r}")
    names = frame.columns
    if isinstance(key, int):
        if not -len(names) <= key < len(names):
            raise IndexError(f"index {key} is out of bounds")
        return frame.to_series(key)
    if isinstance(key, slice):
        start, stop = (names.index(end) if isinstance(end, str) else end for end in (key.start, key.stop))
        stop = stop + 1 if isinstance(key.stop, str) else stop
        return frame.select(names[slice(start, stop, key.step)])
    key = key.to_list() if isinstance(key, Series) else list(key)
    if key and isinstance(key[0], bool):
        return frame.select([name for name, keep in zip(names, key) if keep])
    if key and isinstance(key[0], int):
        return frame.select([names[index] for index in key])
    return frame.select(key)


def _rows(frame, key):
    if isinstance(key, bool):
        raise TypeError(f"cannot select rows using key of type {type(key).__name__!r}: {key!r}")
    if isinstance(key, int):
        if not -frame.height <= key < frame.height:
            raise IndexError(f"index {key} is out of bounds for DataFrame of height {frame.height}")
        return frame.slice(key, 1)
    if isinstance(key, slice):
        start, stop, step = key.indices(frame.height)
        if step == 1:
            return frame.slice(start, max(0, stop - start))
        return frame._do("take", list(range(start, stop, step)))
    if isinstance(key, Series):
        if key.dtype == datatypes.Boolean:
            return frame.filter(key)
        return frame._do("take", key.to_list())
    if isinstance(key, (list, tuple, range)):
        if key and isinstance(key[0], bool):
            raise TypeError("selecting rows by passing a boolean mask to `__getitem__` is not supported\n\nHint: Use the `filter` method instead.")
        return frame._do("take", list(key))
    raise TypeError(f"cannot select elements using key of type {type(key).__name__!r}: {key!r}")
