import math

import polars as pl

df = pl.read_csv("ts-sc4-wi100000-sl25000-Qrob_Chr05.tree_table.csv")
with_null = df.filter(pl.col("tree").is_null())["nsnps"].drop_nulls()
without_null = df.filter(pl.col("tree").is_not_null())["nsnps"].drop_nulls()

n1, n2 = len(with_null), len(without_null)
m1, m2 = with_null.mean(), without_null.mean()
v1, v2 = with_null.var(), without_null.var()
pooled = ((n1 - 1) * v1 + (n2 - 1) * v2) / (n1 + n2 - 2)
t = (m1 - m2) / math.sqrt(pooled * (1 / n1 + 1 / n2))
p = math.erfc(abs(t) / math.sqrt(2))
print(f"@mean_with_tree_null[{m1:.2f}]")
print(f"@mean_with_tree_notnull[{m2:.2f}]")
print(f"@pvalue[{p:.4f}]")
