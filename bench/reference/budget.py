"""Exact plans for budgets over 1,000 and 100,000 cities: bisection of the price in 40-digit arithmetic.

Writes packages/core/src/allocate/golden/budget-large.json. The cities follow from their index by IEEE operations that Python and
JavaScript share (products and remainders of doubles), so that the file holds only answers.
"""
import json
import pathlib

import mpmath
from mpmath import mp, mpf

mp.dps = 40
GOLDEN = 0.6180339887498949
SILVER = 0.414213562373095
BRONZE = 0.302775637731995


def city(i, mixed):
    a, b, c = (i * GOLDEN) % 1, (i * SILVER) % 1, (i * BRONZE) % 1
    lower = 1 + 4 * c
    made = {"lower": lower, "upper": lower + 10 + 50 * b}
    if mixed and i % 3 == 1:
        return made | {"form": "power", "scale": 0.5 + 4 * a, "exponent": 0.2 + 0.6 * b}
    if mixed and i % 3 == 2:
        return made | {"form": "hill", "scale": 2 + 8 * a, "half": 5 + 20 * b, "steepness": 1}
    return made | {"form": "log", "scale": 1 + 9 * a, "saturation": 2 + 20 * b}


def demand(c, price):
    if c["form"] == "log":
        b = mpf(c["scale"]) / price - mpf(c["saturation"])
    elif c["form"] == "power":
        s, e = mpf(c["scale"]), mpf(c["exponent"])
        b = (s * e / price) ** (1 / (1 - e))
    else:  # s*h/(h + b)^2 = price
        b = mpmath.sqrt(mpf(c["scale"]) * mpf(c["half"]) / price) - mpf(c["half"])
    return min(mpf(c["upper"]), max(mpf(c["lower"]), b))


def value(c, b):
    if c["form"] == "log":
        return mpf(c["scale"]) * mpmath.log1p(b / mpf(c["saturation"]))
    if c["form"] == "power":
        return mpf(c["scale"]) * b ** mpf(c["exponent"])
    return mpf(c["scale"]) * b / (mpf(c["half"]) + b)


def solve(cities, total, digits):
    low, high = mpf("1e-9"), mpf("1e3")
    while high / low - 1 > mpf(10) ** -digits:
        middle = mpmath.sqrt(low * high)
        if sum(demand(c, middle) for c in cities) > total:
            low = middle
        else:
            high = middle
    return mpmath.sqrt(low * high)


def solve_log(cities, total):
    """Bisection in doubles finds who is inside; then one closed form, checked against every limit."""
    low, high = 1e-9, 1e3
    def clipped(c, price):
        return min(c["upper"], max(c["lower"], c["scale"] / price - c["saturation"]))
    for _ in range(70):
        middle = (low * high) ** 0.5
        if sum(clipped(c, middle) for c in cities) > total:
            low = middle
        else:
            high = middle
    inside = [c["lower"] < c["scale"] / low - c["saturation"] < c["upper"] for c in cities]
    fixed = sum((mpf(clipped(c, low)) for c, i in zip(cities, inside) if not i), mpf(0))
    scale = sum((mpf(c["scale"]) for c, i in zip(cities, inside) if i), mpf(0))
    shift = sum((mpf(c["saturation"]) for c, i in zip(cities, inside) if i), mpf(0))
    price = scale / (total - fixed + shift)
    assert abs(sum(demand(c, price) for c in cities) - total) < mpf(10) ** -25 * total
    return price


def case(n, total, mixed, stored):
    cities = [city(i, mixed) for i in range(n)]
    price = solve(cities, mpf(total), 32) if mixed else solve_log(cities, mpf(total))
    spend = [demand(c, price) for c in cities]
    return {
        "cities": n,
        "mixed": mixed,
        "total": total,
        "price": float(price),
        "value": float(sum(value(c, b) for c, b in zip(cities, spend))),
        "sumOfSquares": float(sum(b * b for b in spend)),
        "step": n // stored,
        "spend": [float(b) for b in spend[:: n // stored]],
    }


out = {
    "origin": {"tool": f"mpmath {mpmath.__version__}, 40 digits", "script": "bench/reference/budget.py"},
    "about": "city i: a = (i*0.6180339887498949) % 1, b = (i*0.414213562373095) % 1, c = (i*0.302775637731995) % 1; see the script",
    "cases": [
        case(1000, 20000, True, 1000),
        case(1000, 5000, True, 100),
        case(1000, 35000, False, 100),
        case(100000, 2000000, False, 200),
    ],
}
path = pathlib.Path(__file__).parents[2] / "packages/core/src/allocate/golden/budget-large.json"
path.parent.mkdir(exist_ok=True)
path.write_text(json.dumps(out) + "\n")
for c in out["cases"]:
    print(c["cities"], c["total"], c["price"], c["value"])
