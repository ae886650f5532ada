"""What stands in a chart: texts, lines, patches, collections and their containers, as plain data.

Each artist answers the marks that the native half draws, and how far it reaches in data.
"""

import math

from matplotlib import _settings
from matplotlib._arrays import Array, Column, as_list, numbers
from matplotlib._settings import font_size, is_bold
from matplotlib.cm import ScalarMappable
from matplotlib.colors import to_rgba

_DASHES = {"-": (), "solid": (), "--": (3.7, 1.6), "dashed": (3.7, 1.6), "-.": (6.4, 1.6, 1.0, 1.6), "dashdot": (6.4, 1.6, 1.0, 1.6)}
_DASHES.update({":": (1.0, 1.65), "dotted": (1.0, 1.65)})
_NO_LINE = ("None", "none", "", " ")

ALIASES = {
    "c": "color", "lw": "linewidth", "linewidths": "linewidth", "ls": "linestyle", "linestyles": "linestyle", "ms": "markersize",
    "mfc": "markerfacecolor", "mec": "markeredgecolor", "mew": "markeredgewidth", "fc": "facecolor", "facecolors": "facecolor",
    "ec": "edgecolor", "edgecolors": "edgecolor", "ds": "drawstyle", "size": "fontsize", "weight": "fontweight",
    "horizontalalignment": "ha", "verticalalignment": "va", "family": "fontfamily", "fontname": "fontfamily", "style": "fontstyle",
    "aa": "antialiased", "antialiaseds": "antialiased", "fp": "fontproperties", "colors": "color",
}  # fmt: skip


def dashes(linestyle, width):
    """On and off lengths in points, or None for no line at all."""
    if linestyle is None:
        return []
    if isinstance(linestyle, tuple):
        return [part * max(width, 0.1) for part in (linestyle[1] or ())]
    if linestyle in _NO_LINE:
        return None
    if linestyle not in _DASHES:
        raise ValueError(f"{linestyle!r} is not a valid value for ls; supported values are '-', '--', '-.', ':', 'None', ' ', '', 'solid', 'dashed', 'dashdot', 'dotted'")
    return [part * max(width, 0.1) for part in _DASHES[linestyle]]


def pen(color, width, linestyle="-", cap="butt"):
    """A pen as the native half takes it; None draws nothing."""
    dash = dashes(linestyle, float(width))
    if dash is None or color is None or width <= 0:
        return None
    return {"color": tuple(color), "width": float(width), "dash": dash, "cap": cap}


class Artist:
    """Anything that can be drawn."""

    __glovebox_quiet__ = True
    zorder = 0

    def __init__(self):
        self.axes = None
        self.figure = None
        self._visible = True
        self._alpha = None
        self._label = ""
        self._clip = True
        self._coords = "data"

    def _set(self, key, value):
        setter = getattr(self, f"set_{key}", None)
        if setter is None:
            raise AttributeError(f"{type(self).__name__}.set() got an unexpected keyword argument {key!r}")
        setter(value)

    def set(self, **kwargs):
        """Sets several properties."""
        self.update(kwargs)

    def update(self, props):
        """Sets several properties from a dict."""
        for key, value in props.items():
            self._set(ALIASES.get(key, key), value)

    def set_visible(self, b):
        """Shows or hides it."""
        self._visible = bool(b)

    def get_visible(self):
        """Whether it is shown."""
        return self._visible

    def set_alpha(self, alpha):
        """Sets the opacity, from 0 to 1."""
        if alpha is not None and not isinstance(alpha, (int, float)) and not hasattr(alpha, "__iter__"):
            raise TypeError(f"alpha must be numeric or None, not {type(alpha)}")
        if isinstance(alpha, (int, float)) and not 0 <= alpha <= 1:
            raise ValueError(f"alpha ({alpha}) is outside 0-1 range")
        self._alpha = alpha

    def get_alpha(self):
        """The opacity."""
        return self._alpha

    def set_label(self, s):
        """Sets the text in the legend."""
        self._label = "" if s is None else str(s)

    def get_label(self):
        """The text in the legend."""
        return self._label

    def set_zorder(self, level):
        """Sets what it lies above and below."""
        self.zorder = level

    def get_zorder(self):
        """What it lies above and below."""
        return self.zorder

    def set_clip_on(self, b):
        """Whether it ends at the axes' edge."""
        self._clip = bool(b)

    def set_transform(self, t):
        """Sets the coordinates that it is given in: transData, transAxes or transFigure."""
        self._coords = getattr(t, "coords", "data")

    def get_transform(self):
        """The coordinates that it is given in."""
        from matplotlib.figure import Transform

        return Transform(self._coords)

    def remove(self):
        """Takes it out of its axes."""
        owner = self.axes or self.figure
        if owner is not None:
            owner._forget(self)

    def get_figure(self, root=False):
        """The figure that it is in."""
        return self.figure or (self.axes.figure if self.axes is not None else None)

    def _accept(self, value):
        """Accepted; it changes nothing in how charts are drawn here."""

    set_antialiased = set_rasterized = set_snap = set_gid = set_url = set_picker = set_in_layout = set_clip_path = set_path_effects = _accept
    set_animated = set_agg_filter = set_clip_box = _accept

    def _marks(self):
        return []

    def _extent(self, name):
        """Least, greatest and least positive place along an axis, or None."""
        return None

    def _sticky(self, name):
        return ()

    def _mark(self, shape, crowded=True):
        return {"label": self._label or None, "clip": self._clip, "coords": self._coords, "shape": shape, "crowded": crowded}


class Text(Artist):
    """A text at a place."""

    zorder = 3

    def __init__(self, x=0, y=0, text="", **kwargs):
        super().__init__()
        settings = _settings.rcParams
        self._x, self._y = x, y
        self._text = ""
        self._size = settings["font.size"]
        self._color = settings["text.color"]
        self._weight = settings["font.weight"]
        self._style = settings["font.style"]
        self._ha, self._va = "left", "baseline"
        self._rotation = None
        self._family = None
        self._spacing = 1.2
        self._bbox = None
        self._pad = 0.0
        self._position = None
        self._clip = False
        self._offset = (0.0, 0.0)
        self._axis = None
        self.set_text(text)
        fontdict = kwargs.pop("fontdict", None)
        self.update({**(fontdict or {}), **kwargs})

    def set_text(self, s):
        """Sets the text."""
        self._text = "" if s is None else str(s)

    def get_text(self):
        """The text."""
        return self._text

    def set_fontsize(self, fontsize):
        """Sets the size in points, or by a name such as `large`."""
        font_size(fontsize)
        self._size = fontsize

    set_size = set_fontsize

    def get_fontsize(self):
        """The size in points."""
        return font_size(self._size)

    get_size = get_fontsize

    def set_color(self, color):
        """Sets the colour."""
        to_rgba(color)
        self._color = color

    def get_color(self):
        """The colour."""
        return self._color

    def set_fontweight(self, weight):
        """Sets the weight: `normal`, `bold` or a number."""
        self._weight = weight

    set_weight = set_fontweight

    def get_fontweight(self):
        """The weight."""
        return self._weight

    def set_fontstyle(self, fontstyle):
        """Sets the style: `normal`, `italic` or `oblique`."""
        self._style = fontstyle

    set_style = set_fontstyle

    def set_fontfamily(self, fontname):
        """Sets the family; there are DejaVu Sans and, for `monospace`, DejaVu Sans Mono."""
        self._family = fontname

    set_family = set_fontname = set_fontfamily

    def set_fontproperties(self, fp):
        """Sets size, weight and style from a dict."""
        if isinstance(fp, dict):
            self.update(fp)

    def set_ha(self, align):
        """Sets the alignment across: left, center or right."""
        if align not in ("left", "center", "right"):
            raise ValueError(f"{align!r} is not a valid value for align; supported values are 'center', 'right', 'left'")
        self._ha = align

    set_horizontalalignment = set_ha

    def get_ha(self):
        """The alignment across."""
        return self._ha

    get_horizontalalignment = get_ha

    def set_va(self, align):
        """Sets the alignment up and down."""
        if align not in ("top", "bottom", "center", "baseline", "center_baseline"):
            raise ValueError(f"{align!r} is not a valid value for align; supported values are 'top', 'bottom', 'center', 'baseline', 'center_baseline'")
        self._va = align

    set_verticalalignment = set_va

    def get_va(self):
        """The alignment up and down."""
        return self._va

    get_verticalalignment = get_va

    def set_rotation(self, s):
        """Sets the angle in degrees, or `vertical`."""
        self._rotation = 90.0 if s == "vertical" else 0.0 if s in ("horizontal", None) else float(s)

    def get_rotation(self):
        """The angle in degrees."""
        return self._rotation or 0.0

    def set_rotation_mode(self, m):
        """Accepted."""

    def set_position(self, xy):
        """Sets the place."""
        self._x, self._y = xy
        self._position = [float(xy[0]), float(xy[1])] if all(isinstance(one, (int, float)) for one in xy) else None

    def get_position(self):
        """The place."""
        return (self._x, self._y)

    def set_x(self, x):
        """Sets the place across."""
        self._x = x
        if self._position is not None:
            self._position[0] = float(x)

    def set_y(self, y):
        """Sets the place up and down."""
        self._y = y

    def set_linespacing(self, spacing):
        """Sets the distance of lines."""
        self._spacing = float(spacing)

    def set_bbox(self, rectprops):
        """Draws a box behind the text: a dict with boxstyle, facecolor, edgecolor, alpha, pad."""
        self._bbox = rectprops

    def set_backgroundcolor(self, color):
        """Draws a box of a colour behind the text."""
        self._bbox = {"facecolor": color, "edgecolor": color}

    set_wrap = set_ma = set_multialignment = set_usetex = set_parse_math = Artist._accept

    def get_window_extent(self, renderer=None):
        """Not offered."""
        raise NotImplementedError("sizes in pixels are not known before a chart is drawn; texts are placed so that they do not overlap")

    def _label_color(self):
        return to_rgba(self._color, self._alpha)

    def _styled(self):
        family = self._family
        family = family[0] if isinstance(family, (list, tuple)) else family
        return {
            "text": self._text,
            "size": font_size(self._size),
            "color": self._label_color(),
            "bold": is_bold(self._weight),
            "italic": self._style in ("italic", "oblique"),
            "ha": self._ha,
            "va": self._va,
            "rotation": float(self._rotation or 0.0),
            "pad": float(self._pad),
            "position": None,
            "mono": bool(family and "mono" in str(family).lower()),
            "spacing": self._spacing,
        }

    def _back(self):
        if self._bbox is None:
            return None
        given = {ALIASES.get(key, key): value for key, value in self._bbox.items()}
        style = str(given.get("boxstyle", "square"))
        alpha = given.get("alpha")
        size = font_size(self._size)
        pad = given.get("pad")
        if "pad=" in style:
            pad = float(style.split("pad=")[1].split(",")[0]) * size
        elif "boxstyle" in given:
            pad = (0.3 if pad is None else pad) * size
        else:
            pad = 4.0 if pad is None else float(pad)
        face = given.get("facecolor", given.get("color", "C0"))
        edge = given.get("edgecolor", given.get("color", "black"))
        transparent = lambda color: color is None or (isinstance(color, str) and color.lower() == "none")  # noqa: E731
        return {
            "face": None if transparent(face) else to_rgba(face, alpha),
            "edge": None if transparent(edge) else to_rgba(edge, alpha),
            "width": float(given.get("linewidth", 1.0)),
            "pad": float(pad),
            "round": size * 0.3 if style.startswith("round") else 0.0,
        }

    def _at(self):
        x, y = self._x, self._y
        if self.axes is not None:
            if self._coords in ("data", "x_data"):
                x = self.axes.xaxis.convert_one(x)
            if self._coords in ("data", "y_data"):
                y = self.axes.yaxis.convert_one(y)
        return [float(x), float(y)]

    def _marks(self):
        if not self._text:
            return []
        return [self._mark({"kind": "text", "at": self._at(), "offset": list(self._offset), "label": self._styled(), "back": self._back(), "arrow": None})]

    def _mark(self, shape, crowded=True):
        return {"label": None, "clip": self._clip, "coords": self._coords, "shape": shape, "crowded": crowded}

    def __repr__(self):
        return f"Text({self._x}, {self._y}, {self._text!r})"

    def get_label(self):
        return ""

    def set_label(self, s):
        """Accepted; texts are not in legends."""


class Annotation(Text):
    """A text with an arrow to a place."""

    def __init__(self, text, xy, xytext=None, xycoords="data", textcoords=None, arrowprops=None, annotation_clip=None, **kwargs):
        self.xy = tuple(xy)
        self._xycoords = xycoords
        self._textcoords = textcoords or xycoords
        self.arrowprops = arrowprops
        place = self.xy if xytext is None else xytext
        super().__init__(place[0], place[1], text, **kwargs)

    def _coordinates(self, name):
        known = {"data": "data", "axes fraction": "axes", "figure fraction": "figure"}
        if name in known:
            return known[name]
        if isinstance(name, tuple) and len(name) == 2:
            return {("data", "axes fraction"): "x_data", ("axes fraction", "data"): "y_data"}.get(name, "data")
        if hasattr(name, "coords"):
            return name.coords
        raise ValueError(f"{name!r} is not a valid coordinate system; use 'data', 'axes fraction', 'figure fraction' or, for the text, 'offset points'")

    def _placed(self, place, coords):
        x, y = place
        if coords in ("data", "x_data"):
            x = self.axes.xaxis.convert_one(x)
        if coords in ("data", "y_data"):
            y = self.axes.yaxis.convert_one(y)
        return [float(x), float(y)]

    def _marks(self):
        coords = self._coordinates(self._xycoords)
        target = self._placed(self.xy, coords)
        offset = [0.0, 0.0]
        if self._textcoords in ("offset points", "offset pixels"):
            factor = 1.0 if self._textcoords == "offset points" else 0.72
            place, own = target, coords
            offset = [float(self._x) * factor, float(self._y) * factor]
        else:
            own = self._coordinates(self._textcoords)
            place = self._placed((self._x, self._y), own)
        mark = self._mark(
            {"kind": "text", "at": place, "offset": offset, "label": self._styled(), "back": self._back(), "arrow": self._arrow(target, coords)}
        )
        mark["coords"] = own
        return [mark]

    def _arrow(self, target, coords):
        if self.arrowprops is None:
            return None
        given = {ALIASES.get(key, key): value for key, value in self.arrowprops.items()}
        alpha = given.get("alpha")
        color = given.get("color")
        edge = given.get("edgecolor", color if color is not None else "black")
        face = given.get("facecolor", color if color is not None else "C0")
        connection = str(given.get("connectionstyle", ""))
        bend = 0.0
        if connection.startswith("arc3") and "rad=" in connection:
            bend = float(connection.split("rad=")[1].split(",")[0])
        style = given.get("arrowstyle")
        plain = style is None
        style = "simple" if plain else str(style).split(",")[0]
        shrink = float(given.get("shrink", 0.0)) * 40
        return {
            "to": target,
            "coords": coords,
            "style": style,
            "pen": pen(to_rgba(edge, alpha), given.get("linewidth", 1.0), given.get("linestyle", "-")) or pen((0, 0, 0, 0), 0.1),
            "face": to_rgba(face, alpha),
            "head": float(given.get("headlength", 12.0)) if plain else float(given.get("mutation_scale", font_size(self._size))),
            "bend": bend,
            "shrink": [float(given.get("shrinkA", 2.0)) + shrink, float(given.get("shrinkB", 0.0 if plain else 2.0)) + shrink],
            "shaft": float(given.get("width", 4.0)) if plain else None,
        }


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
        return [list(pair) for pair in zip(self._xy[0].tolist(), self._xy[1].tolist())]

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

    def set_markerfacecolor(self, fc):
        """Sets the markers' inside."""
        self._markerfacecolor = fc

    def set_markeredgecolor(self, ec):
        """Sets the markers' edge."""
        self._markeredgecolor = ec

    def set_markeredgewidth(self, ew):
        """Sets the width of the markers' edge in points."""
        self._markeredgewidth = float(ew)

    def set_markevery(self, every):
        """Draws every so many markers."""
        self._every = every if isinstance(every, int) and every > 0 else 1

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
        own = self._color
        face = own if self._markerfacecolor is None or self._markerfacecolor == "auto" else self._markerfacecolor
        edge = own if self._markeredgecolor is None or self._markeredgecolor == "auto" else self._markeredgecolor
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
        return self._xy[0 if name == "x" else 1].reach()

    def _key(self):
        return {"pen": self._pen(), "marker": self._marker_data()}

    def __repr__(self):
        return f"Line2D({self._label})" if self._label else "Line2D()"


def _given(raw, column, orig):
    if orig and not isinstance(raw, Column):
        raw = as_list(raw)
        return Array(raw)
    return Array(column.tolist())


def as_column(values):
    return values if isinstance(values, Column) else numbers(values)


_MARKERS = set("o.,sDd^v<>phH8*PXx+|_1234")


def check_marker(marker):
    """The marker's letter; empty for none."""
    if marker in (None, "None", "none", "", " "):
        return ""
    if isinstance(marker, int):
        return {0: "_", 1: "_", 2: "|", 3: "|", 4: "<", 5: ">", 6: "^", 7: "v", 8: "<", 9: ">", 10: "^", 11: "v"}.get(marker, "o")
    if marker not in _MARKERS:
        known = " ".join(sorted(_MARKERS))
        raise ValueError(f"Unrecognized marker style {marker!r}; use one of {known}")
    return marker


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

    def set_fill(self, b):
        """Whether it is filled."""
        self._fill = bool(b)

    set_joinstyle = set_capstyle = Artist._accept

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

    def get_center(self):
        """The middle."""
        return Array([self._x0 + self._width / 2, self._y0 + self._height / 2])

    def get_bbox(self):
        """The rectangle by its corners."""
        from matplotlib.figure import Bbox

        return Bbox(self._x0, self._y0, self._x0 + self._width, self._y0 + self._height)

    def set_x(self, x):
        """Sets the left edge."""
        self._x0 = x

    def set_y(self, y):
        """Sets the lower edge."""
        self._y0 = y

    def set_xy(self, xy):
        """Sets the lower left corner."""
        self._x0, self._y0 = xy

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


def boxes(patches, horizontal=False, role="box"):
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
        "horizontal": horizontal,
        "role": role,
    }


class Polygon(Patch):
    """A shape between points."""

    def __init__(self, xy, *, closed=True, **kwargs):
        self._points = [tuple(point) for point in xy]
        self._closed = closed
        super().__init__(**kwargs)

    def get_xy(self):
        """The points."""
        return [list(point) for point in self._points]

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
        return numbers(xs if name == "x" else ys).reach()


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
        return numbers([middle - half, middle + half]).reach()


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
        return numbers([middle - self.r, middle + self.r]).reach()


class FancyBboxPatch(Rectangle):
    """A rectangle; its corners stay square."""

    def __init__(self, xy, width, height, boxstyle="round", *, mutation_scale=1, **kwargs):
        super().__init__(xy, width, height, **kwargs)


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
        return [to_rgba(c, self._alpha) for c in color_list(self._faces)]

    get_facecolors = get_facecolor

    def set_linewidth(self, lw):
        """Sets the edges' width in points."""
        self._linewidth = lw

    set_lw = set_linewidths = set_linewidth

    def set_linestyle(self, ls):
        """Sets the edges' style."""
        self._linestyle = ls

    def set_hatch(self, hatch):
        """Sets the hatch."""
        self._hatch = hatch

    def _width(self):
        width = self._linewidth
        width = width[0] if isinstance(width, (list, tuple)) and width else width
        return _settings.rcParams["lines.linewidth"] if width is None or width == [] else float(width)

    def _one(self, colors):
        found = color_list(colors)
        return to_rgba(found[0], self._alpha) if found else None


def color_list(colors):
    """A list of colours from one or many; none for 'none'."""
    if colors is None or (isinstance(colors, str) and colors.lower() == "none"):
        return []
    if isinstance(colors, str) or (isinstance(colors, tuple) and len(colors) in (2, 3, 4) and not isinstance(colors[0], (tuple, list)) and not (len(colors) != 2 and isinstance(colors[0], str))):
        return [colors]
    colors = as_list(colors)
    if colors and isinstance(colors[0], (int, float)) and len(colors) in (3, 4):
        return [tuple(colors)]
    return list(colors)


class PathCollection(Collection):
    """The points of a scatter."""

    def __init__(self, x, y, sizes, marker, faces, edges, linewidth, norm=None, cmap=None):
        super().__init__(norm, cmap)
        self._xy = (x, y)
        self._sizes = sizes
        self._marker = marker
        self._faces, self._edges = faces, edges
        self._linewidth = linewidth

    def get_offsets(self):
        """The points."""
        return [list(pair) for pair in zip(self._xy[0].tolist(), self._xy[1].tolist())]

    def set_offsets(self, offsets):
        """Sets the points."""
        xs, ys = zip(*offsets) if len(offsets) else ((), ())
        self._xy = (numbers(xs), numbers(ys))

    def get_sizes(self):
        """The areas in square points."""
        return Array(self._sizes)

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
            distinct = sorted(set(self._values.ordered().tolist()))
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

            sizes = sorted(set(self._sizes))
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
        if isinstance(alpha, (list, tuple)):
            return {"kind": "each", "colors": [to_rgba(c, a) for c, a in zip(found, alpha)]}
        return {"kind": "each", "colors": [to_rgba(c, alpha) for c in found]}

    def _paints(self):
        alpha = self._alpha
        if self._values is not None:
            face = self._paint(alpha if isinstance(alpha, (int, float)) else 1.0)
        elif isinstance(alpha, (list, tuple)):
            face = {"kind": "each", "colors": [to_rgba((color_list(self._faces) or ["k"])[0], a) for a in alpha]}
        else:
            face = self._paint_for(self._faces)
        edge = face if isinstance(self._edges, str) and self._edges == "face" else self._paint_for(self._edges)
        return face, edge

    def _marks(self):
        face, edge = self._paints()
        marker = {"shape": self._marker, "size": 6.0, "face": None, "edge": None, "edge_width": self._width()}
        shape = {"kind": "points", "x": self._xy[0], "y": self._xy[1], "sizes": self._sizes, "marker": marker, "paint": face, "edge": edge}
        return [self._mark(shape)]

    def _width(self):
        return 1.5 if self._linewidth is None else super()._width()

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        return self._xy[0 if name == "x" else 1].reach()

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


def _format(fmt, value):
    if hasattr(fmt, "format_ticks"):
        return fmt(value)
    return fmt.format(x=value) if "{" in fmt else fmt % value


class FillBetween(Collection):
    """The area between two lines."""

    def __init__(self, t, low, high, step, horizontal, given):
        super().__init__()
        self._columns = (t, low, high)
        self._step = step
        self._horizontal = horizontal
        self._stuck = False
        color = given.pop("color", None)
        self._faces = given.pop("facecolor", color)
        self._edges = given.pop("edgecolor", color if color is not None else None)
        self.update(given)

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
            return t.reach()
        a, b = low.reach(), high.reach()
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
        return [to_rgba(c) for c in color_list(self._edges)]

    def _pens(self):
        colors = [to_rgba(color, self._alpha) for color in color_list(self._edges)]
        widths = self._linewidth if isinstance(self._linewidth, (list, tuple)) else [self._linewidth]
        styles = self._linestyle if isinstance(self._linestyle, list) else [self._linestyle]
        count = max(len(colors), len(widths), len(styles)) if colors else 0
        pens = [pen(colors[i % len(colors)], float(widths[i % len(widths)]), styles[i % len(styles)]) for i in range(count)]
        return [one for one in pens if one is not None]

    def _ends(self):
        rows = [(a[0], a[1], b[0], b[1]) for line in self._segments for a, b in zip(line, line[1:])]
        return list(zip(*rows)) if rows else [(), (), (), ()]

    def _marks(self):
        x0, y0, x1, y1 = (list(map(float, column)) for column in self._ends())
        shape = {"kind": "segments", "x0": x0, "y0": y0, "x1": x1, "y1": y1, "pens": self._pens(), "cap": float(self._cap), "role": self._role}
        return [self._mark(shape)]

    def _extent(self, name):
        if self._coords not in ("data", f"{name}_data"):
            return None
        x0, y0, x1, y1 = self._ends()
        return numbers([*x0, *x1] if name == "x" else [*y0, *y1]).reach()

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
        from matplotlib._arrays import flat_numbers

        self._values, self._rows, self._cols = flat_numbers(A)

    def get_extent(self):
        """Left, right, bottom and top edge."""
        return list(self._extent_)

    def _marks(self):
        paint = self._paint(self._alpha) if self._colors is None else {"kind": "each", "colors": self._colors}
        left, right, bottom, top = self._extent_
        if self.origin == "lower":
            bottom, top = top, bottom
        shape = {
            "kind": "image", "values": self._values, "rows": self._rows, "cols": self._cols, "extent": [left, right, bottom, top],
            "x": None, "y": None, "paint": paint, "smooth": self._smooth, "line": None,
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        ends = self._extent_[:2] if name == "x" else self._extent_[2:]
        return numbers(list(ends)).reach()

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

    def _marks(self):
        x, y = self._x, self._y
        even = all(_is_even(edges) for edges in (x, y))
        shape = {
            "kind": "image", "values": self._values, "rows": self._rows, "cols": self._cols, "extent": [x[0], x[-1], y[-1], y[0]],
            "x": None if even else x, "y": None if even else y, "paint": self._paint(self._alpha), "smooth": False, "line": self._line,
        }  # fmt: skip
        return [self._mark(shape)]

    def _extent(self, name):
        return numbers(self._x if name == "x" else self._y).reach()

    def _sticky(self, name):
        edges = self._x if name == "x" else self._y
        return [float(edges[0]), float(edges[-1])]


def _is_even(edges):
    step = (edges[-1] - edges[0]) / max(len(edges) - 1, 1)
    return all(abs(edges[0] + step * index - edge) <= abs(step) * 1e-6 for index, edge in enumerate(edges))


class PolyCollection(Collection):
    """Many equal tiles coloured by value."""

    def __init__(self, x, y, outline, values, norm, cmap, alpha):
        super().__init__(norm, cmap)
        self._xy = (x, y)
        self._outline = outline
        self._values = values
        self._alpha = alpha

    def _marks(self):
        return [self._mark({"kind": "tiles", "x": self._xy[0], "y": self._xy[1], "outline": self._outline, "paint": self._paint(self._alpha)})]

    def _extent(self, name):
        index = 0 if name == "x" else 1
        low, high, least = self._xy[index].reach()
        reach = [point[index] for point in self._outline]
        return low + min(reach), high + max(reach), least


class Container(tuple):
    """Artists that belong together."""

    __glovebox_quiet__ = True

    def __new__(cls, items, *args, **kwargs):
        return tuple.__new__(cls, items)

    def __init__(self, items, label=""):
        self._label = "" if label is None else str(label)

    def get_label(self):
        """The text in the legend."""
        return self._label

    def set_label(self, s):
        """Sets the text in the legend."""
        self._label = "" if s is None else str(s)

    def get_children(self):
        """All artists in it."""
        found = []
        for item in self:
            found.extend(item if isinstance(item, (tuple, list)) else [] if item is None else [item])
        return found

    def remove(self):
        """Takes all of it out of its axes."""
        for item in self.get_children():
            item.remove()


class BarContainer(Container):
    """The bars of one call."""

    def __init__(self, patches, errorbar=None, *, datavalues=None, orientation="vertical", label=""):
        super().__init__(patches, label)
        self.patches = list(patches)
        self.errorbar = errorbar
        self.datavalues = datavalues
        self.orientation = orientation
        self._role = "bar"

    def __repr__(self):
        return f"<BarContainer object of {len(self)} artists>"


class ErrorbarContainer(Container):
    """A line with its error bars."""

    def __init__(self, lines, has_xerr=False, has_yerr=False, label=""):
        super().__init__(lines, label)
        self.lines = lines
        self.has_xerr, self.has_yerr = has_xerr, has_yerr


class StemContainer(Container):
    """The markers, stems and baseline of a stem plot."""

    def __init__(self, markerline_stemlines_baseline, label=""):
        super().__init__(markerline_stemlines_baseline, label)
        self.markerline, self.stemlines, self.baseline = markerline_stemlines_baseline


