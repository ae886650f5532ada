"""Packs a suite's tests, with all that they need and the guest has not, into one archive, and the harness's own half
into another.

An archive travels as the run's data. `glovebox run` takes tables alone, which it tells by a file's beginning, so it
stands behind a beginning of plain text; readers of zip files look for their index at the end.
"""

import fnmatch
import hashlib
import subprocess
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from sources import Debian, PyPI
from store import cache, say
from suites import HERE, Suite

#: As much of a file's beginning as `glovebox run` looks at.
TEXT = ("#" * 63 + "\n") * 1024

# By the first that matches: whether a file of a package is packed.
RULES = {
    "pytest": (
        ("pygments/lexers/__init__.py", True), ("pygments/lexers/_mapping.py", True), ("pygments/lexers/diff.py", True),
        ("pygments/lexers/python.py", True), ("pygments/lexers/*", False), ("*.dist-info/*", False),
        ("numpy/typing/*", False), ("numpy/conftest.py", True), ("numpy/*/tests/*", True), ("numpy/*", False),
        ("pandas/conftest.py", True), ("pandas/tests/*", True), ("pandas/*", False),
        ("pytest.ini", True), ("pyproject.toml", True),
        ("pytest/*", True), ("_pytest/*", True), ("py.py", True), ("pluggy/*", True), ("iniconfig/*", True),
        ("packaging/*", True), ("pygments/*", True), ("hypothesis/*", True), ("sortedcontainers/*", True),
        ("_hypothesis_*.py", True),
    ),
    "unittest": (
        ("test/cjkencodings/*", False), ("test/test_asyncio/*", False), ("test/test_email/*", False),
        ("test/test_tkinter/*", False), ("test/test_tools/*", False), ("test/*", True),
    ),
    "doctest": (("polars/*.py", True),),
}  # fmt: skip


def _wanted(path: str, rules: tuple[tuple[str, bool], ...]) -> bool:
    return "__pycache__" not in path and next((taken for rule, taken in rules if fnmatch.fnmatchcase(path, rule)), False)


def _content(package: PyPI | Debian, rules: tuple[tuple[str, bool], ...]) -> Iterator[tuple[str, bytes]]:
    """The wanted files of a package by their path: below its top folder, or as they stand on `sys.path`."""
    file = package.fetch()
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            yield from ((path, wheel.read(path)) for path in wheel.namelist() if _wanted(path, rules))
        return
    stream = file.open("rb")
    if isinstance(package, Debian):
        stream = subprocess.Popen(["dpkg-deb", "--fsys-tarfile", file], stdout=subprocess.PIPE).stdout
    with stream, tarfile.open(fileobj=stream, mode="r|*") as archive:
        for member in archive:
            path = member.name.partition("/")[2].removeprefix("usr/lib/python3.14/")
            if member.isfile() and _wanted(path, rules):
                yield path, archive.extractfile(member).read()


def _key(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:12]


def harness() -> Path:
    """The archive of the harness's half that runs in the guest."""
    files = sorted((HERE / "guest").glob("*.py"))
    path = cache() / "suites" / f"harness-{_key(b''.join(file.read_bytes() for file in files))}" / "harness.zip"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
        with zipfile.ZipFile(path, "a") as archive:
            for file in files:
                archive.write(file, f"suite_guest/{file.name}")
    return path


class Archive:
    """A suite's archive, which is made when it is first asked for."""

    def __init__(self, suite: Suite) -> None:
        rules = RULES[suite.runner]
        self.suite = suite
        self.path = cache() / "suites" / f"{suite.name}-{_key(repr((suite.packages, rules)).encode())}" / "tests.zip"
        if not self.path.exists():
            self._make()
        with zipfile.ZipFile(self.path) as archive:
            self.sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            self._with_examples = {
                name for name in self.sizes if suite.runner == "doctest" and b">>> " in archive.read(name)
            }

    def _make(self) -> None:
        say(f"packing the tests of {self.suite.name}")
        self.path.parent.mkdir(parents=True, exist_ok=True)
        draft = self.path.with_suffix(".draft")
        draft.write_text(TEXT)
        with zipfile.ZipFile(draft, "a") as archive:
            for package in self.suite.packages:
                for path, content in _content(package, RULES[self.suite.runner]):
                    archive.writestr(path, content)
            # Tests import each other as modules of packages, which not every folder of them is.
            for folder in sorted({str(Path(name).parent) for name in archive.namelist() if "/tests" in name}):
                if f"{folder}/__init__.py" not in archive.namelist():
                    archive.writestr(f"{folder}/__init__.py", "")
        draft.rename(self.path)

    def files(self) -> list[str]:
        """The suite's test files, or its modules for doctests, from the archive's top."""
        suite = self.suite
        if suite.runner == "doctest":
            modules = (name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in self._with_examples)
            return sorted(modules)
        if suite.runner == "unittest":
            return [file for name in suite.folders for file in self._unittests(f"{suite.top}/{name}")]
        folders = tuple(f"{suite.top}/{folder}/" for folder in suite.folders)
        return sorted(
            name for name in self.sizes
            if name.startswith(folders) and Path(name).name.startswith("test_") and name.endswith(".py")
        )  # fmt: skip

    def _unittests(self, name: str) -> list[str]:
        """A test module is a file, or a folder of several."""
        if f"{name}.py" in self.sizes:
            return [f"{name}.py"]
        found = sorted(
            file for file in self.sizes
            if file.startswith(f"{name}/test") and file.endswith(".py") and file.count("/") == name.count("/") + 1
        )  # fmt: skip
        return found or [f"{name}/__init__.py"]

    def size(self, file: str) -> int:
        """Bytes of a test file, as a measure of how long it takes."""
        return self.sizes.get(file) or self.sizes.get(file.replace(".", "/") + ".py") or 1
