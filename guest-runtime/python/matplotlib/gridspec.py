"""Grids for axes."""


class GridSpec:
    """A grid for axes: `gs = GridSpec(2, 3); fig.add_subplot(gs[0, :])`."""

    __glovebox_quiet__ = True

    def __init__(self, nrows, ncols, figure=None, left=None, bottom=None, right=None, top=None, wspace=None, hspace=None, width_ratios=None, height_ratios=None):
        self.nrows, self.ncols = nrows, ncols
        self.figure = figure
        self.wspace, self.hspace = wspace, hspace
        self.width_ratios = list(width_ratios) if width_ratios is not None else None
        self.height_ratios = list(height_ratios) if height_ratios is not None else None
        for name, ratios, count in (("width", self.width_ratios, ncols), ("height", self.height_ratios, nrows)):
            if ratios is not None and len(ratios) != count:
                raise ValueError(f"Expected the given number of {name} ratios to match the number of {'columns' if name == 'width' else 'rows'} of the grid")

    def __getitem__(self, key):
        rows, cols = key if isinstance(key, tuple) else divmod(key, self.ncols) if isinstance(key, int) else (key, slice(None))
        return SubplotSpec(self, _stretch(rows, self.nrows), _stretch(cols, self.ncols))

    def get_geometry(self):
        """Rows and columns."""
        return self.nrows, self.ncols

    def get_width_ratios(self):
        """The columns' widths in proportion."""
        return self.width_ratios or [1] * self.ncols

    def get_height_ratios(self):
        """The rows' heights in proportion."""
        return self.height_ratios or [1] * self.nrows

    def set_width_ratios(self, width_ratios):
        """Sets the columns' widths in proportion."""
        self.width_ratios = None if width_ratios is None else list(width_ratios)

    def set_height_ratios(self, height_ratios):
        """Sets the rows' heights in proportion."""
        self.height_ratios = None if height_ratios is None else list(height_ratios)

    def tight_layout(self, figure, renderer=None, **kwargs):
        """Accepted; axes are always laid out so that nothing overlaps."""

    def update(self, **kwargs):
        """Sets spaces between axes."""
        self.wspace, self.hspace = kwargs.get("wspace", self.wspace), kwargs.get("hspace", self.hspace)

    def subplots(self, **kwargs):
        """Axes in every cell."""
        return self.figure._subplots(self, **kwargs)


def _stretch(index, count):
    if isinstance(index, slice):
        start, stop, _ = index.indices(count)
        return start, stop
    if not -count <= index < count:
        raise IndexError(f"index {index} is out of bounds for axis with size {count}")
    index %= count
    return index, index + 1


class SubplotSpec:
    """Cells of a grid."""

    __glovebox_quiet__ = True

    def __init__(self, grid, rows, cols):
        self.grid, self.rows, self.cols = grid, rows, cols

    def get_gridspec(self):
        """The grid."""
        return self.grid

    @property
    def rowspan(self):
        """The rows, as a range."""
        return range(*self.rows)

    @property
    def colspan(self):
        """The columns, as a range."""
        return range(*self.cols)

    def subgridspec(self, nrows, ncols, **kwargs):
        """A grid within these cells."""
        return GridSpecFromSubplotSpec(nrows, ncols, self, **kwargs)

    def is_first_row(self):
        return self.rows[0] == 0

    def is_last_row(self):
        return self.rows[1] == self.grid.nrows

    def is_first_col(self):
        return self.cols[0] == 0

    def is_last_col(self):
        return self.cols[1] == self.grid.ncols

    def _place(self):
        grid = self.grid
        if isinstance(grid, GridSpecFromSubplotSpec):
            return grid._place_in(self.rows, self.cols)
        return {
            "kind": "grid", "rows": list(self.rows), "cols": list(self.cols), "shape": [grid.nrows, grid.ncols],
            "widths": [float(one) for one in grid.width_ratios or []], "heights": [float(one) for one in grid.height_ratios or []],
            "wspace": grid.wspace, "hspace": grid.hspace,
        }  # fmt: skip


class GridSpecFromSubplotSpec(GridSpec):
    """A grid within the cells of another."""

    def __init__(self, nrows, ncols, subplot_spec, wspace=None, hspace=None, height_ratios=None, width_ratios=None):
        outer = subplot_spec.grid
        super().__init__(nrows, ncols, outer.figure, wspace=wspace, hspace=hspace, width_ratios=width_ratios, height_ratios=height_ratios)
        self._outer = subplot_spec

    def get_topmost_subplotspec(self):
        """The cells that it stands in."""
        return self._outer

    def _place_in(self, rows, cols):
        """Cells of the finer grid in which every cell of the outer one is divided."""
        outer = self._outer.grid
        spans = []
        for (first, last), count, (start, end), whole in (
            (self._outer.rows, self.nrows, rows, outer.nrows),
            (self._outer.cols, self.ncols, cols, outer.ncols),
        ):
            size = last - first
            spans.append(([first * count + start * size, first * count + end * size], whole * count))
        spread = lambda ratios, count: [float(one) for one in ratios or [] for _ in range(count)]  # noqa: E731
        return {
            "kind": "grid", "rows": spans[0][0], "cols": spans[1][0], "shape": [spans[0][1], spans[1][1]],
            "widths": spread(outer.width_ratios, self.ncols), "heights": spread(outer.height_ratios, self.nrows),
            "wspace": outer.wspace, "hspace": outer.hspace,
        }  # fmt: skip
