import polars as pl

new = (
    pl.scan_csv("baseball_data.csv")
    .drop_nulls(subset=["batting_average", "on_base_percentage"])
    .with_columns(
        (pl.col("batting_average") - pl.col("on_base_percentage")).alias(
            "batting_average_minus_on_base_percentage"
        )
    )
    .collect()
    .to_series(-1)
)
print(f"@mean[{new.mean():.2f}] @std_dev[{new.std():.2f}]")
