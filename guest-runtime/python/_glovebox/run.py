"""A script's run: it is compiled, its surroundings are made ready, it is executed, and what it ends with is shown."""

import __future__
import ast
import builtins
import json
import linecache
import os
import random
import sys
import types
import warnings

import _host
import matplotlib.pyplot
import numpy
import polars

from _glovebox import fault, files, tables
from _glovebox.bounds import cut

_displayed_rows = 100
_keeps_value = True
_lost = None
"""The first error by which a file lost what was written to it where no script could catch it."""

#: Compiler flags that `from __future__` sets.
_FUTURES = __future__.annotations.compiler_flag


def compile_script(script, name):
    """The script's code, and that of its last expression, whose value is shown as in a notebook."""
    tree = ast.parse(script.removeprefix("\ufeff"), name)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, name, "exec", dont_inherit=True)
    if last is None:
        return body, None
    return body, compile(ast.Expression(last.value), name, "eval", body.co_flags & _FUTURES, dont_inherit=True)


def begin(seed, parameters, displayed_rows, script, name):
    """Makes everything ready for one script."""
    global _displayed_rows, _keeps_value
    _displayed_rows = displayed_rows
    # As in a notebook, a closing semicolon keeps the value from being shown.
    _keeps_value = not script.rstrip().endswith(";")
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    polars.set_random_seed(seed)
    os.chdir(files.OUT)
    sys.argv = [name]
    linecache.cache[name] = (len(script), None, script.splitlines(keepends=True), name)
    builtins.params = json.loads(parameters)


def execute(code, script, name):
    """Runs compiled code as `__main__`; answers the text of its last expression's value, and None or what
    `fault.describe` says of the exception that ended it.

    No exception leaves this function: one that came from a panic would be a panic again on its way through Rust.
    """
    body, last = code
    main = types.ModuleType("__main__")
    main.__builtins__ = builtins
    sys.modules["__main__"] = main
    try:
        exec(body, main.__dict__)
        value = None if last is None else eval(last, main.__dict__)
        text = _end(value if _keeps_value else None)
        del value
        _leave(main)
        return text, None
    except BaseException as error:
        told = fault.describe(error, name, script)
    try:
        _leave(main)
    except BaseException:
        # The script has failed already.
        pass
    return None, told


def _leave(main):
    """Does what the end of a Python process does: lets go of what the script named, so that its files are written whole.

    Raises `OSError` where one could not be."""
    for name in [name for name in main.__dict__ if name != "__builtins__"]:
        main.__dict__[name] = None
    files.flush()
    if _lost is not None:
        raise _lost


def _unraisable(unraisable):
    global _lost
    if _lost is None and isinstance(unraisable.exc_value, OSError):
        _lost = unraisable.exc_value
    else:
        sys.__unraisablehook__(unraisable)


def _end(value):
    """Displays the last expression's value and every figure that was drawn but neither saved nor shown; answers the
    value's text."""
    text = None
    if value is not None and not _is_quiet(value):
        text = cut(repr(value))
        _show(value, text)
    matplotlib.pyplot._show_pending()
    return text


def display(*values):
    """Shows each value as a notebook would: a data frame as a table, a figure as a chart, anything else as text."""
    for value in values:
        _show(value, None)


def _show(value, text):
    if hasattr(type(value), "__glovebox_show__"):
        value.__glovebox_show__()
        return
    table = tables.of(value, _displayed_rows)
    if table is not None:
        _host.table(*table)
    else:
        print(cut(repr(value)) if text is None else text)


def _is_quiet(value):
    """Whether showing this would tell nobody anything: what plotting calls return, a function, a module."""
    if isinstance(value, (list, tuple)):
        return any(map(_is_quiet, value))
    if isinstance(value, numpy.ndarray):
        return value.dtype == object and value.size > 0 and all(map(_is_quiet, value.flat))
    return isinstance(value, (types.ModuleType, types.FunctionType, type)) or getattr(
        type(value), "__glovebox_quiet__", False
    )


def _show_warning(message, category, filename, lineno, file=None, line=None):
    print(f"{category.__name__}: {message}", file=sys.stderr)


def _exit(status):
    """`os._exit` of a script that is a process: here the run goes on to its end, and tells how the script ended."""
    raise SystemExit(status)


def _abort():
    raise SystemExit("the script called os.abort()")


def install():
    builtins.display = display
    warnings.showwarning = _show_warning
    os._exit = _exit
    os.abort = _abort
    sys.unraisablehook = _unraisable
