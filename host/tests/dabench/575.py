import math

import polars as pl

df = (
    pl.read_csv("tr_eikon_eod_data.csv")
    .with_columns(pl.mean_horizontal("AAPL.O", "MSFT.O", "AMZN.O").alias("average"))
    .drop_nulls(["average", ".SPX"])
)
r = df.select(pl.corr("average", ".SPX")).item()
n = df.shape[0]
t = r * math.sqrt(n - 2) / math.sqrt(1 - r * r)
p = math.erfc(abs(t) / math.sqrt(2))
relation = "none" if p >= 0.05 else ("linear" if abs(r) >= 0.5 else "nonlinear")
print(f"@correlation_coefficient_corr[{r:.2f}]\n@p_value_pval[{p:.4f}]\n@relationship_type_relation[{relation}]")
