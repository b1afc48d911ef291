import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import type { WeightOptions } from "./sample-weight.ts";

/**
 * Median of |predictedᵢ − actualᵢ|: rows of half the weight are nearer. Outliers do not move it.
 *
 * Where exactly half the weight is nearer, as for an even number of rows, the mean of the two in the middle.
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `median_absolute_error`; with weights scikit-learn 1.9.1, where a row of weight 2 is
 * the row twice.
 *
 * @example
 * ```ts
 * import { medianAbsoluteError } from "steepest/metrics";
 *
 * console.log(medianAbsoluteError([1, 2, 3, 4], [1, 2.5, 3, 40])); // 0.25
 * console.log(medianAbsoluteError([1, 2, 3], [1, 3, 8], { sampleWeight: [1, 1, 4] })); // 5
 * ```
 */
export function medianAbsoluteError(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  const pair = readRegression("medianAbsoluteError", actual, predicted, options);
  const distances = errorsOf(pair).map((e) => Math.abs(e));
  const order = Int32Array.from(distances, (_, row) => row).sort((a, b) => distances[a]! - distances[b]!);
  const total = pair.weights.reduce((sum, weight) => sum + weight, 0);
  let nearer = 0;
  for (const [i, row] of order.entries()) {
    nearer += pair.weights[row]!;
    const excess = 2 * nearer - total;
    if (excess < -ROUNDING * total) continue;
    const next = order[i + 1];
    if (excess > ROUNDING * total || next === undefined) return distances[row]!;
    return distances[row]! / 2 + distances[next]! / 2;
  }
  return distances[order.at(-1)!]!;
}

/** Of sums of weights such as 0.1 + 0.2, relative. */
const ROUNDING = 1e-12;
