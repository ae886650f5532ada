"""matplotlib.dates: ticks at dates, and dates as numbers. `import matplotlib.dates as mdates`.

Dates and datetimes can be plotted as they are, with ticks that suit their range; this is for choosing others. A date as a number is the
days since 1970-01-01. Times with a zone are drawn in UTC: `tz` is accepted everywhere and changes nothing.
"""

import datetime
from typing import Any

from matplotlib.ticker import Formatter, Locator

YEARLY: int
MONTHLY: int
WEEKLY: int
DAILY: int
HOURLY: int
MINUTELY: int
SECONDLY: int
MICROSECONDLY: int
MO: int
TU: int
WE: int
TH: int
FR: int
SA: int
SU: int
MONDAY: int
TUESDAY: int
WEDNESDAY: int
THURSDAY: int
FRIDAY: int
SATURDAY: int
SUNDAY: int
UTC: datetime.timezone

def date2num(d) -> Any: """Days since 1970-01-01 of a date, a datetime or text in ISO form, or of several."""
def datestr2num(d, default=None) -> Any: """Days since 1970-01-01 of text in ISO form, or of several."""
def drange(dstart, dend, delta: datetime.timedelta) -> list[float]: """Days since 1970-01-01 in even steps, from one date up to another, without it."""
def get_epoch() -> str: """The moment that counts as zero: 1970-01-01T00:00:00."""
def num2date(x, tz=None) -> Any: """The datetime in UTC of days since 1970-01-01, or those of several."""

class DateLocator(Locator):
    """Decides where dates have ticks."""
    def __init__(self, tz=None) -> None: ...
    def viewlim_to_dt(self) -> tuple[datetime.datetime, datetime.datetime]: """The limits of the axis as datetimes."""
    def tick_values(self, vmin, vmax) -> list[float]: """The places of the ticks between two dates."""
    def nonsingular(self, vmin: float, vmax: float) -> tuple[float, float]: """Limits that are apart, where the two given ones are equal."""

class AutoDateLocator(DateLocator):
    """Ticks at years, months, days, hours, minutes or seconds, as the range asks for."""
    def __init__(self, tz=None, minticks: int = 5, maxticks=None, interval_multiples: bool = True) -> None: ...
    minticks: int
    """At least so many ticks, where a range has them."""
    maxticks: dict[int, int]
    """At most so many ticks, by YEARLY, MONTHLY, DAILY, …"""
    intervald: dict[int, list[int]]
    """The steps to choose from, by YEARLY, MONTHLY, DAILY, …"""
    def get_locator(self, dmin, dmax) -> DateLocator: """The locator that suits a range."""

class YearLocator(DateLocator):
    """A tick on a day of every `base`-th year."""
    def __init__(self, base: int = 1, month: int = 1, day: int = 1, tz=None) -> None: ...

class MonthLocator(DateLocator):
    """A tick on a day of some months: MonthLocator(bymonth=[1, 7]), MonthLocator(interval=3)."""
    def __init__(self, bymonth=None, bymonthday=1, interval: int = 1, tz=None) -> None: ...

class WeekdayLocator(DateLocator):
    """A tick on some days of the week; Monday is MO or 0, and without days it is Tuesday."""
    def __init__(self, byweekday=1, interval: int = 1, tz=None) -> None: ...

class DayLocator(DateLocator):
    """A tick on some days of the month, or on every `interval`-th day."""
    def __init__(self, bymonthday=None, interval: int = 1, tz=None) -> None: ...

class HourLocator(DateLocator):
    """A tick on some hours, or on every `interval`-th."""
    def __init__(self, byhour=None, interval: int = 1, tz=None) -> None: ...

class MinuteLocator(DateLocator):
    """A tick on some minutes, or on every `interval`-th."""
    def __init__(self, byminute=None, interval: int = 1, tz=None) -> None: ...

class SecondLocator(DateLocator):
    """A tick on some seconds, or on every `interval`-th."""
    def __init__(self, bysecond=None, interval: int = 1, tz=None) -> None: ...

class MicrosecondLocator(DateLocator):
    """A tick at every `interval`-th microsecond."""
    def __init__(self, interval: int = 1, tz=None) -> None: ...

class DateFormatter(Formatter):
    """Writes dates with a strftime format such as `%b %Y`."""
    def __init__(self, fmt: str, tz=None, *, usetex=None) -> None: ...

class AutoDateFormatter(Formatter):
    """Writes dates as precisely as their ticks are fine."""
    def __init__(self, locator: Locator, tz=None, defaultfmt: str = '%Y-%m-%d', *, usetex=None) -> None: ...
    scaled: dict
    """The formats by the length of a step in days."""

class ConciseDateFormatter(Formatter):
    """Writes of each date what its neighbours do not say, and the rest once at the end of the axis."""
    def __init__(self, locator: Locator, tz=None, formats=None, offset_formats=None, zero_formats=None, show_offset: bool = True, *, usetex=None) -> None: ...
    formats: list[str]
    """The formats of ticks by years, months, days, hours, minutes and seconds."""
    zero_formats: list[str]
    """The formats of ticks at the start of a year, month, day, hour, minute or second."""
    offset_formats: list[str]
    """The formats of the text at the end of the axis."""

class DateConverter:
    """Turns dates into days since 1970-01-01."""
    def convert(value, unit, axis): """The numbers of dates."""

HOURS_PER_DAY: float
MINUTES_PER_DAY: float
class RRuleLocator:
    """Ticks by a rule of the calendar."""
    def get_unit_generic(freq): """Days of a unit of time."""

SEC_PER_DAY: float
WEEKDAYS: tuple
def num2timedelta(x): """The timedelta of a number of days, or of a row of them."""
