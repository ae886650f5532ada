# --- how values are written ---------------------------------------------------------------------

MISSING = {"na", "n/a", "#n/a", "n.a.", "n. a.", "nan", "null", "none", "nil", "-", "--", "---", "–", "—", ".", "..", "?", "missing",
           "unknown", "k.a.", "k. a.", "keine angabe", "#null!", "#value!", "#ref!", "#div/0!", "#num!", "not available", "tbd",
           "tba", "(null)", "<na>", "unbekannt", "void", "\\n"}
"""Words for "not known", in lower case."""

WORDS_MAX = 3
"""Other words that may stand among numbers or dates and are read as missing."""

WORDS_SHARE = 0.25
"""Of a column's values, those that may be such words."""

CURRENCIES = {"$", "€", "£", "¥", "₹", "₽", "₩", "₺", "₴", "฿", "₫", "₪", "US$", "A$", "C$", "CA$", "AU$", "NZ$", "HK$", "R$", "zł", "Kč",
              "kr", "kr.", "Fr.", "Rs", "Rs.", "RM", "Ft", "lei", "CHF", "EUR", "USD", "GBP", "JPY", "CNY", "INR", "AUD",
              "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "TRY", "RUB", "UAH", "BRL", "MXN", "ZAR",
              "SGD", "HKD", "KRW", "THB", "IDR", "MYR", "PHP", "AED", "SAR", "ILS", "ISK", "Euro", "euro", "euros", "dollars"}
UNITS = set("""% ‰ kg g mg µg μg t lb lbs oz km m cm mm µm nm mi ft in yd l L ml mL cl hl dl gal s sec secs min mins h hr hrs hour
hours day days d ms W kW MW GW kWh MWh GWh Wh V mV kV A mA Hz kHz MHz GHz bar mbar Pa kPa hPa MPa psi m² m2 m³ m3 km² km2 cm²
cm3 ft² sqm sqft ha km/h kmh mph m/s l/min kcal cal kJ J B KB kB MB GB TB KiB MiB GiB °C °F ° C° px pt pcs pc Stk Stk. Stück st St. pp
bps ppm dB rpm yrs years yr months weeks minutes seconds people persons items units""".split())
SCALES = {"k": 1e3, "K": 1e3, "Tsd": 1e3, "Tsd.": 1e3, "M": 1e6, "mn": 1e6, "Mn": 1e6, "MM": 1e6, "Mio": 1e6, "Mio.": 1e6,
          "million": 1e6, "B": 1e9, "bn": 1e9, "Bn": 1e9, "Mrd": 1e9, "Mrd.": 1e9, "billion": 1e9}
SPACES = " \u00a0\u2009\u202f"
QUOTES = "'’"
NUMBER = re.compile(
    r"^(?P<open>\()?\s*(?P<sign>[+\-−])?\s*(?P<before>[^\d\s.,'’()+\-−]{1,6}\.?)?\s*(?P<sign2>[+\-−])?\s*"
    r"(?P<body>\d(?:[\d.,'’ \u00a0\u2009\u202f]*\d)?|[.,]\d+)(?P<exponent>[eE][+\-]?\d+)?\s*"
    r"(?P<after>[^\d\s.,'’()+\-−][^()+]{0,15}?)?\s*(?P<close>\))?\s*(?P<minus>[\-−])?$")
VERSION_NAMES = {"version", "ver", "release", "revision", "rev", "build", "firmware", "chapter", "section", "clause", "paragraph"}
CODE_NAMES = {"id", "ids", "key", "no", "nr", "zip", "zipcode", "postcode", "postalcode", "plz", "phone", "telephone", "mobile", "fax",
              "uuid", "pid", "fips", "code", "ean", "gtin", "upc", "isbn", "issn", "sku", "barcode", "iban", "account", "konto",
              "kontonummer", "artikelnummer", "kundennummer", "ssn", "imei", "postal", "serial"}
COUNT_NAMES = {"population", "inhabitants", "einwohner", "units", "count", "qty", "quantity", "menge", "anzahl", "pieces", "stück",
               "stueck", "views", "likes", "followers", "visitors", "besucher", "people", "persons", "subscribers", "clicks", "downloads",
               "bevölkerung", "habitants", "population_total", "residents", "votes", "stimmen"}
CLOCK_NAMES = {"time", "at", "start", "begin", "end", "departure", "arrival", "uhrzeit", "zeit", "clock", "opening", "closing", "opens",
               "closes", "from", "until", "hour"}
SPAN_NAMES = {"duration", "length", "elapsed", "dauer", "lap", "runtime", "took", "spent", "session", "call", "finish", "pace", "laufzeit",
              "play", "playtime", "watch"}


def words_of(name):
    """A column's name in words, in lower case."""
    name = re.sub(r"([a-zäöü])([A-ZÄÖÜ])", r"\1 \2", name)
    return [word for word in re.split(r"[^0-9a-zäöüßéèàâêîôûç]+", name.lower()) if word]


def listed(values, most=3):
    """A few values, to be shown."""
    shown = [json.dumps(cut(value, 30), ensure_ascii=False) for value in values[:most]]
    return ", ".join(shown) + (", …" if len(values) > most else "")


def body_evidence(body):
    """What a number's digits say of its signs: the decimal sign (or None), the thousands sign (or None), and whether both
    readings fit. None where it is no number."""
    if any(c in SPACES for c in body) or any(c in QUOTES for c in body):
        mark = re.search("[" + SPACES + QUOTES + "]", body)[0]
        kin = SPACES if mark in SPACES else QUOTES
        if not re.fullmatch(r"\d{1,3}(?:[" + kin + r"]\d{3})+(?:[.,]\d*)?", body):
            return None
        decimal = "," if "," in body else "." if "." in body else None
        return decimal, mark, None
    dots, commas = body.count("."), body.count(",")
    if not dots and not commas:
        return None, None, None
    if dots and commas:
        decimal = "." if body.rfind(".") > body.rfind(",") else ","
        mark = "," if decimal == "." else "."
        if body.count(decimal) > 1 or not is_grouped(body.split(decimal)[0], mark):
            return None
        return decimal, mark, None
    sign = "." if dots else ","
    if max(dots, commas) > 1:
        return (None, sign, None) if is_grouped(body, sign) else None
    whole, part = body.split(sign)
    if len(part) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
        return None, None, sign
    return sign, None, None


def is_grouped(text, mark):
    mark = re.escape(mark)
    return re.fullmatch(rf"\d{{1,3}}(?:{mark}\d{{3}})+|\d{{1,2}}(?:{mark}\d{{2}})*{mark}\d{{3}}", text) is not None


class Numbers:
    """How the numbers of a column are written, as far as a sample tells."""

    def __init__(self):
        self.decimals, self.marks, self.either = set(), set(), set()
        self.either_example = None
        self.before, self.after, self.scales = set(), set(), set()
        self.negative_brackets = self.negative_end = self.dashes = self.exponent = self.padded = False
        self.bare = 0
        self.bad = []

    def add(self, value):
        """Whether the value is a number."""
        stripped = value.strip()
        match = NUMBER.match(stripped)
        if not match or bool(match["open"]) != bool(match["close"]) or (match["sign"] and match["sign2"]):
            return False
        evidence = body_evidence(match["body"])
        if evidence is None:
            return False
        before, after = match["before"] or "", (match["after"] or "").strip()
        if before and before not in CURRENCIES and before not in UNITS - {"in", "st", "t", "m", "s", "d", "h", "A", "B", "V", "W", "C°"}:
            return False
        scale = ""
        if after and after not in UNITS and after not in CURRENCIES:
            head = re.match(r"(Mio\.?|Mrd\.?|Tsd\.?|million|billion|mn|Mn|MM|bn|Bn|[kKMB])\s*(.*)$", after)
            if head and (not head[2] or head[2] in CURRENCIES):
                scale, after = head[1], head[2]
            elif not (" " in stripped and re.fullmatch(r"[^\W\d_]{2,12}", after)):
                return False
        if before in UNITS - CURRENCIES and after:
            return False
        decimal, mark, either = evidence
        if decimal:
            self.decimals.add(decimal)
        if mark:
            self.marks.add(mark)
        if either:
            self.either.add(either)
            self.either_example = self.either_example or value
        if before:
            self.before.add(before)
        if after:
            self.after.add(after)
        if scale:
            self.scales.add(scale)
        if not before and not after:
            self.bare += 1
        self.negative_brackets |= bool(match["open"])
        self.negative_end |= bool(match["minus"])
        self.dashes |= "−" in value
        self.exponent |= bool(match["exponent"])
        self.padded |= value != stripped
        return True

    def units(self):
        return sorted(self.before | self.after)


def style_of(numbers, decimal):
    """How to read the numbers, where the decimal sign is `decimal`; None where they contradict themselves."""
    if len(numbers.decimals) > 1 or len(numbers.units()) > 1:
        return None
    if numbers.decimals and decimal not in numbers.decimals:
        return None
    marks = set(numbers.marks)
    for sign in numbers.either:
        if sign != decimal:
            marks.add(sign)
    if decimal in marks:
        return None
    kinds = {"space" if mark in SPACES else "quote" if mark in QUOTES else mark for mark in marks}
    if len(kinds) > 1:
        return None
    whole = not numbers.scales and not numbers.exponent and not (numbers.decimals or (decimal in numbers.either))
    return {"decimal": decimal, "marks": "".join(sorted(marks)), "tokens": numbers.units(), "scales": sorted(numbers.scales), "whole": whole,
            "brackets": numbers.negative_brackets, "end": numbers.negative_end, "dashes": numbers.dashes,
            "padded": numbers.padded or " " in marks}


def is_plain(style):
    """Whether polars reads these numbers as they stand."""
    return style["decimal"] == "." and not (style["marks"] or style["tokens"] or style["scales"] or style["brackets"] or style["end"]
                                            or style["dashes"] or style["padded"])


def bare_code(style):
    """The steps that leave digits and their signs: what is dropped beside them."""
    steps = ""
    if style["dashes"]:
        steps += '.str.replace_all("−", "-", literal=True)'
    drop = [re.escape(token) for token in sorted(style["tokens"] + style["scales"], key=lambda token: (-len(token), token))]
    if drop:
        steps += f".str.replace_all({regex('|'.join(drop))}, \"\")"
    if style["brackets"]:
        steps += '.str.strip_chars().str.replace(r"^\\((.*)\\)$", "-$1")'
    if style["end"]:
        steps += '.str.strip_chars().str.replace(r"^(.*)-$", "-$1")'
    return steps


def number_code(style):
    """The steps from text to numbers; strict, so that what is not such a number is an error and never a wrong one."""
    steps = bare_code(style)
    gone = style["marks"]
    if gone in (".", ","):
        steps += f'.str.replace_all({json.dumps(gone)}, "", literal=True)'
        gone = ""
    blanks = style["padded"] or style["tokens"] or style["scales"] or style["brackets"] or style["end"]
    inside = any(c in SPACES for c in gone) or style["tokens"]
    if inside or gone:
        others = "".join(sorted({c for c in gone if c not in SPACES}))
        steps += f".str.replace_all({regex('[' + others + SPACE_CLASS + ']' if others else SPACE_CLASS)}, \"\")"
    elif blanks:
        steps += ".str.strip_chars()"
    if style["decimal"] == "," and not style["whole"]:
        steps += '.str.replace(",", ".", literal=True)'
    return steps + (".cast(pl.Int64)" if style["whole"] else ".cast(pl.Float64)")


SPACE_CLASS = r"\s"


def scale_code(style):
    """What the numbers are multiplied with, after the column; empty where nothing is."""
    if not style["scales"]:
        return ""
    alone = "|".join(re.escape(scale) for scale in sorted(style["scales"], key=lambda scale: (-len(scale), scale)))
    table = ", ".join(f"{json.dumps(scale, ensure_ascii=False)}: {int(SCALES[scale])}" for scale in style["scales"])
    return f".str.extract({regex('[0-9] *(' + alone + ')')}).replace_strict({{{table}}}, default=1, return_dtype=pl.Float64).fill_null(1)"


def regex(text):
    """A pattern as Python writes it."""
    return json.dumps(text, ensure_ascii=False) if '"' in text or text.endswith("\\") else f'r"{text}"'


def follows(values, style):
    """Whether every value is written in this style, which a sample has told."""
    bare = values.to_frame("value").select(run_steps('pl.col("value")' + bare_code(style))).to_series().str.strip_chars()
    bare = bare.str.replace(r"^([+-]?)\s+", "$1")
    decimal = re.escape(style["decimal"])
    marks = style["marks"]
    if marks:
        grouped = f"[{re.escape(marks)}{SPACES if any(c in SPACES for c in marks) else ''}]"
        whole = rf"(?:\d{{1,3}}(?:{grouped}\d{{3}})+|\d{{1,2}}(?:{grouped}\d{{2}})*{grouped}\d{{3}}|\d+)"
    else:
        whole = r"\d+"
    part = "" if style["whole"] else rf"(?:{decimal}\d*)?"
    short = "" if style["whole"] else rf"|{decimal}\d+"
    exponent = r"(?:[eE][+\-]?\d+)?"
    return bool(bare.str.contains(rf"^[+\-]?(?:{whole}{part}{short}){exponent}$").all())


def run_steps(code):
    return eval(code, {"pl": pl})


def parse(values, code):
    """The values by the steps in `code`, in which `{}` is the column; None where one does not fit."""
    frame = values.alias("value").to_frame()
    try:
        return frame.select(run_steps(code.replace("{}", 'pl.col("value")')).alias("value")).to_series()
    except pl.exceptions.PolarsError:
        return None
