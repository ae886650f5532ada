import polars as pl

df = pl.read_csv("ferret-Pitt-2-preinf-lib2-100_sitediffsel.csv")
q1 = df["abs_diffsel"].quantile(0.25, interpolation="linear")
q3 = df["abs_diffsel"].quantile(0.75, interpolation="linear")
iqr = q3 - q1
outliers = df.filter(
    ~pl.col("abs_diffsel").is_between(q1 - 1.5 * iqr, q3 + 1.5 * iqr)
).select("site", pl.col("abs_diffsel").round(2))
sites = ",".join(outliers["site"])
values = ",".join(str(v) for v in outliers["abs_diffsel"])
print(f"@site_identifiers[{sites}] @outlier_values[{values}]")
