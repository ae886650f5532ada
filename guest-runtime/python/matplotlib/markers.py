"""Markers by name."""

from matplotlib.lines import check_marker
from matplotlib.path import Path

_FILLED = set("oDsd^v<>phH8*PX.")


class MarkerStyle:
    """A marker."""

    filled_markers = tuple(sorted(_FILLED))
    markers = dict.fromkeys("o.,sDd^v<>phH8*PXx+|_1234", "marker")

    def __init__(self, marker, fillstyle=None, transform=None, capstyle=None, joinstyle=None):
        if isinstance(marker, MarkerStyle):
            marker = marker._marker
        self._marker = marker
        self._shape = check_marker(marker)

    def get_marker(self):
        """The marker as it was given."""
        return self._marker

    def is_filled(self):
        """Whether it has an inside."""
        return self._shape in _FILLED

    def get_path(self):
        """Its outline."""
        return Path.of_marker(self._shape)

    def get_transform(self):
        """Accepted; outlines here have their final size."""

    def __bool__(self):
        return bool(self._shape)
