import { type Unary, unary } from "./unary.ts";

/**
 * The nearest integer, ties to even; slope 0.
 */
export const round: Unary = unary({
  name: "round",
  value: (x) => {
    const below = Math.floor(x);
    const rest = x - below;
    if (rest !== 0.5) return rest < 0.5 ? below : below + 1;
    return below % 2 === 0 ? below : below + 1;
  },
  expression: (b, x) => b.unary("nearest", x),
  domain: [-3, 3],
  kinks: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5],
  atKinks: "slope 0 everywhere",
});
