"""What charts show, as data: one fact for each thing that was drawn, with the columns behind it.

A fact knows what it is (`line`, `point`, `bar`, `bins`, `area`, `rule`, `segments`, `error`, `box`, `cells`, `slices`,
`text`, `span`, `outline`), and holds places as its axes count them. Nothing here knows how a chart is written down.
"""

import numpy as np

from matplotlib._arrays import name_of
from matplotlib.artist import Artist
from matplotlib.collections import AxesImage, FillBetween, LineCollection, PatchCollection, PathCollection, QuadMesh, Tiles
from matplotlib.container import BarContainer, BoxGroup, ErrorbarContainer, StemContainer
from matplotlib.contour import ContourSet
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle, Wedge
from matplotlib.text import Annotation, Text


class Fact:
    """One thing drawn. `columns` are places and numbers by their role, all of one length; `names` are the data's own
    names of what lies along x and y. `is_upright` tells that values count upwards, from a place along x."""

    def __init__(self, mark, columns, *, names=None, label=None, color=None, colors=None, is_upright=True, style=None, **more):
        self.mark = mark
        self.columns = {role: np.asarray(column, dtype=float) for role, column in columns.items()}
        self.names = names or {}
        self.label = label
        self.color = color
        self.colors = colors
        self.is_upright = is_upright
        self.style = style or {}
        #: What the group of each row is called, where one fact holds several.
        self.groups = None
        #: Drawn, and no data: left out of the table behind the chart.
        self.is_drawing = False
        #: The ends of error bars that belong to its rows, low and high.
        self.errors = None
        #: Whether what lies outside the axes is cut off.
        self.is_clipped = False
        #: The error bars of the call that drew it, where it drew some.
        self.owner = None
        self.scale = self.edges = self.texts = None
        #: Cells that are counted by their columns and rows.
        self.is_matrix = False
        for key, value in more.items():
            setattr(self, key, value)

    def __len__(self):
        return len(next(iter(self.columns.values()), ()))

    @property
    def along(self):
        """The direction in which its places are counted."""
        return "x" if self.is_upright else "y"

    @property
    def places(self):
        """Where its bars, bins or areas stand; two that stand on each other have the same."""
        return self.columns["low" if self.mark == "bins" else "at"]

    @property
    def across(self):
        """The direction of its values."""
        return "y" if self.is_upright else "x"


def label_of(artist):
    """The text of an artist in a legend; None where it has none."""
    text = artist.get_label()
    return text if text and not text.startswith("_") else None


def facts_of(axes):
    """The facts of a pair of axes, in the order in which they are drawn."""
    found, told = [], set()
    for child in sorted((child for child in axes._children if child._visible), key=lambda child: child.zorder):
        owner = getattr(child, "_group", None) or getattr(child, "_container", None) or child
        if id(owner) not in told:
            told.add(id(owner))
            shown = [fact for fact in _told(owner) if _shows(fact)]
            for fact in shown:
                fact.is_clipped = child._clip
            found += shown
    wedges = [child for child in axes._children if isinstance(child, Wedge) and child._visible and hasattr(child, "_value")]
    pies = {}
    for wedge in wedges:
        pies.setdefault(id(wedge._pie), []).append(wedge)
    return [*map(_slices, pies.values()), *(fact for fact in found if fact.mark == "outline")] if pies else found


def _shows(fact):
    """Whether there is anything of it to see."""
    return len(fact) > 0 and all(np.isfinite(column).any() for column in fact.columns.values())


def _told(owner):
    for kinds, tell in _KINDS:
        if isinstance(owner, kinds):
            return tell(owner)
    return []


def _line(line):
    x, y = line._xy
    pen, marker = line._pen(), line._marker_data()
    if not x.size or x.size != y.size or (pen is None and marker is None):
        return []
    color = pen["color"] if pen else marker["face"] or marker["edge"]
    names = {"x": name_of(line._raw[0]), "y": name_of(line._raw[1])}
    if line._coords in ("x_data", "y_data"):
        axis = line._coords[0]
        return [Fact("rule", {"at": (x if axis == "x" else y)[:1]}, label=label_of(line), color=color, is_upright=axis == "y", style=_stroke(pen), is_drawing=label_of(line) is None)]
    if line._coords != "data":
        return []
    style = {**(_stroke(pen) if pen else {}), **({"marker": marker["shape"], "size": marker["size"] ** 2} if marker else {})}
    step = {"steps": "step-before", "steps-pre": "step-before", "steps-post": "step-after", "steps-mid": "step"}.get(line._drawstyle)
    if step:
        style["interpolate"] = step
    known = np.isfinite(x) | np.isnan(x)
    x, y = x[known], y[known]
    if len(x) == 1 and marker:
        pen = None
    fact = Fact("line" if pen else "point", {"x": x, "y": y}, names=names, label=label_of(line), color=color, style=style)
    if pen is None:
        style["opacity"] = round(color[3], 3) if color else 1.0
    # A line through a point with a slope is drawn from edge to edge, wherever these are.
    fact.is_drawing = "_extent" in vars(line)
    return [fact]


def _stroke(pen):
    if pen is None:
        return {}
    return {"width": round(pen["width"], 2), "dash": [round(part, 2) for part in pen["dash"]], "opacity": round(pen["color"][3], 3)}


def _points(points):
    if points._coords != "data":
        return []
    face, edge = points._paints()
    shapes = points._shapes or [points._marker]
    x, y = points._xy
    found = []
    for shape in dict.fromkeys(shapes):
        which = np.flatnonzero(np.array(shapes, dtype=object)[: x.size] == shape) if len(set(shapes)) > 1 else np.arange(x.size)
        columns = {"x": x[which], "y": y[which]}
        sizes = np.asarray(points._sizes, dtype=float)
        if len(sizes) == x.size and len(set(points._sizes)) > 1:
            columns["size"] = sizes[which]
        fact = Fact("point", columns, names=getattr(points, "_names", {}), label=label_of(points))
        if face["kind"] == "mapped":
            fact.columns["value"] = np.asarray(points._values, dtype=float)[which]
            fact.scale = points
            opacity = face["alpha"]
        elif face["kind"] == "each":
            colors = face["colors"]
            fact.colors = [colors[index % len(colors)] for index in which.tolist()]
            opacity = colors[0][3] if colors else 1.0
        else:
            fact.color = face["color"] or (edge["color"] if edge["kind"] == "one" else None)
            opacity = fact.color[3] if fact.color else 1.0
        fact.style = {"marker": shape, "size": round(float(sizes[0]), 1) if sizes.size else 36.0, "opacity": round(opacity, 3)}
        found.append(fact)
    return found


def _bars(container):
    axes = next((bar.axes for bar in container.patches if bar.axes is not None), None)
    kept = {id(child) for child in axes._children} if axes is not None else ()
    shown = [bar for bar in container.patches if bar._visible and id(bar) in kept and _is_painted(bar)]
    if not shown or shown[0]._coords != "data":
        return []
    upright = container.orientation == "vertical"
    places = np.array([bar._place() for bar in shown])
    at, base, width, length = (places[:, index] for index in ((0, 1, 2, 3) if upright else (1, 0, 3, 2)))
    names = getattr(container, "_names", {})
    first = shown[0]
    edge = first._edge_color()
    face = first._face_color()
    hollow = face is None or face[3] == 0
    style = {"opacity": round(((edge or (0, 0, 0, 1.0)) if hollow else face)[3], 3), "hollow": hollow}
    if edge is not None:
        style["edge"] = (_hex(edge), round(first._linewidth, 2))
    options = {"names": names, "label": label_of(container), "is_upright": upright, "style": style, "owner": container.errorbar}
    bins = getattr(container, "_bins", None)
    if bins is None and container._role == "bar" and _are_bins(container, at, width):
        bins = (at, at + width)
    if bins is not None and len(bins[0]) == len(shown):
        fact = Fact("bins", {"from": bins[0], "to": bins[1], "base": base, "end": base + length, "low": at, "high": at + width}, **options)
        fact.is_density = getattr(container, "_is_density", False)
    else:
        fact = Fact("bar", {"at": at + width / 2, "width": width, "base": base, "end": base + length}, **options)
    colors = [bar._face_color() or bar._edge_color() for bar in shown]
    fact.color, fact.colors = (colors[0], None) if len(set(colors)) == 1 else (None, colors)
    labels = [label_of(bar) for bar in shown]
    if fact.label is None and any(labels):
        fact.groups = [label or "" for label in labels]
    return [fact]


def _is_painted(bar):
    """Whether there is anything of a bar to see: those that others only stand on have no colour."""
    face = bar._face_color()
    return face is not None and face[3] > 0 or bar._edge_color() is not None or bool(bar._hatch)


def _are_bins(container, at, width):
    """Whether bars are the bins of a histogram: they begin where they were said to, and each ends where the next begins."""
    order = np.argsort(at)
    low, high = at[order], (at + width)[order]
    axis = container.patches[0].axes.xaxis if container.orientation == "vertical" else container.patches[0].axes.yaxis
    if len(at) < 2 or axis.kind == "category" or axis._fixed_labels:
        return False
    touching = np.allclose(low[1:], high[:-1], rtol=0, atol=1e-6 * max(float(high[-1] - low[0]), 1e-300))
    return touching and getattr(container, "_begins", False)


def _box(patch):
    """A rectangle of its own: the cells of no histogram, the bars of no container."""
    x, y, width, height = patch._place()
    if patch._coords in ("x_data", "y_data"):
        low, size = (x, width) if patch._coords == "x_data" else (y, height)
        label = label_of(patch)
        style = {"opacity": round((patch._face_color() or (0, 0, 0, 1.0))[3], 3)}
        return [Fact("span", {"from": [low], "to": [low + size]}, label=label, color=patch._face_color() or patch._edge_color(), is_upright=patch._coords == "y_data", style=style, is_drawing=label is None)]
    if patch._coords != "data" or not width or not height:
        return []
    return _outline(patch, [x, x + width, x + width, x, x], [y, y, y + height, y + height, y])


def _polygon(patch):
    bins = getattr(patch, "_bins", None)
    if bins is not None:
        low, high, base, end, upright = bins
        color = patch._face_color() or patch._edge_color()
        style = {"opacity": round(color[3], 3) if color else 1.0, "hollow": not patch._fill}
        if not patch._fill and color:
            style["edge"] = (_hex(color), round(patch._linewidth, 2))
        fact = Fact("bins", {"from": low, "to": high, "base": base, "end": end, "low": low, "high": high}, label=label_of(patch), color=color, is_upright=upright, style=style)
        fact.is_density = getattr(patch, "_is_density", False)
        fact.names = getattr(patch, "_names", {})
        return [fact]
    if patch._coords != "data" or not patch._points:
        return []
    return _outline(patch, *patch._columns(), closed=patch._closed)


def _outline(patch, x, y, closed=True):
    face, edge = patch._face_color(), patch._edge_color()
    if closed and len(x) and (x[0], y[0]) != (x[-1], y[-1]):
        x, y = [*x, x[0]], [*y, y[0]]
    style = {"face": _hex(face) if face and face[3] > 0 else None, "opacity": round(face[3], 3) if face else 1.0, "width": patch._linewidth if edge else 0.0}
    return [Fact("outline", {"x": x, "y": y}, label=label_of(patch), color=edge or face, style=style, is_drawing=True)]


def _area(area):
    at, low, high = area._columns
    if not np.any(high):
        # From the values to zero is from zero to the values.
        low, high = high, low
    color = area._one(area._faces) or area._one(area._edges)
    style = {"opacity": round(color[3], 3) if color else 1.0, "interpolate": {"pre": "step-before", "post": "step-after", "mid": "step"}.get(area._step, "linear")}
    fact = Fact("area", {"at": at, "low": low, "high": high}, names=getattr(area, "_names", {}), label=label_of(area), color=color, is_upright=not area._horizontal, style=style)
    # The bodies of violins lie across a place, and have no values of their own.
    across = area.axes.xaxis if area._horizontal else area.axes.yaxis
    fact.is_drawing = getattr(area, "_is_body", False) or across.kind == "category"
    return [fact]


def _segments(lines):
    pens = lines._pens()
    if lines._coords != "data" or not pens or lines._role == "error":
        return []
    x, y, x2, y2 = (np.array(column, dtype=float) for column in lines._ends())
    fact = Fact("segments", {"x": x, "y": y, "x2": x2, "y2": y2}, label=label_of(lines), color=pens[0]["color"], style=_stroke(pens[0]))
    fact.is_upright = bool(np.array_equal(x, x2))
    # The stems of a lollipop chart begin at zero, and its points are the data.
    begins = y if fact.is_upright else x
    straight = fact.is_upright or np.array_equal(y, y2)
    fact.is_drawing = lines._role != "lines" or not straight or not np.any(begins)
    return [fact]


def _error_bars(container):
    line, _, bars = container.lines
    found = _line(line) if line is not None and line._visible else []
    for fact in found:
        fact.label, fact.owner = label_of(container), container
    for bar, upright in zip(bars, [one for one, has in ((False, container.has_xerr), (True, container.has_yerr)) if has]):
        pens = bar._pens()
        if not bar._visible or not pens or not len(bar._segments):
            continue
        x, y, x2, y2 = (np.array(column, dtype=float) for column in bar._ends())
        at, low, high = (x, y, y2) if upright else (y, x, x2)
        names = found[0].names if found else {}
        found.append(Fact("error", {"at": at, "low": low, "high": high}, names=names, color=pens[0]["color"], is_upright=upright, label=None if line is not None else label_of(container), style=_stroke(pens[0]), owner=container))
    return found


def _stems(container):
    found = []
    for artist in container:
        made = _told(artist)
        for fact in made:
            fact.is_drawing = artist is not container.markerline
            fact.label = None if fact.is_drawing else label_of(container)
        found += made
    return found


def _boxes(group):
    stats = group.stats
    numbers = {role: [float(stat[key]) for stat in stats] for role, key in (("low", "whislo"), ("q1", "q1"), ("median", "med"), ("q3", "q3"), ("high", "whishi"))}
    boxes = group.found["boxes"]
    colors = [(box._face_color() or box._edge_color()) if isinstance(box, Polygon) else box._pen()["color"] if box._pen() else None for box in boxes]
    labels = [label_of(box) for box in boxes]
    fact = Fact("box", {"at": group.places, "width": group.widths, **numbers}, is_upright=group.upright, names=group.names)
    fact.color, fact.colors = (colors[0] if colors else None, None) if len(set(colors)) < 2 else (None, colors)
    medians = [line._pen() for line in group.found["medians"]]
    fact.style = {"filled": bool(boxes) and isinstance(boxes[0], Polygon), "median": _hex(medians[0]["color"]) if medians and medians[0] else "#000000"}
    if any(labels):
        given = list(dict.fromkeys(label for label in labels if label))
        fact.label, fact.groups = (given[0], None) if len(given) == 1 else (None, [label or "" for label in labels])
    if group.found["means"]:
        fact.columns["mean"] = np.array([float(stat["mean"]) for stat in stats])
    found = [fact]
    fliers = [np.asarray(stat["fliers"], dtype=float) for stat in stats] if group.found["fliers"] else []
    if sum(map(len, fliers)):
        at, values = np.repeat(np.asarray(group.places, dtype=float), [len(one) for one in fliers]), np.concatenate(fliers)
        columns = {"x": at, "y": values} if group.upright else {"x": values, "y": at}
        outliers = Fact("point", columns, is_upright=group.upright, names=fact.names, label=fact.label, style={"marker": "o", "size": 18.0, "opacity": 1.0})
        outliers.color, outliers.box = (0.0, 0.0, 0.0, 1.0), fact
        found.append(outliers)
    return found


def _image(image):
    if image._values is None:
        return []
    left, right, bottom, top = image._extent_
    if image.origin == "lower":
        bottom, top = top, bottom
    edges = {"x": np.linspace(left, right, image._cols + 1), "y": np.linspace(top, bottom, image._rows + 1)}
    return [Fact("cells", {"value": image._values}, edges=edges, scale=image, names=getattr(image, "_names", {}), label=label_of(image), is_matrix=True)]


def _mesh(mesh):
    edges = {"x": np.asarray(mesh._x, dtype=float), "y": np.asarray(mesh._y, dtype=float)}
    is_matrix = all(np.array_equal(ends, np.arange(len(ends))) for ends in edges.values())
    return [Fact("cells", {"value": mesh._values}, edges=edges, scale=mesh, names=getattr(mesh, "_names", {}), label=label_of(mesh), is_matrix=is_matrix)]


def _tiles(tiles):
    x, y = tiles._xy
    return [Fact("point", {"x": x, "y": y, "value": tiles._values}, scale=tiles, names=getattr(tiles, "_names", {}), style={"marker": "h", "size": 40.0, "opacity": 1.0})]


def _contours(contours):
    x, y, grid = contours._grid
    if contours.filled:
        return [Fact("cells", {"value": grid.ravel()}, edges={"x": _around(x), "y": _around(y)}, scale=contours)]
    found = []
    for mark in contours._marks():
        shape = mark["shape"]
        if shape["kind"] == "line" and shape["pen"]:
            found.append(Fact("line", {"x": shape["x"], "y": shape["y"]}, color=shape["pen"]["color"], style=_stroke(shape["pen"]), is_drawing=True))
    return found


def _around(middles):
    if len(middles) < 2:
        return np.array([middles[0] - 0.5, middles[0] + 0.5])
    between = (middles[1:] + middles[:-1]) / 2
    return np.concatenate([[2 * middles[0] - between[0]], between, [2 * middles[-1] - between[-1]]])


def _slices(wedges):
    colors = [wedge._face_color() or (0.5, 0.5, 0.5, 1.0) for wedge in wedges]
    first = wedges[0]
    fact = Fact("slices", {"value": [wedge._value for wedge in wedges], "share": [wedge._share for wedge in wedges]}, colors=colors, names=getattr(first, "_names", {}))
    fact.texts = [label_of(wedge) for wedge in wedges]
    fact.radius = first.r
    fact.hole = 0.0 if first.width is None else max(1 - first.width / first.r, 0.0)
    fact.center, fact.start, fact.turn = first._pie
    return fact


def _text(text):
    marks = text._marks()
    if not marks or marks[0]["coords"] != "data":
        return []
    shape = marks[0]["shape"]
    label = shape["label"]
    if not label["text"].strip():
        return []
    dx, dy = (0.0, 0.0) if shape["arrow"] is not None else shape["offset"]
    style = {
        "align": label["ha"], "baseline": label["va"], "dx": round(dx * 1.33, 1), "dy": round(-dy * 1.33, 1), "angle": -label["rotation"],
        "size": label["size"], "bold": label["bold"], "color": _hex(label["color"]),
    }  # fmt: skip
    is_note = isinstance(text, Annotation) and text._coordinates(text._xycoords) == "data"
    anchor = tuple(text._placed(text.xy, "data")) if is_note else tuple(shape["at"])
    return [Fact("text", {"x": [shape["at"][0]], "y": [shape["at"][1]]}, texts=[label["text"]], style=style, is_drawing=True, anchor=anchor, is_note=is_note)]


def _patches(collection):
    found = []
    if collection._coords == "data":
        for patch in collection._dressed():
            patch.axes, patch._coords = collection.axes, collection._coords
            found += [fact for fact in _told(patch) if fact.mark == "outline"]
    return found


def _hex(color):
    return "#" + "".join(f"{min(max(round(part * 255), 0), 255):02x}" for part in color[:3])


_KINDS = (
    (BarContainer, _bars),
    (ErrorbarContainer, _error_bars),
    (StemContainer, _stems),
    (BoxGroup, _boxes),
    (Line2D, _line),
    (PathCollection, _points),
    (FillBetween, _area),
    (Tiles, _tiles),
    (ContourSet, _contours),
    (QuadMesh, _mesh),
    (AxesImage, _image),
    (LineCollection, _segments),
    (PatchCollection, _patches),
    (Wedge, lambda wedge: []),
    (Rectangle, _box),
    (Polygon, _polygon),
    (Text, _text),
    (Artist, lambda artist: []),
)
