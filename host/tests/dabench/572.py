import polars as pl

df = pl.read_csv("tr_eikon_eod_data.csv", try_parse_dates=True).sort("Date")
df = df.with_columns(((pl.col("AAPL.O") / pl.col("AAPL.O").shift(1) - 1) * 100).alias("change"))
best = df.filter(pl.col(".SPX") == pl.col(".SPX").max()).row(0, named=True)
change = best["change"]
text = "Previous day data doesn't exist" if change is None else f"{change:.2f}"
print(f"@max_SPX_date[{best['Date']}]")
print(f"@AAPL_price_percentage_change[{text}]")
