"""Standard output and error as events: each piece of text reaches the host when it is written."""

import io
import sys

import _host

from _glovebox.bounds import PIECE_CHARACTERS


class Buffer(io.RawIOBase):
    """The bytes below a stream: what is written here is text in UTF-8."""

    def __init__(self, stream):
        self._stream = stream

    def writable(self):
        return True

    def write(self, content):
        content = bytes(content)
        self._stream.write(content.decode("utf-8", "replace"))
        return len(content)


class Stream(io.TextIOBase):
    """A text stream that holds nothing back."""

    encoding = "utf-8"
    errors = "replace"

    def __init__(self, number, name):
        self.number = number
        self.name = name
        self.mode = "w"
        self.buffer = Buffer(self)

    def write(self, text):
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        for start in range(0, len(text), PIECE_CHARACTERS):
            piece = text[start : start + PIECE_CHARACTERS]
            # A lone surrogate is no text for anyone else.
            _host.output(self.number, piece.encode("utf-8", "replace").decode())
        return len(text)

    def reconfigure(self, **options):
        pass

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
