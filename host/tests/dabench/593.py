import polars as pl


def seconds(name):
    clock = pl.col(name).str.to_time("%H:%M:%S")
    return clock.dt.hour().cast(pl.Int64) * 3600 + clock.dt.minute().cast(pl.Int64) * 60 + clock.dt.second()


df = pl.read_csv("20170413_000000_group_statistics.csv")
df.columns = [c.strip() for c in df.columns]
df = df.with_columns(
    wait=seconds("avg. wait time"),
    abandonment=seconds("avg. abandonment time"),
).with_columns(
    waiting_ratio=pl.when(pl.col("abandonment") > 0).then(pl.col("wait") / pl.col("abandonment") * 100).otherwise(0.0)
)
skewness = df["waiting_ratio"].skew()
print(f"@waiting_ratio_skewness[{skewness:.2f}]")
print(f"@is_normal[{abs(skewness) < 0.5}]")
