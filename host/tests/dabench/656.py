import polars as pl

df = pl.read_csv("DES=+2006261.csv").with_columns(pl.col("X").str.strip_chars().cast(pl.Float64))
df = df.with_columns(((pl.col("X") - pl.col("X").mean()) / pl.col("X").std()).alias("z_score"))
is_outlier = (pl.col("z_score") > 3) | (pl.col("z_score") < -3)
outliers, kept = df.filter(is_outlier), df.filter(~is_outlier)
print(f"@number_of_outliers[{outliers.height}]")
print(f"@new_mean[{kept['X'].mean():.2f}]")
print(f"@new_standard_deviation[{kept['X'].std():.2f}]")
