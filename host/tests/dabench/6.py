import polars as pl

df = pl.read_csv("test_ave.csv")
df = df.with_columns(
    pl.when(pl.col("Age") <= 12)
    .then(pl.lit("child"))
    .when(pl.col("Age") < 20)
    .then(pl.lit("teenager"))
    .when(pl.col("Age") < 60)
    .then(pl.lit("adult"))
    .otherwise(pl.lit("elderly"))
    .alias("AgeGroup")
)
means = df.group_by("AgeGroup").agg(pl.col("Fare").mean().round(2).alias("mean_fare"))
lookup = dict(means.iter_rows())
print(", ".join(f"@mean_fare_{g}[{lookup[g]}]" for g in ["child", "teenager", "adult", "elderly"]))
