"""matplotlib: settings, colormaps and the backend's name. Charts are drawn with `matplotlib.pyplot`."""

import importlib

from matplotlib._settings import RcParams, cycler, rc_context, rcParams, rcParamsDefault, rcdefaults, rc

__version__ = "3.11.2"

_ABSENT = ("animation", "backends", "image", "mlab", "mpl_toolkits", "widgets")


class MatplotlibDeprecationWarning(DeprecationWarning):
    """Warns of what will be gone; nothing here gives it."""


def use(backend, *, force=True):
    """Accepted; there is one backend, which writes PNG and SVG."""


def get_backend():
    """The name of the backend."""
    return "agg"


def interactive(b):
    """Accepted; nothing is interactive here."""


def is_interactive():
    """Whether figures are drawn as they change: never."""
    return False


def set_loglevel(level):
    """Accepted; nothing is logged."""


def __getattr__(name):
    if name == "colormaps":
        from matplotlib import cm

        return cm.colormaps
    if name in _ABSENT:
        raise AttributeError(f"matplotlib.{name} is not available; draw with the functions of matplotlib.pyplot")
    if not name.startswith("_"):
        try:
            return importlib.import_module(f"matplotlib.{name}")
        except ModuleNotFoundError:
            pass
    raise AttributeError(f"module 'matplotlib' has no attribute {name!r}")
