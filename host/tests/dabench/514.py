import polars as pl

df = pl.read_csv("hotel_data.csv")
overall = df["review_count"].mean()
cities = df.group_by("city_name").agg(pl.mean("review_count").alias("average"), pl.len().alias("hotels")).sort("average")
print(cities)
higher = cities.filter(pl.col("average") > 2 * overall).height
lower = cities.filter(pl.col("average") < overall / 2).height
print(f"@higher_city_count[{higher}], @lower_city_count[{lower}]")
