"""Contours: lines of equal value in a matrix, and the bands between them."""

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import reach, shape_of
from matplotlib.artist import pen
from matplotlib.collections import Collection, color_list
from matplotlib.colors import BoundaryNorm, ListedColormap, to_rgba
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.ticker import LogLocator, MaxNLocator

_FINENESS = 400
"""Cells in each direction that filled contours are drawn with."""


class ContourSet(Collection):
    """The lines, or the bands, of one call."""

    def __init__(self, x, y, z, levels, filled, *, colors, cmap, norm, alpha, linewidths, linestyles, extend, hatches):
        super().__init__(norm, cmap)
        self._grid = (x, y, z)
        self.filled, self.levels, self.extend = filled, np.asarray(levels, dtype=float), extend
        self._alpha = alpha
        self._linewidths = linewidths
        self._linestyles = linestyles
        self._values = z.ravel()
        self.zorder = 1 if filled else 2
        self.colors = colors
        self.norm.autoscale_None(self.levels)
        self.layers = (self.levels[:-1] + self.levels[1:]) / 2 if filled else self.levels
        one_each = [self.cmap(self.norm(layer)) for layer in self.layers]
        if colors is not None:
            given = color_list(colors)
            one_each = [to_rgba(given[index % len(given)]) for index in range(len(self.layers))]
        self._each = [to_rgba(tuple(map(float, color))) for color in one_each]
        if filled:
            self._values_norm, self.norm = self.norm, BoundaryNorm(self.levels, len(self.layers))
            self.cmap = ListedColormap([color[:3] for color in self._each], self.cmap.name)

    def set_alpha(self, alpha):
        """Sets the opacity."""
        self._alpha = alpha

    def get_linewidths(self):
        """The lines' widths in points."""
        return [self._width_of(index) for index in range(len(self.levels))]

    def legend_elements(self, variable_name="x", str_format=str):
        """Handles and labels that explain the levels."""
        handles, labels = [], []
        for index, color in enumerate(self._each):
            if self.filled:
                handles.append(Rectangle((0, 0), 1, 1, facecolor=color, alpha=self._alpha))
                low, high = str_format(self.levels[index]), str_format(self.levels[index + 1])
                labels.append(rf"${low} < {variable_name} \leq {high}$")
            else:
                handles.append(Line2D([], [], color=color, linewidth=self._width_of(index), alpha=self._alpha))
                labels.append(f"${variable_name} = {str_format(self.levels[index])}$")
        return handles, labels

    def clabel(self, levels=None, *, fontsize=None, inline=True, inline_spacing=5, fmt=None, colors=None, manual=False, **kwargs):
        """Writes the levels on their lines."""
        made = []
        wanted = self.levels if levels is None else np.asarray(levels, dtype=float)
        for index, level in enumerate(self.levels):
            lines = isolines(*self._grid, level)
            if not np.isclose(wanted, level).any() or not lines:
                continue
            longest = max(lines, key=len)
            x, y = longest[len(longest) // 2]
            if len(longest) < 3:
                continue
            text = fmt[level] if isinstance(fmt, dict) else fmt(level) if callable(fmt) else (fmt or "%1.3f") % level
            if fmt is None:
                text = f"{level:g}"
            color = self._each[index] if colors is None else color_list(colors)[index % len(color_list(colors))]
            back = {"facecolor": self.axes.get_facecolor(), "edgecolor": "none", "pad": 1.0} if inline else None
            size = fontsize if fontsize is not None else _settings.rcParams["font.size"]
            made.append(self.axes.text(x, y, text, ha="center", va="center", fontsize=size, color=color, bbox=back))
        return made

    def _width_of(self, index):
        widths = self._linewidths
        if widths is None:
            return float(_settings.rcParams["lines.linewidth"])
        return float(widths[index % len(widths)]) if shape_of(widths) else float(widths)

    def _style_of(self, index):
        styles = self._linestyles
        if styles is None:
            return "--" if self.levels[index] < 0 and self.colors is not None and len(color_list(self.colors)) == 1 else "-"
        return styles[index % len(styles)] if isinstance(styles, list) else styles

    def _marks(self):
        if self.filled:
            return [self._bands()]
        marks = []
        for index, level in enumerate(self.levels):
            line = pen(to_rgba(self._each[index], self._alpha), self._width_of(index), self._style_of(index), "round")
            for points in isolines(*self._grid, level) if line is not None else []:
                marks.append(self._mark({
                    "kind": "line", "x": points[:, 0], "y": points[:, 1], "pen": line, "marker": None, "every": 1, "step": None,
                }, crowded=False))  # fmt: skip
        return marks

    def _bands(self):
        x, y, fine = refined(*self._grid, _FINENESS)
        low, high = self.levels[0], self.levels[-1]
        if self.extend not in ("min", "both"):
            fine = np.where(fine < low, np.nan, fine)
        if self.extend not in ("max", "both"):
            fine = np.where(fine > high, np.nan, fine)
        rows, cols = fine.shape
        paint = {**self._paint(self._alpha), "values": fine[::-1].ravel()}
        return self._mark({
            "kind": "image", "rows": rows, "cols": cols, "extent": [float(x[0]), float(x[-1]), float(y[0]), float(y[-1])],
            "x": None, "y": None, "paint": paint, "smooth": True, "line": None,
        })  # fmt: skip

    def _extent(self, name):
        return reach(self._grid[0 if name == "x" else 1])

    def _sticky(self, name):
        ends = self._grid[0 if name == "x" else 1]
        return [float(ends.min()), float(ends.max())]


QuadContourSet = ContourSet


def levels_of(z, wanted, extend, locator=None, log=False):
    """The levels between the least and the greatest value: given ones, or round ones, about as many as asked for."""
    if wanted is not None and shape_of(wanted):
        return np.unique(np.asarray(wanted, dtype=float))
    low, high, _ = reach(z)
    if locator is None:
        locator = LogLocator() if log else MaxNLocator((7 if wanted is None else int(wanted)) + 1, min_n_ticks=1)
    found = np.asarray(locator.tick_values(low, high), dtype=float)
    under, over = np.flatnonzero(found < low), np.flatnonzero(found > high)
    first, last = under[-1] if under.size else 0, over[0] + 1 if over.size else found.size
    first, last = first + (extend in ("min", "both")), last - (extend in ("max", "both"))
    return found[first:last] if last - first >= 3 else found


def refined(x, y, z, count):
    """The matrix between its points, on an even grid of about `count` cells in each direction."""
    places, shares = [], []
    for ends, size in ((x, z.shape[1]), (y, z.shape[0])):
        even = np.linspace(ends.min(), ends.max(), max(count, size))
        order = np.argsort(ends)
        places.append(even)
        shares.append(np.interp(even, ends[order], np.arange(size)[order]))
    for axis, share in ((1, shares[0]), (0, shares[1])):
        low = np.clip(np.floor(share).astype(int), 0, max(z.shape[axis] - 2, 0))
        part = (share - low)[None, :] if axis == 1 else (share - low)[:, None]
        z = np.take(z, low, axis) * (1 - part) + np.take(z, np.minimum(low + 1, z.shape[axis] - 1), axis) * part
    return places[0], places[1], z


#: Which edges of a cell a line joins, by which of its corners lie above: bottom 0, right 1, top 2, left 3.
_JOINED = {
    1: [(3, 0)], 2: [(0, 1)], 3: [(3, 1)], 4: [(1, 2)], 6: [(0, 2)], 7: [(3, 2)],
    8: [(2, 3)], 9: [(2, 0)], 11: [(2, 1)], 12: [(1, 3)], 13: [(1, 0)], 14: [(0, 3)],
}  # fmt: skip


def isolines(x, y, z, level):
    """The lines along which a matrix has a value, each as its points."""
    rows, cols = z.shape
    if rows < 2 or cols < 2:
        return []
    above = z >= level
    kind = above[:-1, :-1] * 1 + above[:-1, 1:] * 2 + above[1:, 1:] * 4 + above[1:, :-1] * 8
    known = np.isfinite(z)
    kind[~(known[:-1, :-1] & known[:-1, 1:] & known[1:, 1:] & known[1:, :-1])] = 0
    middle = (z[:-1, :-1] + z[:-1, 1:] + z[1:, 1:] + z[1:, :-1]) / 4 >= level
    ends = {}
    for row, col in zip(*np.nonzero((kind > 0) & (kind < 15))):
        case = int(kind[row, col])
        if case in (5, 10):
            first = [(3, 2), (1, 0)] if (case == 5) == bool(middle[row, col]) else [(3, 0), (1, 2)]
            joined = first
        else:
            joined = _JOINED[case]
        # An edge is named by its direction and its lower left end, so that neighbours name it alike.
        names = ((0, row, col), (1, row, col + 1), (0, row + 1, col), (1, row, col))
        for a, b in joined:
            ends.setdefault(names[a], []).append(names[b])
            ends.setdefault(names[b], []).append(names[a])
    return [np.array([_crossing(x, y, z, level, edge) for edge in line]) for line in _threaded(ends)]


def _crossing(x, y, z, level, edge):
    upright, row, col = edge
    other = (row + 1, col) if upright else (row, col + 1)
    share = (level - z[row, col]) / (z[other] - z[row, col]) if z[other] != z[row, col] else 0.5
    return x[col] + share * (x[other[1]] - x[col]), y[row] + share * (y[other[0]] - y[row])


def _threaded(ends):
    """Edges that are joined in pairs as lines: open ones from end to end, then the rings."""
    lines = []
    for start in [edge for edge, others in ends.items() if len(others) == 1] + list(ends):
        line = [start]
        while ends.get(line[-1]):
            following = ends[line[-1]].pop()
            ends[following].remove(line[-1])
            line.append(following)
        if len(line) > 1:
            lines.append(line)
    return lines
