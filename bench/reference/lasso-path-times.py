"""Times of scikit-learn's lasso_path to compare with: 100 strengths, 5000 rows of 2000 features.

    python bench/reference/lasso-path-times.py [where to write the data as f64: rows of X, then y]
"""

import sys
import time

import numpy as np
from sklearn.linear_model import lasso_path

rng = np.random.default_rng(0)
X = rng.standard_normal((5000, 2000))
w = np.where(np.arange(2000) % 20 == 0, rng.standard_normal(2000), 0)
y = X @ w + 3 * rng.standard_normal(5000)
if len(sys.argv) > 1:
    np.concatenate([X.ravel(), y]).tofile(sys.argv[1])
Xc, yc = np.asfortranarray(X - X.mean(0)), y - y.mean()
for tol in (1e-4, 5e-6):
    start = time.process_time()
    alphas, coefs, gaps = lasso_path(Xc, yc, n_alphas=100, tol=tol)
    null = (yc @ yc) / (2 * len(yc))
    print(f"tol {tol}: {time.process_time() - start:.2f} s, largest gap/P0 {gaps.max() / null / len(yc) if gaps.max() > null else gaps.max() / null:.1e}")
