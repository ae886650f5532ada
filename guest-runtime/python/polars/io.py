"""Files: reading CSV and JSON, and where written text goes."""

import glob as _glob
import os

import _polars

from polars import datatypes
from polars.datatypes import parse_into_dtype, plain

_UTF8 = ("utf8", "utf-8", "utf_8")
_LOSSY = ("utf8-lossy", "utf-8-lossy")


def read_csv(source, *, has_header=True, columns=None, new_columns=None, separator=",", comment_prefix=None, quote_char='"', skip_rows=0, skip_lines=0, schema=None, schema_overrides=None, null_values=None, missing_utf8_is_empty_string=False, ignore_errors=False, try_parse_dates=False, n_threads=None, infer_schema=True, infer_schema_length=100, batch_size=8192, n_rows=None, encoding="utf8", low_memory=False, rechunk=False, use_pyarrow=False, storage_options=None, skip_rows_after_header=0, row_index_name=None, row_index_offset=0, sample_size=1024, eol_char="\n", raise_if_empty=True, truncate_ragged_lines=False, decimal_comma=False, glob=True):
    """Reads a CSV from a path, bytes or a file object."""
    from polars.frame import DataFrame

    for name, value in (("separator", separator), ("quote_char", quote_char)):
        if value is not None and len(value.encode()) > 1:
            raise ValueError(f"only single byte characters are allowed, got {name}={value!r}")
    several = _several_files(source, glob)
    if several is not None:
        from polars.functions import concat

        options = {name: value for name, value in locals().items() if name in _OPTIONS}
        return concat([read_csv(path, **options) for path in several])
    given, name = _given(source)
    if raise_if_empty and isinstance(given, bytes) and not given:
        from polars.exceptions import NoDataError

        raise NoDataError(f"empty data from {type(source).__name__}")
    lossy = encoding in _LOSSY
    if not lossy and encoding not in _UTF8:
        given = _recoded(given, encoding, name)
    by_name, by_position = _overrides(schema_overrides, columns)
    if isinstance(columns, str):
        columns = [columns]
    projection = None
    if columns is not None:
        columns = list(columns)
        if columns and isinstance(columns[0], int):
            projection, columns = sorted(columns), None
    native = _polars.run(
        "read_csv", given, name, has_header, columns, projection, separator, quote_char or "", eol_char, comment_prefix,
        _nulls(null_values), not missing_utf8_is_empty_string, try_parse_dates, lossy, truncate_ragged_lines,
        decimal_comma, schema is not None, _pairs(schema), by_name, by_position, row_index_name, row_index_offset,
        skip_rows, skip_lines, skip_rows_after_header, n_rows, infer_schema_length if infer_schema else 0,
        ignore_errors, raise_if_empty,
    )
    made = DataFrame._wrap(native)
    if new_columns:
        new_columns = list(new_columns)
        if len(new_columns) > made.width:
            raise ValueError(f"new_columns names {len(new_columns)} columns, but the file has {made.width}")
        made.columns = [*new_columns, *made.columns[len(new_columns):]]
    return made


_OPTIONS = frozenset(read_csv.__kwdefaults__)


def scan_csv(source, *, has_header=True, separator=",", comment_prefix=None, quote_char='"', skip_rows=0, skip_lines=0, schema=None, schema_overrides=None, null_values=None, missing_utf8_is_empty_string=False, ignore_errors=False, cache=True, with_column_names=None, infer_schema=True, infer_schema_length=100, n_rows=None, encoding="utf8", low_memory=False, rechunk=False, skip_rows_after_header=0, row_index_name=None, row_index_offset=0, try_parse_dates=False, eol_char="\n", new_columns=None, raise_if_empty=True, truncate_ragged_lines=False, decimal_comma=False, glob=True, storage_options=None, credential_provider="auto", retries=2, file_cache_ttl=None, include_file_paths=None):
    """Reads a CSV for a query; the file is read at once."""
    options = {name: value for name, value in locals().items() if name in _OPTIONS}
    made = read_csv(source, **options)
    if with_column_names is not None:
        made.columns = with_column_names(made.columns)
    return made.lazy()


def read_csv_batched(source, *, batch_size=50_000, **options):
    """Reads a CSV in pieces: next_batches(n) answers frames."""
    return _Batches(read_csv(source, **options), batch_size)


class _Batches:
    def __init__(self, frame, size):
        self._pieces = frame.iter_slices(size)

    def next_batches(self, n):
        """The next n pieces; None at the end."""
        found = [piece for _, piece in zip(range(n), self._pieces)]
        return found or None


def _several_files(source, glob):
    """The paths that a pattern or a list names; None for a single source."""
    if isinstance(source, (list, tuple)):
        return list(source)
    if glob and isinstance(source, (str, os.PathLike)) and any(sign in str(source) for sign in "*?["):
        from _glovebox import files

        pattern = str(source)
        found = sorted(_glob.glob(pattern)) or sorted(_glob.glob(os.path.join(files.DATA, pattern)))
        if found:
            return found
    return None


def _given(source):
    """A path that can be opened, or bytes; and the name for messages."""
    if isinstance(source, (bytes, bytearray, memoryview)):
        return bytes(source), "the CSV"
    if hasattr(source, "read"):
        if hasattr(source, "getvalue"):
            content = source.getvalue()
        else:
            content = source.read()
        name = getattr(source, "name", "the CSV")
        return content.encode() if isinstance(content, str) else bytes(content), str(name)
    if not isinstance(source, (str, os.PathLike)):
        raise TypeError(f"expected a path, bytes or a file object, got {type(source).__name__!r}")
    path = _readable(os.fspath(source))
    return path, os.path.basename(path)


def _readable(path):
    try:
        from _glovebox import files
    except ImportError:
        return path
    found = files.readable(path)
    if not os.path.exists(found):
        raise FileNotFoundError(f"No such file or directory (os error 2): {path}")
    return found


def _recoded(given, encoding, name):
    content = given
    if isinstance(given, str):
        with open(given, "rb") as file:
            content = file.read()
    try:
        return content.decode(encoding).encode()
    except LookupError:
        raise ValueError(f"unknown encoding {encoding!r}; use utf8, utf8-lossy, latin-1, windows-1252, utf-16, …") from None
    except UnicodeDecodeError as error:
        from polars.exceptions import ComputeError

        raise ComputeError(f"{name} is not {encoding}: {error.reason} at byte {error.start}; try another encoding") from None


def _nulls(null_values):
    if null_values is None or isinstance(null_values, (str, dict)):
        return null_values
    return list(null_values)


def _pairs(schema):
    if schema is None:
        return []
    return [(name, plain(dtype)) for name, dtype in schema.items()]


def _overrides(given, columns):
    """Types by name as pairs, or by position as a list."""
    if given is None:
        return [], None
    if hasattr(given, "items"):
        return _pairs(given), None
    return [], [plain(parse_into_dtype(dtype)) for dtype in given]


def target(file):
    """The real path that a script means to write to; None where it means a file object or nothing."""
    if file is None or hasattr(file, "write"):
        return None
    path = os.fspath(file)
    try:
        from _glovebox import files
    except ImportError:
        return path
    return files.writable(path)


def deliver(text, file):
    """Puts written text where the script wants it; answers it when that is nowhere."""
    if file is None:
        return text
    if hasattr(file, "write"):
        try:
            file.write(text)
        except TypeError:
            file.write(text.encode())
        return None
    path = target(file)
    with open(path, "w", encoding="utf-8", newline="") as out:
        out.write(text)
    tell(path)
    return None


def tell(path):
    """Tells the host of a file that was written, so that a reader can have it at once."""
    try:
        import _host
        from _glovebox import files
    except ImportError:
        return
    name = os.path.relpath(os.path.abspath(path), files.OUT)
    if not name.startswith(".."):
        _host.file(name)


def read_json(source, *, schema=None, schema_overrides=None, infer_schema_length=100):
    """Reads JSON: an array of objects, or an object of columns."""
    import json

    return _from_json(json.loads(_text(source)), schema, schema_overrides)


def read_ndjson(source, *, schema=None, schema_overrides=None, infer_schema_length=100, n_rows=None, ignore_errors=False, **kwargs):
    """Reads JSON, one object a line."""
    import json

    lines = [line for line in _text(source).splitlines() if line.strip()]
    return _from_json([json.loads(line) for line in lines[:n_rows]], schema, schema_overrides)


def _text(source):
    if isinstance(source, str) and source.lstrip()[:1] in ("[", "{"):
        return source
    given, _ = _given(source)
    if isinstance(given, bytes):
        return given.decode()
    with open(given, encoding="utf-8") as file:
        return file.read()


def _from_json(data, schema, schema_overrides):
    from polars.frame import DataFrame

    if isinstance(data, dict) and not any(isinstance(value, list) for value in data.values()):
        data = [data]
    return DataFrame(data, schema, schema_overrides=schema_overrides, strict=False)


def read_parquet(source, **kwargs):
    """Not offered: read CSV."""
    raise NotImplementedError("Parquet is not available here; export the data as CSV and use pl.read_csv")


def scan_parquet(source, **kwargs):
    """Not offered: read CSV."""
    raise NotImplementedError("Parquet is not available here; export the data as CSV and use pl.scan_csv")


def read_excel(source, **kwargs):
    """Not offered: read CSV."""
    raise NotImplementedError("Excel is not available here; export the sheet as CSV and use pl.read_csv")


def read_database(query, connection=None, **kwargs):
    """Not offered: read CSV."""
    raise NotImplementedError("databases are not available here; export the data as CSV and use pl.read_csv")


def read_ipc(source, **kwargs):
    """Not offered: read CSV."""
    raise NotImplementedError("Arrow IPC is not available here; export the data as CSV and use pl.read_csv")
