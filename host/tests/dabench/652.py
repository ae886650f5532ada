import math

import polars as pl

x = (
    pl.read_csv("DES=+2006261.csv")
    .select(pl.col("X").str.strip_chars_start(" ").cast(pl.Float64))
    .get_column("X")
)
n = len(x)

# D'Agostino and Pearson's omnibus test: a z-score of the skewness and one of the kurtosis.
g1, b2 = x.skew(), x.kurtosis(fisher=False)

y = g1 * math.sqrt((n + 1) * (n + 3) / (6 * (n - 2)))
beta2 = 3 * (n * n + 27 * n - 70) * (n + 1) * (n + 3) / ((n - 2) * (n + 5) * (n + 7) * (n + 9))
w2 = -1 + math.sqrt(2 * (beta2 - 1))
alpha = math.sqrt(2 / (w2 - 1))
z_skew = math.asinh(y / alpha) / math.sqrt(0.5 * math.log(w2))

mean_b2 = 3 * (n - 1) / (n + 1)
var_b2 = 24 * n * (n - 2) * (n - 3) / ((n + 1) ** 2 * (n + 3) * (n + 5))
u = (b2 - mean_b2) / math.sqrt(var_b2)
root_beta1 = 6 * (n * n - 5 * n + 2) / ((n + 7) * (n + 9)) * math.sqrt(6 * (n + 3) * (n + 5) / (n * (n - 2) * (n - 3)))
a = 6 + 8 / root_beta1 * (2 / root_beta1 + math.sqrt(1 + 4 / root_beta1**2))
denominator = 1 + u * math.sqrt(2 / (a - 4))
cube = math.copysign((abs((1 - 2 / a) / denominator)) ** (1 / 3), denominator)
z_kurt = ((1 - 2 / (9 * a)) - cube) / math.sqrt(2 / (9 * a))

k2 = z_skew**2 + z_kurt**2
p = math.exp(-k2 / 2)  # chi-squared with two degrees of freedom
print(f"@normality_test_p_value[{p:.4f}]")
print(f"@normal_distribution[{p >= 0.05}]")
