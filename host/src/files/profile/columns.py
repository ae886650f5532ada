# --- what a column holds ------------------------------------------------------------------------

SAMPLE = 2_000
"""Distinct values that are looked at one by one; all others are then held against what these tell."""

SET_MISSING_MAX = 50
"""Distinct values that may be read as missing where a person has set a column's type."""

DATES = ["%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%y",
         "%d.%m.%y", "%d-%m-%y", "%m-%d-%y", "%y-%m-%d", "%y/%m/%d", "%Y.%m.%d", "%d %m %Y",
         "%d %b %Y", "%d-%b-%Y", "%d-%b-%y", "%d %b %y", "%b %d, %Y", "%B %d, %Y", "%d %B %Y", "%d. %B %Y"]
TIMES = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M:%S%.fZ", "%Y-%m-%dT%H:%M:%S%.f%#z",
         "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M"]
TIMES += [f"{day} {time}" for day in ("%m/%d/%Y", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%m/%d/%y", "%d/%m/%y", "%d.%m.%y",
                                      "%d-%m-%y", "%m-%d-%y")
          for time in ("%H:%M:%S", "%H:%M", "%I:%M:%S %p", "%I:%M %p")]
NUMERIC_DATE = re.compile(r"\d{1,4}([-/. ])\d{1,2}\1\d{1,4}(?![\d.])")


class Look:
    """What a column's values can be read as. `steps` is what a script does to its text, with `{}` for the column; empty
    where polars reads the values as they stand."""

    def __init__(self, kind, steps="", **more):
        self.kind, self.steps, self.missing, self.notes = kind, steps, [], []
        self.form = self.unit = self.style = self.numbers = None
        self.code = False
        self.forms = []
        self.__dict__.update(more)

    def note(self, text, **fix):
        self.notes.append({"text": text, "fix": fix or None})


def fits(values, parse):
    """All values parsed, or None where one does not fit. `values` has no nulls."""
    if parse(values.head(PROBE_ROWS)).null_count():
        return None
    parsed = parse(values)
    return None if parsed.null_count() else parsed


def every(values, pattern):
    return bool(values.head(PROBE_ROWS).str.contains(pattern).all()) and bool(values.str.contains(pattern).all())


def look_at(name, counts, forced=None):
    """What the distinct values can be read as; `counts` says how often each occurs."""
    values = counts["value"]
    if forced == "text":
        return Look("text")
    found = plain(name, values, forced)
    if found:
        return found
    lower = values.str.strip_chars().str.to_lowercase()
    known = values.filter(~lower.is_in(list(MISSING)))
    missing = counts.filter(lower.is_in(list(MISSING)))
    if len(known):
        if missing.height:
            found = plain(name, known, forced)
            if found:
                return without(found, missing)
        found = written(name, known, counts, forced)
        if found is None and forced in ("integer", "number", "date", "datetime"):
            found = as_set(name, known, counts, forced)
        if found:
            return without(found, missing) if missing.height else found
    return text(name, values, counts)


def as_set(name, values, counts, forced):
    """The look that a person has set, with the values that do not fit it as missing; None where hardly any does."""
    if forced in ("integer", "number"):
        numbers = Numbers()
        good = [value for value in values.to_list() if numbers.add(value)]
    else:
        found = []
        for form in DATES if forced == "date" else TIMES:
            parsed = values.str.to_date(form, strict=False) if forced == "date" else values.str.to_datetime(form, strict=False, time_unit="us")
            found.append(values.filter(parsed.is_not_null() & (parsed.dt.year() >= 1000)).to_list())
        good = max(found, key=len)
    odd = counts.filter(counts["value"].is_in(values.to_list()) & ~counts["value"].is_in(good))
    if not good or odd.height > SET_MISSING_MAX:
        return None
    rest = values.filter(values.is_in(good))
    look = (plain(name, rest, forced) or numbered(name, rest, numbers, forced)) if forced in ("integer", "number") else dated(rest)
    return without(look, odd) if look and odd.height else look


def without(look, counts):
    """The look of a column in which these values, with their counts, stand for nothing."""
    rows = counts.sort(["count", "value"], descending=[True, False]).rows()
    look.missing += [value for value, _ in rows]
    told = " and ".join(f"{count} × {cut(value, 30)}" for value, count in rows[:4])
    what = {"date": "dates", "datetime": "times"}.get(look.kind, "numbers")
    look.note(f"{what}, but {told}: read as missing")
    return look


def plain(name, values, forced):
    """Values that polars reads as they stand: numbers and truth."""
    number = fits(values, lambda s: s.cast(pl.Int64, strict=False))
    if number is not None or every(values, r"^[+-]?\d+$"):
        reason = code_reason(name, values) if forced not in ("integer", "number") else None
        if reason:
            look = Look("text", code=True)
            look.note(f"{reason}: kept as text", type="integer")
            return look
        if number is not None:
            return Look("integer", code=is_code_name(name))
    number = fits(values, lambda s: s.cast(pl.Float64, strict=False))
    if number is not None:
        words = words_of(name)
        if not forced and set(words[-1:]) & VERSION_NAMES:
            look = Look("text", code=True)
            look.note("versions: kept as text, since 1.10 is not 1.1", type="number")
            return look
        if not forced and values.str.contains(r"^\d+[eE]\d+$").any() and not values.str.contains(r"\d\.\d*[eE]|[eE][+-]").any():
            look = Look("text", code=True)
            look.note("codes such as 1E3: kept as text, since as a number it is 1000", type="number")
            return look
        look = Look("number")
        short = values.str.contains(r"^[+-]?[1-9]\d{0,2}\.\d{3}$")
        if short.any() and (short | values.str.contains(r"^[+-]?\d{1,3}$")).all():
            numbers = Numbers()
            numbers.either.add(".")
            numbers.either_example = values.filter(short)[0]
            look.numbers = numbers
        elif values.str.contains(r"\.\d").any():
            look.numbers = Numbers()
            look.numbers.decimals.add(".")
        if is_code_name(name) and values.str.contains(r"\d[eE]\+?\d").any():
            look.note("digits of long numbers were lost before the upload: they are written as powers of ten, as Excel does")
            look.code = True
        return look
    words = values.head(PROBE_ROWS).unique()
    if len(words) <= 6 and set(words.str.to_lowercase().to_list()) <= {"true", "false"}:
        if values.str.to_lowercase().is_in(["true", "false"]).all():
            return Look("boolean", "" if set(values.to_list()) <= {"true", "false"} else '{}.str.to_lowercase() == "true"')
    return None


def is_code_name(name):
    words = words_of(name)
    return bool(set(words[-1:]) & CODE_NAMES) or (len(words) > 1 and words[-2:] in (["zip", "code"], ["postal", "code"]))


def code_reason(name, values):
    """Why digits are a code and no number, or None."""
    if values.str.contains(r"^[+-]?0\d").any():
        example = values.filter(values.str.contains(r"^[+-]?0\d"))[0]
        return f"digits with leading zeros, such as {cut(example, 30)}"
    lengths = values.str.len_chars()
    if lengths.max() >= 16 and values.str.contains(r"^\d{16,}$").any():
        return "numbers of 16 and more digits, which are no longer exact as numbers elsewhere"
    if lengths.max() in (8, 12, 13, 14) and lengths.min() == lengths.max():
        named = set(words_of(name)) & {"ean", "gtin", "upc", "isbn", "barcode"}
        sample = values.head(PROBE_ROWS).to_list()
        if named or (len(sample) >= 5 and all(has_check_digit(value) for value in sample)):
            return "article numbers (EAN)"
    if set(words_of(name)) & {"phone", "telephone", "mobile", "fax", "telefon"} and lengths.min() >= 6:
        return "telephone numbers"
    return None


def has_check_digit(text):
    digits = [int(c) for c in text if c.isdigit()]
    weighed = sum(digit * (3 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits[:-1])))
    return (10 - weighed % 10) % 10 == digits[-1]


def written(name, values, counts, forced):
    """Numbers with units and signs, dates, times and durations, or None."""
    sample = values.head(SAMPLE).to_list()
    numbers = Numbers()
    bad = [value for value in sample if not numbers.add(value)]
    if not bad:
        return numbered(name, values, numbers, forced)
    if len(bad) < len(sample):
        odd = odd_words(values, bad, counts)
        if odd is not None:
            rest = values.filter(~values.is_in(odd["value"].to_list()))
            look = plain(name, rest, forced) or numbered(name, rest, numbers, forced)
            if look and look.kind in ("integer", "number"):
                return without(look, odd)
    look = dated(values)
    if look:
        return look
    if any(NUMERIC_DATE.search(value) for value in sample[:50]):
        bad = [value for value in sample if not any(c.isdigit() for c in value)]
        odd = odd_words(values, bad, counts) if bad else None
        if odd is not None:
            look = dated(values.filter(~values.is_in(odd["value"].to_list())))
            if look:
                return without(look, odd)
    return spans(name, values)


def odd_words(values, bad, counts):
    """The few words among values of another kind, with their counts, or None where there are too many."""
    if len(bad) > WORDS_MAX or len(values) - len(bad) < 2 or not all(re.fullmatch(r"[^\W\d_][^\d]{2,}", value.strip()) for value in bad):
        return None
    odd = counts.filter(counts["value"].is_in(bad))
    return odd if odd["count"].sum() <= counts["count"].sum() * max(WORDS_SHARE, 1.01 / 3 if counts.height <= 8 else 0) else None


def numbered(name, values, numbers, forced):
    if not forced and not numbers.units() and not numbers.scales:
        digits = values.str.strip_chars()
        if every(digits, r"^[+-]?\d+$"):
            reason = code_reason(name, digits)
            if reason:
                look = Look("text", "{}.str.strip_chars()", code=True)
                look.note(f"{reason}: kept as text", type="integer")
                return look
    look = Look("number", numbers=numbers)
    if len(numbers.units()) > 1:
        units = numbers.units()
        look = Look("text")
        look.note(f"numbers with different units ({', '.join(units[:5])}): kept as text")
    elif len(numbers.decimals) > 1:
        look = Look("text")
        look.note("numbers, some with a decimal comma and some with a decimal point: kept as text")
    return look


def settle_numbers(name, look, values, decimal, sure, by):
    """Decides how the numbers of a column are read, now that the table's decimal sign is known."""
    numbers = look.numbers
    missing = look.missing
    signs = numbers.decimals | {"." if mark == "," else "," for mark in numbers.marks if mark in ".,"}
    own = next(iter(signs)) if len(signs) == 1 else None
    chosen = own or decimal
    if numbers.either and not own:
        sign = next(iter(numbers.either))
        counts = bool(set(words_of(name)) & COUNT_NAMES)
        if not sure and counts:
            chosen = "," if sign == "." else "."
        example = numbers.either_example
        digits = re.search(r"\d[\d.,]*", example)[0]
        readings = [digits.replace(sign, ""), digits.replace(sign, ".")]
        reading, other = readings if chosen != sign else reversed(readings)
        why = f", since `{cut(by, 40)}` has a decimal {'comma' if decimal == ',' else 'point'}" if sure and by else ""
        if not sure or chosen != sign:
            look.note(f"{example.strip()} is read as {reading}{why}" + ("" if sure else f"; {other} fits as well"),
                      decimal="," if chosen == "." else ".")
    style = style_of(numbers, chosen)
    if style is None or not follows(values, style):
        return failed(look, "numbers that are written in more than one way: kept as text")
    look.style, look.kind = style, "integer" if style["whole"] else "number"
    if not is_plain(style):
        look.steps = "{}" + number_code(style)
        factor = scale_code(style)
        if factor:
            look.steps = f"({look.steps} * {{}}{factor})"
    units = numbers.units()
    if units:
        look.unit = units[0]
        if numbers.bare:
            look.note(f"some values have the unit {units[0]} and some have none: all are read as {units[0]}")
    for scale in style["scales"]:
        look.note(f"{scale} after a number is read as {int(SCALES[scale]):,}")
    if look.steps and parse(values, look.steps) is None:
        return failed(look, "numbers that are written in more than one way: kept as text")
    look.missing = missing
    return look


def failed(look, why):
    plain_text = Look("text")
    plain_text.note(why)
    return plain_text


def dated(values):
    """Dates or times in every format that fits all values."""
    first = values[0].strip()
    if not (6 <= len(first) <= 40 and any(c.isdigit() for c in first)):
        return None
    padded = bool((values != values.str.strip_chars()).any())
    values = values.str.strip_chars() if padded else values
    for kind, formats in (("date", DATES), ("datetime", TIMES)):
        found = []
        for form in formats:
            parse = (lambda s: s.str.to_date(form, strict=False)) if kind == "date" else (
                lambda s: s.str.to_datetime(form, strict=False, time_unit="us"))
            times = fits(values, parse)
            # Under %Y polars takes two digits as well: the year 24.
            if times is not None and times.min().year >= 1000:
                found.append(form)
        if found:
            look = Look(kind, forms=found, padded=padded)
            return dated_as(look, found[0])
    return None


def dated_as(look, form):
    look.form = form
    strip = ".str.strip_chars()" if look.padded else ""
    if look.kind == "date":
        look.steps = f"{{}}{strip}.str.to_date({json.dumps(form)})"
    else:
        look.steps = f"{{}}{strip}.str.to_datetime({json.dumps(form)}, time_unit=\"us\")"
    return look


def day_month(form):
    """Whether the day comes before the month (`dmy`), after it (`mdy`), or the year comes first."""
    day, month, year = form.find("%d"), form.find("%m"), form.lower().find("%y")
    if month < 0:
        return None
    return "ymd" if year < day and year < month else "dmy" if day < month else "mdy"


def settle_dates(look, values, order, reason):
    """Decides between the orders of day and month that fit."""
    orders = {}
    for form in look.forms:
        kind = day_month(form)
        if kind:
            orders.setdefault(kind, form)
    if order in orders:
        dated_as(look, orders[order])
    if "dmy" in orders and "mdy" in orders and reason != "setting":
        other = {"dmy": "mdy", "mdy": "dmy"}[day_month(look.form)]
        words = {"dmy": "day first", "mdy": "month first"}
        why = f", since {reason}" if reason else ""
        look.note(f"dates that fit both ways: {cut(values[0], 30)} is read {words[day_month(look.form)]}{why}; "
                  f"{words[other]} fits as well", date_order=other)
    if "%y" in look.form:
        look.note("years of two digits: 69 and less is read as 20.., 70 and more as 19..")
    return look


def spans(name, values):
    """Durations such as 1:05:30, as seconds."""
    if not every(values, r"^\s*\d{1,3}:[0-5]\d(?::[0-5]\d(?:\.\d+)?)?\s*$"):
        return None
    words = set(words_of(name))
    three = every(values, r"^\s*\d+:\d+:\d")
    clock = words & CLOCK_NAMES and not words & SPAN_NAMES
    padded = every(values, r"^\s*\d\d:")
    if clock or not three or (padded and not words & SPAN_NAMES):
        look = Look("text")
        look.note("times of day or durations: kept as text" + (", since minutes and hours cannot be told apart" if not three and not clock else ""))
        return look
    seconds = "pl.Float64" if values.str.contains(r"\.").any() else "pl.Int64"
    steps = (r'{}.str.extract(r"(\d+):\d+:").cast(pl.Int64) * 3600 + {}.str.extract(r":(\d+):").cast(pl.Int64) * 60'
             r' + {}.str.extract(r":(\d+(?:\.\d+)?)\s*$").cast(' + seconds + ")")
    look = Look("number" if "Float" in seconds else "integer", steps, unit="s")
    look.note("durations as hours:minutes:seconds, read as seconds", type="text")
    return look


def text(name, values, counts):
    """Text, with a word where it nearly is something else."""
    look = Look("text")
    sample = values.head(SAMPLE).to_list()
    numbers = Numbers()
    bad = [value for value in sample if not numbers.add(value) and value.strip().lower() not in MISSING]
    good = len(sample) - len(bad)
    if bad and good >= len(sample) * 0.5 and good > 1:
        look.note(f"numbers, but for {listed(bad)}: kept as text")
    dates = sum(bool(NUMERIC_DATE.match(value.strip())) for value in sample)
    if dates >= len(sample) * 0.7 and dates > 1:
        odd = [value for value in sample if not NUMERIC_DATE.match(value.strip())]
        look.note("dates that are written in more than one way" + (f", and {listed(odd)}" if odd else "") + ": kept as text")
    return look
