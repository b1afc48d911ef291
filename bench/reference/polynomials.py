"""Minimax polynomials of packages/core/src/program/expansions, by Remez's exchange with mpmath.

Usage: python bench/reference/polynomials.py [name …]
Prints each polynomial, lowest power first, rounded to the width, with the largest error of the rounded one.
"""

import sys

import mpmath as mp

mp.mp.dps = 60


def f32(x):
    import struct

    return mp.mpf(struct.unpack("f", struct.pack("f", float(x)))[0])


def f64(x):
    return mp.mpf(float(x))


def remez(f, weight, low, high, degree, rounds=12):
    """min max |weight(x)·(f(x) − p(x))| on [low, high]."""
    n = degree + 2
    xs = [(low + high) / 2 - (high - low) / 2 * mp.cos(mp.pi * i / (n - 1)) for i in range(n)]
    grid = [low + (high - low) * (1 - mp.cos(mp.pi * i / 900)) / 2 for i in range(901)]
    fs = [f(x) for x in grid]
    ws = [weight(x) for x in grid]
    for _ in range(rounds):
        a = mp.matrix(n, n)
        b = mp.matrix(n, 1)
        for i, x in enumerate(xs):
            for j in range(degree + 1):
                a[i, j] = x**j
            a[i, degree + 1] = (-1) ** i / weight(x)
            b[i] = f(x)
        solution = mp.lu_solve(a, b)
        c = [solution[j] for j in range(degree + 1)]
        errors = [w * (v - mp.polyval(c[::-1], x)) for x, v, w in zip(grid, fs, ws)]
        # one extremum per sign change
        picked = []
        for x, e in zip(grid, errors):
            if picked and mp.sign(picked[-1][1]) == mp.sign(e):
                if abs(e) > abs(picked[-1][1]):
                    picked[-1] = (x, e)
            else:
                picked.append((x, e))
        while len(picked) > n:
            picked.pop(0 if abs(picked[0][1]) < abs(picked[-1][1]) else -1)
        if len(picked) < n:
            break
        xs = [x for x, _ in picked]
        sizes = [abs(e) for _, e in picked]
        if max(sizes) / min(sizes) < 1.01:
            break
    return c


def series(g, at0, x):
    """g(x), or its limit where x is too small for the formula."""
    return at0 if abs(x) < mp.mpf(10) ** -12 else g(x)


one = mp.mpf(1)


def exp_q(r):
    return series(lambda r: (mp.expm1(r) - r) / r**2, one / 2 + r / 6, r)


def log_r(z):
    # log((1 + s)/(1 − s)) = 2s + s·z·R(z), z = s²
    return series(lambda z: (2 * mp.atanh(mp.sqrt(z)) / mp.sqrt(z) - 2) / z, 2 * one / 3 + 2 * z / 5, z)


def sin_s(z):
    return series(lambda z: (mp.sin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, -one / 6 + z / 120, z)


def cos_c(z):
    return series(lambda z: (mp.cos(mp.sqrt(z)) - 1 + z / 2) / z**2, one / 24 - z / 720, z)


def atan_a(z):
    return series(lambda z: (mp.atan(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, -one / 3 + z / 5, z)


def asin_a(z):
    return series(lambda z: (mp.asin(mp.sqrt(z)) / mp.sqrt(z) - 1) / z, one / 6 + 3 * z / 40, z)


def erf_p(z):
    return series(lambda z: mp.erf(mp.sqrt(z)) / mp.sqrt(z) - 1, 2 / mp.sqrt(mp.pi) * (1 - z / 3) - 1, z)


# Centers near 3.75 (multiples of 2⁻¹⁰) at which the first coefficient is nearest to a number of the width: its rounding does not count.
CENTER = {"f32": mp.mpf("3.7529296875"), "f64": mp.mpf("4.134765625")}


def erfc_q(width):
    # (1 + 2y)·e^(y²)·erfc y at y = c(1 + t)/(1 − t)
    def q(t):
        y = CENTER[width] * (1 + t) / (1 - t)
        return (1 + 2 * y) * mp.exp(y * y) * mp.erfc(y)

    return q


def exp2_p(r):
    return series(lambda r: (mp.power(2, r) - 1) / r, mp.log(2) + r * mp.log(2) ** 2 / 2, r)


ln2h = mp.log(2) / 2 * mp.mpf("1.002")
quarter = mp.pi / 4 * mp.mpf("1.002")
z_log = (3 - 2 * mp.sqrt(2)) ** 2 * mp.mpf("1.002")
t_of = lambda width, y: (y - CENTER[width]) / (y + CENTER[width])
tan8 = mp.sqrt(2) - 1

FITS = {
    "exp": (exp_q, lambda r: max(r * r, mp.mpf("1e-4")), -ln2h, ln2h, {"f32": 4, "f64": 10}),
    "exp below": (exp_q, lambda r: max(r * r, mp.mpf("1e-4")), -mp.mpf("0.556"), mp.mpf("0.14"), {"f32": 4, "f64": 10}),
    "exp2": (exp2_p, lambda r: max(abs(r), mp.mpf("1e-3")), -one / 2, one / 2, {"f32": 6, "f64": 11}),
    "log": (log_r, lambda z: 1, mp.mpf(0), z_log, {"f32": 3, "f64": 6}),
    "sin": (sin_s, lambda z: max(z, mp.mpf("1e-3")), mp.mpf(0), quarter**2, {"f32": 3, "f64": 5}),
    "cos": (cos_c, lambda z: max(z * z, mp.mpf("1e-3")), mp.mpf(0), quarter**2, {"f32": 2, "f64": 5}),
    "atan": (atan_a, lambda z: max(z, mp.mpf("1e-3")), mp.mpf(0), tan8**2, {"f32": 4, "f64": 11}),
    "asin": (asin_a, lambda z: max(z, mp.mpf("1e-3")), mp.mpf(0), one / 4, {"f32": 5, "f64": 12}),
    "erf": (erf_p, lambda z: 1, mp.mpf(0), one, {"f32": 7, "f64": 13}),
    "erfc": (erfc_q("f32"), lambda t: 1, t_of("f32", one / 2), t_of("f32", mp.mpf("10.2")), {"f32": 11}),
    "erfc wide": (erfc_q("f64"), lambda t: 1, t_of("f64", one / 2), t_of("f64", mp.mpf("27.4")), {"f64": 25}),
}


def main():
    print(f"mpmath {mp.__version__}, {mp.mp.dps} digits")
    for name, (f, weight, low, high, degrees) in FITS.items():
        if len(sys.argv) > 1 and name not in sys.argv[1:]:
            continue
        for width, degree in degrees.items():
            c = remez(f, weight, low, high, degree)
            rounding = f32 if width == "f32" else f64
            rounded = [rounding(v) for v in c]
            worst = max(
                abs(weight(x) * (f(x) - mp.polyval(rounded[::-1], x)))
                for x in [low + (high - low) * i / 500 for i in range(501)]
            )
            digits = 9 if width == "f32" else 17
            print(f"{name} {width} degree {degree}: error 2^{mp.nstr(mp.log(worst, 2), 4)}")
            print("  [" + ", ".join(repr(float(mp.nstr(v, digits))) for v in rounded) + "]")


main()
