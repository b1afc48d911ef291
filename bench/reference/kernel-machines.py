"""Reference values of kernel machines: nu-SVC, SVR, nu-SVR, one-class, Platt's sigmoid, on shipped data, by scikit-learn (libsvm).

    python bench/reference/kernel-machines.py > packages/core/src/models/golden/kernel-machines.json
"""

import csv
import json
import sys
from pathlib import Path

import numpy as np
import sklearn
from sklearn.calibration import _sigmoid_calibration
from sklearn.svm import SVR, NuSVC, NuSVR, OneClassSVM

DATA = Path(__file__).parents[2] / "data"


def read(name):
    rows = list(csv.reader(open(DATA / f"{name}.csv")))[1:]
    X = np.array([[float(x) for x in row[:-1]] for row in rows])
    return (X - X.mean(0)) / X.std(0), [row[-1] for row in rows]


def machine(name, data, options, model, X, y=None):
    model.set_params(tol=1e-12, cache_size=500)
    model.fit(X, y) if y is not None else model.fit(X)
    f = model.predict(X) if y is not None and not hasattr(model, "decision_function") else model.decision_function(X)
    return {
        "name": name,
        "data": data,
        "options": options,
        "b": float(model.intercept_[0]),
        "supportVectors": int(len(model.support_)),
        "sumOfAbsolutes": float(np.abs(model.dual_coef_).sum()),
        "decision": [float(v) for v in np.ravel(f)[:8]],
    }


Xd, yd = read("diabetes")
Xd, yd = Xd[:200], np.array([float(v) for v in yd])[:200]
Xb, yb = read("breast-cancer")
yb = np.array([1 if label == "benign" else 0 for label in yb])
rbf = {"name": "rbf", "gamma": 0.05}
cases = [
    machine("svr", "diabetes, z-scores of all rows, first 200", {"C": 100, "epsilon": 5, "kernel": rbf},
            SVR(kernel="rbf", gamma=0.05, C=100, epsilon=5), Xd, yd),
    machine("svr", "diabetes, z-scores of all rows, first 200", {"C": 10, "epsilon": 20, "kernel": {"name": "linear"}},
            SVR(kernel="linear", C=10, epsilon=20), Xd, yd),
    machine("nuSvr", "diabetes, z-scores of all rows, first 200", {"C": 100, "nu": 0.3, "kernel": rbf},
            NuSVR(kernel="rbf", gamma=0.05, C=100, nu=0.3), Xd, yd),
    machine("nuSvc", "breast cancer, z-scores, benign = 1", {"nu": 0.2, "kernel": rbf},
            NuSVC(kernel="rbf", gamma=0.05, nu=0.2), Xb, yb),
    machine("oneClass", "breast cancer, z-scores", {"nu": 0.1, "kernel": rbf}, OneClassSVM(kernel="rbf", gamma=0.05, nu=0.1), Xb),
]
decisions = [-2.5, -1.2, -0.4, 0.1, -0.2, 0.3, 0.9, 1.4, 2.2, 3.1]
labels = [0, 0, 0, 0, 1, 0, 1, 1, 1, 1]
A, B = _sigmoid_calibration(np.array(decisions), np.array(labels), max_abs_prediction_threshold=1e9)
json.dump(
    {
        "about": "Kernel machines besides C-SVC; decision: values of the first eight rows, predictions for regressions.",
        "tolerance": "libsvm at tol 1e-12: b and decisions 1e-6 relative to the largest decision, counts exact",
        "origin": {"tool": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}, python {sys.version.split()[0]}",
                   "script": "bench/reference/kernel-machines.py"},
        "cases": cases,
        "sigmoid": {"decisions": decisions, "labels": labels, "A": float(A), "B": float(B)},
    },
    sys.stdout,
    indent=1,
)
print()
