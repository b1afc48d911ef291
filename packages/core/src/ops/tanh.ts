import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * Hyperbolic tangent. Its slope is taken as 4σ(2x)σ(−2x), which keeps its digits where 1 − tanh²x cancels.
 */
export const tanh: Unary = unary({
  name: "tanh",
  value: Math.tanh,
  expression: expansions.tanh,
  slope: (x) => {
    const twice = x.mul(2);
    return twice.sigmoid().mul(twice.neg().sigmoid()).mul(4);
  },
  domain: [-4, 4],
});
