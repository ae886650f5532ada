"""The suites: where each one's tests come from, how they are run, and how many must pass."""

from dataclasses import dataclass
from pathlib import Path

from recipes import numpy, pandas, pure
from sources import Debian, PyPI

HERE = Path(__file__).resolve().parent

# What the tests themselves need. None of it is in the guest.
PYTEST = (
    PyPI("pytest-9.0.2-py3-none-any.whl", "711ffd45bf766d5264d487b917733b453d917afd2b0ad65223959f59089f875b"),
    PyPI("pluggy-1.6.0-py3-none-any.whl", "e920276dd6813095e9377c0bc5566d94c932c33b27a3e3945d8389c374dd4746"),
    PyPI("iniconfig-2.3.0-py3-none-any.whl", "f631c04d2c48c52b84d0d0549c99ff3859c98df65b3101406327ecc7d53fbf12"),
    PyPI("packaging-25.0-py3-none-any.whl", "29572ef2b1f17581046b3a2227d5c611fb25ec70ca1ba8554b24b0e69331a484"),
    PyPI("pygments-2.19.2-py3-none-any.whl", "86540386c03d588bb81d44bc3928634ff26449851e99741617ecb9037ee5ec0b"),
    # Later releases have a compiled part.
    PyPI("hypothesis-6.148.13-py3-none-any.whl", "ab3ad77ffc4fdbcdecee225f68ff4893f9f83cfaae35f0a00b6797097a0e14d2"),
    PyPI("sortedcontainers-2.4.0-py2.py3-none-any.whl", "a163dcaede0f1c021485e957a39245190e74249897e2ae4b2aa38595db237ee0"),
)  # fmt: skip
PYTHON = (
    Debian(
        "libpython3.14-testsuite", "3.14.10-1", "137b55a9b0794801a0226a8220c7c224e9e5e3a9d1261bd62573a87a6ad8bf31",
        successors=True,
    ),
    # It holds `test.support`.
    Debian(
        "libpython3.14-stdlib", "3.14.10-1", "0af595928d7a49c12fe33d5667da95dc2fa9868e1a9a00625428074d3b3d458a",
        architecture="amd64", successors=True,
    ),
)  # fmt: skip
POLARS = next(wheel for wheel in pure.WHEELS if wheel.file.startswith("polars-"))

# The language and the parts of the standard library that scripts on data use.
PYTHON_TESTS = """
__all__ abstract_numbers argparse array ast asyncgen augassign base64 baseexception binascii binop bisect bool buffer
builtin bytes bz2 calendar call class cmath codeccallbacks codecs codeop collections compare compile complex
configparser contains context contextlib copy copyreg coroutines csv dataclasses datetime decimal decorators
defaultdict deque descr dict dictcomps dictviews difflib dis doctest dynamic dynamicclassattribute enum enumerate
eof errno except_star exception_group exception_hierarchy exception_variations exceptions extcall finalization float
flufl fnmatch format fractions frame fstring funcattrs functools future_stmt gc generator_stop generators
genericalias genericclass genexps getopt glob global grammar graphlib gzip hash hashlib heapq hmac html htmlparser
index inspect int int_literal io ipaddress isinstance iter iterlen itertools json keyword keywordonlyarg linecache
list listcomps locale logging long longexp math math_property memoryio memoryview metaclass monitoring
named_expressions numeric_tower opcodes operator ordered_dict os pathlib patma peepholer pep646_syntax pickle
picklebuffer pickletools plistlib positional_only_arg posixpath pow pprint print property quopri raise random range re
reprlib richcmp sched scope secrets set setcomps shelve shlex shutil slice sort source_encoding sqlite3 stat statistics
str strftime string string_literals stringprep strptime strtod struct structseq subclassinit super symtable syntax sys
tempfile textwrap time timeit tokenize tomllib traceback tstring tuple type_aliases type_annotations type_comments
type_params typechecks types typing ucn unary unicodedata unicode_identifiers unittest unpack unpack_ex userdict
userlist userstring uuid warnings weakref weakset with xml_etree yield_from zipfile zlib zoneinfo
""".split()


@dataclass(frozen=True)
class Suite:
    """`folders` hold the test files, named from `top`; for unittest and doctest they are the tests' own names."""

    name: str
    runner: str
    #: The share of tests that must pass, of those that can pass in the guest.
    floor: float
    packages: tuple[PyPI | Debian, ...]
    folders: tuple[str, ...]
    top: str = ""


SUITES = {
    suite.name: suite
    for suite in (
        Suite("python", "unittest", 0.95, PYTHON, tuple(f"test_{name}" for name in PYTHON_TESTS), "test"),
        Suite(
            "numpy", "pytest", 0.97, (numpy.ARCHIVE, *PYTEST),
            ("_core/tests", "lib/tests", "linalg/tests", "random/tests", "fft/tests", "ma/tests"), "numpy",
        ),
        Suite(
            "pandas", "pytest", 0.95, (pandas.ARCHIVE, *PYTEST),
            ("frame", "series", "groupby", "indexing", "reshape", "resample", "window", "tools", "strings", "io/parser"),
            "pandas/tests",
        ),
        Suite("polars", "doctest", 0.97, (POLARS,), (), "polars"),
    )
}  # fmt: skip
