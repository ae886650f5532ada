"""What box plots and pies answer."""

import random

import matplotlib.pyplot as plt

random.seed(9)
groups = [[random.gauss(mean, 2) for _ in range(60)] + [mean + 12] for mean in (5, 8, 6)]
fig, ax = plt.subplots()
parts = ax.boxplot(groups, tick_labels=["a", "b", "c"], showmeans=True)
print(sorted(parts), [len(parts[key]) for key in sorted(parts)])
for median in parts["medians"]:
    print([f"{value:.10f}" for value in median.get_ydata()], [f"{value:.4f}" for value in median.get_xdata()])
for whisker in parts["whiskers"]:
    print([f"{value:.10f}" for value in whisker.get_ydata()])
for flier in parts["fliers"]:
    print([f"{value:.8f}" for value in flier.get_ydata()])
for mean in parts["means"]:
    print([f"{value:.8f}" for value in mean.get_ydata()])
print([label.get_text() for label in ax.get_xticklabels()], [f"{limit:.8g}" for limit in (*ax.get_xlim(), *ax.get_ylim())])

fig, ax = plt.subplots()
wedges, texts, percentages = ax.pie([30, 45, 25], labels=["x", "y", "z"], autopct="%1.1f%%", startangle=90)
print([text.get_text() for text in texts], [text.get_text() for text in percentages])
print([(f"{wedge.theta1:.4f}", f"{wedge.theta2:.4f}") for wedge in wedges])
print([f"{limit:g}" for limit in (*ax.get_xlim(), *ax.get_ylim())])
