import type { NDArray } from "../array/types.ts";
import { expansions } from "../program/index.ts";
import { type Binary, binary } from "./binary.ts";
import { hypot } from "./hypot.ts";
import { where } from "./where.ts";

/** part/(x² + y²), and 0 at the origin; divided twice by the radius, whose square may overflow. */
function overSquaredRadius(part: NDArray, x: NDArray, y: NDArray): NDArray {
  const radius = hypot(x, y);
  const positive = radius.greater(0);
  const safe = where(positive, radius, 1);
  return where(positive, part.div(safe).div(safe), 0);
}

/** The angle of the point (x, y) in (−π, π], as atan2(y, x), with broadcasting. Its gradient at (0, 0) is 0. */
export const atan2: Binary = binary({
  name: "atan2",
  value: Math.atan2,
  expression: expansions.atan2,
  slopes: [(y, x) => overSquaredRadius(x, x, y), (y, x) => overSquaredRadius(y.neg(), x, y)],
  domains: [
    [0.4, 3],
    [-3, 3],
  ],
  floats: true,
  steep: true,
  singular: [
    [0, 0],
    [Infinity, Infinity],
  ],
  atKinks: "gradient 0 at (0, 0)",
});
