# Runs a script once more and writes down all rows of one table that it displays: a JSON array of cells a line, spelt as
# a displayed table's, without what shortens those.
import base64
import datetime
import itertools
import json
import math
import sys
from json.encoder import encode_basestring

from _glovebox import run, tables

SCRIPT = base64.b64decode("{SCRIPT}").decode()
NUMBER = {NUMBER}
FILE = "/out/{FILE}"
BATCH_ROWS = 10_000

numbers = itertools.count()
cell_of = tables._cell
encode = json.JSONEncoder(ensure_ascii=False).encode


def text(value):
    """A cell as JSON."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is str:
        return encode_basestring(value)
    if kind is bool:
        return "true" if value else "false"
    if (kind is float and math.isfinite(value)) or (kind is int and abs(value) <= tables._EXACT):
        return repr(value)
    if kind is datetime.date:
        return f'"{value.isoformat()}"'
    return encode(cell_of(value))


def texts(column):
    """The same for all cells of a column, at once where they are of one plain type."""
    column = list(column)
    kinds = set(map(type, column))
    if kinds == {str}:
        return map(encode_basestring, column)
    if kinds == {float} and all(map(math.isfinite, column)):
        return map(repr, column)
    if kinds == {int} and -tables._EXACT <= min(column) and max(column) <= tables._EXACT:
        return map(repr, column)
    return map(text, column)


def write(shorten, frame, rows):
    shortening = ("TABLE_COLUMNS", "CELL_CHARACTERS", "cut", "_rows")
    before = {name: getattr(tables, name) for name in shortening}
    tables.TABLE_COLUMNS = tables.CELL_CHARACTERS = sys.maxsize
    tables.cut = lambda text, limit=0: text
    try:
        with open(FILE, "w", encoding="utf-8", errors="replace", newline="\n") as file:

            def write_rows(columns):
                rows = zip(*map(texts, columns))
                file.writelines([f"[{','.join(row)}]\n" for row in rows])

            tables._rows = write_rows
            for start in range(0, len(frame), BATCH_ROWS):
                shorten(rows(frame, start), BATCH_ROWS)
    finally:
        for name, value in before.items():
            setattr(tables, name, value)


def watch(shorten, rows):
    def watched(frame, limit):
        if next(numbers) == NUMBER:
            write(shorten, frame, rows)
        return shorten(frame, limit)

    return watched


tables._polars = watch(tables._polars, lambda frame, start: frame.slice(start, BATCH_ROWS))
tables._pandas = watch(tables._pandas, lambda frame, start: frame.iloc[start : start + BATCH_ROWS])
# As in a notebook, a closing semicolon keeps the value from being shown.
run._keeps_value = not SCRIPT.rstrip().endswith(";")
_, raised = run.execute(run.compile_script(SCRIPT, sys.argv[0]), SCRIPT, sys.argv[0])
# What went wrong later was so in the first run as well.
if raised is not None and next(numbers) <= NUMBER:
    raise RuntimeError(f"the script raised: {raised}")
