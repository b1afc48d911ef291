import { type Unary, unary } from "./unary.ts";

/** The integer next to x on the side of 0; slope 0. */
export const trunc: Unary = unary({
  name: "trunc",
  value: Math.trunc,
  expression: (b, x) => b.unary("trunc", x),
  domain: [-3, 3],
  kinks: [-2, -1, 0, 1, 2],
  atKinks: "slope 0 everywhere",
});
