# Runs a script once more and writes down all rows of one table that it displays: a JSON array of cells a line, spelt as
# a displayed table's, without what shortens those.
import base64
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


def text(value):
    kind = type(value)
    if value is None:
        return "null"
    if kind is str:
        return encode_basestring(value.encode("utf-8", "replace").decode())
    if (kind is float and math.isfinite(value)) or (kind is int and abs(value) <= tables._EXACT):
        return repr(value)
    return json.dumps(cell_of(value), ensure_ascii=False)


def write(shorten, frame, rows):
    shortening = ("TABLE_COLUMNS", "CELL_CHARACTERS", "cut", "_rows")
    before = {name: getattr(tables, name) for name in shortening}
    tables.TABLE_COLUMNS = tables.CELL_CHARACTERS = sys.maxsize
    tables.cut = lambda text, limit=0: text
    try:
        with open(FILE, "w", encoding="utf-8", newline="\n") as file:

            def write_rows(columns):
                cells = [list(map(text, column)) for column in columns]
                file.writelines(f"[{','.join(row)}]\n" for row in zip(*cells))

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
