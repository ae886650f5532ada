"""What every artist has in common: its properties, its pens, and how it tells the native half what to draw.

Each artist answers marks, which are plain data, and how far it reaches in data.
"""


import numpy as np

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


def named(given):
    """Keyword arguments under their long names; one that is given twice is refused."""
    out, written = {}, {}
    for key, value in given.items():
        long = ALIASES.get(key, key)
        if long in out:
            raise TypeError(f"Got both {written[long]!r} and {key!r}, which are aliases of one another")
        out[long], written[long] = value, key
    return out


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


class _Edges:
    def __init__(self, x, y):
        self.x, self.y = x, y


class Artist:
    """Anything that can be drawn."""

    __glovebox_quiet__ = True
    zorder = 0
    axes = None
    figure = None

    def __init__(self):
        self._visible = True
        self._alpha = None
        self._label = ""
        self._clip = True
        self._coords = "data"
        self._edges_kept = None

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
        self._shift = getattr(t, "_shift", (0.0, 0.0))

    def get_transform(self):
        """The coordinates that it is given in."""
        from matplotlib.transforms import Transform

        return Transform(self._coords, self.axes if self.axes is not None else self.figure)

    def draw(self, renderer):
        """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""

    def remove(self):
        """Takes it out of its axes."""
        owner = self.axes or self.figure
        if owner is not None:
            owner._forget(self)

    def get_figure(self, root=False):
        """The figure that it is in."""
        return self.figure or (self.axes.figure if self.axes is not None else None)

    @property
    def sticky_edges(self):
        """Places along x and y at which limits end without a margin."""
        if self._edges_kept is None:
            self._edges_kept = _Edges(list(self._sticky("x")), list(self._sticky("y")))
        return self._edges_kept

    def _stuck_at(self, name):
        return self._sticky(name) if self._edges_kept is None else getattr(self._edges_kept, name)

    def properties(self):
        """What its getters answer, by name."""
        found = {}
        for name in dir(self):
            if name.startswith("get_"):
                try:
                    found[name[4:]] = getattr(self, name)()
                except Exception:  # A getter that needs arguments, or that has no answer yet.
                    continue
        return found

    def findobj(self, match=None, include_self=True):
        """This artist and those in it that are of a kind."""
        found = [one for child in self.get_children() for one in child.findobj(match)]
        fits = match is None or (match(self) if not isinstance(match, type) and callable(match) else isinstance(self, match))
        return [*found, self] if include_self and fits else found

    def get_children(self):
        """The artists in it."""
        return []

    @property
    def stale(self):
        """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
        return False

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
        return {"clip": self._clip, "coords": self._coords, "shape": shape, "crowded": crowded}


def setp(obj, *args, **kwargs):
    """Sets properties of an artist or of several."""
    given = {**dict(zip(args[::2], args[1::2])), **kwargs}
    stack, found = [obj], []
    while stack:
        one = stack.pop(0)
        if isinstance(one, (list, tuple, np.ndarray)):
            stack = [*one, *stack]
        elif isinstance(one, dict):
            stack = [*one.values(), *stack]
        else:
            found.append(one)
    for one in found:
        one.set(**given)


def getp(obj, property=None):
    """A property of an artist."""
    if property is None:
        raise TypeError("getp() needs the name of a property")
    return getattr(obj, f"get_{property}")()
