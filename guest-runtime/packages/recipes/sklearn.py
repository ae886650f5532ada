"""scikit-learn, from its source archive, without threads."""

import sys
from pathlib import Path

import science
import tools
import trees
from recipes.exceptions import Exceptions
from recipes.numpy import Numpy
from recipes.scipy import Scipy
from sources import PyPI
from store import Recipe

ARCHIVE = PyPI("scikit_learn-1.9.1.tar.gz", "629cada3e33e2b9bf376cdc7614a47a4140b8aedc1d836579e359736fbd82977")
PATCHES = ("sklearn-64-bit.patch",)

# Sources that were compiled, and data that nobody asks for.
LEFT_OUT = ("sklearn/**/*.pyx.tp", "sklearn/**/*.pxd.tp", "sklearn/**/*.pxi.tp", "sklearn/**/meson.build", "sklearn/_build_utils", "sklearn/svm/src", "sklearn/utils/src")


class ScikitLearn(Recipe):
    name = "scikit-learn"
    needs = (Numpy(), Exceptions(), Scipy())
    files = (*science.FILES, *(f"patches/{patch}" for patch in PATCHES))

    def build(self, out: Path, work: Path) -> None:
        source = work / "source"
        project = science.ScienceProject(source, work, Scipy().fetch() / "development")
        if not source.exists():
            ARCHIVE.unpack(work / "draft").rename(source)
            project.patch(*PATCHES)
        meson = [sys.executable, tools.folder() / "bin/meson"]
        project.compile(meson, "-Doptimization=2")
        project.install(meson, out / "python")
        trees.prune(out / "python", *LEFT_OUT)
        trees.describe(source, out / "python", out / "licences")
