import { expansions } from "../program/index.ts";
import { hypot } from "./hypot.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/** Inverse hyperbolic sine log(x + √(x² + 1)), accurate near 0. Slope 1/√(x² + 1). */
export const asinh: Unary = unary({
  name: "asinh",
  value: Math.asinh,
  expression: expansions.asinh,
  slope: (x) => reciprocal(hypot(x, 1)), // the square of 1e200 overflows
  domain: [-4, 4],
});
