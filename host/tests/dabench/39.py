import math
from statistics import NormalDist

import polars as pl


def shapiro(values):
    """Shapiro-Wilk W and its p-value, by Royston's approximation for samples of 12 to 5000."""
    x = sorted(values)
    n = len(x)
    normal = NormalDist()
    m = [normal.inv_cdf((i - 0.375) / (n + 0.25)) for i in range(1, n + 1)]
    mm = sum(v * v for v in m)
    u = 1 / math.sqrt(n)
    a_n = -2.706056 * u**5 + 4.434685 * u**4 - 2.071190 * u**3 - 0.147981 * u**2 + 0.221157 * u + m[-1] / math.sqrt(mm)
    a_n1 = -3.582633 * u**5 + 5.682633 * u**4 - 1.752461 * u**3 - 0.293762 * u**2 + 0.042981 * u + m[-2] / math.sqrt(mm)
    eps = (mm - 2 * m[-1] ** 2 - 2 * m[-2] ** 2) / (1 - 2 * a_n**2 - 2 * a_n1**2)
    a = [-a_n, -a_n1] + [v / math.sqrt(eps) for v in m[2:-2]] + [a_n1, a_n]
    mean = sum(x) / n
    w = sum(c * v for c, v in zip(a, x)) ** 2 / sum((v - mean) ** 2 for v in x)
    log_n = math.log(n)
    mu = 0.0038915 * log_n**3 - 0.083751 * log_n**2 - 0.31082 * log_n - 1.5861
    sigma = math.exp(0.0030302 * log_n**2 - 0.082676 * log_n - 0.4803)
    return w, 1 - normal.cdf((math.log(1 - w) - mu) / sigma)


scores = pl.read_csv("imp.score.ldlr.metabolome.csv")["importance.score"].drop_nulls()
_, p = shapiro(scores.to_list())
if p < 0.05:
    # A score of zero has no logarithm.
    scores = scores.filter(scores > 0).log()
print(f"@is_normal[{p:.4f}]")
print(f"@transformed_importance_score_mean[{scores.mean():.2f}]")
print(f"@transformed_importance_score_std[{scores.std():.2f}]")
