"""matplotlib: settings, colormaps and the backend's name. Charts are drawn with `matplotlib.pyplot`."""

from matplotlib._settings import RcParams, cycler, rc_context, rcParams, rcParamsDefault, rcdefaults, rc

__version__ = "3.11.2"


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
    if name in ("animation", "image", "mlab", "widgets", "backends", "mpl_toolkits", "path", "transforms"):
        raise AttributeError(f"matplotlib.{name} is not available; draw with the functions of matplotlib.pyplot")
    raise AttributeError(f"module 'matplotlib' has no attribute {name!r}")
