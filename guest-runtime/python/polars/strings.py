"""The namespace `str`: operations on text."""

import _polars

from polars import datatypes
from polars.datatypes import plain


class StringNamespace:
    """Operations on text, from `pl.col(…).str`."""

    def __init__(self, expr):
        self._expr = expr

    def _do(self, name, *args):
        return self._expr._wrap(_polars.expr("str." + name, self._expr, *args))

    def contains(self, pattern, *, literal=False, strict=True):
        """Whether the text matches a regular expression, or contains a literal text."""
        return self._do("contains", pattern, literal, strict)

    def contains_any(self, patterns, *, ascii_case_insensitive=False):
        """Whether the text contains one of several literal texts."""
        return self._do("contains_any", patterns, ascii_case_insensitive)

    def starts_with(self, prefix):
        """Whether the text starts with another."""
        return self._do("starts_with", prefix)

    def ends_with(self, suffix):
        """Whether the text ends with another."""
        return self._do("ends_with", suffix)

    def find(self, pattern, *, literal=False, strict=True):
        """Byte index of the first match, null without one."""
        return self._do("find", pattern, literal, strict)

    def find_many(self, patterns, *, ascii_case_insensitive=False, overlapping=False):
        """Byte indices of several literal texts."""
        return self._do("find_many", patterns, ascii_case_insensitive, overlapping)

    def count_matches(self, pattern, *, literal=False):
        """How often the pattern matches."""
        return self._do("count_matches", pattern, literal)

    def replace(self, pattern, value, *, literal=False, n=1):
        """Replaces the first n matches; $1 is the first group."""
        return self._do("replace", pattern, value, literal, n)

    def replace_all(self, pattern, value, *, literal=False):
        """Replaces all matches; $1 is the first group."""
        return self._do("replace_all", pattern, value, literal)

    def replace_many(self, patterns, replace_with=None, *, ascii_case_insensitive=False):
        """Replaces several literal texts, given as a dict or as two lists."""
        if replace_with is None:
            patterns, replace_with = list(patterns.keys()), list(patterns.values())
        elif isinstance(replace_with, str):
            replace_with = [replace_with]
        return self._do("replace_many", patterns, replace_with, ascii_case_insensitive)

    def extract(self, pattern, group_index=1):
        """A group of the first match, null without one."""
        return self._do("extract", pattern, group_index)

    def extract_all(self, pattern):
        """All matches as a list."""
        return self._do("extract_all", pattern)

    def extract_many(self, patterns, *, ascii_case_insensitive=False, overlapping=False):
        """All occurrences of several literal texts as a list."""
        return self._do("extract_many", patterns, ascii_case_insensitive, overlapping)

    def extract_groups(self, pattern):
        """All groups of the first match as a struct."""
        return self._do("extract_groups", pattern)

    def split(self, by, *, inclusive=False):
        """Parts as a list."""
        return self._do("split", by, inclusive)

    def split_exact(self, by, n, *, inclusive=False):
        """n + 1 parts as a struct."""
        return self._do("split_exact", by, n, inclusive)

    def splitn(self, by, n):
        """At most n parts as a struct."""
        return self._do("splitn", by, n)

    def slice(self, offset, length=None):
        """A part by characters; the offset may count from the end."""
        return self._do("slice", offset, length)

    def head(self, n):
        """The first n characters."""
        return self._do("head", n)

    def tail(self, n):
        """The last n characters."""
        return self._do("tail", n)

    def to_lowercase(self):
        """Lower case."""
        return self._do("to_lowercase")

    def to_uppercase(self):
        """Upper case."""
        return self._do("to_uppercase")

    def to_titlecase(self):
        """Each word with a capital."""
        return self._do("to_titlecase")

    def strip_chars(self, characters=None):
        """Without spaces, or other characters, at both ends."""
        return self._do("strip_chars", characters)

    def strip_chars_start(self, characters=None):
        """Without spaces, or other characters, at the start."""
        return self._do("strip_chars_start", characters)

    def strip_chars_end(self, characters=None):
        """Without spaces, or other characters, at the end."""
        return self._do("strip_chars_end", characters)

    def strip_prefix(self, prefix):
        """Without a prefix."""
        return self._do("strip_prefix", prefix)

    def strip_suffix(self, suffix):
        """Without a suffix."""
        return self._do("strip_suffix", suffix)

    def len_chars(self):
        """Number of characters."""
        return self._do("len_chars")

    def len_bytes(self):
        """Number of bytes."""
        return self._do("len_bytes")

    def pad_start(self, length, fill_char=" "):
        """Filled up at the start."""
        return self._do("pad_start", length, fill_char)

    def pad_end(self, length, fill_char=" "):
        """Filled up at the end."""
        return self._do("pad_end", length, fill_char)

    def zfill(self, length):
        """Filled up with zeros after the sign."""
        return self._do("zfill", length)

    def reverse(self):
        """Backwards."""
        return self._do("reverse")

    def join(self, delimiter="", *, ignore_nulls=True):
        """All texts of the column as one."""
        return self._do("join", delimiter, ignore_nulls)

    def concat(self, delimiter=None, *, ignore_nulls=True):
        """All texts of the column as one; join is the newer name."""
        return self._do("join", "-" if delimiter is None else delimiter, ignore_nulls)

    def explode(self):
        """Each character as a row."""
        return self._do("explode")

    def escape_regex(self):
        """With the special characters of regular expressions escaped."""
        return self._do("escape_regex")

    def to_integer(self, *, base=10, dtype=datatypes.Int64, strict=True):
        """Parses integers of a base."""
        return self._do("to_integer", base, plain(dtype), strict)

    def to_decimal(self, *, scale):
        """Parses decimal numbers."""
        return self._do("to_decimal", scale)

    def to_date(self, format=None, *, strict=True, exact=True, cache=True):
        """Parses dates, by a format such as %Y-%m-%d; with strict=False what does not parse becomes null."""
        _check_format(format)
        return self._do("to_date", format, strict, exact, cache)

    def to_time(self, format=None, *, strict=True, cache=True):
        """Parses times of day."""
        _check_format(format)
        return self._do("to_time", format, strict, True, cache)

    def to_datetime(self, format=None, *, time_unit=None, time_zone=None, strict=True, exact=True, cache=True, ambiguous="raise"):
        """Parses datetimes, by a format such as %Y-%m-%d %H:%M:%S."""
        _check_format(format)
        return self._do("to_datetime", time_unit, time_zone, format, strict, exact, cache, ambiguous)

    def strptime(self, dtype, format=None, *, strict=True, exact=True, cache=True, ambiguous="raise"):
        """Parses dates, datetimes or times, by the type."""
        _check_format(format)
        if dtype == datatypes.Date:
            return self.to_date(format, strict=strict, exact=exact, cache=cache)
        if dtype == datatypes.Datetime:
            unit, zone = getattr(dtype, "time_unit", None), getattr(dtype, "time_zone", None)
            return self.to_datetime(format, time_unit=unit, time_zone=zone, strict=strict, exact=exact, cache=cache, ambiguous=ambiguous)
        if dtype == datatypes.Time:
            return self.to_time(format, strict=strict, cache=cache)
        raise ValueError("`dtype` must be of type {Date, Datetime, Time}")

    def normalize(self, form="NFC"):
        """In a normal form of Unicode: NFC, NFKC, NFD or NFKD."""
        import unicodedata

        return self._expr.map_elements(lambda text: unicodedata.normalize(form, text), return_dtype=datatypes.String)

    def encode(self, encoding):
        """As hex or base64 text."""
        import base64

        encoders = {"hex": lambda text: text.encode().hex(), "base64": lambda text: base64.b64encode(text.encode()).decode()}
        if encoding not in encoders:
            raise ValueError(f"`encoding` must be one of {{'hex', 'base64'}}, got {encoding!r}")
        return self._expr.map_elements(encoders[encoding], return_dtype=datatypes.String)

    def json_path_match(self, json_path):
        """The first value at a JSONPath such as $.a.b[0], as text; null where there is none."""
        path = _json_path(json_path)
        return self._expr.map_elements(lambda text: _at_path(text, path), return_dtype=datatypes.String)

    def json_decode(self, dtype=None, *, infer_schema_length=None):
        """Parses JSON texts."""
        import json

        return self._expr.map_elements(json.loads, return_dtype=dtype)


def _check_format(format):
    if format is None:
        return
    if format.endswith("%f") and not format.endswith(".%f") and "%f" in format and "%.f" not in format:
        import warnings

        from polars.exceptions import ChronoFormatWarning

        message = "Detected the pattern `%f` in the chrono format string; use `%.f` for fractions of a second"
        warnings.warn(message, ChronoFormatWarning, stacklevel=3)


def _json_path(path):
    """The steps of a JSONPath of names and indices."""
    import re

    step = r"\.(\w+)|\[(\d+)\]|\[['\"]([^'\"]+)['\"]\]"
    if not isinstance(path, str) or not re.fullmatch(rf"\$(?:{step})*", path):
        raise NotImplementedError(f"json_path_match takes paths of names and indices here, such as '$.a.b[0]', not {path!r}")
    return [int(index) if index else name or quoted for name, index, quoted in re.findall(step, path)]


def _at_path(text, path):
    import json

    try:
        value = json.loads(text)
        for step in path:
            value = value[step]
    except (ValueError, LookupError, TypeError):
        return None
    return value if value is None or isinstance(value, str) else json.dumps(value, separators=(",", ":"))
