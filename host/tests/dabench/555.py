import polars as pl

counts = pl.read_csv("tree.csv")["SPP_SYMBOL"].value_counts()
print(f"@unique_species_count[{counts.filter(pl.col('count') >= 5).height}]")
