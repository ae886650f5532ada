# Which airports and which routes between states are the busiest? Joins the flights of 2008 with the list of airports.
# data: flights.csv, airports.csv
import matplotlib.pyplot as plt
import polars as pl

flights = pl.read_csv("flights.csv")
airports = pl.read_csv("airports.csv").select("iata", "city", "state")

unknown = flights.join(airports, left_on="origin", right_on="iata", how="anti")
print(f"{flights['count'].sum():,} flights on {flights.height:,} routes; airports without an address: {unknown['origin'].n_unique()}")

routes = (
    flights.join(airports, left_on="origin", right_on="iata", how="left")
    .join(airports, left_on="destination", right_on="iata", how="left", suffix="_to")
    .rename({"city": "city_from", "state": "state_from"})
)

busiest = (
    routes.group_by("origin", "city_from")
    .agg(
        pl.col("count").sum().alias("departures"),
        pl.col("destination").n_unique().alias("destinations"),
        pl.col("destination").sort_by("count", descending=True).first().alias("main_destination"),
    )
    .sort("departures", descending=True)
    .head(12)
)

# A route counts in both directions, so name its two states in alphabetical order.
states = (
    routes.drop_nulls(["state_from", "state_to"])
    .with_columns(
        pl.concat_str(
            pl.min_horizontal("state_from", "state_to"),
            pl.max_horizontal("state_from", "state_to"),
            separator="–",
        ).alias("states")
    )
    .group_by("states")
    .agg(pl.col("count").sum().alias("flights"))
    .top_k(10, by="flights")
    .sort("flights", descending=True)
)
busiest.write_csv("busiest_airports.csv")
states.write_csv("busiest_state_routes.csv")
print(f"Most flights between two states: {states['states'][0]} with {states['flights'][0]:,}.")

fig, ax = plt.subplots(figsize=(9, 5))
labels = [f"{code} · {city}" for code, city in busiest.select("origin", "city_from").iter_rows()]
bars = ax.bar(labels, busiest["departures"] / 1000, color="#2a6f97")
ax.bar_label(bars, fmt="%.0f", padding=2, fontsize=9)
ax.set_ylabel("departures in 2008 (thousands)")
ax.set_title("The busiest airports of the United States")
ax.tick_params(axis="x", rotation=45)
plt.setp(ax.get_xticklabels(), ha="right")
ax.spines["top"].set_visible(False)
ax.spines["right"].set_visible(False)
plt.tight_layout()
plt.savefig("busiest_airports.svg")

busiest
