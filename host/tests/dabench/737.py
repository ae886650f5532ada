import polars as pl

credit = pl.read_csv("Credit.csv")
summary = credit.select("Income").describe()
value = {row["statistic"]: row["Income"] for row in summary.to_dicts()}
print(f"@mean_income[{value['mean']:.2f}], @std_dev_income[{value['std']:.2f}]")
