"""What py-polars does differently here: it has no pyarrow to exchange frames with pandas, no fastexcel to read workbooks,
no streaming engine to split a frame into files, and counts steps in 32 bits."""

import datetime
import functools
import io
import os
import re
import sys
import urllib.parse
import zipfile

import numpy
import openpyxl
import pandas
import polars
import python_calamine
from polars._utils import construction
from polars._utils.wrap import wrap_expr
from polars.expr.string import ExprStringNameSpace
from polars.io.parquet import functions as parquet
from polars.io.spreadsheet import functions as spreadsheets


def install():
    replace(construction.pandas_to_pydf, frame_from_pandas)
    replace(construction.pandas_to_pyseries, series_from_pandas)
    polars.DataFrame._to_pandas_without_object_columns = frame_to_pandas
    polars.Series.to_pandas = series_to_pandas
    replace(polars.read_excel, read_excel(polars.read_excel))
    polars.DataFrame.write_parquet = write_parquet(polars.DataFrame.write_parquet)
    replace(spreadsheets._initialise_spreadsheet_parser, open_workbook(spreadsheets._initialise_spreadsheet_parser))
    replace(polars.int_range, checked_step(polars.int_range))
    replace(polars.int_ranges, checked_step(polars.int_ranges))
    ExprStringNameSpace.to_titlecase = to_titlecase
    # The crate takes what a file in a cloud needs; the Python half of this version does not give it.
    metadata = parquet._read_parquet_metadata
    parquet._read_parquet_metadata = lambda source: metadata(source, None, None, 0)


def replace(old, new):
    """Puts `new` wherever a module of polars holds `old`."""
    for name, module in list(sys.modules.items()):
        if name == "polars" or name.startswith("polars."):
            for attribute, value in list(vars(module).items()):
                if value is old:
                    setattr(module, attribute, new)


# From pandas


def frame_from_pandas(
    data, schema=None, *, schema_overrides=None, strict=True, rechunk=True, nan_to_null=True, include_index=False
):
    columns = {}
    if include_index and not default_index(data):
        for level, name in enumerate(data.index.names):
            columns[str(name)] = from_pandas(data.index.get_level_values(level), nan_to_null)
    for position, label in enumerate(data.columns):
        if str(label) in columns:
            raise ValueError(f"duplicate column names found: {[str(label) for label in data.columns]}")
        columns[str(label)] = from_pandas(data.iloc[:, position], nan_to_null)
    return polars.DataFrame(columns, schema=schema, schema_overrides=schema_overrides, strict=strict)._df


def series_from_pandas(name, values, dtype=None, *, strict=True, nan_to_null=True):
    if not name and values.name is not None:
        name = str(values.name)
    series = from_pandas(values, nan_to_null).alias(name)
    return (series if dtype is None else series.cast(dtype, strict=strict))._s


def default_index(frame):
    index = frame.index
    return index.name is None and isinstance(index, pandas.RangeIndex) and (index.start, index.step) == (0, 1)


def from_pandas(values, nan_to_null):
    """A pandas series or index as a series of polars, by the rules of its exchange through pyarrow."""
    values = pandas.Series(values).reset_index(drop=True)
    dtype = values.dtype
    if isinstance(dtype, pandas.CategoricalDtype):
        texts = from_pandas(values.astype(dtype.categories.dtype), nan_to_null)
        return texts.cast(polars.Categorical) if texts.dtype == polars.String else texts
    if isinstance(dtype, pandas.DatetimeTZDtype):
        times = from_pandas(values.dt.tz_convert("UTC").dt.tz_localize(None), nan_to_null)
        return times.dt.replace_time_zone("UTC").dt.convert_time_zone(str(dtype.tz))
    if isinstance(dtype, pandas.SparseDtype):
        return from_pandas(values.sparse.to_dense(), nan_to_null)
    if isinstance(dtype, numpy.dtype) and dtype.kind in "biuf":
        return polars.Series(values.to_numpy(), nan_to_null=nan_to_null)
    if isinstance(dtype, numpy.dtype) and dtype.kind in "mM":
        unit = numpy.datetime_data(dtype)[0]
        return polars.Series(values.to_numpy().astype(f"{dtype.kind}8[{unit if unit in ('ms', 'us', 'ns') else 'ms'}]"))
    if isinstance(dtype, (pandas.PeriodDtype, pandas.IntervalDtype)):
        return polars.Series(texts_of(values), dtype=polars.String)
    kind = getattr(dtype, "kind", "O")
    if kind in "biuf" and hasattr(dtype, "numpy_dtype"):
        gaps = values.isna().to_numpy()
        plain = polars.Series(values.to_numpy(dtype=dtype.numpy_dtype, na_value=dtype.numpy_dtype.type(0)))
        return plain.zip_with(polars.Series(~gaps), polars.Series([None], dtype=plain.dtype)) if gaps.any() else plain
    if isinstance(dtype, pandas.StringDtype):
        return polars.Series([None if gone else text for text, gone in zip(values, values.isna())], dtype=polars.String)
    return polars.Series([None if missing(value) else value for value in values])


def texts_of(values):
    return [None if gone else str(value) for value, gone in zip(values, values.isna())]


def missing(value):
    """Whether an object stands for no value. A list in a cell is a value, whatever is in it."""
    if value is None or value is pandas.NA or value is pandas.NaT:
        return True
    return isinstance(value, (float, numpy.floating)) and value != value


# To pandas


def frame_to_pandas(self, df, *, use_pyarrow_extension_array=False, **_):
    refuse_pyarrow(use_pyarrow_extension_array)
    columns = df.get_columns()
    frame = pandas.DataFrame({position: to_pandas(column) for position, column in enumerate(columns)})
    frame.columns = df.columns
    return frame


def series_to_pandas(self, *, use_pyarrow_extension_array=False, **_):
    """Converts this series to a pandas series. Nulls become NaN, NaT or None, as in pandas."""
    refuse_pyarrow(use_pyarrow_extension_array)
    series = to_pandas(self)
    series.name = self.name
    return series


def refuse_pyarrow(wanted):
    if wanted:
        raise ModuleNotFoundError("pyarrow>=8.0.0 is required for `to_pandas(use_pyarrow_extension_array=True)`")


def to_pandas(series):
    """A series of polars as one of pandas, by the rules of its exchange through pyarrow."""
    dtype = series.dtype
    if dtype == polars.String:
        return pandas.Series(series.to_list(), dtype="str")
    if dtype == polars.Date:
        return pandas.Series(series.cast(polars.Datetime("ms")).to_numpy())
    if dtype == polars.Datetime:
        if dtype.time_zone is None:
            return pandas.Series(series.to_numpy())
        plain = series.dt.convert_time_zone("UTC").dt.replace_time_zone(None)
        return pandas.Series(plain.to_numpy()).dt.tz_localize("UTC").dt.tz_convert(dtype.time_zone)
    if dtype == polars.Duration or dtype.is_float():
        return pandas.Series(series.to_numpy())
    if dtype in (polars.Categorical, polars.Enum):
        texts = series.cast(polars.String)
        known = dtype.categories if dtype == polars.Enum else texts.drop_nulls().unique(maintain_order=True)
        return pandas.Series(pandas.Categorical(texts.to_list(), categories=known.to_list()))
    simple = dtype == polars.Boolean or dtype.is_integer() and dtype != polars.Int128
    if simple and (dtype != polars.Boolean or not series.null_count()):
        return pandas.Series(series.to_numpy())
    values = numpy.empty(len(series), dtype=object)
    for position, value in enumerate(series):
        values[position] = value.to_numpy() if isinstance(value, polars.Series) else value
    return pandas.Series(values, dtype=object)


# Workbooks


def read_excel(original):
    """`polars.read_excel` that reads by openpyxl unless another engine is asked for."""

    @functools.wraps(original)
    def read(*arguments, engine="openpyxl", **options):
        return original(*arguments, engine=engine, **options)

    return read


def open_workbook(original):
    """Opens by openpyxl what other engines would read, as they are not here; what openpyxl does not know, by calamine."""

    @functools.wraps(original)
    def opened(engine, source, engine_options):
        if isinstance(source, bytes):
            source = io.BytesIO(source)
        if isinstance(source, str) and not os.path.exists(source):
            raise FileNotFoundError(source)
        if zipfile.is_zipfile(source) and "xl/workbook.xml" in zipfile.ZipFile(source).namelist():
            reader, parser, sheets = original("openpyxl", source, engine_options if engine == "openpyxl" else {})
            return refined(reader), parser, sheets
        parser = rewritten(source)
        sheets = [{"index": place, "name": sheet.title} for place, sheet in enumerate(parser, 1)]
        return refined(spreadsheets._read_spreadsheet_openpyxl), parser, sheets

    return opened


def rewritten(source):
    """A workbook of another kind as one of openpyxl's, in memory."""
    if hasattr(source, "seek"):
        source.seek(0)
    book, copy = python_calamine.load_workbook(source), openpyxl.Workbook()
    copy.remove(copy.active)
    for name in book.sheet_names:
        sheet = copy.create_sheet(name)
        for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False):
            sheet.append([None if value == "" else value for value in row])
    return copy


def refined(reader):
    """Refines what openpyxl reads to what fastexcel gives: whole numbers, and dates where no value has a time."""

    @functools.wraps(reader)
    def read(parser, *, schema_overrides, **options):
        frame = reader(parser, schema_overrides=schema_overrides, **options)
        given = schema_overrides or {}
        columns = [column if column.name in given else refine(column) for column in frame.get_columns()]
        return polars.DataFrame(columns)

    return read


def refine(column):
    if column.dtype.is_float():
        whole = column.is_not_nan() & (column.floor() == column)
        return column.cast(polars.Int64) if whole.all() and len(column) else column
    if column.dtype == polars.Datetime:
        whole = (column.dt.time() == datetime.time()).all()
        return column.cast(polars.Date if whole else polars.Datetime("ms"))
    return column


# Steps and letters


def checked_step(original):
    """`original`, which would take the lowest 32 bits of a larger step."""

    @functools.wraps(original)
    def ranged(start=0, end=None, step=1, **options):
        if isinstance(step, int) and abs(step) >= 2**31:
            raise ValueError(f"the step {step} is too large here: it must be below 2**31; multiply a smaller range")
        return original(start, end, step, **options)

    return ranged


def to_titlecase(self):
    """Writes the first letter of each word large and the others small. Words are letters and digits."""

    def title(texts):
        return polars.Series(texts.name, [None if text is None else titled(text) for text in texts], dtype=polars.String)

    return wrap_expr(self._pyexpr).map_batches(title, return_dtype=polars.String, is_elementwise=True)


def titled(text):
    return re.sub(r"[^\W_]+", lambda word: word[0][:1].upper() + word[0][1:].lower(), text)


# Parquet


def write_parquet(original):
    """`DataFrame.write_parquet` that writes one file for each value of `partition_by` itself."""

    @functools.wraps(original)
    def write(self, file, *, partition_by=None, mkdir=False, **options):
        if partition_by is None:
            return original(self, file, mkdir=mkdir, **options)
        options.pop("partition_chunk_size_bytes", None)
        names = self.select(partition_by).columns
        for part in self.partition_by(names, maintain_order=True):
            values = part.select(names).head(1).cast(polars.String).row(0)
            folder = os.path.join(file, *(f"{name}={folder_of(value)}" for name, value in zip(names, values)))
            os.makedirs(folder, exist_ok=True)
            original(part.drop(names), os.path.join(folder, "0.parquet"), **options)

    return write


def folder_of(value):
    return "__HIVE_DEFAULT_PARTITION__" if value is None else urllib.parse.quote(value, safe="")
