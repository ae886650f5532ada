"""statsmodels: linear and generalised models, tests and time series, as their summaries print them."""

import re
import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.stats import anova, diagnostic, multicomp, multitest, outliers_influence, power, proportion, stattools, weightstats
from statsmodels.tsa import api as tsa
from statsmodels.tsa import stattools as series

warnings.filterwarnings("ignore")
np.set_printoptions(legacy="1.25")


def show(name, *values):
    print(name, *(np.array2string(np.asarray(value, dtype=float) + 0.0, precision=4, suppress_small=True) for value in values))


def summary(result):
    """A summary without its clock."""
    print(re.sub(r"(Date|Time): +[^ ]+( [^ ]+ [^ ]+)?", lambda found: " " * len(found[0]), str(result.summary())))


rng = np.random.default_rng(3)
n = 120
data = pd.DataFrame({"x": rng.normal(size=n), "z": rng.uniform(0, 5, n), "kind": rng.choice(["a", "b", "c"], n)})
data["y"] = 2 + 1.5 * data["x"] - 0.7 * data["z"] + (data["kind"] == "b") * 1.2 + rng.normal(0, 0.8, n)
data["bought"] = (data["y"] + rng.normal(0, 1, n) > 1).astype(int)
data["visits"] = rng.poisson(np.exp(0.3 + 0.4 * data["x"]))

# Models
ols = smf.ols("y ~ x + z + C(kind)", data).fit()
summary(ols)
summary(sm.OLS(data["y"], sm.add_constant(data[["x", "z"]])).fit(cov_type="HC3"))
print(anova.anova_lm(smf.ols("y ~ C(kind) + x", data).fit(), typ=2).round(4).to_string())
show("prediction", ols.get_prediction(data.head(3)).summary_frame(), ols.conf_int(), ols.f_test("x = 1.5").pvalue)
logit = smf.logit("bought ~ x + z", data).fit(disp=0)
summary(logit)
show("margins", logit.get_margeff().margeff, logit.prsquared, logit.llr_pvalue, logit.pred_table())
summary(smf.glm("visits ~ x", data, family=sm.families.Poisson()).fit())
show("counts", smf.poisson("visits ~ x", data).fit(disp=0).params, smf.negativebinomial("visits ~ x", data).fit(disp=0).params.round(2), smf.probit("bought ~ x", data).fit(disp=0).params)
show("weights", smf.wls("y ~ x", data, weights=data["z"] + 1).fit().params, sm.GLS(data["y"], sm.add_constant(data["x"])).fit().bse, smf.quantreg("y ~ x", data).fit(0.5).params.round(3))
show("robust", smf.rlm("y ~ x", data).fit().params, smf.mixedlm("y ~ x", data, groups=data["kind"]).fit().fe_params.round(3))
show("lowess", sm.nonparametric.lowess(data["y"], data["x"])[:3], sm.nonparametric.KDEUnivariate(data["y"]).fit().bw)

# Tests
show("residuals", stattools.durbin_watson(ols.resid), stattools.jarque_bera(ols.resid), diagnostic.het_breuschpagan(ols.resid, ols.model.exog), diagnostic.het_white(ols.resid, ols.model.exog)[0], outliers_influence.variance_inflation_factor(ols.model.exog, 3), diagnostic.acorr_ljungbox(ols.resid, lags=[5]).to_numpy())
print(multicomp.pairwise_tukeyhsd(data["y"], data["kind"]).summary())
show("many", *multitest.multipletests([0.01, 0.04, 0.03, 0.2], method="holm")[:2], multitest.multipletests([0.01, 0.04, 0.03, 0.2], method="fdr_bh")[1])
show("proportions", proportion.proportions_ztest([30, 45], [100, 110]), proportion.proportion_confint(30, 100, method="wilson"), weightstats.ttest_ind(data["y"][:50], data["x"][:50]))
show("power", power.TTestIndPower().solve_power(0.5, power=0.8, alpha=0.05), power.NormalIndPower().power(0.3, 80, 0.05))
show("influence", ols.get_influence().cooks_distance[0][:4], ols.get_influence().hat_matrix_diag[:3])

# Time series
index = pd.date_range("2015-01-01", periods=96, freq="MS")
trend = pd.Series(100 + np.arange(96) * 0.8 + 10 * np.sin(np.arange(96) * np.pi / 6) + rng.normal(0, 2, 96), index=index)
parts = tsa.seasonal_decompose(trend, model="additive", period=12)
show("decompose", parts.seasonal[:12], parts.trend.dropna()[:3], tsa.STL(trend, period=12).fit().trend[:3])
show("unit root", series.adfuller(trend, maxlag=4, autolag=None)[:2], series.kpss(trend, nlags=4)[0], series.acf(trend, nlags=5), series.pacf(trend, nlags=5), series.ccf(trend, trend)[:3])
smooth = tsa.ExponentialSmoothing(trend, trend="add", seasonal="add", seasonal_periods=12, initialization_method="estimated").fit()
show("winters", smooth.forecast(3).round(0), tsa.SimpleExpSmoothing(trend, initialization_method="estimated").fit(smoothing_level=0.4, optimized=False).forecast(1), tsa.Holt(trend, initialization_method="estimated").fit(smoothing_level=0.5, smoothing_trend=0.1, optimized=False).forecast(2))
arima = tsa.ARIMA(trend, order=(1, 1, 0)).fit()
show("arima", arima.params.round(2), arima.forecast(3).round(0), round(arima.aic, 0))
show("sarimax", tsa.SARIMAX(trend, order=(1, 0, 0), seasonal_order=(0, 1, 0, 12), trend="c").fit(disp=0).forecast(2).round(0))
show("autoregression", tsa.AutoReg(trend, 2).fit().params, series.grangercausalitytests(pd.DataFrame({"a": trend.diff().dropna(), "b": trend.shift(1).diff().dropna()}).dropna(), [2], verbose=False)[2][0]["ssr_ftest"][:2] if False else 0)
show("vector", tsa.VAR(pd.DataFrame({"a": trend.diff().dropna(), "b": data["x"][:95].to_numpy()})).fit(1).params)
