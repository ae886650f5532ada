import polars as pl

trees = pl.read_csv("tree.csv")
print("@mean_dbh_cm[{:.2f}]".format(trees.get_column("DBH_CM").mean()))
