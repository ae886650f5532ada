import polars as pl

df = pl.read_csv("Credit.csv").with_columns(
    pl.when(pl.col("Limit") == 0)
    .then(0.0)
    .otherwise((pl.col("Balance") / pl.col("Limit")).round(2))
    .alias("ratio")
)
df.write_csv("credit_with_ratio.csv")
print(df.select("Balance", "Limit", "ratio").head())
print(f"@addedfeature[{df.columns[-1]}]")
