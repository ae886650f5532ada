"""Data frames: columns of equal length."""

import collections
import random

import _polars

from polars import datatypes
from polars import group_by as _groups
from polars.datatypes import is_dtype, plain, schema_from_plain
from polars.exceptions import ColumnNotFoundError
from polars.expr import Expr, _duration, _several
from polars.lazy import LazyFrame
from polars.series import Series
from polars.verbs import Verbs, _chosen, _strings

no_default = object()


class DataFrame(Verbs):
    """A table: named columns of equal length, each of one type."""

    _native = None
    _is_eager = True
    __hash__ = None

    def __init__(self, data=None, schema=None, *, schema_overrides=None, strict=True, orient=None, infer_schema_length=100, nan_to_null=False):
        from polars.building import build

        self._native = build(data, schema, schema_overrides, strict, orient)

    @classmethod
    def _wrap(cls, native):
        made = object.__new__(DataFrame)
        made._native = native
        return made

    def _do(self, name, *args):
        return DataFrame._wrap(_polars.frame(name, self._native, *args))

    def _verb(self, name, *args):
        lazy = _polars.lazy(name, _polars.frame("lazy", self._native), *args)
        return DataFrame._wrap(_polars.frame("collect", lazy))

    # What it is

    @property
    def height(self):
        """Number of rows."""
        return _polars.frame("height", self._native)

    @property
    def width(self):
        """Number of columns."""
        return _polars.frame("width", self._native)

    @property
    def shape(self):
        """Number of rows and of columns."""
        return (self.height, self.width)

    @property
    def columns(self):
        """Names of the columns; may be set."""
        return _polars.frame("columns", self._native)

    @columns.setter
    def columns(self, names):
        self._native = _polars.frame("set_columns", self._native, list(names))

    @property
    def schema(self):
        """Names and types."""
        return schema_from_plain(_polars.frame("schema", self._native))

    @property
    def dtypes(self):
        """Types of the columns."""
        return self.schema.dtypes()

    @property
    def flags(self):
        """What is known of the order of each column."""
        return {name: self.get_column(name).flags for name in self.columns}

    @property
    def plot(self):
        """Not offered: use matplotlib.pyplot."""
        raise NotImplementedError("df.plot is not available here; use matplotlib.pyplot, for example plt.bar(df['x'].to_list(), df['y'].to_list())")

    @property
    def style(self):
        """Not offered: display(df) shows a table."""
        raise NotImplementedError("df.style is not available here; display(df) shows a table")

    def collect_schema(self):
        """Names and types."""
        return self.schema

    def __len__(self):
        return self.height

    def __repr__(self):
        return _polars.frame("text", self._native)

    def __str__(self):
        return _polars.frame("text", self._native)

    def __bool__(self):
        raise TypeError(
            "the truth value of a DataFrame is ambiguous\n\nHint: to check if a DataFrame contains any values, use `is_empty()`."
        )

    def __contains__(self, name):
        return name in self.columns

    def __iter__(self):
        return self.iter_columns()

    def __reversed__(self):
        return reversed(self.get_columns())

    def __copy__(self):
        return self.clone()

    def __deepcopy__(self, memo=None):
        return self.clone()

    def __getitem__(self, key):
        from polars.getitem import frame_item

        return frame_item(self, key)

    def __setitem__(self, key, value):
        if isinstance(key, str):
            raise TypeError(
                "DataFrame object does not support `Series` assignment by index\n\nUse `DataFrame.with_columns`."
            )
        if isinstance(key, list):
            raise TypeError("DataFrame object does not support assignment by a list of columns; use `DataFrame.with_columns`.")
        row, column = key
        name = column if isinstance(column, str) else self.columns[column]
        series = self.get_column(name)
        series[row] = value
        self._native = self.replace_column(self.get_column_index(name), series)._native

    def _compare(self, name, other):
        if isinstance(other, DataFrame):
            if self.columns != other.columns or self.shape != other.shape:
                raise ValueError("DataFrame dimensions or columns do not match")
            return DataFrame([getattr(a, name)(b) for a, b in zip(self, other)])
        return DataFrame([getattr(a, name)(other) for a in self])

    def __eq__(self, other):
        return self._compare("eq", other)

    def __ne__(self, other):
        return self._compare("ne", other)

    def __gt__(self, other):
        return self._compare("gt", other)

    def __lt__(self, other):
        return self._compare("lt", other)

    def __ge__(self, other):
        return self._compare("ge", other)

    def __le__(self, other):
        return self._compare("le", other)

    def _arithmetic(self, name, other):
        if isinstance(other, DataFrame):
            return DataFrame([getattr(a, name)(b) for a, b in zip(self, other)])
        return DataFrame([getattr(a, name)(other) for a in self])

    def __add__(self, other):
        return self._arithmetic("__add__", other)

    def __sub__(self, other):
        return self._arithmetic("__sub__", other)

    def __mul__(self, other):
        return self._arithmetic("__mul__", other)

    def __truediv__(self, other):
        return self._arithmetic("__truediv__", other)

    def __floordiv__(self, other):
        return self._arithmetic("__floordiv__", other)

    def __mod__(self, other):
        return self._arithmetic("__mod__", other)

    def is_empty(self):
        """Whether there are no rows."""
        return self.height == 0

    def estimated_size(self, unit="b"):
        """Memory used, in a unit: b, kb, mb, gb."""
        return _scaled(_polars.frame("size", self._native), unit)

    def equals(self, other, *, null_equal=True):
        """Whether another frame has the same columns and values."""
        return _polars.frame("equals", self._native, other, null_equal)

    def n_chunks(self, strategy="first"):
        """Number of pieces of memory of the first column."""
        return self.to_series(0).n_chunks() if self.width else 0

    def rechunk(self):
        """Puts each column into one piece of memory; nothing else changes."""
        return self._do("rechunk")

    def shrink_to_fit(self, *, in_place=False):
        """Nothing happens; kept for scripts that call it."""
        return self

    def lazy(self):
        """A query that starts from this frame."""
        return LazyFrame._wrap(_polars.frame("lazy", self._native))

    def clone(self):
        """A copy."""
        return DataFrame._wrap(self._native)

    def clear(self, n=0):
        """The columns without rows, or with n rows of nulls."""
        return DataFrame([series.clear(n) for series in self]) if self.width else DataFrame()

    # Rows

    def head(self, n=5):
        """The first n rows; a negative n leaves out the last ones."""
        return self._do("slice", 0, n if n >= 0 else max(0, self.height + n))

    def limit(self, n=5):
        """The first n rows."""
        return self.head(n)

    def tail(self, n=5):
        """The last n rows; a negative n leaves out the first ones."""
        n = min(self.height, n) if n >= 0 else max(0, self.height + n)
        return self._do("slice", self.height - n, n)

    def slice(self, offset, length=None):
        """Rows from an offset, which may count from the end."""
        if length is not None and length < 0:
            length = self.height - offset + length
        return self._do("slice", offset, self.height if length is None else length)

    def sample(self, n=None, *, fraction=None, with_replacement=False, shuffle=False, seed=None):
        """Random rows, by number or fraction."""
        if n is not None and fraction is not None:
            raise ValueError("cannot specify both `n` and `fraction`")
        if seed is None:
            seed = random.randint(0, 10_000)
        if fraction is not None:
            fraction = fraction[0] if isinstance(fraction, Series) else fraction
            return self._do("sample_fraction", fraction, with_replacement, shuffle, seed)
        n = n[0] if isinstance(n, Series) else 1 if n is None else n
        return self._do("sample_n", n, with_replacement, shuffle, seed)

    def row(self, index=None, *, by_predicate=None, named=False):
        """One row as a tuple or dict, by index or by a condition that is true for one row only."""
        from polars.exceptions import NoRowsReturnedError, TooManyRowsReturnedError

        if index is not None and by_predicate is not None:
            raise ValueError("cannot set both 'index' and 'by_predicate'; mutually exclusive")
        if isinstance(index, Expr):
            raise TypeError("expressions should be passed to the `by_predicate` parameter")
        if by_predicate is not None:
            found = self.filter(by_predicate)
            if found.height > 1:
                raise TooManyRowsReturnedError(f"predicate <{by_predicate!s}> returned {found.height} rows")
            if found.height == 0:
                raise NoRowsReturnedError(f"predicate <{by_predicate!s}> returned no rows")
            return found.row(0, named=named)
        if index is None:
            raise ValueError("one of `index` or `by_predicate` must be set")
        values = _polars.frame("row", self._native, index)
        return dict(zip(self.columns, values)) if named else values

    def rows(self, *, named=False):
        """All rows as tuples or dicts."""
        return _polars.frame("dicts" if named else "rows", self._native)

    def rows_by_key(self, key, *, named=False, include_key=False, unique=False):
        """Rows as a dict by their key."""
        keys = self.select(_several(key, ()))
        rest = self if include_key else self.drop(keys.columns)
        names = [one[0] for one in keys.rows()] if keys.width == 1 else keys.rows()
        rows = zip(names, rest.rows(named=named))
        if unique:
            return dict(rows)
        found = collections.defaultdict(list)
        for name, row in rows:
            found[name].append(row)
        return found

    def iter_rows(self, *, named=False, buffer_size=512):
        """Goes through the rows as tuples or dicts."""
        for start in range(0, self.height, 4096):
            yield from self._do("slice", start, 4096).rows(named=named)

    def iter_slices(self, n_rows=10_000):
        """Goes through the rows as frames of n rows."""
        for start in range(0, self.height, n_rows):
            yield self.slice(start, n_rows)

    def to_dicts(self):
        """All rows as dicts."""
        return _polars.frame("dicts", self._native)

    def item(self, row=None, column=None):
        """The only value, or the one at a row and a column."""
        if row is None and column is None:
            if self.shape != (1, 1):
                raise ValueError(f"can only call `.item()` if the dataframe is of shape (1, 1), or if explicit row/col values are provided; frame has shape {self.shape!r}")
            return self.to_series(0)[0]
        if row is None or column is None:
            raise ValueError("cannot call `.item()` with only one of `row` or `column`")
        return (self.to_series(column) if isinstance(column, int) else self.get_column(column))[row]

    def is_duplicated(self):
        """Whether each row is there several times."""
        return Series._wrap(_polars.frame("is_duplicated", self._native))

    def is_unique(self):
        """Whether each row is there only once."""
        return Series._wrap(_polars.frame("is_unique", self._native))

    def n_unique(self, subset=None):
        """Number of distinct rows."""
        if subset is None:
            return self.unique().height
        return self.select(_several(subset, ())).unique().height

    def hash_rows(self, seed=0, seed_1=None, seed_2=None, seed_3=None):
        """A hash of each row."""
        return self.to_struct("").to_frame().select(_col("").hash(seed, seed_1, seed_2, seed_3)).to_series()

    # Columns

    def get_column(self, name, *, default=no_default):
        """A column by name."""
        if default is not no_default and name not in self.columns:
            return default
        try:
            return Series._wrap(_polars.frame("column", self._native, name))
        except ColumnNotFoundError as error:
            error.columns = self.columns
            raise

    def get_columns(self):
        """All columns."""
        return [Series._wrap(native) for native in _polars.frame("series", self._native)]

    def get_column_index(self, name):
        """The position of a column."""
        if name not in self.columns:
            raise ColumnNotFoundError(name)
        return self.columns.index(name)

    def iter_columns(self):
        """Goes through the columns."""
        return iter(self.get_columns())

    def to_series(self, index=0):
        """The column at a position."""
        if not isinstance(index, int):
            raise TypeError(f"index value {index!r} should be an int, but is {type(index).__name__!r}")
        if index < 0:
            index += self.width
        return Series._wrap(_polars.frame("column_at", self._native, index))

    def to_dict(self, *, as_series=True):
        """Columns by name, as series or lists."""
        return {series.name: series if as_series else series.to_list() for series in self.get_columns()}

    def to_struct(self, name=""):
        """All columns as one series of structs."""
        return Series._wrap(_polars.frame("to_struct", self._native, name))

    def insert_column(self, index, column):
        """Inserts a column at a position, in place."""
        if isinstance(column, Expr):
            column = self.select(column).to_series()
        index = index if index >= 0 else self.width + index
        self._native = _polars.frame("insert", self._native, index, column)
        return self

    def replace_column(self, index, column):
        """Replaces the column at a position, in place."""
        self._native = _polars.frame("replace_at", self._native, index if index >= 0 else self.width + index, column)
        return self

    def drop_in_place(self, name):
        """Takes a column out, in place."""
        column = self.get_column(name)
        self._native = self.drop(name)._native
        return column

    def hstack(self, columns, *, in_place=False):
        """More columns at the right."""
        made = self._do("hstack", columns.get_columns() if isinstance(columns, DataFrame) else list(columns))
        return self._replace(made, in_place)

    def vstack(self, other, *, in_place=False):
        """More rows at the end."""
        return self._replace(self._do("vstack", other), in_place)

    def extend(self, other):
        """More rows at the end, in place."""
        return self._replace(self._do("vstack", other), True)

    def _replace(self, made, in_place):
        if in_place:
            self._native = made._native
            return self
        return made

    def to_dummies(self, columns=None, *, separator="_", drop_first=False, drop_nulls=False):
        """A column of 0 and 1 for each distinct value."""
        if columns is not None:
            columns = self.select(_several(columns, ())).columns
        return self._do("to_dummies", columns, separator, drop_first, drop_nulls)

    # Groups and shape

    def group_by(self, *by, maintain_order=False, **named_by):
        """Groups rows by keys."""
        return _groups.GroupBy(self, "group_by", (by, named_by, maintain_order))

    def group_by_dynamic(self, index_column, *, every, period=None, offset=None, include_boundaries=False, closed="left", label="left", group_by=None, start_by="window"):
        """Groups rows by windows of time or index."""
        return _groups.dynamic(self, index_column, every, period, offset, include_boundaries, closed, label, group_by, start_by)

    def rolling(self, index_column, *, period, offset=None, closed="right", group_by=None):
        """Groups rows by windows that end at each row."""
        return _groups.rolling(self, index_column, period, offset, closed, group_by)

    def upsample(self, time_column, *, every, group_by=None, maintain_order=False):
        """Adds rows where times are missing."""
        by = [] if group_by is None else _several(group_by, ())
        return self._do("upsample", by, time_column, _duration(every), maintain_order)

    def partition_by(self, by, *more_by, maintain_order=True, include_key=True, as_dict=False):
        """A frame for each group, as a list or a dict by key."""
        names = self.select(_several(by, more_by)).columns
        parts = [DataFrame._wrap(part) for part in _polars.frame("partition_by", self._native, names, maintain_order, True)]
        keys = [part.select(names).row(0) for part in parts]
        if not include_key:
            parts = [part.drop(names) for part in parts]
        return dict(zip(keys, parts)) if as_dict else parts

    def pivot(self, on, *, index=None, values=None, aggregate_function=None, maintain_order=True, sort_columns=False, separator="_"):
        """A column for each distinct value; aggregate_function is min, max, first, last, sum, mean, median, len or an expression of pl.element()."""
        from polars.functions import element

        def names(given):
            return None if given is None else self.select(_chosen(given, ())).columns

        if isinstance(aggregate_function, str):
            methods = ("first", "sum", "max", "min", "mean", "median", "last", "len", "count")
            if aggregate_function not in methods:
                raise ValueError(f"invalid input for `aggregate_function` argument: {aggregate_function!r}")
            method = "len" if aggregate_function == "count" else aggregate_function
            aggregate_function = getattr(element(), method)()
        on, index, values = names(on), names(index), names(values)
        if index is None and values is None:
            from polars.exceptions import InvalidOperationError

            raise InvalidOperationError("`index` and `values` cannot both be None in `pivot` operation")
        options = (maintain_order, sort_columns, separator)
        return self._do("pivot", on, index, values, aggregate_function, *options)

    def unstack(self, *, step, how="vertical", columns=None, fill_values=None):
        """Cuts a long frame into pieces of step rows, put side by side."""
        frame = self if columns is None else self.select(columns)
        pieces = -(-frame.height // step) if how == "vertical" else step
        rows = step if how == "vertical" else -(-frame.height // step)
        missing = pieces * rows - frame.height
        if missing:
            tail = DataFrame([Series(series.name, [fill_values] * missing, dtype=series.dtype) for series in frame])
            frame = frame.vstack(tail)
        width = len(str(pieces - 1))
        made = []
        for series in frame:
            for piece in range(pieces):
                part = series.slice(piece * rows, rows) if how == "vertical" else series.gather_every(pieces, piece)
                made.append(part.alias(f"{series.name}_{piece:0{width}}"))
        return DataFrame(made)

    def transpose(self, *, include_header=False, header_name="column", column_names=None):
        """Rows as columns."""
        frame, names = self, column_names
        if isinstance(names, str):
            names, frame = self.get_column(names).cast(datatypes.String).to_list(), self.drop(names)
        elif names is not None:
            names = list(names) if not hasattr(names, "__next__") else [next(names) for _ in range(frame.height)]
        return frame._do("transpose", header_name if include_header else None, names)

    def map_rows(self, function, return_dtype=None, *, inference_size=256):
        """Calls a Python function on each row, a tuple."""
        answers = _polars.frame("map_rows", self._native, function)
        if answers and isinstance(answers[0], tuple):
            return DataFrame(answers, orient="row")
        return DataFrame([Series("map", answers, dtype=return_dtype)])

    def map_columns(self, column_names, function, *args, **kwargs):
        """Calls a Python function on columns."""
        names = self.select(_several(column_names, ())).columns
        return self.with_columns([function(self.get_column(name), *args, **kwargs).alias(name) for name in names])

    def fold(self, operation):
        """Joins columns from the left by a function of two series."""
        columns = self.get_columns()
        made = columns[0]
        for column in columns[1:]:
            made = operation(made, column)
        return made

    # Statistics

    def product(self):
        """Product of each column."""
        return self.select([_col(name).product() if dtype.is_numeric() or dtype == datatypes.Boolean else _null(name) for name, dtype in self.schema.items()])

    def sum_horizontal(self, *, ignore_nulls=True):
        """Sum of each row."""
        from polars.functions import all, sum_horizontal

        return self.select(sum=sum_horizontal(all(), ignore_nulls=ignore_nulls)).to_series()

    def mean_horizontal(self, *, ignore_nulls=True):
        """Mean of each row."""
        from polars.functions import all, mean_horizontal

        return self.select(mean=mean_horizontal(all(), ignore_nulls=ignore_nulls)).to_series()

    def min_horizontal(self):
        """Least value of each row."""
        from polars.functions import all, min_horizontal

        return self.select(min=min_horizontal(all())).to_series()

    def max_horizontal(self):
        """Greatest value of each row."""
        from polars.functions import all, max_horizontal

        return self.select(max=max_horizontal(all())).to_series()

    def corr(self, **kwargs):
        """Correlation matrix of all columns."""
        from polars.functions import corr

        names = self.columns
        lists = [[self.select(corr(a, b)).item() if a != b else 1.0 for b in names] for a in names]
        return DataFrame([Series(name, values) for name, values in zip(names, lists)])

    def describe(self, percentiles=(0.25, 0.5, 0.75), *, interpolation="nearest"):
        """Summary statistics of each column."""
        from polars.summary import describe

        return describe(self, percentiles, interpolation)

    def glimpse(self, *, max_items_per_column=10, max_colname_length=50, return_as_string=False):
        """Prints each column's name, type and first values."""
        from polars.summary import glimpse

        text = glimpse(self, max_items_per_column, max_colname_length)
        if return_as_string:
            return text
        print(text)
        return None

    # Files

    def write_csv(self, file=None, *, include_bom=False, include_header=True, separator=",", line_terminator="\n", quote_char='"', batch_size=1024, datetime_format=None, date_format=None, time_format=None, float_scientific=None, float_precision=None, decimal_comma=False, null_value=None, quote_style=None, storage_options=None, credential_provider="auto", retries=2):
        """Writes CSV to a path or file object; without one answers the text."""
        from polars.io import deliver, target, tell

        path = target(file)
        text = _polars.frame(
            "write_csv", self._native, path, include_bom, include_header, separator, line_terminator, quote_char, batch_size,
            datetime_format, date_format, time_format, float_scientific, float_precision, decimal_comma,
            null_value or "", quote_style or "necessary",
        )
        if path is None:
            return deliver(text, file)
        tell(path)
        return None

    def write_json(self, file=None):
        """Writes JSON, an array of objects, to a path or file object; without one answers the text."""
        from polars.io import deliver

        return deliver(_polars.frame("json", self._native, False), file)

    def write_ndjson(self, file=None):
        """Writes JSON, one object a line, to a path or file object; without one answers the text."""
        from polars.io import deliver

        return deliver(_polars.frame("json", self._native, True), file)

    def write_parquet(self, file, **kwargs):
        """Not offered: write CSV."""
        raise NotImplementedError("Parquet is not available here; use df.write_csv('name.csv')")

    def write_excel(self, workbook=None, **kwargs):
        """Not offered: write CSV."""
        raise NotImplementedError("Excel is not available here; use df.write_csv('name.csv')")

    def to_pandas(self, **kwargs):
        """Not offered: pandas is not here."""
        raise ModuleNotFoundError("pandas is not available; use the polars frame as it is")

    def to_numpy(self, **kwargs):
        """Not offered: numpy is not here."""
        raise ModuleNotFoundError("numpy is not available; use df.rows() or df['x'].to_list()")

    def to_arrow(self, **kwargs):
        """Not offered: pyarrow is not here."""
        raise ModuleNotFoundError("pyarrow is not available; use the polars frame as it is")

    def to_init_repr(self, n=1000):
        """Python source that makes this frame."""
        columns = ",\n".join("        " + series.to_init_repr(n) for series in self)
        return f"pl.DataFrame(\n    [\n{columns},\n    ]\n)\n"

    def sql(self, query, *, table_name="self"):
        """Not offered: use expressions."""
        raise NotImplementedError("SQL is not available here; use select, filter, group_by and join")

    def __glovebox_table__(self, limit):
        names = self.columns
        types = [_polars.run("dtype_text", plain(dtype)) for dtype in self.dtypes]
        return names, types, self.height, _polars.frame("table", self._native, limit)


def _col(name):
    return Expr._wrap(_polars.expr("fn.cols", [name]))


def _null(name):
    from polars.functions import lit

    return lit(None).alias(name)


def _scaled(size, unit):
    units = {"b": 1, "bytes": 1, "kb": 1024, "kilobytes": 1024, "mb": 1024**2, "megabytes": 1024**2, "gb": 1024**3, "gigabytes": 1024**3, "tb": 1024**4, "terabytes": 1024**4}
    if unit not in units:
        raise ValueError(f"`unit` must be one of {{'b', 'kb', 'mb', 'gb', 'tb'}}, got {unit!r}")
    return size if units[unit] == 1 else size / units[unit]
