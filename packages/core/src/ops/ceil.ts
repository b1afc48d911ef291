import { type Unary, unary } from "./unary.ts";

/** The least integer ≥ x; slope 0. */
export const ceil: Unary = unary({
  name: "ceil",
  value: Math.ceil,
  expression: (b, x) => b.unary("ceil", x),
  domain: [-3, 3],
  kinks: [-2, -1, 0, 1, 2],
  atKinks: "slope 0 everywhere",
});
