import polars as pl

df = pl.read_csv("auto-mpg.csv")
acceleration = pl.col("acceleration")
kept = df.filter(((acceleration - acceleration.mean()) / acceleration.std(ddof=0)).is_between(-3, 3))
mean, std = kept.select(mean=acceleration.mean(), std=acceleration.std(ddof=0)).row(0)
print(f"@mean_acceleration[{mean:.2f}]")
print(f"@std_acceleration[{std:.2f}]")
