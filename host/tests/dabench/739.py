import polars as pl

r = pl.read_csv("Credit.csv").select(pl.corr("Limit", "Balance")).item()
print(f"@correlation_coefficient[{r:.2f}]")
