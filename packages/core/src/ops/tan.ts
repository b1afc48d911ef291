import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/** Tangent, in radians. */
export const tan: Unary = unary({
  name: "tan",
  value: Math.tan,
  expression: expansions.tan,
  slope: (_x, y) => y.square().add(1),
  domain: [-1.2, 1.2],
});
