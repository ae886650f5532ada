"""numpy, from its source archive, with the patches in `patches/`."""

import hashlib
import shutil
import sys
from pathlib import Path

import crossing
import trees
from recipes.toolchain import Toolchain
from sources import PyPI
from store import HERE, Recipe

ARCHIVE = PyPI("numpy-2.5.5.tar.gz", "5cddc243c75114ba845f01b1f87aca1572dbf7b6c2d88636ed3e1d2bccd7f1bf")
OPTIONS = ("-Dblas=none", "-Dlapack=none", "-Dallow-noblas=true", "-Ddisable-optimization=true", "-Ddisable-threading=true")
# Parts that serve numpy's own tests and those who compile against it.
LEFT_OUT = (
    "numpy/f2py", "numpy/_pyinstaller", "numpy/_core/include", "numpy/random/_examples",
    "numpy/_core/_*_tests.*.so", "numpy/_core/_simd.*.so",
)  # fmt: skip
PATCHES = (
    "numpy-int64.patch", "numpy-random64.patch", "numpy-signatures.patch", "numpy-status.patch", "numpy-blas.patch",
)  # fmt: skip
OURS = ("fenv.h", "fenv.c", "status.h", "status.c", "blas.c", "blas_real.h", "blas_complex.h", "casts.h")


class Numpy(Recipe):
    """Also fills `development/numpy`: the headers and declarations that other packages compile against."""

    name = "numpy"
    needs = (Toolchain(),)
    files = (
        "crossing.py", "native/python.py", "trees.py",
        *(f"patches/{patch}" for patch in PATCHES), *(f"native/numpy/{file}" for file in OURS),
    )  # fmt: skip

    def interface(self) -> str:
        """Headers and declarations: they come from the archive and one patch."""
        text = (HERE / "patches/numpy-int64.patch").read_text()
        return hashlib.sha256(repr((ARCHIVE, text, Toolchain().key())).encode()).hexdigest()[:12]

    def build(self, out: Path, work: Path) -> None:
        source = work / "source"
        project = crossing.Project(source, work)
        if not source.exists():
            draft = ARCHIVE.unpack(work / "draft")
            shutil.copytree(HERE / "native/numpy", draft / "numpy/_core/src/glovebox")
            draft.rename(source)
            project.patch(*PATCHES)
        meson = [sys.executable, source / "vendored-meson/meson/meson.py"]
        ours = f"-I{source}/numpy/_core/src/glovebox -DHAVE_CBLAS"
        project.compile(meson, *OPTIONS, f"-Dc_args={ours}", f"-Dcpp_args={ours}")
        python = out / "python"
        project.install(meson, python, "--tags=runtime,python-runtime,devel")
        for pattern in ("*.pxd", "_core/include/**/*.h"):
            for file in (python / "numpy").rglob(pattern):
                copy = out / "development" / file.relative_to(python)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, copy)
        trees.prune(python, *LEFT_OUT)
        trees.describe(source, python, out / "licences")
