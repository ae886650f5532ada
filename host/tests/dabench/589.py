import polars as pl

df = pl.read_csv("20170413_000000_group_statistics.csv")
df = df.select(pl.all().name.map(str.strip)).with_columns(
    pl.col("timestamp").str.replace_all(r"\s+", " ").str.to_datetime("%b %d %Y %I:%M:%S %p")
)
row = df.filter(pl.col("timestamp") == pl.datetime(2017, 4, 13, 8)).select(
    answered="num. calls answered", abandoned="num. calls abandoned"
)
answered, abandoned = row.row(0)
rate = abandoned / (answered + abandoned) * 100
print(f"@abandonment_rate[{rate:.2f}]")
