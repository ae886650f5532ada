"""The script's view of its files.

The working folder is the output folder, so that whatever a script writes by a relative name becomes a result. A
relative name that is read means what the script has written, or else the user's file of that name: the host sees to
that. What is done here is listing both folders as one, and answering for the library that is kept in memory.
"""

import builtins
import errno
import io
import os
import os.path
import weakref

from _glovebox import library

OUT = "/out"
DATA = "/data"

_open = io.open
_listdir = os.listdir
_scandir = os.scandir
_mkdir = os.mkdir

#: Files that a script writes to and has not let go of.
_written = weakref.WeakSet()


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
    if library.holds(file) and isinstance(mode, str) and not set(mode) & set("wax+"):
        return library.open(os.fspath(file), mode, encoding, errors, newline)
    opened = _open(file, mode, buffering, encoding, errors, newline, closefd, opener)
    if set(mode) & set("wax+"):
        _written.add(opened)
    return opened


def flush():
    """Writes what files that a script left open still hold.

    Raises `OSError` where one cannot be written, after the others are."""
    failed = None
    for file in list(_written):
        try:
            if not file.closed:
                file.flush()
        except OSError as error:
            failed = failed or error
    if failed is not None:
        raise failed


def _status_of(function):
    def status(path, *args, **options):
        return library.status(os.fspath(path)) if library.holds(path) else function(path, *args, **options)

    status.__name__ = function.__name__
    return status


def _is_here(path):
    return path is None or (not isinstance(path, int) and os.path.normpath(os.path.join(OUT, os.fspath(path))) == OUT)


def listdir(path="."):
    if library.holds(path):
        return library.names(os.fspath(path))
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
    os.stat = _status_of(os.stat)
    os.lstat = _status_of(os.lstat)
    os.listdir = listdir
    os.scandir = scandir
    os.mkdir = mkdir
