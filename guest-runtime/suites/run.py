#!/usr/bin/env python3
"""Runs the test suites of CPython, numpy, pandas and polars inside the guest. See README.md beside this file."""

import argparse
import concurrent.futures
import json
import os
import sys
import time
from pathlib import Path

sys.dont_write_bytecode = True
# Pins, downloads and the cache are those of the guest's packages.
sys.path.append(str(Path(__file__).resolve().parent.parent / "packages"))

import batches  # noqa: E402
from pack import Archive  # noqa: E402
from report import BAD, Report, exclusions  # noqa: E402
from store import Failure, say  # noqa: E402
from suites import SUITES, Suite  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("suite", nargs="?", choices=SUITES, help="all of them, unless one is named")
    parser.add_argument("file", nargs="*", help="only test files whose path contains this")
    parser.add_argument("--glovebox", default=os.environ.get("GLOVEBOX_BIN", "glovebox"), help="the host's program")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time")
    parser.add_argument("--fuel", type=int, default=120_000_000_000, help="instructions of one run")
    parser.add_argument("--memory-mib", type=int, default=2048, help="memory of one run")
    parser.add_argument("--timeout-ms", type=int, default=900_000, help="time of one run, should fuel not end it")
    parser.add_argument("--json", type=Path, help="where the results are written as JSON, a file for each suite")
    parser.add_argument("--list", action="store_true", help="print the test files and run nothing")
    arguments = parser.parse_args()
    good = True
    for suite in [SUITES[arguments.suite]] if arguments.suite else SUITES.values():
        good &= run(suite, arguments)
    return 0 if good else 1


def run(suite: Suite, arguments: argparse.Namespace) -> bool:
    """Runs one suite; answers whether enough of it passes."""
    archive = Archive(suite)
    excluded = exclusions(suite)
    files = [file for file in archive.files() if not arguments.file or any(part in file for part in arguments.file)]
    files = [file for file in files if not any(entry.matches(file) for entry in excluded if not entry.run)]
    if arguments.list:
        print("\n".join(files))
        return True
    if not files:
        raise Failure(f"{suite.name} has no test file of that name")
    left_out = [pattern for entry in excluded if not entry.run for pattern in entry.tests]
    limits = batches.Limits(arguments.fuel, arguments.memory_mib, arguments.timeout_ms)
    planned = batches.batches(archive, files)
    began = time.monotonic()
    tests: list[batches.Test] = []
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        running = [pool.submit(batches.run, archive, batch, arguments.glovebox, limits, left_out) for batch in planned]
        for number, done in enumerate(concurrent.futures.as_completed(running), 1):
            batch = done.result()
            tests += batch.tests
            bad = sum(test.outcome in BAD for test in batch.tests)
            shown = batch.files[0] + (f" and {len(batch.files) - 1} more" if len(batch.files) > 1 else "")
            say(
                f"{number}/{len(running)} {shown}: {len(batch.tests) - bad} good, {bad} not; {batch.runs} runs, "
                f"{batch.fuel / 1e9:.0f} G instructions, {time.monotonic() - began:.0f} s since the start"
            )
    report = Report(suite, sorted(tests, key=lambda test: test.id), excluded)
    report.show()
    if arguments.json:
        arguments.json.mkdir(parents=True, exist_ok=True)
        (arguments.json / f"{suite.name}.json").write_text(json.dumps(report.json(), indent=1))
    # A few files alone say nothing about the suite.
    return report.good_enough if not arguments.file else not report.bad


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"suites: {failure}")
