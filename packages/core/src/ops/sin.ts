import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * sin x, x in radians.
 */
export const sin: Unary = unary({
  name: "sin",
  value: Math.sin,
  expression: expansions.sin,
  slope: (x) => x.cos(),
  domain: [-4, 4],
});
