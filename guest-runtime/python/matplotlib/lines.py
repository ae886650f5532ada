"""Lines for legends and `add_line`."""

from matplotlib.artists import Line2D

__all__ = ["Line2D"]
