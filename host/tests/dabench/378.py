import polars as pl

df = pl.read_csv("2014_q4.csv")
trips = "Trips over the past 24-hours (midnight to 11:59pm)"
passes = [
    "24-Hour Passes Purchased (midnight to 11:59 pm)",
    "7-Day Passes Purchased (midnight to 11:59 pm)",
]


def describe(frame):
    s = frame[trips]
    return {"mean": s.mean(), "median": s.median(), "sd": s.std(), "skewness": s.skew(), "kurtosis": s.kurtosis()}


before = describe(df)
# The pass counts hold text such as "1,276" or "-", so make numbers of them first.
imputed = df.with_columns(
    pl.col(passes).str.replace_all(",", "").str.strip_chars().cast(pl.Float64, strict=False)
).with_columns(pl.col(c).fill_null(pl.col(c).mean()) for c in passes)
after = describe(imputed)

for prefix, stats in (("pre", before), ("post", after)):
    for name, value in stats.items():
        print(f"@{prefix}_{name}[{value:.2f}]")
