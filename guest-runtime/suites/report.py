"""Counts what tests came to, sets aside what the guest cannot do by design, and shows the rest."""

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from batches import Test
from suites import HERE, Suite

#: What counts against a suite.
BAD = ("failed", "error", "slow", "crashed", "broken")
COLUMNS = ("passed", "failed", "error", "slow", "crashed", "broken", "skipped", "xfailed", "excluded")


@dataclass(frozen=True)
class Exclusion:
    """Tests that are not expected to pass, and why. `*` stands for anything; with `run` false they are not even tried,
    because they take minutes or end the run."""

    reason: str
    tests: tuple[str, ...]
    run: bool

    def matches(self, test: str) -> bool:
        return any(re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), test) for pattern in self.tests)


def exclusions(suite: Suite, path: Path = HERE / "excluded.toml") -> list[Exclusion]:
    listed = tomllib.loads(path.read_text()).get(suite.name, [])
    return [Exclusion(entry["reason"], tuple(entry["tests"]), entry.get("run", True)) for entry in listed]


class Report:
    """One suite's results."""

    def __init__(self, suite: Suite, tests: list[Test], excluded: list[Exclusion]) -> None:
        self.suite = suite
        self.counts: Counter[str] = Counter()
        self.by_file: dict[str, Counter[str]] = {}
        self.bad: list[Test] = []
        self.set_aside: list[tuple[Test, str]] = []
        self.stale = {pattern for entry in excluded if entry.run for pattern in entry.tests}
        for test in tests:
            outcome = test.outcome
            entry = next((entry for entry in excluded if entry.matches(test.id)), None)
            if outcome in BAD and entry:
                outcome = "excluded"
                self.set_aside.append((test, entry.reason))
                self.stale -= {pattern for pattern in entry.tests if Exclusion("", (pattern,), True).matches(test.id)}
            elif outcome in BAD:
                self.bad.append(test)
            self.counts[outcome] += 1
            self.by_file.setdefault(self._file(test.id), Counter())[outcome] += 1

    def _file(self, test: str) -> str:
        if self.suite.runner == "pytest":
            return test.partition("::")[0]
        return ".".join(test.split(".")[: 3 if self.suite.runner == "doctest" else 2])

    @property
    def rate(self) -> float:
        bad = sum(self.counts[outcome] for outcome in BAD)
        return self.counts["passed"] / ((self.counts["passed"] + bad) or 1)

    @property
    def good_enough(self) -> bool:
        return self.rate >= self.suite.floor

    def show(self) -> None:
        width = max((len(file) for file in self.by_file), default=10)
        print(f"\n{'':{width}} " + " ".join(f"{column:>8}" for column in COLUMNS))
        for file, counts in [*sorted(self.by_file.items()), (f"{self.suite.name}, all", self.counts)]:
            print(f"{file:{width}} " + " ".join(f"{counts[column] or '':>8}" for column in COLUMNS))
        for test in self.bad:
            print(f"{test.outcome} {test.id}\n    {test.reason}")
        if self.stale:
            print("excluded, but nothing that matches fails:")
            print("\n".join(f"    {pattern}" for pattern in sorted(self.stale)))
        verdict = "enough" if self.good_enough else f"below the floor of {self.suite.floor:.1%}"
        print(f"{self.suite.name}: {self.rate:.2%} of the tests that can pass do, {verdict}")

    def json(self) -> dict[str, object]:
        return {
            "suite": self.suite.name,
            "rate": round(self.rate, 5),
            "floor": self.suite.floor,
            "counts": dict(self.counts),
            "files": {file: dict(counts) for file, counts in sorted(self.by_file.items())},
            "bad": [[test.id, test.outcome, test.reason] for test in self.bad],
            "excluded": [[test.id, test.outcome, test.reason, reason] for test, reason in self.set_aside],
        }
