// Functions of e^−|x|: no overflow on either side, no cancellation.
import { abs, atLeast, atMost, type Expansion, type Expansion2, number, withSignOf } from "./build.ts";
import { expOfNegative, LOWEST, oneMinusExp } from "./exponential.ts";
import { log1pOfFraction } from "./logarithm.ts";

/** σ(x) = 1/(1 + e⁻ˣ): 1/(1 + z) or z/(1 + z) with z = e^−|x| */
export const sigmoid: Expansion = (b, x) => {
  const { z } = expOfNegative(b, b.unary("neg", abs(b, x)));
  const one = number(b, x, 1);
  const above = b.select(b.compare("less", x, number(b, x, 0)), z, one);
  return b.div(above, b.add(one, z));
};

/** x·σ(x); 0 at −∞ */
export const silu: Expansion = (b, x) => {
  const { z, up, down } = expOfNegative(b, b.unary("neg", abs(b, x)));
  const one = number(b, x, 1);
  const zero = number(b, x, 0);
  const negative = b.compare("less", x, zero);
  // x·z is formed before z leaves the normal range
  const value = b.div(b.select(negative, b.mul(x, up), x), b.add(one, z));
  const scaled = b.mul(value, b.select(negative, down, one));
  return b.select(b.compare("less", x, number(b, x, LOWEST)), zero, scaled);
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
 * tanh x = u/(2 − u) with u = 1 − e^(−2|x|), and the sign of x. What the rounded divisor d loses is taken off again, times 1/d,
 * which is (1 + u/d)/2.
 */
export const tanh: Expansion = (b, x) => {
  const two = number(b, x, 2);
  const half = number(b, x, 0.5);
  const u = oneMinusExp(b, b.mul(abs(b, x), number(b, x, -2)));
  const divisor = b.sub(two, u);
  const lost = b.sub(b.sub(two, divisor), u);
  const quotient = b.div(u, divisor);
  const inverse = b.multiplyAdd(quotient, half, half);
  return withSignOf(b, b.sub(quotient, b.mul(quotient, b.mul(lost, inverse))), x);
};
