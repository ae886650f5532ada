"""matplotlib.ticker: where ticks stand and how they are written. `import matplotlib.ticker as mticker`.

Give them to an axis: ax.xaxis.set_major_locator(…), ax.yaxis.set_major_formatter(…); set_major_formatter also takes a function of value
and position, or a format such as "{x:,.0f}".
"""

from collections.abc import Callable, Iterable
from typing import Any

class Locator:
    """Decides where ticks stand; own locators override __call__ and tick_values."""

    MAXTICKS: int
    """More ticks than this are an error."""
    axis: Any
    """The axis that it belongs to, or None."""
    def set_axis(self, axis) -> None: """Says which axis it belongs to; set_major_locator does so."""
    def tick_values(self, vmin: float, vmax: float) -> list[float]: """The places of the ticks between two values."""
    def view_limits(self, vmin: float, vmax: float) -> tuple[float, float]: """The limits that it would like for data between two values."""
    def nonsingular(self, v0: float, v1: float) -> tuple[float, float]: """Limits that are apart, where the two given ones are equal."""
    def raise_if_exceeds(self, locs) -> list[float]: """The places as they are; too many of them are an error."""

class AutoLocator(MaxNLocator):
    """Ticks at round values, as many as there is room for."""
    def __init__(self) -> None: ...

class AutoMinorLocator(Locator):
    """Minor ticks: each step between two ticks in n parts, by default in 4 or 5."""
    def __init__(self, n: int | None = None) -> None: ...

class FixedLocator(Locator):
    """Ticks at given places."""
    def __init__(self, locs: Iterable[float], nbins: int | None = None) -> None: ...

class IndexLocator(Locator):
    """Ticks at every `base`-th place, from `offset` on."""
    def __init__(self, base: float, offset: float) -> None: ...

class LinearLocator(Locator):
    """A number of ticks, evenly spread from end to end."""
    def __init__(self, numticks: int | None = None) -> None: ...

class LogLocator(Locator):
    """Ticks at the powers of a base, and at their multiples `subs`."""
    def __init__(self, base: float = 10.0, subs=(1.0,), *, numticks: int | None = None) -> None: ...
    def nonsingular(self, vmin: float, vmax: float) -> tuple[float, float]: """Positive limits that are apart."""

class MaxNLocator(Locator):
    """At most a number of steps, at round values; `integer=True` for whole numbers only."""
    def __init__(self, nbins=None, *, integer: bool = False, symmetric: bool = False, prune: str | None = None, min_n_ticks: int = 2, steps=None) -> None: ...
    def set_params(self, *, nbins=None, integer: bool | None = None, symmetric: bool | None = None, prune: str | None = None, min_n_ticks: int | None = None, steps=None) -> None: """Changes some of the properties."""
    def view_limits(self, dmin: float, dmax: float) -> tuple[float, float]: """The limits that it would like for data between two values."""

class MultipleLocator(Locator):
    """Ticks at the multiples of a number."""
    def __init__(self, base: float = 1.0, offset: float = 0.0) -> None: ...
    def set_params(self, base: float | None = None, offset: float | None = None) -> None: """Sets the step and the offset."""

class NullLocator(Locator):
    """No ticks."""

class SymmetricalLogLocator(Locator):
    """Ticks at the powers of a base to both sides of zero."""
    def __init__(self, transform=None, subs=None, linthresh: float = 1.0, base: float = 10.0) -> None: ...

class Formatter:
    """Writes ticks: call it with a value and a position; own formatters override __call__."""

    axis: Any
    """The axis that it belongs to, or None."""
    locs: list[float]
    """The places of all ticks."""
    def set_axis(self, axis) -> None: """Says which axis it belongs to; set_major_formatter does so."""
    def set_locs(self, locs) -> None: """Tells it the places of all ticks, before it writes them."""
    def format_ticks(self, values) -> list[str]: """The texts of several ticks."""
    def get_offset(self) -> str: """The factor or offset that all ticks share, as text at the end of the axis."""
    @staticmethod
    def fix_minus(s: str) -> str: """The text with true minus signs in place of hyphens."""

class EngFormatter(ScalarFormatter):
    """Writes numbers with the prefixes of units: 3 k, 2 M."""
    def __init__(self, unit: str = '', places: int | None = None, sep: str = ' ', *, usetex=None, useMathText=None, useOffset=False) -> None: ...
    def format_eng(self, num: float) -> str: """A number with its prefix."""

class FixedFormatter(Formatter):
    """Writes given texts by position; use it with FixedLocator."""
    def __init__(self, seq: list[str]) -> None: ...

class FormatStrFormatter(Formatter):
    """Writes with a `%` format such as `%.1f`."""
    def __init__(self, fmt: str) -> None: ...

class FuncFormatter(Formatter):
    """Writes what a function of value and position answers."""
    def __init__(self, func: Callable) -> None: ...

class LogFormatter(Formatter):
    """Writes the powers of a base, and what lies between where there are few."""
    def __init__(self, base: float = 10.0, labelOnlyBase: bool = False, minor_thresholds=None, linthresh=None) -> None: ...
    def set_locs(self, locs=None) -> None: """Finds out from the limits what is written between powers."""

class LogFormatterExponent(LogFormatter):
    """Writes the exponent alone."""

class LogFormatterMathtext(LogFormatter):
    """Writes powers as such, with a raised exponent."""

class LogFormatterSciNotation(LogFormatterMathtext):
    """Writes powers, and what lies between as a multiple of one."""

class NullFormatter(Formatter):
    """Writes nothing."""

class PercentFormatter(Formatter):
    """Writes percentages of `xmax`: PercentFormatter(1) for shares from 0 to 1."""
    def __init__(self, xmax: float = 100, decimals: int | None = None, symbol: str | None = '%', is_latex: bool = False) -> None: ...
    def format_pct(self, x: float, display_range: float) -> str: """A value as a percentage, with as many decimals as the range asks for."""

class ScalarFormatter(Formatter):
    """Writes numbers, with a shared factor or offset where they are long."""
    def __init__(self, useOffset=None, useMathText: bool | None = None, useLocale=None, *, usetex=None) -> None: ...
    def set_scientific(self, b: bool) -> None: """Whether a shared factor may be used."""
    def set_powerlimits(self, lims: tuple[int, int]) -> None: """The powers of ten from which on a shared factor is used."""
    def set_useOffset(self, val) -> None: """Whether a shared offset may be used, or the offset itself."""
    def set_useMathText(self, val: bool) -> None: """Whether the factor is written as a power of ten."""
    def format_data(self, value: float) -> str: """A number in short."""

class StrMethodFormatter(Formatter):
    """Writes with a format such as `{x:,.0f}`; `pos` is the position."""
    def __init__(self, fmt: str) -> None: ...
