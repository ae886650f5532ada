"""Limits and ticks of ordinary, tiny, huge, constant, empty and logarithmic data."""

import math

import matplotlib.pyplot as plt


def show(name, ax):
    print(name)
    for axis, limits in (("x", ax.get_xlim()), ("y", ax.get_ylim())):
        print(" ", axis, [f"{limit:.10g}" for limit in limits])
    print("  xticks", [f"{tick:.10g}" for tick in ax.get_xticks()], [label.get_text() for label in ax.get_xticklabels()])
    print("  yticks", [f"{tick:.10g}" for tick in ax.get_yticks()], [label.get_text() for label in ax.get_yticklabels()])
    print("  offsets", repr(ax.yaxis.get_major_formatter().get_offset()))


cases = {
    "plain": ([1, 2, 3, 4], [1, 4, 2, 3]),
    "thousands": ([0, 10, 20], [1000, 25000, 13000]),
    "millions": ([2019, 2020, 2021, 2022], [1_200_000, 3_400_000, 2_900_000, 5_100_000]),
    "tiny": ([1, 2, 3], [1e-9, 3e-9, 2e-9]),
    "huge": ([1, 2, 3], [1e20, 5e20, 3e20]),
    "far from zero": ([1, 2, 3], [100000.001, 100000.002, 100000.004]),
    "constant": ([1, 2, 3], [5, 5, 5]),
    "zero": ([0, 0], [0, 0]),
    "one point": ([3], [7]),
    "negative": ([-5, -3, -1], [-0.25, 0.5, -0.75]),
    "gaps": ([1, 2, 3, 4], [1.0, math.nan, 3.0, 2.5]),
    "nothing": ([], []),
}
for name, (x, y) in cases.items():
    fig, ax = plt.subplots()
    ax.plot(x, y)
    show(name, ax)
    plt.close(fig)

for name, values in {"decades": [0.01, 5, 300, 1e5], "one decade": [1, 2, 5, 9], "many": [1e-9, 1e12], "with zero": [0, 1, 10, 100]}.items():
    fig, ax = plt.subplots()
    ax.plot(range(1, len(values) + 1), values)
    ax.set_yscale("log")
    print(name, [f"{limit:.8g}" for limit in ax.get_ylim()], [f"{tick:.8g}" for tick in ax.get_yticks()])
    plt.close(fig)

fig, axes = plt.subplots(2, 3, figsize=(9, 5), sharex=True)
for index, ax in enumerate(axes.flat):
    ax.plot([0, 10 * (index + 1)], [0, 3**index])
print([f"{limit:.6g}" for limit in axes[0, 0].get_xlim()], [f"{tick:.6g}" for tick in axes[1, 2].get_yticks()])

fig, ax = plt.subplots()
ax.plot([1, 2], [3, 4])
ax.set_xlim(0, 5)
ax.set_ylim(bottom=0)
ax.invert_yaxis()
print([f"{limit:.6g}" for limit in (*ax.get_xlim(), *ax.get_ylim())])
ax.margins(0.2)
ax.set_xticks([0, 1, 2], ["zero", "one", "two"])
print([label.get_text() for label in ax.get_xticklabels()], [f"{limit:g}" for limit in ax.get_xbound()])
print(ax.get_title() == "", ax.get_xlabel() == "")
