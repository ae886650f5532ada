"""Charts that pandas draws: `df.plot`, `df.hist`, `df.boxplot`, and what they answer."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes

rng = np.random.default_rng(1)
df = pd.DataFrame({"group": ["x", "y", "z", "x", "y", "z"], "sold": [3, 1, 4, 1, 5, 9], "paid": [2.0, 7.0, 1.0, 8.0, 2.0, 8.0]})
long = pd.DataFrame({"a": rng.normal(size=60), "b": rng.normal(2, 1, size=60), "kind": list("uvw") * 20})
by_group = df.groupby("group")[["sold", "paid"]].sum()


def told(values):
    return np.round(np.asarray(values, dtype=float), 5).tolist()


def describe(name, ax):
    legend = ax.get_legend()
    print(name, isinstance(ax, Axes), repr(ax.get_title()), repr(ax.get_xlabel()), repr(ax.get_ylabel()))
    print("  ", [text.get_text() for text in legend.get_texts()] if legend else None, len(ax.lines), len(ax.patches), len(ax.containers), len(ax.collections))


def ticks(ax):
    print("  ", [label.get_text() for label in ax.get_xticklabels()], told(ax.get_xticks()))


describe("line", by_group.plot())
ax = by_group["sold"].plot(kind="line", title="Sold", marker="o", color="red", label="pieces", legend=True)
describe("series", ax)
print("  ", ax.lines[-1].get_color(), ax.lines[-1].get_marker(), told(ax.lines[-1].get_ydata()))
plt.close("all")

ax = by_group.plot(kind="bar", rot=0, ylabel="sum", figsize=(7, 3))
describe("bar", ax)
ticks(ax)
print("  ", told([[bar.get_x(), bar.get_width(), bar.get_height()] for bar in ax.patches]), told(ax.get_xlim()), told(ax.get_ylim()), told(ax.figure.get_size_inches()))
ax = by_group.plot.bar(stacked=True, color=["tab:blue", "#ff0000"], width=0.8)
describe("stacked", ax)
print("  ", told([bar.get_y() for bar in ax.patches]), told(ax.patches[0].get_facecolor()), told(ax.patches[-1].get_facecolor()))
ax = by_group["paid"].sort_values().plot.barh(xlabel="paid")
describe("barh", ax)
print("  ", [label.get_text() for label in ax.get_yticklabels()], told([bar.get_width() for bar in ax.patches]))
plt.close("all")

describe("hist", long["a"].plot.hist(bins=8, alpha=0.5))
ax = long[["a", "b"]].plot(kind="hist", bins=10)
describe("hists", ax)
print("  ", told([bar.get_height() for bar in ax.containers[1]]))
axes = long.hist(bins=6, figsize=(6, 3))
print("grid", axes.shape, [one.get_title() for one in axes.flat], told([bar.get_height() for bar in axes[0, 0].patches]))
axes = long.hist(column="a", by="kind")
print("by", axes.shape, [one.get_title() for one in axes.flat], [one.get_visible() for one in axes.flat])
describe("series hist", long["b"].hist(bins=4, grid=False))
plt.close("all")

ax = long[["a", "b"]].plot.box()
describe("box", ax)
ticks(ax)
ax = long.boxplot(column="a", by="kind")
describe("boxplot", ax)
ticks(ax)
print("  ", repr(ax.figure._suptitle.get_text()))
plt.close("all")

describe("area", by_group.plot.area(alpha=0.4))
ax = by_group["sold"].plot.pie(autopct="%.0f%%", ylabel="")
describe("pie", ax)
print("  ", [text.get_text() for text in ax.texts])
axes = by_group.plot.pie(subplots=True, legend=False)
print("pies", type(axes).__name__, axes.shape, [one.get_ylabel() for one in axes])
plt.close("all")

ax = df.plot.scatter(x="sold", y="paid", c="paid", cmap="viridis", s=40)
describe("scatter", ax)
print("  ", told(ax.collections[0].get_offsets()), told(ax.collections[0].get_array()), len(ax.figure.axes), ax.figure.axes[1].get_ylabel())
ax = df.plot(kind="scatter", x="sold", y="paid", color="green", label="all")
describe("plain scatter", ax)
ax = long.plot.hexbin("a", "b", gridsize=8)
describe("hexbin", ax)
print("  ", ax.collections[0].get_array().sum())
plt.close("all")

axes = by_group.plot(subplots=True, sharex=True, layout=(2, 1), title=["first", "second"])
print("subplots", axes.shape, [one.get_title() for one in axes.flat], [bool(one.get_legend()) for one in axes.flat])
ax = by_group.plot(secondary_y="paid")
describe("secondary", ax)
print("  ", told(ax.right_ax.lines[0].get_ydata()), ax.right_ax.get_ylabel(), len(ax.figure.axes))
fig, ax = plt.subplots()
answer = by_group.plot(ax=ax, grid=True, logy=True, xlabel="g", ylim=(0.5, 50), style=["-", "--"], lw=3)
describe("given axes", answer)
print("  ", answer is ax, ax.get_yscale(), told(ax.get_ylim()), [line.get_linestyle() for line in ax.lines], [line.get_linewidth() for line in ax.lines])
plt.close("all")

describe("x and y", df.sort_values("sold").plot(x="sold", y="paid"))
describe("pivot", df.pivot_table(index="group", columns="sold", values="paid").plot(kind="bar"))
for name, ax in df.groupby("group")["sold"].plot(legend=True).items():
    print(name, isinstance(ax, Axes), len(ax.lines))
axes = pd.plotting.scatter_matrix(long[["a", "b"]])
print("matrix", axes.shape, [one.get_xlabel() for one in axes[-1]], [one.get_ylabel() for one in axes[:, 0]])
describe("lag", pd.plotting.lag_plot(long["a"]))
describe("autocorrelation", pd.plotting.autocorrelation_plot(long["a"]))
plt.close("all")

for wrong in (lambda: df.plot(kind="nonsense"), lambda: df[["group"]].plot(), lambda: df.plot.scatter(x="sold", y="nothing"), lambda: df.plot.pie()):
    try:
        wrong()
    except (ValueError, TypeError, KeyError) as error:
        print(type(error).__name__, str(error)[:80])
