import { type Unary, unary } from "./unary.ts";

/**
 * x².
 */
export const square: Unary = unary({
  name: "square",
  value: (x) => x * x,
  expression: (b, x) => b.mul(x, x),
  slope: (x) => x.mul(2),
  domain: [-3, 3],
  integers: true,
  formula: (x) => `${x}²`,
});
