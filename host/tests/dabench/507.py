import polars as pl

hotels = pl.read_csv("hotel_data.csv")
print(f"@total_hotels[{len(hotels.filter(star_rating=5))}]")
