"""Artists that belong together."""

import numpy as np


class Container(tuple):
    """Artists that belong together."""

    __glovebox_quiet__ = True

    def __new__(cls, items, *args, **kwargs):
        return tuple.__new__(cls, items)

    def __init__(self, items, label=""):
        self._label = "" if label is None else str(label)

    def get_label(self):
        """The text in the legend."""
        return self._label

    def set_label(self, s):
        """Sets the text in the legend."""
        self._label = "" if s is None else str(s)

    def get_children(self):
        """All artists in it."""
        found = []
        for item in self:
            found.extend(item if isinstance(item, (tuple, list)) else [] if item is None else [item])
        return found

    def remove(self):
        """Takes all of it out of its axes."""
        for item in self.get_children():
            item.remove()


class BarContainer(Container):
    """The bars of one call."""

    def __init__(self, patches, errorbar=None, *, datavalues=None, orientation="vertical", label=""):
        super().__init__(patches, label)
        self.patches = list(patches)
        self.errorbar = errorbar
        self.datavalues = datavalues
        self.orientation = orientation
        self._role = "bar"

    def _ends(self, share):
        upright = self.orientation == "vertical"
        boxes = [bar._place() for bar in self.patches]
        return np.array([(box[1] + share * box[3]) if upright else (box[0] + share * box[2]) for box in boxes])

    @property
    def bottoms(self):
        """Where the bars begin."""
        return self._ends(0.0)

    @property
    def tops(self):
        """Where the bars end."""
        return self._ends(1.0)

    @property
    def position_centers(self):
        """The middles of the bars across."""
        boxes = [bar._place() for bar in self.patches]
        return np.array([box[0] + box[2] / 2 if self.orientation == "vertical" else box[1] + box[3] / 2 for box in boxes])

    def __repr__(self):
        return f"<BarContainer object of {len(self)} artists>"


class ErrorbarContainer(Container):
    """A line with its error bars."""

    def __init__(self, lines, has_xerr=False, has_yerr=False, label=""):
        super().__init__(lines, label)
        self.lines = lines
        self.has_xerr, self.has_yerr = has_xerr, has_yerr


class StemContainer(Container):
    """The markers, stems and baseline of a stem plot."""

    def __init__(self, markerline_stemlines_baseline, label=""):
        super().__init__(markerline_stemlines_baseline, label)
        self.markerline, self.stemlines, self.baseline = markerline_stemlines_baseline


class BoxGroup:
    """What a box plot showed: its quartiles, its places, and its artists by part."""

    def __init__(self, stats, places, widths, upright, found, names):
        self.stats, self.places, self.widths, self.upright, self.found, self.names = stats, places, widths, upright, found, names
        for artist in (one for part in found.values() for one in part):
            artist._group = self
