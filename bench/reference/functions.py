"""Values of elementwise functions to 35 digits, for packages/core/src/program/expansions.

Usage: python bench/reference/functions.py [points per function] [output]
Every row is [x, f, g]: f the double next to f(x), g what is missing, so that errors below one unit show. Infinite values are left out.
"""

import json
import math
import random
import sys

import mpmath as mp

mp.mp.dps = 60
COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 120
OUTPUT = sys.argv[2] if len(sys.argv) > 2 else "packages/core/src/program/expansions/golden/functions.json"
SEED = 20

one = mp.mpf(1)


def softplus(x):
    return mp.log1p(mp.exp(x)) if x < 60 else x + mp.exp(-x)


FUNCTIONS = {
    # name: (function, smallest and largest size, signs, points of special interest)
    "exp": (mp.exp, 1e-12, 745, "±", [0.34657, 709.78, -708.4, -744.9]),
    "exp2": (lambda x: mp.power(2, x), 1e-12, 1074, "±", [0.5, 1.5, 1023.9, -1022.5, -1073.9]),
    "expm1": (mp.expm1, 1e-300, 709, "±", [0.34657, 0.3466, -37, 40.5, 700.1]),
    "log": (mp.log, 1e-310, 1e308, "+", [0.70710678, 1.41421356, 0.999999, 1.0000001, 5e-324]),
    "log1p": (mp.log1p, 1e-300, 1e308, "+", [-0.29289, 0.41421356, -0.999999, -1e-10, -0.5, -0.9, 1e-16, -1e-16]),
    "log2": (lambda x: mp.log(x) / mp.log(2), 1e-310, 1e308, "+", [0.70710678, 1.41421356, 0.999999, 1.0000001, 8]),
    "log10": (lambda x: mp.log(x) / mp.log(10), 1e-310, 1e308, "+", [0.70710678, 1.41421356, 0.999999, 1000]),
    "tanh": (mp.tanh, 1e-300, 25, "±", [0.17328, 0.5493, 1, 3, 18, 19]),
    "sigmoid": (lambda x: 1 / (1 + mp.exp(-x)), 1e-12, 740, "±", [-700, -36, 36, -1]),
    "silu": (lambda x: x / (1 + mp.exp(-x)), 1e-300, 740, "±", [-700, -36, 36, -1]),
    "softplus": (softplus, 1e-12, 740, "±", [-700, -36, 36, -1]),
    "logSigmoid": (lambda x: -softplus(-x), 1e-12, 740, "±", [-700, -36, 36, -1]),
    "erf": (mp.erf, 1e-300, 6.5, "±", [0.5, 0.4999999, 0.84, 5.9]),
    "erfc": (mp.erfc, 1e-12, 27, "±", [0.5, 0.4999999, 26.5, 26.9]),
    "gelu": (lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2, 1e-300, 38, "±", [-0.7071, 0.7071, -37.5]),
    "sin": (mp.sin, 1e-300, 1e5, "±", [math.pi, 2 * math.pi, math.pi / 4, 22 * math.pi, 1e4 * math.pi, 355]),
    "cos": (mp.cos, 1e-8, 1e5, "±", [math.pi / 2, 1.5 * math.pi, math.pi / 4, 11 * math.pi / 2, 9999.5 * math.pi]),
    "tan": (mp.tan, 1e-300, 1e5, "±", [math.pi / 2, math.pi, math.pi / 4, 355]),
    "asin": (mp.asin, 1e-300, 1, "±", [0.5, 0.500001, 0.975, 0.999999, 1]),
    "acos": (mp.acos, 1e-12, 1, "±", [0.5, 0.500001, 0.975, 0.999999]),
    "atan": (mp.atan, 1e-300, 1e300, "±", [0.41421, 0.41422, 2.41421, 2.41422, 1]),
    "sinh": (mp.sinh, 1e-300, 709, "±", [0.5, 1, 20, 710.2]),
    "cosh": (mp.cosh, 1e-12, 709, "±", [0.5, 1, 20, 710.2]),
    "asinh": (mp.asinh, 1e-300, 1e300, "±", [1, 0.2, 1e8]),
    "acosh": (mp.acosh, 1.0, 1e300, "+", [1 + 1e-12, 1.001, 1.5, 1e8]),
    "atanh": (mp.atanh, 1e-300, 0.9999999, "±", [0.5, 0.2, 0.99]),
}
POWERS = [2.5, -3.0, 13.7, 0.1, 1e-5, -0.5]


def points(low, high, signs, special, rng):
    out = []
    for v in special:
        out += [v, math.nextafter(v, math.inf), math.nextafter(v, -math.inf)]
    while len(out) < COUNT:
        # half of the points where most things happen, half over all sizes
        a, b = (max(low, 1e-3), min(high, 50)) if len(out) % 2 == 0 else (low, high)
        x = math.exp(rng.uniform(math.log(a), math.log(b)))
        out.append(-x if signs == "±" and rng.random() < 0.5 else x)
    return out


def row(x, value):
    f = float(value)
    if math.isinf(f) or abs(f) < 1e-307 and f != 0:  # subnormal results are compared apart
        return None
    return [x, f, float(value - mp.mpf(f))]


def main():
    rng = random.Random(SEED)
    result = {}
    for name, (f, low, high, signs, special) in FUNCTIONS.items():
        values = [(x, f(mp.mpf(x))) for x in points(low, high, signs, special, rng)]
        rows = [row(x, value) for x, value in values if mp.im(value) == 0]
        result[name] = [r for r in rows if r is not None]
    powers = []
    for y in POWERS:
        for _ in range(COUNT // len(POWERS)):
            x = math.exp(rng.uniform(-700 / max(1, abs(y)), 700 / max(1, abs(y))))
            r = row(x, mp.power(mp.mpf(x), mp.mpf(y)))
            if r is not None:
                powers.append([x, y, *r[1:]])
    result["pow"] = powers
    origin = {"tool": f"mpmath {mp.__version__}, 60 digits", "seed": SEED, "script": "bench/reference/functions.py"}
    with open(OUTPUT, "w") as file:
        text = ",\n".join(f'"{k}": [\n' + ",\n".join(json.dumps(r) for r in v) + "\n]" for k, v in result.items())
        file.write('{\n"origin": ' + json.dumps(origin) + ",\n" + text + "\n}\n")


main()
