import polars as pl

df = pl.read_csv("big.csv")
print("read", df.height, flush=True)
out = df.group_by("region").agg(pl.col("amount").mean().alias("mean"), pl.col("amount").sum().alias("sum"), pl.len())
print("group", out.height, flush=True)
out = df.group_by("product").agg(
    pl.col("amount").median().alias("median"), pl.col("amount").std().alias("std"), pl.col("customer").n_unique()
)
print("group wide", out.height, flush=True)
out = df.sort("customer", "amount")
print("sort", out.height, flush=True)
products = pl.DataFrame({"product": [f"product-{i}" for i in range(500)], "price": [i * 0.5 for i in range(500)]})
out = df.join(products, on="product", how="inner")
print("join", out.height, flush=True)
out = df.filter(pl.col("product").str.contains("-4[0-9]$"))
print("regex", out.height, flush=True)
