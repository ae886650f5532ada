"""Dates on an axis: limits, ticks and labels over spans from hours to decades."""

import datetime as dt

import matplotlib.dates as mdates
import matplotlib.pyplot as plt

start = dt.datetime(2023, 1, 5, 7, 30)
for name, step, count in (
    ("minutes", dt.timedelta(minutes=1), 50),
    ("hours", dt.timedelta(hours=1), 30),
    ("days", dt.timedelta(days=1), 20),
    ("weeks", dt.timedelta(days=7), 20),
    ("months", dt.timedelta(days=30), 14),
    ("years", dt.timedelta(days=365), 9),
    ("decades", dt.timedelta(days=3650), 9),
):
    fig, ax = plt.subplots()
    ax.plot([start + step * index for index in range(count)], range(count))
    print(name, [f"{limit:.6f}" for limit in ax.get_xlim()])
    print("  ", [f"{tick:.6f}" for tick in ax.get_xticks()], [label.get_text() for label in ax.get_xticklabels()])
    plt.close(fig)

fig, ax = plt.subplots()
days = [dt.date(2024, 1, 1) + dt.timedelta(days=index) for index in range(90)]
ax.plot(days, range(90))
ax.xaxis.set_major_locator(mdates.MonthLocator())
ax.xaxis.set_major_formatter(mdates.DateFormatter("%b %Y"))
print([f"{tick:g}" for tick in ax.get_xticks()], [label.get_text() for label in ax.get_xticklabels()])
ax.xaxis.set_major_locator(mdates.WeekdayLocator(interval=2))
print([f"{tick:g}" for tick in ax.get_xticks()])
locator = mdates.AutoDateLocator()
ax.xaxis.set_major_locator(locator)
ax.xaxis.set_major_formatter(mdates.ConciseDateFormatter(locator))
print([label.get_text() for label in ax.get_xticklabels()])
print(mdates.date2num(dt.datetime(2024, 5, 6, 12)), mdates.num2date(19849.5))
