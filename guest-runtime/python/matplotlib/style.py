"""Styles: settings under a name."""

import contextlib

from matplotlib import _settings

_SEABORN = {
    "axes.axisbelow": True, "font.family": ["sans-serif"], "legend.frameon": False, "legend.numpoints": 1, "legend.scatterpoints": 1,
    "lines.solid_capstyle": "round", "figure.facecolor": "white", "text.color": ".15", "axes.labelcolor": ".15", "xtick.color": ".15",
    "ytick.color": ".15",
}  # fmt: skip
_TICKLESS = {"xtick.major.size": 0, "ytick.major.size": 0, "xtick.minor.size": 0, "ytick.minor.size": 0}
_PALETTES = {
    "deep": ["#4C72B0", "#55A868", "#C44E52", "#8172B2", "#CCB974", "#64B5CD"],
    "muted": ["#4878CF", "#6ACC65", "#D65F5F", "#B47CC7", "#C4AD66", "#77BEDB"],
    "pastel": ["#92C6FF", "#97F0AA", "#FF9F9A", "#D0BBFF", "#FFFEA3", "#B0E0E6"],
    "bright": ["#003FFF", "#03ED3A", "#E8000B", "#8A2BE2", "#FFC400", "#00D7FF"],
    "dark-palette": ["#001C7F", "#017517", "#8C0900", "#7600A1", "#B8860B", "#006374"],
    "colorblind": ["#0072B2", "#009E73", "#D55E00", "#CC79A7", "#F0E442", "#56B4E9"],
}
_CONTEXTS = {
    "paper": (0.8, [6.4, 4.4]), "notebook": (1.0, [8.0, 5.5]), "talk": (1.3, [10.4, 7.15]), "poster": (1.6, [12.8, 8.8]),
}  # fmt: skip


def _context(scale, figsize):
    return {
        "figure.figsize": figsize, "axes.labelsize": 11 * scale, "axes.titlesize": 12 * scale, "xtick.labelsize": 10 * scale,
        "ytick.labelsize": 10 * scale, "legend.fontsize": 10 * scale, "grid.linewidth": 1 * scale, "lines.linewidth": 1.75 * scale,
        "patch.linewidth": 0.3 * scale, "lines.markersize": 7 * scale, "lines.markeredgewidth": 0, "xtick.major.width": 1 * scale,
        "ytick.major.width": 1 * scale, "xtick.minor.width": 0.5 * scale, "ytick.minor.width": 0.5 * scale, "xtick.major.pad": 7 * scale,
        "ytick.major.pad": 7 * scale,
    }  # fmt: skip


def _colors(colors):
    return {"axes.prop_cycle": _settings.cycler(color=colors), "patch.facecolor": colors[0]}


_STYLES = {
    "default": None,
    "classic": {**_colors(list("bgrcmyk")), "xtick.direction": "in", "ytick.direction": "in", "figure.facecolor": "0.75", "legend.fancybox": False},
    "ggplot": {
        "patch.linewidth": 0.5, "patch.edgecolor": "#EEEEEE", "font.size": 10.0, "axes.facecolor": "#E5E5E5", "axes.edgecolor": "white",
        "axes.linewidth": 1, "axes.grid": True, "axes.titlesize": "x-large", "axes.labelsize": "large", "axes.labelcolor": "#555555",
        "axes.axisbelow": True, "xtick.color": "#555555", "xtick.direction": "out", "ytick.color": "#555555", "ytick.direction": "out",
        "grid.color": "white", "grid.linestyle": "-", "figure.facecolor": "white", "figure.edgecolor": "0.50",
        **_colors(["#E24A33", "#348ABD", "#988ED5", "#777777", "#FBC15E", "#8EBA42", "#FFB5B8"]),
    },
    "fivethirtyeight": {
        "lines.linewidth": 4, "lines.solid_capstyle": "butt", "legend.fancybox": True, "axes.facecolor": "#f0f0f0", "axes.labelsize": "large",
        "axes.axisbelow": True, "axes.grid": True, "patch.edgecolor": "#f0f0f0", "patch.linewidth": 0.5, "svg.fonttype": "path",
        "grid.linestyle": "-", "grid.linewidth": 1.0, "grid.color": "#cbcbcb", "xtick.major.size": 0, "xtick.minor.size": 0,
        "ytick.major.size": 0, "ytick.minor.size": 0, "font.size": 14.0, "savefig.edgecolor": "#f0f0f0", "savefig.facecolor": "#f0f0f0",
        "figure.facecolor": "#f0f0f0", "axes.edgecolor": "#f0f0f0", "axes.linewidth": 3.0, "axes.titlesize": "x-large",
        **_colors(["#008fd5", "#fc4f30", "#e5ae38", "#6d904f", "#8b8b8b", "#810f7c"]),
    },
    "bmh": {
        "lines.linewidth": 2.0, "patch.linewidth": 0.5, "patch.edgecolor": "#eeeeee", "axes.facecolor": "#eeeeee", "axes.edgecolor": "#bcbcbc",
        "axes.grid": True, "axes.titlesize": "x-large", "axes.labelsize": "large", "legend.fancybox": True,
        "grid.color": "#b2b2b2", "grid.linestyle": "--", "grid.linewidth": 0.5, "xtick.direction": "in", "ytick.direction": "in",
        **_colors(["#348ABD", "#A60628", "#7A68A6", "#467821", "#D55E00", "#CC79A7", "#56B4E9", "#009E73", "#F0E442", "#0072B2"]),
    },
    "dark_background": {
        "lines.color": "white", "patch.edgecolor": "white", "text.color": "white", "axes.facecolor": "black", "axes.edgecolor": "white",
        "axes.labelcolor": "white", "xtick.color": "white", "ytick.color": "white", "grid.color": "white", "figure.facecolor": "black",
        "figure.edgecolor": "black", "savefig.facecolor": "black", "savefig.edgecolor": "black",
        **_colors(["#8dd3c7", "#feffb3", "#bfbbd9", "#fa8174", "#81b1d2", "#fdb462", "#b3de69", "#bc82bd", "#ccebc4", "#ffed6f"]),
    },
    "grayscale": {**_colors(["0.00", "0.40", "0.60", "0.70"]), "image.cmap": "gray", "axes.facecolor": "white"},
    "tableau-colorblind10": _colors(["#006BA4", "#FF800E", "#ABABAB", "#595959", "#5F9ED1", "#C85200", "#898989", "#A2C8EC", "#FFBC79", "#CFCFCF"]),
    "fast": {},
    "seaborn-v0_8": {
        **_SEABORN, **_TICKLESS, **_context(*_CONTEXTS["notebook"]), **_colors(_PALETTES["deep"]), "axes.grid": True, "axes.facecolor": "#EAEAF2",
        "axes.edgecolor": "white", "axes.linewidth": 0, "grid.color": "white", "image.cmap": "Greys",
    },
    "seaborn-v0_8-whitegrid": {**_SEABORN, **_TICKLESS, "axes.grid": True, "axes.facecolor": "white", "axes.edgecolor": ".8", "axes.linewidth": 1, "grid.color": ".8", "image.cmap": "Greys"},
    "seaborn-v0_8-darkgrid": {**_SEABORN, **_TICKLESS, "axes.grid": True, "axes.facecolor": "#EAEAF2", "axes.edgecolor": "white", "axes.linewidth": 0, "grid.color": "white", "image.cmap": "Greys"},
    "seaborn-v0_8-white": {**_SEABORN, **_TICKLESS, "axes.grid": False, "axes.facecolor": "white", "axes.edgecolor": ".15", "axes.linewidth": 1.25, "image.cmap": "Greys"},
    "seaborn-v0_8-dark": {**_SEABORN, **_TICKLESS, "axes.grid": False, "axes.facecolor": "#EAEAF2", "axes.edgecolor": "white", "axes.linewidth": 0, "image.cmap": "Greys"},
    "seaborn-v0_8-ticks": {**_SEABORN, "axes.grid": False, "axes.facecolor": "white", "axes.edgecolor": ".15", "axes.linewidth": 1.25, "xtick.major.size": 6, "ytick.major.size": 6, "image.cmap": "Greys"},
    **{f"seaborn-v0_8-{name}": _colors(colors) for name, colors in _PALETTES.items()},
    **{f"seaborn-v0_8-{name}": _context(*context) for name, context in _CONTEXTS.items()},
}  # fmt: skip

available = sorted(name for name in _STYLES if name != "default")
library = {name: dict(style or {}) for name, style in _STYLES.items() if name != "default"}


def use(style):
    """Uses a style by name, a dict of settings, or a list of both."""
    for one in [style] if isinstance(style, (str, dict)) else style:
        if isinstance(one, dict):
            _settings.rcParams.update(one)
            continue
        name = one.replace("seaborn-", "seaborn-v0_8-") if one.startswith("seaborn-") and "v0_8" not in one else one
        if name not in _STYLES:
            raise OSError(f"{one!r} is not a valid package style; available are {', '.join(['default', *available])}")
        if name == "default":
            _settings.rcdefaults()
        else:
            _settings.rcParams.update(_STYLES[name])


@contextlib.contextmanager
def context(style, after_reset=False):
    """Uses a style for the length of a `with` block."""
    with _settings.rc_context():
        if after_reset:
            _settings.rcdefaults()
        use(style)
        yield
