import datetime as dt
import math
import re

import polars as pl

df = pl.read_csv("cost_data_with_errors.csv")
MONTHS = {m: i for i, m in enumerate(
    ["January", "February", "March", "April", "May", "June", "July",
     "August", "September", "October", "November", "December"], start=1)}


def duration(dates, year):
    """Days from 'September 5 – 22' or 'August 30 – September 12'; None when the text has no range."""
    parts = re.findall(r"([A-Z][a-z]+)?\s*(\d{1,2})", dates)
    if not parts:
        return None
    (m1, d1), (m2, d2) = parts[0], parts[-1]
    if m1 not in MONTHS:
        return None
    start = dt.date(year, MONTHS[m1], int(d1))
    end = dt.date(year, MONTHS.get(m2, start.month), int(d2))
    if end < start:
        end = end.replace(year=year + 1)
    return (end - start).days


df = df.with_columns(
    pl.struct("dates_active", "year")
    .map_elements(lambda r: duration(r["dates_active"], r["year"]), return_dtype=pl.Int64)
    .alias("duration")
).drop_nulls("duration")

median = df["damage_USD"].median()
for name, part in (
    ("high", df.filter(pl.col("damage_USD") > median)),
    ("low", df.filter(pl.col("damage_USD") <= median)),
):
    r = part.select(pl.corr("max_storm_cat", "duration")).item()
    t = abs(r) * math.sqrt((part.height - 2) / (1 - r * r))
    p = math.erfc(t / math.sqrt(2))
    kind = "none" if p >= 0.05 else "linear" if abs(r) >= 0.4 else "nonlinear"
    print(f"@{name}_damage_correlation_coefficient[{r:.2f}]")
    print(f"@{name}_damage_p_value[{p:.4f}]")
    print(f"@{name}_damage_relationship_type[{kind}]")
