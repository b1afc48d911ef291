import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import type { WeightOptions } from "./sample-weight.ts";

/**
 * The largest |predictedᵢ − actualᵢ|, over rows of positive weight.
 *
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `max_error`.
 *
 * @example
 * ```ts
 * import { maxError } from "steepest/metrics";
 *
 * console.log(maxError([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 1
 * ```
 */
export function maxError(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  return errorsOf(readRegression("maxError", actual, predicted, options)).reduce(
    (most, e) => Math.max(most, Math.abs(e)),
    0,
  );
}
