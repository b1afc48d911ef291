import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/** 2ˣ; exact at integers. */
export const exp2: Unary = unary({
  name: "exp2",
  value: (x) => 2 ** x,
  expression: expansions.exp2,
  slope: (_x, y) => y.mul(Math.LN2),
  domain: [-4, 4],
  formula: (x) => `2^${x}`,
});
