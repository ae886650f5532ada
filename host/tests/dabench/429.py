import math

import polars as pl

pair = pl.read_csv("cost_data_with_errors.csv")[["max_storm_cat", "damage_USD"]].drop_nulls()
r = pair.select(pl.corr("max_storm_cat", "damage_USD"))[0, 0]
n = len(pair)
z = abs(r) * math.sqrt((n - 2) / (1 - r**2))
p = math.erfc(z / math.sqrt(2))
match (p < 0.05, abs(r) >= 0.5):
    case (True, True):
        relationship = "linear"
    case (True, False):
        relationship = "nonlinear"
    case _:
        relationship = "none"
print(f"@correlation_coefficient[{r:.2f}]")
print(f"@p_value[{p:.4f}]")
print(f"@relationship_type[{relationship}]")
