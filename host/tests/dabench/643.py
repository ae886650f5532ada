import polars as pl

stats = pl.read_csv("random_stock_data.csv").select(
    pl.col("Volume").mean().name.prefix("mean_"),
    pl.col("Volume").std().name.prefix("std_"),
    pl.col("Volume").min().name.prefix("min_"),
    pl.col("Volume").max().name.prefix("max_"),
)
for name in stats.columns:
    print(f"@{name.lower()}[{stats[name].item():.2f}]")
