"""The script's view of its files.

The working folder is the output folder, so that whatever a script writes by a relative name becomes a result. A
relative name that is read means what the script has written, or else the user's file of that name.
"""

import builtins
import errno
import io
import os
import os.path

from _glovebox import library

OUT = "/out"
DATA = "/data"

_open = io.open
_stat = os.stat
_lstat = os.lstat
_listdir = os.listdir
_scandir = os.scandir
_mkdir = os.mkdir


def readable(path):
    """Where `path` is to be read from. A name that is nowhere stays in the output folder."""
    if isinstance(path, int):
        return path
    path = os.fspath(path)
    if isinstance(path, bytes):
        path = os.fsdecode(path)
    if path.startswith("/"):
        return path
    for folder in (OUT, DATA):
        candidate = os.path.join(folder, path)
        try:
            _stat(candidate)
        except (OSError, ValueError):
            continue
        return candidate
    return os.path.join(OUT, path)


def writable(path):
    """Where `path` is to be written to."""
    path = os.fspath(path)
    return path if path.startswith("/") else os.path.join(OUT, path)


def names():
    """Every file that a script can read by a bare name, sorted."""
    found = set()
    for folder in (OUT, DATA):
        try:
            found.update(_listdir(folder))
        except OSError:
            pass
    return sorted(found)


def open(file, mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None):
    reads = isinstance(mode, str) and not set(mode) & set("wax+")
    place = readable(file) if reads else file
    if reads and library.holds(place):
        return library.open(place, mode, encoding, errors, newline)
    try:
        return _open(place, mode, buffering, encoding, errors, newline, closefd, opener)
    except OSError as error:
        raise _told(error, place, file)


def _told(error, place, path):
    """The error as the script's author knows it: by the name they gave."""
    if error.filename == place:
        error.filename = path
    return error


def _looked_up(function):
    def look(path, *args, **options):
        place = path
        if options.get("dir_fd") is None and isinstance(path, (str, os.PathLike)):
            place = readable(path)
            if library.holds(place):
                return library.status(place)
        try:
            return function(place, *args, **options)
        except OSError as error:
            raise _told(error, place, path)

    look.__name__ = function.__name__
    return look


def _is_here(path):
    return path is None or (not isinstance(path, int) and os.path.normpath(os.path.join(OUT, os.fspath(path))) == OUT)


def listdir(path="."):
    if library.holds(path):
        return library.names(path)
    return names() if _is_here(path) else _listdir(path)


def mkdir(path, mode=0o777, *, dir_fd=None):
    # The system knows its own folders by no name that could be there already.
    if dir_fd is None and os.path.normpath(os.path.join(OUT, os.fsdecode(path))) in (OUT, DATA, "/"):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), path)
    return _mkdir(path, mode, dir_fd=dir_fd) if dir_fd is not None else _mkdir(path, mode)


class scandir:
    """Entries of a folder; of the working folder, the user's files as well."""

    def __init__(self, path="."):
        entries = list(_scandir(path))
        if _is_here(path):
            own = {entry.name for entry in entries}
            entries += [entry for entry in _scandir(DATA) if entry.name not in own]
        self._entries = iter(entries)

    def __iter__(self):
        return self._entries

    def __next__(self):
        return next(self._entries)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        self._entries = iter(())


def install():
    builtins.open = io.open = open
    os.stat = _looked_up(_stat)
    os.lstat = _looked_up(_lstat)
    os.listdir = listdir
    os.scandir = scandir
    os.mkdir = mkdir
