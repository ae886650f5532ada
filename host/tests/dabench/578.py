import polars as pl

df = pl.read_csv("e5_aapl.csv", try_parse_dates=True)
print(f"{df.height} trading days from {df['Date'].min()} to {df['Date'].max():%d %B %Y}")
print(f"@mean_volume[{df['Volume'].mean():.2f}]")
