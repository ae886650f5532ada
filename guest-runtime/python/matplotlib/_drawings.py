"""Layers of what is drawn on top of data: reference lines and bands, separate lines, outlines, texts."""

import copy

import numpy as np

from matplotlib._channels import Channels, present, stroke
from matplotlib._panels import plain
from matplotlib._rows import Rows
from matplotlib._scales import hexadecimal

DRAWING = "drawing"
"""What a layer is described as that is no data."""
_BASELINES = {"top": "top", "center": "middle", "center_baseline": "middle", "bottom": "bottom"}


class Drawings(Channels):
    """Makes the layers of one panel that are not its bars, lines or points."""

    def _rule(self, facts):
        rows, encoding, first = Rows(), {}, facts[0]
        letter = first.across if first.is_upright else "x"
        letter = "y" if first.is_upright else "x"
        direction = self._direction(letter)
        at = np.concatenate([fact.columns["at"] for fact in facts])
        if direction.mode == "names":
            if len(facts) > 1 or first.label is not None:
                return {"layer": [self._rule([_bare(fact)]) for fact in facts], "description": DRAWING}
            return {"mark": stroke("rule", first.style, first.color), "data": {"values": [{}]}, "encoding": {letter: self._between(letter, at[0])}}
        encoding[letter] = self._channel(letter, rows.measure(direction, at))
        group = self._group(rows, facts)
        encoding |= present(color=self._color(rows, facts, group))
        return self._finish(rows, stroke("rule", first.style), encoding)

    def _span(self, facts):
        rows, encoding, first = Rows(), {}, facts[0]
        letter = "y" if first.is_upright else "x"
        direction = self._direction(letter)
        ends = [np.concatenate([fact.columns[role] for fact in facts]) for role in ("from", "to")]
        mark = {"type": "rect", "opacity": first.style["opacity"]}
        if direction.mode == "names":
            if len(facts) > 1 or first.label is not None:
                return {"layer": [self._span([_bare(fact)]) for fact in facts], "description": DRAWING}
            own = {letter: self._between(letter, ends[0][0]), f"{letter}2": self._between(letter, ends[1][0])}
            return {"mark": {**mark, "color": hexadecimal(first.color)}, "data": {"values": [{}]}, "encoding": own}
        low, high = (rows.measure(direction, column, f"{direction.name} {word}") for column, word in zip(ends, ("from", "to")))
        encoding |= {letter: self._channel(letter, low), f"{letter}2": {"field": high}}
        group = self._group(rows, facts)
        encoding |= present(color=self._color(rows, facts, group))
        return self._finish(rows, mark, encoding)

    def _segments(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        along, across = first.along, first.across
        joined = lambda role: np.concatenate([fact.columns[role] for fact in facts])  # noqa: E731
        direction, values = self._direction(along), self._direction(across)
        if values.mode in ("names", "placed"):
            return None
        at = joined(along)
        straight = np.array_equal(at, joined(f"{along}2"))
        if direction.mode == "names" and (not straight or np.any(np.abs(direction.offsets(at)) > 1e-6)):
            return None
        self._placed(rows, facts, along, at, encoding, transforms)
        low, high = (rows.measure(values, joined(role), f"{values.name} {word}") for role, word in ((across, "from"), (f"{across}2", "to")))
        encoding |= {across: self._channel(across, low), f"{across}2": {"field": high}}
        if not straight:
            encoding[f"{along}2"] = {"field": rows.measure(direction, joined(f"{along}2"), f"{direction.name} to")}
        group = self._group(rows, facts)
        encoding |= present(color=self._color(rows, facts, group))
        return self._finish(rows, stroke("rule", first.style), encoding, transforms)

    def _outline(self, facts):
        (fact,) = facts
        if self.panel.x.mode == "names" or self.panel.y.mode == "names":
            return None
        rows, encoding = Rows(), {}
        for letter in "xy":
            encoding[letter] = self._channel(letter, rows.measure(self._direction(letter), fact.columns[letter], letter))
        encoding["order"] = {"value": None}
        mark = {"type": "line", "strokeWidth": fact.style["width"], **({"color": hexadecimal(fact.color)} if fact.color else {})}
        if fact.style["face"]:
            mark |= {"fill": fact.style["face"], "fillOpacity": fact.style["opacity"]}
        return {"data": {"values": rows.values()}, "mark": mark, "encoding": encoding}

    def _text(self, facts):
        # Notes go with their places, as in matplotlib; texts by themselves may stand outside the axes.
        facts = [fact for fact in facts if not fact.is_note or all(self._direction(letter).holds(at) for letter, at in zip("xy", fact.anchor))]
        if not facts:
            return None
        style = facts[0].style
        mark = {
            "type": "text", "align": style["align"], "baseline": _BASELINES.get(style["baseline"], "alphabetic"), "dx": style["dx"], "dy": style["dy"],
            "angle": style["angle"] % 360, "fontSize": round(style["size"] * 1.2), "fontWeight": "bold" if style["bold"] else "normal",
            "color": style["color"],
        }  # fmt: skip
        between = [fact for fact in facts if any(self._is_between(letter, fact) for letter in "xy")]
        kept = [fact for fact in facts if fact not in between]
        layers = [self._texts([fact], mark) for fact in between[:200]]
        if kept:
            layers.insert(0, self._texts(kept, mark))
        return layers[0] if len(layers) == 1 else {"layer": layers}

    def _is_between(self, letter, fact):
        direction = self._direction(letter)
        return direction.mode == "names" and abs(float(direction.offsets(fact.columns[letter])[0])) > 1e-6

    def _texts(self, facts, mark):
        rows, encoding, transforms = Rows(), {}, []
        for letter in "xy":
            column = np.concatenate([fact.columns[letter] for fact in facts])
            if self._is_between(letter, facts[0]):
                direction = self._direction(letter)
                known = {round(offset, 4): label for label, offset in self._offsets(letter).items()}
                offset = round(float(direction.offsets(column)[0]), 4)
                if offset in known and not known[offset].startswith("\0"):
                    # On a bar of a group.
                    encoding[letter] = self._channel(letter, rows.place(direction, column - offset))
                    order = [label for label, _ in sorted(self._offsets(letter).items(), key=lambda pair: pair[1])]
                    encoding[f"{letter}Offset"] = {"datum": known[offset], "sort": None, "scale": {"domain": order}}
                else:
                    encoding[letter] = self._between(letter, column[0])
            elif self._direction(letter).mode == "names":
                encoding[letter] = self._channel(letter, rows.place(self._direction(letter), column))
            else:
                encoding[letter] = self._channel(letter, rows.measure(self._direction(letter), column, f"{self._direction(letter).name} (place)"))
        encoding["text"] = {"field": rows.add("text", [plain(fact.texts[0]) for fact in facts], "nominal"), "type": "nominal"}
        return {"data": {"values": rows.values()}, "mark": mark, "encoding": encoding}


def _bare(fact):
    made = copy.copy(fact)
    made.label = made.groups = None
    return made
