"""Says in words what a figure shows: its title, and sentences for readers who cannot see it."""

import numpy as np

from matplotlib._panels import plain
from matplotlib._rows import instants

_LONGEST = 900
"""Characters of a description."""
_KINDS = {"line": "line chart", "area": "area chart", "point": "scatter plot", "bins": "histogram", "box": "box plot", "cells": "heat map"}
_PANELS = 6
"""Panels that are described one by one."""


def title(figure, panels):
    """The title over all axes, or that of the first axes that have one."""
    return plain(figure.get_suptitle()) or next((text for panel in panels for text in panel.titles), "")


def describe(figure, panels):
    """What kind of chart it is, its axes, categories, groups and extremes."""
    shown = [panel for panel in panels if panel.facts and (panel.axes._place["kind"] != "twin" or not _under(panel, panels).facts)]
    named = title(figure, panels)
    named = f" “{named}”" if named else ""
    if not shown:
        return f"An image{named}." if any(axes.images for axes in figure._axes) else f"An empty chart{named}."
    if len(shown) == 1:
        twins = [panel for panel in panels if panel.axes._place["kind"] == "twin" and panel.facts and panel is not shown[0]]
        text = _capital(_article(_kind([shown[0], *twins]))) + named + _details(shown[0])
        for twin in twins:
            text += f" On the other axis {_details(twin).removeprefix(' of ').strip()}"
        return _cut(text)
    kinds = list(dict.fromkeys(_article(_kind([panel])) for panel in shown))
    text = f"{_capital(_count(len(shown)))} panels{named}: {', '.join(kinds)}."
    if len(shown) <= _PANELS:
        for index, panel in enumerate(shown):
            own = f" “{panel.titles[0]}”" if panel.titles else ""
            more = f" {index + 1}{own}: {_details(panel).removeprefix(':').strip()}"
            if len(text) + len(more) <= _LONGEST:
                text += more
    return _cut(text)


def _under(twin, panels):
    """The panel that a twin lies over."""
    axes = twin.axes.figure._axes[twin.axes._place["of"]]
    return next((panel for panel in panels if panel.axes is axes), twin)


def _cut(text):
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _capital(text):
    return text[:1].upper() + text[1:]


def _article(kind):
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _count(count):
    words = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    return words[count] if count < len(words) else str(count)


def _kind(panels):
    found = []
    for panel in panels:
        for fact in panel.data():
            if fact.mark == "bar":
                many = "stacked " if "bar" in panel.stacked else ""
                kind = f"{many}bar chart" if fact.is_upright else f"horizontal {many}bar chart"
            elif fact.mark == "slices":
                kind = "ring chart" if fact.hole else "pie chart"
            elif fact.mark == "area" and "area" in panel.stacked:
                kind = "stacked area chart"
            elif getattr(fact, "box", None) is not None:
                continue
            else:
                kind = _KINDS.get(fact.mark)
            if kind and kind not in found:
                found.append(kind)
    if "line chart" in found and "area chart" in found:
        found.remove("area chart")
    if any(panel.is_violin for panel in panels):
        return "violin plot"
    if not found:
        return "chart"
    return found[0] + (f" with {' and '.join(_article(kind) for kind in found[1:])}" if found[1:] else "")


def _details(panel):
    """The rest of a sentence: what lies along the axes, the categories, the groups, the extremes."""
    slices = panel.data("slices")
    if slices:
        return "; another ring".join(map(_of_slices, slices)) + "."
    parts = []
    cells = panel.data("cells")
    data = panel.data("bar", "line", "area", "box", "bins", "point", "cells")
    values = next((fact.across for fact in data), "y")
    along, across = panel.direction("x" if values == "y" else "y"), panel.direction(values)
    words = [name for name in (across.name, along.name) if name not in ("x", "y", "value", "category", "row", "column")]
    head = (f" of {words[0]} by {words[1]}" if len(words) == 2 else f" of {words[0]}" if words else "") if data else ""
    for direction in ([panel.x, panel.y] if cells else [along]):
        if direction.mode in ("names", "placed"):
            names = direction.words()
            word = "category" if len(names) == 1 else "categories"
            if cells:
                word = ("column" if direction is panel.x else "row") + ("" if len(names) == 1 else "s")
            parts.append(f"{len(names)} {word}: {_listed(names)}")
    groups = [name for name, _ in panel.groups().items()]
    if groups:
        parts.append(f"{panel.group_name if panel.group_name != 'series' else 'series'}: {_listed(groups, 8)}")
    parts += _extremes(panel, data, along, across)
    return head + (("; " if head else ": ") + "; ".join(parts) if parts else "") + "."


def _of_slices(fact):
    shares = [f"{name} {share * 100:.1f} %" for name, share in zip(fact.texts, fact.columns["share"].tolist())]
    return f" of {len(shares)} parts: {_listed(shares, 8)}"


def _listed(items, most=6):
    return f"{', '.join(items[:most])} and {len(items) - most} more" if len(items) > most else ", ".join(items)


def _extremes(panel, data, along, across):
    if panel.data("cells"):
        return _of_cells(panel.data("cells")[0], panel)
    bins = panel.data("bins")
    if bins:
        return _of_bins(bins, along)
    boxes = panel.data("box")
    if boxes:
        found = [(float(value), label) for fact in boxes for value, label in zip(fact.columns["median"], _row_names(fact, along, range(len(fact)))) if value == value]
        return _ends(found, "median") if found else []
    if all(fact.mark == "point" for fact in data) and data and along.mode == "number":
        count = sum(map(len, data))
        reach = [f"{direction.name} from {short(low)} to {short(high)}" for direction in (along, across) if (ends := _reach(data, direction)) for low, high in [ends] if direction.mode == "number"]
        return [f"{count:,} points", *reach]
    found, whole = [], []
    for fact in data:
        if fact.mark not in ("bar", "line", "area", "point") or len(fact) == 0:
            continue
        column = {"bar": lambda fact: fact.columns["end"] - fact.columns["base"], "area": lambda fact: fact.columns["high"] - (fact.columns["low"] if "area" in panel.stacked else 0)}.get(
            fact.mark, lambda fact: fact.columns[fact.across]
        )(fact)
        known = np.flatnonzero(np.isfinite(column))
        if known.size and across.mode == "number":
            ends = [int(known[column[known].argmax()]), int(known[column[known].argmin()])]
            found += zip(column[ends].tolist(), _row_names(fact, along, ends))
        at = fact.columns["at"] if "at" in fact.columns else fact.columns[fact.along]
        whole.append(at)
    if along.mode == "number":
        found = [(value, f"at {along.name} {name}") for value, name in found]
    parts = []
    if along.mode in ("number", "date") and whole:
        at = np.concatenate(whole)
        at = at[np.isfinite(at)]
        if at.size:
            ends = (instants(np.array([at.min(), at.max()])) if along.mode == "date" else [short(float(at.min())), short(float(at.max()))])
            ends = [end.removesuffix("T00:00:00") for end in ends]
            parts.append(f"{along.name} from {ends[0]} to {ends[1]}")
    return parts + (_ends(found) if found else [])


def _row_names(fact, direction, rows):
    """What some of the rows of a fact are called, by their place and their group."""
    rows = list(rows)
    at = (fact.columns["at"] if "at" in fact.columns else fact.columns[fact.along])[rows]
    at = at - (getattr(fact, "offset", 0.0) or 0.0) if "at" in fact.columns else at
    if direction.mode in ("names", "placed"):
        names = direction.named(at)
    elif direction.mode == "date":
        names = [(text or "").removesuffix("T00:00:00") for text in instants(at)]
    else:
        names = [short(float(value)) for value in at]
    groups = [fact.groups[row] for row in rows] if fact.groups else [fact.label] * len(names)
    return [name if group is None or group == name else f"{name} ({group})" for name, group in zip(names, groups)]


def _ends(found, word=""):
    high, low = max(found, key=lambda pair: pair[0]), min(found, key=lambda pair: pair[0])
    word = f" {word}" if word else ""
    told = lambda pair: f"{short(pair[0])} {pair[1]}" if pair[1].startswith("at ") else f"{pair[1]} {short(pair[0])}"  # noqa: E731
    if high[0] == low[0]:
        return [f"all{word or ' values'} {short(high[0])}"] if len(found) > 1 and high[1] != low[1] else [told(high)]
    return [f"highest{word}: {told(high)}", f"lowest{word}: {told(low)}"]


def _of_cells(fact, panel):
    values = fact.columns["value"]
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        return []
    width = len(fact.edges["x"]) - 1
    names = {}
    for letter in "xy":
        direction, ends = panel.direction(letter), fact.edges[letter]
        middles = (ends[1:] + ends[:-1]) / 2
        names[letter] = direction.named(middles) if direction.mode in ("names", "placed") else [text.removesuffix("T00:00:00") for text in instants(middles)] if direction.mode == "date" else [short(float(one)) for one in middles]
    found = []
    for index in (int(known[values[known].argmax()]), int(known[values[known].argmin()])):
        found.append((float(values[index]), f"{names['y'][index // width]}, {names['x'][index % width]}:"))
    return _ends(found)


def _of_bins(bins, along):
    parts = []
    heights = [(float(end - base), (float(low), float(high)), fact.label) for fact in bins for end, base, low, high in zip(*(fact.columns[role] for role in ("end", "base", "from", "to")))]
    if not heights:
        return parts
    write = (lambda value: instants(np.array([value]))[0].removesuffix("T00:00:00")) if along.mode == "date" else short
    low, high = min(one[1][0] for one in heights), max(one[1][1] for one in heights)
    count = len({one[1] for one in heights})
    parts.append(f"{count} bins from {write(low)} to {write(high)}")
    top, (start, end), label = max(heights, key=lambda one: one[0])
    parts.append(f"highest: {write(start)} to {write(end)}{f' ({label})' if label else ''} {short(top)}")
    return parts


def _reach(data, direction):
    columns = [fact.columns[direction.letter] for fact in data if direction.letter in fact.columns]
    values = np.concatenate(columns) if columns else np.array([])
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else None


def short(value):
    """A number with as many digits as tell it apart, and with commas from ten thousand on."""
    if value != 0 and not 1e-4 <= abs(value) < 1e12:
        return f"{value:.2e}"
    digits = min(max(3 - int(np.floor(np.log10(abs(value)))), 0), 6) if value else 0
    text = f"{value:,.{digits}f}" if abs(value) >= 10_000 else f"{value:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
