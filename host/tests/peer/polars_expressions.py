"""Expressions on numbers and booleans: operators, aggregations, rounding, conditions, replacing, bins."""

import polars as pl
import polars.selectors as cs

df = pl.DataFrame(
    {
        "i": [3, 1, 4, 1, 5, None],
        "f": [0.5, -1.25, 2.0, float("nan"), 9.99, None],
        "b": [True, False, True, True, None, False],
        "s": ["x", "y", "x", "z", "y", None],
    }
)
c = pl.col
print(df.select(c("i") + 1, sub=2 - c("i"), mul=c("i") * c("f"), div=c("i") / 2, floor=7 // c("i"), mod=c("i") % 2))
print(df.select(neg=-c("i"), power=c("i") ** 2, rpower=2 ** c("i"), rdiv=1 / c("f"), absolute=abs(c("f"))))
print(df.select(eq=c("i") == 1, ne=c("s") != "x", lt=c("f") < 1, ge=c("i") >= 4, both=(c("i") > 1) & c("b"), either=(c("i") > 4) | c("b"), no=~c("b"), xor=c("b") ^ (c("i") == 1)))
print(df.select(c("i").sum().alias("sum"), mean=c("i").mean(), median=c("i").median(), min=c("f").min(), max=c("f").max(), std=c("i").std(), var=c("i").var(ddof=0)))
print(df.select(c("i").count().alias("count"), len=c("i").len(), rows=pl.len(), nulls=c("i").null_count(), unique=c("i").n_unique(), first=c("i").first(), last=c("s").last(), product=c("i").product()))
print(df.select(q=c("i").quantile(0.4), ql=c("i").quantile(0.4, "linear"), skew=c("i").skew(), kurt=c("i").kurtosis(), entropy=c("i").drop_nulls().entropy(), amin=c("i").arg_min(), amax=c("i").arg_max()))
print(df.select(any=c("b").any(), all=c("b").all(), kleene=c("b").all(ignore_nulls=False), total=c("b").sum(), mean=c("b").mean()))
print(df.select(c("f").round(1), down=c("f").floor(), up=c("f").ceil(), clip=c("f").clip(0, 5), low=c("f").clip(lower_bound=0), sqrt=c("i").sqrt(), cbrt=c("i").cbrt(), sign=c("f").sign()))
print(df.select(exp=c("i").exp(), log=c("i").log(), log2=c("i").log(2), log10=c("i").log10(), log1p=c("i").log1p(), sig=(c("i") * 123.456).round_sig_figs(2)))
print(df.select(sin=c("i").sin(), cos=c("i").cos(), tan=c("i").tan(), atan=c("i").arctan(), sinh=c("f").sinh(), deg=c("i").degrees(), rad=c("i").radians()))
print(df.select(null=c("i").is_null(), there=c("i").is_not_null(), nan=c("f").is_nan(), finite=c("f").is_finite(), inf=c("f").is_infinite()))
print(df.select(isin=c("i").is_in([1, 5]), isin_s=c("s").is_in(["x", "z"]), between=c("i").is_between(1, 4), left=c("i").is_between(1, 4, closed="left"), dup=c("i").is_duplicated(), uni=c("i").is_unique(), first=c("i").is_first_distinct()))
print(df.select(fill=c("i").fill_null(0), fwd=c("i").fill_null(strategy="forward"), mean=c("i").fill_null(strategy="mean"), nan=c("f").fill_nan(None), both=c("f").fill_nan(0).fill_null(-1), inter=pl.Series([1.0, None, None, 4.0, None, 6.0]).interpolate()))
print(df.with_columns(pl.when(c("i") > 3).then(pl.lit("high")).when(c("i") > 1).then(pl.lit("mid")).otherwise(pl.lit("low")).alias("level"), pl.when(c("b")).then(c("i")).alias("maybe")))
print(df.with_columns(pl.when(c("s") == "x").then("i").otherwise(0).alias("chosen"), pl.when(s="y").then(1).otherwise(2).alias("named")))
print(df.select(c("s").replace("x", "X"), dict=c("s").replace({"x": "one", "y": "two"}), strict=c("s").replace_strict({"x": 1, "y": 2}, default=0), typed=c("i").replace_strict([1, 3], [10, 30], default=None, return_dtype=pl.Int16)))
print(df.select(c("i").cast(pl.Float64), text=c("i").cast(pl.String), small=c("i").cast(pl.Int8), flag=c("i").cast(pl.Boolean), lenient=c("s").cast(pl.Int64, strict=False)))
print(df.select(c("i").cut([2, 4]).alias("cut"), labelled=c("i").cut([2, 4], labels=["a", "b", "c"]), left=c("i").cut([3], left_closed=True)))
print(df.select(c("f").fill_nan(None).qcut(2).alias("half"), named=c("i").qcut([0.5], labels=["lo", "hi"])))
print(df.select(c("i").value_counts(sort=True).alias("vc")).unnest("vc").sort("count", "i", descending=[True, False]))
print(df.select(c("i").unique().sort(), ).to_series().to_list(), df["i"].unique_counts().to_list(), df["i"].drop_nulls().mode().to_list())
print(df.select(pl.sum_horizontal("i", "f"), mean=pl.mean_horizontal("i", "f"), low=pl.min_horizontal("i", "f"), high=pl.max_horizontal("i", 2)))
print(df.select(all=pl.all_horizontal(c("b"), c("i") > 1), any=pl.any_horizontal("b", c("i") > 4), co=pl.coalesce("i", "f", 0), fold=pl.fold(pl.lit(0), lambda a, b: a + b, [c("i"), c("i")])))
print(df.select(pl.concat_str("s", "i", separator="-"), ign=pl.concat_str(["s", "i"], separator="|", ignore_nulls=True), fmt=pl.format("{}={}", "s", "i")))
print(df.select(pl.struct("i", "s").alias("st"), pl.concat_list("i", c("i") + 1).alias("li")))
print(df.select(pl.corr("i", "f"), spearman=pl.corr(c("i"), c("i") ** 2, method="spearman"), cov=pl.cov("i", c("i") * 2)))
print(df.select(pl.all().null_count()), df.select(pl.exclude("i", "b")).columns, df.select(pl.col("^[if]$")).columns, df.select(pl.col(pl.Int64, pl.Boolean)).columns)
print(df.select(cs.numeric()).columns, df.select(cs.string() | cs.boolean()).columns, df.select(~cs.float()).columns, df.select(cs.numeric() - cs.by_name("i")).columns, df.select(cs.starts_with("s") | cs.ends_with("f"), ).columns, df.select(cs.first(), cs.last()).columns)
print(df.select(cs.numeric().name.suffix("_n"), cs.by_dtype(pl.Boolean).name.prefix("is_"), cs.matches("s").name.to_uppercase()).columns)
print(df.select(pl.nth(1), pl.last()).columns, df.select(pl.col.i, pl.col.s).columns)
print(df.select(c("i").filter(c("i") > 2).sum(), c("f").filter(c("b")).max().alias("fmax"), c("i").sort(descending=True, nulls_last=True).head(1).alias("top")))
print(df.select(c("i").top_k(2).alias("top"), low=c("i").bottom_k(2), by=c("s").top_k_by("i", 2)))
print(df.select(c("s").sort_by("i", descending=True), c("i").arg_sort().alias("order"), c("i").reverse().alias("rev")))
print(df.select(c("i").get(2), c("s").gather([0, 2]).first().alias("g"), c("i").slice(1, 2).sum().alias("sl"), c("i").tail(2).first().alias("t")))
print(df.select(c("i").map_elements(lambda v: v * 10, return_dtype=pl.Int64), c("s").map_elements(lambda v: v.upper(), return_dtype=pl.String).alias("up"), c("i").map_batches(lambda s: s * 2).alias("mb")))
print(df.select(pl.lit(1), pl.lit("a").alias("t"), pl.lit(None).alias("n"), pl.lit(2.5).alias("f"), pl.lit([1, 2]).alias("l"), pl.lit(True).alias("b")))
print(df.select(pl.int_range(pl.len()).alias("n"), pl.int_range(1, 12, 2).alias("odd")))
print(pl.select(x=pl.lit(3) * 2, y=pl.int_range(3)))
print(df.select(hash_same=c("i").hash() == c("i").hash(), rle=c("b").rle_id(), peak=c("i").peak_max(), near=c("f").is_close(0.5)))
print(df.select(c("i").hist(bins=[0, 2, 4, 6])))
print(df["i"].hist(bin_count=2))
print(str(c("a") + 1), str(pl.col("x").sum().over("g")), str((c("a") > 1) & c("b").is_null()))
