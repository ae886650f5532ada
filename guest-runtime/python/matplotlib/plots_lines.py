"""Lines, points, areas, error bars and reference lines."""

import math

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import array_of, as_floats, as_list, columns_of, is_nested, name_of, numbers, sets_of, shape_of
from matplotlib.artist import named
from matplotlib.collections import FillBetween, LineCollection, PathCollection, color_list
from matplotlib.colors import is_color_like
from matplotlib.container import ErrorbarContainer, StemContainer
from matplotlib.lines import Line2D, check_marker
from matplotlib.patches import Polygon, Rectangle


def column_of(data, key):
    """A column by name, for calls with `data=`."""
    if data is None or not isinstance(key, str):
        return key
    try:
        return data[key]
    except Exception:
        return key


def named_along(upright, places, values):
    """The names of columns by the direction in which they lie."""
    return {"x": name_of(places), "y": name_of(values)} if upright else {"x": name_of(values), "y": name_of(places)}


def _read_format(text):
    """Line style, marker and colour of a format such as `r--o`."""
    if text.lower() in ("", " ", "none"):
        return "None", None, None
    if is_color_like(text) and not text.isdigit() and len(text) != 1:
        return None, None, text
    style = marker = color = None
    at = 0
    while at < len(text):
        two, one = text[at : at + 2], text[at]
        if two in ("--", "-."):
            found, at = ("style", two), at + 2
        elif one == "C" and at + 1 < len(text) and text[at + 1].isdigit():
            end = at + 1
            while end < len(text) and text[end].isdigit():
                end += 1
            found, at = ("color", text[at:end]), end
        elif one in ("-", ":"):
            found, at = ("style", one), at + 1
        elif one in "bgrcmykw":
            found, at = ("color", one), at + 1
        elif one in ".,ov^<>1234sp*hH+xDd|_P X8".replace(" ", ""):
            found, at = ("marker", one), at + 1
        else:
            raise ValueError(f"{text!r} is not a valid format string (unrecognized character {one!r})")
        kind, value = found
        if kind == "style":
            style = value
        elif kind == "marker":
            marker = value
        else:
            color = value
    if style is None and marker is not None:
        style = "None"
    return style, marker, color


class Lines:
    """What axes can draw of lines, points and areas."""

    def plot(self, *args, scalex=True, scaley=True, data=None, **kwargs):
        """Draws lines or markers: `plot(y)`, `plot(x, y)`, `plot(x, y, 'r--o')`, several pairs in turn."""
        given = named(kwargs)
        label = given.pop("label", None)
        args = list(args)
        if data is not None:
            if label is None and isinstance(args[-1 if len(args) < 3 else 1], str):
                label = args[-1 if len(args) < 3 else 1]
            args = [column_of(data, arg) for arg in args]
        lines = []
        while args:
            pair = [args.pop(0)]
            form = None
            if args and not isinstance(args[0], str):
                pair.append(args.pop(0))
            if args and isinstance(args[0], str):
                form = args.pop(0)
            lines.extend(self._lines_of(pair, form, given, label))
        return lines

    def _lines_of(self, pair, form, given, label):
        style, marker, color = _read_format(form) if form else (None, None, None)
        if len(pair) == 1:
            y = pair[0]
            columns = columns_of(y)
            # The index of a pandas column is its x; other rows are counted from zero.
            x = y.index if hasattr(y, "iloc") else np.arange(len(columns[0])) if columns else []
            xs = [x] * len(columns)
            x_given = None
        else:
            x, y = pair
            columns = columns_of(y)
            xs_columns = columns_of(x)
            xs = xs_columns * len(columns) if len(xs_columns) == 1 else xs_columns
            if len(columns) == 1 and len(xs) > 1:
                columns = columns * len(xs)
            x_given = x
        labels = label if isinstance(label, (list, tuple)) and len(label) == len(columns) else [label] * len(columns)
        made = []
        for x, y, text in zip(xs, columns, labels):
            options = dict(given)
            if style is not None:
                options.setdefault("linestyle", style)
            if marker is not None:
                options.setdefault("marker", marker)
            if color is not None:
                options.setdefault("color", color)
            if options.get("color") is None:
                properties = dict(self._properties())
                options["color"] = properties.pop("color", "k")
                for key, value in properties.items():
                    options.setdefault(key, value)
            xc, yc = self.xaxis.convert(x), self.yaxis.convert(y)
            if xc.size != yc.size:
                raise ValueError(f"x and y must have same first dimension, but have shapes {xc.shape} and {yc.shape}")
            zorder = options.pop("zorder", None)
            line = Line2D(xc, yc, **options)
            if zorder is not None:
                line.zorder = zorder
            line._raw = (xc if x_given is None and not hasattr(x, "iloc") else x, y)
            line._label = str(text) if text is not None else f"_child{len(self._children)}"
            made.append(self._add(line))
        return made

    def step(self, x, y, *args, where="pre", data=None, **kwargs):
        """Draws a line of steps; `where` is `pre`, `post` or `mid`."""
        if where not in ("pre", "post", "mid"):
            raise ValueError(f"{where!r} is not a valid value for where; supported values are 'pre', 'post', 'mid'")
        kwargs["drawstyle"] = "steps-" + where
        return self.plot(x, y, *args, data=data, **kwargs)

    def semilogx(self, *args, **kwargs):
        """Draws lines over a logarithmic x axis."""
        self.set_xscale("log", **_scale_options(kwargs))
        return self.plot(*args, **kwargs)

    def semilogy(self, *args, **kwargs):
        """Draws lines over a logarithmic y axis."""
        self.set_yscale("log", **_scale_options(kwargs))
        return self.plot(*args, **kwargs)

    def loglog(self, *args, **kwargs):
        """Draws lines over two logarithmic axes."""
        options = _scale_options(kwargs)
        self.set_xscale("log", **options)
        self.set_yscale("log", **options)
        return self.plot(*args, **kwargs)

    def scatter(self, x, y, s=None, c=None, *, marker=None, cmap=None, norm=None, vmin=None, vmax=None, alpha=None, linewidths=None,
                edgecolors=None, colorizer=None, plotnonfinite=False, data=None, **kwargs):  # fmt: skip
        """Draws points, with sizes in square points and colours or values for each."""
        x, y, s, c = (column_of(data, one) for one in (x, y, s, c))
        given = named(kwargs)
        edgecolors = given.pop("edgecolor", edgecolors)
        linewidths = given.pop("linewidth", linewidths)
        facecolor = given.pop("facecolor", None)
        color = given.pop("color", None)
        label = given.pop("label", None)
        if color is not None:
            if c is not None:
                raise ValueError("Supply a 'c' argument or a 'color' kwarg but not both; they differ but their functionalities overlap.")
            facecolor = color if facecolor is None else facecolor
            edgecolors = color if edgecolors is None else edgecolors
        xc, yc = self.xaxis.convert(np.ravel(array_of(x))), self.yaxis.convert(np.ravel(array_of(y)))
        if xc.size != yc.size:
            raise ValueError("x and y must be the same size")
        values = None
        if c is not None and not isinstance(c, str) and not _is_color(c, xc.size):
            values = as_floats(np.ravel(array_of(c))) if array_of(c).ndim == 1 or array_of(c).shape[1:] == (1,) else None
            if values is not None and values.size != xc.size:
                raise ValueError(f"'c' argument has {values.size} elements, which is inconsistent with 'x' and 'y' with size {xc.size}.")
            if values is None:
                c = colors = color_list(c)
                wrong = next((one for one in colors if not is_color_like(one)), None)
                if wrong is not None:
                    raise ValueError(f"'c' argument must be a color, a sequence of colors, or a sequence of numbers, not {wrong!r}; map groups to colours first, or draw each group with its own scatter call")
                if len(colors) not in (1, xc.size):
                    raise ValueError(f"'c' argument has {len(colors)} elements, which is inconsistent with 'x' and 'y' with size {xc.size}.")
        if c is None and facecolor is None:
            facecolor = self._color("patch")
        faces = facecolor if c is None else c if values is None else None
        marker = _settings.rcParams["scatter.marker"] if marker is None else marker
        marker = check_marker(marker)
        sizes = [_settings.rcParams["lines.markersize"] ** 2.0] if s is None else [float(s)] if not shape_of(s) else _sizes(s)
        if len(sizes) not in (1, xc.size):
            raise ValueError("s must be a scalar, or float array-like with the same size as x and y")
        edges = ("face" if marker not in "x+|_1234" or marker == "" else "face") if edgecolors is None else edgecolors
        made = PathCollection(xc, yc, sizes, marker, faces, edges, linewidths, norm, cmap)
        made._values = values
        made._names = {**named_along(True, x, y), "value": name_of(c)}
        if vmin is not None:
            made.norm.vmin = float(vmin)
        if vmax is not None:
            made.norm.vmax = float(vmax)
        if values is not None and norm is None and vmin is None and vmax is None:
            made.norm.autoscale_None(values)
        made.set_alpha(alpha)
        made._label = str(label) if label is not None else f"_child{len(self._children)}"
        made.update(given)
        return self._remember_image(self._add(made), values is not None)

    def _remember_image(self, artist, mapped=True):
        if mapped:
            self._image = artist
            self.figure._image = artist
        return artist

    # Areas

    def fill_between(self, x, y1, y2=0, where=None, interpolate=False, step=None, *, data=None, **kwargs):
        """Fills between two lines."""
        return self._filled(x, y1, y2, where, step, data, kwargs, False)

    def fill_betweenx(self, y, x1, x2=0, where=None, step=None, interpolate=False, *, data=None, **kwargs):
        """Fills between two lines that run upwards."""
        return self._filled(y, x1, x2, where, step, data, kwargs, True)

    def _filled(self, t, low, high, where, step, data, given, horizontal):
        t, low, high = (column_of(data, one) for one in (t, low, high))
        along, across = (self.yaxis, self.xaxis) if horizontal else (self.xaxis, self.yaxis)
        given = named(given)
        label = given.pop("label", None)
        tc = along.convert(t)
        count = tc.size
        ends = []
        for value in (low, high):
            column = across.convert(value) if shape_of(value) else np.full(count, across.convert_one(value))
            if column.size != count:
                raise ValueError(f"operands could not be broadcast together with shapes ({count},) ({column.size},)")
            ends.append(column)
        if where is not None:
            keep = np.nan_to_num(numbers(where)).astype(bool)
            if keep.size != count:
                raise ValueError(f"where size ({keep.size}) does not match {'y' if horizontal else 'x'} size ({count})")
            ends = [np.where(keep, column, np.nan) for column in ends]
        if "color" not in given and "facecolor" not in given:
            given["facecolor"] = self._color("patch")
        zorder = given.pop("zorder", None)
        made = FillBetween(tc, ends[0], ends[1], step, horizontal, given)
        made._names = named_along(not horizontal, t, low if shape_of(low) else high)
        if zorder is not None:
            made.zorder = zorder
        made._label = str(label) if label is not None else f"_child{len(self._children)}"
        return self._add(made)

    def fill(self, *args, data=None, **kwargs):
        """Fills the shape between points."""
        given = named(kwargs)
        args, made = list(args), []
        while args:
            x, y = args.pop(0), args.pop(0)
            color = args.pop(0) if args and isinstance(args[0], str) else None
            options = dict(given)
            if "color" not in options and "facecolor" not in options:
                options["color" if color else "facecolor"] = color or self._color("patch")
            points = list(zip(self.xaxis.convert_any(x), self.yaxis.convert_any(y)))
            made.append(self._add(Polygon(points, **options)))
        return made

    def stackplot(self, x, *args, labels=(), colors=None, hatch=None, baseline="zero", data=None, **kwargs):
        """Fills areas that stand on each other."""
        args = [column_of(data, row) for row in args]
        rows = [row for block in args for row in (columns_of(block.T) if hasattr(block, "iloc") and block.ndim == 2 else as_list(block) if is_nested(block) else [block])]
        if not rows:
            return []
        columns = np.stack([numbers(row) for row in rows])
        total = columns.sum(axis=0)
        if baseline in ("wiggle", "weighted_wiggle"):
            count = len(columns)
            low = -(columns * (count - 0.5 - np.arange(count)[:, None])).sum(axis=0) / count
        elif baseline in ("zero", "sym"):
            low = np.zeros_like(total) if baseline == "zero" else -0.5 * total
        else:
            raise ValueError(f"{baseline!r} is not a valid value for baseline; supported values are 'zero', 'sym', 'wiggle'")
        names = iter(labels)
        palette = list(colors) if colors is not None else None
        made = []
        given = named(kwargs)
        for index, column in enumerate(columns):
            high = low + column
            color = palette[index % len(palette)] if palette else self._color("line")
            area = self.fill_between(x, low, high, facecolor=color, label=next(names, None), **given)
            area._stuck = baseline == "zero"
            made.append(area)
            low = high
        return made

    # Lines at places

    def _reference(self, axis, at, low, high, given):
        given = named(given)
        label = given.pop("label", None)
        if shape_of(at):
            raise ValueError(f"one number is needed, not {type(at).__name__}; draw several lines with {'hlines' if axis == 'y' else 'vlines'}")
        value = (self.yaxis if axis == "y" else self.xaxis).convert_one(at)
        x, y = ([low, high], [value, value]) if axis == "y" else ([value, value], [low, high])
        line = Line2D(x, y, **{"color": _settings.rcParams["lines.color"], **given})
        line._coords = "y_data" if axis == "y" else "x_data"
        line._label = str(label) if label is not None else f"_child{len(self._children)}"
        return self._add(line)

    def axhline(self, y=0, xmin=0, xmax=1, **kwargs):
        """Draws a line across the axes."""
        return self._reference("y", y, xmin, xmax, kwargs)

    def axvline(self, x=0, ymin=0, ymax=1, **kwargs):
        """Draws a line up the axes."""
        return self._reference("x", x, ymin, ymax, kwargs)

    def axline(self, xy1, xy2=None, *, slope=None, **kwargs):
        """Draws a line through two points, or through one with a slope, from edge to edge."""
        if (xy2 is None) == (slope is None):
            raise TypeError("Exactly one of 'xy2' and 'slope' must be given")
        x1, y1 = xy1
        if xy2 is not None:
            slope = math.inf if xy2[0] == x1 else (xy2[1] - y1) / (xy2[0] - x1)
        if math.isinf(slope):
            return self.axvline(x1, **kwargs)
        low, high = self.get_xlim()
        kept = self.xaxis.auto, self.yaxis.auto, self.get_ylim()
        given = named(kwargs)
        label = given.pop("label", None)
        line = Line2D([low, high], [y1 + slope * (low - x1), y1 + slope * (high - x1)], **{"color": _settings.rcParams["lines.color"], **given})
        line._extent = lambda name: None
        line._label = str(label) if label is not None else f"_child{len(self._children)}"
        del kept
        return self._add(line)

    def axhspan(self, ymin, ymax, xmin=0, xmax=1, **kwargs):
        """Fills a band across the axes."""
        low, high = self.yaxis.convert_one(ymin), self.yaxis.convert_one(ymax)
        return self._span((xmin, low), xmax - xmin, high - low, "y_data", kwargs)

    def axvspan(self, xmin, xmax, ymin=0, ymax=1, **kwargs):
        """Fills a band up the axes."""
        low, high = self.xaxis.convert_one(xmin), self.xaxis.convert_one(xmax)
        return self._span((low, ymin), high - low, ymax - ymin, "x_data", kwargs)

    def _span(self, corner, width, height, coords, given):
        given = named(given)
        label = given.pop("label", None)
        zorder = given.pop("zorder", None)
        patch = Rectangle(corner, width, height, **given)
        patch._coords = coords
        if zorder is not None:
            patch.zorder = zorder
        patch._label = str(label) if label is not None else f"_child{len(self._children)}"
        return self._add(patch)

    def hlines(self, y, xmin, xmax, colors=None, linestyles="solid", *, label="", data=None, **kwargs):
        """Draws lines from `xmin` to `xmax`."""
        return self._several(y, xmin, xmax, colors, linestyles, label, kwargs, False)

    def vlines(self, x, ymin, ymax, colors=None, linestyles="solid", *, label="", data=None, **kwargs):
        """Draws lines from `ymin` to `ymax`."""
        return self._several(x, ymin, ymax, colors, linestyles, label, kwargs, True)

    def _several(self, at, low, high, colors, linestyles, label, given, upright):
        along, across = (self.xaxis, self.yaxis) if upright else (self.yaxis, self.xaxis)
        places, lows, highs = along.convert_any(at), across.convert_any(low), across.convert_any(high)
        count = max(len(places), len(lows), len(highs))
        pick = lambda values, index: values[index] if len(values) > 1 else values[0]  # noqa: E731
        given = named(given)
        colors = given.pop("color", colors)
        widths = given.pop("linewidth", None)
        linestyles = given.pop("linestyle", linestyles)
        rows = [(pick(places, i), pick(lows, i), pick(highs, i)) for i in range(count)] if places else []
        lines = [[(p, a), (p, b)] if upright else [(a, p), (b, p)] for p, a, b in rows]
        made = LineCollection(lines, colors=colors, linewidths=widths, linestyles=linestyles, **given)
        made._label = str(label) if label else f"_child{len(self._children)}"
        return self._add(made)

    def eventplot(self, positions, orientation="horizontal", lineoffsets=1, linelengths=1, linewidths=None, colors=None, alpha=None, linestyles="solid", *, data=None, **kwargs):  # fmt: skip
        """Draws a short line at each position, a row for each list."""
        rows = sets_of(positions)
        offsets = as_list(lineoffsets) if shape_of(lineoffsets) else [lineoffsets + index * (1 if lineoffsets else 1) for index in range(len(rows))]
        made = []
        for index, (row, offset) in enumerate(zip(rows, offsets)):
            color = colors[index % len(colors)] if isinstance(colors, (list, tuple)) else colors
            low, high = offset - linelengths / 2, offset + linelengths / 2
            draw = self.vlines if orientation == "horizontal" else self.hlines
            made.append(draw(row, low, high, colors=color, linestyles=linestyles, **({"linewidth": linewidths} if linewidths else {}), alpha=alpha, **kwargs))
        return made

    def stem(self, *args, linefmt=None, markerfmt=None, basefmt=None, bottom=0, label=None, orientation="vertical", data=None):
        """Draws stems from a baseline to markers."""
        args = [column_of(data, arg) for arg in args]
        formats = [arg for arg in args if isinstance(arg, str)]
        args = [arg for arg in args if not isinstance(arg, str)]
        linefmt = linefmt or (formats[0] if formats else "C0-")
        heads = as_list(args[-1])
        locs = as_list(args[0]) if len(args) > 1 else list(range(len(heads)))
        upright = orientation == "vertical"
        along, across = (self.xaxis, self.yaxis) if upright else (self.yaxis, self.xaxis)
        places, ends = along.convert_any(locs), across.convert_any(heads)
        style, _, color = _read_format(linefmt)
        lines = [[(p, bottom), (p, e)] if upright else [(bottom, p), (e, p)] for p, e in zip(places, ends)]
        stems = self._add(LineCollection(lines, colors=color or "C0", linestyles=style or "-", role="stem"))
        stems._label = "_nolegend_"
        m_style, m_marker, m_color = _read_format(markerfmt) if markerfmt else ("None", "o", color or "C0")
        first, second = (places, ends) if upright else (ends, places)
        markers = self.plot(first, second, color=m_color or color or "C0", linestyle=m_style or "None", marker=m_marker or "o", label="_nolegend_")[0]
        b_style, b_marker, b_color = _read_format(basefmt or "C3-")
        reach = [min(places), max(places)] if places else [0, 0]
        flat = [bottom, bottom]
        base = self.plot(*((reach, flat) if upright else (flat, reach)), color=b_color or "C3", linestyle=b_style or "None", marker=b_marker, label="_nolegend_")[0]
        return self._grouped(StemContainer((markers, stems, base), label=label))

    def errorbar(self, x, y, yerr=None, xerr=None, fmt="", *, ecolor=None, elinewidth=None, elinestyle=None, capsize=None, barsabove=False,
                 lolims=False, uplims=False, xlolims=False, xuplims=False, errorevery=1, capthick=None, data=None, **kwargs):  # fmt: skip
        """Draws a line or markers with error bars."""
        x, y, yerr, xerr = (column_of(data, one) for one in (x, y, yerr, xerr))
        given = named(kwargs)
        label = given.pop("label", None)
        xs, ys = self.xaxis.convert_any(x), self.yaxis.convert_any(y)
        if len(xs) != len(ys):
            raise ValueError("'x' and 'y' must have the same size")
        line = None
        if isinstance(fmt, str) and fmt.lower() == "none":
            color = given.get("color") or (self._properties().get("color") if ecolor is None else ecolor)
        else:
            args = (xs, ys, fmt) if fmt else (xs, ys)
            line = self.plot(*args, label="_nolegend_", **given)[0]
            line.zorder = given.get("zorder", 2)
            line._raw = (x, y)
            color = line.get_color()
        color = color if ecolor is None else ecolor
        capsize = _settings.rcParams["errorbar.capsize"] if capsize is None else capsize
        width = elinewidth if elinewidth is not None else given.get("linewidth", _settings.rcParams["lines.linewidth"])
        bars = []
        for errors, upright in ((xerr, False), (yerr, True)):
            if errors is None:
                continue
            low, high = _errors(errors, len(xs), "yerr" if upright else "xerr")
            segments = []
            for index in range(0, len(xs), errorevery if isinstance(errorevery, int) else 1):
                px, py = xs[index], ys[index]
                if math.isnan(low[index]) and math.isnan(high[index]):
                    continue
                segments.append([(px, py - low[index]), (px, py + high[index])] if upright else [(px - low[index], py), (px + high[index], py)])
            bar = LineCollection(segments, colors=color, linewidths=width, linestyles=elinestyle or "solid", cap=capsize, role="error")
            bar.set_alpha(given.get("alpha"))
            bar.zorder = given.get("zorder", 2) + (0.1 if barsabove else -0.001)
            bar._label = "_nolegend_"
            bar._cap_width = capthick
            bars.append(self._add(bar))
        return self._grouped(ErrorbarContainer((line, (), tuple(bars)), xerr is not None, yerr is not None, label=label))

    def _grouped(self, container):
        """Adds a container whose artists are told together."""
        for artist in container.get_children():
            artist._group = container
        return self.add_container(container)

    def quiver(self, *args, **kwargs):
        """Not offered."""
        raise NotImplementedError("fields of arrows are not available; draw single arrows with ax.annotate")

    def arrow(self, x, y, dx, dy, **kwargs):
        """Draws an arrow."""
        given = named(kwargs)
        color = given.pop("color", None)
        props = {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0}
        props["color"] = given.pop("facecolor", None) or color or given.pop("edgecolor", None) or "k"
        if "linewidth" in given:
            props["linewidth"] = given.pop("linewidth")
        self._add(LineCollection([[(x, y), (x + dx, y + dy)]], colors=[(0, 0, 0, 0)]))
        return self.annotate("", (x + dx, y + dy), (x, y), arrowprops=props)


def _scale_options(given):
    options = {key: given.pop(key) for key in ("base", "subs", "nonpositive") if key in given}
    return options


def _is_color(c, count):
    if not isinstance(c, (tuple, list, np.ndarray)) or len(c) == count or len(c) not in (3, 4):
        return False
    return is_color_like(tuple(c))


def _sizes(s):
    sizes = numbers(s).tolist()
    return [0.0 if math.isnan(size) else size for size in sizes]


def _errors(errors, count, name):
    if not shape_of(errors):
        pair = [[float(errors)] * count] * 2
    else:
        rows = sets_of(errors) if isinstance(errors, (list, tuple)) else as_list(errors)
        if len(rows) == 2 and shape_of(rows[0]):
            pair = [numbers(rows[0]).tolist(), numbers(rows[1]).tolist()]
        else:
            values = numbers(errors).tolist()
            pair = [values, values]
    pair = [side * count if len(side) == 1 and count > 1 else side for side in pair]
    if any(len(side) != count for side in pair):
        raise ValueError(f"{name!r} (shape: {len(pair[0])}) must be a scalar or a 1D or (2, n) array-like whose shape matches the data (shape: {count})")
    if any(value < 0 for side in pair for value in side):
        raise ValueError(f"{name!r} must not contain negative values")
    return pair
