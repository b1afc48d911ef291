"""OSQP: operator splitting with polishing; tolerances that bring it near the others."""

import numpy as np
import osqp
from scipy import sparse


def start():
    return {
        "versions": {"osqp": osqp.__version__},
        "settings": lambda: {"tier": "native", "fma": True, "threads": 1},
        "dtypes": ["f64"],
        "tasks": {"qp": qp},
    }


def qp(inputs, params):
    P, A = sparse.csc_matrix(np.triu(inputs["P"])), sparse.csc_matrix(inputs["G"])
    q, upper = inputs["q"], inputs["h"]
    lower = np.full(len(upper), -np.inf)
    options = {"verbose": False, "eps_abs": 1e-7, "eps_rel": 1e-7, "max_iter": 100_000, "polishing": True}

    def run():
        problem = osqp.OSQP()
        problem.setup(P, q, A, lower, upper, **options)
        return problem.solve()

    return run, lambda: run().x
