"""What axes tell of their parts: tick texts, grid lines, margins and settings, one getter each."""


class Parts:
    """Getters of axes, and the few setters that go with them."""

    name = "rectilinear"

    def get_xmajorticklabels(self):
        """The texts of the x axis' ticks."""
        return self.xaxis.get_majorticklabels()

    def get_ymajorticklabels(self):
        """The texts of the y axis' ticks."""
        return self.yaxis.get_majorticklabels()

    def get_xminorticklabels(self):
        """The texts of the x axis' minor ticks."""
        return self.xaxis.get_minorticklabels()

    def get_yminorticklabels(self):
        """The texts of the y axis' minor ticks."""
        return self.yaxis.get_minorticklabels()

    def get_xticklines(self, minor=False):
        """The lines of the x axis' ticks."""
        return self.xaxis.get_ticklines(minor)

    def get_yticklines(self, minor=False):
        """The lines of the y axis' ticks."""
        return self.yaxis.get_ticklines(minor)

    def get_xgridlines(self):
        """The lines of the x axis' grid."""
        return self.xaxis.get_gridlines()

    def get_ygridlines(self):
        """The lines of the y axis' grid."""
        return self.yaxis.get_gridlines()

    def get_xmargin(self):
        """The room to the left and right of the data."""
        return self._margin(self.xaxis)

    def get_ymargin(self):
        """The room below and above the data."""
        return self._margin(self.yaxis)

    def get_xinverted(self):
        """Whether the x axis runs from right to left."""
        return self.xaxis.get_inverted()

    def get_yinverted(self):
        """Whether the y axis runs from top to bottom."""
        return self.yaxis.get_inverted()

    def set_xinverted(self, inverted):
        """Turns the x axis round or back."""
        self.xaxis.set_inverted(inverted)

    def set_yinverted(self, inverted):
        """Turns the y axis round or back."""
        self.yaxis.set_inverted(inverted)

    def get_autoscalex_on(self):
        """Whether the limits of the x axis follow the data."""
        return self.xaxis.auto

    def get_autoscaley_on(self):
        """Whether the limits of the y axis follow the data."""
        return self.yaxis.auto

    def get_autoscale_on(self):
        """Whether both limits follow the data."""
        return self.xaxis.auto and self.yaxis.auto

    def set_autoscalex_on(self, b):
        """Whether the limits of the x axis follow the data."""
        self.autoscale(bool(b), "x")

    def set_autoscaley_on(self, b):
        """Whether the limits of the y axis follow the data."""
        self.autoscale(bool(b), "y")

    def get_adjustable(self):
        """What gives way to the aspect."""
        return self._adjustable

    def get_anchor(self):
        """Where a smaller box stands: in the middle."""
        return "C"

    def get_box_aspect(self):
        """The height of the box over its width, if it is set."""
        return getattr(self, "_box_aspect", None)

    def get_data_ratio(self):
        """The height of the view over its width, in the scales' own coordinates."""
        (x0, x1), (y0, y1) = (axis.get_transform().transform(axis.get_view_interval()) for axis in (self.xaxis, self.yaxis))
        return max(abs(y1 - y0), 1e-200) / max(abs(x1 - x0), 1e-200)

    def get_frame_on(self):
        """Whether the frame and the background are drawn."""
        return self._frame

    def get_images(self):
        """The images."""
        return self.images

    @property
    def tables(self):
        """The tables."""
        from matplotlib.table import Table

        return self._of(Table)

    def get_gridspec(self):
        """The grid that it stands in."""
        spec = self.get_subplotspec()
        return None if spec is None else spec.get_gridspec()

    def set_subplotspec(self, subplotspec):
        """Sets the cells of a grid that it stands in."""
        self._place = subplotspec._place()
        self._grid_cell = (subplotspec.rows, subplotspec.cols, (subplotspec.grid.nrows, subplotspec.grid.ncols))
        self._spec = subplotspec

    def add_image(self, image):
        """Adds an image."""
        return self._add(image)

    def add_child_axes(self, ax):
        """Adds axes to the figure."""
        return self.figure.add_axes(ax)

    def indicate_inset_zoom(self, inset_ax, **kwargs):
        """Draws the box that inset axes show."""
        (x0, x1), (y0, y1) = inset_ax.get_xlim(), inset_ax.get_ylim()
        return self.indicate_inset([x0, y0, x1 - x0, y1 - y0], inset_ax, **kwargs)

    def indicate_inset(self, bounds=None, inset_ax=None, *, transform=None, facecolor="none", edgecolor="0.5", alpha=0.5, zorder=4.99, **kwargs):
        """Draws a box of left, bottom, width and height."""
        from matplotlib.patches import Rectangle

        box = Rectangle(bounds[:2], bounds[2], bounds[3], facecolor=facecolor, edgecolor=edgecolor, alpha=alpha, zorder=zorder, **kwargs)
        box._extent = lambda name: None
        return self._add(box)

    def set_rasterization_zorder(self, z):
        """Accepted; it changes nothing in how charts are drawn here."""

    def format_coord(self, x, y):
        """A place as text."""
        return f"(x, y) = ({x:g}, {y:g})"
