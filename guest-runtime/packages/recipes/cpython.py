"""CPython for WASI: the interpreter as a shared library, C++'s runtime, and the standard library.

The Bytecode Alliance's componentize-py wheel carries them as zstd frames inside its native module. The frames have
no table of contents, so each is found by zstd's magic number and known by the hash of what it holds.
"""

import hashlib
import io
import shutil
import tarfile
import zipfile
from pathlib import Path

import tools
from sources import PyPI
from store import HERE, Failure, Recipe

WHEEL = PyPI(
    "componentize_py-0.25.1-cp39-abi3-manylinux_2_28_x86_64.whl",
    "8623cd8cab8453cb0cd8bf03f3c7103420d06f2f3d360186a280a70a1ca5e89f",
)
FRAMES = {
    "libpython3.14.so": "0ab4ec14447dc6a983de96b294d904a9a2b77126a1b96ff1a6ae340c72405549",
    "libc++.so": "65a44e3f7ad79ff246b82b61782789a35d0683f56f823cca22496fd6d597b9f3",
    "libc++abi.so": "f93f92bc4fa31c3ccf86a140e1ba68254b5a937434b41fa0ba8b7feefa7d0e0e",
    "stdlib.tar": "2198e963c7c29aa626347c1c2418e69ac5836250be00bebd240232968a353535",
}
MAGIC = b"\x28\xb5\x2f\xfd"

# What a sandbox has no use for: programs with windows, installers, build files, and modules whose C half is absent.
LEFT_OUT = (
    "config-3.14-wasm32-wasi", "curses", "ensurepip", "idlelib", "pydoc_data", "tkinter", "turtledemo", "turtle.py",
    "venv", "build-details.json", "ctypes", "antigravity.py",
)  # fmt: skip
# Python code outside the sandbox's reach asks these for a few names on import; the stubs give the names and no more.
STUBS = ("ctypes", "mmap.py")


class CPython(Recipe):
    name = "cpython"
    files = tuple(sorted(str(file.relative_to(HERE)) for file in (HERE / "stubs").rglob("*.py")))

    def build(self, out: Path, work: Path) -> None:
        frames = _frames()
        (out / "lib").mkdir()
        for name in ("libpython3.14.so", "libc++.so", "libc++abi.so"):
            (out / "lib" / name).write_bytes(frames[name])
        python = out / "python"
        with tarfile.open(fileobj=io.BytesIO(frames["stdlib.tar"])) as archive:
            archive.extractall(python, filter="data")
        for name in LEFT_OUT:
            path = python / name
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.copytree(HERE / "stubs", python, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
        licences = out / "licences" / "cpython"
        licences.mkdir(parents=True)
        (python / "LICENSE.txt").rename(licences / "LICENSE.txt")


def _frames() -> dict[str, bytes]:
    """The wanted frames by name."""
    with zipfile.ZipFile(WHEEL.fetch()) as wheel:
        module = next(name for name in wheel.namelist() if name.endswith(".so"))
        binary = wheel.read(module)
    names = {sha256: name for name, sha256 in FRAMES.items()}
    found: dict[str, bytes] = {}
    at = binary.find(MAGIC)
    while at >= 0 and len(found) < len(FRAMES):
        content = tools.unzstd(memoryview(binary)[at:])
        if content is not None:
            name = names.get(hashlib.sha256(content).hexdigest())
            if name:
                found[name] = content
        at = binary.find(MAGIC, at + 1)
    missing = FRAMES.keys() - found.keys()
    if missing:
        raise Failure(f"{WHEEL.file} does not hold the pinned {', '.join(sorted(missing))}")
    return found
