"""Texts on an axis."""

from matplotlib.axis_texts import CategoryFormatter as StrCategoryFormatter  # noqa: F401
from matplotlib.axis_texts import CategoryLocator as StrCategoryLocator  # noqa: F401
