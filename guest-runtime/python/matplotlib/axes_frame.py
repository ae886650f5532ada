"""What stands round the drawing: titles, labels, limits, scales, ticks, grid and frame."""

import math

from matplotlib import _settings, ticker
from matplotlib._arrays import shape_of
from matplotlib.text import Annotation, Text


class Frame:
    """What axes can set of their surroundings."""

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
            sticky.update(child._stuck_at(name))
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

    def set_zorder(self, level):
        """Sets which axes lie above which."""
        self._zorder = level

    def get_zorder(self):
        """Which axes lie above which."""
        return self._zorder

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
