# Keeps the rows of a table that meet every condition. Cells stay the text that they are.
import json

import polars as pl

table = pl.read_csv(
    "/data/table.csv",
    separator=params["delimiter"],
    quote_char=params["quote"],
    has_header=params["header"],
    infer_schema=False,
)


def day(column):
    return pl.coalesce(
        pl.col(column).str.to_datetime(params["formats"].get(column), strict=False).dt.date(),
        pl.col(column).str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False),
    )


def number(column):
    return pl.col(column).str.strip_chars().str.replace_all(",", "").cast(pl.Float64, strict=False)


for kept in params["conditions"]:
    column, condition = kept["column"], kept["condition"]
    if column not in table.columns:
        raise ValueError(f"The file has no column {column} any more. Change or remove the filter on it.")
    if condition["type"] == "values":
        values = [value for value in condition["values"] if value is not None]
        meets = pl.col(column).is_in(values)
        if None in condition["values"]:
            meets = meets | pl.col(column).is_null()
        table = table.filter(meets.fill_null(False))
    elif condition["type"] == "range":
        value = number(column)
        if condition.get("min") is not None:
            table = table.filter(value >= condition["min"])
        if condition.get("max") is not None:
            table = table.filter(value <= condition["max"])
    else:
        value = day(column)
        start, end = condition.get("from"), condition.get("to")
        if condition["type"] == "last_days":
            # Counted from the data's last day, so that old data has a last month as well.
            last = table.select(value.max()).item()
            if last is not None:
                table = table.filter(value > pl.lit(last) - pl.duration(days=condition["days"]))
        else:
            if start is not None:
                table = table.filter(value >= pl.lit(start).str.to_date())
            if end is not None:
                table = table.filter(value <= pl.lit(end).str.to_date())

table.write_csv(
    "/out/table.csv",
    separator=params["delimiter"],
    quote_char=params["quote"] or '"',
    include_header=params["header"],
)
print(json.dumps({"rows": table.height}))
