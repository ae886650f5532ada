import polars as pl

df = pl.read_csv("ferret-Pitt-2-preinf-lib2-100_sitediffsel.csv").unique(maintain_order=True)
missing = sum(df.null_count().row(0))
if missing:
    df = df.with_columns(pl.col(pl.Float64).fill_null(strategy="mean"))
    handling = "Missing values were filled with the mean of their column."
else:
    handling = "No missing values were found."

df = df.with_columns(diff_range=pl.col("max_diffsel") - pl.col("min_diffsel"))
df.write_csv("cleaned_dataset.csv")
print("@cleaned_dataset[cleaned_dataset.csv]")
print(f"@missing_values_handling[{handling}]")
