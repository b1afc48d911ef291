import type { ArrayLike } from "../array/index.ts";
import { errorsOf, readRegression } from "./regression-pair.ts";
import { type WeightOptions, weightedMean } from "./sample-weight.ts";

/**
 * Mean absolute error: Σ wᵢ|predictedᵢ − actualᵢ| / Σ wᵢ, in units of the target; less moved by outliers than squares.
 *
 * @throws ShapeError when these are not two vectors of one length; DataError for a value that is not finite (says the row).
 * Source: values equal scikit-learn 1.2.1 `mean_absolute_error`.
 *
 * @example
 * ```ts
 * import { meanAbsoluteError } from "steepest/metrics";
 *
 * console.log(meanAbsoluteError([3, -0.5, 2, 7], [2.5, 0, 2, 8])); // 0.5
 * ```
 */
export function meanAbsoluteError(actual: ArrayLike, predicted: ArrayLike, options: WeightOptions = {}): number {
  const pair = readRegression("meanAbsoluteError", actual, predicted, options);
  return weightedMean(
    errorsOf(pair).map((e) => Math.abs(e)),
    pair.weights,
  );
}
