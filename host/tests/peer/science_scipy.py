"""scipy: statistics, linear algebra, optimisation, interpolation, signals and the like, to rounded figures."""

import numpy as np
from scipy import cluster, fft, integrate, interpolate, linalg, ndimage, optimize, signal, sparse, spatial, special, stats
from scipy.cluster import hierarchy
from scipy.sparse import linalg as sparse_linalg


def show(name, *values):
    print(name, *(np.array2string(np.asarray(value, dtype=float) + 0.0, precision=6, suppress_small=True) for value in values))


rng = np.random.default_rng(7)
a, b, c = rng.normal(10, 2, 60), rng.normal(11, 3, 50), rng.gamma(3, 2, 40)
counts = np.array([[12, 7, 9], [5, 14, 8]])

# Tests
for name, result in (
    ("t", stats.ttest_ind(a, b)), ("welch", stats.ttest_ind(a, b, equal_var=False)), ("paired", stats.ttest_rel(a[:50], b)),
    ("one", stats.ttest_1samp(a, 10)), ("u", stats.mannwhitneyu(a, b)), ("wilcoxon", stats.wilcoxon(a[:50] - b)),
    ("anova", stats.f_oneway(a, b, c)), ("kruskal", stats.kruskal(a, b, c)), ("levene", stats.levene(a, b, c)),
    ("bartlett", stats.bartlett(a, b, c)), ("shapiro", stats.shapiro(c)), ("normal", stats.normaltest(c)),
    ("jarque", stats.jarque_bera(c)), ("ks", stats.kstest(a, "norm", args=(10, 2))), ("ks2", stats.ks_2samp(a, b)),
    ("chisquare", stats.chisquare([18, 22, 20, 40])), ("binom", stats.binomtest(14, 20, 0.5)), ("fligner", stats.fligner(a, b, c)),
    ("fisher", stats.fisher_exact([[8, 2], [1, 5]])), ("ansari", stats.ansari(a, b)), ("mood", stats.mood(a, b)),
    ("friedman", stats.friedmanchisquare(a[:40], b[:40], c)),
):  # fmt: skip
    show(name, getattr(result, "statistic", result[0] if isinstance(result, tuple) else 0), result.pvalue)
chi = stats.chi2_contingency(counts)
show("contingency", chi.statistic, chi.pvalue, chi.dof, chi.expected_freq)
tukey = stats.tukey_hsd(a, b, c)
show("tukey", tukey.statistic, tukey.pvalue)
anderson = stats.anderson(a, method="interpolate") if "method" in stats.anderson.__code__.co_varnames else stats.anderson(a)
show("anderson", anderson.statistic)

# Correlation and regression
for name in ("pearsonr", "spearmanr", "kendalltau", "pointbiserialr", "weightedtau"):
    result = getattr(stats, name)(a[:50], b)
    show(name, result.statistic, result.pvalue)
line = stats.linregress(a[:50], b)
show("linregress", line.slope, line.intercept, line.rvalue, line.pvalue, line.stderr, line.intercept_stderr)
show("theilslopes", stats.theilslopes(b, a[:50])[:2])

# Description
show("moments", stats.skew(c), stats.kurtosis(c), stats.sem(c), stats.iqr(c), stats.gmean(c), stats.hmean(c), stats.trim_mean(c, 0.1))
show("zscore", stats.zscore(c)[:5], stats.rankdata([3, 1, 2, 2]), stats.mode([1, 2, 2, 3]).mode, stats.entropy([0.2, 0.3, 0.5]))
show("describe", *[stats.describe(a)[at] for at in (0, 2, 3, 4, 5)])
show("percentile", stats.percentileofscore(a, 10), stats.scoreatpercentile(a, 40), stats.median_abs_deviation(a))
show("boxcox", stats.boxcox(c)[1], stats.yeojohnson(a)[1], stats.boxcox_llf(0.5, c))
boot = stats.bootstrap((c,), np.mean, n_resamples=500, rng=np.random.default_rng(1), method="BCa")
show("bootstrap", boot.confidence_interval.low, boot.confidence_interval.high)
show("permutation", stats.permutation_test((a[:8], b[:8]), lambda x, y: x.mean() - y.mean(), n_resamples=500, rng=np.random.default_rng(1)).pvalue)

# Distributions
for name, arguments in (
    ("norm", ()), ("t", (5,)), ("chi2", (4,)), ("f", (3, 12)), ("gamma", (2.5,)), ("beta", (2, 3)), ("expon", ()), ("lognorm", (0.7,)),
    ("weibull_min", (1.5,)), ("uniform", ()), ("logistic", ()), ("pareto", (3,)), ("gumbel_r", ()), ("nct", (5, 1)), ("ncx2", (4, 2)),
    ("skewnorm", (3,)), ("triang", (0.3,)), ("cauchy", ()), ("laplace", ()), ("genextreme", (0.1,)), ("studentized_range", (3, 10)),
):  # fmt: skip
    distribution = getattr(stats, name)(*arguments)
    points = distribution.ppf([0.1, 0.5, 0.9])
    show(name, points, distribution.cdf(points), distribution.sf(1.2), distribution.pdf(points))
for name, arguments in (("binom", (12, 0.3)), ("poisson", (2.5,)), ("geom", (0.4,)), ("nbinom", (5, 0.5)), ("hypergeom", (20, 7, 12))):
    distribution = getattr(stats, name)(*arguments)
    show(name, distribution.pmf([0, 1, 2, 5]), distribution.cdf(3), distribution.ppf(0.8), *distribution.stats("mvsk"))
show("fit", stats.norm.fit(a), stats.gamma.fit(c, floc=0), stats.expon.fit(c), stats.lognorm.fit(c, floc=0))
show("rvs", stats.norm.rvs(size=4, random_state=3), stats.gamma.rvs(2, size=3, random_state=3), stats.binom.rvs(9, 0.3, size=5, random_state=3))
show("multivariate", stats.multivariate_normal([0, 1], [[2, 0.3], [0.3, 1]]).pdf([[0, 0], [1, 1]]))
show("kde", stats.gaussian_kde(c)([2, 5, 9]), stats.gaussian_kde(c, bw_method="silverman").factor)
show("sobol", stats.qmc.Sobol(2, scramble=False).random(4), stats.qmc.Halton(2, scramble=False).random(3))

# Linear algebra
m = rng.normal(size=(6, 6))
s = m @ m.T + np.eye(6)
show("solve", linalg.solve(m, np.arange(6.0)), linalg.solve(s, np.ones(6), assume_a="pos"), linalg.det(m), linalg.inv(s)[0])
show("svd", linalg.svdvals(m), linalg.eigvalsh(s), np.sort(np.abs(linalg.eigvals(m))), np.abs(linalg.qr(m)[1].diagonal()))
show("cholesky", linalg.cholesky(s, lower=True)[2], linalg.lstsq(m[:, :3], np.ones(6))[0], linalg.pinv(m[:, :2]), linalg.norm(m))
show("functions", linalg.expm(m / 5)[0], linalg.sqrtm(s)[0].real, linalg.logm(s)[0].real, linalg.toeplitz([1, 2, 3]), linalg.null_space(m[:2])[0] ** 2)
p, low, up = linalg.lu(m)
show("lu", (p @ low @ up - m).round(9), np.abs(linalg.schur(m)[0].diagonal()).sum(), linalg.hessenberg(m)[0], linalg.eigh(s, s + m @ m.T)[0])
show("complex", np.abs(linalg.eigvals(m + 1j * s)).sum(), linalg.eigvalsh(s + 1j * (m - m.T)), linalg.svdvals(m + 1j * m.T))

# Optimisation
rosen = optimize.rosen
for method in ("Nelder-Mead", "Powell", "CG", "BFGS", "L-BFGS-B", "TNC", "COBYLA", "SLSQP", "trust-constr"):
    found = optimize.minimize(rosen, [0.5, 1.5], method=method, options={"maxiter": 5000})
    print(method, np.allclose(found.x, 1, atol=0.02))
show("curve", *optimize.curve_fit(lambda x, k, r: k * np.exp(-r * x), np.arange(8), 5 * np.exp(-0.4 * np.arange(8)) + 0.01 * np.cos(np.arange(8))))
show("roots", optimize.brentq(lambda x: x**3 - 2, 0, 2), optimize.newton(lambda x: x**2 - 3, 1), optimize.fsolve(lambda x: [x[0] + x[1] - 3, x[0] * x[1] - 2], [0, 3]))
show("scalar", optimize.minimize_scalar(lambda x: (x - 2) ** 2 + 1).x, optimize.bisect(np.cos, 0, 3), optimize.root(np.cos, 1).x)
show("squares", optimize.least_squares(lambda v: v - [1, 2], [0, 0]).x, optimize.nnls(np.abs(m), np.ones(6))[1], optimize.lsq_linear(m, np.ones(6), (-1, 1)).x)
show("assignment", *optimize.linear_sum_assignment([[4, 1, 3], [2, 0, 5], [3, 2, 2]]))
show("linprog", optimize.linprog([-1, 4], A_ub=[[-3, 1], [1, 2]], b_ub=[6, 4], bounds=[(None, None), (-3, None)]).fun)
show("global", optimize.differential_evolution(rosen, [(0, 2), (0, 2)], rng=1).x, optimize.dual_annealing(rosen, [(0, 2), (0, 2)], rng=1, maxiter=200).x)
show("isotonic", optimize.isotonic_regression([1, 3, 2, 4, 3, 5]).x)
try:
    optimize.brentq(lambda x: 1 / 0, 0, 1)
except ZeroDivisionError as error:
    print("raised through a solver:", error)

# Interpolation, integration, signals, sparse matrices, neighbours
x = np.linspace(0, 4, 9)
y = np.sin(x)
new = [0.3, 1.7, 3.9]
show("interpolate", interpolate.interp1d(x, y, "cubic")(new), interpolate.CubicSpline(x, y)(new), interpolate.PchipInterpolator(x, y)(new), interpolate.UnivariateSpline(x, y, s=0.01)(new))
show("splines", interpolate.make_interp_spline(x, y)(new), interpolate.Akima1DInterpolator(x, y)(new), interpolate.splev(new, interpolate.splrep(x, y)), interpolate.RBFInterpolator(x[:, None], y)(np.array(new)[:, None]))
show("grid", interpolate.griddata(rng.random((30, 2)), np.arange(30.0), [[0.5, 0.5]], "nearest"), interpolate.RegularGridInterpolator((x, x), np.outer(y, y))([[1, 2.2]]))
show("quad", *integrate.quad(lambda t: np.exp(-t * t), 0, np.inf), integrate.simpson(y, x=x), integrate.trapezoid(y, x), integrate.dblquad(lambda u, v: u * v, 0, 1, 0, 2)[0])
show("ode", integrate.solve_ivp(lambda t, u: [-0.5 * u[0]], (0, 4), [2.0], rtol=1e-8).y[:, -1], integrate.odeint(lambda u, t: -0.5 * u, 2.0, [0, 1, 4])[:, 0], integrate.solve_ivp(lambda t, u: [-50 * u[0]], (0, 1), [1.0], method="LSODA").y[0, -1])
wave = np.sin(np.arange(80) / 3) + 0.3 * np.cos(np.arange(80))
show("signal", signal.find_peaks(wave)[0], signal.savgol_filter(wave, 9, 2)[:4], signal.detrend(wave)[:3], signal.medfilt(wave, 5)[:4], signal.welch(wave, nperseg=32)[1][:4])
show("filters", *signal.butter(3, 0.2), signal.filtfilt(*signal.butter(3, 0.2), wave)[:4], signal.sosfilt(signal.butter(4, 0.3, output="sos"), wave)[:4], signal.hilbert(wave).imag[:3], signal.correlate(wave[:5], wave[:3]), signal.resample(wave, 10))
show("fft", np.abs(fft.fft(wave))[:4], fft.dct(wave)[:4], np.abs(fft.rfft2(np.outer(y, y)))[0], fft.fftfreq(5))
show("ndimage", ndimage.gaussian_filter1d(wave, 2)[:4], ndimage.uniform_filter1d(wave, 5)[:4], ndimage.median_filter(wave, 3)[:4], ndimage.label([0, 1, 1, 0, 1])[0], ndimage.minimum_filter1d(wave, 4)[:3], ndimage.zoom(y, 2)[:4], ndimage.center_of_mass(np.outer(y, y) ** 2))
tri = sparse.diags_array([[-1] * 5, [3] * 6, [-1] * 5], offsets=[-1, 0, 1]).tocsc()
show("sparse", sparse_linalg.spsolve(tri, np.ones(6)), sparse_linalg.eigsh(tri, 2)[0], sparse_linalg.cg(tri, np.ones(6))[0], (tri @ tri).toarray()[1], sparse_linalg.svds(tri.astype(float), 2, random_state=1)[1], sparse_linalg.splu(tri).solve(np.arange(6.0)))
graph = sparse.csr_array([[0, 2, 0, 6], [2, 0, 3, 8], [0, 3, 0, 0], [6, 8, 0, 0]])
show("graph", sparse.csgraph.shortest_path(graph), sparse.csgraph.minimum_spanning_tree(graph).toarray(), sparse.csgraph.connected_components(graph)[0])
points = rng.random((25, 2))
distances, neighbours = spatial.cKDTree(points).query(points[:3], 3)
show("tree", distances, neighbours, [len(found) for found in spatial.KDTree(points).query_ball_point(points[:4], 0.3)], sorted(spatial.cKDTree(points).query_pairs(0.1)), spatial.cKDTree(points).count_neighbors(spatial.cKDTree(points), 0.2))
show("hull", sorted(spatial.ConvexHull(points).vertices), spatial.ConvexHull(points).volume, len(spatial.Delaunay(points).simplices), spatial.procrustes(points, points[::-1])[2])
for metric in ("euclidean", "cityblock", "cosine", "correlation", "chebyshev", "canberra", "braycurtis", "jensenshannon"):
    show(metric, spatial.distance.cdist(points[:2], points[3:5], metric), spatial.distance.pdist(points[:3], metric))
try:
    spatial.distance.cdist(np.ones((2, 3)), np.ones((2, 4)))
except ValueError as error:
    print("refused:", error)
links = hierarchy.linkage(points, "ward")
show("linkage", links[-3:], hierarchy.fcluster(links, 3, "maxclust"), hierarchy.dendrogram(links, no_plot=True)["leaves"], hierarchy.cophenet(links)[:3])
show("kmeans", np.sort(cluster.vq.kmeans2(points, 3, rng=3, minit="++")[0], axis=0).shape, cluster.vq.whiten(points)[0])
show("rotation", spatial.transform.Rotation.from_euler("z", 30, degrees=True).apply([1, 0, 0]))

# Special functions
t = np.array([0.3, 1.0, 2.5])
for name in ("gamma", "gammaln", "digamma", "erf", "erfc", "erfinv", "expit", "ndtr", "ndtri", "j0", "y1", "i0", "k0", "zeta", "ellipk", "lambertw", "exp1", "log1p", "xlogy", "sinc" if hasattr(special, "sinc") else "cbrt"):
    values = t if name not in ("erfinv", "ndtri", "ellipk") else t / 3
    show(name, np.real(getattr(special, name)(values, values)) if name == "xlogy" else np.real(getattr(special, name)(values)) if name != "zeta" else special.zeta(t + 1))
show("more", special.comb(10, 3), special.factorial(7), special.beta(2, 3), special.betainc(2, 3, 0.4), special.gammainc(2, 1.5), special.softmax(t), special.logsumexp(t), special.bdtr(2, 5, 0.4), special.pdtr(2, 1.5), special.nbdtr(2, 3, 0.5))
show("orthogonal", special.eval_legendre(3, t), special.eval_hermite(3, t), special.eval_chebyt(4, t), special.jv(2, t), special.kn(2, t), special.yn(2, t), special.expn(2, t), special.smirnov(5, 0.4), special.roots_legendre(4)[0])
