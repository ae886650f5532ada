"""Where ticks stand and how they are written."""

import math

import numpy as np

from matplotlib import _settings
from matplotlib._arrays import as_list as _as_list


def _array(values=()):
    return np.array(list(values), dtype=float)


def _nonsingular(vmin, vmax, expander=0.001, tiny=1e-15, increasing=True):
    if not math.isfinite(vmin) or not math.isfinite(vmax):
        return -expander, expander
    swapped = vmax < vmin
    if swapped:
        vmin, vmax = vmax, vmin
    largest = max(abs(vmin), abs(vmax))
    if largest < 1e6 / tiny * 2.2250738585072014e-308:
        vmin, vmax = -expander, expander
    elif vmax - vmin <= largest * tiny:
        if vmax == 0 and vmin == 0:
            vmin, vmax = -expander, expander
        else:
            vmin -= expander * abs(vmin)
            vmax += expander * abs(vmax)
    return (vmax, vmin) if swapped and not increasing else (vmin, vmax)


class _OfAxis:
    axis = None

    def set_axis(self, axis):
        self.axis = axis


class Locator(_OfAxis):
    """Decides where ticks stand."""

    MAXTICKS = 1000

    def __call__(self):
        vmin, vmax = sorted(self.axis.get_view_interval())
        return self.tick_values(vmin, vmax)

    def tick_values(self, vmin, vmax):
        """The places of the ticks between two values."""
        raise NotImplementedError("Derived must override")

    def nonsingular(self, v0, v1):
        return _nonsingular(v0, v1, expander=0.05)

    def view_limits(self, vmin, vmax):
        return _nonsingular(vmin, vmax)

    def raise_if_exceeds(self, locs):
        if len(locs) > self.MAXTICKS:
            raise RuntimeError(
                f"Locator attempting to generate {len(locs)} ticks ([{locs[0]}, ..., {locs[-1]}]), "
                f"which exceeds Locator.MAXTICKS ({self.MAXTICKS}); choose a larger step"
            )
        return locs


class NullLocator(Locator):
    """No ticks."""

    def tick_values(self, vmin, vmax):
        return []


class FixedLocator(Locator):
    """Ticks at given places."""

    def __init__(self, locs, nbins=None):
        self.locs = [float(loc) for loc in _as_list(locs)]
        self.nbins = nbins

    def tick_values(self, vmin, vmax):
        if self.nbins is None:
            return _array(self.locs)
        step = max(math.ceil(len(self.locs) / self.nbins), 1)
        return _array(self.locs[::step])


class IndexLocator(Locator):
    """Ticks at every `base`-th place, from `offset` on."""

    def __init__(self, base, offset):
        self._base = base
        self.offset = offset

    def tick_values(self, vmin, vmax):
        count = int((vmax - vmin - self.offset) // self._base) + 1
        return [vmin + self.offset + self._base * index for index in range(max(count, 0))]


class LinearLocator(Locator):
    """A number of ticks, evenly spread from end to end."""

    def __init__(self, numticks=None):
        self.numticks = 11 if numticks is None else numticks

    def tick_values(self, vmin, vmax):
        vmin, vmax = _nonsingular(vmin, vmax, expander=0.05)
        if self.numticks < 2:
            return [vmin]
        return [vmin + (vmax - vmin) * index / (self.numticks - 1) for index in range(self.numticks)]


class _Edge:
    def __init__(self, step, offset):
        self.step = step
        self.offset = abs(offset)

    def close(self, ms, edge):
        if self.offset > 0:
            tolerance = min(0.4999, max(1e-10, 10 ** (math.log10(self.offset / self.step) - 12)))
        else:
            tolerance = 1e-10
        return abs(ms - edge) < tolerance

    def le(self, x):
        d, m = divmod(x, self.step)
        return d + 1 if self.close(m / self.step, 1) else d

    def ge(self, x):
        d, m = divmod(x, self.step)
        return d if self.close(m / self.step, 0) else d + 1


class MultipleLocator(Locator):
    """Ticks at the multiples of a number."""

    def __init__(self, base=1.0, offset=0.0):
        if base <= 0:
            raise ValueError("'step' must be positive")
        self._edge = _Edge(float(base), 0)
        self._offset = offset

    def set_params(self, base=None, offset=None):
        """Sets the step and the offset."""
        if base is not None:
            self._edge = _Edge(float(base), 0)
        if offset is not None:
            self._offset = offset

    def tick_values(self, vmin, vmax):
        step = self._edge.step
        vmin, vmax = vmin - self._offset, vmax - self._offset
        vmin = self._edge.ge(vmin) * step
        count = (vmax - vmin + 0.001 * step) // step
        if count > self.MAXTICKS + 2:
            self.raise_if_exceeds(range(int(count)))
        return _array(vmin - step + index * step + self._offset for index in range(int(count) + 3))


class MaxNLocator(Locator):
    """At most a number of steps, at round values."""

    def __init__(self, nbins=None, *, integer=False, symmetric=False, prune=None, min_n_ticks=2, steps=None):
        self._nbins = 10 if nbins is None else nbins
        self._integer = integer
        self._symmetric = symmetric
        self._prune = prune
        self._min_n_ticks = max(1, min_n_ticks)
        self._set_steps(steps or [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10])

    def _set_steps(self, steps):
        steps = [float(step) for step in steps]
        if steps[0] != 1:
            steps = [1.0, *steps]
        if steps[-1] != 10:
            steps.append(10.0)
        self._steps = [*(0.1 * step for step in steps[:-1]), *steps, 10 * steps[1]]

    def set_params(self, *, nbins=None, integer=None, symmetric=None, prune=None, min_n_ticks=None, steps=None):
        """Changes some of the properties."""
        if nbins is not None:
            self._nbins = nbins
        if integer is not None:
            self._integer = integer
        if symmetric is not None:
            self._symmetric = symmetric
        if prune is not None:
            self._prune = prune
        if min_n_ticks is not None:
            self._min_n_ticks = max(1, min_n_ticks)
        if steps is not None:
            self._set_steps(steps)

    def _raw(self, vmin, vmax):
        nbins = self._nbins
        if nbins == "auto":
            nbins = min(max(self.axis.get_tick_space(), max(1, self._min_n_ticks - 1)), 9) if self.axis is not None else 9
        span, middle = abs(vmax - vmin), (vmax + vmin) / 2
        offset = 0.0 if abs(middle) / span < 100 else math.copysign(10 ** (math.log10(abs(middle)) // 1), middle)
        scale = 10 ** (math.log10(span / nbins) // 1)
        vmin, vmax = vmin - offset, vmax - offset
        steps = [step * scale for step in self._steps]
        if self._integer:
            steps = [step for step in steps if step < 1 or abs(step - round(step)) < 0.001]
        raw = (vmax - vmin) / nbins
        last = next((index for index, step in enumerate(steps) if step >= raw), len(steps) - 1)
        ticks = []
        for step in reversed(steps[: last + 1]):
            if self._integer and math.floor(vmax) - math.ceil(vmin) >= self._min_n_ticks - 1:
                step = max(1.0, step)
            best = (vmin // step) * step
            edge = _Edge(step, offset)
            low, high = edge.le(vmin - best), edge.ge(vmax - best)
            ticks = [(low + index) * step + best for index in range(int(high - low) + 1)]
            if sum(vmin <= tick <= vmax for tick in ticks) >= self._min_n_ticks:
                break
        return [tick + offset for tick in ticks]

    def tick_values(self, vmin, vmax):
        if self._symmetric:
            vmax = max(abs(vmin), abs(vmax))
            vmin = -vmax
        vmin, vmax = _nonsingular(vmin, vmax, expander=1e-13, tiny=1e-14)
        locs = self._raw(vmin, vmax)
        if self._prune == "lower":
            locs = locs[1:]
        elif self._prune == "upper":
            locs = locs[:-1]
        elif self._prune == "both":
            locs = locs[1:-1]
        return _array(self.raise_if_exceeds(locs))

    def view_limits(self, dmin, dmax):
        if self._symmetric:
            dmax = max(abs(dmin), abs(dmax))
            dmin = -dmax
        return _nonsingular(dmin, dmax, expander=1e-12, tiny=1e-13)


class AutoLocator(MaxNLocator):
    """Ticks at round values, as many as there is room for."""

    def __init__(self):
        super().__init__(nbins="auto", steps=[1, 2, 2.5, 5, 10])


class AutoMinorLocator(Locator):
    """Minor ticks between the major ones."""

    def __init__(self, n=None):
        self.ndivs = n

    def __call__(self):
        majors = self.axis.get_majorticklocs()
        if len(majors) < 2:
            return []
        step = majors[1] - majors[0]
        count = self.ndivs
        if count in (None, "auto"):
            count = 5 if any(abs(10 ** (math.log10(step) % 1) - one) < 1e-6 for one in (1, 2.5, 5, 10)) else 4
        vmin, vmax = sorted(self.axis.get_view_interval())
        minor = step / count
        first, last = round((vmin - majors[0]) / minor), round((vmax - majors[0]) / minor)
        locs = [majors[0] + index * minor for index in range(first, last + 1)]
        return self.raise_if_exceeds([loc for index, loc in zip(range(first, last + 1), locs) if index % count])


class LogLocator(Locator):
    """Ticks at the powers of a base."""

    def __init__(self, base=10.0, subs=(1.0,), *, numticks=None):
        self._base = float(base)
        self._subs = "auto" if subs is None else subs
        self.numticks = "auto" if numticks is None else numticks

    def _log(self, x):
        return math.log10(x) if self._base == 10 else math.log2(x) if self._base == 2 else math.log(x) / math.log(self._base)

    def tick_values(self, vmin, vmax):
        wanted = self.numticks
        if wanted == "auto":
            wanted = min(max(self.axis.get_tick_space(), 2), 9) if self.axis is not None else 9
        base = self._base
        if vmin <= 0.0:
            vmin = self.axis.get_minpos() if self.axis is not None else 0.0
            if vmin <= 0.0 or not math.isfinite(vmin):
                raise ValueError("Data cannot be log-scaled because all values are <= 0.")
        vmin, vmax = sorted((vmin, vmax))
        low, high = self._log(vmin), self._log(vmax)
        first, last = math.ceil(low), math.floor(high)
        there = last - first + 1
        subs = self._subs
        if isinstance(subs, str):
            if there >= 10 or base < 3:
                if subs == "auto":
                    return _array()
                subs = [1.0]
            else:
                begin = 2.0 if subs == "auto" else 1.0
                subs = [begin + index for index in range(max(math.ceil(base - begin), 0))]
        subs = [float(sub) for sub in subs]
        stride = there // (wanted + 1) + 1
        wanted = min(math.ceil(there / stride), wanted)
        if wanted == 0:
            decades = [first - 1, last + 1]
            stride = decades[1] - decades[0]
        elif wanted == 1:
            middle = round((low + high) / 2)
            stride = max(middle - (first - 1), (last + 1) - middle)
            decades = [middle - stride, middle, middle + stride]
        else:
            stride = (there - 1) // (wanted - 1)
            if stride < there / wanted:
                stride = there // wanted
            low_offset = max(there - stride * wanted, 0)
            high_offset = min(there - stride * (wanted - 1), stride)
            offset = (-first) % stride
            if not low_offset <= offset < high_offset:
                offset = low_offset
            decades = range(first + offset - stride, last + stride + 1, stride)
        if len(subs) > 1 or (len(subs) == 1 and subs[0] != 1.0):
            locs = []
            if stride == 1 or there <= 1:
                locs = [sub * base**decade for decade in range(first - 1, last + 1) for sub in subs]
        else:
            locs = [base ** float(decade) for decade in decades]
        if len(subs) > 1 and stride == 1 and len(decades) - 2 + sum(vmin <= loc <= vmax for loc in locs) <= 1:
            return AutoLocator().tick_values(vmin, vmax)
        return _array(self.raise_if_exceeds(locs))

    def nonsingular(self, vmin, vmax):
        if vmin > vmax:
            vmin, vmax = vmax, vmin
        if not math.isfinite(vmin) or not math.isfinite(vmax) or vmax <= 0:
            return 1, 10
        least = self.axis.get_minpos()
        if not math.isfinite(least):
            least = 1e-300
        if vmin <= 0:
            vmin = least
        if vmin == vmax:
            power = self._log(vmin)
            vmin = self._base ** (math.ceil(power) - 1)
            vmax = self._base ** (math.floor(power) + 1)
        return vmin, vmax

    def view_limits(self, vmin, vmax):
        return self.nonsingular(vmin, vmax)


class SymmetricalLogLocator(Locator):
    """Ticks at the powers of a base to both sides of zero."""

    def __init__(self, transform=None, subs=None, linthresh=1.0, base=10.0):
        self._base = base
        self._linthresh = linthresh
        self._subs = [1.0] if subs is None else subs

    def tick_values(self, vmin, vmax):
        vmin, vmax = sorted((vmin, vmax))
        base, threshold = self._base, self._linthresh
        if -threshold <= vmin < vmax <= threshold:
            return _array(sorted({vmin, 0.0, vmax}))
        power = lambda x: math.log(x) / math.log(base)  # noqa: E731
        has_low, has_high = vmin < -threshold, vmax > threshold
        has_zero = (has_low and vmax > -threshold) or (has_high and vmin < threshold)

        def reach(low, high):
            return math.floor(power(low)), math.ceil(power(high))

        low = reach(-min(-threshold, vmax), -vmin + 1) if has_low else (0, 0)
        high = reach(max(threshold, vmin), vmax + 1) if has_high else (0, 0)
        total = (low[1] - low[0]) + (high[1] - high[0]) + (1 if has_zero else 0)
        stride = max(total // 14, 1)
        decades = []
        if has_low:
            decades.extend(-1 * (base ** float(exponent)) for exponent in list(range(low[0], low[1], stride))[::-1])
        if has_zero:
            decades.append(0.0)
        if has_high:
            decades.extend(base ** float(exponent) for exponent in range(high[0], high[1], stride))
        if len(self._subs) > 1 or self._subs[0] != 1.0:
            return _array(sub * decade for decade in decades for sub in (self._subs if decade else [1.0]))
        return _array(decades)


class Formatter(_OfAxis):
    """Writes ticks."""

    locs = ()

    def set_locs(self, locs):
        self.locs = locs

    def get_offset(self):
        return ""

    def format_ticks(self, values):
        """The texts of several ticks."""
        self.set_locs(values)
        return [self(value, index) for index, value in enumerate(values)]

    @staticmethod
    def fix_minus(s):
        return s.replace("-", "\u2212") if _settings.rcParams["axes.unicode_minus"] else s


class NullFormatter(Formatter):
    """Writes nothing."""

    def __call__(self, x, pos=None):
        return ""


class FixedFormatter(Formatter):
    """Writes given texts by position."""

    def __init__(self, seq):
        self.seq = seq
        self.offset_string = ""

    def __call__(self, x, pos=None):
        return "" if pos is None or pos >= len(self.seq) else self.seq[pos]


class FuncFormatter(Formatter):
    """Writes what a function of value and position answers."""

    def __init__(self, func):
        self.func = func

    def __call__(self, x, pos=None):
        return self.func(x, pos)


class FormatStrFormatter(Formatter):
    """Writes with a `%` format."""

    def __init__(self, fmt):
        self.fmt = fmt

    def __call__(self, x, pos=None):
        return self.fmt % x


class StrMethodFormatter(Formatter):
    """Writes with a format such as `{x:,.0f}`."""

    def __init__(self, fmt):
        self.fmt = fmt

    def __call__(self, x, pos=None):
        return self.fix_minus(self.fmt.format(x=_signless(x), pos=pos))


def _signless(x):
    return x


class PercentFormatter(Formatter):
    """Writes percentages of `xmax`."""

    def __init__(self, xmax=100, decimals=None, symbol="%", is_latex=False):
        self.xmax = xmax + 0.0
        self.decimals = decimals
        self._symbol = symbol

    def __call__(self, x, pos=None):
        low, high = self.axis.get_view_interval()
        return self.fix_minus(self.format_pct(x, abs(high - low)))

    def format_pct(self, x, display_range):
        """A value as a percentage, with as many decimals as the range asks for."""
        x = 100.0 * (x / self.xmax)
        decimals = self.decimals
        if decimals is None:
            reach = 100.0 * (display_range / self.xmax)
            decimals = 0 if reach <= 0 else min(max(math.ceil(2.0 - math.log10(2.0 * reach)), 0), 5)
        return f"{x:0.{int(decimals)}f}{self._symbol or ''}"


class ScalarFormatter(Formatter):
    """Writes numbers, with a shared factor or offset where they are long."""

    def __init__(self, useOffset=None, useMathText=None, useLocale=None, *, usetex=None):
        settings = _settings.rcParams
        self._use_offset = settings["axes.formatter.useoffset"] if useOffset is None else useOffset
        self._mathtext = settings["axes.formatter.use_mathtext"] if useMathText is None else useMathText
        self.offset = 0 if isinstance(self._use_offset, bool) else self._use_offset
        self._scientific = True
        self._powerlimits = settings["axes.formatter.limits"]
        self.orderOfMagnitude = 0
        self.format = "%1.0f"

    def set_scientific(self, b):
        """Whether a shared factor may be used."""
        self._scientific = bool(b)

    def set_powerlimits(self, lims):
        """Powers of ten from which a shared factor is used."""
        self._powerlimits = lims

    def set_useOffset(self, val):
        """Whether a shared offset may be used, or the offset itself."""
        self.offset = 0 if isinstance(val, bool) else val
        self._use_offset = val if isinstance(val, bool) else False

    def set_useMathText(self, val):
        """Whether the factor is written as a power of ten."""
        self._mathtext = bool(val)

    def __call__(self, x, pos=None):
        if len(self.locs) == 0:
            return ""
        value = (x - self.offset) / (10.0**self.orderOfMagnitude)
        if abs(value) < 1e-8:
            value = 0
        return self.fix_minus(self.format % value)

    def set_locs(self, locs):
        self.locs = locs
        if len(locs) > 0:
            if self._use_offset is True:
                self._find_offset()
            self._find_order()
            self._find_format()

    def _view(self):
        return sorted(self.axis.get_view_interval())

    def _find_offset(self):
        vmin, vmax = self._view()
        locs = [loc for loc in self.locs if vmin <= loc <= vmax]
        self.offset = 0
        if not locs:
            return
        low, high = min(locs), max(locs)
        if low == high or low <= 0 <= high:
            return
        small, large = sorted((abs(float(low)), abs(float(high))))
        top = math.ceil(math.log10(large))
        order = top
        while small // 10**order == large // 10**order:
            order -= 1
        order += 1
        if (large - small) / 10**order <= 1e-2:
            order = top
            while large // 10**order - small // 10**order <= 1:
                order -= 1
            order += 1
        if large // 10**order >= 10 ** (_settings.rcParams["axes.formatter.offset_threshold"] - 1):
            self.offset = math.copysign(1, low) * (large // 10**order) * 10**order

    def _find_order(self):
        self.orderOfMagnitude = 0
        if not self._scientific:
            return
        low, high = self._powerlimits
        if low == high != 0:
            self.orderOfMagnitude = low
            return
        vmin, vmax = self._view()
        locs = [abs(loc) for loc in self.locs if vmin <= loc <= vmax]
        if not locs:
            return
        if self.offset:
            order = math.floor(math.log10(vmax - vmin))
        else:
            value = max(locs)
            order = 0 if value == 0 else math.floor(math.log10(value))
        if order <= low or order >= high:
            self.orderOfMagnitude = order

    def _find_format(self):
        values = [*self.locs, *self._view()] if len(self.locs) < 2 else list(self.locs)
        locs = [(value - self.offset) / 10.0**self.orderOfMagnitude for value in values]
        reach = max(locs) - min(locs) or max(map(abs, locs)) or 1
        if len(self.locs) < 2:
            locs = locs[:-2]
        order = int(math.floor(math.log10(reach)))
        digits = max(0, 3 - order)
        enough = 1e-3 * 10**order
        while digits >= 0:
            if max(abs(loc - round(loc, digits)) for loc in locs) < enough:
                digits -= 1
            else:
                break
        self.format = f"%1.{digits + 1}f"

    def format_data(self, value):
        """A number in short."""
        e = math.floor(math.log10(abs(value)))
        s = round(value / 10**e, 10)
        significand = "%d" % s if s % 1 == 0 else "%1.10g" % s
        if e == 0:
            return self.fix_minus(significand)
        return self.fix_minus(f"{significand}e{e}")

    def get_offset(self):
        if len(self.locs) == 0 or not (self.orderOfMagnitude or self.offset):
            return ""
        offset = ""
        if self.offset:
            offset = self.format_data(self.offset)
            if self.offset > 0:
                offset = "+" + offset
        factor = ""
        if self.orderOfMagnitude:
            if self._mathtext:
                factor = rf"$\times\mathdefault{{10^{{{self.orderOfMagnitude}}}}}$"
            else:
                factor = "1e%d" % self.orderOfMagnitude
        return self.fix_minus(factor + offset)


class LogFormatter(Formatter):
    """Writes the powers of a base, and what lies between where there are few."""

    def __init__(self, base=10.0, labelOnlyBase=False, minor_thresholds=None, linthresh=None):
        self._base = float(base)
        self.labelOnlyBase = labelOnlyBase
        self._thresholds = minor_thresholds or (1, 0.4)
        self._linthresh = linthresh
        self._sublabels = None

    def set_locs(self, locs=None):
        self.locs = locs
        if math.isinf(self._thresholds[0]):
            self._sublabels = None
            return
        vmin, vmax = sorted(self.axis.get_view_interval())
        if vmin <= 0:
            self._sublabels = {1}
            return
        base = self._base
        low, high = math.log(vmin, base), math.log(vmax, base)
        ticks = math.floor(high) - math.floor(math.nextafter(low, -math.inf))
        if ticks > self._thresholds[0]:
            self._sublabels = {1}
        elif abs(high - low) > self._thresholds[1]:
            count = int(base) // 2 + 1
            self._sublabels = {round(base ** (index / (count - 1))) for index in range(count)}
        else:
            self._sublabels = set(range(1, int(base) + 1))

    def _parts(self, x):
        fx = math.log(x) / math.log(self._base)
        whole = abs(fx - round(fx)) < 1e-10 * max(abs(fx), 1)
        exponent = round(fx) if whole else math.floor(fx)
        coefficient = round(self._base ** (fx - exponent))
        hidden = (self.labelOnlyBase and not whole) or (self._sublabels is not None and coefficient not in self._sublabels)
        return fx, whole, exponent, hidden

    def __call__(self, x, pos=None):
        if x == 0.0:
            return "0"
        sign = "-" if x < 0 else ""
        x = abs(x)
        if self._parts(x)[3]:
            return ""
        if not 1 <= x <= 10000:
            return self.fix_minus(f"{sign}{x:1.0e}")
        return self.fix_minus(sign + (f"{x:g}"))


class LogFormatterMathtext(LogFormatter):
    """Writes powers as such: 10 to the third."""

    def __call__(self, x, pos=None):
        if x == 0:
            return r"$\mathdefault{0}$"
        sign = "-" if x < 0 else ""
        x = abs(x)
        fx, whole, _, hidden = self._parts(x)
        if hidden:
            return ""
        base = "%d" % self._base if self._base % 1 == 0 else str(self._base)
        if whole:
            fx = round(fx)
        if abs(fx) < _settings.rcParams["axes.formatter.min_exponent"]:
            return rf"$\mathdefault{{{sign}{x:g}}}$"
        if not whole:
            return self._between(sign, base, fx)
        return rf"$\mathdefault{{{sign}{base}^{{{fx:d}}}}}$"

    def _between(self, sign, base, fx):
        return rf"$\mathdefault{{{sign}{base}^{{{fx:.2f}}}}}$"


class LogFormatterSciNotation(LogFormatterMathtext):
    """Writes powers, and what lies between as a multiple of one."""

    def _between(self, sign, base, fx):
        exponent = math.floor(fx)
        coefficient = float(base) ** (fx - exponent)
        if abs(coefficient - round(coefficient)) < 1e-10:
            coefficient = round(coefficient)
        return rf"$\mathdefault{{{sign}{coefficient:g}\times{base}^{{{exponent}}}}}$"


class LogFormatterExponent(LogFormatter):
    """Writes the exponent alone."""

    def __call__(self, x, pos=None):
        if x <= 0 or self._parts(x)[3]:
            return ""
        return self.fix_minus(f"{math.log(x) / math.log(self._base):g}")


class EngFormatter(ScalarFormatter):
    """Writes numbers with the prefixes of units: 3 k, 2 M."""

    _PREFIXES = {
        -24: "y", -21: "z", -18: "a", -15: "f", -12: "p", -9: "n", -6: "\u00b5", -3: "m", 0: "",
        3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E", 21: "Z", 24: "Y",
    }  # fmt: skip

    def __init__(self, unit="", places=None, sep=" ", *, usetex=None, useMathText=None, useOffset=False):
        super().__init__(useOffset=False)
        self.unit = unit
        self.places = places
        self.sep = sep

    def set_locs(self, locs):
        self.locs = locs

    def get_offset(self):
        return ""

    def __call__(self, x, pos=None):
        return self.format_eng(x)

    def format_eng(self, num):
        """A number with its prefix."""
        sign = -1 if num < 0 else 1
        num = abs(num)
        power = int(math.floor(math.log10(num) / 3) * 3) if num else 0
        power = min(max(power, -24), 24)
        value = sign * num / 10.0**power
        digits = "g" if self.places is None else f".{self.places}f"
        if abs(float(format(value, digits))) >= 1000 and power < 24:
            value /= 1000
            power += 3
        suffix = f"{self.sep}{self._PREFIXES[power]}{self.unit}"
        return self.fix_minus(f"{value:{digits}}{suffix if self._PREFIXES[power] or self.unit else ''}")
