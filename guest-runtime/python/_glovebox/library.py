"""The Python code of the guest, kept in memory.

The build mounts the standard library and the packages at `/python`, and boot imports most of what scripts use. What it
does not import, and the packages' data, is kept here, compressed, so that a run needs none of those files. Imports find
it through `_glovebox.imports`, and `_glovebox.files` answers whoever opens a path below `/python` by hand.
"""

import errno
import io
import marshal
import os
import stat
import zlib

ROOT = "/python"

#: Each file by its path, compressed.
_files = {}
#: Sizes of the files, by path; of a folder, the names in it.
_sizes = {}
_folders = {}
#: Each module's path, whether it is a package, and its compressed code, by its dotted name.
_modules = {}


def keep():
    """Reads and compiles everything below `/python`. Called once, by the build."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        _folders[folder] = [*folders, *sorted(names)]
        for name in names:
            path = f"{folder}/{name}"
            with io.FileIO(path) as file:
                content = file.readall()
            _sizes[path] = len(content)
            _files[path] = zlib.compress(content)
            if name.endswith(".py"):
                _keep_module(path, content)


def _keep_module(path, content):
    parts = path.removeprefix(f"{ROOT}/").removesuffix(".py").split("/")
    is_package = parts[-1] == "__init__"
    name = ".".join(parts[:-1] if is_package else parts)
    try:
        code = compile(content, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        # Templates and tests of other versions; whoever imports one is told that it is not there.
        return
    kept = zlib.compress(marshal.dumps(code))
    _modules[name] = (path, is_package, kept)
    if is_package:
        # Some packages import their own `__init__` by that name.
        _modules[f"{name}.__init__"] = (path, False, kept)


def module(name):
    """The path of a module's source and whether it is a package; None where there is no such module."""
    return _modules[name][:2] if name in _modules else None


def code(name):
    """A module's compiled code."""
    return marshal.loads(zlib.decompress(_modules[name][2]))


def holds(path):
    """Whether `path`, a text or an object with `__fspath__`, is a file or folder of the library."""
    if hasattr(path, "__fspath__"):
        path = os.fspath(path)
    return isinstance(path, str) and path.startswith(ROOT) and (path in _files or path.rstrip("/") in _folders)


def read(path):
    """The bytes of a file of the library."""
    return zlib.decompress(_files[path])


def open(path, mode, encoding, errors, newline):
    """Opens a file of the library for reading, as the builtin does."""
    if path not in _files:
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), path)
    content = io.BytesIO(read(path))
    content.name = path
    return content if "b" in mode else io.TextIOWrapper(content, encoding, errors, newline)


def status(path):
    """What `os.stat` says of a path of the library. Nothing there has a time."""
    kind, size = (stat.S_IFREG | 0o444, _sizes[path]) if path in _files else (stat.S_IFDIR | 0o555, 0)
    return os.stat_result((kind, 0, 0, 1, 0, 0, size, 0, 0, 0))


def names(path):
    """The names in a folder of the library."""
    if path in _files:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
    return list(_folders[path.rstrip("/")])
