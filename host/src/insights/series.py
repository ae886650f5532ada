# Findings over time: a trend or a change of level, a season, and periods that lie far off.
UP_IS_GOOD = {
    "sales", "revenue", "profit", "income", "earnings", "margin", "orders", "order", "customers", "users", "signups",
    "conversions", "conversion", "rating", "satisfaction", "retention", "growth", "wins", "bookings", "subscribers",
    "visits", "visitors", "nps", "uptime", "turnover", "gain", "savings",
}  # fmt: skip
UP_IS_BAD = {
    "cost", "costs", "expense", "expenses", "churn", "churned", "returns", "returned", "refund", "refunds", "complaint",
    "complaints", "error", "errors", "defect", "defects", "failures", "failure", "delay", "delays", "debt", "loss",
    "losses", "cancellations", "cancelled", "downtime", "latency", "incidents", "accidents", "fraud", "waste",
    "absences", "bounce", "injuries", "deaths", "overdue",
}  # fmt: skip
POINTS_MIN, ANOMALY_POINTS_MIN = 8, 12
FAR = 3.5
# Seasons by the length of a period: how polars finds the place in the season, how many places, what they are called.
SEASONS = {
    "1h": ("hour", 24, "hour of the day"),
    "1d": ("weekday", 7, "day of the week"),
    "1mo": ("month", 12, "month of the year"),
}
# Lengths of periods, in days.
LENGTHS = {"1h": 1 / 24, "1d": 1, "1w": 7, "1mo": 30.4, "1q": 91.3, "1y": 365.2}
# Periods of one length have no rows in the same way: where most have several, one without any has a total of 0, else it
# was not reported.
ROWS_OF_EVENTS = 3
NOUNS = {"1h": "hour", "1d": "day", "1w": "week", "1mo": "month", "1q": "quarter", "1y": "year"}
PLACES = {
    "1d": ["Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays"],
    "1mo": ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December"],
}  # fmt: skip


def figure(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


def words(name):
    spaced = "".join(f" {c}" if c.isupper() and i and name[i - 1].islower() else c for i, c in enumerate(name))
    return "".join(c if c.isalnum() else " " for c in spaced).lower().split()


def good(measure):
    """1 where more of a measure is good, -1 where it is bad, 0 where its name does not tell."""
    if measure is None:
        return 0
    own = set(words(measure["name"]))
    if own & UP_IS_BAD:
        return -1
    return 1 if own & UP_IS_GOOD else 0


def named(measure):
    if measure is None:
        return "number of rows"
    return f"{'total' if measure['sum'] else 'mean'} {measure['name']}"


def direction(sign, measure):
    return {1: "positive", -1: "negative", 0: "neutral"}[int(np.sign(sign)) * good(measure)]


def grains(times):
    """The lengths of the periods to look at: the one for trends first, then others that have a season."""
    low, high = times.min(), times.max()
    days = (high - low).total_seconds() / 86_400
    steps = times.unique().sort().diff().drop_nulls().dt.total_seconds()
    step = (steps.median() or 0) / 86_400
    # Every second week, some months have more than others.
    if 8 < step < 27:
        return []
    main = "1h" if days <= 3 else "1d" if days <= 120 else "1w" if days <= 500 else "1mo" if days <= 3_660 else "1y"
    # No period is shorter than what lies between rows.
    fits = [every for every, length in LENGTHS.items() if length >= 0.8 * step]
    if not fits:
        return []
    if main not in fits:
        main = fits[0]
    every = [main]
    if main != "1d" and 28 <= days <= 3_660:
        every.append("1d")
    if main != "1mo" and 700 <= days:
        every.append("1mo")
    # Times of the day are looked at only where there are any.
    if main != "1h" and days <= 400 and times.dt.hour().n_unique() > 6:
        every.append("1h")
    return [one for one in every if one in fits]


def periods(frame, every, measure):
    """Of rows of `time` and `value`: the measure by period, without a first or last period that is not whole, or None.

    `number` counts the periods, those without a value too; `zeros` tells whether there are some that had no row.
    """
    kept = frame.with_columns(pl.col("time").dt.truncate(every).alias("period"))
    within = kept.group_by("period").agg(
        (pl.col("period").first().dt.offset_by(every) - pl.col("time").max()).dt.total_seconds().alias("left"),
        (pl.col("time").min() - pl.col("period").first()).dt.total_seconds().alias("late"),
        (pl.len().cast(pl.Float64) if measure is None else of_period(measure)).alias("value"),
        pl.col("value").count().alias("rows"),
        pl.len().alias("all"),
    )
    within = within.sort("period")
    if within.height < 4:
        return None
    # A period that ends before nearly all others do, or begins after them, is not whole.
    inner = within[1:-1]
    if within["left"][-1] > inner["left"].quantile(0.9) + 1:
        within = within[:-1]
    if within["late"][0] > inner["late"].quantile(0.9) + 1:
        within = within[1:]
    ends = within["period"].min(), within["period"].max()
    if (ends[1] - ends[0]).total_seconds() / {"1h": 3_600, "1d": 86_400}.get(every, 600_000) > 20_000:
        return None
    whole = pl.DataFrame({"period": pl.datetime_range(*ends, interval=every, eager=True, time_unit="us")})
    series = whole.with_row_index("number").join(within.select("period", "value", "rows", "all"), on="period", how="left")
    series = series.sort("period")
    gaps = series["value"].null_count()
    if gaps * 3 > series.height * 2:
        return None
    adds_up = measure is None or measure["sum"]
    zeros = adds_up and gaps * 5 <= series.height and within["all"].median() >= ROWS_OF_EVENTS
    empty = pl.col("all").is_null() & zeros
    series = series.with_columns(
        pl.when(empty).then(0.0).otherwise("value").alias("value"), pl.when(empty).then(0).otherwise("rows").alias("rows"),
        zeros=empty.any(),
    )  # fmt: skip
    return series.filter(pl.col("value").is_finite())


def of_period(measure):
    value = pl.col("value")
    # A period without a value has no total.
    return pl.when(value.count() > 0).then(value.sum() if measure["sum"] else value.mean())


def line_through(x, y):
    """Theil and Sen's line: the median of all slopes."""
    n = len(x)
    # Of a long series, pairs that lie half of it apart tell as much.
    i, j = np.triu_indices(n, 1) if n <= 150 else (np.arange(n - n // 2), np.arange(n // 2, n))
    slope = float(np.median((y[j] - y[i]) / (x[j] - x[i])))
    return slope, float(np.median(y - slope * x))


def fit(x, y):
    """What a series follows: ("level", …), ("line", …) or ("step", …), each with its values and its test."""
    n = len(y)
    slope, start = line_through(x, y)
    line = start + slope * x
    best = ("level", np.full(n, float(np.median(y))), None)
    # Residuals as they count for outliers too: no single period decides the shape.
    size = lambda values, free: n * math.log(max(float(np.abs(y - values).mean()), 1e-300)) * 2 + free * math.log(n)
    step = pettitt(y, 0.0)
    shapes = [best, ("line", line, slope)]
    if step:
        at = step[3]
        shapes.append(("step", np.where(np.arange(n) < at, np.median(y[:at]), np.median(y[at:])), at))
    sizes = [size(values, free) for (_, values, _), free in zip(shapes, (1, 2, 3))]
    return shapes[int(np.argmin(sizes))]


class Series:
    """One measure over the periods of one length, within one scope."""

    def __init__(self, search, scope, share, frame, every, measure):
        self.search, self.scope, self.share = search, scope, share
        self.every, self.measure = every, measure
        self.name, self.noun = named(measure), NOUNS[every]
        series = periods(frame, every, measure)
        self.y = None
        if series is not None and series.height >= POINTS_MIN and series["value"].n_unique() > 2:
            self.frame, self.y = series, series["value"].to_numpy().astype(float)
            self.x = series["number"].to_numpy().astype(float)
            self.rate = self.y
            if every == "1mo" and (measure is None or measure["sum"]):
                # A longer month has more of everything.
                self.rate = self.y * 30.4375 / series["period"].dt.days_in_month().to_numpy()
            if np.ptp(self.rate) <= 1e-9 * np.abs(self.rate).max():
                self.y = None

    def key(self, at):
        return str(self.frame["period"].cast(self.search.time_type).cast(pl.String)[int(at)])[:16]

    def said(self, at):
        period = self.frame["period"][int(at)]
        if self.every == "1q":
            return f"the {('first', 'second', 'third', 'fourth')[(period.month - 1) // 3]} quarter of {period.year}"
        form = {"1mo": "%B %Y", "1y": "%Y", "1h": "%Y-%m-%d %H:00"}.get(self.every, "%Y-%m-%d")
        return ("the week of " if self.every == "1w" else "") + period.strftime(form)

    def add(self, kind, **parts):
        columns = [self.search.time] + ([self.measure["name"]] if self.measure else [])
        self.search.add(kind, columns, self.scope, share=self.share, **parts)

    def chart(self, title, **marks):
        return lambda: over_time(
            self.scope, self.search.time, self.every, self.measure, self.name, title,
            since=self.key(0), zeros=self.frame["zeros"][0], **marks,
        )  # fmt: skip

    def look(self, whole):
        """All of it for the length that trends are looked at, else the season alone."""
        y, n = self.rate, len(self.y)
        shape = fit(self.x, y)
        rest = y - shape[1]
        season = self.season(rest)
        if season is not None:
            rest, y = rest - season, y - season
            shape = fit(self.x, y)
            rest = y - shape[1]
        if not whole:
            return
        carried = persistence(rest)
        if shape[0] == "step":
            self.change(y, carried)
        else:
            self.trend(y, carried)
        if n >= ANOMALY_POINTS_MIN:
            self.anomaly(y, rest)

    def season(self, rest):
        phase, places, place_name = SEASONS.get(self.every, (None, 0, ""))
        if not places or len(rest) < 2 * places:
            return None
        places_of = getattr(self.frame["period"].dt, phase)().to_numpy()
        test = kruskal_wallis(rest, places_of)
        if test is None or len(np.unique(places_of)) < places * 0.6:
            return None
        statistic, p, effect = test
        middles = {place: float(np.median(rest[places_of == place])) for place in np.unique(places_of)}
        high, low = max(middles, key=middles.get), min(middles, key=middles.get)
        call = lambda place: PLACES[self.every][place - 1] if self.every in PLACES else f"{place}:00"
        text = f"The {self.name} follows the {place_name}: highest on {call(high)}, lowest on {call(low)}."
        if self.every != "1d":
            text = text.replace(" on ", " in " if self.every == "1mo" else " at ")
        self.add(
            "season", claim=f"{call(high)} {call(low)}", p=p, effect=effect, least=0.15, statistic=statistic, test="Kruskal–Wallis over the season",
            sentence=text, direction="neutral", sign=0, looks=1,
            chart=lambda: by_phase(self.scope, self.search.time, self.every, phase, self.measure, self.name,
                                   heading(f"{self.name} by {place_name}"), place_name,
                                   [name[:3] for name in PLACES.get(self.every, [])]),
        )  # fmt: skip
        if p > 0.01:
            return None
        return np.array([middles[place] for place in places_of])

    def trend(self, y, carried):
        test = mann_kendall(y, carried)
        if test is None:
            return
        tau, p, effect = test
        slope = line_through(self.x, y)[0]
        span = int(self.x[-1] - self.x[0]) + 1
        way = "rose" if tau > 0 else "fell"
        self.add(
            "trend", p=p, effect=effect, least=0.3, statistic=tau, test="Mann–Kendall", looks=2,
            sentence=f"The {self.name} {way} over {span} {self.noun}s, by about {figure(abs(slope))} a {self.noun}.",
            direction=direction(tau, self.measure), sign=int(np.sign(tau)),
            chart=self.chart(heading(f"{self.name} by {self.noun}")),
        )  # fmt: skip

    def change(self, y, carried):
        test = pettitt(y, carried)
        if test is None:
            return
        statistic, p, effect, at = test
        before, after = float(np.median(self.y[:at])), float(np.median(self.y[at:]))
        way = "rose" if after > before else "fell"
        self.add(
            "change_point", claim=f"{way} {self.key(at)}", p=p, effect=effect, least=0.4, statistic=statistic, test="Pettitt", looks=2,
            sentence=f"The level of the {self.name} {way} in {self.said(at)}: a typical {self.noun} had {figure(before)} before"
            f" and {figure(after)} from then on.",
            direction=direction(after - before, self.measure), sign=int(np.sign(after - before)),
            chart=self.chart(heading(f"{self.name} by {self.noun}"), change=self.key(at)),
        )  # fmt: skip

    def anomaly(self, y, rest):
        # The mean of few rows lies far off more easily.
        rows = self.frame["rows"].to_numpy().astype(float)
        weight = np.sqrt(rows / np.median(rows)) if self.measure and not self.measure["sum"] else 1.0
        test = far_off(rest * weight)
        if test is None:
            return
        score, p, effect, places = test
        at = places[0]
        if self.y.min() > 0:
            # What is far off must also be so in proportion, or values that are skewed would always have some.
            floor = 0.05 * float(np.median(self.y))
            again = far_off((np.log(self.y) - np.log(np.maximum(self.y - rest, floor))) * weight)
            p = max(p, again[1]) if again and again[3][0] in places else 1.0
        usual = float(self.y[at] - rest[at])
        way = "higher" if score > 0 else "lower"
        self.add(
            "anomaly", claim=f"{way} {self.key(at)}", p=p, effect=effect, least=1e-9, statistic=score, test="robust z of what trend and season leave",
            looks=1, direction=direction(score, self.measure), sign=int(np.sign(score)),
            sentence=f"The {self.name} in {self.said(at)} was much {way} than usual: {figure(float(self.y[at]))}, where about"
            f" {figure(usual)} would fit.",
            chart=self.chart(heading(f"{self.name} by {self.noun}"), marked=[self.key(place) for place in places]),
        )  # fmt: skip
