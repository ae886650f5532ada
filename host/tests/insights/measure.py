"""How much of what was planted the engine finds, and how often it finds something in noise.

    measure.py ENGINE [TABLES NOISE]            prints the figures as JSON
    measure.py ENGINE --write FOLDER TABLES     also writes tables as CSV, with the findings that are expected of them
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path

import tables


def engine(folder):
    names = {}
    for part in ("chance.py", "charts.py", "series.py", "search.py"):
        exec(compile((Path(folder) / part).read_text(), part, "exec"), names)
    return names["find"]


def main():
    find = engine(sys.argv[1])
    if sys.argv[2:3] == ["--write"]:
        folder = Path(sys.argv[3])
        for number in range(int(sys.argv[4])):
            frame, roles, planted = tables.planted(number)
            frame.write_csv(folder / f"table{number}.csv")
            (folder / f"table{number}.json").write_text(json.dumps({"roles": roles, "planted": planted, "findings": find(frame, roles)}))
        return
    count, silent = (int(number) for number in (sys.argv[2:4] or (200, 100)))
    start, found, wanted, missed, other, reported = time.time(), 0, 0, Counter(), Counter(), 0
    for number in range(count):
        frame, roles, planted = tables.planted(number)
        findings = find(frame, roles)
        reported += len(findings)
        for one in planted:
            wanted += 1
            if any(tables.hit(finding, one) for finding in findings):
                found += 1
            else:
                missed[f"{one[0]} {tables.KINDS[number % len(tables.KINDS)]} {number}"] += 1
        for finding in findings:
            if not any(set(finding["columns"]) & set(columns) or not columns for _, columns in planted):
                other[finding["kind"]] += 1
    noisy, false = Counter(), 0
    for number in range(silent):
        frame, roles, _ = tables.noise(number)
        findings = find(frame, roles)
        false += bool(findings)
        noisy.update(f"{finding['kind']} {number}" for finding in findings)
    print(json.dumps({
        "recall": found / wanted, "planted": wanted, "false_on_noise": false / silent, "seconds": round(time.time() - start, 1),
        "reported": reported, "unrelated": dict(other), "missed": dict(missed), "noise": dict(noisy),
    }, indent=1))  # fmt: skip


main()
