def smooth(y, season, steps):
    """Exponential smoothing with a damped trend, and a season where that is more than 1 (Hyndman's ETS, all additive).

    Gives the next values and the standard error of each. All sets of parameters run side by side.
    """
    n = len(y)
    grid = [
        (a, a * b, (1 - a) * g)
        for a in (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8, 0.95)
        for b in (0.0, 0.05, 0.2, 0.5)
        for g in ((0.05, 0.2, 0.5) if season > 1 else (0.0,))
    ]
    alpha, beta, gamma = (np.array(part) for part in zip(*grid))
    phi = 0.95
    head = y[: max(2 * season, min(n, 8))]
    trend = float(np.polyfit(np.arange(len(head)), head, 1)[0]) if season == 1 else float((y[season : 2 * season] - y[:season]).mean() / season)
    level = np.full(len(grid), float(head.mean() - trend * (len(head) + 1) / 2))
    slope = np.full(len(grid), trend)
    base = head.mean() + trend * (np.arange(2 * season) - (2 * season - 1) / 2)
    cycle = (y[: 2 * season] - base).reshape(2, season).mean(axis=0) if season > 1 else np.zeros(1)
    cycle = np.repeat((cycle - cycle.mean())[:, None], len(grid), axis=1)
    square = np.zeros(len(grid))
    for at in range(n):
        place = at % season
        error = y[at] - (level + phi * slope + cycle[place])
        square += error**2
        level = level + phi * slope + alpha * error
        slope = phi * slope + beta * error
        cycle[place] += gamma * error
    best = int(square.argmin())
    free = max(n - 3 - season, n // 2)
    spread = square[best] / free
    values, errors, grown, added = [], [], 0.0, 0.0
    for step in range(1, steps + 1):
        grown += phi**step
        values.append(level[best] + grown * slope[best] + cycle[(n + step - 1) % season, best])
        errors.append((spread * (1 + added)) ** 0.5)
        added += (alpha[best] + beta[best] * grown + (gamma[best] if step % season == 0 else 0.0)) ** 2
    # Few points tell little of how far off the next may be.
    return np.array(values), np.array(errors) * (1 + 5 / n)


def season_of(y, lengths):
    """The length of the season that shows in what is left without the trend, or 1."""
    x = np.arange(len(y))
    rest = y - np.polyval(np.polyfit(x, y, 1), x)
    total = float((rest**2).sum())
    like = lambda lag: float((rest[lag:] * rest[:-lag]).sum()) / total
    shown = []
    for length in lengths:
        if len(y) >= 2 * length + 4 and total > 0:
            # What only drifts is more like its near past than like the season before.
            if like(length) > max(2 / len(y) ** 0.5, like(length // 2)):
                shown.append((like(length), length))
    return max(shown)[1] if shown else 1


start = df.select(pl.col(time).dt.truncate(every).alias("period"), pl.col(time).cast(pl.Date).alias("day"))
ends = start.group_by("period").agg(((pl.col("day") - pl.col("period").cast(pl.Date)).dt.total_days()).max().alias("last")).sort("period")
series = df.group_by(pl.col(time).dt.truncate(every).cast(pl.Date).alias("period")).agg(figure.cast(pl.Float64).alias("value")).drop_nulls("period").sort("period")
# The last period may not be over yet, and would look like a fall.
usual = ends["last"][:-1].median()
if ends.height > 2 and ends["last"][-1] < 0.8 * usual - 1:
    print(f"unfinished: {str(series['period'][-1])!r} 1")
    series = series[:-1]
dates = pl.date_range(series["period"].min(), series["period"].max(), interval=every, eager=True).alias("period")
series = pl.DataFrame({"period": dates}).join(series, on="period", how="left")
gaps = series["value"].null_count()
series = series.with_columns(pl.col("value").fill_null(0.0) if adds_up else pl.col("value").interpolate())
print(f"points: {series.height:,}")
print(f"gaps: {gaps:,}")
steps = min(steps, series.height // 2)
if series.height < points_min or gaps * 5 > series.height:
    raise SystemExit

y = series["value"].to_numpy().astype(float)
season = season_of(y, seasons)
values, errors = smooth(y, season, steps)
low, high = values - 1.96 * errors, values + 1.96 * errors
if y.min() >= 0:
    values, low, high = values.clip(0), low.clip(0), high.clip(0)
print(f"season: {season}")

# How far off it would have been on the newest points.
tried = min(steps, max(1, len(y) // 5))
if len(y) - tried >= points_min:
    before = y[:-tried]
    past, _ = smooth(before, season_of(before, seasons), tried)
    plain = np.resize(before[-season:], tried)
    size = np.abs(y[-tried:]).mean()
    if size > 0:
        print(f"tried: {tried}")
        print(f"off: {np.abs(past - y[-tried:]).mean() / size * 100:.0f}")
        print(f"plain off: {np.abs(plain - y[-tried:]).mean() / size * 100:.0f}")

last = series["period"][-1]
ahead = pl.date_range(last, pl.Series([last]).dt.offset_by(f"{steps * int(every[:-len(unit)])}{unit}")[0], interval=every, eager=True)[1:]
result = pl.DataFrame({"period": ahead, "forecast": values, "low": low, "high": high})
