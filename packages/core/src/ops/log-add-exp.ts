import type { NDArray } from "../array/types.ts";
import { expansions } from "../program/index.ts";
import { type Binary, binary } from "./binary.ts";
import { where } from "./where.ts";

/** σ(x − y), the weight of x. Where both are −∞ the weights are equal, and −∞ + ∞ is never formed. */
function weight(x: NDArray, y: NDArray, z: NDArray): NDArray {
  const finite = z.greater(-Infinity);
  return where(finite, x, 0)
    .sub(where(finite, y, 0))
    .sigmoid();
}

/** log(eˣ + eʸ) = max(x, y) + log1p(e^−|x − y|), with broadcasting: no overflow, no cancellation. −∞ is the neutral element. */
export const logAddExp: Binary = binary({
  name: "logAddExp",
  value: (x, y) => (x === y ? x + Math.LN2 : Math.max(x, y) + Math.log1p(Math.exp(-Math.abs(x - y)))),
  expression: expansions.logAddExp,
  slopes: [(x, y, z) => weight(x, y, z), (x, y, z) => weight(y, x, z)],
  domains: [
    [-5, 5],
    [-5, 5],
  ],
  floats: true,
  singular: [
    [-Infinity, -Infinity],
    [1000, 1000],
  ],
});
