import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * eˣ.
 */
export const exp: Unary = unary({
  name: "exp",
  value: Math.exp,
  expression: expansions.exp,
  slope: (_x, y) => y,
  domain: [-4, 4],
});
