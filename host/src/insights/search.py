# The search for findings: every test over the whole table, and within the most common values of its categories. What
# chance alone may have made is left out, by all tests at once.
SIGNIFICANCE_MIN, IMPACT_MIN = 0.95, 0.01
SCOPES_MAX, SCOPE_VALUES, SCOPE_ROWS_MIN = 400, 10, 30
# Rows of all scopes together: of a large table fewer values are looked into.
SCOPES_ROWS_MAX = 500_000
# Rows that one test by ranks looks at: drawn from a larger table, they decide as well. Figures are of all rows.
TEST_ROWS_MAX = 50_000
ROWS_MIN, RELATION_MIN, GROUP_ROWS_MIN = 30, 0.5, 5
MEASURES_MAX, SCOPE_MEASURES_MAX, CATEGORIES_MAX, GROUPS_MAX = 12, 4, 8, 50
MISSING_MIN, FINDINGS_MAX = 0.01, 20
# Characters of a sentence, and of the lines of a chart.
TEXT_MAX, CHART_MAX = 1_000, 5_000


class Search:
    def __init__(self, df, roles):
        self.df, self.rows = df, df.height
        self.candidates, self.facts = [], []
        self.measures = roles["measures"][:MEASURES_MAX]
        numbers = [one["name"] for one in self.measures]
        self.categories = [name for name in roles["categories"] if name not in numbers][:CATEGORIES_MAX]
        self.time = roles["time"]
        number = lambda name: pl.col(name).cast(pl.Float64)
        parts = [
            pl.when(number(one["name"]).is_finite()).then(number(one["name"])).alias(one["name"]) for one in self.measures
        ]
        parts += [pl.col(name).cast(pl.String) for name in self.categories]
        self.frame = df.select(parts)
        if self.time is not None and not isinstance(df.schema[self.time], (pl.Date, pl.Datetime)):
            self.time = None
        if self.time is not None:
            kind = df.schema[self.time]
            self.time_type = kind if kind == pl.Date else pl.Datetime("us")
            times = df[self.time]
            if isinstance(kind, pl.Datetime) and kind.time_zone:
                times = times.dt.replace_time_zone(None)
            # Named as no column is.
            self.clock = "time" + "_" * max(map(len, df.columns))
            self.frame = self.frame.with_columns(times.cast(pl.Datetime("us")).alias(self.clock))
            self.grains = grains(self.frame[self.clock].drop_nulls()) if times.n_unique() > 3 else []

    def add(self, kind, columns, scope, **parts):
        self.candidates.append({"kind": kind, "columns": columns, "scope": scope, **parts})

    def run(self):
        if self.rows:
            self.quality()
            self.within(None, self.frame)
            for scope, frame in self.scopes():
                self.within(scope, frame)
        return self.chosen()

    def scopes(self):
        """Rows with one of the most common values of a category."""
        seen = rows = 0
        for name in self.categories:
            counts = self.frame[name].drop_nulls().value_counts().sort(["count", name], descending=[True, False])
            for value, count in counts.head(SCOPE_VALUES).iter_rows():
                # All rows but a few are no part of them.
                if SCOPE_ROWS_MIN <= count <= 0.95 * self.rows and count >= IMPACT_MIN * self.rows:
                    seen, rows = seen + 1, rows + count
                    if seen > SCOPES_MAX or rows > SCOPES_ROWS_MAX:
                        return
                    yield {"column": name, "value": value}, self.frame.filter(pl.col(name) == value)

    def within(self, scope, frame):
        share = frame.height / self.rows
        measures = self.measures if scope is None else self.measures[:SCOPE_MEASURES_MAX]
        categories = [name for name in self.categories if scope is None or name != scope["column"]]
        if self.time is not None and self.grains:
            for measure in [None, *measures]:
                value = pl.lit(1.0) if measure is None else pl.col(measure["name"])
                over = frame.select(pl.col(self.clock).alias("time"), value.alias("value")).drop_nulls("time")
                for place, every in enumerate(self.grains):
                    series = Series(self, scope, share, over, every, measure)
                    if series.y is not None:
                        series.look(place == 0)
        for name in categories:
            self.leaders(scope, share, frame, name, [None, *[one for one in measures if one["sum"]]])
            for measure in measures:
                self.difference(scope, share, frame, name, measure)
        for i, one in enumerate(measures):
            for other in measures[i + 1 :]:
                self.relation(scope, share, frame, one["name"], other["name"])
        for i, one in enumerate(categories):
            for other in categories[i + 1 :]:
                self.association(scope, share, frame, one, other)
        if scope is None:
            for measure in measures:
                self.outliers(measure)

    def quality(self):
        """What is missing, repeated or always the same: facts, which no test has to decide."""
        counts = {name: self.df[name].null_count() for name in self.df.columns}
        gaps = [name for name, count in counts.items() if count > MISSING_MIN * self.rows]
        gaps.sort(key=lambda name: -counts[name])
        for name in gaps[:3]:
            part = counts[name] / self.rows
            self.fact(
                [name], f"{name} is missing in {counts[name]:,} of {self.rows:,} rows ({part:.1%}).", part,
                lambda: missing(gaps[:15], "Missing values"),
            )  # fmt: skip
        if len(gaps) > 3:
            part = max(counts[name] for name in gaps[3:]) / self.rows
            self.fact(gaps[3:], f"{len(gaps) - 3} more columns have missing values.", part / 2, lambda: missing(gaps[:15], "Missing values"))
        if self.rows * self.df.width <= 20_000_000:
            spare = self.rows - self.df.unique().height
            if spare > MISSING_MIN * self.rows:
                self.fact([], f"{spare:,} rows are the same as another in every column.", spare / self.rows, lambda: duplicates("Repeated rows"))

    def fact(self, columns, sentence, impact, chart):
        self.facts.append({
            "kind": "quality", "columns": columns, "scope": None, "direction": "neutral", "sentence": sentence,
            "test": "count", "statistic": impact, "p": 0.0, "effect": impact, "impact": impact, "chart": chart,
            "significance": 1.0,
        })  # fmt: skip

    def leaders(self, scope, share, frame, name, measures):
        """The group with by far the greatest part of a total, and the one with by far the smallest."""
        for measure in measures:
            value = pl.lit(1.0) if measure is None else pl.col(measure["name"])
            known = frame.select(pl.col(name).alias("group"), value.alias("value")).drop_nulls()
            totals = known.group_by("group").agg(total=pl.col("value").sum(), squares=(pl.col("value") ** 2).sum())
            totals = totals.sort(["total", "group"], descending=[True, False])
            groups = totals.height
            if not 2 <= groups <= GROUPS_MAX or known.height < ROWS_MIN or totals["total"].min() < 0:
                continue
            total, (first, second) = totals["total"].sum(), totals["total"].head(2)
            if total <= 0:
                continue
            z, p, _ = leader(first, second, totals["squares"][:2].sum(), groups)
            top = totals["group"][0]
            rest = f"{figure(first)}" if measure else f"{first:,.0f} rows"
            runner_up = totals["group"][1]
            ahead = f", {first / second:,.1f} times as much as {runner_up}" if second > 0 else ""
            self.add(
                "top", [name] + ([measure["name"]] if measure else []), scope, p=p, looks=1, statistic=z, test="random division between the first two",
                effect=first / total if first >= 1.5 * second and first + second >= total / 2 else 0.0, least=1e-9,
                share=share * first / total, direction="neutral", sign=top,
                sentence=f"{top} has by far the greatest {named(measure)} of all {name}: {rest} ({first / total:.1%}){ahead}.",
                chart=lambda measure=measure: by_category(scope, name, value_of(measure), heading(f"{named(measure)} by {name}"), named(measure)),
            )  # fmt: skip
            low, lowest = totals["total"][-2], totals["total"][-1]
            if groups >= 3:
                z, p, _ = leader(low, lowest, totals["squares"][-2:].sum(), groups)
                bottom = totals["group"][-1]
                # A group with few rows of course has little.
                fair = lowest * 2 <= low and low * groups * 2 >= total
                self.add(
                    "bottom", [name] + ([measure["name"]] if measure else []), scope, p=p, looks=1, statistic=z, test="random division between the last two",
                    effect=1 - lowest / low if fair else 0.0, least=1e-9, share=share / groups, direction="neutral", sign=bottom,
                    sentence=f"{bottom} has by far the smallest {named(measure)} of all {name}: {figure(lowest)} ({lowest / total:.1%}).",
                    chart=lambda measure=measure, bottom=bottom: by_category(scope, name, value_of(measure), heading(f"{named(measure)} by {name}"), named(measure), [bottom]),
                )  # fmt: skip

    def difference(self, scope, share, frame, name, measure):
        part = frame.select(pl.col(name).alias("group"), pl.col(measure["name"]).alias("value")).drop_nulls()
        groups = part.group_by("group").agg(pl.len().alias("n"), pl.col("value").mean().alias("mean"), pl.col("value").median().alias("median"))
        groups = groups.filter(pl.col("n") >= GROUP_ROWS_MIN)
        if not 2 <= groups.height <= GROUPS_MAX:
            return
        part = part.filter(pl.col("group").is_in(groups["group"].to_list()))
        if part.height < ROWS_MIN:
            return
        drawn = drawn_from(part)
        test = kruskal_wallis(drawn["value"].to_numpy(), drawn["group"].rank("dense").to_numpy())
        if test is None:
            return
        statistic, p, effect = test
        ends = groups.sort("mean", "group")
        high, low = ends.row(-1, named=True), ends.row(0, named=True)
        kind = "mean"
        if high["median"] <= low["median"]:
            ends = groups.sort("median", "group")
            high, low, kind = ends.row(-1, named=True), ends.row(0, named=True), "median"
        value = measure["name"]
        self.add(
            "difference", [name, value], scope, p=p, looks=1, statistic=statistic, test="Kruskal–Wallis", effect=effect, least=0.03,
            share=share * part.height / max(frame.height, 1), direction="neutral", sign=high["group"], claim=f"{high['group']} {low['group']}",
            sentence=f"The {kind} {value} differs by {name}: highest for {high['group']} ({figure(high[kind])}), lowest for"
            f" {low['group']} ({figure(low[kind])}).",
            chart=lambda: by_category(scope, name, f"{column(value)}.cast(pl.Float64).{kind}()", heading(f"{kind} {value} by {name}"), f"{kind} {value}",
                                      [low["group"]], f"{column(value)}.count()", GROUP_ROWS_MIN),
        )  # fmt: skip

    def relation(self, scope, share, frame, a, b):
        both = frame.select(x=pl.col(a), y=pl.col(b)).drop_nulls()
        if both.height < ROWS_MIN:
            return
        drawn = drawn_from(both)
        test = spearman(drawn["x"].to_numpy(), drawn["y"].to_numpy())
        # The same numbers twice are no relation.
        if test is None or test[2] >= 0.9995:
            return
        r, p, effect = test
        text = f"{b} rises with {a}" if r > 0 else f"{b} falls as {a} rises"
        self.add(
            "relation", [a, b], scope, p=p, looks=1, statistic=r, test="Spearman", effect=effect, least=RELATION_MIN,
            share=share * both.height / max(frame.height, 1), direction="neutral", sign=int(np.sign(r)),
            sentence=f"{text}: Spearman's correlation is {r:.2f} over {both.height:,} rows.",
            chart=lambda: points(scope, a, b, f"{b} against {a}"),
        )  # fmt: skip

    def association(self, scope, share, frame, a, b):
        both = frame.select(pl.col(a).alias("a"), pl.col(b).alias("b")).drop_nulls()
        if both.height < ROWS_MIN:
            return
        for one in ("a", "b"):
            common = both[one].value_counts().sort(["count", one], descending=[True, False]).head(SCOPE_VALUES)
            both = both.filter(pl.col(one).is_in(common[one].to_list()))
        counts = both.group_by("a", "b").len()
        pairs, lefts, rights = counts.height, both["a"].n_unique(), both["b"].n_unique()
        # Where one says the other, as a city says its country, that is no finding.
        if min(lefts, rights) < 2 or pairs <= max(lefts, rights):
            return
        wide = counts.pivot(on="b", index="a", values="len", sort_columns=True).fill_null(0).sort("a")
        table = wide.drop("a").to_numpy().astype(float)
        test = chi_squared(table)
        if test is None:
            return
        statistic, p, effect = test
        n = table.sum()
        expected = table.sum(axis=1, keepdims=True) * table.sum(axis=0) / n
        i, j = np.unravel_index(((table - expected) / np.sqrt(expected)).argmax(), table.shape)
        left, right = wide["a"][int(i)], wide.columns[int(j) + 1]
        own, all_rows = table[i, j] / table[i].sum(), table[:, j].sum() / n
        self.add(
            "relation", [a, b], scope, p=p, looks=1, statistic=statistic, test="chi-squared", effect=effect, least=0.1,
            share=share * n / max(frame.height, 1), direction="neutral", sign=f"{left} {right}",
            sentence=f"{b} depends on {a}: {right} is {own:.1%} of the rows where {a} is {left}, and {all_rows:.1%} of all.",
            chart=lambda: shares(scope, a, b, right, f"{right} by {a}", [left]),
        )  # fmt: skip

    def outliers(self, measure):
        """Single values far from all others, on their own scale and by proportion."""
        values = self.frame[measure["name"]].drop_nulls().to_numpy()
        if len(values) < ROWS_MIN or len(np.unique(values)) < 10:
            return
        test = far_off(values)
        if test is None:
            return
        score, p, effect, places = test
        at = places[0]
        if values.min() > 0:
            again = far_off(np.log(values))
            p = max(p, again[1]) if again and again[3][0] in places else 1.0
        name, value = measure["name"], float(values[at])
        self.add(
            "anomaly", [name], None, p=p, looks=1, statistic=score, test="robust z of the values", effect=effect, least=1e-9, share=IMPACT_MIN,
            direction="neutral", sign=int(np.sign(score)),
            sentence=f"One value of {name} lies far from all others: {figure(value)}, where the median is {figure(float(np.median(values)))}.",
            chart=lambda: histogram(None, name, f"Distribution of {name}"),
        )  # fmt: skip

    def chosen(self):
        """What holds against all tests, each pattern once, the best first."""
        tests = self.candidates
        found = list(self.facts)
        if tests:
            ps = adjusted([min(1.0, one["p"] * one["looks"]) for one in tests])
            for one, p in zip(tests, ps):
                one["impact"], one["significance"] = min(1.0, one["share"]), 1 - float(p)
                far = one["kind"] != "anomaly" or abs(one["statistic"]) >= FAR
                if one["significance"] >= SIGNIFICANCE_MIN and one["impact"] >= IMPACT_MIN and one["effect"] >= one["least"] and far:
                    found.append(one)
        for one in found:
            one["score"] = 0.8 * one["significance"] + 0.2 * one["impact"]
        found.sort(key=lambda one: (-round(one["score"], 3), -one["effect"], one["kind"], str(one["columns"]), str(one["scope"])))
        told = [finished(one) for one in self.once(found)[:FINDINGS_MAX]]
        # Names may be so long that nobody could read it.
        return [one for one in told if len(one["sentence"]) <= TEXT_MAX and len(one["chart"]) <= CHART_MAX]

    def once(self, found):
        """Parts that only repeat the whole are left out, and parts that repeat each other are one finding."""
        kept, whole, parts = [], {}, {}
        moves = {"change_point": "trend"}
        key = lambda one: (moves.get(one["kind"], one["kind"]), *sorted(one["columns"]))
        for one in found:
            if one["scope"] is None:
                signs = whole.setdefault(key(one), set())
                # A season shows at several lengths of a period.
                if one["kind"] != "quality" and one["kind"] in ("season", "relation") and signs:
                    continue
                signs.add(one.get("sign"))
                kept.append(one)
        tops = {(one["columns"][0], one["sign"]) for one in kept if one["kind"] in ("top", "bottom") and len(one["columns"]) > 1}
        kept = [one for one in kept if one["kind"] not in ("top", "bottom") or len(one["columns"]) > 1 or (one["columns"][0], one["sign"]) not in tops]
        for one in found:
            if one["scope"] is None:
                continue
            known = whole.get(key(one), set())
            opposite = isinstance(one["sign"], int) and one["sign"] and known == {-one["sign"]}
            # A part of a total moves with what the rows do.
            if known and not opposite:
                continue
            # They are one only if the sentence is true of each.
            said = one["kind"], *one["columns"], one["scope"]["column"], str(one.get("claim", one["sign"]))
            first = parts.setdefault(said, one)
            if first is one:
                one["others"] = []
                kept.append(one)
            else:
                first["others"].append(one["scope"]["value"])
        kept.sort(key=lambda one: (-round(one["score"], 3), -one["effect"], one["kind"], str(one["columns"]), str(one["scope"])))
        return kept


def drawn_from(rows):
    return rows if rows.height <= TEST_ROWS_MAX else rows.sample(TEST_ROWS_MAX, seed=0)


def finished(one):
    """A finding as it is given out."""
    sentence, scope = one["sentence"], one["scope"]
    if scope:
        sentence = f"Where {scope['column']} is {scope['value']}: {sentence[0].lower() + sentence[1:] if sentence.startswith('The ') else sentence}"
        others = one["others"][:5]
        if others:
            sentence += f" The same holds, with other figures, where it is {', '.join(others[:-1]) + ' or ' if len(others) > 1 else ''}{others[-1]}."
    return {
        "kind": one["kind"], "columns": one["columns"], "scope": scope, "direction": one["direction"], "sentence": sentence,
        "test": one["test"], "statistic": float(one["statistic"]), "p": float(one["p"]), "effect": float(one["effect"]),
        "impact": float(one["impact"]), "significance": float(one["significance"]), "score": float(one["score"]),
        "chart": one["chart"](),
    }  # fmt: skip


def find(df, roles):
    """The findings of a table, the best first.

    `roles` has `time` (a column's name or None), `measures` ([{"name", "sum"}]) and `categories` ([name]).
    """
    return Search(df, roles).run()
