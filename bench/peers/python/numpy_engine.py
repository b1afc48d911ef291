"""NumPy, and the passes of scikit-learn and SciPy where they have one. Learners are in sklearn_learners.py."""

import os

import numpy as np
import scipy
import scipy.special
import sklearn
from threadpoolctl import threadpool_info

from sklearn_learners import learners


def start():
    return {
        "versions": {"numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "settings": lambda: {
            "tier": "native",
            "fma": True,
            "threads": max([pool["num_threads"] for pool in threadpool_info()] or [int(os.environ["OMP_NUM_THREADS"])]),
        },
        "dtypes": ["f32", "f64"],
        "tasks": tasks,
    }


def repeated(f):
    return f, f


products = {
    "nn": lambda a, b: a @ b,
    "nt": lambda a, b: a @ b.swapaxes(-1, -2),
    "tn": lambda a, b: a.swapaxes(-1, -2) @ b,
}
maps = {
    "relu": lambda x: np.maximum(x * x.dtype.type(1.5) + x.dtype.type(0.25), 0) * x - x.dtype.type(0.5),
    "silu": lambda x: scipy.special.expit(x * x.dtype.type(1.5) + x.dtype.type(0.25)) * x,
    "tanh": np.tanh,
    "exp": np.exp,
    "erf": scipy.special.erf,
    "log": np.log,
}


def matmul(inputs, params):
    f = products[params["form"]]
    return repeated(lambda: f(inputs["a"], inputs["b"]))


def matmuls(inputs, params):
    pairs = [(products[form], inputs[f"a{i}"], inputs[f"b{i}"]) for i, form in enumerate(params["forms"])]
    return repeated(lambda: [f(a, b) for f, a, b in pairs])


def unary(f):
    return lambda inputs, params: repeated(lambda: f(inputs["x"]))


def rbf(inputs, params):
    from sklearn.metrics.pairwise import rbf_kernel

    X, rows, gamma = inputs["X"], params["rows"], params["gamma"]
    return repeated(lambda: rbf_kernel(X[:rows], X, gamma=gamma))


def logistic_vg(inputs, params):
    """The pass that LogisticRegression(solver="lbfgs") makes at each evaluation; by hand where that is not importable."""
    X, y, at = inputs["X"], inputs["y"], params["at"]
    n, d = X.shape
    at = np.full(d + 1, at)
    try:
        from sklearn._loss.loss import HalfBinomialLoss
        from sklearn.linear_model._linear_loss import LinearModelLoss

        loss = LinearModelLoss(base_loss=HalfBinomialLoss(), fit_intercept=True)

        def run():
            return loss.loss_gradient(at, X, y, sample_weight=None, l2_reg_strength=0.0, n_threads=1)
    except ImportError:

        def run():
            z = X @ at[:d] + at[d]
            r = scipy.special.expit(z) - y
            return np.mean(np.logaddexp(0, z) - y * z), np.concatenate([X.T @ r, [r.sum()]]) / n

    return run, lambda: list(run())


tasks = {
    "matmul": matmul,
    "matmuls": matmuls,
    "map": lambda inputs, params: unary(maps[params["fn"]])(inputs, params),
    "sum": unary(np.sum),
    "logsumexp": unary(lambda x: scipy.special.logsumexp(x, axis=-1)),
    "softmax": unary(lambda x: scipy.special.softmax(x, axis=-1)),
    "gram": lambda inputs, params: repeated(lambda: inputs["X"].T @ inputs["X"]),
    "rbf": rbf,
    "logistic-vg": logistic_vg,
    "eager-add": lambda inputs, params: repeated(lambda: inputs["x"] + inputs["y"]),
    **learners,
}
