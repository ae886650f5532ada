import builtins
import filecmp
import hashlib
import json
import os
import pathlib
import random
import shutil

import numpy
import polars

# The tables by name, each with the SHA-256 of the versions that were read, the newest last.
TABLES = {TABLES}
BESIDE = pathlib.Path.cwd()
FOLDER = BESIDE / "glovebox-notebook"


def begin(seed, params={}):
    """Makes ready for a script: the tables are in the working folder as they are beside the notebook."""
    for name in TABLES:
        if not (FOLDER / name).exists() or not filecmp.cmp(BESIDE / name, FOLDER / name):
            shutil.copy2(BESIDE / name, FOLDER / name)
    os.chdir(FOLDER)
    builtins.params = params
    random.seed(seed)
    numpy.random.seed(seed % 2**32)
    polars.set_random_seed(seed)


FOLDER.mkdir(exist_ok=True)
for name, versions in TABLES.items():
    if not (BESIDE / name).exists():
        raise FileNotFoundError(f"Put {name} beside this notebook, and run this cell again.")
    with open(BESIDE / name, "rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != versions[-1]:
            print(f"{name} is not the version that the answers read: figures may differ.")
try:
    display
except NameError:
    builtins.display = print
