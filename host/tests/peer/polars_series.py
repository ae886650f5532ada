"""Series: construction, values, operators, methods."""

from datetime import date, timedelta
from decimal import Decimal

import polars as pl

s = pl.Series("n", [3, 1, 2, None])
print(s, len(s), s.name, s.dtype, s.shape, s.to_list(), s[0], s[-2], s[1:3], s[[0, 2]], list(s), 3 in s, s.is_empty())
print(pl.Series([1.5, 2]), pl.Series(["a", None]), pl.Series([True, False]), pl.Series("x", [1, 2], dtype=pl.Float32), pl.Series([[1, 2], [3]]), pl.Series([{"a": 1, "b": "x"}, {"a": 2, "b": None}]), pl.Series([date(2024, 1, 1)]), pl.Series([Decimal("1.50"), Decimal("2.25")]), pl.Series(range(3)), pl.Series([b"ab"]), pl.Series("e", []), pl.Series([1.5, 2, None]), pl.Series([2**40, 1]), pl.Series(["1", 2], strict=False))
print(s + 1, 10 - s, s * s, s / 2, s // 2, s % 2, s**2, 2**s, -s, s > 1, s == 3, (s > 1) & (s < 3), ~(s > 1), s.eq(1).to_list(), s + pl.Series([1, 2, 3, 4]), pl.Series(["a"]) + "b", pl.Series([1]) + pl.Series([1, 2]))
print(s.sum(), s.mean(), s.median(), s.min(), s.max(), s.std(), s.var(), s.quantile(0.5), s.product(), s.n_unique(), s.count(), s.null_count(), s.arg_max(), s.arg_min(), s.first(), s.last(), s.drop_nulls().skew(), s.kurtosis(), s.any() if False else "", pl.Series([True, False]).any(), pl.Series([True]).all())
print(s.sort(), s.sort(descending=True, nulls_last=True), s.reverse().to_list(), s.unique().sort().to_list(), s.head(2).to_list(), s.tail(1).to_list(), s.slice(1, 2).to_list(), s.arg_sort().to_list(), s.rank().to_list(), s.cum_sum().to_list(), s.diff().to_list(), s.shift(1).to_list(), s.pct_change().to_list())
print(s.is_null().to_list(), s.is_in([1, 3]).to_list(), s.is_between(1, 2).to_list(), s.fill_null(0).to_list(), s.fill_null(strategy="forward").to_list(), s.cast(pl.String).to_list(), s.clip(1, 2).to_list(), s.abs().sum(), s.round(0).to_list() if False else "", s.replace({1: 100}).to_list(), s.gather([0, 1]).to_list(), s.filter(s > 1).to_list(), s.drop_nulls().to_list(), s.map_elements(lambda v: v * 2, return_dtype=pl.Int64).to_list())
print(s.value_counts(sort=True).height, pl.Series("c", ["x", "y", "x"]).value_counts(sort=True), pl.Series("c", ["x", "y", "x"]).value_counts(sort=True, normalize=True), pl.Series(["b", "a"]).sort().to_list(), s.describe(), pl.Series(["x"]).describe(), pl.Series([True, False]).describe())
print(s.alias("m").name, s.rename("q").name, s.to_frame().columns, s.to_frame("z").columns, s.item(0), pl.Series([7]).item(), s.equals(s.clone()), s.is_sorted(), s.sort().is_sorted(), s.has_nulls(), s.len(), s.limit(1).to_list(), s.top_k(2).to_list(), s.bottom_k(1).to_list(), s.mode().to_list() if False else pl.Series([1, 1, 2]).mode().to_list())
print(s.rolling_mean(2).to_list(), s.ewm_mean(alpha=0.5).to_list(), s.interpolate().to_list(), s.is_duplicated().to_list(), s.is_first_distinct().to_list(), s.cut([1.5]).to_list(), s.drop_nulls().search_sorted(2) if False else pl.Series([1, 2, 3]).search_sorted(2), s.dot(s), s.implode().to_list(), s.extend_constant(9, 2).to_list(), s.append(pl.Series([8])).to_list())
t = pl.Series("t", ["Ab", "cd", None])
print(t.str.to_uppercase(), t.str.len_chars().to_list(), t.str.contains("A").to_list(), t.str.slice(0, 1).to_list(), (t + "!").to_list(), t.str.split("").list.len().to_list(), t.unique(maintain_order=True).to_list(), t.min(), t.max(), t.n_unique(), t.sort().to_list(), t.is_in(["cd"]).to_list(), "-".join(t.drop_nulls()))
d = pl.Series("d", [date(2024, 1, 31), date(2023, 5, 1)])
print(d.dt.year().to_list(), d.dt.strftime("%Y/%m").to_list(), d.max(), d.min(), (d.max() - d.min()).days, d + timedelta(days=1), (d - date(2023, 1, 1)).dt.total_days().to_list(), d.dt.max(), d.sort()[0], d.to_list(), d > date(2024, 1, 1))
x = pl.Series("x", [1, 2, 3])
x[1] = 20
print(x.to_list(), x.scatter([0], [5]).to_list(), x.set(x > 10, 0).to_list(), x.zip_with(pl.Series([True, False, True]), pl.Series([0, 0, 0])).to_list(), x.to_init_repr(), x.new_from_index(0, 2).to_list(), x.estimated_size(), x.to_dummies().columns, x.sample(3, seed=1).len(), x.shuffle(seed=1).sum(), x.hash().len())
print(sorted(x), max(x), sum(x), [v for v in x], dict(zip(x, x)), f"{x.mean():.2f}", str(x.dtype), repr(x.dtype), x.dtype == pl.Int64, x.dtype.is_numeric(), x.dtype in (pl.Int64, pl.Int32))
print(pl.Series([1, 2, 3]).is_between(1, 3, closed="none").to_list(), pl.Series([1.234, 5.678]).round(1).to_list(), pl.Series([1, 2]).exp().round(3).to_list(), pl.Series([100]).log10().to_list(), pl.Series([4]).sqrt()[0], pl.Series([1, 2, 3, 4]).qcut([0.5]).to_list(), pl.Series([0.5, 1.5, 2.5]).round().to_list(), pl.Series([1, 5]).hist(bin_count=2))
