"""Text, numbers, dates and containers, as plain Python computes and prints them."""

import calendar
import collections
import datetime as dt
import decimal
import fractions
import functools
import heapq
import itertools
import json
import math
import operator
import random
import re
import statistics
import string
import textwrap

# Numbers
for value in (0.1 + 0.2, 1e16, 1e-5, 123456789.123456789, -0.0, float("inf"), float("nan"), 2**70, -7 // 2, -7 % 3, 7.5 % -2):
    print(value, repr(value), f"{value:>14.3f}" if isinstance(value, float) else f"{value:>24,d}")
print(round(2.5), round(3.5), round(2.675, 2), round(-1234.567, -2), divmod(17, 5), pow(3, 200, 7))
print(f"{1234567.891:,.2f}|{0.256:.1%}|{42:08.3f}|{255:#x}|{255:b}|{1e10:g}|{3:+d}|{'left':<8}|{'mid':^9}|{'r':>4}|{1.5!r:>6}")
print("%5.2f|%-6s|%03d|%s|%r|%x" % (math.pi, "ab", 7, None, "q", 255))
print(int("0b101", 0), int("ff", 16), float(" 1e3 "), complex(1, -2) * 2j, (1.5).as_integer_ratio(), 0.1.hex())
print(math.isclose(0.1 + 0.2, 0.3), math.fsum([0.1] * 10), math.comb(20, 6), math.gcd(84, 36), math.hypot(3, 4), math.erf(0.5))
print([math.log(2), math.log10(50), math.sqrt(2), math.sin(1), math.atan2(1, 2), math.floor(-1.5), math.trunc(-1.5)])
print(sum([0.5] * 10), math.prod(range(1, 11)), max("pear", "fig", key=len), min([3, 1, 2]), sorted([3, 1, 2], reverse=True))
decimal.getcontext().prec = 12
print(decimal.Decimal("1") / decimal.Decimal("7"), decimal.Decimal("2.675").quantize(decimal.Decimal("0.01")), fractions.Fraction(3, 12) + fractions.Fraction(1, 6))

# Text
text = "The quick brown fox — jumps, over: the lazy dog's back; naïve café ☕"
print(text.title(), text.upper(), text.split(), text.partition("—"), text.count("o"), text.find("fox"), sep="\n")
print("a,b,,c".split(","), " x ".strip(), "x".join("abc"), "abc".replace("b", "—"), "Straße".casefold(), "ß".upper(), "é".isalpha())
print(text.encode()[:12], "日本".encode("utf-8"), b"caf\xc3\xa9".decode(), "é".encode("latin-1"), repr("tab\t\n\x00é\u2028"))
print(textwrap.fill(text, 24), textwrap.shorten(text, 30), string.capwords("a bc d"), string.ascii_lowercase[:5])
print("ab12cd".isalnum(), "12".zfill(5), "x".center(5, "*"), "aXbX".rsplit("X", 1), "line1\nline2".splitlines(), "%".join(["a", "b"]))
print(string.Template("$who owes $$$n").substitute(who="Ann", n=3), "{0[a]} {1.real:.1f} {name!r:>8}".format({"a": 1}, 2.5, name="n"))

# Regular expressions
print(re.findall(r"\b[a-z]{3}\b", text), re.sub(r"(\w+) (\w+)", r"\2 \1", "one two three"), re.split(r"[,;]\s*", "a, b;c"))
match = re.search(r"(?P<year>\d{4})-(?P<month>\d\d)", "on 2024-03-05")
print(match.groupdict(), match.span(), match.group(1), re.fullmatch(r"\d+", "12a"), bool(re.match("(?i)THE", text)))
print([m.start() for m in re.finditer("o", text)], re.sub(r"\d+", lambda m: str(int(m[0]) * 2), "a1b22"), re.escape("a.b*c"))

# Dates
day = dt.date(2024, 2, 29)
stamp = dt.datetime(2024, 12, 31, 23, 59, 58, 123456)
print(day, day.strftime("%a %d %b %Y, week %V, day %j"), day + dt.timedelta(days=366), day.isocalendar(), day.weekday())
print(stamp, stamp.isoformat(), stamp.replace(microsecond=0), stamp - dt.datetime(2024, 1, 1), stamp.timetuple().tm_yday)
print(dt.datetime.strptime("03/11/21 14:05", "%d/%m/%y %H:%M"), dt.date.fromisoformat("2023-07-04"), dt.timedelta(hours=26, seconds=3.5))
print(dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc).timestamp(), dt.datetime.fromtimestamp(0, dt.timezone(dt.timedelta(hours=2))))
print(calendar.monthrange(2023, 2)[1], calendar.month_name[5], [calendar.day_abbr[i] for i in range(7)], calendar.isleap(1900))
print(sorted({dt.date(2024, m, 1): m for m in (3, 1, 2)}.items()))

# Containers
counter = collections.Counter("mississippi")
print(counter, counter.most_common(2), counter + collections.Counter("miss"), dict(counter))
groups = collections.defaultdict(list)
for word in text.lower().split():
    groups[len(word)].append(word)
print(dict(groups), collections.deque([1, 2, 3], maxlen=2))
Point = collections.namedtuple("Point", "x y")
print(Point(1, 2)._replace(y=5), Point(1, 2) < Point(1, 3), {Point(0, 0)})
print(list(itertools.groupby("aaabbc"))[0][0], [(k, len(list(g))) for k, g in itertools.groupby("aaabbc")])
print(list(itertools.combinations("abc", 2)), list(itertools.accumulate([1, 2, 3], operator.mul)), list(itertools.pairwise("abc")))
print(list(itertools.chain([1], [2])), list(itertools.islice(itertools.count(5, 2), 3)), list(itertools.zip_longest("ab", "c", fillvalue="-")))
print(heapq.nlargest(2, [5, 1, 9, 3]), functools.reduce(operator.add, [1, 2, 3]), [*map(str, range(3))], {**{"a": 1}, "b": 2})
print({3, 1, 2} & {2, 3}, {1} | {2}, sorted({"b", "a"}), [x for x in range(10) if x % 3 == 0], {k: v for k, v in zip("ab", [1, 2])})
first, *middle, last = range(5)
print(first, middle, last, [1, 2, 3][::-1], "abcdef"[1:-1:2], [[0] * 2 for _ in range(2)], (1,), {}, set())
print(json.dumps({"a": [1, 2.5, None, True], "é": "ü"}, indent=1, ensure_ascii=False), json.loads('{"x": [1e3, "\\u00e9"]}'))
match counter.most_common(1):
    case [(letter, count)] if count > 3:
        print("most", letter, count)
    case _:
        print("none")

# Statistics and chance
data = [2.5, 3.1, 4.7, 5.0, 1.2, 9.9, 4.7]
print(statistics.mean(data), statistics.median(data), statistics.stdev(data), statistics.pvariance(data), statistics.mode(data))
print(statistics.quantiles(data, n=4), round(statistics.correlation(data, sorted(data)), 12), statistics.linear_regression(range(7), data))
print(statistics.fmean(data), statistics.geometric_mean(data), statistics.NormalDist(10, 2).cdf(12), statistics.NormalDist(0, 1).inv_cdf(0.975))
random.seed(7)
print(random.random(), random.randint(1, 100), random.choice("abcdef"), random.sample(range(50), 4), random.gauss(0, 1))
random.shuffle(data)
print(data, random.uniform(1, 2), random.choices("xyz", weights=[5, 1, 1], k=5))
