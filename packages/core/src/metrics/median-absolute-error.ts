import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";

/**
 * Median of |predictedᵢ − actualᵢ|: half of the rows are nearer. Outliers do not move it. Without weights.
 *
 * For an even number of rows the mean of the middle two.
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `median_absolute_error`.
 *
 * @example
 * ```ts
 * import { medianAbsoluteError } from "steepest/metrics";
 *
 * console.log(medianAbsoluteError([1, 2, 3, 4], [1, 2.5, 3, 40])); // 0.25
 * ```
 */
export function medianAbsoluteError(actual: ArrayLike, predicted: ArrayLike): number {
  const pair = readRegression("medianAbsoluteError", actual, predicted, {});
  const distances = errorsOf(pair)
    .map((e) => Math.abs(e))
    .sort();
  const middle = distances.length >> 1;
  if (distances.length % 2 === 1) return distances[middle]!;
  return distances[middle - 1]! / 2 + distances[middle]! / 2;
}
