import polars as pl

df = pl.read_csv("test_ave.csv")
stats = (
    df.group_by("Pclass")
    .agg(
        mean=pl.col("Fare").mean(),
        median=pl.col("Fare").median(),
        std=pl.col("Fare").std(ddof=0),
    )
    .sort("Pclass")
)
parts = []
for row in stats.iter_rows(named=True):
    c = row["Pclass"]
    parts.append(f"@mean_fare_class{c}[{row['mean']:.2f}]")
    parts.append(f"@median_fare_class{c}[{row['median']:.2f}]")
    parts.append(f"@std_dev_fare_class{c}[{row['std']:.2f}]")
print(", ".join(parts))
