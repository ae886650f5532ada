"""Joins of every kind, concatenation, and updates."""

from datetime import datetime

import polars as pl

left = pl.DataFrame({"k": [1, 2, 2, 3, None], "a": ["a", "b", "c", "d", "e"]})
right = pl.DataFrame({"k": [2, 3, 4, None], "b": [20, 30, 40, 0], "a": ["x", "y", "z", "w"]})
for how in ("inner", "left", "right", "full", "semi", "anti"):
    print(how, left.join(right, on="k", how=how, maintain_order="left_right" if how in ("inner", "left", "full") else None).sort(pl.all(), nulls_last=True))
print(left.join(right, on="k", how="full", coalesce=True).sort("k", "a", nulls_last=True))
print(left.join(right, on="k", suffix="_other", nulls_equal=True, how="left"))
print(left.join(right, left_on="k", right_on="k", how="left", coalesce=False).columns)
print(left.head(2).join(right.head(2), how="cross"))
print(left.join(right.rename({"k": "key"}), left_on="k", right_on="key").sort("a"))
print(left.join(right, left_on=pl.col("k") * 2, right_on="k", how="inner").sort("a"))
print(left.join(right, on=["k", "a"], how="left").height)
print(left.join(right.select("k", "b"), on="k", how="left", validate="m:1")["b"].to_list())
trades = pl.DataFrame({"t": [datetime(2024, 1, 1, 9, minute) for minute in (0, 5, 12)], "s": ["A", "B", "A"], "q": [1, 2, 3]})
quotes = pl.DataFrame({"t": [datetime(2024, 1, 1, 9, minute) for minute in (1, 4, 10)], "s": ["A", "B", "A"], "p": [1.0, 2.0, 3.0]})
print(trades.join_asof(quotes, on="t"))
print(trades.join_asof(quotes, on="t", strategy="forward"), trades.join_asof(quotes, on="t", by="s", tolerance="3m"))
print(trades.join_asof(quotes, on="t", strategy="nearest").select("p"))
print(left.join_where(right, pl.col("k") < pl.col("k_right")).sort("k", "k_right", "a"))
a, b = pl.DataFrame({"x": [1, 2], "y": ["p", "q"]}), pl.DataFrame({"x": [3], "y": ["r"]})
print(pl.concat([a, b]), pl.concat([a, pl.DataFrame({"x": [1.5], "y": ["z"]})], how="vertical_relaxed"))
print(pl.concat([a, pl.DataFrame({"x": [9], "z": [True]})], how="diagonal"), pl.concat([a, pl.DataFrame({"w": [0, 1]})], how="horizontal"))
print(pl.concat([a, pl.DataFrame({"x": [2, 3], "v": [5, 6]})], how="align"))
print(pl.concat([pl.Series("s", [1]), pl.Series("t", [2, 3])]), pl.concat([a.lazy(), b.lazy()]).collect().height)
print(a.vstack(b), a.hstack([pl.Series("n", [7, 8])]), a.clone().extend(b).height)
print(a.update(pl.DataFrame({"x": [None, 20]})), left.update(right.select("k", "a"), on="k").sort("a"))
print(a.lazy().join(b.lazy(), on="x", how="anti").collect())
print(pl.DataFrame({"t": [1, 3]}).merge_sorted(pl.DataFrame({"t": [2, 4]}), key="t")["t"].to_list())
print(a.join(b, on="x").is_empty(), a.equals(a.clone()), a.equals(b))
