# What does Seattle's weather look like? A grid of histograms: temperature, wind and rain, dry days beside wet ones.
# data: seattle_weather.csv
import matplotlib.pyplot as plt
import polars as pl

weather = pl.read_csv("seattle_weather.csv", schema_overrides={"date": pl.Date}).with_columns(
    (pl.col("temp_max") - pl.col("temp_min")).alias("swing"),
    pl.when(pl.col("precipitation") > 0).then(pl.lit("wet")).otherwise(pl.lit("dry")).alias("day"),
)

panels = [
    ("temp_max", "Highest temperature (°C)"),
    ("swing", "Day's swing (°C)"),
    ("wind", "Wind (m/s)"),
    ("precipitation", "Rain on wet days (mm)"),
]
fig, axes = plt.subplots(2, 2, figsize=(10, 7))
for ax, (column, title) in zip(axes.flat, panels):
    for day, color in [("dry", "goldenrod"), ("wet", "steelblue")]:
        values = weather.filter((pl.col("day") == day) & (pl.col("precipitation") > 0 if column == "precipitation" else True))
        if not values.is_empty():
            ax.hist(values[column], bins=16, color=color, alpha=0.65, label=f"{day} ({values.height} days)")
    ax.set_title(title)
    ax.set_ylabel("days")
    ax.legend()
fig.suptitle("Seattle, 2012 to 2015")
plt.tight_layout()
plt.savefig("weather_histograms.png", dpi=120)

stats = (
    weather.group_by("day")
    .agg(
        pl.len().alias("days"),
        pl.col("temp_max", "swing", "wind").mean().round(2),
        pl.col("precipitation").quantile(0.9, interpolation="linear").round(1).alias("rain_p90"),
    )
    .sort("day")
)
print(f"{weather.filter(pl.col('day') == 'wet').height / weather.height:.0%} of all days are wet.")
print("Wettest day:", weather.filter(pl.col("precipitation") == pl.max("precipitation"))["date"].item())
stats.write_csv("weather_summary.csv")
stats
