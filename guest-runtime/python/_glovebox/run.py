"""The beginning and the end of a script's run, and what it displays between them."""

import builtins
import json
import linecache
import os
import random
import sys
import warnings

import _host
import matplotlib.pyplot
import polars

from _glovebox import files

#: Characters of a displayed value's text that are kept.
RESULT_CHARACTERS = 65_536

_displayed_rows = 100


def begin(seed, parameters, displayed_rows, script, name):
    """Makes everything ready for one script."""
    global _displayed_rows
    _displayed_rows = displayed_rows
    random.seed(seed)
    polars.set_random_seed(seed)
    os.chdir(files.OUT)
    sys.argv = [name]
    linecache.cache[name] = (len(script), None, script.splitlines(keepends=True), name)
    builtins.params = json.loads(parameters)


def end(value):
    """Displays the last expression's value and every figure that was drawn but neither saved nor shown; answers the
    value's text."""
    text = None
    if value is not None and not _is_quiet(value):
        text = _text(value)
        _show(value, text)
    matplotlib.pyplot._show_pending()
    return text


def display(*values):
    """Shows each value as a notebook would: a data frame as a table, a figure as a chart, anything else as text."""
    for value in values:
        _show(value, None)


def _show(value, text):
    if hasattr(type(value), "__glovebox_table__"):
        _host.table(*value.__glovebox_table__(_displayed_rows))
    elif hasattr(type(value), "__glovebox_show__"):
        value.__glovebox_show__()
    else:
        print(_text(value) if text is None else text)


def _text(value):
    text = repr(value)
    if len(text) > RESULT_CHARACTERS:
        return f"{text[:RESULT_CHARACTERS]}… [{len(text) - RESULT_CHARACTERS} characters more]"
    return text


def _is_quiet(value):
    """Whether showing this would tell nobody anything: what plotting calls return, a function, a module."""
    if isinstance(value, (list, tuple)):
        return any(map(_is_quiet, value))
    return isinstance(value, (type(sys), type(begin), type)) or getattr(type(value), "__glovebox_quiet__", False)


def _show_warning(message, category, filename, lineno, file=None, line=None):
    print(f"{category.__name__}: {message}", file=sys.stderr)


def install():
    builtins.display = display
    warnings.showwarning = _show_warning
