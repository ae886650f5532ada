import polars as pl

hotels = pl.read_csv("hotel_data.csv").drop_nulls(["review_count", "bubble_score"])
r = hotels.select(pl.corr("review_count", "bubble_score")).item()
print(f"@correlation_coefficient[{r:.3f}]")
print("significant" if abs(r) > 0.5 else "not significant")
