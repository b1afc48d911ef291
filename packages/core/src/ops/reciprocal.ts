import { strongMul } from "./strong-mul.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * 1/x.
 */
export const reciprocal: Unary = unary({
  name: "reciprocal",
  value: (x) => 1 / x,
  expression: (b, x) => b.div(b.constant(1, x.dtype), x),
  slope: (_x, y) => strongMul(y, y).neg(), // the plain square would send 0·∞ back from 1/0
  steep: true,
  singular: [0],
  domain: [0.2, 4],
  atKinks: "slope −∞ at 0",
  formula: (x) => `1/${x}`,
});
