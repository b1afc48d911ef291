import { expansions } from "../program/index.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * Natural logarithm: −∞ at 0, NaN below.
 */
export const log: Unary = unary({
  name: "log",
  value: Math.log,
  expression: expansions.log,
  slope: (x) => reciprocal(x),
  steep: true,
  singular: [0, -1],
  domain: [0.05, 9],
  atKinks: "slope ∞ at 0",
});
