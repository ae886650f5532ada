"""BLAS and LAPACK in C, as one library that scipy and what stands on it share."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import fortran
import trees
from crossing import JOBS
from recipes.toolchain import Toolchain
from sources import Crate, Debian, run
from store import HERE, Recipe

# OpenBLAS's sources carry the reference BLAS and LAPACK 3.9, the last that is nearly all Fortran 77.
ARCHIVE = Crate("openblas-src-0.10.4", "35a0967b308cab5942eb908b4737385719bef9e1b4953614a0e9d26ad5d41c69")
F2C = Debian(
    "f2c", "20200916-1", "a5ac1004401f4c130bfca40357dadcf3b295d031c1fb2db3b64fec948d6a70ee", architecture="amd64"
)
FOLDERS = ("BLAS/SRC", "SRC")
# In C of ours: what f2c cannot translate, and the products of real matrices.
OURS = re.compile(r"xerbla|xerbla_array|chla_transtype|[ds]isnan|[ds]laisnan|[ds]gemm")
# What neither scipy nor its kin call: extended precision, newer variants of what there is, and their parts.
LEFT_OUT = re.compile(
    r".*(rfsxx?|svxx|_extended|_2stage|2stage|_kernels|_aa|_rk|_rook|_3x?|convf)|[sdcz]la_.*|[sdcz](he2hb|sy2sb)"
    r"|[sdcz](lahef|lasyf|hetf2|sytf2)_.*|[sdcz](gelq|geqr|gemqr|gemlq|getsls|gesvdq|gesvdx|gges3|ggev3|gghd3)"
    r"|[sdcz](lamswlq|lamtsqr|laswlq|latsqr|tplqt2?|tpmlqt|gelqt3?|gemlqt|bdsvdx)|[sdcz](or|un)(gtsqr|hr_col|m22)"
    r"|[sdcz]la(or|un)hr_col_getrfnp2?|[sdcz](or|un)bdb[1-6]|[sdcz](or|un)csd2by1|[sdcz](hetrd_he2hb|sytrd_sy2sb)"
)


class Lapack(Recipe):
    name = "lapack"
    needs = (Toolchain(),)
    files = (
        "fortran.py", "trees.py",
        "native/numpy/blas.c", "native/numpy/blas_real.h", "native/numpy/blas_complex.h",
        *sorted(str(file.relative_to(HERE)) for file in (HERE / "native/lapack").rglob("*.[ch]")),
    )  # fmt: skip

    def build(self, out: Path, work: Path) -> None:
        source = work / "source"
        if not source.exists():
            ARCHIVE.unpack(work / "draft").rename(source)
        f2c = F2C.unpack(work / "f2c") / "usr/bin/f2c"
        compiler = Toolchain().fetch() / "bin/wasm-cc"
        ours, objects = HERE / "native/lapack", work / "objects"
        objects.mkdir(exist_ok=True)

        def compile_c(file: Path) -> Path:
            made = objects / f"{file.stem}.o"
            if not made.exists():
                draft = made.with_suffix(".draft")
                run([compiler, "-O2", "-w", "-I", ours / "include", "-I", ours, "-c", file, "-o", draft])
                draft.rename(made)
            return made

        def translate(file: Path) -> Path:
            made = objects / f"{file.stem.lower()}.o"
            return made if made.exists() else compile_c(fortran.translate(f2c, file, work))

        lapack = source / "source/lapack-netlib"
        routines = [file for folder in FOLDERS for file in sorted((lapack / folder).glob("*.f"))]
        routines = [file for file in routines if not (OURS.fullmatch(file.stem) or LEFT_OUT.fullmatch(file.stem))]
        with ThreadPoolExecutor(int(JOBS)) as pool:
            made = [*pool.map(compile_c, [ours / "gemm.c", ours / "runtime.c"]), *pool.map(translate, routines)]
        (out / "lib").mkdir()
        listed = work / "objects.txt"
        listed.write_text("\n".join(map(str, made)))
        run([compiler, "-shared", "-Wl,--export-all,--fatal-warnings", f"@{listed}", "-o", out / "lib/liblapack.so"])
        trees.keep_licences(lapack, out / "licences/lapack")
