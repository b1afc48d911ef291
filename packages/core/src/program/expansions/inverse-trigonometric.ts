// asin, acos, atan, atan2.
import type { Body, Value } from "../kernels/body.ts";
import { abs, bitsOf, type Expansion, type Expansion2, integer, number, polynomial, withSignOf } from "./build.ts";

/**
 *     atan z = z + z³·A(z²) for |z| ≤ tan π/8;   atan y = π/4 + atan((y − 1)/(y + 1)) = π/2 − atan(1/y)
 *     asin s = s + s³·B(s²) for s ≤ ½;           asin y = π/2 − 2·asin √((1 − y)/2)
 *
 * Numbers: A and B by bench/reference/polynomials.py; multiples of π in two parts.
 */
const A = {
  f32: [-0.333333164, 0.199984893, -0.142438531, 0.105960242, -0.0608349964],
  f64: [
    -0.33333333333333326, 0.19999999999997958, -0.1428571428541612, 0.11111111089625232, -0.09090908189355763,
    0.0769228365223148, -0.0666623862060278, 0.058771278172894514, -0.052190346323315095, 0.04505938686745383,
    -0.033526724235924274, 0.015245360031153957,
  ],
};
const B = {
  f32: [0.166666597, 0.0750051066, 0.0445157364, 0.0318174995, 0.014402939, 0.0375648402],
  f64: [
    0.16666666666666763, 0.07499999999970262, 0.04464285717512026, 0.03038194268364913, 0.022372215659258815,
    0.017351600112593502, 0.013980961185760608, 0.011397778246717838, 0.010786516156160643, 0.003683090874521347,
    0.021763381001699625, -0.021077127406616044, 0.03267678869416444,
  ],
};
const TAN_8 = Math.SQRT2 - 1;
/** Half of π rounded, and what is missing. */
const HALF_PI = { f32: Math.fround(Math.PI / 2), f64: Math.PI / 2 };
const HALF_PI_LOW = { f32: -4.371139000186241e-8, f64: 6.123233995736766e-17 };
const times = (factor: number, { f32, f64 }: typeof HALF_PI) => ({ f32: factor * f32, f64: factor * f64 });

/** atan(a/c) for a, c ≥ 0, not both infinite; 0 for 0/0 */
function angle(b: Body, a: Value, c: Value): Value {
  const k = (value: Parameters<typeof number>[2]): Value => number(b, a, value);
  const zero = k(0);
  const beyond = b.compare("greater", a, b.mul(c, k(1 / TAN_8)));
  const middle = b.compare("greater", a, b.mul(c, k(TAN_8)));
  const above = b.select(beyond, b.unary("neg", c), b.select(middle, b.sub(a, c), a));
  const below = b.select(beyond, a, b.select(middle, b.add(a, c), c));
  const z = b.div(above, b.select(b.compare("equal", below, zero), k(1), below));
  const w = b.mul(z, z);
  const curve = b.mul(b.mul(z, w), polynomial(b, w, A));
  const base = b.select(beyond, k(HALF_PI), b.select(middle, k(times(0.5, HALF_PI)), zero));
  const low = b.select(beyond, k(HALF_PI_LOW), b.select(middle, k(times(0.5, HALF_PI_LOW)), zero));
  return b.add(base, b.add(z, b.add(curve, low)));
}

export const atan: Expansion = (b, x) => withSignOf(b, angle(b, abs(b, x), number(b, x, 1)), x);

/** The angle of the point (x, y), by the signs of both, also of zeros */
export const atan2: Expansion2 = (b, y, x) => {
  const k = (value: Parameters<typeof number>[2]): Value => number(b, x, value);
  const [tall, long] = [abs(b, y), abs(b, x)];
  const infinity = k(Infinity);
  const both = b.binary("and", b.compare("equal", tall, infinity), b.compare("equal", long, infinity));
  // a sum of two numbers near the largest would overflow
  const scale = b.select(
    b.compare("greater", b.binary("maximum", tall, long), k({ f32: 2 ** 125, f64: 2 ** 1021 })),
    k(0.25),
    k(1),
  );
  const scaled = (size: Value): Value => b.select(both, k(1), b.mul(size, scale));
  const right = angle(b, scaled(tall), scaled(long));
  const left = b.sub(k(times(2, HALF_PI)), b.sub(right, k(times(2, HALF_PI_LOW))));
  const negative = b.compare("less", bitsOf(b, x), integer(b, x, { f32: 0, f64: 0 }));
  return withSignOf(b, b.select(negative, left, right), y);
};

/** s, and s³·B(s²), where asin|x| is s + s³·B(s²) or π/2 minus twice that */
function half(b: Body, x: Value): { outside: Value; s: Value; curve: Value } {
  const y = abs(b, x);
  const outside = b.compare("greater", y, number(b, x, 0.5));
  const square = b.select(outside, b.mul(b.sub(number(b, x, 1), y), number(b, x, 0.5)), b.mul(y, y));
  const s = b.select(outside, b.unary("sqrt", square), y);
  return { outside, s, curve: b.mul(b.mul(s, square), polynomial(b, square, B)) };
}

export const asin: Expansion = (b, x) => {
  const { outside, s, curve } = half(b, x);
  const p = b.add(s, curve);
  const rest = b.sub(number(b, x, HALF_PI_LOW), b.add(curve, curve));
  const far = b.add(b.sub(number(b, x, HALF_PI), b.add(s, s)), rest);
  return withSignOf(b, b.select(outside, far, p), x);
};

export const acos: Expansion = (b, x) => {
  const k = (value: Parameters<typeof number>[2]): Value => number(b, x, value);
  const { outside, s, curve } = half(b, x);
  const p = b.add(s, curve);
  const twice = b.add(p, p);
  const left = b.sub(k(times(2, HALF_PI)), b.sub(twice, k(times(2, HALF_PI_LOW))));
  const far = b.select(b.compare("less", x, k(0)), left, twice);
  const inside = b.sub(k(HALF_PI), b.sub(withSignOf(b, p, x), k(HALF_PI_LOW)));
  return b.select(outside, far, inside);
};
