# --- what divides the table ---------------------------------------------------------------------


def split(text, delimiter, quote):
    """The first records of a text, each a list of its fields; an empty line is a record of one empty field."""
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
            records.append(fields)
            fields = []
            if len(records) > HEAD_RECORDS:
                return records
    if records and records[-1] == [""]:
        # What follows the last newline.
        records.pop()
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


def told_delimiter(text):
    """The delimiter of a first line such as Excel's `sep=;`, or None."""
    match = re.match(r'"?sep=([;,|\t])"?\r?\n', text, re.IGNORECASE)
    return match[1] if match else None


def comment_sign(text):
    """What begins lines of comment before the header, or None."""
    lines = [line for line in text.split("\n")[:HEAD_RECORDS] if line.strip()]
    for sign in ("#", "//"):
        leading = 0
        while leading < len(lines) and lines[leading].startswith(sign):
            leading += 1
        rest = lines[leading:]
        if not leading or not rest:
            continue
        # A header may begin with the sign as well: then it has as many fields as the rows.
        header = leading == 1 and any(
            lines[0].count(delimiter) and lines[0].count(delimiter) == rest[0].count(delimiter) for delimiter in ",;\t|")
        if not header:
            return sign
    return None


def dialect(text, whole, quotes, tabs):
    """The delimiter, the quote and the first records."""
    quote = None if not quotes else "'" if single_quotes(text) else '"'
    comment = comment_sign(text)
    told = told_delimiter(text)
    best = None
    # Where two fit as well, the one comes first that is rarer in numbers and prose.
    for order, delimiter in enumerate("\t;|,"):
        if told and delimiter != told:
            continue
        records = split(text, delimiter, quote)
        if not whole and len(records) > 1:
            records.pop()
        counted = [record for record in records if record != [""] and not (comment and record[0].startswith(comment))]
        counts = [len(record) for record in counted[1 if told else 0:]]
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
        return told or ",", quote, split(text, told or ",", quote), comment
    if not told and is_one_column(best[2], quote, best[1]):
        return ",", quote, split(text, ",", quote), comment
    return best[1], quote, best[2], comment


def is_one_column(records, quote, delimiter):
    """Whether a sign that stands in all rows but not in the header is a part of the values."""
    records = [record for record in records if record != [""]]
    if len(records[0]) != 1 or len(records) < 3 or delimiter == ",":
        return False
    return not any(is_value(unquoted(cell, quote)) for record in records[1:] for cell in record)


# --- the header ---------------------------------------------------------------------------------


def is_value(text):
    """Whether a cell is rather a value than a name."""
    text = text.strip()
    digits = sum(c.isdigit() for c in text)
    try:
        float(text)
        return digits > 0
    except ValueError:
        return digits >= 4 and all(c.isdigit() or c in "-/.,: TZ" for c in text) or is_written_number(text)


def is_written_number(text):
    """Whether a cell is a number with signs and units."""
    return text[:1] in "$€£(-+0123456789" and any(c.isdigit() for c in text) and Numbers().add(text)


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
