import { type Unary, unary } from "./unary.ts";

/**
 * eˣ.
 */
export const exp: Unary = unary({
  name: "exp",
  value: Math.exp,
  slope: (_x, y) => y,
  domain: [-4, 4],
});
