import { expansions } from "../program/index.ts";
import { type Binary, binary } from "./binary.ts";
import { strongMul } from "./strong-mul.ts";

/**
 * xʸ of two arrays, with broadcasting; for a constant exponent `x.pow(p)` is cheaper. NaN for x < 0 unless y is an integer.
 *
 * ∂/∂x = y·xʸ⁻¹, which is 0 where y = 0, for every x. ∂/∂y = xʸ·log x, which is 0 where xʸ = 0.
 * The second is formed only where a derivative in y is asked for: an exponent that is constant takes negative x.
 */
export const power: Binary = binary({
  name: "power",
  value: (x, y) => x ** y,
  expression: expansions.pow,
  // Products that select: 0·x⁻¹ at y = 0 keeps its derivative 1/x in y, and 0ʸ·log 0 is 0.
  slopes: [(x, y) => strongMul(y, power(x, y.sub(1))), (x, _y, z) => strongMul(z, x.log())],
  steep: true,
  singular: [
    [0, -1],
    [0, 0],
    [0, 0.5],
    [-1, 0.5],
  ],
  domains: [
    [0.4, 2.5],
    [-3, 3],
  ],
  floats: true,
  atKinks: "at x = 0: slope in x ∞ for 0 < y < 1, slope in y 0 for y > 0; at y = 0 slope in x 0",
  formula: (x, y) => `${x}^${y}`,
});
