"""What libraries that draw on matplotlib borrow from it."""

import numpy as np

from matplotlib._arrays import as_list, numbers, sets_of
from matplotlib.artist import named


def normalize_kwargs(kw, alias_mapping=None):
    """Keyword arguments under their long names."""
    
    return {} if kw is None else named(kw)


def boxplot_stats(X, whis=1.5, bootstrap=None, labels=None, autorange=False):
    """Quartiles, whiskers and outliers of each data set."""
    from matplotlib.plots_stats import box_of

    found = []
    sets = [numbers(one) for one in sets_of(X)]
    names = [None] * len(sets) if labels is None else as_list(labels)
    for values, name in zip(sets, names):
        values = values[~np.isnan(values)]
        stats = box_of(values, whis)
        stats["iqr"] = stats["q3"] - stats["q1"]
        reach = 1.57 * stats["iqr"] / np.sqrt(max(values.size, 1))
        stats["cilo"], stats["cihi"] = stats["med"] - reach, stats["med"] + reach
        if name is not None:
            stats["label"] = name
        found.append(stats)
    return found


def flatten(seq, scalarp=lambda one: isinstance(one, str) or not hasattr(one, "__iter__")):
    """The items of nested lists, one by one."""
    for item in seq:
        if scalarp(item) or item is None:
            yield item
        else:
            yield from flatten(item, scalarp)


def silent_list(type, seq=None):
    """A plain list."""
    return list(seq or [])
