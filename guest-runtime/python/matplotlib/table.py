"""Tables in a pair of axes."""

from matplotlib._arrays import as_list, is_nested
from matplotlib._settings import rcParams
from matplotlib.artist import Artist
from matplotlib.patches import Rectangle
from matplotlib.text import Text

_PAD = 0.1
"""Room at the left and the right of a cell's text, as a share of the cell."""


class Cell(Rectangle):
    """A cell with its text."""

    def __init__(self, text, width, height, loc, facecolor):
        super().__init__((0, 0), width, height, facecolor=facecolor, edgecolor="k")
        self._coords = "axes"
        self._clip = False
        self._text = Text(0, 0, text, ha=loc, va="center", fontsize=rcParams["font.size"])
        self._text._coords = "axes"

    def get_text(self):
        """The text."""
        return self._text

    def set_text_props(self, **kwargs):
        """Sets properties of the text."""
        self._text.update(kwargs)

    def set_fontsize(self, size):
        """Sets the text's size in points."""
        self._text.set_fontsize(size)


class Table(Artist):
    """A table; `table[row, column]` is a cell, with the column labels in row 0 if there are any."""

    zorder = 4

    def __init__(self, ax, loc, bbox):
        super().__init__()
        self.axes, self.figure = ax, ax.figure
        self._loc, self._bbox = loc, bbox
        self._cells = {}
        self._fitted = bbox is None
        self._fit_columns = set()

    def __getitem__(self, place):
        return self._cells[place]

    def get_celld(self):
        """The cells by row and column."""
        return self._cells

    def auto_set_font_size(self, value=True):
        """Accepted; texts keep their size."""

    def set_fontsize(self, size):
        """Sets the size of all texts in points."""
        for cell in self._cells.values():
            cell.set_fontsize(size)

    def auto_set_column_width(self, col):
        """Makes columns as wide as their texts."""
        self._fit_columns.update([col] if isinstance(col, int) else as_list(col))

    def scale(self, xscale, yscale):
        """Makes all cells wider and higher by factors."""
        for cell in self._cells.values():
            cell.set_width(cell.get_width() * xscale)
            cell.set_height(cell.get_height() * yscale)

    def _sizes(self):
        import _chart

        wide, high = self.axes._points()
        widths, heights = {}, {}
        for (row, column), cell in self._cells.items():
            size = cell._text.get_fontsize()
            least = (_chart.text_width(cell._text.get_text(), size) + size) / wide if column in self._fit_columns or column < 0 else 0.0
            own = cell.get_width() if column not in self._fit_columns and column >= 0 else 0.0
            widths[column] = max(widths.get(column, 0.0), own, least)
            heights[row] = max(heights.get(row, 0.0), cell.get_height() * 12.0 / high)
        return widths, heights

    def _marks(self):
        widths, heights = self._sizes()
        total_w, total_h = sum(width for column, width in widths.items() if column >= 0), sum(heights.values())
        labels = sum(width for column, width in widths.items() if column < 0)
        left, bottom = self._corner(total_w, total_h)
        if self._bbox is not None:
            left, bottom, width, height = (float(one) for one in getattr(self._bbox, "bounds", self._bbox))
            widths = {column: one * width / (total_w + labels) for column, one in widths.items()}
            heights = {row: one * height / total_h for row, one in heights.items()}
            left, total_h, labels = left + widths.get(-1, 0.0), height, 0.0
        marks, top = [], bottom + total_h
        for row in sorted(heights):
            top -= heights[row]
            for column in sorted(column for one, column in self._cells if one == row):
                cell = self._cells[row, column]
                start = left + sum(width for before, width in widths.items() if 0 <= before < column) if column >= 0 else left - widths[column]
                place = Rectangle((start, top), widths[column], heights[row])
                cell._x0, cell._y0 = start, top
                shown = (cell._width, cell._height)
                cell._width, cell._height = place._width, place._height
                marks += cell._marks()
                cell._width, cell._height = shown
                text = cell._text
                share = {"left": _PAD, "center": 0.5, "right": 1 - _PAD}[text.get_ha()]
                text._x, text._y = start + widths[column] * share, top + heights[row] / 2
                marks += text._marks()
        return marks

    def _corner(self, width, height):
        across = {"left": 0.02, "right": 0.98 - width}
        place = self._loc
        left = next((value for name, value in across.items() if name in place), 0.5 - width / 2)
        if place == "bottom":
            return left, -height
        if place == "top":
            return left, 1.0
        bottom = 0.98 - height if "upper" in place or "top" in place else 0.02 if "lower" in place or "bottom" in place else 0.5 - height / 2
        return left, bottom


def table(ax, cellText=None, cellColours=None, cellLoc="right", colWidths=None, rowLabels=None, rowColours=None, rowLoc="left",
          colLabels=None, colColours=None, colLoc="center", loc="bottom", bbox=None, edges="closed", **kwargs):  # fmt: skip
    """Adds a table of texts to axes."""
    if cellText is None and cellColours is None:
        raise ValueError("At least one argument from 'cellColours' or 'cellText' must be provided to create a table.")
    rows = [[str(one) for one in as_list(row)] for row in (as_list(cellText) if is_nested(cellText) else [])] if cellText is not None else None
    if rows is None:
        rows = [["" for _ in row] for row in cellColours]
    count = len(rows[0]) if rows else 0
    if any(len(row) != count for row in rows):
        raise ValueError(f"Each row in 'cellText' must have {count} columns")
    colors = cellColours if cellColours is not None else [["w"] * count for _ in rows]
    widths = list(as_list(colWidths)) if colWidths is not None else [1.0 / count] * count if count else []
    made = Table(ax, str(loc), bbox)
    first = 0
    if colLabels is not None or colColours is not None:
        names = as_list(colLabels) if colLabels is not None else [""] * count
        fills = as_list(colColours) if colColours is not None else ["w"] * count
        for column, (name, fill) in enumerate(zip(names, fills)):
            made._cells[0, column] = Cell(str(name), widths[column], 1.0, colLoc, fill)
        first = 1
    for index, (row, fills) in enumerate(zip(rows, colors)):
        for column, (text, fill) in enumerate(zip(row, fills)):
            made._cells[index + first, column] = Cell(text, widths[column], 1.0, cellLoc, fill)
    if rowLabels is not None or rowColours is not None:
        names = as_list(rowLabels) if rowLabels is not None else [""] * len(rows)
        fills = as_list(rowColours) if rowColours is not None else ["w"] * len(rows)
        for index, (name, fill) in enumerate(zip(names, fills)):
            made._cells[index + first, -1] = Cell(str(name), 0.0, 1.0, rowLoc, fill)
    for cell in made._cells.values():
        cell.axes = cell._text.axes = ax
        if edges == "open":
            cell.set_linewidth(0)
    if "fontsize" in kwargs:
        made.set_fontsize(kwargs.pop("fontsize"))
    made.update(kwargs)
    return ax._add(made)
