"""Shapes for legends and `add_patch`."""

from matplotlib.artists import Circle, Ellipse, FancyBboxPatch, Patch, Polygon, Rectangle, Wedge

__all__ = ["Circle", "Ellipse", "FancyBboxPatch", "Patch", "Polygon", "Rectangle", "Wedge"]


def __getattr__(name):
    if name[:1].isupper():
        raise AttributeError(f"matplotlib.patches.{name} is not available; use {', '.join(__all__)}, or ax.annotate for an arrow")
    raise AttributeError(f"module 'matplotlib.patches' has no attribute {name!r}")
