import { expansions } from "../program/index.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/** Logarithm to base 10: −∞ at 0, NaN below. */
export const log10: Unary = unary({
  name: "log10",
  value: Math.log10,
  expression: expansions.log10,
  slope: (x) => reciprocal(x.mul(Math.LN10)),
  steep: true,
  singular: [0, -1],
  domain: [0.1, 9],
  atKinks: "slope ∞ at 0",
});
