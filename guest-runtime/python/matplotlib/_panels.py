"""Axes as a reader sees them: what lies along x and y, in which words, and which facts are groups of one series.

Made of the facts of the axes and of what stands around them: axis labels, tick labels, the legend, the colour bar.
"""

import _chart
import numpy as np

from matplotlib._facts import facts_of
from matplotlib.legend import _key
from matplotlib.patches import Rectangle

_NEAR = 0.5
"""How far from a named place something may be drawn and still belong to it, in units of the axis."""


def plain(text):
    """A text without the marks of formulas, on one line."""
    text = str(text)
    return (_chart.plain(text) if "$" in text or "\\" in text else " ".join(text.split())).strip()


class Direction:
    """What lies along x or y. `mode` is `number`, `date`, `names` (everything stands on a named place) or `placed`
    (named places, and other things between them)."""

    def __init__(self, letter, axis, scene):
        self.letter, self.axis, self.scene = letter, axis, scene
        self.limits = tuple(sorted(scene["limits"]))
        self.is_reversed = scene["limits"][0] > scene["limits"][1]
        self.places, self.texts = _named_places(axis, scene)
        self.mode = "date" if axis.kind == "date" else "number"
        self.name = None

    @property
    def label(self):
        """The axis label; of axes that leave it to their neighbours, that of the neighbours."""
        own = self.scene["label"]["text"] if self.scene["visible"] else ""
        others = (one.label.get_text() for one in self.axis.shared if one is not self.axis)
        return plain(own) or next((text for text in map(plain, others) if text), None)

    def holds(self, place):
        """Whether a place lies within the limits."""
        return self.limits[0] <= place <= self.limits[1]

    def offsets(self, column):
        """How far each place is from the nearest named one; none without names."""
        if not len(self.places) or not len(column):
            return None
        return column - self.places[self._nearest(column)]

    def _nearest(self, column):
        column = np.nan_to_num(column)
        after = np.clip(np.searchsorted(self.places, column), 1, max(len(self.places) - 1, 1)) if len(self.places) > 1 else np.zeros(len(column), int)
        before = np.maximum(after - 1, 0)
        return np.where(np.abs(column - self.places[before]) <= np.abs(column - self.places[after]), before, after)

    def named(self, column):
        """The names of the places nearest to a column of places."""
        return [self.texts[index] for index in self._nearest(column)]

    def share(self, place):
        """Where a place lies among the names, from 0 to 1 in the order of reading."""
        index = np.interp(place, self.places, np.arange(len(self.places))) + min(place - self.places[0], 0) + max(place - self.places[-1], 0)
        share = (index + 0.5) / len(self.places)
        return round(float(share if self.is_reversed == (self.letter == "y") else 1 - share), 4)

    def words(self):
        """The names in the order of reading: from left to right, from top to bottom."""
        shown = [text for place, text in zip(self.places, self.texts) if self.holds(place)]
        return shown if self.is_reversed == (self.letter == "y") else shown[::-1]


def _named_places(axis, scene):
    if axis.kind == "category":
        pairs = list(enumerate(axis.categories))
    elif axis.kind != "date" and axis._fixed_labels:
        pairs = [(tick["at"], tick["label"]) for tick in scene["ticks"] if tick["label"].strip()]
        if all(_is_number(text, place) for place, text in pairs):
            pairs = []
    else:
        pairs = []
    texts, seen = [], {}
    pairs = sorted({place: text for place, text in pairs}.items())
    for _, text in pairs:
        text = plain(text)
        seen[text] = seen.get(text, 0) + 1
        texts.append(text if seen[text] == 1 else f"{text} ({seen[text]})")
    return np.array([place for place, _ in pairs], dtype=float), texts


def _is_number(text, place):
    try:
        return abs(float(text.replace("−", "-").replace(",", "")) - place) <= 1e-9 * max(abs(place), 1.0)
    except ValueError:
        return False


class Panel:
    """One pair of axes with its facts, named and grouped."""

    def __init__(self, axes, scene, figure):
        self.axes, self.scene = axes, scene
        self.facts = facts_of(axes)
        self.x, self.y = Direction("x", axes.xaxis, scene["x"]), Direction("y", axes.yaxis, scene["y"])
        self.sections = _sections(axes, figure)
        #: Whether the picture tells groups by a legend.
        self.has_legend = bool(self.sections)
        self.group_name = next((title for title, _ in self.sections if title), "series")
        self._join_errors()
        self._name_by_colors()
        self._label_areas()
        self._name_lines()
        self._name_points()
        for direction in (self.x, self.y):
            self._settle(direction)
        self._name_directions(figure)
        self.stacked = {mark for mark in ("bar", "bins", "area") if self._is_stack(mark)}

    @property
    def is_violin(self):
        """Whether it has the bodies of violins."""
        return any(fact.mark == "area" and fact.is_drawing and self.direction(fact.across).mode == "placed" for fact in self.facts)

    @property
    def titles(self):
        """The titles over the axes."""
        return [text for text in (plain(title["text"]) for title in self.scene["titles"]) if text]

    def data(self, *marks):
        """The facts that are data, of some kinds or of all."""
        return [fact for fact in self.facts if not fact.is_drawing and (not marks or fact.mark in marks)]

    def direction(self, letter):
        """What lies along `x` or `y`."""
        return self.x if letter == "x" else self.y

    def groups(self):
        """The names of the groups with their colours, in the order in which they are drawn."""
        found = {}
        for fact in self.facts:
            if fact.groups is not None:
                colors = fact.colors or [fact.color] * len(fact.groups)
                for group, color in zip(fact.groups, colors):
                    if group:
                        found.setdefault(group, color)
            elif fact.label:
                found.setdefault(fact.label, fact.color)
        order = [label for _, entries in self.sections for label, _ in entries]
        return dict(sorted(found.items(), key=lambda pair: order.index(pair[0]) if pair[0] in order else len(order)))

    # Groups

    def _name_by_colors(self):
        """Names what has no label by the legend's colours, where the legend was made by hand."""
        for fact in self.facts:
            if fact.label is not None:
                fact.label = plain(fact.label)
            if fact.groups is not None:
                fact.groups = [plain(group) for group in fact.groups]
        own = {id(child) for child in self.axes._children if not _is_key(child)} | {id(one) for one in self.axes.containers}
        for title, entries in self.sections:
            colors = {_key_of(color): label for label, (handle, color) in entries if id(handle) not in own and color is not None}
            if len(colors) < 2 or len(colors) != len(entries):
                continue
            for fact in self.facts:
                if fact.label is not None or fact.groups is not None or fact.mark in ("text", "rule", "span", "slices", "cells", "outline"):
                    continue
                if fact.colors is not None and fact.mark not in ("line", "area"):
                    groups = [colors.get(_key_of(color)) for color in fact.colors]
                    if all(groups):
                        fact.groups = groups
                elif fact.color is not None:
                    fact.label = colors.get(_key_of(fact.color))
            self.group_name = title or self.group_name
        by_color = {_key_of(color): label for _, entries in self.sections for label, (_, color) in entries}
        for fact in self.data("slices"):
            names = fact.texts if any(fact.texts) else [by_color.get(_key_of(color)) for color in fact.colors]
            fact.texts = [name or f"part {index + 1}" for index, name in enumerate(names)]
        for fact in self.facts:
            box = getattr(fact, "box", None)
            if box is not None:
                places = dict(zip(box.columns["at"].tolist(), box.groups or []))
                fact.label = box.label
                fact.groups = [places[at] for at in fact.columns[fact.along].tolist()] if box.groups else None
                fact.color, fact.colors = (fact.color, None) if fact.label is None and fact.groups is None else (box.color, None)

    def _join_errors(self):
        """Gives error bars to the bars, points or lines on which they stand."""
        kept, hosts = [], [fact for fact in self.facts if fact.mark in ("bar", "line", "point") and not _is_stroke(fact)]
        single = {}
        # Of bars in both directions those along the values are told, and the others drawn.
        for fact in sorted(self.facts, key=lambda fact: fact.mark == "error" and not fact.is_upright):
            if fact.mark == "error":
                own = [host for host in hosts if host.owner is fact.owner]
                host = next((host for host in own or hosts if _carries(host, fact)), None)
                if host is not None:
                    host.errors = (fact.columns["low"], fact.columns["high"], fact.is_upright, fact)
                    continue
                _draw_alone(fact)
            elif _is_stroke(fact) and (found := _stroke_on(hosts, fact)) is not None:
                host, row, low, high, is_upright = found
                single.setdefault(id(host), (host, is_upright, fact, {}))[3][row] = (low, high)
                continue
            elif _is_stroke(fact) and (_stroke_of(fact)[3] or self.y.axis.kind == "category"):
                fact.is_drawing = True
            kept.append(fact)
        for host, is_upright, fact, ends in single.values():
            low, high = (np.array([ends.get(row, (np.nan, np.nan))[side] for row in range(len(host))]) for side in (0, 1))
            host.errors = (low, high, is_upright, fact)
        self.facts = kept

    def _label_areas(self):
        """An area is named as the line on its edge; where areas stand on each other, the lines on them are no data."""
        areas = [fact for fact in self.facts if fact.mark == "area" and not fact.is_drawing]
        lines = [fact for fact in self.facts if fact.mark == "line"]
        edges = []
        for area in areas:
            low, high = area.columns["low"], area.columns["high"]
            for line in lines:
                at, values = line.columns[area.along], line.columns[area.across]
                if not np.array_equal(at, area.columns["at"], equal_nan=True):
                    continue
                if np.array_equal(values, high, equal_nan=True):
                    edges.append((area, line))
                elif area.label is None and _same(line.color, area.color) and np.all((low <= values) & (values <= high) | np.isnan(values)):
                    area.label = line.label
        stands = any(np.any(area.columns["low"]) and np.any(area.columns["high"]) for area, _ in edges)
        for area, line in edges:
            area.label = area.label or line.label
            if stands or line.label is None and area.label is not None:
                line.is_drawing, line.label = True, None
            else:
                area.is_drawing, area.label = True, None

    def _name_lines(self):
        """Lines without labels are told apart by the groups of their colours, by the names of their columns, or counted."""
        known = {}
        for fact in self.data("bar", "line", "point", "area", "bins"):
            if fact.label is not None and fact.color is not None:
                known.setdefault(_key_of(fact.color), set()).add(fact.label)
        for mark in ("line", "area"):
            bare = [fact for fact in self.facts if fact.mark == mark and fact.label is None and not fact.is_drawing]
            if len(bare) < 2:
                continue
            labels = [known.get(_key_of(fact.color), set()) if fact.color else set() for fact in bare]
            if all(len(found) == 1 for found in labels) and len(set().union(*labels)) == len(bare):
                for fact, found in zip(bare, labels):
                    (fact.label,) = found
                continue
            names = [fact.names.get(fact.across) for fact in bare]
            told = all(names) and len(set(names)) == len(names)
            for index, fact in enumerate(bare):
                fact.label = names[index] if told else f"{mark} {index + 1}"

    def _name_points(self):
        """Points take the texts that were written on them as names."""
        texts = {}
        for fact in self.facts:
            if fact.mark == "text":
                texts.setdefault(fact.anchor, plain(fact.texts[0]))
        for fact in self.data("point") if texts else []:
            names = [texts.get(place) for place in zip(fact.columns["x"].tolist(), fact.columns["y"].tolist())]
            if any(names):
                fact.texts = names

    # Places

    def _settle(self, direction):
        """Whether a direction has names, and how far from them each fact stands."""
        letter = direction.letter
        if direction.mode == "date":
            return
        standing = [(fact, _places(fact, letter)) for fact in self.data() if fact.mark not in ("rule", "span", "slices")]
        on, off = [], []
        for fact, column in standing:
            offset = None if column is None else _steady(direction.offsets(column), direction, fact)
            (off if offset is None else on).append((fact, offset))
        bodies = [fact for fact in self.facts if fact.mark == "area" and fact.is_drawing and fact.across == letter]
        if on and not any(_places(fact, letter) is None for fact, _ in off):
            direction.mode = "placed" if off or bodies else "names"
            for fact, offset in on:
                fact.offset = offset
            for fact, _ in off:
                fact.is_drawing = fact.mark in ("line", "area", "segments")
                fact.is_between = True
            return
        direction.places, direction.texts = np.array([]), []
        bars = [fact for fact in self.data("bar") if fact.along == letter]
        offsets = [_constant(fact.columns["at"] - np.round(fact.columns["at"])) for fact in bars]
        if len(bars) > 1 and len({round(one, 6) for one in offsets if one is not None}) > 1 and None not in offsets:
            for fact, offset in zip(bars, offsets):
                fact.offset = offset

    def _name_directions(self, figure):
        facts = self.data("bar", "line", "area", "box", "bins", "point", "cells")
        labels = {group for fact in facts for group in (fact.groups or [fact.label])}
        for direction, over in ((self.x, figure._supxlabel), (self.y, figure._supylabel)):
            letter = direction.letter
            is_value = any(fact.across == letter for fact in facts if fact.mark != "cells")
            names = {fact.names.get(letter) for fact in facts if getattr(fact, "box", None) is None}
            names -= set() if is_value else {None}
            named = names.pop() if len(names) == 1 else None
            direction.is_counted = bool(self.data("bins")) and all(fact.across == letter for fact in self.data("bins"))
            named = None if direction.is_counted else named
            if named is None and is_value and not direction.is_counted and len(labels) == 1:
                # The only label there is says what the values are.
                named = next(iter(labels))
            direction.name = direction.label or (plain(over.get_text()) if over is not None else "") or (plain(named) if named else None) or self._usual_name(direction, is_value)
            if is_value and labels == {direction.name} and not self.has_legend:
                for fact in facts:
                    fact.label = fact.groups = None
        if self.x.name == self.y.name:
            self.y.name += " (y)"

    def _usual_name(self, direction, is_value):
        if direction.is_counted:
            whole = all(np.array_equal(fact.columns["end"], np.round(fact.columns["end"])) for fact in self.data("bins"))
            return "density" if all(fact.is_density for fact in self.data("bins")) else "count" if whole else "value"
        if any(fact.is_matrix for fact in self.data("cells")) and direction.mode != "date":
            return "column" if direction.letter == "x" else "row"
        if direction.mode in ("names", "placed"):
            return "category"
        if direction.mode == "date":
            return "date"
        other = self.direction("y" if direction.letter == "x" else "x")
        return "value" if is_value and (other.mode != "number" or self.data("bar", "box")) else direction.letter

    def _is_stack(self, mark):
        """Whether facts of a kind stand on each other: each begins where the one below it ends."""
        facts = [fact for fact in self.data(mark)]
        begins, ends = ("low", "high") if mark == "area" else ("base", "end")
        if len(facts) < 2 or not any(np.any(np.nan_to_num(fact.columns[begins])) for fact in facts):
            return False
        reached = {}
        for fact in facts:
            for place, base, end in zip(np.round(fact.places, 9).tolist(), fact.columns[begins].tolist(), fact.columns[ends].tolist()):
                if base != base or end != end or base == end:
                    continue
                below = reached.get((place, end >= base), 0.0)
                if abs(base - below) > 1e-9 * max(abs(base), abs(below), abs(end), 1e-300):
                    return False
                reached[place, end >= base] = end
        return True


def _places(fact, letter):
    """The places of a fact in a direction; None where its values run in it."""
    if fact.mark == "cells":
        edges = fact.edges[letter]
        return (edges[1:] + edges[:-1]) / 2
    if letter in fact.columns:
        return fact.columns[letter]
    if fact.along == letter and "at" in fact.columns:
        return fact.columns["at"]
    return None


def _steady(offsets, direction, fact):
    """The distance that all places of a fact have from their names; None where they differ."""
    if offsets is None:
        return None
    constant = _constant(offsets)
    if constant is not None and abs(constant) < _NEAR and fact.mark != "cells" or constant == 0.0:
        return constant
    # Points beside their names, so that none hides another.
    return 0.0 if fact.mark == "point" and direction.axis.kind == "category" and np.all(np.abs(offsets[~np.isnan(offsets)]) < _NEAR) else None


def _constant(offsets):
    found = offsets[~np.isnan(offsets)]
    if not found.size or found.max() - found.min() > 1e-6:
        return None
    return 0.0 if abs(found[0]) < 1e-6 else float(found[0])


def _carries(host, error):
    """Whether error bars belong to a fact and stand on each of its rows: drawn with it, or by themselves round its values."""
    at = _places(host, error.along)
    if host.errors is not None or at is None or len(at) != len(error) or not np.allclose(at, error.columns["at"], equal_nan=True):
        return False
    if host.owner is not None:
        return host.owner is error.owner
    values = host.columns["end"] if host.mark == "bar" else host.columns[error.across]
    low, high = error.columns["low"], error.columns["high"]
    near = 1e-9 * np.maximum(np.abs(low), np.abs(high))
    return not np.any((values < low - near) | (values > high + near))


def _draw_alone(error):
    """Turns error bars that stand on nothing into separate lines."""
    columns = error.columns
    at, low, high = columns["at"], columns["low"], columns["high"]
    error.mark, error.is_drawing = "segments", True
    error.columns = {error.along: at, error.across: low, f"{error.along}2": at, f"{error.across}2": high}


def _is_stroke(fact):
    """Whether a line is one straight stroke, upright or lying, without a name."""
    if fact.mark != "line" or fact.label is not None or len(fact) not in (2, 8) or fact.style.get("marker"):
        return False
    return _stroke_of(fact) is not None


def _stroke_of(fact):
    """Place, low and high end of a stroke, and whether it is upright; of one with caps as well."""
    x, y = fact.columns["x"], fact.columns["y"]
    first, second = (0, 1) if len(x) == 2 else (3, 4)
    for at, values, upright in ((x, y, True), (y, x, False)):
        if at[first] == at[second] and values[first] != values[second]:
            ends = sorted((float(values[first]), float(values[second])))
            return float(at[first]), *ends, upright
    return None


def _stroke_on(hosts, fact):
    """The fact and its row on which a stroke stands as an error bar, with the ends of the stroke."""
    at, low, high, upright = _stroke_of(fact)
    for host in hosts:
        if host.errors is not None or (host.mark == "bar" and host.is_upright != upright):
            continue
        places = _places(host, "x" if upright else "y")
        values = host.columns["end"] if host.mark == "bar" else host.columns["y" if upright else "x"]
        rows = np.flatnonzero((np.abs(places - at) < 1e-9) & (values >= low) & (values <= high))
        if len(rows) == 1 and (host.mark == "bar" or len(host) <= 100 and _same(host.color, fact.color)):
            return host, int(rows[0]), low, high, upright
    return None


def _is_key(child):
    """Whether an artist shows nothing and is there for the legend alone."""
    if isinstance(child, Rectangle):
        return not child._width and not child._height
    columns = getattr(child, "_xy", None)
    return columns is not None and not len(columns[0])


def _key_of(color):
    return tuple(round(float(part), 2) for part in color[:3])


def _same(one, other):
    return one is not None and other is not None and _key_of(one) == _key_of(other)


def _sections(axes, figure):
    """The legends as titles with their entries: `(title, [(label, (handle, colour))])`."""
    found = []
    for legend in [axes.legend_, *getattr(axes, "_extra_legends", []), *figure._legends]:
        if legend is None or not legend.get_visible():
            continue
        title, entries = plain(legend.get_title().get_text()), []
        for handle, text in zip(legend._handles, legend._texts):
            key = _key(handle)
            color, label = _color_of(key), plain(text.get_text())
            if color is None or color[3] == 0:
                # A heading among the entries.
                found.append((title, entries))
                title, entries = label, []
            else:
                entries.append((label, (handle, color)))
        found.append((title, entries))
    return [(title or None, entries) for title, entries in found if entries]


def _color_of(key):
    if key["patch"]:
        return key["face"] or key["edge"]
    marker = key["marker"] or {}
    return (key["pen"] or {}).get("color") or marker.get("face") or marker.get("edge")
