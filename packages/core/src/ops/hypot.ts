import type { NDArray } from "../array/types.ts";
import { expansions } from "../program/index.ts";
import { type Binary, binary } from "./binary.ts";
import { where } from "./where.ts";

/** ∂√(x² + y²)/∂x = x/z, and 0 at the origin. */
function slope(x: NDArray, z: NDArray): NDArray {
  const positive = z.greater(0);
  return where(positive, x.div(where(positive, z, 1)), 0);
}

/** √(x² + y²), with broadcasting, without overflow or underflow on the way. Its gradient at (0, 0) is 0, as that of `norm`. */
export const hypot: Binary = binary({
  name: "hypot",
  value: Math.hypot,
  expression: expansions.hypot,
  slopes: [(x, _y, z) => slope(x, z), (_x, y, z) => slope(y, z)],
  domains: [
    [-3, 3],
    [0.4, 3],
  ],
  floats: true,
  steep: true,
  singular: [
    [0, 0],
    [Infinity, Infinity],
  ],
  atKinks: "gradient 0 at (0, 0)",
});
