"""Colours, colormaps and the writing of ticks."""

import matplotlib as mpl
import matplotlib.colors as mcolors
import matplotlib.pyplot as plt
from matplotlib.ticker import EngFormatter, FuncFormatter, MaxNLocator, MultipleLocator, PercentFormatter, StrMethodFormatter

for color in ("r", "tab:orange", "C3", "0.5", "#abc", "#12345678", "rebeccapurple", (0.1, 0.2, 0.3), ("green", 0.5)):
    print(color, [round(part, 6) for part in mcolors.to_rgba(color)], mcolors.to_hex(color))
for name in ("viridis", "plasma", "coolwarm", "RdBu_r", "Blues", "tab10", "Set2", "jet", "hot", "Spectral", "YlOrRd", "Greys_r"):
    cmap = plt.get_cmap(name)
    print(name, cmap.N, [[round(float(part), 6) for part in cmap(share)] for share in (0.0, 0.25, 0.5, 1.0)])
print([round(float(part), 6) for part in plt.cm.viridis(0.3)], [round(float(part), 6) for part in mpl.colormaps["magma"](100)])
norm = mcolors.Normalize(vmin=2, vmax=6)
print(norm(3), norm(6), plt.rcParams["axes.prop_cycle"].by_key()["color"][:3], plt.rcParams["figure.figsize"])

for name, formatter in {
    "percent": PercentFormatter(xmax=1),
    "dollars": StrMethodFormatter("${x:,.0f}"),
    "function": FuncFormatter(lambda value, position: f"{value / 1e3:.1f}k"),
    "engineering": EngFormatter(unit="Hz"),
}.items():
    fig, ax = plt.subplots()
    ax.plot([0, 1], [0, 0.9 if name == "percent" else 25000])
    ax.yaxis.set_major_formatter(formatter)
    print(name, [label.get_text() for label in ax.get_yticklabels()])
    plt.close(fig)

fig, ax = plt.subplots()
ax.plot([0, 7.3], [0, 90])
ax.xaxis.set_major_locator(MultipleLocator(2))
ax.yaxis.set_major_locator(MaxNLocator(4, integer=True))
print([f"{tick:g}" for tick in ax.get_xticks()], [f"{tick:g}" for tick in ax.get_yticks()])
ax.ticklabel_format(style="sci", axis="y", scilimits=(0, 0))
print([label.get_text() for label in ax.get_yticklabels()], ax.yaxis.get_major_formatter().get_offset())
