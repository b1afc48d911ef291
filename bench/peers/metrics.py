"""Times scikit-learn on the rows that bench/suites/metrics.mjs has written.

Usage: python3 metrics.py versions
       python3 metrics.py <auc|ap> <file> <milliseconds>
The file holds n scores (f64), then n labels (one byte each). Prints JSON: the value, and nanoseconds per call.
"""

import json
import platform
import sys
import time

import numpy
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score


def measure(metric, path, milliseconds):
    raw = numpy.fromfile(path, dtype=numpy.uint8)
    n = raw.size // 9
    scores = raw[: 8 * n].view(numpy.float64).copy()
    labels = raw[8 * n :].astype(numpy.int64)
    for _ in range(2):
        value = metric(labels, scores)
    samples = []
    end = time.perf_counter_ns() + milliseconds * 1_000_000
    while len(samples) < 3 or time.perf_counter_ns() < end:
        start = time.perf_counter_ns()
        metric(labels, scores)
        samples.append(time.perf_counter_ns() - start)
    return {"value": float(value), "samples": samples}


if sys.argv[1] == "versions":
    versions = {"python": platform.python_version(), "numpy": numpy.__version__, "scikit-learn": sklearn.__version__}
    print(json.dumps(versions))
else:
    functions = {"auc": roc_auc_score, "ap": average_precision_score}
    print(json.dumps(measure(functions[sys.argv[1]], sys.argv[2], int(sys.argv[3]))))
