"""Coordinates that places are given in, and boxes."""

from matplotlib.ticker import _nonsingular


def nonsingular(vmin, vmax, expander=0.001, tiny=1e-15, increasing=True):
    """Two limits, pushed apart where they are the same."""
    return _nonsingular(vmin, vmax, expander, tiny, increasing)


class Transform:
    """Names the coordinates that places are given in."""

    __glovebox_quiet__ = True

    def __init__(self, coords="data", shift=(0.0, 0.0)):
        self.coords = coords
        self.shift = shift

    def __add__(self, other):
        """The coordinates of the first that names some, with the shifts of both."""
        coords = other.coords if self.coords == "points" else self.coords
        return Transform(coords, (self.shift[0] + other.shift[0], self.shift[1] + other.shift[1]))

    def transform(self, values):
        """Not offered."""
        raise NotImplementedError("places in pixels are not known before a chart is drawn")

    transform_point = inverted = transform


def IdentityTransform():
    """Coordinates in points."""
    return Transform("points")


def ScaledTranslation(xt, yt, scale_trans=None):
    """A shift by inches, to be added to coordinates."""
    return Transform("points", (xt * 72.0, yt * 72.0))


def blended_transform_factory(x_transform, y_transform):
    """The coordinates of one transform across, and of another up and down."""
    both = x_transform.coords, y_transform.coords
    mixed = {("data", "axes"): "x_data", ("axes", "data"): "y_data"}
    if both[0] == both[1]:
        return x_transform
    if both not in mixed:
        raise NotImplementedError(f"places by {both[0]} across and {both[1]} upwards are not available; use data and axes")
    return Transform(mixed[both])


def offset_copy(trans, fig=None, x=0.0, y=0.0, units="inches"):
    """The same coordinates, shifted."""
    factor = {"inches": 72.0, "points": 1.0, "dots": 0.72}[units]
    return Transform(trans.coords, (trans.shift[0] + x * factor, trans.shift[1] + y * factor))


class Bbox:
    """A box by its corners."""

    __glovebox_quiet__ = True

    def __init__(self, x0, y0=None, x1=None, y1=None):
        if y0 is None:
            (x0, y0), (x1, y1) = x0
        self.x0, self.y0, self.x1, self.y1 = x0, y0, x1, y1
        self.xmin, self.xmax, self.ymin, self.ymax = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)

    @classmethod
    def from_bounds(cls, x0, y0, width, height):
        """A box by a corner and its size."""
        return cls(x0, y0, x0 + width, y0 + height)

    @classmethod
    def from_extents(cls, *ends):
        """A box by its left, lower, right and upper edge."""
        return cls(*ends)

    @property
    def width(self):
        """The width."""
        return self.x1 - self.x0

    @property
    def height(self):
        """The height."""
        return self.y1 - self.y0

    @property
    def bounds(self):
        """A corner and the size."""
        return (self.x0, self.y0, self.width, self.height)

    @property
    def extents(self):
        """The four edges."""
        return (self.x0, self.y0, self.x1, self.y1)

    def get_points(self):
        """The lower left and the upper right corner."""
        return [[self.x0, self.y0], [self.x1, self.y1]]

    def __repr__(self):
        return f"Bbox([[{self.x0}, {self.y0}], [{self.x1}, {self.y1}]])"
