"""Lays finished packages and the guest's own modules together into the folder that the guest boots from."""

import shutil
from pathlib import Path

from store import Failure, Recipe

SUFFIX = ".cpython-314-wasm32-wasi.so"
# Of two that define a name the first one counts: exceptions are those of `libexceptions`, not the stubs of libc++.
LIBRARIES = ("libexceptions.so", "libc++abi.so", "libc++.so", "liblapack.so")


def assemble(recipes: list[Recipe], ours: list[Path], out: Path) -> None:
    """Fills the new folder `out`.

    Beside the modules it holds `modules.txt`, the names of the extension modules, `libraries.txt`, the libraries to link
    and the same modules with their files, in the same order, and `licences/`, by package.
    """
    if out.exists() and any(out.iterdir()):
        raise Failure(f"{out} is not empty")
    out.mkdir(parents=True, exist_ok=True)
    libraries: list[str] = []
    modules: list[str] = []
    for recipe in recipes:
        package = recipe.fetch()
        for name in LIBRARIES:
            if (package / "lib" / name).exists():
                libraries.append(str(package / "lib" / name))
        if (package / "licences").exists():
            _lay(package / "licences", out / "licences")
        tree = package / "python"
        if not tree.exists():
            continue
        _lay(tree, out)
        for file in sorted(tree.rglob(f"*{SUFFIX}")):
            modules.append(".".join(file.relative_to(tree).parts).removesuffix(SUFFIX))
            libraries.append(f"{modules[-1]}={file}")
    for tree in ours:
        _lay(tree, out)
    _complete(out)
    (out / "modules.txt").write_text("".join(f"{name}\n" for name in modules))
    (out / "libraries.txt").write_text("".join(f"{line}\n" for line in libraries))


def _lay(tree: Path, out: Path) -> None:
    shutil.copytree(tree, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc", "*.so"))


def _complete(out: Path) -> None:
    """Gives each namespace package within a package the `__init__.py` by which the guest finds it."""
    for folder in sorted({file.parent for file in out.rglob("*.py")}):
        if (folder.parent / "__init__.py").exists():
            (folder / "__init__.py").touch()
