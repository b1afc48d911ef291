"""Times of libsvm (scikit-learn) to compare with: SVC with an RBF kernel on 10,000 rows of 20 features.

    python bench/reference/kernel-machine-times.py [where to write the data as f64: rows of X, then y]
"""

import sys
import time

import numpy as np
from sklearn.datasets import make_classification
from sklearn.svm import SVC

X, y = make_classification(
    n_samples=10000, n_features=20, n_informative=10, n_redundant=5, flip_y=0.1, random_state=0, class_sep=0.7
)
X = (X - X.mean(0)) / X.std(0)
if len(sys.argv) > 1:
    np.concatenate([X.ravel(), y.astype(float)]).tofile(sys.argv[1])
for C in (1, 100):
    start = time.process_time()
    model = SVC(kernel="rbf", gamma=0.05, C=C).fit(X, y)
    print(f"C {C}: {time.process_time() - start:.2f} s, {model.n_iter_} steps, {len(model.support_)} support vectors")
    start = time.process_time()
    model.decision_function(X)
    print(f"  decisions of all rows: {time.process_time() - start:.2f} s")
