import math

import polars as pl

df = pl.read_csv("baseball_data.csv")
data = df.select(
    doubles=pl.col("number_of_doubles").cast(pl.Float64),
    salary=pl.col("salary_in_thousands_of_dollars").cast(pl.Float64),
).drop_nulls()
r = data.select(pl.corr("doubles", "salary")).item()

# With several hundred degrees of freedom Student's t is as good as normal.
t = r * math.sqrt((len(data) - 2) / (1 - r**2))
p = math.erfc(abs(t) / math.sqrt(2))
print(f"@correlation_coefficient[{r:.2f}] @p_value[{p:.4f}]")
print("significant" if p < 0.05 else "no significant correlation")
