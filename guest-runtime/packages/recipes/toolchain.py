"""Headers and archives to compile C and C++ for the guest.

`sysroot/` serves `clang --target=wasm32-wasip1 --sysroot=…`; `bin/` holds the compiler drivers for Python extension
modules; `lib/` holds the archives the guest's own link needs beside Rust's libc.

Compiler, libc and C++ headers come from Debian's stable releases, whose versions stay. Python's headers come from
Debian's development suite, whose versions go: there the recipe falls back to the newest 3.14 that the archive signs,
since a minor version keeps its ABI.
"""

import json
import re
import shutil
from pathlib import Path

from recipes.cpython import CPython
from sources import Debian, run
from store import HERE, Failure, Recipe

WASI_LIBC = Debian(
    "wasi-libc", "0.0~git20241209.574b88d-2", "b7716260051d289248b7667f81fa2792c125d888ff51da3fa09c6272cc0bd11d"
)
CXX_HEADERS = Debian(
    "libc++-19-dev-wasm32", "1:19.1.7-3~deb12u1", "e2c3a1ec97f42ff660688e7a435dab7cb785211d9e9559eef86192a218c24ce8"
)
PYTHON_HEADERS = Debian(
    "libpython3.14-dev", "3.14.10-1", "ce226a5a09bd3739123b95c5a41688ee3110651e6b4f9b22973a27c7be2f64fa",
    architecture="amd64", successors=True,
)  # fmt: skip
LLVM = Path("/usr/lib/llvm-19")
BUILTINS = LLVM / "lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a"


class Toolchain(Recipe):
    name = "toolchain"
    needs = (CPython(),)
    files = ("native/driver.sh", "native/support.c")

    def build(self, out: Path, work: Path) -> None:
        if not BUILTINS.exists():
            raise Failure("install clang-19, lld-19, llvm-19 and libclang-rt-19-dev-wasm32 (Debian bookworm)")
        sysroot = out / "sysroot"
        debian = work / "debian"
        for package in (WASI_LIBC, CXX_HEADERS, PYTHON_HEADERS):
            package.unpack(debian)
        for part in ("include", "lib"):
            for target in ("wasm32-wasi", "wasm32-wasip1"):
                shutil.copytree(debian / "usr" / part / "wasm32-wasi", sysroot / part / target, ignore=_cxx_link)
        shutil.copytree(debian / "usr/lib/llvm-19/include/wasm32-wasi/c++/v1", sysroot / "include/c++/v1")
        shutil.copytree(debian / "usr/include/python3.14", sysroot / "include/python3.14")
        pyconfig = debian / "usr/include/x86_64-linux-gnu/python3.14/pyconfig.h"
        (sysroot / "include/python3.14/pyconfig.h").write_text(_pyconfig(pyconfig.read_text()))
        _drivers(out)
        _archives(out, sysroot)
        for package in ("wasi-libc", "libc++-19-dev-wasm32", "libpython3.14-dev"):
            notice = out / "licences" / package
            notice.mkdir(parents=True)
            source = debian / "usr/share/doc" / package / "copyright"
            if source.is_file():
                shutil.copy(source, notice)


def _cxx_link(folder: str, names: list[str]) -> list[str]:
    """The C++ packages' links into their own folders, which the sysroot does not have."""
    return [name for name in names if name == "c++" or Path(folder, name).is_symlink()]


def sysconfig() -> dict[str, object]:
    """The configuration variables of the guest's CPython, as it was built."""
    python = CPython().fetch() / "python"
    return json.loads((python / "_sysconfig_vars__wasi_wasm32-wasi.json").read_text())


def _pyconfig(debian: str) -> str:
    """`pyconfig.h` of the guest's CPython: its values, for the names in Debian's `pyconfig.h`."""
    names = re.findall(r"^(?:#define|/\* #undef) (\w+)", debian, re.MULTILINE)
    values = sysconfig()
    lines = []
    for name in sorted(set(names)):
        value = values.get(name)
        if isinstance(value, int) and value:
            lines.append(f"#define {name} {value}")
    return "\n".join(["#ifndef Py_PYCONFIG_H", "#define Py_PYCONFIG_H", *lines, "#endif", ""])


def _drivers(out: Path) -> None:
    binaries = out / "bin"
    binaries.mkdir()
    shutil.copy(HERE / "native/driver.sh", binaries / "wasm-cc")
    (binaries / "wasm-cc").chmod(0o755)
    (binaries / "wasm-cxx").symlink_to("wasm-cc")


def _archives(out: Path, sysroot: Path) -> None:
    libraries = out / "lib"
    libraries.mkdir()
    shutil.copy(BUILTINS, libraries / "libclang_rt.builtins-wasm32.a")
    shutil.copy(sysroot / "lib/wasm32-wasip1/libc-printscan-long-double.a", libraries)
    support = out / "support.o"
    run([out / "bin/wasm-cc", "-O2", "-c", HERE / "native/support.c", "-o", support])
    run([LLVM / "bin/llvm-ar", "rcs", libraries / "libsupport.a", support])
    support.unlink()
