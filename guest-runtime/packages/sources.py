"""Fetches pinned files from PyPI, crates.io and Debian, through their own clients, and checks their hashes.

Files stay in the cache's `downloads` folder: a file that was fetched once is never asked for again.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from store import HERE, Failure, cache, say

DEBIAN_SUITES = ("bookworm", "bookworm-updates", "trixie", "sid")
DEBIAN_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def downloads() -> Path:
    folder = cache() / "downloads"
    folder.mkdir(exist_ok=True)
    return folder


def run(command: list[object], log: Path | None = None, **options: object) -> None:
    """Runs a command quietly; its output is shown only when it fails, and kept in `log` if one is named."""
    # Some compilers leave files where they are started.
    options.setdefault("cwd", cache())
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, errors="replace", **options)
    text = done.stdout + done.stderr
    if log:
        log.write_text(text)
    if done.returncode:
        where = f"; the whole of it is in {log}" if log else ""
        raise Failure(f"`{Path(str(command[0])).name} …` failed ({done.returncode}){where}:\n{text[-4000:]}")


def checked(file: Path, sha256: str) -> Path:
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != sha256:
        file.unlink()
        raise Failure(f"{file.name} has the hash {found}, the recipe pins {sha256}")
    return file


@dataclass(frozen=True)
class PyPI:
    """A file of a PyPI release, by its file name."""

    file: str
    sha256: str

    def fetch(self) -> Path:
        target = downloads() / self.file
        if target.exists():
            return target
        name, version = self.file.removesuffix(".tar.gz").split("-")[:2]
        say(f"fetching {self.file}")
        pin = downloads() / f"{self.file}.pin"
        pin.write_text(f"{name}=={version} --hash=sha256:{self.sha256}\n")
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--require-hashes", "-d", downloads(), "-r", pin]
        if self.file.endswith(".whl"):
            python, abi, platform = self.file.removesuffix(".whl").split("-")[-3:]
            command += ["--only-binary=:all:", "--python-version", "3.14", "--implementation", python[:2]]
            command += ["--abi", abi, "--platform", platform.split(".")[0]]
            run(command)
        else:
            # pip asks a source archive's build backend for its metadata; `backend` answers from the archive itself.
            command += ["--no-binary=:all:", "--no-build-isolation", "--ignore-requires-python"]
            run(command, env=os.environ | {"PYTHONPATH": str(HERE / "backend")})
        pin.unlink()
        if not target.exists():
            raise Failure(f"PyPI gave another file than {self.file}")
        return target

    def unpack(self, folder: Path) -> Path:
        """Unpacks into `folder`; of a source archive, what stands below its one top folder."""
        folder.mkdir(parents=True, exist_ok=True)
        if self.file.endswith(".whl"):
            with zipfile.ZipFile(self.fetch()) as archive:
                archive.extractall(folder)
        else:
            _unpack(self.fetch(), folder)
        return folder


def _unpack(archive: Path, folder: Path) -> Path:
    """Unpacks into `folder` what stands below the one top folder of `archive`."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive) as files:
        for member in files:
            member.name = member.name.partition("/")[2]
            if member.name:
                files.extract(member, folder, filter="tar")
    return folder


@dataclass(frozen=True)
class Crate:
    """A package of crates.io, as `name-version`, fetched through cargo."""

    name: str
    sha256: str

    def unpack(self, folder: Path) -> Path:
        """Unpacks into `folder` what stands below the crate's one top folder."""
        archive = downloads() / f"{self.name}.crate"
        if not archive.exists():
            self._download(archive)
        return _unpack(checked(archive, self.sha256), folder)

    def _download(self, target: Path) -> None:
        """Has cargo fetch the crate for a project that names it, into a home of its own, and takes it from there."""
        say(f"fetching {target.name}")
        name, _, version = self.name.rpartition("-")
        project = cache() / "work" / self.name
        (project / "src").mkdir(parents=True, exist_ok=True)
        (project / "src/lib.rs").touch()
        (project / "Cargo.toml").write_text(
            f'[package]\nname = "asks"\nedition = "2021"\n[workspace]\n[dependencies]\n{name} = "={version}"\n'
        )
        run(["cargo", "fetch", "--quiet"], cwd=project, env=os.environ | {"CARGO_HOME": str(project / "home")})
        (fetched,) = (project / "home").glob(f"registry/cache/*/{target.name}")
        fetched.rename(target)
        shutil.rmtree(project)


@dataclass(frozen=True)
class Debian:
    """A Debian package file at one version.

    With `successors`, a newer version of the same package serves if the mirror has dropped the pinned one; it has no
    pinned hash, but apt checks it by Debian's signature.
    """

    name: str
    version: str
    sha256: str
    architecture: str = "all"
    successors: bool = False

    def fetch(self) -> Path:
        file = f"{self.name}_{self.version.replace(':', '%3a')}_{self.architecture}.deb"
        target = downloads() / file
        if target.exists():
            return checked(target, self.sha256)
        say(f"fetching {file}")
        folder = downloads() / self.name
        folder.mkdir(exist_ok=True)
        try:
            self._download(f"{self.name}={self.version}", folder)
        except Failure as failure:
            if not self.successors:
                raise Failure(
                    f"Debian's mirror no longer has {file}, which a recipe pins. Put a copy of it into {downloads()}, "
                    f"or move the pin to a version that the mirror has.\n{failure}"
                ) from None
            self._download(self.name, folder)
            successor = next(folder.glob("*.deb"))
            say(f"{file} is gone from the mirror; {successor.name} serves in its place")
            return successor
        return checked((folder / file).rename(target), self.sha256)

    def _download(self, package: str, folder: Path) -> None:
        run(["apt-get", "download", "-q", package], cwd=folder, env=os.environ | {"APT_CONFIG": str(_apt_config())})

    def unpack(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        run(["dpkg-deb", "-x", self.fetch(), folder])
        return folder


def _apt_config() -> Path:
    """An apt configuration apart from the system's, so that other suites than the system's can be asked."""
    root = cache() / "work" / "apt"
    config = root / "apt.conf"
    if config.exists():
        return config
    for folder in ("lists/partial", "archives/partial"):
        (root / folder).mkdir(parents=True, exist_ok=True)
    (root / "status").touch()
    (root / "sources.list").write_text(
        "".join(f"deb [signed-by={DEBIAN_KEYRING}] http://deb.debian.org/debian {suite} main\n" for suite in DEBIAN_SUITES)
    )
    draft = root / "apt.conf.draft"
    draft.write_text(
        f'Dir::State "{root}";\nDir::State::status "{root}/status";\nDir::Cache "{root}";\n'
        f'Dir::Etc::sourcelist "{root}/sources.list";\nDir::Etc::sourceparts "-";\n'
        'APT::Architecture "amd64";\nAPT::Sandbox::User "root";\nAcquire::Languages "none";\n'
    )
    run(["apt-get", "update", "-q"], env=os.environ | {"APT_CONFIG": str(draft)})
    return draft.rename(config)
