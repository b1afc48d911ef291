import { type Unary, unary } from "./unary.ts";

/**
 * The greatest integer ≤ x; slope 0.
 */
export const floor: Unary = unary({
  name: "floor",
  value: Math.floor,
  expression: (b, x) => b.unary("floor", x),
  domain: [-3, 3],
  kinks: [-2, -1, 0, 1, 2],
  atKinks: "slope 0 everywhere",
});
