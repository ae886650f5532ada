# Keeps the rows of a table that meet every condition. `table` has its cells as the text that they are, and is what is
# written; `typed` has the same rows with their types, and is what numbers and dates are compared in. The calls that
# read both stand before this.
import json
from datetime import date, timedelta

import polars as pl

meets = pl.repeat(True, table.height, eager=True)
for kept in params["conditions"]:
    column, condition = kept["column"], kept["condition"]
    if column not in table.columns:
        raise ValueError(f"The file no longer has a column {column}. Change or remove the filter on it.")
    if condition["type"] == "values":
        values = [value for value in condition["values"] if value is not None]
        met = table[column].is_in(values)
        if None in condition["values"]:
            met |= table[column].is_null()
        meets &= met.fill_null(False)
        continue
    value = typed[column]
    if condition["type"] == "range":
        start, end = condition.get("min"), condition.get("max")
    else:
        value = value.cast(pl.Date)
        start, end = (condition.get(side) and date.fromisoformat(condition[side]) for side in ("from", "to"))
    if condition["type"] == "last_days":
        # Counted from the data's last day, so that old data has a last month as well.
        last = value.max()
        if last is not None:
            meets &= (value > last - timedelta(days=condition["days"])).fill_null(False)
        continue
    if start is not None:
        meets &= (value >= start).fill_null(False)
    if end is not None:
        meets &= (value <= end).fill_null(False)

table = table.filter(meets)
table.write_csv(
    "/out/table.csv",
    separator=params["delimiter"],
    quote_char=params["quote"] or '"',
    include_header=params["header"],
)
print(json.dumps({"rows": table.height}))
