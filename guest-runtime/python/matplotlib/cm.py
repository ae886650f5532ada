"""The colormaps by name."""

import difflib

import numpy as np

from matplotlib import _tables
from matplotlib._arrays import array_of, numbers
from matplotlib.colors import LinearSegmentedColormap, ListedColormap, LogNorm, Normalize
from matplotlib.colors import Colormap as _Colormap

_ALIASES = {"grey": "gray", "gist_gray": "gray", "gist_grey": "gray", "Grays": "Greys"}


def _split(digits):
    return ["#" + digits[at : at + 6] for at in range(0, len(digits), 6)]


def _make(name):
    base = name.removesuffix("_r")
    base = _ALIASES.get(base, base)
    if base in _tables.EXACT:
        digits = _tables.EXACT[base]
        parts = [int(digits[at : at + 6]) / 1e6 for at in range(0, len(digits), 6)]
        made = ListedColormap(list(zip(parts[::3], parts[1::3], parts[2::3])), base)
    elif base in _tables.LISTED:
        colors = [tuple(int(c[i : i + 2], 16) / 255 for i in (1, 3, 5)) for c in _split(_tables.LISTED[base])]
        made = ListedColormap(colors, base)
    elif base in _tables.SPREAD:
        made = LinearSegmentedColormap.from_list(base, _split(_tables.SPREAD[base]))
    elif base in _tables.ANCHORS:
        data = _tables.ANCHORS[base]
        if len(data[0]) == 3 and not isinstance(data[0][0], tuple):
            made = LinearSegmentedColormap.from_list(base, list(data))
        else:
            made = LinearSegmentedColormap(base, dict(zip(("red", "green", "blue"), data)))
    else:
        return None
    made.name = base if base == name else name
    return made.reversed(name) if name.endswith("_r") else made


class ColormapRegistry:
    """The colormaps: `colormaps['viridis']`."""

    def __init__(self):
        self._made = {}

    def _names(self):
        base = [*_tables.EXACT, *_tables.LISTED, *_tables.SPREAD, *_tables.ANCHORS, *_ALIASES]
        return sorted({*base, *(name + "_r" for name in base), *self._made})

    def __getitem__(self, name):
        if name not in self._made:
            made = _make(name)
            if made is None:
                raise KeyError(f"{name!r} is not a known colormap name")
            self._made[name] = made
        return self._made[name]

    def __iter__(self):
        return iter(self._names())

    def __len__(self):
        return len(self._names())

    def __contains__(self, name):
        return name in self._names()

    def __call__(self):
        return self._names()

    def get_cmap(self, cmap=None):
        """A colormap by name; a colormap is answered as it is."""
        return get_cmap(cmap)

    def register(self, cmap, *, name=None, force=False):
        """Adds a colormap under a name."""
        self._made[name or cmap.name] = cmap


colormaps = ColormapRegistry()


def get_cmap(name=None, lut=None):
    """A colormap by name, with `lut` colours if that is given."""
    if isinstance(name, _Colormap):
        return name
    if name is None:
        from matplotlib import rcParams

        name = rcParams["image.cmap"]
    try:
        found = colormaps[name]
    except KeyError:
        near = difflib.get_close_matches(str(name), list(colormaps), 3, 0.6)
        meant = f"; did you mean {' or '.join(map(repr, near))}?" if near else "; see plt.colormaps()"
        raise ValueError(f"{name!r} is not a valid value for cmap{meant}") from None
    return found if lut is None else found.resampled(lut)


class ScalarMappable:
    """Values with the colormap that paints them."""

    __glovebox_quiet__ = True

    def __init__(self, norm=None, cmap=None):
        self.cmap = get_cmap(cmap)
        self.norm = norm if norm is not None else Normalize()
        self._values = None
        self.colorbar = None

    def set_array(self, A):
        """Sets the values."""
        self._values = None if A is None else numbers(np.ravel(array_of(A)))

    def get_array(self):
        """The values."""
        return None if self._values is None else self._values.copy()

    def set_clim(self, vmin=None, vmax=None):
        """Sets the limits of the colours."""
        if isinstance(vmin, (tuple, list)):
            vmin, vmax = vmin
        self.norm.vmin = self.norm.vmin if vmin is None else float(vmin)
        self.norm.vmax = self.norm.vmax if vmax is None else float(vmax)

    def get_clim(self):
        """The limits of the colours."""
        return self.norm.vmin, self.norm.vmax

    def set_norm(self, norm):
        """Sets how values are spread over the colours."""
        self.norm = norm

    def autoscale(self):
        """Takes the limits of the colours from the values."""
        self.norm.autoscale(self._values)

    def autoscale_None(self):
        """Takes limits that are not set from the values."""
        self.norm.autoscale_None(self._values)

    def changed(self):
        """Accepted; colours are always up to date."""

    def set_cmap(self, cmap):
        """Sets the colormap."""
        self.cmap = get_cmap(cmap)

    def get_cmap(self):
        """The colormap."""
        return self.cmap

    def to_rgba(self, x, alpha=None, bytes=False):
        """The colours of values."""
        return self.cmap(self.norm(x), alpha, bytes)

    def _limits(self):
        if not self.norm.scaled() and self._values is not None:
            self.norm.autoscale_None(self._values)
        low, high = self.norm.vmin, self.norm.vmax
        low = 0.0 if low is None or low != low else float(low)
        high = 1.0 if high is None or high != high else float(high)
        return low, high

    def _paint(self, alpha=1.0):
        low, high = self._limits()
        values, bounds = self._values, self.norm._bounds
        if type(self.norm)._shares not in (Normalize._shares, LogNorm._shares) and bounds is None:
            # A norm of another form is applied here; the native half then spreads evenly.
            values, low, high = self.norm._shares(values), 0.0, 1.0
        return {
            "kind": "mapped",
            "values": values,
            "table": self.cmap._digits(),
            "low": low,
            "high": high,
            "log": self.norm._log,
            "alpha": 1.0 if alpha is None else float(alpha),
            "bounds": bounds,
        }


def __getattr__(name):
    try:
        return colormaps[name]
    except KeyError:
        raise AttributeError(f"module 'matplotlib.cm' has no attribute {name!r}") from None
