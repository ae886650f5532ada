"""pandas, from its source archive, compiled against the guest's numpy."""

import shutil
import sys
from pathlib import Path

import crossing
import tools
import trees
from recipes.numpy import Numpy
from sources import PyPI
from store import Recipe

ARCHIVE = PyPI("pandas-2.3.3.tar.gz", "e05e1af93b977f7eafa636d043f9f94c7ee3ac81af99c13508215942e64c993b")
PATCHES = ("pandas-64-bit.patch", "pandas-numpy.patch")


class Pandas(Recipe):
    name = "pandas"
    needs = (Numpy(),)
    files = ("crossing.py", "native/python.py", "trees.py", *(f"patches/{patch}" for patch in PATCHES))

    def build(self, out: Path, work: Path) -> None:
        source = work / "source"
        project = crossing.Project(source, work, python_path=_build_time_modules(work))
        if not source.exists():
            ARCHIVE.unpack(work / "draft").rename(source)
            project.patch(*PATCHES)
        meson = [sys.executable, tools.folder() / "bin/meson"]
        project.compile(meson)
        project.install(meson, out / "python")
        trees.prune(out / "python")
        trees.describe(source, out / "python", out / "licences")


def _build_time_modules(work: Path) -> Path:
    """What pandas' build imports: numpy for its headers and Cython declarations, versioneer for nothing."""
    folder = work / "build-time"
    if not folder.exists():
        numpy = Numpy().fetch() / "development" / "numpy"
        shutil.copytree(numpy, folder / "numpy")
        (folder / "numpy/__init__.py").write_text(
            f"def get_include():\n    return {str(numpy / '_core/include')!r}\n"
        )
        # The source archive carries its version already.
        (folder / "versioneer.py").touch()
    return folder
