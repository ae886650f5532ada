"""What pandas needs of the package `zstandard` from PyPI, by Python's own `compression.zstd`."""

import io

from compression import zstd

__version__ = "0.25.0"


class ZstdCompressor:
    def __init__(self, level=3):
        self.level = level


class ZstdDecompressor:
    def stream_reader(self, source):
        return zstd.ZstdFile(io.BytesIO(source) if isinstance(source, bytes) else source)


def open(filename, mode="rb", cctx=None, dctx=None, encoding=None, errors=None, newline=None):
    """Opens a file of zstd, by its name or as a file object. `cctx` names the level to write with."""
    level = cctx.level if cctx and mode[0] != "r" else None
    return zstd.open(filename, mode, level=level, encoding=encoding, errors=errors, newline=newline)
