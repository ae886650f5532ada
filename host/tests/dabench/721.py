import polars as pl

df = pl.read_csv("auto-mpg.csv")
corr = df.select("mpg", "weight").corr()
print(f"@correlation_coefficient[{corr['weight'][0]:.2f}]")
