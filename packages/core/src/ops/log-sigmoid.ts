import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * log σ(x) = −softplus(−x), exact in both tails.
 */
export const logSigmoid: Unary = unary({
  name: "logSigmoid",
  value: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  expression: expansions.logSigmoid,
  slope: (x) => x.neg().sigmoid(),
  domain: [-6, 6],
  switches: [0],
  formula: (x) => `log σ(${x})`,
});
