"""The settings: `rcParams`, with the keys that change how charts look here and those that scripts set by habit."""

import contextlib


class Cycler:
    """A round of properties."""

    def __init__(self, rows):
        self._rows = rows

    def by_key(self):
        """The properties by name."""
        keys = self._rows[0] if self._rows else {}
        return {key: [row[key] for row in self._rows] for key in keys}

    @property
    def keys(self):
        return set(self._rows[0]) if self._rows else set()

    def __iter__(self):
        return iter(self._rows)

    def __len__(self):
        return len(self._rows)

    def __add__(self, other):
        return Cycler([{**a, **b} for a, b in zip(self._rows, other._rows)])

    def __mul__(self, other):
        return Cycler([{**a, **b} for a in self._rows for b in other._rows])

    def __repr__(self):
        return " + ".join(f"cycler({key!r}, {values!r})" for key, values in self.by_key().items())


def cycler(*args, **kwargs):
    """A round of properties: `cycler(color=['r', 'g'])` or `cycler('color', ['r', 'g'])`."""
    if len(args) == 1 and isinstance(args[0], Cycler):
        return args[0]
    given = {args[0]: args[1]} if len(args) == 2 else kwargs
    columns = {key: list(values) for key, values in given.items()}
    count = min(map(len, columns.values()), default=0)
    return Cycler([{key: values[index] for key, values in columns.items()} for index in range(count)])


TAB10 = ["#1f77b4", "#ff7f0e", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#e377c2", "#7f7f7f", "#bcbd22", "#17becf"]

_DEFAULTS = {
    "axes.axisbelow": "line",
    "axes.edgecolor": "black",
    "axes.facecolor": "white",
    "axes.formatter.limits": [-5, 6],
    "axes.formatter.min_exponent": 0,
    "axes.formatter.offset_threshold": 4,
    "axes.formatter.use_locale": False,
    "axes.formatter.use_mathtext": False,
    "axes.formatter.useoffset": True,
    "axes.grid": False,
    "axes.grid.axis": "both",
    "axes.grid.which": "major",
    "axes.labelcolor": "black",
    "axes.labelpad": 4.0,
    "axes.labelsize": "medium",
    "axes.labelweight": "normal",
    "axes.linewidth": 0.8,
    "axes.prop_cycle": Cycler([{"color": tuple(int(c[at : at + 2], 16) / 255 for at in (1, 3, 5))} for c in TAB10]),
    "axes.spines.bottom": True,
    "axes.spines.left": True,
    "axes.spines.right": True,
    "axes.spines.top": True,
    "axes.titlecolor": "auto",
    "axes.titlelocation": "center",
    "axes.titlepad": 6.0,
    "axes.titlesize": "large",
    "axes.titleweight": "normal",
    "axes.titley": None,
    "axes.unicode_minus": True,
    "axes.xmargin": 0.05,
    "axes.ymargin": 0.05,
    "axes.autolimit_mode": "data",
    "boxplot.showfliers": True,
    "boxplot.showmeans": False,
    "boxplot.bootstrap": None,
    "boxplot.meanline": False,
    "boxplot.notch": False,
    "boxplot.patchartist": False,
    "boxplot.showbox": True,
    "boxplot.showcaps": True,
    "boxplot.showfliers": True,
    "boxplot.showmeans": False,
    "boxplot.vertical": True,
    "boxplot.whiskers": 1.5,
    "boxplot.flierprops.marker": "o",
    "boxplot.flierprops.markersize": 6.0,
    "boxplot.boxprops.linewidth": 1.0,
    "boxplot.medianprops.linewidth": 1.0,
    "boxplot.whiskerprops.linewidth": 1.0,
    "boxplot.capprops.linewidth": 1.0,
    "date.autoformatter.day": "%Y-%m-%d",
    "date.autoformatter.hour": "%m-%d %H",
    "date.autoformatter.microsecond": "%M:%S.%f",
    "date.autoformatter.minute": "%d %H:%M",
    "date.autoformatter.month": "%Y-%m",
    "date.autoformatter.second": "%H:%M:%S",
    "date.autoformatter.year": "%Y",
    "errorbar.capsize": 0.0,
    "figure.autolayout": False,
    "figure.constrained_layout.use": False,
    "figure.dpi": 100.0,
    "figure.edgecolor": "white",
    "figure.facecolor": "white",
    "figure.figsize": [6.4, 4.8],
    "figure.max_open_warning": 20,
    "figure.titlesize": "large",
    "figure.titleweight": "normal",
    "figure.labelsize": "large",
    "figure.labelweight": "normal",
    "figure.subplot.left": 0.125,
    "figure.subplot.right": 0.9,
    "figure.subplot.bottom": 0.11,
    "figure.subplot.top": 0.88,
    "figure.subplot.wspace": 0.2,
    "figure.subplot.hspace": 0.2,
    "font.family": ["sans-serif"],
    "font.sans-serif": ["DejaVu Sans"],
    "font.monospace": ["DejaVu Sans Mono"],
    "font.serif": ["DejaVu Serif"],
    "font.size": 10.0,
    "font.style": "normal",
    "font.weight": "normal",
    "grid.alpha": 1.0,
    "grid.color": "#b0b0b0",
    "grid.linestyle": "-",
    "grid.linewidth": 0.8,
    "hatch.color": "black",
    "hatch.linewidth": 1.0,
    "hist.bins": 10,
    "image.aspect": "equal",
    "image.cmap": "viridis",
    "image.interpolation": "auto",
    "image.origin": "upper",
    "legend.borderaxespad": 0.5,
    "legend.borderpad": 0.4,
    "legend.columnspacing": 2.0,
    "legend.edgecolor": "0.8",
    "legend.facecolor": "inherit",
    "legend.fancybox": True,
    "legend.fontsize": "medium",
    "legend.framealpha": 0.8,
    "legend.frameon": True,
    "legend.handlelength": 2.0,
    "legend.handletextpad": 0.8,
    "legend.labelcolor": None,
    "legend.labelspacing": 0.5,
    "legend.loc": "best",
    "legend.markerscale": 1.0,
    "legend.numpoints": 1,
    "legend.scatterpoints": 1,
    "legend.shadow": False,
    "legend.title_fontsize": None,
    "lines.color": "C0",
    "lines.linestyle": "-",
    "lines.linewidth": 1.5,
    "lines.marker": "None",
    "lines.markeredgecolor": "auto",
    "lines.markeredgewidth": 1.0,
    "lines.markerfacecolor": "auto",
    "lines.markersize": 6.0,
    "lines.solid_capstyle": "projecting",
    "mathtext.default": "it",
    "mathtext.fontset": "dejavusans",
    "patch.edgecolor": "black",
    "patch.facecolor": "C0",
    "patch.force_edgecolor": False,
    "patch.linewidth": 1.0,
    "pdf.fonttype": 3,
    "savefig.bbox": None,
    "savefig.dpi": "figure",
    "savefig.edgecolor": "auto",
    "savefig.facecolor": "auto",
    "savefig.format": "png",
    "savefig.pad_inches": 0.1,
    "savefig.transparent": False,
    "scatter.edgecolors": "face",
    "scatter.marker": "o",
    "svg.fonttype": "path",
    "text.color": "black",
    "text.usetex": False,
    "timezone": "UTC",
}
for _axis, _sides in (("x", ("bottom", "top")), ("y", ("left", "right"))):
    _DEFAULTS.update(
        {
            f"{_axis}tick.{_sides[0]}": True,
            f"{_axis}tick.{_sides[1]}": False,
            f"{_axis}tick.label{_sides[0]}": True,
            f"{_axis}tick.label{_sides[1]}": False,
            f"{_axis}tick.color": "black",
            f"{_axis}tick.labelcolor": "inherit",
            f"{_axis}tick.labelsize": "medium",
            f"{_axis}tick.direction": "out",
            f"{_axis}tick.major.pad": 3.5,
            f"{_axis}tick.minor.pad": 3.4,
            f"{_axis}tick.major.size": 3.5,
            f"{_axis}tick.minor.size": 2.0,
            f"{_axis}tick.major.width": 0.8,
            f"{_axis}tick.minor.width": 0.6,
            f"{_axis}tick.minor.visible": False,
        }
    )
_DEFAULTS["yaxis.labellocation"] = _DEFAULTS["xaxis.labellocation"] = "center"

#: Keys of groups that a script may set and that change nothing here.
_IDLE = ("backend", "interactive", "toolbar", "webagg", "tk", "agg.", "path.", "pdf.", "ps.", "pgf.", "svg.", "keymap.", "animation.")
_IDLE += ("savefig.", "figure.", "text.", "mathtext.", "font.", "image.", "contour.", "boxplot.", "docstring.", "mpl", "polaraxes.", "axes3d.")
_IDLE += ("_internal.", "axes.zmargin", "grid.major.", "grid.minor.", "macosx.", "pcolor", "xtick.", "ytick.", "lines.", "legend.", "date.", "scatter.", "markers.", "hatch.", "patch.", "errorbar.", "hist.")


class RcParams(dict):
    """The settings by name. A name that matplotlib does not know is refused."""

    def __setitem__(self, key, value):
        if key not in _DEFAULTS and not key.startswith(_IDLE) and key != "axes.color_cycle":
            raise KeyError(f"{key} is not a valid rc parameter (see rcParams.keys() for a list of valid parameters)")
        if key == "axes.prop_cycle":
            value = cycler(value) if not isinstance(value, str) else _named_cycle(value)
        dict.__setitem__(self, key, value)

    def update(self, *args, **kwargs):
        """Sets several settings."""
        for key, value in dict(*args, **kwargs).items():
            self[key] = value

    def copy(self):
        """The settings as they are now."""
        return RcParams(self)

    def find_all(self, pattern):
        """The settings whose names match a regular expression."""
        import re

        return {key: value for key, value in self.items() if re.search(pattern, key)}


def _named_cycle(text):
    import re

    names = re.search(r"\[(.*)\]", text)
    if not names:
        raise ValueError(f"{text!r} is not a valid cycler: write cycler(color=[…])")
    return cycler(color=[name.strip(" '\"") for name in names[1].split(",")])


rcParamsDefault = RcParams(_DEFAULTS)
rcParams = RcParams(_DEFAULTS)

_SIZES = {
    "xx-small": 0.579,
    "x-small": 0.694,
    "small": 0.833,
    "medium": 1.0,
    "large": 1.2,
    "x-large": 1.44,
    "xx-large": 1.728,
    "larger": 1.2,
    "smaller": 0.833,
}


def font_size(size):
    """A text size in points, from a number or a name such as `large`."""
    if size is None:
        return float(rcParams["font.size"])
    if isinstance(size, str):
        if size in _SIZES:
            return _SIZES[size] * rcParams["font.size"]
        try:
            return float(size)
        except ValueError:
            raise ValueError(f"{size!r} is not a valid font size. Valid font sizes are {', '.join(_SIZES)} and numbers.") from None
    return float(size)


def is_bold(weight):
    """Whether a weight is drawn bold."""
    if weight is None:
        return False
    if isinstance(weight, (int, float)):
        return weight >= 600
    return weight.lower() in ("bold", "semibold", "demibold", "demi", "heavy", "extra bold", "black")


def rcdefaults():
    """Brings every setting back to its default."""
    rcParams.clear()
    dict.update(rcParams, _DEFAULTS)


def rc(group, **kwargs):
    """Sets several settings of a group: `rc('font', size=12)`."""
    short = {"lw": "linewidth", "ls": "linestyle", "c": "color", "fc": "facecolor", "ec": "edgecolor", "mew": "markeredgewidth"}
    for one in [group] if isinstance(group, str) else group:
        for key, value in kwargs.items():
            rcParams[f"{one}.{short.get(key, key)}"] = value


@contextlib.contextmanager
def rc_context(rc=None, fname=None):
    """Sets settings for the length of a `with` block."""
    before = dict(rcParams)
    try:
        if rc:
            rcParams.update(rc)
        yield
    finally:
        rcParams.clear()
        dict.update(rcParams, before)
