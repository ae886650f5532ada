import polars as pl

df = pl.read_csv("20170413_000000_group_statistics.csv")
df = df.rename({c: c.strip() for c in df.columns})
parts = pl.col("avg. wait time").str.split(":")
df = df.with_columns(
    (
        parts.list.get(0).cast(pl.Int64) * 3600
        + parts.list.get(1).cast(pl.Int64) * 60
        + parts.list.get(2).cast(pl.Int64)
    ).alias("wait_seconds")
)
r = df.select(pl.corr("avg. num. agents talking", "wait_seconds")).item()
print(f"@correlation_coefficient[{round(r, 3)}]")
