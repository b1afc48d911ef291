import { expansions } from "../program/index.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * log(1 + x), accurate near 0.
 */
export const log1p: Unary = unary({
  name: "log1p",
  value: Math.log1p,
  expression: expansions.log1p,
  slope: (x) => reciprocal(x.add(1)),
  steep: true,
  singular: [-1, -2],
  domain: [-0.9, 5],
  atKinks: "slope ∞ at −1",
});
