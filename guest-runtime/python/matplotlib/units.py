"""Kinds of values that an axis can show beside numbers, dates and texts.

Axes here know the kinds themselves. Libraries register converters all the same, and read the registry.
"""

registry = {}


class ConversionError(TypeError):
    """A value that has no place on an axis."""


class AxisInfo:
    """How an axis shows a kind of values."""

    def __init__(self, majloc=None, minloc=None, majfmt=None, minfmt=None, label=None, default_limits=None):
        self.majloc, self.minloc, self.majfmt, self.minfmt = majloc, minloc, majfmt, minfmt
        self.label, self.default_limits = label, default_limits


class ConversionInterface:
    """Turns a kind of values into numbers."""

    @staticmethod
    def axisinfo(unit, axis):
        """How an axis shows the values."""

    @staticmethod
    def default_units(x, axis):
        """The unit of values."""

    @staticmethod
    def convert(obj, unit, axis):
        """The numbers of values."""
        return obj
