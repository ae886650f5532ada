"""Tells an exception to the one who wrote the script."""

import json
import re
import traceback

from _glovebox import hints
from _glovebox.bounds import cut

#: What a panic says where memory was asked for that is not there.
_NO_MEMORY = re.compile(r"memory allocation of \d+ bytes failed|capacity overflow")


def describe(error, name, script):
    """The exception as the JSON of the contract's `Fault`; None for a plain `sys.exit()`."""
    if isinstance(error, SystemExit) and error.code in (None, 0):
        return None
    if type(error).__name__ == "PanicException" and _NO_MEMORY.search(str(error)):
        error = MemoryError("there is not as much memory as was asked for").with_traceback(error.__traceback__)
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
        "message": _text(_message(error)),
        "line": line,
        "column": column,
        "traceback": _text(text),
        "hint": _hint(error, line, script),
    }
    return json.dumps(fault)


def _message(error):
    if isinstance(error, SystemExit):
        return error.code if isinstance(error.code, str) else f"the script ended with exit code {error.code}"
    if isinstance(error, SyntaxError):
        return error.msg or "invalid syntax"
    if isinstance(error, KeyError) and len(error.args) == 1:
        return f"key not found: {error.args[0]!r}"
    try:
        return str(error)
    except Exception as broken:
        return f"its text cannot be told: {type(broken).__name__}"


def _text(text):
    """`text` as UTF-8 takes it, no longer than a message holds."""
    return cut(text.encode("utf-8", "replace").decode())


def _hint(error, line, script):
    source = script.splitlines()
    written = source[line - 1] if line and line <= len(source) else ""
    try:
        return hints.hint(error, written)
    except Exception:
        return None
