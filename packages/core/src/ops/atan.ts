import { expansions } from "../program/index.ts";
import { reciprocal } from "./reciprocal.ts";
import { type Unary, unary } from "./unary.ts";

/** Inverse tangent, in (−π/2, π/2). */
export const atan: Unary = unary({
  name: "atan",
  value: Math.atan,
  expression: expansions.atan,
  slope: (x) => reciprocal(x.square().add(1)),
  domain: [-4, 4],
});
