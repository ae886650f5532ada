"""Builds a meson project for the guest on this machine."""

import json
import os
import shutil
import sys
from pathlib import Path

import tools
from recipes.toolchain import LLVM, Toolchain, sysconfig
from sources import run
from store import HERE

JOBS = os.environ.get("GLOVEBOX_JOBS") or str(os.cpu_count() or 1)
SITE_PACKAGES = "lib/python3.14/site-packages"


class Project:
    """One project: its source folder, and scratch space for its build."""

    def __init__(self, source: Path, work: Path, python_path: Path | None = None) -> None:
        self.source, self.work, self.build = source, work, work / "build"
        self.environment = tools.environment()
        if python_path:
            self.environment["PYTHONPATH"] += f"{os.pathsep}{python_path}"
        for name in ("CFLAGS", "CXXFLAGS", "LDFLAGS", "CC", "CXX"):
            self.environment.pop(name, None)

    def patch(self, *names: str) -> None:
        """Applies patches of ours, by file name."""
        for name in names:
            with (HERE / "patches" / name).open() as text:
                run(["patch", "-p1", "--forward", "--fuzz=0", "-d", self.source], stdin=text)

    def compile(self, meson: list[object], *options: str) -> None:
        """Configures, unless an earlier try has, and compiles."""
        if not (self.build / "build.ninja").exists():
            shutil.rmtree(self.build, ignore_errors=True)
            cross = self._cross_file()
            run(
                [*meson, "setup", self.build, self.source, "--cross-file", cross, "--prefix=/", "--buildtype=release",
                 "-Db_ndebug=true", "-Db_lundef=false", "-Db_asneeded=false", *options],
                log=self.work / "configure.log", env=self.environment,
            )  # fmt: skip
        run(["ninja", "-C", self.build, "-j", JOBS], log=self.work / "compile.log", env=self.environment)

    def install(self, meson: list[object], python: Path, *options: str) -> None:
        """Moves the finished Python tree to `python`."""
        stage = self.work / "stage"
        shutil.rmtree(stage, ignore_errors=True)
        run([*meson, "install", "-C", self.build, "--no-rebuild", "--destdir", stage, *options], env=self.environment)
        (stage / SITE_PACKAGES).rename(python)

    def _cross_file(self) -> Path:
        toolchain = Toolchain().fetch()
        python = self.work / "python"
        python.write_text(f"#!{sys.executable}\n" + (HERE / "native/python.py").read_text())
        python.chmod(0o755)
        (self.work / "python.json").write_text(json.dumps(_python_facts(toolchain / "sysroot")))
        programs = {
            "c": toolchain / "bin/wasm-cc",
            "cpp": toolchain / "bin/wasm-cxx",
            "ar": LLVM / "bin/llvm-ar",
            "ranlib": LLVM / "bin/llvm-ranlib",
            "strip": LLVM / "bin/llvm-strip",
            "python": python,
            "python3": python,
            "cython": tools.folder() / "bin/cython",
        }
        cross = self.work / "cross.ini"
        cross.write_text(
            "[binaries]\n" + "".join(f"{name} = '{path}'\n" for name, path in programs.items()) + "[host_machine]\n"
            "system = 'wasi'\ncpu_family = 'wasm32'\ncpu = 'wasm32'\nendian = 'little'\n"
            "[properties]\nneeds_exe_wrapper = true\nlongdouble_format = 'IEEE_QUAD_LE'\n"
        )
        return cross


def _python_facts(sysroot: Path) -> dict[str, object]:
    """What meson asks a Python about itself, answered for the guest's."""
    include = str(sysroot / "include/python3.14")
    paths = {name: f"/{SITE_PACKAGES}" for name in ("purelib", "platlib")}
    paths |= {name: "/lib/python3.14" for name in ("stdlib", "platstdlib")}
    paths |= {"include": include, "platinclude": include, "scripts": "/bin", "data": "/"}
    variables = sysconfig() | {
        "INCLUDEPY": include, "CONFINCLUDEPY": include, "LIBDIR": str(sysroot / "lib"), "LIBPC": "", "LIBPYTHON": "",
        "base_prefix": "/", "prefix": "/", "exec_prefix": "/", "Py_GIL_DISABLED": 0, "Py_DEBUG": 0,
    }  # fmt: skip
    return {
        "variables": variables, "paths": paths, "sysconfig_paths": paths, "install_paths": paths,
        "version": "3.14", "platform": "wasi-wasm32", "suffix": variables["EXT_SUFFIX"], "limited_api_suffix": ".abi3.so",
        "is_pypy": False, "is_venv": False, "is_freethreaded": False, "link_libpython": False,
    }  # fmt: skip
