"""Outlines: the points of a shape, or a marker by its letter."""

import numpy as np


class Path:
    """An outline."""

    STOP, MOVETO, LINETO, CURVE3, CURVE4, CLOSEPOLY = 0, 1, 2, 3, 4, 79

    def __init__(self, vertices, codes=None, _interpolation_steps=1, closed=False, readonly=False):
        self.vertices = np.asarray(vertices, dtype=float).reshape(-1, 2)
        self.codes = None if codes is None else np.asarray(codes)
        self.closed = closed or (codes is not None and len(codes) > 0 and codes[-1] == self.CLOSEPOLY)
        self._shape = None

    @classmethod
    def of_marker(cls, shape):
        """The outline of a marker."""
        made = cls(np.zeros((0, 2)))
        made._shape = shape
        return made

    def transformed(self, transform):
        """The outline under a transform; markers stay as they are."""
        if self._shape is not None or transform is None:
            return self
        made = Path(transform.transform(self.vertices), self.codes, closed=self.closed)
        return made

    def contains_point(self, point, transform=None, radius=0.0):
        """Whether a point lies inside."""
        return bool(self.contains_points([point])[0])

    def contains_points(self, points, transform=None, radius=0.0):
        """Which points lie inside."""
        points = np.asarray(points, dtype=float)
        x, y = points[:, 0], points[:, 1]
        inside = np.zeros(len(points), dtype=bool)
        for (ax, ay), (bx, by) in zip(self.vertices, np.roll(self.vertices, -1, axis=0)):
            crosses = (ay > y) != (by > y)
            with np.errstate(divide="ignore", invalid="ignore"):
                inside ^= crosses & (x < (bx - ax) * (y - ay) / (by - ay) + ax)
        return inside

    def to_polygons(self, transform=None, width=0, height=0, closed_only=True):
        """The outline as one polygon."""
        return [self.vertices]

    def __len__(self):
        return len(self.vertices)
