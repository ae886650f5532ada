# Which states stand out, and in what? An outlier report over crime, schooling and poverty in 2009.
# data: state_crime.csv
# params: fence=1.5 (interquartile ranges beyond the quartiles)
import polars as pl

fence = float(params.get("fence", 1.5))
states = pl.read_csv("state_crime.csv")

long = states.unpivot(index="state", variable_name="measure", value_name="value")
limits = (
    long.group_by("measure", maintain_order=True)
    .agg(
        pl.col("value").quantile(0.25, interpolation="linear").alias("q1"),
        pl.col("value").median().alias("median"),
        pl.col("value").quantile(0.75, interpolation="linear").alias("q3"),
        pl.col("value").mean().alias("mean"),
        pl.col("value").std().alias("std"),
    )
    .with_columns(iqr=pl.col("q3") - pl.col("q1"))
    .with_columns(
        low=pl.col("q1") - fence * pl.col("iqr"),
        high=pl.col("q3") + fence * pl.col("iqr"),
    )
)

report = (
    long.join(limits, on="measure", how="inner")
    .filter(~pl.col("value").is_between("low", "high"))
    .select(
        "state",
        "measure",
        pl.col("value").round(1),
        pl.when(pl.col("value") > pl.col("high")).then(pl.lit("high")).otherwise(pl.lit("low")).alias("side"),
        pl.col("median").round(1),
        ((pl.col("value") - pl.col("mean")) / pl.col("std")).round(2).alias("z_score"),
    )
    .sort(pl.col("z_score").abs(), descending=True)
)
report.write_csv("crime_outliers.csv")

print(f"{report.height} outliers in {states.height} states, beyond {fence} interquartile ranges:")
for state, rows in report.group_by("state", maintain_order=True):
    print(f"- {state[0]}: " + ", ".join(f"{m} {v} ({s})" for m, v, s in rows.select("measure", "value", "side").iter_rows()))

display(limits.select(pl.col("measure"), pl.col(pl.Float64).round(2)))
report
