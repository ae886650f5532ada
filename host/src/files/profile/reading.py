# --- the call that reads it ---------------------------------------------------------------------

CODE_MAX = 60_000
"""Characters of the call; a longer one reads every column as text."""

DTYPES = {"integer": "pl.Int64", "number": "pl.Float64", "boolean": "pl.Boolean", "text": "pl.String"}


def quoted(text):
    """A Python literal that breaks no line and shows what it holds."""
    shown = "".join(c if c == "\t" or c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}"
                    for c in text.replace("\\", "\\\\").replace('"', '\\"'))
    return '"' + shown.replace("\t", "\\t") + '"'


def column_code(name, at):
    """How a script names a column; polars takes some names for patterns."""
    return f"pl.nth({at})" if name == "*" or (name.startswith("^") and name.endswith("$")) else f"pl.col({quoted(name)})"


def reading_arguments(delimiter, quote, layout):
    """How the lines are divided, and where the table begins, as arguments of read_csv."""
    arguments = []
    if delimiter != ",":
        arguments.append(f"separator={quoted(delimiter)}")
    if quote != '"':
        arguments.append("quote_char=" + (quoted(quote) if quote else "None"))
    skip, after = layout.skip, layout.after
    if layout.names:
        # Both rows of names are passed over.
        skip, after = layout.skip + 1 + after, 0
    if not layout.header or layout.names:
        arguments.append("has_header=False")
    if skip:
        arguments.append(f"skip_rows={skip}")
    if after:
        arguments.append(f"skip_rows_after_header={after}")
    if layout.comment:
        arguments.append(f"comment_prefix={quoted(layout.comment)}")
    if layout.truncate:
        arguments.append("truncate_ragged_lines=True")
    if layout.names:
        arguments.append("new_columns=[" + ", ".join(quoted(name) for name in layout.names) + "]")
    return arguments


def call_code(arguments, drops, layout, converted):
    """The call after the file's name."""
    code = "".join(", " + argument for argument in arguments) + ")"
    if drops:
        code += f".drop({', '.join(quoted(name) for name in drops)})"
    if layout.blank:
        code += ".filter(~pl.all_horizontal(pl.all().is_null()))"
    if layout.left_out:
        code += f".remove(pl.int_range(pl.len()).is_in({layout.left_out}))"
    if len(converted) == 1:
        code += f".with_columns({converted[0]})"
    elif converted:
        code += ".with_columns(\n" + "".join(f"    {line},\n" for line in converted) + ")"
    return code


def conversions(columns):
    """The columns that a script converts, those with the same steps together. `columns` are names, places and steps."""
    groups, alone = {}, []
    for name, at, steps in columns:
        column = column_code(name, at)
        if steps.count("{}") == 1 and column.startswith("pl.col("):
            groups.setdefault(steps, []).append(quoted(name))
        else:
            alone.append(steps.replace("{}", column))
    return [steps.replace("{}", f"pl.col({', '.join(names)})") for steps, names in groups.items()] + alone


def run_call(rows, code):
    return run_steps_with("pl.read_csv(source" + code, rows)


def run_steps_with(code, source):
    return eval(code, {"pl": pl, "source": source})


def has_decimal_comma(look):
    style = look.style
    return style and look.kind == "number" and style["decimal"] == "," and is_plain(style | {"decimal": "."})


class Reader:
    """Writes the call that reads a table with its types, and tries it."""

    def __init__(self, rows, delimiter, quote, layout, drops):
        self.rows, self.layout, self.drops = rows, layout, drops
        self.delimiter = delimiter
        self.arguments = reading_arguments(delimiter, quote, layout)

    def text(self):
        """All columns as text, without the rows that are no data."""
        return call_code([*self.arguments, "infer_schema=False"], self.drops, self.layout, [])

    def code(self, looks, odd, named):
        """The call, after the file's name. `odd` are columns that hold text in rows which are left out. With `named`, all
        types are named; else those that polars would not find in the first rows by itself."""
        arguments = list(self.arguments)
        commas = [name for name, look in looks.items() if has_decimal_comma(look) and not look.missing and name not in odd]
        points = any(look.kind == "number" and not has_decimal_comma(look) and not look.steps for look in looks.values())
        if commas and not points and self.delimiter != ",":
            arguments.append("decimal_comma=True")
        else:
            commas = []
        nulls = {name: look.missing[0] for name, look in looks.items()
                 if len(look.missing) == 1 and look.kind != "text" and name not in odd}
        if nulls:
            arguments.append("null_values={" + ", ".join(f"{quoted(name)}: {quoted(word)}" for name, word in nulls.items()) + "}")
        found = {}
        if not named:
            # polars fails on digits that are too many for a number before it gives up on them.
            digits = [f"{quoted(name)}: pl.String" for name, look in looks.items() if look.kind == "text" and look.code]
            tried = [*arguments, "schema_overrides={" + ", ".join(digits) + "}"] if digits else arguments
            probe = run_call(self.rows, "".join(", " + argument for argument in tried) + ", n_rows=100)")
            found = {name: dtype for name, dtype in zip(probe.columns, probe.dtypes) if name in looks and not (looks[name].code and looks[name].kind == "text")}
        overrides, converted = [], []
        for at, (name, look) in enumerate(looks.items()):
            steps = "" if name in commas else look.steps
            wanted = DTYPES.get(look.kind)
            if look.missing and name not in nulls and look.kind != "text":
                words = "[" + ", ".join(quoted(word) for word in look.missing) + "]"
                steps = (steps or "{}" + f".cast({wanted})").replace("{}", f"{{}}.replace({words}, None)")
            elif not steps and name in odd and wanted not in ("pl.String", None):
                steps = f"{{}}.cast({wanted})"
            if steps:
                converted.append((name, at, steps))
                if found.get(name) != pl.String:
                    overrides.append((name, "pl.String"))
            elif wanted and found.get(name) != run_steps(wanted) and (look.kind != "text" or look.code or name in found):
                overrides.append((name, wanted))
        if overrides:
            arguments.append("schema_overrides={" + ", ".join(f"{quoted(name)}: {dtype}" for name, dtype in overrides) + "}")
        return call_code(arguments, self.drops, self.layout, conversions(converted))

    def careful(self, looks):
        """The call that takes nothing for granted: every column is text first."""
        converted = []
        for at, (name, look) in enumerate(looks.items()):
            steps = look.steps
            if not steps and look.kind in ("integer", "number"):
                steps = f"{{}}.cast({DTYPES[look.kind]})"
            elif not steps and look.kind == "boolean":
                steps = '{} == "true"'
            if look.missing and look.kind != "text":
                words = "[" + ", ".join(quoted(word) for word in look.missing) + "]"
                steps = steps.replace("{}", f"{{}}.replace({words}, None)")
            if steps:
                converted.append((name, at, steps))
        return call_code([*self.arguments, "infer_schema=False"], self.drops, self.layout, conversions(converted))

    def call(self, looks, odd, expected):
        """A call that has been tried and gives the table that was expected: its height and nulls. None where none does."""
        for write in (lambda: self.code(looks, odd, False), lambda: self.code(looks, odd, True), lambda: self.careful(looks)):
            try:
                code = write()
                if len(code) <= CODE_MAX and self.gives(code, looks, expected):
                    return code
            except (pl.exceptions.PolarsError, ValueError, TypeError):
                continue
        return None

    def gives(self, code, looks, expected):
        frame = run_call(self.rows, code)
        height, nulls = expected
        if frame.height != height or frame.columns != list(looks):
            return False
        kinds = {"integer": (pl.Int64,), "number": (pl.Float64,), "boolean": (pl.Boolean,), "date": (pl.Date,), "text": (pl.String,)}
        for look, found, count in zip(looks.values(), frame.get_columns(), nulls):
            if look.kind in kinds and found.dtype not in kinds[look.kind]:
                return False
            if look.kind == "datetime" and not isinstance(found.dtype, pl.Datetime):
                return False
            if look.kind != "empty" and found.null_count() != count:
                return False
        return True
