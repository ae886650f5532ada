import math
from statistics import NormalDist

import polars as pl

x = pl.read_csv("imp.score.ldlr.metabolome.csv")["row m/z"].drop_nulls().sort()
n = len(x)
normal = NormalDist(x.mean(), x.std())
cdf = [normal.cdf(v) for v in x]

# Largest distance between the empirical and the fitted distribution.
d_plus = max((i + 1) / n - p for i, p in enumerate(cdf))
d_minus = max(p - i / n for i, p in enumerate(cdf))
d = max(d_plus, d_minus)

# Kolmogorov's series, with the usual correction for a finite sample.
t = (math.sqrt(n) + 0.12 + 0.11 / math.sqrt(n)) * d
p_value = 2 * sum((-1) ** (k - 1) * math.exp(-2 * k * k * t * t) for k in range(1, 101))
p_value = min(max(p_value, 0.0), 1.0)
decision = "normally distributed" if p_value >= 0.05 else "not normally distributed"
print(f"@ks_test_p_value[{p_value:.4f}] @normality_decision[{decision}]")
