# What becomes of findings: charts that are drawn, a table for people, and one for programs.
def draw(df, findings, count):
    import matplotlib.pyplot as plt

    for one in findings[:count]:
        exec(compile(one["chart"], "chart.py", "exec"), {"df": df, "pl": pl, "plt": plt})


def told(findings):
    """Findings as a table for people."""
    columns = {
        "finding": pl.String, "kind": pl.String, "direction": pl.String, "significance": pl.Float64, "impact": pl.Float64,
        "test": pl.String, "p": pl.Float64,
    }  # fmt: skip
    rows = [
        (one["sentence"], one["kind"].replace("_", " "), one["direction"], round(one["significance"], 4),
         round(one["impact"], 4), one["test"], float(f"{one['p']:.3g}"))
        for one in findings
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=columns, orient="row")


def record(findings):
    """Findings as one column of JSON, for programs."""
    import json

    return pl.DataFrame({"finding": [json.dumps(one) for one in findings]}, schema={"finding": pl.String})
