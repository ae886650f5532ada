"""The namespace `dt`: operations on dates, times and durations."""

import datetime as _datetime

import _polars


class DateTimeNamespace:
    """Operations on dates, times and durations, from `pl.col(…).dt`."""

    def __init__(self, expr):
        self._expr = expr

    def _do(self, name, *args):
        return self._expr._wrap(_polars.expr("dt." + name, self._expr, *args))

    def year(self):
        """Year."""
        return self._do("year")

    def iso_year(self):
        """Year of the ISO week."""
        return self._do("iso_year")

    def century(self):
        """Century."""
        return self._do("century")

    def millennium(self):
        """Millennium."""
        return self._do("millennium")

    def quarter(self):
        """Quarter, 1 to 4."""
        return self._do("quarter")

    def month(self):
        """Month, 1 to 12."""
        return self._do("month")

    def week(self):
        """ISO week, 1 to 53."""
        return self._do("week")

    def weekday(self):
        """Day of the week, Monday 1 to Sunday 7."""
        return self._do("weekday")

    def day(self):
        """Day of the month."""
        return self._do("day")

    def ordinal_day(self):
        """Day of the year."""
        return self._do("ordinal_day")

    def hour(self):
        """Hour."""
        return self._do("hour")

    def minute(self):
        """Minute."""
        return self._do("minute")

    def second(self, *, fractional=False):
        """Second, with its fraction if asked for."""
        second = self._do("second")
        return second + self._do("nanosecond") / 1_000_000_000 if fractional else second

    def millisecond(self):
        """Milliseconds of the second."""
        return self._do("millisecond")

    def microsecond(self):
        """Microseconds of the second."""
        return self._do("microsecond")

    def nanosecond(self):
        """Nanoseconds of the second."""
        return self._do("nanosecond")

    def is_leap_year(self):
        """Whether the year is a leap year."""
        return self._do("is_leap_year")

    def days_in_month(self):
        """Number of days of the month."""
        return self._do("days_in_month")

    def date(self):
        """The day."""
        return self._do("date")

    def time(self):
        """The time of day."""
        return self._do("time")

    def datetime(self):
        """Without the time zone."""
        return self._do("datetime")

    def timestamp(self, time_unit="us"):
        """Time since 1970 in a unit: ns, us or ms."""
        return self._do("timestamp", time_unit)

    def epoch(self, time_unit="us"):
        """Time since 1970 in a unit: ns, us, ms, s or d."""
        if time_unit in ("ns", "us", "ms"):
            return self._do("timestamp", time_unit)
        if time_unit == "s":
            return self._do("timestamp", "ms") // 1000
        if time_unit == "d":
            from polars import datatypes

            return self._expr.cast(datatypes.Date).cast(datatypes.Int32)
        raise ValueError(f"`time_unit` must be one of {{'ns', 'us', 'ms', 's', 'd'}}, got {time_unit!r}")

    def strftime(self, format):
        """As text, by a format such as %Y-%m."""
        return self._do("to_string", format)

    def to_string(self, format=None):
        """As text, by a format such as %Y-%m; without one as ISO 8601."""
        return self._do("to_string", "iso" if format is None else format)

    def truncate(self, every):
        """Start of the interval such as 1d, 1w, 1mo, 1q, 1y, 15m."""
        return self._do("truncate", _every(every))

    def round(self, every):
        """Nearest start of an interval."""
        return self._do("round", _every(every))

    def offset_by(self, by):
        """Moved by a length such as 1mo or -3d."""
        return self._do("offset_by", by)

    def month_start(self):
        """First day of the month."""
        return self._do("month_start")

    def month_end(self):
        """Last day of the month."""
        return self._do("month_end")

    def base_utc_offset(self):
        """Offset from UTC without daylight saving."""
        return self._do("base_utc_offset")

    def dst_offset(self):
        """Offset by daylight saving."""
        return self._do("dst_offset")

    def total_days(self):
        """Whole days of a duration."""
        return self._do("total_days")

    def total_hours(self):
        """Whole hours of a duration."""
        return self._do("total_hours")

    def total_minutes(self):
        """Whole minutes of a duration."""
        return self._do("total_minutes")

    def total_seconds(self):
        """Whole seconds of a duration."""
        return self._do("total_seconds")

    def total_milliseconds(self):
        """Whole milliseconds of a duration."""
        return self._do("total_milliseconds")

    def total_microseconds(self):
        """Whole microseconds of a duration."""
        return self._do("total_microseconds")

    def total_nanoseconds(self):
        """Nanoseconds of a duration."""
        return self._do("total_nanoseconds")

    def convert_time_zone(self, time_zone):
        """The same instant in another time zone."""
        return self._do("convert_time_zone", time_zone)

    def replace_time_zone(self, time_zone, *, ambiguous="raise", non_existent="raise"):
        """The same wall clock in another time zone."""
        return self._do("replace_time_zone", time_zone, ambiguous, non_existent)

    def cast_time_unit(self, time_unit):
        """In another unit."""
        return self._do("cast_time_unit", time_unit)

    def with_time_unit(self, time_unit):
        """The same numbers in another unit."""
        return self._do("with_time_unit", time_unit)

    def combine(self, time, time_unit="us"):
        """The day with a time of day."""
        return self._do("combine", time, time_unit)

    def replace(self, *, year=None, month=None, day=None, hour=None, minute=None, second=None, microsecond=None, ambiguous="raise"):
        """With parts of it replaced."""
        return self._do("replace", year, month, day, hour, minute, second, microsecond, ambiguous)

    def add_business_days(self, n, *, week_mask=(True, True, True, True, True, False, False), holidays=(), roll="raise"):
        """Moved by a number of working days."""
        return self._do("add_business_days", n, list(week_mask), _days(holidays), roll)

    def is_business_day(self, *, week_mask=(True, True, True, True, True, False, False), holidays=()):
        """Whether it is a working day."""
        return self._do("is_business_day", list(week_mask), _days(holidays))


def _every(every):
    if hasattr(every, "total_seconds"):
        return f"{(every.days * 86_400 + every.seconds) * 1_000_000 + every.microseconds}us"
    return every


def _days(days):
    """Days since 1970."""
    start = _datetime.date(1970, 1, 1)
    return [(day - start).days for day in days]
