"""Builds meson projects that need numpy, BLAS and C++ exceptions: scipy, scikit-learn, statsmodels."""

import json
import os
import shutil
import sys
from pathlib import Path

import tools
from crossing import Project
from recipes.exceptions import Exceptions
from recipes.numpy import Numpy
from sources import PyPI, run
from store import HERE

# What the builds run or include, beside `tools.PINS`: f2py of a numpy for this machine, and pybind11's headers.
NUMPY = PyPI(
    "numpy-2.3.5-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "8cba086a43d54ca804ce711b2a940b16e452807acebe7852ff327f1ecd49b0d4",
)
PYBIND11 = PyPI("pybind11-3.0.4-py3-none-any.whl", "961720ee652da51d531b7b2451a6bd2bc042b0106e6d9baa48ecb7d58034ce63")
FILES = (
    "science.py", "crossing.py", "native/python.py", "native/pkg-config.py", "trees.py", "patches/pybind11-64-bit.patch",
)  # fmt: skip


class ScienceProject(Project):
    """A project that is compiled with exceptions, and finds numpy, pybind11, BLAS and LAPACK."""

    def __init__(self, source: Path, work: Path, *declarations: Path) -> None:
        """`declarations` are trees of more packages' Cython declarations."""
        super().__init__(source, work, python_path=_build_time_modules(work, declarations))
        self.environment["PATH"] = f"{work / 'programs'}{os.pathsep}{self.environment['PATH']}"

    def _cross_file(self) -> Path:
        """The base's, with other compilers and more programs."""
        cross = super()._cross_file()
        programs = {"c": "wasm-cc", "cpp": "wasm-cxx"}
        binaries = {name: Exceptions().fetch() / "bin" / program for name, program in programs.items()}
        binaries["pkg-config"] = self._pkg_config()
        binaries["f2py"] = self._script("f2py", "from numpy.f2py.f2py2e import main\nmain()\n")
        text = cross.read_text()
        for name, path in binaries.items():
            lines = [line for line in text.splitlines() if not line.startswith(f"{name} = ")]
            text = "\n".join([lines[0], f"{name} = '{path}'", *lines[1:], ""])
        cross.write_text(text)
        return cross

    def _script(self, name: str, text: str) -> Path:
        script = self.work / "programs" / name
        script.parent.mkdir(exist_ok=True)
        script.write_text(f"#!{sys.executable}\n{text}")
        script.chmod(0o755)
        return script

    def _pkg_config(self) -> Path:
        modules = self.work / "build-time"
        known = {
            "numpy": {"version": "2.5.5", "cflags": f"-I{modules}/numpy/_core/include"},
            "pybind11": {"version": "3.0.4", "cflags": f"-I{modules}/pybind11/include"},
            "lapack": {"version": "3.9.0"},
        }
        script = self._script("pkg-config", (HERE / "native/pkg-config.py").read_text())
        script.with_name("pkg-config.json").write_text(json.dumps(known))
        return script


def keep_declarations(tree: Path, out: Path) -> None:
    """Copies the Cython declarations in an installed tree, for the packages that are compiled against it."""
    for file in [*tree.rglob("*.pxd"), *tree.rglob("__init__.py")]:
        copy = out / file.relative_to(tree)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(file.read_text() if file.suffix == ".pxd" else "")


def _build_time_modules(work: Path, declarations: tuple[Path, ...]) -> Path:
    """This machine's numpy with the headers and declarations of the guest's, and pybind11."""
    folder = work / "build-time"
    if not folder.exists():
        draft = work / "build-time.draft"
        shutil.rmtree(draft, ignore_errors=True)
        NUMPY.unpack(draft)
        shutil.rmtree(draft / "numpy/_core/include")
        shutil.copytree(Numpy().fetch() / "development/numpy", draft / "numpy", dirs_exist_ok=True)
        PYBIND11.unpack(draft)
        with (HERE / "patches/pybind11-64-bit.patch").open() as text:
            run(["patch", "-p1", "--forward", "--fuzz=0", "-d", draft], stdin=text)
        for tree in declarations:
            shutil.copytree(tree, draft, dirs_exist_ok=True)
        draft.rename(folder)
    return folder
