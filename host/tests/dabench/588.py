import polars as pl

df = pl.read_csv("20170413_000000_group_statistics.csv").rename(str.strip)
wait = (
    df["avg. wait time"]
    .str.extract_groups(r"(?<h>\d+):(?<m>\d+):(?<s>\d+)")
    .struct.unnest()
    .select((pl.col("h").cast(pl.Int32) * 3600 + pl.col("m").cast(pl.Int32) * 60 + pl.col("s").cast(pl.Int32)).alias("s"))
    .to_series()
)
z = (wait - wait.mean()) / wait.std()
print(f"@num_of_outliers[{(z.abs() > 3).sum()}]")
