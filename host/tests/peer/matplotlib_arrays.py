"""Charts of numpy arrays and pandas columns: what is handed over, and what comes back."""

import datetime

import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
from matplotlib.colors import Normalize, hsv_to_rgb, rgb_to_hsv, to_rgba_array


def told(values):
    return np.round(np.asarray(values, dtype=float), 6).tolist()


# Rows of values in every form become the same line.
days = pd.date_range("2024-03-01", periods=4, freq="D")
rows = {
    "array": np.array([1.0, np.nan, 3.0, 4.0]),
    "int32": np.array([1, 2, 3, 4], dtype=np.int32),
    "bool": np.array([True, False, True, True]),
    "masked": np.ma.masked_greater(np.array([1.0, 2.0, 30.0, 4.0]), 10),
    "series": pd.Series([1, 2, 3, 4], index=[10, 20, 30, 40]),
    "nullable": pd.Series([1, None, 3, 4], dtype="Int64").to_numpy(dtype=float, na_value=np.nan),
    "polars": pl.Series([1.5, None, 3.5, 4.5]),
    "range": range(4),
}
for name, values in rows.items():
    plt.close("all")
    (line,) = plt.plot(values)
    print(name, told(line.get_xdata()), told(line.get_ydata(orig=False)), told(plt.ylim()))

# Dates of numpy and pandas.
plt.close("all")
fig, ax = plt.subplots()
(line,) = ax.plot(days, [1, 2, 3, 4])
ax.axvline(pd.Timestamp("2024-03-02"))
ax.axvspan(np.datetime64("2024-03-03"), datetime.date(2024, 3, 4))
print(told(line.get_xdata(orig=False)), told(ax.get_xlim()))
print(told(ax.plot(days.to_numpy(), [4, 3, 2, 1])[0].get_xdata(orig=False)))

# Texts and categories.
plt.close("all")
bars = plt.bar(pd.Categorical(["b", "a", "c"], categories=["a", "b", "c"]), pd.Series([3, 1, 2]))
print([label.get_text() for label in plt.gca().get_xticklabels()], [int(bar.get_height()) for bar in bars])
print(type(bars.datavalues).__name__, bars.datavalues.tolist())

# Columns of a table by name, and whole tables.
plt.close("all")
df = pd.DataFrame({"x": [1, 2, 3], "y": [4.0, 5.0, 7.0], "size": [10, 20, 30]})
lines = plt.plot("x", "y", data=df)
print(lines[0].get_label(), told(lines[0].get_ydata()))
points = plt.scatter("x", "y", s="size", c="y", data=df)
print(told(points.get_offsets()), told(points.get_sizes()), told(points.get_array()))
lines = plt.plot(df["x"], df[["y", "size"]])
print(len(lines), told(lines[1].get_ydata()))
print(len(plt.plot(np.arange(6).reshape(3, 2))))

# Grids of axes are arrays.
plt.close("all")
fig, axes = plt.subplots(2, 3)
print(type(axes).__name__, axes.shape, len(axes.flat), axes.ravel().shape, axes[0, 1] is axes.flatten()[1], axes[:, 0].shape)
fig, axes = plt.subplots(1, 3)
print(axes.shape, plt.subplots(1, 1, squeeze=False)[1].shape)

# What comes back is arrays.
plt.close("all")
data = np.arange(40.0) ** 1.5
counts, edges, patches = plt.hist(data, bins=5)
print(type(counts).__name__, counts.tolist(), told(edges), counts.sum() == len(data), edges[counts.argmax()])
counts, edges, patches = plt.hist([data, data / 2], bins=4, stacked=True)
print(counts.shape, counts.tolist(), len(patches))
counts, xedges, yedges, image = plt.hist2d(data, data[::-1], bins=(3, 4))
print(counts.shape, counts.sum(), told(xedges), told(yedges), image.get_array().shape)
print(told(plt.gcf().get_size_inches()), type(plt.gca().get_xticks()).__name__)

# Colours by value.
colors = plt.cm.viridis(np.linspace(0, 1, 3))
print(colors.shape, told(colors))
print(told(plt.get_cmap("tab10")(np.arange(3))), told(matplotlib.colormaps["coolwarm"](0.25)))
norm = Normalize(2, 6)
print(told(norm(np.array([2, 3, 6]))), float(norm(5)), told(to_rgba_array(["red", "#00ff0080"])))
print(told(rgb_to_hsv(np.array([0.2, 0.4, 0.6]))), told(hsv_to_rgb([0.5, 0.5, 0.5])))

# Contours choose their levels.
plt.close("all")
x, y = np.meshgrid(np.linspace(-2, 2, 20), np.linspace(-1, 1, 15))
z = x**2 - y
print(told(plt.contour(x, y, z).levels), told(plt.contourf(x, y, z, 4).levels), told(plt.contour(z, levels=[0, 1, 2]).levels))
print(told(plt.xlim()), told(plt.ylim()))

# Errors say what is wrong.
for wrong in (lambda: plt.plot([1, 2, 3], [1, 2]), lambda: plt.scatter([1, 2], [1, 2, 3]), lambda: plt.bar([1, 2], [1, 2], color="nocolor")):
    try:
        wrong()
    except ValueError as error:
        print(type(error).__name__, str(error)[:70])
