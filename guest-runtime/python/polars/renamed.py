"""Older names of arguments, which py-polars 1.33 still takes and which many scripts use."""

import functools

_SAMPLES = {"min_periods": "min_samples"}
_CSV = {"dtypes": "schema_overrides", "row_count_name": "row_index_name", "row_count_offset": "row_index_offset"}

_FRAMES = {
    "join": {"join_nulls": "nulls_equal"},
    "pivot": {"columns": "on"},
    "rolling": {"by": "group_by"},
    "group_by_dynamic": {"by": "group_by"},
    "upsample": {"by": "group_by"},
    "top_k": {"descending": "reverse"},
    "bottom_k": {"descending": "reverse"},
}


def accept(method, names):
    """The method, which takes each old name in `names` for the new one."""

    @functools.wraps(method)
    def call(*args, **kwargs):
        for old, new in names.items():
            if old in kwargs:
                kwargs[new] = kwargs.pop(old)
        return method(*args, **kwargs)

    return call


def install(classes, frames):
    """Gives the methods of expressions and series, and of frames, their older argument names."""
    for cls in classes:
        for name, method in list(vars(cls).items()):
            if name.startswith(("rolling_", "ewm_", "cumulative_eval")):
                setattr(cls, name, accept(method, _SAMPLES))
            elif name in ("top_k_by", "bottom_k_by"):
                setattr(cls, name, accept(method, {"descending": "reverse"}))
    for cls in frames:
        for name, names in _FRAMES.items():
            if name in vars(cls):
                setattr(cls, name, accept(vars(cls)[name], names))


def csv(function):
    """A reader of CSV with its older argument names."""
    return accept(function, _CSV)
