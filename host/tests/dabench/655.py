import polars as pl

raw = pl.read_csv("DES=+2006261.csv")
xyz = raw.select(pl.col(["X", "Y", "Z"]).str.strip_chars().cast(pl.Float64))
out = xyz.select(
    correlation_XY=pl.corr("X", "Y"),
    correlation_XZ=pl.corr("X", "Z"),
)
for name, value in out.row(0, named=True).items():
    print(f"@{name}[{value:.2f}]")
