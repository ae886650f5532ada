"""Unpacks what has to stand in the file system, and lets everything else be imported from the archive.

pytest collects files, and some tests read files that stand beside them. The output folder holds few files, so only the
test files of this run go there, with their data; other modules of the suite are imported from the archive.
"""

import importlib
import os
import sys
import zipfile

ARCHIVE = "/data/tests.zip"
ROOT = "/out/lib"


def unpack(files, *, data=(), settings=()):
    """Unpacks `files` with the `conftest.py` and the `data` folders (by name) of all folders above them, and
    `settings` from the top."""
    with zipfile.ZipFile(ARCHIVE) as archive:
        names = archive.namelist()
        folders = {folder for file in files for folder in _above(file)}
        wanted = {*files, *settings, *(f"{folder}/conftest.py" for folder in folders)}
        beside = tuple(f"{folder}/{name}/" for folder in folders for name in data)
        for name in names:
            if name in wanted or name.startswith(beside):
                archive.extract(name, ROOT)
    for folder in folders:
        init = f"{ROOT}/{folder}/__init__.py"
        if not os.path.exists(init):
            open(init, "w").close()
    _extend(sorted(folders))


def _above(file):
    """The folders above a file, as a package's names."""
    folder = os.path.dirname(file)
    while folder:
        yield folder
        folder = os.path.dirname(folder)


def _extend(folders):
    """Adds what is unpacked, and what is in the archive, to the packages' paths, the outermost first."""
    sys.path[:] = [ROOT, *(entry for entry in sys.path if entry != ROOT)]
    for folder in folders:
        package = importlib.import_module(folder.replace("/", "."))
        here = [f"{ROOT}/{folder}", f"{ARCHIVE}/{folder}"]
        package.__path__ = [*here, *(place for place in package.__path__ if place not in here)]
