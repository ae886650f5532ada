import polars as pl

z = pl.read_csv("DES=+2006261.csv").select(pl.col("Z").str.strip_chars().cast(pl.Float64)).to_series()
q1, q3 = z.quantile(0.25, "linear"), z.quantile(0.75, "linear")
fence = 1.5 * (q3 - q1)
count = z.filter((z < q1 - fence) | (z > q3 + fence)).len()
print(f"@outlier_count[{count}]")
