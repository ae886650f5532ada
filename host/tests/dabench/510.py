import polars as pl

hotels = pl.read_csv("hotel_data.csv", null_values=["None", "NA", ""])
brands = (
    hotels.filter(pl.col("brand_name").is_not_null() & pl.col("star_rating").is_not_null())
    .with_columns(pl.len().over("brand_name").alias("hotels_of_brand"))
    .filter(pl.col("hotels_of_brand") >= 10, pl.col("review_count") >= 100)
    .group_by("brand_name")
    .agg(
        pl.col("star_rating").mean().alias("average"),
        pl.first("hotels_of_brand"),
    )
    .sort(["average", "hotels_of_brand"], descending=True)
)
print(f"@brand_with_highest_average_star_rating[{brands['brand_name'][0]}]")
