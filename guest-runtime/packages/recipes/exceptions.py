"""C++ exceptions and setjmp for the guest: compiler drivers that know them, and the library that compiled code calls."""

import os
import shutil
import subprocess
from pathlib import Path

from recipes.toolchain import LLVM, Toolchain
from sources import run
from store import HERE, Failure, Recipe

OURS = ("driver.sh", "exceptions.cpp", "setjmp.c", "tags.s", "include/cxxabi.h", "include/one_thread.h")
# The part of `support.c` that ends the guest where C++ throws: here a throw is one.
THROWS = ("/* C++ exceptions", "/* Destructors")


class Exceptions(Recipe):
    name = "exceptions"
    needs = (Toolchain(),)
    files = ("native/support.c", *(f"native/exceptions/{file}" for file in OURS))

    def build(self, out: Path, work: Path) -> None:
        toolchain, ours = Toolchain().fetch(), HERE / "native/exceptions"
        binaries, libraries = out / "bin", out / "lib"
        binaries.mkdir()
        libraries.mkdir()
        driver = (ours / "driver.sh").read_text().replace("@toolchain@", str(toolchain)).replace("@linker@", str(_linker()))
        (binaries / "wasm-cc").write_text(driver)
        (binaries / "wasm-cc").chmod(0o755)
        (binaries / "wasm-cxx").symlink_to("wasm-cc")
        shutil.copytree(ours / "include", out / "include")

        support = (HERE / "native/support.c").read_text()
        start, end = map(support.index, THROWS)
        (work / "support.c").write_text(support[:start] + support[end:])
        run([toolchain / "bin/wasm-cc", "-O2", "-c", work / "support.c", "-o", work / "support.o"])
        run([LLVM / "bin/llvm-ar", "rcs", libraries / "libsupport.a", work / "support.o"])

        run([LLVM / "bin/clang", "--target=wasm32-wasip1", "-c", ours / "tags.s", "-o", work / "tags.o"])
        objects = [work / "setjmp.o", work / "exceptions.o"]
        run([binaries / "wasm-cc", "-O2", "-c", ours / "setjmp.c", "-o", objects[0]])
        run([binaries / "wasm-cxx", "-O2", "-std=c++17", "-c", ours / "exceptions.cpp", "-o", objects[1]])
        names = subprocess.run(
            [LLVM / "bin/llvm-nm", "--extern-only", "--defined-only", "--format=just-symbols", "--no-weak", *objects],
            capture_output=True, text=True, check=True,
        ).stdout.split()  # fmt: skip
        names = [name for name in names if not name.endswith(":")] + ["__cpp_exception", "__c_longjmp"]
        run(
            [binaries / "wasm-cc", "-shared", work / "tags.o", *objects, "-o", libraries / "libexceptions.so"],
            env=os.environ | {"GLOVEBOX_EXPORTS": " ".join(f"--export={name}" for name in names)},
        )


def _linker() -> Path:
    """The linker of the Rust toolchain that this folder asks for."""
    asked = subprocess.run(["rustc", "--print", "target-libdir"], cwd=HERE, capture_output=True, text=True)
    linker = Path(asked.stdout.strip()).parent / "bin/rust-lld"
    if asked.returncode or not linker.exists():
        raise Failure("install the Rust toolchain that rust-toolchain.toml names: its rust-lld is needed")
    return linker
