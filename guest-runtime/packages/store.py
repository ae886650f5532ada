"""The cache of finished packages.

A package is a folder `<name>-<key>` that holds `lib/` (libraries to link), `python/` (a tree as it stands on
`sys.path`), or both. The key is a hash of all that decides the content, so a folder that exists is right and is
never written again. A build works in a folder beside it and is renamed into place when it is complete.
"""

import hashlib
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def cache() -> Path:
    """The folder of all finished packages; `GLOVEBOX_CACHE` moves it."""
    root = os.environ.get("GLOVEBOX_CACHE") or Path.home() / ".cache" / "glovebox"
    folder = Path(root) / "guest-packages"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def say(text: str) -> None:
    print(f"▸ {text}", file=sys.stderr, flush=True)


class Failure(Exception):
    """A build that cannot go on, in words for the person who started it."""


class Recipe:
    """How one package is made. A subclass names its inputs and fills a folder.

    `files` are paths in this folder whose content belongs to the key, `needs` are the recipes whose packages it
    uses, `facts` is anything else that decides the result (pins, flags).
    """

    name = ""
    needs: tuple["Recipe", ...] = ()
    files: tuple[str, ...] = ()
    facts: tuple[object, ...] = ()

    def build(self, out: Path, work: Path) -> None:
        """Fills `out`. `work` is scratch space that survives a failed build, so that it can be resumed."""
        raise NotImplementedError

    def key(self) -> str:
        hasher = hashlib.sha256(self.name.encode())
        for file in (f"recipes/{type(self).__module__.rpartition('.')[2]}.py", *self.files):
            hasher.update(f"\0{file}\0".encode())
            hasher.update((HERE / file).read_bytes())
        for need in self.needs:
            hasher.update(f"\0{need.name}-{need.interface()}".encode())
        hasher.update(repr(self.facts).encode())
        return hasher.hexdigest()[:12]

    def interface(self) -> str:
        """What a package that uses this one depends on. A recipe may narrow it, so that fewer changes build others anew."""
        return self.key()

    def path(self) -> Path:
        return cache() / f"{self.name}-{self.key()}"

    def fetch(self) -> Path:
        """The finished package, built now if the cache lacks it."""
        final = self.path()
        if final.is_dir():
            return final
        for need in self.needs:
            need.fetch()
        say(f"building {self.name}")
        work = cache() / "work" / final.name
        out = work / "out"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        self.build(out, work)
        try:
            out.rename(final)
        except OSError:
            if not final.is_dir():  # Another build may have finished first; its result is the same.
                raise
        shutil.rmtree(work, ignore_errors=True)
        return final
