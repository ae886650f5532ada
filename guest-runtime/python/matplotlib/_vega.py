"""A figure as a Vega-Lite specification, so that a browser draws the same chart and has the data behind it.

Each pair of axes is a view of layers, twins share one with their own scale, and several views stand side by side. The
fields have the data's own names, and each layer's tooltip lists those that are data, so the table behind the chart can
be rebuilt from the specification alone.
"""

import json

from matplotlib._layers import Layers
from matplotlib._panels import plain
from matplotlib._scales import Colors, hexadecimal
from matplotlib._thin import thinned

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"


def specification(figure, panels, alt, face):
    """The specification as JSON text, of the panels without those of colour bars. `alt` says in words what is shown."""
    views, notes, columns = [], [], set()
    for panel in panels:
        kind = panel.axes._place["kind"]
        if kind == "twin":
            continue
        twins = [other for other in panels if other.axes._place["kind"] == "twin" and figure._axes[other.axes._place["of"]] is panel.axes]
        if not panel.facts and not any(twin.facts for twin in twins):
            continue
        if kind == "grid":
            columns.add(panel.axes._grid_cell[1][0])
        views.append(_view(panel, twins, notes))
    spec = {
        "$schema": SCHEMA,
        "description": " ".join([alt, *dict.fromkeys(notes)]),
        "background": hexadecimal(face) if face[3] > 0 else None,
        "config": {"font": "DejaVu Sans, Verdana, sans-serif", "view": {"stroke": "#888"}},
    }
    across = max(len(columns), 1)
    title = plain(figure.get_suptitle())
    width, height = figure._size
    if len(views) == 1:
        spec |= views[0]
        if not any(isinstance(layer.get("mark"), dict) and layer["mark"]["type"] == "arc" for layer in spec["layer"]):
            spec["width"] = "container"
        spec |= {"height": round(height * 60), "autosize": {"type": "fit", "contains": "padding"}}
        if title:
            spec["title"] = {"text": title, "subtitle": spec["title"]} if "title" in spec else title
    else:
        rows = max(-(-len(views) // across), 1)
        size = {"width": round(max(width * 70 / across - 60, 120)), "height": round(max(height * 70 / rows - 50, 100))}
        spec |= {"concat": [view | size for view in views], "columns": across, "resolve": {"scale": {"color": "independent"}}}
        if title:
            spec["title"] = title
    return json.dumps(spec, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _view(panel, twins, notes):
    colors = Colors([panel, *twins])
    layers = []
    for one in (panel, *twins):
        facts, total = thinned(one.facts)
        if total is not None:
            notes.append(f"The interactive chart has {sum(map(len, facts)):,} of {total:,} rows, the highest and the lowest among them.")
        maker = Layers(one, facts, colors, is_twin=one is not panel)
        made = maker.all()
        if maker.averaged > 1:
            notes.append(f"The interactive chart has averages over {maker.averaged} × {maker.averaged} cells.")
        if one is not panel and made:
            layers.append({"layer": made})
        else:
            layers += made
    view = {"layer": layers or [{"mark": "point", "data": {"values": []}}]}
    titles = panel.titles
    if titles:
        view["title"] = " · ".join(titles)
    independent = {"theta": "independent"} if len(panel.data("slices")) > 1 else {}
    if any(layers[1:]) and twins:
        independent["y" if any(twin.scene["y"]["visible"] for twin in twins) else "x"] = "independent"
    if len({_color_scale(layer) for layer in _flat(layers)} - {None}) > 1:
        independent["color"] = "independent"
        _one_legend(layers)
    if independent:
        view["resolve"] = {"scale": independent}
    return view


def _flat(layers):
    return [one for layer in layers for one in ([layer, *_flat(layer["layer"])] if "layer" in layer else [layer])]


def _color_scale(layer):
    channel = layer.get("encoding", {}).get("color", {})
    return json.dumps(channel["scale"]) if isinstance(channel.get("scale"), dict) else None


def _one_legend(layers):
    """Leaves each legend to the first layer that has it."""
    told = set()
    for layer in _flat(layers):
        scale = _color_scale(layer)
        if scale in told:
            layer["encoding"]["color"] = layer["encoding"]["color"] | {"legend": None}
        elif scale is not None:
            told.add(scale)
