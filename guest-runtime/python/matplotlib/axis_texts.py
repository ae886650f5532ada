"""The parts of an axis that scripts change one by one: the texts and lines of its ticks, its grid, its factor."""

import numpy as np

from matplotlib import ticker
from matplotlib._settings import font_size
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba
from matplotlib.text import Text


def angle(value):
    """The degrees of an angle, which may be a name."""
    if value == "vertical":
        return 90.0
    if value in ("horizontal", None):
        return 0.0
    return float(value)


class CategoryLocator(ticker.Locator):
    def __init__(self, categories):
        self._categories = categories

    def __call__(self):
        return np.arange(len(self._categories), dtype=float)

    def tick_values(self, vmin, vmax):
        return self()


class CategoryFormatter(ticker.Formatter):
    def __init__(self, categories):
        self._categories = categories

    def __call__(self, x, pos=None):
        index = round(x)
        names = list(self._categories)
        return names[index] if 0 <= index < len(names) else ""

    def format_ticks(self, values):
        names = list(self._categories)
        return [names[round(value)] if 0 <= round(value) < len(names) else "" for value in values]


class TickLabel(Text):
    """The text of a tick: what is set here holds for all texts of the axis, but for colour and visibility."""

    def __init__(self, axis, index):
        super().__init__(0, 0, "")
        self._axis_of = axis
        self._index = index
        self._changed_color = None

    def set_color(self, color):
        self._changed_color = color

    def set_rotation(self, s):
        self._axis_of._text_style({"rotation": s})

    def set_fontsize(self, fontsize):
        self._axis_of._text_style({"fontsize": fontsize})

    set_size = set_fontsize

    def set_ha(self, align):
        self._axis_of._text_style({"ha": align})

    set_horizontalalignment = set_ha

    def set_va(self, align):
        self._axis_of._text_style({"va": align})

    set_verticalalignment = set_va

    def set_rotation_mode(self, m):
        self._axis_of._text_style({"rotation_mode": m})

    def set_fontweight(self, weight):
        self._axis_of._text_style({"fontweight": weight})

    set_weight = set_fontweight

    def get_window_extent(self, renderer=None, dpi=None):
        self.axes, self._ha, self._va = self._axis_of.axes, "center", "center"
        self._coords = "x_data" if self._axis_of.name == "x" else "y_data"
        return super().get_window_extent(renderer, dpi)

    def _own_color(self):
        return None if self._changed_color is None else to_rgba(self._changed_color)

    def get_fontsize(self):
        return font_size(self._axis_of.style["major"]["labelsize"])

    def get_rotation(self):
        return self._axis_of.style["major"]["rotation"] or 0.0


class Tick:
    __glovebox_quiet__ = True

    def __init__(self, label):
        self.label1 = self.label = label
        self.label2 = self.tick1line = self.tick2line = self.gridline = Artist()

    def set_pad(self, val):
        """Sets the room between tick and text."""
        self.label1._axis_of.style["major"]["pad"] = float(val)

    def get_loc(self):
        """The place."""
        return self.label1._x if self.label1._axis_of.name == "x" else self.label1._y


class TickLine(Artist):
    """The lines of all ticks of an axis."""

    def __init__(self, axis, which):
        super().__init__()
        self._axis_of, self._which = axis, which

    def set_visible(self, b):
        if not b:
            self._axis_of.style[self._which]["length"] = 0.0

    def set_markersize(self, sz):
        self._axis_of.style[self._which]["length"] = float(sz)

    def set_markeredgewidth(self, ew):
        self._axis_of.style[self._which]["width"] = float(ew)

    set_linewidth = set_markeredgewidth

    def set_color(self, color):
        self._axis_of.style[self._which]["color"] = color

    set_markeredgecolor = set_color


class GridLine(Artist):
    """The lines of an axis' grid."""

    def __init__(self, axis):
        super().__init__()
        self._axis_of = axis

    def _set(self, key, value):
        if key == "visible":
            self._axis_of.grid(bool(value))
        elif self._axis_of.grids["major"] is not None:
            self._axis_of.grids["major"][key] = value

    def set_visible(self, b):
        self._set("visible", b)

    def get_visible(self):
        return self._axis_of.grids["major"] is not None

    def set_color(self, color):
        self._set("color", color)

    def set_linewidth(self, w):
        self._set("linewidth", w)

    def set_linestyle(self, ls):
        self._set("linestyle", ls)

    def set_alpha(self, alpha):
        self._set("alpha", alpha)


class OffsetText(Artist):
    def __init__(self, axis):
        super().__init__()
        self._axis_of = axis

    def set_visible(self, b):
        self._axis_of.offset_visible = bool(b)

    def set_fontsize(self, fontsize):
        """Accepted; the offset is written like the ticks."""

    set_size = set_fontsize

    def get_text(self):
        self._axis_of.get_ticklabels()
        return self._axis_of.formatter["major"].get_offset()
