"""Axes beside axes: `make_axes_locatable(ax).append_axes("right", size="5%", pad=0.05)`."""

from matplotlib.axes import Axes


class AxesDivider:
    """Makes room beside axes."""

    def __init__(self, axes):
        self._axes = axes

    def append_axes(self, position, size="5%", pad=None, **kwargs):
        """Axes on a side of the others, for a colour bar."""
        figure = self._axes.figure
        share = float(str(size).rstrip("%")) / 100 if str(size).endswith("%") else 0.05
        made = Axes(figure, {
            "kind": "beside", "of": [figure._index(self._axes)], "side": position, "shrink": 1.0, "aspect": 20.0, "pad": 0.02, "fraction": max(share, 0.05),
        })  # fmt: skip
        figure._axes.append(made)
        self._axes._bars_beside += position in ("left", "right")
        return made


def make_axes_locatable(axes):
    """What makes room beside axes."""
    return AxesDivider(axes)
