import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * cos x, x in radians.
 */
export const cos: Unary = unary({
  name: "cos",
  value: Math.cos,
  expression: expansions.cos,
  slope: (x) => x.sin().neg(),
  domain: [-4, 4],
});
