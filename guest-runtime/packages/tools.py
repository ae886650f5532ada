"""Python programs the recipes run on the build machine, at pinned versions, in a folder of the cache."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from sources import run
from store import cache, say

PINS = ("zstandard==0.25.0", "cython==3.2.1", "meson==1.9.1", "ninja==1.13.0")


def folder() -> Path:
    """Where the programs stand: importable when on `sys.path`, runnable from its `bin`."""
    tag = hashlib.sha256(repr((PINS, sys.version_info[:2])).encode()).hexdigest()[:12]
    final = cache() / f"tools-{tag}"
    if not final.is_dir():
        say("fetching the build tools")
        draft = cache() / "work" / final.name
        run([sys.executable, "-m", "pip", "install", "-q", "--only-binary=:all:", "--target", draft, "--upgrade", *PINS])
        draft.rename(final)
    return final


def environment() -> dict[str, str]:
    """The variables under which the programs run."""
    return os.environ | {"PYTHONPATH": str(folder()), "PATH": f"{folder() / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def unzstd(frame: memoryview) -> bytes | None:
    """What the zstd frame at the start of `frame` holds, or nothing if there is no whole frame."""
    if str(folder()) not in sys.path:
        sys.path.append(str(folder()))
    import zstandard

    reader = zstandard.ZstdDecompressor().decompressobj()
    try:
        content = reader.decompress(frame)
    except zstandard.ZstdError:
        return None
    return content if reader.eof else None
