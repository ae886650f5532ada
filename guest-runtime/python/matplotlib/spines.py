"""The four lines round the axes."""

from matplotlib import _settings
from matplotlib.artist import Artist
from matplotlib.colors import to_rgba


class Spine(Artist):
    """One of the four lines round the axes."""

    def __init__(self, axes, side):
        super().__init__()
        settings = _settings.rcParams
        self.axes = axes
        self.spine_type = side
        self._visible = settings[f"axes.spines.{side}"]
        self._color = settings["axes.edgecolor"]
        self._width = settings["axes.linewidth"]
        self._at = None

    def set_color(self, c):
        """Sets the colour."""
        to_rgba(c)
        self._color = c

    set_edgecolor = set_ec = set_color

    def get_edgecolor(self):
        """The colour as red, green, blue and opacity."""
        return to_rgba(self._color)

    def set_linewidth(self, w):
        """Sets the width in points."""
        self._width = float(w)

    set_lw = set_linewidth

    def get_linewidth(self):
        """The width in points."""
        return self._width

    def set_position(self, position):
        """Moves it: 'zero', 'center', ('data', x), ('axes', share) or ('outward', points)."""
        named = {"zero": ("data", 0.0), "center": ("axes", 0.5)}
        kind, value = named.get(position, position) if isinstance(position, str) else position
        self._at = {"kind": kind, "value": float(value)}

    set_linestyle = set_ls = set_bounds = Artist._accept

    def _scene(self):
        return {"side": self.spine_type, "visible": self._visible, "color": to_rgba(self._color, self._alpha), "width": self._width, "at": self._at}


class Spines(dict):
    """The four lines by side; several are changed together with `spines[['top', 'right']]`."""

    __glovebox_quiet__ = True

    def __getitem__(self, key):
        if isinstance(key, (list, tuple)):
            return _Together([self[one] for one in key])
        if isinstance(key, slice):
            return _Together(list(self.values()))
        return dict.__getitem__(self, key)

    def __getattr__(self, name):
        try:
            return dict.__getitem__(self, name)
        except KeyError:
            raise AttributeError(name) from None


class _Together:
    def __init__(self, spines):
        self._spines = spines

    def __getattr__(self, name):
        methods = [getattr(spine, name) for spine in self._spines]

        def call(*args, **kwargs):
            for method in methods:
                method(*args, **kwargs)

        return call
