"""Finds out what is in a table: what divides it, which lines are data, and each column's type and figures.

Reads the input `table`, UTF-8 without a byte order mark, and writes `profile.json`. Runs in the sandbox, over bytes
that nobody has looked at. It decides for the table as a whole, and where something else would fit as well it says so in
`notes`. It also writes the call that reads the table with these types, and tries it. Params:

    exact_bytes  of a larger table, the figures are of the first rows alone
    quotes       False where a quote has turned out to be text like any other
    tabs         the file's name says that tabs divide it
    settings     what a person has set: skip_rows, header, decimal, date_order, totals, columns
"""

import json
import math
import re

import polars as pl

HEAD_BYTES = 64 << 10
"""What the dialect is told from."""

HEAD_RECORDS = 200
"""Records of it."""

CELLS_MAX = 30_000_000
"""Cells whose figures are computed; each costs memory."""

COLUMNS_MAX = 5_000
PROBE_ROWS = 1_000
"""Rows on which a type is tried before the whole column is."""

TOP_MAX = 10
SAMPLES_MAX = 5
TEXT_MAX = 100
NAME_MAX = 500
NOTES_MAX = 100


class NotATable(Exception):
    """Says why."""


class BadQuotes(Exception):
    """Quotes do not close as they should; they may be text."""


class Ragged(Exception):
    """A row has more fields than the table has columns."""
