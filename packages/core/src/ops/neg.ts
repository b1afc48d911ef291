import { type Unary, unary } from "./unary.ts";

/**
 * −x. Integers stay integers.
 */
export const neg: Unary = unary({
  name: "neg",
  value: (x) => -x,
  expression: (b, x) => b.unary("neg", x),
  slope: (x) => x.onesLike().neg(),
  transpose: (adjoint) => adjoint.neg(),
  domain: [-3, 3],
  integers: true,
  formula: (x) => `−${x}`,
});
