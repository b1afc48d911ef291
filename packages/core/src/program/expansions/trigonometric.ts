// sin, cos, tan.
import type { Body, Value } from "../kernels/body.ts";
import { type Expansion, number, polynomial } from "./build.ts";

/**
 * x = n·π/2 + r, |r| ≤ π/4, and r as a sum of two numbers; then sin or cos of r, by n mod 4.
 *
 * π/2 is taken in three parts, the first two of 33 bits, whose products with the two halves of n are exact for |x| < 10¹²: there
 * results are as exact as below. Beyond 10¹² digits get lost, as many as x has above that.
 * f32 is computed in f64: the digits of π/2 that its reduction needs are then there, and the result is rounded once.
 * Method:  Cody & Waite (1980), chapter 8; the sums with the second part of r are those of fdlibm (k_sin.c, k_cos.c).
 * Numbers: polynomials by bench/reference/polynomials.py.
 */
const TWO_OVER_PI = 0.6366197723675814;
const PI_HALF = [1.5707963267341256, 6.077100506303966e-11, 2.0222662487959506e-21] as const;
const SIN = [
  -0.16666666666666632, 0.008333333333322214, -0.00019841269829638583, 2.7557313630422285e-6, -2.505074808118171e-8,
  1.5896192215538492e-10,
];
const COS = [
  0.04166666666666661, -0.0013888888888875888, 2.4801587290396777e-5, -2.7557314577093895e-7, 2.087574969686841e-9,
  -1.136084517691121e-11,
];

interface Reduced {
  /** r = high + low */
  readonly high: Value;
  readonly low: Value;
  /** n mod 4 as a number. */
  readonly quadrant: Value;
}

/** a − b as a rounded difference and what it lost. Knuth (1997), section 4.2.2, theorem B. */
function difference(b: Body, x: Value, y: Value): { high: Value; low: Value } {
  const high = b.sub(x, y);
  const back = b.sub(high, x);
  return { high, low: b.sub(b.sub(x, b.sub(high, back)), b.add(y, back)) };
}

function reduce(b: Body, x: Value): Reduced {
  const k = (value: number): Value => number(b, x, value);
  const n = b.unary("nearest", b.mul(x, k(TWO_OVER_PI)));
  const coarse = b.mul(b.unary("trunc", b.mul(n, k(2 ** -20))), k(2 ** 20));
  const fine = b.sub(n, coarse);
  const first = b.sub(b.sub(x, b.mul(coarse, k(PI_HALF[0]))), b.mul(fine, k(PI_HALF[0])));
  const one = difference(b, first, b.mul(coarse, k(PI_HALF[1])));
  const two = difference(b, one.high, b.mul(fine, k(PI_HALF[1])));
  const low = b.sub(b.add(one.low, two.low), b.mul(n, k(PI_HALF[2])));
  const high = b.add(two.high, low);
  const quadrant = b.sub(n, b.mul(b.unary("floor", b.mul(n, k(0.25))), k(4)));
  return { high, low: b.add(b.sub(two.high, high), low), quadrant };
}

function sinOfReduced(b: Body, { high, low }: Reduced): Value {
  const z = b.mul(high, high);
  const cube = b.mul(z, high);
  const p = polynomial(b, z, SIN.slice(1));
  // high − ((z·(low/2 − cube·p) − low) − cube·s₁)
  const inner = b.sub(b.mul(z, b.sub(b.mul(low, number(b, z, 0.5)), b.mul(cube, p))), low);
  return b.sub(high, b.sub(inner, b.mul(cube, number(b, z, SIN[0]!))));
}

function cosOfReduced(b: Body, { high, low }: Reduced): Value {
  const one = number(b, high, 1);
  const z = b.mul(high, high);
  const half = b.mul(z, number(b, z, 0.5));
  const w = b.sub(one, half);
  const rest = b.sub(b.mul(b.mul(z, z), polynomial(b, z, COS)), b.mul(high, low));
  return b.add(w, b.add(b.sub(b.sub(one, w), half), rest));
}

/** sin(r + quadrant·π/2) */
function turned(b: Body, reduced: Reduced, quarters: 0 | 1): Value {
  const { quadrant } = reduced;
  const is = (value: number): Value => b.compare("equal", quadrant, number(b, quadrant, value));
  const odd = b.binary("or", is(1), is(3));
  const sin = sinOfReduced(b, reduced);
  const cos = cosOfReduced(b, reduced);
  const value = quarters === 0 ? b.select(odd, cos, sin) : b.select(odd, sin, cos);
  const negative =
    quarters === 0 ? b.compare("greater", quadrant, number(b, quadrant, 1)) : b.binary("or", is(1), is(2));
  return b.select(negative, b.unary("neg", value), value);
}

/** Runs an expansion in f64. */
function wide(expansion: Expansion): Expansion {
  return (b, x) => (x.dtype === "f32" ? b.convert(expansion(b, b.convert(x, "f64")), "f32") : expansion(b, x));
}

export const sin: Expansion = wide((b, x) => {
  const value = turned(b, reduce(b, x), 0);
  return b.select(b.compare("equal", x, number(b, x, 0)), x, value); // keeps −0
});

export const cos: Expansion = wide((b, x) => turned(b, reduce(b, x), 1));

/** sin/cos of the same reduction; −1/tan in odd quadrants */
export const tan: Expansion = wide((b, x) => {
  const reduced = reduce(b, x);
  const { quadrant } = reduced;
  const is = (value: number): Value => b.compare("equal", quadrant, number(b, quadrant, value));
  const odd = b.binary("or", is(1), is(3));
  const sin = sinOfReduced(b, reduced);
  const cos = cosOfReduced(b, reduced);
  const value = b.div(b.select(odd, b.unary("neg", cos), sin), b.select(odd, sin, cos));
  return b.select(b.compare("equal", x, number(b, x, 0)), x, value);
});
