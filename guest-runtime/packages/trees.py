"""Python trees: what is kept of a package, and what tells its version and licence."""

import shutil
from email import message_from_string
from pathlib import Path

# Names of folders and files that only serve a package's own developers.
DROPPED = ("tests", "test", "__pycache__", "*.pyc", "*.pyi", "*.pyx", "*.pxd", "*.pxi", "*.c", "*.h", "*.a", "py.typed")
LICENCES = ("LICEN[CS]E*", "COPYING*", "NOTICE*", "AUTHORS*", "licen[cs]es", "LICENSES")


def prune(tree: Path, *more: str) -> None:
    """Drops what the guest has no use for, and what matches a pattern in `more`."""
    for path in [path for pattern in DROPPED for path in tree.rglob(pattern)]:
        _remove(path)
    for path in [path for pattern in more for path in tree.glob(pattern)]:
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)  # It may have gone with a folder above it.


def describe(archive: Path, tree: Path, licences: Path) -> None:
    """For a package built from an unpacked source archive: `importlib.metadata`'s folder, and its licence files."""
    about = (archive / "PKG-INFO").read_text()
    fields = message_from_string(about)
    information = tree / f"{fields['Name']}-{fields['Version']}.dist-info"
    information.mkdir()
    (information / "METADATA").write_text(about)
    keep_licences(archive, licences / fields["Name"])
    for name in fields.get_all("License-File", []):
        copy = licences / fields["Name"] / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(archive / name, copy)


def keep_licences(source: Path, target: Path) -> None:
    """Copies the licence files that stand at the top of `source`."""
    target.mkdir(parents=True, exist_ok=True)
    for pattern in LICENCES:
        for path in source.glob(pattern):
            if path.is_dir():
                shutil.copytree(path, target / path.name, dirs_exist_ok=True)
            else:
                shutil.copy(path, target)
