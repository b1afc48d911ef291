import type { ArrayLike } from "../array/index.ts";
import { OptionError } from "../errors/index.ts";
import { arrayLike, checkSize, INSIDE, numbersOf, vectorOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * The set aᵀx ≤ b: value 0 inside and Infinity outside, prox is the projection.
 *
 *     prox(v) = v − max(aᵀv − b, 0)/‖a‖²·a
 *
 * @throws OptionError when a is 0, or an entry of a or b is not finite.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { halfspace } from "steepest/prox";
 * halfspace([1, 1], 1).prox(array([2, 1]), 1).toArray(); // [1, 0]
 * ```
 */
export function halfspace(a: ArrayLike, b: number): Proximable {
  const normal = vectorOf("halfspace", "a", a);
  vectorOf("halfspace", "b", [b]);
  const square = normal.reduce((sum, v) => sum + v * v, 0);
  if (square === 0) {
    throw new OptionError("halfspace: a is 0, which is the normal of no half-space.", {
      code: "invalid-option",
      option: "a",
    });
  }
  const excess = (x: Float64Array) => normal.reduce((sum, v, i) => sum + v * x[i]!, -b);
  return {
    name: "halfspace",
    convex: true,
    size: normal.length,
    value(x) {
      checkSize("halfspace", x, normal.length);
      const numbers = numbersOf(x);
      const size = normal.reduce((sum, v, i) => sum + Math.abs(v * numbers[i]!), Math.max(1, Math.abs(b)));
      return excess(numbers) <= INSIDE * size ? 0 : Infinity;
    },
    prox(v) {
      checkSize("halfspace", v, normal.length);
      const numbers = numbersOf(v);
      const step = Math.max(0, excess(numbers)) / square;
      return arrayLike(
        v,
        numbers.map((x, i) => x - step * normal[i]!),
      );
    },
  };
}
