"""Tables with findings that were put into them, and tables of nothing but noise.

Each is made from its number alone: (frame, roles, planted), where planted is a list of (kind, columns).
"""

import datetime

import numpy as np
import polars as pl

KINDS = [
    "trend", "change_point", "season of months", "season of weekdays", "anomaly", "value far off", "difference", "relation",
    "categories that go together", "top", "missing", "repeated", "a part falls", "a part differs",
]  # fmt: skip


def base(rng, rows, days):
    """Columns that have nothing to do with each other."""
    start = datetime.date(2023, 1, 1)
    when = np.sort(rng.integers(0, days, rows))
    columns = {
        "order_date": [start + datetime.timedelta(int(day)) for day in when],
        "region": rng.choice(["North", "South", "East", "West"], rows).tolist(),
        "channel": rng.choice(["web", "shop", "phone"], rows).tolist(),
        "product": rng.choice([f"P{i}" for i in range(8)], rows).tolist(),
        "amount": None,
        "score": (50 + 10 * rng.standard_normal(rows)),
        "duration": rng.gamma(3.0, 4.0, rows) + 0.1,
    }
    shape = rng.integers(3)
    if shape == 0:
        columns["amount"] = 100 + 20 * rng.standard_normal(rows)
    elif shape == 1:
        columns["amount"] = np.exp(4 + 0.5 * rng.standard_normal(rows))
    else:
        columns["amount"] = rng.exponential(80, rows) + 1
    return when, columns


def roles():
    return {
        "time": "order_date",
        "measures": [
            {"name": "amount", "sum": True},
            {"name": "score", "sum": False},
            {"name": "duration", "sum": False},
        ],
        "categories": ["region", "channel", "product"],
    }


def noise(number):
    """A table without any finding; every fourth is a series whose values carry over to the next."""
    rng = np.random.default_rng(10_000 + number)
    if number % 4 == 3:
        days = int(rng.integers(60, 700))
        when, columns = base(rng, days, days)
        start = datetime.date(2023, 1, 1)
        columns["order_date"] = [start + datetime.timedelta(day) for day in range(days)]
        carried = rng.uniform(0.2, 0.6)
        steps, values = rng.standard_normal(days + 50), np.zeros(days + 50)
        for at in range(1, days + 50):
            values[at] = carried * values[at - 1] + steps[at]
        columns["score"] = 50 + 10 * values[50:]
    else:
        _, columns = base(rng, int(rng.integers(200, 3_000)), int(rng.integers(40, 1_400)))
    return pl.DataFrame(columns), roles(), []


def planted(number):
    """A table with one or two findings."""
    rng = np.random.default_rng(number)
    kinds = [KINDS[number % len(KINDS)]]
    if number % 3 == 0:
        kinds.append(KINDS[(number // 3) % len(KINDS)])
    days = int(rng.integers(760, 1_400))
    rows = int(rng.integers(600, 3_000))
    when, columns = base(rng, rows, days)
    expected, repeated = [], False
    part = when / days
    region, channel = np.array(columns["region"]), np.array(columns["channel"])
    for kind in dict.fromkeys(kinds):
        if kind == "trend":
            columns["score"] = columns["score"] + rng.choice([-1, 1]) * rng.uniform(8, 20) * part
            expected.append(("trend", ["order_date", "score"]))
        elif kind == "change_point":
            columns["duration"] = columns["duration"] + rng.uniform(5, 10) * (part > rng.uniform(0.3, 0.7))
            expected.append(("change_point", ["order_date", "duration"]))
        elif kind == "season of months":
            months = np.array([day.month for day in columns["order_date"]])
            columns["score"] = columns["score"] + rng.uniform(6, 12) * np.sin(2 * np.pi * months / 12)
            expected.append(("season", ["order_date", "score"]))
        elif kind == "season of weekdays":
            weekdays = np.array([day.weekday() for day in columns["order_date"]])
            columns["duration"] = columns["duration"] + rng.uniform(8, 14) * (weekdays >= 5)
            expected.append(("season", ["order_date", "duration"]))
        elif kind == "anomaly":
            at = int(rng.integers(5, days // 30 - 5))
            months = np.array([(day.year - 2023) * 12 + day.month - 1 for day in columns["order_date"]])
            columns["amount"] = np.where(months == at, columns["amount"] * rng.uniform(4, 7), columns["amount"])
            expected.append(("anomaly", ["order_date", "amount"]))
        elif kind == "value far off":
            columns["score"] = columns["score"].copy()
            columns["score"][int(rng.integers(rows))] = 900 + 100 * rng.random()
            expected.append(("anomaly", ["score"]))
        elif kind == "difference":
            columns["duration"] = columns["duration"] * np.where(region == "West", rng.uniform(1.7, 2.5), 1)
            expected.append(("difference", ["region", "duration"]))
        elif kind == "relation":
            own = (columns["score"] - columns["score"].mean()) / columns["score"].std()
            strength = rng.uniform(1.2, 2.5)
            columns["amount"] = 100 + 15 * (rng.choice([-1, 1]) * strength * own + rng.standard_normal(rows))
            expected.append(("relation", ["amount", "score"]))
        elif kind == "categories that go together":
            moved = (region == "East") & (rng.random(rows) < rng.uniform(0.4, 0.8))
            columns["channel"] = channel = np.where(moved, "phone", channel)
            expected.append(("relation", ["region", "channel"]))
        elif kind == "top":
            moved = rng.random(rows) < rng.uniform(0.4, 0.6)
            columns["product"] = np.where(moved, "P3", np.array(columns["product"]))
            expected.append(("top", ["product", "amount"]))
        elif kind == "missing":
            gone = rng.random(rows) < rng.uniform(0.05, 0.3)
            columns["duration"] = [None if miss else float(value) for value, miss in zip(columns["duration"], gone)]
            expected.append(("quality", ["duration"]))
        elif kind == "repeated":
            repeated = True
            expected.append(("quality", []))
        elif kind == "a part falls":
            columns["score"] = columns["score"] - rng.uniform(25, 40) * part * (channel == "web")
            expected.append(("trend", ["order_date", "score"]))
        elif kind == "a part differs":
            within = np.isin(np.array(columns["product"]), ["P1"]) & (channel == "shop")
            columns["score"] = columns["score"] + rng.uniform(15, 25) * within
            expected.append(("difference", ["product", "score"]))
        # Later ones may use columns as arrays.
        if kind == "missing":
            columns["duration"] = np.array([np.nan if value is None else value for value in columns["duration"]])
    frame = pl.DataFrame(columns).with_columns(pl.col("duration").fill_nan(None))
    if repeated:
        frame = pl.concat([frame, frame.head(int(rows * rng.uniform(0.05, 0.2)))])
    return frame, roles(), expected


def read(path):
    """A table as its profile has it read."""
    return pl.read_csv(path, schema_overrides={"order_date": pl.Date})


def hit(finding, expected):
    kind, columns = expected
    return finding["kind"] == kind and sorted(finding["columns"]) == sorted(columns)
