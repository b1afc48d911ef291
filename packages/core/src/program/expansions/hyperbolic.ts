// sinh, cosh and the inverse hyperbolic functions.
import { abs, type Expansion, number, withSignOf } from "./build.ts";
import { expm1Scaled, expScaled } from "./exponential.ts";
import { log1p } from "./logarithm.ts";

/** With h = (e^|x| − 1)/2: h + h/(2h + 1), and the sign of x */
export const sinh: Expansion = (b, x) => {
  const h = expm1Scaled(b, abs(b, x), 1);
  const value = b.add(h, b.div(h, b.add(b.add(h, h), number(b, x, 1))));
  const infinity = number(b, x, Infinity);
  return withSignOf(b, b.select(b.compare("equal", h, infinity), h, value), x);
};

/** With h = e^|x|/2: h + 1/(4h) */
export const cosh: Expansion = (b, x) => {
  const h = expScaled(b, abs(b, x), 1);
  return b.add(h, b.div(number(b, x, 0.25), h));
};

/** Beyond, y² + 1 is y². */
const LARGE = { f32: 2 ** 26, f64: 2 ** 55 };

/** log1p(y + y²/(1 + √(1 + y²))) with y = |x|, and the sign of x; log 2y for large y */
export const asinh: Expansion = (b, x) => {
  const y = abs(b, x);
  const one = number(b, x, 1);
  const large = b.compare("greater", y, number(b, x, LARGE));
  const square = b.mul(y, y);
  const root = b.unary("sqrt", b.add(one, square));
  const argument = b.add(y, b.div(square, b.add(one, root)));
  const value = log1p(b, b.select(large, y, argument));
  const more = b.select(large, number(b, x, Math.LN2), number(b, x, 0));
  return withSignOf(b, b.add(value, more), x);
};

/** log1p(u + √(u·(u + 2))) with u = x − 1; log 2x for large x; NaN for x < 1 */
export const acosh: Expansion = (b, x) => {
  const one = number(b, x, 1);
  const u = b.sub(x, one);
  const large = b.compare("greater", x, number(b, x, LARGE));
  const argument = b.add(u, b.unary("sqrt", b.mul(u, b.add(u, number(b, x, 2)))));
  const value = log1p(b, b.select(large, x, argument));
  const more = b.select(large, number(b, x, Math.LN2), number(b, x, 0));
  return b.select(b.compare("less", x, one), number(b, x, Number.NaN), b.add(value, more));
};

/** ½·log1p(2y/(1 − y)) with y = |x|, and the sign of x */
export const atanh: Expansion = (b, x) => {
  const y = abs(b, x);
  const quotient = b.div(b.add(y, y), b.sub(number(b, x, 1), y));
  return withSignOf(b, b.mul(number(b, x, 0.5), log1p(b, quotient)), x);
};
