"""Reference values of Poisson and quantile regression on shipped data, by scikit-learn.

    python bench/reference/glm.py > packages/core/src/models/golden/glm.json
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.linear_model import PoissonRegressor, QuantileRegressor
from sklearn.svm import LinearSVC

DATA = Path(__file__).parents[2] / "data"
rows = list(csv.reader(open(DATA / "diabetes.csv")))[1:]
raw = np.array([[float(x) for x in row] for row in rows])
X, y = raw[:, :-1], raw[:, -1]
X = (X - X.mean(0)) / X.std(0)
poisson = []
for alpha in (0.0, 0.1):
    m = PoissonRegressor(alpha=alpha, tol=1e-12, max_iter=10000, solver="newton-cholesky").fit(X, y)
    poisson.append({"l2": alpha, "coef": m.coef_.tolist(), "intercept": float(m.intercept_)})
quantile = []
for tau in (0.5, 0.9):
    m = QuantileRegressor(quantile=tau, alpha=0, solver="highs").fit(X[:150], y[:150])
    r = y[:150] - m.predict(X[:150])
    quantile.append({"tau": tau, "loss": float(np.mean(np.maximum(tau * r, (tau - 1) * r)))})
json.dump(
    {
        "about": "Diabetes, z-scores (population), all rows for Poisson (progression as a count), the first 150 for quantiles without penalty.",
        "tolerance": "coefficients 1e-7, losses 1e-4 relative: ours has a ridge of 1e-6 of the spread",
        "origin": {"tool": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "script": "bench/reference/glm.py"},
        "poisson": poisson,
        "quantile": quantile,
    },
    sys.stdout,
    indent=1,
)
print()
