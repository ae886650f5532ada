import polars as pl

trees = pl.read_csv("tree.csv")
selected = trees.filter(pl.col("CON") == 1).filter(pl.col("PLTID") == 5)
median = selected["HT_M"].median()
print("@median_ht_m[nan]" if median is None else f"@median_ht_m[{median:.2f}]")
