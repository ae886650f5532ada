"""A pair of axes: what they look like, and what is drawn in them."""

import math

from matplotlib import _settings, ticker
from matplotlib._arrays import shape_of
from matplotlib.artists import Annotation, Artist, Collection, Line2D, Patch, Text, boxes
from matplotlib.axis import Axis
from matplotlib.colors import to_rgba
from matplotlib.legend import Legend, entries_of
from matplotlib.plots_fields import Fields
from matplotlib.plots_lines import Lines
from matplotlib.plots_shares import Shares
from matplotlib.plots_stats import Statistics


class Spine(Artist):
    """One of the four lines round the axes."""

    def __init__(self, axes, side):
        super().__init__()
        settings = _settings.rcParams
        self.axes = axes
        self.spine_type = side
        self._visible = settings[f"axes.spines.{side}"]
        self._color = settings["axes.edgecolor"]
        self._width = settings["axes.linewidth"]
        self._at = None

    def set_color(self, c):
        """Sets the colour."""
        to_rgba(c)
        self._color = c

    set_edgecolor = set_ec = set_color

    def get_edgecolor(self):
        """The colour as red, green, blue and opacity."""
        return to_rgba(self._color)

    def set_linewidth(self, w):
        """Sets the width in points."""
        self._width = float(w)

    set_lw = set_linewidth

    def get_linewidth(self):
        """The width in points."""
        return self._width

    def set_position(self, position):
        """Moves it: 'zero', 'center', ('data', x), ('axes', share) or ('outward', points)."""
        named = {"zero": ("data", 0.0), "center": ("axes", 0.5)}
        kind, value = named.get(position, position) if isinstance(position, str) else position
        self._at = {"kind": kind, "value": float(value)}

    set_linestyle = set_ls = set_bounds = Artist._accept

    def _scene(self):
        return {"side": self.spine_type, "visible": self._visible, "color": to_rgba(self._color, self._alpha), "width": self._width, "at": self._at}


class Spines(dict):
    """The four lines by side; several are changed together with `spines[['top', 'right']]`."""

    __glovebox_quiet__ = True

    def __getitem__(self, key):
        if isinstance(key, (list, tuple)):
            return _Together([self[one] for one in key])
        if isinstance(key, slice):
            return _Together(list(self.values()))
        return dict.__getitem__(self, key)

    def __getattr__(self, name):
        try:
            return dict.__getitem__(self, name)
        except KeyError:
            raise AttributeError(name) from None


class _Together:
    def __init__(self, spines):
        self._spines = spines

    def __getattr__(self, name):
        methods = [getattr(spine, name) for spine in self._spines]

        def call(*args, **kwargs):
            for method in methods:
                method(*args, **kwargs)

        return call


class Axes(Lines, Statistics, Fields, Shares):
    """A pair of axes in a figure."""

    __glovebox_quiet__ = True

    def __init__(self, figure, place):
        settings = _settings.rcParams
        self.figure = figure
        self._place = place
        self.xaxis = Axis(self, "x")
        self.yaxis = Axis(self, "y")
        self.spines = Spines({side: Spine(self, side) for side in ("left", "right", "bottom", "top")})
        self.patch = Patch(facecolor=settings["axes.facecolor"])
        self.containers = []
        self.legend_ = None
        self._children = []
        self._titles = {}
        self._cycle = list(settings["axes.prop_cycle"]) or [{"color": "k"}]
        self._next = {"line": 0, "patch": 0}
        self._frame = True
        self._on = True
        self._aspect = "auto"
        self._adjustable = "box"
        self._label = ""
        self._axisbelow = settings["axes.axisbelow"]
        self._bar = None
        self._image = None
        self.use_sticky_edges = True
        self._zorder = 0
        self._visible = True
        self._grid_cell = None

    # What is in it

    def _add(self, artist):
        artist.axes = self
        artist.figure = self.figure
        self._children.append(artist)
        return artist

    def _forget(self, artist):
        if artist in self._children:
            self._children.remove(artist)
        if artist is self.legend_:
            self.legend_ = None

    def _of(self, kind, without=()):
        return [child for child in self._children if isinstance(child, kind) and not isinstance(child, without)]

    @property
    def lines(self):
        """The lines."""
        return self._of(Line2D)

    @property
    def patches(self):
        """The patches."""
        return self._of(Patch)

    @property
    def texts(self):
        """The texts."""
        return self._of(Text)

    @property
    def collections(self):
        """The collections."""
        return self._of(Collection)

    @property
    def images(self):
        """The images."""
        from matplotlib.artists import AxesImage

        return self._of(AxesImage)

    @property
    def artists(self):
        """Artists of other kinds."""
        return []

    @property
    def title(self):
        """The title."""
        return self._title_text("center")

    def get_children(self):
        """All artists."""
        return [*self._children, *self.spines.values(), self.xaxis, self.yaxis, self.title, self.patch]

    def get_lines(self):
        """The lines."""
        return self.lines

    def has_data(self):
        """Whether something is drawn in it."""
        return bool(self._children)

    def add_line(self, line):
        """Adds a line."""
        self.xaxis.convert(line._xy[0])
        return self._add(line)

    def add_patch(self, p):
        """Adds a patch."""
        return self._add(p)

    def add_collection(self, collection, autolim=True):
        """Adds a collection."""
        return self._add(collection)

    def add_artist(self, a):
        """Adds any artist."""
        if isinstance(a, Legend):
            self._extra_legends = [*getattr(self, "_extra_legends", []), a]
            return a
        return self._add(a)

    def add_container(self, container):
        """Adds a container."""
        self.containers.append(container)
        return container

    def _color(self, kind="line"):
        properties = self._cycle[self._next[kind] % len(self._cycle)]
        self._next[kind] += 1
        return properties.get("color", "k")

    def _properties(self):
        properties = self._cycle[self._next["line"] % len(self._cycle)]
        self._next["line"] += 1
        return properties

    def set_prop_cycle(self, *args, **kwargs):
        """Sets the round of colours."""
        self._cycle = list(_settings.cycler(*args, **kwargs)) if args != (None,) else list(_settings.rcParams["axes.prop_cycle"])
        self._next = {"line": 0, "patch": 0}

    # Texts

    def _title_text(self, loc):
        if loc not in ("left", "center", "right"):
            raise ValueError(f"{loc!r} is not a valid location; use 'left', 'center' or 'right'")
        if loc not in self._titles:
            settings = _settings.rcParams
            color = settings["axes.titlecolor"]
            text = Text(0, 1, "", fontsize=settings["axes.titlesize"], fontweight=settings["axes.titleweight"], ha=loc, va="bottom",
                        color=settings["text.color"] if color == "auto" else color)  # fmt: skip
            text._pad = settings["axes.titlepad"]
            self._titles[loc] = text
        return self._titles[loc]

    def set_title(self, label, fontdict=None, loc=None, pad=None, *, y=None, **kwargs):
        """Sets the title."""
        text = self._title_text((loc or _settings.rcParams["axes.titlelocation"]).lower())
        text.set_text(label)
        if pad is not None:
            text._pad = float(pad)
        if y is not None:
            text._raised = float(y)
        text.update({**(fontdict or {}), **kwargs})
        return text

    def get_title(self, loc="center"):
        """The title's text."""
        return self._title_text(loc).get_text()

    def set_xlabel(self, xlabel, fontdict=None, labelpad=None, *, loc=None, **kwargs):
        """Sets the text along the x axis."""
        return self._set_label(self.xaxis, xlabel, fontdict, labelpad, loc, kwargs)

    def set_ylabel(self, ylabel, fontdict=None, labelpad=None, *, loc=None, **kwargs):
        """Sets the text along the y axis."""
        return self._set_label(self.yaxis, ylabel, fontdict, labelpad, loc, kwargs)

    def _set_label(self, axis, text, fontdict, labelpad, loc, given):
        if labelpad is not None:
            axis.labelpad = float(labelpad)
        axis.label.set_text(text)
        axis.label._ha = {None: "center", "center": "center", "left": "left", "right": "right", "bottom": "left", "top": "right"}[loc]
        axis.label.update({**(fontdict or {}), **given})
        return axis.label

    def get_xlabel(self):
        """The text along the x axis."""
        return self.xaxis.label.get_text()

    def get_ylabel(self):
        """The text along the y axis."""
        return self.yaxis.label.get_text()

    def text(self, x, y, s, fontdict=None, **kwargs):
        """Writes a text at a place."""
        text = self._add(Text(x, y, s, **{"clip_on": False, **(fontdict or {}), **kwargs}))
        if text._coords == "data":
            text._at()
        return text

    def annotate(self, text, xy, xytext=None, xycoords="data", textcoords=None, arrowprops=None, annotation_clip=None, **kwargs):
        """Writes a text, with an arrow to a place if `arrowprops` is given."""
        return self._add(Annotation(text, xy, xytext, xycoords, textcoords, arrowprops, annotation_clip, **kwargs))

    # Limits and scales

    def _reach(self, name):
        low, high, least, sticky, filled = math.inf, -math.inf, math.inf, set(), False
        for child in self._children:
            extent = child._extent(name)
            if extent is None:
                continue
            filled = True
            low = min(low, extent[0]) if extent[0] == extent[0] else low
            high = max(high, extent[1]) if extent[1] == extent[1] else high
            least = min(least, extent[2]) if extent[2] == extent[2] else least
            sticky.update(child._sticky(name))
        return low, high, least, sticky, filled

    def set_xlim(self, left=None, right=None, *, emit=True, auto=False, xmin=None, xmax=None):
        """Sets the limits of the x axis."""
        left, right = _pair(left, right, xmin, xmax, "left", "right", "xmin", "xmax")
        return self.xaxis.set_limits(left, right, auto)

    def set_ylim(self, bottom=None, top=None, *, emit=True, auto=False, ymin=None, ymax=None):
        """Sets the limits of the y axis."""
        bottom, top = _pair(bottom, top, ymin, ymax, "bottom", "top", "ymin", "ymax")
        return self.yaxis.set_limits(bottom, top, auto)

    def get_xlim(self):
        """The limits of the x axis."""
        return self.xaxis.get_view_interval()

    def get_ylim(self):
        """The limits of the y axis."""
        return self.yaxis.get_view_interval()

    def set_xbound(self, lower=None, upper=None):
        """Sets the least and the greatest x that is shown."""
        self._set_bound(self.xaxis, lower, upper)

    def set_ybound(self, lower=None, upper=None):
        """Sets the least and the greatest y that is shown."""
        self._set_bound(self.yaxis, lower, upper)

    def _set_bound(self, axis, lower, upper):
        if shape_of(lower):
            lower, upper = lower
        now = sorted(axis.get_view_interval())
        ends = [now[0] if lower is None else lower, now[1] if upper is None else upper]
        axis.set_limits(*(ends[::-1] if axis.get_inverted() else ends), auto=None)

    def get_xbound(self):
        """The least and the greatest x that is shown."""
        return tuple(sorted(self.get_xlim()))

    def get_ybound(self):
        """The least and the greatest y that is shown."""
        return tuple(sorted(self.get_ylim()))

    def set_xscale(self, value, **kwargs):
        """Sets the scale of the x axis: linear, log, symlog or logit."""
        self.xaxis.set_scale(value, **kwargs)

    def set_yscale(self, value, **kwargs):
        """Sets the scale of the y axis: linear, log, symlog or logit."""
        self.yaxis.set_scale(value, **kwargs)

    def get_xscale(self):
        """The name of the x axis' scale."""
        return self.xaxis.scale

    def get_yscale(self):
        """The name of the y axis' scale."""
        return self.yaxis.scale

    def invert_xaxis(self):
        """Turns the x axis round."""
        self.xaxis.set_inverted(not self.xaxis.get_inverted())

    def invert_yaxis(self):
        """Turns the y axis round."""
        self.yaxis.set_inverted(not self.yaxis.get_inverted())

    def xaxis_inverted(self):
        """Whether the x axis runs from right to left."""
        return self.xaxis.get_inverted()

    def yaxis_inverted(self):
        """Whether the y axis runs from top to bottom."""
        return self.yaxis.get_inverted()

    def xaxis_date(self, tz=None):
        """Reads x as days since 1970-01-01."""
        self.xaxis.axis_date(tz)

    def yaxis_date(self, tz=None):
        """Reads y as days since 1970-01-01."""
        self.yaxis.axis_date(tz)

    def margins(self, *margins, x=None, y=None, tight=True):
        """Sets the room between data and frame, as shares of the data's reach."""
        if margins and (x is not None or y is not None):
            raise TypeError("Cannot pass both positional and keyword arguments for x and/or y.")
        if len(margins) == 1:
            x = y = margins[0]
        elif len(margins) == 2:
            x, y = margins
        elif margins:
            raise TypeError("Must pass a single positional argument for all margins, or one for each margin (x, y).")
        elif x is None and y is None:
            return self._margin(self.xaxis), self._margin(self.yaxis)
        for axis, margin in ((self.xaxis, x), (self.yaxis, y)):
            if margin is not None:
                if margin <= -0.5:
                    raise ValueError("margin must be greater than -0.5")
                axis.margin = float(margin)

    def _margin(self, axis):
        return axis.margin if axis.margin is not None else _settings.rcParams[f"axes.{axis.name}margin"]

    def set_xmargin(self, m):
        """Sets the room to the left and right of the data."""
        self.margins(x=m)

    def set_ymargin(self, m):
        """Sets the room below and above the data."""
        self.margins(y=m)

    def autoscale(self, enable=True, axis="both", tight=None):
        """Lets the limits follow the data again, or no more."""
        for one in self._axes_of(axis):
            if enable is not None:
                if not enable:
                    one.limits = one.get_view_interval()
                for shared in one.shared:
                    shared.auto = bool(enable)
                    if enable and tight:
                        shared.tight = True

    def autoscale_view(self, tight=None, scalex=True, scaley=True):
        """Accepted; limits always follow the data unless they are set."""

    def relim(self, visible_only=False):
        """Accepted; limits always follow the data unless they are set."""

    def _axes_of(self, axis):
        if axis not in ("x", "y", "both"):
            raise ValueError(f"{axis!r} is not a valid value for axis; supported values are 'x', 'y', 'both'")
        return [one for one in (self.xaxis, self.yaxis) if axis in (one.name, "both")]

    def axis(self, arg=None, /, *, emit=True, **kwargs):
        """Switches the frame `off` or `on`, sets `equal`, `scaled`, `tight`, `auto`, `image` or `square`, or the four limits."""
        if isinstance(arg, (bool, str)):
            arg = {True: "on", False: "off"}.get(arg, arg)
            if arg in ("on", "off"):
                self._on = arg == "on"
            elif arg in ("equal", "tight", "scaled", "auto", "image", "square"):
                self.set_autoscale_on(True)
                self.set_aspect("auto")
                if arg in ("tight", "image", "scaled"):
                    self.autoscale(tight=arg != "scaled")
                if arg == "equal":
                    self.set_aspect("equal", adjustable="datalim")
                elif arg in ("scaled", "image"):
                    self.set_aspect("equal", adjustable="box")
                elif arg == "square":
                    (x0, x1), (y0, y1) = self.get_xlim(), self.get_ylim()
                    edge = max(x1 - x0, y1 - y0)
                    self.set_xlim(x0, x0 + edge)
                    self.set_ylim(y0, y0 + edge)
                    self.set_aspect("equal", adjustable="box")
            else:
                raise ValueError(f"Unrecognized string {arg!r} to axis; try 'on' or 'off'")
        elif arg is not None:
            if len(arg) != 4:
                raise TypeError("The first argument to axis() must be an iterable of the form [xmin, xmax, ymin, ymax]")
            self.set_xlim(arg[0], arg[1])
            self.set_ylim(arg[2], arg[3])
        if kwargs:
            unknown = set(kwargs) - {"xmin", "xmax", "ymin", "ymax"}
            if unknown:
                raise TypeError(f"axis() got an unexpected keyword argument {sorted(unknown)[0]!r}")
            if "xmin" in kwargs or "xmax" in kwargs:
                self.set_xlim(kwargs.get("xmin"), kwargs.get("xmax"))
            if "ymin" in kwargs or "ymax" in kwargs:
                self.set_ylim(kwargs.get("ymin"), kwargs.get("ymax"))
        return (*self.get_xlim(), *self.get_ylim())

    def set_autoscale_on(self, b):
        """Whether limits follow the data."""
        self.autoscale(b)

    def set_axis_off(self):
        """Hides frame, ticks and labels."""
        self._on = False

    def set_axis_on(self):
        """Shows frame, ticks and labels."""
        self._on = True

    def set_aspect(self, aspect, adjustable=None, anchor=None, share=False):
        """Sets the height of a unit of y over the width of a unit of x: a number, `equal` or `auto`."""
        self._aspect = 1.0 if aspect == "equal" else aspect if aspect == "auto" else float(aspect)
        if adjustable is not None:
            self._adjustable = adjustable

    def get_aspect(self):
        """The aspect."""
        return self._aspect

    def set_box_aspect(self, aspect=None):
        """Sets the height of the box over its width."""
        self._box_aspect = aspect

    def set_adjustable(self, adjustable, share=False):
        """What gives way to the aspect: `box` or `datalim`."""
        self._adjustable = adjustable

    def set_anchor(self, anchor, share=False):
        """Accepted; a smaller box stands in the middle."""

    # Ticks, grid and frame

    def set_xticks(self, ticks, labels=None, *, minor=False, **kwargs):
        """Sets the places of the x axis' ticks, and their texts."""
        self.xaxis.set_ticks(ticks, labels, minor=minor, **kwargs)

    def set_yticks(self, ticks, labels=None, *, minor=False, **kwargs):
        """Sets the places of the y axis' ticks, and their texts."""
        self.yaxis.set_ticks(ticks, labels, minor=minor, **kwargs)

    def get_xticks(self, *, minor=False):
        """The places of the x axis' ticks."""
        return self.xaxis.get_ticklocs(minor=minor)

    def get_yticks(self, *, minor=False):
        """The places of the y axis' ticks."""
        return self.yaxis.get_ticklocs(minor=minor)

    def set_xticklabels(self, labels, *, minor=False, fontdict=None, **kwargs):
        """Sets the texts of the x axis' ticks."""
        return self.xaxis.set_ticklabels(labels, minor=minor, fontdict=fontdict, **kwargs)

    def set_yticklabels(self, labels, *, minor=False, fontdict=None, **kwargs):
        """Sets the texts of the y axis' ticks."""
        return self.yaxis.set_ticklabels(labels, minor=minor, fontdict=fontdict, **kwargs)

    def get_xticklabels(self, minor=False, which=None):
        """The texts of the x axis' ticks."""
        return self.xaxis.get_ticklabels(minor, which)

    def get_yticklabels(self, minor=False, which=None):
        """The texts of the y axis' ticks."""
        return self.yaxis.get_ticklabels(minor, which)

    def get_xaxis(self):
        """The x axis."""
        return self.xaxis

    def get_yaxis(self):
        """The y axis."""
        return self.yaxis

    def tick_params(self, axis="both", **kwargs):
        """Sets how ticks, their texts and the grid look."""
        which = kwargs.pop("which", "major")
        kwargs.pop("reset", None)
        if which not in ("major", "minor", "both"):
            raise ValueError(f"{which!r} is not a valid value for which; supported values are 'major', 'minor', 'both'")
        for one in self._axes_of(axis):
            one.set_tick_params(which, **kwargs)

    def ticklabel_format(self, *, axis="both", style=None, scilimits=None, useOffset=None, useLocale=None, useMathText=None):
        """Sets how numbers are written: style `plain` or `sci`, powers of ten from which a factor is used, offset."""
        if style not in ("sci", "scientific", "plain", "", None):
            raise ValueError(f"{style!r} is not a valid value for style; supported values are 'sci', 'scientific', 'plain'")
        for one in self._axes_of(axis):
            formatter = one.formatter["major"]
            if not isinstance(formatter, ticker.ScalarFormatter):
                raise AttributeError("This method only works with the ScalarFormatter")
            if style:
                formatter.set_scientific(style != "plain")
            if scilimits is not None:
                formatter.set_powerlimits(scilimits)
            if useOffset is not None:
                formatter.set_useOffset(useOffset)
            if useMathText is not None:
                formatter.set_useMathText(useMathText)

    def locator_params(self, axis="both", tight=None, **kwargs):
        """Sets properties of the tick locators, such as `nbins`."""
        for one in self._axes_of(axis):
            one.get_major_locator().set_params(**kwargs)

    def minorticks_on(self):
        """Draws minor ticks."""
        for axis in (self.xaxis, self.yaxis):
            if axis.scale != "log":
                axis.set_minor_locator(ticker.AutoMinorLocator())

    def minorticks_off(self):
        """Draws no minor ticks."""
        for axis in (self.xaxis, self.yaxis):
            axis.set_minor_locator(ticker.NullLocator())

    def grid(self, visible=None, which="major", axis="both", **kwargs):
        """Draws grid lines, or takes them away."""
        for one in self._axes_of(axis):
            one.grid(visible, which, **kwargs)

    def set_axisbelow(self, b):
        """Whether the grid lies below what is drawn."""
        self._axisbelow = b

    def get_axisbelow(self):
        """Whether the grid lies below what is drawn."""
        return self._axisbelow

    def set_frame_on(self, b):
        """Whether the frame and the background are drawn."""
        self._frame = bool(b)

    def set_facecolor(self, color):
        """Sets the background's colour."""
        self.patch.set_facecolor(color)

    set_fc = set_facecolor

    def get_facecolor(self):
        """The background's colour."""
        return self.patch.get_facecolor()

    def set_visible(self, b):
        """Shows or hides all of it."""
        self._visible = bool(b)

    def get_visible(self):
        """Whether it is shown."""
        return self._visible

    def set_zorder(self, level):
        """Sets which axes lie above which."""
        self._zorder = level

    def get_zorder(self):
        """Which axes lie above which."""
        return self._zorder

    def set_label(self, s):
        """Sets a name."""
        self._label = str(s)

    def get_label(self):
        """The name."""
        return self._label

    def label_outer(self, remove_inner_ticks=False):
        """Keeps tick texts and labels at the outer edge of a grid of axes only."""
        cell = self._grid_cell
        if cell is None:
            return
        rows, cols, shape = cell
        if rows[1] < shape[0]:
            self.xaxis.labels_on.discard("bottom")
            self.xaxis.label.set_text("")
        if cols[0] > 0:
            self.yaxis.labels_on.discard("left")
            self.yaxis.label.set_text("")

    # Twins, legends, and the rest

    def twinx(self):
        """Axes that share x, with an own y axis at the right."""
        twin = self.figure._twin(self)
        _share(self.xaxis, twin.xaxis)
        twin.xaxis.set_visible(False)
        twin.yaxis.tick_right()
        twin.yaxis.set_label_position("right")
        self.yaxis.tick_left()
        return twin

    def twiny(self):
        """Axes that share y, with an own x axis at the top."""
        twin = self.figure._twin(self)
        _share(self.yaxis, twin.yaxis)
        twin.yaxis.set_visible(False)
        twin.xaxis.tick_top()
        twin.xaxis.set_label_position("top")
        self.xaxis.tick_bottom()
        return twin

    def sharex(self, other):
        """Shares the x axis with other axes."""
        _share(other.xaxis, self.xaxis)

    def sharey(self, other):
        """Shares the y axis with other axes."""
        _share(other.yaxis, self.yaxis)

    def secondary_xaxis(self, location, functions=None, **kwargs):
        """Not offered."""
        raise NotImplementedError("secondary axes are not available; use ax.twiny() and set its limits with set_xlim")

    def secondary_yaxis(self, location, functions=None, **kwargs):
        """Not offered."""
        raise NotImplementedError("secondary axes are not available; use ax.twinx() and set its limits with set_ylim")

    def inset_axes(self, bounds, **kwargs):
        """Axes within these: left, bottom, width and height as shares."""
        return self.figure._inset(self, [float(one) for one in bounds])

    def table(self, **kwargs):
        """Not offered."""
        raise NotImplementedError("tables in charts are not available; show a data frame with display(df)")

    def get_legend_handles_labels(self, legend_handler_map=None):
        """What has a label, and the labels."""
        return entries_of([self])

    def legend(self, *args, **kwargs):
        """Draws a legend of what has a label, or of given handles and labels."""
        self.legend_ = Legend.of(self, [self], args, kwargs)
        return self.legend_

    def get_legend(self):
        """The legend."""
        return self.legend_

    def cla(self):
        """Empties the axes."""
        place, figure, cell = self._place, self.figure, self._grid_cell
        shared = {name: getattr(self, name).shared for name in ("xaxis", "yaxis")}
        self.__init__(figure, place)
        self._grid_cell = cell
        for name, group in shared.items():
            others = [axis for axis in group if axis.axes is not self]
            if others:
                _share(others[0], getattr(self, name))

    clear = cla

    def remove(self):
        """Takes the axes out of the figure."""
        self.figure.delaxes(self)

    def get_figure(self, root=False):
        """The figure."""
        return self.figure

    def get_position(self, original=False):
        """The box in shares of the figure, as matplotlib's default margins place it."""
        from matplotlib.figure import Bbox

        left, bottom, width, height = self._rect()
        return Bbox(left, bottom, left + width, bottom + height)

    def set_position(self, pos, which="both"):
        """Sets the box in shares of the figure: left, bottom, width, height."""
        pos = pos.bounds if hasattr(pos, "bounds") else pos
        self._place = {"kind": "fixed", "rect": [float(one) for one in pos]}

    def get_subplotspec(self):
        """The cell of the grid that it stands in."""
        return self._spec if hasattr(self, "_spec") else None

    @property
    def transAxes(self):
        """Coordinates as shares of the axes."""
        from matplotlib.figure import Transform

        return Transform("axes")

    @property
    def transData(self):
        """Coordinates in data."""
        from matplotlib.figure import Transform

        return Transform("data")

    def get_xaxis_transform(self, which="grid"):
        """x in data, y as a share of the axes."""
        from matplotlib.figure import Transform

        return Transform("x_data")

    def get_yaxis_transform(self, which="grid"):
        """y in data, x as a share of the axes."""
        from matplotlib.figure import Transform

        return Transform("y_data")

    def set(self, **kwargs):
        """Sets several properties: title, xlabel, ylabel, xlim, ylim, xticks, yticks, xscale, …"""
        found = []
        for key, value in kwargs.items():
            setter = getattr(self, f"set_{key}", None)
            if setter is None:
                raise AttributeError(f"Axes.set() got an unexpected keyword argument {key!r}")
            if key in ("xlim", "ylim") and value is not None:
                found.append(setter(*value) if isinstance(value, (tuple, list)) else setter(value))
            else:
                found.append(setter(value))
        return found

    # The scene

    def _rect(self):
        settings = self.figure._margins
        if self._place["kind"] == "fixed":
            return self._place["rect"]
        if self._place["kind"] == "grid" and self._grid_cell is not None:
            place = self._place
            (r0, r1), (c0, c1), (rows, cols) = self._grid_cell
            wspace = place["wspace"] if place["wspace"] is not None else settings["wspace"]
            hspace = place["hspace"] if place["hspace"] is not None else settings["hspace"]
            total_w, total_h = settings["right"] - settings["left"], settings["top"] - settings["bottom"]
            cell_w = total_w / (cols + wspace * (cols - 1))
            cell_h = total_h / (rows + hspace * (rows - 1))
            widths = place["widths"] or [1.0] * cols
            heights = place["heights"] or [1.0] * rows
            ws = [cell_w * cols * one / sum(widths) for one in widths]
            hs = [cell_h * rows * one / sum(heights) for one in heights]
            left = settings["left"] + sum(ws[:c0]) + wspace * cell_w * c0
            width = sum(ws[c0:c1]) + wspace * cell_w * (c1 - c0 - 1)
            height = sum(hs[r0:r1]) + hspace * cell_h * (r1 - r0 - 1)
            top = settings["top"] - sum(hs[:r0]) - hspace * cell_h * r0
            if self._bars_beside:
                width *= 0.8
            return [left, top - height, width, height]
        if self._place["kind"] == "twin":
            return self.figure.axes[self._place["of"]]._rect() if self._place["of"] < len(self.figure.axes) else [0.125, 0.11, 0.775, 0.77]
        if self._place["kind"] == "beside":
            parent = self.figure.axes[self._place["of"][0]]._rect()
            vertical = self._place["side"] in ("left", "right")
            return [0.9, parent[1], 0.04, parent[3]] if vertical else [parent[0], 0.05, parent[2], 0.04]
        if self._place["kind"] == "inset":
            parent = self.figure.axes[self._place["of"]]._rect()
            own = self._place["rect"]
            return [parent[0] + own[0] * parent[2], parent[1] + own[1] * parent[3], own[2] * parent[2], own[3] * parent[3]]
        return [0.125, 0.11, 0.775, 0.77]

    _bars_beside = 0

    def _points(self):
        """Width and height of the box in points, as matplotlib's default margins give them."""
        width, height = self.figure._size
        rect = self._rect()
        w, h = rect[2] * width * 72, rect[3] * height * 72
        if isinstance(self._aspect, float) and self._adjustable == "box" and not self._busy:
            self._busy = True
            try:
                dx = abs(self.xaxis.forward(self.get_xlim()[1]) - self.xaxis.forward(self.get_xlim()[0]))
                dy = abs(self.yaxis.forward(self.get_ylim()[1]) - self.yaxis.forward(self.get_ylim()[0]))
                if dx > 0 and dy > 0:
                    ratio = self._aspect * dy / dx
                    w, h = min(w, h / ratio), min(h, w * ratio)
            finally:
                self._busy = False
        return w, h

    _busy = False

    def _equal_limits(self):
        """With adjustable='datalim', widens the limits of one axis until the units are equal."""
        width, height = self._points()
        (x0, x1), (y0, y1) = self.get_xlim(), self.get_ylim()
        dx, dy = abs(x1 - x0), abs(y1 - y0)
        if not dx or not dy:
            return
        wanted = dx * height / width / self._aspect
        if wanted >= dy:
            middle, half = (y0 + y1) / 2, math.copysign(wanted / 2, y1 - y0)
            self.yaxis.limits, self.yaxis.auto = (middle - half, middle + half), False
        else:
            wanted = dy * self._aspect * width / height
            middle, half = (x0 + x1) / 2, math.copysign(wanted / 2, x1 - x0)
            self.xaxis.limits, self.xaxis.auto = (middle - half, middle + half), False

    def _scene(self):
        kept = [(axis, axis.limits, axis.auto) for axis in (self.xaxis, self.yaxis)]
        by_limits = isinstance(self._aspect, float) and self._adjustable == "datalim"
        if by_limits:
            self._equal_limits()
        try:
            return self._described()
        finally:
            for axis, limits, auto in kept:
                axis.limits, axis.auto = limits, auto

    def _described(self):
        x, y = self.xaxis._scene(), self.yaxis._scene()
        if not self._on:
            x["visible"] = y["visible"] = False
            x["grid"] = y["grid"] = x["minor_grid"] = y["minor_grid"] = None
            for axis in (x, y):
                axis["label"] = {**axis["label"], "text": ""}
        if not x["visible"]:
            x["label"] = {**x["label"], "text": ""}
        if not y["visible"]:
            y["label"] = {**y["label"], "text": ""}
        titles = []
        for loc, text in self._titles.items():
            if text.get_visible():
                title = text._styled()
                title["va"] = "bottom"
                raised = getattr(text, "_raised", None)
                if raised is not None and raised != 1.0:
                    title["position"] = [{"left": 0.0, "center": 0.5, "right": 1.0}[loc], raised]
                titles.append(title)
        face = self.patch._face_color() if self.patch.get_visible() else None
        aspect = self._aspect if isinstance(self._aspect, float) else None
        box_aspect = getattr(self, "_box_aspect", None)
        if box_aspect is not None:
            dx = abs(self.xaxis.forward(x["limits"][1]) - self.xaxis.forward(x["limits"][0]))
            dy = abs(self.yaxis.forward(y["limits"][1]) - self.yaxis.forward(y["limits"][0]))
            aspect = float(box_aspect) * dx / dy
        return {
            "place": self._place,
            "x": x,
            "y": y,
            "face": face,
            "frame": self._frame and self._on,
            "spines": [spine._scene() for spine in self.spines.values()],
            "titles": titles,
            "aspect": aspect,
            "aspect_by_limits": False,
            "marks": self._marks(),
            "legend": self.legend_._scene() if self.legend_ is not None and self.legend_.get_visible() else None,
            "grid_above": self._axisbelow is False,
            "bar": self._bar,
        }

    def _marks(self):
        marks, done = [], set()
        for child in sorted((child for child in self._children if child._visible), key=lambda child: child.zorder):
            container = getattr(child, "_container", None)
            if container is None:
                marks.extend(child._marks())
            elif id(container) not in done:
                done.add(id(container))
                marks.extend(_bars(container))
        return marks


def _bars(container):
    """The bars of a container together, where they differ in nothing but place and colour."""
    shown = [patch for patch in container.patches if patch._visible and patch.axes is not None and patch in patch.axes._children]
    groups = {}
    for patch in shown:
        groups.setdefault((patch._linewidth, str(patch._linestyle), patch._hatch), []).append(patch)
    for patches in groups.values():
        mark = patches[0]._mark(boxes(patches, container.orientation == "horizontal", container._role))
        mark["label"] = None if container.get_label().startswith("_") else container.get_label() or None
        yield mark


def _pair(first, second, low, high, *names):
    if low is not None:
        if first is not None:
            raise TypeError(f"Cannot pass both {names[0]!r} and {names[2]!r}")
        first = low
    if high is not None:
        if second is not None:
            raise TypeError(f"Cannot pass both {names[1]!r} and {names[3]!r}")
        second = high
    if second is None and shape_of(first) and not isinstance(first, str):
        first, second = first
    return first, second


def _share(first, second):
    group = first.shared
    for axis in second.shared:
        if axis not in group:
            group.append(axis)
            axis.shared = group
            axis.scale, axis.scale_options = first.scale, first.scale_options
            axis.categories = first.categories
            if first.kind is not None:
                axis._set_kind(first.kind, first.categories)
            if not first.auto:
                axis.limits, axis.auto, axis.inverted = first.limits, first.auto, first.inverted
