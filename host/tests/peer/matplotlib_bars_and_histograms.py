"""Bars, their containers, and the counts and edges of histograms."""

import random

import matplotlib.pyplot as plt

random.seed(4)
values = [random.gauss(50, 12) for _ in range(400)]
other = [random.gauss(60, 8) for _ in range(300)]

fig, ax = plt.subplots()
bars = ax.bar(["a", "b", "c"], [3, -1, 2], color=["r", "g", "#0000ff"], label="three")
for bar in bars:
    print(f"{bar.get_x():.2f} {bar.get_width():.2f} {bar.get_height():.2f} {bar.get_facecolor()}")
print([f"{limit:g}" for limit in ax.get_ylim()], [label.get_text() for label in ax.get_xticklabels()], len(ax.patches), len(ax.containers))
print([text.get_text() for text in ax.bar_label(bars)], [text.get_text() for text in ax.bar_label(bars, fmt="{:.1f}")])
print(ax.get_legend_handles_labels()[1])

fig, ax = plt.subplots()
ax.barh(["x", "y"], [10, 20], left=[1, 2], height=0.5)
print([f"{limit:.6g}" for limit in (*ax.get_xlim(), *ax.get_ylim())])

for bins in (10, 7, [0, 20, 40, 60, 80, 100], "auto", "sturges", "fd", "sqrt", "rice", "scott"):
    n, edges, patches = plt.hist(values, bins=bins)
    print(bins, [int(count) for count in n], [f"{edge:.8f}" for edge in edges], len(patches))
    plt.close()
n, edges, patches = plt.hist(values, bins=12, range=(20, 80), density=True, cumulative=True)
print([f"{count:.10f}" for count in n], [f"{edge:.6g}" for edge in edges])
plt.close()
n, edges, patches = plt.hist([values, other], bins=6, stacked=True, label=["one", "two"])
print([[int(count) for count in row] for row in n], len(patches), len(patches[0]))
print([f"{limit:.6g}" for limit in (*plt.xlim(), *plt.ylim())])
plt.close()
n, edges, patches = plt.hist([1, 2, 2, 3, 3, 3], bins=3, weights=[1, 2, 3, 4, 5, 6], histtype="step")
print(n, edges)
print([f"{limit:.6g}" for limit in (*plt.xlim(), *plt.ylim())])
plt.close()
counts, xedges, yedges, image = plt.hist2d([1, 2, 3, 4, 4], [1, 1, 2, 3, 3], bins=(3, 2))
print([[float(value) for value in row] for row in counts], list(map(float, xedges)), list(map(float, yedges)))
