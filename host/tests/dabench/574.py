import polars as pl

prices = pl.read_csv("tr_eikon_eod_data.csv").select("MSFT.O", "SPY", ".VIX").drop_nulls()
scaled = prices.select(
    ((pl.all() - pl.all().min()) / (pl.all().max() - pl.all().min())).name.map(lambda c: c.strip(".").split(".")[0])
)
matrix = scaled.corr()
names = matrix.columns
for a, b in (("MSFT", "SPY"), ("MSFT", "VIX"), ("SPY", "VIX")):
    print(f"@{a}_{b}_correlation[{matrix[b][names.index(a)]:.2f}]")
