"""Texts, and notes with an arrow."""

import math

from matplotlib import _settings
from matplotlib._settings import font_size, is_bold
from matplotlib.artist import ALIASES, Artist, pen
from matplotlib.colors import to_rgba


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

    set_font = set_font_properties = set_fontproperties

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

    set_c, get_c = set_color, get_color

    def get_fontfamily(self):
        """The family."""
        return [self._family or "sans-serif"]

    get_family = get_fontfamily

    def get_fontname(self):
        """The name of the font."""
        return "DejaVu Sans"

    get_name = get_fontname

    def get_fontstyle(self):
        """The style."""
        return self._style

    get_style = get_fontstyle
    get_weight = get_fontweight

    def get_fontproperties(self):
        """Size, weight and style."""
        from matplotlib.font_manager import FontProperties

        return FontProperties(self._family, self._style, None, self._weight, None, self.get_fontsize())

    def get_bbox_patch(self):
        """The box behind the text, as its properties."""
        return self._bbox

    set_wrap = set_ma = set_multialignment = set_usetex = set_parse_math = set_fontstretch = set_stretch = set_fontvariant = set_variant = Artist._accept

    def get_window_extent(self, renderer=None, dpi=None):
        """The box in pixels, as matplotlib's default margins place it."""
        import _chart

        from matplotlib.transforms import Bbox

        size = self.get_fontsize()
        lines = self.get_text().split("\n")
        width = max(_chart.text_width(line, size) for line in lines)
        height = size * (1.0 + self._spacing * (len(lines) - 1))
        turn = math.radians(self.get_rotation())
        cos, sin = abs(math.cos(turn)), abs(math.sin(turn))
        width, height = width * cos + height * sin, width * sin + height * cos
        figure = self.get_figure()
        pixels = (figure._dpi if figure is not None else 100.0) / 72
        width, height = width * pixels, height * pixels
        x, y = self.get_transform().transform(self._at())
        left = x - width * {"left": 0.0, "center": 0.5, "right": 1.0}[self.get_ha()]
        bottom = y - height * {"top": 1.0, "center": 0.5, "center_baseline": 0.5}.get(self.get_va(), 0.0)
        return Bbox(left, bottom, left + width, bottom + height)

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
        return {"clip": self._clip, "coords": self._coords, "shape": shape, "crowded": crowded}

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
