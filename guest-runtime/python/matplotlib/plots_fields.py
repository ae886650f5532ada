"""Matrices as colours: images, heat maps and meshes."""

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import array_of, matrix, name_of
from matplotlib.artist import named, pen
from matplotlib.collections import AxesImage, QuadMesh
from matplotlib.colors import LogNorm, Normalize, to_rgba
from matplotlib.contour import ContourSet, levels_of
from matplotlib.plots_lines import named_along


class Fields:
    """What axes can draw of matrices."""

    def imshow(self, X, cmap=None, norm=None, *, aspect=None, interpolation=None, alpha=None, vmin=None, vmax=None, colorizer=None, origin=None,
               extent=None, interpolation_stage=None, filternorm=True, filterrad=4.0, resample=None, url=None, data=None, **kwargs):  # fmt: skip
        """Draws a matrix of numbers, or of colours, as an image."""
        aspect = _settings.rcParams["image.aspect"] if aspect is None else aspect
        origin = _settings.rcParams["image.origin"] if origin is None else origin
        if origin not in ("upper", "lower"):
            raise ValueError(f"{origin!r} is not a valid value for origin; supported values are 'upper', 'lower'")
        found = array_of(X)
        if not found.size or found.ndim not in (2, 3):
            raise TypeError(f"Invalid shape {found.shape} for image data")
        count, width = found.shape[:2]
        colors = values = None
        if found.ndim == 2:
            values = matrix(found).ravel()
        else:
            if found.shape[2] not in (3, 4):
                raise TypeError(f"Invalid shape {found.shape} for image data")
            parts = found.astype(float) / (255.0 if found.dtype.kind in "iu" else 1.0)
            if found.shape[2] == 3:
                parts = np.concatenate([parts, np.ones((count, width, 1))], axis=2)
            colors = np.clip(parts, 0.0, 1.0).reshape(-1, 4).tolist()
        if extent is None:
            extent = (-0.5, width - 0.5, count - 0.5, -0.5) if origin == "upper" else (-0.5, width - 0.5, -0.5, count - 0.5)
        smooth = interpolation in ("bilinear", "bicubic", "lanczos", "spline16", "spline36", "hanning", "hamming", "gaussian", "quadric", "kaiser")
        made = AxesImage(values, count, width, colors, [float(end) for end in extent], origin, smooth, norm, cmap, alpha)
        if values is not None:
            made.set_clim(vmin, vmax)
            made.norm.autoscale_None(values)
        made._names = _names_of(X)
        made.update(named(kwargs))
        self._add(made)
        self.set_aspect(aspect)
        for axis, (low, high) in ((self.xaxis, extent[:2]), (self.yaxis, extent[2:])):
            if axis.auto:
                axis.inverted = low > high
        return self._remember_image(made, values is not None)

    def matshow(self, Z, **kwargs):
        """Draws a matrix with its columns counted at the top."""
        image = self.imshow(Z, **{"origin": "upper", "interpolation": "nearest", "aspect": "equal", **kwargs})
        self.xaxis.tick_top()
        self.xaxis.ticks_on = {"top", "bottom"}
        from matplotlib.ticker import MaxNLocator

        for axis in (self.xaxis, self.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=9, steps=[1, 2, 5, 10], integer=True))
        return image

    def pcolormesh(self, *args, alpha=None, norm=None, cmap=None, vmin=None, vmax=None, shading=None, antialiased=False, data=None, **kwargs):
        """Draws a matrix as rectangles between the edges, or round the middles, x and y."""
        return self._mesh(args, alpha, norm, cmap, vmin, vmax, named(kwargs))

    def pcolor(self, *args, shading=None, alpha=None, norm=None, cmap=None, vmin=None, vmax=None, data=None, **kwargs):
        """Draws a matrix as rectangles."""
        return self._mesh(args, alpha, norm, cmap, vmin, vmax, named(kwargs))

    def _mesh(self, args, alpha, norm, cmap, vmin, vmax, given):
        if len(args) not in (1, 3):
            raise TypeError(f"pcolormesh() takes 1 or 3 positional arguments but {len(args)} were given")
        grid = matrix(args[-1])
        values, (rows, cols) = grid.ravel(), grid.shape
        edges = []
        for axis, count, which in ((self.xaxis, cols, 0), (self.yaxis, rows, 1)):
            if len(args) == 1:
                edges.append([float(index) for index in range(count + 1)])
                continue
            own = array_of(args[which])
            if own.ndim == 2:
                own = own[0] if which == 0 else own[:, 0]
            places = axis.convert_any(own)
            if len(places) == count:
                places = _around(places)
            if len(places) != count + 1:
                raise TypeError(f"Dimensions of C ({rows}, {cols}) should be one smaller than, or equal to, those of X and Y, but {'XY'[which]} has {len(places)} values")
            edges.append(places)
        line = None
        edge = given.pop("edgecolor", None)
        width = given.pop("linewidth", 1.0 if edge not in (None, "none", "face") else 0.0)
        if edge not in (None, "none", "face"):
            line = pen(to_rgba(edge), width)
        label = given.pop("label", None)
        made = QuadMesh(edges[0], edges[1], values, rows, cols, norm, cmap, alpha, line)
        made._names = named_along(True, *args[:2]) if len(args) == 3 else _names_of(args[0])
        made.set_clim(vmin, vmax)
        made.norm.autoscale_None(values)
        if label is not None:
            made._label = str(label)
        given.pop("rasterized", None)
        made.update(given)
        return self._remember_image(self._add(made))

    def contour(self, *args, data=None, **kwargs):
        """Draws lines of equal value in a matrix."""
        return self._contours(args, False, kwargs)

    def contourf(self, *args, data=None, **kwargs):
        """Fills the bands between lines of equal value in a matrix."""
        return self._contours(args, True, kwargs)

    def clabel(self, CS, levels=None, **kwargs):
        """Writes the levels on the lines of a contour plot."""
        return CS.clabel(levels, **kwargs)

    def _contours(self, args, filled, given):
        given = dict(given)
        levels = given.pop("levels", args[-1] if len(args) in (2, 4) else None)
        if len(args) not in (1, 2, 3, 4):
            raise TypeError(f"Too many arguments to contour: 1 to 4 are expected, but {len(args)} were given")
        grid = matrix(args[2] if len(args) >= 3 else args[0])
        if min(grid.shape) < 2:
            raise TypeError(f"Input z must be at least a (2, 2) shaped array, but has shape {grid.shape}")
        ends = []
        for axis, count, which in ((self.xaxis, grid.shape[1], 0), (self.yaxis, grid.shape[0], 1)):
            own = array_of(args[which]) if len(args) >= 3 else np.arange(count)
            if own.ndim == 2:
                own = own[0] if which == 0 else own[:, 0]
            if own.size != count:
                raise TypeError(f"Length of {'xy'[which]} ({own.size}) must match number of {('columns', 'rows')[which]} in z ({count})")
            ends.append(axis.convert(own))
        extend = given.pop("extend", "neither")
        norm, limits = given.pop("norm", None), (given.pop("vmin", None), given.pop("vmax", None))
        if norm is None and limits != (None, None):
            norm = Normalize(*limits)
        found = levels_of(grid, levels, extend, given.pop("locator", None), isinstance(norm, LogNorm))
        options = {key: given.pop(key, None) for key in ("colors", "cmap", "alpha", "linewidths", "linestyles", "hatches")}
        for key in ("origin", "antialiased", "corner_mask", "zorder", "label", "extent", "nchunk", "algorithm", "algorithms", "negative_linestyles", "color"):
            if key == "color" and given.get(key) is not None and options["colors"] is None:
                options["colors"] = given[key]
            if key != "zorder":
                given.pop(key, None)
        made = ContourSet(*ends, grid, found, filled, norm=norm, extend=extend, **options)
        made.update(named(given))
        made._label = "_nolegend_"
        return self._remember_image(self._add(made))

    def spy(self, Z, precision=0, **kwargs):
        """Draws which places of a matrix are not zero."""
        image = self.imshow(np.where(np.abs(matrix(Z)) > precision, 0.0, 1.0), cmap="gray", vmin=0, vmax=1, interpolation="nearest")
        self.xaxis.tick_top()
        return image


def _names_of(table):
    """The names of a table's columns and rows."""
    return {"x": name_of(getattr(table, "columns", None)), "y": name_of(getattr(table, "index", None))}


def _around(middles):
    """The edges round evenly or unevenly spaced middles."""
    if len(middles) < 2:
        return [middles[0] - 0.5, middles[0] + 0.5] if middles else [0.0]
    between = [(a + b) / 2 for a, b in zip(middles, middles[1:])]
    return [middles[0] - (middles[1] - middles[0]) / 2, *between, middles[-1] + (middles[-1] - middles[-2]) / 2]


