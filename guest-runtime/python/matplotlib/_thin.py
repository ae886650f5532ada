"""Fewer rows of long series for the interactive chart, with the extremes kept."""

import copy

import numpy as np

ROWS_MAX = 5000
"""Rows of data that one pair of axes brings into a specification; images have as many cells."""


def thinned(facts):
    """The facts with at most `ROWS_MAX` rows together, and how many rows there were before; None if none were left out."""
    long = [fact for fact in facts if fact.mark not in ("cells", "slices", "box")]
    total = sum(map(len, long))
    if total <= ROWS_MAX:
        return facts, None
    made = {}
    for group in _together(long):
        most = max(ROWS_MAX * len(group[0]) // total, 20)
        if len(group[0]) > most:
            which = (_of_lines if group[0].mark in ("line", "area") else _of_points)(group, most)
            made |= {id(fact): _some(fact, which) for fact in group}
    return [made.get(id(fact), fact) for fact in facts], total


def _together(facts):
    """The facts by what has to keep the same rows: what may stand on each other needs every part of each place it keeps."""
    groups = {}
    for fact in facts:
        key = (fact.mark, fact.is_upright, fact.places.tobytes()) if fact.mark in ("area", "bar", "bins") else id(fact)
        groups.setdefault(key, []).append(fact)
    return groups.values()


def _some(fact, which):
    count = len(fact)
    made = copy.copy(fact)
    made.columns = {role: column[which] for role, column in fact.columns.items()}
    for name in ("colors", "groups", "texts"):
        values = getattr(fact, name)
        if values is not None and len(values) == count:
            setattr(made, name, [values[index] for index in which.tolist()])
    if fact.errors is not None:
        low, high, *rest = fact.errors
        made.errors = (low[which], high[which], *rest)
    return made


def _of_lines(facts, most):
    """Of each stretch the first row, the least, the greatest and the last of the total, and the ends of each fact."""
    sizes = [np.nan_to_num(fact.columns[fact.across] if fact.mark == "line" else fact.columns["high"] - fact.columns["low"]) for fact in facts]
    values = np.sum(sizes, axis=0)
    count = len(values)
    found = {0, count - 1, *(int(end) for size in sizes for end in (size.argmin(), size.argmax()))}
    bounds = np.linspace(0, count, max((most - len(found)) // 4, 1) + 1).astype(int)
    for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist()):
        part = values[start:end]
        if part.size:
            found.update((start, start + int(part.argmin()), start + int(part.argmax()), end - 1))
    return np.array(sorted(found))


def _of_points(facts, most):
    """Every so many rows, and the ends of each column of each fact."""
    count, columns = len(facts[0]), [column for fact in facts for column in fact.columns.values()]
    found = set(np.linspace(0, count - 1, max(most - 2 * len(columns), 1)).astype(int).tolist())
    for column in columns:
        known = np.flatnonzero(np.isfinite(column))
        if known.size:
            found.update((int(known[column[known].argmin()]), int(known[column[known].argmax()])))
    return np.array(sorted(found))


def blocks(grid, x, y):
    """A matrix with its edges, averaged over squares of cells until there are at most `ROWS_MAX`; the side of a square."""
    rows, cols = grid.shape
    side = 1
    while -(-rows // side) * -(-cols // side) > ROWS_MAX:
        side += 1
    if side == 1:
        return grid, x, y, 1
    up, over = np.arange(0, rows, side), np.arange(0, cols, side)
    known = np.isfinite(grid)
    total = np.add.reduceat(np.add.reduceat(np.where(known, grid, 0.0), up, axis=0), over, axis=1)
    count = np.add.reduceat(np.add.reduceat(known.astype(float), up, axis=0), over, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.where(count > 0, total / count, np.nan)
    return means, np.append(x[over], x[-1]), np.append(y[up], y[-1]), side
