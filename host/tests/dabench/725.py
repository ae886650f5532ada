import polars as pl

df = pl.read_csv("auto-mpg.csv")
top = (
    df.group_by("displacement")
    .agg(pl.len().alias("count"), mean=pl.mean("mpg"), median=pl.median("mpg"))
    .sort("count", "displacement", descending=[True, False])
    .head(3)
    .with_row_index("rank", offset=1)
)
for row in top.rows(named=True):
    print(f"@mean{row['rank']}[{row['mean']:.2f}], @median{row['rank']}[{row['median']:.2f}]")
