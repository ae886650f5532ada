"""Coordinates that places are given in, and boxes."""

import numpy as np

from matplotlib.ticker import _nonsingular


def nonsingular(vmin, vmax, expander=0.001, tiny=1e-15, increasing=True):
    """Two limits, pushed apart where they are the same."""
    return _nonsingular(vmin, vmax, expander, tiny, increasing)


class Transform:
    """Names the coordinates that places are given in.

    Where exactly a chart's axes lie is decided when it is drawn. Until then pixels are counted as matplotlib's default
    margins place the axes, which is what sizes and distances need.
    """

    __glovebox_quiet__ = True

    def __init__(self, coords="data", owner=None, shift=(0.0, 0.0)):
        self.coords = coords
        self._owner = owner
        self._shift = shift

    def __add__(self, other):
        """The coordinates of the first that names some, with the shifts of both."""
        named = other if self.coords == "points" else self
        if not isinstance(other, Transform):
            return self
        return Transform(named.coords, named._owner, (self._shift[0] + other._shift[0], self._shift[1] + other._shift[1]))

    def _ways(self):
        """For each direction the functions from here to pixels and back."""
        if self._owner is None or self.coords == "points":
            same = lambda values: values  # noqa: E731
            return [(same, same), (same, same)]
        axes = self._owner if hasattr(self._owner, "xaxis") else None
        figure = axes.figure if axes is not None else self._owner
        left, bottom, width, height = axes._rect() if axes is not None and self.coords != "figure" else (0.0, 0.0, 1.0, 1.0)
        if axes is not None and self.coords != "figure":
            points = axes._points()
            width, height = points[0] / 72 / figure._size[0], points[1] / 72 / figure._size[1]
        ways = []
        for index, (start, span, name) in enumerate(((left, width, "x"), (bottom, height, "y"))):
            pixels = figure._size[index] * figure._dpi
            start, span = start * pixels, span * pixels
            start += self._shift[index] * figure._dpi / 72
            if self.coords in ("data", f"{name}_data"):
                axis = getattr(axes, f"{name}axis")
                scale = axis.get_transform()
                low, high = (float(end) for end in scale.transform(axis.get_view_interval()))
                unit = span / (high - low)
                ways.append((
                    lambda values, s=scale, o=low, u=unit, f=start: (s.transform(values) - o) * u + f,
                    lambda values, s=scale, o=low, u=unit, f=start: s.inverted().transform((values - f) / u + o),
                ))  # fmt: skip
            else:
                ways.append((lambda values, u=span, f=start: values * u + f, lambda values, u=span, f=start: (values - f) / u))
        return ways

    def _through(self, values, back):
        places = np.asarray(values, dtype=float)
        ways = self._ways()
        return np.stack([ways[0][back](places[..., 0]), ways[1][back](places[..., 1])], axis=-1)

    def transform(self, values):
        """Places in pixels."""
        return self._through(values, 0)

    transform_point = transform

    def inverted(self):
        """The way from pixels."""
        return _Inverse(self)


class _Inverse:
    def __init__(self, of):
        self._of = of

    def transform(self, values):
        """Places from pixels."""
        return self._of._through(values, 1)

    transform_point = transform

    def inverted(self):
        """The way to pixels."""
        return self._of


class Scaling:
    """Lengths in one unit as lengths in another."""

    __glovebox_quiet__ = True

    def __init__(self, factor):
        self._factor = factor

    def transform(self, values):
        """The lengths in the other unit."""
        return np.asarray(values, dtype=float) * self._factor

    def inverted(self):
        """The way back."""
        return Scaling(1 / self._factor)


class Affine2D:
    """Turns, stretches and shifts."""

    def __init__(self, matrix=None):
        self._matrix = np.identity(3) if matrix is None else np.array(matrix, dtype=float)

    def _then(self, matrix):
        self._matrix = np.array(matrix, dtype=float) @ self._matrix
        return self

    def translate(self, tx, ty):
        """Shifts, after what is there."""
        return self._then([[1, 0, tx], [0, 1, ty], [0, 0, 1]])

    def scale(self, sx, sy=None):
        """Stretches, after what is there."""
        return self._then([[sx, 0, 0], [0, sx if sy is None else sy, 0], [0, 0, 1]])

    def rotate(self, theta):
        """Turns by an angle, after what is there."""
        return self._then([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])

    def rotate_deg(self, degrees):
        """Turns by an angle in degrees, after what is there."""
        return self.rotate(np.radians(degrees))

    def transform(self, values):
        """The places afterwards."""
        return np.asarray(values, dtype=float) @ self._matrix[:2, :2].T + self._matrix[:2, 2]

    def inverted(self):
        """The way back."""
        return Affine2D(np.linalg.inv(self._matrix))


def IdentityTransform():
    """Coordinates in points."""
    return Transform("points")


def ScaledTranslation(xt, yt, scale_trans=None):
    """A shift by inches, to be added to coordinates."""
    return Transform("points", None, (xt * 72.0, yt * 72.0))


def blended_transform_factory(x_transform, y_transform):
    """The coordinates of one transform across, and of another up and down."""
    both = x_transform.coords, y_transform.coords
    mixed = {("data", "axes"): "x_data", ("axes", "data"): "y_data"}
    if both[0] == both[1]:
        return x_transform
    if both not in mixed:
        raise NotImplementedError(f"places by {both[0]} across and {both[1]} upwards are not available; use data and axes")
    return Transform(mixed[both], x_transform._owner or y_transform._owner)


def offset_copy(trans, fig=None, x=0.0, y=0.0, units="inches"):
    """The same coordinates, shifted."""
    factor = {"inches": 72.0, "points": 1.0, "dots": 0.72}[units]
    return trans + Transform("points", None, (x * factor, y * factor))


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
        return np.array([[self.x0, self.y0], [self.x1, self.y1]])

    def transformed(self, transform):
        """The box in other coordinates."""
        return Bbox(transform.transform(self.get_points()))

    def overlaps(self, other):
        """Whether it has a place in common with another box."""
        return self.xmin <= other.xmax and other.xmin <= self.xmax and self.ymin <= other.ymax and other.ymin <= self.ymax

    def count_overlaps(self, bboxes):
        """How many boxes it has a place in common with."""
        return sum(self.overlaps(other) for other in bboxes)

    def contains(self, x, y):
        """Whether a place lies inside."""
        return self.xmin <= x <= self.xmax and self.ymin <= y <= self.ymax

    def __repr__(self):
        return f"Bbox([[{self.x0}, {self.y0}], [{self.x1}, {self.y1}]])"
