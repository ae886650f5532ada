import statistics

import polars as pl

df = pl.read_csv("2014_q4.csv")
trips = df["Trips over the past 24-hours (midnight to 11:59pm)"].to_list()
print(f"@mean[{statistics.mean(trips):.2f}] @median[{statistics.median(trips):.2f}]")
