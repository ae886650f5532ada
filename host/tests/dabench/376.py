import polars as pl

TRIPS = "Trips over the past 24-hours (midnight to 11:59pm)"
MEMBERS = "Total Annual Memberships Sold"

df = pl.read_csv("2014_q4.csv")
df = df.with_columns((pl.col(TRIPS) / pl.col(MEMBERS)).alias("Trips per Membership"))
df = df.with_columns(
    pl.when(pl.col("Trips per Membership").is_infinite())
    .then(0.0)
    .otherwise(pl.col("Trips per Membership"))
    .alias("Trips per Membership")
)
out = df.select(
    pl.col("Trips per Membership").mean().alias("trips_per_membership_mean"),
    pl.col("Trips per Membership").median().alias("trips_per_membership_median"),
    pl.col(TRIPS).mean().alias("trips_per_day_mean"),
    pl.col(TRIPS).median().alias("trips_per_day_median"),
)
print(", ".join(f"@{name}[{value:.2f}]" for name, value in out.to_dicts()[0].items()))
