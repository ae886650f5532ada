"""Many shapes with shared properties: points, areas, separate lines, images and meshes."""

import math

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import as_list, matrix, reach
from matplotlib.artist import Artist, named, pen
from matplotlib.cm import ScalarMappable
from matplotlib.colors import to_rgba
from matplotlib.lines import Line2D


class Collection(Artist, ScalarMappable):
    """Many shapes with shared properties, coloured one by one or by value."""

    zorder = 1

    def __init__(self, norm=None, cmap=None):
        Artist.__init__(self)
        ScalarMappable.__init__(self, norm, cmap)
        self._faces = None
        self._edges = None
        self._linewidth = _settings.rcParams["patch.linewidth"]
        self._linestyle = "-"
        self._hatch = None

    def set_facecolor(self, c):
        """Sets the colour or colours of the insides."""
        self._faces = c

    set_fc = set_facecolors = set_facecolor

    def set_edgecolor(self, c):
        """Sets the colour or colours of the edges."""
        self._edges = c

    set_ec = set_edgecolors = set_edgecolor

    def set_color(self, c):
        """Sets all colours."""
        self._faces = self._edges = c

    def get_facecolor(self):
        """The colours of the insides."""
        if self._values is not None:
            return self.to_rgba(self._values, self._alpha)
        return np.array([to_rgba(c, self._alpha) for c in color_list(self._faces)]).reshape(-1, 4)

    get_facecolors = get_facecolor

    def get_edgecolor(self):
        """The colours of the edges."""
        if isinstance(self._edges, str) and self._edges == "face":
            return self.get_facecolor()
        return np.array([to_rgba(c, self._alpha) for c in color_list(self._edges)]).reshape(-1, 4)

    get_edgecolors = get_edgecolor

    def update_scalarmappable(self):
        """Accepted; colours by value are always up to date."""

    def set_linewidth(self, lw):
        """Sets the edges' width in points."""
        self._linewidth = lw

    def get_linewidth(self):
        """The edges' widths in points."""
        return np.atleast_1d(self._width())

    get_linewidths = get_lw = get_linewidth

    set_lw = set_linewidths = set_linewidth
    get_fc, get_ec = get_facecolor, get_edgecolor

    def set_linestyle(self, ls):
        """Sets the edges' style."""
        self._linestyle = ls

    set_ls = set_linestyles = set_linestyle

    def get_linestyle(self):
        """The edges' style."""
        return self._linestyle

    def get_hatch(self):
        """The hatch."""
        return self._hatch

    def get_offsets(self):
        """The places of the shapes; all lie where they are drawn."""
        return np.zeros((1, 2))

    def get_datalim(self, transData):
        """The box in data."""
        from matplotlib.transforms import Bbox

        reaches = [self._extent(name) or (np.nan, np.nan) for name in "xy"]
        return Bbox(reaches[0][0], reaches[1][0], reaches[0][1], reaches[1][1])

    set_joinstyle = set_capstyle = set_antialiaseds = set_offset_transform = Artist._accept

    def set_hatch(self, hatch):
        """Sets the hatch."""
        self._hatch = hatch

    def _width(self):
        width = self._linewidth
        width = width[0] if isinstance(width, (list, tuple, np.ndarray)) and len(width) else width
        return _settings.rcParams["lines.linewidth"] if width is None or isinstance(width, (list, tuple, np.ndarray)) else float(width)

    def _one(self, colors):
        found = color_list(colors)
        return to_rgba(found[0], self._alpha) if found else None


def color_list(colors):
    """A list of colours from one or many; none for 'none'."""
    if colors is None or (isinstance(colors, str) and colors.lower() == "none"):
        return []
    if isinstance(colors, str) or (isinstance(colors, tuple) and len(colors) in (2, 3, 4) and not isinstance(colors[0], (tuple, list)) and not (len(colors) != 2 and isinstance(colors[0], str))):
        return [colors]
    colors = list(as_list(colors))
    if colors and isinstance(colors[0], (int, float)) and len(colors) in (3, 4):
        return [tuple(colors)]
    return [tuple(color) if isinstance(color, (list, np.ndarray)) else color for color in colors]


class PathCollection(Collection):
    """The points of a scatter."""

    def __init__(self, x, y, sizes, marker, faces, edges, linewidth, norm=None, cmap=None):
        super().__init__(norm, cmap)
        self._xy = (x, y)
        self._sizes = sizes
        self._marker = marker
        self._shapes = None
        self._faces, self._edges = faces, edges
        self._linewidth = linewidth

    def set_paths(self, paths):
        """Sets a marker for each point."""
        self._shapes = [path._shape or "o" for path in paths]

    def get_paths(self):
        """The markers' outlines."""
        from matplotlib.path import Path

        return [Path.of_marker(shape) for shape in self._shapes or [self._marker]]

    def get_offsets(self):
        """The points."""
        return np.column_stack(self._xy)

    def set_offsets(self, offsets):
        """Sets the points."""
        offsets = matrix(offsets) if len(offsets) else np.empty((0, 2))
        self._xy = (offsets[:, 0], offsets[:, 1])

    def get_sizes(self):
        """The areas in square points."""
        return np.array(self._sizes)

    def set_sizes(self, sizes):
        """Sets the areas in square points."""
        self._sizes = [float(size) for size in sizes]

    def legend_elements(self, prop="colors", num="auto", fmt=None, func=lambda x: x, **kwargs):
        """Handles and labels that explain the colours or the sizes."""
        handles, labels = [], []
        if prop == "colors":
            if self._values is None:
                return [], []
            low, high = self._limits()
            distinct = np.unique(self._values[~np.isnan(self._values)]).tolist()
            if num is None or (num == "auto" and len(distinct) <= 9):
                levels = distinct
            else:
                from matplotlib.ticker import MaxNLocator

                levels = [v for v in MaxNLocator(nbins=(num if isinstance(num, int) else 9), min_n_ticks=1).tick_values(low, high) if low <= v <= high]
            for level in levels:
                handles.append(Line2D([], [], linestyle="", marker=self._marker or "o", color=self.cmap(self.norm(level))))
                labels.append(rf"$\mathdefault{{{func(level):g}}}$" if fmt is None else _format(fmt, func(level)))
        else:
            from matplotlib.ticker import MaxNLocator

            sizes = sorted({float(size) for size in self._sizes})
            levels = sizes if num is None else [v for v in MaxNLocator(nbins=(num if isinstance(num, int) else 9), min_n_ticks=1).tick_values(func(sizes[0]), func(sizes[-1])) if func(sizes[0]) <= v <= func(sizes[-1])]
            for level in levels:
                handles.append(Line2D([], [], linestyle="", marker=self._marker or "o", color=kwargs.get("color", "k"), markersize=math.sqrt(level)))
                labels.append(rf"$\mathdefault{{{level:g}}}$" if fmt is None else _format(fmt, level))
        return handles, labels

    def _paint_for(self, colors):
        found = color_list(colors)
        if len(found) == 1:
            return {"kind": "one", "color": to_rgba(found[0], self._alpha)}
        alpha = self._alpha
        if not found:
            return {"kind": "one", "color": None}
        if isinstance(alpha, (list, tuple, np.ndarray)):
            return {"kind": "each", "colors": [to_rgba(c, a) for c, a in zip(found, alpha)]}
        return {"kind": "each", "colors": [to_rgba(c, alpha) for c in found]}

    def _paints(self):
        alpha = self._alpha
        if self._values is not None:
            face = self._paint(alpha if isinstance(alpha, (int, float)) else 1.0)
        elif isinstance(alpha, (list, tuple, np.ndarray)):
            face = {"kind": "each", "colors": [to_rgba((color_list(self._faces) or ["k"])[0], a) for a in alpha]}
        else:
            face = self._paint_for(self._faces)
        edge = face if isinstance(self._edges, str) and self._edges == "face" else self._paint_for(self._edges)
        return face, edge

    def _marks(self):
        face, edge = self._paints()
        if self._shapes is None or len(set(self._shapes)) == 1:
            return [self._points(slice(None), self._shapes[0] if self._shapes else self._marker, face, edge)]
        shapes = np.array(self._shapes, dtype=object)[: self._xy[0].size]
        return [self._points(np.flatnonzero(shapes == shape), shape, face, edge) for shape in dict.fromkeys(shapes)]

    def _points(self, which, shape, face, edge):
        marker = {"shape": shape, "size": 6.0, "face": None, "edge": None, "edge_width": self._width()}
        sizes = np.array(self._sizes)[which].tolist() if len(self._sizes) > 1 else self._sizes
        points = {
            "kind": "points", "x": self._xy[0][which], "y": self._xy[1][which], "sizes": sizes, "marker": marker,
            "paint": _of_some(face, which), "edge": _of_some(edge, which),
        }  # fmt: skip
        return self._mark(points)

    def _width(self):
        return 1.5 if self._linewidth is None else super()._width()

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        return reach(self._xy[0 if name == "x" else 1])

    def _key(self):
        face, edge = self._paints()
        color = self._key_color(face)
        edge = None if edge["kind"] == "one" and edge["color"] is None else self._key_color(edge)
        size = math.sqrt(sum(self._sizes) / len(self._sizes)) if self._sizes else 6.0
        return {"marker": {"shape": self._marker, "size": size, "face": color, "edge": edge, "edge_width": self._width()}}

    def _key_color(self, paint):
        if paint["kind"] == "one":
            return paint["color"]
        if paint["kind"] == "each":
            return paint["colors"][0] if paint["colors"] else None
        return to_rgba(self.cmap(0.5), self._alpha if isinstance(self._alpha, (int, float)) else None)


def _of_some(paint, which):
    """The paint of some of the points."""
    if isinstance(which, slice):
        return paint
    if paint["kind"] == "mapped":
        return {**paint, "values": paint["values"][which]}
    if paint["kind"] == "each":
        colors = paint["colors"]
        return {**paint, "colors": [colors[index % len(colors)] for index in which.tolist()]}
    return paint


def _format(fmt, value):
    if hasattr(fmt, "format_ticks"):
        return fmt(value)
    return fmt.format(x=value) if "{" in fmt else fmt % value


class PatchCollection(Collection):
    """Patches with shared properties."""

    def __init__(self, patches, *, match_original=False, **kwargs):
        given = named(kwargs)
        super().__init__(given.pop("norm", None), given.pop("cmap", None))
        self._patches = list(patches)
        self._original = match_original
        self._faces = given.pop("facecolor", given.get("color"))
        self._edges = given.pop("edgecolor", given.pop("color", None))
        self._linewidth = given.pop("linewidth", self._linewidth)
        self.update(given)

    def _dressed(self):
        """The patches in the collection's colours."""
        if self._original:
            return self._patches
        faces, edges = self.get_facecolor(), self.get_edgecolor()
        for index, patch in enumerate(self._patches):
            patch._face = tuple(faces[index % len(faces)]) if len(faces) else "none" if self._faces is not None else patch._face
            patch._edge = tuple(edges[index % len(edges)]) if len(edges) else None
            patch._linewidth, patch._linestyle, patch._hatch = self._width(), self._linestyle, self._hatch
        return self._patches

    def _marks(self):
        marks = []
        for patch in self._dressed():
            patch.axes, patch._coords, patch._clip = self.axes, self._coords, self._clip
            marks += patch._marks()
        return marks

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        for patch in self._patches:
            patch.axes = self.axes
        reaches = [one for one in (patch._extent(name) for patch in self._patches) if one is not None]
        return reach([end for one in reaches for end in one[:2]]) if reaches else None

    def _key(self):
        return self._dressed()[0]._key() if self._patches else {"patch": True}


class PolyCollection(PatchCollection):
    """Polygons with shared properties."""

    def __init__(self, verts, sizes=None, *, closed=True, **kwargs):
        from matplotlib.patches import Polygon

        super().__init__([Polygon(points, closed=closed) for points in verts], **kwargs)

    def get_paths(self):
        """The polygons' outlines."""
        from matplotlib.path import Path

        return [Path(patch.get_xy(), closed=True) for patch in self._patches]


class FillBetween(PolyCollection):
    """The area between two lines."""

    def __init__(self, t, low, high, step, horizontal, given):
        super().__init__([])
        self._columns = (t, low, high)
        self._step = step
        self._horizontal = horizontal
        self._stuck = False
        color = given.pop("color", None)
        self._faces = given.pop("facecolor", color)
        self._edges = given.pop("edgecolor", color if color is not None else None)
        self.update(given)

    def get_paths(self):
        """The area's outline."""
        from matplotlib.path import Path

        t, low, high = self._columns
        around = np.concatenate([t, t[::-1]]), np.concatenate([low, high[::-1]])
        return [Path(np.column_stack(around[::-1] if self._horizontal else around), closed=True)]

    def _pen(self):
        color = self._one(self._edges)
        width = self._width()
        return None if color is None or not width else pen(color, width, self._linestyle)

    def _marks(self):
        t, low, high = self._columns
        shape = {
            "kind": "area", "x": t, "low": low, "high": high, "face": self._one(self._faces), "edge": self._pen(),
            "step": self._step, "horizontal": self._horizontal, "hatch": self._hatch,
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        t, low, high = self._columns
        if (name == "x") != self._horizontal:
            return reach(t)
        a, b = reach(low), reach(high)
        return tuple(pick((one for one in pair if one == one), default=math.nan) for pick, pair in ((min, (a[0], b[0])), (max, (a[1], b[1])), (min, (a[2], b[2]))))

    def _sticky(self, name):
        return [0.0] if self._stuck and name == ("x" if self._horizontal else "y") else ()

    def _key(self):
        return {"patch": True, "face": self._one(self._faces), "edge": self._one(self._edges), "edge_width": self._width(), "hatch": self._hatch}


class LineCollection(Collection):
    """Separate straight lines."""

    zorder = 2

    def __init__(self, segments, *, colors=None, linewidths=None, linestyles="solid", cap=0.0, role="lines", **kwargs):
        super().__init__()
        self._segments = segments
        self._edges = _settings.rcParams["lines.color"] if colors is None else colors
        self._linewidth = _settings.rcParams["lines.linewidth"] if linewidths is None else linewidths
        self._linestyle = linestyles
        self._cap = cap
        self._role = role
        self.update(kwargs)

    def set_color(self, c):
        self._edges = c

    set_colors = set_color

    def get_color(self):
        """The colours."""
        return np.array([to_rgba(c) for c in color_list(self._edges)]).reshape(-1, 4)

    def _pens(self):
        colors = [to_rgba(color, self._alpha) for color in color_list(self._edges)]
        widths = self._linewidth if isinstance(self._linewidth, (list, tuple)) else [self._linewidth]
        styles = self._linestyle if isinstance(self._linestyle, list) else [self._linestyle]
        count = max(len(colors), len(widths), len(styles)) if colors else 0
        pens = [pen(colors[i % len(colors)], float(widths[i % len(widths)]), styles[i % len(styles)]) for i in range(count)]
        return [one for one in pens if one is not None]

    def get_segments(self):
        """The points of each line."""
        return [np.asarray(line, dtype=float) for line in self._segments]

    def set_segments(self, segments):
        """Sets the points of each line."""
        self._segments = segments

    set_verts = set_paths = set_segments

    def _ends(self):
        rows = [(a[0], a[1], b[0], b[1]) for line in self._segments for a, b in zip(line, line[1:])]
        return list(zip(*rows)) if rows else [(), (), (), ()]

    def _marks(self):
        x0, y0, x1, y1 = (list(map(float, column)) for column in self._ends())
        shape = {"kind": "segments", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "pens": self._pens(), "cap": float(self._cap)}
        return [self._mark(shape)]

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        x0, y0, x1, y1 = self._ends()
        return reach([*x0, *x1] if name == "x" else [*y0, *y1])

    def _key(self):
        pens = self._pens()
        return {"pen": pens[0] if pens else None}


class AxesImage(Artist, ScalarMappable):
    """A matrix drawn as an image."""

    zorder = 0

    def __init__(self, values, rows, cols, colors, extent, origin, smooth, norm, cmap, alpha):
        Artist.__init__(self)
        ScalarMappable.__init__(self, norm, cmap)
        self._values = values
        self._rows, self._cols = rows, cols
        self._colors = colors
        self._extent_ = extent
        self.origin = origin
        self._smooth = smooth
        self._alpha = alpha

    def set_data(self, A):
        """Sets the matrix."""
        values = matrix(A)
        self._values, (self._rows, self._cols) = values.ravel(), values.shape

    def get_array(self):
        """The matrix."""
        return None if self._values is None else self._values.reshape(self._rows, self._cols)

    def get_extent(self):
        """Left, right, bottom and top edge."""
        return list(self._extent_)

    def _marks(self):
        paint = self._paint(self._alpha) if self._colors is None else {"kind": "each", "colors": self._colors}
        left, right, bottom, top = self._extent_
        if self.origin == "lower":
            bottom, top = top, bottom
        shape = {
            "kind": "image", "rows": self._rows, "cols": self._cols, "extent": [left, right, bottom, top],
            "x": None, "y": None, "paint": paint, "smooth": self._smooth, "line": None,
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        ends = self._extent_[:2] if name == "x" else self._extent_[2:]
        return reach(list(ends))

    def _sticky(self, name):
        return [float(end) for end in (self._extent_[:2] if name == "x" else self._extent_[2:])]


class QuadMesh(Collection):
    """A matrix drawn as rectangles between given edges."""

    def __init__(self, x, y, values, rows, cols, norm, cmap, alpha, line):
        super().__init__(norm, cmap)
        self._x, self._y = x, y
        self._values = values
        self._rows, self._cols = rows, cols
        self._alpha = alpha
        self._line = line

    def get_array(self):
        """The matrix."""
        return self._values.reshape(self._rows, self._cols)

    def _marks(self):
        x, y = self._x, self._y
        even = all(_is_even(edges) for edges in (x, y))
        shape = {
            "kind": "image", "rows": self._rows, "cols": self._cols, "extent": [x[0], x[-1], y[-1], y[0]],
            "x": None if even else x, "y": None if even else y, "paint": self._paint(self._alpha), "smooth": False, "line": self._line,
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        return reach(self._x if name == "x" else self._y)

    def _sticky(self, name):
        edges = self._x if name == "x" else self._y
        return [float(edges[0]), float(edges[-1])]


def _is_even(edges):
    step = (edges[-1] - edges[0]) / max(len(edges) - 1, 1)
    return all(abs(edges[0] + step * index - edge) <= abs(step) * 1e-6 for index, edge in enumerate(edges))


class Tiles(PolyCollection):
    """Many equal tiles coloured by value."""

    def __init__(self, x, y, outline, values, norm, cmap, alpha):
        super().__init__([], norm=norm, cmap=cmap)
        self._xy = (x, y)
        self._outline = outline
        self._values = values
        self._alpha = alpha

    def _marks(self):
        return [self._mark({"kind": "tiles", "x": self._xy[0], "y": self._xy[1], "outline": self._outline, "paint": self._paint(self._alpha)})]

    def _extent(self, name):
        index = 0 if name == "x" else 1
        low, high, least = reach(self._xy[index])
        sides = [point[index] for point in self._outline]
        return low + min(sides), high + max(sides), least
