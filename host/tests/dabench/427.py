import polars as pl

df = pl.read_csv("cost_data_with_errors.csv")
count = df.select(pl.col("min_p").is_null().sum()).item()
print(f"@null_entries_count[{count}]")
