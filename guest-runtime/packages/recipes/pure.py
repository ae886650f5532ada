"""Packages that are Python alone, as their wheels have them, and the Python half of py-polars."""

import shutil
from pathlib import Path

import trees
from sources import PyPI
from store import Failure, Recipe

WHEELS = (
    PyPI(
        "python_dateutil-2.9.0.post0-py2.py3-none-any.whl",
        "a8b2bc7bffae282281c8140a97d3aa9c14da0b136dfe83f850eea9a5f7470427",
    ),
    PyPI(
        "six-1.17.0-py2.py3-none-any.whl",
        "4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274",
    ),
    PyPI(
        "pytz-2026.6-py2.py3-none-any.whl",
        "7fed3fee8fd6bd4a2b7b75a8d56021d0624127bf69bd5691f115db929ac570b3",
    ),
    PyPI(
        "tzdata-2026.6-py2.py3-none-any.whl",
        "0a10eec6e13ef16b627fabed9a5f2ba61a62b1c67f327305f4e7e412a70b4aec",
    ),
    PyPI(
        "openpyxl-3.1.5-py2.py3-none-any.whl",
        "5282c12b107bffeef825f4617dc029afaf41d0ea60823bbb665ef3079dc79de2",
    ),
    PyPI(
        "et_xmlfile-2.0.0-py3-none-any.whl",
        "7a91720bc756843502c3b7504c77b8fe44217c85c537d85037f0f536151b2caa",
    ),
    PyPI(
        "xlsxwriter-3.3.1-py3-none-any.whl",
        "8e2c89e59d733fe59e112317218c64fbbc276d90a8c144ebd6f7fa15e7ab184a",
    ),
    PyPI(
        "tabulate-0.10.0-py3-none-any.whl",
        "f0b0622e567335c8fabaaa659f1b33bcb6ddfe2e496071b743aa113f8774f2d3",
    ),
    PyPI("jinja2-3.1.6-py3-none-any.whl", "85ece4451f492d0c13c5dd7c13a64681a86afae63a5f347908daf103ce6d2f67"),
    PyPI(
        "html5lib-1.1-py2.py3-none-any.whl",
        "0d78f8fde1c230e99fe37986a60526d7049ed4bf8a9fadbad5f00e22e58e041d",
    ),
    PyPI(
        "webencodings-0.6.1-py3-none-any.whl",
        "7fab6269c8bf237c657876b52058ccb182e861518d1c695c1a9aaa8c1c105d5b",
    ),
    PyPI(
        "beautifulsoup4-4.15.0-py3-none-any.whl",
        "d6f88de62e1d4e38ecb1077eb9724cd0eff29d2a08ca16a401e9b9e93f117cf9",
    ),
    PyPI(
        "soupsieve-4.1.3-py3-none-any.whl",
        "7a390d1a57d1ab7bb228531e9b8a750a5ebf87db774e0ef6faeeac057d22a5bf",
    ),
    PyPI(
        "typing_extensions-4.16.0-py3-none-any.whl",
        "481caa481374e813c1b176ada14e97f1f67a4539ce9cfeb3f350d78d6370c2e8",
    ),
    PyPI(
        "seaborn-0.13.2-py3-none-any.whl",
        "636f8336facf092165e27924f223d3c62ca560b1f2bb5dff7ab7fad265361987",
    ),
    PyPI("joblib-1.6.0-py3-none-any.whl", "3dbbf9f6e4b592a2357b854608e980fe6390d131d7a82f011a377ef2ebef7aba"),
    PyPI("threadpoolctl-3.8.0-py3-none-any.whl", "f1b49c82704d50f13ffae019c727b0fa4f6791a58f48f06a09c45face1be66da"),
    PyPI("patsy-1.0.3-py2.py3-none-any.whl", "d3dbebe8fd5f46e29912d030b63c6268647b59bf788a99e2af28a30234cf357c"),
    PyPI("narwhals-2.29.0-py3-none-any.whl", "1c69b3dc30240f6e848c5a673cafc86affa44184ecce721e25b7194663ad10dc"),
    PyPI("packaging-25.0-py3-none-any.whl", "29572ef2b1f17581046b3a2227d5c611fb25ec70ca1ba8554b24b0e69331a484"),
    PyPI(
        "polars-1.33.1-cp39-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
        "444940646e76342abaa47f126c70e3e40b56e8e02a9e89e5c5d1c24b086db58a",
    ),
    PyPI(
        "markupsafe-3.0.3-cp314-cp314-manylinux2014_x86_64.manylinux_2_17_x86_64.manylinux_2_28_x86_64.whl",
        "457a69a9577064c05a97c41f4e65148652db078a3a509039e64d3467b9e7ef97",
    ),
)


class Pure(Recipe):
    name = "pure"
    files = ("trees.py",)

    def build(self, out: Path, work: Path) -> None:
        python, licences = out / "python", out / "licences"
        for wheel in WHEELS:
            _take_wheel(wheel.unpack(work / wheel.file), python, licences)
        # Compiled for another machine: markupsafe has the same in Python, and polars' half is the guest's own.
        trees.prune(python, "polars/polars.abi3.so", "markupsafe/_speedups.*.so", "*.data")
        _without_native_libraries(python / "threadpoolctl.py")


def _without_native_libraries(threadpoolctl: Path) -> None:
    """There is no library whose threads could be limited, and no `dlopen` to look for one with."""
    text = threadpoolctl.read_text()
    start = "    def _load_libraries(self):\n"
    if text.count(start) != 1:
        raise Failure("threadpoolctl no longer has the one function that looks for native libraries")
    threadpoolctl.write_text(text.replace(start, f"{start}        return\n"))


def _take_wheel(content: Path, python: Path, licences: Path) -> None:
    """A wheel's packages, and of its information what `importlib.metadata` answers from."""
    (information,) = content.glob("*.dist-info")
    name = information.name.partition("-")[0]
    trees.keep_licences(information, licences / name)
    if (information / "licenses").is_dir():
        trees.keep_licences(information / "licenses", licences / name)
    for file in information.iterdir():
        if file.name not in ("METADATA", "entry_points.txt"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()
    shutil.copytree(content, python, dirs_exist_ok=True)
