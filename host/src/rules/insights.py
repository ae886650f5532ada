findings = []


def found(score, text):
    findings.append((round(score, 4), text))


def figure(value):
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"


rows = df.height
for name in df.columns:
    empty = df[name].null_count()
    if rows and empty / rows > 0.01:
        found(0.55 + 0.3 * empty / rows, f"{name} is missing in {empty:,} of {rows:,} rows ({empty / rows:.1%}).")
spare = rows - df.unique().height if rows else 0
if spare:
    found(0.6 + 0.3 * spare / rows, f"{spare:,} rows are the same as another in every column.")

# One value that most rows have.
for name in categories:
    counts = df.drop_nulls(name)[name].value_counts(sort=True)
    if counts.height > 1:
        first, second, known = counts["count"][0], counts["count"][1], counts["count"].sum()
        if first / known >= 0.5 and first >= 1.5 * second:
            found(0.6 + 0.2 * first / known, f"{counts[name][0]} is by far the most common {name}: {first:,} of {known:,} rows ({first / known:.1%}).")

# Numbers that go together, and groups whose means differ; what may be chance is left out (Benjamini and Hochberg).
tests = []
for i, a in enumerate(numbers):
    for b in numbers[i + 1 :]:
        both = df.select(a, b).drop_nulls()
        if both.height >= 30:
            r = both.select(pl.corr(a, b)).item()
            if r is not None and r == r and 0.5 <= abs(r) < 0.9995:
                t = r * r * (both.height - 2) / (1 - r * r)
                p = beta_share((both.height - 2) / 2, 0.5, (both.height - 2) / (both.height - 2 + t))
                way = "rises with" if r > 0 else "falls as"
                end = "" if r > 0 else " rises"
                tests.append((p, 0.8 * abs(r), f"{a} {way} {b}{end}: r = {r:.3f} over {both.height:,} rows."))
for name in categories:
    for measure in numbers:
        part = df.select(pl.col(name).alias("group"), pl.col(measure).alias("value")).drop_nulls()
        groups = part.group_by("group").agg(pl.len().alias("n"), pl.col("value").mean().alias("mean"), pl.col("value").var().alias("spread")).filter(pl.col("n") > 4)
        total = groups["n"].sum()
        if groups.height < 2 or total < 30:
            continue
        whole = (groups["n"] * groups["mean"]).sum() / total
        between = (groups["n"] * (groups["mean"] - whole) ** 2).sum()
        within = ((groups["n"] - 1) * groups["spread"].fill_null(0)).sum()
        free = total - groups.height
        if within <= 0 or between / (between + within) < 0.05:
            continue
        f = between / (groups.height - 1) / (within / free)
        p = beta_share(free / 2, (groups.height - 1) / 2, free / (free + (groups.height - 1) * f))
        ends = groups.sort("mean", "group")
        high, low = ends.row(-1, named=True), ends.row(0, named=True)
        tests.append((p, (between / (between + within)) ** 0.5, f"The mean {measure} is highest where {name} is {high['group']} ({figure(high['mean'])}) and lowest where it is {low['group']} ({figure(low['mean'])})."))
tests.sort()
kept = max((i for i, (p, _, _) in enumerate(tests, 1) if p <= 0.05 * i / len(tests)), default=0)
for p, size, text in tests[:kept]:
    found(0.5 + 0.45 * size, text)

# How figures went over the months.
for time, measure, adds in trends:
    monthly = df.select(pl.col(time).dt.truncate("1mo").alias("month"), pl.col(measure).alias("value")).drop_nulls().group_by("month").agg(pl.col("value").sum() if adds else pl.col("value").mean()).sort("month")
    n = monthly.height
    if n >= 8:
        values = monthly["value"].to_list()
        # Mann and Kendall's test, and the median of all slopes by Theil and Sen.
        signs = sum((b > a) - (b < a) for i, a in enumerate(values) for b in values[i + 1 :])
        z = (abs(signs) - 1) / math.sqrt(n * (n - 1) * (2 * n + 5) / 18) if signs else 0
        p = math.erfc(z / math.sqrt(2))
        # A drift that hardly shows is none.
        if p < 0.05 and abs(signs) / (n * (n - 1) / 2) >= 0.3:
            slopes = sorted((b - a) / (j - i) for i, a in enumerate(values) for j, b in enumerate(values) if j > i)
            slope, way = slopes[len(slopes) // 2], "rose" if signs > 0 else "fell"
            found(0.6 + 0.35 * abs(signs) / (n * (n - 1) / 2), f"{measure} {way} over the {n} months, by about {figure(abs(slope))} a month.")
for name in numbers:
    values = df[name].drop_nulls()
    if len(values) >= 12:
        low, high = values.quantile(0.25, interpolation="linear"), values.quantile(0.75, interpolation="linear")
        far = ((values < low - 1.5 * (high - low)) | (values > high + 1.5 * (high - low))).sum()
        if 0 < far < 0.1 * len(values) and high > low:
            found(0.45, f"{far:,} values of {name} lie far from the others; the greatest is {figure(values.max())}, the median {figure(values.median())}.")

# The best first, and no more than three of one kind of beginning.
findings.sort(key=lambda one: (-one[0], one[1]))
result = pl.DataFrame({"finding": [text for _, text in findings], "weight": [score for score, _ in findings]}, schema={"finding": pl.String, "weight": pl.Float64})
for score, text in findings[:8]:
    print(f"finding: {text!r} {score}")
