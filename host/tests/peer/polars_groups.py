"""Groups: keys of many kinds, aggregations, iteration, windows over groups."""

import polars as pl
import polars.selectors as cs

df = pl.DataFrame(
    {
        "g": ["a", "b", "a", "c", "b", "a", None],
        "h": [1, 1, 2, 2, 1, 1, 2],
        "v": [1.0, 2.0, 3.0, None, 5.0, 6.0, 7.0],
        "n": [1, 2, 3, 4, 5, 6, 7],
    }
)
print(df.group_by("g").agg(pl.col("v").sum()).sort("g"))
print(df.group_by("g", maintain_order=True).agg(pl.len(), pl.col("v").mean().alias("mean"), pl.col("v").std().name.suffix("_std"), top=pl.col("n").max(), vals=pl.col("n"), nu=pl.col("h").n_unique()))
print(df.group_by("g", "h", maintain_order=True).agg(pl.col("n").sum(), pl.col("v").first(), pl.col("v").last().alias("last"), count=pl.col("v").count()))
print(df.group_by(["g", "h"], maintain_order=True).len())
print(df.group_by((pl.col("n") % 2 == 0).alias("even"), maintain_order=True).agg(pl.col("n").implode()))
print(df.group_by(parity=pl.col("n") % 2, maintain_order=True).agg(cs.numeric().exclude("n").sum()))
print(df.group_by("g", maintain_order=True).agg(pl.all().drop_nulls().first()))
for method in ("sum", "mean", "median", "min", "max", "first", "last", "n_unique", "count", "len", "all"):
    print(method, getattr(df.group_by("g", maintain_order=True), method)())
print(df.group_by("g", maintain_order=True).head(1), df.group_by("g", maintain_order=True).tail(1), df.group_by("h", maintain_order=True).quantile(0.5))
for key, part in df.group_by("g", maintain_order=True):
    print(key, part.shape, part["n"].to_list())
for (g, h), part in df.group_by(["g", "h"], maintain_order=True):
    print(g, h, part["n"].sum())
print({key: part.height for key, part in df.partition_by("g", as_dict=True).items()}, [part.height for part in df.partition_by("g", "h")], df.partition_by("g", include_key=False)[0].columns)
print(df.group_by("g", maintain_order=True).map_groups(lambda part: part.select(pl.col("g").first(), total=pl.col("n").sum())))
print(df.group_by("g", maintain_order=True).agg(pl.col("n").filter(pl.col("v") > 2).sum().alias("big"), pl.col("n").sort_by("v", descending=True).first().alias("best"), (pl.col("v") * pl.col("n")).sum().alias("weighted"), pl.col("v").quantile(0.5).alias("q"), pl.corr("v", "n").alias("corr")))
print(df.group_by("g", maintain_order=True).agg(pl.when(pl.col("n").sum() > 5).then(pl.lit("much")).otherwise(pl.lit("little")).alias("size"), pl.col("v").is_null().sum().alias("missing"), pl.struct("h", "n").first().alias("st")))
print(df.with_columns(total=pl.col("n").sum().over("g"), rank=pl.col("n").rank(descending=True).over("g"), share=(pl.col("n") / pl.col("n").sum()).over("h"), cum=pl.col("n").cum_sum().over("g"), prev=pl.col("n").shift(1).over("g"), order=pl.col("n").first().over("g", order_by="v", descending=True), row=pl.int_range(pl.len()).over("g")))
print(df.with_columns(pl.col("v").mean().over("g", "h").alias("m"), z=(pl.col("n") - pl.col("n").mean()).over("h"), filled=pl.col("v").fill_null(pl.col("v").mean().over("h")), ex=pl.col("n").sort().over("g", mapping_strategy="join")))
print(df.filter(pl.col("n") == pl.col("n").max().over("g")).sort("n"), df.filter(pl.len().over("g") > 1).height)
for method in ("average", "min", "max", "dense", "ordinal"):
    print(method, pl.Series([3, 1, 3, None, 2]).rank(method).to_list())
n = pl.col("n")
print(df.select(cs=n.cum_sum(), cp=n.cum_prod(), cmin=pl.col("v").cum_min(), cmax=pl.col("v").cum_max(), cc=pl.col("v").cum_count(), rev=n.cum_sum(reverse=True), diff=n.diff(), diff2=n.diff(2), pct=n.pct_change(), sh=n.shift(-1), fill=n.shift(2, fill_value=0)))
print(df.select(rm=n.rolling_mean(3), rs=n.rolling_sum(2, min_samples=1), rmin=n.rolling_min(3), rmax=n.rolling_max(3, center=True), rstd=n.rolling_std(3), rvar=n.rolling_var(3, ddof=0), rmed=n.rolling_median(3), rq=n.rolling_quantile(0.5, window_size=3), w=n.rolling_mean(2, weights=[0.25, 0.75])))
print(df.select(em=n.ewm_mean(span=3), eh=n.ewm_mean(half_life=2, adjust=False), es=n.ewm_std(alpha=0.5), ev=n.ewm_var(com=1)))
print(df.select(n.rolling_map(lambda s: s.max() - s.min(), window_size=3)), df.select(n.cumulative_eval(pl.element().last() - pl.element().first())))
idx = pl.DataFrame({"i": [1, 2, 4, 5, 9], "v": [1, 2, 3, 4, 5]}).set_sorted("i")
print(idx.group_by_dynamic("i", every="3i").agg(pl.col("v")), idx.rolling("i", period="2i").agg(pl.col("v").sum()))
print(df.lazy().group_by("g").agg(pl.col("n").sum()).sort("n", "g").collect())
print(df.group_by("g").agg(n.max()).sort("n", "g", descending=True).head(2), df["g"].value_counts().sort("count", "g"), df["g"].value_counts(sort=True, normalize=True).height)
print(df.group_by("g", maintain_order=True).agg(n.map_elements(lambda value: value + 1, return_dtype=pl.Int64), total=n.map_batches(lambda s: s.sum(), returns_scalar=True)))
