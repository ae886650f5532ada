import polars as pl

cars = pl.read_csv("auto-mpg.csv")
ratio = (cars["horsepower"] / cars["weight"]).alias("power-to-weight ratio")
print(f"@mean_ratio[{ratio.mean():.2f}]")
print(f"@std_ratio[{ratio.std(ddof=0):.2f}]")
