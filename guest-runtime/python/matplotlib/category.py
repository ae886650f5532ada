"""Texts on an axis."""

from matplotlib.axis import _CategoryFormatter as StrCategoryFormatter  # noqa: F401
from matplotlib.axis import _CategoryLocator as StrCategoryLocator  # noqa: F401
