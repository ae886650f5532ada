"""A pair of axes: what they look like, and what is drawn in them."""

import math

from matplotlib import _settings
from matplotlib.artist import Artist
from matplotlib.axes_frame import Frame
from matplotlib.axes_parts import Parts
from matplotlib.axis import Axis
from matplotlib.collections import AxesImage, Collection
from matplotlib.legend import Legend, entries_of
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, boxes
from matplotlib.plots_bars import Bars
from matplotlib.plots_fields import Fields
from matplotlib.plots_lines import Lines
from matplotlib.plots_shares import Shares
from matplotlib.plots_stats import Statistics
from matplotlib.spines import Spine, Spines
from matplotlib.text import Text
from matplotlib.transforms import Bbox, Transform


class Axes(Frame, Lines, Bars, Statistics, Fields, Shares, Parts, Artist):
    """A pair of axes in a figure."""

    def __init__(self, figure, place):
        settings = _settings.rcParams
        Artist.__init__(self)
        self.axes, self.figure = self, figure
        self._place = place
        self.xaxis = Axis(self, "x")
        self.yaxis = Axis(self, "y")
        self.spines = Spines({side: Spine(self, side) for side in ("left", "right", "bottom", "top")})
        self.patch = Patch(facecolor=settings["axes.facecolor"])
        self.containers = []
        self.legend_ = None
        self._children = []
        self._titles = {}
        self.set_prop_cycle(None)
        self._frame = True
        self._on = True
        self._aspect = "auto"
        self._adjustable = "box"
        self._label = ""
        self._axisbelow = settings["axes.axisbelow"]
        self._bar = None
        self._image = None
        self.use_sticky_edges = True
        self._zorder = 0
        self._visible = True
        self._grid_cell = None

    # What is in it

    def _add(self, artist):
        artist.axes = self
        artist.figure = self.figure
        self._children.append(artist)
        return artist

    def _forget(self, artist):
        if artist in self._children:
            self._children.remove(artist)
        if artist is self.legend_:
            self.legend_ = None

    def _of(self, kind, without=()):
        return [child for child in self._children if isinstance(child, kind) and not isinstance(child, without)]

    @property
    def lines(self):
        """The lines."""
        return self._of(Line2D)

    @property
    def patches(self):
        """The patches."""
        return self._of(Patch)

    @property
    def texts(self):
        """The texts."""
        return self._of(Text)

    @property
    def collections(self):
        """The collections."""
        return self._of(Collection)

    @property
    def images(self):
        """The images."""
        return self._of(AxesImage)

    @property
    def artists(self):
        """Artists of other kinds."""
        return []

    @property
    def title(self):
        """The title."""
        return self._title_text("center")

    def get_children(self):
        """All artists."""
        return [*self._children, *self.spines.values(), self.xaxis, self.yaxis, self.title, self.patch]

    def get_lines(self):
        """The lines."""
        return self.lines

    def has_data(self):
        """Whether something is drawn in it."""
        return bool(self._children)

    def add_line(self, line):
        """Adds a line."""
        self.xaxis.convert(line._xy[0])
        return self._add(line)

    def add_patch(self, p):
        """Adds a patch."""
        return self._add(p)

    def add_collection(self, collection, autolim=True):
        """Adds a collection."""
        return self._add(collection)

    def add_artist(self, a):
        """Adds any artist."""
        if isinstance(a, Legend):
            self._extra_legends = [*getattr(self, "_extra_legends", []), a]
            return a
        return self._add(a)

    def update_datalim(self, xys, updatex=True, updatey=True):
        """Accepted; limits always follow what is drawn."""

    def add_table(self, tab):
        """Adds a table."""
        return self._add(tab)

    def add_container(self, container):
        """Adds a container."""
        self.containers.append(container)
        return container

    def _color(self, kind="line"):
        return (self._get_lines if kind == "line" else self._get_patches_for_fill).get_next_color()

    def _properties(self):
        return self._get_lines.get_next()

    def set_prop_cycle(self, *args, **kwargs):
        """Sets the round of colours."""
        given = _settings.rcParams["axes.prop_cycle"] if args == (None,) else _settings.cycler(*args, **kwargs)
        # Both names are matplotlib's own; libraries that draw on it share the rounds of twin axes by them.
        self._get_lines, self._get_patches_for_fill = _Round(given), _Round(given)

    # Twins, legends, and the rest

    def twinx(self):
        """Axes that share x, with an own y axis at the right."""
        twin = self.figure._twin(self)
        _share(self.xaxis, twin.xaxis)
        twin.xaxis.set_visible(False)
        twin.yaxis.tick_right()
        twin.yaxis.set_label_position("right")
        self.yaxis.tick_left()
        return twin

    def twiny(self):
        """Axes that share y, with an own x axis at the top."""
        twin = self.figure._twin(self)
        _share(self.yaxis, twin.yaxis)
        twin.yaxis.set_visible(False)
        twin.xaxis.tick_top()
        twin.xaxis.set_label_position("top")
        self.xaxis.tick_bottom()
        return twin

    def sharex(self, other):
        """Shares the x axis with other axes."""
        _share(other.xaxis, self.xaxis)

    def get_shared_x_axes(self):
        """Which axes share an x axis."""
        return _Siblings(self, "xaxis")

    def get_shared_y_axes(self):
        """Which axes share a y axis."""
        return _Siblings(self, "yaxis")

    def sharey(self, other):
        """Shares the y axis with other axes."""
        _share(other.yaxis, self.yaxis)

    def secondary_xaxis(self, location, functions=None, **kwargs):
        """Not offered."""
        raise NotImplementedError("secondary axes are not available; use ax.twiny() and set its limits with set_xlim")

    def secondary_yaxis(self, location, functions=None, **kwargs):
        """Not offered."""
        raise NotImplementedError("secondary axes are not available; use ax.twinx() and set its limits with set_ylim")

    def inset_axes(self, bounds, **kwargs):
        """Axes within these: left, bottom, width and height as shares."""
        return self.figure._inset(self, [float(one) for one in bounds])

    def table(self, **kwargs):
        """Adds a table of texts."""
        from matplotlib.table import table

        return table(self, **kwargs)

    def get_legend_handles_labels(self, legend_handler_map=None):
        """What has a label, and the labels."""
        return entries_of([self])

    def legend(self, *args, **kwargs):
        """Draws a legend of what has a label, or of given handles and labels."""
        self.legend_ = Legend.of(self, [self], args, kwargs)
        return self.legend_

    def get_legend(self):
        """The legend."""
        return self.legend_

    def cla(self):
        """Empties the axes."""
        place, figure, cell = self._place, self.figure, self._grid_cell
        shared = {name: getattr(self, name).shared for name in ("xaxis", "yaxis")}
        self.__init__(figure, place)
        self._grid_cell = cell
        for name, group in shared.items():
            others = [axis for axis in group if axis.axes is not self]
            if others:
                _share(others[0], getattr(self, name))

    clear = cla

    def remove(self):
        """Takes the axes out of the figure."""
        self.figure.delaxes(self)

    def get_figure(self, root=False):
        """The figure."""
        return self.figure

    def get_position(self, original=False):
        """The box in shares of the figure, as matplotlib's default margins place it."""
        left, bottom, width, height = self._rect()
        return Bbox(left, bottom, left + width, bottom + height)

    def get_window_extent(self, renderer=None):
        """The box in pixels, as matplotlib's default margins place it."""
        left, bottom, _, _ = self._rect()
        width, height = self._points()
        pixels = self.figure._dpi
        left, bottom = left * self.figure._size[0] * pixels, bottom * self.figure._size[1] * pixels
        return Bbox(left, bottom, left + width * pixels / 72, bottom + height * pixels / 72)

    get_tightbbox = get_window_extent

    @property
    def bbox(self):
        """The box in pixels, as matplotlib's default margins place it."""
        return self.get_window_extent()

    def set_position(self, pos, which="both"):
        """Sets the box in shares of the figure: left, bottom, width, height."""
        pos = pos.bounds if hasattr(pos, "bounds") else pos
        self._place = {"kind": "fixed", "rect": [float(one) for one in pos]}

    def get_subplotspec(self):
        """The cell of the grid that it stands in."""
        return self._spec if hasattr(self, "_spec") else None

    @property
    def transAxes(self):
        """Coordinates as shares of the axes."""
        return Transform("axes", self)

    @property
    def transData(self):
        """Coordinates in data."""
        return Transform("data", self)

    def get_xaxis_transform(self, which="grid"):
        """x in data, y as a share of the axes."""
        return Transform("x_data", self)

    def get_yaxis_transform(self, which="grid"):
        """y in data, x as a share of the axes."""
        return Transform("y_data", self)

    def set(self, **kwargs):
        """Sets several properties: title, xlabel, ylabel, xlim, ylim, xticks, yticks, xscale, …"""
        found = []
        for key, value in kwargs.items():
            setter = getattr(self, f"set_{key}", None)
            if setter is None:
                raise AttributeError(f"Axes.set() got an unexpected keyword argument {key!r}")
            if key in ("xlim", "ylim") and value is not None:
                found.append(setter(*value) if isinstance(value, (tuple, list)) else setter(value))
            else:
                found.append(setter(value))
        return found

    # The scene

    def _rect(self):
        settings = self.figure._margins
        if self._place["kind"] == "fixed":
            return self._place["rect"]
        if self._place["kind"] == "grid" and self._grid_cell is not None:
            place = self._place
            (r0, r1), (c0, c1), (rows, cols) = self._grid_cell
            wspace = place["wspace"] if place["wspace"] is not None else settings["wspace"]
            hspace = place["hspace"] if place["hspace"] is not None else settings["hspace"]
            total_w, total_h = settings["right"] - settings["left"], settings["top"] - settings["bottom"]
            cell_w = total_w / (cols + wspace * (cols - 1))
            cell_h = total_h / (rows + hspace * (rows - 1))
            widths = place["widths"] or [1.0] * cols
            heights = place["heights"] or [1.0] * rows
            ws = [cell_w * cols * one / sum(widths) for one in widths]
            hs = [cell_h * rows * one / sum(heights) for one in heights]
            left = settings["left"] + sum(ws[:c0]) + wspace * cell_w * c0
            width = sum(ws[c0:c1]) + wspace * cell_w * (c1 - c0 - 1)
            height = sum(hs[r0:r1]) + hspace * cell_h * (r1 - r0 - 1)
            top = settings["top"] - sum(hs[:r0]) - hspace * cell_h * r0
            if self._bars_beside:
                width *= 0.8
            return [left, top - height, width, height]
        if self._place["kind"] == "twin":
            return self.figure.axes[self._place["of"]]._rect() if self._place["of"] < len(self.figure.axes) else [0.125, 0.11, 0.775, 0.77]
        if self._place["kind"] == "beside":
            parent = self.figure.axes[self._place["of"][0]]._rect()
            vertical = self._place["side"] in ("left", "right")
            return [0.9, parent[1], 0.04, parent[3]] if vertical else [parent[0], 0.05, parent[2], 0.04]
        if self._place["kind"] == "inset":
            parent = self.figure.axes[self._place["of"]]._rect()
            own = self._place["rect"]
            return [parent[0] + own[0] * parent[2], parent[1] + own[1] * parent[3], own[2] * parent[2], own[3] * parent[3]]
        return [0.125, 0.11, 0.775, 0.77]

    _bars_beside = 0

    def _points(self):
        """Width and height of the box in points, as matplotlib's default margins give them."""
        width, height = self.figure._size
        rect = self._rect()
        w, h = rect[2] * width * 72, rect[3] * height * 72
        if isinstance(self._aspect, float) and self._adjustable == "box" and not self._busy:
            self._busy = True
            try:
                dx = abs(self.xaxis.forward(self.get_xlim()[1]) - self.xaxis.forward(self.get_xlim()[0]))
                dy = abs(self.yaxis.forward(self.get_ylim()[1]) - self.yaxis.forward(self.get_ylim()[0]))
                if dx > 0 and dy > 0:
                    ratio = self._aspect * dy / dx
                    w, h = min(w, h / ratio), min(h, w * ratio)
            finally:
                self._busy = False
        return w, h

    _busy = False

    def _equal_limits(self):
        """With adjustable='datalim', widens the limits of one axis until the units are equal."""
        width, height = self._points()
        (x0, x1), (y0, y1) = self.get_xlim(), self.get_ylim()
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        if not dx or not dy:
            return
        wanted = dx * height / width / self._aspect
        if wanted >= dy:
            middle, half = (y0 + y1) / 2, math.copysign(wanted / 2, y1 - y0)
            self.yaxis.limits, self.yaxis.auto = (middle - half, middle + half), False
        else:
            wanted = dy * self._aspect * width / height
            middle, half = (x0 + x1) / 2, math.copysign(wanted / 2, x1 - x0)
            self.xaxis.limits, self.xaxis.auto = (middle - half, middle + half), False

    def _scene(self):
        kept = [(axis, axis.limits, axis.auto) for axis in (self.xaxis, self.yaxis)]
        by_limits = isinstance(self._aspect, float) and self._adjustable == "datalim"
        if by_limits:
            self._equal_limits()
        try:
            return self._described()
        finally:
            for axis, limits, auto in kept:
                axis.limits, axis.auto = limits, auto

    def _described(self):
        x, y = self.xaxis._scene(), self.yaxis._scene()
        if not self._on:
            x["visible"] = y["visible"] = False
            x["grid"] = y["grid"] = x["minor_grid"] = y["minor_grid"] = None
            for axis in (x, y):
                axis["label"] = {**axis["label"], "text": ""}
        if not x["visible"]:
            x["label"] = {**x["label"], "text": ""}
        if not y["visible"]:
            y["label"] = {**y["label"], "text": ""}
        titles = []
        for loc, text in self._titles.items():
            if text.get_visible():
                title = text._styled()
                title["va"] = "bottom"
                raised = getattr(text, "_raised", None)
                if raised is not None and raised != 1.0:
                    title["position"] = [{"left": 0.0, "center": 0.5, "right": 1.0}[loc], raised]
                titles.append(title)
        face = self.patch._face_color() if self.patch.get_visible() else None
        aspect = self._aspect if isinstance(self._aspect, float) else None
        box_aspect = getattr(self, "_box_aspect", None)
        if box_aspect is not None:
            dx = abs(self.xaxis.forward(x["limits"][1]) - self.xaxis.forward(x["limits"][0]))
            dy = abs(self.yaxis.forward(y["limits"][1]) - self.yaxis.forward(y["limits"][0]))
            aspect = float(box_aspect) * dx / dy
        return {
            "place": self._place,
            "x": x,
            "y": y,
            "face": face,
            "frame": self._frame and self._on,
            "spines": [spine._scene() for spine in self.spines.values()],
            "titles": titles,
            "aspect": aspect,
            "aspect_by_limits": False,
            "marks": self._marks(),
            "legend": self.legend_._scene() if self.legend_ is not None and self.legend_.get_visible() else None,
            "grid_above": self._axisbelow is False,
            "bar": self._bar,
        }

    def _marks(self):
        marks, done = [], set()
        for child in sorted((child for child in self._children if child._visible), key=lambda child: child.zorder):
            container = getattr(child, "_container", None)
            if container is None:
                marks.extend(child._marks())
            elif id(container) not in done:
                done.add(id(container))
                marks.extend(_bars(container))
        return marks


class _Siblings:
    """Which axes share an axis with which."""

    def __init__(self, axes, name):
        self._axes, self._name = axes, name

    def __iter__(self):
        groups = {id(getattr(axes, self._name).shared): getattr(axes, self._name).shared for axes in self._axes.figure.axes}
        return iter([[axis.axes for axis in group] for group in groups.values() if len(group) > 1])

    def get_siblings(self, a):
        """All axes that share it with these."""
        return [axis.axes for axis in getattr(a, self._name).shared]

    def joined(self, a, b):
        """Whether two axes share it."""
        return b in self.get_siblings(a)


class _Round:
    """Properties, such as colours, that are taken in turn."""

    def __init__(self, properties):
        self._properties = list(properties) or [{"color": "k"}]
        self._at = 0

    def get_next(self):
        properties = self._properties[self._at % len(self._properties)]
        self._at += 1
        return properties

    def get_next_color(self):
        return self.get_next().get("color", "k")


def _bars(container):
    """The bars of a container together, where they differ in nothing but place and colour."""
    shown = [patch for patch in container.patches if patch._visible and patch.axes is not None and patch in patch.axes._children]
    groups = {}
    for patch in shown:
        groups.setdefault((patch._linewidth, str(patch._linestyle), patch._hatch), []).append(patch)
    for patches in groups.values():
        yield patches[0]._mark(boxes(patches))


def _share(first, second):
    group = first.shared
    for axis in second.shared:
        if axis not in group:
            group.append(axis)
            axis.shared = group
            axis.scale, axis.scale_options = first.scale, first.scale_options
            axis.categories = first.categories
            if first.kind is not None:
                axis._set_kind(first.kind, first.categories)
            if not first.auto:
                axis.limits, axis.auto, axis.inverted = first.limits, first.auto, first.inverted
