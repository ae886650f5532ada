"""How much of what was planted the engine finds, and how often it finds something in noise.

    measure.py ENGINE TABLES NOISE              prints the figures as JSON
    measure.py ENGINE --write FOLDER TABLES     writes tables as CSV files, each with its roles and its findings
"""

import json
import os
import sys
from collections import Counter
from multiprocessing import Pool
from pathlib import Path

# Small frames are faster without threads, and the processors are used by several processes.
os.environ["POLARS_MAX_THREADS"] = "1"
import tables  # noqa: E402

PARTS = ("chance.py", "charts.py", "series.py", "search.py")


def engine(folder):
    names = {}
    for part in PARTS:
        exec(compile((Path(folder) / part).read_text(), part, "exec"), names)
    return names["find"]


def planted(number):
    frame, roles, wanted = tables.planted(number)
    findings = FIND(frame, roles)
    missed = [one for one in wanted if not any(tables.hit(finding, one) for finding in findings)]
    return number, wanted, missed, len(findings)


def noise(number):
    frame, roles, _ = tables.noise(number)
    return number, [finding["sentence"] for finding in FIND(frame, roles)]


def start(folder):
    global FIND
    FIND = engine(folder)


def write(folder, count):
    for number in range(count):
        frame, roles, wanted = tables.planted(number)
        frame.write_csv(folder / f"table{number}.csv", float_precision=6)
        known = {"planted": wanted, "findings": FIND(tables.read(folder / f"table{number}.csv"), roles)}
        (folder / f"table{number}.json").write_text(json.dumps(known))


def main():
    start(sys.argv[1])
    if sys.argv[2] == "--write":
        write(Path(sys.argv[3]), int(sys.argv[4]))
        return
    count, silent = int(sys.argv[2]), int(sys.argv[3])
    with Pool(2, start, [sys.argv[1]]) as pool:
        found = pool.map(planted, range(count), 5)
        heard = pool.map(noise, range(silent), 5)
    wanted = sum(len(one[1]) for one in found)
    missed = [(number, *one) for number, _, more, _ in found for one in more]
    false = [one for one in heard if one[1]]
    print(json.dumps({
        "planted": wanted, "recall": 1 - len(missed) / wanted, "missed": Counter(one[1] for one in missed),
        "reported": sum(one[3] for one in found), "noise": silent, "false": len(false) / silent, "heard": false,
        "missed_tables": missed,
    }, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
