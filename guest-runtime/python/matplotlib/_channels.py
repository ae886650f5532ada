"""What layers of a specification are made of: channels of places, groups and colours, offsets, and error bars."""

import json

import numpy as np

from matplotlib._rows import numbers
from matplotlib._scales import hexadecimal, place

class Channels:
    """The channels of the layers of one panel."""

    def __init__(self, panel, facts, colors, is_twin=False):
        self.panel, self.facts, self.colors = panel, facts, colors
        self.places = {"x": place(panel.x, is_twin), "y": place(panel.y, is_twin)}
        self.averaged = 0

    # What layers are made of

    def _stands(self, facts):
        """Whether the browser may stack the facts of a layer, and whether they are drawn from end to end instead: a layer
        is stacked for itself, so all that stands on each other has to be in it, with the same places in areas and where
        rows were left out."""
        mark, first = facts[0].mark, facts[0]
        if mark not in self.panel.stacked or first.is_drawing:
            return False, False
        is_whole = len(facts) == sum(fact.mark == mark and not fact.is_drawing for fact in self.facts)
        has_all_rows = mark != "area" and self.facts is self.panel.facts
        is_stack = is_whole and (has_all_rows or all(np.array_equal(fact.places, first.places, equal_nan=True) for fact in facts))
        return is_stack, not is_stack

    def _direction(self, letter):
        return self.panel.direction(letter)

    def _channel(self, letter, field):
        return {"field": field, **self.places[letter]}

    def _group(self, rows, facts, along=None):
        """Adds the column of groups; answers its field, or that of `along` where both say the same."""
        if facts[0].label is None and facts[0].groups is None:
            return None
        groups = [group for fact in facts for group in (fact.groups or [fact.label] * len(fact))]
        if along is not None and rows._columns.get(along) == groups:
            return along
        name = self.colors.name
        return rows.add(name if name not in rows._columns else "series", groups, "nominal")

    def _color(self, rows, facts, group, along=None):
        """The channel of colour: by group, by place, by row, or one for all."""
        if group is not None:
            return self.colors.channel(group)
        colors = [hexadecimal(color) for fact in facts for color in (fact.colors or [fact.color] * len(fact))]
        if len(set(colors)) <= 1:
            one = facts[0].color or (facts[0].colors or [None])[0]
            return None if one is None else {"value": hexadecimal(one)}
        if along is not None:
            by_place = dict(zip(rows._columns[along], colors))
            if len(by_place) < 100 and all(by_place[key] == color for key, color in zip(rows._columns[along], colors)):
                return {"field": along, "type": "nominal", "legend": None, "scale": {"domain": list(by_place), "range": list(by_place.values())}}
        return {"field": rows.add("_color", colors, "nominal", told=False), "type": "nominal", "scale": None}

    def _shift(self, rows, facts, group, encoding, letter):
        """Puts facts beside their common names: an offset by group, or by how far they stand from the name."""
        offsets = [round(getattr(fact, "offset", 0.0) or 0.0, 6) for fact in facts]
        known = self._offsets(letter)
        if self._direction(letter).mode != "names" or len(known) < 2:
            return
        by_group = len({fact.label for fact in facts}) == len(set(offsets)) == len(facts) and facts[0].groups is None
        if group is not None and by_group and self._direction(letter).name != group:
            order = [name for name, _ in sorted(known.items(), key=lambda pair: pair[1]) if name]
            if len(order) == len(known) == len(set(known.values())):
                encoding[f"{letter}Offset"] = {"field": group, "sort": None, "scale": {"domain": order}}
                return
        steps = sorted(set(known.values()))
        column = [steps.index(offset) for offset, fact in zip(offsets, facts) for _ in range(len(fact))]
        encoding[f"{letter}Offset"] = {"field": rows.add("_beside", column, "quantitative", told=False), "type": "ordinal", "scale": {"domain": list(range(len(steps)))}}

    def _offsets(self, letter):
        """How far from its names each group stands, by label."""
        found = {}
        for index, fact in enumerate(self.facts):
            if fact.mark in ("bar", "box") and fact.along == letter and not fact.is_drawing:
                found[fact.label or f"\0{index}"] = round(getattr(fact, "offset", 0.0) or 0.0, 6)
        return found if len(set(found.values())) > 1 else {}

    def _sides(self, rows, facts, letter, field, width, encoding):
        """The two sides of what is as wide as `width` around its place; answers the transforms that give them."""
        direction = self._direction(letter)
        shift = [getattr(fact, "offset", 0.0) or 0.0 for fact in facts]
        sides = {}
        for side, share in ((f"{letter}", -0.5), (f"{letter}2", 0.5)):
            moved = np.concatenate([share * np.broadcast_to(one, len(fact)) + by for fact, one, by in zip(facts, width, shift)])
            moved = moved * 86_400_000 if direction.mode == "date" else moved
            if moved.size and np.allclose(moved, moved[0], rtol=1e-9, atol=1e-12):
                sides[side] = f"{float(moved[0])!r}"
            else:
                sides[side] = f"datum['{rows.add('_' + side, numbers(moved), 'quantitative', told=False)}']"
        base = f"datum[{json.dumps(field, ensure_ascii=False)}]"
        if direction.mode == "date":
            base = f"time({base})"
        elif direction.mode == "placed":
            base = f"({json.dumps(dict(zip(direction.texts, direction.places.tolist())), ensure_ascii=False)})[{base}]"
        encoding[letter] = self._channel(letter, f"_{letter}_from")
        encoding[f"{letter}2"] = {"field": f"_{letter}_to"}
        return [{"calculate": f"{base} + {sides[letter]}", "as": f"_{letter}_from"}, {"calculate": f"{base} + {sides[f'{letter}2']}", "as": f"_{letter}_to"}]

    def _between(self, letter, at):
        """The channel of a place between names."""
        direction = self._direction(letter)
        return {"value": {"expr": f"{'width' if letter == 'x' else 'height'} * {direction.share(float(at))}"}}

    def _placed(self, rows, facts, letter, column, encoding, transforms):
        """A column of places as a channel; where names have places, by a transform."""
        direction = self._direction(letter)
        if direction.mode == "placed" and any(getattr(fact, "is_between", False) or fact.is_drawing for fact in facts):
            field = rows.add(f"{direction.name} (place)", column, "quantitative")
            encoding[letter] = self._channel(letter, field)
            return field
        field = rows.place(direction, column)
        if direction.mode == "placed":
            transforms += self._sides(rows, facts, letter, field, [0.0] * len(facts), encoding)[:1]
            encoding.pop(f"{letter}2")
        else:
            encoding[letter] = self._channel(letter, field)
        return field

    def _finish(self, rows, mark, encoding, transforms=(), errors=None):
        encoding["tooltip"] = rows.tooltip
        layer = {"data": {"values": rows.values()}, **({"transform": list(transforms)} if transforms else {})}
        if errors is None:
            return layer | {"mark": mark, "encoding": encoding}
        return layer | {"layer": [{"mark": mark, "encoding": encoding}, errors]}

    def _leave_out(self, layer):
        """Draws nothing at the names that lie outside the limits of the axes; the rows stay for the table."""
        if "data" not in layer:
            for inner in layer.get("layer", []):
                self._leave_out(inner)
            return
        encodings = [one.get("encoding", {}) for one in (layer, *layer.get("layer", []))]
        for letter in "xy":
            field = next((encoding[letter]["field"] for encoding in encodings if "field" in encoding.get(letter, {})), None)
            if self._direction(letter).mode != "names" or field is None:
                continue
            names, drawn = self._direction(letter).words(), {row[field] for row in layer["data"]["values"] if field in row}
            if not drawn.issubset(names):
                layer["transform"] = [{"filter": {"field": field, "oneOf": names}}, *layer.get("transform", [])]

    def _error_rule(self, rows, facts, encoding):
        """Adds the ends of error bars to the rows; answers their layer."""
        *_, is_upright, error = facts[0].errors
        across = "y" if is_upright else "x"
        along = "x" if is_upright else "y"
        direction = self._direction(across)
        ends = [rows.measure(direction, np.concatenate([fact.errors[side] for fact in facts]), name) for side, name in ((0, "lower"), (1, "upper"))]
        own = {across: self._channel(across, ends[0]), f"{across}2": {"field": ends[1]}, "tooltip": rows.tooltip}
        own |= {key: encoding[key] for key in (along, f"{along}Offset") if key in encoding}
        if along in encoding and f"{along}2" in encoding:
            own[along] = self._channel(along, f"_{along}_middle")
        if "color" in encoding and facts[0].mark != "bar":
            own["color"] = encoding["color"]
        return {"mark": stroke("rule", error.style, error.color), "encoding": own}


def present(**channels):
    return {name: channel for name, channel in channels.items() if channel is not None}


def clip(layer):
    """Cuts off what the marks of a layer draw outside the axes."""
    if "mark" in layer:
        layer["mark"]["clip"] = True
    for inner in layer.get("layer", []):
        clip(inner)


def stroke(kind, style, color=None):
    mark = {"type": kind, "strokeWidth": round(style.get("width", 1.5) * 1.33, 2), "opacity": style.get("opacity", 1.0)}
    if style.get("dash"):
        mark["strokeDash"] = style["dash"]
    if color is not None:
        mark["color"] = hexadecimal(color)
    return mark


def dress(mark, fact, encoding):
    """The edges of bars; of hollow ones the edge is what has the colour."""
    edge = fact.style.get("edge")
    if fact.style.get("hollow"):
        mark |= {"filled": False, "strokeWidth": edge[1] if edge else 1.0}
    elif edge:
        mark |= {"stroke": edge[0], "strokeWidth": edge[1]}


def order(colors, group):
    return indexed(list(colors.groups), group)


def indexed(names, field):
    return {"calculate": f"indexof({json.dumps(names, ensure_ascii=False)}, datum[{json.dumps(field, ensure_ascii=False)}])", "as": "_order"}
