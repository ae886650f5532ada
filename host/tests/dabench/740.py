import polars as pl

balance = pl.read_csv("Credit.csv")["Balance"]
mu, sigma = balance.mean(), balance.std()
outliers = [x for x in balance if abs((x - mu) / sigma) > 3]
print(f"@outliers[{len(outliers)}]")
