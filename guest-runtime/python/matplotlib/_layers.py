"""The facts of a panel as layers of a Vega-Lite view: data with the words of the data, and how it is drawn.

What is drawn beside its place, such as the bars of groups, is moved by a transform, so that the rows stay data. A layer
that is no data is described as `drawing`.
"""

import json

import numpy as np

from matplotlib._channels import clip, dress, indexed, order, present, stroke
from matplotlib._drawings import DRAWING, Drawings
from matplotlib._panels import plain
from matplotlib._rows import Rows
from matplotlib._scales import hexadecimal, mapped
from matplotlib._thin import blocks

_SHAPES = {"s": "square", "^": "triangle-up", "v": "triangle-down", "<": "triangle-left", ">": "triangle-right", "D": "diamond", "d": "diamond"}
_SHAPES.update(dict.fromkeys("+xXP", "cross"))


class Layers(Drawings):
    """Makes the layers of one panel."""

    def all(self):
        """The layers, in the order of drawing."""
        clusters = {}
        for fact in self.facts:
            clusters.setdefault(self._form(fact), []).append(fact)
        found = []
        for facts in clusters.values():
            layer = getattr(self, f"_{facts[0].mark}", lambda facts: None)(facts)
            if layer is not None:
                if facts[0].is_drawing:
                    layer["description"] = DRAWING
                if facts[0].is_clipped:
                    clip(layer)
                self._leave_out(layer)
                found.append(layer)
        return found

    def _form(self, fact):
        """What facts of one layer have in common."""
        style = tuple(sorted((key, str(value)) for key, value in fact.style.items()))
        is_grouped = fact.label is not None or fact.groups is not None
        is_alone = id(fact) if fact.mark in ("outline", "cells", "slices") else 0
        return fact.mark, fact.is_upright, fact.is_drawing, fact.is_clipped, is_grouped, tuple(fact.columns), fact.errors is not None, id(fact.scale), style, is_alone

    def _line(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        columns = {letter: np.concatenate([fact.columns[letter] for fact in facts]) for letter in "xy"}
        along = first.along if self._direction(first.across).mode != "names" else first.across
        field = self._placed(rows, facts, along, columns[along], encoding, transforms)
        group = self._group(rows, facts, field)
        across = "y" if along == "x" else "x"
        self._placed(rows, facts, across, columns[across], encoding, transforms)
        if first.is_drawing and len(facts) > 1:
            parts = [index for index, fact in enumerate(facts) for _ in range(len(fact))]
            encoding["detail"] = {"field": rows.add("_part", parts, "nominal", told=False)}
        encoding |= present(color=self._color(rows, facts, group))
        errors = self._error_rule(rows, facts, encoding) if first.errors is not None else None
        mark = stroke("line", first.style)
        if "interpolate" in first.style:
            mark["interpolate"] = first.style["interpolate"]
        if "marker" in first.style:
            mark["point"] = {"filled": True, "size": round(first.style["size"] * 1.5), "shape": _SHAPES.get(first.style["marker"], "circle")}
        steady = all(np.all(np.diff(fact.columns["x"][~np.isnan(fact.columns["x"])]) >= 0) for fact in facts)
        if not steady or self.panel.x.mode in ("names", "placed"):
            # In the order of the rows.
            encoding["order"] = {"value": None}
        return self._finish(rows, mark, encoding, transforms, errors)

    def _point(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        columns = {role: np.concatenate([fact.columns[role] for fact in facts]) for role in first.columns}
        fields = {letter: self._placed(rows, facts, letter, columns[letter], encoding, transforms) for letter in "xy"}
        group = self._group(rows, facts, next((fields[letter] for letter in "xy" if self._direction(letter).mode in ("names", "placed")), None))
        for letter in "xy":
            if self._direction(letter).mode == "names":
                offsets = self._direction(letter).offsets(columns[letter])
                if np.ptp(np.nan_to_num(offsets)) > 1e-6 and not self._offsets(letter):
                    # Spread round their names, so that none hides another.
                    field = rows.add("_beside", np.round(offsets, 4), "quantitative", told=False)
                    encoding[f"{letter}Offset"] = {"field": field, "type": "quantitative", "scale": {"domain": [-0.5, 0.5]}}
                else:
                    self._shift(rows, facts, group, encoding, letter)
        if any(fact.texts for fact in self.panel.data("point")):
            rows.add("label", [text for fact in facts for text in (fact.texts or [None] * len(fact))], "nominal")
        if "value" in columns:
            title = self._value_name(first)
            encoding["color"] = mapped(rows.add(title, columns["value"], "quantitative"), first.scale, title)
        else:
            encoding |= present(color=self._color(rows, facts, group))
        if "size" in columns:
            field = rows.add("marker area (pt²)", columns["size"], "quantitative")
            encoding["size"] = {"field": field, "type": "quantitative", "scale": None, "legend": None}
        errors = self._error_rule(rows, facts, encoding) if first.errors is not None else None
        mark = {"type": "point", "filled": True, "shape": _SHAPES.get(first.style.get("marker"), "circle"), "opacity": first.style.get("opacity", 1.0)}
        if "size" not in columns:
            mark["size"] = round(first.style.get("size", 36.0) * 1.5)
        return self._finish(rows, mark, encoding, transforms, errors)

    def _value_name(self, fact):
        bar = getattr(fact.scale, "colorbar", None)
        told = plain(bar._axis.label.get_text()) if bar is not None else ""
        name = told or fact.names.get("value") or "value"
        return name if name not in (self.panel.x.name, self.panel.y.name) else f"{name} (colour)"

    def _bar(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        along, across = first.along, first.across
        direction, values = self._direction(along), self._direction(across)
        joined = lambda role: np.concatenate([fact.columns[role] for fact in facts])  # noqa: E731
        at = np.concatenate([fact.columns["at"] - (getattr(fact, "offset", 0.0) or 0.0) for fact in facts])
        base, end = joined("base"), joined("end")
        field = rows.place(direction, at)
        group = self._group(rows, facts, field)
        is_stack, is_ranged = self._stands(facts)
        is_ranged = is_ranged or not is_stack and bool(np.any(np.nan_to_num(base)))
        if values.mode != "date":
            value = rows.add(values.name, end - base, "quantitative")
        if is_ranged:
            ends = [rows.measure(values, column, title) for column, title in ((base, "from"), (end, "to"))]
            encoding |= {across: self._channel(across, ends[0]), f"{across}2": {"field": ends[1]}}
        else:
            encoding[across] = {**self._channel(across, value), "stack": "zero" if is_stack else None}
            if values.scene["scale"]["kind"] == "log":
                encoding[f"{across}2"] = {"datum": values.limits[0]}
        mark = {"type": "bar", "orient": "vertical" if first.is_upright else "horizontal", "opacity": first.style.get("opacity", 1.0)}
        if direction.mode == "names":
            encoding[along] = self._channel(along, field)
            self._shift(rows, facts, group, encoding, along)
            if f"{along}Offset" not in encoding:
                step = float(np.min(np.diff(direction.places))) if len(direction.places) > 1 else 1.0
                mark["width" if first.is_upright else "height"] = {"band": round(min(max(float(np.median(joined("width"))) / step, 0.05), 1.0), 3)}
        else:
            transforms = self._sides(rows, facts, along, field, [fact.columns["width"] for fact in facts], encoding)
        encoding |= present(color=self._color(rows, facts, group, field if direction.mode == "names" else None))
        dress(mark, first, encoding)
        if is_stack and group is not None:
            transforms = [*transforms, order(self.colors, group)]
            encoding["order"] = {"field": "_order", "type": "quantitative"}
        errors = None
        if first.errors is not None:
            if f"{along}2" in encoding:
                transforms = [*transforms, {"calculate": f"(datum._{along}_from + datum._{along}_to) / 2", "as": f"_{along}_middle"}]
            errors = self._error_rule(rows, facts, encoding)
        return self._finish(rows, mark, encoding, transforms, errors)

    def _bins(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        along, across = first.along, first.across
        direction = self._direction(along)
        prefix = "" if direction.label is None and direction.name in ("x", "y", "date", "category") else f"{direction.name} "
        joined = lambda role: np.concatenate([fact.columns[role] for fact in facts])  # noqa: E731
        low, high = (rows.measure(direction, joined(role), prefix + role) for role in ("from", "to"))
        values, base, end = self._direction(across), joined("base"), joined("end")
        count = rows.add(values.name, end - base, "quantitative")
        group = self._group(rows, facts)
        is_stack, is_ranged = self._stands(facts)
        if is_ranged or not is_stack and np.any(np.nan_to_num(base)):
            ends = [rows.measure(values, column, f"{values.name} {word}") for column, word in ((base, "from"), (end, "to"))]
            encoding |= {across: self._channel(across, ends[0]), f"{across}2": {"field": ends[1]}}
        else:
            encoding[across] = {**self._channel(across, count), "stack": "zero" if is_stack else None}
            if values.scene["scale"]["kind"] == "log":
                encoding[f"{across}2"] = {"datum": values.limits[0]}
        if all(np.allclose(fact.columns["from"], fact.columns["low"]) and np.allclose(fact.columns["to"], fact.columns["high"]) for fact in facts):
            encoding[along], encoding[f"{along}2"] = self._channel(along, low), {"field": high}
        else:
            # The bars of groups stand beside each other within a bin.
            transforms = [
                {"calculate": f"datum[{json.dumps(low)}] + {_by_group(facts, group, 'low', 'from')}", "as": "_from"},
                {"calculate": f"datum[{json.dumps(high)}] + {_by_group(facts, group, 'high', 'to')}", "as": "_to"},
            ]
            encoding[along], encoding[f"{along}2"] = self._channel(along, "_from"), {"field": "_to"}
        if is_stack and group is not None:
            transforms.append(order(self.colors, group))
            encoding["order"] = {"field": "_order", "type": "quantitative"}
        mark = {"type": "bar", "orient": "vertical" if first.is_upright else "horizontal", "opacity": first.style.get("opacity", 1.0)}
        encoding |= present(color=self._color(rows, facts, group))
        dress(mark, first, encoding)
        return self._finish(rows, mark, encoding, transforms)

    def _area(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        along, across = first.along, first.across
        joined = lambda role: np.concatenate([fact.columns[role] for fact in facts])  # noqa: E731
        low, high = joined("low"), joined("high")
        field = self._placed(rows, facts, along, joined("at"), encoding, transforms)
        values = self._direction(across)
        if values.mode == "names":
            return None
        group = self._group(rows, facts, field)
        if values.mode == "placed":
            return self._body(rows, facts, encoding, low, high)
        is_stack, is_ranged = self._stands(facts)
        if is_ranged and values.mode != "date":
            rows.measure(values, high - low)
        if is_stack or not is_ranged and not np.any(np.nan_to_num(low)) and values.mode != "date":
            encoding[across] = {**self._channel(across, rows.measure(values, high - low)), "stack": "zero" if is_stack else None}
        else:
            ends = [rows.measure(values, column, title) for column, title in ((low, "lower"), (high, "upper"))]
            encoding |= {across: self._channel(across, ends[0]), f"{across}2": {"field": ends[1]}}
        encoding |= present(color=self._color(rows, facts, group))
        if is_stack and group is not None:
            transforms.append(order(self.colors, group))
            encoding["order"] = {"field": "_order", "type": "quantitative"}
        mark = {"type": "area", "orient": "vertical" if first.is_upright else "horizontal", "opacity": first.style["opacity"], "interpolate": first.style["interpolate"]}
        return self._finish(rows, mark, encoding, transforms)

    def _body(self, rows, facts, encoding, low, high):
        """The smooth outlines of a violin plot, round their names."""
        across, first = facts[0].across, facts[0]
        ends = [rows.add(name, np.round(column, 4), "quantitative", told=False) for name, column in (("_low", low), ("_high", high))]
        encoding |= {across: self._channel(across, ends[0]), f"{across}2": {"field": ends[1]}}
        parts = [index for index, fact in enumerate(facts) for _ in range(len(fact))]
        encoding["detail"] = {"field": rows.add("_part", parts, "nominal", told=False)}
        encoding |= present(color=self._color(rows, facts, None))
        mark = {"type": "area", "orient": "vertical" if first.is_upright else "horizontal", "opacity": first.style["opacity"]}
        return {"data": {"values": rows.values()}, "mark": mark, "encoding": encoding}

    def _box(self, facts):
        rows, encoding, transforms, first = Rows(), {}, [], facts[0]
        along, across = first.along, first.across
        direction, values = self._direction(along), self._direction(across)
        at = np.concatenate([fact.columns["at"] - (getattr(fact, "offset", 0.0) or 0.0) for fact in facts])
        field = rows.place(direction, at)
        group = self._group(rows, facts, field)
        titles = {"low": "whisker from", "q1": "lower quartile", "median": "median", "q3": "upper quartile", "high": "whisker to", "mean": "mean"}
        ends = {role: rows.measure(values, np.concatenate([fact.columns[role] for fact in facts]), title) for role, title in titles.items() if role in first.columns}
        middle = dict(encoding)
        width = {}
        if direction.mode == "names":
            encoding[along] = middle[along] = self._channel(along, field)
            self._shift(rows, facts, group, encoding, along)
            middle = dict(encoding)
            width = {"width" if first.is_upright else "height": {"band": 0.6}} if f"{along}Offset" not in encoding else {}
        else:
            transforms = self._sides(rows, facts, along, field, [fact.columns["width"] for fact in facts], encoding)
            transforms.append({"calculate": f"(datum._{along}_from + datum._{along}_to) / 2", "as": f"_{along}_middle"})
            middle[along] = self._channel(along, f"_{along}_middle")
        color = present(color=self._color(rows, facts, group, field if direction.mode == "names" else None))
        ranged = lambda start, end: {across: self._channel(across, ends[start]), f"{across}2": {"field": ends[end]}, "tooltip": rows.tooltip}  # noqa: E731
        outline = color if not first.style["filled"] else {}
        orient = "vertical" if first.is_upright else "horizontal"
        box = {"type": "bar", "orient": orient, **width, **({} if first.style["filled"] else {"filled": False, "strokeWidth": 1.2})}
        layers = [
            {"mark": {"type": "rule"}, "encoding": middle | outline | ranged("low", "q1")},
            {"mark": {"type": "rule"}, "encoding": middle | outline | ranged("q3", "high")},
            {"mark": box, "encoding": encoding | color | ranged("q1", "q3")},
        ]
        median = {across: self._channel(across, ends["median"]), "tooltip": rows.tooltip}
        if direction.mode == "names":
            tick = {"type": "tick", "orient": "horizontal" if first.is_upright else "vertical", "thickness": 2, "color": first.style["median"], **width}
            layers.append({"mark": tick, "encoding": encoding | median})
        else:
            layers.append({"mark": {"type": "rule", "strokeWidth": 2, "color": first.style["median"]}, "encoding": encoding | median})
        if "mean" in ends:
            mean = {across: self._channel(across, ends["mean"]), "tooltip": rows.tooltip}
            layers.append({"mark": {"type": "point", "shape": "triangle-up", "filled": True, "color": "#2ca02c"}, "encoding": middle | mean})
        return {"data": {"values": rows.values()}, **({"transform": transforms} if transforms else {}), "layer": layers}

    def _cells(self, facts):
        (fact,) = facts
        rows, encoding, transforms = Rows(), {}, []
        grid = fact.columns["value"].reshape(len(fact.edges["y"]) - 1, len(fact.edges["x"]) - 1)
        grid, x, y, side = blocks(grid, fact.edges["x"], fact.edges["y"])
        self.averaged = max(self.averaged, side)
        edges = {"x": x, "y": y}
        spread = {"x": lambda column: np.tile(column, grid.shape[0]), "y": lambda column: np.repeat(column, grid.shape[1])}
        for letter in "xy":
            direction, ends = self._direction(letter), edges[letter]
            middles = (ends[1:] + ends[:-1]) / 2
            if direction.mode == "names":
                encoding[letter] = self._channel(letter, rows.place(direction, spread[letter](middles)))
            elif side == 1 and (direction.mode == "placed" or direction.mode == "number" and np.allclose(middles, np.round(middles))):
                field = rows.place(direction, spread[letter](np.round(middles, 9)))
                stub = [_Wide(len(grid.ravel()))]
                transforms += self._sides(rows, stub, letter, field, [spread[letter](np.abs(np.diff(ends)))], encoding)
            else:
                low, high = (rows.measure(direction, spread[letter](column), f"{direction.name} {word}") for column, word in ((ends[:-1], "from"), (ends[1:], "to")))
                encoding |= {letter: self._channel(letter, low), f"{letter}2": {"field": high}}
        title = self._value_name(fact)
        value = rows.add(title, grid.ravel(), "quantitative")
        encoding["color"] = mapped(value, fact.scale, title)
        return self._finish(rows, {"type": "rect"}, encoding, transforms)

    def _slices(self, facts):
        (fact,) = facts
        rows = Rows()
        names = fact.texts
        part = rows.add(fact.names.get("label") or "part", names, "nominal")
        values = fact.columns["value"]
        value = rows.add(fact.names.get("value") or "value", values, "quantitative")
        rows.tooltip.append({"field": "_share", "type": "quantitative", "title": "share", "format": ".1%"})
        total = float(np.nansum(values)) or 1.0
        whole = total / float(np.nansum(fact.columns["share"]) or 1.0)
        pies = self.panel.data("slices")
        if any(pie.center != fact.center for pie in pies):
            raise ValueError("pies stand beside each other in one pair of axes")
        reach = fact.radius / max(pie.radius for pie in pies)
        ring = 1 + sum(pie.radius > fact.radius for pie in pies)
        if len(pies) > 1:
            rows.add("ring from the outside", np.full(len(fact), ring), "quantitative")
        outer = {"outerRadius": {"expr": f"{reach:.3f} * min(width, height) / 2"}} if reach < 1 else {}
        start = np.pi / 2 - np.radians(fact.start)
        scale = {"domain": [0, whole], "range": [float(start), float(start - 2 * np.pi * fact.turn)]}
        domain = list(dict.fromkeys(names))
        colors = dict(zip(names, map(hexadecimal, fact.colors)))
        return {
            "data": {"values": rows.values()},
            "transform": [{"calculate": f"datum[{json.dumps(value, ensure_ascii=False)}] / {whole!r}", "as": "_share"}, indexed(domain, part)],
            "mark": {"type": "arc", "innerRadius": {"expr": f"{fact.hole * reach:.3f} * min(width, height) / 2"}, **outer, "stroke": "white"},
            "encoding": {
                "theta": {"field": value, "type": "quantitative", "stack": True, "scale": scale},
                "order": {"field": "_order", "type": "quantitative"},
                "color": {"field": part, "type": "nominal", "sort": None, "scale": {"domain": domain, "range": [colors[name] for name in domain]}, "title": None},
                "tooltip": rows.tooltip,
            },
        }

class _Wide:
    """Stands in for a fact where only its length is asked for."""

    def __init__(self, count):
        self._count = count

    def __len__(self):
        return self._count


def _by_group(facts, group, side, end):
    """How far a side of a bar lies from the end of its bin, by group."""
    moved = {fact.label or "": float(np.median(fact.columns[side] - fact.columns[end])) for fact in facts}
    if group is None or len(moved) == 1:
        return repr(next(iter(moved.values())))
    return f"({json.dumps(moved, ensure_ascii=False)})[datum[{json.dumps(group, ensure_ascii=False)}]]"
