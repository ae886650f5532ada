"""Colours: every way of writing one, colormaps, and how values are spread over them."""

import numpy as np

from matplotlib import _tables
from matplotlib._arrays import array_of, numbers, reach, shape_of

CSS4_COLORS = {name: "#" + digits for name, digits in _tables.CSS.items()}
TABLEAU_COLORS = {name: "#" + digits for name, digits in _tables.TABLEAU.items()}
XKCD_COLORS = {}
BASE_COLORS = {
    "b": (0, 0, 1),
    "g": (0, 0.5, 0),
    "r": (1, 0, 0),
    "c": (0, 0.75, 0.75),
    "m": (0.75, 0, 0.75),
    "y": (0.75, 0.75, 0),
    "k": (0, 0, 0),
    "w": (1, 1, 1),
}

_known = {}


def _parts(digits):
    return tuple(int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2))


def to_rgba(c, alpha=None):
    """Red, green, blue and opacity, from 0 to 1, of a colour written in any way."""
    if isinstance(c, tuple) and len(c) == 2 and isinstance(c[0], (str, tuple, list)):
        c, own = c
        alpha = own if alpha is None else alpha
    color = _parse(c)
    if color is None:
        raise ValueError(f"{c!r} is not a valid value for color")
    if isinstance(c, str) and c.lower() == "none":
        return color
    return color if alpha is None else (*color[:3], float(alpha))


def _parse(c):
    if isinstance(c, str):
        known = _known.get(c)
        if known is None and c not in _known:
            known = _parse_text(c)
            if not (len(c) > 1 and c[0] == "C" and c[1:].isdigit()):
                _known[c] = known
        return known
    try:
        parts = [float(part) for part in c]
    except (TypeError, ValueError):
        return None
    if len(parts) not in (3, 4):
        return None
    if any(not 0 <= part <= 1 for part in parts):
        raise ValueError("RGBA values should be within 0-1 range")
    return (*parts, 1) if len(parts) == 3 else tuple(parts)


def _parse_text(text):
    if text.lower() == "none":
        return (0.0, 0.0, 0.0, 0.0)
    if text in BASE_COLORS:
        return (*map(float, BASE_COLORS[text]), 1)
    if len(text) > 1 and text[0] == "C" and text[1:].isdigit():
        from matplotlib import rcParams

        cycle = rcParams["axes.prop_cycle"].by_key().get("color", ["k"])
        return to_rgba(cycle[int(text[1:]) % len(cycle)])
    name = text.lower()
    digits = _tables.CSS.get(name) or _tables.TABLEAU.get(name) or _tables.TABLEAU.get(name.replace("grey", "gray"))
    if digits is None and text.startswith("#"):
        digits = text[1:]
        if len(digits) in (3, 4):
            digits = "".join(digit * 2 for digit in digits)
        if len(digits) not in (6, 8) or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
            return None
    if digits is not None:
        parts = _parts(digits)
        return parts if len(parts) == 4 else (*parts, 1.0)
    try:
        grey = float(text)
    except ValueError:
        return None
    return (grey, grey, grey, 1.0) if 0 <= grey <= 1 else None


def is_color_like(c):
    """Whether this can be read as a colour."""
    try:
        return _parse(c[0] if isinstance(c, tuple) and len(c) == 2 else c) is not None
    except (ValueError, TypeError):
        return False


def same_color(c1, c2):
    """Whether two colours are the same."""
    return to_rgba(c1) == to_rgba(c2)


def to_rgb(c):
    """Red, green and blue, from 0 to 1."""
    return to_rgba(c)[:3]


def to_hex(c, keep_alpha=False):
    """The colour as `#rrggbb`, or `#rrggbbaa`."""
    parts = to_rgba(c)
    return "#" + "".join(f"{round(part * 255):02x}" for part in (parts if keep_alpha else parts[:3]))


rgb2hex = to_hex


def hex2color(s):
    """Red, green and blue, from 0 to 1, of a colour in hexadecimal."""
    return to_rgb(s)


def to_rgba_array(c, alpha=None):
    """An array of colours, each as red, green, blue and opacity."""
    if isinstance(c, str):
        return np.array([to_rgba(c, alpha)]) if c.lower() != "none" else np.zeros((0, 4))
    if isinstance(c, tuple) and is_color_like(c) or isinstance(c, np.ndarray) and c.ndim == 1 and c.dtype.kind == "f":
        return np.array([to_rgba(c, alpha)])
    return np.array([to_rgba(one, alpha) for one in c], dtype=float).reshape(-1, 4)


def get_named_colors_mapping():
    """All colours that have a name."""
    return {**CSS4_COLORS, **TABLEAU_COLORS, **BASE_COLORS}


cnames = CSS4_COLORS


def hsv_to_rgb(hsv):
    """Red, green and blue of hue, saturation and value, all from 0 to 1."""
    hsv = np.asarray(hsv, dtype=float)
    hue, saturation, value = hsv[..., 0] * 6.0, hsv[..., 1], hsv[..., 2]
    parts = [(offset + hue) % 6 for offset in (5, 3, 1)]
    return np.stack([value - value * saturation * np.clip(np.minimum(part, 4 - part), 0, 1) for part in parts], axis=-1)


def rgb_to_hsv(arr):
    """Hue, saturation and value of red, green and blue, all from 0 to 1."""
    arr = np.asarray(arr, dtype=float)
    high, low = arr.max(axis=-1), arr.min(axis=-1)
    span = np.where(high > low, high - low, 1.0)
    red, green, blue = (arr[..., index] for index in range(3))
    hue = np.where(high == red, (green - blue) / span, np.where(high == green, 2 + (blue - red) / span, 4 + (red - green) / span))
    return np.stack([np.where(high > low, hue / 6 % 1.0, 0.0), np.where(high > 0, (high - low) / np.where(high > 0, high, 1.0), 0.0), high], axis=-1)


def from_levels_and_colors(levels, colors, extend="neither"):
    """A colormap and a norm that give each step between levels a colour."""
    return ListedColormap(list(colors)), BoundaryNorm(levels, len(colors))


class ColorConverter:
    """The functions of this module as methods."""

    colors = BASE_COLORS
    to_rgb, to_rgba, to_rgba_array = staticmethod(to_rgb), staticmethod(to_rgba), staticmethod(to_rgba_array)


colorConverter = ColorConverter()


class Normalize:
    """Spreads values evenly over 0 to 1."""

    _log = False
    _bounds = None

    def __init__(self, vmin=None, vmax=None, clip=False):
        self.vmin = vmin
        self.vmax = vmax
        self.clip = clip

    def autoscale_None(self, A):
        """Takes limits that are not set from the values."""
        low, high, positive = reach(numbers(np.ravel(array_of(A))))
        if self.vmin is None:
            self.vmin = positive if self._log else low
        if self.vmax is None:
            self.vmax = high

    def autoscale(self, A):
        """Takes both limits from the values."""
        self.vmin = self.vmax = None
        self.autoscale_None(A)

    def scaled(self):
        """Whether both limits are set."""
        return self.vmin is not None and self.vmax is not None

    def _shares(self, values):
        if self.vmin == self.vmax:
            return np.zeros_like(values)
        return (values - self.vmin) / (self.vmax - self.vmin)

    def __call__(self, value, clip=None):
        if not self.scaled():
            self.autoscale_None(value if shape_of(value) else [value])
        values = array_of(value)
        found = self._shares(numbers(values.ravel()))
        if self.clip if clip is None else clip:
            found = np.clip(found, 0.0, 1.0)
        if not shape_of(value):
            return found[0]
        return np.ma.masked_invalid(found.reshape(values.shape), copy=False)

    def inverse(self, value):
        """The value at a share."""
        return self.vmin + np.asarray(value) * (self.vmax - self.vmin)


class NoNorm(Normalize):
    """Leaves values as they are."""

    def _shares(self, values):
        return values


class LogNorm(Normalize):
    """Spreads positive values by their logarithm."""

    _log = True

    def _shares(self, values):
        positive = np.where(values > 0, values, np.nan)
        return (np.log(positive) - np.log(self.vmin)) / (np.log(self.vmax) - np.log(self.vmin))

    def inverse(self, value):
        """The value at a share."""
        return np.exp(np.log(self.vmin) + np.asarray(value) * (np.log(self.vmax) - np.log(self.vmin)))


class PowerNorm(Normalize):
    """Spreads values evenly, and then by a power."""

    def __init__(self, gamma, vmin=None, vmax=None, clip=False):
        super().__init__(vmin, vmax, clip)
        self.gamma = gamma

    def _shares(self, values):
        shares = super()._shares(values)
        return np.where(shares > 0, np.abs(shares) ** self.gamma, shares)


class SymLogNorm(Normalize):
    """Spreads values by their logarithm to both sides of zero, and evenly around it."""

    def __init__(self, linthresh, linscale=1.0, vmin=None, vmax=None, clip=False, *, base=10):
        super().__init__(vmin, vmax, clip)
        self.linthresh, self.linscale, self.base = linthresh, linscale, base

    def _bent(self, values):
        values = np.asarray(values, dtype=float)
        inner = self.linscale / (1.0 - 1.0 / self.base)
        size = np.maximum(np.abs(values), self.linthresh)
        outer = np.sign(values) * self.linthresh * (inner + np.log(size / self.linthresh) / np.log(self.base))
        return np.where(np.abs(values) <= self.linthresh, values * inner, outer)

    def _shares(self, values):
        low, high = self._bent(self.vmin), self._bent(self.vmax)
        return (self._bent(values) - low) / (high - low)


class FuncNorm(Normalize):
    """Spreads values evenly after a function of one's own, given with the way back."""

    def __init__(self, functions, vmin=None, vmax=None, clip=False):
        super().__init__(vmin, vmax, clip)
        self._forward, self._backward = functions

    def _shares(self, values):
        low, high = self._forward(np.array([self.vmin, self.vmax], dtype=float))
        return (self._forward(values) - low) / (high - low)


class TwoSlopeNorm(Normalize):
    """Spreads values so that the centre falls on the middle."""

    def __init__(self, vcenter, vmin=None, vmax=None):
        super().__init__(vmin, vmax)
        self.vcenter = vcenter

    def autoscale_None(self, A):
        super().autoscale_None(A)
        if self.vmin >= self.vcenter:
            self.vmin = self.vcenter - (self.vmax - self.vcenter)
        if self.vmax <= self.vcenter:
            self.vmax = self.vcenter + (self.vcenter - self.vmin)

    def _shares(self, values):
        below = 0.5 * (values - self.vmin) / (self.vcenter - self.vmin)
        above = 0.5 + 0.5 * (values - self.vcenter) / (self.vmax - self.vcenter)
        return np.where(values < self.vcenter, below, above)


class CenteredNorm(Normalize):
    """Spreads values evenly to both sides of a centre."""

    def __init__(self, vcenter=0, halfrange=None, clip=False):
        super().__init__(None, None, clip)
        self.vcenter = vcenter
        if halfrange is not None:
            self.vmin, self.vmax = vcenter - halfrange, vcenter + halfrange

    def autoscale_None(self, A):
        if self.scaled():
            return
        low, high, _ = reach(numbers(np.ravel(array_of(A))))
        half = max(abs(low - self.vcenter), abs(high - self.vcenter))
        self.vmin, self.vmax = self.vcenter - half, self.vcenter + half


class BoundaryNorm(Normalize):
    """One colour for all values between two boundaries."""

    def __init__(self, boundaries, ncolors, clip=False, *, extend="neither"):
        self.boundaries = [float(one) for one in boundaries]
        super().__init__(self.boundaries[0], self.boundaries[-1], clip)
        self.N = len(self.boundaries)
        self.Ncmap = ncolors
        self._bounds = self.boundaries

    def _shares(self, values):
        bins = len(self.boundaries) - 1
        index = np.clip(np.searchsorted(self.boundaries, values, side="right") - 1, 0, bins - 1)
        return np.where(np.isnan(values), np.nan, index / max(bins - 1, 1))


class Colormap:
    """A table of colours for shares from 0 to 1."""

    def __init__(self, name, N=256):
        self.name = name
        self.N = N
        self._bad = (0.0, 0.0, 0.0, 0.0)
        self._lut = None

    def _table(self):
        if self._lut is None:
            self._lut = np.array(self._make(), dtype=float)
        return self._lut

    def __call__(self, X, alpha=None, bytes=False):
        values = array_of(X)
        table = self._table()
        if values.dtype.kind not in "iu":
            values = numbers(values.ravel()).reshape(values.shape)
            bad = np.isnan(values)
            places = np.where(bad, 0.0, values) * self.N
            index = np.clip(np.where(places < 0, 0, places), 0, self.N - 1).astype(int)
        else:
            bad = np.zeros(values.shape, dtype=bool)
            index = np.clip(values, 0, self.N - 1)
        colors = table[index]
        if bad.any():
            colors = np.where(bad[..., None], np.array(self._bad), colors)
        if alpha is not None:
            colors = colors.copy()
            colors[..., 3] = alpha
        if bytes:
            colors = (colors * 255).astype(np.uint8)
        return colors if shape_of(X) else tuple(colors)

    def reversed(self, name=None):
        """The same colours from the other end."""
        table = self._table()[::-1, :3].tolist()
        return ListedColormap(table, name or (self.name[:-2] if self.name.endswith("_r") else self.name + "_r"), self.N)

    def resampled(self, lutsize):
        """As many colours as asked for."""
        return ListedColormap(self(np.linspace(0, 1, lutsize))[:, :3].tolist(), self.name)

    def with_extremes(self, *, bad=None, under=None, over=None):
        """A map of its own with another colour for missing values."""
        made = self.copy()
        if bad is not None:
            made.set_bad(bad)
        return made

    def set_bad(self, color="k", alpha=None):
        """Names the colour of missing values."""
        self._bad = to_rgba(color, alpha)

    def get_bad(self):
        """The colour of missing values."""
        return np.array(self._bad)

    def get_under(self):
        """The colour of values below the limits."""
        return self._table()[0]

    def get_over(self):
        """The colour of values above the limits."""
        return self._table()[-1]

    def set_extremes(self, *, bad=None, under=None, over=None):
        """Names the colour of missing values."""
        if bad is not None:
            self.set_bad(bad)

    def set_under(self, color="k", alpha=None):
        """Accepted; values below the limits take the first colour."""

    def set_over(self, color="k", alpha=None):
        """Accepted; values above the limits take the last colour."""

    def copy(self):
        """A map of its own with the same colours."""
        made = ListedColormap(self._table()[:, :3].tolist(), self.name, self.N)
        made._bad = self._bad
        return made

    def _digits(self):
        """The table as the native half takes it."""
        return np.rint(self._table() * 255).astype(np.uint8).tobytes().hex()

    def __repr__(self):
        return f"<matplotlib.colors.{type(self).__name__} object {self.name!r}>"


class ListedColormap(Colormap):
    """A colormap of the colours in a list."""

    def __init__(self, colors, name="from_list", N=None):
        self.colors = list(colors) if not isinstance(colors, str) else [colors] * (N or 1)
        super().__init__(name, len(self.colors) if N is None else N)

    def _make(self):
        colors = [to_rgba(color) for color in self.colors]
        return [colors[index % len(colors)] for index in range(self.N)]


class LinearSegmentedColormap(Colormap):
    """A colormap drawn between anchors."""

    def __init__(self, name, segmentdata, N=256, gamma=1.0):
        super().__init__(name, N)
        self._segmentdata = segmentdata

    @staticmethod
    def from_list(name, colors, N=256, gamma=1.0):
        """A colormap drawn between the colours of a list, or between pairs of place and colour."""
        colors = list(colors)
        if colors and isinstance(colors[0], (tuple, list)) and len(colors[0]) == 2:
            places, colors = zip(*colors)
        else:
            places = [index / (len(colors) - 1) for index in range(len(colors))]
        parts = list(zip(*(to_rgba(color) for color in colors)))
        data = {
            channel: [(place, value, value) for place, value in zip(places, parts[index])]
            for index, channel in enumerate(("red", "green", "blue", "alpha"))
        }
        return LinearSegmentedColormap(name, data, N, gamma)

    def _make(self):
        channels = []
        for channel in ("red", "green", "blue", "alpha"):
            anchors = self._segmentdata.get(channel)
            if anchors is None:
                channels.append([1.0] * self.N)
                continue
            if callable(anchors):
                channels.append([min(max(float(anchors(i / (self.N - 1))), 0.0), 1.0) for i in range(self.N)])
                continue
            channels.append([_between(anchors, i / (self.N - 1)) for i in range(self.N)])
        return list(zip(*channels))


def _between(anchors, place):
    for before, after in zip(anchors, anchors[1:]):
        if place <= after[0]:
            share = (place - before[0]) / (after[0] - before[0]) if after[0] > before[0] else 0.0
            value = before[-1] + share * (after[1] - before[-1])
            return min(max(value, 0.0), 1.0)
    return anchors[-1][1]
