"""Groups of rows: what `group_by`, `group_by_dynamic` and `rolling` answer until something is asked of the groups."""

from polars.expr import _several


class GroupBy:
    """The groups of a frame's rows by keys, or by windows over an index."""

    def __init__(self, frame, verb, before, after=(), keys=()):
        self._frame, self._kind, self._before, self._after, self._keys = frame, verb, before, after, keys

    def _finish(self, what, *args):
        return self._frame._verb(self._kind, *self._before, *self._after, what, *args)

    def agg(self, *aggs, **named_aggs):
        """One row a group, with these aggregations."""
        if len(aggs) == 1 and isinstance(aggs[0], dict):
            raise TypeError("specifying aggregations as a dictionary is not supported\n\nTry unpacking the dictionary to take advantage of the keyword syntax of the `agg` method.")
        return self._finish("agg", aggs, named_aggs)

    def _each(self, method, *args, **kwargs):
        from polars.functions import all

        return self.agg(getattr(all(), method)(*args, **kwargs))

    def all(self):
        """The values of each group as lists."""
        from polars.functions import all

        return self.agg(all())

    def len(self, name=None):
        """Number of rows of each group."""
        from polars.functions import len as rows

        made = rows()
        return self.agg(made if name is None else made.alias(name))

    def count(self, name=None):
        """Number of rows of each group; len is the newer name."""
        from polars.functions import len as rows

        return self.agg(rows().alias("count" if name is None else name))

    def head(self, n=5):
        """The first n rows of each group."""
        return self._finish("head", n)

    def tail(self, n=5):
        """The last n rows of each group."""
        return self._finish("tail", n)

    def first(self):
        """First value of each column."""
        return self._each("first")

    def last(self):
        """Last value of each column."""
        return self._each("last")

    def sum(self):
        """Sum of each column."""
        return self._each("sum")

    def mean(self):
        """Mean of each column."""
        return self._each("mean")

    def median(self):
        """Median of each column."""
        return self._each("median")

    def min(self):
        """Least value of each column."""
        return self._each("min")

    def max(self):
        """Greatest value of each column."""
        return self._each("max")

    def n_unique(self):
        """Number of distinct values of each column."""
        return self._each("n_unique")

    def quantile(self, quantile, interpolation="nearest"):
        """Quantile of each column."""
        return self._each("quantile", quantile, interpolation)

    def map_groups(self, function, schema=None):
        """Calls a Python function on each group's frame and puts the answers below one another."""
        from polars.functions import concat

        frames = [function(part) for _, part in self]
        if schema is not None or not frames:
            frames = [frame.lazy() for frame in frames] if not self._frame._is_eager else frames
        made = concat(frames, how="vertical")
        return made if self._frame._is_eager else made.lazy()

    def __iter__(self):
        """Pairs of a tuple of keys and a frame."""
        from polars.functions import col, len as rows

        frame = self._frame if self._frame._is_eager else self._frame.collect()
        index = "__row__"
        numbered = frame.with_row_index(index)
        grouped = GroupBy(numbered, self._kind, self._before, self._after)
        groups = grouped.agg(col(index))
        keys = [name for name in groups.columns if name != index]
        for key, rows in zip(groups.select(keys).rows(), groups.get_column(index).to_list()):
            yield key, frame[rows]


def dynamic(frame, index_column, every, period, offset, include_boundaries, closed, label, group_by, start_by):
    """Groups by windows that begin at a fixed distance."""
    from polars.expr import _duration

    every = _duration(every)
    period = every if period is None else _duration(period)
    offset = "0ns" if offset is None else _duration(offset)
    keys = [] if group_by is None else _several(group_by, ())
    options = (index_column, every, period, offset, include_boundaries, closed, label, start_by)
    return GroupBy(frame, "group_by_dynamic", (*options, keys))


def rolling(frame, index_column, period, offset, closed, group_by):
    """Groups by windows that end at each row."""
    from polars.expr import _window

    period, offset = _window(period, offset)
    keys = [] if group_by is None else _several(group_by, ())
    return GroupBy(frame, "rolling", (index_column, period, offset, closed, keys))
