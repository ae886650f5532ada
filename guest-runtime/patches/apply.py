#!/usr/bin/env python3
"""Leaves the patched crates in `patched/`, beside this folder. See README.md in it."""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATCHED = HERE.parent / "patched"

# The crates and the SHA-256 of their packages, as the index of crates.io has it.
CRATES = {
    "numpy-0.25.0": "29f1dee9aa8d3f6f8e8b9af3803006101bb3653866ef056d530d53ae68587191",
    "polars-arrow-0.51.0": "32b4fed2343961b3eea3db2cee165540c3e1ad9d5782350cc55a9e76cf440148",
    "polars-python-0.51.0": "640c4d87cce063ff8ffacb659960f81cbfc1c41e7706e10bf7238bd0585037ea",
    "polars-time-0.51.0": "f6a3a6e279a7a984a0b83715660f9e880590c6129ec2104396bfa710bcd76dee",
    "polars-utils-0.51.0": "57b267021b0e5422d7fbc70fd79e51b9f9a8466c585779373a18b0199e973f29",
    "rand-0.9.5": "b9ef1d0d795eb7d84685bca4f72f3649f064e6641543d3a8c415898726a57b41",
}


def cached(crate: str) -> Path | None:
    """The crate's package in cargo's cache."""
    home = Path(os.environ.get("CARGO_HOME", Path.home() / ".cargo"))
    return next(home.glob(f"registry/cache/*/{crate}.crate"), None)


def package(crate: str) -> Path:
    """The crate's package; cargo fetches it where it is not there."""
    if found := cached(crate):
        return found
    name, version = crate.rsplit("-", 1)
    command = ["cargo", "info", "--quiet", "--registry", "crates-io", f"{name}@{version}"]
    subprocess.run(command, cwd="/", stdout=subprocess.DEVNULL, check=True)
    return cached(crate) or sys.exit(f"cargo did not fetch {crate}")


def apply(crate: str, digest: str) -> None:
    """Unpacks and patches one crate, unless that was done already."""
    patch = HERE / f"{crate}.patch"
    stamp = hashlib.sha256(digest.encode() + patch.read_bytes()).hexdigest()
    folder = PATCHED / crate
    if (folder / ".stamp").exists() and (folder / ".stamp").read_text() == stamp:
        return
    source = package(crate)
    if hashlib.sha256(source.read_bytes()).hexdigest() != digest:
        sys.exit(f"{source} is not the pinned {crate}")
    shutil.rmtree(folder, ignore_errors=True)
    PATCHED.mkdir(exist_ok=True)
    with tarfile.open(source) as archive:
        archive.extractall(PATCHED, filter="data")
    subprocess.run(["patch", "--quiet", "-p0", "-i", patch], cwd=folder, check=True)
    (folder / ".stamp").write_text(stamp)


if __name__ == "__main__":
    for crate, digest in CRATES.items():
        apply(crate, digest)
