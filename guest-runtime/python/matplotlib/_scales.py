"""Scales, axes and colours of a Vega-Lite view."""

import json

import _chart
import numpy as np

from matplotlib._panels import plain
from matplotlib._rows import utc

_CROWDED = 420.0
"""Width in points that names may take side by side before they are turned."""


def place(direction, twin=False):
    """How a direction is drawn: the part of an encoding that all layers of a panel share."""
    scene = direction.scene
    found = {"type": {"names": "nominal", "date": "temporal"}.get(direction.mode, "quantitative"), "scale": _scale(direction)}
    if scene["visible"] or not twin:
        found |= {"title": direction.label if direction.label and scene["label"]["text"] else "", "axis": _guide(direction)}
    if direction.mode == "names":
        found["sort"] = None
    return found


def _scale(direction):
    if direction.mode == "names":
        return {"domain": direction.words()}
    low, high = direction.limits
    turned = {"reverse": True} if direction.is_reversed else {}
    if direction.mode == "date":
        # As an expression, since Vega-Lite mixes up dates in the domains of ranged marks.
        ends = ", ".join(f"datetime('{end}')" for end in utc(np.array([low, high])))
        return {"type": "utc", "domain": {"expr": f"[{ends}]"}, "nice": False, **turned}
    scale = direction.scene["scale"]
    kind = {"log": {"type": "log"}, "symlog": {"type": "symlog", "constant": scale.get("threshold"), "zero": False}}.get(scale["kind"], {"zero": False})
    return {"domain": [low, high], "nice": False, **kind, **turned}


def _guide(direction):
    scene = direction.scene
    if not scene["visible"] or not scene["label_sides"] and not scene["tick_sides"]:
        return None
    guide = {"grid": scene["grid"] is not None}
    if scene["label_sides"]:
        guide["orient"] = scene["label_sides"][0]
    elif direction.mode == "names":
        guide["labels"] = False
    if scene["style"]["rotation"]:
        guide["labelAngle"] = -scene["style"]["rotation"] % 360
    elif direction.mode == "names" and direction.letter == "x":
        guide["labelAngle"] = 315 if sum(_chart.text_width(text, 10.0) + 8.0 for text in direction.texts) > _CROWDED else 0
    if _is_written(direction):
        ticks = [tick for tick in scene["ticks"] if direction.limits[0] <= tick["at"] <= direction.limits[1]]
        if direction.mode == "placed":
            ticks = [{"at": float(at), "label": text} for at, text in zip(direction.places, direction.texts)]
        names = {_tick_key(tick["at"]): plain(tick["label"]) for tick in ticks}
        guide["values"] = [tick["at"] for tick in ticks]
        guide["labelExpr"] = f"({json.dumps(names, ensure_ascii=False)})[format(datum.value, '.6g')] || ''"
    return guide


def _is_written(direction):
    """Whether the labels of the ticks are the script's own, and no plain numbers."""
    scene = direction.scene
    if direction.mode in ("names", "date") or len(scene["ticks"]) > 100:
        return False
    plain_number = lambda text: all(sign.isdigit() or sign in "−-.e" for sign in text) or text.startswith("$\\")  # noqa: E731
    return direction.mode == "placed" or scene["fixed"] or scene["kind"] == "category" or not all(plain_number(tick["label"]) for tick in scene["ticks"])


def _tick_key(value):
    """A number as Vega's `format(…, '.6g')` writes it."""
    if value == 0:
        return "0.00000"
    mantissa, power = f"{value:.5e}".split("e")
    power = int(power)
    text = f"{value:.{max(5 - power, 0)}f}" if -7 <= power < 6 else f"{mantissa}e{'-' if power < 0 else '+'}{abs(power)}"
    return text.replace("-", "−")


def hexadecimal(color):
    """A colour as Vega takes it; None for none."""
    return None if color is None else "#" + "".join(f"{min(max(round(part * 255), 0), 255):02x}" for part in color[:3])


class Colors:
    """The groups of a panel and its twins with their colours, and whether a legend tells them."""

    def __init__(self, panels):
        self.groups = {}
        for panel in panels:
            for name, color in panel.groups().items():
                self.groups.setdefault(name, hexadecimal(color) or "#888888")
        self.name = next((panel.group_name for panel in panels if panel.sections), panels[0].group_name)
        self._has_legend = any(panel.has_legend for panel in panels) and len(self.groups) > 0

    def scale(self):
        """Domain and range of the groups."""
        return {"domain": list(self.groups), "range": list(self.groups.values())}

    def channel(self, field):
        """The channel of a field that holds the groups."""
        legend = {"title": None if self.name == "series" else self.name, "symbolOpacity": 1} if self._has_legend else None
        return {"field": field, "type": "nominal", "sort": None, "scale": self.scale(), "legend": legend}


def mapped(field, mappable, title):
    """The colour of a field of values through a colormap and its norm."""
    low, high = mappable._limits()
    if mappable.norm._bounds is not None:
        bounds = list(map(float, mappable.norm._bounds))
        middles = [(a + b) / 2 for a, b in zip(bounds, bounds[1:])]
        scale = {"type": "threshold", "domain": bounds[1:-1], "range": [hexadecimal(mappable.cmap(mappable.norm(one))) for one in middles]}
    else:
        if low == high:
            high = low + 1.0
        stops = np.geomspace(low, high, 17) if mappable.norm._log and low > 0 else np.linspace(low, high, 17)
        colors = mappable.cmap(mappable.norm(stops))
        kind = "log" if mappable.norm._log and low > 0 else "linear"
        scale = {"type": kind, "domain": stops.tolist(), "range": [hexadecimal(color) for color in colors], "clamp": True}
    years = {"format": "d"} if 1500 < low <= high < 2200 else {}
    legend = {"title": title, **years, "gradientLength": {"expr": "max(60, min(height, 200))"}} if mappable.colorbar is not None else None
    return {"field": field, "type": "quantitative", "scale": scale, "legend": legend}
