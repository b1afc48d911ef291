// Functions of e^−|x|: no overflow on either side, no cancellation.
import type { Body, Value } from "../kernels/body.ts";
import { abs, atLeast, atMost, type Expansion, type Expansion2, number, withSignOf } from "./build.ts";
import { expOfNegative, LOWEST, oneMinusExp } from "./exponential.ts";
import { log1pOfFraction } from "./logarithm.ts";

/** 1 + z for 0 ≤ z ≤ 1, rounded, and what that loses. */
function onePlus(b: Body, z: Value): { divisor: Value; lost: Value } {
  const one = number(b, z, 1);
  const divisor = b.add(one, z);
  return { divisor, lost: b.sub(z, b.sub(divisor, one)) };
}

/** σ(x) = 1/(1 + e⁻ˣ): 1/(1 + z) or z/(1 + z) with z = e^−|x|. What 1 + z loses is taken off the numerator, as if it were 1. */
export const sigmoid: Expansion = (b, x) => {
  const { z, down, upLess } = expOfNegative(b, b.unary("neg", abs(b, x)));
  const { divisor, lost } = onePlus(b, z);
  const negative = b.compare("less", x, number(b, x, 0));
  const above = b.select(negative, b.mul(upLess(lost), down), b.sub(number(b, x, 1), lost));
  return b.div(above, divisor);
};

/** x·σ(x), in the same way; 0 at −∞ */
export const silu: Expansion = (b, x) => {
  const { z, down, upLess } = expOfNegative(b, b.unary("neg", abs(b, x)));
  const { divisor, lost } = onePlus(b, z);
  const zero = number(b, x, 0);
  const negative = b.compare("less", x, zero);
  // x·z is formed before z leaves the normal range
  const above = b.select(negative, b.mul(x, upLess(lost)), b.mul(x, b.sub(number(b, x, 1), lost)));
  const value = b.mul(b.div(above, divisor), b.select(negative, down, number(b, x, 1)));
  return b.select(b.compare("less", x, number(b, x, LOWEST)), zero, value);
};

/** log(1 + eˣ) = max(x, 0) + log1p(e^−|x|) */
export const softplus: Expansion = (b, x) => {
  const { z } = expOfNegative(b, b.unary("neg", abs(b, x)));
  return b.add(atLeast(b, x, number(b, x, 0)), log1pOfFraction(b, z));
};

/** log σ(x) = min(x, 0) − log1p(e^−|x|) */
export const logSigmoid: Expansion = (b, x) => {
  const { z } = expOfNegative(b, b.unary("neg", abs(b, x)));
  return b.sub(atMost(b, x, number(b, x, 0)), log1pOfFraction(b, z));
};

/** log(eˣ + eʸ) = max(x, y) + log1p(e^−|x − y|); equal infinities too */
export const logAddExp: Expansion2 = (b, x, y) => {
  const { z } = expOfNegative(b, b.unary("neg", abs(b, b.sub(x, y))));
  const value = b.add(b.binary("maximum", x, y), log1pOfFraction(b, z));
  return b.select(b.compare("equal", x, y), b.add(x, number(b, x, Math.LN2)), value);
};

/**
 * tanh x = u/(2 − u) with u = 1 − e^(−2|x|), and the sign of x. What the rounded divisor d loses, times u/d, is taken off u before the
 * division; 1/d is near 0.49 + 0.47·u.
 */
export const tanh: Expansion = (b, x) => {
  const two = number(b, x, 2);
  const { head, low } = oneMinusExp(b, b.mul(abs(b, x), number(b, x, -2)));
  const u = b.sub(head, low);
  const divisor = b.sub(two, u);
  const lost = b.add(b.sub(b.sub(two, divisor), head), low); // of the sum before it was rounded to u
  const inverse = b.multiplyAdd(u, number(b, x, 0.47), number(b, x, 0.49));
  const numerator = b.sub(head, b.multiplyAdd(b.mul(u, lost), inverse, low));
  return withSignOf(b, b.div(numerator, divisor), x);
};
