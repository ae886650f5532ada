"""Every method of Series, Expr and their namespaces, on columns whose values lie in memory in each way that polars knows:
rows picked with gaps, slices, several chunks, nothing. Whatever a method answers or raises is printed; none may crash."""

import datetime

import polars as pl

day, hour = datetime.date(2024, 1, 31), datetime.timedelta(hours=1)
instant = datetime.datetime(2024, 2, 29, 12, 30)
COLUMNS = {
    "int": [3, None, 1, 4, 1, None, 5, 9],
    "float": [0.5, -1.25, None, float("nan"), 2.0, 0.5, 1e300, -0.0],
    "bool": [True, None, False, True, True, False, None, True],
    "str": ["a b", None, "c", "", "ä-1", "2024-01-31", "a b", "12"],
    "date": [day, None, day + 24 * hour, day, day - 400 * hour, None, day, day],
    "datetime": [instant, None, instant + hour, instant, instant - 400 * hour, None, instant, instant],
    "duration": [hour, None, 2 * hour, hour, -3 * hour, None, hour, 40 * hour],
    "list": [[1, 2], None, [], [None, 3], [5], [1], [1, 2], [9, 8, 7]],
    "texts": [["a", "b"], None, [], [None, "c"], ["d"], ["e e"], ["a", "b"], ["f"]],
    "struct": [{"x": 1, "y": "a"}, None, {"x": None, "y": "b"}, {"x": 2, "y": None}] * 2,
}

#: Arguments that a method is called with, where none is not enough. Several tries are told apart by their place.
ARGUMENTS = {
    "split": [(" ",), ("",)], "split_exact": [(" ", 1)], "splitn": [(" ", 2)], "extract": [(r"(\w)", 1)],
    "extract_all": [(r"\w",), (r"z",)], "extract_groups": [(r"(\w) (\w)",)], "contains": [("a",), (1,)],
    "contains_any": [(["a", "c"],)], "find": [("b",)], "find_many": [(["a", "b"],)], "replace": [("a", "X")],
    "replace_all": [("a", "X")], "replace_many": [(["a"], ["X"])], "extract_many": [(["a", "b"],)],
    "starts_with": [("a",)], "ends_with": [("b",)], "count_matches": [("a",), (1,)], "head": [(2,), (0,)],
    "tail": [(2,), (0,)], "slice": [(1, 2), (-2, 5)], "pad_start": [(5, "*")], "pad_end": [(5, "*")], "zfill": [(5,)],
    "strip_prefix": [("a",)], "strip_suffix": [("b",)], "join": [("-",)], "get": [(0,), (7,)],
    "gather": [([0, 1],), ([],)], "gather_every": [(2,)], "shift": [(1,), (-2,)], "diff": [(), (2,)],
    "fill_null": [(0,), (None, "forward")], "fill_nan": [(0.0,)], "clip": [(1, 3)], "round": [(), (1,)],
    "round_sig_figs": [(2,)], "quantile": [(0.5,)], "rolling_mean": [(2,)], "rolling_sum": [(2,), (2, [1])],
    "rolling_min": [(2,)], "rolling_max": [(2,)], "rolling_std": [(2,)], "rolling_var": [(2,)],
    "rolling_median": [(2,)], "rolling_quantile": [(0.5, "nearest", 2)], "rolling_skew": [(2,)],
    "cut": [([2.0],)], "qcut": [(2,), ([2.0],)], "hist": [([0.0, 2.0, 4.0],)], "is_in": [([1, 3],), (["a b"],)],
    "is_between": [(1, 3)], "search_sorted": [(2,)], "replace_strict": [({1: 2}, None)], "cast": [(pl.String,)],
    "to_date": [("%Y-%m-%d",)], "to_datetime": [("%Y-%m-%d",)], "to_time": [("%H",)], "strptime": [(pl.Date, "%Y-%m-%d")],
    "strftime": [("%Y-%m",)], "to_string": [("%d.%m.%Y",)], "truncate": [("1mo",), ("0d",)], "offset_by": [("1mo",)],
    "cast_time_unit": [("ms",)], "convert_time_zone": [("Europe/Berlin",)], "replace_time_zone": [("Europe/Berlin",)],
    "with_time_unit": [("ms",)], "add_business_days": [(3,)], "combine": [(datetime.time(1),)], "field": [("x",)],
    "rename_fields": [(["u", "v"],)], "concat": [([[7]],)], "set_union": [([1, 7],)], "set_difference": [([1],)],
    "set_intersection": [([1],)], "set_symmetric_difference": [([1],)], "to_struct": [()], "eval": [(pl.element().rank(),)],
    "top_k": [(2,)], "bottom_k": [(2,)], "ewm_mean": [()], "pct_change": [(1,)], "item": [(0,)], "repeat_by": [(2,)],
    "reshape": [((2, -1),)], "extend_constant": [(None, 2)], "new_from_index": [(0, 3)], "zip_with": [],
    "limit": [(2,)], "json_path_match": [("$.a",)], "encode": [("hex",)], "pow": [(2,)], "dot": [([1] * 3,)],
    "index_of": [(1,)], "is_close": [(0.5,)], "log": [(), (2,)], "lookup": [], "alias": [("z",)], "rename": [("z",)],
}

#: What differs between machines, runs or threads, takes no column, or writes a file.
LEFT_OUT = {
    "estimated_size", "hash", "sample", "shuffle", "to_numpy", "to_torch", "to_jax", "to_arrow", "to_pandas", "to_init_repr",
    "get_chunks", "n_chunks", "rechunk", "chunk_lengths", "shrink_dtype", "to_frame", "plot", "explode", "set", "scatter",
    "append", "extend", "clear", "to_physical", "deserialize", "from_json", "register_plugin", "inspect", "map_elements",
    "rolling_map", "map_batches", "pipe", "meta", "cumulative_eval", "flags", "set_sorted", "value_counts", "mode",
    "unique_counts", "rolling_kurtosis", "unique",
    # Their last digit is the machine's, or only one side offers them.
    "tan", "cot", "skew", "approx_n_unique", "to_decimal", "bin", "cat", "arr", "ext", "name", "style", "describe",
}


def placed(values):
    """The column in each of the ways that its values may lie in memory."""
    whole = pl.Series("c", values, strict=False)
    yield "whole", whole
    yield "gathered", whole.gather([6, 0, 3])
    yield "filtered", whole.filter(pl.Series([True, False, True] * 2 + [False, True]))
    yield "dropped", whole.drop_nulls()
    yield "sliced", whole.slice(2, 4)
    yield "chunked", whole.slice(5).append(whole.slice(0, 2)) if whole.len() else whole
    yield "empty", whole.slice(0, 0)


def told(call):
    """What a call answers, in a line."""
    try:
        value = call()
        if isinstance(value, pl.DataFrame):
            value = value.to_dict(as_series=False)
        if isinstance(value, pl.Series):
            value = value.to_list()
        return repr(value)[:120]
    except (pl.exceptions.PolarsError, ArithmeticError, AttributeError, IndexError, NotImplementedError) as error:
        return type(error).__name__
    except (TypeError, ValueError) as error:
        return type(error).__name__
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            return "PanicException"
        raise


def methods(owner):
    for name in sorted(dir(owner)):
        if not name.startswith("_") and name not in LEFT_OUT and callable(getattr(owner, name, None)):
            yield name, ARGUMENTS.get(name, [()])


def series(kind, place, column):
    """Each method, by itself and in the namespaces that fit the type."""
    spaces = {"str": "str", "date": "dt", "datetime": "dt", "duration": "dt", "list": "list", "texts": "list", "struct": "struct"}
    # Some methods of a struct column recurse for ever in polars itself.
    owners = [] if kind == "struct" else [("", column)]
    if kind in spaces:
        owners.append((f"{spaces[kind]}.", getattr(column, spaces[kind])))
    for prefix, owner in owners:
        for name, tries in methods(owner):
            for number, arguments in enumerate(tries):
                print(f"{kind}.{place}.{prefix}{name}.{number}: {told(lambda: getattr(owner, name)(*arguments))}")


def expressions(kind, place, column):
    """The namespaces once more as expressions, alone and by group."""
    frame = pl.DataFrame({"c": column, "g": [i % 2 for i in range(column.len())]}, schema_overrides={"g": pl.Int64})
    spaces = {"str": pl.col("c").str, "date": pl.col("c").dt, "list": pl.col("c").list, "texts": pl.col("c").list}
    if kind not in spaces:
        return
    for name, tries in methods(spaces[kind]):
        for number, arguments in enumerate(tries):
            call = lambda: getattr(spaces[kind], name)(*arguments)
            print(f"{kind}.{place}.expr.{name}.{number}: {told(lambda: frame.select(call()))}")
            if name == "tail":
                # On a grouped column of lists polars itself panics.
                continue
            grouped = lambda: frame.group_by("g", maintain_order=True).agg(call())
            print(f"{kind}.{place}.by_group.{name}.{number}: {told(grouped)}")


for kind, values in COLUMNS.items():
    for place, column in placed(values):
        series(kind, place, column)
        expressions(kind, place, column)
