"""matplotlib.pyplot: charts, saved as PNG or SVG; each also becomes interactive. `import matplotlib.pyplot as plt`.

There is no screen: show(), and the end of the script, write figures that were not saved as chart-1.png, chart-2.png, … Give bare file
names; savefig("sales.svg") keeps the file. Values are arrays, lists or columns of pandas and polars with numbers, dates or texts; None and
NaN are gaps. Layout avoids overlaps by itself.
Beside it there are matplotlib.ticker, .dates, .colors, .cm, .patches, .lines, .style and .gridspec, for what scripts import from them.
"""

from typing import Any, BinaryIO, Callable, Iterable, TypeAlias

from polars import DataFrame

from matplotlib.ticker import AutoLocator as AutoLocator, FixedFormatter as FixedFormatter, FixedLocator as FixedLocator, FormatStrFormatter as FormatStrFormatter, Formatter as Formatter, FuncFormatter as FuncFormatter, IndexLocator as IndexLocator, LinearLocator as LinearLocator, Locator as Locator, LogFormatter as LogFormatter, LogFormatterExponent as LogFormatterExponent, LogFormatterMathtext as LogFormatterMathtext, LogLocator as LogLocator, MaxNLocator as MaxNLocator, MultipleLocator as MultipleLocator, NullFormatter as NullFormatter, NullLocator as NullLocator, ScalarFormatter as ScalarFormatter

Values: TypeAlias = Iterable[Any]
Place: TypeAlias = Any  # one number, date or text, as they stand on the axis
Matrix: TypeAlias = Iterable[Iterable[float]]
Color: TypeAlias = str | tuple | None

rcParams: dict
"""The settings, such as rcParams["figure.figsize"] = (10, 4); a name that matplotlib does not know is an error."""
rcParamsDefault: dict
"""The settings as they were at the start."""
colormaps: dict
"""The colormaps by name; `colormaps()` answers the names."""

def figure(num=None, figsize: tuple[float, float] | None = None, dpi: float | None = None, *, facecolor=None, edgecolor=None, frameon=True, FigureClass=Figure, clear=False, **kwargs) -> Figure: """Makes a figure, or makes one the current one by its number or name."""
def gcf() -> Figure: """The current figure."""
def gca() -> Axes: """The current axes."""
def sca(ax): """Makes axes the current ones."""
def fignum_exists(num): """Whether there is a figure of that number or name."""
def get_fignums(): """The numbers of all figures."""
def get_figlabels(): """The names of all figures."""
def close(fig=None): """Closes the current figure, one by number, name or itself, or `all`."""
def clf(): """Empties the current figure."""
def cla(): """Empties the current axes."""
def show(*args, **kwargs): """Writes the open figures that were not saved yet as `chart-1.png`, `chart-2.png`, …"""
def savefig(*args, **kwargs): """Saves the current figure as PNG or SVG."""
def draw(): """Accepted; nothing has to be drawn beforehand."""
def draw_if_interactive(*args, **kwargs): """Accepted; nothing is interactive here."""
def pause(interval): """Accepted; nothing moves here."""
def ion(): """Accepted; nothing is interactive here."""
def ioff(): """Accepted; nothing is interactive here."""
def isinteractive(): """Whether figures are drawn as they change: never."""
def switch_backend(newbackend): """Accepted; there is one backend, which writes PNG and SVG."""
def get_backend(): """The name of the backend."""
def subplots(nrows: int = 1, ncols: int = 1, *, sharex: bool | str = False, sharey: bool | str = False, squeeze: bool = True, width_ratios=None, height_ratios=None, subplot_kw=None, gridspec_kw=None, **fig_kw) -> tuple[Figure, Axes | AxesArray]: """Makes a figure with a grid of axes; answers both."""
def subplot_mosaic(mosaic, *, sharex: bool | str = False, sharey: bool | str = False, width_ratios=None, height_ratios=None, empty_sentinel='.', subplot_kw=None, gridspec_kw=None, per_subplot_kw=None, **fig_kw): """Makes a figure with axes by a drawing of their places; answers both."""
def subplot(*args, **kwargs) -> Axes: """Adds axes in a grid to the current figure, or makes those that are there the current ones."""
def subplot2grid(shape, loc: tuple[int, int], rowspan=1, colspan=1, fig=None, **kwargs) -> Axes: """Adds axes at a cell of a grid."""
def axes(arg: bool | str | tuple | None = None, **kwargs) -> Axes: """Adds axes that fill the figure, or at left, bottom, width and height."""
def delaxes(ax=None): """Takes axes out of their figure."""
def twinx(ax=None) -> Axes: """Axes that share x, with an own y axis at the right."""
def twiny(ax=None) -> Axes: """Axes that share y, with an own x axis at the top."""
def colorbar(mappable=None, cax=None, ax=None, **kwargs) -> Colorbar: """Draws the colours of a mappable beside its axes."""
def gci(): """What was last drawn by a colormap."""
def sci(im): """Makes a mappable the one that `clim` and `colorbar` mean."""
def clim(vmin: float | None = None, vmax: float | None = None): """Sets the limits of the current mappable's colours."""
def set_cmap(cmap: str | Colormap | None) -> None: """Sets the colormap for what follows, and of the current mappable."""
def suptitle(t: str, **kwargs) -> Text: """Sets the title over all axes."""
def supxlabel(t: str, **kwargs): """Sets the text below all axes."""
def supylabel(t: str, **kwargs): """Sets the text to the left of all axes."""
def figtext(x: float, y: float, s: str, fontdict: dict | None = None, **kwargs): """Writes a text at a place in shares of the figure."""
def figlegend(*args, **kwargs): """Draws a legend of all axes."""
def tight_layout(*, pad: float | None = 1.08, h_pad=None, w_pad=None, rect=None): """Accepted; axes are always laid out so that nothing overlaps."""
def subplots_adjust(left=None, bottom=None, right=None, top=None, wspace=None, hspace=None): """Sets margins and spaces; nothing overlaps whatever they are."""
def title(label: str | None, fontdict: dict | None = None, loc: str | None = None, pad: float | None = None, *, y: float | None = None, **kwargs) -> Text: """Sets the title."""
def xlabel(xlabel: str, fontdict: dict | None = None, labelpad=None, *, loc: str | None = None, **kwargs) -> Text: """Sets the text along the x axis."""
def ylabel(ylabel: str, fontdict: dict | None = None, labelpad=None, *, loc: str | None = None, **kwargs) -> Text: """Sets the text along the y axis."""
def xlim(*args, **kwargs) -> tuple[float, float]: """Sets the limits of the x axis, or answers them."""
def ylim(*args, **kwargs) -> tuple[float, float]: """Sets the limits of the y axis, or answers them."""
def xscale(value: str, **kwargs): """Sets the scale of the x axis: linear, log, symlog or logit."""
def yscale(value: str, **kwargs): """Sets the scale of the y axis: linear, log, symlog or logit."""
def xticks(ticks: Values | None = None, labels: Values | None = None, *, minor: bool = False, **kwargs) -> tuple[Array, list[Text]]: """Sets the places of the x axis' ticks and their texts, or answers both."""
def yticks(ticks: Values | None = None, labels: Values | None = None, *, minor: bool = False, **kwargs) -> tuple[Array, list[Text]]: """Sets the places of the y axis' ticks and their texts, or answers both."""
def axis(arg: bool | str | tuple | None = None, /, *, emit=True, **kwargs): """Switches the frame `off` or `on`, sets `equal`, `scaled`, `tight`, `auto`, `image` or `square`, or the four limits."""
def box(on=None): """Shows or hides the frame."""
def setp(obj, *args, **kwargs): """Sets properties of an artist or of several."""
def getp(obj, property=None): """A property of an artist."""
def get(obj, *args, **kwargs): """A property of an artist."""
def get_plot_commands() -> list[str]: """The names of the functions that draw."""
def polar(*args, **kwargs): """Not offered: use plot, or pie for shares."""
def plot(*args, scalex=True, scaley=True, data: DataFrame | None = None, **kwargs) -> list[Line2D]: """Draws lines or markers: `plot(y)`, `plot(x, y)`, `plot(x, y, 'r--o')`, several pairs in turn."""
def step(x: Values, y: Values, *args, where: str = 'pre', data: DataFrame | None = None, **kwargs) -> list[Line2D]: """Draws a line of steps; `where` is `pre`, `post` or `mid`."""
def semilogx(*args, **kwargs) -> list[Line2D]: """Draws lines over a logarithmic x axis."""
def semilogy(*args, **kwargs) -> list[Line2D]: """Draws lines over a logarithmic y axis."""
def loglog(*args, **kwargs) -> list[Line2D]: """Draws lines over two logarithmic axes."""
def scatter(x: Values, y: Values, s: float | Values | None = None, c: Color | Values = None, *, marker: str | None = None, cmap: str | Colormap | None = None, norm=None, vmin: float | None = None, vmax: float | None = None, alpha: float | None = None, linewidths=None, edgecolors=None, colorizer=None, plotnonfinite=False, data: DataFrame | None = None, **kwargs) -> PathCollection: """Draws points, with sizes in square points and colours or values for each."""
def bar(x: Values, height: Values, width: float | Values = 0.8, bottom=None, *, align: str = 'center', data: DataFrame | None = None, **kwargs) -> BarContainer: """Draws upright bars."""
def barh(y: Values, width: Values, height: float | Values = 0.8, left=None, *, align: str = 'center', data: DataFrame | None = None, **kwargs) -> BarContainer: """Draws lying bars."""
def bar_label(container, labels: Values | None = None, *, fmt: str | Callable = '%g', label_type='edge', padding=0, **kwargs) -> list[Text]: """Writes the values on the bars of a container."""
def fill_between(x: Values, y1, y2=0, where: Values | None = None, interpolate=False, step: str | None = None, *, data: DataFrame | None = None, **kwargs) -> Collection: """Fills between two lines."""
def fill_betweenx(y: Values, x1, x2=0, where: Values | None = None, step: str | None = None, interpolate=False, *, data: DataFrame | None = None, **kwargs) -> Collection: """Fills between two lines that run upwards."""
def fill(*args, data: DataFrame | None = None, **kwargs): """Fills the shape between points."""
def stackplot(x: Values, *args, labels: Values | None = (), colors: Color | list[Color] = None, hatch=None, baseline='zero', data: DataFrame | None = None, **kwargs) -> list: """Fills areas that stand on each other."""
def axhline(y: Place = 0, xmin=0, xmax=1, **kwargs) -> Line2D: """Draws a line across the axes."""
def axvline(x: Place = 0, ymin=0, ymax=1, **kwargs) -> Line2D: """Draws a line up the axes."""
def axline(xy1, xy2=None, *, slope=None, **kwargs) -> Line2D: """Draws a line through two points, or through one with a slope, from edge to edge."""
def axhspan(ymin: Place, ymax: Place, xmin=0, xmax=1, **kwargs) -> Rectangle: """Fills a band across the axes."""
def axvspan(xmin: Place, xmax: Place, ymin=0, ymax=1, **kwargs) -> Rectangle: """Fills a band up the axes."""
def hlines(y: Place | Values, xmin: Place | Values, xmax: Place | Values, colors: Color | list[Color] = None, linestyles='solid', *, label: str | None = '', data: DataFrame | None = None, **kwargs) -> LineCollection: """Draws lines from `xmin` to `xmax`."""
def vlines(x: Place | Values, ymin: Place | Values, ymax: Place | Values, colors: Color | list[Color] = None, linestyles='solid', *, label: str | None = '', data: DataFrame | None = None, **kwargs) -> LineCollection: """Draws lines from `ymin` to `ymax`."""
def eventplot(positions, orientation: str = 'horizontal', lineoffsets=1, linelengths=1, linewidths=None, colors: Color | list[Color] = None, alpha: float | None = None, linestyles='solid', *, data: DataFrame | None = None, **kwargs): """Draws a short line at each position, a row for each list."""
def broken_barh(xranges, yrange, align: str = 'bottom', *, data: DataFrame | None = None, **kwargs): """Draws pieces of a bar: pairs of start and length."""
def stem(*args, linefmt=None, markerfmt=None, basefmt=None, bottom=0, label: str | None = None, orientation: str = 'vertical', data: DataFrame | None = None) -> StemContainer: """Draws stems from a baseline to markers."""
def errorbar(x: Values, y: Values, yerr: float | Values | None = None, xerr: float | Values | None = None, fmt: str = '', *, ecolor=None, elinewidth=None, elinestyle=None, capsize: float | None = None, barsabove=False, lolims=False, uplims=False, xlolims=False, xuplims=False, errorevery=1, capthick=None, data: DataFrame | None = None, **kwargs) -> ErrorbarContainer: """Draws a line or markers with error bars."""
def quiver(*args, **kwargs): """Not offered: draw single arrows with annotate."""
def arrow(x: Place, y: Place, dx: float, dy: float, **kwargs): """Draws an arrow."""
def hist(x: Values | list[Values], bins: int | str | Values | None = None, *, range=None, density: bool = False, weights: Values | None = None, cumulative=False, bottom=None, histtype: str = 'bar', align: str = 'mid', orientation: str = 'vertical', rwidth=None, log: bool = False, color: Color = None, label: str | None = None, stacked: bool = False, data: DataFrame | None = None, **kwargs) -> tuple[Array, Array, BarContainer]: """Draws a histogram; answers the counts, the edges of the bins and the patches."""
def stairs(values, edges=None, *, orientation: str = 'vertical', baseline=0, fill=False, data: DataFrame | None = None, **kwargs): """Draws the outline of bins."""
def ecdf(x: Values, weights: Values | None = None, *, complementary=False, orientation: str = 'vertical', compress=False, data: DataFrame | None = None, **kwargs): """Draws the share of values up to each value."""
def hist2d(x: Values, y: Values, bins: int | str | Values | None = 10, *, range=None, density: bool = False, weights: Values | None = None, cmin=None, cmax=None, data: DataFrame | None = None, **kwargs) -> tuple[Array, Array, Array, QuadMesh]: """Draws the counts of points in cells; answers counts, both edges and the image."""
def hexbin(x: Values, y: Values, C=None, *, gridsize=100, bins: int | str | Values | None = None, xscale='linear', yscale='linear', extent=None, cmap: str | Colormap | None = None, norm=None, vmin: float | None = None, vmax: float | None = None, alpha: float | None = None, linewidths=None, edgecolors='face', reduce_C_function=None, mincnt=None, marginals=False, data: DataFrame | None = None, **kwargs) -> Collection: """Draws the counts of points in hexagons."""
def boxplot(x: Values, notch=None, sym=None, vert=None, orientation: str = 'vertical', whis=None, positions=None, widths=None, patch_artist=None, bootstrap=None, usermedians=None, conf_intervals=None, meanline=None, showmeans=None, showcaps=None, showbox=None, showfliers=None, boxprops=None, tick_labels=None, flierprops=None, medianprops=None, meanprops=None, capprops=None, whiskerprops=None, manage_ticks=True, autorange=False, zorder=None, capwidths=None, label: str | None = None, *, labels: Values | None = None, data: DataFrame | None = None) -> dict[str, list]: """Draws a box with whiskers for each column; answers the artists by part."""
def violinplot(dataset, positions=None, vert=None, orientation: str = 'vertical', widths=0.5, showmeans=False, showextrema=True, showmedians=False, quantiles=None, points=100, bw_method=None, side='both', facecolor=None, linecolor=None, *, data: DataFrame | None = None) -> dict: """Draws the smoothed distribution of each column."""
def imshow(X: Matrix, cmap: str | Colormap | None = None, norm=None, *, aspect=None, interpolation=None, alpha: float | None = None, vmin: float | None = None, vmax: float | None = None, colorizer=None, origin=None, extent=None, interpolation_stage=None, filternorm=True, filterrad=4.0, resample=None, url=None, data: DataFrame | None = None, **kwargs) -> AxesImage: """Draws a matrix of numbers, or of colours, as an image."""
def matshow(Z: Matrix, **kwargs) -> AxesImage: """Draws a matrix with its columns counted at the top."""
def pcolormesh(*args, alpha: float | None = None, norm=None, cmap: str | Colormap | None = None, vmin: float | None = None, vmax: float | None = None, shading=None, antialiased=False, data: DataFrame | None = None, **kwargs) -> QuadMesh: """Draws a matrix as rectangles between the edges, or round the middles, x and y."""
def pcolor(*args, shading=None, alpha: float | None = None, norm=None, cmap: str | Colormap | None = None, vmin: float | None = None, vmax: float | None = None, data: DataFrame | None = None, **kwargs) -> QuadMesh: """Draws a matrix as rectangles."""
def contour(*args, **kwargs): """Not offered: draw the matrix with pcolormesh or imshow, and a colorbar."""
def contourf(*args, **kwargs): """Not offered: draw the matrix with pcolormesh or imshow, and a colorbar."""
def spy(Z: Matrix, precision=0, **kwargs): """Draws which places of a matrix are not zero."""
def pie(x: Values, explode: Values | None = None, labels: Values | None = None, colors: Color | list[Color] = None, autopct: str | Callable | None = None, pctdistance=0.6, shadow=False, labeldistance=1.1, startangle: float = 0, radius=1, counterclock=True, wedgeprops=None, textprops=None, center=(0, 0), frame=False, rotatelabels=False, *, normalize=True, hatch=None, data: DataFrame | None = None) -> tuple: """Draws a pie; answers wedges and texts, and with `autopct` the texts of the percentages."""
def text(x: Place, y: Place, s: str, fontdict: dict | None = None, **kwargs) -> Text: """Writes a text at a place."""
def annotate(text: str, xy: tuple, xytext: tuple | None = None, xycoords='data', textcoords=None, arrowprops: dict | None = None, annotation_clip=None, **kwargs) -> Annotation: """Writes a text, with an arrow to a place if `arrowprops` is given."""
def legend(*args, **kwargs) -> Legend: """Draws a legend of what has a label, or of given handles and labels."""
def grid(visible: bool | None = None, which: str = 'major', axis='both', **kwargs): """Draws grid lines, or takes them away."""
def tick_params(axis='both', **kwargs): """Sets how ticks, their texts and the grid look."""
def ticklabel_format(*, axis='both', style=None, scilimits=None, useOffset=None, useLocale=None, useMathText=None): """Sets how numbers are written: style `plain` or `sci`, powers of ten from which a factor is used, offset."""
def locator_params(axis='both', tight=None, **kwargs): """Sets properties of the tick locators, such as `nbins`."""
def minorticks_on(): """Draws minor ticks."""
def minorticks_off(): """Draws no minor ticks."""
def margins(*margins, x: float | None = None, y: float | None = None, tight=True): """Sets the room between data and frame, as shares of the data's reach."""
def autoscale(enable=True, axis='both', tight=None): """Lets the limits follow the data again, or no more."""
def table(**kwargs): """Not offered: show a data frame with display(df)."""

def cycler(*args, **kwargs): """A round of properties: `cycler(color=['r', 'g'])` or `cycler('color', ['r', 'g'])`."""
def rc(group, **kwargs): """Sets several settings of a group: `rc('font', size=12)`."""
def rc_context(rc=None, fname: str | BinaryIO | None = None): """Sets settings for the length of a `with` block."""
def rcdefaults(): """Brings every setting back to its default."""
def get_cmap(name=None, lut=None) -> Colormap: """A colormap by name, with `lut` colours if that is given."""


class Figure(Artist):
    """A figure: one or several axes on a page."""

    def __init__(self, figsize: tuple[float, float] | None = None, dpi: float | None = None, *, facecolor=None, edgecolor=None, linewidth: float | None = 0.0, frameon=None, subplotpars=None, tight_layout=None, constrained_layout=None, layout=None, **kwargs): ...
    @property
    def axes(self) -> list[Axes]: """All axes, in the order in which they were added."""
    def get_axes(self) -> list[Axes]: """All axes."""
    def add_subplot(self, *args, **kwargs) -> Axes: """Adds axes in a grid: rows, columns and index; a number of three digits; or cells of a GridSpec."""
    def add_axes(self, *args, **kwargs) -> Axes: """Adds axes at left, bottom, width and height in shares of the figure."""
    def add_gridspec(self, nrows: int = 1, ncols: int = 1, **kwargs): """A grid for axes."""
    def subplots(self, nrows: int = 1, ncols: int = 1, *, sharex: bool | str = False, sharey: bool | str = False, squeeze: bool = True, width_ratios=None, height_ratios=None, subplot_kw=None, gridspec_kw=None) -> tuple[Figure, Axes | AxesArray]: """Adds a grid of axes."""
    def subplot_mosaic(self, mosaic, *, sharex: bool | str = False, sharey: bool | str = False, width_ratios=None, height_ratios=None, empty_sentinel='.', subplot_kw=None, per_subplot_kw=None, gridspec_kw=None): """Adds axes by a drawing of their places; answers them by name."""
    def delaxes(self, ax): """Takes axes out."""
    def gca(self) -> Axes: """The current axes."""
    def sca(self, a): """Makes axes the current ones."""
    def suptitle(self, t: str, **kwargs) -> Text: """Sets the title over all axes."""
    def supxlabel(self, t: str, **kwargs): """Sets the text below all axes."""
    def supylabel(self, t: str, **kwargs): """Sets the text to the left of all axes."""
    def get_suptitle(self): """The text of the title over all axes."""
    def text(self, x: Place, y: Place, s: str, fontdict: dict | None = None, **kwargs) -> Text: """Writes a text at a place in shares of the figure."""
    def add_artist(self, artist, clip=False): """Adds an artist in shares of the figure."""
    @property
    def texts(self): """The texts."""
    @property
    def legends(self): """The legends."""
    def legend(self, *args, **kwargs) -> Legend: """Draws a legend of all axes."""
    def colorbar(self, mappable, cax=None, ax=None, use_gridspec=True, *, location=None, orientation: str | None = None, fraction=0.15, shrink=1.0, aspect=20, pad: float | None = None, label: str | None = '', ticks: Values | None = None, format=None, extend=None, drawedges=False, **kwargs) -> Colorbar: """Draws the colours of a mappable beside its axes."""
    def set_size_inches(self, w, h=None, forward=True) -> None: """Sets width and height in inches."""
    def get_size_inches(self): """Width and height in inches."""
    def get_figwidth(self): """The width in inches."""
    def get_figheight(self): """The height in inches."""
    def set_figwidth(self, val, forward=True) -> None: """Sets the width in inches."""
    def set_figheight(self, val, forward=True) -> None: """Sets the height in inches."""
    def get_dpi(self): """Pixels an inch."""
    def set_dpi(self, val) -> None: """Sets pixels an inch."""
    dpi: float
    """Pixels an inch; may be set."""
    def set_facecolor(self, color: Color) -> None: """Sets the background's colour."""
    def get_facecolor(self): """The background's colour."""
    def set_layout_engine(self, layout=None, **kwargs) -> None: """Accepted; axes are always laid out so that nothing overlaps."""
    def set_tight_layout(self, layout=None, **kwargs) -> None: """Accepted; axes are always laid out so that nothing overlaps."""
    def set_constrained_layout(self, layout=None, **kwargs) -> None: """Accepted; axes are always laid out so that nothing overlaps."""
    def tight_layout(self, *, pad: float | None = 1.08, h_pad=None, w_pad=None, rect=None): """Accepted; axes are always laid out so that nothing overlaps."""
    def subplots_adjust(self, left=None, bottom=None, right=None, top=None, wspace=None, hspace=None): """Sets margins and spaces; nothing overlaps whatever they are."""
    def align_labels(self, axs=None): """Accepted."""
    def align_xlabels(self, axs=None): """Accepted."""
    def align_ylabels(self, axs=None): """Accepted."""
    def align_titles(self, axs=None): """Accepted."""
    def autofmt_xdate(self, bottom=0.2, rotation: float = 30, ha='right', which: str = 'major'): """Turns the texts of dates on the x axes."""
    def clf(self, keep_observers=False): """Empties the figure."""
    def clear(self, keep_observers=False): """Empties the figure."""
    def set(self, **kwargs): """Sets several properties."""
    def set_label(self, s: str | None) -> None: """Sets a name."""
    def get_label(self): """The name."""
    def set_visible(self, b) -> None: """Accepted."""
    def draw_without_rendering(self): """Accepted; nothing has to be drawn beforehand."""
    def savefig(self, fname: str | BinaryIO, *, transparent=None, **kwargs): """Saves the figure as PNG or SVG, by the name's ending or `format`."""
    def show(self, warn=True): """Writes the figure as the next `chart-N.png`."""
    @property
    def bbox(self): """The figure in pixels."""
    @property
    def dpi_scale_trans(self): """From inches to pixels."""
    def draw(self, renderer=None): """Accepted; nothing has to be drawn beforehand."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_children(self): """The axes, texts and legends."""
    def get_constrained_layout(self): """Whether the figure lays itself out: as if not, since it always does."""
    def get_edgecolor(self): """The colour of the edge: none is drawn."""
    def get_layout_engine(self): """What lays the figure out; none that could be set."""
    def get_supxlabel(self): """The text below all axes."""
    def get_supylabel(self): """The text to the left of all axes."""
    def get_tight_layout(self): """Whether the figure lays itself out: as if not, since it always does."""
    def get_window_extent(self, renderer=None): """The figure in pixels."""
    def properties(self): """What its getters answer, by name."""
    def set_canvas(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_edgecolor(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_frameon(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_linewidth(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""
    def subfigures(self, *args, **kwargs): """Not offered."""
    @property
    def transFigure(self): """Coordinates as shares of the figure."""
    @property
    def transSubfigure(self): """Coordinates as shares of the figure."""


class Axes(Artist):
    """A pair of axes in a figure: made by plt.subplots or fig.add_subplot."""

    figure: Figure
    xaxis: Axis
    yaxis: Axis
    spines: dict
    """The four lines of the frame by side: ax.spines["top"], or several: ax.spines[["top", "right"]]."""
    patch: Patch
    """The background."""
    containers: list
    """The containers of bars, error bars and stems."""

    @property
    def lines(self): """The lines."""
    @property
    def patches(self): """The patches."""
    @property
    def texts(self): """The texts."""
    @property
    def collections(self): """The collections."""
    @property
    def images(self): """The images."""
    @property
    def artists(self): """Artists of other kinds."""
    @property
    def title(self) -> Text: """The title."""
    def get_children(self): """All artists."""
    def get_lines(self): """The lines."""
    def has_data(self): """Whether something is drawn in it."""
    def add_line(self, line): """Adds a line."""
    def add_patch(self, p): """Adds a patch."""
    def add_collection(self, collection, autolim=True): """Adds a collection."""
    def add_artist(self, a): """Adds any artist."""
    def add_container(self, container): """Adds a container."""
    def set_prop_cycle(self, *args, **kwargs) -> None: """Sets the round of colours."""
    def twinx(self) -> Axes: """Axes that share x, with an own y axis at the right."""
    def twiny(self) -> Axes: """Axes that share y, with an own x axis at the top."""
    def sharex(self, other): """Shares the x axis with other axes."""
    def sharey(self, other): """Shares the y axis with other axes."""
    def secondary_xaxis(self, location, functions=None, **kwargs): """Not offered: use twiny and set its limits."""
    def secondary_yaxis(self, location, functions=None, **kwargs): """Not offered: use twinx and set its limits."""
    def inset_axes(self, bounds, **kwargs): """Axes within these: left, bottom, width and height as shares."""
    def table(self, **kwargs): """Not offered: show a data frame with display(df)."""
    def get_legend_handles_labels(self, legend_handler_map=None) -> tuple[list, list[str]]: """What has a label, and the labels."""
    def legend(self, *args, **kwargs) -> Legend: """Draws a legend of what has a label, or of given handles and labels."""
    def get_legend(self): """The legend."""
    def cla(self): """Empties the axes."""
    def clear(self): """Empties the axes."""
    def remove(self): """Takes the axes out of the figure."""
    def get_figure(self, root=False): """The figure."""
    def get_position(self, original=False): """The box in shares of the figure, as matplotlib's default margins place it."""
    def set_position(self, pos, which: str = 'both') -> None: """Sets the box in shares of the figure: left, bottom, width, height."""
    def get_subplotspec(self): """The cell of the grid that it stands in."""
    @property
    def transAxes(self): """Coordinates as shares of the axes."""
    @property
    def transData(self): """Coordinates in data."""
    def get_xaxis_transform(self, which: str = 'grid'): """x in data, y as a share of the axes."""
    def get_yaxis_transform(self, which: str = 'grid'): """y in data, x as a share of the axes."""
    def set(self, **kwargs): """Sets several properties: title, xlabel, ylabel, xlim, ylim, xticks, yticks, xscale, …"""
    def set_title(self, label: str | None, fontdict: dict | None = None, loc: str | None = None, pad: float | None = None, *, y: float | None = None, **kwargs) -> Text: """Sets the title."""
    def get_title(self, loc: str | None = 'center') -> str: """The title's text."""
    def set_xlabel(self, xlabel: str, fontdict: dict | None = None, labelpad=None, *, loc: str | None = None, **kwargs) -> Text: """Sets the text along the x axis."""
    def set_ylabel(self, ylabel: str, fontdict: dict | None = None, labelpad=None, *, loc: str | None = None, **kwargs) -> Text: """Sets the text along the y axis."""
    def get_xlabel(self) -> str: """The text along the x axis."""
    def get_ylabel(self) -> str: """The text along the y axis."""
    def text(self, x: Place, y: Place, s: str, fontdict: dict | None = None, **kwargs) -> Text: """Writes a text at a place."""
    def annotate(self, text: str, xy: tuple, xytext: tuple | None = None, xycoords='data', textcoords=None, arrowprops: dict | None = None, annotation_clip=None, **kwargs) -> Annotation: """Writes a text, with an arrow to a place if `arrowprops` is given."""
    def set_xlim(self, left: Place = None, right: Place = None, *, emit=True, auto=False, xmin=None, xmax=None) -> tuple[float, float]: """Sets the limits of the x axis."""
    def set_ylim(self, bottom: Place = None, top: Place = None, *, emit=True, auto=False, ymin=None, ymax=None) -> tuple[float, float]: """Sets the limits of the y axis."""
    def get_xlim(self) -> tuple[float, float]: """The limits of the x axis."""
    def get_ylim(self) -> tuple[float, float]: """The limits of the y axis."""
    def set_xbound(self, lower=None, upper=None) -> None: """Sets the least and the greatest x that is shown."""
    def set_ybound(self, lower=None, upper=None) -> None: """Sets the least and the greatest y that is shown."""
    def get_xbound(self): """The least and the greatest x that is shown."""
    def get_ybound(self): """The least and the greatest y that is shown."""
    def set_xscale(self, value: str, **kwargs) -> None: """Sets the scale of the x axis: linear, log, symlog or logit."""
    def set_yscale(self, value: str, **kwargs) -> None: """Sets the scale of the y axis: linear, log, symlog or logit."""
    def get_xscale(self): """The name of the x axis' scale."""
    def get_yscale(self): """The name of the y axis' scale."""
    def invert_xaxis(self): """Turns the x axis round."""
    def invert_yaxis(self): """Turns the y axis round."""
    def xaxis_inverted(self): """Whether the x axis runs from right to left."""
    def yaxis_inverted(self): """Whether the y axis runs from top to bottom."""
    def xaxis_date(self, tz=None): """Reads x as days since 1970-01-01."""
    def yaxis_date(self, tz=None): """Reads y as days since 1970-01-01."""
    def margins(self, *margins, x: float | None = None, y: float | None = None, tight=True): """Sets the room between data and frame, as shares of the data's reach."""
    def set_xmargin(self, m) -> None: """Sets the room to the left and right of the data."""
    def set_ymargin(self, m) -> None: """Sets the room below and above the data."""
    def autoscale(self, enable=True, axis='both', tight=None): """Lets the limits follow the data again, or no more."""
    def autoscale_view(self, tight=None, scalex=True, scaley=True): """Accepted; limits always follow the data unless they are set."""
    def relim(self, visible_only=False): """Accepted; limits always follow the data unless they are set."""
    def axis(self, arg: bool | str | tuple | None = None, /, *, emit=True, **kwargs): """Switches the frame `off` or `on`, sets `equal`, `scaled`, `tight`, `auto`, `image` or `square`, or the four limits."""
    def set_autoscale_on(self, b) -> None: """Whether limits follow the data."""
    def set_axis_off(self) -> None: """Hides frame, ticks and labels."""
    def set_axis_on(self) -> None: """Shows frame, ticks and labels."""
    def set_aspect(self, aspect, adjustable=None, anchor=None, share=False) -> None: """Sets the height of a unit of y over the width of a unit of x: a number, `equal` or `auto`."""
    def get_aspect(self): """The aspect."""
    def set_box_aspect(self, aspect=None) -> None: """Sets the height of the box over its width."""
    def set_adjustable(self, adjustable, share=False) -> None: """What gives way to the aspect: `box` or `datalim`."""
    def set_anchor(self, anchor, share=False) -> None: """Accepted; a smaller box stands in the middle."""
    def set_xticks(self, ticks: Values | None, labels: Values | None = None, *, minor: bool = False, **kwargs) -> None: """Sets the places of the x axis' ticks, and their texts."""
    def set_yticks(self, ticks: Values | None, labels: Values | None = None, *, minor: bool = False, **kwargs) -> None: """Sets the places of the y axis' ticks, and their texts."""
    def get_xticks(self, *, minor: bool = False) -> Array: """The places of the x axis' ticks."""
    def get_yticks(self, *, minor: bool = False) -> Array: """The places of the y axis' ticks."""
    def set_xticklabels(self, labels: Values | None, *, minor: bool = False, fontdict: dict | None = None, **kwargs) -> None: """Sets the texts of the x axis' ticks."""
    def set_yticklabels(self, labels: Values | None, *, minor: bool = False, fontdict: dict | None = None, **kwargs) -> None: """Sets the texts of the y axis' ticks."""
    def get_xticklabels(self, minor: bool = False, which: str | None = None) -> list[Text]: """The texts of the x axis' ticks."""
    def get_yticklabels(self, minor: bool = False, which: str | None = None) -> list[Text]: """The texts of the y axis' ticks."""
    def get_xaxis(self): """The x axis."""
    def get_yaxis(self): """The y axis."""
    def tick_params(self, axis='both', **kwargs): """Sets how ticks, their texts and the grid look."""
    def ticklabel_format(self, *, axis='both', style=None, scilimits=None, useOffset=None, useLocale=None, useMathText=None): """Sets how numbers are written: style `plain` or `sci`, powers of ten from which a factor is used, offset."""
    def locator_params(self, axis='both', tight=None, **kwargs): """Sets properties of the tick locators, such as `nbins`."""
    def minorticks_on(self): """Draws minor ticks."""
    def minorticks_off(self): """Draws no minor ticks."""
    def grid(self, visible: bool | None = None, which: str = 'major', axis='both', **kwargs): """Draws grid lines, or takes them away."""
    def set_axisbelow(self, b) -> None: """Whether the grid lies below what is drawn."""
    def get_axisbelow(self): """Whether the grid lies below what is drawn."""
    def set_frame_on(self, b) -> None: """Whether the frame and the background are drawn."""
    def set_facecolor(self, color: Color) -> None: """Sets the background's colour."""
    def set_fc(self, color: Color) -> None: """Sets the background's colour."""
    def get_facecolor(self): """The background's colour."""
    def set_visible(self, b) -> None: """Shows or hides all of it."""
    def get_visible(self): """Whether it is shown."""
    def set_zorder(self, level) -> None: """Sets which axes lie above which."""
    def get_zorder(self): """Which axes lie above which."""
    def set_label(self, s: str | None) -> None: """Sets a name."""
    def get_label(self): """The name."""
    def label_outer(self, remove_inner_ticks=False): """Keeps tick texts and labels at the outer edge of a grid of axes only."""
    def plot(self, *args, scalex=True, scaley=True, data: DataFrame | None = None, **kwargs) -> list[Line2D]: """Draws lines or markers: `plot(y)`, `plot(x, y)`, `plot(x, y, 'r--o')`, several pairs in turn."""
    def step(self, x: Values, y: Values, *args, where: str = 'pre', data: DataFrame | None = None, **kwargs) -> list[Line2D]: """Draws a line of steps; `where` is `pre`, `post` or `mid`."""
    def semilogx(self, *args, **kwargs) -> list[Line2D]: """Draws lines over a logarithmic x axis."""
    def semilogy(self, *args, **kwargs) -> list[Line2D]: """Draws lines over a logarithmic y axis."""
    def loglog(self, *args, **kwargs) -> list[Line2D]: """Draws lines over two logarithmic axes."""
    def scatter(self, x: Values, y: Values, s: float | Values | None = None, c: Color | Values = None, *, marker: str | None = None, cmap: str | Colormap | None = None, norm=None, vmin: float | None = None, vmax: float | None = None, alpha: float | None = None, linewidths=None, edgecolors=None, colorizer=None, plotnonfinite=False, data: DataFrame | None = None, **kwargs) -> PathCollection: """Draws points, with sizes in square points and colours or values for each."""
    def fill_between(self, x: Values, y1, y2=0, where: Values | None = None, interpolate=False, step: str | None = None, *, data: DataFrame | None = None, **kwargs) -> Collection: """Fills between two lines."""
    def fill_betweenx(self, y: Values, x1, x2=0, where: Values | None = None, step: str | None = None, interpolate=False, *, data: DataFrame | None = None, **kwargs) -> Collection: """Fills between two lines that run upwards."""
    def fill(self, *args, data: DataFrame | None = None, **kwargs): """Fills the shape between points."""
    def stackplot(self, x: Values, *args, labels: Values | None = (), colors: Color | list[Color] = None, hatch=None, baseline='zero', data: DataFrame | None = None, **kwargs) -> list: """Fills areas that stand on each other."""
    def axhline(self, y: Place = 0, xmin=0, xmax=1, **kwargs) -> Line2D: """Draws a line across the axes."""
    def axvline(self, x: Place = 0, ymin=0, ymax=1, **kwargs) -> Line2D: """Draws a line up the axes."""
    def axline(self, xy1, xy2=None, *, slope=None, **kwargs) -> Line2D: """Draws a line through two points, or through one with a slope, from edge to edge."""
    def axhspan(self, ymin: Place, ymax: Place, xmin=0, xmax=1, **kwargs) -> Rectangle: """Fills a band across the axes."""
    def axvspan(self, xmin: Place, xmax: Place, ymin=0, ymax=1, **kwargs) -> Rectangle: """Fills a band up the axes."""
    def hlines(self, y: Place | Values, xmin: Place | Values, xmax: Place | Values, colors: Color | list[Color] = None, linestyles='solid', *, label: str | None = '', data: DataFrame | None = None, **kwargs) -> LineCollection: """Draws lines from `xmin` to `xmax`."""
    def vlines(self, x: Place | Values, ymin: Place | Values, ymax: Place | Values, colors: Color | list[Color] = None, linestyles='solid', *, label: str | None = '', data: DataFrame | None = None, **kwargs) -> LineCollection: """Draws lines from `ymin` to `ymax`."""
    def eventplot(self, positions, orientation: str = 'horizontal', lineoffsets=1, linelengths=1, linewidths=None, colors: Color | list[Color] = None, alpha: float | None = None, linestyles='solid', *, data: DataFrame | None = None, **kwargs): """Draws a short line at each position, a row for each list."""
    def stem(self, *args, linefmt=None, markerfmt=None, basefmt=None, bottom=0, label: str | None = None, orientation: str = 'vertical', data: DataFrame | None = None) -> StemContainer: """Draws stems from a baseline to markers."""
    def errorbar(self, x: Values, y: Values, yerr: float | Values | None = None, xerr: float | Values | None = None, fmt: str = '', *, ecolor=None, elinewidth=None, elinestyle=None, capsize: float | None = None, barsabove=False, lolims=False, uplims=False, xlolims=False, xuplims=False, errorevery=1, capthick=None, data: DataFrame | None = None, **kwargs) -> ErrorbarContainer: """Draws a line or markers with error bars."""
    def quiver(self, *args, **kwargs): """Not offered: draw single arrows with annotate."""
    def arrow(self, x: Place, y: Place, dx: float, dy: float, **kwargs): """Draws an arrow."""
    def bar(self, x: Values, height: Values, width: float | Values = 0.8, bottom=None, *, align: str = 'center', data: DataFrame | None = None, **kwargs) -> BarContainer: """Draws upright bars."""
    def barh(self, y: Values, width: Values, height: float | Values = 0.8, left=None, *, align: str = 'center', data: DataFrame | None = None, **kwargs) -> BarContainer: """Draws lying bars."""
    def bar_label(self, container, labels: Values | None = None, *, fmt: str | Callable = '%g', label_type='edge', padding=0, **kwargs) -> list[Text]: """Writes the values on the bars of a container."""
    def broken_barh(self, xranges, yrange, align: str = 'bottom', *, data: DataFrame | None = None, **kwargs): """Draws pieces of a bar: pairs of start and length."""
    def hist(self, x: Values | list[Values], bins: int | str | Values | None = None, *, range=None, density: bool = False, weights: Values | None = None, cumulative=False, bottom=None, histtype: str = 'bar', align: str = 'mid', orientation: str = 'vertical', rwidth=None, log: bool = False, color: Color = None, label: str | None = None, stacked: bool = False, data: DataFrame | None = None, **kwargs) -> tuple[Array, Array, BarContainer]: """Draws a histogram; answers the counts, the edges of the bins and the patches."""
    def stairs(self, values, edges=None, *, orientation: str = 'vertical', baseline=0, fill=False, data: DataFrame | None = None, **kwargs): """Draws the outline of bins."""
    def ecdf(self, x: Values, weights: Values | None = None, *, complementary=False, orientation: str = 'vertical', compress=False, data: DataFrame | None = None, **kwargs): """Draws the share of values up to each value."""
    def hist2d(self, x: Values, y: Values, bins: int | str | Values | None = 10, *, range=None, density: bool = False, weights: Values | None = None, cmin=None, cmax=None, data: DataFrame | None = None, **kwargs) -> tuple[Array, Array, Array, QuadMesh]: """Draws the counts of points in cells; answers counts, both edges and the image."""
    def hexbin(self, x: Values, y: Values, C=None, *, gridsize=100, bins: int | str | Values | None = None, xscale='linear', yscale='linear', extent=None, cmap: str | Colormap | None = None, norm=None, vmin: float | None = None, vmax: float | None = None, alpha: float | None = None, linewidths=None, edgecolors='face', reduce_C_function=None, mincnt=None, marginals=False, data: DataFrame | None = None, **kwargs) -> Collection: """Draws the counts of points in hexagons."""
    def boxplot(self, x: Values, notch=None, sym=None, vert=None, orientation: str = 'vertical', whis=None, positions=None, widths=None, patch_artist=None, bootstrap=None, usermedians=None, conf_intervals=None, meanline=None, showmeans=None, showcaps=None, showbox=None, showfliers=None, boxprops=None, tick_labels=None, flierprops=None, medianprops=None, meanprops=None, capprops=None, whiskerprops=None, manage_ticks=True, autorange=False, zorder=None, capwidths=None, label: str | None = None, *, labels: Values | None = None, data: DataFrame | None = None) -> dict[str, list]: """Draws a box with whiskers for each column; answers the artists by part."""
    def bxp(self, bxpstats, positions=None, *, widths=None, vert=None, orientation: str = 'vertical', patch_artist=False, shownotches=False, showmeans=False, showcaps=True, showbox=True, showfliers=True, boxprops=None, whiskerprops=None, flierprops=None, medianprops=None, capprops=None, meanprops=None, meanline=False, manage_ticks=True, zorder=None, capwidths=None, label: str | None = None): """Draws box plots of computed quartiles."""
    def violinplot(self, dataset, positions=None, vert=None, orientation: str = 'vertical', widths=0.5, showmeans=False, showextrema=True, showmedians=False, quantiles=None, points=100, bw_method=None, side='both', facecolor=None, linecolor=None, *, data: DataFrame | None = None) -> dict: """Draws the smoothed distribution of each column."""
    def imshow(self, X: Matrix, cmap: str | Colormap | None = None, norm=None, *, aspect=None, interpolation=None, alpha: float | None = None, vmin: float | None = None, vmax: float | None = None, colorizer=None, origin=None, extent=None, interpolation_stage=None, filternorm=True, filterrad=4.0, resample=None, url=None, data: DataFrame | None = None, **kwargs) -> AxesImage: """Draws a matrix of numbers, or of colours, as an image."""
    def matshow(self, Z: Matrix, **kwargs) -> AxesImage: """Draws a matrix with its columns counted at the top."""
    def pcolormesh(self, *args, alpha: float | None = None, norm=None, cmap: str | Colormap | None = None, vmin: float | None = None, vmax: float | None = None, shading=None, antialiased=False, data: DataFrame | None = None, **kwargs) -> QuadMesh: """Draws a matrix as rectangles between the edges, or round the middles, x and y."""
    def pcolor(self, *args, shading=None, alpha: float | None = None, norm=None, cmap: str | Colormap | None = None, vmin: float | None = None, vmax: float | None = None, data: DataFrame | None = None, **kwargs) -> QuadMesh: """Draws a matrix as rectangles."""
    def contour(self, *args, data=None, **kwargs): """Draws lines of equal value in a matrix."""
    def contourf(self, *args, data=None, **kwargs): """Fills the bands between lines of equal value in a matrix."""
    def spy(self, Z: Matrix, precision=0, **kwargs): """Draws which places of a matrix are not zero."""
    def pie(self, x: Values, explode: Values | None = None, labels: Values | None = None, colors: Color | list[Color] = None, autopct: str | Callable | None = None, pctdistance=0.6, shadow=False, labeldistance=1.1, startangle: float = 0, radius=1, counterclock=True, wedgeprops=None, textprops=None, center=(0, 0), frame=False, rotatelabels=False, *, normalize=True, hatch=None, data: DataFrame | None = None) -> tuple: """Draws a pie; answers wedges and texts, and with `autopct` the texts of the percentages."""
    def add_child_axes(self, ax): """Adds axes to the figure."""
    def add_image(self, image): """Adds an image."""
    def add_table(self, tab): """Adds a table."""
    axes: NoneType
    @property
    def bbox(self): """The box in pixels, as matplotlib's default margins place it."""
    def clabel(self, CS, levels=None, **kwargs): """Writes the levels on the lines of a contour plot."""
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def format_coord(self, x, y): """A place as text."""
    def get_adjustable(self): """What gives way to the aspect."""
    def get_anchor(self): """Where a smaller box stands: in the middle."""
    def get_autoscale_on(self): """Whether both limits follow the data."""
    def get_autoscalex_on(self): """Whether the limits of the x axis follow the data."""
    def get_autoscaley_on(self): """Whether the limits of the y axis follow the data."""
    def get_box_aspect(self): """The height of the box over its width, if it is set."""
    def get_data_ratio(self): """The height of the view over its width, in the scales' own coordinates."""
    def get_frame_on(self): """Whether the frame and the background are drawn."""
    def get_gridspec(self): """The grid that it stands in."""
    def get_images(self): """The images."""
    def get_shared_x_axes(self): """Which axes share an x axis."""
    def get_shared_y_axes(self): """Which axes share a y axis."""
    def get_tightbbox(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def get_window_extent(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def get_xgridlines(self): """The lines of the x axis' grid."""
    def get_xinverted(self): """Whether the x axis runs from right to left."""
    def get_xmajorticklabels(self): """The texts of the x axis' ticks."""
    def get_xmargin(self): """The room to the left and right of the data."""
    def get_xminorticklabels(self): """The texts of the x axis' minor ticks."""
    def get_xticklines(self, minor=False): """The lines of the x axis' ticks."""
    def get_ygridlines(self): """The lines of the y axis' grid."""
    def get_yinverted(self): """Whether the y axis runs from top to bottom."""
    def get_ymajorticklabels(self): """The texts of the y axis' ticks."""
    def get_ymargin(self): """The room below and above the data."""
    def get_yminorticklabels(self): """The texts of the y axis' minor ticks."""
    def get_yticklines(self, minor=False): """The lines of the y axis' ticks."""
    def indicate_inset(self, bounds=None, inset_ax=None, *, transform=None, facecolor='none', edgecolor='0.5', alpha=0.5, zorder=4.99, **kwargs): """Draws a box of left, bottom, width and height."""
    def indicate_inset_zoom(self, inset_ax, **kwargs): """Draws the box that inset axes show."""
    name: str
    def properties(self): """What its getters answer, by name."""
    def set_autoscalex_on(self, b): """Whether the limits of the x axis follow the data."""
    def set_autoscaley_on(self, b): """Whether the limits of the y axis follow the data."""
    def set_rasterization_zorder(self, z): """Accepted; it changes nothing in how charts are drawn here."""
    def set_subplotspec(self, subplotspec): """Sets the cells of a grid that it stands in."""
    def set_xinverted(self, inverted): """Turns the x axis round or back."""
    def set_yinverted(self, inverted): """Turns the y axis round or back."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""
    @property
    def tables(self): """The tables."""
    def update_datalim(self, xys, updatex=True, updatey=True): """Accepted; limits always follow what is drawn."""


class AxesArray:
    """Axes in rows and columns."""

    @property
    def shape(self): """Rows and columns."""
    @property
    def ndim(self): """1 for a single row or column, or else 2."""
    @property
    def size(self): """How many axes there are."""
    @property
    def flat(self): """All axes, row by row."""
    @property
    def T(self): """Rows as columns."""
    def flatten(self, order='C'): """All axes, row by row."""
    def ravel(self, order='C'): """All axes, row by row."""
    def tolist(self): """Plain lists."""
    def reshape(self, *shape): """The same axes in another number of rows and columns."""


class GridSpec:
    """A grid for axes: `gs = GridSpec(2, 3); fig.add_subplot(gs[0, :])`."""

    def __init__(self, nrows: int, ncols: int, figure=None, left=None, bottom=None, right=None, top=None, wspace=None, hspace=None, width_ratios=None, height_ratios=None): ...
    def get_geometry(self): """Rows and columns."""
    def update(self, **kwargs): """Sets spaces between axes."""
    def subplots(self, **kwargs) -> tuple[Figure, Axes | AxesArray]: """Axes in every cell."""
    def get_height_ratios(self): """The rows' heights in proportion."""
    def get_width_ratios(self): """The columns' widths in proportion."""
    def set_height_ratios(self, height_ratios): """Sets the rows' heights in proportion."""
    def set_width_ratios(self, width_ratios): """Sets the columns' widths in proportion."""
    def tight_layout(self, figure, renderer=None, **kwargs): """Accepted; axes are always laid out so that nothing overlaps."""


class Axis(Artist):
    """The x or the y axis of a pair of axes: ax.xaxis, ax.yaxis."""

    label: Text
    """The text along the axis."""

    def axis_date(self, tz=None): """Reads the numbers of this axis as days since 1970-01-01."""
    def get_scale(self): """The name of the scale."""
    def get_view_interval(self): """The limits."""
    def get_minpos(self): """The least positive value that is drawn."""
    def get_inverted(self): """Whether the axis runs the other way round."""
    def set_inverted(self, inverted) -> None: """Turns the axis round or back."""
    def get_tick_space(self): """How many ticks have room."""
    def set_major_locator(self, locator) -> None: """Sets what decides where ticks stand."""
    def set_minor_locator(self, locator) -> None: """Sets what decides where minor ticks stand."""
    def set_major_formatter(self, formatter) -> None: """Sets what writes the ticks: a formatter, a function of value and position, or a format such as `{x:,.0f}`."""
    def set_minor_formatter(self, formatter) -> None: """Sets what writes the minor ticks."""
    def get_major_locator(self): """What decides where ticks stand."""
    def get_major_formatter(self): """What writes the ticks."""
    def get_minor_locator(self): """What decides where minor ticks stand."""
    def get_majorticklocs(self): """The places of the ticks."""
    def get_minorticklocs(self): """The places of the minor ticks that no tick covers."""
    def get_ticklocs(self, *, minor: bool = False): """The places of the ticks."""
    def set_ticks(self, ticks: Values | None, labels: Values | None = None, *, minor: bool = False, **kwargs) -> None: """Sets the places of the ticks, and their texts."""
    def set_ticklabels(self, labels: Values | None, *, minor: bool = False, fontdict: dict | None = None, **kwargs) -> None: """Sets the texts of the ticks."""
    def get_ticklabels(self, minor: bool = False, which: str | None = None): """The texts of the ticks."""
    def get_majorticklabels(self): """The texts of the ticks."""
    def get_ticklines(self, minor: bool = False): """The lines of the ticks; none can be changed one by one, use tick_params."""
    def get_major_ticks(self, numticks=None): """The ticks; only their labels can be changed."""
    def set_tick_params(self, which: str = 'major', reset=False, **kwargs) -> None: """Sets how ticks, their texts and the grid look."""
    def tick_bottom(self): """Puts ticks and labels below."""
    def tick_top(self): """Puts ticks and labels above."""
    def tick_left(self): """Puts ticks and labels to the left."""
    def tick_right(self): """Puts ticks and labels to the right."""
    def set_ticks_position(self, position) -> None: """Puts the ticks on one side, on `both` or on none."""
    def set_label_position(self, position) -> None: """Puts the label on a side."""
    def get_label_position(self): """The side of the label."""
    def get_label(self): """The label."""
    def get_label_text(self): """The label's text."""
    def set_label_text(self, label: str | None, fontdict: dict | None = None, **kwargs) -> None: """Sets the label's text."""
    def set_label_coords(self, x: float, y: float, transform=None) -> None: """Accepted; labels are placed so that nothing overlaps."""
    def get_offset_text(self): """The text of the shared factor."""
    def grid(self, visible: bool | None = None, which: str = 'major', **kwargs): """Draws grid lines, or takes them away."""


class Spine(Artist):
    """One of the four lines round the axes."""

    def set_color(self, c: Color) -> None: """Sets the colour."""
    def set_edgecolor(self, c: Color | Values) -> None: """Sets the colour."""
    def set_ec(self, c: Color | Values) -> None: """Sets the colour."""
    def get_edgecolor(self): """The colour as red, green, blue and opacity."""
    def set_linewidth(self, w) -> None: """Sets the width in points."""
    def set_lw(self, w) -> None: """Sets the width in points."""
    def get_linewidth(self): """The width in points."""
    def set_position(self, position) -> None: """Moves it: 'zero', 'center', ('data', x), ('axes', share) or ('outward', points)."""
    def set_linestyle(self, value) -> None: """Accepted; it changes nothing here."""
    def set_ls(self, value) -> None: """Accepted; it changes nothing here."""
    def set_bounds(self, value) -> None: """Accepted; it changes nothing here."""


class Artist:
    """Anything that can be drawn."""

    zorder: float
    """What it lies above and below: the greater lies above."""

    def __init__(self): ...
    def set(self, **kwargs): """Sets several properties."""
    def update(self, props): """Sets several properties from a dict."""
    def set_visible(self, b) -> None: """Shows or hides it."""
    def get_visible(self): """Whether it is shown."""
    def set_alpha(self, alpha: float | None) -> None: """Sets the opacity, from 0 to 1."""
    def get_alpha(self): """The opacity."""
    def set_label(self, s: str | None) -> None: """Sets the text in the legend."""
    def get_label(self): """The text in the legend."""
    def set_zorder(self, level) -> None: """Sets what it lies above and below."""
    def get_zorder(self): """What it lies above and below."""
    def set_clip_on(self, b) -> None: """Whether it ends at the axes' edge."""
    def set_transform(self, t) -> None: """Sets the coordinates that it is given in: transData, transAxes or transFigure."""
    def get_transform(self): """The coordinates that it is given in."""
    def remove(self): """Takes it out of its axes."""
    def get_figure(self, root=False): """The figure that it is in."""
    def set_antialiased(self, value) -> None: """Accepted; it changes nothing here."""
    def set_rasterized(self, value) -> None: """Accepted; it changes nothing here."""
    def set_snap(self, value) -> None: """Accepted; it changes nothing here."""
    def set_gid(self, value) -> None: """Accepted; it changes nothing here."""
    def set_url(self, value) -> None: """Accepted; it changes nothing here."""
    def set_picker(self, value) -> None: """Accepted; it changes nothing here."""
    def set_in_layout(self, value) -> None: """Accepted; it changes nothing here."""
    def set_clip_path(self, value) -> None: """Accepted; it changes nothing here."""
    def set_clip_box(self, value) -> None: """Accepted; it changes nothing here."""
    def set_path_effects(self, value) -> None: """Accepted; it changes nothing here."""
    def set_animated(self, value) -> None: """Accepted; it changes nothing here."""
    def set_agg_filter(self, value) -> None: """Accepted; it changes nothing here."""
    axes: NoneType
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_children(self): """The artists in it."""
    def properties(self): """What its getters answer, by name."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""


class Text(Artist):
    """A text at a place."""

    def __init__(self, x: Place = 0, y: Place = 0, text: str = '', **kwargs): ...
    def set_text(self, s: str) -> None: """Sets the text."""
    def get_text(self) -> str: """The text."""
    def set_fontsize(self, fontsize: float | str | None) -> None: """Sets the size in points, or by a name such as `large`."""
    def set_size(self, fontsize: float | str | None) -> None: """Sets the size in points, or by a name such as `large`."""
    def get_fontsize(self): """The size in points."""
    def get_size(self): """The size in points."""
    def set_color(self, color: Color) -> None: """Sets the colour."""
    def get_color(self): """The colour."""
    def set_fontweight(self, weight) -> None: """Sets the weight: `normal`, `bold` or a number."""
    def set_weight(self, weight) -> None: """Sets the weight: `normal`, `bold` or a number."""
    def get_fontweight(self): """The weight."""
    def set_fontstyle(self, fontstyle) -> None: """Sets the style: `normal`, `italic` or `oblique`."""
    def set_style(self, fontstyle) -> None: """Sets the style: `normal`, `italic` or `oblique`."""
    def set_fontfamily(self, fontname) -> None: """Sets the family; there are DejaVu Sans and, for `monospace`, DejaVu Sans Mono."""
    def set_family(self, fontname) -> None: """Sets the family; there are DejaVu Sans and, for `monospace`, DejaVu Sans Mono."""
    def set_fontname(self, fontname) -> None: """Sets the family; there are DejaVu Sans and, for `monospace`, DejaVu Sans Mono."""
    def set_fontproperties(self, fp) -> None: """Sets size, weight and style from a dict."""
    def set_ha(self, align: str) -> None: """Sets the alignment across: left, center or right."""
    def set_horizontalalignment(self, align: str) -> None: """Sets the alignment across: left, center or right."""
    def get_ha(self): """The alignment across."""
    def get_horizontalalignment(self): """The alignment across."""
    def set_va(self, align: str) -> None: """Sets the alignment up and down."""
    def set_verticalalignment(self, align: str) -> None: """Sets the alignment up and down."""
    def get_va(self): """The alignment up and down."""
    def get_verticalalignment(self): """The alignment up and down."""
    def set_rotation(self, s: float | str) -> None: """Sets the angle in degrees, or `vertical`."""
    def get_rotation(self): """The angle in degrees."""
    def set_rotation_mode(self, m) -> None: """Accepted."""
    def set_position(self, xy: tuple) -> None: """Sets the place."""
    def get_position(self): """The place."""
    def set_x(self, x: float) -> None: """Sets the place across."""
    def set_y(self, y: float) -> None: """Sets the place up and down."""
    def set_linespacing(self, spacing) -> None: """Sets the distance of lines."""
    def set_bbox(self, rectprops) -> None: """Draws a box behind the text: a dict with boxstyle, facecolor, edgecolor, alpha, pad."""
    def set_backgroundcolor(self, color: Color) -> None: """Draws a box of a colour behind the text."""
    def set_wrap(self, value) -> None: """Accepted; it changes nothing here."""
    def set_ma(self, value) -> None: """Accepted; it changes nothing here."""
    def set_multialignment(self, value) -> None: """Accepted; it changes nothing here."""
    def set_usetex(self, value) -> None: """Accepted; it changes nothing here."""
    def set_parse_math(self, value) -> None: """Accepted; it changes nothing here."""
    def get_window_extent(self, renderer=None, dpi=None): """The box in pixels, as matplotlib's default margins place it."""
    def get_label(self): """The text in the legend; texts have none."""
    def set_label(self, s: str | None) -> None: """Accepted; texts are not in legends."""
    axes: NoneType
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_bbox_patch(self): """The box behind the text, as its properties."""
    def get_c(self): """The colour."""
    def get_children(self): """The artists in it."""
    def get_family(self): """The family."""
    def get_fontfamily(self): """The family."""
    def get_fontname(self): """The name of the font."""
    def get_fontproperties(self): """Size, weight and style."""
    def get_fontstyle(self): """The style."""
    def get_name(self): """The name of the font."""
    def get_style(self): """The style."""
    def get_weight(self): """The weight."""
    def properties(self): """What its getters answer, by name."""
    def set_c(self, color): """Sets the colour."""
    def set_font(self, fp): """Sets size, weight and style from a dict."""
    def set_font_properties(self, fp): """Sets size, weight and style from a dict."""
    def set_fontstretch(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_fontvariant(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_stretch(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_variant(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""


class Annotation(Text):
    """A text with an arrow to a place."""

    def __init__(self, text: str, xy: tuple, xytext: tuple | None = None, xycoords='data', textcoords=None, arrowprops: dict | None = None, annotation_clip=None, **kwargs): ...


class Line2D(Artist):
    """A line through points, with markers."""

    def __init__(self, xdata, ydata, *, linewidth: float | None = None, linestyle: str | None = None, color: Color = None, marker: str | None = None, markersize=None, markeredgewidth=None, markeredgecolor=None, markerfacecolor=None, drawstyle=None, **kwargs): ...
    def set_data(self, *args) -> None: """Sets both columns."""
    def set_xdata(self, x: Values) -> None: """Sets the places across."""
    def set_ydata(self, y: Values) -> None: """Sets the places up and down."""
    def get_xdata(self, orig=True): """The places across."""
    def get_ydata(self, orig=True): """The places up and down."""
    def get_data(self, orig=True): """Both columns."""
    def get_xydata(self): """The points."""
    def set_color(self, color: Color) -> None: """Sets the colour of the line and its markers."""
    def get_color(self): """The colour."""
    def set_linewidth(self, w) -> None: """Sets the width in points."""
    def set_lw(self, w) -> None: """Sets the width in points."""
    def get_linewidth(self): """The width in points."""
    def get_lw(self): """The width in points."""
    def set_linestyle(self, ls) -> None: """Sets the style: `-`, `--`, `-.`, `:` or `None`."""
    def set_ls(self, ls) -> None: """Sets the style: `-`, `--`, `-.`, `:` or `None`."""
    def get_linestyle(self): """The style."""
    def get_ls(self): """The style."""
    def set_dashes(self, seq) -> None: """Sets on and off lengths in points."""
    def set_marker(self, marker: str | None) -> None: """Sets the marker."""
    def get_marker(self): """The marker."""
    def set_markersize(self, sz) -> None: """Sets the markers' size in points."""
    def set_ms(self, sz) -> None: """Sets the markers' size in points."""
    def get_markersize(self): """The markers' size in points."""
    def set_markerfacecolor(self, fc) -> None: """Sets the markers' inside."""
    def set_markeredgecolor(self, ec) -> None: """Sets the markers' edge."""
    def set_markeredgewidth(self, ew) -> None: """Sets the width of the markers' edge in points."""
    def set_markevery(self, every) -> None: """Draws every so many markers."""
    def set_fillstyle(self, fs) -> None: """Sets how much of the markers is filled: `full` or `none`."""
    def set_drawstyle(self, drawstyle) -> None: """Sets how points are joined: `default`, `steps-pre`, `steps-mid` or `steps-post`."""
    def get_drawstyle(self): """How points are joined."""
    def set_solid_capstyle(self, value) -> None: """Accepted; it changes nothing here."""
    def set_dash_capstyle(self, value) -> None: """Accepted; it changes nothing here."""
    def set_solid_joinstyle(self, value) -> None: """Accepted; it changes nothing here."""
    def set_dash_joinstyle(self, value) -> None: """Accepted; it changes nothing here."""
    def set_scalex(self, value) -> None: """Accepted; it changes nothing here."""
    def set_scaley(self, value) -> None: """Accepted; it changes nothing here."""
    def set_gapcolor(self, value) -> None: """Accepted; it changes nothing here."""
    axes: NoneType
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_c(self): """The colour."""
    def get_children(self): """The artists in it."""
    def get_dash_capstyle(self): """How solid lines end."""
    def get_dash_joinstyle(self): """How solid lines end."""
    def get_fillstyle(self): """How much of the markers is filled."""
    def get_markeredgecolor(self): """The colour of the markers' edge."""
    def get_markeredgewidth(self): """The width of the markers' edge in points."""
    def get_markerfacecolor(self): """The colour of the markers' inside."""
    def get_markevery(self): """How many points there are to a marker."""
    def get_mec(self): """The colour of the markers' edge."""
    def get_mew(self): """The width of the markers' edge in points."""
    def get_mfc(self): """The colour of the markers' inside."""
    def get_ms(self): """The markers' size in points."""
    def get_path(self): """The points as an outline."""
    def get_solid_capstyle(self): """How solid lines end."""
    def get_solid_joinstyle(self): """How solid lines end."""
    def is_dashed(self): """Whether the line is broken."""
    def properties(self): """What its getters answer, by name."""
    def set_c(self, color): """Sets the colour of the line and its markers."""
    def set_mec(self, ec): """Sets the markers' edge."""
    def set_mew(self, ew): """Sets the width of the markers' edge in points."""
    def set_mfc(self, fc): """Sets the markers' inside."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""


class Patch(Artist):
    """A filled shape."""

    def __init__(self, *, edgecolor=None, facecolor=None, color: Color = None, linewidth: float | None = None, linestyle: str | None = None, antialiased=None, hatch=None, fill=True, **kwargs): ...
    def set_facecolor(self, color: Color) -> None: """Sets the inside's colour."""
    def set_fc(self, color: Color) -> None: """Sets the inside's colour."""
    def get_facecolor(self): """The inside's colour as red, green, blue and opacity."""
    def get_fc(self): """The inside's colour as red, green, blue and opacity."""
    def set_edgecolor(self, color: Color) -> None: """Sets the edge's colour."""
    def set_ec(self, color: Color) -> None: """Sets the edge's colour."""
    def get_edgecolor(self): """The edge's colour as red, green, blue and opacity."""
    def get_ec(self): """The edge's colour as red, green, blue and opacity."""
    def set_color(self, c: Color) -> None: """Sets both colours."""
    def set_linewidth(self, w) -> None: """Sets the edge's width in points."""
    def set_lw(self, w) -> None: """Sets the edge's width in points."""
    def get_linewidth(self): """The edge's width in points."""
    def set_linestyle(self, ls) -> None: """Sets the edge's style."""
    def set_ls(self, ls) -> None: """Sets the edge's style."""
    def set_hatch(self, hatch) -> None: """Sets the hatch, of the signs `/ \\ | - + x o O . *`."""
    def get_hatch(self): """The hatch."""
    def set_fill(self, b) -> None: """Whether it is filled."""
    def set_joinstyle(self, value) -> None: """Accepted; it changes nothing here."""
    def set_capstyle(self, value) -> None: """Accepted; it changes nothing here."""


class Rectangle(Patch):
    """A rectangle from its lower left corner."""

    def __init__(self, xy: tuple, width: float, height: float, *, angle=0.0, **kwargs): ...
    def get_x(self) -> float: """The left edge."""
    def get_y(self) -> float: """The lower edge."""
    def get_xy(self): """The lower left corner."""
    def get_width(self) -> float: """The width."""
    def get_height(self) -> float: """The height."""
    def get_center(self): """The middle."""
    def get_bbox(self): """The rectangle by its corners."""
    def set_x(self, x: float) -> None: """Sets the left edge."""
    def set_y(self, y: float) -> None: """Sets the lower edge."""
    def set_xy(self, xy: tuple) -> None: """Sets the lower left corner."""
    def set_width(self, w) -> None: """Sets the width."""
    def set_height(self, h) -> None: """Sets the height."""
    axes: NoneType
    def contains_point(self, point, radius=None): """Whether a place in data lies inside."""
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_angle(self): """The angle in degrees."""
    def get_children(self): """The artists in it."""
    def get_corners(self): """The four corners, from the lower left one on."""
    def get_extents(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def get_fill(self): """Whether it is filled."""
    def get_linestyle(self): """The edge's style."""
    def get_ls(self): """The edge's style."""
    def get_lw(self): """The edge's width in points."""
    def get_path(self): """The outline."""
    def get_verts(self): """The points of the outline."""
    def get_window_extent(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def properties(self): """What its getters answer, by name."""
    def set_angle(self, angle): """Sets the angle in degrees."""
    def set_bounds(self, *args): """Sets corner, width and height."""
    def set_hatch_linewidth(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_hatchcolor(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""
    @property
    def xy(self): """The lower left corner."""


class Polygon(Patch):
    """A shape between points."""

    def __init__(self, xy: tuple, *, closed=True, **kwargs): ...
    def get_xy(self): """The points."""
    def set_xy(self, xy: tuple) -> None: """Sets the points."""
    axes: NoneType
    def contains_point(self, point, radius=None): """Whether a place in data lies inside."""
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_children(self): """The artists in it."""
    def get_closed(self): """Whether the last point is joined with the first."""
    def get_extents(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def get_fill(self): """Whether it is filled."""
    def get_linestyle(self): """The edge's style."""
    def get_ls(self): """The edge's style."""
    def get_lw(self): """The edge's width in points."""
    def get_path(self): """The outline."""
    def get_verts(self): """The points of the outline."""
    def get_window_extent(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def properties(self): """What its getters answer, by name."""
    def set_hatch_linewidth(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_hatchcolor(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""


class Circle(Patch):
    """A circle around its middle."""

    def __init__(self, xy: tuple, radius: float = 5, **kwargs): ...
    axes: NoneType
    def contains_point(self, point, radius=None): """Whether a place in data lies inside."""
    def draw(self, renderer): """Accepted; artists tell what to draw when a figure is saved. One that is replaced is called before."""
    figure: NoneType
    def findobj(self, match=None, include_self=True): """This artist and those in it that are of a kind."""
    def get_children(self): """The artists in it."""
    def get_extents(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def get_fill(self): """Whether it is filled."""
    def get_linestyle(self): """The edge's style."""
    def get_ls(self): """The edge's style."""
    def get_lw(self): """The edge's width in points."""
    def get_path(self): """The outline."""
    def get_verts(self): """The points of the outline."""
    def get_window_extent(self, renderer=None): """The box in pixels, as matplotlib's default margins place it."""
    def properties(self): """What its getters answer, by name."""
    def set_hatch_linewidth(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    def set_hatchcolor(self, value): """Accepted; it changes nothing in how charts are drawn here."""
    @property
    def stale(self): """Whether it must be drawn anew: never, since nothing is drawn before it is saved."""
    @property
    def sticky_edges(self): """Places along x and y at which limits end without a margin."""


class ScalarMappable:
    """What is coloured by value."""

    def set_array(self, A) -> None: """Sets the values."""
    def get_array(self) -> Array: """The values."""
    def set_clim(self, vmin: float | None = None, vmax: float | None = None) -> None: """Sets the limits of the colours."""
    def get_clim(self) -> tuple[float, float]: """The limits of the colours."""
    def set_cmap(self, cmap: str | Colormap | None) -> None: """Sets the colormap."""
    def get_cmap(self) -> Colormap: """The colormap."""
    def to_rgba(self, x: Values, alpha: float | None = None, bytes=False): """The colours of values."""


class Collection(Artist, ScalarMappable):
    """Many shapes with shared properties, coloured one by one or by value."""

    def set_facecolor(self, c: Color | Values) -> None: """Sets the colour or colours of the insides."""
    def set_fc(self, c: Color | Values) -> None: """Sets the colour or colours of the insides."""
    def set_facecolors(self, c: Color | Values) -> None: """Sets the colour or colours of the insides."""
    def set_edgecolor(self, c: Color | Values) -> None: """Sets the colour or colours of the edges."""
    def set_ec(self, c: Color | Values) -> None: """Sets the colour or colours of the edges."""
    def set_edgecolors(self, c: Color | Values) -> None: """Sets the colour or colours of the edges."""
    def set_color(self, c: Color) -> None: """Sets all colours."""
    def get_facecolor(self): """The colours of the insides."""
    def get_facecolors(self): """The colours of the insides."""
    def set_linewidth(self, lw) -> None: """Sets the edges' width in points."""
    def set_lw(self, lw) -> None: """Sets the edges' width in points."""
    def set_linewidths(self, lw) -> None: """Sets the edges' width in points."""
    def set_linestyle(self, ls) -> None: """Sets the edges' style."""
    def set_hatch(self, hatch) -> None: """Sets the hatch."""


class PathCollection(Collection):
    """The points of a scatter."""

    def get_offsets(self): """The points."""
    def set_offsets(self, offsets) -> None: """Sets the points."""
    def get_sizes(self): """The areas in square points."""
    def set_sizes(self, sizes) -> None: """Sets the areas in square points."""
    def legend_elements(self, prop='colors', num='auto', fmt: str | None = None, func=lambda x: x, **kwargs): """Handles and labels that explain the colours or the sizes."""


class LineCollection(Collection):
    """Several lines, of hlines, vlines or eventplot."""

    def set_color(self, c: Color | list[Color]) -> None: """Sets the colour of all lines, or of each."""
    def set_colors(self, c: Color | list[Color]) -> None: """Sets the colour of all lines, or of each."""
    def get_color(self): """The colours."""


class QuadMesh(Collection):
    """The cells of pcolormesh or hist2d."""


class AxesImage(Artist, ScalarMappable):
    """A matrix drawn as an image."""

    def set_data(self, A) -> None: """Sets the matrix."""
    def get_extent(self): """Left, right, bottom and top edge."""


class Container(tuple):
    """Artists that belong together, as a tuple."""

    def get_label(self): """The text in the legend."""
    def set_label(self, s: str | None) -> None: """Sets the text in the legend."""
    def get_children(self): """All artists in it."""
    def remove(self): """Takes all of it out of its axes."""


class BarContainer(Container):
    """The bars of one call."""

    patches: list[Rectangle]
    """The bars."""
    errorbar: ErrorbarContainer | None
    """The error bars, if there are any."""
    datavalues: Array
    """The lengths of the bars."""


class ErrorbarContainer(Container):
    """A line with its error bars."""

    lines: tuple
    """The line, the caps and the bars."""


class StemContainer(Container):
    """The markers, stems and baseline of a stem plot."""

    markerline: Line2D
    stemlines: LineCollection
    baseline: Line2D


class Legend(Artist):
    """A legend: what it shows and how."""

    def get_texts(self): """The texts."""
    def get_title(self) -> Text: """The title."""
    def set_title(self, title: str, prop=None) -> Text: """Sets the title."""
    def get_lines(self): """The handles that are lines."""
    def get_patches(self): """The handles that are patches."""
    def get_frame(self): """The frame."""
    def set_frame_on(self, b) -> None: """Whether the frame is drawn."""
    def set_loc(self, loc: str | int | None) -> None: """Sets the place."""
    def set_bbox_to_anchor(self, bbox, transform=None) -> None: """Sets the point or the box that the legend is placed at."""
    def set_draggable(self, state, use_blit=False, update='loc') -> None: """Accepted; charts do not move."""


class Colorbar:
    """The colours of a mappable, with their values."""

    ax: Axes
    """The axes that the bar is drawn in."""

    def set_label(self, label: str | None, *, loc: str | int | None = None, **kwargs) -> None: """Sets the text along the bar."""
    def set_ticks(self, ticks: Values | None, *, labels: Values | None = None, minor: bool = False, **kwargs) -> None: """Sets the values that are marked."""
    def set_ticklabels(self, ticklabels, *, minor: bool = False, **kwargs) -> None: """Sets the texts of the marked values."""
    def get_ticks(self, minor: bool = False): """The values that are marked."""
    @property
    def outline(self): """The frame; set_visible, set_linewidth and set_edgecolor."""
    @property
    def locator(self) -> Locator: """What decides where ticks stand."""
    @property
    def formatter(self) -> Formatter: """What writes the ticks."""
    def update_ticks(self): """Accepted; ticks are always up to date."""
    def minorticks_on(self): """Draws minor ticks."""
    def remove(self): """Takes the bar away."""


class Normalize:
    """Spreads values evenly over 0 to 1."""

    def __init__(self, vmin: float | None = None, vmax: float | None = None, clip=False): ...
    def autoscale_None(self, A): """Takes limits that are not set from the values."""
    def autoscale(self, A): """Takes both limits from the values."""
    def scaled(self) -> bool: """Whether both limits are known."""
    def inverse(self, value: float): """The value at a share."""


class Colormap:
    """Colours for the values from 0 to 1: call it with one value or several."""

    name: str
    N: int
    """How many colours it has."""
    def reversed(self, name: str | None = None) -> Colormap: """The same colours the other way round."""
    def resampled(self, lutsize: int) -> Colormap: """The same colours in another number of steps."""
    def set_bad(self, color: Color = 'k', alpha: float | None = None) -> None: """Sets the colour of gaps."""
    def set_under(self, color: Color = 'k', alpha: float | None = None) -> None: """Accepted; values below the limits take the first colour."""
    def set_over(self, color: Color = 'k', alpha: float | None = None) -> None: """Accepted; values above the limits take the last colour."""
    def copy(self) -> Colormap: """A copy."""


class Array(list):
    """Numbers that charts answer: a list that also computes item by item, as in counts / 2."""

    shape: tuple
    size: int
    ndim: int
    def tolist(self) -> list: """A plain list."""
    def sum(self) -> float: """Sum."""
    def mean(self) -> float: """Mean."""
    def max(self) -> float: """Greatest value."""
    def min(self) -> float: """Least value."""
    def argmax(self) -> int: """Index of the greatest value."""
    def argmin(self) -> int: """Index of the least value."""
    def cumsum(self) -> Array: """Running sum."""
    def astype(self, dtype) -> Array: """Each value converted by a type such as int."""
    def round(self, decimals: int = 0) -> Array: """Rounds each value."""
    def copy(self) -> Array: """A copy."""

class SubplotSpec:
    """Cells of a grid."""
    def __init__(self, grid, rows, cols): ...
    def get_gridspec(self): """The grid."""
    @property
    def rowspan(self): """The rows, as a range."""
    @property
    def colspan(self): """The columns, as a range."""
    def subgridspec(self, nrows, ncols, **kwargs): """A grid within these cells."""
    def is_first_row(self): """Is first row."""
    def is_last_row(self): """Is last row."""
    def is_first_col(self): """Is first col."""
    def is_last_col(self): """Is last col."""

