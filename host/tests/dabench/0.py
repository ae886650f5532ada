import polars as pl

df = pl.read_csv("test_ave.csv")
mean_fare = df["Fare"].mean()
print(f"@mean_fare[{mean_fare:.2f}]")
