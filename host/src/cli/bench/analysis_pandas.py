import pandas as pd

df = pd.read_csv("big.csv")
print("read", len(df), flush=True)
out = df.groupby("region")["amount"].agg(["mean", "sum", "size"])
print("group", len(out), flush=True)
out = df.groupby("product").agg({"amount": ["median", "std"], "customer": "nunique"})
print("group wide", len(out), flush=True)
out = df.sort_values(["customer", "amount"])
print("sort", len(out), flush=True)
products = pd.DataFrame({"product": [f"product-{i}" for i in range(500)], "price": [i * 0.5 for i in range(500)]})
out = df.merge(products, on="product", how="inner")
print("join", len(out), flush=True)
out = df[df["product"].str.contains("-4[0-9]$", regex=True)]
print("regex", len(out), flush=True)
