"""What to write instead: the working substitute for the mistakes that scripts make most.

A hint is one or two sentences for the script's author. Where nothing certain can be said, there is none.
"""

import difflib
import re
import sys

from _glovebox import files

#: Modules that are not here, and what does their work.
MODULES = {
    "scipy.odr": "use scipy.optimize.least_squares or scipy.optimize.curve_fit",
    "scipy.stats._unuran": "draw random numbers with the distributions' rvs, or with np.random.default_rng()",
    "xgboost": "use sklearn.ensemble: HistGradientBoostingRegressor or HistGradientBoostingClassifier",
    "lightgbm": "use sklearn.ensemble: HistGradientBoostingRegressor or HistGradientBoostingClassifier",
    "catboost": "use sklearn.ensemble: HistGradientBoostingRegressor or HistGradientBoostingClassifier",
    "imblearn": "give sklearn's models class_weight='balanced', or resample with df.sample",
    "shap": "use sklearn.inspection.permutation_importance",
    "umap": "use sklearn.manifold.TSNE or sklearn.decomposition.PCA",
    "prophet": "use statsmodels.tsa.api: ExponentialSmoothing or SARIMAX",
    "pmdarima": "use statsmodels.tsa.api: ARIMA or SARIMAX, and compare their aic",
    "arch": "use statsmodels.tsa.api",
    "pingouin": "use scipy.stats and statsmodels.stats",
    "lifelines": "use statsmodels.duration.api: SurvfuncRight and PHReg",
    "formulaic": "statsmodels reads formulas by patsy",
    "plotly": "use matplotlib.pyplot; each chart also becomes interactive by itself",
    "altair": "use matplotlib.pyplot; each chart also becomes interactive by itself",
    "bokeh": "use matplotlib.pyplot; each chart also becomes interactive by itself",
    "pyarrow": "pandas and polars read and write Parquet and Feather files without it: pd.read_parquet, pl.read_parquet",
    "fastparquet": "pd.read_parquet and pl.read_parquet read Parquet files without it",
    "duckdb": "use pl.sql('select … from df'), or sqlite3",
    "xlrd": "pd.read_excel reads .xls files without it",
    "pyxlsb": "pd.read_excel reads .xlsb files without it",
    "odf": "pd.read_excel reads .ods files without it",
    "fastexcel": "pl.read_excel reads workbooks without it",
    "lxml": "pd.read_html works without it; xml.etree.ElementTree reads XML",
    "requests": "scripts have no network; work with the files that were given",
    "httpx": "scripts have no network; work with the files that were given",
    "urllib3": "scripts have no network; work with the files that were given",
    "yfinance": "scripts have no network; work with the files that were given",
    "torch": "use sklearn.neural_network: MLPClassifier or MLPRegressor",
    "tensorflow": "use sklearn.neural_network: MLPClassifier or MLPRegressor",
    "keras": "use sklearn.neural_network: MLPClassifier or MLPRegressor",
    "IPython": "display(x) is there without an import",
}

#: The libraries that scripts use most.
LIBRARIES = ("numpy", "pandas", "polars", "scipy", "sklearn", "statsmodels", "seaborn", "matplotlib.pyplot")

#: Methods of pandas, by what polars calls them.
METHODS = {
    "agg": "df.select(pl.col('x').mean(), …), or df.group_by('g').agg(…)",
    "apply": "an expression, such as df.with_columns((pl.col('a') + pl.col('b')).alias('c')); "
    "as a last resort .map_elements(function, return_dtype=pl.Float64)",
    "applymap": "df.with_columns(pl.all().…)",
    "assign": "df.with_columns(name=expression)",
    "astype": ".cast(pl.Float64)",
    "copy": ".clone()",
    "corr": "df.select(pl.corr('a', 'b')) for two columns",
    "cumsum": ".cum_sum()",
    "cumprod": ".cum_prod()",
    "cummax": ".cum_max()",
    "cummin": ".cum_min()",
    "dropna": ".drop_nulls(subset=[…])",
    "drop_duplicates": ".unique(subset=[…], keep='first', maintain_order=True)",
    "duplicated": ".is_duplicated()",
    "eq": "==",
    "fillna": ".fill_null(value), or .fill_null(strategy='forward')",
    "ffill": ".fill_null(strategy='forward')",
    "bfill": ".fill_null(strategy='backward')",
    "groupby": ".group_by('g').agg(pl.col('x').mean())",
    "idxmax": ".arg_max()",
    "idxmin": ".arg_min()",
    "iloc": "df[row], df[start:stop], df.row(i), or df.slice(offset, length)",
    "info": "df.schema, df.shape and df.null_count()",
    "isin": ".is_in([…])",
    "isna": ".is_null()",
    "isnull": ".is_null()",
    "notna": ".is_not_null()",
    "notnull": ".is_not_null()",
    "iterrows": "df.iter_rows(named=True)",
    "itertuples": "df.iter_rows(named=True)",
    "items": "df.iter_columns()",
    "loc": "df.filter(condition).select('a', 'b')",
    "mask": "pl.when(condition).then(value).otherwise(pl.col('x'))",
    "melt": ".unpivot(on=[…], index=[…])",
    "merge": ".join(other, on='key', how='left')",
    "nlargest": ".sort('x', descending=True).head(n), or .top_k(n, by='x')",
    "nsmallest": ".sort('x').head(n), or .bottom_k(n, by='x')",
    "nunique": ".n_unique()",
    "pivot_table": ".pivot(on='column', index='row', values='value', aggregate_function='mean')",
    "prod": ".product()",
    "query": ".filter(pl.col('x') > 1)",
    "reset_index": "nothing: polars has no index; .with_row_index() adds a row number",
    "set_index": "nothing: polars has no index; keep the key as a column",
    "sort_index": ".sort('column')",
    "sort_values": ".sort('column', descending=True)",
    "to_csv": ".write_csv('name.csv')",
    "to_datetime": "pl.col('x').str.to_datetime('%Y-%m-%d'), or .str.to_date(…)",
    "to_frame": ".to_frame()",
    "to_markdown": "df.to_pandas().to_markdown()",
    "to_excel": ".write_excel('name.xlsx')",
    "to_string": "print(df)",
    "tolist": ".to_list()",
    "values": ".to_list() on a column, or df.rows()",
    "at": "df[row, 'column']",
    "iat": "df[row, column]",
    "average": ".mean()",
    "avg": ".mean()",
    "day_name": ".strftime('%A')",
    "month_name": ".strftime('%B')",
    "dayofweek": ".weekday(), where Monday is 1",
    "dayofyear": ".ordinal_day()",
    "to_period": ".truncate('1mo')",
    "strip": ".strip_chars()",
    "lstrip": ".strip_chars_start()",
    "rstrip": ".strip_chars_end()",
    "lower": ".to_lowercase()",
    "upper": ".to_uppercase()",
    "title": ".to_titlecase()",
    "startswith": ".starts_with(…)",
    "endswith": ".ends_with(…)",
    "findall": ".extract_all(…)",
    "value_counts": "df['x'].value_counts(sort=True), or .group_by('x').len()",
    "crosstab": "df.group_by('a', 'b').len().pivot(on='b', index='a', values='len')",
    "cut": ".cut([…], labels=[…]) on a column",
    "qcut": ".qcut(4, labels=[…]) on a column",
    "get_dummies": ".to_dummies()",
    "to_numeric": ".cast(pl.Float64, strict=False)",
    "isnan": ".is_nan()",
    "where": "pl.when(condition).then(value).otherwise(other)",
    "with_column": ".with_columns(…)",
    "groupby_dynamic": ".group_by_dynamic(…)",
    "apply_elementwise": ".map_elements(…)",
    "pad": ".fill_null(strategy='forward')",
    "strftime": ".dt.strftime('%Y-%m')",
    "nobs": ".len()",
    "size": ".len(), or df.height",
    "index": "nothing: polars has no index; use .with_row_index()",
    "append": "pl.concat([a, b])",
    "mad": "(pl.col('x') - pl.col('x').median()).abs().median()",
}

#: What pandas does not have, or has no more, and what does its work.
PANDAS = {
    "append": "pd.concat([a, b])",
    "iteritems": ".items()",
    "ix": ".loc[…] or .iloc[…]",
    "as_matrix": ".to_numpy()",
    "lookup": ".loc[row, column]",
    "mad": "(s - s.mean()).abs().mean()",
    "get_value": ".at[row, column]",
    "tshift": ".shift(…, freq=…)",
    "group_by": ".groupby('g')",
    "with_columns": ".assign(name=values)",
    "filter_rows": "df[condition]",
    "height": "len(df)",
    "width": "len(df.columns)",
    "n_unique": ".nunique()",
    "is_null": ".isna()",
    "drop_nulls": ".dropna()",
    "fill_null": ".fillna(value)",
    "unpivot": ".melt(…)",
    "to_list": ".tolist()",
    "to_dicts": ".to_dict('records')",
    "write_csv": ".to_csv('name.csv', index=False)",
    "write_excel": ".to_excel('name.xlsx', index=False)",
    "sort": ".sort_values('x')",
    "cast": ".astype(…)",
}

#: Arguments of pandas' functions, by what polars calls them.
ARGUMENTS = {
    "sep": "separator",
    "delimiter": "separator",
    "header": "has_header",
    "names": "new_columns",
    "usecols": "columns",
    "dtype": "schema_overrides",
    "dtypes": "schema_overrides",
    "nrows": "n_rows",
    "skiprows": "skip_rows",
    "na_values": "null_values",
    "parse_dates": "try_parse_dates",
    "ascending": "descending",
    "by": "the first argument",
    "inplace": "nothing: assign the result, df = df.…",
    "axis": "nothing: select the columns, then use an expression or a _horizontal function",
    "index": "nothing: polars has no index",
    "id_vars": "index",
    "value_vars": "on",
    "var_name": "variable_name",
    "aggfunc": "aggregate_function",
    "min_periods": "min_samples",
    "numeric_only": "nothing: select numeric columns with polars.selectors.numeric()",
    "errors": "strict=False",
    "line_terminator": "line_terminator",
    "float_format": "float_precision",
}


#: The names that libraries are imported as.
IMPORTS = {"np": "numpy", "pd": "pandas", "pl": "polars", "plt": "matplotlib.pyplot"}

#: Charts by the names of other libraries, and the function that draws them.
CHARTS = {
    "barchart": "bar",
    "barplot": "bar",
    "countplot": "bar",
    "heatmap": "imshow",
    "histogram": "hist",
    "histplot": "hist",
    "lineplot": "plot",
    "line": "plot",
    "piechart": "pie",
    "scatterplot": "scatter",
}

#: What a `TypeError` of polars says, and what to do.
TYPES = (
    ("invalid predicate for `filter`", "Write the condition as an expression: df.filter(pl.col('x') > 20)."),
    ("aggregations as a dictionary", "Write df.group_by('g').agg(pl.col('x').mean(), pl.col('y').sum())."),
    ("does not support `Series` assignment", "Write df = df.with_columns((pl.col('x') * 2).alias('y'))."),
    ("'GroupBy' object is not subscriptable", "Write df.group_by('g').agg(pl.col('x').mean())."),
    ("'Expr' object is not iterable", "An expression has no values yet; df['x'] has: for value in df['x']."),
    ("'Text' object is not callable", "Axes have setters: ax.set_title(…); plt.title(…) is the function."),
    ("LazyFrame is not subscriptable", "A lazy frame has no rows yet: call .collect() first."),
)

#: What an error of polars says, and what to do.
SAYINGS = (
    ("could not find an appropriate format", "Give the form of the text, such as .str.to_date('%d/%m/%Y'); with strict=False what does not fit becomes null."),
    ("infer_schema_length", "The type was guessed from the first rows and a later one does not fit: pass infer_schema_length=None, "
     "null_values=['NA'], or schema_overrides={'column': pl.Float64}."),
    ("found more fields than", "A row has more fields than the header: check the separator, or pass truncate_ragged_lines=True."),
    ("get index is out of bounds", "Some lists are shorter: .list.get(i, null_on_oob=True) makes those null."),
    ("look-around", "Regular expressions have no look-ahead or look-behind here: match the text around it too, and take a group with .str.extract(r'…(…)', 1)."),
    ("regex parse error", "Escape special characters with a backslash in a raw string, or pass literal=True."),
    ("column names don't match", "Give both frames the same columns, or use pl.concat([…], how='diagonal')."),
    ("not supported; available units are", "Lengths read like '1d', '2w', '1mo', '1q', '1y', '15m', '1h30m'."),
    ("in the duration string", "Lengths read like '1d', '2w', '1mo', '1q', '1y', '15m', '1h30m'."),
    ("operation not supported for dtype `str`", "The column is text: make it a date with .str.to_date('%Y-%m-%d') or a number with .cast(pl.Float64) first."),
    ("unsupported data type: str", "The column is text: make it a date with .str.to_date('%Y-%m-%d') first."),
    ("arithmetic on string and numeric", "Bring both sides to one type: .cast(pl.Float64) for numbers, .cast(pl.String) for text."),
    ("found multiple elements in the same group", "Say how to join them: aggregate_function='sum', 'mean', 'first' or 'len'."),
    ("is not sorted", "Call .sort('column') first."),
    ("expected `String`, got", "The column is not text: .cast(pl.String) first."),
    ("item()` if", "More or fewer values than one: look at .height, or take one with [0] or .first()."),
    ("item()' if", "More or fewer values than one: look at .len(), or take one with [0] or .first()."),
    ("must have same first dimension", "Both need as many values: take them from one frame, as in d = df.drop_nulls(['x', 'y'])."),
    ("x and y must be the same size", "Both need as many values: take them from one frame, as in d = df.drop_nulls(['x', 'y'])."),
    ("is not a valid value for color", "Colours are names such as 'crimson' or 'tab:blue', 'C0' to 'C9', or '#1f77b4'."),
    ("number of FixedLocator locations", "Give ticks and labels together: ax.set_xticks([0, 1], labels=['a', 'b'])."),
)


def hint(error, written):
    """A hint for `error`, raised by the source line `written`; None where nothing helps for certain."""
    for kind, make in (
        (ModuleNotFoundError, _module),
        (ImportError, _import),
        (FileNotFoundError, _file),
        (AttributeError, _attribute),
        (NameError, _name),
        (TypeError, _type),
        (PermissionError, _permission),
        (OSError, _os),
        (ZeroDivisionError, lambda error, written: "Guard the division, for example with pl.when(d != 0)."),
        (RecursionError, lambda error, written: "The function calls itself without an end; use a loop."),
        (MemoryError, lambda error, written: "Keep less at once: read only the columns and rows that you need."),
        (KeyError, _key),
        (SyntaxError, _syntax),
    ):
        if isinstance(error, kind):
            return make(error, written)
    return _polars(error, written)


def _module(error, written):
    name = error.name or ""
    for missing in (name, name.partition(".")[0]):
        if missing in MODULES:
            return f"{missing} is not available; {MODULES[missing]}."
    if name in sys.stdlib_module_names:
        return f"{name.lstrip('_')} needs an operating system, which scripts here do not have."
    near = difflib.get_close_matches(name, [*sys.stdlib_module_names, *LIBRARIES], 1, 0.75)
    if near:
        return f"Did you mean {near[0]}?"
    return (
        f"{name} is not available; scripts have {', '.join(LIBRARIES)} and Python's standard library."
    )


def _import(error, written):
    wanted = re.search(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
    module = wanted and sys.modules.get(wanted[2])
    return module and _near(wanted[1], dir(module))


def _file(error, written):
    folder = str(error.filename or "").removeprefix(files.OUT + "/").rpartition("/")[0]
    if folder and not folder.startswith("/") and re.search(r"save|write|to_|open", written):
        return f"The folder {folder!r} is not there: make it first with os.makedirs({folder!r}, exist_ok=True)."
    there = files.names()
    if not there:
        return "No file was given to this run."
    name = str(error.filename or str(error).rpartition(": ")[2]).replace("\\", "/").rpartition("/")[2]
    near = difflib.get_close_matches(name, there, 1, 0.6)
    # Other letters' case is the likeliest slip of all.
    near = [other for other in there if other.lower() == name.lower()] or near
    listed = ", ".join(map(repr, there[:20])) + (f" and {len(there) - 20} more" if len(there) > 20 else "")
    return (f"Did you mean {near[0]!r}? " if near else "") + f"Files are read by their bare name; there is {listed}."


def _attribute(error, written):
    name, owner = getattr(error, "name", None), getattr(error, "obj", None)
    if name is None:
        found = re.search(r"has no attribute '(\w+)'", str(error))
        name = found and found[1]
    property_of = re.match(r"(\w+)\.set\(\) got an unexpected keyword argument '(\w+)'", str(error))
    if property_of:
        return _property(*property_of.groups())
    if not name:
        return None
    near = _near(name, dir(owner)) if owner is not None else None
    if name in CHARTS and getattr(owner, "__name__", type(owner).__module__).startswith("matplotlib"):
        return f"Draw it with {CHARTS[name]}(…)."
    if isinstance(owner, tuple):
        return "A group's key is a tuple, also of one column: write for (key,), part in df.group_by(…)."
    if isinstance(owner, list) and name in ("tolist", "to_list"):
        return "It is a list already."
    if _is_pandas_frame(owner):
        wanted = re.sub(r"[\W_]+", "", name.lower())
        if any(re.sub(r"[\W_]+", "", str(column).lower()) == wanted for column in owner.columns):
            return _column(name, [str(column) for column in owner.columns])
    if _is_frame(owner) and name in _columns(owner):
        return f"Columns are not attributes: write df[{name!r}], or pl.col({name!r}) in an expression."
    if type(owner).__name__ == "LazyFrame" and name in ("shape", "height", "rows", "to_dicts", "iter_rows", "item", "write_csv"):
        return "A lazy frame has no rows yet: call .collect() first."
    module = type(owner).__module__ if not isinstance(owner, type(sys)) else owner.__name__
    library = module.partition(".")[0]
    if name in METHODS and library == "polars":
        return f"polars has no {name}; use {METHODS[name]}."
    if name in PANDAS and library == "pandas":
        return f"pandas has no {name}; use {PANDAS[name]}."
    return near


def _key(error, written):
    """The nearest of the columns, where a data frame was asked for one that it has not."""
    wanted = error.args[0] if error.args else None
    columns = _columns_asked(error) if isinstance(wanted, str) else None
    return columns and _column(wanted, columns)


def _columns_asked(error):
    """The columns of the outermost data frame that the error went through; None where there was none."""
    trace = error.__traceback__
    while trace:
        owner = trace.tb_frame.f_locals.get("self")
        if _is_pandas_frame(owner):
            return [str(column) for column in owner.columns]
        if _is_frame(owner):
            return _columns(owner)
        trace = trace.tb_next
    return None


def _is_pandas_frame(owner):
    return type(owner).__module__.startswith("pandas.") and type(owner).__name__ == "DataFrame"


def _name(error, written):
    name = getattr(error, "name", None) or ""
    if name in IMPORTS:
        return f"Add import {IMPORTS[name]} as {name}."
    if name in sys.stdlib_module_names:
        return f"Add import {name}."
    main = sys.modules.get("__main__")
    return _near(name, [*vars(main), *dir(__builtins__)] if main else [])


def _type(error, written):
    text = str(error)
    keyword = re.search(r"unexpected keyword argument '(\w+)'", text)
    if keyword and keyword[1] in ARGUMENTS and re.search(r"\bpl\.", written):
        return f"polars has no argument {keyword[1]}; use {ARGUMENTS[keyword[1]]}."
    if "truth value of an Expr is ambiguous" in text:
        return "Combine expressions with & | ~ in parentheses, not with and, or, not; choose with pl.when(…).then(…)."
    for words, advice in TYPES:
        if words in text:
            return advice
    if "NoneType" in text:
        return "A value is missing (null): drop it with drop_nulls() or replace it with fill_null(…) first."
    return None


def _permission(error, written):
    return "The user's files are read only; write to another name, and it becomes a result."


def _os(error, written):
    if "read-only" in str(error).lower():
        return _permission(error, written)
    return None


def _syntax(error, written):
    if error.text and error.text.lstrip().startswith(("!", "%")):
        return "Lines for a shell or a notebook are not Python; remove them."
    return None


def _polars(error, written):
    kind, text = type(error).__name__, str(error)
    for words, advice in SAYINGS:
        if words in text:
            return advice
    if kind in ("ColumnNotFoundError", "StructFieldNotFoundError"):
        columns = getattr(error, "columns", None)
        if columns is None:
            listed = re.search(r"valid columns: (\[.*?\])", text, re.S)
            columns = None if listed else _columns_asked(error)
        if columns is None:
            columns = re.findall(r'"((?:[^"\\]|\\.)*)"', listed[1]) if listed else []
        wanted = re.search(r'(?:column|field)s? "((?:[^"\\]|\\.)*)"', text) or re.search(r"^\s*\"?([^\"\n]+)", text)
        name = wanted[1].strip() if wanted else ""
        if re.search(rf"(then|otherwise)\(['\"]{re.escape(name)}['\"]\)", written):
            return f"A text in then or otherwise names a column; for the text itself write pl.lit({name!r})."
        return _column(name, columns)
    if kind == "InvalidOperationError" and "conversion from `str`" in text:
        return "Some values do not have that form: pass strict=False to make them null, or clean the text first."
    if kind == "SchemaError" or "cannot compare" in text:
        return "Bring both sides to one type with .cast(…), or parse text dates with .str.to_date(…)."
    return None


def _property(artist, name):
    """The nearest of the properties that an artist of matplotlib takes as keywords."""
    for module in [module for key, module in sys.modules.items() if key.startswith("matplotlib.")]:
        if isinstance(getattr(module, artist, None), type):
            setters = [setter[4:] for setter in dir(getattr(module, artist)) if setter.startswith("set_")]
            return _near(name, [*setters, "color", "linewidth", "label", "alpha"])
    return None


def _is_frame(owner):
    return type(owner).__module__.startswith("polars") and type(owner).__name__ in ("DataFrame", "LazyFrame")


def _columns(frame):
    return frame.collect_schema().names()


def _column(name, columns):
    if not columns:
        return None
    folded = {re.sub(r"[\W_]+", "", column.lower()): column for column in columns}
    same = folded.get(re.sub(r"[\W_]+", "", name.lower()))
    near = [same] if same else difflib.get_close_matches(name, columns, 3, 0.5)
    listed = ", ".join(map(repr, columns[:30])) + (f" and {len(columns) - 30} more" if len(columns) > 30 else "")
    return (f"Did you mean {' or '.join(map(repr, near))}? " if near else "") + f"The columns are {listed}."


def _near(name, candidates):
    candidates = sorted({candidate for candidate in candidates if not candidate.startswith("_")})
    near = difflib.get_close_matches(name, candidates, 3, 0.7)
    return f"Did you mean {' or '.join(near)}?" if near else None
