"""Learners of scikit-learn (SVC is libsvm) and SLSQP of SciPy, at the tolerances that the workloads name."""

import numpy as np
from scipy.optimize import minimize
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, lasso_path
from sklearn.svm import SVC


def fits(fit, numbers):
    return fit, lambda: numbers(fit())


def coefficients(model):
    return [model.coef_, np.atleast_1d(model.intercept_)]


def fit_logistic(inputs, params):
    X, y = inputs["X"], inputs["y"]
    # tol 1e-4 is the default; the objective that it reaches is compared with the others
    return fits(lambda: LogisticRegression(C=params["C"], max_iter=1000).fit(X, y), coefficients)


def fit_linear(inputs, params):
    X, y, alpha = inputs["X"], inputs["y"], params["alpha"]
    make = LinearRegression if alpha == 0 else lambda: Ridge(alpha=alpha)
    return fits(lambda: make().fit(X, y), coefficients)


def svc(inputs, params):
    make = lambda: SVC(C=params["C"], gamma=params["gamma"], tol=params["tolerance"])
    return lambda: make().fit(inputs["X"], inputs["y"])


def fit_svc(inputs, params):
    def signed(model):
        values = np.zeros(len(inputs["y"]))
        values[model.support_] = model.dual_coef_[0]
        return values

    return fits(svc(inputs, params), signed)


def predict_svc(inputs, params):
    model = svc(inputs, params)()
    run = lambda: model.decision_function(inputs["X"])
    return run, run


def path(inputs, params):
    X, y, strengths = np.asfortranarray(inputs["X"]), inputs["y"], inputs["strengths"]
    # its gap is of ½‖y − Xw‖² + nλ‖w‖₁, against tol·‖y‖²: half of the tolerance relative to ½‖y‖²
    run = lambda: lasso_path(X, y, alphas=strengths, tol=params["tolerance"] / 2, max_iter=100_000)
    return fits(run, lambda found: [found[1][:, k] for k in params["shown"]])


def slsqp(inputs, params):
    A, B, W, t, b, c, e = (inputs[name] for name in "ABWtbce")

    def value(x):
        s = (x - t) ** 2
        return np.sum(np.log1p(s) + 0.5 * s) + 0.1 * np.sum(x[:-1] * x[1:])

    def gradient(x):
        u = x - t
        g = 2 * u / (1 + u * u) + u
        g[:-1] += 0.1 * x[1:]
        g[1:] += 0.1 * x[:-1]
        return g

    constraints = [
        {"type": "eq", "fun": lambda x: A @ x - b, "jac": lambda x: A},
        {
            "type": "ineq",
            "fun": lambda x: np.concatenate([B @ x - c, e - W @ (x * x)]),
            "jac": lambda x: np.vstack([B, -2 * W * x]),
        },
    ]
    start = np.zeros(len(t))
    options = {"ftol": 1e-10, "maxiter": 500}
    run = lambda: minimize(value, start, jac=gradient, constraints=constraints, method="SLSQP", options=options)
    return fits(run, lambda found: found.x)


learners = {
    "fit-logistic": fit_logistic,
    "fit-linear": fit_linear,
    "fit-svc": fit_svc,
    "predict-svc": predict_svc,
    "lasso-path": path,
    "slsqp": slsqp,
}
