"""Rows drawn at random: the same ones as py-polars draws for the same seed."""

import polars as pl
df = pl.DataFrame({"x": range(20), "g": ["a", "b"] * 10})
print(df.sample(5, seed=42))
print(df.sample(fraction=0.25, seed=1, shuffle=True)["x"].to_list())
print(df["x"].shuffle(seed=7).to_list())
print(df["x"].sample(4, seed=3, with_replacement=True).to_list())
print(df.with_columns(pl.col("x").shuffle(seed=0).alias("s")).head(3))
print(df.filter(pl.int_range(pl.len()).shuffle(seed=10).over("g") < 2).sort("x"))
test = df.sample(fraction=0.2, seed=42)
train = df.join(test, on="x", how="anti")
print(test.height, train.height, sorted(test["x"].to_list()))
print(df["x"].rank("random", seed=1).to_list()[:5])
import random
random.seed(5)
pl.set_random_seed(5)
df = pl.DataFrame({"x": range(300), "g": ["a", "b", "c"] * 100})
print(df.sample(4)["x"].to_list(), df.sample(2)["x"].to_list(), df["x"].shuffle()[:3].to_list())
print(df.sample(n=30, seed=9)["x"].to_list())
print(df.sample(fraction=1.0, shuffle=True, seed=123)["x"].to_list()[:10], df.sample(fraction=1.0, seed=123)["x"].to_list()[:3])
print(df.sample(50, with_replacement=True, seed=2)["x"].to_list())
print(df.select(pl.col("x").sample(5, seed=3)).to_series().to_list(), df.select(pl.col("x").sample(fraction=0.02, seed=3)).to_series().to_list())
print(df.group_by("g", maintain_order=True).agg(pl.col("x").sample(3, seed=1)))
print(df.with_columns(pl.col("x").shuffle(seed=1).over("g").alias("s")).head(4))
print(df.with_columns(pl.all().shuffle(seed=8)).head(2), df.select(pl.all().shuffle(seed=8)).equals(df.sample(fraction=1, shuffle=True, seed=8)))
big = pl.DataFrame({"i": range(100000)})
print(big.sample(3, seed=77)["i"].to_list(), big.sample(20000, seed=77)["i"].sum(), big.sample(fraction=0.5, seed=1)["i"].head(3).to_list())
try:
    df.sample(400)
except Exception as e:
    print(type(e).__name__, str(e)[:60])
