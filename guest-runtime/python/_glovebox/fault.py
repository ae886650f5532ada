"""Tells an exception to the one who wrote the script."""

import json
import traceback

from _glovebox import hints


def describe(error, name, script):
    """The exception as the JSON of the contract's `Fault`; None for a plain `sys.exit()`."""
    if isinstance(error, SystemExit):
        if error.code is None or error.code == 0:
            return None
        message = error.code if isinstance(error.code, str) else f"the script ended with exit code {error.code}"
    elif isinstance(error, SyntaxError):
        message = error.msg or "invalid syntax"
    elif isinstance(error, KeyError) and len(error.args) == 1:
        message = f"key not found: {error.args[0]!r}"
    else:
        message = str(error)
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename == name]
    if isinstance(error, SyntaxError) and error.filename == name:
        line, column = error.lineno, error.offset
    elif frames:
        line, column = frames[-1].lineno, frames[-1].colno
        column = None if column is None else column + 1
    else:
        line = column = None
    text = "Traceback (most recent call last):\n" + "".join(traceback.format_list(frames)) if frames else ""
    text += "".join(traceback.format_exception_only(type(error), error))
    fault = {
        "type": type(error).__name__,
        "message": message,
        "line": line,
        "column": column,
        "traceback": text,
        "hint": _hint(error, line, script),
    }
    return json.dumps(fault)


def _hint(error, line, script):
    source = script.splitlines()
    written = source[line - 1] if line and line <= len(source) else ""
    try:
        return hints.hint(error, written)
    except Exception:
        return None
