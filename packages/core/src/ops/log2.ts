import { expansions } from "../program/index.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/** Logarithm to base 2: −∞ at 0, NaN below. */
export const log2: Unary = unary({
  name: "log2",
  value: Math.log2,
  expression: expansions.log2,
  slope: (x) => reciprocal(x.mul(Math.LN2)),
  steep: true,
  singular: [0, -1],
  domain: [0.1, 9],
  atKinks: "slope ∞ at 0",
});
