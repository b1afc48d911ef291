// Functions of two numbers that would overflow or be undefined if written down.
import { abs, type Expansion2, number } from "./build.ts";
import { log } from "./logarithm.ts";

/** √(x² + y²) = a·√(1 + (c/a)²) with a the larger size; ∞ if one is infinite, even beside NaN */
export const hypot: Expansion2 = (b, x, y) => {
  const [p, q] = [abs(b, x), abs(b, y)];
  const a = b.binary("maximum", p, q);
  const ratio = b.div(b.binary("minimum", p, q), a);
  const value = b.mul(a, b.unary("sqrt", b.add(number(b, x, 1), b.mul(ratio, ratio))));
  const infinity = number(b, x, Infinity);
  const infinite = b.binary("or", b.compare("equal", p, infinity), b.compare("equal", q, infinity));
  return b.select(infinite, infinity, b.select(b.compare("equal", a, number(b, x, 0)), a, value));
};

/** x·log y, 0 at x = 0 for every number y */
export const xlogy: Expansion2 = (b, x, y) => {
  const zero = number(b, x, 0);
  const nothing = b.binary("and", b.compare("equal", x, zero), b.compare("equal", y, y));
  return b.select(nothing, zero, b.mul(x, log(b, y)));
};
