# --- lines that are no data ---------------------------------------------------------------------

PREAMBLE_MAX = 30
"""Records that may stand before the header."""

LEFT_OUT_MAX = 2_000
"""Rows that are left out one by one; beyond, they stay and that is told."""

TOTAL = (r"(?i)^\s*(?:(?:grand\s*|sub\s*-?\s*|sous-)?(?:total|totals|totale|totaal|totalt|totaux|sum|summe|gesamt\w*|insgesamt|zwischensumme|"
         r"endsumme|suma|razem|итого|всего|合計|小計|总计|average|avg\.?|mean|durchschnitt|mittelwert)\b|.*\b(?:total|summe)\s*:?\s*$)")
AVERAGE = r"(?i)^\s*(?:average|avg|mean|durchschnitt|mittelwert)\b"
FOOTER = (r"(?i)^\s*(?:source|sources|quelle|note|notes|notiz|hinweis|generated|exported|printed|created|report|page|seite|©|\*|stand|"
          r"copyright|end of|ende|erstellt|data as of|as of|last updated)\b|^\s*[*©]")


class Layout:
    """Which lines of a file are the table."""

    def __init__(self):
        self.skip = 0  # records before the header
        self.header = True
        self.after = 0  # records after the header that are no data
        self.names = None  # of columns, where two rows name them
        self.units = {}
        self.comment = None
        self.extra = 0  # fields at the end of each row that are always empty
        self.truncate = False  # the header has not these fields
        self.blank = False  # empty rows are left out
        self.left_out = []  # rows beside these, by their place among those that are not empty
        self.notes = []

    def note(self, text, **fix):
        self.notes.append({"text": text, "fix": fix or None})


def filled(record, quote):
    """How many fields a record has up to its last that holds something."""
    for at in range(len(record), 0, -1):
        if unquoted(record[at - 1], quote).strip():
            return at
    return 0


def is_names(record, quote, width):
    """Whether a record can name `width` columns."""
    cells = [unquoted(cell, quote).strip() for cell in record[:width]]
    return len(cells) >= width and all(cells) and len(set(cells)) == len(cells) and not any(
        is_value(cell) and not is_year(cell) for cell in cells)


def lay_out(records, quote, comment, told, settings):
    """Where the table begins, from its first records."""
    layout = Layout()
    layout.comment = comment
    places = [at for at, record in enumerate(records) if filled(record, quote) and not (comment and record[0].startswith(comment))]
    if told and places:
        places.pop(0)
    if not places:
        return layout, places
    fills = [filled(records[at], quote) for at in places]
    body = fills[len(fills) // 3:] or fills
    width = max(set(body), key=lambda count: (body.count(count), count))
    if settings.get("skip_rows") is not None:
        places = [at for at in places if at >= settings["skip_rows"]] or places[-1:]
        layout.skip = settings["skip_rows"]
    else:
        begin = preamble(records, quote, places, fills, width)
        if begin:
            shown = cut(", ".join(cell for cell in (unquoted(cell, quote).strip() for cell in records[places[0]]) if cell), 40)
            layout.note(f"{begin} {'line' if begin == 1 else 'lines'} before the header ({json.dumps(shown, ensure_ascii=False)}"
                        f"{', …' if begin > 1 else ''}): left out", skip_rows=0)
            places = places[begin:]
        before = [record for record in records[:places[0]] if not (comment and record[0].startswith(comment))]
        if begin or told or any(record != [""] for record in before):
            layout.skip = places[0] - sum(1 for record in records[:places[0]] if comment and record[0].startswith(comment))
    rows = [records[at] for at in places]
    layout.header = has_header(rows, quote) if settings.get("header") is None else settings["header"]
    if layout.header and len(rows) > 2:
        second_row(layout, rows, quote, settings)
    return layout, places


def preamble(records, quote, places, fills, width):
    """How many records stand before the header."""
    if width < 2:
        return 0
    for at in range(1, min(len(places) - 1, PREAMBLE_MAX)):
        before = fills[:at]
        narrow = all(count < width and (count <= 2 or count <= width // 2) for count in before)
        labels = any(unquoted(records[place][0], quote).strip().endswith(":") for place in places[:at])
        if not narrow and not (labels and all(count <= 2 for count in before)):
            break
        row = records[places[at]]
        if fills[at] >= width and is_names(row, quote, width):
            if width == 2 and not narrow and not numbers_below(records, quote, places[at:]):
                continue
            if at == 1 and not narrow:
                continue
            # A first row with names for some columns only is a header all the same, where values follow it.
            if narrow and not labels and width == 2 and fills[0] == 1 and len(records[places[0]]) > 1 and not numbers_below(
                    records, quote, places[at:]):
                continue
            return at
    return 0


def numbers_below(records, quote, places):
    """Whether a record of names is followed by values."""
    first, body = records[places[0]], [records[at] for at in places[1:]]
    for at in range(len(first)):
        cells = [unquoted(record[at], quote) for record in body if at < len(record)]
        cells = [cell for cell in cells if cell.strip()]
        if cells and sum(is_value(cell) for cell in cells) >= len(cells) * 0.8 and not is_value(unquoted(first[at], quote)):
            return True
    return False


def value_columns(rows, quote):
    """Columns whose cells are values, from the third row on."""
    found = []
    for at in range(len(rows[0])):
        cells = [unquoted(record[at], quote).strip() for record in rows[2:] if at < len(record)]
        cells = [cell for cell in cells if cell]
        if cells and sum(is_value(cell) for cell in cells) >= len(cells) * 0.8:
            found.append(at)
    return found


def unit_in(text):
    """The unit that a text is, or None."""
    bare = text.strip()
    bracketed = re.fullmatch(r"[\[(](.+)[\])]", bare)
    bare = bracketed[1].strip() if bracketed else bare
    if bracketed and not any(c.isdigit() for c in bare[:1]):
        return bare
    return bare if bare in UNITS or bare in CURRENCIES else None


def second_row(layout, rows, quote, settings):
    """Finds out whether the row after the header holds units, or more of the names."""
    top = [unquoted(cell, quote).strip() for cell in rows[0]]
    second = [unquoted(cell, quote).strip() for cell in rows[1]]
    second += [""] * (len(top) - len(second))
    values = value_columns(rows, quote)
    cells = [second[at] for at in values if second[at]]
    named = [name for name in top if name]
    if len(set(named)) < len(named) and values and second[0] and not is_value(second[0]) and all(is_year(cell) for cell in cells):
        # Years below names that stand there more than once.
        join_names(layout, top, second)
        return
    if not cells or any(is_value(cell) for cell in cells) or any(cell.lower() in MISSING for cell in cells):
        return
    others = [cell for at, cell in enumerate(second) if cell and at not in values]
    if all(unit_in(cell) for cell in cells) and all(unit_in(cell) or cell.lower() in ("unit", "units", "einheit") for cell in others):
        layout.after = 1
        layout.units = {top[at]: unit_in(second[at]) for at in values if second[at]}
        layout.note("the line after the header holds units: left out")
    elif len(values) >= 2 and len(cells) == len(values) and len(rows[1]) >= len(top) - 1:
        join_names(layout, top, second)


def join_names(layout, top, second):
    """Makes one name of each column's two."""
    names, above, gaps = [], "", not all(top[1:])
    for at in range(max(len(top), len(second))):
        over = top[at] if at < len(top) else ""
        above = over or (above if gaps else "")
        names.append(f"{above} {second[at]}".strip())
    layout.after = 1
    if len(set(names)) == len(names) and all(names):
        layout.names = names
    layout.note("two rows name the columns: " + ("their names are joined" if layout.names else "the second is left out"))


def empty_rows(frame):
    return frame.select(pl.all_horizontal(pl.all().is_null())).to_series()


def candidates(frame):
    """Rows that may be no data: `(place, kind, label)`, the kind being `total`, `footer` or `header`."""
    found = []
    # By a plain name: polars takes a name such as "*" for a pattern.
    first = [frame.get_columns()[at].alias("value") for at in range(min(3, frame.width))]
    for column in first:
        hits = column.str.contains(TOTAL).fill_null(False)
        if hits.any():
            found += [(at, "total", column[at]) for at in hits.arg_true().to_list()[: LEFT_OUT_MAX + 1]]
    found = list({at: (at, kind, label) for at, kind, label in found}.values())
    named = frame.get_columns()[0].alias("value") == frame.columns[0]
    if frame.width > 1 and named.any():
        for at in named.arg_true().to_list()[: LEFT_OUT_MAX + 1]:
            if all(cell == name for cell, name in zip(frame.row(at), frame.columns)):
                found.append((at, "header", frame.columns[0]))
    remarks = first[0].str.starts_with("#").fill_null(False)
    if frame.width > 1 and remarks.any():
        alone = frame.select(pl.all_horizontal(pl.nth(range(1, frame.width)).is_null())).to_series()
        if (alone | ~remarks).all():
            found += [(at, "footer", first[0][at]) for at in remarks.arg_true().to_list()[: LEFT_OUT_MAX + 1]]
    taken = {at for at, _, _ in found}
    if frame.width > 1:
        for at in range(frame.height - 1, max(frame.height - 20, 0), -1):
            cells = [cell for cell in frame.row(at) if cell is not None and cell.strip()]
            if at in taken:
                continue
            if len(cells) != 1 or cells[0] != frame.row(at)[0]:
                break
            text = cells[0]
            if not (re.search(FOOTER, text) or re.search(r":(\s|$)", text) or len(text.split()) >= 4):
                break
            found.append((at, "footer", text))
    return sorted(found)


def adds_up(numbers, places, data, at, label):
    """Whether a total is the sum of the rows before it, or of those since the total before; or their mean."""
    kept = numbers.zip_with(data, pl.zeros(len(numbers), pl.Float64, eager=True))
    since = max((place for place in places if place < at), default=-1)
    value = numbers[at]
    if value is None or value == 0:
        return None
    kept = kept.fill_null(0)
    # The rows above, those since the total before, and where it stands first those below.
    sums = [kept.head(at).sum(), kept[since + 1:at].sum(), kept.sum() if at == 0 else None]
    if re.search(AVERAGE, label):
        sums = [numbers.head(at).filter(data.head(at)).mean()]
    return any(total is not None and abs(value - total) <= abs(total) * 0.005 + 0.011 for total in sums)
