# How fast does carbon dioxide rise at Mauna Loa, once the seasons are averaged out?
# data: co2_mauna_loa.csv
# params: window=12 (months in the moving average)
import matplotlib.pyplot as plt
import polars as pl

window = int(params.get("window", 12))

co2 = (
    pl.read_csv("co2_mauna_loa.csv", try_parse_dates=True)
    .rename({"Date": "month", "CO2": "ppm"})
    .select("month", "ppm")
    .sort("month")
    .with_columns(
        pl.col("ppm").rolling_mean(window_size=window, center=True).alias("smooth"),
        pl.col("month").dt.year().alias("year"),
    )
)

decades = (
    co2.group_by("year")
    .agg(pl.col("ppm").mean(), pl.len().alias("months"))
    .filter(pl.col("months") == 12)
    .sort("year")
    .with_columns(pl.col("ppm").diff().alias("rise"))
    .group_by((pl.col("year") // 10 * 10).alias("decade"))
    .agg(
        pl.col("ppm").mean().round(2),
        pl.col("rise").mean().round(2).alias("rise_per_year"),
    )
    .sort("decade")
)
decades.write_csv("co2_by_decade.csv")

sixties, tens = decades.filter(pl.col("decade").is_in([1960, 2010]))["rise_per_year"]
print(f"{co2.height} months, {co2['month'].min()} to {co2['month'].max()}, averaged over {window}.")
print(f"The rise went from {sixties} ppm a year in the 1960s to {tens} in the 2010s.")
display(decades)

plt.figure(figsize=(10, 5))
plt.plot(co2["month"], co2["ppm"], color="lightsteelblue", linewidth=1, label="monthly")
plt.plot(co2["month"], co2["smooth"], color="navy", linewidth=2, label=f"{window}-month moving average")
plt.title("Carbon dioxide at Mauna Loa")
plt.xlabel("Year")
plt.ylabel("parts per million")
plt.grid(True, alpha=0.3)
plt.legend()
plt.tight_layout()
plt.savefig("co2_moving_average.png")
plt.show()
