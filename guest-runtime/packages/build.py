#!/usr/bin/env python3
"""Fills the cache with what the guest is linked from. See README.md beside this file."""

import argparse
import sys

sys.dont_write_bytecode = True

from recipes.cpython import CPython  # noqa: E402
from store import Failure  # noqa: E402

RECIPES = {recipe.name: recipe for recipe in (CPython(),)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("package", choices=[*RECIPES, "all"], help="what to build; its folder is printed")
    chosen = parser.parse_args().package
    for recipe in RECIPES.values() if chosen == "all" else [RECIPES[chosen]]:
        print(recipe.fetch())


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        sys.exit(f"packages: {failure}")
