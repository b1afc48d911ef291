import { type Unary, unary } from "./unary.ts";

/**
 * The nearest integer, ties to even; −0 for what rounds to 0 from below, as IEEE 754 has it; slope 0.
 */
export const round: Unary = unary({
  name: "round",
  value: (x) => {
    const r = Math.round(x); // ties go up
    return Math.abs(x % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
  },
  expression: (b, x) => b.unary("nearest", x),
  domain: [-3, 3],
  kinks: [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5],
  atKinks: "slope 0 everywhere",
});
