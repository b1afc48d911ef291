import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * log(1 + eˣ) = max(x, 0) + log1p(e^−|x|), exact in both tails.
 */
export const softplus: Unary = unary({
  name: "softplus",
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  expression: expansions.softplus,
  slope: (x) => x.sigmoid(),
  domain: [-6, 6],
  switches: [0],
});
