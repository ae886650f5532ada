"""Errors by class, and the first line of their message."""

import io
import re
from datetime import date

import polars as pl
from polars.exceptions import ColumnNotFoundError, PolarsError

df = pl.DataFrame({"a": [1, 2], "s": ["x", "y"], "d": [date(2024, 1, 1), None]})


def tried(name, function):
    try:
        function()
        print(name, "worked")
    except Exception as error:
        print(name, type(error).__name__, isinstance(error, PolarsError), re.sub(r"\(os error \d+\)|\. Did you mean 'descending'\?", "", str(error).split("\n")[0]))


tried("column", lambda: df.select("b"))
tried("getitem", lambda: df["b"])
tried("get_column", lambda: df.get_column("zz"))
tried("filter", lambda: df.filter(pl.col("nope") > 1))
tried("sort", lambda: df.sort("nope"))
tried("group", lambda: df.group_by("nope").agg(pl.len()))
tried("drop", lambda: df.drop("nope"))
tried("rename", lambda: df.rename({"nope": "x"}))
tried("join", lambda: df.join(df, on="nope"))
tried("join_keys", lambda: df.join(df))
tried("join_types", lambda: df.join(df.select(pl.col("a").cast(pl.String)), on="a"))
tried("cast", lambda: df.select(pl.col("s").cast(pl.Int64)))
tried("date", lambda: df.select(pl.col("s").str.to_date("%Y")))
tried("compare", lambda: df.filter(pl.col("s") > 1))
tried("add", lambda: df.select(pl.col("s") + 1))
tried("sum_text", lambda: df.select(pl.col("s").sum()))
tried("duplicate", lambda: df.select("a", pl.col("s").alias("a")))
tried("lengths", lambda: pl.DataFrame({"a": [1], "b": [1, 2]}))
tried("shape", lambda: df.with_columns(pl.Series("n", [1, 2, 3])))
tried("mixed", lambda: pl.Series([1, "a"]))
tried("dtype", lambda: pl.Series(["a"], dtype=pl.Int64))
tried("empty_csv", lambda: pl.read_csv(io.StringIO("")))
tried("missing_file", lambda: pl.read_csv("no_such_file.csv"))
tried("vstack", lambda: df.vstack(df.select("a")))
tried("concat", lambda: pl.concat([df, df.select("a")]))
tried("concat_types", lambda: pl.concat([df.select("a"), df.select(pl.col("a").cast(pl.Float64))]))
tried("item", lambda: df.item())
tried("row", lambda: df.row(5))
tried("series_index", lambda: df["a"][9])
tried("row_predicate", lambda: df.row(by_predicate=pl.col("a") > 5))
tried("truth", lambda: bool(pl.col("a")))
tried("truth_series", lambda: bool(df["a"]))
tried("truth_frame", lambda: bool(df))
tried("replace_strict", lambda: df.select(pl.col("s").replace_strict({"x": 1})))
tried("regex", lambda: df.select(pl.col("s").str.contains("(")))
tried("struct", lambda: df.select(pl.struct("a").struct.field("b")))
tried("list", lambda: pl.DataFrame({"l": [[1]]}).select(pl.col("l").list.get(5)))
tried("explode", lambda: df.explode("a"))
tried("pivot", lambda: pl.DataFrame({"i": [1, 1], "k": ["a", "a"], "v": [1, 2]}).pivot("k", index="i", values="v"))
tried("fill", lambda: df.fill_null())
tried("how", lambda: df.join(df, on="a", how="sideways"))
tried("strategy", lambda: df.select(pl.col("a").fill_null(strategy="sideways")))
tried("kwarg", lambda: df.sort("a", ascending=True))
tried("attribute", lambda: df.groupby("a"))
tried("expr_attribute", lambda: pl.col("a").fillna(0))
tried("agg_dict", lambda: df.group_by("s").agg({"a": "sum"}))
tried("assign", lambda: df.__setitem__("x", 1))
tried("enum", lambda: pl.Series(["z"], dtype=pl.Enum(["a"])))
tried("dt", lambda: df.select(pl.col("s").dt.year()))
tried("str", lambda: df.select(pl.col("a").str.to_uppercase()))
tried("over", lambda: df.select(pl.col("a").sum().over("nope")))
tried("validate", lambda: df.join(pl.DataFrame({"a": [1, 1]}), on="a", validate="1:1"))
tried("exception", lambda: df.select(pl.col("a").map_elements(lambda v: v / 0, return_dtype=pl.Float64)))
tried("sample", lambda: df.sample(5))
tried("lit", lambda: df.filter())
tried("parse", lambda: pl.read_csv(io.StringIO("a\n" + "1\n" * 200 + "x\n")))
tried("ragged", lambda: pl.read_csv(io.StringIO("a,b\n1,2,3\n")))
tried("columns", lambda: setattr(df, "columns", ["only"]))
try:
    df.select("missing")
except ColumnNotFoundError as error:
    print("caught", "missing" in str(error))
