# How likely it is that chance alone made what the numbers show: tests by ranks, so that no shape of the values is
# taken for granted. Each gives (statistic, p, effect from 0 to 1), or None where there is nothing to test.
import math

import numpy as np
import polars as pl
from scipy import special


def ranks(values):
    return pl.Series(np.asarray(values, dtype=float)).rank("average").to_numpy()


def kruskal_wallis(values, groups):
    """Whether groups differ, by the F form of Kruskal and Wallis' test, which also holds for small groups."""
    _, groups = np.unique(groups, return_inverse=True)
    counts = np.bincount(groups)
    n, k = len(values), len(counts)
    if k < 2 or n - k < 2:
        return None
    r = ranks(values)
    middle = (n + 1) / 2
    total = float(((r - middle) ** 2).sum())
    if total <= 0:
        return None
    between = float((counts * (np.bincount(groups, weights=r) / counts - middle) ** 2).sum())
    within = max(total - between, 1e-12 * total)
    f = between / (k - 1) / (within / (n - k))
    return f, float(special.fdtrc(k - 1, n - k, f)), between / total


def spearman(a, b):
    """Whether two numbers rise and fall together. The statistic is Spearman's coefficient."""
    n = len(a)
    a, b = ranks(a), ranks(b)
    if n < 4 or a.std() == 0 or b.std() == 0:
        return None
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1, 1))
    t = abs(r) * math.sqrt((n - 2) / max(1 - r * r, 1e-12))
    return r, 2 * float(special.stdtr(n - 2, -t)), abs(r)


def chi_squared(counts):
    """Whether rows and columns of a table of counts belong together. The effect is Cramér's V without its bias."""
    counts = np.asarray(counts, dtype=float)
    n = counts.sum()
    rows, columns = counts.shape
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0) / n
    # Where little is expected, the test promises too much.
    if min(rows, columns) < 2 or (expected < 5).mean() > 0.2 or expected.min() < 1:
        return None
    statistic = float(((counts - expected) ** 2 / expected).sum())
    free = (rows - 1) * (columns - 1)
    unbiased = max(0.0, statistic / n - free / (n - 1))
    v = math.sqrt(unbiased / min(rows - 1, columns - 1))
    return statistic, float(special.chdtrc(free, statistic)), min(1.0, v)


def persistence(rest):
    """How much of a value is carried into the next, from 0 to 0.9. Short series show less of it than there is."""
    n = len(rest)
    rest = rest - rest.mean()
    square = float((rest**2).sum())
    if n < 6 or square <= 0:
        return 0.0
    r = float((rest[1:] * rest[:-1]).sum()) / square
    return min(0.9, max(0.0, (n * r + 2) / (n - 4)))


def mann_kendall(y, carried):
    """Whether a series rises or falls. What is `carried` from value to value makes chance drift further."""
    n = len(y)
    signs = float(np.sign(y[None, :] - y[:, None])[np.triu_indices(n, 1)].sum())
    _, ties = np.unique(y, return_counts=True)
    spread = (n * (n - 1) * (2 * n + 5) - float((ties * (ties - 1) * (2 * ties + 5)).sum())) / 18
    if spread <= 0:
        return None
    z = max(abs(signs) - 1, 0) / math.sqrt(spread * (1 + carried) / (1 - carried))
    return signs / (n * (n - 1) / 2), math.erfc(z / math.sqrt(2)), abs(signs) / (n * (n - 1) / 2)


def pettitt(y, carried):
    """Where the level of a series changes most, and whether it does. Gives also the first place of the new level."""
    n = len(y)
    reach = 2 * np.cumsum(ranks(y))[:-1] - np.arange(1, n) * (n + 1)
    # A level is one only where it lasts.
    edge = max(3, n // 10)
    inner = np.abs(reach[edge - 1 : n - edge])
    if len(inner) == 0:
        return None
    at = int(inner.argmax()) + edge
    k = float(inner.max())
    p = min(1.0, 2 * math.exp(-6 * k * k * (1 - carried) / (1 + carried) / (n**3 + n**2)))
    shift = abs(float(np.median(y[at:]) - np.median(y[:at])))
    spread = float(np.concatenate([y[:at] - y[:at].mean(), y[at:] - y[at:].mean()]).std())
    return k, p, shift / (shift + spread) if shift > 0 else 0.0, at


def far_off(rest):
    """The one to three values that lie far from all others: (0.6745 r / MAD of the furthest, p, effect, places).

    Compares the gap before them with how the values behind it thin out, as if tails fell off exponentially, which is
    slower than those of most measurements.
    """
    n = len(rest)
    apart = rest - np.median(rest)
    mad = float(np.median(np.abs(apart)))
    tail = min(20, n // 3)
    if mad <= 0 or tail < 3:
        return None
    order = np.argsort(-np.abs(apart), kind="stable")
    sizes = np.abs(apart)[order]
    best, count = 1.0, 1
    for k in (1, 2, 3):
        excess = float((sizes[k : k + tail] - sizes[k + tail]).mean())
        if excess > 0:
            p = (1 + k * float(sizes[k - 1] - sizes[k]) / (tail * excess)) ** -tail
            if p < best:
                best, count = p, k
    score = 0.6745 * float(apart[order[0]]) / mad
    return score, min(1.0, 3 * best), max(0.0, 1 - 3.5 / max(abs(score), 1e-9)), order[:count].tolist()


def leader(first, second, squares, groups):
    """Whether one of `groups` totals leads another by more than a toss of each row between both would give."""
    z = (first - second) / math.sqrt(squares) if squares > 0 else 0.0
    return z, min(1.0, groups * math.erfc(z / math.sqrt(2))), 0.0


def adjusted(ps):
    """p values after Benjamini and Hochberg: the share of false discoveries among all that are as good."""
    ps = np.asarray(ps, dtype=float)
    order = ps.argsort(kind="stable")
    steps = ps[order] * len(ps) / np.arange(1, len(ps) + 1)
    result = np.empty(len(ps))
    result[order] = np.minimum(1, np.minimum.accumulate(steps[::-1])[::-1])
    return result
