"""Lazy frames: queries that run when `collect` is called."""

import _polars

from polars import group_by as _groups
from polars.datatypes import schema_from_plain
from polars.verbs import Verbs


class LazyFrame(Verbs):
    """A query over frames, kept until it is collected."""

    _native = None
    _is_eager = False

    def __init__(self, data=None, schema=None, *, schema_overrides=None, strict=True, orient=None, infer_schema_length=100, nan_to_null=False):
        from polars.frame import DataFrame

        frame = DataFrame(data, schema, schema_overrides=schema_overrides, strict=strict, orient=orient, infer_schema_length=infer_schema_length)
        self._native = frame.lazy()._native

    @classmethod
    def _wrap(cls, native):
        made = object.__new__(LazyFrame)
        made._native = native
        return made

    def _verb(self, name, *args):
        return LazyFrame._wrap(_polars.lazy(name, self._native, *args))

    def __repr__(self):
        return f"<LazyFrame at 0x{id(self):X}>"

    def __getitem__(self, item):
        if not isinstance(item, slice):
            raise TypeError("LazyFrame is not subscriptable (aside from slicing)\n\nUse `select()` or `filter()` instead.")
        start = item.start or 0
        return self.slice(start, None if item.stop is None else item.stop - start)

    def __bool__(self):
        raise TypeError("the truth value of a LazyFrame is ambiguous\n\nLazyFrames cannot be used in boolean context with and/or/not operators.")

    def lazy(self):
        """This query itself."""
        return self

    def clone(self):
        """A copy."""
        return LazyFrame._wrap(self._native)

    def collect(self, **kwargs):
        """Runs the query; arguments that choose how are accepted and change nothing."""
        from polars.frame import DataFrame

        return DataFrame._wrap(_polars.frame("collect", self._native))

    def fetch(self, n_rows=500, **kwargs):
        """The first rows of the result."""
        return self.head(n_rows).collect()

    def collect_schema(self):
        """Names and types of the result."""
        return schema_from_plain(_polars.frame("collect_schema", self._native))

    @property
    def schema(self):
        """Names and types of the result."""
        return self.collect_schema()

    @property
    def columns(self):
        """Names of the result's columns."""
        return self.collect_schema().names()

    @property
    def dtypes(self):
        """Types of the result's columns."""
        return self.collect_schema().dtypes()

    @property
    def width(self):
        """Number of the result's columns."""
        return len(self.collect_schema())

    def explain(self, *, optimized=True, **kwargs):
        """The plan as text."""
        return _polars.frame("explain", self._native, optimized)

    def cache(self):
        """Keeps the result in case that it is used twice."""
        return self._verb("cache")

    def head(self, n=5):
        """The first n rows."""
        return self._verb("slice", 0, n)

    def limit(self, n=5):
        """The first n rows."""
        return self._verb("slice", 0, n)

    def tail(self, n=5):
        """The last n rows."""
        return self._verb("tail", n)

    def slice(self, offset, length=None):
        """Rows from an offset, which may count from the end."""
        return self._verb("slice", offset, length)

    def first(self):
        """The first row."""
        return self._verb("slice", 0, 1)

    def last(self):
        """The last row."""
        return self._verb("tail", 1)

    def clear(self, n=0):
        """The columns without rows."""
        return self.collect_schema().to_frame().clear(n).lazy()

    def describe(self, percentiles=(0.25, 0.5, 0.75), *, interpolation="nearest"):
        """Summary statistics, as a data frame."""
        return self.collect().describe(percentiles, interpolation=interpolation)

    def group_by(self, *by, maintain_order=False, **named_by):
        """Groups rows by keys."""
        return _groups.GroupBy(self, "group_by", (by, named_by, maintain_order))

    def group_by_dynamic(self, index_column, *, every, period=None, offset=None, include_boundaries=False, closed="left", label="left", group_by=None, start_by="window"):
        """Groups rows by windows of time or index."""
        return _groups.dynamic(self, index_column, every, period, offset, include_boundaries, closed, label, group_by, start_by)

    def rolling(self, index_column, *, period, offset=None, closed="right", group_by=None):
        """Groups rows by windows that end at each row."""
        return _groups.rolling(self, index_column, period, offset, closed, group_by)

    def map_batches(self, function, **kwargs):
        """A Python function of the collected frame."""
        return function(self.collect()).lazy()

    def sink_csv(self, path, **kwargs):
        """Runs the query and writes it as CSV."""
        self.collect().write_csv(path, **{key: value for key, value in kwargs.items() if key not in ("maintain_order", "lazy", "engine", "sync_on_close", "mkdir", "optimizations")})

    def sql(self, query, *, table_name="self"):
        """Not offered: use expressions."""
        raise NotImplementedError("SQL is not available here; use select, filter, group_by and join")
