# The charts of findings: lines that draw from the frame `df`, with polars as `pl` and pyplot as `plt`, for this run and
# for tiles alike.
BLUE, RED = "#2a6f97", "#bc4749"


def label(text):
    """A text of a chart as a literal; a dollar sign would begin a formula."""
    short = text if len(text) <= 70 else text[:69] + "…"
    return ascii(short.replace("$", "\\$"))


def heading(text):
    return text[:1].upper() + text[1:]


def column(name):
    return f"pl.col({ascii(name)})"


def value_of(measure):
    """A measure of a group of rows, as the engine computes it."""
    if measure is None:
        return "pl.len().cast(pl.Float64)"
    return f"{column(measure['name'])}.cast(pl.Float64).{'sum' if measure['sum'] else 'mean'}()"


def chart(scope, lines, title, x, y, numbers="y"):
    begin = []
    if scope:
        begin.append(f"df = df.filter({column(scope['column'])}.cast(pl.String) == {ascii(scope['value'])})")
    end = [
        f'ax.set_title({label(title)}, loc="left", fontweight="bold")',
        f"ax.set_xlabel({label(x)})",
        f"ax.set_ylabel({label(y)})",
        f'ax.grid(axis="{numbers}", alpha=0.3)' if numbers else "",
        f'ax.{numbers}axis.set_major_formatter("{{x:,.12g}}")' if numbers else "",
        "fig.tight_layout()",
    ]
    return "\n".join(begin + lines + [line for line in end if line]) + "\n"


def over_time(scope, time, every, measure, name, title, marked=(), change=None, since=None, zeros=False):
    """A line over the periods, with points that are marked and the levels before and after a change."""
    period = f'{column(time)}.dt.truncate("{every}")'
    lines = [
        f'shown = df.drop_nulls({ascii(time)}).group_by({period}.alias("period")).agg(value={value_of(measure)}, rows=pl.len(), '
        f'left=({period}.dt.offset_by("{every}") - {column(time)}).min().dt.total_seconds()).sort("period")',
        # What is not over yet would look like a fall.
        'if shown.height > 3 and shown["left"][-1] > shown["left"][1:-1].quantile(0.9) + 1:',
        "    shown = shown[:-1]",
    ]
    if since:
        lines.append(f'shown = shown.filter(pl.col("period").cast(pl.String).str.slice(0, 16) >= {ascii(since)})')
    if zeros:
        lines += [
            f'shown = shown.upsample("period", every="{every}")',
            'shown = shown.with_columns(value=pl.when(pl.col("rows").is_null()).then(0.0).otherwise("value"))',
        ]
    lines.append('shown = shown.drop_nulls("value")')
    lines += [
        "fig, ax = plt.subplots(figsize=(10, 4))",
        f'ax.plot(shown["period"], shown["value"], color="{BLUE}")',
    ]
    if marked:
        lines += [
            f'far = shown.filter(pl.col("period").cast(pl.String).str.slice(0, 16).is_in({ascii(list(marked))}))',
            f'ax.scatter(far["period"], far["value"], color="{RED}", s=50)',
        ]
    if change:
        lines += [
            f'after = pl.col("period").cast(pl.String).str.slice(0, 16) >= {ascii(change)}',
            "for part in (shown.filter(~after), shown.filter(after)):",
            f'    ax.plot(part["period"], [part["value"].median()] * part.height, color="{RED}", linestyle="--")',
        ]
    return chart(scope, lines, title, "", name)


def by_phase(scope, time, every, phase, measure, name, title, x, places):
    """The usual value at each place of a season."""
    lines = [
        f'series = df.drop_nulls({ascii(time)}).group_by({column(time)}.dt.truncate("{every}").alias("period"))'
        f'.agg(value={value_of(measure)}).drop_nulls()',
        f'shown = series.group_by(pl.col("period").dt.{phase}().alias("place")).agg(pl.col("value").mean()).sort("place")',
        "fig, ax = plt.subplots(figsize=(8, 4))",
        f"names = {ascii(places)}" if places else "",
        f'labels = [{"names[place - 1]" if places else "str(place)"} for place in shown["place"]]',
        f'ax.bar(labels, shown["value"], color="{BLUE}")',
    ]
    return chart(scope, [line for line in lines if line], title, x, name)


def by_category(scope, category, expression, title, y, named=(), counted="pl.len()", least=1):
    """Bars of the 15 greatest groups and of those that are `named`, of groups with at least `least` rows."""
    lines = [
        f'shown = df.drop_nulls({ascii(category)}).group_by({column(category)}.cast(pl.String).alias("group"))'
        f".agg(value={expression}, rows={counted}).drop_nulls()"
        + (f'.filter(pl.col("rows") >= {least})' if least > 1 else ""),
        'shown = shown.sort("value", "group", descending=[True, False]).with_row_index("place")',
        f'shown = shown.filter((pl.col("place") < 15) | pl.col("group").is_in({ascii(list(named))})).reverse()',
        'labels = [name[:48].replace("$", "\\\\$") for name in shown["group"]]',
        "fig, ax = plt.subplots(figsize=(8, 1.4 + 0.36 * len(labels)))",
        f'ax.barh(labels, shown["value"], color="{BLUE}")',
    ]
    return chart(scope, lines, title, y, category, "x")


def points(scope, a, b, title):
    lines = [
        f"shown = df.select(x={column(a)}.cast(pl.Float64), y={column(b)}.cast(pl.Float64)).drop_nulls()",
        "if shown.height > 2000:",
        "    shown = shown.sample(2000, seed=0)",
        "fig, ax = plt.subplots(figsize=(7, 4.5))",
        f'ax.scatter(shown["x"], shown["y"], s=12, alpha=0.6, color="{BLUE}")',
    ]
    return chart(scope, lines, title, a, b)


def shares(scope, a, b, value, title, named=()):
    """How often `value` of column b occurs within each value of column a."""
    part = f"({column(b)}.cast(pl.String) == {ascii(value)}).mean() * 100"
    return by_category(scope, a, part, title, f"% {value}", named)


def histogram(scope, name, title):
    lines = [
        f"values = df[{ascii(name)}].cast(pl.Float64).drop_nulls()",
        "fig, ax = plt.subplots(figsize=(8, 4))",
        f'ax.hist(values, bins=40, color="{BLUE}", log=True)',
    ]
    return chart(scope, lines, title, name, "rows")


def missing(names, title):
    lines = [
        f"names = {ascii(names)}",
        "counts = [df[name].null_count() for name in names]",
        "fig, ax = plt.subplots(figsize=(8, 1.4 + 0.36 * len(names)))",
        f'ax.barh([name[:48].replace("$", "\\\\$") for name in names], counts, color="{BLUE}")',
    ]
    return chart(None, lines, title, "rows without a value", "", "x")


def duplicates(title):
    lines = [
        "unique = df.unique().height",
        "fig, ax = plt.subplots(figsize=(6, 4))",
        f'ax.bar(["different", "repeated"], [unique, df.height - unique], color="{BLUE}")',
    ]
    return chart(None, lines, title, "", "rows")
