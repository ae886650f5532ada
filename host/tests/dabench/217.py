import polars as pl

df = pl.read_csv("ferret-Pitt-2-preinf-lib2-100_sitediffsel.csv", schema_overrides={"site": pl.String})
top = df.filter(pl.col("positive_diffsel") == pl.col("positive_diffsel").max())
print(f"@site_identifier[{','.join(top['site'].to_list())}]")
