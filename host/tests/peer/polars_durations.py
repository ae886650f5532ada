"""Lengths of time as text, good and bad."""

import polars as pl
from datetime import date, datetime
d = pl.DataFrame({"d": [date(2024, 1, 1), date(2024, 2, 1)], "v": [1, 2]})
def t(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, str(e).split("\n")[0])
for u in ["1month", "mo", "abc", "1d2", "-1d", "1.5h", "2w"]:
    if u in ("2w", "-1d"):
        t(lambda: d.with_columns(pl.col("d").dt.truncate(u))["d"].to_list())
    t(lambda: d.with_columns(pl.col("d").dt.offset_by(u))["d"].to_list())
    t(lambda: d.with_columns(pl.col("d").dt.round(u))["d"].to_list())
    t(lambda: d.group_by_dynamic("d", every=u).agg(pl.len()).height)
    t(lambda: d.rolling("d", period=u).agg(pl.len()).height)
    t(lambda: pl.date_range(date(2024, 1, 1), date(2024, 3, 1), u, eager=True).len())
    t(lambda: d.upsample("d", every=u).height)
    t(lambda: d.with_columns(pl.col("v").rolling_mean_by("d", u)).height)
e = d.with_columns(every=pl.Series(["1mo", "1y"]), off=pl.Series(["3d", None]))
t(lambda: e.with_columns(pl.col("d").dt.truncate(pl.col("every")), o=pl.col("d").dt.offset_by("off" if False else pl.col("off"))))
t(lambda: d.upsample("d", every="1w"))
t(lambda: d.upsample("d", every="1mo", maintain_order=True))
g = pl.DataFrame({"k": ["a", "a", "b", "b"], "ts": [datetime(2024, 1, 1, h) for h in (0, 3, 1, 2)], "v": [1, 2, 3, 4]})
t(lambda: g.upsample("ts", every="1h", group_by="k", maintain_order=True))
t(lambda: g.upsample("ts", every="1h", group_by="k", maintain_order=True).with_columns(pl.col("k").forward_fill(), pl.col("v").interpolate()))
t(lambda: g.sort("v", descending=True).upsample("ts", every="1h"))
t(lambda: pl.DataFrame({"i": [1, 4], "v": [1, 2]}).upsample("i", every="1i"))
t(lambda: d.filter("v > 1"))
t(lambda: d.lazy().filter("v > 1"))
t(lambda: d.with_columns(x=pl.col("v") > 1).filter("x"))
t(lambda: d[["v", "nope"]])
t(lambda: d["v", "nope"])
t(lambda: d[["v", "d"]])
t(lambda: d["v"].item())
l = pl.DataFrame({"id": [1, 2], "tags": [["a", "b"], []], "v": [1.5, 2.5]})
t(lambda: [type(x).__name__ for x in l["tags"]])
t(lambda: (l["tags"][0].to_list(), l[0, "tags"].len(), l.item(1, "tags").to_list(), l["tags"].to_list(), l.row(0), l.rows_by_key("id"), l.rows_by_key("id", unique=True)))
t(lambda: l.select("id", "v").rows_by_key("id"))
t(lambda: [len(x) for x in l["tags"]])
t(lambda: l["tags"].map_elements(lambda s: s.len(), return_dtype=pl.Int64).to_list())
t(lambda: l.with_columns(pl.col("tags").map_elements(lambda s: "-".join(s), return_dtype=pl.String)))
