"""pandas reads and writes Parquet and Feather by polars, in place of pyarrow, and workbooks other than .xlsx by calamine.

The index, and what `attrs` hold, travel in the metadata that pandas itself uses: files of pandas are whole here. Of files
written here, pyarrow reads the index as a column, since it takes metadata from a part that polars does not write.
"""

import io
import json
import os

import pandas
import pandas.io.feather_format
import pandas.io.parquet
import polars
from pandas._libs import lib
from pandas.io.common import get_handle

#: The key of pandas' own description in a file's metadata, and that of `DataFrame.attrs`.
DESCRIPTION, ATTRIBUTES = "pandas", "PANDAS_ATTRS"

_COMPRESSIONS = {None: "uncompressed", "none": "uncompressed"}

_OPERATORS = {
    "==": polars.Expr.eq, "=": polars.Expr.eq, "!=": polars.Expr.ne, "<": polars.Expr.lt, "<=": polars.Expr.le,
    ">": polars.Expr.gt, ">=": polars.Expr.ge,
    "in": lambda column, values: column.is_in(list(values)),
    "not in": lambda column, values: ~column.is_in(list(values)),
}  # fmt: skip


def install():
    pandas.io.parquet.get_engine = engine
    pandas.io.feather_format.to_feather = to_feather
    pandas.read_feather = pandas.io.feather_format.read_feather = read_feather
    for kind in ("xls", "xlsb", "ods"):
        pandas.set_option(f"io.excel.{kind}.reader", "calamine")


def engine(name):
    if name not in ("auto", "pyarrow", "fastparquet"):
        raise ValueError("engine must be one of 'pyarrow', 'fastparquet'")
    return Parquet()


class Parquet(pandas.io.parquet.BaseImpl):
    """What `to_parquet` and `read_parquet` work by."""

    def write(
        self, df, path, compression="snappy", index=None, storage_options=None, partition_cols=None, filesystem=None,
        **options,
    ):  # fmt: skip
        self.validate_dataframe(df)
        frame, description = described(df, index)
        metadata = {DESCRIPTION: json.dumps(description)}
        if df.attrs:
            metadata[ATTRIBUTES] = json.dumps(df.attrs)
        target = os.fspath(path) if isinstance(path, os.PathLike) else path
        more = {"partition_by": partition_cols, "mkdir": True} if partition_cols else {"metadata": metadata}
        frame.write_parquet(target, compression=_COMPRESSIONS.get(compression, compression), **more)

    def read(
        self, path, columns=None, filters=None, use_nullable_dtypes=False, dtype_backend=lib.no_default,
        storage_options=None, filesystem=None, **options,
    ):  # fmt: skip
        source = path.read() if hasattr(path, "read") else os.fspath(path)
        is_folder = isinstance(source, str) and os.path.isdir(source)
        metadata = {} if is_folder else polars.read_parquet_metadata(source)
        frame = polars.scan_parquet(source, hive_partitioning=is_folder)
        if filters is not None:
            frame = frame.filter(condition(filters))
        indexes = json.loads(metadata.get(DESCRIPTION, "{}")).get("index_columns", [])
        result = restored(frame, columns, indexes)
        if ATTRIBUTES in metadata:
            result.attrs = json.loads(metadata[ATTRIBUTES])
        return converted(result, dtype_backend)


def described(df, index=None):
    """The frame with its index as columns, and pandas' description of the index. A plain range is described alone."""
    if not all(isinstance(name, str) for name in df.columns):
        raise ValueError("parquet must have string column names")
    own = df.index
    if index is False:
        return polars.from_pandas(df.reset_index(drop=True)), {"index_columns": []}
    if isinstance(own, pandas.RangeIndex) and index is None:
        range_of = {"kind": "range", "name": own.name, "start": own.start, "stop": own.stop, "step": own.step}
        return polars.from_pandas(df.reset_index(drop=True)), {"index_columns": [range_of]}
    names = [f"__index_level_{level}__" if name is None else str(name) for level, name in enumerate(own.names)]
    levels = own.to_frame(index=False, name=names if isinstance(own, pandas.MultiIndex) else names[0])
    columns = polars.from_pandas(levels)
    frame = polars.from_pandas(df.reset_index(drop=True)).with_columns(columns.get_columns())
    return frame, {"index_columns": names}


def restored(frame, columns, indexes):
    """The rows as pandas has them, with the index that `indexes` describes."""
    known = frame.collect_schema().names()
    if columns is not None:
        missing = [name for name in columns if name not in known]
        if missing:
            raise KeyError(f"no column of the file is named {', '.join(map(repr, missing))}; it has {known}")
    names = [name for name in indexes if isinstance(name, str) and name in known]
    wanted = known if columns is None else [*columns, *(name for name in names if name not in columns)]
    rows = frame.select(wanted).collect()
    result = rows.to_pandas()
    for name, dtype in rows.schema.items():
        if dtype == polars.Date:
            result[name] = pandas.Series(rows[name].to_list(), dtype=object)
    if names:
        result = result.set_index(names)
        result.index.names = [None if name.startswith("__index_level_") else name for name in names]
    elif indexes and isinstance(indexes[0], dict) and indexes[0].get("kind") == "range":
        given = indexes[0]
        index = pandas.RangeIndex(given["start"], given["stop"], given["step"], name=given["name"])
        if len(index) == len(result):
            result.index = index
    return result


def condition(filters):
    """pyarrow's filters: a list of (column, operator, value), all of which hold, or a list of such lists, any of which
    holds."""
    groups = filters if filters and isinstance(filters[0], list) else [filters]
    return polars.any_horizontal(
        polars.all_horizontal(_OPERATORS[operator](polars.col(name), literal(value)) for name, operator, value in group)
        for group in groups
    )


def literal(value):
    return value.to_pydatetime() if isinstance(value, pandas.Timestamp) else value


def converted(result, dtype_backend):
    if dtype_backend == "numpy_nullable":
        return result.convert_dtypes()
    if dtype_backend == "pyarrow":
        raise ModuleNotFoundError("pyarrow is not here: leave out dtype_backend='pyarrow'")
    return result


def to_feather(df, path, storage_options=None, compression="lz4", **options):
    if not isinstance(df, pandas.DataFrame):
        raise ValueError("feather only support IO with DataFrames")
    if not isinstance(df.index, pandas.RangeIndex) or df.index[:1].tolist() not in ([], [0]):
        raise ValueError("feather does not support serializing a non-default index for the index; you can .reset_index()")
    with get_handle(path, "wb", is_text=False) as handles:
        polars.from_pandas(df).write_ipc(handles.handle, compression=_COMPRESSIONS.get(compression, compression))


def read_feather(path, columns=None, use_threads=True, storage_options=None, dtype_backend=lib.no_default):
    with get_handle(path, "rb", is_text=False) as handles:
        frame = polars.read_ipc(io.BytesIO(handles.handle.read()), memory_map=False)
    return converted(restored(frame.lazy(), columns, []), dtype_backend)
