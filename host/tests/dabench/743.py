import polars as pl

df = pl.read_csv("Credit.csv")
mode = df["Education"].drop_nulls().mode().sort()[0]
if df["Education"].null_count() > 0:
    df = df.with_columns(pl.col("Education").fill_null(mode))

print(f"@education_mode[{mode}]")
for name in ("Income", "Balance"):
    low, high = df[name].min(), df[name].max()
    path = f"Credit_{name}_Normalized.csv"
    df.with_columns(((pl.col(name) - low) / (high - low)).alias(name)).write_csv(path)
    print(f"@{name.lower()}_normalization[{low:.2f}, {high:.2f}, {path}]")
