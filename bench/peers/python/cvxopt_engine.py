"""cvxopt: the interior-point method for quadratic programs."""

import cvxopt
from cvxopt import matrix, solvers


def start():
    solvers.options["show_progress"] = False
    return {
        "versions": {"cvxopt": cvxopt.__version__},
        "settings": lambda: {"tier": "native", "fma": True, "threads": 1},
        "dtypes": ["f64"],
        "tasks": {"qp": qp},
    }


def qp(inputs, params):
    P, q, G, h = (matrix(inputs[name]) for name in "PqGh")
    run = lambda: solvers.qp(P, q, G, h)
    return run, lambda: run()["x"]
