"""`df.plot` and its like: pandas' own plotting over the chart module's face.

pandas draws by matplotlib's public names, so little is left to say here: dates stay dates on an axis, so that pandas'
lines and those of `ax.plot` meet in one place, and a density needs no scipy.
"""

import numpy as np


def prepare():
    """Imports what pandas draws with, and sets how it does so. Called once, before a script runs."""
    import pandas as pd
    from pandas.plotting import _matplotlib as drawing

    # Otherwise a series with a frequency has an axis of its own, counted in periods.
    pd.plotting.plot_params["x_compat"] = True
    kde = drawing.PLOT_CLASSES["kde"]
    kde._plot = classmethod(_density(kde._plot.__func__))


def _density(own):
    def plot(cls, ax, y, style=None, bw_method=None, weights=None, ind=None, column_num=None, stacking_id=None, **options):
        from matplotlib.plots_stats import density

        try:
            from scipy.stats import gaussian_kde  # noqa: F401
        except ImportError:
            values = np.asarray(y, dtype=float)
            keep = ~np.isnan(values)
            heavy = None if weights is None else np.asarray(weights, dtype=float)[keep]
            curve = density(values[keep], np.asarray(ind, dtype=float), bw_method, heavy)
            return cls.__mro__[2]._plot(ax, ind, curve, style=style, **options)
        given = {} if weights is None else {"weights": weights}
        return own(cls, ax, y, style=style, bw_method=bw_method, ind=ind, column_num=column_num, stacking_id=stacking_id, **given, **options)

    return plot
