import { expansions } from "../program/index.ts";
import { rsqrt } from "./rsqrt.ts";
import { type Unary, unary } from "./unary.ts";

/** Inverse sine, in [−π/2, π/2]; NaN outside of [−1, 1]. Its slope 1/√((1 − x)(1 + x)) is ∞ at ±1. */
export const asin: Unary = unary({
  name: "asin",
  value: Math.asin,
  expression: expansions.asin,
  slope: (x) => rsqrt(x.neg().add(1).mul(x.add(1))),
  steep: true,
  singular: [-1, 1, 2],
  domain: [-0.9, 0.9],
  atKinks: "slope ∞ at ±1",
});
