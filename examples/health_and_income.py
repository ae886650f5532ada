# Do people in richer countries live longer, and does that hold in every region of the world?
# data: world_health_income.csv
import math

import matplotlib.pyplot as plt
import polars as pl

countries = pl.read_csv("world_health_income.csv").with_columns(
    pl.col("region").str.replace_all("_", " ").str.to_titlecase()
)

regions = (
    countries.group_by("region")
    .agg(
        pl.len().alias("countries"),
        (pl.col("population").sum() / 1e6).round(0).alias("million_people"),
        ((pl.col("health") * pl.col("population")).sum() / pl.col("population").sum()).round(1).alias("life_expectancy"),
        pl.col("income").median().alias("median_income"),
        pl.corr(pl.col("income").log(), pl.col("health")).round(2).alias("correlation"),
    )
    .sort("life_expectancy", descending=True)
)
regions.write_csv("health_by_region.csv")

r = countries.select(pl.corr(pl.col("income").log(), "health")).item()
print(f"Over all {countries.height} countries, life expectancy and the logarithm of income correlate with r = {r:.2f}.")

fig, ax = plt.subplots(figsize=(10, 6))
for region in regions["region"]:
    part = countries.filter(pl.col("region") == region)
    sizes = [8 + 900 * math.sqrt(p / 1.4e9) for p in part["population"]]
    ax.scatter(part["income"], part["health"], s=sizes, alpha=0.6, edgecolors="white", label=region)
for name in ["China", "India", "United States", "Nigeria"]:
    income, health = countries.filter(country=name).select("income", "health").row(0)
    ax.annotate(name, (income, health), ha="center", va="center", fontsize=9)
ax.set_xscale("log")
ax.set_xlabel("income per person (US dollars, logarithmic)")
ax.set_ylabel("life expectancy (years)")
ax.set_title("Health and income of nations")
ax.grid(alpha=0.25)
ax.legend(loc="lower right", markerscale=0.6, fontsize=9)
fig.tight_layout()
fig.savefig("health_and_income.png", dpi=120)

regions
