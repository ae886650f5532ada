import polars as pl

df = pl.read_csv("baseball_data.csv")
mean = df.filter(pl.col("batting_average").is_not_null())["batting_average"].mean()
print(f"@mean_batting_average[{round(mean, 3)}]")
