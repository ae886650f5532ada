"""Filled shapes: rectangles, polygons, ellipses and wedges."""

import math

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import reach
from matplotlib.artist import Artist, dashes, pen
from matplotlib.colors import to_rgba


class Patch(Artist):
    """A filled shape."""

    zorder = 1

    def __init__(self, *, edgecolor=None, facecolor=None, color=None, linewidth=None, linestyle=None, antialiased=None, hatch=None, fill=True, **kwargs):
        super().__init__()
        self._linewidth = _settings.rcParams["patch.linewidth"] if linewidth is None else float(linewidth)
        self._linestyle = "-" if linestyle is None else linestyle
        self._fill = bool(fill)
        self._hatch = hatch
        self._face = _settings.rcParams["patch.facecolor"] if facecolor is None else facecolor
        self._edge = edgecolor
        if color is not None:
            self._face = self._edge = color
        for one in (self._face, self._edge):
            if one is not None:
                to_rgba(one)
        self.update(kwargs)

    def set_facecolor(self, color):
        """Sets the inside's colour."""
        self._face = _settings.rcParams["patch.facecolor"] if color is None else color
        to_rgba(self._face)

    set_fc = set_facecolor

    def get_facecolor(self):
        """The inside's colour as red, green, blue and opacity."""
        return tuple(map(float, to_rgba(self._face, self._alpha))) if self._fill else (*map(float, to_rgba(self._face)[:3]), 0.0)

    get_fc = get_facecolor

    def set_edgecolor(self, color):
        """Sets the edge's colour."""
        self._edge = color
        if color is not None:
            to_rgba(color)

    set_ec = set_edgecolor

    def get_edgecolor(self):
        """The edge's colour as red, green, blue and opacity."""
        return tuple(map(float, to_rgba(self._edge, self._alpha))) if self._edge is not None else (0.0, 0.0, 0.0, 0.0)

    get_ec = get_edgecolor

    def set_color(self, c):
        """Sets both colours."""
        self.set_facecolor(c)
        self.set_edgecolor(c)

    def set_linewidth(self, w):
        """Sets the edge's width in points."""
        self._linewidth = _settings.rcParams["patch.linewidth"] if w is None else float(w)

    set_lw = set_linewidth

    def get_linewidth(self):
        """The edge's width in points."""
        return self._linewidth

    get_lw = get_linewidth

    def get_linestyle(self):
        """The edge's style."""
        return {"-": "solid", "--": "dashed", "-.": "dashdot", ":": "dotted"}.get(self._linestyle, self._linestyle)

    get_ls = get_linestyle

    def set_linestyle(self, ls):
        """Sets the edge's style."""
        dashes(ls, 1.0)
        self._linestyle = "-" if ls is None else ls

    set_ls = set_linestyle

    def set_hatch(self, hatch):
        """Sets the hatch, of the signs `/ \\ | - + x o O . *`."""
        self._hatch = hatch

    def get_hatch(self):
        """The hatch."""
        return self._hatch

    def get_fill(self):
        """Whether it is filled."""
        return self._fill

    def get_path(self):
        """The outline."""
        from matplotlib.path import Path

        return Path(self.get_verts(), closed=True)

    def get_verts(self):
        """The points of the outline."""
        marks = self._marks()
        shape = marks[0]["shape"] if marks else {}
        if "x" in shape:
            return np.column_stack([shape["x"], shape["y"]])
        reaches = [self._extent(name) for name in "xy"]
        return np.array([(reaches[0][i], reaches[1][j]) for i, j in ((0, 0), (1, 0), (1, 1), (0, 1), (0, 0))])

    def contains_point(self, point, radius=None):
        """Whether a place in data lies inside."""
        return self.get_path().contains_point(point)

    def get_window_extent(self, renderer=None):
        """The box in pixels, as matplotlib's default margins place it."""
        from matplotlib.transforms import Bbox

        points = self.get_transform().transform(self.get_verts())
        return Bbox(*points.min(axis=0), *points.max(axis=0))

    get_extents = get_window_extent

    def set_fill(self, b):
        """Whether it is filled."""
        self._fill = bool(b)

    set_joinstyle = set_capstyle = set_hatchcolor = set_hatch_linewidth = Artist._accept

    def _face_color(self):
        return to_rgba(self._face, self._alpha) if self._fill else None

    def _edge_color(self):
        if self._edge is None:
            return None if self._fill else to_rgba("black", self._alpha)
        color = to_rgba(self._edge, self._alpha)
        return None if color[3] == 0 or self._linewidth == 0 else color

    def _edge_pen(self):
        color = self._edge_color()
        return None if color is None else pen(color, self._linewidth, self._linestyle)

    def _key(self):
        return {
            "patch": True, "face": self._face_color(), "edge": self._edge_color(), "edge_width": self._linewidth, "hatch": self._hatch,
        }  # fmt: skip


class Rectangle(Patch):
    """A rectangle from its lower left corner."""

    def __init__(self, xy, width, height, *, angle=0.0, **kwargs):
        self._x0, self._y0 = xy
        self._width, self._height = width, height
        self._angle = angle
        self._container = None
        self._sticks = ()
        super().__init__(**kwargs)

    def get_x(self):
        """The left edge."""
        return self._x0

    def get_y(self):
        """The lower edge."""
        return self._y0

    def get_xy(self):
        """The lower left corner."""
        return (self._x0, self._y0)

    def get_width(self):
        """The width."""
        return self._width

    def get_height(self):
        """The height."""
        return self._height

    def set_xy(self, xy):
        """Sets the lower left corner."""
        self._x0, self._y0 = xy

    xy = property(get_xy, lambda self, xy: self.set_xy(xy))

    def set_bounds(self, *args):
        """Sets corner, width and height."""
        self._x0, self._y0, self._width, self._height = args[0] if len(args) == 1 else args

    def get_angle(self):
        """The angle in degrees."""
        return self._angle

    def set_angle(self, angle):
        """Sets the angle in degrees."""
        self._angle = angle

    def get_corners(self):
        """The four corners, from the lower left one on."""
        x, y, w, h = self._place()
        return np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)])

    def get_center(self):
        """The middle."""
        return np.array([self._x0 + self._width / 2, self._y0 + self._height / 2])

    def get_bbox(self):
        """The rectangle by its corners."""
        from matplotlib.transforms import Bbox

        return Bbox(self._x0, self._y0, self._x0 + self._width, self._y0 + self._height)

    def set_x(self, x):
        """Sets the left edge."""
        self._x0 = x

    def set_y(self, y):
        """Sets the lower edge."""
        self._y0 = y


    def set_width(self, w):
        """Sets the width."""
        self._width = w

    def set_height(self, h):
        """Sets the height."""
        self._height = h

    def _place(self):
        x, y = self._x0, self._y0
        if self.axes is not None and self._coords == "data":
            x, y = self.axes.xaxis.convert_one(x), self.axes.yaxis.convert_one(y)
        return float(x), float(y), _length(self._width), _length(self._height)

    def _marks(self):
        if self._angle:
            x, y, w, h = self._place()
            cos, sin = math.cos(math.radians(self._angle)), math.sin(math.radians(self._angle))
            corners = [(0, 0), (w, 0), (w, h), (0, h)]
            xs, ys = [x + a * cos - b * sin for a, b in corners], [y + a * sin + b * cos for a, b in corners]
            return [self._mark({"kind": "polygon", "x": xs, "y": ys, "face": self._face_color(), "edge": self._edge_pen(), "closed": True, "hatch": self._hatch})]
        return [self._mark(boxes([self]))]

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        x, y, w, h = self._place()
        low, size = (x, w) if name == "x" else (y, h)
        ends = [end for end in (low, low + size) if math.isfinite(end)]
        if not ends or (math.isnan(w) or math.isnan(h)):
            return None
        return min(ends), max(ends), min((end for end in ends if end > 0), default=math.nan)

    def _sticky(self, name):
        return [edge for axis, edge in self._sticks if axis == name]

    def __repr__(self):
        return f"Rectangle(xy=({self._x0:g}, {self._y0:g}), width={self._width:g}, height={self._height:g}, angle={self._angle:g})"


def _length(value):
    return value.total_seconds() / 86400 if hasattr(value, "total_seconds") else float(value)


def boxes(patches):
    """One shape of many rectangles that share their edges' style."""
    places = [patch._place() for patch in patches]
    first = patches[0]
    return {
        "kind": "boxes",
        "left": [p[0] for p in places],
        "bottom": [p[1] for p in places],
        "width": [p[2] for p in places],
        "height": [p[3] for p in places],
        "faces": [patch._face_color() for patch in patches],
        "edges": [patch._edge_color() for patch in patches],
        "line": first._linewidth,
        "dash": dashes(first._linestyle, first._linewidth) or [],
        "hatch": first._hatch,
    }


class Polygon(Patch):
    """A shape between points."""

    def __init__(self, xy, *, closed=True, **kwargs):
        self._points = [tuple(point) for point in xy]
        self._closed = closed
        super().__init__(**kwargs)

    def get_xy(self):
        """The points."""
        return np.array(self._points)

    def get_closed(self):
        """Whether the last point is joined with the first."""
        return self._closed

    def set_xy(self, xy):
        """Sets the points."""
        self._points = [tuple(point) for point in xy]

    def _columns(self):
        xs, ys = [p[0] for p in self._points], [p[1] for p in self._points]
        if self.axes is not None and self._coords == "data":
            return self.axes.xaxis.convert_any(xs), self.axes.yaxis.convert_any(ys)
        return [float(x) for x in xs], [float(y) for y in ys]

    def _marks(self):
        if not self._points:
            return []
        xs, ys = self._columns()
        return [self._mark({"kind": "polygon", "x": xs, "y": ys, "face": self._face_color(), "edge": self._edge_pen(), "closed": self._closed, "hatch": self._hatch})]

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        xs, ys = self._columns()
        return reach(xs if name == "x" else ys)


class Ellipse(Patch):
    """An ellipse around its middle."""

    def __init__(self, xy, width, height, *, angle=0, **kwargs):
        self.center = tuple(xy)
        self.width, self.height, self.angle = width, height, angle
        super().__init__(**kwargs)

    def _marks(self):
        shape = {
            "kind": "ellipse", "center": [float(one) for one in self.center], "size": [float(self.width), float(self.height)],
            "angle": float(self.angle), "face": self._face_color(), "edge": self._edge_pen(),
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        if self._coords != "data":
            return None
        middle, half = (self.center[0], self.width / 2) if name == "x" else (self.center[1], self.height / 2)
        return reach([middle - half, middle + half])


class Circle(Ellipse):
    """A circle around its middle."""

    def __init__(self, xy, radius=5, **kwargs):
        super().__init__(xy, radius * 2, radius * 2, **kwargs)
        self.radius = radius


class Wedge(Patch):
    """A slice of a circle, or of a ring."""

    def __init__(self, center, r, theta1, theta2, *, width=None, **kwargs):
        self.center = tuple(center)
        self.r, self.theta1, self.theta2, self.width = r, theta1, theta2, width
        super().__init__(**kwargs)

    def _marks(self):
        inner = 0.0 if self.width is None else max(self.r - self.width, 0.0)
        shape = {
            "kind": "wedge", "center": [float(one) for one in self.center], "radius": float(self.r), "inner": float(inner),
            "from": float(self.theta1), "to": float(self.theta2), "face": self._face_color(), "edge": self._edge_pen(), "hatch": self._hatch,
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        middle = self.center[0 if name == "x" else 1]
        return reach([middle - self.r, middle + self.r])


class Arc(Polygon):
    """A piece of an ellipse's outline."""

    def __init__(self, xy, width, height, *, angle=0.0, theta1=0.0, theta2=360.0, **kwargs):
        turns = np.radians(np.linspace(theta1, theta2 if theta2 > theta1 else theta2 + 360.0, 73))
        x, y, tilt = np.cos(turns) * width / 2, np.sin(turns) * height / 2, math.radians(angle)
        points = np.column_stack([xy[0] + x * math.cos(tilt) - y * math.sin(tilt), xy[1] + x * math.sin(tilt) + y * math.cos(tilt)])
        super().__init__(points, closed=False, fill=False, **kwargs)


class RegularPolygon(Polygon):
    """A shape of equal sides around its middle."""

    def __init__(self, xy, numVertices, *, radius=5, orientation=0, **kwargs):
        turns = np.arange(numVertices) * 2 * np.pi / numVertices + orientation + np.pi / 2
        super().__init__(np.column_stack([xy[0] + radius * np.cos(turns), xy[1] + radius * np.sin(turns)]), **kwargs)


class PathPatch(Polygon):
    """The inside of an outline."""

    def __init__(self, path, **kwargs):
        super().__init__(path.vertices[:-1] if path.codes is not None and path.closed else path.vertices, closed=path.closed or kwargs.get("fill", True), **kwargs)


class FancyArrow(Polygon):
    """An arrow as a shape in data."""

    def __init__(self, x, y, dx, dy, *, width=0.001, length_includes_head=False, head_width=None, head_length=None, **kwargs):
        for key in ("shape", "overhang", "head_starts_at_zero"):
            kwargs.pop(key, None)
        wide = 3 * width if head_width is None else head_width
        head = 1.5 * wide if head_length is None else head_length
        length = math.hypot(dx, dy)
        shaft, tip = (length - head, length) if length_includes_head else (length, length + head)
        outline = [(0, width / 2), (shaft, width / 2), (shaft, wide / 2), (tip, 0), (shaft, -wide / 2), (shaft, -width / 2), (0, -width / 2)]
        cos, sin = (dx / length, dy / length) if length else (1.0, 0.0)
        super().__init__([(x + a * cos - b * sin, y + a * sin + b * cos) for a, b in outline], **kwargs)


class FancyArrowPatch(Patch):
    """An arrow between two places."""

    def __init__(self, posA=None, posB=None, *, arrowstyle="simple", connectionstyle="arc3", shrinkA=2, shrinkB=2, mutation_scale=1, **kwargs):
        self._ends = posA, posB
        self._arrow = {"arrowstyle": arrowstyle, "connectionstyle": connectionstyle, "shrinkA": shrinkA, "shrinkB": shrinkB, "mutation_scale": mutation_scale}
        super().__init__(**kwargs)

    def set_positions(self, posA, posB):
        """Sets both ends."""
        self._ends = posA, posB

    def _marks(self):
        from matplotlib.text import Annotation

        edge = self._edge_color() or to_rgba("black", self._alpha)
        note = Annotation("", self._ends[1], self._ends[0], arrowprops={
            **self._arrow, "edgecolor": edge, "facecolor": self._face_color() or edge, "linewidth": self._linewidth, "linestyle": self._linestyle,
        }, xycoords={"axes": "axes fraction", "figure": "figure fraction"}.get(self._coords, "data"))  # fmt: skip
        note.axes = self.axes
        return note._marks()

    def _extent(self, name):
        if self._coords != "data":
            return None
        axis = getattr(self.axes, f"{name}axis")
        return reach([axis.convert_one(end[0 if name == "x" else 1]) for end in self._ends])


class ConnectionPatch(FancyArrowPatch):
    """A line between two places of the same axes."""

    def __init__(self, xyA, xyB, coordsA, coordsB=None, *, axesA=None, axesB=None, arrowstyle="-", **kwargs):
        if axesA is not None and axesB is not None and axesA is not axesB:
            raise NotImplementedError("a connection between two axes is not available; draw arrows within one")
        super().__init__(xyA, xyB, arrowstyle=arrowstyle, **kwargs)


class BoxStyle(str):
    """The style of a box by its name: `round,pad=0.3`."""

    def __new__(cls, stylename, **kwargs):
        return str.__new__(cls, ",".join([stylename, *(f"{key}={value}" for key, value in kwargs.items())]))


class ArrowStyle(BoxStyle):
    """The style of an arrow by its name: `->`."""


class ConnectionStyle(BoxStyle):
    """The way of an arrow by its name: `arc3,rad=0.2`."""


class FancyBboxPatch(Rectangle):
    """A rectangle; its corners stay square."""

    def __init__(self, xy, width, height, boxstyle="round", *, mutation_scale=1, **kwargs):
        super().__init__(xy, width, height, **kwargs)


def __getattr__(name):
    if name[:1].isupper():
        raise AttributeError(
            f"matplotlib.patches.{name} is not available; use Arc, Circle, Ellipse, FancyArrowPatch, Polygon, Rectangle, RegularPolygon or Wedge"
        )
    raise AttributeError(f"module 'matplotlib.patches' has no attribute {name!r}")
