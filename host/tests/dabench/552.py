import polars as pl

trees = pl.read_csv("tree.csv")
r = trees.select(pl.corr(pl.col("HT_M"), pl.col("BA_M2"))).to_series()[0]
kind = "linear" if abs(r) >= 0.5 else "nonlinear"
print(f"@correlation_coefficient[{r:.3f}] @relationship_type[{kind}]")
