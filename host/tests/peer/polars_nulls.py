"""Missing values, NaN, booleans, and frames without rows."""

import polars as pl

nan = float("nan")
df = pl.DataFrame({"a": [1, None, 3, None], "f": [1.0, nan, None, 4.0], "s": ["x", None, "", "y"], "b": [True, None, False, None]})
print(df.null_count(), df.drop_nulls(), df.drop_nulls("a"), df.drop_nulls(subset=["a", "s"]), df.drop_nans(), df.drop_nans("f").height)
print(df.fill_null(0), df.fill_null("?"), df.fill_null(strategy="forward"), df.fill_null(strategy="backward", limit=1), df.fill_null(strategy="zero"), df.fill_nan(0), df.fill_nan(None), df.fill_null(True)["b"].to_list())
print(df.select(pl.all().is_null()), df.select(pl.col("a").fill_null(pl.col("f"))), df.select(pl.col("a").forward_fill(), back=pl.col("a").backward_fill(), med=pl.col("a").fill_null(pl.col("a").median())))
print(df.filter(pl.col("a").is_null()), df.filter(pl.col("b")), df.filter(~pl.col("b")), df.filter(pl.col("s") != "x"), df.filter(pl.col("f") > 1), df.filter(pl.col("f").is_nan()), df.filter(pl.col("a").is_in([1, None])).height)
print(df.select(pl.col("a").sum(), m=pl.col("f").mean(), mx=pl.col("f").max(), nm=pl.col("f").nan_max(), c=pl.col("f").count(), srt=pl.col("f").sort().implode()))
print(df.select(eq=pl.col("a") == None, em=pl.col("a").eq_missing(None), ne=pl.col("a").ne_missing(1)))
print(pl.Series([None, None]).dtype, pl.Series([], dtype=pl.Int64).sum(), pl.Series([], dtype=pl.Float64).mean(), pl.Series([None, 1]).mean(), pl.Series([nan, 1.0]).mean(), pl.Series([nan, 1.0]).max(), pl.Series([True, None]).sum())
empty = df.clear()
print(empty, empty.describe(), empty.select(pl.col("a").sum(), pl.col("a").mean().alias("m"), pl.col("a").max().alias("x"), pl.len()), empty.group_by("s").agg(pl.col("a").sum()), empty.join(df, on="a").shape, pl.DataFrame().shape, pl.DataFrame({"a": []}).schema.dtypes())
print(pl.DataFrame({"a": [None, None]}), pl.DataFrame({"a": [[None], None]}), pl.DataFrame({"x": [1, None]}).with_columns(y=pl.col("x") / 0, z=pl.col("x") % 0 if False else pl.col("x") * 0))
print(pl.Series([1, 0, -1]) / 0, pl.Series([1, 0]) // 0, pl.Series([1.0, nan]).is_nan().to_list(), pl.Series([1, None, 3]).interpolate().to_list(), pl.Series([None, 2, None]).fill_null(strategy="backward").to_list())
print(pl.Series([3, None, 1]).sort(), pl.Series([3, None, 1]).sort(nulls_last=True, descending=True).to_list(), pl.Series([nan, 1.0, None]).sort().to_list(), pl.Series([1, None, 1]).unique().len(), pl.Series([1, None]).has_nulls(), pl.Series([1, None]).null_count())
print(df.with_columns(pl.col("a").is_null().sum().alias("n"), known=pl.col("a").is_not_null()), df.select(pl.all().null_count() / pl.len()), df.sort("a"), df.sort("a", nulls_last=True, descending=True), df.unique(maintain_order=True).height)
print(df.select(pl.coalesce("a", "f"), pl.col("a").fill_null(strategy="min").alias("mn"), pl.col("s").replace("", None).alias("r")), df["a"].to_list(), df.rows(), df.describe())
