"""scikit-learn: regression, classification, clustering, pipelines and metrics, to rounded figures."""

import warnings

import numpy as np
import pandas as pd
from sklearn import cluster, compose, datasets, decomposition, ensemble, feature_selection, impute, inspection, linear_model, metrics
from sklearn import mixture, model_selection, naive_bayes, neighbors, neural_network, pipeline, preprocessing, svm, tree
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer

warnings.filterwarnings("ignore")


def show(name, *values):
    print(name, *(np.array2string(np.asarray(value, dtype=float) + 0.0, precision=4, suppress_small=True) for value in values))


X, y = datasets.load_iris(return_X_y=True)
D, target = datasets.load_diabetes(return_X_y=True)
train, test, y_train, y_test = model_selection.train_test_split(X, y, test_size=0.3, random_state=1, stratify=y)
d_train, d_test, t_train, t_test = model_selection.train_test_split(D, target, random_state=1)

# Regression
for model in (
    linear_model.LinearRegression(), linear_model.Ridge(0.5), linear_model.Lasso(0.1), linear_model.ElasticNet(0.01),
    linear_model.BayesianRidge(), linear_model.HuberRegressor(max_iter=500), linear_model.Lars(), linear_model.RidgeCV(),
    linear_model.LassoCV(cv=3, n_jobs=-1), tree.DecisionTreeRegressor(max_depth=3, random_state=0), neighbors.KNeighborsRegressor(),
    ensemble.RandomForestRegressor(20, random_state=0, n_jobs=-1), ensemble.GradientBoostingRegressor(n_estimators=30, random_state=0),
    ensemble.HistGradientBoostingRegressor(max_iter=30, random_state=0), svm.SVR(C=50), linear_model.PoissonRegressor(),
    linear_model.QuantileRegressor(alpha=0.1, solver="revised simplex") if False else linear_model.TheilSenRegressor(random_state=0, max_subpopulation=200),
):  # fmt: skip
    predicted = model.fit(d_train, t_train).predict(d_test)
    show(type(model).__name__, round(metrics.r2_score(t_test, predicted), 2), round(metrics.mean_absolute_error(t_test, predicted)))
model = linear_model.LinearRegression().fit(d_train, t_train)
show("coefficients", model.coef_, model.intercept_, metrics.root_mean_squared_error(t_test, model.predict(d_test)))

# Classification
for model in (
    linear_model.LogisticRegression(max_iter=1000), linear_model.RidgeClassifier(), linear_model.SGDClassifier(random_state=0),
    tree.DecisionTreeClassifier(random_state=0), neighbors.KNeighborsClassifier(), naive_bayes.GaussianNB(), svm.SVC(probability=False),
    svm.LinearSVC(random_state=0), ensemble.RandomForestClassifier(25, random_state=0), ensemble.ExtraTreesClassifier(25, random_state=0),
    ensemble.GradientBoostingClassifier(n_estimators=20, random_state=0), ensemble.HistGradientBoostingClassifier(max_iter=20),
    ensemble.AdaBoostClassifier(n_estimators=10, random_state=0), ensemble.BaggingClassifier(random_state=0),
    linear_model.Perceptron(random_state=0), neural_network.MLPClassifier((8,), max_iter=800, random_state=0, solver="lbfgs"),
):  # fmt: skip
    predicted = model.fit(train, y_train).predict(test)
    show(type(model).__name__, round(metrics.accuracy_score(y_test, predicted), 2))
forest = ensemble.RandomForestClassifier(25, random_state=0).fit(train, y_train)
predicted = forest.predict(test)
print(metrics.classification_report(y_test, predicted))
print(metrics.confusion_matrix(y_test, predicted))
show("scores", metrics.roc_auc_score(y_test, forest.predict_proba(test), multi_class="ovr"), metrics.f1_score(y_test, predicted, average="macro"), metrics.log_loss(y_test, linear_model.LogisticRegression(max_iter=1000).fit(train, y_train).predict_proba(test)), metrics.matthews_corrcoef(y_test, predicted))
show("importances", forest.feature_importances_)
print(tree.export_text(tree.DecisionTreeClassifier(max_depth=2, random_state=0).fit(X, y)))
binary = linear_model.LogisticRegression(max_iter=500).fit(X[:100, :2], y[:100])
show("binary", binary.coef_, binary.intercept_, binary.predict_proba(X[:2, :2]), *metrics.roc_curve(y[:100], X[:100, 1])[:2])

# Selection of models
show("cross", model_selection.cross_val_score(linear_model.LogisticRegression(max_iter=1000), X, y, cv=5, n_jobs=-1), model_selection.cross_val_predict(tree.DecisionTreeClassifier(random_state=0), X, y, cv=4).sum())
search = model_selection.GridSearchCV(svm.SVC(), {"C": [0.1, 1, 10], "kernel": ["linear", "rbf"]}, cv=4, n_jobs=-1).fit(X, y)
print(search.best_params_, round(search.best_score_, 4))
search = model_selection.RandomizedSearchCV(tree.DecisionTreeClassifier(random_state=0), {"max_depth": [1, 2, 3, 5]}, n_iter=3, random_state=0, cv=3).fit(X, y)
print(search.best_params_, round(search.best_score_, 4))
show("inspection", inspection.permutation_importance(forest, test, y_test, n_repeats=3, random_state=0).importances_mean)
show("curves", *model_selection.learning_curve(naive_bayes.GaussianNB(), X, y, cv=3, shuffle=True, random_state=0)[1:])

# Preparation
frame = pd.DataFrame({"size": [1.0, np.nan, 3.0, 4.0, 5.0, 8.0], "kind": ["a", "b", "a", "c", "b", "a"], "bought": [0, 1, 0, 1, 1, 0]})
prepare = compose.ColumnTransformer([
    ("numbers", pipeline.make_pipeline(impute.SimpleImputer(strategy="median"), preprocessing.StandardScaler()), ["size"]),
    ("kinds", preprocessing.OneHotEncoder(handle_unknown="ignore"), ["kind"]),
])  # fmt: skip
whole = pipeline.Pipeline([("prepare", prepare), ("model", linear_model.LogisticRegression())])
show("pipeline", whole.fit(frame[["size", "kind"]], frame["bought"]).predict_proba(frame[["size", "kind"]])[:, 1])
print(list(prepare.get_feature_names_out()))
for scaler in (preprocessing.MinMaxScaler(), preprocessing.RobustScaler(), preprocessing.PowerTransformer(), preprocessing.QuantileTransformer(n_quantiles=20), preprocessing.PolynomialFeatures(2), preprocessing.KBinsDiscretizer(3, encode="ordinal", quantile_method="averaged_inverted_cdf"), preprocessing.Normalizer()):
    show(type(scaler).__name__, scaler.fit_transform(X)[:2])
show("labels", preprocessing.LabelEncoder().fit_transform(frame["kind"]), preprocessing.OrdinalEncoder().fit_transform(frame[["kind"]]), preprocessing.label_binarize([0, 2, 1], classes=[0, 1, 2]))
show("impute", impute.KNNImputer(n_neighbors=2).fit_transform([[1, 2], [np.nan, 3], [4, 5], [6, np.nan]]))
show("select", feature_selection.SelectKBest(k=2).fit(X, y).scores_, feature_selection.RFE(linear_model.LogisticRegression(max_iter=1000), n_features_to_select=2).fit(X, y).ranking_, feature_selection.f_regression(D, target)[0], feature_selection.mutual_info_classif(X, y, random_state=0))
words = ["the cat sat", "the dog sat down", "a cat and a dog"]
show("text", CountVectorizer().fit_transform(words).toarray(), TfidfVectorizer().fit_transform(words).toarray())

# Clustering and components
for model in (cluster.KMeans(3, random_state=0, n_init=5), cluster.AgglomerativeClustering(3), cluster.MiniBatchKMeans(3, random_state=0, n_init=3), cluster.SpectralClustering(3, random_state=0, affinity="nearest_neighbors"), cluster.Birch(n_clusters=3), mixture.GaussianMixture(3, random_state=0)):
    show(type(model).__name__, round(metrics.adjusted_rand_score(y, model.fit_predict(X)), 2))
labels = cluster.DBSCAN(0.6).fit_predict(X)
show("density", np.bincount(labels + 1), metrics.silhouette_score(X, y), metrics.calinski_harabasz_score(X, y), metrics.davies_bouldin_score(X, y), np.bincount(cluster.HDBSCAN(copy=True).fit_predict(X) + 1))
show("kmeans", np.sort(cluster.KMeans(3, random_state=0, n_init=5).fit(X).cluster_centers_, axis=0), cluster.KMeans(3, random_state=0, n_init=5).fit(X).inertia_)
components = decomposition.PCA(2).fit(preprocessing.StandardScaler().fit_transform(X))
show("pca", components.explained_variance_ratio_, np.abs(components.components_), components.singular_values_)
show("parts", decomposition.TruncatedSVD(2, random_state=0).fit(X).explained_variance_, decomposition.NMF(2, random_state=0, max_iter=500).fit(X).reconstruction_err_, decomposition.FactorAnalysis(2).fit(X).noise_variance_)
show("neighbours", *neighbors.NearestNeighbors(n_neighbors=3).fit(X).kneighbors(X[:2]), neighbors.KernelDensity(bandwidth=0.5).fit(X).score(X[:5]), neighbors.LocalOutlierFactor().fit_predict(X).sum(), ensemble.IsolationForest(random_state=0).fit_predict(X).sum() > 90)
show("blobs", datasets.make_blobs(5, random_state=0)[0], datasets.make_classification(4, random_state=0)[0][0, :4], datasets.make_regression(3, 2, random_state=0)[1])
