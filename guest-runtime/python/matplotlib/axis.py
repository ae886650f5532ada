"""One axis: its units, scale, limits, ticks, grid and label."""

import datetime
import math

import numpy as np

from matplotlib import _settings, dates, ticker
from matplotlib._arrays import array_of, as_floats, is_missing, shape_of
from matplotlib._settings import font_size, is_bold
from matplotlib.artist import Artist, pen
from matplotlib.axis_texts import CategoryFormatter, CategoryLocator
from matplotlib.axis_ticks import Ticks
from matplotlib.colors import to_rgba
from matplotlib.scale import transform_of
from matplotlib.text import Text

_NO_DURATIONS = "durations have no axis of their own; plot their .total_seconds(), or .dt.total_seconds() of a column"


class Axis(Ticks, Artist):
    """The x or the y axis of a pair of axes."""

    def __init__(self, axes, name):
        super().__init__()
        settings = _settings.rcParams
        self.axes = axes
        self.axis_name = self.name = name
        self.shared = [self]
        self.kind = None
        self.categories = {}
        self.scale = "linear"
        self.scale_options = {}
        self.limits = None
        self.auto = True
        self.inverted = False
        self.margin = None
        self.tight = False
        self.locator = {"major": ticker.AutoLocator(), "minor": ticker.NullLocator()}
        self.formatter = {"major": ticker.ScalarFormatter(), "minor": ticker.NullFormatter()}
        self._default = {"locator": True, "formatter": True}
        self._attach()
        self.sides = ("bottom", "top") if name == "x" else ("left", "right")
        self.label = Text(0, 0, "", fontsize=settings["axes.labelsize"], color=settings["axes.labelcolor"], fontweight=settings["axes.labelweight"], ha="center")
        self.label._axis = self
        self.labelpad = settings["axes.labelpad"]
        self.label_side = self.sides[0]
        prefix = f"{name}tick."
        self.style = {
            which: {
                "length": settings[f"{prefix}{which}.size"],
                "width": settings[f"{prefix}{which}.width"],
                "pad": settings[f"{prefix}{which}.pad"],
                "direction": settings[prefix + "direction"],
                "color": settings[prefix + "color"],
                "labelcolor": settings[prefix + "labelcolor"],
                "labelsize": settings[prefix + "labelsize"],
                "rotation": None,
                "ha": None,
                "va": None,
                "mode": None,
                "weight": None,
            }
            for which in ("major", "minor")
        }
        self.ticks_on = {side for side in self.sides if settings[prefix + side]}
        self.labels_on = {side for side in self.sides if settings[f"{prefix}label{side}"]}
        self.grids = {"major": None, "minor": None}
        if settings["axes.grid"] and settings["axes.grid.axis"] in ("both", name):
            for which in ("major", "minor"):
                if settings["axes.grid.which"] in (which, "both"):
                    self.grids[which] = {}
        if settings[prefix + "minor.visible"]:
            self.set_minor_locator(ticker.AutoMinorLocator())
        self._labels = {}
        self._fixed_labels = False
        self.offset_visible = True

    # Units

    def convert(self, values):
        """The column of any row of values, which sets the axis' units if they are dates or texts."""
        found = np.atleast_1d(array_of(values))
        if found.ndim > 1:
            if found.size != max(found.shape):
                raise ValueError(f"x and y can be no greater than 2D, but data of shape {found.shape} was given where a row of values is needed")
            found = found.ravel()
        kind = found.dtype.kind
        if kind == "O":
            return self._convert_objects(found)
        if kind == "M":
            self._take("date")
            return dates._days(found)
        if kind in "UST":
            return self._convert_texts(found)
        if kind == "m":
            raise TypeError(_NO_DURATIONS)
        column = as_floats(found)
        if column is None:
            raise TypeError(f"values of type {found.dtype} cannot be placed on an axis; use numbers, dates or texts")
        if column.size:
            self._take("number")
        # What the script does with its array afterwards changes no chart.
        return column.copy() if column is found else column

    def _convert_objects(self, found):
        first = next((value for value in found if not is_missing(value)), None)
        if isinstance(first, (list, tuple, np.ndarray)):
            raise ValueError("x and y can be no greater than 2D: a list of lists was given where a list of numbers is needed")
        if isinstance(first, (datetime.timedelta, np.timedelta64)):
            raise TypeError(_NO_DURATIONS)
        if isinstance(first, (datetime.date, np.datetime64)) or hasattr(first, "to_timestamp"):
            self._take("date")
            return np.array([dates._wall(value) for value in found], dtype=float)
        column = None if isinstance(first, str) else as_floats(found)
        if column is None:
            return self._convert_texts(found)
        if column.size:
            self._take("number")
        return column

    def _convert_texts(self, found):
        if self.kind == "date":
            return np.array([dates._wall(value) for value in found], dtype=float)
        self._take("category")
        return np.array([self._category(value) for value in found], dtype=float)

    def convert_one(self, value):
        """The number of a single value."""
        if isinstance(value, (int, float)):
            return float(value)
        if isinstance(value, str):
            if self.kind == "date":
                return dates._wall(value)
            self._take("category")
            return float(self._category(value))
        if isinstance(value, (datetime.date, np.datetime64)) or hasattr(value, "to_timestamp"):
            self._take("date")
            return dates._wall(value)
        if is_missing(value):
            return math.nan
        if isinstance(value, (datetime.timedelta, np.timedelta64)):
            raise TypeError(_NO_DURATIONS)
        return float(np.asarray(value, dtype=float).item())

    def convert_any(self, values):
        """A plain list of numbers, from one value or a row of them."""
        if isinstance(values, str) or not shape_of(values):
            return [self.convert_one(values)]
        return self.convert(values).tolist()

    def _category(self, value):
        text = str(value) if not is_missing(value) else "nan"
        found = self.categories.get(text)
        if found is None:
            found = len(self.categories)
            self.categories[text] = found
        return found

    def _take(self, kind):
        if self.kind is None or (self.kind == "number" and kind != "number"):
            if self.kind is None or self._default["locator"]:
                for one in self.shared:
                    one._set_kind(kind, self.categories)

    def _set_kind(self, kind, categories):
        if self.kind == kind:
            return
        self.kind = kind
        self.categories = categories
        if kind == "number":
            return
        if kind == "date":
            locator = dates.AutoDateLocator()
            locator_and_formatter = locator, dates.AutoDateFormatter(locator)
        else:
            locator_and_formatter = CategoryLocator(categories), CategoryFormatter(categories)
        if self._default["locator"]:
            self.locator["major"] = locator_and_formatter[0]
        if self._default["formatter"]:
            self.formatter["major"] = locator_and_formatter[1]
        self._attach()

    def _attach(self):
        for group in (self.locator, self.formatter):
            for one in group.values():
                one.set_axis(self)

    def axis_date(self, tz=None):
        """Reads the numbers of this axis as days since 1970-01-01."""
        self._take("date")

    def update_units(self, data):
        """Takes the units of values."""
        self.convert(data)
        return True

    def convert_units(self, x):
        """The numbers of values, or of one."""
        return self.convert(x) if shape_of(x) else self.convert_one(x)

    def have_units(self):
        """Whether it shows dates or texts."""
        return self.kind not in (None, "number")

    @property
    def converter(self):
        """What turns values into numbers: the axis itself."""
        return self

    def get_transform(self):
        """The function of the scale."""
        return transform_of(self)

    # Scale and limits

    def set_scale(self, value, **options):
        if value not in ("linear", "log", "symlog", "logit", "asinh", "function"):
            raise ValueError(f"{value!r} is not a valid value for scale; supported values are 'linear', 'log', 'symlog', 'logit'")
        if value in ("asinh", "function"):
            raise NotImplementedError(f"the scale {value!r} is not available; use 'linear', 'log', 'symlog' or 'logit'")
        for one in self.shared:
            one._set_scale(value, options)

    def _set_scale(self, value, options):
        self.scale, self.scale_options = value, options
        base = options.get("base", 10)
        if value == "log":
            made = ticker.LogLocator(base), ticker.LogFormatterSciNotation(base), ticker.LogLocator(base, options.get("subs"))
        elif value == "symlog":
            threshold = options.get("linthresh", 2)
            made = ticker.SymmetricalLogLocator(linthresh=threshold, base=base), ticker.LogFormatterSciNotation(base), ticker.NullLocator()
        elif value == "logit":
            made = ticker.FixedLocator([0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999]), ticker.FormatStrFormatter("%g"), ticker.NullLocator()
        else:
            made = ticker.AutoLocator(), ticker.ScalarFormatter(), ticker.NullLocator()
        self.locator["major"], self.formatter["major"], self.locator["minor"] = made
        self.formatter["minor"] = ticker.LogFormatterSciNotation(base) if value == "log" else ticker.NullFormatter()
        self._default = {"locator": True, "formatter": True}
        self._fixed_labels = False
        self._attach()

    def get_scale(self):
        """The name of the scale."""
        return self.scale

    def forward(self, value):
        if self.scale == "log":
            return math.log10(value) if value > 0 else math.nan
        if self.scale == "symlog":
            inner, threshold = self._symlog()
            if abs(value) <= threshold:
                return value * inner
            return math.copysign(threshold * (inner + math.log10(abs(value) / threshold)), value)
        if self.scale == "logit":
            return math.log10(value / (1 - value)) if 0 < value < 1 else math.nan
        return value

    def backward(self, value):
        if self.scale == "log":
            return 10.0**value if value < 308 else math.inf
        if self.scale == "symlog":
            inner, threshold = self._symlog()
            if abs(value) <= threshold * inner:
                return value / inner
            return math.copysign(threshold * 10 ** (abs(value) / threshold - inner), value)
        if self.scale == "logit":
            return 1 / (1 + 10**-value)
        return value

    def _symlog(self):
        base = self.scale_options.get("base", 10)
        return self.scale_options.get("linscale", 1) / (1 - 1 / base), self.scale_options.get("linthresh", 2)

    def set_limits(self, low=None, high=None, auto=False):
        now = self.get_view_interval()
        low = now[0] if low is None else self.convert_one(low)
        high = now[1] if high is None else self.convert_one(high)
        if math.isnan(low) or math.isnan(high) or math.isinf(low) or math.isinf(high):
            raise ValueError("Axis limits cannot be NaN or Inf")
        if self.scale == "log" and (low <= 0 or high <= 0):
            # As in matplotlib, a limit that a logarithm does not have is left as it was.
            low = now[0] if low <= 0 else low
            high = now[1] if high <= 0 else high
        if low == high:
            low, high = self.locator["major"].nonsingular(low, high)
        for one in self.shared:
            one.limits = (float(low), float(high))
            one.inverted = low > high
            if auto is not None:
                one.auto = bool(auto)
        return self.limits

    def get_view_interval(self):
        if self.auto or self.limits is None:
            low, high = self._automatic()
            return (high, low) if self.inverted else (low, high)
        return self.limits

    def get_minpos(self):
        return min((axes._reach(one.name)[2] for one in self.shared for axes in [one.axes]), default=math.inf)

    def _automatic(self):
        low, high, least = math.inf, -math.inf, math.inf
        sticky = set()
        filled = False
        for one in self.shared:
            reach = one.axes._reach(self.name)
            low, high, least = min(low, reach[0]), max(high, reach[1]), min(least, reach[2])
            sticky.update(reach[3])
            filled = filled or reach[4]
        if not filled:
            return self.limits or ((1.0, 10.0) if self.scale == "log" else (0.0, 1.0))
        if low > high:
            low, high = -math.inf, math.inf
        locator = self.locator["major"]
        low, high = locator.nonsingular(low, high)
        low_bound = high_bound = None
        if sticky and self.axes.use_sticky_edges:
            tolerance = 1e-5 * abs(high - low)
            below = [edge for edge in sticky if edge < low + tolerance]
            above = [edge for edge in sticky if edge >= high - tolerance]
            low_bound = max(below) if below else None
            high_bound = min(above) if above else None
        if self.scale == "log":
            least = least if math.isfinite(least) else 1e-300
            low, high = (least if low <= 0 else low), (least if high <= 0 else high)
        margin = self.margin if self.margin is not None else _settings.rcParams[f"axes.{self.name}margin"]
        margin = 0.0 if self.tight else margin
        a, b = self.forward(low), self.forward(high)
        delta = (b - a) * margin
        if not math.isfinite(delta):
            delta = 0.0
        low, high = self.backward(a - delta), self.backward(b + delta)
        if low_bound is not None:
            low = max(low, low_bound)
        if high_bound is not None:
            high = min(high, high_bound)
        if not self.tight:
            low, high = locator.view_limits(low, high)
        if low == high or not (math.isfinite(low) and math.isfinite(high)):
            low, high = ticker._nonsingular(low, high, expander=0.05)
        return float(low), float(high)

    def get_inverted(self):
        """Whether the axis runs the other way round."""
        low, high = self.get_view_interval()
        return low > high

    def set_inverted(self, inverted):
        """Turns the axis round or back."""
        for one in self.shared:
            if not one.auto and one.limits is not None and one.inverted != inverted:
                one.limits = one.limits[::-1]
            one.inverted = bool(inverted)

    def get_tick_space(self):
        """How many ticks have room."""
        width, height = self.axes._points()
        length, share = (width, 3) if self.name == "x" else (height, 2)
        size = font_size(self.style["major"]["labelsize"]) * share
        return int(length // size) if size > 0 else 2**31 - 1

    # The scene

    def _scene(self):
        low, high = self.get_view_interval()
        texts = self.get_ticklabels() if self.get_visible() else []
        if self.scale == "log" and min(low, high) <= 0:
            low, high = (max(one, 1e-300) for one in (low, high))
        ticks = []
        for label in texts:
            loc = label._x if self.name == "x" else label._y
            ticks.append({"at": float(loc), "label": str(label._text) if label.get_visible() else "", "color": label._own_color()})
        minor_locs = self.get_minorticklocs() if self.get_visible() else []
        if self.scale == "log" and not any(min(low, high) <= t["at"] <= max(low, high) and t["label"] for t in ticks):
            formatter = self.formatter["minor"]
            for loc, text in zip(minor_locs, formatter.format_ticks(minor_locs)):
                if text:
                    ticks.append({"at": float(loc), "label": text, "color": None})
        elif self.scale == "log" and self.formatter["minor"] is not None:
            shown = [t for t in ticks if min(low, high) <= t["at"] <= max(low, high)]
            if len(shown) <= 1:
                for loc, text in zip(minor_locs, self.formatter["minor"].format_ticks(minor_locs)):
                    if text:
                        ticks.append({"at": float(loc), "label": text, "color": None})
        self.label._pad = self.labelpad
        label = self.label._styled()
        if not self.label.get_visible():
            label["text"] = ""
        if self.name == "y":
            label["rotation"] = 90.0 if self.label._rotation is None else self.label._rotation
        options = self.scale_options
        scale = {"kind": self.scale}
        if self.scale == "symlog":
            scale.update(threshold=float(options.get("linthresh", 2)), linear=float(options.get("linscale", 1)))
        order = lambda sides: [side for side in self.sides if side in sides]  # noqa: E731
        return {
            "kind": self.kind or "number",
            "limits": [float(low), float(high)],
            "scale": scale,
            "visible": self.get_visible(),
            "ticks": ticks,
            "minor": [float(loc) for loc in minor_locs],
            "offset": self.formatter["major"].get_offset() if self.offset_visible and self.labels_on else "",
            "label": label,
            "side": self.label_side,
            "tick_sides": order(self.ticks_on),
            "label_sides": order(self.labels_on),
            "style": self._style("major"),
            "minor_style": self._style("minor"),
            "grid": self._grid("major"),
            "minor_grid": self._grid("minor"),
            "fixed": self._fixed_labels,
        }

    def _style(self, which):
        style = self.style[which]
        label_color = style["color"] if style["labelcolor"] == "inherit" else style["labelcolor"]
        rotation = style["rotation"]
        anchored = style["mode"] == "anchor"
        ha = style["ha"]
        if rotation and ha == "right" and self.name == "x" and style["mode"] is None and 0 < rotation < 90:
            # Turned labels end below their ticks, which is what is meant when they are aligned to the right.
            anchored = True
        return {
            "length": float(style["length"]),
            "width": float(style["width"]),
            "color": to_rgba(style["color"]),
            "direction": style["direction"],
            "pad": float(style["pad"]),
            "size": font_size(style["labelsize"]),
            "label_color": to_rgba(label_color),
            "rotation": None if rotation is None else float(rotation),
            "anchored": anchored,
            "ha": ha,
            "va": style["va"],
            "bold": is_bold(style["weight"]),
        }

    def _grid(self, which):
        given = self.grids[which]
        if given is None:
            return None
        settings = _settings.rcParams
        color = given.get("color", given.get("c", settings["grid.color"]))
        alpha = given.get("alpha")
        if alpha is None:
            alpha = settings["grid.alpha"]
        return pen(
            to_rgba(color, alpha),
            given.get("linewidth", given.get("lw", settings["grid.linewidth"])),
            given.get("linestyle", given.get("ls", settings["grid.linestyle"])),
        )
