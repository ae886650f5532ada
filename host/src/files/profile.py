"""Finds out what is in a table: what divides it, whether it has a header, and each column's type and figures.

Reads the input `table`, UTF-8 without a byte order mark, and writes `profile.json`. Runs in the sandbox, over bytes
that nobody has looked at; params:

    exact_bytes  of a larger table, the figures are of the first rows alone
    quotes       False where a quote has turned out to be text like any other
    tabs         the file's name says that tabs divide it
"""

import json
import math

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

DATES = ["%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%y",
         "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y"]
TIMES = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%dT%H:%M:%S%.f%#z",
         "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M",
         "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S",
         "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%y %H:%M", "%d/%m/%y %H:%M"]


class NotATable(Exception):
    """Says why."""


# --- what divides the table ---------------------------------------------------------------------


def split(text, delimiter, quote):
    """The first records of a text, each a list of its fields. The last may be cut off and is left out."""
    records, fields, field, inside = [], [], [], False
    for piece in text.split("\n"):
        parts = piece.rstrip("\r").split(delimiter)
        for at, part in enumerate(parts):
            if inside:
                field.append(("\n" if at == 0 else delimiter) + part)
                inside ^= part.count(quote) % 2 == 1
            else:
                field = [part]
                inside = quote is not None and part[:1] == quote and part.count(quote) % 2 == 1
            if not inside:
                fields.append("".join(field))
        if not inside:
            if fields != [""]:
                records.append(fields)
            fields = []
            if len(records) > HEAD_RECORDS:
                break
    return records


def unquoted(field, quote):
    if quote and len(field) > 1 and field[0] == quote and field[-1] == quote:
        return field[1:-1].replace(quote * 2, quote)
    return field


def single_quotes(text):
    """Whether every apostrophe opens or closes a field."""
    if '"' in text or "'" not in text:
        return False
    text = "\n" + text.replace("\r\n", "\n").replace("''", "")
    opening = sum(text.count(before + "'") for before in "\n,;\t|")
    closing = sum(text.count("'" + after) for after in "\n,;\t|")
    return opening + closing == text.count("'") and abs(opening - closing) <= 1


def dialect(text, whole, quotes, tabs):
    """The delimiter, the quote and the first records."""
    quote = None if not quotes else "'" if single_quotes(text) else '"'
    best = None
    # Where two fit as well, the one comes first that is rarer in numbers and prose.
    for order, delimiter in enumerate("\t;|,"):
        records = split(text, delimiter, quote)
        if not whole and len(records) > 1:
            records.pop()
        counts = [len(record) for record in records]
        if not counts:
            continue
        width = max(set(counts), key=lambda count: (counts.count(count), count))
        share = counts.count(width) / len(counts)
        if width == 1 or share < 0.5:
            continue
        score = (counts[0] == width, share, delimiter == "\t" and tabs, -order)
        if best is None or score > best[0]:
            best = (score, delimiter, records)
    if best is None:
        # One column, or no table: polars will tell.
        return ",", quote, split(text, ",", quote)
    return best[1], quote, best[2]


# --- the header ---------------------------------------------------------------------------------


def is_value(text):
    """Whether a cell is rather a value than a name."""
    text = text.strip()
    digits = sum(c.isdigit() for c in text)
    try:
        float(text)
        return digits > 0
    except ValueError:
        return digits >= 4 and all(c.isdigit() or c in "-/.,: TZ" for c in text)


def is_year(text):
    return text.strip().isdigit() and 1800 <= int(text) <= 2200


def has_header(records, quote):
    first, body = [unquoted(cell, quote) for cell in records[0]], records[1:]
    if not body:
        return not any(is_value(cell) for cell in first)
    vote = 0
    for at, name in enumerate(first):
        cells = [unquoted(record[at], quote) for record in body if at < len(record)]
        cells = [cell for cell in cells if cell != ""]
        values = sum(is_value(cell) for cell in cells)
        if not cells or values < len(cells) * 0.8:
            vote -= is_value(name) and not is_year(name)
        elif not is_value(name):
            # An empty name over numbers is an index without a name; an empty cell is nothing.
            vote += name.strip() != ""
        elif not is_year(name):
            vote -= 1
    named = [name for name in first if name.strip()]
    if vote == 0 and len(set(named)) < len(named):
        return False
    if vote == 0 and named and all(is_value(name) for name in named):
        return False
    return vote >= 0


# --- a column -----------------------------------------------------------------------------------


def cut(text):
    return text if len(text) <= TEXT_MAX else text[: TEXT_MAX - 1] + "…"


def figure(value):
    """A number that JSON can hold, in the digits that do not depend on the order of additions."""
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else float(f"{value:.12g}")


def fits(values, parse):
    """All values parsed, or None where one does not fit. `values` has no nulls."""
    if parse(values.head(PROBE_ROWS)).null_count():
        return None
    parsed = parse(values)
    return None if parsed.null_count() else parsed


def typed(values):
    """The type, its format where it has one, and the values in it."""
    number = fits(values, lambda s: s.cast(pl.Int64, strict=False))
    if number is not None:
        return "integer", None, number
    number = fits(values, lambda s: s.cast(pl.Float64, strict=False))
    if number is not None:
        return "number", None, number
    words = values.head(PROBE_ROWS).unique()
    if len(words) <= 6 and set(words.str.to_lowercase().to_list()) <= {"true", "false"}:
        truth = values.str.to_lowercase()
        if truth.is_in(["true", "false"]).all():
            return "boolean", None, truth
    first = values[0]
    if 6 <= len(first) <= 40 and any(c.isdigit() for c in first):
        for kind, formats in (("date", DATES), ("datetime", TIMES)):
            for form in formats:
                parse = (lambda s: s.str.to_date(form, strict=False)) if kind == "date" else (
                    lambda s: s.str.to_datetime(form, strict=False, time_unit="us"))
                times = fits(values, parse)
                if times is not None:
                    return kind, form, times
    return "text", None, values


def moment(value):
    text = value.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def column(values):
    """What is told of one column of text."""
    nulls = values.null_count()
    told = {"name": values.name[:NAME_MAX], "type": "empty", "nulls": nulls, "distinct": 0, "top": [], "samples": []}
    # By a plain name: polars takes a name such as "*" or "^x$" for a pattern.
    values = values.alias("value").drop_nulls()
    if not len(values):
        return told
    counts = values.value_counts(name="count")
    told["distinct"] = counts.height
    if counts.height < len(values):
        # Equal counts stand in the order of their values, so that the answer does not depend on hashes.
        least = counts["count"].top_k(TOP_MAX).min()
        top = counts.filter(pl.col("count") >= least).sort(["count", "value"], descending=[True, False]).head(TOP_MAX)
        told["top"] = [{"value": cut(value), "count": count} for value, count in top.rows()]
    told["samples"] = [cut(value) for value in values.head(PROBE_ROWS).unique(maintain_order=True).head(SAMPLES_MAX).to_list()]
    # Each distinct value is parsed once.
    told["type"], form, parsed = typed(counts["value"])
    if form:
        told["format"] = form
    if told["type"] in ("integer", "number"):
        parsed = values.cast(parsed.dtype)
        if told["type"] == "number":
            parsed = parsed.filter(parsed.is_finite())
        if len(parsed):
            told["min"], told["max"] = figure(parsed.min()), figure(parsed.max())
            told["mean"], told["std"] = figure(parsed.mean()), figure(parsed.std())
            parsed = parsed.sort()
            told["quantiles"] = {
                f"p{share}": figure(parsed.quantile(share / 100, interpolation="linear")) for share in (5, 25, 50, 75, 95)
            }
    elif told["type"] in ("date", "datetime"):
        told["min"], told["max"] = moment(parsed.min()), moment(parsed.max())
    elif told["type"] == "text":
        told["min"], told["max"] = cut(values.min()), cut(values.max())
        lengths = values.str.len_chars()
        told["lengths"] = {"min": lengths.min(), "max": lengths.max(), "mean": figure(lengths.mean())}
    return told


# --- the table ----------------------------------------------------------------------------------


def read(source, delimiter, quote, header, rows=None):
    return pl.read_csv(source, separator=delimiter, quote_char=quote, has_header=header, infer_schema=False, n_rows=rows)


def first_rows(file, head, size, limit, quote):
    """The table's first rows, about as many bytes as `limit`, and whether that is all."""
    if size <= limit:
        return head + file.read(), True
    rows = head + file.read(limit - len(head))
    end = rows.rfind(b"\n")
    while quote is not None and end > 0 and rows.count(quote.encode(), 0, end) % 2:
        # That newline is inside quotes.
        end = rows.rfind(b"\n", 0, rows.rfind(quote.encode(), 0, end))
    return rows[: end + 1] or rows, False


def profile():
    with open("table", "rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(HEAD_BYTES)
        text = head.decode("utf-8", "ignore")
        delimiter, quote, records = dialect(text, size <= HEAD_BYTES, params["quotes"], params["tabs"])
        if not records:
            raise NotATable("There is no first row: the text begins with a quote that is not closed.")
        header = has_header(records, quote)
        width = len(records[0])
        if width > COLUMNS_MAX:
            raise NotATable(f"The table has {width} columns; up to {COLUMNS_MAX} can be read.")
        limit = int(min(params["exact_bytes"], CELLS_MAX * cell_bytes(records)))
        rows, whole = first_rows(file, head, size, max(limit, HEAD_BYTES), quote)
    told = {"delimiter": delimiter, "quote": quote, "header": header, "column_count": width, "sampled": not whole}
    try:
        frame = read(rows, delimiter, quote, header)
    except pl.exceptions.PolarsError as error:
        if "more fields" in str(error):
            # Which line it is, the host finds out by the dialect.
            return told | {"ragged": True, "rows": 0, "columns": []}
        if quote is not None:
            raise BadQuotes from error
        raise NotATable("The text is not a table: " + cut(str(error).split("\n")[0])) from error
    del rows
    told["rows"] = frame.height
    told["columns"] = [column(values) for values in frame.get_columns()]
    told["column_count"] = frame.width
    return told


def cell_bytes(records):
    """About how many bytes a cell has, with what follows it."""
    return 1 + sum(len(field) for record in records for field in record) / sum(len(record) for record in records)


class BadQuotes(Exception):
    """Quotes do not close as they should; they may be text."""


def main():
    try:
        try:
            told = {"table": profile()}
        except BadQuotes:
            params["quotes"] = False
            told = {"table": profile()}
    except NotATable as reason:
        told = {"problem": str(reason)}
    with open("profile.json", "w", encoding="utf-8") as file:
        json.dump(told, file)


main()
