#!/usr/bin/env python3
"""Fills the cache with what the guest is made of beside our own code. README.md beside this file tells more."""

import argparse
import sys
from pathlib import Path

sys.dont_write_bytecode = True  # The guest's key is a hash over these folders.

from assembly import assemble  # noqa: E402
from recipes.cpython import CPython  # noqa: E402
from recipes.exceptions import Exceptions  # noqa: E402
from recipes.lapack import Lapack  # noqa: E402
from recipes.numpy import Numpy  # noqa: E402
from recipes.pandas import Pandas  # noqa: E402
from recipes.pure import Pure  # noqa: E402
from recipes.scipy import Scipy  # noqa: E402
from recipes.sklearn import ScikitLearn  # noqa: E402
from recipes.statsmodels import Statsmodels  # noqa: E402
from recipes.toolchain import Toolchain  # noqa: E402
from store import Failure  # noqa: E402

# In this order their libraries are linked: what C++ throws is caught by the first that knows how.
RECIPES = {
    recipe.name: recipe
    for recipe in (
        Exceptions(), CPython(), Toolchain(), Lapack(), Numpy(), Pandas(), Scipy(), ScikitLearn(), Statsmodels(), Pure(),
    )
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="PACKAGE")
    for name in RECIPES:
        commands.add_parser(name, help=f"build {name} if it is not there, and print its folder")
    commands.add_parser("all", help="build every package, and print the folders")
    merged = commands.add_parser("assemble", help="lay all packages together for the guest's boot, and print the folder")
    merged.add_argument("--python", type=Path, action="append", default=[], help="a folder with modules of our own")
    merged.add_argument("--out", type=Path, required=True, help="the folder to fill; it must be empty or absent")
    arguments = parser.parse_args()
    if arguments.command == "assemble":
        assemble(list(RECIPES.values()), arguments.python, arguments.out)
        print(arguments.out)
    elif arguments.command == "all":
        for recipe in RECIPES.values():
            print(recipe.fetch())
    else:
        print(RECIPES[arguments.command].fetch())


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"packages: {failure}")
