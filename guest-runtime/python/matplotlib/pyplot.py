"""`matplotlib.pyplot`: charts by functions on a current figure and its current axes.

Every function does what the method of the same name of figure or axes does. `show` writes the open figures that were
not saved yet as `chart-1.png`, `chart-2.png`, …; so does the end of the script.
"""

import _chart

import matplotlib  # noqa: F401  scripts reach the package as plt.matplotlib
from matplotlib import cm, style, ticker
from matplotlib import colorbar as _colorbar  # noqa: F401  imported at boot, so that a run need not
from matplotlib import artist as _artist
from matplotlib._settings import cycler, rc, rc_context, rcdefaults, rcParams, rcParamsDefault
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.cm import get_cmap
from matplotlib.colors import Normalize
from matplotlib.figure import Figure
from matplotlib.gridspec import GridSpec, SubplotSpec  # noqa: F401
from matplotlib.lines import Line2D
from matplotlib.patches import Circle, Polygon, Rectangle
from matplotlib.text import Text
from matplotlib.ticker import (
    AutoLocator,
    FixedFormatter,
    FixedLocator,
    FormatStrFormatter,
    Formatter,
    FuncFormatter,
    IndexLocator,
    LinearLocator,
    Locator,
    LogFormatter,
    LogFormatterExponent,
    LogFormatterMathtext,
    LogLocator,
    MaxNLocator,
    MultipleLocator,
    NullFormatter,
    NullLocator,
    ScalarFormatter,
)

_figures = {}
_order = []
_shown = 0


def _next_name():
    global _shown
    _shown += 1
    return f"chart-{_shown}.png"


def _show_pending():
    """Writes every open figure that was drawn but neither saved nor shown."""
    for number in sorted(_figures):
        _figures[number].__glovebox_show__()


def _activate(number):
    if number in _order:
        _order.remove(number)
    _order.append(number)


def figure(num=None, figsize=None, dpi=None, *, facecolor=None, edgecolor=None, frameon=True, FigureClass=Figure, clear=False, **kwargs):
    """Makes a figure, or makes one the current one by its number or name."""
    if isinstance(num, Figure):
        _activate(num.number)
        return num
    name = ""
    if isinstance(num, str):
        name = num
        num = next((number for number, one in _figures.items() if one._name == name), None)
    if num is None:
        num = max(_figures, default=0) + 1
    if num not in _figures:
        made = Figure(figsize, dpi, facecolor=facecolor, edgecolor=edgecolor, frameon=frameon, **kwargs)
        made.number = num
        made._name = name
        _figures[num] = made
    elif clear:
        _figures[num].clf()
    _activate(num)
    return _figures[num]


def gcf():
    """The current figure."""
    return _figures[_order[-1]] if _order else figure()


def gca():
    """The current axes."""
    return gcf().gca()


def sca(ax):
    """Makes axes the current ones."""
    figure(ax.figure)
    ax.figure.sca(ax)


def fignum_exists(num):
    """Whether there is a figure of that number or name."""
    return num in _figures or any(one._name == num for one in _figures.values() if isinstance(num, str))


def get_fignums():
    """The numbers of all figures."""
    return sorted(_figures)


def get_figlabels():
    """The names of all figures."""
    return [_figures[number]._name for number in sorted(_figures)]


def close(fig=None):
    """Closes the current figure, one by number, name or itself, or `all`."""
    if fig == "all":
        _figures.clear()
        _order.clear()
        return
    if fig is None:
        if not _order:
            return
        fig = _order[-1]
    if isinstance(fig, Figure):
        fig = fig.number
    elif isinstance(fig, str):
        fig = next((number for number, one in _figures.items() if one._name == fig), None)
    if fig in _figures:
        del _figures[fig]
        _order.remove(fig)


def clf():
    """Empties the current figure."""
    gcf().clf()


def cla():
    """Empties the current axes."""
    gca().cla()


def show(*args, **kwargs):
    """Writes the open figures that were not saved yet as `chart-1.png`, `chart-2.png`, …"""
    _show_pending()
    close("all")


def savefig(*args, **kwargs):
    """Saves the current figure as PNG or SVG."""
    return gcf().savefig(*args, **kwargs)


def draw():
    """Accepted; nothing has to be drawn beforehand."""


def draw_if_interactive(*args, **kwargs):
    """Accepted; nothing is interactive here."""


def pause(interval):
    """Accepted; nothing moves here."""


def ion():
    """Accepted; nothing is interactive here."""


def ioff():
    """Accepted; nothing is interactive here."""


def isinteractive():
    """Whether figures are drawn as they change: never."""
    return False


def switch_backend(newbackend):
    """Accepted; there is one backend, which writes PNG and SVG."""


def get_backend():
    """The name of the backend."""
    return "agg"


def subplots(nrows=1, ncols=1, *, sharex=False, sharey=False, squeeze=True, width_ratios=None, height_ratios=None, subplot_kw=None, gridspec_kw=None, **fig_kw):
    """Makes a figure with a grid of axes; answers both."""
    fig = figure(**fig_kw)
    axes = fig.subplots(
        nrows, ncols, sharex=sharex, sharey=sharey, squeeze=squeeze, width_ratios=width_ratios, height_ratios=height_ratios,
        subplot_kw=subplot_kw, gridspec_kw=gridspec_kw,
    )  # fmt: skip
    return fig, axes


def subplot_mosaic(mosaic, *, sharex=False, sharey=False, width_ratios=None, height_ratios=None, empty_sentinel=".", subplot_kw=None, gridspec_kw=None, per_subplot_kw=None, **fig_kw):
    """Makes a figure with axes by a drawing of their places; answers both."""
    fig = figure(**fig_kw)
    axes = fig.subplot_mosaic(
        mosaic, sharex=sharex, sharey=sharey, width_ratios=width_ratios, height_ratios=height_ratios, empty_sentinel=empty_sentinel,
        subplot_kw=subplot_kw, per_subplot_kw=per_subplot_kw, gridspec_kw=gridspec_kw,
    )  # fmt: skip
    return fig, axes


def subplot(*args, **kwargs):
    """Adds axes in a grid to the current figure, or makes those that are there the current ones."""
    fig = gcf()
    spec = fig._spec(args)
    for axes in fig.axes:
        if axes._grid_cell == (spec.rows, spec.cols, (spec.grid.nrows, spec.grid.ncols)) and axes._place["kind"] == "grid":
            return fig.sca(axes)
    return fig.add_subplot(spec, **kwargs)


def subplot2grid(shape, loc, rowspan=1, colspan=1, fig=None, **kwargs):
    """Adds axes at a cell of a grid."""
    fig = fig or gcf()
    grid = GridSpec(shape[0], shape[1], fig)
    return fig.add_subplot(grid[loc[0] : loc[0] + rowspan, loc[1] : loc[1] + colspan], **kwargs)


def axes(arg=None, **kwargs):
    """Adds axes that fill the figure, or at left, bottom, width and height."""
    return gcf().add_subplot(**kwargs) if arg is None else gcf().add_axes(arg, **kwargs)


def delaxes(ax=None):
    """Takes axes out of their figure."""
    ax = ax or gca()
    ax.figure.delaxes(ax)


def twinx(ax=None):
    """Axes that share x, with an own y axis at the right."""
    return (ax or gca()).twinx()


def twiny(ax=None):
    """Axes that share y, with an own x axis at the top."""
    return (ax or gca()).twiny()


def colorbar(mappable=None, cax=None, ax=None, **kwargs):
    """Draws the colours of a mappable beside its axes."""
    mappable = mappable if mappable is not None else gci()
    if mappable is None:
        raise RuntimeError(
            "No mappable was found to use for colorbar creation. First define a mappable such as an image (with imshow) or a contour set "
            "(with contourf)."
        )
    return gcf().colorbar(mappable, cax=cax, ax=ax, **kwargs)


def gci():
    """What was last drawn by a colormap."""
    return gcf()._image


def sci(im):
    """Makes a mappable the one that `clim` and `colorbar` mean."""
    gcf()._image = im


def clim(vmin=None, vmax=None):
    """Sets the limits of the current mappable's colours."""
    if gci() is None:
        raise RuntimeError("You must first define an image, e.g., with imshow")
    gci().set_clim(vmin, vmax)


def set_cmap(cmap):
    """Sets the colormap for what follows, and of the current mappable."""
    rcParams["image.cmap"] = get_cmap(cmap).name
    if gci() is not None:
        gci().set_cmap(cmap)


class _Colormaps:
    def __call__(self):
        """The names of all colormaps."""
        return list(cm.colormaps)

    def __getattr__(self, name):
        return getattr(cm.colormaps, name)

    def __getitem__(self, name):
        return cm.colormaps[name]

    def __iter__(self):
        return iter(cm.colormaps)

    def __contains__(self, name):
        return name in cm.colormaps


colormaps = _Colormaps()


def suptitle(t, **kwargs):
    """Sets the title over all axes."""
    return gcf().suptitle(t, **kwargs)


def supxlabel(t, **kwargs):
    """Sets the text below all axes."""
    return gcf().supxlabel(t, **kwargs)


def supylabel(t, **kwargs):
    """Sets the text to the left of all axes."""
    return gcf().supylabel(t, **kwargs)


def figtext(x, y, s, fontdict=None, **kwargs):
    """Writes a text at a place in shares of the figure."""
    return gcf().text(x, y, s, fontdict, **kwargs)


def figlegend(*args, **kwargs):
    """Draws a legend of all axes."""
    return gcf().legend(*args, **kwargs)


def tight_layout(*, pad=1.08, h_pad=None, w_pad=None, rect=None):
    """Accepted; axes are always laid out so that nothing overlaps."""


def subplots_adjust(left=None, bottom=None, right=None, top=None, wspace=None, hspace=None):
    """Sets margins and spaces; nothing overlaps whatever they are."""
    gcf().subplots_adjust(left, bottom, right, top, wspace, hspace)


def title(label, fontdict=None, loc=None, pad=None, *, y=None, **kwargs):
    """Sets the title."""
    return gca().set_title(label, fontdict, loc, pad, y=y, **kwargs)


def xlabel(xlabel, fontdict=None, labelpad=None, *, loc=None, **kwargs):
    """Sets the text along the x axis."""
    return gca().set_xlabel(xlabel, fontdict, labelpad, loc=loc, **kwargs)


def ylabel(ylabel, fontdict=None, labelpad=None, *, loc=None, **kwargs):
    """Sets the text along the y axis."""
    return gca().set_ylabel(ylabel, fontdict, labelpad, loc=loc, **kwargs)


def xlim(*args, **kwargs):
    """Sets the limits of the x axis, or answers them."""
    return gca().set_xlim(*args, **kwargs) if args or kwargs else gca().get_xlim()


def ylim(*args, **kwargs):
    """Sets the limits of the y axis, or answers them."""
    return gca().set_ylim(*args, **kwargs) if args or kwargs else gca().get_ylim()


def xscale(value, **kwargs):
    """Sets the scale of the x axis: linear, log, symlog or logit."""
    gca().set_xscale(value, **kwargs)


def yscale(value, **kwargs):
    """Sets the scale of the y axis: linear, log, symlog or logit."""
    gca().set_yscale(value, **kwargs)


def xticks(ticks=None, labels=None, *, minor=False, **kwargs):
    """Sets the places of the x axis' ticks and their texts, or answers both."""
    return _ticks(gca().xaxis, ticks, labels, minor, kwargs)


def yticks(ticks=None, labels=None, *, minor=False, **kwargs):
    """Sets the places of the y axis' ticks and their texts, or answers both."""
    return _ticks(gca().yaxis, ticks, labels, minor, kwargs)


def _ticks(axis, ticks, labels, minor, style):
    if ticks is None:
        if labels is not None:
            raise TypeError("xticks(): Parameter 'labels' can't be set without setting 'ticks'")
    else:
        axis.set_ticks(ticks, minor=minor)
    if labels is None:
        axis._text_style(style, "minor" if minor else "major")
    else:
        axis.set_ticklabels(labels, minor=minor, **style)
    return axis.get_ticklocs(minor=minor), axis.get_ticklabels(minor)


def axis(arg=None, /, *, emit=True, **kwargs):
    """Switches the frame `off` or `on`, sets `equal`, `scaled`, `tight`, `auto`, `image` or `square`, or the four limits."""
    return gca().axis(arg, emit=emit, **kwargs)


def box(on=None):
    """Shows or hides the frame."""
    gca().set_frame_on(not gca()._frame if on is None else on)


def setp(obj, *args, **kwargs):
    """Sets properties of an artist or of several."""
    return _artist.setp(obj, *args, **kwargs)


def getp(obj, property=None):
    """A property of an artist."""
    return _artist.getp(obj, property)


def get(obj, *args, **kwargs):
    """A property of an artist."""
    return getp(obj, *args, **kwargs)


def get_plot_commands():
    """The names of the functions that draw."""
    return sorted(_DRAWING)


def polar(*args, **kwargs):
    """Not offered."""
    raise NotImplementedError("polar axes are not available; use plt.plot, or plt.pie for shares")


def plot(*args, scalex=True, scaley=True, data=None, **kwargs):
    """Draws lines or markers: `plot(y)`, `plot(x, y)`, `plot(x, y, 'r--o')`, several pairs in turn."""
    return gca().plot(*args, scalex=scalex, scaley=scaley, data=data, **kwargs)


def step(x, y, *args, where='pre', data=None, **kwargs):
    """Draws a line of steps; `where` is `pre`, `post` or `mid`."""
    return gca().step(x, y, *args, where=where, data=data, **kwargs)


def semilogx(*args, **kwargs):
    """Draws lines over a logarithmic x axis."""
    return gca().semilogx(*args, **kwargs)


def semilogy(*args, **kwargs):
    """Draws lines over a logarithmic y axis."""
    return gca().semilogy(*args, **kwargs)


def loglog(*args, **kwargs):
    """Draws lines over two logarithmic axes."""
    return gca().loglog(*args, **kwargs)


def scatter(x, y, s=None, c=None, *, marker=None, cmap=None, norm=None, vmin=None, vmax=None, alpha=None, linewidths=None, edgecolors=None, colorizer=None, plotnonfinite=False, data=None, **kwargs):
    """Draws points, with sizes in square points and colours or values for each."""
    return gca().scatter(x, y, s, c, marker=marker, cmap=cmap, norm=norm, vmin=vmin, vmax=vmax, alpha=alpha, linewidths=linewidths, edgecolors=edgecolors, colorizer=colorizer, plotnonfinite=plotnonfinite, data=data, **kwargs)


def bar(x, height, width=0.8, bottom=None, *, align='center', data=None, **kwargs):
    """Draws upright bars."""
    return gca().bar(x, height, width, bottom, align=align, data=data, **kwargs)


def barh(y, width, height=0.8, left=None, *, align='center', data=None, **kwargs):
    """Draws lying bars."""
    return gca().barh(y, width, height, left, align=align, data=data, **kwargs)


def bar_label(container, labels=None, *, fmt='%g', label_type='edge', padding=0, **kwargs):
    """Writes the values on the bars of a container."""
    return gca().bar_label(container, labels, fmt=fmt, label_type=label_type, padding=padding, **kwargs)


def fill_between(x, y1, y2=0, where=None, interpolate=False, step=None, *, data=None, **kwargs):
    """Fills between two lines."""
    return gca().fill_between(x, y1, y2, where, interpolate, step, data=data, **kwargs)


def fill_betweenx(y, x1, x2=0, where=None, step=None, interpolate=False, *, data=None, **kwargs):
    """Fills between two lines that run upwards."""
    return gca().fill_betweenx(y, x1, x2, where, step, interpolate, data=data, **kwargs)


def fill(*args, data=None, **kwargs):
    """Fills the shape between points."""
    return gca().fill(*args, data=data, **kwargs)


def stackplot(x, *args, labels=(), colors=None, hatch=None, baseline='zero', data=None, **kwargs):
    """Fills areas that stand on each other."""
    return gca().stackplot(x, *args, labels=labels, colors=colors, hatch=hatch, baseline=baseline, data=data, **kwargs)


def axhline(y=0, xmin=0, xmax=1, **kwargs):
    """Draws a line across the axes."""
    return gca().axhline(y, xmin, xmax, **kwargs)


def axvline(x=0, ymin=0, ymax=1, **kwargs):
    """Draws a line up the axes."""
    return gca().axvline(x, ymin, ymax, **kwargs)


def axline(xy1, xy2=None, *, slope=None, **kwargs):
    """Draws a line through two points, or through one with a slope, from edge to edge."""
    return gca().axline(xy1, xy2, slope=slope, **kwargs)


def axhspan(ymin, ymax, xmin=0, xmax=1, **kwargs):
    """Fills a band across the axes."""
    return gca().axhspan(ymin, ymax, xmin, xmax, **kwargs)


def axvspan(xmin, xmax, ymin=0, ymax=1, **kwargs):
    """Fills a band up the axes."""
    return gca().axvspan(xmin, xmax, ymin, ymax, **kwargs)


def hlines(y, xmin, xmax, colors=None, linestyles='solid', *, label='', data=None, **kwargs):
    """Draws lines from `xmin` to `xmax`."""
    return gca().hlines(y, xmin, xmax, colors, linestyles, label=label, data=data, **kwargs)


def vlines(x, ymin, ymax, colors=None, linestyles='solid', *, label='', data=None, **kwargs):
    """Draws lines from `ymin` to `ymax`."""
    return gca().vlines(x, ymin, ymax, colors, linestyles, label=label, data=data, **kwargs)


def eventplot(positions, orientation='horizontal', lineoffsets=1, linelengths=1, linewidths=None, colors=None, alpha=None, linestyles='solid', *, data=None, **kwargs):
    """Draws a short line at each position, a row for each list."""
    return gca().eventplot(positions, orientation, lineoffsets, linelengths, linewidths, colors, alpha, linestyles, data=data, **kwargs)


def broken_barh(xranges, yrange, align='bottom', *, data=None, **kwargs):
    """Draws pieces of a bar: pairs of start and length."""
    return gca().broken_barh(xranges, yrange, align, data=data, **kwargs)


def stem(*args, linefmt=None, markerfmt=None, basefmt=None, bottom=0, label=None, orientation='vertical', data=None):
    """Draws stems from a baseline to markers."""
    return gca().stem(*args, linefmt=linefmt, markerfmt=markerfmt, basefmt=basefmt, bottom=bottom, label=label, orientation=orientation, data=data)


def errorbar(x, y, yerr=None, xerr=None, fmt='', *, ecolor=None, elinewidth=None, elinestyle=None, capsize=None, barsabove=False, lolims=False, uplims=False, xlolims=False, xuplims=False, errorevery=1, capthick=None, data=None, **kwargs):
    """Draws a line or markers with error bars."""
    return gca().errorbar(x, y, yerr, xerr, fmt, ecolor=ecolor, elinewidth=elinewidth, elinestyle=elinestyle, capsize=capsize, barsabove=barsabove, lolims=lolims, uplims=uplims, xlolims=xlolims, xuplims=xuplims, errorevery=errorevery, capthick=capthick, data=data, **kwargs)


def quiver(*args, **kwargs):
    """Not offered."""
    return gca().quiver(*args, **kwargs)


def arrow(x, y, dx, dy, **kwargs):
    """Draws an arrow."""
    return gca().arrow(x, y, dx, dy, **kwargs)


def hist(x, bins=None, *, range=None, density=False, weights=None, cumulative=False, bottom=None, histtype='bar', align='mid', orientation='vertical', rwidth=None, log=False, color=None, label=None, stacked=False, data=None, **kwargs):
    """Draws a histogram; answers the counts, the edges of the bins and the patches."""
    return gca().hist(x, bins, range=range, density=density, weights=weights, cumulative=cumulative, bottom=bottom, histtype=histtype, align=align, orientation=orientation, rwidth=rwidth, log=log, color=color, label=label, stacked=stacked, data=data, **kwargs)


def stairs(values, edges=None, *, orientation='vertical', baseline=0, fill=False, data=None, **kwargs):
    """Draws the outline of bins."""
    return gca().stairs(values, edges, orientation=orientation, baseline=baseline, fill=fill, data=data, **kwargs)


def ecdf(x, weights=None, *, complementary=False, orientation='vertical', compress=False, data=None, **kwargs):
    """Draws the share of values up to each value."""
    return gca().ecdf(x, weights, complementary=complementary, orientation=orientation, compress=compress, data=data, **kwargs)


def hist2d(x, y, bins=10, *, range=None, density=False, weights=None, cmin=None, cmax=None, data=None, **kwargs):
    """Draws the counts of points in cells; answers counts, both edges and the image."""
    return gca().hist2d(x, y, bins, range=range, density=density, weights=weights, cmin=cmin, cmax=cmax, data=data, **kwargs)


def hexbin(x, y, C=None, *, gridsize=100, bins=None, xscale='linear', yscale='linear', extent=None, cmap=None, norm=None, vmin=None, vmax=None, alpha=None, linewidths=None, edgecolors='face', reduce_C_function=None, mincnt=None, marginals=False, data=None, **kwargs):
    """Draws the counts of points in hexagons."""
    return gca().hexbin(x, y, C, gridsize=gridsize, bins=bins, xscale=xscale, yscale=yscale, extent=extent, cmap=cmap, norm=norm, vmin=vmin, vmax=vmax, alpha=alpha, linewidths=linewidths, edgecolors=edgecolors, reduce_C_function=reduce_C_function, mincnt=mincnt, marginals=marginals, data=data, **kwargs)


def boxplot(x, notch=None, sym=None, vert=None, orientation='vertical', whis=None, positions=None, widths=None, patch_artist=None, bootstrap=None, usermedians=None, conf_intervals=None, meanline=None, showmeans=None, showcaps=None, showbox=None, showfliers=None, boxprops=None, tick_labels=None, flierprops=None, medianprops=None, meanprops=None, capprops=None, whiskerprops=None, manage_ticks=True, autorange=False, zorder=None, capwidths=None, label=None, *, labels=None, data=None):
    """Draws a box with whiskers for each column; answers the artists by part."""
    return gca().boxplot(x, notch, sym, vert, orientation, whis, positions, widths, patch_artist, bootstrap, usermedians, conf_intervals, meanline, showmeans, showcaps, showbox, showfliers, boxprops, tick_labels, flierprops, medianprops, meanprops, capprops, whiskerprops, manage_ticks, autorange, zorder, capwidths, label, labels=labels, data=data)


def violinplot(dataset, positions=None, vert=None, orientation='vertical', widths=0.5, showmeans=False, showextrema=True, showmedians=False, quantiles=None, points=100, bw_method=None, side='both', facecolor=None, linecolor=None, *, data=None):
    """Draws the smoothed distribution of each column."""
    return gca().violinplot(dataset, positions, vert, orientation, widths, showmeans, showextrema, showmedians, quantiles, points, bw_method, side, facecolor, linecolor, data=data)


def imshow(X, cmap=None, norm=None, *, aspect=None, interpolation=None, alpha=None, vmin=None, vmax=None, colorizer=None, origin=None, extent=None, interpolation_stage=None, filternorm=True, filterrad=4.0, resample=None, url=None, data=None, **kwargs):
    """Draws a matrix of numbers, or of colours, as an image."""
    return gca().imshow(X, cmap, norm, aspect=aspect, interpolation=interpolation, alpha=alpha, vmin=vmin, vmax=vmax, colorizer=colorizer, origin=origin, extent=extent, interpolation_stage=interpolation_stage, filternorm=filternorm, filterrad=filterrad, resample=resample, url=url, data=data, **kwargs)


def matshow(Z, **kwargs):
    """Draws a matrix with its columns counted at the top."""
    return gca().matshow(Z, **kwargs)


def pcolormesh(*args, alpha=None, norm=None, cmap=None, vmin=None, vmax=None, shading=None, antialiased=False, data=None, **kwargs):
    """Draws a matrix as rectangles between the edges, or round the middles, x and y."""
    return gca().pcolormesh(*args, alpha=alpha, norm=norm, cmap=cmap, vmin=vmin, vmax=vmax, shading=shading, antialiased=antialiased, data=data, **kwargs)


def pcolor(*args, shading=None, alpha=None, norm=None, cmap=None, vmin=None, vmax=None, data=None, **kwargs):
    """Draws a matrix as rectangles."""
    return gca().pcolor(*args, shading=shading, alpha=alpha, norm=norm, cmap=cmap, vmin=vmin, vmax=vmax, data=data, **kwargs)


def contour(*args, **kwargs):
    """Not offered."""
    return gca().contour(*args, **kwargs)


def contourf(*args, **kwargs):
    """Not offered."""
    return gca().contourf(*args, **kwargs)


def spy(Z, precision=0, **kwargs):
    """Draws which places of a matrix are not zero."""
    return gca().spy(Z, precision, **kwargs)


def pie(x, explode=None, labels=None, colors=None, autopct=None, pctdistance=0.6, shadow=False, labeldistance=1.1, startangle=0, radius=1, counterclock=True, wedgeprops=None, textprops=None, center=(0, 0), frame=False, rotatelabels=False, *, normalize=True, hatch=None, data=None):
    """Draws a pie; answers wedges and texts, and with `autopct` the texts of the percentages."""
    return gca().pie(x, explode, labels, colors, autopct, pctdistance, shadow, labeldistance, startangle, radius, counterclock, wedgeprops, textprops, center, frame, rotatelabels, normalize=normalize, hatch=hatch, data=data)


def text(x, y, s, fontdict=None, **kwargs):
    """Writes a text at a place."""
    return gca().text(x, y, s, fontdict, **kwargs)


def annotate(text, xy, xytext=None, xycoords='data', textcoords=None, arrowprops=None, annotation_clip=None, **kwargs):
    """Writes a text, with an arrow to a place if `arrowprops` is given."""
    return gca().annotate(text, xy, xytext, xycoords, textcoords, arrowprops, annotation_clip, **kwargs)


def legend(*args, **kwargs):
    """Draws a legend of what has a label, or of given handles and labels."""
    return gca().legend(*args, **kwargs)


def grid(visible=None, which='major', axis='both', **kwargs):
    """Draws grid lines, or takes them away."""
    return gca().grid(visible, which, axis, **kwargs)


def tick_params(axis='both', **kwargs):
    """Sets how ticks, their texts and the grid look."""
    return gca().tick_params(axis, **kwargs)


def ticklabel_format(*, axis='both', style=None, scilimits=None, useOffset=None, useLocale=None, useMathText=None):
    """Sets how numbers are written: style `plain` or `sci`, powers of ten from which a factor is used, offset."""
    return gca().ticklabel_format(axis=axis, style=style, scilimits=scilimits, useOffset=useOffset, useLocale=useLocale, useMathText=useMathText)


def locator_params(axis='both', tight=None, **kwargs):
    """Sets properties of the tick locators, such as `nbins`."""
    return gca().locator_params(axis, tight, **kwargs)


def minorticks_on():
    """Draws minor ticks."""
    return gca().minorticks_on()


def minorticks_off():
    """Draws no minor ticks."""
    return gca().minorticks_off()


def margins(*margins, x=None, y=None, tight=True):
    """Sets the room between data and frame, as shares of the data's reach."""
    return gca().margins(*margins, x=x, y=y, tight=tight)


def autoscale(enable=True, axis='both', tight=None):
    """Lets the limits follow the data again, or no more."""
    return gca().autoscale(enable, axis, tight)


def table(**kwargs):
    """Not offered."""
    return gca().table(**kwargs)


_DRAWING = (
    "plot",
    "step",
    "semilogx",
    "semilogy",
    "loglog",
    "scatter",
    "bar",
    "barh",
    "bar_label",
    "fill_between",
    "fill_betweenx",
    "fill",
    "stackplot",
    "axhline",
    "axvline",
    "axline",
    "axhspan",
    "axvspan",
    "hlines",
    "vlines",
    "eventplot",
    "broken_barh",
    "stem",
    "errorbar",
    "quiver",
    "arrow",
    "hist",
    "stairs",
    "ecdf",
    "hist2d",
    "hexbin",
    "boxplot",
    "violinplot",
    "imshow",
    "matshow",
    "pcolormesh",
    "pcolor",
    "contour",
    "contourf",
    "spy",
    "pie",
    "text",
    "annotate",
    "legend",
    "grid",
    "tick_params",
    "ticklabel_format",
    "locator_params",
    "minorticks_on",
    "minorticks_off",
    "margins",
    "autoscale",
    "table",
)

_chart.warm_up()
