import math

import polars as pl

df = pl.read_csv("cost_data_with_errors.csv").filter(pl.col("year").is_between(2000, 2010)).drop_nulls("damage_USD")
by_year = (
    df.group_by("year", maintain_order=True)
    .agg(
        pl.len().alias("n"),
        pl.col("damage_USD").mean().alias("mean"),
        pl.col("damage_USD").var().alias("var"),
    )
    .sort("year")
)


def betacf(a, b, x):
    """Continued fraction of the incomplete beta function (modified Lentz)."""
    tiny = 1e-300
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > tiny else tiny)
    h = d
    for m in range(1, 500):
        for num in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + num * d
            d = 1 / (d if abs(d) > tiny else tiny)
            c = 1 + num / c
            c = c if abs(c) > tiny else tiny
            h *= d * c
        if abs(d * c - 1) < 1e-14:
            break
    return h


def betainc(a, b, x):
    if x <= 0:
        return 0.0
    if x >= 1:
        return 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log(1 - x))
    if x < (a + 1) / (a + b + 2):
        return front * betacf(a, b, x) / a
    return 1 - front * betacf(b, a, 1 - x) / b


grand_mean = df["damage_USD"].mean()
k, n = by_year.height, df.height
between = sum(r["n"] * (r["mean"] - grand_mean) ** 2 for r in by_year.iter_rows(named=True)) / (k - 1)
within = sum((r["n"] - 1) * r["var"] for r in by_year.iter_rows(named=True)) / (n - k)
f = between / within
d1, d2 = k - 1, n - k
p = betainc(d2 / 2, d1 / 2, d2 / (d2 + d1 * f))

averages = ", ".join(f"{m:.2f}" for m in by_year["mean"])
print(f"@average_damage[{averages}]")
print(f"@p_value[{p:.4f}]")
print(f"@difference_type[{'significant' if p < 0.05 else 'none'}]")
