"""statsmodels, from its source archive."""

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

ARCHIVE = PyPI("statsmodels-0.15.0.tar.gz", "5d257fe58d0772bc46a557880ca78e2a8e07fec7bfd9d11074aef8e33e1aecbc")
PATCHES = ("statsmodels-version.patch",)
# Sources that were compiled, and what nobody imports.
LEFT_OUT = ("statsmodels/**/*.pyx.in", "statsmodels/**/*.pxd.in", "statsmodels/**/meson.build", "statsmodels/sandbox/archive")


class Statsmodels(Recipe):
    name = "statsmodels"
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
