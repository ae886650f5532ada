"""scipy, from its source archive, on the guest's LAPACK."""

import hashlib
import sys
from pathlib import Path

import science
import tools
import trees
from recipes.exceptions import Exceptions
from recipes.lapack import Lapack
from recipes.numpy import Numpy
from sources import PyPI
from store import Recipe

ARCHIVE = PyPI("scipy-1.18.1.tar.gz", "52c4b7422442aba924d03ad4019852b08a92e64ea187b933135687bfe2747307")
OPTIONS = ("-Doptimization=2", "-D_without-fortran=true", "-Duse-pythran=false", "-Dblas=lapack", "-Dlapack=lapack")
PATCHES = ("scipy.patch",)


class Scipy(Recipe):
    """Also fills `development`: the declarations that other packages compile against."""

    name = "scipy"
    needs = (Numpy(), Exceptions(), Lapack())
    files = (*science.FILES, *(f"patches/{patch}" for patch in PATCHES))

    def interface(self) -> str:
        """What others compile against: Cython declarations, which come from the archive."""
        return hashlib.sha256(repr((ARCHIVE, Numpy().interface(), Exceptions().key())).encode()).hexdigest()[:12]

    def build(self, out: Path, work: Path) -> None:
        source = work / "source"
        project = science.ScienceProject(source, work)
        if not source.exists():
            ARCHIVE.unpack(work / "draft").rename(source)
            project.patch(*PATCHES)
        meson = [sys.executable, tools.folder() / "bin/meson"]
        project.compile(meson, *OPTIONS)
        project.install(meson, out / "python", "--tags=runtime,python-runtime,devel")
        science.keep_declarations(out / "python", out / "development")
        trees.prune(out / "python")
        trees.describe(source, out / "python", out / "licences")
