import polars as pl

df = pl.read_csv("20170413_000000_group_statistics.csv")
df = df.rename({c: c.strip() for c in df.columns})
df = df.with_columns(
    pl.col("timestamp").str.replace("  ", " ").str.strptime(pl.Datetime, "%b %d %Y %I:%M:%S %p")
).with_columns(minutes=pl.col("timestamp").dt.hour().cast(pl.Int32) * 60 + pl.col("timestamp").dt.minute())

features = ["minutes", "num. calls answered", "num. calls abandoned", "avg. num. agents talking"]
target = "avg. num. agents staffed"
X = [[1.0, *map(float, row)] for row in df.select(features).iter_rows()]
y = [float(v) for v in df[target]]


def solve(a, b):
    """Gaussian elimination with partial pivoting."""
    n = len(b)
    m = [row[:] + [v] for row, v in zip(a, b)]
    for i in range(n):
        pivot = max(range(i, n), key=lambda r: abs(m[r][i]))
        m[i], m[pivot] = m[pivot], m[i]
        for r in range(i + 1, n):
            f = m[r][i] / m[i][i]
            m[r] = [u - f * v for u, v in zip(m[r], m[i])]
    x = [0.0] * n
    for i in reversed(range(n)):
        x[i] = (m[i][n] - sum(m[i][j] * x[j] for j in range(i + 1, n))) / m[i][i]
    return x


k = len(X[0])
xtx = [[sum(row[i] * row[j] for row in X) for j in range(k)] for i in range(k)]
xty = [sum(row[i] * t for row, t in zip(X, y)) for i in range(k)]
beta = solve(xtx, xty)

at = df.with_row_index().filter(pl.col("timestamp").dt.strftime("%Y%m%d_%H%M%S") == "20170413_120000")["index"][0]
predicted = sum(b * v for b, v in zip(beta, X[at]))
print(f"@predicted_agents[{round(predicted)}]")
