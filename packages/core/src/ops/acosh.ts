import { expansions } from "../program/index.ts";
import { rsqrt } from "./rsqrt.ts";
import { strongMul } from "./strong-mul.ts";
import { type Unary, unary } from "./unary.ts";

/** Inverse hyperbolic cosine, NaN below 1. Its slope 1/(√(x − 1)·√(x + 1)) is ∞ at 1. */
export const acosh: Unary = unary({
  name: "acosh",
  value: Math.acosh,
  expression: expansions.acosh,
  slope: (x) => strongMul(rsqrt(x.sub(1)), rsqrt(x.add(1))), // two roots: (x − 1)(x + 1) overflows at 1e155
  steep: true,
  singular: [1, 0, -1],
  domain: [1.1, 6],
  atKinks: "slope ∞ at 1",
});
