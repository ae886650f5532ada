"""Lines with their markers."""

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import array_of, numbers, reach
from matplotlib.artist import Artist, dashes, pen
from matplotlib.colors import to_rgba


class Line2D(Artist):
    """A line through points, with markers."""

    zorder = 2

    def __init__(self, xdata, ydata, *, linewidth=None, linestyle=None, color=None, marker=None, markersize=None, markeredgewidth=None,
                 markeredgecolor=None, markerfacecolor=None, drawstyle=None, **kwargs):  # fmt: skip
        super().__init__()
        settings = _settings.rcParams
        self._raw = (xdata, ydata)
        self._xy = (as_column(xdata), as_column(ydata))
        self._linewidth = settings["lines.linewidth"] if linewidth is None else float(linewidth)
        self._linestyle = settings["lines.linestyle"] if linestyle is None else linestyle
        dashes(self._linestyle, 1.0)
        self._color = settings["lines.color"] if color is None else color
        to_rgba(self._color)
        self._markersize = settings["lines.markersize"] if markersize is None else float(markersize)
        self._markeredgewidth = settings["lines.markeredgewidth"] if markeredgewidth is None else float(markeredgewidth)
        self._markeredgecolor = markeredgecolor
        self._markerfacecolor = markerfacecolor
        self._drawstyle = "default"
        self._every = 1
        self._dashes = None
        self._fillstyle = "full"
        self.set_marker(settings["lines.marker"] if marker is None else marker)
        if drawstyle is not None:
            self.set_drawstyle(drawstyle)
        self.update(kwargs)

    def set_data(self, *args):
        """Sets both columns."""
        x, y = args if len(args) == 2 else args[0]
        self.set_xdata(x)
        self.set_ydata(y)

    def set_xdata(self, x):
        """Sets the places across."""
        self._raw = (x, self._raw[1])
        self._xy = (self.axes.xaxis.convert(x) if self.axes is not None else as_column(x), self._xy[1])

    def set_ydata(self, y):
        """Sets the places up and down."""
        self._raw = (self._raw[0], y)
        self._xy = (self._xy[0], self.axes.yaxis.convert(y) if self.axes is not None else as_column(y))

    def get_xdata(self, orig=True):
        """The places across."""
        return _given(self._raw[0], self._xy[0], orig)

    def get_ydata(self, orig=True):
        """The places up and down."""
        return _given(self._raw[1], self._xy[1], orig)

    def get_data(self, orig=True):
        """Both columns."""
        return self.get_xdata(orig), self.get_ydata(orig)

    def get_xydata(self):
        """The points."""
        return np.column_stack(self._xy)

    def set_color(self, color):
        """Sets the colour of the line and its markers."""
        to_rgba(color)
        self._color = color

    def get_color(self):
        """The colour."""
        return self._color

    def set_linewidth(self, w):
        """Sets the width in points."""
        self._linewidth = float(w)

    set_lw = set_linewidth
    set_c, get_c = set_color, get_color

    def get_linewidth(self):
        """The width in points."""
        return self._linewidth

    get_lw = get_linewidth

    def set_linestyle(self, ls):
        """Sets the style: `-`, `--`, `-.`, `:` or `None`."""
        dashes(ls, 1.0)
        self._linestyle = ls

    set_ls = set_linestyle

    def get_linestyle(self):
        """The style."""
        return {"solid": "-", "dashed": "--", "dashdot": "-.", "dotted": ":"}.get(self._linestyle, self._linestyle)

    get_ls = get_linestyle

    def set_dashes(self, seq):
        """Sets on and off lengths in points."""
        self._dashes = list(seq)

    def set_marker(self, marker):
        """Sets the marker."""
        self._marker = check_marker(marker)

    def get_marker(self):
        """The marker."""
        return self._marker or "None"

    def set_markersize(self, sz):
        """Sets the markers' size in points."""
        self._markersize = float(sz)

    set_ms = set_markersize

    def get_markersize(self):
        """The markers' size in points."""
        return self._markersize

    get_ms = get_markersize

    def set_markerfacecolor(self, fc):
        """Sets the markers' inside."""
        self._markerfacecolor = fc

    set_mfc = set_markerfacecolor

    def set_markeredgecolor(self, ec):
        """Sets the markers' edge."""
        self._markeredgecolor = ec

    set_mec = set_markeredgecolor

    def set_markeredgewidth(self, ew):
        """Sets the width of the markers' edge in points."""
        self._markeredgewidth = float(ew)

    set_mew = set_markeredgewidth

    def set_markevery(self, every):
        """Draws every so many markers."""
        self._every = every if isinstance(every, int) and every > 0 else 1

    def get_markevery(self):
        """How many points there are to a marker."""
        return None if self._every == 1 else self._every

    def is_dashed(self):
        """Whether the line is broken."""
        return bool(self._dashes) or self.get_linestyle() in ("--", "-.", ":")

    def set_fillstyle(self, fs):
        """Sets how much of the markers is filled: `full` or `none`."""
        self._fillstyle = fs

    def set_drawstyle(self, drawstyle):
        """Sets how points are joined: `default`, `steps-pre`, `steps-mid` or `steps-post`."""
        if drawstyle not in ("default", "steps", "steps-pre", "steps-mid", "steps-post", None):
            raise ValueError(f"{drawstyle!r} is not a valid value for drawstyle; supported values are 'default', 'steps-mid', 'steps-pre', 'steps-post', 'steps'")
        self._drawstyle = drawstyle or "default"

    def get_drawstyle(self):
        """How points are joined."""
        return self._drawstyle

    set_solid_capstyle = set_dash_capstyle = set_solid_joinstyle = set_dash_joinstyle = set_scalex = set_scaley = set_gapcolor = Artist._accept

    def get_solid_capstyle(self):
        """How solid lines end."""
        return "projecting"

    get_dash_capstyle = get_solid_joinstyle = get_dash_joinstyle = get_solid_capstyle

    def get_markeredgewidth(self):
        """The width of the markers' edge in points."""
        return self._markeredgewidth

    get_mew = get_markeredgewidth

    def get_markeredgecolor(self):
        """The colour of the markers' edge."""
        own = self._markeredgecolor
        return self._color if own is None or isinstance(own, str) and own == "auto" else own

    get_mec = get_markeredgecolor

    def get_markerfacecolor(self):
        """The colour of the markers' inside."""
        own = self._markerfacecolor
        return self._color if own is None or isinstance(own, str) and own == "auto" else own

    get_mfc = get_markerfacecolor

    def get_fillstyle(self):
        """How much of the markers is filled."""
        return self._fillstyle

    def get_path(self):
        """The points as an outline."""
        from matplotlib.path import Path

        return Path(self.get_xydata())

    def _pen(self):
        made = pen(to_rgba(self._color, self._alpha), self._linewidth, self._linestyle, "square")
        if made is not None:
            if self._dashes is not None:
                made["dash"] = [part * self._linewidth for part in self._dashes]
            if made["dash"]:
                made["cap"] = "butt"
        return made

    def _marker_data(self):
        if not self._marker:
            return None
        face, edge = self.get_markerfacecolor(), self.get_markeredgecolor()
        hollow = self._fillstyle == "none" or (isinstance(face, str) and face.lower() == "none")
        return {
            "shape": self._marker,
            "size": self._markersize,
            "face": None if hollow else to_rgba(face, self._alpha),
            "edge": None if isinstance(edge, str) and edge.lower() == "none" else to_rgba(edge, self._alpha),
            "edge_width": self._markeredgewidth,
        }

    def _marks(self):
        step = {"default": None, "steps": "pre"}.get(self._drawstyle, self._drawstyle.removeprefix("steps-"))
        shape = {"kind": "line", "x": self._xy[0], "y": self._xy[1], "pen": self._pen(), "marker": self._marker_data(), "every": self._every, "step": step}
        return [self._mark(shape)]

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        return reach(self._xy[0 if name == "x" else 1])

    def _key(self):
        return {"pen": self._pen(), "marker": self._marker_data()}

    def __repr__(self):
        return f"Line2D({self._label})" if self._label else "Line2D()"


def _given(raw, column, orig):
    return np.atleast_1d(array_of(raw)) if orig else column.copy()


def as_column(values):
    return numbers(values)


lineMarkers = dict.fromkeys("o.,sDd^v<>phH8*PXx+|_1234", "marker")
lineStyles = {"-": "solid", "--": "dashed", "-.": "dash_dot", ":": "dotted", "None": "nothing", " ": "nothing", "": "nothing"}
_MARKERS = set(lineMarkers)
#: Markers by their number of sides and their kind, and those that differ when they are turned.
_REGULAR = {(3, 0): "^", (4, 0): "D", (5, 0): "p", (6, 0): "h", (8, 0): "8", (4, 1): "*", (5, 1): "*", (6, 1): "*", (4, 2): "+", (6, 2): "x"}
_TURNED = {(4, 0, 45): "s", (4, 1, 45): "X", (3, 0, 180): "v", (6, 0, 30): "H"}


def check_marker(marker):
    """The marker's letter; empty for none."""
    if marker in (None, "None", "none", "", " "):
        return ""
    if isinstance(marker, tuple):
        return _REGULAR.get(marker[:2], "o") if marker[:3] not in _TURNED else _TURNED[marker[:3]]
    if hasattr(marker, "get_marker"):
        return check_marker(marker.get_marker())
    if isinstance(marker, int):
        return {0: "_", 1: "_", 2: "|", 3: "|", 4: "<", 5: ">", 6: "^", 7: "v", 8: "<", 9: ">", 10: "^", 11: "v"}.get(marker, "o")
    if marker not in _MARKERS:
        known = " ".join(sorted(_MARKERS))
        raise ValueError(f"Unrecognized marker style {marker!r}; use one of {known}")
    return marker
