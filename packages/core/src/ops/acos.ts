import { expansions } from "../program/index.ts";
import { rsqrt } from "./rsqrt.ts";
import { type Unary, unary } from "./unary.ts";

/** Inverse cosine, in [0, π]; NaN outside of [−1, 1]. Its slope −1/√((1 − x)(1 + x)) is −∞ at ±1. */
export const acos: Unary = unary({
  name: "acos",
  value: Math.acos,
  expression: expansions.acos,
  slope: (x) => rsqrt(x.neg().add(1).mul(x.add(1))).neg(),
  steep: true,
  singular: [-1, 1, 2],
  domain: [-0.9, 0.9],
  atKinks: "slope −∞ at ±1",
});
