import { type ArrayLike, array, type NDArray } from "../array/index.ts";
import { OptionChecker } from "../errors/index.ts";
import { arrayLike, INSIDE, numbersOf } from "./numbers.ts";
import type { Proximable } from "./proximable.ts";
import { thresholdFor } from "./simplex.ts";

/**
 * The set ‖x − center‖ ≤ radius in the norm 1, 2 or "inf": value 0 inside and Infinity outside, prox is the projection.
 *
 * `center` is 0 by default. Points within 1e-9 count as inside.
 * @throws OptionError for another norm, and unless radius is positive.
 * Source: Parikh & Boyd (2014), sections 6.5.1 and 6.5.2; norm 1: Duchi et al. (2008), section 4.
 *
 * @example
 * ```ts
 * import { array } from "steepest";
 * import { ball } from "steepest/prox";
 * ball({ norm: 2, radius: 5 }).prox(array([6, 8]), 1).toArray(); // [3, 4]
 * ball({ norm: 1, radius: 1 }).prox(array([2, -1.5]), 1).toArray(); // [0.75, -0.25]
 * ```
 */
export function ball(options: { norm: 1 | 2 | "inf"; radius: number; center?: ArrayLike }): Proximable {
  const { norm, radius, center } = options;
  const checker = new OptionChecker("ball", options, ["norm", "radius", "center"])
    .required("norm")
    .required("radius")
    .number("radius", 0, Infinity, true);
  if (norm !== undefined && ![1, 2, "inf"].includes(norm))
    checker.fail("norm", `norm must be 1, 2 or "inf", got ${norm}.`);
  checker.done();
  const middle = center === undefined ? undefined : (array(center as NDArray) as NDArray);
  const from = (x: NDArray) => (middle === undefined ? x : x.sub(middle));
  return {
    name: "ball",
    convex: true,
    ...(middle !== undefined && middle.ndim > 0 && { size: middle.size }),
    value: (x) => (normOf(numbersOf(from(x)), norm) <= radius + INSIDE * Math.max(1, radius) ? 0 : Infinity),
    prox(v) {
      const away = numbersOf(from(v));
      if (normOf(away, norm) <= radius) return v;
      const inside = arrayLike(v, project(away, norm, radius));
      return middle === undefined ? inside : (inside.add(middle).astype(v.dtype) as NDArray); // a float
    },
  };
}

function normOf(x: Float64Array, norm: 1 | 2 | "inf"): number {
  if (norm === 1) return x.reduce((sum, v) => sum + Math.abs(v), 0);
  if (norm === 2) return Math.hypot(...(x.length < 1000 ? x : [Math.sqrt(x.reduce((sum, v) => sum + v * v, 0))]));
  return x.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}

function project(x: Float64Array, norm: 1 | 2 | "inf", radius: number): Float64Array {
  if (norm === 2) {
    const factor = radius / normOf(x, 2);
    return x.map((v) => v * factor);
  }
  if (norm === "inf") return x.map((v) => Math.min(radius, Math.max(-radius, v)));
  const theta = thresholdFor(
    x.map((v) => Math.abs(v)),
    radius,
  );
  return x.map((v) => Math.sign(v) * Math.max(Math.abs(v) - theta, 0));
}
