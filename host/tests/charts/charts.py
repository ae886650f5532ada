"""Charts of every kind. Each is saved under its name; `specs` keeps what its specification has to be."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

cities = pd.DataFrame({"city": ["Lisbon", "Oslo", "Rome", "Bern"], "sales": [42, 7, 30, 12], "cost": [20, 5, 10, 9], "year": [2019, 2020, 2021, 2022]})
days = pd.Series(pd.date_range("2024-01-01", periods=3), name="day")


def save(name):
    plt.savefig(f"{name}.png")
    plt.close("all")


fig, ax = plt.subplots()
bars = ax.bar(range(4), cities["sales"], color=["red", "green", "blue", "blue"])
ax.set_xticks(range(4))
ax.set_xticklabels(cities["city"])
ax.bar_label(bars)
save("named_bars")

fig, ax = plt.subplots()
places = np.arange(4)
first = ax.bar(places - 0.2, cities["sales"], 0.4, label="sales")
ax.bar(places + 0.2, cities["cost"], 0.4, label="cost")
ax.bar_label(first)
ax.axhline(20, color="black")
ax.set_xticks(places, cities["city"])
ax.legend(title="Kind")
save("grouped_bars")

fig, ax = plt.subplots()
ax.bar(cities["city"], cities["sales"], label="sales")
ax.bar(cities["city"], cities["cost"], bottom=cities["sales"], label="cost")
ax.axvline(1.5)
ax.legend()
save("stacked_bars")

fig, ax = plt.subplots()
ax.bar(cities["city"], cities["sales"], label="sales")
ax.bar(cities["city"], cities["cost"], bottom=cities["sales"], yerr=2, label="cost")
ax.legend()
save("stacked_bars_with_errors")

fig, ax = plt.subplots()
ax.bar_label(ax.bar(cities["city"], cities["sales"]))
ax.set(xlim=(-0.5, 1.5), ylim=(0, 20))
save("bars_beyond_limits")

fig, ax = plt.subplots()
ax.barh(cities["city"], cities["sales"], xerr=[1, 2, 3, 4])
ax.set_xlabel("sales")
ax.invert_yaxis()
save("bars_with_errors")

fig, ax = plt.subplots()
ax.bar(cities["year"] - 0.2, cities["sales"], 0.4, label="sales")
ax.bar(cities["year"] + 0.2, cities["cost"], 0.4, label="cost")
ax.plot(cities["year"], cities["sales"] + cities["cost"], "k-o", label="both")
ax.legend()
save("bars_of_years")

fig, ax = plt.subplots()
ax.bar(["begin", "loss", "gain"], [10, -3, 5], bottom=[0, 10, 7])
save("waterfall")

fig, ax = plt.subplots()
ax.barh(["plan", "build"], [5, 10], left=pd.to_datetime(["2024-01-01", "2024-01-05"]))
save("tasks")

fig, ax = plt.subplots()
ax.plot(days, pd.Series([1, 2.5, 3], name="coal"))
ax.plot(days, pd.Series([2, 2, 4], name="gas"), "--")
ax.set_ylabel("TWh")
save("lines_over_days")

fig, ax = plt.subplots()
ax.plot(pd.date_range("2024-03-31 00:30", periods=4, freq="h"), [1, 2, 4, 3])
save("hours")

fig, ax = plt.subplots()
ax.plot([1, 2, 3], [2, 3, 5])
ax.axvspan(1.5, 2, alpha=0.2)
ax.axhline(4, color="black", linestyle="--")
ax.annotate("here", (2, 3), (2.5, 2.5), arrowprops={"arrowstyle": "->"})
save("notes_on_lines")

fig, ax = plt.subplots()
ax.plot([1, 2, 3], [1, 4, 9], label="fit")
ax.fill_between([1, 2, 3], [0, 3, 8], [2, 5, 10], alpha=0.2, color="C0")
ax.errorbar([1, 2, 3], [1.5, 4.5, 8.5], yerr=0.5, fmt="o", label="measured")
ax.legend()
save("band_and_errors")

fig, ax = plt.subplots()
ax.stackplot(cities["year"], cities["sales"], cities["cost"], labels=["sales", "cost"])
ax.legend()
save("stacked_areas")

fig, ax = plt.subplots()
ax.hist(pd.Series([21, 25, 33, 41, 44, 49], name="age"), bins=[20, 30, 40, 50], edgecolor="white")
ax.axvline(35.5, color="red", label="mean")
ax.legend()
save("histogram")

fig, ax = plt.subplots()
ax.hist([[1, 2, 2, 3], [2, 3, 3, 3]], bins=3, label=["north", "south"])
ax.set_xlabel("size")
ax.legend()
save("histogram_of_groups")

fig, ax = plt.subplots()
ax.pie(cities["sales"], labels=cities["city"], autopct="%.0f%%", startangle=90)
save("pie")

fig, ax = plt.subplots()
rings = {"startangle": 90, "counterclock": False}
ax.pie([30, 12], labels=["south", "north"], wedgeprops={"width": 0.4}, **rings)
ax.pie([20, 10, 12], labels=["Lisbon", "Rome", "Oslo"], radius=0.6, wedgeprops={"width": 0.3}, **rings)
save("nested_rings")

fig, ax = plt.subplots()
points = ax.scatter(cities["cost"], cities["sales"], c=cities["year"], s=cities["sales"] * 10)
fig.colorbar(points, label="year")
save("points")

fig, ax = plt.subplots()
for kind, offset in (("a", 0), ("b", 1)):
    ax.scatter([1, 2, 3], [1 + offset, 2 + offset, 4 + offset], label=kind)
ax.set(xlabel="height", ylabel="width")
ax.legend(title="kind")
save("points_of_groups")

fig, ax = plt.subplots()
ax.scatter([1, 2, 3], [1, 2.2, 2.9])
ax.plot([1, 3], [1.1, 3.0])
save("fitted_points")

fig, ax = plt.subplots()
ax.boxplot([[1, 2, 3, 4, 5], [2, 3, 3, 4, 4, 5, 5, 6, 60]], tick_labels=["a", "b"])
ax.set_ylabel("mg")
save("boxes")

fig, ax = plt.subplots()
image = ax.imshow([[1, 0.5], [0.5, 1]])
ax.set_xticks(range(2), ["a", "b"])
ax.set_yticks(range(2), ["x", "y"])
for row in range(2):
    for column in range(2):
        ax.text(column, row, "·", ha="center", color="white")
fig.colorbar(image, label="correlation")
save("heat_map")

fig, ax = plt.subplots()
ax.hist2d([1, 2, 3, 4, 4], [1, 1, 2, 3, 3], bins=(3, 2))
save("cells_of_counts")

fig, ax = plt.subplots()
ax.bar(cities["city"], cities["sales"])
other = ax.twinx()
other.plot(cities["city"], cities["cost"], "r-o")
ax.set_ylabel("sales")
other.set_ylabel("cost")
save("two_axes")

fig, ax = plt.subplots()
ax.hlines(cities["city"], cities["cost"], cities["sales"])
ax.scatter(cities["cost"], cities["city"], label="cost")
ax.scatter(cities["sales"], cities["city"], label="sales")
ax.set_xlabel("thousand €")
ax.legend()
save("spans_of_cities")

fig, ax = plt.subplots()
ax.violinplot([[1, 2, 3, 4], [2, 4, 4, 6]])
ax.set_xticks([1, 2], ["a", "b"])
save("violins")

fig, (left, right) = plt.subplots(1, 2, sharey=True)
left.plot([1, 2, 3])
left.set(title="left", ylabel="height")
right.bar(["a", "b"], [1, 2])
fig.suptitle("Both")
save("two_panels")

table = cities.set_index("city")[["sales", "cost"]]
table.plot.bar(stacked=True)
save("pandas_bars")
table.plot.barh()
save("pandas_lying_bars")
cities.set_index("year")[["sales", "cost"]].plot()
save("pandas_lines")
cities.set_index("year")[["sales", "cost"]].plot.area()
save("pandas_areas")
cities.plot.scatter("cost", "sales", c="year", colormap="viridis")
save("pandas_points")
