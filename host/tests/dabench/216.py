import polars as pl

df = pl.read_csv("ferret-Pitt-2-preinf-lib2-100_sitediffsel.csv")
mean, std = df.select(
    pl.col("abs_diffsel").mean().alias("mean"),
    pl.col("abs_diffsel").std().alias("std"),
).row(0)
print(f"@mean[{mean:.2f}]")
print(f"@std_dev[{std:.2f}]")
