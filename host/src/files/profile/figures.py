# --- a column's figures -------------------------------------------------------------------------


def cut(text, most=TEXT_MAX):
    return text if len(text) <= most else text[: most - 1] + "…"


def figure(value):
    """A number that JSON can hold, in the digits that do not depend on the order of additions."""
    if value is None or not math.isfinite(value):
        return None
    return value if isinstance(value, int) else float(f"{value:.12g}")


def moment(value):
    text = value.isoformat()
    return text[:-6] + "Z" if text.endswith("+00:00") else text


def counted(values):
    """The distinct values of a column in the order in which they come, with their counts."""
    return values.alias("value").drop_nulls().to_frame().group_by("value", maintain_order=True).len("count")


def described(name, values, counts, look):
    """What is told of one column of text."""
    told = {"name": name[:NAME_MAX], "type": look.kind, "nulls": values.null_count(), "distinct": 0, "top": [], "samples": []}
    if look.form:
        told["format"] = look.form
    if look.unit:
        told["unit"] = look.unit
    if look.code:
        told["code"] = True
    # By a plain name: polars takes a name such as "*" or "^x$" for a pattern.
    values = values.alias("value").drop_nulls()
    if look.missing and look.kind != "text":
        gone = counts.filter(counts["value"].is_in(look.missing)).sort(["count", "value"], descending=[True, False])
        told["missing"] = [{"value": cut(value), "count": count} for value, count in gone.rows()]
        told["nulls"] += gone["count"].sum()
        values = values.filter(~values.is_in(look.missing))
        counts = counts.filter(~counts["value"].is_in(look.missing))
    if not len(values):
        return told
    told["distinct"] = counts.height
    if counts.height < len(values):
        # Equal counts stand in the order of their values, so that the answer does not depend on hashes.
        least = counts["count"].top_k(TOP_MAX).min()
        top = counts.filter(pl.col("count") >= least).sort(["count", "value"], descending=[True, False]).head(TOP_MAX)
        told["top"] = [{"value": cut(value), "count": count} for value, count in top.rows()]
    told["samples"] = [cut(value) for value in values.head(PROBE_ROWS).unique(maintain_order=True).head(SAMPLES_MAX).to_list()]
    if look.kind in ("integer", "number"):
        numbers_told(told, parse(values, look.steps) if look.steps else values.cast(run_steps(DTYPES[look.kind])))
    elif look.kind in ("date", "datetime"):
        parsed = parse(counts["value"], look.steps)
        told["min"], told["max"] = moment(parsed.min()), moment(parsed.max())
    elif look.kind == "text":
        told["min"], told["max"] = cut(values.min()), cut(values.max())
        lengths = values.str.len_chars()
        told["lengths"] = {"min": lengths.min(), "max": lengths.max(), "mean": figure(lengths.mean())}
    return told


def numbers_told(told, parsed):
    if told["type"] == "number":
        parsed = parsed.filter(parsed.is_finite())
    if len(parsed):
        told["min"], told["max"] = figure(parsed.min()), figure(parsed.max())
        told["mean"], told["std"] = figure(parsed.mean()), figure(parsed.std())
        parsed = parsed.sort()
        told["quantiles"] = {
            f"p{share}": figure(parsed.quantile(share / 100, interpolation="linear")) for share in (5, 25, 50, 75, 95)
        }
