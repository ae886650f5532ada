import polars as pl

df = pl.read_csv("auto-mpg.csv")
year = df.sort("horsepower", descending=True).item(0, "modelyear")
same_year = df.filter(pl.col("modelyear") == year).select(
    pl.col("horsepower").mean().round(2).alias("mean"),
    pl.col("horsepower").std(ddof=0).round(2).alias("std"),
)
print(f"@highest_horsepower_vehicle[{1900 + year}]")
print(f"@average_horsepower[{same_year['mean'][0]}]")
print(f"@standard_deviation[{same_year['std'][0]}]")
