"""How frames and series are printed."""

import _polars

_NAMES = {
    "ascii_tables": "POLARS_FMT_TABLE_FORMATTING",
    "fmt_str_lengths": "POLARS_FMT_STR_LEN",
    "fmt_table_cell_list_len": "POLARS_FMT_TABLE_CELL_LIST_LEN",
    "tbl_cell_alignment": "POLARS_FMT_TABLE_CELL_ALIGNMENT",
    "tbl_cell_numeric_alignment": "POLARS_FMT_TABLE_CELL_NUMERIC_ALIGNMENT",
    "tbl_cols": "POLARS_FMT_MAX_COLS",
    "tbl_column_data_type_inline": "POLARS_FMT_TABLE_INLINE_COLUMN_DATA_TYPE",
    "tbl_dataframe_shape_below": "POLARS_FMT_TABLE_DATAFRAME_SHAPE_BELOW",
    "tbl_formatting": "POLARS_FMT_TABLE_FORMATTING",
    "tbl_hide_column_data_types": "POLARS_FMT_TABLE_HIDE_COLUMN_DATA_TYPES",
    "tbl_hide_column_names": "POLARS_FMT_TABLE_HIDE_COLUMN_NAMES",
    "tbl_hide_dataframe_shape": "POLARS_FMT_TABLE_HIDE_DATAFRAME_SHAPE_INFORMATION",
    "tbl_hide_dtype_separator": "POLARS_FMT_TABLE_HIDE_COLUMN_SEPARATOR",
    "tbl_rows": "POLARS_FMT_MAX_ROWS",
    "tbl_width_chars": "POLARS_TABLE_WIDTH",
}


class Config:
    """Settings of printing: set_… for good, or `with pl.Config(tbl_rows=20):` for a while."""

    _set = {}

    def __init__(self, *, restore_defaults=False, apply_on_context_enter=False, **options):
        self._before = dict(Config._set)
        self._options = options
        self._later = apply_on_context_enter
        if restore_defaults:
            Config.restore_defaults()
        if not apply_on_context_enter:
            self._apply()

    def _apply(self):
        for name, value in self._options.items():
            name = name if name.startswith("set_") else "set_" + name
            setting = getattr(Config, name, None)
            if setting is None:
                raise AttributeError(f"`Config` has no option {name.removeprefix('set_')!r}")
            setting(value)

    def __enter__(self):
        if self._later:
            self._before = dict(Config._set)
            self._apply()
        return self

    def __exit__(self, *error):
        before = self._before
        Config.restore_defaults()
        for name, value in before.items():
            getattr(Config, "set_" + name)(*(value if isinstance(value, tuple) else (value,)))

    @classmethod
    def _keep(cls, name, value):
        if value is None:
            cls._set.pop(name, None)
        else:
            cls._set[name] = value

    @classmethod
    def _environment(cls, name, value, text=None):
        cls._keep(name, value)
        _polars.run("environment", _NAMES[name], None if value is None else text or str(value))
        return cls

    @classmethod
    def _flag(cls, name, active):
        return cls._environment(name, active, None if active is None else str(int(active)))

    @classmethod
    def restore_defaults(cls):
        """All settings as they were at the start."""
        for name in _NAMES:
            cls._environment(name, None)
        cls.set_fmt_float("mixed")
        cls.set_float_precision(None)
        cls.set_thousands_separator(None)
        cls.set_trim_decimal_zeros(None)
        cls._set.clear()
        return cls

    @classmethod
    def state(cls, *, if_set=False, env_only=False):
        """The settings that were changed."""
        return dict(cls._set)

    @classmethod
    def set_tbl_rows(cls, n=None):
        """Rows of a frame that are printed; -1 for all."""
        return cls._environment("tbl_rows", n)

    @classmethod
    def set_tbl_cols(cls, n=None):
        """Columns of a frame that are printed; -1 for all."""
        return cls._environment("tbl_cols", n)

    @classmethod
    def set_tbl_width_chars(cls, width=None):
        """Width of a printed frame in characters; -1 for no limit."""
        return cls._environment("tbl_width_chars", width, "65535" if width == -1 else None)

    @classmethod
    def set_fmt_str_lengths(cls, n=None):
        """Characters of a text that are printed."""
        if n is not None and n <= 0:
            raise ValueError("number of characters must be > 0")
        return cls._environment("fmt_str_lengths", n)

    @classmethod
    def set_fmt_table_cell_list_len(cls, n=None):
        """Items of a list that are printed."""
        return cls._environment("fmt_table_cell_list_len", n)

    @classmethod
    def set_fmt_float(cls, fmt="mixed"):
        """Floats in full or, where they are very long, in scientific notation."""
        if fmt not in ("full", "mixed"):
            raise ValueError(f"invalid float format: {fmt!r}\n\nExpected one of {{'full','mixed'}}")
        cls._keep("fmt_float", None if fmt == "mixed" else fmt)
        _polars.run("float_mode", fmt)
        return cls

    @classmethod
    def set_float_precision(cls, precision=None):
        """Decimals of a printed float."""
        cls._keep("float_precision", precision)
        _polars.run("float_precision", precision)
        return cls

    @classmethod
    def set_thousands_separator(cls, separator=None):
        """What stands between groups of three digits; True for a comma."""
        cls._keep("thousands_separator", separator)
        sign = "," if separator is True else separator or None
        _polars.run("separators", sign, "," if sign == "." else ".")
        return cls

    @classmethod
    def set_decimal_separator(cls, separator=None):
        """What stands before the decimals."""
        cls._keep("decimal_separator", separator)
        thousands = cls._set.get("thousands_separator")
        _polars.run("separators", "," if thousands is True else thousands or None, separator or ".")
        return cls

    @classmethod
    def set_trim_decimal_zeros(cls, active=True):
        """Whether zeros at the end of decimal numbers are left out."""
        cls._keep("trim_decimal_zeros", active)
        _polars.run("trim_zeros", active)
        return cls

    @classmethod
    def set_ascii_tables(cls, active=True):
        """Frames drawn with plain characters."""
        cls._keep("ascii_tables", active)
        _polars.run("environment", _NAMES["tbl_formatting"], "ASCII_FULL_CONDENSED" if active else None)
        return cls

    @classmethod
    def set_tbl_formatting(cls, format=None, rounded_corners=False):
        """The style of the lines: UTF8_FULL, ASCII_MARKDOWN, NOTHING, …"""
        cls._keep("tbl_formatting", None if format is None else (format, rounded_corners))
        _polars.run("environment", _NAMES["tbl_formatting"], format)
        _polars.run("environment", "POLARS_FMT_TABLE_ROUNDED_CORNERS", "1" if rounded_corners else "0" if format else None)
        return cls

    @classmethod
    def set_tbl_cell_alignment(cls, format=None):
        """Alignment of cells: LEFT, CENTER or RIGHT."""
        return cls._environment("tbl_cell_alignment", format)

    @classmethod
    def set_tbl_cell_numeric_alignment(cls, format=None):
        """Alignment of numbers: LEFT, CENTER or RIGHT."""
        return cls._environment("tbl_cell_numeric_alignment", format)

    @classmethod
    def set_tbl_column_data_type_inline(cls, active=True):
        """Types beside the names."""
        return cls._flag("tbl_column_data_type_inline", active)

    @classmethod
    def set_tbl_dataframe_shape_below(cls, active=True):
        """The shape below the frame."""
        return cls._flag("tbl_dataframe_shape_below", active)

    @classmethod
    def set_tbl_hide_column_data_types(cls, active=True):
        """No types."""
        return cls._flag("tbl_hide_column_data_types", active)

    @classmethod
    def set_tbl_hide_column_names(cls, active=True):
        """No names."""
        return cls._flag("tbl_hide_column_names", active)

    @classmethod
    def set_tbl_hide_dataframe_shape(cls, active=True):
        """No shape."""
        return cls._flag("tbl_hide_dataframe_shape", active)

    @classmethod
    def set_tbl_hide_dtype_separator(cls, active=True):
        """No line between names and types."""
        return cls._flag("tbl_hide_dtype_separator", active)

    @classmethod
    def set_verbose(cls, active=True):
        """Nothing happens; kept for scripts that call it."""
        return cls

    @classmethod
    def set_streaming_chunk_size(cls, size=None):
        """Nothing happens; kept for scripts that call it."""
        return cls

    @classmethod
    def set_auto_structify(cls, active=False):
        """Nothing happens; kept for scripts that call it."""
        return cls
