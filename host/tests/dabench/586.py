import polars as pl

df = pl.read_csv("20170413_000000_group_statistics.csv")
df = df.rename(lambda name: name.strip())
total = df.drop_nulls(subset="num. calls abandoned")["num. calls abandoned"].sum()
print(f"@total_abandoned_calls[{total}]")
