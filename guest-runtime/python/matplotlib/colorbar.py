"""Colour bars: the colours of a mappable beside its axes."""

from matplotlib import ticker


class Colorbar:
    """The colours of a mappable, with their values."""

    __glovebox_quiet__ = True

    def __init__(self, ax, mappable, vertical, side, label, ticks, form):
        self.ax = ax
        self.mappable = mappable
        mappable.colorbar = self
        self.vertical = vertical
        low, high = mappable._limits()
        ax._bar = {"table": mappable.cmap._digits(), "vertical": vertical}
        self._axis = ax.yaxis if vertical else ax.xaxis
        other = ax.xaxis if vertical else ax.yaxis
        other.set_visible(False)
        if mappable.norm._log:
            self._axis.set_scale("log")
        if low == high:
            low, high = low - 0.1 * abs(low) - 0.05, high + 0.1 * abs(high) + 0.05
        self._axis.set_limits(low, high)
        getattr(self._axis, f"tick_{side}")()
        self._axis.set_label_position(side)
        bounds = mappable.norm._bounds
        if ticks is not None:
            self.set_ticks(ticks)
        elif bounds is not None:
            self._axis.set_major_locator(ticker.FixedLocator(bounds))
            ax._bar["table"] = "".join(_digits(mappable, (a + b) / 2) * 16 for a, b in zip(bounds, bounds[1:]))
        if form is not None:
            self._axis.set_major_formatter(ticker.FormatStrFormatter(form) if isinstance(form, str) and "%" in form else form)
        if label:
            self.set_label(label)

    def set_label(self, label, *, loc=None, **kwargs):
        """Sets the text along the bar."""
        self._axis.set_label_text(label, **kwargs)

    def set_ticks(self, ticks, *, labels=None, minor=False, **kwargs):
        """Sets the values that are marked."""
        if isinstance(ticks, ticker.Locator):
            self._axis.set_major_locator(ticks)
        else:
            self._axis.set_ticks(ticks, labels, minor=minor, **kwargs)

    def set_ticklabels(self, ticklabels, *, minor=False, **kwargs):
        """Sets the texts of the marked values."""
        self._axis.set_ticklabels(ticklabels, minor=minor, **kwargs)

    def get_ticks(self, minor=False):
        """The values that are marked."""
        return self._axis.get_ticklocs(minor=minor)

    @property
    def outline(self):
        return _Outline(self.ax)

    @property
    def locator(self):
        return self._axis.get_major_locator()

    @property
    def formatter(self):
        return self._axis.get_major_formatter()

    def update_ticks(self):
        """Accepted; ticks are always up to date."""

    def minorticks_on(self):
        """Draws minor ticks."""
        self.ax.minorticks_on()

    def minorticks_off(self):
        """Draws no minor ticks."""
        self.ax.minorticks_off()

    def set_alpha(self, alpha):
        """Accepted; bars show colours in full."""

    def update_normal(self, mappable=None):
        """Accepted; bars show what is drawn."""

    @property
    def long_axis(self):
        """The axis with the values."""
        return self._axis

    def remove(self):
        """Takes the bar away."""
        self.ax.remove()


class _Outline:
    __glovebox_quiet__ = True

    def __init__(self, ax):
        self._ax = ax

    def set_visible(self, b):
        for spine in self._ax.spines.values():
            spine.set_visible(b)

    def set_linewidth(self, w):
        for spine in self._ax.spines.values():
            spine.set_linewidth(w)

    def set_edgecolor(self, c):
        for spine in self._ax.spines.values():
            spine.set_color(c)


def _digits(mappable, value):
    return "".join(f"{round(part * 255):02x}" for part in mappable.cmap(mappable.norm(value)))
