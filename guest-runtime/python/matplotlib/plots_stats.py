"""Distributions: histograms, box plots, violins."""

import math

from matplotlib import _settings
from matplotlib._arrays import Array, as_list, numbers, shape_of
from matplotlib.collections import FillBetween, LineCollection, PolyCollection, color_list
from matplotlib.patches import Polygon
from matplotlib.plots_lines import column_of, named


def _ordered(column):
    return column.ordered().tolist()


def percentile(ordered, share):
    """The value below which a share lies, between neighbours in proportion."""
    if not ordered:
        return math.nan
    place = (len(ordered) - 1) * share
    low = math.floor(place)
    high = min(low + 1, len(ordered) - 1)
    a, b, t = ordered[low], ordered[high], place - low
    # The form that numpy uses, so that the last digit agrees.
    return b - (b - a) * (1 - t) if t >= 0.5 else a + (b - a) * t


def linspace(low, high, count):
    step = (high - low) / (count - 1) if count > 1 else 0.0
    values = [index * step + low for index in range(count)]
    if count > 1:
        values[-1] = high
    return values


def bin_edges(values, bins, reach):
    """The edges of bins as numpy chooses them."""
    if shape_of(bins) and not isinstance(bins, str):
        edges = [float(edge) for edge in as_list(bins)]
        if any(b < a for a, b in zip(edges, edges[1:])):
            raise ValueError("`bins` must increase monotonically, when an array")
        return edges
    finite = numbers(values)
    low, high, _ = finite.reach()
    if reach is not None:
        low, high = float(reach[0]), float(reach[1])
        if low > high:
            raise ValueError("max must be larger than min in range parameter.")
    elif math.isnan(low):
        low, high = 0.0, 1.0
    first, last = low, high
    if isinstance(bins, str):
        inside = [value for value in _ordered(finite) if low <= value <= high]
        bins = _bin_count(inside, bins, reach or (low, high))
    elif not isinstance(bins, int):
        if isinstance(bins, float) and bins.is_integer():
            bins = int(bins)
        else:
            raise TypeError("`bins` must be an integer, a string, or an array")
    if bins < 1:
        raise ValueError("`bins` must be positive, when an integer")
    if first == last:
        first, last = first - 0.5, last + 0.5
    return linspace(first, last, bins + 1)


def _bin_count(ordered, name, reach):
    count = len(ordered)
    rules = ("auto", "fd", "doane", "scott", "rice", "sturges", "sqrt", "stone")
    if name not in rules:
        raise ValueError(f"{name!r} is not a valid estimator for `bins`")
    if name == "stone":
        raise NotImplementedError("bins='stone' is not available; use 'auto', 'fd', 'scott', 'sturges', 'rice', 'sqrt' or a number")
    if count == 0:
        return 1
    span = ordered[-1] - ordered[0]
    mean = math.fsum(ordered) / count
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in ordered) / count)
    sturges = span / (math.log2(count) + 1.0)
    fd = 2.0 * (percentile(ordered, 0.75) - percentile(ordered, 0.25)) * count ** (-1.0 / 3.0)
    if name == "auto":
        width = min(fd, sturges) if fd else sturges
        if fd:
            sqrt = span / math.sqrt(count)
            width = min(max(fd, sqrt / 2), sturges)
    elif name == "fd":
        width = fd
    elif name == "sturges":
        width = sturges
    elif name == "scott":
        width = (24.0 * math.pi**0.5 / count) ** (1.0 / 3.0) * deviation
    elif name == "rice":
        width = span / (2.0 * count ** (1.0 / 3))
    elif name == "sqrt":
        width = span / math.sqrt(count)
    else:
        width = 0.0
        if count > 2 and deviation > 0:
            skew = math.fsum(((value - mean) / deviation) ** 3 for value in ordered) / count
            spread = math.sqrt(6.0 * (count - 2) / ((count + 1.0) * (count + 3)))
            width = span / (1.0 + math.log2(count) + math.log2(1.0 + abs(skew) / spread))
    return max(int(math.ceil((reach[1] - reach[0]) / width)), 1) if width else 1


def box_of(ordered, whis):
    """Quartiles, whiskers and outliers of sorted values."""
    q1, med, q3 = (percentile(ordered, share) for share in (0.25, 0.5, 0.75))
    if isinstance(whis, (list, tuple)):
        low, high = percentile(ordered, whis[0] / 100), percentile(ordered, whis[1] / 100)
    else:
        low, high = q1 - whis * (q3 - q1), q3 + whis * (q3 - q1)
    inside = [value for value in ordered if value <= high]
    top = q3 if not inside or inside[-1] < q3 else inside[-1]
    inside = [value for value in ordered if value >= low]
    bottom = q1 if not inside or inside[0] > q1 else inside[0]
    return {
        "mean": math.fsum(ordered) / len(ordered) if ordered else math.nan, "med": med, "q1": q1, "q3": q3, "whislo": bottom, "whishi": top,
        "fliers": [value for value in ordered if value < bottom or value > top],
    }  # fmt: skip


class Statistics:
    """What axes can draw of distributions."""

    def hist(self, x, bins=None, *, range=None, density=False, weights=None, cumulative=False, bottom=None, histtype="bar", align="mid",
             orientation="vertical", rwidth=None, log=False, color=None, label=None, stacked=False, data=None, **kwargs):  # fmt: skip
        """Draws a histogram; answers the counts, the edges of the bins and the patches."""
        x, weights = column_of(data, x), column_of(data, weights)
        given = named(kwargs)
        bins = _settings.rcParams["hist.bins"] if bins is None else bins
        if histtype not in ("bar", "barstacked", "step", "stepfilled"):
            raise ValueError(f"{histtype!r} is not a valid value for histtype; supported values are 'bar', 'barstacked', 'step', 'stepfilled'")
        if align not in ("left", "mid", "right"):
            raise ValueError(f"{align!r} is not a valid value for align; supported values are 'left', 'mid', 'right'")
        if orientation not in ("horizontal", "vertical"):
            raise ValueError(f"{orientation!r} is not a valid value for orientation; supported values are 'horizontal', 'vertical'")
        stacked = stacked or histtype == "barstacked"
        axis = self.xaxis if orientation == "vertical" else self.yaxis
        sets = _sets(x)
        columns = [axis.convert(one) for one in sets]
        if shape_of(bins) and not isinstance(bins, str):
            bins = axis.convert_any(bins)
        if range is not None:
            range = tuple(axis.convert_any(range))
        if weights is None:
            heavy = [None] * len(columns)
        else:
            heavy = [numbers(one) for one in (_sets(weights))]
            if len(heavy) != len(columns) or any(w.size() != c.size() for w, c in zip(heavy, columns)):
                raise ValueError("weights should have the same shape as x")
        together = numbers([value for column in columns for value in column.tolist()]) if len(columns) != 1 else columns[0]
        edges = bin_edges(together, bins, range)
        edge_column = numbers(edges)
        counts = [column.counts(edge_column, weight).tolist() for column, weight in zip(columns, heavy)]
        widths = [b - a for a, b in zip(edges, edges[1:])]
        if density and not stacked:
            counts = [[value / width / total if (total := math.fsum(row)) else math.nan for value, width in zip(row, widths)] for row in counts]
        if stacked:
            for low, row in zip(counts, counts[1:]):
                row[:] = [a + b for a, b in zip(low, row)]
            if density and counts:
                total = math.fsum(counts[-1])
                counts = [[value / width / total for value, width in zip(row, widths)] for row in counts]
        if cumulative:
            backwards = not isinstance(cumulative, bool) and cumulative < 0
            for index, row in enumerate(counts):
                values = [value * width for value, width in zip(row, widths)] if density else list(row)
                if backwards:
                    values.reverse()
                total, out = 0.0, []
                for value in values:
                    total += value
                    out.append(total)
                counts[index] = out[::-1] if backwards else out
        patches = self._hist_patches(counts, edges, widths, histtype, stacked, align, orientation, rwidth, log, bottom, color, label, given)
        tops = [Array(row) for row in counts]
        if log:
            (self.yaxis if orientation == "vertical" else self.xaxis).set_scale("log")
        single = len(columns) == 1 and not _is_many(x)
        return (tops[0] if single else Array(tops)), Array(edges), (patches[0] if single else patches)

    def _hist_patches(self, counts, edges, widths, histtype, stacked, align, orientation, rwidth, log, bottom, color, label, given):
        many = len(counts)
        colors = [self._color("line") for _ in counts] if color is None else color_list(color)
        if len(colors) != many:
            if len(colors) == 1 and many != 1:
                raise ValueError(f"The 'color' keyword argument must have one color per dataset, but {many} datasets and 1 colors were provided")
            if many > 1:
                raise ValueError(f"The 'color' keyword argument must have one color per dataset, but {many} datasets and {len(colors)} colors were provided")
        labels = [label] + [None] * (many - 1) if label is None or isinstance(label, str) or not shape_of(label) else list(label)
        upright = orientation == "vertical"
        shift = {"left": -0.5, "mid": 0.0, "right": 0.5}[align]
        base = [0.0] * len(widths) if bottom is None else as_list(bottom) if shape_of(bottom) else [float(bottom)] * len(widths)
        made = []
        if histtype in ("bar", "barstacked"):
            share = min(max(rwidth, 0), 1) if rwidth is not None else 0.8 if many > 1 and not stacked else 1.0
            below = list(base)
            for index, row in enumerate(counts):
                if many > 1 and not stacked:
                    each = [width * share / many for width in widths]
                    starts = [edge + width * (0.5 - share / 2 + share / many * index + shift) for edge, width in zip(edges, widths)]
                else:
                    each = [width * share for width in widths]
                    starts = [edge + width * (0.5 - share / 2 + shift) for edge, width in zip(edges, widths)]
                tall = [value - before for value, before in zip(row, counts[index - 1])] if stacked and index else row
                draw = self.bar if upright else self.barh
                middles = [start + width / 2 for start, width in zip(starts, each)]
                bars = draw(middles, tall, each, below, align="center", color=colors[index], label=labels[index] if index < len(labels) and labels[index] is not None else "_nolegend_", **given)
                bars._role = "hist"
                if stacked:
                    below = [one + value for one, value in zip(base, row)]
                made.append(bars)
            return made
        filled = histtype == "stepfilled"
        for index, row in enumerate(counts):
            low = counts[index - 1] if stacked and index else base
            points = []
            xs = [edge + shift * width for edge, width in zip(edges, [*widths, widths[-1]])]
            for i, value in enumerate(row):
                points += [(xs[i], value + (base[i] if not (stacked and index) else 0.0)), (xs[i + 1], value + (base[i] if not (stacked and index) else 0.0))]
            if filled:
                outline = points + [point for i in reversed(range(len(row))) for point in ((xs[i + 1], low[i]), (xs[i], low[i]))]
            else:
                outline = [(xs[0], low[0]), *points, (xs[-1], low[-1])]
            outline = outline if upright else [(y, x) for x, y in outline]
            options = {"facecolor": colors[index % len(colors)], **given} if filled else {"edgecolor": colors[index % len(colors)], "fill": False, **given}
            patch = Polygon(outline, closed=filled, **options)
            text = labels[index] if index < len(labels) else None
            patch._label = str(text) if text is not None else "_nolegend_"
            patch._sticky = (lambda side: lambda name: [0.0] if name == side else ())("y" if upright else "x")
            made.append([self._add(patch)])
        return made

    def stairs(self, values, edges=None, *, orientation="vertical", baseline=0, fill=False, data=None, **kwargs):
        """Draws the outline of bins."""
        values = numbers(values).tolist()
        edges = [float(index) for index in range(len(values) + 1)] if edges is None else self.xaxis.convert_any(edges)
        points = [(edges[0], baseline)]
        for index, value in enumerate(values):
            points += [(edges[index], value), (edges[index + 1], value)]
        points.append((edges[-1], baseline))
        given = named(kwargs)
        label = given.pop("label", None)
        color = given.pop("color", None) or self._color("line")
        options = {"facecolor": color} if fill else {"edgecolor": color, "fill": False}
        patch = Polygon([(y, x) for x, y in points] if orientation == "horizontal" else points, closed=fill, **{**options, **given})
        patch._label = str(label) if label is not None else "_nolegend_"
        return self._add(patch)

    def ecdf(self, x, weights=None, *, complementary=False, orientation="vertical", compress=False, data=None, **kwargs):
        """Draws the share of values up to each value."""
        ordered = numbers(column_of(data, x)).ordered().tolist()
        count = len(ordered)
        shares = [(index + 1) / count for index in range(count)]
        xs, ys = [ordered[0], *ordered], [0.0, *shares]
        if complementary:
            ys = [1 - y for y in ys]
        line = self.plot(*((xs, ys) if orientation == "vertical" else (ys, xs)), drawstyle="steps-post" if orientation == "vertical" else "steps-pre", **kwargs)[0]
        return line

    def hist2d(self, x, y, bins=10, *, range=None, density=False, weights=None, cmin=None, cmax=None, data=None, **kwargs):
        """Draws the counts of points in cells; answers counts, both edges and the image."""
        x, y = self.xaxis.convert(column_of(data, x)), self.yaxis.convert(column_of(data, y))
        pair = bins if isinstance(bins, (list, tuple)) and len(bins) == 2 else (bins, bins)
        reach = range or (None, None)
        xe, ye = bin_edges(x, pair[0], reach[0]), bin_edges(y, pair[1], reach[1])
        flat = x.counts_2d(y, numbers(xe), numbers(ye), None if weights is None else numbers(weights)).tolist()
        rows = len(ye) - 1
        counts = [flat[index * rows : (index + 1) * rows] for index in _range(len(xe) - 1)]
        if density:
            total = math.fsum(flat)
            counts = [[value / total / (xe[i + 1] - xe[i]) / (ye[j + 1] - ye[j]) for j, value in enumerate(row)] for i, row in enumerate(counts)]
        shown = [[math.nan if (cmin is not None and v < cmin) or (cmax is not None and v > cmax) else v for v in row] for row in counts]
        image = self.pcolormesh(xe, ye, [list(column) for column in zip(*shown)], **kwargs)
        self.set_xlim(xe[0], xe[-1])
        self.set_ylim(ye[0], ye[-1])
        return Array(Array(row) for row in counts), Array(xe), Array(ye), image

    def hexbin(self, x, y, C=None, *, gridsize=100, bins=None, xscale="linear", yscale="linear", extent=None, cmap=None, norm=None, vmin=None,
               vmax=None, alpha=None, linewidths=None, edgecolors="face", reduce_C_function=None, mincnt=None, marginals=False, data=None, **kwargs):  # fmt: skip
        """Draws the counts of points in hexagons."""
        if C is not None or marginals:
            raise NotImplementedError("hexbin counts points only; for means by cell use hist2d with weights")
        xs, ys = self.xaxis.convert(column_of(data, x)).tolist(), self.yaxis.convert(column_of(data, y)).tolist()
        nx, ny = gridsize if shape_of(gridsize) else (gridsize, int(gridsize / math.sqrt(3)))
        x0, x1, y0, y1 = extent or (min(xs), max(xs), min(ys), max(ys))
        pad = 1e-9 * (x1 - x0)
        x0, x1 = x0 - pad, x1 + pad
        sx, sy = (x1 - x0) / nx or 1.0, (y1 - y0) / ny or 1.0
        counts = {}
        for px, py in zip(xs, ys):
            ix, iy = (px - x0) / sx, (py - y0) / sy
            if math.isnan(ix) or math.isnan(iy):
                continue
            a, b = (round(ix), round(iy)), (math.floor(ix), math.floor(iy))
            near = (ix - a[0]) ** 2 + 3 * (iy - a[1]) ** 2 < (ix - b[0] - 0.5) ** 2 + 3 * (iy - b[1] - 0.5) ** 2
            key = (a[0], a[1]) if near else (b[0] + 0.5, b[1] + 0.5)
            counts[key] = counts.get(key, 0) + 1
        least = 0 if mincnt is None else mincnt
        if mincnt is None:
            for i in _range(nx + 1):
                for j in _range(ny + 1):
                    counts.setdefault((i, j), 0)
                    if i < nx and j < ny:
                        counts.setdefault((i + 0.5, j + 0.5), 0)
        kept = sorted((key, value) for key, value in counts.items() if value >= least)
        outline = [[sx * a, sy * b / 3] for a, b in ((0.5, -0.5), (0.5, 0.5), (0.0, 1.0), (-0.5, 0.5), (-0.5, -0.5), (0.0, -1.0))]
        values = [float(value) for _, value in kept]
        if bins == "log":
            from matplotlib.colors import LogNorm

            norm = norm or LogNorm()
        column = numbers(values)
        made = PolyCollection(numbers([x0 + key[0] * sx for key, _ in kept]), numbers([y0 + key[1] * sy for key, _ in kept]), outline, column, norm, cmap, alpha)
        made.set_clim(vmin, vmax)
        made.norm.autoscale_None(column)
        made.update(named(kwargs))
        return self._remember_image(self._add(made))

    def boxplot(self, x, notch=None, sym=None, vert=None, orientation="vertical", whis=None, positions=None, widths=None, patch_artist=None,
                bootstrap=None, usermedians=None, conf_intervals=None, meanline=None, showmeans=None, showcaps=None, showbox=None,
                showfliers=None, boxprops=None, tick_labels=None, flierprops=None, medianprops=None, meanprops=None, capprops=None,
                whiskerprops=None, manage_ticks=True, autorange=False, zorder=None, capwidths=None, label=None, *, labels=None, data=None):  # fmt: skip
        """Draws a box with whiskers for each column; answers the artists by part."""
        tick_labels = labels if tick_labels is None else tick_labels
        columns = [numbers(one) for one in _sets(column_of(data, x))]
        sets = [column.ordered().tolist() for column in columns]
        names = [str(one) for one in as_list(tick_labels)] if tick_labels is not None else None
        if names is not None and len(names) != len(sets):
            raise ValueError("Dimensions of labels and X must be compatible")
        stats = [box_of(one, 1.5 if whis is None else whis) for one in sets]
        for index, stat in enumerate(stats):
            stat["label"] = names[index] if names else str(index + 1)
            given = columns[index].tolist()
            stat["fliers"] = [v for v in given if v < stat["whislo"]] + [v for v in given if v > stat["whishi"]]
        upright = (orientation == "vertical") if vert is None else bool(vert)
        return self._boxes(stats, upright, positions, widths, patch_artist, meanline, showmeans, showcaps, showbox, showfliers, sym,
                           {"box": boxprops, "flier": flierprops, "median": medianprops, "mean": meanprops, "cap": capprops, "whisker": whiskerprops},
                           manage_ticks, zorder, capwidths, label, notch, sets)  # fmt: skip

    def bxp(self, bxpstats, positions=None, *, widths=None, vert=None, orientation="vertical", patch_artist=False, shownotches=False,
            showmeans=False, showcaps=True, showbox=True, showfliers=True, boxprops=None, whiskerprops=None, flierprops=None,
            medianprops=None, capprops=None, meanprops=None, meanline=False, manage_ticks=True, zorder=None, capwidths=None, label=None):  # fmt: skip
        """Draws box plots of computed quartiles."""
        upright = (orientation == "vertical") if vert is None else bool(vert)
        props = {"box": boxprops, "flier": flierprops, "median": medianprops, "mean": meanprops, "cap": capprops, "whisker": whiskerprops}
        stats = [{"fliers": [], "mean": math.nan, **stat} for stat in bxpstats]
        return self._boxes(stats, upright, positions, widths, patch_artist, meanline, showmeans, showcaps, showbox, showfliers, None, props,
                           manage_ticks, zorder, capwidths, label, False, [[]] * len(stats))  # fmt: skip

    def _boxes(self, stats, upright, positions, widths, patch_artist, meanline, showmeans, showcaps, showbox, showfliers, sym, props,
               manage_ticks, zorder, capwidths, label, notch, sets):  # fmt: skip
        count = len(stats)
        places = [float(index + 1) for index in _range(count)] if positions is None else numbers(positions).tolist()
        if len(places) != count:
            raise ValueError("List of boxplot statistics and `positions` must have same length")
        if widths is None:
            widths = [min(max(0.15 * (max(places) - min(places)), 0.15), 0.5)] * count if places else []
        elif shape_of(widths):
            widths = numbers(widths).tolist()
        else:
            widths = [float(widths)] * count
        caps = [width * 0.5 for width in widths] if capwidths is None else [float(capwidths)] * count if not shape_of(capwidths) else list(capwidths)
        order = 2 if zorder is None else zorder
        style = lambda part, base: {**base, **named(props[part] or {})}  # noqa: E731
        thin = {"color": "black", "linewidth": 1.0, "zorder": order}
        found = {"whiskers": [], "caps": [], "boxes": [], "medians": [], "fliers": [], "means": []}
        labels = list(label) if isinstance(label, (list, tuple)) else [label] + [None] * (count - 1)

        def line(xs, ys, given):
            given = dict(given)
            level = given.pop("zorder", order)
            made = self.plot(*((xs, ys) if upright else (ys, xs)), label="_nolegend_", **given)[0]
            made.zorder = level
            return made

        for index, stat in enumerate(stats):
            place, width, cap = places[index], widths[index], caps[index]
            left, right = place - width / 2, place + width / 2
            if showbox is not False:
                given = style("box", {})
                if notch:
                    iqr, size = stat["q3"] - stat["q1"], max(len(sets[index]), 1)
                    low, high = stat["med"] - 1.57 * iqr / math.sqrt(size), stat["med"] + 1.57 * iqr / math.sqrt(size)
                    inner = (place - width / 4, place + width / 4)
                    xs = [left, right, right, inner[1], right, right, left, left, inner[0], left, left]
                    ys = [stat["q1"], stat["q1"], low, stat["med"], high, stat["q3"], stat["q3"], high, stat["med"], low, stat["q1"]]
                else:
                    xs = [left, right, right, left, left]
                    ys = [stat["q1"], stat["q1"], stat["q3"], stat["q3"], stat["q1"]]
                if patch_artist:
                    patch = Polygon(list(zip(xs, ys) if upright else zip(ys, xs)), **{"facecolor": "C0", "edgecolor": "black", "linewidth": 1.0, **given})
                    patch.zorder = given.get("zorder", order - 0.001)
                    patch._label = str(labels[index]) if index < len(labels) and labels[index] is not None else "_nolegend_"
                    found["boxes"].append(self._add(patch))
                else:
                    if "facecolor" in given or "edgecolor" in given:
                        given.pop("facecolor", None)
                        given.setdefault("color", given.pop("edgecolor", "black"))
                    box = line(xs, ys, {**thin, **given})
                    box._label = str(labels[index]) if index < len(labels) and labels[index] is not None else "_nolegend_"
                    found["boxes"].append(box)
            given = style("whisker", thin)
            found["whiskers"].append(line([place, place], [stat["q1"], stat["whislo"]], given))
            found["whiskers"].append(line([place, place], [stat["q3"], stat["whishi"]], given))
            if showcaps is not False:
                given = style("cap", thin)
                found["caps"].append(line([place - cap / 2, place + cap / 2], [stat["whislo"]] * 2, given))
                found["caps"].append(line([place - cap / 2, place + cap / 2], [stat["whishi"]] * 2, given))
            given = style("median", {"color": "C1", "linewidth": 1.0, "zorder": order})
            found["medians"].append(line([left, right], [stat["med"]] * 2, given))
            if showmeans:
                if meanline:
                    given = style("mean", {"color": "C2", "linestyle": "--", "linewidth": 1.0, "zorder": order})
                    found["means"].append(line([left, right], [stat["mean"]] * 2, given))
                else:
                    base = {"color": "C2", "linestyle": "None", "marker": "^", "markerfacecolor": "C2", "markeredgecolor": "C2", "zorder": order}
                    found["means"].append(line([place], [stat["mean"]], style("mean", base)))
            if showfliers is not False and sym != "":
                base = {"color": "black", "linestyle": "None", "marker": "o", "markerfacecolor": "none", "markeredgecolor": "black", "markersize": 6.0, "zorder": order}
                if sym:
                    from matplotlib.plots_lines import _read_format

                    _, marker, color = _read_format(sym)
                    base.update({key: value for key, value in (("marker", marker), ("markeredgecolor", color)) if value})
                fliers = stat["fliers"]
                found["fliers"].append(line([place] * len(fliers), list(fliers), style("flier", base)))
        if manage_ticks and count:
            axis = self.xaxis if upright else self.yaxis
            names = [stat.get("label", str(index + 1)) for index, stat in enumerate(stats)]
            low, high = min(places) - 0.5, max(places) + 0.5
            earlier = getattr(self, "_box_ticks", [])
            ticks = dict(earlier)
            ticks.update(zip(places, names))
            self._box_ticks = list(ticks.items())
            low, high = min(low, min(ticks) - 0.5), max(high, max(ticks) + 0.5)
            axis.margin = 0.0
            axis.set_limits(low, high)
            axis.set_ticks(list(ticks))
            axis.set_ticklabels(list(ticks.values()))
            axis._fixed_labels = True
        group = _BoxGroup(stats, places, widths, upright, found)
        self._box_groups = [*getattr(self, "_box_groups", []), group]
        return found

    def violinplot(self, dataset, positions=None, vert=None, orientation="vertical", widths=0.5, showmeans=False, showextrema=True,
                   showmedians=False, quantiles=None, points=100, bw_method=None, side="both", facecolor=None, linecolor=None, *, data=None):  # fmt: skip
        """Draws the smoothed distribution of each column."""
        sets = [numbers(one).ordered() for one in _sets(dataset)]
        places = [float(index + 1) for index in _range(len(sets))] if positions is None else numbers(positions).tolist()
        upright = (orientation == "vertical") if vert is None else bool(vert)
        widths = [float(widths)] * len(sets) if not shape_of(widths) else list(widths)
        color = self._color("line")
        found = {"bodies": []}
        lows, highs, means, medians = [], [], [], []
        for place, width, column in zip(places, widths, sets):
            values = column.tolist()
            count = len(values)
            mean = math.fsum(values) / count
            deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / max(count - 1, 1))
            factor = count ** (-1 / 5) if bw_method in (None, "scott") else (count * 3 / 4) ** (-1 / 5) if bw_method == "silverman" else float(bw_method)
            coords = linspace(values[0], values[-1], points)
            if deviation > 0:
                curve = column.density(numbers(coords), deviation * factor).tolist()
            else:
                curve = [1.0] * points
            top = max(curve) or 1.0
            half = [0.5 * width * value / top for value in curve]
            low = [place - value if side != "high" else place for value in half]
            high = [place + value if side != "low" else place for value in half]
            body = FillBetween(numbers(coords), numbers(low), numbers(high), None, upright, {"facecolor": facecolor or color, "alpha": 0.3})
            body._label = "_nolegend_"
            found["bodies"].append(self._add(body))
            lows.append(values[0])
            highs.append(values[-1])
            means.append(mean)
            medians.append(percentile(values, 0.5))

        def bars(at, share=0.25):
            rows = [[(p - w * share, v), (p + w * share, v)] for p, w, v in zip(places, widths, at)]
            rows = rows if upright else [[(y, x) for x, y in row] for row in rows]
            made = self._add(LineCollection(rows, colors=linecolor or color))
            made._label = "_nolegend_"
            return made

        if showmeans:
            found["cmeans"] = bars(means)
        if showextrema:
            found["cmaxes"], found["cmins"] = bars(highs), bars(lows)
            rows = [[(p, a), (p, b)] for p, a, b in zip(places, lows, highs)]
            made = LineCollection(rows if upright else [[(y, x) for x, y in row] for row in rows], colors=linecolor or color)
            made._label = "_nolegend_"
            found["cbars"] = self._add(made)
        if showmedians:
            found["cmedians"] = bars(medians)
        if quantiles is not None:
            wanted = [quantiles] * len(sets) if not (quantiles and shape_of(quantiles[0])) else quantiles
            rows = []
            for place, width, column, shares in zip(places, widths, sets, wanted):
                rows += [[(place - width * 0.25, v), (place + width * 0.25, v)] for v in (percentile(column.tolist(), share) for share in shares)]
            found["cquantiles"] = self._add(LineCollection(rows if upright else [[(y, x) for x, y in row] for row in rows], colors=color))
        return found


class _BoxGroup:
    """What a box plot showed, for the interactive copy."""

    def __init__(self, stats, places, widths, upright, found):
        self.stats, self.places, self.widths, self.upright, self.found = stats, places, widths, upright, found


_range = range


def _sets(x):
    """The data sets of an argument that may hold one or many."""
    if hasattr(x, "get_columns"):
        return list(x.get_columns())
    if hasattr(x, "to_physical"):
        return [x]
    values = as_list(x)
    if values and shape_of(values[0]) and not isinstance(values[0], str):
        return [as_list(one) if not hasattr(one, "to_physical") else one for one in values]
    return [values]


def _is_many(x):
    if hasattr(x, "to_physical"):
        return False
    values = as_list(x) if not hasattr(x, "get_columns") else x.get_columns()
    return bool(values) and shape_of(values[0]) and not isinstance(values[0], str) and len(values) > 1


