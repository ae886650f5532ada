import polars as pl

df = pl.read_csv("cost_data_with_errors.csv")
print(f"@missing_values_count[{df['max_sust_wind'].null_count()}]")
