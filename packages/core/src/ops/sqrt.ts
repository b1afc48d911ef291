import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * √x. The slope at 0 is ∞, unless its adjoint is exactly 0; NaN for x < 0.
 */
export const sqrt: Unary = unary({
  name: "sqrt",
  value: Math.sqrt,
  expression: (b, x) => b.unary("sqrt", x),
  slope: (_x, y) => reciprocal(y.mul(2)),
  steep: true,
  singular: [0, -1],
  domain: [0.01, 9],
  atKinks: "slope ∞ at 0",
  formula: (x) => `√${x}`,
});
