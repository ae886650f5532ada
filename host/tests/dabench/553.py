import polars as pl

outliers = (
    pl.read_csv("tree.csv")
    .with_columns(
        q1=pl.col("TPH_PLT").quantile(0.25, "linear"),
        q3=pl.col("TPH_PLT").quantile(0.75, "linear"),
    )
    .with_columns(iqr=pl.col("q3") - pl.col("q1"))
    .filter(
        (pl.col("TPH_PLT") < pl.col("q1") - 1.5 * pl.col("iqr"))
        | (pl.col("TPH_PLT") > pl.col("q3") + 1.5 * pl.col("iqr"))
    )
)
print(f"@outliers_count[{outliers.height}]")
