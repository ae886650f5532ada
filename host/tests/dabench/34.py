import math

import polars as pl

df = (
    pl.read_csv("imp.score.ldlr.metabolome.csv")
    .select("row retention time", "importance.score")
    .drop_nulls()
)
r = df.select(pl.corr("row retention time", "importance.score", method="pearson")).item()
n = df.height


def t_two_sided(t, dof, steps=20000):
    """P(|T| > |t|) for Student's t, by Simpson's rule over the density on [0, |t|]."""
    c = math.exp(math.lgamma((dof + 1) / 2) - math.lgamma(dof / 2)) / math.sqrt(dof * math.pi)
    h = abs(t) / steps
    total = 0.0
    for i in range(steps + 1):
        w = 1 if i in (0, steps) else 4 if i % 2 else 2
        total += w * (1 + (i * h) ** 2 / dof) ** (-(dof + 1) / 2)
    return max(0.0, 1 - 2 * c * total * h / 3)


t = r * math.sqrt((n - 2) / (1 - r * r))
p = t_two_sided(t, n - 2)
if p >= 0.05:
    kind = "none"
elif abs(r) >= 0.5:
    kind = "linear"
else:
    kind = "nonlinear"
print(f"@correlation_coefficient[{r:.2f}] @p_value[{p:.4f}] @relationship_type[{kind}]")
