# How did Iowa's electricity change from coal to wind? A stacked bar a year, and the last year as a pie.
# data: iowa_electricity.csv
import matplotlib.pyplot as plt
import polars as pl

mix = (
    pl.read_csv("iowa_electricity.csv", try_parse_dates=True)
    .with_columns(pl.col("year").dt.year())
    .pivot(on="source", index="year", values="net_generation")
    .sort("year")
)
sources = mix.columns[1:]
shares = mix.with_columns(pl.col(sources) / pl.sum_horizontal(sources) * 100).with_columns(pl.col(sources).round(1))
shares.write_csv("electricity_mix.csv")

first, last = shares.row(0, named=True), shares.row(-1, named=True)
for source in sources:
    print(f"{source}: {first[source]} % in {first['year']}, {last[source]} % in {last['year']}")

colors = ["#8d99ae", "#ef8354", "#2a9d8f"]
fig, (bars, pie) = plt.subplots(1, 2, figsize=(12, 5))
bottom = [0.0] * mix.height
for source, color in zip(sources, colors):
    heights = [v / 1000 for v in mix[source]]
    bars.bar(mix["year"], heights, bottom=bottom, color=color, label=source)
    bottom = [b + h for b, h in zip(bottom, heights)]
bars.set_title("Net generation")
bars.set_ylabel("million megawatt hours")
bars.set_xticks(mix["year"].to_list()[::4])
bars.legend(loc="upper left")

pie.pie([last[s] for s in sources], labels=sources, colors=colors, autopct="%1.0f%%", startangle=90)
pie.set_title(f"Shares in {last['year']}")
plt.suptitle("Electricity in Iowa")
plt.tight_layout()
plt.savefig("electricity_mix.png", dpi=120)

display(shares.tail(5))
