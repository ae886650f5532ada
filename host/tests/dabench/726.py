import polars as pl

df = pl.read_csv("auto-mpg.csv")
logs = df.select(pl.col("horsepower").fill_null(strategy="mean").log()).to_series()
print(f"@mean_transformed_horsepower[{logs.mean():.2f}]")
print(f"@stddev_transformed_horsepower[{logs.std():.2f}]")
