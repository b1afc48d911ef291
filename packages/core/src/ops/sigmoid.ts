import { expansions } from "../program/index.ts";
import { type Unary, unary } from "./unary.ts";

/**
 * σ(x) = 1/(1 + e⁻ˣ), from e^−|x|, so that neither tail overflows or cancels.
 */
export const sigmoid: Unary = unary({
  name: "sigmoid",
  value: (x) => {
    const e = Math.exp(-Math.abs(x));
    return x >= 0 ? 1 / (1 + e) : e / (1 + e);
  },
  expression: expansions.sigmoid,
  // σ(x)·σ(−x), not y(1 − y): that form has no digits left for x > 30.
  slope: (x, y) => y.mul(x.neg().sigmoid()),
  domain: [-6, 6],
  switches: [0],
  formula: (x) => `σ(${x})`,
});
