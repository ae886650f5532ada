import math

import polars as pl

df = pl.read_csv("ts-sc4-wi100000-sl25000-Qrob_Chr05.tree_table.csv").select("nsnps", "nsamplecov").drop_nulls()
r = df.select(pl.corr("nsnps", "nsamplecov")).item()
n = df.height
t = r * ((n - 2) / (1 - r * r)) ** 0.5
p = math.erfc(abs(t) / math.sqrt(2))
print(f"@correlation_coefficient[{r:.2f}]")
print(f"@p_value[{p:.4f}]")
print(f"@correlation[{'correlated' if p < 0.05 else 'not correlated'}]")
