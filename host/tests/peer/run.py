"""The CPython peer: runs a script as the sandbox would, with the real polars and matplotlib, and tells what came out.

    run.py SCRIPT [--data PATH ...] [--param KEY=VALUE ...]     one script, one JSON object on stdout
    run.py --serve                                              one JSON request a line on stdin, one answer a line

A request is `{"script": path, "data": [paths], "params": {...}}`. An answer is

    {"stdout": text,
     "displayed": [{"columns": [{"name", "dtype"}], "row_count", "rows"} | {"repr": text}, ...],
     "result": text or null,
     "files": {name: text of a CSV, else SHA-256},
     "error": {"type", "message", "line"} or null}

A script runs in a fresh folder in which its data lie under their bare names, and what it writes lands beside them.
The rules of a notebook hold: `display` and `params` are there, and a last expression's value is displayed unless it
is None. Tables are told as the sandbox tells them: their first rows only, dates as ISO 8601 text, integers beyond
2^53 and floats that JSON cannot hold as text. Serving imports polars and matplotlib once for all scripts.
"""

import argparse
import ast
import builtins
import contextlib
import datetime
import hashlib
import io
import json
import math
import os
import pathlib
import sys
import tempfile
import traceback

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import polars as pl

DISPLAYED_ROWS = 100
"""Rows of a table that are told, as in the sandbox's limit `displayed_rows`."""

EXACT_INTEGER = 2**53
"""Beyond it a JSON number may not come back as the same integer."""


def json_value(value):
    """One cell of a table, as the sandbox writes it."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return value if abs(value) <= EXACT_INTEGER else str(value)
    if isinstance(value, float):
        if math.isnan(value):
            return "NaN"
        if math.isinf(value):
            return "inf" if value > 0 else "-inf"
        return value
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, pl.Series):
        return [json_value(v) for v in value]
    if isinstance(value, (list, tuple)):
        return [json_value(v) for v in value]
    if isinstance(value, dict):
        return {k: json_value(v) for k, v in value.items()}
    return str(value)


def describe(value):
    """A displayed value: data frames and series as tables, all else as its repr, which is printed as well."""
    if isinstance(value, pl.Series):
        value = value.to_frame()
    if not isinstance(value, pl.DataFrame):
        print(repr(value))
        return {"repr": repr(value)}
    return {
        "columns": [{"name": name, "dtype": dtype._string_repr()} for name, dtype in value.schema.items()],
        "row_count": value.height,
        "rows": [[json_value(v) for v in row] for row in value.head(DISPLAYED_ROWS).iter_rows()],
    }


def execute(source, name, displayed):
    """Runs the source and displays its last expression's value. Returns that value."""
    tree = ast.parse(source, name)
    last = None
    if tree.body and isinstance(tree.body[-1], ast.Expr):
        last = ast.Expression(tree.body.pop().value)
    scope = {"__name__": "__main__", "__file__": name}
    exec(compile(tree, name, "exec"), scope)
    if last is None:
        return None
    value = eval(compile(last, name, "eval"), scope)
    if value is not None:
        displayed.append(describe(value))
    return value


def fault(error, name):
    """An exception's class, message, and the deepest line of the script that it passed through."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    if isinstance(error, SyntaxError):
        lines = [error.lineno]
    return {"type": type(error).__name__, "message": str(error), "line": lines[-1] if lines else None}


def written(folder, inputs):
    """What the script left in its folder, by name."""
    files = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in inputs:
            data = path.read_bytes()
            files[name] = data.decode() if path.suffix == ".csv" else hashlib.sha256(data).hexdigest()
    return files


def run(script, data=(), params=None):
    """Runs one script and returns the answer."""
    script = pathlib.Path(script).resolve()
    inputs = {pathlib.Path(path).name: pathlib.Path(path).resolve() for path in data}
    displayed, stdout, value, error = [], io.StringIO(), None, None
    builtins.display = lambda *values: displayed.extend(describe(v) for v in values)
    builtins.params = dict(params or {})
    home = os.getcwd()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        for bare, path in inputs.items():
            (folder / bare).symlink_to(path)
        os.chdir(folder)
        try:
            with contextlib.redirect_stdout(stdout):
                value = execute(script.read_text(encoding="utf-8"), script.name, displayed)
        except SystemExit as exit:
            error = None if exit.code in (None, 0) else fault(exit, script.name)
        except BaseException as raised:
            error = fault(raised, script.name)
        finally:
            os.chdir(home)
            plt.close("all")
            matplotlib.rcdefaults()
            matplotlib.use("Agg")
            pl.Config.restore_defaults()
        files = written(folder, inputs)
    return {
        "stdout": stdout.getvalue(),
        "displayed": displayed,
        "result": None if value is None else repr(value),
        "files": files,
        "error": error,
    }


def parameter(text):
    """`KEY=VALUE`, where a value that reads as JSON is that, and any other is text."""
    key, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    try:
        return key, json.loads(value)
    except ValueError:
        return key, value


def serve():
    """Answers requests until stdin ends."""
    for line in sys.stdin:
        if line.strip():
            print(json.dumps(run(**json.loads(line)), allow_nan=False), flush=True)


def main():
    parser = argparse.ArgumentParser(description="Run a script under CPython as the sandbox would.")
    parser.add_argument("script", nargs="?")
    parser.add_argument("--data", nargs="*", default=[], metavar="PATH")
    parser.add_argument("--param", action="append", default=[], type=parameter, metavar="KEY=VALUE")
    parser.add_argument("--serve", action="store_true", help="answer requests from stdin")
    arguments = parser.parse_args()
    if arguments.serve:
        serve()
    elif arguments.script:
        print(json.dumps(run(arguments.script, arguments.data, dict(arguments.param)), allow_nan=False))
    else:
        parser.error("name a script, or say --serve")


if __name__ == "__main__":
    main()
