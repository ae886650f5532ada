import polars as pl

df = pl.read_csv("imp.score.ldlr.metabolome.csv")
rt = pl.col("row retention time")
z = (rt - rt.mean()) / rt.std()
cleaned = df.filter(z.abs() <= 3)
print(f"@removed_outliers_count[{df.height - cleaned.height}]")
