# Reads a tile's table, all cells as the text that they are, and shows a row of label, value and firing for everything
# that the condition watches. A value is null where there is nothing to look at.
import math

import polars as pl

table = pl.read_csv("/data/table.csv", infer_schema=False)
condition, earlier = params["condition"], params["earlier"]
kind, by, column = condition["type"], condition.get("label_column"), condition.get("value_column")
if params["number"]:
    table = table.head(1)
for name in (by, column):
    if name is not None and name not in table.columns:
        raise ValueError(f"The tile's table no longer has a column {name}. Change the alert or the tile.")


def number(text):
    if text is None or text.strip() == "":
        return None
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"The column {column} has {text[:50]!r}, which is not a number.") from None
    return value if math.isfinite(value) else None


def fires(label, value):
    if value is None:
        return False
    if kind == "threshold":
        limit = condition["limit"]
        return {
            "above": value > limit,
            "at_least": value >= limit,
            "below": value < limit,
            "at_most": value <= limit,
        }[condition["is"]]
    before = earlier.get(label)
    if before is None:
        return False
    change = value - before
    if condition["unit"] == "percent":
        # Whatever leaves zero has changed by more than any percentage.
        change = change / abs(before) * 100 if before else math.copysign(math.inf, change) if change else 0.0
    if condition["direction"] == "up":
        return change >= condition["by"]
    if condition["direction"] == "down":
        return -change >= condition["by"]
    return abs(change) >= condition["by"]


if kind == "no_data":
    rows = [("", float(table.height), table.height == 0)]
elif kind == "any_row" and by is None:
    rows = [("", float(table.height), table.height > 0)]
elif kind == "any_row":
    counts = table.group_by(pl.col(by).fill_null(""), maintain_order=True).len()
    rows = [(label, float(count), True) for label, count in counts.iter_rows()]
else:
    if column is None:
        column = table.columns[0] if len(table.columns) == 1 else None
    if column is None:
        raise ValueError("The tile's table has several columns. Choose the one with the numbers.")
    if by is None and table.height > 1:
        raise ValueError(f"The tile's table has {table.height} rows. Choose the column that names them.")
    labels = table[by].fill_null("").to_list() if by is not None else [""] * table.height
    seen = set()
    for label in labels:
        if label in seen:
            raise ValueError(f"The column {by} has {label[:50]!r} in several rows. Choose one that names each row once.")
        seen.add(label)
    rows = [(label, value, fires(label, value)) for label, value in zip(labels, map(number, table[column]))]

if len(rows) > params["labels_max"]:
    raise ValueError(f"There are {len(rows)} labels to watch; the limit is {params['labels_max']}. Filter the tile.")
for label, _, _ in rows:
    if len(label) > params["label_max_chars"]:
        raise ValueError(f"The label {label[:50]!r}… is longer than {params['label_max_chars']} characters.")
display(
    pl.DataFrame(rows, schema={"label": pl.String, "value": pl.Float64, "firing": pl.Boolean}, orient="row")
)
