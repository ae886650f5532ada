"""Scales of an axis, as functions on numbers."""

import numpy as np


class _Function:
    """A scale's function, and the way back by `inverted`."""

    is_separable = True

    def __init__(self, forward, backward):
        self._forward, self._backward = forward, backward

    def transform(self, values):
        """The scale's own coordinates of values."""
        return self._forward(np.asarray(values, dtype=float))

    def inverted(self):
        """The way back."""
        return type(self)(self._backward, self._forward)


class LinearTransform(_Function):
    """Leaves values as they are."""


class LogTransform(_Function):
    """Takes logarithms, or powers on the way back."""


class SymmetricalLogTransform(_Function):
    """Takes logarithms to both sides of zero."""


class LogitTransform(_Function):
    """Takes the logarithm of the odds."""


def transform_of(axis):
    """The function of an axis' scale."""
    with_each = lambda function: np.vectorize(function, otypes=[float])  # noqa: E731
    kinds = {"log": LogTransform, "symlog": SymmetricalLogTransform, "logit": LogitTransform}
    if axis.scale not in kinds:
        return LinearTransform(lambda values: values, lambda values: values)
    if axis.scale == "log":
        forward = lambda values: np.log10(np.where(values > 0, values, np.nan))  # noqa: E731
        return LogTransform(forward, lambda values: 10.0**values)
    return kinds[axis.scale](with_each(axis.forward), with_each(axis.backward))


class ScaleBase:
    """A scale."""

    name = None


class LinearScale(ScaleBase):
    """Even steps."""

    name = "linear"


class LogScale(ScaleBase):
    """Equal factors."""

    name = "log"


def get_scale_names():
    """The names of the scales."""
    return ["linear", "log", "logit", "symlog"]
