import { expansions } from "../program/index.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/** Inverse hyperbolic tangent, ±∞ at ±1, NaN outside. Slope 1/((1 − x)(1 + x)). */
export const atanh: Unary = unary({
  name: "atanh",
  value: Math.atanh,
  expression: expansions.atanh,
  slope: (x) => reciprocal(x.neg().add(1).mul(x.add(1))),
  steep: true,
  singular: [-1, 1, 2],
  domain: [-0.85, 0.85],
  atKinks: "slope ∞ at ±1",
});
