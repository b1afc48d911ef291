import { arrayLike, checkPositive, INSIDE, numbersOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";

/**
 * The set x ≥ 0, Σx = total, with `total` 1 by default: value 0 inside and Infinity outside, prox is the projection.
 *
 *     prox(v) = max(v − θ, 0)   with θ such that the sum is total
 *
 * Cost: n·log n for the order of entries. Points within 1e-9 count as inside.
 * @throws OptionError when total is not positive.
 * Source: Duchi, Shalev-Shwartz, Singer & Chandra (2008), figure 1.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { simplex } from "steepest/prox";
 * simplex().prox(array([1.2, 0.8, -4]), 1).toArray(); // [0.7, 0.3, 0]
 * ```
 */
export function simplex(total: number = 1): Proximable {
  checkPositive("simplex", "total", total);
  return {
    name: "simplex",
    convex: true,
    value(x) {
      const numbers = numbersOf(x);
      const slack = INSIDE * Math.max(1, total);
      const sum = numbers.reduce((a, b) => a + b, 0);
      return Math.abs(sum - total) <= slack && numbers.every((v) => v >= -slack) ? 0 : Infinity;
    },
    prox(v) {
      const numbers = numbersOf(v);
      const theta = thresholdFor(numbers, total);
      return arrayLike(
        v,
        numbers.map((x) => Math.max(x - theta, 0)),
      );
    },
  };
}

/** θ with Σ max(xᵢ − θ, 0) = total. */
export function thresholdFor(x: Float64Array, total: number): number {
  let sum = 0;
  let theta = 0;
  let count = 0;
  for (const value of x.slice().sort().reverse()) {
    const next = (sum + value - total) / (count + 1);
    if (count > 0 && value <= next) break;
    sum += value;
    count++;
    theta = next;
  }
  return theta;
}
