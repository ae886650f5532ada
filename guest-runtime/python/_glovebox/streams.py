"""Standard output and error as events: each piece of text reaches the host when it is written."""

import io
import sys

import _host


class Stream(io.TextIOBase):
    """A text stream that holds nothing back."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, number, name):
        self.number = number
        self.name = name
        self.mode = "w"

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        if text:
            _host.output(self.number, text)
        return len(text)

    def writable(self):
        return True

    def isatty(self):
        return False

    def fileno(self):
        return self.number


def install():
    sys.stdout = sys.__stdout__ = Stream(1, "<stdout>")
    sys.stderr = sys.__stderr__ = Stream(2, "<stderr>")
    sys.stdin = sys.__stdin__ = io.StringIO("")
