import { type Unary, unary } from "./unary.ts";

/**
 * |x|, with slope 0 at 0.
 */
export const abs: Unary = unary({
  name: "abs",
  value: Math.abs,
  expression: (b, x) => b.unary("abs", x),
  slope: (x) => x.sign(),
  domain: [-3, 3],
  kinks: [0],
  atKinks: "slope 0 at 0",
  integers: true,
  formula: (x) => `|${x}|`,
});
