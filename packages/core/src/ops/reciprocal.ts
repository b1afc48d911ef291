import { type Unary, unary } from "./unary.ts";

/**
 * 1/x.
 */
export const reciprocal: Unary = unary({
  name: "reciprocal",
  value: (x) => 1 / x,
  slope: (_x, y) => y.square().neg(),
  steep: true,
  domain: [0.2, 4],
  formula: (x) => `1/${x}`,
});
