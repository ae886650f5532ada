"""What the tests came to, one JSON line for each thing that happens.

The lines are written into the output folder, so that they outlast a run that hits a limit or traps: the last line that
starts a test then names the culprit.
"""

import json
import re

PLACE = "/out/results.jsonl"
#: Characters of a failure's reason that are kept.
REASON_CHARACTERS = 400


class Records:
    """Writes the lines. Tests before number `first` were run by an earlier run, and those that match `left_out` by
    none."""

    def __init__(self, first, left_out):
        self._first = first
        self._left_out = [re.compile(".*".join(map(re.escape, pattern.split("*")))) for pattern in left_out]
        self._file = open(PLACE, "w", buffering=1, encoding="utf-8")

    def __enter__(self):
        return self

    def __exit__(self, kind, error, traceback):
        if kind is None:
            self._line("complete")
        self._file.close()

    def chosen(self, tests, name):
        """Those of `tests` that this run is to run. All runs of the same files must give them in the same order."""
        tests = [test for test in tests if not any(left.fullmatch(name(test)) for left in self._left_out)]
        self._line("total", len(tests))
        return tests[self._first :]

    def broken(self, file, reason):
        """A file that could not be imported."""
        self._line("broken", file, _short(reason))

    def skipped(self, file, reason):
        """A file that asks to be skipped whole."""
        self._line("skipped", file, _short(reason))

    def start(self, test):
        self._line("start", test)

    def end(self, outcome, reason=""):
        """How the started test ended: passed, failed, error, skipped or xfailed."""
        self._line("end", outcome, _short(reason))

    def _line(self, *parts):
        self._file.write(json.dumps(parts) + "\n")


def _short(reason):
    text = " ".join(str(reason).split())
    return text if len(text) <= REASON_CHARACTERS else text[:REASON_CHARACTERS] + "…"
