"""Runs test files in the guest until each test has an outcome.

Several small files share one run, which saves starts. A run that ends before its last test, by a limit or by a trap,
is followed by one that begins with the test that was cut off, and a test that is cut off as the first of its run has
itself to blame. Fuel ends a run and not time, so that a test is judged alike on a fast and on a slow machine.
"""

import json
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from pack import Archive, harness
from suites import HERE

#: Bytes of source that one run is given.
BATCH_BYTES = 120_000


@dataclass(frozen=True)
class Limits:
    """What one run may take."""

    fuel: int
    memory_mib: int
    timeout_ms: int


@dataclass(frozen=True)
class Test:
    """One test's outcome: passed, failed, error, skipped, xfailed, slow, crashed, or broken for a whole file."""

    id: str
    outcome: str
    reason: str = ""


@dataclass
class Batch:
    """Files that share a run, and what their tests came to."""

    files: list[str]
    tests: list[Test] = field(default_factory=list)
    runs: int = 0
    fuel: int = 0


def batches(archive: Archive, files: list[str]) -> list[Batch]:
    """The files in groups of about equal work; never files of two folders, since those may differ in `conftest.py`."""
    made: list[Batch] = []
    room, folder = 0, None
    for file in files:
        size, parent = archive.size(file), file.rpartition("/")[0]
        if size > room or parent != folder:
            made.append(Batch([]))
            room, folder = BATCH_BYTES, parent
        made[-1].files.append(file)
        room -= size
    return made


def run(archive: Archive, batch: Batch, glovebox: str, limits: Limits, left_out: list[str]) -> Batch:
    """Runs a batch to its end."""
    whole: dict[str, Test] = {}
    while True:
        ended, lines, fuel = _attempt(archive, batch, len(batch.tests), glovebox, limits, left_out)
        batch.runs += 1
        batch.fuel += fuel
        finished, started = [], None
        complete = False
        for kind, *rest in lines:
            if kind == "start":
                started = rest[0]
            elif kind == "end":
                finished.append(Test(started, *rest))
                started = None
            elif kind in ("broken", "skipped"):
                whole[rest[0]] = Test(rest[0], kind, rest[1])
            elif kind == "complete":
                complete = True
        batch.tests += finished
        if complete:
            break
        if finished:
            continue
        if started is None and len(batch.files) > 1:
            # Not one test was reached: one of the files is to blame, and each is tried alone.
            for file in batch.files:
                alone = run(archive, Batch([file]), glovebox, limits, left_out)
                batch.tests += alone.tests
                batch.runs += alone.runs
                batch.fuel += alone.fuel
            return batch
        if started is None:
            whole.setdefault(batch.files[0], Test(batch.files[0], "broken", ended))
            break
        batch.tests.append(Test(started, "slow" if "fuel" in ended or "wall" in ended else "crashed", ended))
    batch.tests += whole.values()
    return batch


def _attempt(
    archive: Archive, batch: Batch, first: int, glovebox: str, limits: Limits, left_out: list[str]
) -> tuple[str, list[list[str]], int]:
    """One run: how it ended, the lines it wrote, and the fuel it took."""
    parameters = {
        "runner": archive.suite.runner,
        "files": ":".join(batch.files),
        "first": first,
        "left_out": "\n".join(left_out),
    }
    with tempfile.TemporaryDirectory() as out:
        command = [glovebox, "run", str(HERE / "guest/script.py"), "--out", out, "--json"]
        command += ["--data", str(archive.path), "--data", str(harness())]
        command += ["--fuel", str(limits.fuel), "--memory-mib", str(limits.memory_mib)]
        command += ["--timeout-ms", str(limits.timeout_ms)]
        for name, value in parameters.items():
            command += ["--param", f"{name}={value}"]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace")
        results = Path(out, "results.jsonl")
        # The last line may be cut.
        lines = results.read_text(errors="replace").split("\n")[:-1] if results.exists() else []
    try:
        told = json.loads(done.stdout)
    except ValueError:
        return f"glovebox ended with {done.returncode}: {done.stderr.strip()[-400:]}", list(map(json.loads, lines)), 0
    limit, error = told["limit"], told["error"]
    ended = f"limit {limit['name']}" if limit else f"{error['type']}: {error['message'][-300:]}" if error else "done"
    ended += told["stderr"][-1500:]
    return ended, list(map(json.loads, lines)), told["receipt"]["fuel_used"]
