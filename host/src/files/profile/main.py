# --- the table ----------------------------------------------------------------------------------


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


def cell_bytes(records):
    """About how many bytes a cell has, with what follows it."""
    return 1 + sum(len(field) for record in records for field in record) / sum(len(record) for record in records)


def start_of(head, records, place):
    """The byte at which a record begins."""
    lines = sum(1 + field_lines for field_lines in (sum(field.count("\n") for field in record) for record in records[:place]))
    at = 0
    for _ in range(lines):
        at = head.index(b"\n", at) + 1
    return at


def raw_frame(rows, delimiter, quote, layout, width):
    """All cells as text; `layout` learns of fields at the rows' ends that are always empty."""
    def read(**more):
        arguments = reading_arguments(delimiter, quote, layout)
        return run_call(rows, "".join(", " + argument for argument in [*arguments, "infer_schema=False"]) + ")")

    try:
        return read()
    except pl.exceptions.PolarsError as error:
        if "more fields" not in str(error):
            if quote is not None:
                raise BadQuotes from error
            raise NotATable("The text is not a table: " + cut(str(error).split("\n")[0])) from error
    # Do the rows end in delimiters that the header has not?
    if layout.header:
        layout.truncate = True
        body = Layout()
        body.comment, body.header = layout.comment, False
        body.skip = layout.skip + 1 + layout.after
        try:
            frame = run_call(rows, "".join(", " + argument for argument in [*reading_arguments(delimiter, quote, body), "infer_schema=False"]) + ")")
            if frame.width > width and all(column.null_count() == frame.height for column in frame.get_columns()[width:]):
                layout.extra = frame.width - width
                layout.note("rows end with a delimiter that the header does not have: nothing is lost")
                return read()
        except pl.exceptions.PolarsError:
            pass
    raise Ragged


def profile():
    settings = params.get("settings") or {}
    with open("table", "rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(HEAD_BYTES)
        text = head.decode("utf-8", "ignore")
        delimiter, quote, records, comment = dialect(text, size <= HEAD_BYTES, params["quotes"], params["tabs"])
        if not records:
            raise NotATable("There is no first row: the text begins with a quote that is not closed.")
        layout, places = lay_out(records, quote, comment, told_delimiter(text), settings)
        first = records[places[0]] if places else records[0]
        width = len(layout.names or first)
        if width > COLUMNS_MAX:
            raise NotATable(f"The table has {width} columns; up to {COLUMNS_MAX} can be read.")
        limit = int(min(params["exact_bytes"], CELLS_MAX * cell_bytes(records)))
        rows, whole = first_rows(file, head, size, max(limit, HEAD_BYTES), quote)
    told = {"delimiter": delimiter, "quote": quote, "header": layout.header, "column_count": width, "sampled": not whole,
            "layout": {"start": start_of(head, records, places[0]) if layout.skip and places else 0, "after": layout.after,
                       "skip_rows": layout.skip, "comment": comment, "extra": 0, "blank": False, "left_out": []}}
    try:
        raw = raw_frame(rows, delimiter, quote, layout, width)
    except Ragged:
        # Which line it is, the host finds out by the dialect.
        return told | {"ragged": True, "rows": 0, "columns": [], "notes": []}
    drops = []
    if layout.header and raw.width > 1 and raw.columns[-1] == "" and raw.get_columns()[-1].null_count() == raw.height and raw.height:
        drops, layout.extra = [""], layout.extra + 1
        raw = raw.drop("")
    frame, layout, looks, odd = understood(raw, layout, settings, delimiter)
    reader = Reader(rows, delimiter, quote, layout, drops)
    columns, expected = [], []
    for name, look in looks.items():
        values = frame.get_column(name)
        columns.append(described(name, values, counted(values), look))
        expected.append(columns[-1]["nulls"])
    code = reader.call(looks, odd, (frame.height, expected))
    if code is None:
        layout.note("no call was found that reads the types of all columns: they are read as text")
        code = reader.text()
        for name, look in looks.items():
            if look.kind not in ("text", "empty"):
                looks[name] = Look("text")
        columns = [described(name, frame.get_column(name), counted(frame.get_column(name)), look) for name, look in looks.items()]
    told["layout"] |= {"extra": layout.extra, "blank": layout.blank, "left_out": layout.left_out}
    told |= {"rows": frame.height, "columns": columns, "column_count": len(columns), "read": code, "read_text": reader.text()}
    notes = [{"column": None, **note} for note in layout.notes]
    for name, look in looks.items():
        for note in look.notes:
            fix = note["fix"]
            if fix and "type" in fix:
                fix = {"columns": {name: fix["type"]}}
            notes.append({"column": cut(name, NAME_MAX), "text": note["text"], "fix": fix})
    told["notes"] = [{key: value for key, value in note.items() if value is not None} for note in notes[:NOTES_MAX]]
    return told


def all_true(height):
    return pl.Series(values=[True] * height, dtype=pl.Boolean)


def understood(raw, layout, settings, delimiter):
    """The rows that are data, the layout with those that are not, and each column's look."""
    frame = raw
    if raw.width > 1 and raw.height:
        empty = empty_rows(raw)
        if empty.any():
            layout.blank = True
            count = int(empty.sum())
            layout.note(f"{count} empty {'row' if count == 1 else 'rows'}: left out")
            frame = raw.filter(~empty)
    maybe = candidates(frame) if frame.height else []
    totals = settings.get("totals")
    if totals == "keep":
        maybe = [found for found in maybe if found[1] == "header"]
    if len(maybe) > LEFT_OUT_MAX or len(maybe) * 2 > frame.height:
        if maybe and totals != "leave_out":
            layout.note(f"{len(maybe)} rows look like totals, such as {listed([maybe[0][2]])}: kept, so sums over all rows may count twice",
                        totals="leave_out")
            maybe = []
    maybe = maybe[:LEFT_OUT_MAX]
    gone = {at for at, _, _ in maybe}
    data = all_true(frame.height)
    if gone:
        data = ~pl.int_range(frame.height, eager=True).is_in(sorted(gone))
    looks = all_looks(frame.filter(data), settings, delimiter)
    kept = [] if totals == "leave_out" else not_totals(frame, data, maybe, looks)
    if kept:
        names = list(dict.fromkeys(label for _, label in kept if not re.search(AVERAGE, label) and len(label.split()) <= 4))
        # Without numbers nothing is summed up.
        if names and any(look.kind in ("integer", "number") for look in looks.values()):
            layout.note(f"{listed(names)} may be a total but is not the sum of the rows above: kept as a row",
                        totals="leave_out")
        gone -= {at for at, _ in kept}
        data = ~pl.int_range(frame.height, eager=True).is_in(sorted(gone)) if gone else all_true(frame.height)
        looks = all_looks(frame.filter(data), settings, delimiter)
    layout.left_out = sorted(gone)
    left = frame.filter(~data) if gone else frame.clear()
    odd = {name for name, look in looks.items() if gone and is_odd(left.get_column(name), look)}
    labels = {kind: list(dict.fromkeys(label for at, found, label in maybe if at in gone and found == kind)) for kind in ("total", "footer", "header")}
    if labels["total"]:
        count = sum(found == "total" and at in gone for at, found, _ in maybe)
        layout.note(f"{count} total {'row' if count == 1 else 'rows'} ({listed(labels['total'])}): left out", totals="keep")
    if labels["footer"]:
        layout.note(f"lines that are not rows ({listed(labels['footer'])}): left out", totals="keep")
    if labels["header"]:
        layout.note("the header is repeated among the rows: the repeats are left out")
    for name, look in looks.items():
        if look.kind in ("integer", "number") and not look.unit:
            look.unit = layout.units.get(name) or unit_of_name(name)
    return (frame.filter(data) if gone else frame), layout, looks, odd


def is_odd(left, look):
    """Whether rows that are left out hold what the column's own type cannot be."""
    left = left.drop_nulls()
    if not len(left) or look.kind not in ("integer", "number", "boolean"):
        return False
    return parse(left, look.steps or "{}.cast(pl.Float64)") is None


def unit_of_name(name):
    match = re.search(r"[\[(]\s*([^\])]{1,12})\s*[\])]\s*$", name)
    return match[1].strip() if match and (match[1].strip() in UNITS or match[1].strip() in CURRENCIES) else None


def not_totals(frame, data, maybe, looks):
    """Those of the rows called totals that do not add up."""
    places = [at for at, kind, _ in maybe if kind == "total"]
    if not places:
        return []
    numbers = []
    for name, look in looks.items():
        if look.kind in ("integer", "number") and len(numbers) < 20 and not look.code:
            steps = (look.steps or "{}.cast(pl.Float64)").replace(".cast(pl.Int64)", ".cast(pl.Float64)")
            found = parse(frame.get_column(name), steps.replace(".cast(pl.Float64)", ".cast(pl.Float64, strict=False)"))
            if found is not None:
                numbers.append(found)
    texts = [frame.get_column(name) for name, look in looks.items() if look.kind in ("text", "date", "datetime")]
    last = max((at for at in range(frame.height) if data[at]), default=-1) if len(texts) else -1
    kept = []
    for at, kind, label in maybe:
        if kind != "total":
            continue
        sums = [adds_up(column, places, data, at, label) for column in numbers]
        known = [found for found in sums if found is not None]
        # In a report, the other texts of a total are blank; in statistics "total" is a value like others.
        alone = sum(column[at] is not None for column in texts) <= 1
        if alone and (any(known) or (at > last and not known)):
            continue
        if alone and at > last and re.fullmatch(r"(?i)\s*(grand\s*)?(total|totals|summe|gesamt|gesamtsumme|sum)\s*:?\s*", label) and not any(known):
            # It is written like a total and stands last; a rounded or filtered one does not add up.
            continue
        kept.append((at, label))
    return kept


def all_looks(frame, settings, delimiter):
    """Each column's look, decided for the table as a whole."""
    forced = settings.get("columns") or {}
    looks = {}
    for values in frame.get_columns():
        name = values.name
        counts = counted(values)
        looks[name] = look_at(name, counts, forced.get(name)) if counts.height else Look("empty")
    decimal, sure, by = decimal_of(looks, settings, delimiter)
    for name, look in looks.items():
        if look.numbers and look.kind in ("integer", "number") and (look.numbers.either or look.style is None):
            if not look.numbers.either and look.kind == "number" and look.steps == "" and look.numbers.decimals == {"."} and not look.numbers.units() \
                    and not look.numbers.marks and not look.missing and not look.numbers.bare:
                continue
            values = counted(frame.get_column(name))["value"]
            values = values.filter(~values.is_in(look.missing)) if look.missing else values
            looks[name] = settle_numbers(name, look, values, decimal, sure, by if by != name else None)
    order, reason = order_of(looks, frame, settings, delimiter, decimal if sure else None)
    for name, look in looks.items():
        if look.forms:
            mine, why = order, reason
            if order is None:
                mine, why = likely_order(frame.get_column(name), look)
            settle_dates(look, frame.get_column(name).drop_nulls(), mine, why)
    return looks


def decimal_of(looks, settings, delimiter):
    """The table's decimal sign, whether that is sure, and by which column."""
    if settings.get("decimal"):
        return settings["decimal"], True, None
    found = {}
    for name, look in looks.items():
        if look.numbers and look.kind in ("integer", "number"):
            signs = set(look.numbers.decimals)
            # A thousands sign tells the decimal sign as well.
            signs |= {"." if mark == "," else "," for mark in look.numbers.marks if mark in ".,"}
            if not signs and look.numbers.before & {"$", "£", "US$"}:
                signs = {"."}
            if len(signs) == 1:
                found.setdefault(next(iter(signs)), name)
    if len(found) == 1:
        sign, name = next(iter(found.items()))
        return sign, True, name
    return ("," if delimiter == ";" and not found else "."), False, None


def order_of(looks, frame, settings, delimiter, decimal):
    """The order of day and month that the table's dates have in common, and why."""
    if settings.get("date_order"):
        return settings["date_order"], "setting"
    sure = {}
    for name, look in looks.items():
        orders = {day_month(form) for form in look.forms} - {None}
        if len(orders) == 1 and orders <= {"dmy", "mdy"}:
            sure.setdefault(next(iter(orders)), name)
    if len(sure) == 1:
        order, name = next(iter(sure.items()))
        return order, f"`{cut(name, 40)}` is written so"
    if decimal == "," or delimiter == ";":
        return "dmy", "the numbers or delimiters are written as in Europe"
    return None, None


def likely_order(values, look):
    """Of the orders that fit, that in which the dates lie closer together."""
    spans = {}
    for form in look.forms:
        order = day_month(form)
        if order in ("dmy", "mdy") and order not in spans:
            known = values.alias("value").drop_nulls().unique()
            known = known.filter(~known.is_in(look.missing))
            parsed = parse(known, dated_as(Look(look.kind, padded=look.padded), form).steps)
            if parsed is not None:
                spans[order] = (parsed.max() - parsed.min()).total_seconds()
    if len(spans) == 2:
        if spans["dmy"] * 3 < spans["mdy"]:
            return "dmy", "the dates lie closer together so"
        if spans["mdy"] * 3 < spans["dmy"]:
            return "mdy", "the dates lie closer together so"
        return ("mdy" if "/" in look.forms[0] else "dmy"), None
    return None, None


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
