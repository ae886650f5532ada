"""What pandas tells of memory, as on a machine whose pointers have 64 bits: what a script prints of a frame is then the
same here as anywhere."""

import pandas
from pandas.core.base import IndexOpsMixin

#: What a pointer takes there, and what it takes here, in bytes.
POINTER_BYTES, OWN_POINTER_BYTES = 8, 4
#: A `range` and its three small numbers there, in bytes.
RANGE_BYTES = 48 + 3 * 28

_memory_usage = IndexOpsMixin._memory_usage


def memory_usage(self, deep=False):
    grown = (POINTER_BYTES - OWN_POINTER_BYTES) * len(self) if self.dtype == object else 0
    return _memory_usage(self, deep) + grown


def install():
    IndexOpsMixin._memory_usage = memory_usage
    pandas.RangeIndex.nbytes = property(lambda self: RANGE_BYTES)
