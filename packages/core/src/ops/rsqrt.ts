import { type Unary, unary } from "./unary.ts";

/** 1/√x: ∞ at 0, NaN below. Slope −½y/x. */
export const rsqrt: Unary = unary({
  name: "rsqrt",
  value: (x) => 1 / Math.sqrt(x),
  expression: (b, x) => b.div(b.constant(1, x.dtype), b.unary("sqrt", x)),
  slope: (x, y) => y.div(x).mul(-0.5),
  steep: true,
  singular: [0, -1],
  domain: [0.3, 9],
  atKinks: "slope −∞ at 0",
  formula: (x) => `1/√${x}`,
});
