import polars as pl

df = pl.read_csv("test_ave.csv").with_columns(
    (pl.col("SibSp") + pl.col("Parch")).alias("FamilySize")
)
r = df.select(pl.corr("FamilySize", "Fare")).item()
print(f"@correlation_coefficient[{r:.2f}]")
