"""Dates on an axis: days since 1970-01-01 as numbers, and where their ticks stand and how they are written."""

import calendar
import datetime
import math

import numpy as np

from matplotlib import _settings, ticker
from matplotlib._arrays import array_of as _array_of
from matplotlib._arrays import is_missing as _is_missing
from matplotlib._arrays import shape_of as _shape_of
from matplotlib.ticker import _array

_EPOCH = datetime.datetime(1970, 1, 1)
_FIRST = _EPOCH.toordinal()

YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY, MINUTELY, SECONDLY, MICROSECONDLY = range(8)
MO, TU, WE, TH, FR, SA, SU = range(7)
MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = range(7)
UTC = datetime.timezone.utc

WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
HOURS_PER_DAY, MINUTES_PER_DAY, SEC_PER_DAY = 24.0, 1440.0, 86400.0

_UNITS = {
    YEARLY: 365.2425,
    MONTHLY: 365.2425 / 12,
    WEEKLY: 7.0,
    DAILY: 1.0,
    HOURLY: 1 / 24,
    MINUTELY: 1 / 1440,
    SECONDLY: 1 / 86400,
    MICROSECONDLY: 1 / 86400e6,
}


def _number(d):
    if isinstance(d, (int, float)):
        return float(d)
    if _is_missing(d):
        return math.nan
    if hasattr(d, "to_timestamp"):
        d = d.to_timestamp()
    if isinstance(d, datetime.datetime):
        if d.tzinfo is not None:
            d = d.astimezone(UTC).replace(tzinfo=None)
        seconds = (d.hour * 60 + d.minute) * 60 + d.second
        return d.toordinal() - _FIRST + (seconds * 1_000_000 + d.microsecond) / 86_400_000_000
    if isinstance(d, datetime.date):
        return float(d.toordinal() - _FIRST)
    if isinstance(d, (str, np.datetime64)):
        return float(_days(np.array(d, dtype="datetime64[us]")))
    return float(d)


def _wall(d):
    """The number of a date as its own time zone's clock shows it, which is what an axis writes."""
    if isinstance(d, datetime.datetime) and d.tzinfo is not None:
        d = d.replace(tzinfo=None)
    return _number(d)


def _days(values):
    """Days since 1970-01-01 of datetime64 values."""
    return (values.astype("datetime64[us]") - np.datetime64(0, "us")) / np.timedelta64(1, "D")


def date2num(d):
    """Days since 1970-01-01 of a date, a datetime, or a row of them."""
    if not _shape_of(d):
        return _number(d)
    values = _array_of(d)
    if values.dtype.kind == "M":
        return _days(values)
    return np.array([_number(value) for value in values], dtype=float)


def _date(x):
    microseconds = round(float(x) * 86_400_000_000)
    if abs(x) > 70 * 365:
        microseconds = round(microseconds / 20) * 20
    try:
        return _EPOCH + datetime.timedelta(microseconds=microseconds)
    except OverflowError:
        raise ValueError(f"Date ordinal {x} converts to a year outside 1 to 9999") from None


def num2date(x, tz=None):
    """The datetime, in UTC, of days since 1970-01-01, or of a row of them."""
    if _shape_of(x):
        return [num2date(one, tz) for one in np.asarray(x, dtype=float).tolist()]
    return _date(float(x)).replace(tzinfo=UTC)


def num2timedelta(x):
    """The timedelta of a number of days, or of a row of them."""
    return [num2timedelta(one) for one in x] if _shape_of(x) else datetime.timedelta(days=float(x))


def datestr2num(d, default=None):
    """Days since 1970-01-01 of text in ISO form."""
    return date2num(d)


def drange(dstart, dend, delta):
    """Evenly spaced days from one date to before another."""
    step = delta.total_seconds() / 86400
    start, end = _number(dstart), _number(dend)
    return _array(start + step * index for index in range(math.ceil((end - start) / step)))


def get_epoch():
    """The day that counts as zero."""
    return "1970-01-01T00:00:00"


class DateLocator(ticker.Locator):
    """Decides where dates have ticks."""

    def __init__(self, tz=None):
        self.tz = tz

    def _get_unit(self):
        return 1

    def viewlim_to_dt(self):
        low, high = sorted(self.axis.get_view_interval())
        return _date(low), _date(high)

    def nonsingular(self, vmin, vmax):
        if not math.isfinite(vmin) or not math.isfinite(vmax):
            return 0.0, 1.0
        if vmax < vmin:
            vmin, vmax = vmax, vmin
        unit = self._get_unit()
        if abs(vmax - vmin) < 1e-6:
            vmin -= 2 * unit
            vmax += 2 * unit
        return vmin, vmax

    def view_limits(self, vmin, vmax):
        return vmin, vmax

    def __call__(self):
        low, high = self.viewlim_to_dt()
        return self.tick_values(low, high)

    def tick_values(self, vmin, vmax):
        vmin, vmax = (value if isinstance(value, datetime.datetime) else _date(_number(value)) for value in (vmin, vmax))
        found = self._dates(vmin, vmax)
        locs = [_number(date) for date in found]
        return _array(self.raise_if_exceeds(locs or [_number(vmin), _number(vmax)]))


class RRuleLocator:
    """Ticks by a rule of the calendar."""

    @staticmethod
    def get_unit_generic(freq):
        """Days of a unit of time."""
        return _UNITS.get(freq, -1)


class YearLocator(DateLocator):
    """A tick on a day of every `base`-th year."""

    def __init__(self, base=1, month=1, day=1, tz=None):
        super().__init__(tz)
        self._base, self._month, self._day = base, month, day

    def _get_unit(self):
        return _UNITS[YEARLY]

    def _dates(self, vmin, vmax):
        first = max(vmin.year // self._base * self._base, 1)
        last = min(-(-vmax.year // self._base) * self._base, 9999)
        years = range(first or self._base, last + 1, self._base)
        return [datetime.datetime(year, self._month, self._day) for year in years]


class MonthLocator(DateLocator):
    """A tick on a day of some months."""

    def __init__(self, bymonth=None, bymonthday=1, interval=1, tz=None):
        super().__init__(tz)
        self._months = _several(bymonth, range(1, 13))
        self._days = _several(bymonthday, [1])
        self._interval = interval

    def _get_unit(self):
        return _UNITS[MONTHLY] * self._interval

    def _dates(self, vmin, vmax):
        start = _back(vmin, vmax)
        months = range(start.year * 12 + start.month - 1, vmax.year * 12 + vmax.month, self._interval)
        found = []
        for month in months:
            year, month = divmod(month, 12)
            if month + 1 in self._months:
                last = calendar.monthrange(year, month + 1)[1]
                days = sorted(day if day > 0 else last + 1 + day for day in self._days)
                found += [datetime.datetime(year, month + 1, day) for day in days if 1 <= day <= last]
        return [date for date in found if vmin <= date <= vmax]


def _back(vmin, vmax):
    """As far before `vmin` as `vmax` lies after it, counted in whole months and the rest, on which the phase of longer steps depends."""
    months = (vmax.year - vmin.year) * 12 + vmax.month - vmin.month
    if _later(vmin, months) > vmax:
        months -= 1
    rest = vmax - _later(vmin, months)
    try:
        return _later(vmin, -months) - rest
    except (OverflowError, ValueError):
        return datetime.datetime(1, 1, 1)


def _later(date, months):
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return date.replace(year=year, month=month + 1, day=min(date.day, calendar.monthrange(year, month + 1)[1]))


def _several(value, default):
    if value is None:
        return set(default)
    return set(value) if _shape_of(value) else {value}


class DayLocator(DateLocator):
    """A tick on some days of the month."""

    def __init__(self, bymonthday=None, interval=1, tz=None):
        super().__init__(tz)
        self._days = _several(bymonthday, range(1, 32))
        self._interval = interval

    def _get_unit(self):
        return _UNITS[DAILY] * self._interval

    def _dates(self, vmin, vmax):
        start = _back(vmin, vmax).replace(hour=0, minute=0, second=0, microsecond=0) if self._interval > 1 else vmin.replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        count = (vmax - start).days + 1
        found = (start + datetime.timedelta(days=index) for index in range(0, count + 1, self._interval))
        return [date for date in found if vmin <= date <= vmax and date.day in self._days]


class WeekdayLocator(DateLocator):
    """A tick on some days of the week, Monday being 0."""

    def __init__(self, byweekday=1, interval=1, tz=None):
        super().__init__(tz)
        self._weekdays = _several(byweekday, [1])
        self._interval = interval

    def _get_unit(self):
        return _UNITS[WEEKLY] * self._interval

    def _dates(self, vmin, vmax):
        # matplotlib steps by `interval` days and keeps the weekdays, so that an interval of 2 means every second week.
        day = _back(vmin, vmax).replace(hour=0, minute=0, second=0, microsecond=0)
        step, found = datetime.timedelta(days=self._interval), []
        while day <= vmax:
            if day >= vmin and day.weekday() in self._weekdays:
                found.append(day)
            day += step
        return found


class _ClockLocator(DateLocator):
    _seconds = 1

    def __init__(self, allowed, interval, tz):
        super().__init__(tz)
        self._allowed = allowed
        self._interval = interval

    def _get_unit(self):
        return self._seconds / 86400 * self._interval

    def _part(self, date):
        return date.second

    def _dates(self, vmin, vmax):
        step = datetime.timedelta(seconds=self._seconds * self._interval)
        start = vmin.replace(minute=0, second=0, microsecond=0) if self._seconds < 3600 else vmin.replace(
            hour=0, minute=0, second=0, microsecond=0
        )
        start += step * max((vmin - start) // step, 0)
        found = []
        while start <= vmax and len(found) <= self.MAXTICKS:
            if start >= vmin and self._part(start) in self._allowed:
                found.append(start)
            start += step
        return found


class HourLocator(_ClockLocator):
    """A tick on some hours."""

    _seconds = 3600

    def __init__(self, byhour=None, interval=1, tz=None):
        super().__init__(_several(byhour, range(24)), interval, tz)

    def _part(self, date):
        return date.hour


class MinuteLocator(_ClockLocator):
    """A tick on some minutes."""

    _seconds = 60

    def __init__(self, byminute=None, interval=1, tz=None):
        super().__init__(_several(byminute, range(60)), interval, tz)

    def _part(self, date):
        return date.minute


class SecondLocator(_ClockLocator):
    """A tick on some seconds."""

    def __init__(self, bysecond=None, interval=1, tz=None):
        super().__init__(_several(bysecond, range(60)), interval, tz)


class MicrosecondLocator(DateLocator):
    """A tick every so many microseconds."""

    def __init__(self, interval=1, tz=None):
        super().__init__(tz)
        self._interval = interval

    def _get_unit(self):
        return _UNITS[MICROSECONDLY]

    def _dates(self, vmin, vmax):
        step = self._interval
        first = -(-((vmin - _EPOCH) // datetime.timedelta(microseconds=1)) // step) * step
        last = (vmax - _EPOCH) // datetime.timedelta(microseconds=1)
        count = min(int((last - first) // step) + 1, self.MAXTICKS + 1)
        return [_EPOCH + datetime.timedelta(microseconds=first + step * index) for index in range(count)]


_FREQUENCIES = (YEARLY, MONTHLY, DAILY, HOURLY, MINUTELY, SECONDLY, MICROSECONDLY)
_INTERVALS = {
    YEARLY: [1, 2, 4, 5, 10, 20, 40, 50, 100, 200, 400, 500, 1000, 2000, 4000, 5000, 10000],
    MONTHLY: [1, 2, 3, 4, 6],
    # Every fourth day rather than every third: months have 31 days.
    DAILY: [1, 2, 4, 7, 14],
    HOURLY: [1, 2, 3, 4, 6, 12],
    MINUTELY: [1, 5, 10, 15, 30],
    SECONDLY: [1, 5, 10, 15, 30],
    MICROSECONDLY: [
        1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000, 20000, 50000, 100000, 200000, 500000, 1000000,
    ],
}  # fmt: skip


class AutoDateLocator(DateLocator):
    """Ticks at years, months, days, hours, minutes or seconds, as the range asks for."""

    def __init__(self, tz=None, minticks=5, maxticks=None, interval_multiples=True):
        super().__init__(tz)
        self.minticks = minticks
        self.maxticks = {YEARLY: 11, MONTHLY: 12, DAILY: 11, HOURLY: 12, MINUTELY: 11, SECONDLY: 11, MICROSECONDLY: 8}
        if maxticks is not None:
            self.maxticks.update(maxticks if isinstance(maxticks, dict) else dict.fromkeys(self.maxticks, maxticks))
        self.intervald = {key: list(value) for key, value in _INTERVALS.items()}
        self.interval_multiples = interval_multiples
        self._freq = YEARLY

    def _get_unit(self):
        return _UNITS[self._freq]

    def nonsingular(self, vmin, vmax):
        if not math.isfinite(vmin) or not math.isfinite(vmax):
            return 0.0, 1.0
        if vmax < vmin:
            vmin, vmax = vmax, vmin
        if vmin == vmax:
            vmin -= 365.2425 * 2
            vmax += 365.2425 * 2
        return vmin, vmax

    def tick_values(self, vmin, vmax):
        return self.get_locator(vmin, vmax).tick_values(vmin, vmax)

    def get_locator(self, dmin, dmax):
        """The locator that suits a range."""
        dmin, dmax = (value if isinstance(value, datetime.datetime) else _date(_number(value)) for value in (dmin, dmax))
        if dmin > dmax:
            dmin, dmax = dmax, dmin
        span = dmax - dmin
        months = (dmax.year - dmin.year) * 12 + dmax.month - dmin.month
        if (dmax.day, dmax.time()) < (dmin.day, dmin.time()):
            months -= 1
        years = months // 12
        seconds = span.total_seconds()
        days = span.days
        hours = days * 24 + span.seconds // 3600
        minutes = hours * 60 + span.seconds % 3600 // 60
        counts = (years, months, days, hours, minutes, math.floor(seconds), math.floor(seconds * 1e6))
        freq, interval = MICROSECONDLY, 1
        for freq, count in zip(_FREQUENCIES, counts):
            if count < self.minticks:
                continue
            interval = next(
                (step for step in self.intervald[freq] if count <= step * (self.maxticks[freq] - 1)), self.intervald[freq][-1]
            )
            break
        self._freq = freq
        made = self._make(freq, interval)
        made.set_axis(self.axis)
        return made

    def _make(self, freq, interval):
        if freq == YEARLY:
            return YearLocator(interval)
        if freq == MICROSECONDLY:
            return MicrosecondLocator(interval)
        every = interval if self.interval_multiples else 1
        if freq == MONTHLY:
            return MonthLocator(range(1, 13, every), 1)
        if freq == DAILY:
            days = {14: [1, 15], 7: [1, 8, 15, 22]}.get(interval, range(1, 32, every))
            return DayLocator(days)
        if freq == HOURLY:
            return HourLocator(range(0, 24, every))
        if freq == MINUTELY:
            return MinuteLocator(range(0, 60, every))
        return SecondLocator(range(0, 60, every))


class DateFormatter(ticker.Formatter):
    """Writes dates with a `strftime` format."""

    def __init__(self, fmt, tz=None, *, usetex=None):
        self.fmt = fmt
        self.tz = tz

    def __call__(self, x, pos=0):
        return _date(x).replace(tzinfo=UTC).strftime(self.fmt)


class AutoDateFormatter(ticker.Formatter):
    """Writes dates as precisely as their ticks are fine."""

    def __init__(self, locator, tz=None, defaultfmt="%Y-%m-%d", *, usetex=None):
        self._locator = locator
        self.defaultfmt = defaultfmt
        settings = _settings.rcParams
        self.scaled = {
            365.2425: settings["date.autoformatter.year"],
            365.2425 / 12: settings["date.autoformatter.month"],
            1: settings["date.autoformatter.day"],
            1 / 24: settings["date.autoformatter.hour"],
            1 / 1440: settings["date.autoformatter.minute"],
            1 / 86400: settings["date.autoformatter.second"],
            1 / 86400e6: settings["date.autoformatter.microsecond"],
        }

    def __call__(self, x, pos=None):
        unit = float(getattr(self._locator, "_get_unit", lambda: 1)())
        form = next((form for scale, form in sorted(self.scaled.items()) if scale >= unit), self.defaultfmt)
        return form(x, pos) if callable(form) else DateFormatter(form)(x, pos)


class ConciseDateFormatter(ticker.Formatter):
    """Writes of each date what its neighbours do not say, and the rest once at the end of the axis."""

    def __init__(self, locator, tz=None, formats=None, offset_formats=None, zero_formats=None, show_offset=True, *, usetex=None):
        self._locator = locator
        self.formats = formats or ["%Y", "%b", "%d", "%H:%M", "%H:%M", "%S.%f"]
        self.zero_formats = zero_formats or ["", *self.formats[:-1]]
        if not zero_formats and not formats:
            self.zero_formats[3] = "%b-%d"
        self.offset_formats = offset_formats or ["", "%Y", "%Y-%b", "%Y-%b-%d", "%Y-%b-%d", "%Y-%b-%d %H:%M"]
        self.show_offset = show_offset
        self.offset_string = ""

    def __call__(self, x, pos=None):
        return DateFormatter("%Y-%m-%d")(x, pos)

    def format_ticks(self, values):
        dates = [_date(value) for value in values]
        parts = [(d.year, d.month, d.day, d.hour, d.minute, d.second) for d in dates]
        show = self.show_offset
        level = 0
        for level in range(5, -1, -1):
            different = {part[level] for part in parts}
            if len(different) > 1:
                if level < 2 and any(value == 1 for value in different):
                    show = False
                break
            if level == 0:
                level = 5
        zeros = [0, 1, 1, 0, 0, 0]
        labels = []
        for date, part in zip(dates, parts):
            if level < 5:
                form = (self.zero_formats if part[level] == zeros[level] else self.formats)[level]
            else:
                form = (self.zero_formats if date.second == date.microsecond == 0 else self.formats)[level]
            labels.append(date.strftime(form))
        if level >= 5:
            trailing = min((len(label) - len(label.rstrip("0")) for label in labels if "." in label), default=None)
            if trailing:
                labels = [label[:-trailing].rstrip(".") if "." in label else label for label in labels]
        self.offset_string = dates[-1].strftime(self.offset_formats[level]) if show and dates else ""
        return labels

    def get_offset(self):
        return self.offset_string


class DateConverter:
    """Turns dates into days since 1970-01-01."""

    @staticmethod
    def convert(value, unit, axis):
        """The numbers of dates."""
        return date2num(value)
