# Which kinds of car drive furthest on a gallon? A boxplot of highway mileage by class, and the best model of each.
# data: fuel_economy.csv
import statistics

import matplotlib.pyplot as plt
import polars as pl

cars = pl.read_csv("fuel_economy.csv")
order = cars.group_by("class").agg(pl.median("hwy")).sort("hwy", "class", descending=[True, False])["class"].to_list()

best = (
    cars.with_columns(pl.col("hwy").rank("dense", descending=True).over("class").alias("place"))
    .filter(pl.col("place") == 1)
    .group_by("class")
    .agg(
        pl.col("hwy").max().alias("miles_per_gallon"),
        (pl.col("manufacturer") + " " + pl.col("model").str.strip_prefix("toyota ")).unique().sort().str.join(", ").alias("models"),
    )
    .sort("miles_per_gallon", "class", descending=[True, False])
)
best.write_csv("best_mileage.csv")

by_class = cars.partition_by("class", as_dict=True)
for name in order:
    miles = by_class[(name,)]["hwy"].to_list()
    print(f"{name:<11} n={len(miles):<3} median {statistics.median(miles):.1f}  quartiles {statistics.quantiles(miles, n=4, method='inclusive')}")

plt.figure(figsize=(9, 5))
plt.boxplot([by_class[(name,)]["hwy"].to_list() for name in order], tick_labels=order)
plt.axhline(cars["hwy"].mean(), color="gray", linestyle="--", linewidth=1, label="mean of all")
plt.ylabel("highway miles per gallon")
plt.title("Fuel economy by class of car")
plt.grid(axis="y", alpha=0.3)
plt.legend()
plt.tight_layout()
plt.savefig("fuel_economy.png", dpi=120)

best
