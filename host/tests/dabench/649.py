import polars as pl

df = pl.read_csv("DES=+2006261.csv")
x = df["X"].str.strip_chars().cast(pl.Float64)
print(f"@mean_x[{x.mean():.3f}] @std_dev_x[{x.std():.3f}]")
