rows = df.height
spare = rows - df.unique().height
print(f"spare: {spare:,}")
found = [("the same as another row", "(all)", spare)] if spare else []
for name in df.columns:
    values = df[name]
    empty = values.null_count()
    if empty == rows:
        print(f"empty: {name!r} {empty:,}")
        found.append(("no value at all", name, empty))
        continue
    if empty:
        print(f"missing: {name!r} {empty:,}")
        found.append(("missing", name, empty))
    if values.drop_nulls().n_unique() == 1 and rows > 1:
        print(f"constant: {name!r} {rows - empty:,}")
        found.append(("one value only", name, rows - empty))
    if values.dtype == pl.String:
        known = values.drop_nulls()
        blank = (known != known.str.strip_chars()).sum()
        if blank:
            print(f"blanks: {name!r} {blank:,}")
            found.append(("blanks around the value", name, blank))
        # One word written in several ways, of which the rarer ones are likely slips.
        plain = pl.DataFrame({"as": known, "low": known.str.strip_chars().str.to_lowercase()})
        ways = plain.group_by("low").agg(pl.col("as").n_unique().alias("ways"), pl.len().alias("rows")).filter(pl.col("ways") > 1)
        if ways.height and known.n_unique() < 0.5 * len(known):
            print(f"variants: {name!r} {ways.height:,}")
            found.append(("written in several ways", name, int(ways["rows"].sum())))
result = pl.DataFrame(found, schema={"what": pl.String, "column": pl.String, "rows": pl.Int64}, orient="row").sort("rows", descending=True)
