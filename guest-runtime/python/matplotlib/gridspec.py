"""Grids for axes."""

from matplotlib.figure import GridSpec, SubplotSpec

__all__ = ["GridSpec", "SubplotSpec"]
