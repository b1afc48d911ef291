import { type ArrayLike, array, type NDArray } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { INSIDE, numbersOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * The set lower ≤ x ≤ upper: value 0 inside and Infinity outside, prox is the projection (clipping).
 *
 * Bounds are numbers or arrays that broadcast to x; ±Infinity where there is none. Points within 1e-9 count as inside.
 * @throws OptionError when an entry of lower is above that of upper, or NaN.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { box } from "steepest/prox";
 * box(0, [1, 2]).prox(array([-3, 5]), 1).toArray(); // [0, 2]
 * ```
 */
export function box(lower: ArrayLike, upper: ArrayLike): Proximable {
  const low = array(lower as NDArray);
  const high = array(upper as NDArray);
  const misplaced = numbersOf(low.lessEqual(high).astype("f64") as NDArray).indexOf(0);
  if (misplaced !== -1) {
    throw new OptionError(
      `box: entry ${misplaced} has no number between lower and upper. Exchange them, or use ±Infinity for none.`,
      { code: "empty-bounds", option: "lower" },
    );
  }
  const size = Math.max(low.size, high.size);
  return {
    name: "box",
    convex: true,
    ...(low.ndim + high.ndim > 0 && { size }),
    value(x) {
      const slack = x.abs().maximum(1).mul(INSIDE);
      const outside = low.sub(x).maximum(x.sub(high)).greater(slack);
      return outside.astype("f64").sum().item() > 0 ? Infinity : 0;
    },
    prox: (v) => v.maximum(low).minimum(high).astype(v.dtype) as NDArray, // the width of v, a float
  };
}

/**
 * The set x ≥ 0, as a `box`.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { nonnegative } from "steepest/prox";
 * nonnegative().prox(array([-3, 5]), 1).toArray(); // [0, 5]
 * ```
 */
export function nonnegative(): Proximable {
  return { ...box(0, Infinity), name: "nonnegative" };
}
