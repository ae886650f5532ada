"""Distributions: histograms, box plots, violins."""

import math

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import as_list, name_of, numbers, sets_of, shape_of
from matplotlib.artist import named
from matplotlib.collections import FillBetween, LineCollection, Tiles, color_list
from matplotlib.container import BoxGroup
from matplotlib.patches import Polygon
from matplotlib.plots_lines import column_of, named_along


def _present(values):
    """The numbers of a row without what is missing."""
    column = numbers(values)
    return column[~np.isnan(column)]


def box_of(values, whis):
    """Quartiles, whiskers and outliers of a data set."""
    if not values.size:
        return {"mean": math.nan, "med": math.nan, "q1": math.nan, "q3": math.nan, "whislo": math.nan, "whishi": math.nan, "fliers": []}
    q1, med, q3 = np.percentile(values, [25, 50, 75])
    if shape_of(whis):
        low, high = np.percentile(values, whis)
    else:
        low, high = q1 - whis * (q3 - q1), q3 + whis * (q3 - q1)
    inside = values[values <= high]
    top = q3 if not inside.size or inside.max() < q3 else inside.max()
    inside = values[values >= low]
    bottom = q1 if not inside.size or inside.min() > q1 else inside.min()
    return {
        "mean": values.mean(), "med": med, "q1": q1, "q3": q3, "whislo": bottom, "whishi": top,
        "fliers": np.concatenate([values[values < bottom], values[values > top]]),
    }  # fmt: skip


def density(values, places, width=None, weights=None):
    """A smooth density of values at places; `width` is `scott`, `silverman` or a factor of the deviation."""
    weights = np.full(len(values), 1 / max(len(values), 1)) if weights is None else weights / weights.sum()
    count = 1 / (weights**2).sum()
    if callable(width):
        raise NotImplementedError("the width of a density is 'scott', 'silverman' or a number here, not a function")
    factor = count**-0.2 if width in (None, "scott") else (count * 0.75) ** -0.2 if width == "silverman" else float(width)
    mean = (weights * values).sum()
    spread = math.sqrt((weights * (values - mean) ** 2).sum() * count / (count - 1)) * factor if count > 1 else 0.0
    if not spread > 0:
        return np.ones(len(places))
    total = np.zeros(len(places))
    for start in range(0, len(values), 4096):
        near = np.exp(-0.5 * ((places[:, None] - values[None, start : start + 4096]) / spread) ** 2)
        total += near @ weights[start : start + 4096]
    return total / (spread * math.sqrt(2 * math.pi))


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
        columns = [axis.convert(one) for one in sets_of(x)]
        if shape_of(bins):
            bins = axis.convert(bins)
        if range is not None:
            range = tuple(axis.convert_any(range))
        heavy = [None] * len(columns) if weights is None else [numbers(one) for one in sets_of(weights)]
        if len(heavy) != len(columns) or any(w is not None and w.size != c.size for w, c in zip(heavy, columns)):
            raise ValueError("weights should have the same shape as x")
        present = [~np.isnan(column) for column in columns]
        heavy = [None if w is None else w[keep] for w, keep in zip(heavy, present)]
        columns = [column[keep] for column, keep in zip(columns, present)]
        edges = np.histogram_bin_edges(
            np.concatenate(columns) if columns else np.array([]), bins, range, None if weights is None else np.concatenate(heavy)
        ).astype(float)
        counts = [np.histogram(column, edges, weights=weight, density=density and not stacked)[0].astype(float) for column, weight in zip(columns, heavy)]
        counts = np.array(counts).reshape(len(columns), -1)
        widths = np.diff(edges)
        if stacked:
            counts = counts.cumsum(axis=0)
            if density and counts.size:
                counts = counts / widths / counts[-1].sum()
        if cumulative:
            step = -1 if not isinstance(cumulative, bool) and cumulative < 0 else 1
            each = counts * widths if density else counts
            counts = each[:, ::step].cumsum(axis=1)[:, ::step]
        patches = self._hist_patches(counts.tolist(), edges.tolist(), widths.tolist(), histtype, stacked, align, orientation, rwidth, log, bottom, color, label, given, bool(density), name_of(x))
        if log:
            (self.yaxis if orientation == "vertical" else self.xaxis).set_scale("log")
        single = len(columns) == 1
        return (counts[0] if single else counts), edges, (patches[0] if single else patches)

    def _hist_patches(self, counts, edges, widths, histtype, stacked, align, orientation, rwidth, log, bottom, color, label, given, is_density, name):
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
                bars._role, bars._bins, bars._is_density = "hist", (edges[:-1], edges[1:]), is_density
                bars._names = {"x" if upright else "y": name}
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
            below = low if stacked and index else base
            patch._bins = (edges[:-1], edges[1:], below, [value + (0.0 if stacked and index else start) for value, start in zip(row, base)], upright)
            patch._is_density, patch._names = is_density, {"x" if upright else "y": name}
            patch._sticky = (lambda side: lambda name: [0.0] if name == side else ())("y" if upright else "x")
            made.append([self._add(patch)])
        return made

    def stairs(self, values, edges=None, *, orientation="vertical", baseline=0, fill=False, data=None, **kwargs):
        """Draws the outline of bins."""
        values = numbers(values).tolist()
        edges = list(map(float, range(len(values) + 1))) if edges is None else self.xaxis.convert_any(edges)
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
        if not shape_of(baseline):
            patch._bins = (edges[:-1], edges[1:], [baseline] * len(values), values, orientation == "vertical")
        return self._add(patch)

    def ecdf(self, x, weights=None, *, complementary=False, orientation="vertical", compress=False, data=None, **kwargs):
        """Draws the share of values up to each value."""
        x = column_of(data, x)
        column = (self.xaxis if orientation == "vertical" else self.yaxis).convert(x)
        order = np.argsort(column, kind="stable")
        heavy = np.ones(column.size) if weights is None else numbers(weights)
        shares = np.cumsum(heavy[order]) / heavy.sum()
        xs, ys = np.concatenate([column[order][:1], column[order]]), np.concatenate([[0.0], shares])
        if complementary:
            ys = 1 - ys
        line = self.plot(*((xs, ys) if orientation == "vertical" else (ys, xs)), drawstyle="steps-post" if orientation == "vertical" else "steps-pre", **kwargs)[0]
        return line

    def hist2d(self, x, y, bins=10, *, range=None, density=False, weights=None, cmin=None, cmax=None, data=None, **kwargs):
        """Draws the counts of points in cells; answers counts, both edges and the image."""
        x, y = column_of(data, x), column_of(data, y)
        counts, xe, ye = np.histogram2d(self.xaxis.convert(x), self.yaxis.convert(y), bins=bins, range=range, density=density, weights=None if weights is None else numbers(weights))
        if cmin is not None:
            counts[counts < cmin] = np.nan
        if cmax is not None:
            counts[counts > cmax] = np.nan
        image = self.pcolormesh(xe, ye, counts.T, **kwargs)
        image._names = {**named_along(True, x, y), "value": "density" if density else "count"}
        self.set_xlim(xe[0], xe[-1])
        self.set_ylim(ye[0], ye[-1])
        return counts, xe, ye, image

    def hexbin(self, x, y, C=None, *, gridsize=100, bins=None, xscale="linear", yscale="linear", extent=None, cmap=None, norm=None, vmin=None,
               vmax=None, alpha=None, linewidths=None, edgecolors="face", reduce_C_function=None, mincnt=None, marginals=False, data=None, **kwargs):  # fmt: skip
        """Draws the counts of points in hexagons."""
        if marginals:
            raise NotImplementedError("hexbin draws no marginals; draw histograms in axes of their own")
        xs, ys = self.xaxis.convert(column_of(data, x)), self.yaxis.convert(column_of(data, y))
        means = None if C is None else numbers(column_of(data, C))
        keep = ~(np.isnan(xs) | np.isnan(ys))
        xs, ys, means = xs[keep], ys[keep], None if means is None else means[keep]
        nx, ny = gridsize if shape_of(gridsize) else (gridsize, int(gridsize / math.sqrt(3)))
        x0, x1, y0, y1 = extent or (xs.min(), xs.max(), ys.min(), ys.max())
        pad = 1e-9 * (x1 - x0)
        x0, x1 = x0 - pad, x1 + pad
        sx, sy = (x1 - x0) / nx or 1.0, (y1 - y0) / ny or 1.0
        ix, iy = (xs - x0) / sx, (ys - y0) / sy
        outer, inner = (np.rint(ix), np.rint(iy)), (np.floor(ix) + 0.5, np.floor(iy) + 0.5)
        near = (ix - outer[0]) ** 2 + 3 * (iy - outer[1]) ** 2 < (ix - inner[0]) ** 2 + 3 * (iy - inner[1]) ** 2
        places = np.column_stack([np.where(near, outer[0], inner[0]), np.where(near, outer[1], inner[1])])
        if C is None and mincnt is None:
            grid = [np.stack(np.meshgrid(np.arange(n) + d, np.arange(m) + d, indexing="ij"), axis=-1).reshape(-1, 2) for n, m, d in ((nx + 1, ny + 1, 0), (nx, ny, 0.5))]
            empty = np.concatenate(grid)
        else:
            empty = np.empty((0, 2))
        kept, where, counts = np.unique(np.concatenate([places, empty]), axis=0, return_inverse=True, return_counts=True)
        where = where.ravel()[: len(places)]
        counts = np.bincount(where, minlength=len(kept))
        if C is None:
            values = counts.astype(float)
            shown = counts >= (0 if mincnt is None else mincnt)
        else:
            reduce = np.mean if reduce_C_function is None else reduce_C_function
            values = np.array([reduce(means[where == index]) for index in _range(len(kept))], dtype=float)
            shown = counts >= (1 if mincnt is None else mincnt)
        kept, column = kept[shown], values[shown]
        outline = [[sx * a, sy * b / 3] for a, b in ((0.5, -0.5), (0.5, 0.5), (0.0, 1.0), (-0.5, 0.5), (-0.5, -0.5), (0.0, -1.0))]
        if isinstance(bins, str) and bins == "log":
            from matplotlib.colors import LogNorm

            norm = norm or LogNorm()
        made = Tiles(x0 + kept[:, 0] * sx, y0 + kept[:, 1] * sy, outline, column, norm, cmap, alpha)
        made._names = {**named_along(True, column_of(data, x), column_of(data, y)), "value": "count" if C is None else name_of(column_of(data, C)) or "mean"}
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
        sets = [_present(one) for one in sets_of(column_of(data, x))]
        names = [str(one) for one in as_list(tick_labels)] if tick_labels is not None else None
        if names is not None and len(names) != len(sets):
            raise ValueError("Dimensions of labels and X must be compatible")
        stats = [box_of(one, 1.5 if whis is None else whis) for one in sets]
        for index, stat in enumerate(stats):
            stat["label"] = names[index] if names else str(index + 1)
        upright = (orientation == "vertical") if vert is None else bool(vert)
        return self._boxes(stats, upright, positions, widths, patch_artist, meanline, showmeans, showcaps, showbox, showfliers, sym,
                           {"box": boxprops, "flier": flierprops, "median": medianprops, "mean": meanprops, "cap": capprops, "whisker": whiskerprops},
                           manage_ticks, zorder, capwidths, label, notch, sets, name_of(column_of(data, x)))  # fmt: skip

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
               manage_ticks, zorder, capwidths, label, notch, sets, name=None):  # fmt: skip
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
        BoxGroup(stats, places, widths, upright, found, {"y" if upright else "x": name})
        return found

    def violinplot(self, dataset, positions=None, vert=None, orientation="vertical", widths=0.5, showmeans=False, showextrema=True,
                   showmedians=False, quantiles=None, points=100, bw_method=None, side="both", facecolor=None, linecolor=None, *, data=None):  # fmt: skip
        """Draws the smoothed distribution of each column."""
        sets = [_present(one) for one in sets_of(column_of(data, dataset))]
        places = [float(index + 1) for index in _range(len(sets))] if positions is None else numbers(positions).tolist()
        upright = (orientation == "vertical") if vert is None else bool(vert)
        widths = [float(widths)] * len(sets) if not shape_of(widths) else list(widths)
        color = self._color("line")
        found = {"bodies": []}
        for place, width, values in zip(places, widths, sets):
            coords = np.linspace(values.min(), values.max(), points)
            curve = density(values, coords, bw_method)
            half = 0.5 * width * curve / curve.max()
            low = place - half if side != "high" else np.full(points, place)
            high = place + half if side != "low" else np.full(points, place)
            body = FillBetween(coords, low, high, None, upright, {"facecolor": facecolor or color, "alpha": 0.3})
            body._label, body._is_body = "_nolegend_", True
            found["bodies"].append(self._add(body))
        lows, highs = [values.min() for values in sets], [values.max() for values in sets]
        means, medians = [values.mean() for values in sets], [np.median(values) for values in sets]

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
            wanted = [quantiles] * len(sets) if not (len(quantiles) and shape_of(quantiles[0])) else quantiles
            rows = []
            for place, width, values, shares in zip(places, widths, sets, wanted):
                rows += [[(place - width * 0.25, v), (place + width * 0.25, v)] for v in np.quantile(values, shares)]
            found["cquantiles"] = self._add(LineCollection(rows if upright else [[(y, x) for x, y in row] for row in rows], colors=color))
        return found


_range = range
