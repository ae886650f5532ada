import polars as pl

df = pl.read_csv("ferret-Pitt-2-preinf-lib2-100_sitediffsel.csv", columns=["positive_diffsel", "negative_diffsel"])
r = df.select(pl.corr("positive_diffsel", "negative_diffsel").round(2)).item()
print(f"@correlation_coefficient[{r}]")
