"""Datetimes with a time zone, as Python objects."""

import datetime as _datetime


class Zone(_datetime.tzinfo):
    """A time zone by name, at one instant's offset from UTC."""

    def __init__(self, key, offset):
        self.key, self._offset = key, offset

    def utcoffset(self, moment):
        return self._offset

    def dst(self, moment):
        return None

    def tzname(self, moment):
        return self.key

    def __repr__(self):
        return f"zoneinfo.ZoneInfo(key={self.key!r})"

    def __str__(self):
        return self.key

    def __eq__(self, other):
        return getattr(other, "key", None) == self.key

    def __hash__(self):
        return hash(self.key)


def aware(naive, key, offset_us):
    """The wall clock `naive` in the zone `key`."""
    return naive.replace(tzinfo=Zone(key, _datetime.timedelta(microseconds=offset_us)))
