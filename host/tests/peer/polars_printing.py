"""How frames and series are printed: long, wide, nested, settings."""

from datetime import date, datetime

import polars as pl

long = pl.DataFrame({"n": range(25), "x": [value / 3 for value in range(25)]})
print(long, long.head(10), long["x"], long["n"].head(3), long.select(pl.col("n").cast(pl.String).str.pad_start(40, "a")))
wide = pl.DataFrame({f"column_{index}": [index, index + 1] for index in range(15)})
print(wide)
print(pl.DataFrame({f"quite_a_long_name_{index}": ["some longer text in the cell", "b"] for index in range(6)}))
print(pl.DataFrame({"when": [datetime(2024, 1, 2, 3, 4, 5), None], "day": [date(2024, 1, 2), None], "text": ["word " * 20, "x"], "list": [[1, 2, 3, 4, 5], []], "struct": [{"a": 1, "b": "x"}, None], "bool": [True, None], "cat": ["u", "v"], "f": [1e-10, 123456789.123]}, schema_overrides={"cat": pl.Categorical}))
print(pl.DataFrame({"f": [0.1, 1e15, 1e16, 1.5e-7, 123456.789, -0.0, float("nan"), float("inf"), None]}), pl.Series([1.0, 100.25, 3.14159265358979]), pl.Series([1e100, 1.0]))
print(pl.DataFrame({"a": []}), pl.DataFrame(), pl.Series("e", [], dtype=pl.Int64), pl.DataFrame({"ünïcödé": ["日本語", "é"]}), pl.DataFrame({"nl": ["a\nb", "tab\there"]}))
print(pl.Series("s", ["x" * 50]), pl.Series("l", [[1.5, None], None]), pl.Series([[["a"]]]), pl.Series("b", [b"bytes"]), pl.Series("big", range(30)))
with pl.Config(tbl_rows=3):
    print(long, long["n"])
with pl.Config(tbl_rows=-1):
    print(long.height, str(long).count("\n"))
with pl.Config(tbl_cols=4, tbl_width_chars=200):
    print(wide)
with pl.Config(fmt_str_lengths=60, tbl_width_chars=120):
    print(pl.DataFrame({"t": ["word " * 10]}))
with pl.Config(float_precision=2):
    print(long.head(3), pl.Series([1.23456]))
with pl.Config(tbl_hide_dataframe_shape=True, tbl_hide_column_data_types=True):
    print(long.head(2))
with pl.Config(tbl_formatting="ASCII_MARKDOWN", tbl_cell_alignment="RIGHT"):
    print(long.head(2))
with pl.Config(thousands_separator=True):
    print(pl.DataFrame({"n": [1234567], "f": [9876543.21]}))
with pl.Config(ascii_tables=True):
    print(long.head(1))
with pl.Config(fmt_float="full"):
    print(pl.Series([1e-10, 1e20]))
pl.Config.set_tbl_rows(2)
print(long)
pl.Config.restore_defaults()
print(long.head(1), long.dtypes, [pl.List(pl.Int64), pl.Datetime("ms", "UTC"), pl.Struct({"a": pl.Int8}), pl.Categorical, pl.Decimal(10, 2), pl.Duration("us"), pl.Enum(["a"]), pl.Array(pl.Int8, 2)])
print(long.describe(), long.glimpse(), wide.glimpse(max_items_per_column=1))
print(long.lazy().select("n").collect_schema().names(), repr(pl.Series("r", [1])), f"{long.head(1)}", pl.col("a"), pl.when(pl.col("a") > 1).then(1).otherwise(2), pl.Field("x", pl.Int8))
