import polars as pl

hotels = pl.read_csv("hotel_data.csv").drop_nulls(["star_rating", "bubble_score", "review_count"])
groups = {
    "below3": pl.col("star_rating") < 3,
    "between3and4": pl.col("star_rating").is_between(3, 4),
    "above4": pl.col("star_rating") > 4,
}
results = {
    name: hotels.filter(condition).select(pl.corr("review_count", "bubble_score")).item()
    for name, condition in groups.items()
}
print(", ".join(f"@{name}_correlation[{r:.2f}]" for name, r in results.items()))
