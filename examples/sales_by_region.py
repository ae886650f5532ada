# Where in Texas are homes sold, for how much money, and which regions grew over the decade to 2014?
# data: texas_home_sales.csv
import matplotlib.pyplot as plt
import polars as pl

REGIONS = {
    "Dallas–Fort Worth": [
        "Dallas", "Fort Worth", "Arlington", "Collin County", "Denton County", "Garland", "Irving", "NE Tarrant County",
    ],
    "Houston": ["Houston", "Bay Area", "Brazoria County", "Fort Bend", "Galveston", "Montgomery County"],
    "Austin": ["Austin", "San Marcos", "Temple-Belton", "Killeen-Fort Hood", "Waco", "Bryan-College Station"],
    "San Antonio": ["San Antonio", "Kerrville", "Victoria"],
    "Gulf and border": [
        "Corpus Christi", "Brownsville", "Harlingen", "McAllen", "South Padre Island", "Laredo", "Beaumont", "Port Arthur",
    ],
    "West Texas": [
        "El Paso", "Midland", "Odessa", "Lubbock", "Amarillo", "Abilene", "San Angelo", "Wichita Falls",
    ],
}
REGION_OF = {city: region for region, cities in REGIONS.items() for city in cities}

homes = pl.read_csv(
    "texas_home_sales.csv", null_values="NA", schema_overrides={"volume": pl.Float64, "sales": pl.Int64}
).with_columns(
    pl.col("city").replace_strict(REGION_OF, default="East Texas").alias("region")
)

# Some cities reported nothing in 2004. They count as sales, but growth is told of the others alone.
reported = homes.filter(pl.col("year") == 2004).group_by("city").agg(pl.col("sales").is_not_null().all().alias("in_2004"))
latecomers = reported.filter(~pl.col("in_2004"))["city"].sort().to_list()

by_year = (
    homes.group_by("region", "year")
    .agg(
        pl.col("sales").sum().alias("homes_sold"),
        (pl.col("volume").sum() / 1e9).alias("billion_usd"),
    )
    .sort("region", "year")
)

growth = (
    homes.filter(pl.col("year").is_in([2004, 2014]), ~pl.col("city").is_in(latecomers))
    .pivot(on="year", index="region", values="volume", aggregate_function="sum")
    .select("region", ((pl.col("2014") / pl.col("2004") - 1) * 100).round(1).alias("growth_since_2004_pct"))
)

summary = (
    by_year.filter(pl.col("year") == 2014)
    .select(
        "region",
        "homes_sold",
        pl.col("billion_usd").round(2),
        (pl.col("billion_usd") / pl.col("billion_usd").sum() * 100).round(1).alias("share_pct"),
        (pl.col("billion_usd") * 1e6 / pl.col("homes_sold")).round(0).alias("average_price_kusd"),
    )
    .join(growth, on="region", how="left")
    .sort("billion_usd", descending=True)
)
summary.write_csv("sales_by_region.csv")

top = summary.row(0, named=True)
fastest = summary.sort("growth_since_2004_pct", descending=True).row(0, named=True)
total = summary["billion_usd"].sum()
print(f"In 2014, {summary['homes_sold'].sum():,} homes were sold in Texas for {total:.1f} billion dollars.")
print(f"{top['region']} leads with {top['billion_usd']:.1f} billion ({top['share_pct']} %).")
print(f"{fastest['region']} grew fastest: {fastest['growth_since_2004_pct']:+.1f} % since 2004.")
print("No figures for 2004, so not part of the growth:", ", ".join(latecomers))

fig, (left, right) = plt.subplots(1, 2, figsize=(12, 5), width_ratios=[1, 1.25])
colors = dict(zip(summary["region"], plt.cm.tab10.colors))

bars = summary.reverse()
drawn = left.barh(bars["region"], bars["billion_usd"], color=[colors[r] for r in bars["region"]])
left.bar_label(drawn, fmt="%.1f", padding=4)
left.set_title("Sales in 2014", loc="left", fontweight="bold")
left.set_xlabel("billion US dollars")
left.set_xlim(0, bars["billion_usd"].max() * 1.15)

for region in summary["region"]:
    line = by_year.filter(pl.col("region") == region, pl.col("year") < 2015)
    right.plot(line["year"], line["billion_usd"], marker="o", markersize=3, color=colors[region], label=region)
right.set_title("Sales by year", loc="left", fontweight="bold")
right.set_ylabel("billion US dollars")
right.set_ylim(bottom=0)
right.grid(axis="y", alpha=0.3)
right.legend(frameon=False, fontsize=9)

for ax in (left, right):
    ax.spines[["top", "right"]].set_visible(False)
fig.suptitle("Texas home sales by region", fontsize=15)
fig.tight_layout()
fig.savefig("sales_by_region.png", dpi=150)

summary
