# Which American industries lost the most jobs in the recession of 2008, and had they come back by the end of 2015?
# data: us_employment.csv
from datetime import date

import matplotlib.pyplot as plt
import polars as pl

INDUSTRIES = [
    "construction",
    "manufacturing",
    "retail_trade",
    "financial_activities",
    "education_and_health_services",
    "leisure_and_hospitality",
    "government",
]

jobs = (
    pl.scan_csv("us_employment.csv", try_parse_dates=True)
    .select("month", *INDUSTRIES)
    .unpivot(index="month", variable_name="industry", value_name="thousands")
    .with_columns(pl.col("industry").str.replace_all("_", " "))
    .collect()
)

before = jobs.filter(pl.col("month") == date(2007, 12, 1)).select("industry", before="thousands")
indexed = jobs.join(before, on="industry").with_columns(
    (pl.col("thousands") / pl.col("before") * 100).alias("index")
)

lows = (
    indexed.filter(pl.col("month") >= date(2007, 12, 1))
    .sort("month")
    .group_by("industry")
    .agg(
        pl.col("before").first(),
        pl.col("thousands").min().alias("low"),
        pl.col("month").get(pl.col("thousands").arg_min()).alias("low_month"),
        pl.col("index").last().round(1).alias("index_2015"),
    )
    .with_columns((pl.col("before") - pl.col("low")).round(1).alias("lost"))
    .with_columns(
        (pl.col("lost") / pl.col("before") * 100).round(1).alias("lost_pct"),
        recovered=pl.col("index_2015") >= 100,
    )
    .sort("lost_pct", descending=True)
)
lows.write_csv("recession_jobs.csv")

worst = lows.row(0, named=True)
print(
    f"{worst['industry'].capitalize()} lost most: {worst['lost_pct']} % of its jobs by {worst['low_month'].strftime('%B %Y')}."
)
print("Not back by the end of 2015:", ", ".join(lows.filter(~pl.col("recovered"))["industry"]))

plt.figure(figsize=(10, 5.5))
for name in lows["industry"]:
    line = indexed.filter(pl.col("industry") == name)
    plt.plot(line["month"], line["index"], label=name, linewidth=1.8)
plt.axhline(100, color="black", linewidth=0.8)
plt.axvspan(date(2007, 12, 1), date(2009, 6, 1), color="gray", alpha=0.15)
plt.text(date(2008, 1, 1), 118, "recession", fontsize=9)
plt.title("Jobs by industry, December 2007 = 100")
plt.ylabel("index")
plt.ylim(62, 122)
plt.legend(loc="lower left", ncol=2, fontsize=8)
plt.grid(alpha=0.3)
plt.tight_layout()
plt.savefig("recession_jobs.png", dpi=120)

lows
