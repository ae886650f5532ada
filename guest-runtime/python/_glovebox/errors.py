"""System errors print the numbers that Linux gives them.

WASI numbers errors in its own way: a missing file is 44 here and 2 on other machines. Scripts print such errors, so
their text and their `repr` take Linux's number. `error.errno` and the module `errno` keep WASI's numbers, which agree
with each other.
"""

import errno
import os

#: Linux's number of each error that files, folders and arithmetic end with, by its name in `errno`.
LINUX = {
    "EPERM": 1, "ENOENT": 2, "EIO": 5, "ENXIO": 6, "E2BIG": 7, "EBADF": 9, "EAGAIN": 11, "ENOMEM": 12, "EACCES": 13,
    "EFAULT": 14, "EBUSY": 16, "EEXIST": 17, "EXDEV": 18, "ENODEV": 19, "ENOTDIR": 20, "EISDIR": 21, "EINVAL": 22,
    "ENFILE": 23, "EMFILE": 24, "ENOTTY": 25, "EFBIG": 27, "ENOSPC": 28, "ESPIPE": 29, "EROFS": 30, "EMLINK": 31,
    "EPIPE": 32, "EDOM": 33, "ERANGE": 34, "ENAMETOOLONG": 36, "ENOSYS": 38, "ENOTEMPTY": 39, "ELOOP": 40,
    "EOVERFLOW": 75, "EILSEQ": 84, "EOPNOTSUPP": 95, "ENOTSUP": 95, "EDQUOT": 122,
}  # fmt: skip


def number(error):
    """The number to print. One that the script chose itself, with words of its own, stays as it is."""
    name = errno.errorcode.get(error.errno)
    return LINUX[name] if name in LINUX and error.strerror == os.strerror(error.errno) else error.errno


def text(self):
    if self.filename is not None:
        named = f"[Errno {number(self)}] {self.strerror}: {self.filename!r}"
        return named if self.filename2 is None else f"{named} -> {self.filename2!r}"
    if self.errno is not None and self.strerror is not None:
        return f"[Errno {number(self)}] {self.strerror}"
    return BaseException.__str__(self)


def representation(self):
    if len(self.args) < 2 or self.args[0] != self.errno:
        return BaseException.__repr__(self)
    return f"{type(self).__name__}{(number(self), *self.args[1:])!r}"


def install(change_type):
    """`change_type(type, attributes)` changes a built-in type, which Python itself refuses to do."""
    change_type(OSError, {"__str__": text, "__repr__": representation})
