import polars as pl

df = pl.read_csv("cost_data_with_errors.csv")
strongest = df.row(df["max_storm_cat"].arg_max(), named=True)
print(f"@max_wind_speed[{strongest['max_sust_wind']:.2f}]")
