# What goes together with poverty in the counties of the American Midwest? A correlation matrix and its strongest pairs.
# data: midwest_counties.csv
import matplotlib.pyplot as plt
import polars as pl

counties = pl.read_csv("midwest_counties.csv").select(
    pl.col("percbelowpoverty").alias("poverty"),
    pl.col("perchsd").alias("high_school"),
    pl.col("percollege").alias("college"),
    pl.col("percprof").alias("professionals"),
    pl.col("poptotal").log10().alias("log_population"),
    pl.col("popdensity").log10().alias("log_density"),
    pl.col("inmetro").alias("metropolitan"),
)

matrix = counties.corr().with_columns(pl.all().round(3)).insert_column(0, pl.Series("variable", counties.columns))
matrix.write_csv("correlations.csv")
display(matrix)

pairs = (
    matrix.unpivot(index="variable", variable_name="other", value_name="r")
    .filter(pl.col("variable") < pl.col("other"))
    .sort(pl.col("r").abs(), descending=True)
)
print("Strongest pairs:")
for a, b, r in pairs.head(5).iter_rows():
    print(f"  {a:<15} {b:<15} {r:+.2f}")

with_poverty = matrix.select("variable", "poverty").filter(pl.col("variable") != "poverty").sort("poverty")
colors = ["firebrick" if r > 0 else "steelblue" for r in with_poverty["poverty"]]
plt.figure(figsize=(8, 4.5))
plt.barh(with_poverty["variable"].str.replace_all("_", " "), with_poverty["poverty"], color=colors)
plt.axvline(0, color="black", linewidth=0.8)
plt.xlim(-1, 1)
plt.xlabel("Pearson correlation with the share below the poverty line")
plt.title("Poverty in 437 Midwest counties")
plt.grid(axis="x", alpha=0.3)
plt.tight_layout()
plt.savefig("poverty_correlations.png", dpi=120)

strongest = with_poverty.sort(pl.col("poverty").abs()).item(-1, "variable")
f"Poverty goes most closely with: {strongest}"
