"""`cycler`: properties, such as colours, that are taken in turn."""

from matplotlib._settings import Cycler, cycler  # noqa: F401
