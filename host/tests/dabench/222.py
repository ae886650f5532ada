import polars as pl

x = pl.read_csv("ferret-Pitt-2-preinf-lib2-100_sitediffsel.csv")["abs_diffsel"]
skewness = x.skew()
kurtosis = x.kurtosis(fisher=True)
print(f"@skewness_value[{skewness:.2f}] @kurtosis_value[{kurtosis:.2f}]")
if abs(skewness) <= 0.5 and abs(kurtosis) <= 0.5:
    print("The data is fairly symmetrical and close to a normal distribution.")
else:
    print("The data is not normally distributed.")
